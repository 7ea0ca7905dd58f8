"""Names of outcomes, and that they count what the tables of a run count."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.errors import UserError
from careersim.experiment.asked import read_asked
from careersim.experiment.outcomes import Outcome, outcome_values, read_outcomes
from careersim.simulate import simulate
from tests.unit.uncertain import write_uncertain


def test_parts_come_in_any_order_and_may_be_left_out(tmp_path: Path) -> None:
    run, model = read_asked(write_uncertain(tmp_path))
    names = ["gap_list", "workforce_fte:2026:01", "trainees:healer:00:2025", "coverage:worst"]
    assert read_outcomes(names, model, run.spec.guideline) == (
        Outcome("gap_list", "healer", "00", 2027),
        Outcome("workforce_fte", "healer", "01", 2026),
        Outcome("trainees", "healer", "00", 2025),
        Outcome("coverage", "healer", "worst", 2027),
    )


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["gap_lst"], r"unknown outcome 'gap_lst'.*did you mean 'gap_list'"),
        (["posts needed"], r"unknown outcome 'posts needed'.*careersim guideline"),
        (["gap_list:haeler"], r"'haeler' is neither.*did you mean 'healer'"),
        (["gap_list:26"], r"'26' is neither"),
        (["gap_list:2040"], r"year 2040 is not simulated; expected 2024 to 2027"),
        (["gap_list:01:03"], r"names area twice"),
        (["trainees", "trainees:00"], r"comes twice"),
    ],
)
def test_wrong_names(names: list[str], words: str, tmp_path: Path) -> None:
    run, model = read_asked(write_uncertain(tmp_path))
    with pytest.raises(UserError, match=words):
        read_outcomes(names, model, run.spec.guideline)


def test_they_count_what_the_tables_count(tmp_path: Path) -> None:
    path = write_uncertain(tmp_path)
    result = simulate(path, replications=3)
    run, model = read_asked(path)
    guideline = result.tables["guideline"].collect()
    workforce = result.tables["workforce"].collect()
    place = (pl.col("county_code") == "01") & (pl.col("year") == 2027)
    for name, table, choice in (
        ("gap_list:01", guideline, {"reading": "list", "basis": "headcount", "indicator": "gap_specialists"}),
        ("gap_ratio_fte:01", guideline, {"reading": "ratio", "basis": "fte", "indicator": "gap_specialists"}),
        ("coverage_fte:01", guideline, {"reading": "list", "basis": "fte", "indicator": "coverage"}),
        ("workforce_fte:01", workforce, {"group": "workforce", "measure": "fte"}),
        ("trainees:01", workforce, {"group": "trainees", "measure": "headcount"}),
    ):
        outcome = read_outcomes([name], model, run.spec.guideline)[0]
        values, areas = outcome_values(outcome, result.series, model.demand, run.spec.guideline)
        own = table.filter(place, *(pl.col(key) == value for key, value in choice.items()))
        assert own["mean"].to_list() == pytest.approx([values.mean()])
        assert areas.shape == (3, 22)
    years, worst = read_outcomes(["workforce_fte_years", "coverage:worst"], model, run.spec.guideline)
    total, _ = outcome_values(years, result.series, model.demand, run.spec.guideline)
    own = workforce.filter(
        pl.col("county_code") == "00", pl.col("group") == "workforce", pl.col("measure") == "fte",
        pl.col("year") > 2023,
    )  # fmt: skip
    assert own["mean"].sum() == pytest.approx(total.mean())
    lowest, areas = outcome_values(worst, result.series, model.demand, run.spec.guideline)
    assert np.array_equal(lowest, areas[:, 1:].min(axis=1))
