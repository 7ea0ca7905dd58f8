"""Supply and demand of four professions by county: SCB's national forecast, shared out as in 2023.

The document gives each county the part of the national forecast that it had of the profession in 2023. It
prints 2030 and 2040 and says that the figures "can be calculated per year"; for a year between we draw a
straight line, which is ours. For psychologists there is a second demand, 120 more each year 2026-2035.
National rows of 2030 and 2040 are printed to the nearest 100 and were shared out before that rounding:
cells of large counties are reproduced within the interval, not to the digit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from operator import sub

from careersim.data import Figure, figures_by_county
from careersim.errors import UserError, nearest_name
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Tables, column, more_than, setting
from careersim.published.ratios import change_percent, on_line, share_percent
from careersim.published.statements import FORECAST_TABLES, forecast

__all__ = [
    "FIRST",
    "LAST",
    "MIDDLE",
    "WITH_ADDITION",
    "CountyOutcome",
    "NationalOutcome",
    "Row",
    "Settings",
    "added_demand",
    "allocated",
    "allocated_gap",
    "compute",
    "printed_counties",
    "printed_nation",
    "published",
]

FIRST, MIDDLE, LAST = 2023, 2030, 2040
WITH_ADDITION = "psychologist"


@dataclass(frozen=True)
class Row:
    """One profession in one county; national figures, those of the year included, are SCB's if left empty."""

    profession: str = column("Profession", key=True)
    county_code: str = column("County", county=True, key=True)
    persons: Approx = column("Persons in primary care, 2023", unit="persons", lowest=0)
    national: Approx | None = column("Persons, country, 2023", unit="persons", lowest=1, required=False)
    national_supply: Approx | None = column("Supply, country", unit="persons", lowest=0, required=False)
    national_demand: Approx | None = column("Demand, country", unit="persons", lowest=0, required=False)
    national_demand_alt: Approx | None = column(
        "Demand, country, alternative", unit="persons", lowest=0, required=False
    )

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Tell more persons in the county than in the country."""
        country = self.national
        if country is None and self.profession in FORECAST_TABLES:
            country = printed_nation(self.profession, FIRST, "baseline")
        return more_than(replace(self, national=country), "persons", "national")


@dataclass(frozen=True)
class Settings:
    """The year, and what the psychologist alternative adds."""

    year: int = setting(
        LAST, "Year; on a straight line between the printed ones (ours)", lowest=FIRST, highest=LAST
    )
    added_per_year: float = setting(
        120.0, "Psychologists that the alternative demands in addition", unit="persons per year", lowest=0
    )
    added_from: int = setting(
        2026, "First year of the addition", unit="calendar year", lowest=1900, highest=2200
    )
    added_to: int = setting(
        2035, "Last year of the addition", unit="calendar year", lowest=1900, highest=2200
    )


@dataclass(frozen=True)
class CountyOutcome:
    """One profession in one county in the year."""

    profession: str = column("Profession")
    county_code: str = column("County", county=True)
    year: int = column("Year")
    persons: Approx = column("Persons, 2023", unit="persons")
    share_percent: Approx | None = column("Share of the country, 2023", unit="percent", decimals=1)
    supply: Approx | None = column("Supply", unit="persons")
    demand: Approx | None = column("Demand", unit="persons")
    gap: Approx | None = column("Supply minus demand", unit="persons")
    demand_alt: Approx | None = column("Demand, alternative", unit="persons")
    gap_alt: Approx | None = column("Supply minus demand, alternative", unit="persons")


@dataclass(frozen=True)
class NationalOutcome:
    """One profession in the whole country in the year, and the sum of the counties that were given."""

    profession: str = column("Profession")
    year: int = column("Year")
    persons: Approx | None = column("Persons, 2023", unit="persons")
    supply: Approx | None = column("Supply", unit="persons")
    demand: Approx | None = column("Demand", unit="persons")
    gap: Approx | None = column("Supply minus demand", unit="persons")
    demand_alt: Approx | None = column("Demand, alternative", unit="persons")
    gap_alt: Approx | None = column("Supply minus demand, alternative", unit="persons")
    supply_growth_percent: Approx | None = column("Growth of supply since 2023", unit="percent", decimals=1)
    demand_growth_percent: Approx | None = column("Growth of demand since 2023", unit="percent", decimals=1)
    counties: int = column("Counties given")
    sum_persons: Approx | None = column("Persons in them, 2023", unit="persons")
    sum_supply: Approx | None = column("Supply in them", unit="persons")
    sum_demand: Approx | None = column("Demand in them", unit="persons")


def allocated(persons: float, national: float, national_later: float) -> float:
    """Give a county its share of 2023 in the national number of a later year; all in persons."""
    return persons / national * national_later


def allocated_gap(persons: float, national: float, supply: float, demand: float) -> float:
    """Give a county its share of 2023 in the national supply less the national demand; all in persons."""
    return persons / national * (supply - demand)


def added_demand(year: int, settings: Settings) -> float:
    """Persons that the alternative has added by the end of a year."""
    years = min(year, settings.added_to) - settings.added_from + 1
    return settings.added_per_year * max(years, 0)


def published() -> tuple[Row, ...]:
    """Give the counts of 2023 in Tabell 2-5; the national figures are left to the forecast."""
    return tuple(
        Row(profession, code, persons, None, None, None, None)
        for profession in FORECAST_TABLES
        for code, cell in printed_counties(profession, FIRST, "baseline").items()
        if (persons := of_figure(cell)) is not None
    )


def compute(rows: Iterable[Row], settings: Settings) -> Tables:
    """Share the national supply and demand of the year out over the counties.

    Raises
    ------
    UserError
        If a profession is none of the forecast's and its rows lack national figures, if rows of one
        profession have different ones, or if the addition ends before it begins.
    """
    if settings.added_from > settings.added_to:
        raise UserError(
            f"the addition ends in {settings.added_to}, before it begins in {settings.added_from}",
            where="--added-from, --added-to",
            expected="a last year that is not earlier than the first",
            remedy="give --added-per-year 0 for no addition",
        )
    by_profession: dict[str, list[Row]] = {}
    for row in rows:
        by_profession.setdefault(row.profession, []).append(row)
    counties: list[CountyOutcome] = []
    nation: list[NationalOutcome] = []
    for own in by_profession.values():
        filled = _filled(own, settings)
        outcomes = [_county(row, settings.year) for row in filled]
        counties += outcomes
        nation.append(_nation(filled[0], outcomes, settings.year))
    return {"counties": counties, "nation": nation}


_NATIONAL = ("national", "national_supply", "national_demand", "national_demand_alt")


def _filled(rows: list[Row], settings: Settings) -> list[Row]:
    """Fill the empty national cells of one profession's rows from the forecast."""
    profession = rows[0].profession
    first = rows[0]
    if other := next((one for one in rows if _nationals(one) != _nationals(first)), None):
        raise UserError(
            f"the rows of {profession} in the counties {first.county_code} and {other.county_code} "
            "have different national figures",
            where=", ".join(_NATIONAL),
            expected="the same four cells in all rows of a profession",
        )
    given = {name: cell for name in _NATIONAL if (cell := getattr(rows[0], name)) is not None}
    if profession in FORECAST_TABLES:
        forecast = _forecast(profession, settings)
        if "national_demand" in given:
            del forecast["national_demand_alt"]  # it goes with SCB's demand only
        return [replace(row, **(forecast | given)) for row in rows]
    if "national" not in given or len(given) == 1:
        raise UserError(
            f"there is no national forecast of '{profession}', as in the row of county {first.county_code}",
            where="profession",
            expected=f"one of {', '.join(FORECAST_TABLES)}",
            nearest=nearest_name(profession, FORECAST_TABLES),
            remedy="or fill the columns national and national_supply or national_demand",
        )
    return rows


