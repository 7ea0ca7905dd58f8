"""The DLF report on fixed doctors, number by number: closing table and text beside what the formula gives.

The formula itself, with the rows that go in and come out, is `careersim.published.dlf_formula`.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

from careersim.data import Figure, Rounding, figure, load_table
from careersim.published.approx import Approx, exactly, of_figure, through, total
from careersim.published.declare import Calculation, Tables
from careersim.published.dlf_formula import (
    Row,
    Settings,
    balance,
    bases,
    compute,
    missing_percent,
    need,
    published,
    statements,
    trainees_needed,
    years_to_full,
)
from careersim.published.ledger import Check
from careersim.published.statements import documented
from careersim.types import COUNTY_NAMES

__all__ = ["CALCULATION"]


def checks() -> tuple[Check, ...]:
    """Every number of the closing table, and every statement of the text on the same quantities."""
    return (*_table_checks(), *_text_checks())


_COLUMNS = {
    "missing": ("missing_specialists", "missing_fte"),
    "missing_share": ("missing_share", "missing_share_fte"),
    "balance_trainees": ("balance_trainees", "balance_trainees"),
    "missing_trainees": ("missing_trainees", "missing_trainees"),
    "missing_trainees_share": ("missing_trainees_share", "missing_trainees_share"),
    "years_to_full": ("years_to_full", "years_to_full_fte"),
}
"""Calculated columns of the closing table: what they are where it counts heads, and where working time."""

_TABLE_REASONS = {
    "need": "The population that the report used is not printed; that of 2024 gives this within 1.1 percent.",
    "specialists": "Heads, or full-time equivalents in Södermanland, Blekinge and Västernorrland.",
    "years_to_full": "The divisor is a difference of rounded numbers: near the balance the interval is wide.",
}
_NATIONAL_REASON = "The report adds unrounded counties; the sums here are those of the printed ones."


def _table_checks() -> list[Check]:
    rows, basis_of = published(), bases()
    made = compute(rows, Settings())
    found = []
    for code, basis in basis_of.items():
        for name in ("specialists", "need", *_COLUMNS, "trainees"):
            printed = figure("dlf_staffing_2023", name, county_code=code)
            computed = None
            if code == "00" and name in ("need", "balance_trainees", "missing_trainees"):
                computed = getattr(made["national"][0], name)
            elif code == "00":
                computed = total(row.trainees for row in rows)
            elif name in _COLUMNS:
                county = next(each for each in made["counties"] if each.county_code == code)
                computed = getattr(county, _COLUMNS[name][basis == "fte"])
            reason = _NATIONAL_REASON if code == "00" else _of_cell(code, name)
            if printed.value is not None:
                found.append(Check("Closing table", printed, computed, reason=reason))
    return found


def _of_cell(code: str, name: str) -> str:
    """Reason that a column may differ, and what is documented of a county whose divisor is near zero."""
    divisor = documented("dlf_staffing_2023", COUNTY_NAMES[code], "divisor") if "years" in name else ""
    return f"{_TABLE_REASONS.get(name, '')} {divisor}".strip()


_GIVEN = (
    "specialists_headcount",
    "specialists_fte",
    "employment_rate",
    "locum",
    "trainees",
    "need",
    "population",
)
"""Statements that begin so repeat what regions reported or the closing table has, unless calculated below."""

_ELSEWHERE = ("list_", "inhabitants_per_", "share_", "specialists_aged_", "years_until_")
"""Statements that begin so are about lists, ages and opinions: no part of the calculation."""

_EVERY_SECOND = "years_to_full_if_every_second_specialist_missing"

_TEXT_REASONS = {
    "years_to_full_stated": "No base is stated; the 4,400 specialists in primary care of the text give 51.",
    _EVERY_SECOND: "It repeats the national 88 years, for which no base is stated; the formula gives 54.",
    "years_to_full_assuming_50_percent_missing": "No other base is stated; half the need missing gives 47.",
    "required_over_training": "No base is stated; taken as the national surplus for ten years from 4,400.",
    "trainees_needed_for_full_staffing": "No horizon is stated, and 1,300 is twice 650; taken as ten years.",
    "trainees_needed_full_in_10_years_multiple": "'Almost full': 1.8 times by heads, 2.1 by working time.",
    "missing_share_if_new_ones_part_time": "No base is stated; taken as part-time posts missing over need.",
    "staffing_multiple_needed": "'At least twice' is loose: 8,271 needed against 4,400 is 1.9 times.",
}
_AGAINST_TABLE = ("missing_share", "trainees", "specialists_headcount", "trainee_surplus_over_balance")
"""Statements that say otherwise than the closing table in some counties, as documented with them."""


def _text_checks() -> list[Check]:
    computed = _calculated()
    found = []
    for row in load_table("dlf_part_time").iter_rows(named=True):
        code, name = row["county_code"], row["indicator"]
        calculated = (code, name) in computed
        if row["value"] is None or (name.startswith(_ELSEWHERE) and not calculated):
            continue
        if not calculated and not name.startswith((*_GIVEN, "missing_share_assumed")):
            raise KeyError(f"no formula for {code} {name}")
        key = {"county_code": code, "indicator": name, "locator": row["locator"]}
        printed = _said(figure("dlf_part_time", "value", **key))
        found.append(Check("Text", printed, computed.get((code, name)), reason=_of_statement(code, name)))
    for name in ("regions_reaching_full_staffing_within_10_years", "staffing_multiple_needed"):
        printed = figure("other_indicators", "value", indicator=name)
        found.append(Check("Text", printed, computed["00", name], reason=_TEXT_REASONS.get(name, "")))
    return found


def _said(printed: Figure) -> Figure:
    """Read "up to 90 years" as 90 to the nearest 10: it names a mean, which is no bound."""
    if ("indicator", _EVERY_SECOND) not in printed.key or printed.value is None:
        return printed
    low, high = printed.value - 5, printed.value + 5
    return replace(printed, low=low, high=high, rounding=Rounding("nearest", 10.0))


def _of_statement(code: str, name: str) -> str:
    if name in _AGAINST_TABLE and code in COUNTY_NAMES:
        return documented("dlf_part_time", COUNTY_NAMES[code])
    return _TEXT_REASONS.get(name, "")


def _calculated() -> dict[tuple[str, str], Approx | None]:
    """What the formula gives for the statements of the text, by county and indicator."""
    settings, basis_of, text = Settings(), bases(), statements()
    rows = {row.county_code: row for row in published()}
    made = compute(tuple(rows.values()), settings)
    units = {
        (row["county_code"], row["indicator"]): row["unit"]
        for row in load_table("dlf_part_time").iter_rows(named=True)
    }
    found: dict[tuple[str, str], Approx | None] = {}
    for county in made["counties"]:
        code, fte = county.county_code, basis_of[county.county_code] == "fte"
        surplus = (
            county.missing_trainees_share
            if units.get((code, "trainee_surplus_over_balance")) == "percent"
            else county.missing_trainees
        )
        needed_by_table = county.trainees_needed_fte if fte else county.trainees_needed
        for name, number in {
            "missing_specialists": county.missing_specialists,
            "missing_share": county.missing_share_fte if fte else county.missing_share,
            "missing_share_headcount": county.missing_share,
            "missing_share_fte": county.missing_share_fte,
            "years_to_full_headcount": county.years_to_full,
            "years_to_full_fte": county.years_to_full_fte,
            "balance_trainees": county.balance_trainees,
            "trainee_deficit_to_balance": county.missing_trainees,
            "trainee_surplus_over_balance": through(lambda number: -number, surplus),
            "trainees_needed_full_in_10_years": needed_by_table,
            "trainees_needed_for_full_staffing": needed_by_table,
        }.items():
            if (code, name) in units:
                found[code, name] = number
    return found | _with_own_base(rows, made, text, settings)


def _with_own_base(
    rows: dict[str, Row], made: Tables, text: dict[tuple[str, str], Approx], settings: Settings
) -> dict[tuple[str, str], Approx | None]:
    """Statements with a base of their own."""
    gotland, blekinge, skane, gavleborg = rows["09"], rows["10"], rows["12"], rows["21"]
    jonkoping, ostergotland = rows["06"], rows["05"]
    named = of_figure(figure("career_durations", "value", indicator="specialists_in_primary_care"))
    needed = of_figure(figure("dlf_staffing_2023", "need", county_code="00"))
    trainees = of_figure(figure("dlf_staffing_2023", "trainees", county_code="00"))
    finite = [
        county.years_to_full
        for county in made["counties"]
        if county.years_to_full is not None and settings.horizon_years < county.years_to_full.value < math.inf
    ]

    def half_staffed(number: float, trained: float, missing: float = 50.0) -> float:
        return years_to_full(settings, number, number * (1 - missing / 100), trained)

    def over_training(number: float, there: float) -> float:
        return -missing_percent(balance(settings, number), trainees_needed(settings, number, there))

    return {
        ("00", "need_specialists"): made["national"][0].need,
        ("00", "balance_trainees"): made["national"][0].balance_trainees,
        ("00", "years_to_full_stated"): through(partial(years_to_full, settings), needed, named, trainees),
        ("00", "years_to_full_group3_longest"): max(finite, key=lambda years: years.value),
        ("00", "years_to_full_group3_shortest"): min(finite, key=lambda years: years.value),
        ("00", _EVERY_SECOND): through(half_staffed, needed, trainees),
        ("00", "required_over_training"): through(over_training, needed, named),
        ("00", "regions_reaching_full_staffing_within_10_years"): exactly(made["summary"][0].within_horizon),
        ("00", "staffing_multiple_needed"): through(lambda number, there: number / there, needed, named),
        ("05", "years_to_full_assuming_50_percent_missing"): through(
            half_staffed, ostergotland.need, ostergotland.trainees, text["05", "missing_share_assumed"]
        ),
        ("06", "missing_share_if_new_ones_part_time"): through(
            lambda number, heads, fte: 100 * heads * (number / fte - 1) / number,
            jonkoping.need, jonkoping.specialists, jonkoping.specialist_fte,
        ),
        ("09", "need_specialists"): through(partial(need, settings), text["09", "population"]),
        ("10", "trainees_needed_to_match_gotland"): through(
            lambda trained, of, here: trained / of * here, gotland.trainees, gotland.need, blekinge.need
        ),
        ("12", "additional_trainees_needed_full_in_10_years"): through(
            lambda number, there, trained: trainees_needed(settings, number, there) - trained,
            skane.need, skane.specialists, skane.trainees,
        ),
        ("21", "trainees_needed_full_in_10_years_multiple"): through(
            lambda number, there, trained: trainees_needed(settings, number, there) / trained,
            gavleborg.need, gavleborg.specialists, gavleborg.trainees,
        ),
    }  # fmt: skip


CALCULATION = Calculation(
    name="dlf",
    title="Years until every county has its specialists in general medicine",
    formula=(
        "need = inhabitants / (1100 + 550 x 8/25); balance of trainees = need x 8/25; "
        "years to full staffing = (need - specialists) / ((trainees - balance) / 8), never without surplus; "
        "trainees to be full in N years = balance + 8 x (need - specialists) / N"
    ),
    documents=("dlf-2024",),
    row=Row,
    settings=Settings,
    published=published,
    compute=compute,
    checks=checks,
)
