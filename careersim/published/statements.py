"""Figures that several calculations look up, those of the running text, and what is known to contradict.

A contradiction is written down once, with the table in the catalog of the data; a reason of the ledger is
looked up there (`documented`).
"""

from __future__ import annotations

import math

from careersim.data import Figure, Rounding, figure, table_info

__all__ = [
    "FORECAST_TABLES",
    "NATIONAL",
    "documented",
    "forecast",
    "forecast_alt",
    "gp_series",
    "of_trainees",
    "said_of_profession",
    "statement",
]

NATIONAL = "00"
"""Code of the national row as printed, and of all given rows together."""

FORECAST_TABLES = {
    "district_nurse": "Tabell 2",
    "occupational_therapist": "Tabell 3",
    "physiotherapist": "Tabell 4",
    "psychologist": "Tabell 5",
}
"""Professions of the national forecast, and the table in which each is printed."""


def statement(
    value: float, unit: str, document: str, locator: str, *, step: float = 0.0, bound: str = ""
) -> Figure:
    """Make a figure of a number that stands in the running text and in no table of the package.

    Parameters
    ----------
    step
        It is rounded to the nearest multiple of this; 0 if exact.
    bound
        `lower` for "more than", `upper` for "fewer than" or "at most"; empty for a plain number.
    """
    if bound == "lower":
        low, high, rounding = value, math.inf, Rounding("lower_bound")
    elif bound == "upper":
        low, high, rounding = 0.0, value, Rounding("upper_bound")
    else:
        low, high = value - step / 2, value + step / 2
        rounding = Rounding("nearest", step) if step else Rounding("exact")
    return Figure(value, low, high, rounding, False, unit, document, locator, "text", "value", ())


def documented(table: str, *words: str) -> str:
    """Give what the catalog says against a table.

    Parameters
    ----------
    table
        Name of the table.
    words
        Only contradictions in which each of these stands, in any case of letters.

    Returns
    -------
    The contradictions, one after the other; empty if there is none.
    """
    wanted = [word.casefold() for word in words]
    known = table_info(table).contradictions
    return " ".join(one for one in known if all(word in one.casefold() for word in wanted))


def forecast(profession: str, year: int, series: str, code: str = NATIONAL) -> Figure:
    """Give a cell of Tabell 2-5, the national forecast of four professions."""
    key: dict[str, str | int] = {"profession": profession, "year": year, "series": series}
    return figure("professions_projection", "value", county_code=code, **key)


def forecast_alt(profession: str, year: int, code: str = NATIONAL) -> Figure:
    """Give a cell of Tabell 7-10 in the appendix, the same professions in proportion to the inhabitants."""
    key: dict[str, str | int] = {"profession": profession, "year": year}
    return figure("professions_population_alt", "value", county_code=code, **key)


def said_of_profession(profession: str, indicator: str) -> Figure:
    """Give what the text says of a profession of the national forecast."""
    return figure("professions_flows", "value", profession=profession, indicator=indicator)


def of_trainees(indicator: str) -> Figure:
    """Give what the text says of trainees in general medicine and their supervisors."""
    return figure("other_indicators", "value", topic="trainees_and_supervision", indicator=indicator)


def gp_series(indicator: str, year: int | str) -> Figure:
    """Give a national figure of specialists in general medicine."""
    return figure("gp_national_series", "value", indicator=indicator, year=year)
