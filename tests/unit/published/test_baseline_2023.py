"""The baseline of 2023: every printed number, the population behind it, and a user's own counties."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from careersim.data import figure, figures_by_county
from careersim.errors import ConfigError
from careersim.published import baseline_2023
from careersim.published.approx import Approx, exactly, of_figure, through
from careersim.published.baseline_2023 import (
    BaselineResult,
    BaselineRow,
    BaselineSettings,
    ImpliedPopulation,
    compute,
    implied_inhabitants,
    per_head,
    published,
    statement,
    to_nearest,
)
from careersim.published.catalogue import calculation
from careersim.published.frames import frame
from careersim.published.ledger import Check, Tally, tallies
from careersim.published.user_table import read_rows, setting_values

NAME = "baseline-2023"
CALCULATION = calculation(NAME)
DISPUTED = {"01", "05", "07", "09", "12", "14", "18", "20", "23"}
SOUTHERN = BaselineRow("10", exactly(150_000), exactly(20), exactly(60), exactly(15), None, None)


def differing() -> set[tuple[str, str]]:
    return {
        (dict(one.figure.key)["county_code"], one.figure.column)
        for one in CALCULATION.checks()
        if one.verdict == "differs" and one.published_table == "Tabell 2"
    }


def results(*rows: BaselineRow, rounding: float = 5) -> dict[str, BaselineResult]:
    tables = compute(rows or published(), BaselineSettings(rounding))
    return {one.county_code: one for one in tables["baseline"]}


def implied(*rows: BaselineRow) -> dict[str, ImpliedPopulation]:
    tables = compute(rows or published(), BaselineSettings())
    return {one.county_code: one for one in tables["implied_inhabitants"]}


def test_every_printed_number_is_accounted_for() -> None:
    assert tallies(NAME, CALCULATION.checks()) == (
        Tally(NAME, "Tabell 2", printed=88, inputs=42, exact=2, within=32, differ=12, unexplained=0),
        Tally(NAME, "Tabell 6", printed=12, inputs=8, exact=4, within=0, differ=0, unexplained=0),
        Tally(NAME, "Text", printed=14, inputs=4, exact=7, within=2, differ=1, unexplained=0),
    )


def test_trainee_ratios_differ_in_the_counties_that_tabell_3_disputes_and_nowhere_else() -> None:
    per_trainee = {(code, "inhabitants_per_trainee") for code in DISPUTED}
    per_specialist = {(code, "inhabitants_per_gp") for code in ("01", "13", "21")}
    assert differing() == per_trainee | per_specialist


def test_each_difference_vanishes_under_its_own_reason() -> None:
    # Rounded to 10 instead of 5, and inhabitants anywhere between the two published years.
    before = figures_by_county("population", "population", year=2019)
    after = figures_by_county("population", "population", year=2024)
    for code, column in differing():
        ends = sorted((before[code].low, after[code].high))
        inhabitants = Approx(after[code].low, *ends)
        name = "trainees" if column == "inhabitants_per_trainee" else "gps"
        heads = figure("baseline_2023", name, county_code=code)
        assert heads.value is not None
        wider = 5 if name == "trainees" else 2.5
        count = Approx(heads.value, heads.value - wider, heads.value + wider)
        ratio = through(per_head, inhabitants, count)
        assert (
            Check("Tabell 2", figure("baseline_2023", column, county_code=code), ratio).verdict != "differs"
        )


def test_the_national_row_shuts_out_the_population_of_2024() -> None:
    row = {
        name: of_figure(figure("baseline_2023", name, county_code="00")) for name in baseline_2023._COLUMNS
    }
    of_trainees = through(implied_inhabitants, row["trainees"], row["inhabitants_per_trainee"])
    of_specialists = through(implied_inhabitants, row["gps"], row["inhabitants_per_gp"])
    after = figure("population", "population", county_code="00", year=2024)
    assert of_trainees is not None
    assert of_specialists is not None
    assert max(of_trainees.high, of_specialists.high) < after.low == 10_577_715
    assert (round(of_trainees.low), round(of_trainees.high)) == (10_523_906, 10_557_706)


def test_implied_inhabitants_enclose_what_both_ratios_allow() -> None:
    found = implied()
    findings = {code: one.finding for code, one in found.items()}
    assert [code for code, finding in findings.items() if finding == "fits"] == [
        "03", "04", "06", "08", "10", "17", "19", "22", "24", "25",
    ]  # fmt: skip
    assert [code for code, finding in findings.items() if finding == "too many given"] == [
        "01", "09", "12", "13", "14",
    ]  # fmt: skip
    stockholm = found["01"]
    assert (stockholm.low, stockholm.high) == (1087.5 * 2247.5, 442.5 * 5532.5)


def test_ratios_that_contradict_each_other_are_named() -> None:
    printed = replace(
        SOUTHERN, printed_per_trainee=exactly(7500), printed_per_specialist=Approx(2000, 1995, 2005)
    )
    assert implied(printed)["10"].finding == "ratios contradict each other"
    assert implied(SOUTHERN)["10"].finding == "not known"
    one_side = replace(SOUTHERN, printed_per_trainee=exactly(7500))
    assert implied(one_side)["10"].finding == "fits"
    assert implied(replace(one_side, inhabitants=None))["10"].finding == "not known"


def test_ratios_by_hand() -> None:
    found = results(SOUTHERN)["10"]
    assert found.inhabitants_per_trainee == exactly(7500)
    assert found.inhabitants_per_specialist == exactly(2500)
    assert found.public_share == exactly(75)
    rounded = replace(SOUTHERN, trainees=Approx(20, 17.5, 22.5), inhabitants=exactly(150_050))
    ratio = results(rounded)["10"].inhabitants_per_trainee
    assert ratio is not None
    assert (ratio.low, ratio.high) == (150_050 / 22.5, 150_050 / 17.5)
    assert results(rounded)["10"].rounded_per_trainee == 7505
    assert results(rounded, rounding=100)["10"].rounded_per_trainee == 7500
    assert results(rounded, rounding=0)["10"].rounded_per_trainee == 7502.5


def test_no_trainees_and_unknown_trainees() -> None:
    none = results(replace(SOUTHERN, trainees=exactly(0)))["10"]
    assert none.inhabitants_per_trainee == exactly(math.inf)
    assert none.rounded_per_trainee == math.inf
    assert none.public_share is None
    unknown = results(replace(SOUTHERN, trainees=None), replace(SOUTHERN, county_code="01"))
    assert unknown["10"].inhabitants_per_trainee is None
    assert unknown["10"].rounded_per_trainee is None
    assert unknown["00"].trainees is None
    assert unknown["00"].inhabitants_per_specialist == exactly(2500)
    assert math.isnan(per_head(0, 0))


def test_the_national_row_is_the_sum_of_the_rows() -> None:
    whole = results()["00"]
    assert whole.trainees == Approx(2445, 2445 - 21 * 2.5, 2445 + 21 * 2.5)
    assert whole.specialists is not None
    assert whole.specialists.value == 4910
    assert whole.inhabitants is not None
    assert whole.inhabitants.value == 10_577_720


def test_the_series_by_sector() -> None:
    series = compute(published(), BaselineSettings())["sector_shares"]
    assert [one.year for one in series] == [2020, 2021, 2022, 2023]
    last = series[-1]
    assert last.private_share == Approx(34, 33.5, 34.5)
    assert last.public_trainees.value == pytest.approx(2443 * 0.66)
    assert (last.change.value, last.public_share_change.value) == (28, -6)
    assert series[0].change == exactly(0)


def test_halves_are_rounded_up() -> None:
    assert to_nearest(exactly(7502.5), 5) == 7505
    assert to_nearest(None, 5) is None


def test_statements_carry_bounds() -> None:
    assert (
        statement(550, "x", "d", "l. 1", bound="lower").high,
        statement(10, "x", "d", "l. 1", step=5).low,
    ) == (
        math.inf,
        7.5,
    )
    assert statement(2, "x", "d", "l. 1", bound="upper").low == 0
    assert statement(2, "x", "d", "l. 1").rounding.kind == "exact"


def test_inhabitants_of_another_year_lose_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = partial(figures_by_county, year=2040)

    def population(table: str, column: str, **where: int) -> object:
        return wrong(table, column) if table == "population" else figures_by_county(table, column, **where)

    monkeypatch.setattr(baseline_2023, "figures_by_county", population)
    assert tallies(NAME, CALCULATION.checks())[0].differ > 20


def test_a_users_own_county(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("county_code,inhabitants,trainees,specialists\n10,157340,33,\n", encoding="utf-8")
    (row,) = read_rows(table, BaselineRow)
    assert row == BaselineRow("10", exactly(157_340), exactly(33), None, None, None, None)
    data = frame(compute([row], setting_values(BaselineSettings, {"rounding": "10"}))["baseline"])
    assert data["rounded_per_trainee"].to_list() == [4770, 4770]
    assert data["inhabitants_per_specialist"].to_list() == [None, None]


def test_a_table_without_inhabitants_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("county_code,trainees\n10,33\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="inhabitants: the column is missing"):
        read_rows(table, BaselineRow)
