"""The baseline of 2023: every printed number, the population behind it, and a user's own counties."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from careersim.data import figure, figures_by_county
from careersim.errors import ConfigError
from careersim.published import baseline_2023, baseline_2023_formula
from careersim.published.approx import Approx, exactly, of_figure, through, to_nearest
from careersim.published.baseline_2023_formula import (
    COLUMNS,
    BaselineResult,
    BaselineRow,
    BaselineSettings,
    ImpliedPopulation,
    compute,
    implied_inhabitants,
    published,
)
from careersim.published.catalogue import calculation
from careersim.published.frames import frame
from careersim.published.ledger import Check, Tally, tallies
from careersim.published.ratios import per_head
from careersim.published.statements import statement
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
        Tally(NAME, "Tabell 2", printed=88, inputs=42, exact=1, within=44, differ=1, unexplained=0),
        Tally(NAME, "Tabell 6", printed=12, inputs=8, exact=4, within=0, differ=0, unexplained=0),
        Tally(NAME, "Text", printed=14, inputs=4, exact=7, within=3, differ=0, unexplained=0),
    )


def test_only_kronoberg_differs() -> None:
    """7 555 per trainee mean about 27 trainees, fewer than either table may have."""
    (check,) = [one for one in CALCULATION.checks() if one.verdict == "differs"]
    assert (dict(check.figure.key)["county_code"], check.figure.column) == ("07", "inhabitants_per_trainee")
    assert "Kronoberg: the population of 2024 and 7 555 inhabitants per trainee imply" in check.reason


def by_the_letter() -> tuple[BaselineRow, ...]:
    """Counts to the nearest 5 as stated, and the population of 2024: without the two rules."""
    inhabitants = figures_by_county("population", "population", year=2024)
    trainees = figures_by_county("baseline_2023", "trainees")
    return tuple(
        replace(
            row,
            inhabitants=of_figure(inhabitants[row.county_code]),
            trainees=of_figure(trainees[row.county_code]),
        )
        for row in published()
    )


@pytest.fixture
def without_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline_2023, "published", by_the_letter)


def test_each_rule_is_the_hull_of_what_is_printed() -> None:
    rows = {row.county_code: row for row in published()}
    assert rows["14"].trainees == Approx(490, 487.5, 497.5)  # 490 and 495
    assert rows["18"].trainees == Approx(50, 42.5, 52.5)  # 50 and 45
    assert rows["03"].trainees == Approx(95, 92.5, 97.5)  # the same in both
    wider = {code for code, row in rows.items() if row.trainees and row.trainees.high - row.trainees.low > 5}
    assert wider == DISPUTED
    before = figures_by_county("population", "population", year=2019)
    after = figures_by_county("population", "population", year=2024)
    for code, row in rows.items():
        ends = sorted([(before[code].low, before[code].high), (after[code].low, after[code].high)])
        assert row.inhabitants is not None
        assert (row.inhabitants.low, row.inhabitants.high) == (ends[0][0], ends[1][1])
        assert row.inhabitants.value == pytest.approx((before[code].value + 4 * after[code].value) / 5)


@pytest.mark.usefixtures("without_the_rules")
def test_without_the_two_rules_twelve_cells_differ() -> None:
    table_2, _, text = tallies(NAME, CALCULATION.checks())
    assert (table_2.exact, table_2.within, table_2.differ, table_2.unexplained) == (2, 32, 12, 0)
    assert (text.exact, text.within, text.differ, text.unexplained) == (7, 2, 1, 0)
    per_trainee = {(code, "inhabitants_per_trainee") for code in DISPUTED}
    per_specialist = {(code, "inhabitants_per_gp") for code in ("01", "13", "21")}
    assert differing() == per_trainee | per_specialist


@pytest.mark.usefixtures("without_the_rules")
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
    row = {name: of_figure(figure("baseline_2023", name, county_code="00")) for name in COLUMNS}
    of_trainees = through(implied_inhabitants, row["trainees"], row["inhabitants_per_trainee"])
    of_specialists = through(implied_inhabitants, row["gps"], row["inhabitants_per_gp"])
    after = figure("population", "population", county_code="00", year=2024)
    assert of_trainees is not None
    assert of_specialists is not None
    assert max(of_trainees.high, of_specialists.high) < after.low == 10_577_715
    assert (round(of_trainees.low), round(of_trainees.high)) == (10_523_906, 10_557_706)


def test_implied_inhabitants_enclose_what_both_ratios_allow() -> None:
    found = implied(*by_the_letter())
    findings = {code: one.finding for code, one in found.items()}
    assert [code for code, finding in findings.items() if finding == "fits"] == [
        "03", "04", "06", "08", "10", "17", "19", "22", "24", "25",
    ]  # fmt: skip
    assert [code for code, finding in findings.items() if finding == "too many given"] == [
        "01", "09", "12", "13", "14",
    ]  # fmt: skip
    stockholm = found["01"]
    assert (stockholm.low, stockholm.high) == (1087.5 * 2247.5, 442.5 * 5532.5)


def test_inhabitants_between_the_published_years_fit_almost_everywhere() -> None:
    findings = {code: one.finding for code, one in implied().items()}
    assert {code: finding for code, finding in findings.items() if finding != "fits"} == {
        "07": "too few given"  # Kronoberg: 30 or 35 trainees times 7 555 are more than live there
    }
    line = results()["00"].inhabitants
    assert line is not None
    assert 10_523_906 < line.value < 10_557_706  # what the national row leaves


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
    # Five counties have 5 more in Tabell 3, four have 5 fewer.
    assert whole.trainees == Approx(2445, 2445 - 21 * 2.5 - 4 * 5, 2445 + 21 * 2.5 + 5 * 5)
    assert whole.specialists is not None
    assert whole.specialists.value == 4910
    assert whole.inhabitants is not None
    assert whole.inhabitants.value == pytest.approx(0.2 * 10_319_473 + 0.8 * 10_577_720)
    assert whole.inhabitants.low < 10_319_473 < 10_577_720 < whole.inhabitants.high


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

    monkeypatch.setattr(baseline_2023_formula, "figures_by_county", population)
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
