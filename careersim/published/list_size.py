"""Specialists needed at a given list size, number by number: Tabell 3-5 and the text on them.

The formula itself, with the rows that go in and come out, is `careersim.published.list_size_formula`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from careersim.data import figure
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Calculation
from careersim.published.ledger import Check
from careersim.published.list_size_formula import (
    GENERAL,
    ListSizeRow,
    ListSizeSettings,
    comparison,
    compute,
    difference,
    inhabitants_per_specialist,
    need,
    of_county,
    published,
)
from careersim.published.ratios import per_100000, share_percent
from careersim.published.statements import gp_series

__all__ = ["CALCULATION"]


def checks() -> tuple[Check, ...]:
    """Set every printed number of Tabell 3-5, and what the text says of them, beside the formula."""
    return (*_checks_of_specialties(), *_checks_of_need(), *_checks_of_counties(), *_checks_of_text())


def _checks_of_specialties() -> Iterable[Check]:
    inhabitants = total(row.inhabitants for row in published())
    yield Check("Tabell 3", gp_series("t3_population", 2019), inhabitants)
    for group, ratio in (
        ("t3_gp", "t3_inhabitants_per_gp"),
        ("t3_gp_plus_paediatrics", "t3_gp_plus_paediatrics_inhabitants_per_specialist"),
        (
            "t3_gp_plus_paediatrics_plus_geriatrics",
            "t3_gp_plus_paediatrics_plus_geriatrics_inhabitants_per_specialist",
        ),
    ):
        for place in ("health_care", "primary_care"):
            specialists = gp_series(f"{group}_{place}", 2019)
            computed = through(inhabitants_per_specialist, inhabitants, of_figure(specialists))
            yield Check("Tabell 3", specialists, None)
            yield Check("Tabell 3", gp_series(f"{ratio}_{place}", 2019), computed)


def _checks_of_need() -> Iterable[Check]:
    inhabitants, specialists = (
        of_figure(gp_series("t3_population", 2019)),
        of_figure(gp_series("t3_gp_primary_care", 2019)),
    )
    for size in (1500, 1000):
        computed = comparison(inhabitants, specialists, ListSizeSettings(list_size=size))
        yield Check("Tabell 4", gp_series(f"t4_need_at_{size}_patients", 2019), computed["need"])
        yield Check("Tabell 4", gp_series(f"t4_difference_at_{size}_patients", 2019), computed["difference"])


def _checks_of_counties() -> Iterable[Check]:
    for row in published():
        out = of_county(row, ListSizeSettings(), GENERAL)
        for name, computed in (
            ("gps_primary_care", None),
            ("population", None),
            ("inhabitants_per_gp", out.inhabitants_per_specialist),
            ("need_at_1500", out.need),
            ("difference_at_1500", out.difference),
            ("increase_needed_percent", out.increase_percent),
        ):
            printed = figure("gp_2019", name, county_code=row.county_code)
            if printed.value is not None:
                yield Check("Tabell 5", printed, computed)


def _checks_of_text() -> Iterable[Check]:
    """What the text reads off Tabell 3 and 4."""
    inhabitants = of_figure(gp_series("t3_population", 2019))
    care, primary = (
        of_figure(gp_series("t3_gp_health_care", 2019)),
        of_figure(gp_series("t3_gp_primary_care", 2019)),
    )

    def missing(specialists: Approx | None, size: float) -> Approx | None:
        return through(difference, through(partial(need, list_size=size), inhabitants), specialists)

    for indicator, computed in (
        ("missing_gps_health_care_at_1500_patients", missing(care, 1500)),
        ("missing_gps_primary_care_at_1500_patients", missing(primary, 1500)),
        ("missing_gps_primary_care_at_1000_patients", missing(primary, 1000)),
        ("gps_difference_health_care_minus_primary_care", through(difference, care, primary)),
        ("gps_share_in_primary_care_of_health_care", through(share_percent, primary, care)),
        ("gps_health_care_per_100000", through(per_100000, care, inhabitants)),
    ):
        yield Check("Text on Tabell 3-4", gp_series(indicator, 2019), computed)


CALCULATION = Calculation(
    name="list-size",
    title="Specialists in general medicine needed at a given list size",
    formula=(
        "need = inhabitants / list size; difference = specialists - need; increase = -difference / "
        "specialists; inhabitants per specialist = inhabitants / specialists. Need and ratio are rounded to "
        "one decimal and then up."
    ),
    documents=("socialstyrelsen-2022-interim",),
    row=ListSizeRow,
    published=published,
    compute=compute,
    checks=checks,
    settings=ListSizeSettings,
)
