"""Supply and demand of four professions, number by number: Tabell 2-5 and the text on them.

The formula itself, with the rows that go in and come out, is `careersim.published.scb_projection_formula`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from careersim.data import Figure, Rounding
from careersim.published.approx import Approx, exactly, grown_alike, of_figure
from careersim.published.declare import Calculation, Tables
from careersim.published.ledger import Check
from careersim.published.scb_projection_formula import (
    FIRST,
    LAST,
    MIDDLE,
    WITH_ADDITION,
    Row,
    Settings,
    compute,
    printed_counties,
    printed_nation,
    published,
)
from careersim.published.statements import FORECAST_TABLES, documented, forecast, said_of_profession

__all__ = ["CALCULATION", "implied_nation"]


def checks(settings: Settings | None = None) -> tuple[Check, ...]:
    """Compare Tabell 2-5, and what the text says about them, with the formula."""
    settings = settings or Settings()
    by_year = {year: compute(published(), replace(settings, year=year)) for year in (MIDDLE, LAST)}
    found = [check for profession in FORECAST_TABLES for check in _table_checks(profession, by_year)]
    for profession in FORECAST_TABLES:
        found += _text_checks(profession, by_year[LAST])
    addition = "demand_increase_alternative_scenario"
    whole = settings.added_per_year * (settings.added_to - settings.added_from + 1)
    found.append(Check("Text", said_of_profession(WITH_ADDITION, addition), None))
    found.append(Check("Text", said_of_profession(WITH_ADDITION, f"{addition}_total"), exactly(whole)))
    found.append(Check("Text", said_of_profession("all_four", "baseline_shortage_assumed"), None))
    return tuple(found)


def _table_checks(profession: str, by_year: Mapping[int, Tables]) -> list[Check]:
    name = FORECAST_TABLES[profession]
    # The formula takes the national count of 2023 as given too, but it can be had by adding the counties.
    added_up = _row(by_year[LAST]["nation"], profession).sum_persons
    found = [Check(name, forecast(profession, FIRST, "baseline"), added_up)]
    found += [Check(name, cell, None) for cell in printed_counties(profession, FIRST, "baseline").values()]
    for year, tables in by_year.items():
        for series in ("supply", "demand", "demand_alt"):
            if series == "demand_alt" and profession != WITH_ADDITION:
                continue
            derived = getattr(_row(tables["nation"], profession), series) if series == "demand_alt" else None
            found.append(Check(name, forecast(profession, year, series), derived))
            found += [
                Check(name, cell, getattr(_row(tables["counties"], profession, code), series))
                for code, cell in printed_counties(profession, year, series).items()
            ]
    return found


def _row(table: Sequence[Any], profession: str, code: str | None = None) -> Any:
    return next(
        row for row in table if row.profession == profession and (code is None or row.county_code == code)
    )


def _text_checks(profession: str, last: Tables) -> list[Check]:
    """The text repeats national totals; they are compared with what the county cells imply."""
    nation = _row(last["nation"], profession)
    implied = {series: _implied(profession, series) for series in ("supply", "demand")}
    named: list[tuple[str, Approx | None]] = [
        ("supply_growth", nation.supply_growth_percent),
        ("demand_growth", nation.demand_growth_percent),
    ]
    if profession == "district_nurse":
        blekinge = _row(last["counties"], profession, "10")
        named += [
            ("employed_primary_care", nation.sum_persons),
            ("supply_2040", implied["supply"]),
            ("demand_2040", implied["demand"]),
            ("county_example_blekinge_supply_2040", blekinge.supply),
            ("county_example_blekinge_demand_2040", blekinge.demand),
        ]
    if profession == WITH_ADDITION:
        named.append(("national_demand_2040_alternative", nation.demand_alt))
    found = [
        Check(
            "Text", said_of_profession(profession, name), computed, reason=_against_tables(profession, name)
        )
        for name, computed in named
    ]
    ends = sorted(implied.values(), key=lambda number: 0.0 if number is None else number.value)
    span = _span_ends(said_of_profession(profession, "national_span_2040"))
    return found + [Check("Text", end, computed) for end, computed in zip(span, ends, strict=True)]


def _implied(profession: str, series: str) -> Approx | None:
    before, later = (
        {code: of_figure(cell) for code, cell in printed_counties(profession, year, name).items()}
        for year, name in ((FIRST, "baseline"), (LAST, series))
    )
    return implied_nation(before, later, printed_nation(profession, FIRST, "baseline"))


def implied_nation(
    before: Mapping[str, Approx | None], later: Mapping[str, Approx | None], nation: Approx | None
) -> Approx | None:
    """Infer the unrounded national number behind a column from its county cells alone.

    Every county was given the same growth, so its two printed cells, in 2023 and later, bound that growth.
    Gives the numbers that agree with all counties, and their middle, in persons; None if there is none.
    """
    return grown_alike(nation, [(before[code], cell) for code, cell in later.items()])


def _span_ends(span: Figure) -> list[Figure]:
    """Take the two printed ends of a span apart; national totals are printed to the nearest 100."""
    rounding = Rounding("nearest", 100.0)
    return [
        replace(span, value=end, low=end - 50.0, high=end + 50.0, rounding=rounding)
        for end in (span.low, span.high)
    ]


def _against_tables(profession: str, indicator: str) -> str:
    """What is documented of the text against the tables, for supply, demand and their growth."""
    if not indicator.startswith(("supply", "demand")):
        return ""
    return documented("professions_flows", profession.replace("_", " "), "table")


CALCULATION = Calculation(
    name="scb-projection",
    title="Supply and demand of four professions by county, 2023 to 2040",
    formula=(
        "county in the year = county 2023 / country 2023 x country in the year; gap = supply - demand. "
        "Psychologist alternative: demand + 120 for each year 2026-2035 that has passed. "
        "Between 2023, 2030 and 2040 the country moves on straight lines (ours)."
    ),
    documents=("socialstyrelsen-2026-guideline",),
    row=Row,
    settings=Settings,
    published=published,
    compute=compute,
    checks=checks,
)
