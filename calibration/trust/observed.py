"""Observed headline numbers: the user's table of a new register year, and what has been published."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from careersim.config.csv_file import read_csv_text
from careersim.config.fault_report import Fault, FaultReport
from careersim.data import figure, figures_by_county
from careersim.errors import ConfigError, nearest_name
from careersim.flows.areas import AREA_CODES
from careersim.flows.workforce import GROUPS

__all__ = ["KEY", "SCHEMA", "last_published", "read_observed"]

KEY = ("profession", "group", "measure", "county_code", "year")
"""What a number is about; `group` and `measure` as in the table `workforce` of a run."""

SCHEMA = {
    "profession": pl.String,
    "group": pl.String,
    "measure": pl.String,
    "county_code": pl.String,
    "year": pl.Int64,
    "value": pl.Float64,
    "rounding": pl.Float64,
    "source": pl.String,
}

_MOST = 1e9
_MEASURES = ("headcount", "fte")
_OTHERS = ("district_nurse", "occupational_therapist", "physiotherapist", "psychologist")


def read_observed(path: str | Path, professions: Mapping[str, object]) -> pl.DataFrame:
    """Read a table of observed numbers.

    Parameters
    ----------
    path
        CSV in UTF-8 with the columns profession, group (workforce or trainees), measure (headcount or fte),
        county_code (00 for Sweden), year, value, rounding (width, such as 5; 0 if exact) and source.
    professions
        Names that are known.

    Returns
    -------
    Columns as `SCHEMA`.

    Raises
    ------
    ConfigError
        With every fault of every line, counted: missing columns, unknown names, codes, years, numbers that
        are none or negative, the same number twice, no source, no rows.
    """
    file = Path(path)
    report = FaultReport(f"{path}")
    expected = f"a CSV file with the columns {', '.join(SCHEMA)}"
    reader = csv.DictReader(io.StringIO(read_csv_text(file, expected), newline=""), strict=True)
    for name in reader.fieldnames or ():
        if name not in SCHEMA or list(reader.fieldnames or ()).count(name) > 1:
            remedy = "separate the columns by commas, not semicolons" if ";" in name else "leave it out"
            message = f"unknown column '{name}'" if name not in SCHEMA else f"column '{name}' is given twice"
            report.add(Fault(str(file), 1, "", message, expected, nearest_name(name, SCHEMA), remedy))
    missing = [name for name in SCHEMA if name not in (reader.fieldnames or ())]
    for name in missing:
        nearest = nearest_name(name, reader.fieldnames or ())
        report.add(Fault(str(file), 1, "", f"column '{name}' is missing", expected, nearest))
    report.raise_if_any()
    rows: dict[tuple[str, ...], dict[str, object]] = {}
    try:
        for row in reader:
            _read(row, Line(str(file), reader.line_num, report), professions, rows)
    except csv.Error as error:
        raise ConfigError(f"not a CSV file: {error}", where=str(file), expected=expected) from None
    if not rows and not report.faults:
        report.add(Fault(str(file), None, "", "has no rows", "at least one observed number"))
    report.raise_if_any()
    return pl.DataFrame(list(rows.values()), schema=SCHEMA)


def last_published() -> pl.DataFrame:
    """The last published head counts of every profession, for the forecast "no change".

    Returns
    -------
    Columns as `SCHEMA`: general practitioners and their trainees in November 2023 (Socialstyrelsen, December
    2025, Tabell 2) and the four other professions in 2023 (Socialstyrelsen, May 2026, Tabell 2-5).
    """
    rows: list[dict[str, object]] = []
    for group, column in (("workforce", "gps"), ("trainees", "trainees")):
        figures = dict(figures_by_county("baseline_2023", column))
        figures["00"] = figure("baseline_2023", column, county_code="00")
        for code, one in sorted(figures.items()):
            if one.value is not None:
                rows.append(_row("doctor", group, code, one.value, 5.0, f"{one.document}, {one.locator}"))
    for profession in _OTHERS:
        where = {"profession": profession, "year": "2023", "series": "baseline"}
        figures = dict(figures_by_county("professions_projection", "value", **where))
        figures["00"] = figure("professions_projection", "value", county_code="00", **where)
        for code, one in sorted(figures.items()):
            if one.value is not None:
                rows.append(
                    _row(profession, "workforce", code, one.value, 10.0, f"{one.document}, {one.locator}")
                )
    return pl.DataFrame(rows, schema=SCHEMA)


def _row(
    profession: str, group: str, code: str, value: float, rounding: float, source: str
) -> dict[str, object]:
    key = dict(zip(KEY, (profession, group, "headcount", code, 2023), strict=True))
    return {**key, "value": value, "rounding": rounding, "source": source}


class Line:
    """One line of a file, for its faults."""

    def __init__(self, file: str, number: int, report: FaultReport) -> None:
        self._file, self._number, self._report = file, number, report

    def refuse(self, key: str, message: str, expected: str, nearest: str | None = None) -> None:
        self._report.add(Fault(self._file, self._number, key, message, expected, nearest))


def _read(
    row: Mapping[str, str | None],
    line: Line,
    professions: Mapping[str, object],
    rows: dict[tuple[str, ...], dict[str, object]],
) -> None:
    cells = {name: (row.get(name) or "").strip() for name in SCHEMA}
    if None in row:
        line.refuse("", "more cells than columns", "one cell a column; quote those that hold a comma")
        return
    names = {"profession": professions, "group": GROUPS, "measure": _MEASURES, "county_code": AREA_CODES}
    sound = True
    for name, known in names.items():
        if cells[name] not in known:
            nearest = nearest_name(cells[name], known)
            if name == "county_code" and cells[name].zfill(2) in AREA_CODES:
                nearest = cells[name].zfill(2)
            line.refuse(name, f"unknown {name} '{cells[name]}'", f"one of {', '.join(known)}", nearest)
            sound = False
    if not (cells["year"].isascii() and cells["year"].isdigit() and len(cells["year"]) == 4):
        line.refuse("year", f"'{cells['year']}' is no calendar year", "four digits")
        sound = False
    numbers = {name: _number(cells[name]) for name in ("value", "rounding")}
    for name, number in numbers.items():
        if number is None:
            line.refuse(name, f"'{cells[name]}' is not a number of 0 or more", "persons, such as 2440")
            sound = False
    if not cells["source"]:
        line.refuse("source", "a number without a source", "where it was published")
        sound = False
    key = tuple(cells[name] for name in KEY)
    if sound and key in rows:
        line.refuse("", f"{', '.join(key)} is given twice", "one line a number")
    elif sound:
        rows[key] = {**cells, "year": int(cells["year"]), **numbers}


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number <= _MOST else None
