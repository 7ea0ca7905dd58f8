"""The files that a run file leads to: what it extends, and the careers that it names."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from careersim.config.fault_report import Fault, FaultReport
from careersim.config.faults import format_key_path
from careersim.config.overlay import Overlay
from careersim.config.yaml_source import KeyPath, SourceDocument, read_yaml
from careersim.errors import ConfigError, nearest_name

__all__ = ["as_fault", "career_document", "read_document", "read_layers", "shipped_careers"]

_MOST_LAYERS = 20


def read_layers(path: Path, report: FaultReport) -> tuple[SourceDocument, ...] | None:
    """Read a run file and what it extends.

    Parameters
    ----------
    path
        The run file.
    report
        Takes the faults.

    Returns
    -------
    The files, lowest first; None if one of them cannot be read, or if they extend one another in a circle.
    """
    layers: list[SourceDocument] = []
    seen: set[Path] = set()
    while True:
        document = read_document(path, report, layers[0] if layers else None)
        if document is None:
            return None
        layers.insert(0, document)
        seen.add(path.resolve())
        base = document.data.get("extends")
        if not isinstance(base, str):
            return tuple(layers)
        if len(layers) == 1 and "name" not in document.data:
            message = "missing key 'name'"
            expected = (
                "a name of its own, so that its results do not replace those of the file that it extends"
            )
            report.add(Fault(str(path), 1, "name", message, expected, None, "add 'name: ...'"))
        path = document.path.parent / base
        if path.resolve() in seen or len(layers) == _MOST_LAYERS:
            line, _ = document.position(("extends",))
            message = f"'{base}' extends this file in turn"
            remedy = "remove one of the two `extends`"
            report.add(Fault(str(document.path), line, "extends", message, "another run file", None, remedy))
            return None


def shipped_careers() -> tuple[str, ...]:
    """Names of the career files that come with the package."""
    folder = files("careersim") / "careers"
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def career_document(
    name: str, overlay: Overlay, key_path: KeyPath, report: FaultReport
) -> SourceDocument | None:
    """Find and read a career.

    Parameters
    ----------
    name
        A shipped career, or a path relative to the file that names it.
    overlay, key_path
        The run file, and where in it the name stands.
    report
        Takes the faults: an unknown name, a file that cannot be read.

    Returns
    -------
    The career file, or None after a fault.
    """
    origin, there = overlay.origin(key_path)
    if "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        return read_document(origin.path.parent / name, report)
    shipped = shipped_careers()
    if name in shipped:
        return _read_shipped(name, report)
    line, _ = origin.position(there)
    report.add(
        Fault(
            str(origin.path),
            line,
            format_key_path(there),
            f"unknown profession '{name}'",
            f"one of {', '.join(shipped)}, or the path of a career file",
            nearest_name(name, shipped),
            "correct the name, or write the path of a file that ends in .yaml",
        )
    )
    return None


def _read_shipped(name: str, report: FaultReport) -> SourceDocument | None:
    with as_file(files("careersim") / "careers" / f"{name}.yaml") as path:
        document = read_document(path, report)
    if document is None:
        return None
    # Told from the package's root, so that reports and manifests do not differ between machines.
    return replace(document, path=Path("careersim", "careers", f"{name}.yaml"))


def read_document(
    path: Path, report: FaultReport, named_by: SourceDocument | None = None
) -> SourceDocument | None:
    """Read a YAML file; on failure, add the fault and return None.

    Parameters
    ----------
    path
        The file.
    report
        Takes the fault.
    named_by
        The run file that extends this one, for the message.
    """
    try:
        return read_yaml(path)
    except ConfigError as error:
        fault = as_fault(error, path)
        if named_by is not None:
            line, _ = named_by.position(("extends",))
            remedy = "`extends` is relative to the file in which it stands"
            message = f"cannot extend {fault.file}: {fault.message}"
            fault = Fault(str(named_by.path), line, "extends", message, fault.expected, fault.nearest, remedy)
        report.add(fault)
        return None


def as_fault(error: ConfigError, path: Path) -> Fault:
    """Turn the error of reading one file into a fault of the report."""
    where = error.where or str(path)
    return Fault(where, None, "", error.message, error.expected, error.nearest, error.remedy)