def _nationals(row: Row) -> tuple[Approx | None, ...]:
    return tuple(getattr(row, name) for name in _NATIONAL)


def _forecast(profession: str, settings: Settings) -> dict[str, Approx | None]:
    demand = _on_line(profession, "demand", settings.year)
    alternative = through(lambda base: base + added_demand(settings.year, settings), demand)
    numbers = (
        printed_nation(profession, FIRST, "baseline"),
        _on_line(profession, "supply", settings.year),
        demand,
        alternative if profession == WITH_ADDITION else None,
    )
    return dict(zip(_NATIONAL, numbers, strict=True))


def _on_line(profession: str, series: str, year: int) -> Approx | None:
    first_year, last_year = (FIRST, MIDDLE) if year <= MIDDLE else (MIDDLE, LAST)
    first = printed_nation(profession, first_year, "baseline" if first_year == FIRST else series)
    last = printed_nation(profession, last_year, series)
    passed = (year - first_year) / (last_year - first_year)
    return through(partial(on_line, passed), first, last)


def printed_nation(profession: str, year: int, series: str) -> Approx | None:
    """Give the printed national row, in persons."""
    return of_figure(forecast(profession, year, series))


def printed_counties(profession: str, year: int, series: str) -> dict[str, Figure]:
    """Give the printed cells of the counties."""
    return figures_by_county(
        "professions_projection", "value", profession=profession, year=year, series=series
    )


def _county(row: Row, year: int) -> CountyOutcome:
    base = (row.persons, row.national)
    return CountyOutcome(
        profession=row.profession,
        county_code=row.county_code,
        year=year,
        persons=row.persons,
        share_percent=through(share_percent, *base),
        supply=through(allocated, *base, row.national_supply),
        demand=through(allocated, *base, row.national_demand),
        gap=through(allocated_gap, *base, row.national_supply, row.national_demand),
        demand_alt=through(allocated, *base, row.national_demand_alt),
        gap_alt=through(allocated_gap, *base, row.national_supply, row.national_demand_alt),
    )


def _nation(row: Row, counties: list[CountyOutcome], year: int) -> NationalOutcome:
    return NationalOutcome(
        profession=row.profession,
        year=year,
        persons=row.national,
        supply=row.national_supply,
        demand=row.national_demand,
        gap=through(sub, row.national_supply, row.national_demand),
        demand_alt=row.national_demand_alt,
        gap_alt=through(sub, row.national_supply, row.national_demand_alt),
        supply_growth_percent=through(change_percent, row.national, row.national_supply),
        demand_growth_percent=through(change_percent, row.national, row.national_demand),
        counties=len(counties),
        sum_persons=total(county.persons for county in counties),
        sum_supply=total(county.supply for county in counties),
        sum_demand=total(county.demand for county in counties),
    )
