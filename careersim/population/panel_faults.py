"""All faults of a register panel in one error: what, in which column, in which rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from careersim.errors import DataError, UserError, nearest_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    import polars as pl

__all__ = ["PanelFaults"]

ROWS_SHOWN = 10


@dataclass(frozen=True)
class _Fault:
    """One kind of fault in one column; `rows` is empty if it concerns the column as a whole."""

    column: str
    message: str
    expected: str
    remedy: str
    nearest: str | None
    rows: tuple[int, ...]

    def __str__(self) -> str:
        words = UserError(
            self.message,
            where=f"column {self.column}",
            expected=self.expected,
            nearest=self.nearest,
            remedy=self.remedy,
        )
        if not self.rows:
            return str(words)
        shown = ", ".join(str(row) for row in self.rows[:ROWS_SHOWN])
        more = len(self.rows) - ROWS_SHOWN
        place = f"row {shown}" if len(self.rows) == 1 else f"{len(self.rows)} rows: {shown}"
        return f"{words} ({place}{f' and {more} more' if more > 0 else ''})"


class PanelFaults:
    """Collects the faults of one file and raises them together."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._faults: list[_Fault] = []

    def add(
        self,
        column: str,
        message: str,
        *,
        expected: str,
        remedy: str,
        nearest: str | None = None,
        rows: Iterable[int] = (),
    ) -> None:
        """Add one fault of a column, with the numbers of the rows that have it."""
        self._faults.append(_Fault(column, message, expected, remedy, nearest, tuple(sorted(rows))))

    def add_rows(self, bad: pl.DataFrame, column: str, message: str, *, expected: str, remedy: str) -> None:
        """Add a fault for the rows of `bad`, if there are any, with the first value as an example."""
        if len(bad):
            first = bad.sort("row").row(0, named=True)[column]
            shown = f"{first:g}" if isinstance(first, float) else first
            example = "" if first is None else f", for example {shown}"
            self.add(column, message + example, expected=expected, remedy=remedy, rows=bad["row"])

    def add_names(self, bad: pl.DataFrame, column: str, kind: str, valid: Iterable[str]) -> None:
        """Add a fault for each name in `column` of `bad`, none of which is valid."""
        names = list(valid)
        for (value,), rows in sorted(bad.partition_by(column, as_dict=True).items()):
            self.add(
                column,
                f"unknown {kind} '{value}'",
                expected=f"one of {', '.join(names)}",
                nearest=_nearest(str(value), names),
                remedy="correct the cells",
                rows=rows["row"],
            )

    def raise_if_any(self) -> None:
        """Raise one `DataError` that lists every fault on its own line; do nothing without faults."""
        if not self._faults:
            return
        rows = {row for fault in self._faults for row in fault.rows}
        count = f"{len(self._faults)} {'fault' if len(self._faults) == 1 else 'faults'}"
        extent = f" in {len(rows)} {'row' if len(rows) == 1 else 'rows'}" if rows else ""
        lines = [f"{count}{extent}; rows are counted from 1 without the header:"]
        raise DataError("\n".join(lines + [f"  {fault}" for fault in self._faults]), where=str(self._path))


def _nearest(value: str, names: list[str]) -> str | None:
    """Nearest name; of codes only the one that lost its zero, since like digits are not like places."""
    if value.isdecimal():
        return value.zfill(2) if value.zfill(2) in names else None
    return nearest_name(value, names)
