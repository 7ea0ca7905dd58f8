"""What is shipped of a calibration is whole, and its report leads to its own pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.calibration.ship import SHIPPED, ship

CONTENT = {
    "calibrated.yaml": "name: calibrated_small\n",
    "posterior.parquet": "draws",
    "report.md": "# Calibration of healer\n\n- 2 unknowns\n\n![a](targets.svg)\n\n![b](unknowns.svg)\n",
    "targets.svg": "<svg/>",
    "unknowns.svg": "<svg>b</svg>",
    "fit.csv": "id",
}


@pytest.fixture(name="finished")
def finished_fixture(tmp_path: Path) -> Path:
    folder = tmp_path / "finished"
    folder.mkdir()
    for name, content in CONTENT.items():
        (folder / name).write_text(content)
    sizes = {name: len(content) for name, content in CONTENT.items()}
    (folder / "manifest.json").write_text(json.dumps({"name": "small", "files": sizes}))
    return folder


def test_a_finished_calibration_is_copied_with_links_to_the_copies(finished: Path, tmp_path: Path) -> None:
    into = tmp_path / "shipped"
    into.mkdir()
    copies = ship(finished, "small", into)
    endings = ["json", "md", "parquet", "targets.svg", "unknowns.svg", "yaml"]
    assert sorted(path.name for path in into.iterdir()) == [f"small.{ending}" for ending in endings]
    assert set(copies) == set(into.iterdir())
    report = (into / "small.md").read_text()
    assert report.endswith("![a](small.targets.svg)\n\n![b](small.unknowns.svg)\n")
    assert (into / "small.parquet").read_bytes() == b"draws"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda folder: (folder / "unknowns.svg").unlink(), "unknowns.svg: missing"),
        (lambda folder: (folder / "posterior.parquet").write_text("draw"), "of another size"),
        (lambda folder: (folder / "manifest.json").unlink(), "no folder of a finished calibration"),
        (lambda folder: (folder / "manifest.json").write_text('{"name": "tall"}'), "expected 'small'"),
    ],
)
def test_what_is_not_whole_is_refused(finished: Path, tmp_path: Path, fault, words: str) -> None:
    into = tmp_path / "shipped"
    into.mkdir()
    fault(finished)
    with pytest.raises(SystemExit, match=words):
        ship(finished, "small", into)
    assert list(into.iterdir()) == []


@pytest.mark.parametrize("report", sorted(SHIPPED.glob("*.md")), ids=lambda path: path.stem)
def test_pictures_of_shipped_reports_are_there(report: Path) -> None:
    for link in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", report.read_text(encoding="utf-8")):
        assert (SHIPPED / link).is_file(), f"{report.name}: {link} (see tests/calibration/ship.py)"
        assert link.startswith(f"{report.stem}.")
