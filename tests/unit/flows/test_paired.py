"""Paired statistics against hand calculation, and what happens where nothing varies."""

from __future__ import annotations

import math

import numpy as np
import pytest

from careersim.flows.paired import paired_columns, paired_statistics

BASELINE = np.array([10.0, 14.0, 12.0, 20.0])
SCENARIO = np.array([11.0, 17.0, 14.0, 22.0])


def test_statistics_of_the_difference_by_hand() -> None:
    found = {name: float(value) for name, value in paired_statistics(BASELINE, SCENARIO).items()}
    spread = math.sqrt(2 / 3)  # differences 1, 3, 2, 2
    assert found["difference_mean"] == 2.0
    assert found["difference_se"] == pytest.approx(spread / 2)
    assert found["mean_high"] - 2.0 == pytest.approx(3.182446 * spread / 2, rel=1e-6)  # t, 3 degrees
    assert found["mean_high"] - 2.0 == pytest.approx(2.0 - found["mean_low"])
    assert (found["difference_p10"], found["difference_p50"]) == (pytest.approx(1.3), 2.0)
    # Variances 56/3 and 66/3 (squares about 14 and 16), and 2/3 of the difference.
    assert found["variance_reduction"] == pytest.approx((56 / 3 + 66 / 3) / (2 / 3))


def test_a_constant_difference_has_no_factor_and_no_rounding() -> None:
    found = paired_statistics(BASELINE + 0.1, BASELINE + 0.1 + 2**-3)
    assert found["difference_se"] == 0.0
    assert found["mean_low"] == found["mean_high"] == found["difference_mean"]
    assert math.isnan(found["variance_reduction"])


def test_one_replication_has_no_error() -> None:
    found = paired_statistics(BASELINE[:1], SCENARIO[:1])
    assert found["difference_mean"] == 1.0
    assert all(math.isnan(found[name]) for name in ("difference_se", "mean_low", "variance_reduction"))


def test_columns_say_null_for_what_is_not_defined() -> None:
    columns = {column.name: column for column in paired_columns(BASELINE[:, None], BASELINE[:, None])}
    assert columns["variance_reduction"].to_list() == [None]
    assert columns["baseline_p50"].to_list() == [13.0]
    assert columns["replications"].to_list() == [4]


def test_independent_replications_have_a_factor_of_about_one() -> None:
    """Chi-square: with 2,000 draws the factor has a standard error of about 3.2 %; 5 of them are allowed."""
    draws = np.random.default_rng(1).normal(size=(2, 2000))
    assert abs(float(paired_statistics(*draws)["variance_reduction"]) - 1) < 0.16
