"""Put a finished calibration into configs/calibrated: `python -m tests.calibration.ship FOLDER NAME`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

__all__ = ["SHIPPED", "ship"]

SHIPPED = Path(__file__).resolve().parents[2] / "configs" / "calibrated"
_PICTURES = ("targets.svg", "unknowns.svg")
_FILES = {
    "calibrated.yaml": "yaml",
    "posterior.parquet": "parquet",
    "report.md": "md",
    "manifest.json": "json",
    **{name: name for name in _PICTURES},
}


def ship(folder: Path, name: str, into: Path = SHIPPED) -> list[Path]:
    """Copy layer, draws, report, manifest and pictures of a calibration.

    Parameters
    ----------
    folder
        What `careersim calibrate` has written, with a posterior.
    name
        Name of the calibration, and of the files but for their endings.
    into
        Folder for the copies, whose links lead to the copies.

    Returns
    -------
    The copies.

    Raises
    ------
    SystemExit
        If a file is missing or has another size than when it was written, or the calibration has another
        name; nothing is copied.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_bytes())
    except (OSError, ValueError) as error:
        raise SystemExit(f"{folder}: no folder of a finished calibration ({error})") from error
    if manifest["name"] != name:
        raise SystemExit(f"{folder}: calibration {manifest['name']!r}; expected {name!r}")
    for one in (file for file in _FILES if file != "manifest.json"):
        file = folder / one
        if not file.is_file() or file.stat().st_size != manifest["files"].get(one):
            raise SystemExit(
                f"{file}: missing, or of another size than when written; expected the whole folder"
            )
    copies = []
    for one, ending in _FILES.items():
        content = (folder / one).read_bytes()
        if one == "report.md":
            for picture in _PICTURES:
                content = content.replace(f"]({picture})".encode(), f"]({name}.{picture})".encode())
        copies.append(into / f"{name}.{ending}")
        copies[-1].write_bytes(content)
    return copies


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    ship(Path(sys.argv[1]), sys.argv[2])
