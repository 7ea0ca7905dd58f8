"""Cost per gain: Fieller's interval covers as it should, and nothing is told where nothing can be.

Coverage is counted on samples with a known ratio. With N samples the number of misses of a 95 % interval is
binomial(N, .05); the bounds are its quantiles at .0005 and .9995, shared by four cases (chance of a false
alarm below .004). An interval that ignores that the gain is uncertain misses more often, and is seen.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from careersim.flows.ratio import VERDICTS, mean_interval, ratio_of_means
from careersim.flows.student import t_quantile

SAMPLES = 4000
COST, GAIN = 5.0, 2.0
CASES = [(8, 0.9, 0.5), (8, -0.6, 0.5), (50, 0.0, 1.5), (20, 0.99, 0.8)]
"""Replications, correlation of cost and gain, standard deviation of the gain."""


def bounds(samples: int, miss: float = 0.05, alarm: float = 0.0005) -> tuple[float, float]:
    """Normal quantiles of a binomial number of misses."""
    spread = NormalDist(samples * miss, math.sqrt(samples * miss * (1 - miss)))
    return spread.inv_cdf(alarm), spread.inv_cdf(1 - alarm)


def draws(replications: int, correlation: float, spread: float, seed: int):
    random = np.random.default_rng(seed)
    one, two = random.standard_normal((2, SAMPLES, replications))
    gains = GAIN + spread * one
    costs = COST + 3.0 * (correlation * one + math.sqrt(1 - correlation**2) * two)
    return costs, gains


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_interval_covers_the_true_ratio_in_95_of_100_samples(case: int) -> None:
    costs, gains = draws(*CASES[case], seed=1000 + case)
    misses = undefined = 0
    for cost, gain in zip(costs, gains, strict=True):
        found = ratio_of_means(cost, gain)
        if found.low is None or found.high is None:
            undefined += 1
            continue
        misses += not found.low <= COST / GAIN <= found.high
    # The unbounded intervals that are not told would cover nearly always: too few to matter here.
    assert undefined <= 0.05 * SAMPLES
    low, high = bounds(SAMPLES)
    assert low - undefined * 0.05 <= misses <= high, (misses, undefined)


def test_a_planted_fault_is_seen() -> None:
    """Dividing the interval of the cost by the mean gain ignores that the gain is uncertain."""
    costs, gains = draws(*CASES[0], seed=1000)
    misses = 0
    for cost, gain in zip(costs, gains, strict=True):
        found = mean_interval(cost)
        misses += not found.low / gain.mean() <= COST / GAIN <= found.high / gain.mean()
    low, high = bounds(SAMPLES)
    assert not low <= misses <= high


def test_the_ends_solve_fiellers_equation() -> None:
    costs, gains = (one[0] for one in draws(8, 0.9, 0.5, seed=3))
    found = ratio_of_means(costs * 1e9, gains)
    assert found.ratio == pytest.approx(1e9 * costs.mean() / gains.mean())
    for end in (found.low, found.high):
        assert end is not None
        left = costs * 1e9 - end * gains
        t = left.mean() / (left.std(ddof=1) / math.sqrt(8))
        assert abs(t) == pytest.approx(t_quantile(0.975, 7))


NOISE = np.array([-1.0, 1.0, -0.5, 0.5, 0.0, 0.0])


@pytest.mark.parametrize(
    ("cost", "gain", "verdict"),
    [
        (0 * NOISE, 0 * NOISE, "none"),
        (10 + NOISE, 5 + NOISE, "cost_per_gain"),
        (0.1 + NOISE, 5 + NOISE, "uncertain_cost"),
        (-10 + NOISE, 5 + NOISE, "dominates"),
        (10 + NOISE, 0.1 + NOISE, "not_defined_costs_more"),
        (-10 + NOISE, 0.1 + NOISE, "not_defined_costs_less"),
        (0.1 - NOISE, 0.1 + NOISE, "not_defined"),
        (10 + NOISE, -5 + NOISE, "dominated"),
        (-10 + NOISE, -5 + NOISE, "saving_per_loss"),
        (np.array([10.0]), np.array([5.0]), "one_replication"),
    ],
)
def test_every_pair_of_signs_has_its_verdict(cost: np.ndarray, gain: np.ndarray, verdict: str) -> None:
    found = ratio_of_means(cost, gain)
    assert found.verdict == verdict
    told = verdict in ("cost_per_gain", "uncertain_cost", "saving_per_loss")
    assert (found.ratio is not None) == (found.low is not None) == (found.high is not None) == told


def test_all_verdicts_have_words() -> None:
    assert all(len(words) > 10 for words in VERDICTS.values())


def test_what_never_varies_has_a_point() -> None:
    found = ratio_of_means(np.full(5, 30.0), np.full(5, 0.1))
    assert found.ratio == pytest.approx(300)
    assert (found.low, found.high) == (pytest.approx(300), pytest.approx(300))
    assert mean_interval(np.full(5, 0.1)).low == 0.1
