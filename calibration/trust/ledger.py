"""The forecast ledger: forecasts that cannot be changed afterwards, scored when a register year is added.

A ledger is a folder with `ledger.csv`, one line a forecast, and one Parquet file for each. A line holds the
SHA-256 of its file and of the line before, so that no forecast can be altered, replaced or dropped unseen.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from careersim.errors import DataError, OutputError, UserError, nearest_name

__all__ = ["LEDGER", "Entry", "freeze", "open_forecast", "read_ledger", "refuse_name"]

LEDGER = "ledger.csv"
_COLUMNS = ("number", "name", "frozen", "file", "sha256", "entry_sha256")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_FILES = "[0-9][0-9][0-9][0-9]-*.parquet"
_START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One frozen forecast.

    Attributes
    ----------
    number
        From 1, in order of freezing.
    frozen
        When, in UTC.
    file, sha256
        Its Parquet file in the folder, and the hash of the bytes.
    entry_sha256
        Hash over the entry before and all of the above.
    """

    number: int
    name: str
    frozen: str
    file: str
    sha256: str
    entry_sha256: str


def freeze(
    folder: str | Path, name: str, table: pl.DataFrame, described: Mapping[str, Any], frozen: str
) -> Entry:
    """Add a forecast to a ledger, which is made if it is not there.

    Parameters
    ----------
    folder
        Of the ledger; its parent must exist.
    name
        Of the forecast: small letters, digits, hyphens and underscores; not in the ledger yet.
    table
        Columns profession, group, measure, county_code, year, samples, and what a naive forecast says:
        `no_change` and `cohort` (null where there is none); and `shift` (`calibration.trust.forecasts`).
    described
        How it was made (configuration, posterior, seed, version), kept in the file.
    frozen
        Time of freezing, ISO 8601 in UTC.

    Returns
    -------
    The new entry.

    Raises
    ------
    UserError
        If the name is taken or not a name, or the ledger is broken already.
    OutputError
        If nothing can be written; the ledger is as it was.
    """
    path = Path(folder)
    entries = refuse_name(path, name)
    number = len(entries) + 1
    file = f"{number:04d}-{name}.parquet"
    content = io.BytesIO()
    table.write_parquet(
        content, compression_level=22, metadata={"careersim": json.dumps(described, sort_keys=True)}
    )
    sha256 = hashlib.sha256(content.getvalue()).hexdigest()
    before = entries[-1].entry_sha256 if entries else _START
    entry = Entry(number, name, frozen, file, sha256, _chained(before, number, name, frozen, file, sha256))
    try:
        path.mkdir(exist_ok=True)
        _replace(path / file, content.getvalue())  # a file without its line is no forecast yet
        _replace(path / LEDGER, _text((*entries, entry)).encode())
    except OSError as error:
        raise OutputError(f"cannot write: {error.strerror}", where=str(path)) from error
    return entry


def refuse_name(folder: str | Path, name: str) -> tuple[Entry, ...]:
    """Refuse a name that no new forecast can have.

    Returns
    -------
    The entries of the ledger, checked; none if it is not there yet.

    Raises
    ------
    UserError
        If the name is taken or not a name, the ledger is broken, or its folder has no parent.
    """
    path = Path(folder)
    if not _NAME.fullmatch(name):
        raise UserError(
            f"'{name}' is no name of a forecast",
            where="name",
            expected="small letters, digits, hyphens and underscores",
        )
    if not path.absolute().parent.is_dir():
        raise UserError("the folder around it does not exist", where=str(folder), remedy="make it first")
    if path.exists() and not path.is_dir():
        raise UserError("is a file", where=str(folder), expected="the folder of a ledger, or a new one")
    begun = (path / LEDGER).exists() or any(path.glob(_FILES))
    entries = read_ledger(path) if begun else ()
    if any(entry.name == name for entry in entries):
        raise UserError(
            f"forecast '{name}' is in the ledger already",
            where=str(path / LEDGER),
            remedy="choose another name; a frozen forecast is never replaced",
        )
    return entries


