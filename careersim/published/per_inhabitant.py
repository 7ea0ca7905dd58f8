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
from dataclasses import dataclass, replace

from careersim.data import Figure, figure, figures_by_county
from careersim.errors import InternalError, UserError
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Calculation, Tables, column, setting
from careersim.published.ledger import Check

__all__ = [
    "CALCULATION",
    "PROFESSIONS",
    "CountyOutcome",
    "NationalOutcome",
    "Row",
    "Settings",
    "change_percent",
    "checks",
    "compute",
    "implied_inhabitants",
    "on_line",
    "per_100000",
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

_FIRST, _BETWEEN, _LAST = 2024, 2030, 2040


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

    first_year: int = setting(_FIRST, "First year, of the counts", unit="calendar year")
    year_between: int = setting(
        _BETWEEN, "Year between; without its inhabitants, on a straight line (ours)", unit="calendar year"
    )
    last_year: int = setting(_LAST, "Last year", unit="calendar year")


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


def per_100000(persons: float, inhabitants: float) -> float:
    """Persons per 100 000 inhabitants."""
    return 100_000.0 * persons / inhabitants


def change_percent(first: float, last: float) -> float:
    """Change from first to last in percent of the first."""
    return 100.0 * (last / first - 1.0)


def on_line(passed: float, first: float, last: float) -> float:
    """Give the number after a part of the time (0-1) on the straight line between first and last."""
    return first + passed * (last - first)


def implied_inhabitants(
    inhabitants: Approx, before_and_after: Iterable[tuple[Approx | None, Approx | None]]
) -> Approx | None:
    """Infer the inhabitants of a year from counts that were scaled by them.

    Parameters
    ----------
    inhabitants
        Inhabitants in the first year.
    before_and_after
        Persons in the first year and in the year asked for, of one profession each.

    Returns
    -------
    The inhabitants that agree with all of them, and their middle; None if there are none, or no counts.
    """
    low, high = 0.0, float("inf")
    for before, after in before_and_after:
        if before is not None and after is not None and before.low > 0:
            low = max(low, after.low / before.high)
            high = min(high, after.high / before.low)
    if not low <= high < float("inf"):
        return None
    ends = (low * inhabitants.low, high * inhabitants.high)
    return Approx(sum(ends) / 2, *ends)


def published() -> tuple[Row, ...]:
    """Give the counts and inhabitants of 2024 and the inhabitants of 2040; those of 2030 are not printed."""
    return tuple(
        _row(profession, code)
        for profession in PROFESSIONS
        for code in figures_by_county("population", "population", year=_FIRST)
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
            where="first_year, year_between, last_year",
            expected="each later than the one before",
        )
    counties: dict[str, list[CountyOutcome]] = {}
    given: dict[str, list[Row]] = {}
    for row in rows:
        given.setdefault(row.profession, []).append(row)
        counties.setdefault(row.profession, []).append(_county(row, settings))
    nation = [_nation(given[profession], outcomes) for profession, outcomes in counties.items()]
    return {"counties": [one for outcomes in counties.values() for one in outcomes], "nation": nation}


def checks(settings: Settings | None = None) -> tuple[Check, ...]:
    """Compare Tabell 6-10 with the formula."""
    settings = settings or Settings()
    found = _population_checks()
    for profession in PROFESSIONS:
        found += _profession_checks(profession, settings)
    return tuple(found)


def _county(row: Row, settings: Settings) -> CountyOutcome:
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


_COUNTRY = "00"

_NATIONAL_REASON = (
    "The national rows are neither the sum of the counties nor the count of 2024 scaled by the population: "
    "by 2040 two grow by about 4.5 percent and two by 3.7, the population by 4.1."
)
"""Documented with professions_population_alt; for the national rows of 2030 and 2040 in all four tables."""

_COUNTY_REASONS = {
    ("psychologist", "01"): (
        "Tabell 10 lets Stockholm's psychologists grow by 5 percent to 2040, Tabell 6 its inhabitants by 7 "
        "as do Tabell 7-9. No count printed as 1 000 becomes 1 050; one printed as 990 can, by 1 010 in 2030."
    ),
}
"""Counties in which one table contradicts Tabell 6 while the other three agree with it."""


def _population_checks() -> list[Check]:
    first, last = (figures_by_county("population", "population", year=year) for year in (_FIRST, _LAST))
    changes = figures_by_county("population", "published_change_2024_2040_percent", year=_LAST)
    changes[_COUNTRY] = figure(
        "population", "published_change_2024_2040_percent", year=_LAST, county_code=_COUNTRY
    )
    found = []
    for year, cells in ((_FIRST, first), (_LAST, last)):
        # The row is headed "Riket (summerad)".
        national = figure("population", "population", year=year, county_code=_COUNTRY)
        found.append(Check("Tabell 6", national, total(of_figure(cell) for cell in cells.values())))
        found += [Check("Tabell 6", cell, None) for cell in cells.values()]
    for code, change in changes.items():
        ends = (_inhabitants(code, _FIRST), _inhabitants(code, _LAST))
        found.append(Check("Tabell 6", change, through(change_percent, *ends)))
    return found


def _profession_checks(profession: str, settings: Settings) -> list[Check]:
    name = PROFESSIONS[profession]
    rows = [
        replace(row, inhabitants_between=_implied(row)) for row in published() if row.profession == profession
    ]
    tables = compute(rows, settings)
    nation = replace(
        _row(profession, _COUNTRY), inhabitants_between=total(row.inhabitants_between for row in rows)
    )
    found = [Check(name, _cell(_COUNTRY, profession, _FIRST), tables["nation"][0].persons)]
    found += [Check(name, _cell(row.county_code, profession, _FIRST), None) for row in rows]
    for outcome in (_county(nation, settings), *tables["counties"]):
        code = outcome.county_code
        reason = _NATIONAL_REASON if code == _COUNTRY else _COUNTY_REASONS.get((profession, code), "")
        for year, computed in ((_BETWEEN, outcome.persons_between), (_LAST, outcome.persons_last)):
            found.append(Check(name, _cell(code, profession, year), computed, reason=reason))
    return found


def _implied(row: Row) -> Approx | None:
    """Inhabitants of 2030 by the tables of the other professions."""
    others = (other for other in PROFESSIONS if other != row.profession)
    return implied_inhabitants(
        row.inhabitants,
        [
            (_persons(row.county_code, other, _FIRST), _persons(row.county_code, other, _BETWEEN))
            for other in others
        ],
    )


def _row(profession: str, code: str) -> Row:
    return Row(
        profession,
        code,
        persons=_persons(code, profession, _FIRST),
        inhabitants=_inhabitants(code, _FIRST),
        inhabitants_between=None,
        inhabitants_last=_inhabitants(code, _LAST),
    )


def _cell(code: str, profession: str, year: int) -> Figure:
    return figure("professions_population_alt", "value", county_code=code, profession=profession, year=year)


def _persons(code: str, profession: str, year: int) -> Approx:
    return _known(_cell(code, profession, year))


def _inhabitants(code: str, year: int) -> Approx:
    return _known(figure("population", "population", county_code=code, year=year))


def _known(cell: Figure) -> Approx:
    """Every cell of these tables is printed."""
    number = of_figure(cell)
    if number is None:
        raise InternalError(f"{cell.table} has an empty cell: {cell.key}")
    return number


CALCULATION = Calculation(
    name="per-inhabitant",
    title="Four professions by county in proportion to the population, 2024 to 2040",
    formula=(
        "persons in a later year = persons 2024 x inhabitants in the later year / inhabitants 2024. "
        "Inhabitants of 2030 are not printed: without them, 2030 lies on a straight line (ours)."
    ),
    documents=("socialstyrelsen-2026-guideline",),
    row=Row,
    settings=Settings,
    published=published,
    compute=compute,
    checks=checks,
)
