"""The user's table of inhabitants: a CSV with the columns county_code, year, population."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

from careersim.config.csv_file import read_csv_text
from careersim.config.loaded import InhabitantsByYear
from careersim.errors import ConfigError, nearest_name
from careersim.types import COUNTY_NAMES

__all__ = ["read_population"]

_COLUMNS = ("county_code", "year", "population")


def read_population(path: Path) -> InhabitantsByYear:
    """Read inhabitants by county and year.

    Parameters
    ----------
    path
        A CSV file in UTF-8, separated by commas.

    Returns
    -------
    For each of the 21 counties the given years and inhabitants, ascending.

    Raises
    ------
    ConfigError
        Naming the file, and the line where there is one, if the file cannot be read, lacks a column or a
        county, or has a cell that is not what its column says.
    """
    reader = csv.DictReader(io.StringIO(read_csv_text(path, _expected()), newline=""))
    _check_columns(path, reader.fieldnames or ())
    found: dict[str, dict[int, float]] = {}
    try:
        for row in reader:
            where = f"{path}:{reader.line_num}"
            code, year, persons = _row(row, where)
            if year in found.setdefault(code, {}):
                raise ConfigError(
                    f"county {code} and year {year} are given twice",
                    where=where,
                    remedy="keep one of the rows",
                )
            found[code][year] = persons
    except csv.Error as error:
        raise ConfigError(f"not a CSV file: {error}", where=str(path), expected=_expected()) from None
    missing = [code for code in COUNTY_NAMES if code not in found]
    if missing:
        raise ConfigError(
            f"no rows for county {', '.join(missing)}",
            where=str(path),
            expected="all 21 counties",
            remedy="add the missing rows",
        )
    return {code: tuple(sorted(found[code].items())) for code in COUNTY_NAMES}


def _check_columns(path: Path, header: Sequence[str]) -> None:
    for column in _COLUMNS:
        if column not in header:
            remedy = "name the columns in the first line"
            if any(";" in name for name in header):
                remedy = "separate the columns by commas, not semicolons"
            raise ConfigError(
                f"column '{column}' is missing",
                where=str(path),
                expected=_expected(),
                nearest=nearest_name(column, header),
                remedy=remedy,
            )


def _expected() -> str:
    return f"a CSV file with the columns {', '.join(_COLUMNS)}"


def _row(row: dict[str, str | None], where: str) -> tuple[str, int, float]:
    code = row["county_code"] or ""
    if code not in COUNTY_NAMES:
        padded = code.strip().zfill(2)
        raise ConfigError(
            f"county_code '{code}' is not known",
            where=where,
            expected="the two-digit code of one of the 21 counties, from 01 to 25",
            nearest=padded if padded in COUNTY_NAMES else None,
            remedy="write the code with both digits",
        )
    year, persons = row["year"] or "", row["population"] or ""
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise ConfigError(f"year '{year}' is not a calendar year", where=where, expected="four digits")
    try:
        number = float(persons)
    except ValueError:
        number = math.nan
    if not 0 < number <= 1e9:
        raise ConfigError(
            f"population '{persons}' is not a number of inhabitants", where=where, expected="a number above 0"
        )
    return code, int(year), number
