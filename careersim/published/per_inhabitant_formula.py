"""As many of a profession per inhabitant as in 2024, and the forecast population of the county.

This is the document's alternative to the shares of 2023. It prints the inhabitants of 2024 and 2040
(Tabell 6) and four professions in 2024, 2030 and 2040 (Tabell 7-10), but not the inhabitants of 2030 that it
used. A user may give these; otherwise they lie on a straight line between the first and the last year, which
is ours and misses four of the 84 printed cells.

The ledger therefore takes the inhabitants of 2030 from the printed tables themselves, but never from the one
that is checked: the cells 2024 and 2030 of the other three professions bound the growth of the county.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careersim.data import figure, figures_by_county
from careersim.errors import UserError
from careersim.published.approx import Approx, of_known_figure, through, total
from careersim.published.declare import Tables, column, setting
from careersim.published.ratios import change_percent, on_line, per_100000
from careersim.published.statements import forecast_alt

__all__ = [
    "BETWEEN",
    "FIRST",
    "LAST",
    "PROFESSIONS",
    "CountyOutcome",
    "NationalOutcome",
    "Row",
    "Settings",
    "compute",
    "of_county",
    "printed_inhabitants",
    "printed_persons",
    "printed_row",
    "published",
    "scaled",
]

PROFESSIONS = {
    "district_nurse": "Tabell 7",
    "occupational_therapist": "Tabell 8",
    "physiotherapist": "Tabell 9",
    "psychologist": "Tabell 10",
}
"""The professions of the document and the table in which each is printed."""

FIRST, BETWEEN, LAST = 2024, 2030, 2040


@dataclass(frozen=True)
class Row:
    """One profession in one county, and the inhabitants of the county, in the years of the settings."""

    profession: str = column("Profession", key=True)
    county_code: str = column("County", county=True, key=True)
    persons: Approx = column("Persons in the first year", unit="persons", lowest=0)
    inhabitants: Approx = column("Inhabitants in the first year", unit="persons", lowest=1)
    inhabitants_between: Approx | None = column(
        "Inhabitants in the year between", unit="persons", lowest=0, required=False
    )
    inhabitants_last: Approx = column("Inhabitants in the last year", unit="persons", lowest=0)


@dataclass(frozen=True)
class Settings:
    """The years to which the columns of a row belong."""

    first_year: int = setting(
        FIRST, "First year, of the counts", unit="calendar year", lowest=1900, highest=2200
    )
    year_between: int = setting(
        BETWEEN,
        "Year between; without its inhabitants, on a straight line (ours)",
        unit="calendar year",
        lowest=1900,
        highest=2200,
    )
    last_year: int = setting(LAST, "Last year", unit="calendar year", lowest=1900, highest=2200)


@dataclass(frozen=True)
class CountyOutcome:
    """One profession in one county."""

    profession: str = column("Profession")
    county_code: str = column("County", county=True)
    per_100000: Approx | None = column("Per 100 000 inhabitants, all years", unit="persons", decimals=1)
    persons: Approx = column("Persons in the first year", unit="persons")
    persons_between: Approx | None = column("Persons in the year between", unit="persons")
    persons_last: Approx | None = column("Persons in the last year", unit="persons")
    population_change_percent: Approx | None = column("Change of population", unit="percent", decimals=1)
    straight_line: bool = column("Inhabitants of the year between are on a straight line")


@dataclass(frozen=True)
class NationalOutcome:
    """One profession in all counties that were given: added up, and as if they were one county."""

    profession: str = column("Profession")
    counties: int = column("Counties given")
    persons: Approx | None = column("Persons in the first year", unit="persons")
    persons_between: Approx | None = column("Persons in the year between, added up", unit="persons")
    persons_last: Approx | None = column("Persons in the last year, added up", unit="persons")
    scaled_last: Approx | None = column("Persons in the last year, as one county", unit="persons")
    inhabitants: Approx | None = column("Inhabitants in the first year", unit="persons")
    inhabitants_last: Approx | None = column("Inhabitants in the last year", unit="persons")
    population_change_percent: Approx | None = column("Change of population", unit="percent", decimals=1)


def scaled(persons: float, inhabitants: float, inhabitants_later: float) -> float:
    """Keep the number per inhabitant: persons in the later year."""
    return persons * inhabitants_later / inhabitants


def published() -> tuple[Row, ...]:
    """Give the counts and inhabitants of 2024 and the inhabitants of 2040; those of 2030 are not printed."""
    return tuple(
        printed_row(profession, code)
        for profession in PROFESSIONS
        for code in figures_by_county("population", "population", year=FIRST)
    )


def compute(rows: Iterable[Row], settings: Settings) -> Tables:
    """Scale the counts by the population.

    Raises
    ------
    UserError
        If the years are not in order.
    """
    years = (settings.first_year, settings.year_between, settings.last_year)
    if not years[0] < years[1] < years[2]:
        raise UserError(
            f"the years {', '.join(map(str, years))} are not in order",
            where="--first-year, --year-between, --last-year",
            expected="each later than the one before",
        )
    counties: dict[str, list[CountyOutcome]] = {}
    given: dict[str, list[Row]] = {}
    for row in rows:
        given.setdefault(row.profession, []).append(row)
        counties.setdefault(row.profession, []).append(of_county(row, settings))
    nation = [_nation(given[profession], outcomes) for profession, outcomes in counties.items()]
    return {"counties": [one for outcomes in counties.values() for one in outcomes], "nation": nation}


def of_county(row: Row, settings: Settings) -> CountyOutcome:
    """Scale one profession in one county."""
    passed = (settings.year_between - settings.first_year) / (settings.last_year - settings.first_year)
    if row.inhabitants_between is not None:
        between = through(scaled, row.persons, row.inhabitants, row.inhabitants_between)
    else:
        # One function of all three, so that the interval of the first inhabitants counts once.
        between = through(
            lambda persons, first, last: scaled(persons, first, on_line(passed, first, last)),
            row.persons,
            row.inhabitants,
            row.inhabitants_last,
        )
    return CountyOutcome(
        profession=row.profession,
        county_code=row.county_code,
        per_100000=through(per_100000, row.persons, row.inhabitants),
        persons=row.persons,
        persons_between=between,
        persons_last=through(scaled, row.persons, row.inhabitants, row.inhabitants_last),
        population_change_percent=through(change_percent, row.inhabitants, row.inhabitants_last),
        straight_line=row.inhabitants_between is None,
    )


def _nation(rows: Sequence[Row], outcomes: Sequence[CountyOutcome]) -> NationalOutcome:
    persons = total(row.persons for row in rows)
    first = total(row.inhabitants for row in rows)
    last = total(row.inhabitants_last for row in rows)
    return NationalOutcome(
        profession=rows[0].profession,
        counties=len(rows),
        persons=persons,
        persons_between=total(outcome.persons_between for outcome in outcomes),
        persons_last=total(outcome.persons_last for outcome in outcomes),
        scaled_last=through(scaled, persons, first, last),
        inhabitants=first,
        inhabitants_last=last,
        population_change_percent=through(change_percent, first, last),
    )


def printed_row(profession: str, code: str) -> Row:
    """Give the row of a county, or of the country, as the document prints it."""
    return Row(
        profession,
        code,
        persons=printed_persons(code, profession, FIRST),
        inhabitants=printed_inhabitants(code, FIRST),
        inhabitants_between=None,
        inhabitants_last=printed_inhabitants(code, LAST),
    )


def printed_persons(code: str, profession: str, year: int) -> Approx:
    """Give the printed count of a year, in persons."""
    return of_known_figure(forecast_alt(profession, year, code))


def printed_inhabitants(code: str, year: int) -> Approx:
    """Give the inhabitants of a printed year."""
    return of_known_figure(figure("population", "population", county_code=code, year=year))
