"""The guideline in two readings, number by number: statements only, no table of it is printed.

The formula, with the rows that go in and come out, is `careersim.published.regulated_guideline_formula`.
"""

from __future__ import annotations

from collections.abc import Iterable

from careersim.data import Figure, figure
from careersim.published.approx import over_all
from careersim.published.declare import Calculation
from careersim.published.ledger import Check
from careersim.published.regulated_guideline_formula import (
    GuidelineInput,
    GuidelineResult,
    GuidelineSettings,
    compute,
    published,
    working_times,
)
from careersim.published.statements import NATIONAL, statement

__all__ = ["CALCULATION"]

DOCUMENT = "socialstyrelsen-2025-st"
PUBLIC_ONLY = "The printed number leaves out private health centres; the register counts them."
INHABITANTS = "inhabitants per specialist"


def checks() -> tuple[Check, ...]:
    """Compare with what the documents say of the guideline; they print no table of it."""
    results = compute(published(), GuidelineSettings())["guideline"]
    return (*_constants(), *_statements({r.county_code: r for r in results if r.basis == "headcount"}))


def _constants() -> Iterable[Check]:
    """Numbers that the formulas take as given."""
    for value, document, place in (
        (1100, DOCUMENT, "l. 363"),
        (550, DOCUMENT, "l. 364"),
        (1100, DOCUMENT, "l. 806"),
        (550, DOCUMENT, "l. 828"),
        (1100, DOCUMENT, "Figur 4"),
        (550, DOCUMENT, "Figur 4"),
        (1100, "socialstyrelsen-2026-guideline", "l. 339"),
        (1100, "socialstyrelsen-2026-guideline", "l. 971"),
    ):
        unit = INHABITANTS if value == 1100 else "inhabitants per trainee"
        yield Check("Text: the guideline", statement(value, unit, document, place), None)
    for indicator in (
        "list_size_guideline_2022",
        "list_size_guideline_2022_max",
        "st_actual_mean_dlf",
        "specialist_career_length_dlf",
    ):
        yield Check("Text: DLF", figure("career_durations", "value", indicator=indicator), None)
    for printed in working_times().values():
        yield from (Check("Text: DLF", one, None) for one in printed)
    yield Check("Text: working time", _working_time(), None)


def _statements(results: dict[str, GuidelineResult]) -> Iterable[Check]:
    """All regions had more than so many inhabitants per doctor, if the region with the fewest had."""
    regions = [one for code, one in results.items() if code != NATIONAL]
    per_specialist = [one.inhabitants_per_specialist for one in regions if one.inhabitants_per_specialist]
    per_trainee = [one.inhabitants_per_trainee for one in regions if one.inhabitants_per_trainee]
    for place in ("l. 128", "l. 201", "l. 1064", "l. 1518"):
        printed = statement(1100, INHABITANTS, DOCUMENT, place, bound="lower")
        yield Check("Text: all regions", printed, over_all(per_specialist, min))
    for place in ("l. 209", "l. 861", "l. 1519"):
        printed = statement(550, "inhabitants per trainee", DOCUMENT, place, bound="lower")
        yield Check("Text: all regions", printed, over_all(per_trainee, min))
    norrbotten = figure(
        "dlf_part_time", "value", county_code="25", indicator="inhabitants_per_specialist_actual"
    )
    yield Check("Text: DLF", norrbotten, results["25"].inhabitants_per_specialist, reason=PUBLIC_ONLY)


def _working_time() -> Figure:
    return figure(
        "other_indicators",
        "value",
        topic="working_time",
        indicator="employment_rate_mean_region_primary_care",
    )


CALCULATION = Calculation(
    name="regulated-guideline",
    title="The guideline of 1,100 inhabitants per specialist and 550 per trainee, in two readings",
    formula=(
        "Lists: 1,100 x specialists + 550 x trainees must reach the inhabitants; need in balance = "
        "inhabitants / (1,100 + 550 x 8/25). Ratio: specialists must reach inhabitants / 1,100 and trainees "
        "inhabitants / 550. By headcount and by FTE = headcount x working time."
    ),
    documents=(DOCUMENT, "dlf-2024", "socialstyrelsen-2022-interim", "socialstyrelsen-2026-guideline"),
    row=GuidelineInput,
    published=published,
    compute=compute,
    checks=checks,
    settings=GuidelineSettings,
)