def read_ledger(folder: str | Path) -> tuple[Entry, ...]:
    """Read a ledger and check every line and every file.

    Raises
    ------
    DataError
        If there is none; or with all that was altered: lines out of order, hashes that do not fit, files that
        are missing or have other bytes.
    """
    path = Path(folder) / LEDGER
    files = {file.name for file in Path(folder).glob(_FILES)}
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8")), strict=True))
    except FileNotFoundError:
        if files:
            raise DataError(
                f"forecasts without a ledger: {', '.join(sorted(files))}",
                where=str(path),
                expected=f"{LEDGER} beside them",
                remedy="restore it from your version control, or delete what an interrupted freeze left",
            ) from None
        raise DataError(
            "there is no ledger of forecasts",
            where=str(folder),
            expected=f"a folder with {LEDGER}",
            remedy="freeze a forecast first, or correct the path",
        ) from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"cannot be read: {error}", where=str(path)) from None
    entries, faults, before = [], [], _START
    for position, row in enumerate(rows, start=1):
        entry = _entry(row)
        if entry is None:
            faults.append(f"line {position + 1}: not a line of a ledger (columns {', '.join(_COLUMNS)})")
            continue
        told = f"line {position + 1} ({entry.name})"
        parts = (entry.number, entry.name, entry.frozen, entry.file, entry.sha256)
        if entry.number != position or entry.entry_sha256 != _chained(before, *parts):
            faults.append(f"{told}: was changed, or a line before it was changed or removed")
        if not (path.parent / entry.file).is_file():
            faults.append(f"{told}: {entry.file} is missing")
        elif hashlib.sha256((path.parent / entry.file).read_bytes()).hexdigest() != entry.sha256:
            faults.append(f"{told}: {entry.file} is not the file that was frozen")
        before = entry.entry_sha256
        entries.append(entry)
    strays = sorted(files - {entry.file for entry in entries})
    faults += [f"{stray} has no line: it was removed, or freezing was interrupted" for stray in strays]
    if faults:
        raise DataError(
            f"{len(faults)} broken promises in the ledger: " + "; ".join(faults),
            where=str(path),
            remedy="restore the ledger from your version control (what an interrupted freeze left may be"
            " deleted); its forecasts cannot be trusted as it is",
        )
    return tuple(entries)


def open_forecast(folder: str | Path, name: str | None = None) -> tuple[Entry, pl.DataFrame, dict[str, Any]]:
    """Open a forecast, the latest one by default.

    Returns
    -------
    Entry, table, and how it was made.

    Raises
    ------
    UserError
        If the ledger is broken or has no such forecast.
    """
    entries = read_ledger(folder)
    found = [entry for entry in entries if name in (None, entry.name)]
    if not found:
        names = [entry.name for entry in entries]
        raise UserError(
            f"the ledger has no forecast '{name}'" if name else "the ledger has no forecast",
            where=str(Path(folder) / LEDGER),
            nearest=nearest_name(name or "", names),
            remedy=f"choose one of {', '.join(names)}" if names else "freeze one first",
        )
    path = Path(folder) / found[-1].file
    described = json.loads(pl.read_parquet_metadata(path)["careersim"])
    return found[-1], pl.read_parquet(path), described


def _entry(row: Mapping[str, str | None]) -> Entry | None:
    cells = [row.get(name) for name in _COLUMNS]
    number, *words = cells
    if (
        number is None
        or not (number.isascii() and number.isdigit())
        or None in words
        or set(row) != set(_COLUMNS)
    ):
        return None
    name, frozen, file, sha256, entry = (str(word) for word in words)
    return Entry(int(number), name, frozen, Path(file).name, sha256, entry)


def _chained(before: str, *parts: object) -> str:
    return hashlib.sha256("\n".join([before, *(str(part) for part in parts)]).encode()).hexdigest()


def _text(entries: tuple[Entry, ...]) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows([getattr(entry, name) for name in _COLUMNS] for entry in entries)
    return stream.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole, in one step."""
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
