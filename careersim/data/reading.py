"""Reading a table: the hash is checked on every read, empty cells stay empty, codes stay text."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from careersim.data.catalog import TableInfo, table_info
from careersim.data.shipped import TABLES_FOLDER
from careersim.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

__all__ = ["Row", "load_table", "table_rows", "verified_content"]

Row = Mapping[str, str]
HASH_REMEDY = (
    "restore the file from version control; if the change is meant, record the new hash in catalog.yaml "
    "together with its source"
)


def load_table(name: str) -> pl.DataFrame:
    """Load a table as a data frame.

    Parameters
    ----------
    name
        Name of the table, for example `baseline_2023`.

    Returns
    -------
    Columns as in the CSV file, types as in the catalog: text (codes with leading zeros), Int64 or Float64. An
    empty cell is null, never zero. The word never is infinity.

    Raises
    ------
    DataError
        If there is no such table, its file is missing or was edited, or a cell is not of its column's type.
    """
    import polars as pl

    info, rows = table_info(name), table_rows(name)
    columns = [
        pl.Series(part, [typed(row[part], column.dtype, column.words) for row in rows], dtype=dtype)
        for column in info.columns.values()
        for part in column.parts
        for dtype in [{"string": pl.String, "integer": pl.Int64, "number": pl.Float64}[column.dtype]]
    ]
    provenance = [
        pl.Series(part, [row[part] for row in rows], dtype=pl.String) for part in ("source", "locator")
    ]
    return pl.DataFrame([*columns, *provenance])


def typed(cell: str, dtype: str, words: Mapping[str, float]) -> str | int | float | None:
    """Turn the text of a cell into a value of its column's type; an empty cell is None."""
    if cell == "":
        return None
    if cell in words:
        return words[cell]
    if dtype == "string":
        return cell
    return int(cell) if dtype == "integer" else float(cell)


def table_rows(name: str) -> tuple[Row, ...]:
    """Give the rows of a table as text by column.

    Parameters
    ----------
    name
        Name of the table.

    Raises
    ------
    DataError
        As `load_table`.
    """
    info = table_info(name)
    return parsed(name, verified_content(info, TABLES_FOLDER))


def verified_content(info: TableInfo, folder: Path) -> bytes:
    """Read the CSV file of a table and refuse it if it is not the one that the catalog describes.

    Parameters
    ----------
    info
        The table.
    folder
        Where the CSV files lie.

    Raises
    ------
    DataError
        If the file is missing or its SHA-256 differs; the message names the file and both hashes.
    """
    path = folder / f"{info.name}.csv"
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            "the table's file is missing", where=str(path), remedy="reinstall careersim"
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != info.sha256:
        raise DataError(
            f"the table was edited: its SHA-256 is {found}",
            where=str(path),
            expected=info.sha256,
            remedy=HASH_REMEDY,
        )
    return content


@cache
def parsed(name: str, content: bytes) -> tuple[Row, ...]:
    """Parse a CSV file; kept by content, so an edited file is never answered from memory."""
    info = table_info(name)
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    if tuple(lines[0]) != info.header:
        raise DataError(
            f"columns are {', '.join(lines[0])}", where=f"{name}.csv", expected=", ".join(info.header)
        )
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(info.header):
            raise DataError(
                f"{len(line)} cells", where=f"{name}.csv:{number}", expected=f"{len(info.header)} cells"
            )
    return tuple(dict(zip(info.header, line, strict=True)) for line in lines[1:])
