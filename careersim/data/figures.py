"""Single published figures with all that must not get lost on the way: interval, unit, document, place."""

from __future__ import annotations

from dataclasses import dataclass

from careersim.data.catalog import ColumnInfo, TableInfo, table_info
from careersim.data.documents import Document, document
from careersim.data.interpretation import interpret
from careersim.data.places import counties
from careersim.data.reading import Row, table_rows
from careersim.data.rounding import Rounding
from careersim.data.selection import select_one, select_rows
from careersim.data.shipped import refuse_unknown
from careersim.errors import DataError

__all__ = ["Figure", "Source", "figure", "figures_by_county", "source_of"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure.

    Attributes
    ----------
    value
        The number as printed, in `unit`; None if nothing or a range is printed. With "just over 250" it
        is 250.
    low, high
        Closed interval of the true values that rounding, wording or suppression leave, in `unit`; may be
        infinite.
    rounding
        How the printed form relates to the true value.
    suppressed
        Whether the source hides the number to protect small groups.
    unit
        Unit in words, for example `persons`.
    document, locator
        Key of the document and place in it.
    table, column, key
        Where in the package's tables; `key` pairs the table's key columns with their cells.
    """

    value: float | None
    low: float
    high: float
    rounding: Rounding
    suppressed: bool
    unit: str
    document: str
    locator: str
    table: str
    column: str
    key: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where one or several rows come from: a document and the places in it, in the order of the rows."""

    document: Document
    locators: tuple[str, ...]


def figure(table: str, column: str, /, **key: str | int) -> Figure:
    """Look up one published figure.

    Parameters
    ----------
    table
        Name of the table, for example `gp_2019`.
    column
        Column that holds figures. Tables with `value_low` and `value_high` have one figure column, `value`.
    **key
        Column = cell, as many as needed to single out one row; any column may be used, also `locator`.
        County codes are text with leading zero. Years may be numbers.

    Raises
    ------
    DataError
        If the table, the column, a key column or a cell is unknown (the message gives the nearest valid
        name), if the key leaves several rows, or if the table's file was edited.
    """
    info = table_info(table)
    return figure_of(info, figure_column(info, column), select_one(info, table_rows(table), key))


def figures_by_county(table: str, column: str, /, **where: str | int) -> dict[str, Figure]:
    """Look up one figure for every county that the table has.

    Parameters
    ----------
    table, column
        As in `figure`.
    **where
        Column = cell, as many as needed to leave one row a county.

    Returns
    -------
    Figures by county code, in the order of the codes, without the national row. Counties for which the table
    has no row are left out; a suppressed or empty cell is there, as a figure without a value.

    Raises
    ------
    DataError
        As `figure`, and if the table has no column `county_code`.
    """
    info = table_info(table)
    described = figure_column(info, column)
    refuse_unknown("county_code", info.columns, what="column", where=f"table {table}")
    selected = select_rows(info, table_rows(table), where)
    present = {row["county_code"] for row in selected}
    return {
        county.code: figure_of(info, described, select_one(info, selected, {"county_code": county.code}))
        for county in counties()
        if county.code in present
    }


def source_of(table: str, /, **key: str | int) -> Source:
    """Say which document, and which places in it, the selected rows come from.

    Parameters
    ----------
    table
        Name of the table.
    **key
        Column = cell; without any, all rows.

    Raises
    ------
    DataError
        As `figure`, and if the selected rows come from several documents.
    """
    info = table_info(table)
    rows = select_rows(info, table_rows(table), key)
    keys = sorted({row["source"] for row in rows})
    if len(keys) > 1:
        raise DataError(
            f"the rows come from {len(keys)} documents: {', '.join(keys)}",
            where=f"table {table}",
            expected="rows of one document",
            remedy="select more narrowly, for example by source",
        )
    return Source(document(keys[0]), tuple(dict.fromkeys(row["locator"] for row in rows)))


def figure_column(info: TableInfo, column: str) -> ColumnInfo:
    """Give the description of a column that holds figures.

    Raises
    ------
    DataError
        If the table has no such column, or it holds no figures.
    """
    refuse_unknown(column, info.figure_columns, what="figure column", where=f"table {info.name}")
    return info.columns[column]


def figure_of(info: TableInfo, column: ColumnInfo, row: Row) -> Figure:
    """Build the figure that a column has in a row."""
    reading = interpret(info, column, row)
    return Figure(
        value=reading.value,
        low=reading.low,
        high=reading.high,
        rounding=reading.rounding,
        suppressed=reading.rounding.kind == "suppressed",
        unit=reading.unit,
        document=row["source"],
        locator=row["locator"],
        table=info.name,
        column=column.name,
        key=tuple((name, row[name]) for name in info.key_columns),
    )
