"""The files that a run file leads to: what it extends, and the careers that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

from careersim.config.fault_report import Fault, FaultReport
from careersim.config.faults import format_key_path
from careersim.config.overlay import Overlay
from careersim.config.yaml_source import KeyPath, SourceDocument, YamlValue, read_yaml
from careersim.errors import ConfigError, nearest_name

__all__ = ["as_fault", "career_document", "read_document", "read_layers", "shipped_careers"]

_DEEPEST = 20
_EXPECTED = "the path of a run file, or a list of such paths"


def read_layers(path: Path, report: FaultReport) -> tuple[SourceDocument, ...] | None:
    """Read a run file and what it extends.

    Of a list, the first path is laid lowest, and the file itself on top of all. A file that several others
    extend is laid once, at the lowest of its places.

    Parameters
    ----------
    path
        The run file.
    report
        Takes the faults.

    Returns
    -------
    The files, lowest first; None if one of them cannot be read, if they extend one another in a circle, or
    if `extends` names no files.
    """
    laid: dict[Path, SourceDocument] = {}
    sound = _lay(path, None, (), laid, report)
    return tuple(laid.values()) if sound else None


def _lay(
    path: Path,
    named_by: tuple[SourceDocument, KeyPath] | None,
    above: tuple[Path, ...],
    laid: dict[Path, SourceDocument],
    report: FaultReport,
) -> bool:
    """Add what a file extends, and then the file itself, to `laid`; False after a fault."""
    document = read_document(path, report, named_by)
    if document is None:
        return False
    bases = _bases(document, report)
    if bases is None:
        return False
    if bases and not above and "name" not in document.data:
        message = "missing key 'name'"
        expected = "a name of its own, so that its results do not replace those of the file that it extends"
        report.add(Fault(str(path), 1, "name", message, expected, None, "add 'name: ...'"))
    above = (*above, path.resolve())
    sound = True
    before = dict(laid)
    for key_path, base in bases.items():
        below = document.path.parent / base
        wrong = _wrong_place(base, below.resolve(), above, laid, before)
        if wrong is not None:
            line, _ = document.position(key_path)
            message, expected, remedy = wrong
            key = format_key_path(key_path)
            report.add(Fault(str(document.path), line, key, message, expected, None, remedy))
            sound = False
        elif below.resolve() not in laid:
            sound &= _lay(below, (document, key_path), above, laid, report)
    laid[path.resolve()] = document
    return sound


def _wrong_place(
    base: str,
    below: Path,
    above: tuple[Path, ...],
    laid: Mapping[Path, object],
    before: Mapping[Path, object],
) -> tuple[str, str, str] | None:
    """Message, expected, and remedy, if a file cannot be laid here.

    `above` are the files that lead here, `laid` those that lie already, and `before` those that lay before
    the list began in which `base` stands.
    """
    if below in above:
        return f"'{base}' extends this file in turn", "another run file", "remove one of the two `extends`"
    if below in laid and below not in before:
        message = f"'{base}' is laid by an earlier entry of this list already"
        return message, "every file once, and before those that extend it", "remove it, or put it first"
    if len(above) == _DEEPEST:
        message = f"{_DEEPEST} files extend one another, and '{base}' is one more"
        return message, f"at most {_DEEPEST}", "write what they say into fewer files"
    return None


def _bases(document: SourceDocument, report: FaultReport) -> dict[KeyPath, str] | None:
    """The paths under `extends` with their places; None after a fault."""
    value = document.data.get("extends", [])
    places: dict[KeyPath, YamlValue] = {("extends",): value}
    if isinstance(value, list):
        places = {("extends", number): one for number, one in enumerate(value)}
    bases = {place: one for place, one in places.items() if isinstance(one, str) and one}
    empty = "extends" in document.data and not places
    for place in [("extends",)] if empty else places.keys() - bases.keys():
        line, _ = document.position(place)
        shown = "a mapping" if isinstance(places.get(place), dict) else "a list"
        message = f"{shown} is no path" if places.get(place) else "no path is given"
        remedy = "write one path, or each on a line of its own after '- '"
        report.add(Fault(str(document.path), line, format_key_path(place), message, _EXPECTED, None, remedy))
    return None if empty or len(bases) < len(places) else bases


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
    path: Path, report: FaultReport, named_by: tuple[SourceDocument, KeyPath] | None = None
) -> SourceDocument | None:
    """Read a YAML file; on failure, add the fault and return None.

    Parameters
    ----------
    path
        The file.
    report
        Takes the fault.
    named_by
        The run file that extends this one and where it says so, for the message.
    """
    try:
        return read_yaml(path)
    except ConfigError as error:
        fault = as_fault(error, path)
        if named_by is not None:
            document, there = named_by
            line, _ = document.position(there)
            key = format_key_path(there)
            remedy = "`extends` is relative to the file in which it stands"
            message = f"cannot extend {fault.file}: {fault.message}"
            fault = Fault(str(document.path), line, key, message, fault.expected, fault.nearest, remedy)
        report.add(fault)
        return None


def as_fault(error: ConfigError, path: Path) -> Fault:
    """Turn the error of reading one file into a fault of the report."""
    where = error.where or str(path)
    return Fault(where, None, "", error.message, error.expected, error.nearest, error.remedy)
