"""Years of degree, licence and certificate: from a table, a register panel, or the events of a run.

All three are one sort of row, so that a run is measured exactly as a register would be. Persons with the same
years are counted together where the source does not need to be seen person by person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from careersim.config.fault_report import Fault, FaultReport
from careersim.errors import ConfigError, nearest_name
from careersim.published.declare import column, columns
from careersim.published.run_histories import RUN_FORMAT, STAMPS, read_histories
from careersim.published.user_table import wrong_separator

__all__ = ["RUN_FORMAT", "CareerYears", "read_career_years"]

_REQUIRED = ("person", "degree_year", "licence_year", "certificate_year")
_YEARS = ("degree_year", "licence_year", "certificate_year", "observed_from", "observed_until")
_FLAGS = {"": 0, "0": 0, "0.0": 0, "false": 0, "1": 1, "1.0": 1, "true": 1}
_FIRST, _LAST = 1900, 2200


@dataclass(frozen=True)
class CareerYears:
    """A person, or several with the same years."""

    person: str = column("Person, any key; empty for persons counted together", key=True)
    degree_year: int | None = column(
        "Year of the degree; empty or 0: none yet, or not known", unit="year", lowest=_FIRST, required=False
    )
    licence_year: int | None = column(
        "Year of the licence; empty or 0: none yet", unit="year", lowest=_FIRST, required=False
    )
    certificate_year: int | None = column(
        "Year of the specialist certificate; empty or 0: none yet", unit="year", lowest=_FIRST, required=False
    )
    profession: str = column("Profession", required=False)
    trained_abroad: int = column(
        "Basic training abroad: 0 or 1; empty is 0", lowest=0, highest=1, required=False
    )
    observed_from: int | None = column(
        "First year of which events are known; empty: all are", unit="year", lowest=_FIRST, required=False
    )
    observed_until: int | None = column(
        "Last year of which events are known; empty: the last year in the table",
        unit="year",
        lowest=_FIRST,
        required=False,
    )
    persons: int = column(
        "Persons with these years; empty is 1", unit="persons", lowest=1, highest=1e9, required=False
    )


def read_career_years(path: Path) -> tuple[CareerYears, ...]:
    """Read the years of careers.

    Parameters
    ----------
    path
        A run folder made with `careersim run --events`; or a CSV or Parquet file. A file with a column
        `year` is a register panel: a row for each person and year, of which the last one counts, and columns
        that are not asked for may be there. Any other file has the columns of `CareerYears`.

    Returns
    -------
    Rows; of a run and a panel those with the same years are counted together, over all replications.

    Raises
    ------
    ConfigError
        If it is none of these, or has faults; all faults of a table are told together.
    """
    if path.is_dir():
        return _together(read_histories(path), ("profession", "trained_abroad", *_YEARS))
    table = _table(path)
    return _of_panel(path, table) if "year" in table.columns else _of_table(path, table)


# --- Tables ---


def _table(path: Path) -> pl.DataFrame:
    """All cells as text without spaces around; empty cells are empty text."""
    expected = f"a run folder, or a CSV or Parquet file with the columns {', '.join(_REQUIRED)}"
    try:
        if path.suffix.lower() == ".parquet":
            table = pl.read_parquet(path)
        else:
            table = pl.read_csv(path, infer_schema=False)
        return table.select(pl.all().cast(pl.String, strict=False).fill_null("").str.strip_chars())
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = "not a table" if isinstance(error, pl.exceptions.PolarsError) else error.strerror
        raise ConfigError(
            f"cannot be read: {reason or error}",
            where=str(path),
            expected=expected,
            remedy="check the path, and save it as CSV in UTF-8 with commas",
        ) from None


class _Cells:
    """Checks the cells of one file; lines are counted as an editor does, or from 1 in Parquet."""

    def __init__(self, path: Path, table: pl.DataFrame) -> None:
        self.path, self.table = path, table
        self.report = FaultReport("the table")
        self.first_line = 1 if path.suffix.lower() == ".parquet" else 2

    def header(self, required: Sequence[str], known: Sequence[str] | None) -> None:
        names = self.table.columns
        if len(names) == 1 and (mark := wrong_separator(names[0])):
            remedy = f"separate the columns by commas, not {mark}"
            self.fault(1, "", "there is only one column", ", ".join(required), remedy=remedy)
            self.report.raise_if_any()
        for name in required:
            if name not in self.table.columns:
                others = [other for other in self.table.columns if other not in required]
                self.fault(1, name, "the column is missing", ", ".join(required), nearest_name(name, others))
        for name in self.table.columns:
            if known is not None and name not in known:
                expected = f"one of {', '.join(known)}"
                self.fault(1, name, "there is no such column", expected, nearest_name(name, known))
        self.report.raise_if_any()
        if not len(self.table):
            self.fault(None, "", "there are no rows", "at least one person")

    def numbers(self, name: str, lowest: int, highest: int) -> pl.Series:
        """Whole numbers; null for empty cells and 0."""
        if name not in self.table.columns:
            return pl.Series(name, [None] * len(self.table), dtype=pl.Int64)
        text = self.table[name]
        number = text.cast(pl.Float64, strict=False)
        right = (number == number.round(0)) & number.is_between(lowest, highest) | (number == 0)
        self.wrong(
            name, (text != "") & ~right.fill_null(value=False), f"a whole number, {lowest} to {highest}"
        )
        kept = pl.Series(right.fill_null(value=False)) & (number != 0)
        return number.zip_with(kept, pl.Series([None], dtype=pl.Float64)).cast(pl.Int64).alias(name)

    def flags(self, name: str) -> pl.Series:
        """0 or 1; 0 for empty cells."""
        if name not in self.table.columns:
            return pl.Series(name, [0] * len(self.table), dtype=pl.Int64)
        found = (
            self.table[name].str.to_lowercase().replace_strict(_FLAGS, default=None, return_dtype=pl.Int64)
        )
        self.wrong(name, found.is_null(), "0, 1, false or true")
        return found.fill_null(0)

    def text(self, name: str) -> pl.Series:
        if name in self.table.columns:
            return self.table[name]
        return pl.Series(name, [""] * len(self.table), dtype=pl.String)

    def wrong(self, name: str, mask: pl.Series, expected: str) -> None:
        for index in mask.arg_true().to_list():
            self.fault(index + self.first_line, name, f"'{self.table[name][index]}' does not fit", expected)

    def once(self, keys: Sequence[str]) -> None:
        """No two rows with the same keys; a person may be empty only where persons are counted."""
        nobody = self.table["person"] == ""
        together = nobody & (self.text("persons") != "") if "year" not in keys else nobody & False
        expected = "a key of the person" + ("" if "year" in keys else ", or their number in persons")
        self.wrong("person", nobody & ~together, expected)
        repeated = ~self.table.select(pl.struct(keys).is_first_distinct()).to_series() & ~together
        for index in repeated.arg_true().to_list():
            person = self.table["person"][index]
            message = f"{' and '.join(keys)} are there already ('{person}')"
            self.fault(index + self.first_line, "person", message, "one row for each")

    def in_order(self, rows: pl.DataFrame, first: str, last: str) -> None:
        """No `first` later than `last`; what is not known cannot be."""
        for index in (rows[first] > rows[last]).fill_null(value=False).arg_true().to_list():
            message = f"{rows[first][index]} is later than {last} {rows[last][index]}"
            self.fault(index + self.first_line, first, message, f"{last} or earlier")

    def fault(
        self,
        line: int | None,
        key: str,
        message: str,
        expected: str,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.report.add(Fault(str(self.path), line, key, message, expected, nearest, remedy))


def _of_table(path: Path, table: pl.DataFrame) -> tuple[CareerYears, ...]:
    cells = _Cells(path, table)
    cells.header(_REQUIRED, tuple(columns(CareerYears)))
    cells.once([name for name in ("person", "profession") if name in table.columns])
    rows = pl.DataFrame(
        [
            cells.text("person"),
            cells.text("profession"),
            cells.flags("trained_abroad"),
            *(cells.numbers(name, _FIRST, _LAST) for name in _YEARS),
            cells.numbers("persons", 1, 1_000_000_000).fill_null(1),
        ]
    )
    for name in ("observed_from", *(f"{stamp}_year" for stamp in STAMPS)):
        cells.in_order(rows, name, "observed_until")
    cells.report.raise_if_any()
    return tuple(CareerYears(**row) for row in rows.iter_rows(named=True))


def _of_panel(path: Path, table: pl.DataFrame) -> tuple[CareerYears, ...]:
    """Last row of each person; all are observed until the last year of their profession."""
    cells = _Cells(path, table)
    cells.header((*_REQUIRED, "year"), None)
    cells.once([name for name in ("person", "profession", "year") if name in table.columns])
    cells.wrong("year", table["year"].is_in(["", "0"]), "the year of observation")
    stamps = [f"{stamp}_year" for stamp in STAMPS]
    rows = pl.DataFrame(
        [
            cells.text("person"),
            cells.text("profession"),
            cells.numbers("year", _FIRST, _LAST),
            cells.flags("trained_abroad"),
            *(cells.numbers(name, _FIRST, _LAST) for name in stamps),
        ]
    )
    for name in stamps:
        cells.in_order(rows, name, "year")
    cells.report.raise_if_any()
    last = rows.sort("year").group_by("profession", "person", maintain_order=True).last()
    last = last.with_columns(observed_until=pl.col("year").max().over("profession"))
    return _together(last, ("profession", "trained_abroad", *stamps, "observed_until"))


def _together(rows: pl.DataFrame, names: Sequence[str]) -> tuple[CareerYears, ...]:
    """Count persons with the same years together."""
    counted = rows.group_by(names).agg(persons=pl.len().cast(pl.Int64)).sort(names, nulls_last=True)
    empty: dict[str, Any] = {name: None for name in _YEARS if name not in names}
    return tuple(CareerYears(person="", **empty, **row) for row in counted.iter_rows(named=True))
