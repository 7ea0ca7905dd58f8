"""Regret and the value of information against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from careersim.errors import InternalError
from careersim.experiment.decision import rank_policies, value_of_information

Floats = NDArray[np.float64]

VALUES = np.array([[0.0, 4.0, 1.0], [0.0, -2.0, 1.0], [0.0, 6.0, 1.0], [3.0, 3.0, 1.0]])
"""Draw by policy: nothing, bold, safe."""


def test_regret_by_hand() -> None:
    found = rank_policies(VALUES, seed=1)
    assert found.regret.tolist() == [[4, 0, 3], [1, 3, 0], [6, 0, 5], [0, 0, 2]]
    assert found.mean.tolist() == [0.75, 2.75, 1.0]
    assert found.best.tolist() == [0.125, 0.625, 0.25]  # the last draw is shared by nothing and bold
    assert found.expected_regret.tolist() == [2.75, 0.75, 2.5]
    assert found.max_regret.tolist() == [6, 3, 5]
    assert (found.best_mean, found.best_p10, found.least_regret) == (1, 2, 1)
    assert np.allclose(found.p10, [0.0, -0.5, 1.0])
    assert found.tied.all()  # four draws tell nothing apart
    assert np.isnan(found.cost_per_unit).all()


def test_many_draws_tell_policies_apart() -> None:
    rng = np.random.default_rng(2)
    base = rng.standard_normal(200)
    values = np.column_stack([base, base + 1 + 0.1 * rng.standard_normal(200), base + 1.0])
    found = rank_policies(values, seed=1)
    assert found.tied.tolist() == [False, True, True]
    assert found.tied_first
    surely = rank_policies(np.column_stack([base, base + 1, base + 2]), seed=1)
    assert surely.tied.tolist() == [False, False, True]
    assert surely.best.tolist() == [0, 0, 1]
    few = rank_policies(np.column_stack([base, base + 1])[:12], seed=1)
    assert few.best.tolist() == [0, 1]
    assert few.best_low[1] == pytest.approx(0.757, abs=0.001), "all of 12 is not certain"
    assert few.best_high[0] == pytest.approx(0.243, abs=0.001)


def test_costs_by_hand() -> None:
    effects = np.array([[0.0, 10.0, 1.0], [0.0, 12.0, -1.0], [0.0, 8.0, 1.0], [0.0, 10.0, -1.0]])
    costs = np.full((4, 3), 5.0) + np.array([0.0, 20.0, 7.0])
    found = rank_policies(effects, costs, seed=1)
    assert found.cost_per_unit[1] == 2.0
    assert found.cost_per_unit_low[1] <= 2.0 <= found.cost_per_unit_high[1]
    assert np.isnan(found.cost_per_unit[[0, 2]]).all()  # an effect that cannot be told from 0 has no price


def test_wrong_shapes_are_refused() -> None:
    for values, costs in ((VALUES[:1], None), (VALUES, VALUES[:, :2])):
        with pytest.raises(InternalError, match="cannot be ranked"):
            rank_policies(values, costs)


def gaussian(slope_one: float, slope_two: float) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(3)
    inputs = rng.standard_normal((1500, 3))
    gain = 0.2 + slope_one * inputs[:, 0] + slope_two * inputs[:, 1]
    return np.column_stack([np.zeros(1500), gain]), inputs


def known(mean: float, sd: float) -> float:
    """E max(0, X) - max(0, mean) for X normal (Raiffa and Schlaifer 1961)."""
    scaled = mean / sd
    density = math.exp(-(scaled**2) / 2) / math.sqrt(2 * math.pi)
    return mean * 0.5 * (1 + math.erf(scaled / math.sqrt(2))) + sd * density - max(mean, 0.0)


def test_value_of_information_of_a_linear_gaussian_choice() -> None:
    values, inputs = gaussian(1.0, 0.5)
    found = value_of_information(values, inputs, [0, 1, 2], 3, seed=1)
    # max(0, X) varies less than X, whose standard deviation is 1.12: four standard errors are 0.12.
    bound = 4 * math.hypot(1.0, 0.5) / math.sqrt(1500)
    assert abs(found.perfect - known(0.2, math.hypot(1.0, 0.5))) < bound
    assert abs(found.group[0] - known(0.2, 1.0)) < bound
    assert abs(found.group[1] - known(0.2, 0.5)) < bound
    assert found.group[2] < 0.01
    assert found.group_low[0] <= known(0.2, 1.0) <= found.group_high[0]
    assert found.group[0] < found.perfect
    swapped = value_of_information(values, inputs[:, [1, 0, 2]], [0, 1, 2], 3, seed=1)
    assert abs(swapped.group[0] - known(0.2, 1.0)) > bound


def test_knowing_what_changes_no_choice_is_worth_nothing() -> None:
    inputs = np.random.default_rng(4).random((100, 2))
    values = np.column_stack([np.zeros(100), 5 + inputs[:, 0]])
    found = value_of_information(values, inputs, [0, 1], 3, seed=1)
    assert found.perfect == 0
    assert found.group.tolist() == [0, 0, 0]


def drawn(seed: int, slopes: Floats, noise: float, rows: int = 100) -> tuple[Floats, Floats]:
    """A choice between nothing and a gain of 0.3 on average, linear in independent normal parameters."""
    rng = np.random.default_rng(seed)
    parts = [(rng.permutation(rows) + rng.random(rows)) / rows for _ in slopes]
    inputs = stats.norm.ppf(np.column_stack(parts))
    gain = 0.3 + np.einsum("ni,i->n", inputs, slopes) + noise * rng.standard_normal(rows)
    return np.column_stack([np.zeros(rows), gain]), inputs


GROUPS = np.repeat([0, 1, 2, 3], [5, 5, 10, 20])
SLOPES = np.where(GROUPS == 3, np.arange(40) < 25, 0) * 0.6 + np.where(np.arange(40) == 0, 1.0, 0.0)
SLOPES[5] = 0.4
TRUE = [known(0.3, 1.0), known(0.3, 0.4), 0.0, known(0.3, 0.6 * math.sqrt(5))]


def inside(*, independent: bool) -> Floats:
    """Share of studies in which the interval of each group holds what is true."""
    studies = 20
    held = np.zeros(4)
    for seed in range(studies):
        values, inputs = drawn(seed, SLOPES, noise=0.3)
        found = value_of_information(values, inputs, GROUPS.tolist(), 4, independent=independent, seed=seed)
        held += (found.group_low - 1e-12 <= TRUE) & (found.group_high + 1e-12 >= TRUE)
    return held / studies


def test_what_other_groups_do_is_no_noise() -> None:
    """Group 1 has 5 % of the variance, group 2 none. At 95 %, fewer than 16 of 20: 3 times in 1,000."""
    assert inside(independent=True).min() >= 0.8
    assert inside(independent=False)[1] < 0.8  # a regression on the group alone hardly ever sees it


def test_chance_alone_is_worth_nothing_for_certain() -> None:
    found = []
    for seed in range(20):
        values, inputs = drawn(seed, np.zeros(20), noise=3.0, rows=60)
        for independent in (True, False):
            worth = value_of_information(values, inputs, [0, 1] * 10, 2, independent=independent, seed=seed)
            found.append((worth.group_low > 0).any())
    assert sum(found) <= 10  # of 40 studies with two groups at 5 %: more has a probability of 2 in 1,000


def test_parameters_that_hang_together_have_regressions_of_their_own() -> None:
    """Both tell the same, so that either is worth as much as both; terms of one fit would be shared out."""
    rng = np.random.default_rng(5)
    one = rng.standard_normal(400)
    inputs = np.column_stack([one, one + 0.01 * rng.standard_normal(400)])
    values = np.column_stack([np.zeros(400), 0.2 + one])
    found = value_of_information(values, inputs, [0, 1], 2, independent=False, seed=1)
    assert np.allclose(found.group, known(0.2, 1.0), atol=4 / math.sqrt(400))
    wrong = value_of_information(values, inputs, [0, 1], 2, independent=True, seed=1)
    assert wrong.group.min() < 0.05
