"""The guideline in two readings: every printed number, hand-computed counties, and a user's own."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from careersim.data import figure
from careersim.errors import ConfigError
from careersim.published import regulated_guideline
from careersim.published.approx import Approx, exactly
from careersim.published.catalogue import calculation
from careersim.published.frames import frame
from careersim.published.ledger import Tally, tallies
from careersim.published.regulated_guideline_formula import (
    CountiesReached,
    GuidelineInput,
    GuidelineResult,
    GuidelineSettings,
    compute,
    list_places,
    needed_in_balance,
    published,
    working_time,
)
from careersim.published.user_table import read_rows, setting_values

NAME = "regulated-guideline"
CALCULATION = calculation(NAME)
PRINTED = GuidelineSettings()
ONE = GuidelineInput("10", exactly(127_600), exactly(80), exactly(40), None, None, None)


def guideline(
    *rows: GuidelineInput, settings: GuidelineSettings = PRINTED
) -> dict[tuple[str, str], GuidelineResult]:
    found = compute(rows or published(), settings)["guideline"]
    return {(one.county_code, one.basis): one for one in found}


def reached(*rows: GuidelineInput, settings: GuidelineSettings = PRINTED) -> dict[str, CountiesReached]:
    return {one.basis: one for one in compute(rows or published(), settings)["counties_reached"]}


def test_every_printed_number_is_accounted_for() -> None:
    assert tallies(NAME, CALCULATION.checks()) == (
        Tally(NAME, "Text: the guideline", printed=8, inputs=8, exact=0, within=0, differ=0, unexplained=0),
        Tally(NAME, "Text: DLF", printed=29, inputs=28, exact=0, within=0, differ=1, unexplained=0),
        Tally(NAME, "Text: working time", printed=1, inputs=1, exact=0, within=0, differ=0, unexplained=0),
        Tally(NAME, "Text: all regions", printed=7, inputs=0, exact=0, within=7, differ=0, unexplained=0),
    )
    differing = [
        dict(one.figure.key)["county_code"] for one in CALCULATION.checks() if one.verdict == "differs"
    ]
    assert differing == ["25"]


def test_the_published_settings_are_the_printed_numbers() -> None:
    for value, indicator in (
        (PRINTED.inhabitants_per_specialist, "list_size_guideline_2022"),
        (PRINTED.inhabitants_per_trainee, "list_size_guideline_2022_max"),
        (PRINTED.training_years, "st_actual_mean_dlf"),
        (PRINTED.career_years, "specialist_career_length_dlf"),
    ):
        assert figure("career_durations", "value", indicator=indicator).value == value
    share = figure("other_indicators", "value", indicator="employment_rate_mean_region_primary_care")
    assert share.value == PRINTED.specialist_working_time
    assert share.rounding.kind == "lower_bound"


def test_a_county_too_well_staffed_contradicts_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [replace(row, specialists=exactly(200)) if row.county_code == "23" else row for row in published()]
    monkeypatch.setattr(regulated_guideline, "published", lambda: rows)
    differing = [one.figure.value for one in CALCULATION.checks() if one.verdict == "differs"]
    assert differing.count(1100) == 4


def test_no_county_meets_either_ratio_and_one_has_lists_for_all() -> None:
    found = reached()
    assert found["headcount"] == CountiesReached("headcount", 21, exactly(1), exactly(0), exactly(0))
    assert found["fte"] == CountiesReached("fte", 21, exactly(0), exactly(0), exactly(0))
    jamtland = guideline()["23", "headcount"]
    assert jamtland.list_coverage is not None
    assert jamtland.list_coverage.low > 100
    # Its lists suffice because it has many trainees: specialists are missing even so.
    assert jamtland.balance_specialist_gap is not None
    assert jamtland.balance_specialist_gap.low > 0
    assert jamtland.ratio_specialist_coverage is not None
    assert jamtland.ratio_specialist_coverage.high < 100


def test_the_country_in_both_readings() -> None:
    whole = guideline()["00", "headcount"]
    for number, expected in (
        (whole.balance_specialists, 10_577_720 / 1276),
        (whole.ratio_specialists, 10_577_720 / 1100),
        (whole.ratio_trainees, 10_577_720 / 550),
        (whole.list_places, 1100 * 4910 + 550 * 2445),
    ):
        assert number is not None
        assert number.value == pytest.approx(expected)


def test_a_county_by_hand() -> None:
    heads, fte = guideline(ONE)["10", "headcount"], guideline(ONE)["10", "fte"]
    assert heads.list_places == exactly(1100 * 80 + 550 * 40)
    assert heads.list_gap == exactly(127_600 - 110_000)
    assert heads.list_coverage is not None
    assert heads.list_coverage.value == pytest.approx(100 * 110 / 127.6)
    assert heads.balance_specialists == exactly(100)
    assert heads.balance_specialist_gap == exactly(20)
    assert heads.balance_trainees == exactly(32)
    assert heads.balance_trainee_gap == exactly(-8)
    assert heads.inhabitants_per_specialist == exactly(1595)
    assert heads.ratio_specialists == exactly(116)
    assert heads.ratio_specialist_gap == exactly(36)
    assert heads.ratio_specialist_coverage == exactly(100 * 80 / 116)
    assert heads.inhabitants_per_trainee == exactly(3190)
    assert heads.ratio_trainees == exactly(232)
    assert heads.ratio_trainee_gap == exactly(192)
    assert fte.specialists == exactly(68)
    assert fte.trainees == exactly(40)
    assert fte.list_places == exactly(1100 * 68 + 550 * 40)
    assert guideline(ONE)["00", "fte"] == replace(fte, county_code="00")


def test_what_is_known_of_working_time_comes_first() -> None:
    own_share = replace(ONE, specialist_working_time=exactly(70))
    assert guideline(own_share)["10", "fte"].specialists == exactly(56)
    own_fte = replace(own_share, specialist_fte=exactly(60), trainee_fte=exactly(30))
    found = guideline(own_fte)["10", "fte"]
    assert (found.specialists, found.trainees) == (exactly(60), exactly(30))
    part_time = GuidelineSettings(specialist_working_time=50, trainee_working_time=75)
    found = guideline(ONE, settings=part_time)["10", "fte"]
    assert (found.specialists, found.trainees) == (exactly(40), exactly(30))


def test_working_times_of_thirteen_counties_are_published() -> None:
    shares = {row.county_code: row.specialist_working_time for row in published()}
    known = {code: round(share.value, 1) for code, share in shares.items() if share is not None}
    assert known == {
        "04": 77.4, "06": 80.9, "07": 82.0, "08": 95.0, "09": 84.6, "10": 90.4, "12": 75.0, "13": 76.8,
        "14": 77.2, "18": 91.2, "21": 84.3, "22": 82.3, "23": 69.0,
    }  # fmt: skip


def test_a_share_from_two_headcounts_has_an_interval() -> None:
    fte, *heads = (
        figure("dlf_part_time", "value", county_code="04", indicator=name)
        for name in ("specialists_fte", "specialists_headcount_public", "specialists_headcount_private")
    )
    share = working_time([fte, *heads])
    assert share is not None
    assert share.value == pytest.approx(100 * 106 / 137)
    assert share.low == pytest.approx(100 * 105.5 / 138)


def test_the_guideline_can_be_set() -> None:
    other = setting_values(GuidelineSettings, {"inhabitants_per_specialist": "1500", "training_years": "0"})
    assert list_places(2, 1, other) == 3550
    assert needed_in_balance(3000, other) == 2
    assert reached(settings=other)["headcount"].specialists.value == 1
    with pytest.raises(ConfigError, match="out of range"):
        setting_values(GuidelineSettings, {"career_years": "0"})


def test_a_count_that_depends_on_rounding_is_an_interval() -> None:
    close = replace(ONE, specialists=Approx(116, 115, 118))
    assert reached(close)["headcount"].specialists == Approx(1, 0, 1)


def test_nobody_at_work_and_unknown_doctors() -> None:
    empty = guideline(replace(ONE, specialists=exactly(0), trainees=exactly(0)))["10", "headcount"]
    assert empty.inhabitants_per_specialist == exactly(math.inf)
    assert empty.list_coverage == exactly(0)
    unknown = replace(ONE, county_code="01", trainees=None)
    found = guideline(ONE, unknown)
    assert found["01", "headcount"].list_places is None
    assert found["01", "headcount"].balance_trainees == exactly(32)
    assert found["00", "headcount"].list_coverage is None
    assert reached(ONE, unknown)["headcount"].counties == 1


def test_a_users_own_county(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text(
        "county_code,inhabitants,specialists,trainees,specialist_fte\n10,127600,80,40,66.5\n",
        encoding="utf-8",
    )
    (row,) = read_rows(table, GuidelineInput)
    assert row == replace(ONE, specialist_fte=exactly(66.5))
    data = frame(compute([row], PRINTED)["guideline"])
    assert data["specialists"].to_list() == [80, 80, 66.5, 66.5]
    assert data["basis"].to_list() == ["headcount", "headcount", "fte", "fte"]
