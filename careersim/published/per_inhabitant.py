"""Four professions in proportion to the population, number by number: Tabell 6-10 of the appendix.

The formula itself, with the rows that go in and come out, is `careersim.published.per_inhabitant_formula`.
"""

from __future__ import annotations

from dataclasses import replace

from careersim.data import figure, figures_by_county
from careersim.published.approx import Approx, grown_alike, of_figure, through, total
from careersim.published.declare import Calculation
from careersim.published.ledger import Check
from careersim.published.per_inhabitant_formula import (
    BETWEEN,
    FIRST,
    LAST,
    PROFESSIONS,
    Row,
    Settings,
    compute,
    of_county,
    printed_inhabitants,
    printed_persons,
    printed_row,
    published,
)
from careersim.published.ratios import change_percent
from careersim.published.statements import NATIONAL, documented, forecast_alt
from careersim.types import COUNTY_NAMES

__all__ = ["CALCULATION"]


def checks(settings: Settings | None = None) -> tuple[Check, ...]:
    """Compare Tabell 6-10 with the formula."""
    settings = settings or Settings()
    found = _population_checks()
    for profession in PROFESSIONS:
        found += _profession_checks(profession, settings)
    return tuple(found)


def _population_checks() -> list[Check]:
    first, last = (figures_by_county("population", "population", year=year) for year in (FIRST, LAST))
    changes = figures_by_county("population", "published_change_2024_2040_percent", year=LAST)
    changes[NATIONAL] = figure(
        "population", "published_change_2024_2040_percent", year=LAST, county_code=NATIONAL
    )
    found = []
    for year, cells in ((FIRST, first), (LAST, last)):
        # The row is headed "Riket (summerad)".
        national = figure("population", "population", year=year, county_code=NATIONAL)
        found.append(Check("Tabell 6", national, total(of_figure(cell) for cell in cells.values())))
        found += [Check("Tabell 6", cell, None) for cell in cells.values()]
    for code, change in changes.items():
        ends = (printed_inhabitants(code, FIRST), printed_inhabitants(code, LAST))
        found.append(Check("Tabell 6", change, through(change_percent, *ends)))
    return found


def _profession_checks(profession: str, settings: Settings) -> list[Check]:
    name = PROFESSIONS[profession]
    rows = [
        replace(row, inhabitants_between=_implied(row)) for row in published() if row.profession == profession
    ]
    country = documented("professions_population_alt", "national rows")
    tables = compute(rows, settings)
    nation = replace(
        printed_row(profession, NATIONAL), inhabitants_between=total(row.inhabitants_between for row in rows)
    )
    found = [Check(name, forecast_alt(profession, FIRST), tables["nation"][0].persons)]
    found += [Check(name, forecast_alt(profession, FIRST, row.county_code), None) for row in rows]
    for outcome in (of_county(nation, settings), *tables["counties"]):
        code = outcome.county_code
        reason = country if code == NATIONAL else _named(profession, code)
        for year, computed in ((BETWEEN, outcome.persons_between), (LAST, outcome.persons_last)):
            found.append(Check(name, forecast_alt(profession, year, code), computed, reason=reason))
    return found


def _implied(row: Row) -> Approx | None:
    """Inhabitants of 2030 by the tables of the other professions."""
    others = (other for other in PROFESSIONS if other != row.profession)
    return grown_alike(
        row.inhabitants,
        [
            (printed_persons(row.county_code, other, FIRST), printed_persons(row.county_code, other, BETWEEN))
            for other in others
        ],
    )


def _named(profession: str, code: str) -> str:
    """What is documented against a profession's cells in a county."""
    name = profession.replace("_", " ")
    return documented("professions_population_alt", COUNTY_NAMES[code], name)


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
