"""Retirement from primary care, number by number: Tabell 6-8 and the text on them.

The formula itself, with the rows that go in and come out, is `careersim.published.retirement_formula`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from careersim.data import figure
from careersim.published.approx import Approx, exactly, of_figure, through, total
from careersim.published.declare import Calculation
from careersim.published.ledger import Check
from careersim.published.ratios import share_percent
from careersim.published.retirement_formula import (
    RETIRED,
    SEXES,
    SHARE,
    TABLE,
    RetirementRow,
    RetirementSettings,
    compute,
    per_year,
    printed_ages,
    printed_cell,
    published,
)
from careersim.published.statements import documented, gp_series

__all__ = ["CALCULATION"]


def checks() -> tuple[Check, ...]:
    """Set every printed number of Tabell 6-8, and what the text says of them, beside the formula."""
    return (*_checks_of_stock(), *_checks_of_ages(), *_checks_of_totals(), *_checks_of_text())


def _share_of_all(age: str) -> Approx | None:
    """Share of one band among all specialists in health care (Tabell 3)."""
    part = figure(TABLE, "value", indicator="gps_employed_health_care", age_group=age)
    everybody = of_figure(gp_series("t3_gp_health_care", "2019"))
    return through(share_percent, of_figure(part), everybody)


def _checks_of_stock() -> Iterable[Check]:
    for age in ("60-64", "65-69", "70+"):
        part = figure(TABLE, "value", indicator="gps_employed_health_care", age_group=age)
        share = figure(TABLE, "value", indicator="share_of_all_gps_employed_health_care", age_group=age)
        yield Check("Tabell 6", part, None)
        yield Check("Tabell 6", share, _share_of_all(age))


def _checks_of_ages() -> Iterable[Check]:
    """Shares are inputs: the number employed behind them is not printed."""
    for sex in SEXES:
        for age in printed_ages():
            for indicator in (RETIRED, SHARE):
                printed = printed_cell(indicator, sex, age)
                if printed.value is not None:
                    yield Check("Tabell 7", printed, None)


def _checks_of_totals() -> Iterable[Check]:
    reason = documented(TABLE, "Tabell 8 counts")
    sums = {one.sex: one.retired for one in compute(published(), RetirementSettings())["totals"]}
    for sex in SEXES:
        yield Check("Tabell 8", printed_cell(RETIRED, sex, "all"), sums[sex], reason=reason)
    mean = figure(TABLE, "value", indicator="newly_retired_primary_care_doctors_mean_per_year")
    yield Check("Tabell 8", mean, _mean_per_year())
    yield Check("Tabell 8", figure(TABLE, "value", indicator="newly_retired_share_mean"), None)


def _mean_per_year() -> Approx | None:
    printed = total(of_figure(printed_cell(RETIRED, sex, "all")) for sex in SEXES)
    return through(partial(per_year, years=5), printed)


def _checks_of_text() -> Iterable[Check]:
    ages = {one.sex: one.most_common_age for one in compute(published(), RetirementSettings())["totals"]}
    common = {ages[sex] for sex in SEXES}
    age = next(iter(common)) if len(common) == 1 else None
    for indicator, year, computed in (
        ("newly_retired_primary_care_doctors_per_year", "2014-2018", _mean_per_year()),
        ("newly_retired_share_of_employed_same_ages", "2014-2018", None),
        ("most_common_retirement_age", "2014-2018", None if age is None else exactly(age)),
        ("gps_health_care_share_aged_65_69", "2019", _share_of_all("65-69")),
        ("gps_health_care_share_aged_70_plus", "2019", _share_of_all("70+")),
    ):
        yield Check("Text on Tabell 6-8", gp_series(indicator, year), computed)


CALCULATION = Calculation(
    name="retirement",
    title="Retirement from primary care by age and sex",
    formula=(
        "newly retired per year = sum over the years / years; yearly rate = newly retired per year / "
        "employed. Where only a printed share is known, it is read as the yearly rate, and "
        "the employed follow from it."
    ),
    documents=("socialstyrelsen-2022-interim",),
    row=RetirementRow,
    published=published,
    compute=compute,
    checks=checks,
    settings=RetirementSettings,
)
