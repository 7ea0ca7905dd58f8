"""`published_tables`: a published calculation on its own figures or on a user's, as data frames.

from careersim.published.run import published_tables
published_tables("dlf", figures="my_counties.csv", training_years=7).tables["counties"]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from careersim.errors import UserError, nearest_name
from careersim.published.catalogue import CALCULATIONS, calculation
from careersim.published.declare import Calculation, Column, Tables, columns
from careersim.published.frames import frame
from careersim.published.ledger import Check, Tally, tallies
from careersim.published.user_table import read_rows, setting_values

__all__ = ["Ledger", "PublishedTables", "ledger", "published_tables"]


@dataclass(frozen=True)
class PublishedTables:
    """What a calculation gave.

    Attributes
    ----------
    calculation
        What was calculated.
    figures
        Path of the user's figures; None for the published ones.
    settings
        Values by name.
    tables
        Data frames by name, the main one first; `x_low` and `x_high` enclose a number `x` known up to
        rounding.
    columns
        What each column is, by table and name; `careersim.published.declare.Column`.
    """

    calculation: Calculation
    figures: str | None
    settings: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    columns: Mapping[str, Mapping[str, Column]]

    def only(self, table: str) -> PublishedTables:
        """Keep one of the tables.

        Raises
        ------
        UserError
            If there is none of that name.
        """
        if table not in self.tables:
            raise UserError(
                f"{self.calculation.name} has no table '{table}'",
                expected=f"one of {', '.join(self.tables)}",
                nearest=nearest_name(table, self.tables),
            )
        return replace(self, tables={table: self.tables[table]})


@dataclass(frozen=True)
class Ledger:
    """Printed numbers beside computed ones.

    Attributes
    ----------
    tallies
        Counts by calculation and published table.
    cells
        Each number by calculation.
    """

    tallies: tuple[Tally, ...]
    cells: Mapping[str, tuple[Check, ...]]

    @property
    def unexplained(self) -> int:
        """Numbers that differ without a documented reason."""
        return sum(tally.unexplained for tally in self.tallies)


def published_tables(
    name: str, *, figures: str | Path | None = None, **settings: float | int | str
) -> PublishedTables:
    """Calculate what a document calculates.

    Parameters
    ----------
    name
        One of `careersim.published.catalogue.CALCULATIONS`.
    figures
        A CSV or Parquet file with a user's own figures (docs/reference/published.md names the columns);
        the published figures by default.
    settings
        What can be set, by name; the published values by default.

    Raises
    ------
    UserError
        If there is no such calculation or setting, the file has faults (all in one message), a setting is
        out of range, or nothing is published to calculate from and no file is given.
    """
    asked = calculation(name)
    known = columns(asked.settings)
    for given in settings:
        if given not in known:
            expected = f"one of {', '.join(known)}" if known else "none: it has no settings"
            raise UserError(
                f"{name} has no setting '{given}'", expected=expected, nearest=nearest_name(given, known)
            )
    chosen = setting_values(asked.settings, {key: str(value) for key, value in settings.items()})
    tables = _computed(asked, figures, chosen)
    return PublishedTables(
        asked,
        None if figures is None else str(figures),
        asdict(chosen),
        {key: frame(rows) for key, rows in tables.items()},
        {key: columns(type(rows[0])) if rows else {} for key, rows in tables.items()},
    )


def ledger(names: Sequence[str] = ()) -> Ledger:
    """Compare what documents print with what their formulas give.

    Parameters
    ----------
    names
        Calculations; all by default.

    Raises
    ------
    UserError
        If there is no calculation of that name.
    """
    cells = {name: calculation(name).checks() for name in names or CALCULATIONS}
    counted = [tally for name, checks in cells.items() for tally in tallies(name, checks)]
    return Ledger(tuple(counted), cells)


def _computed(asked: Calculation, path: str | Path | None, settings: Any) -> Tables:
    """Calculate; a fault of the rows is told with their file, one of the settings is not."""
    rows = _rows(asked, path)
    try:
        return asked.compute(rows, settings)
    except UserError as error:
        if path is None or (error.where or "").startswith("--"):
            raise
        where = f"{path}: {error.where}" if error.where else str(path)
        raise type(error)(
            error.message,
            where=where,
            expected=error.expected,
            nearest=error.nearest,
            remedy=error.remedy,
        ) from None


def _rows(asked: Calculation, path: str | Path | None) -> tuple[Any, ...]:
    if path is not None:
        return (asked.read or _read(asked))(Path(path))
    rows = asked.published()
    if not rows:
        raise UserError(
            f"no document prints the figures from which {asked.name} could be calculated",
            expected=f"--input with {', '.join(columns(asked.row))}",
            remedy="docs/reference/published.md says which files can be given",
        )
    return rows


def _read(asked: Calculation) -> Any:
    return lambda path: read_rows(path, asked.row)
