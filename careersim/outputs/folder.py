"""`write_run` and `read_run`: a run folder is complete, or it is not there.

Everything is written into a hidden folder beside the target, flushed to the disk, and then renamed, which
the file system does in one step. Whatever interrupts the writing, the target does not exist, and the hidden
folder is removed.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, time
from typing import Any

import polars as pl

from careersim.errors import OutputError
from careersim.outputs.columns import TABLES, check_columns, dictionary

__all__ = ["FORMAT", "OPTIONAL", "Run", "check_target", "read_run", "write_run", "write_whole"]

FORMAT = 1
"""Number of the layout of a run folder; it changes when a reader would have to."""

OPTIONAL = ("events", "uncertainty")
"""Tables that a complete folder may lack."""

PER_PROFESSION = "replications"
"""Table that is a folder with one file a profession."""

_DAY = 86_400


@dataclass(frozen=True)
class Run:
    """A run folder, opened.

    Attributes
    ----------
    manifest
        What was run, with which files, versions, seed and machine.
    tables
        Lazy tables by name (see docs/reference/outputs.md).
    """

    folder: Path
    manifest: Mapping[str, Any]
    tables: Mapping[str, pl.LazyFrame]


def check_target(folder: str | Path) -> Path:
    """Check that a run folder can be made at this place, before anything is computed.

    Raises
    ------
    OutputError
        If there is no name or one that is too long, something is there already, or the folder around it is
        missing or closed to us.
    """
    if not str(folder):
        raise OutputError("the output folder has no name", expected="a folder that does not exist yet")
    target = Path(folder)
    try:
        exists = target.is_symlink() or target.exists()
        _draft_of(target).exists()  # its name is longer
    except OSError as error:
        raise OutputError(
            f"cannot write here: {error.strerror}",
            where=str(folder),
            remedy="choose a shorter name or another place",
        ) from error
    if exists:
        raise OutputError(
            "the output folder exists already",
            where=str(folder),
            expected="a folder that does not exist yet",
            remedy="choose another name, or remove the folder if you no longer need it",
        )
    parent = target.absolute().parent
    if not parent.is_dir():
        raise OutputError(
            "the folder that should hold the output does not exist",
            where=str(folder),
            expected=f"an existing folder {parent}",
            remedy=f"make it first: mkdir -p '{parent}'",
        )
    if not os.access(parent, os.W_OK | os.X_OK):
        raise OutputError(
            "no permission to write here", where=str(folder), remedy="choose a place that is yours"
        )
    return target


def write_run(
    folder: str | Path,
    tables: Mapping[str, pl.LazyFrame],
    replications: Mapping[str, pl.LazyFrame],
    manifest: Mapping[str, Any],
) -> Path:
    """Write a run folder in one step.

    Parameters
    ----------
    folder
        Must not exist; its parent must.
    tables
        All tables of `TABLES` but `replications`; those of `OPTIONAL` may be left out.
    replications
        The table `replications` by profession; collected one after the other to save memory.
    manifest
        Plain data for `manifest.json`; the list of files is added.

    Returns
    -------
    The folder.

    Raises
    ------
    OutputError
        If the folder exists or cannot be written; nothing is left behind.
    InternalError
        If a table is not as declared.
    """

    def fill(draft: Path) -> None:
        _fill(draft, tables, replications)

    return write_whole(folder, fill, manifest, dictionary())


def write_whole(
    folder: str | Path,
    fill: Callable[[Path], None],
    manifest: Mapping[str, Any],
    columns: Mapping[str, Any],
) -> Path:
    """Write any folder of results in one step.

    Parameters
    ----------
    folder
        Must not exist; its parent must.
    fill
        Writes the tables into the folder that it is given.
    manifest, columns
        Plain data for `manifest.json` and `columns.json`; the list of files is added.

    Returns
    -------
    The folder.

    Raises
    ------
    OutputError
        If the folder exists or cannot be written; nothing is left behind.
    """
    target = check_target(folder)
    try:
        with _sibling(target) as draft:
            started = perf_counter()
            fill(draft)
            timings = {**manifest.get("timings", {}), "write": round(perf_counter() - started, 4)}
            _describe(draft, {**manifest, "timings": timings}, columns)
            _flush(draft)
            check_target(target)  # somebody else may have been faster
            draft.rename(target)
            _flush_entry(target.absolute().parent)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        if not isinstance(error, OSError) and "os error" not in reason:
            raise  # polars wraps failures of the disk in its own errors, but it has others
        raise OutputError(
            f"cannot write: {reason}", where=str(folder), remedy="make room or choose another place"
        ) from error
    return target


def read_run(folder: str | Path) -> Run:
    """Open a run folder.

    Raises
    ------
    OutputError
        If it is not a run folder, of another version, or incomplete.
    """
    path = Path(folder)
    if not path.is_dir():
        raise OutputError("there is no such run folder", where=str(folder), expected="a folder with a run")
    manifest = _read_manifest(path)
    for name, size in manifest["files"].items():
        file = path / name
        if not file.is_file() or file.stat().st_size != size:
            raise OutputError(
                f"the run folder is incomplete: {name} is missing or has another size",
                where=str(folder),
                remedy="run it again, or copy the folder again as a whole",
            )
    tables = {}
    for name in TABLES:
        place = path / name if name == PER_PROFESSION else path / f"{name}.parquet"
        if place.exists():
            tables[name] = pl.scan_parquet(place / "*.parquet" if name == PER_PROFESSION else place)
    return Run(path, manifest, tables)


def _read_manifest(path: Path) -> dict[str, Any]:
    file = path / "manifest.json"
    remedy = "name a folder that `careersim run` has made"
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise OutputError(
            "this is not a complete run folder: manifest.json cannot be read", where=str(path), remedy=remedy
        ) from error
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise OutputError("manifest.json does not describe a run", where=str(path), remedy=remedy)
    if manifest.get("format") != FORMAT:
        raise OutputError(
            f"run folder of format {manifest.get('format')}",
            where=str(path),
            expected=f"format {FORMAT}",
            remedy="open it with the version of careersim that wrote it, or run it again",
        )
    missing = [name for name in TABLES if name not in OPTIONAL and not _listed(name, manifest["files"])]
    if missing:
        raise OutputError(f"the run folder lacks {', '.join(missing)}", where=str(path), remedy=remedy)
    return manifest


def _listed(name: str, files: Mapping[str, int]) -> bool:
    if name == PER_PROFESSION:
        return any(file.startswith(f"{name}/") for file in files)
    return f"{name}.parquet" in files


@contextmanager
def _sibling(target: Path) -> Iterator[Path]:
    """Make a hidden folder beside the target, which is removed unless it was renamed."""
    _remove_leftovers(target)
    draft = _draft_of(target)
    draft.mkdir()
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _draft_of(target: Path) -> Path:
    return target.absolute().parent / f".{target.name}.{secrets.token_hex(4)}.part"


def _remove_leftovers(target: Path) -> None:
    """Remove what runs into the same folder have left when they were killed."""
    pattern = re.compile(re.escape(f".{target.name}.") + r"[0-9a-f]{8}\.part")
    for path in target.absolute().parent.iterdir():
        if pattern.fullmatch(path.name) and time() - path.lstat().st_mtime > _DAY:
            shutil.rmtree(path, ignore_errors=True)


def _fill(
    draft: Path,
    tables: Mapping[str, pl.LazyFrame],
    replications: Mapping[str, pl.LazyFrame],
) -> None:
    for name in TABLES:
        if name != PER_PROFESSION and not (name in OPTIONAL and name not in tables):
            _write_table(draft / f"{name}.parquet", name, tables[name])
    (draft / PER_PROFESSION).mkdir()
    for profession, table in replications.items():
        _write_table(draft / PER_PROFESSION / f"{profession}.parquet", PER_PROFESSION, table)


def _describe(draft: Path, manifest: Mapping[str, Any], columns: Mapping[str, Any]) -> None:
    _write_json(draft / "columns.json", columns)
    files = {
        path.relative_to(draft).as_posix(): path.stat().st_size
        for path in sorted(draft.rglob("*"))
        if path.is_file()
    }
    _write_json(draft / "manifest.json", {"format": FORMAT, **manifest, "files": files})


def _write_table(path: Path, name: str, table: pl.LazyFrame) -> None:
    check_columns(name, table)
    table.sink_parquet(path)  # piece by piece: histories may be longer than the memory


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _flush(folder: Path) -> None:
    """Bring files and folders to the disk, so that a power cut after the rename loses nothing."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _flush_entry(path)
    _flush_entry(folder)


def _flush_entry(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows cannot flush a folder
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
