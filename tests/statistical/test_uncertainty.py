"""The decomposition of variance finds known variances, and a wrong one would be found out.

Many cells with the same known variances are decomposed at once. Bounds follow from their number: a statistic
over independent cells is about normal with a known standard error, and the level is shared by all checks.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from careersim.flows.uncertainty import decomposed

CELLS, LEVEL = 4000, 0.001
CASES = [(20, 4, 3.0, 2.0), (20, 4, 1.0, 3.0), (6, 2, 2.0, 2.0), (50, 3, 0.5, 4.0)]
CHECKS = 4 * len(CASES)
Z = float(stats.norm.ppf(1 - LEVEL / (2 * CHECKS)))


def sample(draws: int, replications: int, parameters: float, chance: float, seed: int = 1) -> np.ndarray:
    generator = np.random.default_rng(seed)
    means = generator.normal(100.0, parameters, (draws, 1, CELLS))
    return means + generator.normal(0.0, chance, (draws, replications, CELLS))


def variances(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Within and between less its chance, before anything is cut off at 0."""
    within = values.var(axis=1, ddof=1).mean(axis=0)
    return within, values.mean(axis=1).var(axis=0, ddof=1) - within / values.shape[1]


def error(draws: int, replications: int, parameters: float, chance: float) -> tuple[float, float]:
    """Standard errors of the mean over cells of both variances (normal theory)."""
    between = parameters**2 + chance**2 / replications
    of_within = 2 * chance**4 / (draws * (replications - 1))
    of_parameters = 2 * between**2 / (draws - 1) + of_within / replications**2
    return float(np.sqrt(of_within / CELLS)), float(np.sqrt(of_parameters / CELLS))


@pytest.mark.parametrize(("draws", "replications", "parameters", "chance"), CASES)
def test_both_variances_are_found(draws: int, replications: int, parameters: float, chance: float) -> None:
    values = sample(draws, replications, parameters, chance)
    found = decomposed(values)
    of_within, of_parameters = error(draws, replications, parameters, chance)
    within, left = variances(values)
    assert abs((found["chance_sd"] ** 2).mean() - chance**2) < Z * of_within
    assert abs(left.mean() - parameters**2) < Z * of_parameters
    np.testing.assert_allclose(found["chance_sd"] ** 2, within)
    np.testing.assert_allclose(found["parameters_sd"] ** 2, np.maximum(left, 0), atol=1e-9)
    np.testing.assert_array_equal(found["truncated"] == 1, left < 0)


@pytest.mark.parametrize(("draws", "replications", "parameters", "chance"), CASES)
def test_chance_that_is_not_subtracted_would_be_found(
    draws: int, replications: int, parameters: float, chance: float
) -> None:
    """The planted fault: the variance between means of draws, as it is."""
    values = sample(draws, replications, parameters, chance)
    wrong = values.mean(axis=1).var(axis=0, ddof=1).mean()
    _, of_parameters = error(draws, replications, parameters, chance)
    shift = chance**2 / replications
    assert shift > 2 * Z * of_parameters  # so that it is found with probability above 0.999
    assert abs(wrong - parameters**2) > Z * of_parameters


@pytest.mark.parametrize(("draws", "replications", "parameters", "chance"), CASES)
def test_the_interval_of_the_mean_covers_the_truth(
    draws: int, replications: int, parameters: float, chance: float
) -> None:
    values = sample(draws, replications, parameters, chance, seed=2)
    found = decomposed(values)
    covered = ((found["mean_low"] <= 100) & (found["mean_high"] >= 100)).sum()
    low, high = stats.binom(CELLS, 0.95).ppf([LEVEL / (2 * CHECKS), 1 - LEVEL / (2 * CHECKS)])
    assert low <= covered <= high
    if parameters >= chance:  # the planted fault: all replications taken for independent
        pooled = values.reshape(-1, CELLS)
        half = stats.t(len(pooled) - 1).ppf(0.975) * pooled.std(axis=0, ddof=1) / np.sqrt(len(pooled))
        assert (np.abs(pooled.mean(axis=0) - 100) <= half).sum() < low


@pytest.mark.parametrize(("draws", "replications", "parameters", "chance"), CASES)
def test_without_parameter_uncertainty_half_is_cut_off(
    draws: int, replications: int, parameters: float, chance: float
) -> None:
    """The ratio of the mean squares is F distributed then, and is below 1 with a known probability."""
    found = decomposed(sample(draws, replications, 0.0, chance, seed=3))
    below = stats.f(draws - 1, draws * (replications - 1)).cdf(1.0)
    low, high = stats.binom(CELLS, below).ppf([LEVEL / (2 * CHECKS), 1 - LEVEL / (2 * CHECKS)])
    assert low <= (found["truncated"] == 1).sum() <= high
    np.testing.assert_array_equal(
        found["parameters_low"][found["truncated"] == 1], found["mean"][found["truncated"] == 1]
    )


def test_the_three_intervals_hold_what_they_say() -> None:
    """With many draws the ends are near the quantiles of normal distributions with the true variances."""
    draws, replications, parameters, chance = 400, 20, 3.0, 2.0
    generator = np.random.default_rng(4)
    cells = 200
    values = generator.normal(0, parameters, (draws, 1, cells))
    values = values + generator.normal(0, chance, (draws, replications, cells))
    found = decomposed(values)
    reach = stats.norm.ppf(0.975)
    for name, sd, independent in (
        ("chance", chance, draws * replications),
        ("parameters", parameters, draws),
        ("both", float(np.hypot(parameters, chance)), draws),
    ):
        # A quantile of n normal values has about the standard error sqrt(q (1 - q) / n) / density.
        error = sd * np.sqrt(0.025 * 0.975 / independent) / stats.norm.pdf(reach) / np.sqrt(cells)
        bias = 0.03 * sd  # of quantiles of type 7 of so many values, and of correlated replications
        for end, sign in (("low", -1), ("high", 1)):
            assert abs(found[f"{name}_{end}"].mean() - sign * reach * sd) < 4 * error + bias


def test_what_cannot_be_told_is_not_told() -> None:
    one_draw = decomposed(sample(1, 5, 1.0, 1.0))
    assert np.isnan(one_draw["parameters_sd"]).all()
    assert np.isnan(one_draw["mean_low"]).all()
    assert np.isfinite(one_draw["chance_sd"]).all()
    one_replication = decomposed(sample(5, 1, 1.0, 1.0))
    assert np.isnan(one_replication["chance_sd"]).all()
    assert np.isnan(one_replication["parameters_share"]).all()
    assert np.isfinite(one_replication["mean_low"]).all()
    nothing = decomposed(np.full((4, 3, 2), 7.0))
    assert (nothing["both_low"] == 7).all()
    assert np.isnan(nothing["parameters_share"]).all()
    assert (nothing["truncated"] == 0).all()
