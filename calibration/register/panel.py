"""`read_panel`: a person-year table of one profession, typed and free of contradictions."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from calibration.register.careers import refuse_impossible
from calibration.register.cells import typed_rows
from careersim.errors import DataError, UserError, nearest_name
from careersim.model.graph import Profession

__all__ = ["Panel", "read_panel"]

FORMATS = (".csv", ".parquet")
_SHOWN = 10


@dataclass(frozen=True)
class Panel:
    """A person-year table.

    Attributes
    ----------
    profession
        Whose careers.
    rows
        One row a person and year, in order of both, as `calibration.register.cells.typed_rows` gives them.
    columns
        Names of the columns of the file.
    name, sha256
        Name and hash of the file.
    """

    profession: Profession
    rows: pl.DataFrame
    columns: tuple[str, ...]
    name: str
    sha256: str

    @property
    def years(self) -> tuple[int, ...]:
        """The years that the table has rows of, ascending."""
        return tuple(self.rows["year"].unique().sort().to_list())

    @property
    def knows_home(self) -> bool:
        """Whether counties of origin are given for somebody."""
        return self.rows["home"].null_count() < len(self.rows)


def read_panel(path: str | Path, profession: Profession, *, years: tuple[int, int] | None = None) -> Panel:
    """Read a person-year table.

    Parameters
    ----------
    path
        A file ending in `.csv` (commas, UTF-8) or `.parquet`; docs/reference/person-year-panel.md lists its
        columns. Rows of other professions may stand in it.
    profession
        Its rows are taken, and checked against its states.
    years
        First and last year that the table may have; any if left out.

    Returns
    -------
    The table.

    Raises
    ------
    DataError
        If the file cannot be read, or with every kind of fault, the number of rows that have it and the
        first of them; nothing partial is returned.
    """
    path = Path(path)
    frame, sha256 = _read(path)
    rows = typed_rows(frame, profession, path)
    if not len(rows):
        raise _nobody(frame, profession, path)
    refuse_impossible(rows, profession, path, years)
    return Panel(profession, rows.sort("person", "year"), tuple(frame.columns), path.name, sha256)


def _read(path: Path) -> tuple[pl.DataFrame, str]:
    if path.suffix not in FORMATS:
        raise UserError(
            f"unknown format '{path.suffix}'",
            where=str(path),
            expected=f"a file name ending in {' or '.join(FORMATS)}",
            remedy="convert or rename the file",
        )
    if not path.is_file():
        raise DataError("no such file", where=str(path), remedy="correct the path")
    try:
        content = path.read_bytes()
        frame = (
            pl.read_csv(content, infer_schema=False) if path.suffix == ".csv" else pl.read_parquet(content)
        )
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise DataError(
            f"cannot be read: {reason}",
            where=str(path),
            expected="a table with commas and a header in UTF-8"
            if path.suffix == ".csv"
            else "a whole Parquet file",
            remedy="export or copy the file again",
        ) from error
    if path.suffix == ".csv":
        _refuse_broken_rows(content, frame, path)
    return frame, hashlib.sha256(content).hexdigest()


def _refuse_broken_rows(content: bytes, frame: pl.DataFrame, path: Path) -> None:
    """Refuse what a reader would fill up in silence: other separators, and rows that were cut off."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise DataError("is not text in UTF-8", where=str(path), remedy="save it as CSV in UTF-8")
    if frame.width == 1 and any(mark in frame.columns[0] for mark in ";\t|"):
        raise DataError(
            f"one column only, '{frame.columns[0]}'",
            where=str(path),
            expected="columns separated by commas",
            remedy="separate the columns by commas, not by semicolons or tabs",
        )
    lines = csv.reader(io.StringIO(content.decode("utf-8-sig", errors="replace"), newline=""))
    cut = [number for number, cells in enumerate(filter(None, lines)) if len(cells) != frame.width]
    if cut:
        shown = ", ".join(map(str, cut[:_SHOWN])) + (" ..." if len(cut) > _SHOWN else "")
        raise DataError(
            f"{len(cut)} rows are cut off or too long (counted from 1 without the header: {shown})",
            where=str(path),
            expected=f"{frame.width} cells in every row, as in the header",
            remedy="export or copy the file again",
        )


def _nobody(frame: pl.DataFrame, profession: Profession, path: Path) -> DataError:
    names = sorted(str(name) for name in frame["profession"].unique() if name is not None)
    return DataError(
        f"nobody of profession '{profession.name}'",
        where=str(path),
        expected=f"its rows; the file has {', '.join(names) or 'none at all'}",
        nearest=nearest_name(profession.name, names),
        remedy="correct the column profession, or name another profession",
    )
