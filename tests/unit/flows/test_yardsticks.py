"""What the guideline asks for changes from a year on, and other professions stand beside it, never in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from careersim.config.run_spec import GuidelineSpec
from careersim.flows.attainment import met_table
from careersim.flows.guideline import guideline_table, list_sizes, standing, substituted_fte
from careersim.model.graph import Demand, ListSize, Substitute
from careersim.model.table import Table
from careersim.schema import COUNTIES
from tests.unit.flows import village

SPEC = GuidelineSpec(profession="healer")
SERIES = village.series(
    [replace(village.start_record(), year=year) for year in range(village.START, village.LAST + 1)]
)
HELPERS = {"helper": SERIES}
YEARS = SERIES.years


def with_lists(*sizes: ListSize) -> Demand:
    return replace(village.DEMAND, list_sizes=sizes)


def set_to(size: float, first: int = 2025, last: int = 2030) -> ListSize:
    return ListSize("inhabitants_per_specialist", None, size, first, last)


def helped(coefficient: float) -> Demand:
    values = (coefficient,) * (COUNTIES * len(YEARS))
    table = Table(("county", "year"), (COUNTIES, len(YEARS)), values, YEARS[0])
    return replace(village.DEMAND, substitutes=(Substitute("helper", table),))


def test_list_sizes_change_from_a_year_on_in_declared_order() -> None:
    double = ListSize("inhabitants_per_specialist", 2.0, None, 2026, 2026)
    demand = with_lists(set_to(1000), double)
    per_specialist, per_trainee = list_sizes(demand, SPEC, (2024, 2025, 2026, 2027))
    assert per_specialist[:, 0].tolist() == [1100, 1000, 2000, 1000]
    assert per_trainee[:, 0].tolist() == [550] * 4
    assert list_sizes(with_lists(double, set_to(1000)), SPEC, (2026,))[0].item() == 1000


def test_a_neutral_change_of_lists_changes_no_byte() -> None:
    neutral = with_lists(ListSize("inhabitants_per_trainee", 1.0, None, 2023, 2030))
    for table in (guideline_table, met_table):
        assert table(SERIES, neutral, SPEC).equals(table(SERIES, village.DEMAND, SPEC))


def test_coverage_and_what_is_met_follow_the_lists_of_each_year() -> None:
    """8 specialists and 3 trainees for 10,000 inhabitants: 10,450 with lists of 1,100."""
    demand = with_lists(set_to(1000, first=2024))
    rows = guideline_table(SERIES, demand, SPEC).filter(
        (pl.col("county_code") == "01") & (pl.col("basis") == "headcount") & (pl.col("reading") == "list")
    )
    coverage = dict(rows.filter(pl.col("indicator") == "coverage").select("year", "p50").iter_rows())
    assert coverage[2023] == pytest.approx(1.045)
    assert coverage[2024] == pytest.approx(0.965)
    met = met_table(SERIES, demand, SPEC).filter(
        (pl.col("county_code") == "01") & (pl.col("basis") == "headcount") & (pl.col("reading") == "list")
    )
    assert met["in_year"].to_list() == [1.0, 0.0, 0.0, 0.0]


def test_what_others_stand_for_is_shown_beside_and_changes_no_other_row() -> None:
    plain = guideline_table(SERIES, village.DEMAND, SPEC)
    table = guideline_table(SERIES, helped(0.25), SPEC, HELPERS)
    helping = pl.col("indicator").str.contains("substitut")
    own = table.filter(helping)
    assert table.filter(~helping).equals(plain)
    assert set(own["indicator"]) == {
        "substituted_fte", "coverage_with_substitution", "coverage_specialists_with_substitution",
    }  # fmt: skip
    assert set(own["basis"]) == {"fte"}
    row = own.filter((pl.col("county_code") == "01") & (pl.col("year") == 2023))
    found = dict(row.select("indicator", "p50").iter_rows())
    fte = standing(SERIES, village.DEMAND, "fte")
    specialists, trainees = fte.specialists[0, 0, 1], fte.trainees[0, 0, 1]
    assert found["substituted_fte"] == pytest.approx(specialists / 4)
    served = 1100 * specialists * 1.25 + 550 * trainees
    assert found["coverage_with_substitution"] == pytest.approx(served / 10_000)
    alone = found["coverage_specialists_with_substitution"]
    assert alone == pytest.approx(1100 * specialists * 1.25 / 10_000)


def test_nobody_helps_without_a_coefficient_or_without_being_simulated() -> None:
    assert substituted_fte(HELPERS, helped(0.0), YEARS) is None
    assert substituted_fte({}, helped(0.5), YEARS) is None
    plain = guideline_table(SERIES, village.DEMAND, SPEC)
    assert guideline_table(SERIES, helped(0.0), SPEC, HELPERS).equals(plain)


def test_years_before_a_helper_begins_are_left_out() -> None:
    later = replace(
        SERIES,
        years=YEARS[1:],
        **{name: getattr(SERIES, name)[:, 1:] for name in ("stock", "fte_percent")},
    )
    found = substituted_fte({"helper": later}, helped(0.5), YEARS)
    assert found is not None
    first, fte = found
    assert first == 1
    assert fte.shape == (1, len(YEARS) - 1, COUNTIES + 1)
    assert np.array_equal(fte[..., 0], fte[..., 1:].sum(axis=-1))
