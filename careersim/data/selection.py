"""Choosing rows of a table by the cells of its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from careersim.data.catalog import TableInfo
from careersim.data.reading import Row
from careersim.data.shipped import LONGEST_LISTING, refuse_unknown
from careersim.errors import DataError, nearest_name

__all__ = ["select_one", "select_rows"]


def select_one(info: TableInfo, rows: Sequence[Row], key: Mapping[str, str | int]) -> Row:
    """Choose the single row that a key selects.

    Parameters
    ----------
    info
        The table.
    rows
        Rows to choose from.
    key
        Column and cell.

    Raises
    ------
    DataError
        As `select_rows`, and if several rows are left; the message names the columns that would tell them
        apart.
    """
    found = select_rows(info, rows, key)
    if len(found) > 1:
        # Where the key columns do not tell the rows apart, the same fact is printed twice: the place does.
        open_columns = [name for name in info.key_columns if len({row[name] for row in found}) > 1] or [
            "locator"
        ]
        options = "; ".join(
            f"{name} = {', '.join(sorted({row[name] for row in found})[:6])}" for name in open_columns
        )
        raise DataError(
            f"{len(found)} rows fit {worded(key)}",
            where=f"table {info.name}",
            expected="one row",
            remedy=f"add {' and '.join(open_columns)} ({options})",
        )
    return found[0]


def select_rows(info: TableInfo, rows: Sequence[Row], key: Mapping[str, str | int]) -> list[Row]:
    """Choose the rows that a key selects.

    Parameters
    ----------
    info, rows, key
        As in `select_one`.

    Returns
    -------
    At least one row, in the order of the table.

    Raises
    ------
    DataError
        If a column or a cell does not occur (the message gives the nearest one that does), or no row has all
        the cells.
    """
    found = list(rows)
    applied: dict[str, str | int] = {}
    for column, wanted in key.items():
        refuse_unknown(column, info.header, what="column", where=f"table {info.name}")
        remaining = [row for row in found if row[column] == str(wanted)]
        if not remaining:
            known = list(dict.fromkeys(row[column] for row in found))
            # A county code that lost its zero on the way is as near to 13 as to 01 for difflib.
            padded = str(wanted).zfill(2)
            raise DataError(
                f"no row has {column} '{wanted}'" + (f" with {worded(applied)}" if applied else ""),
                where=f"table {info.name}",
                expected=f"one of {', '.join(known)}" if len(known) <= LONGEST_LISTING else None,
                nearest=padded if padded in known else nearest_name(str(wanted), known),
            )
        found = remaining
        applied[column] = wanted
    return found


def worded(key: Mapping[str, str | int]) -> str:
    """Write a key for a message."""
    return ", ".join(f"{column} = '{cell}'" for column, cell in key.items()) or "the empty key"
