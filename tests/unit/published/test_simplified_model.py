"""The simplified model: every printed number of Tabell 3, the box plot, and a user's own counties."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from careersim.errors import ConfigError
from careersim.published import simplified_model
from careersim.published.approx import Approx, exactly, over_all
from careersim.published.catalogue import calculation
from careersim.published.frames import frame
from careersim.published.ledger import Tally, tallies
from careersim.published.simplified_model import (
    ScenarioInput,
    ScenarioResult,
    SimplifiedSettings,
    Spread,
    compute,
    count,
    published,
    quantile,
    raised,
)
from careersim.published.user_table import read_rows, setting_values

NAME = "simplified-model"
CALCULATION = calculation(NAME)
PRINTED = SimplifiedSettings()
ONE = ScenarioInput("10", exactly(20), exactly(22), exactly(44))


def scenarios(
    *rows: ScenarioInput, settings: SimplifiedSettings = PRINTED
) -> dict[tuple[str, str], ScenarioResult]:
    found = compute(rows or published(), settings)["scenarios"]
    return {(one.county_code, one.case): one for one in found}


def spreads(*rows: ScenarioInput, settings: SimplifiedSettings = PRINTED) -> dict[str, Spread]:
    return {one.case: one for one in compute(rows or published(), settings)["spread"]}


def test_every_printed_number_is_accounted_for() -> None:
    assert tallies(NAME, CALCULATION.checks()) == (
        Tally(NAME, "Tabell 3", printed=110, inputs=42, exact=64, within=4, differ=0, unexplained=0),
        Tally(NAME, "Text on Figur 5", printed=3, inputs=0, exact=0, within=3, differ=0, unexplained=0),
    )


def test_two_cells_and_two_national_ones_need_unrounded_numbers() -> None:
    within = {
        (dict(one.figure.key)["county_code"], one.figure.column)
        for one in CALCULATION.checks()
        if one.verdict == "within" and one.published_table == "Tabell 3"
    }
    # Uppsala, 90 x 1.25 = 112.5, lies half-way between two multiples of 5 and is no third.
    two = {("06", "trainees_plus_5pct"), ("17", "trainees_plus_50pct")}
    assert within == two | {("00", "trainees_2023"), ("00", "trainees_mean_2021_2023")}


@pytest.mark.parametrize(
    ("field", "wrong"), [("small_increase", "12"), ("medium_increase", "20"), ("large_increase", "60")]
)
def test_a_wrong_increase_loses_its_column(monkeypatch: pytest.MonkeyPatch, field: str, wrong: str) -> None:
    settings = setting_values(SimplifiedSettings, {field: wrong})
    monkeypatch.setattr(simplified_model, "SimplifiedSettings", lambda: settings)
    table, _ = tallies(NAME, CALCULATION.checks())
    assert table.exact <= 52
    assert table.differ >= 10
    assert table.unexplained >= 9


def test_a_case_by_hand() -> None:
    found = scenarios(ONE)
    assert found["10", "today"].specialists_per_trainee == exactly(2.2)
    assert found["10", "small"].trainees == exactly(23.1)
    assert found["10", "small"].rounded_trainees == 25
    assert found["10", "medium"].trainees == exactly(27.5)
    assert found["10", "medium"].rounded_trainees == 30
    assert found["10", "large"].specialists_per_trainee == exactly(44 / 33)
    assert found["00", "large"] == replace(found["10", "large"], county_code="00")
    assert raised(22, 50) == 33


def test_the_rounding_of_the_mean_reaches_the_result() -> None:
    blurred = replace(ONE, trainees_mean=Approx(22, 21.5, 22.5))
    trainees = scenarios(blurred)["10", "large"].trainees
    assert trainees == Approx(33, 32.25, 33.75)


def test_figure_5_of_the_published_counties() -> None:
    found = spreads()
    assert [one.counties for one in found.values()] == [21] * 4
    assert [one.below_upper.value for one in found.values()] == [10, 13, 16, 19]
    assert [one.at_most_upper.value for one in found.values()] == [13, 13, 17, 19]
    assert [one.below_lower.value for one in found.values()] == [0, 0, 0, 4]
    assert found["today"].median is not None
    assert found["today"].median.value == 2
    large = found["large"]
    for number, expected in (
        (large.minimum, 0.833),
        (large.lower_quartile, 1.127),
        (large.median, 1.308),
        (large.upper_quartile, 1.601),
        (large.maximum, 2.639),
        (large.country, 1.340),
    ):
        assert number is not None
        assert number.value == pytest.approx(expected, abs=5e-4)


def test_most_regions_fall_below_two_whatever_was_rounded() -> None:
    found = spreads()
    for case in ("medium", "large"):
        assert found[case].below_upper.low > 21 / 2
    assert found["today"].at_most_upper.low == 10


def test_quantiles_by_hand() -> None:
    assert quantile([4, 1, 3, 2], 0.25, "inclusive") == 1.75
    assert quantile([4, 1, 3, 2], 0.25, "exclusive") == 1.25
    assert quantile([4, 1, 3, 2], 0.5, "exclusive") == 2.5
    assert quantile([7], 0.75, "exclusive") == 7
    assert quantile([1, math.inf, math.inf], 0.75, "inclusive") == math.inf


def test_counts_hold_at_least_and_at_most() -> None:
    numbers = [Approx(1.9, 1.8, 2.1), exactly(1), Approx(2.1, 1.9, 2.2)]
    assert count(numbers, lambda ratio: ratio < 2) == Approx(2, 1, 3)
    assert over_all([], min) is None


def test_thresholds_and_quartiles_can_be_set() -> None:
    other = setting_values(
        SimplifiedSettings,
        {"upper_threshold": "3", "lower_threshold": "1.5", "quartiles": "exclusive", "rounding": "1"},
    )
    found = spreads(settings=other)["large"]
    assert found.below_upper.value == 21
    assert found.below_lower.value > 4
    inclusive = spreads()["large"].lower_quartile
    assert found.lower_quartile is not None
    assert inclusive is not None
    assert found.lower_quartile.value < inclusive.value
    assert scenarios(ONE, settings=other)["10", "small"].rounded_trainees == 23
    with pytest.raises(ConfigError, match="not known"):
        setting_values(SimplifiedSettings, {"quartiles": "median"})


def test_no_trainees_and_unknown_specialists() -> None:
    assert scenarios(replace(ONE, trainees_today=exactly(0)))[
        "10", "today"
    ].specialists_per_trainee == exactly(math.inf)
    unknown = replace(ONE, county_code="01", specialists=None)
    found = spreads(ONE, unknown)["today"]
    assert (found.counties, found.country, found.median) == (1, None, exactly(2.2))
    nobody = spreads(unknown)["today"]
    assert (nobody.counties, nobody.median, nobody.below_upper) == (0, None, exactly(0))


def test_a_users_own_county(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "county_code,trainees_today,trainees_mean,trainees_mean_low,trainees_mean_high,specialists\n"
        "10,20,22,21,23,44\n",
        encoding="utf-8",
    )
    (row,) = read_rows(table, ScenarioInput)
    assert row == replace(ONE, trainees_mean=Approx(22, 21, 23))
    data = frame(compute([row], PRINTED)["scenarios"])
    assert data["rounded_trainees"].to_list()[:4] == [20, 25, 30, 35]
