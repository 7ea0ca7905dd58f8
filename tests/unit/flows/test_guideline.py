"""The guideline against the numbers of the two published readings, and probabilities against counting."""

import numpy as np
import polars as pl
import pytest

from careersim.config.run_spec import GuidelineSpec
from careersim.data import load_table
from careersim.flows.attainment import first_year_table, met_table, wilson
from careersim.flows.guideline import guideline_table
from careersim.model.graph import Demand
from careersim.model.table import constant
from tests.unit.flows import village

SPEC = GuidelineSpec(profession="healer")
RECORD = village.series([village.start_record()])


def values(table: pl.DataFrame, code: str, year: int, reading: str, basis: str) -> dict[str, float]:
    rows = table.filter(
        pl.col("county_code") == code,
        pl.col("year") == year,
        pl.col("reading") == reading,
        pl.col("basis") == basis,
    )
    return dict(zip(rows["indicator"], rows["p50"], strict=True))


def test_list_reading_by_hand() -> None:
    table = guideline_table(village.series([village.start_record()]), village.DEMAND, SPEC)
    found = values(table, "01", 2023, "list", "headcount")
    assert found["coverage"] == pytest.approx((1100 * 8 + 550 * 3) / 10_000)
    assert found["inhabitants_without_list"] == pytest.approx(10_000 - 10_450)
    assert found["need_specialists"] == pytest.approx(10_000 / 1276)
    assert found["need_trainees"] == pytest.approx(10_000 / 1276 * 8 / 25)
    assert found["gap_specialists"] == pytest.approx(8 - 10_000 / 1276)
    assert found["balance_trainees"] == pytest.approx(8 * 8 / 25)
    in_hours = values(table, "01", 2023, "list", "fte")
    assert in_hours["coverage"] == pytest.approx((1100 * 8 + 550 * 2) / 10_000)


def test_published_need_and_balance_belong_together() -> None:
    """DLF prints, by county, the need of specialists and the trainees that keep it up."""
    counties = load_table("dlf_staffing_2023").filter(pl.col("county_code") != "00")
    for need, balance in counties.select("need", "balance_trainees").iter_rows():
        # The need is printed in whole specialists, so that the inhabitants are known within 638.
        demand = Demand(constant(float(1276 * need)), constant(1.0))
        found = values(guideline_table(RECORD, demand, SPEC), "01", 2023, "list", "headcount")
        assert found["need_specialists"] == pytest.approx(need)
        assert abs(found["need_trainees"] - balance) <= 0.5 + 0.5 * 8 / 25
    assert counties["need"].sum() == pytest.approx(8271, abs=11)
    assert counties["balance_trainees"].sum() == pytest.approx(2647, abs=11)


def test_ratio_reading_by_hand() -> None:
    table = guideline_table(village.series([village.start_record()]), village.DEMAND, SPEC)
    found = values(table, "01", 2023, "ratio", "headcount")
    assert found["need_specialists"] == pytest.approx(10_000 / 1100)
    assert found["need_trainees"] == pytest.approx(10_000 / 550)
    assert found["coverage_specialists"] == pytest.approx(8 * 1100 / 10_000)
    assert found["gap_trainees"] == pytest.approx(3 - 10_000 / 550)


def test_the_nation_has_all_inhabitants_and_all_persons() -> None:
    table = guideline_table(village.series(village.life()), village.DEMAND, SPEC)
    found = values(table, "00", 2024, "both", "headcount")
    assert found["inhabitants"] == 21 * 10_000
    assert found["specialists"] == 9
    assert found["inhabitants_per_specialist"] == pytest.approx(210_000 / 9)


def test_a_ratio_to_nobody_is_null() -> None:
    table = guideline_table(village.series(village.life()), village.DEMAND, SPEC)
    found = values(table, "25", 2024, "both", "headcount")
    assert found["specialists"] == 0
    assert found["inhabitants_per_specialist"] is None
    assert found["specialist_fte_per_trainee"] is None


def test_other_list_sizes_are_a_parameter() -> None:
    spec = GuidelineSpec(profession="healer", inhabitants_per_specialist=1500)
    table = guideline_table(village.series([village.start_record()]), village.DEMAND, spec)
    found = values(table, "01", 2023, "list", "headcount")
    assert found["coverage"] == pytest.approx((1500 * 8 + 550 * 3) / 10_000)


def lives_that_meet_it(years: list[int | None]) -> list[list]:
    """One replication a year: county 01 has ten specialists, and so meets the list reading, from then on."""
    lives = []
    for first in years:
        records = [village.start_record(specialists=5)]
        while records[-1].year < village.LAST:
            records.append(village.next_record(records[-1], completed=0))
        for record in records:
            if first is not None and record.year >= first:
                record.stock[village.SPECIALIST, 0, 3] = 10
        lives.append(records)
    return lives


def test_probabilities_count_replications() -> None:
    series = village.series(*lives_that_meet_it([2024, 2025, 2025, None]))
    met = met_table(series, village.DEMAND, SPEC)
    rows = met.filter(
        pl.col("county_code") == "01", pl.col("reading") == "list", pl.col("basis") == "headcount"
    ).sort("year")
    assert rows["in_year"].to_list() == [0, 0.25, 0.75, 0.75]
    assert rows["by_year"].to_list() == [0, 0.25, 0.75, 0.75]
    assert set(met.select("reading", "subject").unique().rows()) == {
        ("list", "both"),
        ("ratio", "specialists"),
        ("ratio", "trainees"),
    }


def test_met_once_stays_met_by_year_only() -> None:
    (records,) = lives_that_meet_it([2024])
    records[-1].stock[village.SPECIALIST, 0, 3] = 2
    met = met_table(village.series(records), village.DEMAND, SPEC)
    last = met.row(
        by_predicate=(pl.col("county_code") == "01")
        & (pl.col("reading") == "list")
        & (pl.col("basis") == "headcount")
        & (pl.col("year") == village.LAST),
        named=True,
    )
    assert (last["in_year"], last["by_year"]) == (0, 1)


@pytest.mark.parametrize(
    ("years", "median", "p10", "p90", "never"),
    [
        ([2024, 2025, 2025, None], 2025, 2024, None, 0.25),
        ([2023] * 4, 2023, 2023, 2023, 0.0),
        ([None] * 4, None, None, None, 1.0),
        ([2024, 2026, None, None], 2026, 2024, None, 0.5),
    ],
)
def test_first_year_counts_never_as_later_than_all(
    years: list[int | None], median: int | None, p10: int | None, p90: int | None, never: float
) -> None:
    table = first_year_table(village.series(*lives_that_meet_it(years)), village.DEMAND, SPEC)
    row = table.row(
        by_predicate=(pl.col("county_code") == "01")
        & (pl.col("reading") == "list")
        & (pl.col("basis") == "headcount"),
        named=True,
    )
    assert (row["median_year"], row["p10_year"], row["p90_year"]) == (median, p10, p90)
    assert row["never"] == never
    assert row["never_low"] <= never <= row["never_high"]
    assert row["last_year"] == village.LAST


def test_wilson_interval_against_published_values() -> None:
    """Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    published = [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]
    for hits, trials, low, high in published:
        found = wilson(np.array([hits]), trials)
        assert [round(float(end[0]), 4) for end in found] == [low, high]
