"""The baseline of November 2023, number by number: Tabell 2, Tabell 6 and the text around them.

The formula itself, with the rows that go in and come out, is `careersim.published.baseline_2023_formula`.
"""

from __future__ import annotations

from collections.abc import Iterable

from careersim.data import figure
from careersim.published.baseline_2023_formula import (
    BaselineResult,
    BaselineRow,
    BaselineSettings,
    compute,
    published,
    sector_series,
)
from careersim.published.declare import Calculation
from careersim.published.ledger import Check
from careersim.published.statements import NATIONAL, documented, of_trainees, statement
from careersim.types import COUNTY_NAMES

__all__ = ["CALCULATION"]

DOCUMENT = "socialstyrelsen-2025-st"

POPULATION_YEAR = "The population behind the ratios is not printed."


def checks() -> tuple[Check, ...]:
    """Compare with Tabell 2, Tabell 6 and the text around them."""
    results = {one.county_code: one for one in compute(published(), BaselineSettings())["baseline"]}
    return (*_table_2(results), *_table_6(), *_text(results))


def _table_2(results: dict[str, BaselineResult]) -> Iterable[Check]:
    for code, result in results.items():
        counted = code == NATIONAL
        for name, computed in (
            ("trainees", result.trainees if counted else None),
            ("inhabitants_per_trainee", result.inhabitants_per_trainee),
            ("gps", result.specialists if counted else None),
            ("inhabitants_per_gp", result.inhabitants_per_specialist),
        ):
            reason = ""
            if name == "trainees" and counted:
                reason = _county_sum()
            elif name == "inhabitants_per_trainee":
                reason = _of_trainee_ratio(code)
            elif name == "inhabitants_per_gp":
                reason = POPULATION_YEAR
            yield Check("Tabell 2", figure("baseline_2023", name, county_code=code), computed, reason=reason)


def _table_6() -> Iterable[Check]:
    for one in sector_series():
        for name, computed in (
            ("total", None),
            ("public_share_percent", None),
            ("private_share_percent", one.private_share),
        ):
            printed = figure("st_stock_2020_2023", name, year=one.year, basis="table")
            yield Check("Tabell 6", printed, computed)


def _text(results: dict[str, BaselineResult]) -> Iterable[Check]:
    """Numbers of the running text that say something about the two tables."""
    for year in (2020, 2023):
        for name in ("total", "public_share_percent"):
            yield Check("Text", figure("st_stock_2020_2023", name, year=year, basis="text"), None)
    whole = results[NATIONAL]
    stock = figure("st_stock_2020_2023", "total", basis="text_main_chapter")
    yield Check("Text", stock, whole.trainees, reason=_county_sum())
    yield Check("Text", of_trainees("share_private"), sector_series()[-1].private_share)
    counties = [one for code, one in results.items() if code != NATIONAL]
    trainees = sorted((one.trainees for one in counties if one.trainees), key=lambda one: one.value)
    specialists = [one.specialists for one in counties if one.specialists]
    ratios = {one.county_code: ratio for one in counties if (ratio := one.inhabitants_per_trainee)}
    yield Check("Text", of_trainees("trainees_per_county_min"), trainees[0])
    yield Check("Text", of_trainees("trainees_per_county_max"), trainees[-1])
    for value, computed, place in (
        (490, trainees[-1], "l. 855"),
        (10, trainees[0], "l. 856-857"),
        (20, trainees[1], "l. 857"),
        (440, trainees[-2], "l. 857"),
        (1090, max(specialists, key=lambda one: one.value), "l. 932"),
    ):
        yield Check("Text", statement(value, "persons", DOCUMENT, place, step=5), computed)
    code = min(ratios, key=lambda one: ratios[one].value)
    lowest = of_trainees("inhabitants_per_trainee_lowest_county")
    yield Check("Text", lowest, ratios[code], reason=_of_trainee_ratio(code))


def _county_sum() -> str:
    return documented("baseline_2023", "county counts of trainees")


def _of_trainee_ratio(code: str) -> str:
    """What is documented of the trainees of a county, before what is not known of all of them."""
    named = documented("baseline_2023", COUNTY_NAMES[code]) if code in COUNTY_NAMES else ""
    return f"{named} {POPULATION_YEAR}".strip()


CALCULATION = Calculation(
    name="baseline-2023",
    title="Baseline 2023: inhabitants per trainee and per specialist in general medicine",
    formula=(
        "Inhabitants per trainee = inhabitants / trainees; inhabitants per specialist = inhabitants / "
        "specialists; head counts, rounded to the nearest 5. Private share = 100 - public share."
    ),
    documents=(DOCUMENT, "socialstyrelsen-2022-interim", "socialstyrelsen-2026-guideline"),
    row=BaselineRow,
    published=published,
    compute=compute,
    checks=checks,
    settings=BaselineSettings,
)
