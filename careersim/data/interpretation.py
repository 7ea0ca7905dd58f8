"""What a printed cell says: its number, its unit, and the interval of true values that it leaves."""

from __future__ import annotations

import re
from dataclasses import dataclass

from careersim.data.catalog import Case, ColumnInfo, TableInfo
from careersim.data.reading import Row
from careersim.data.rounding import Interval, Rounding, Rule, resolve
from careersim.errors import DataError

__all__ = ["Reading", "interpret"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell, or the two cells of a range, say; `low` and `high` bound the true value, in `unit`."""

    value: float | None
    low: float
    high: float
    rounding: Rounding
    unit: str


def interpret(info: TableInfo, column: ColumnInfo, row: Row) -> Reading:
    """Read the figure that a column has in a row.

    Parameters
    ----------
    info
        The table, whose wording rule may turn a printed number into a bound.
    column
        A column with cases.
    row
        The row as text by column.

    Raises
    ------
    DataError
        If no case of the catalog fits the row.
    """
    case = next((case for case in column.cases if case.fits(row)), None)
    if case is None:
        raise DataError(
            "no case fits this row",
            where=f"catalog.yaml: {info.name}: {column.name}",
            expected="a last case without `when`",
        )
    cells = [number_text(row[part], column) for part in column.parts]
    low_cell, high_cell = cells if len(cells) == 2 else (cells[0], cells[0])
    start = "" if info.wording is None else row[info.wording.column]
    if info.wording is not None and len(cells) == 1:
        # Long tables with one value column say in words what the others say by leaving one end empty.
        if starts_with(start, info.wording.lower):
            high_cell = ""
        elif starts_with(start, info.wording.upper):
            low_cell = ""
    about = info.wording is not None and starts_with(start, info.wording.about)
    value, (low, high), rounding = read_ends(low_cell, high_cell, case, about=about)
    return Reading(
        value=value,
        low=max(low, case.minimum),
        high=min(high, case.maximum),
        rounding=rounding,
        unit=case.unit if case.unit is not None else row[column.unit_column or "unit"],
    )


def read_ends(low: str, high: str, case: Case, *, about: bool) -> tuple[float | None, Interval, Rounding]:
    """Read the two ends of a figure: equal for a plain number, one empty for a bound, both for no number.

    Parameters
    ----------
    low, high
        The ends as printed.
    case
        Rounding, suppression and range of the figure.
    about
        Whether the source calls the number approximate.
    """
    domain = (case.minimum, case.maximum)
    if low == high == "":
        if case.suppressed_below is not None:
            # Counts are whole persons, so the largest hidden one is the threshold less one.
            return None, (case.minimum, case.suppressed_below - 1), Rounding("suppressed")
        return None, domain, Rounding("suppressed" if case.suppressed_derived else "not_published")
    if high == "":
        return float(low), (float(low), case.maximum), Rounding("lower_bound")
    if low == "":
        return float(high), (case.minimum, float(high)), Rounding("upper_bound")
    if low != high:
        return None, (float(low), float(high)), Rounding("range")
    rounding, interval = resolve(Rule("about") if about else case.rounding, low)
    return float(low), interval, rounding


def number_text(cell: str, column: ColumnInfo) -> str:
    """Give the number that a cell's word stands for, as text, or the cell itself."""
    return str(column.words[cell]) if cell in column.words else cell


def starts_with(cell: str, openings: tuple[str, ...]) -> bool:
    """Say whether a cell begins with one of the given words, as whole words."""
    return any(re.match(rf"{re.escape(opening)}\b", cell) for opening in openings)
