"""Sobol indices, screening and the chance share recover what is known of analytic functions.

Bounds follow from sample sizes: an index S = V / (V + W) from n draws has a standard error of about S (1 - S)
sqrt(2 (k - 1) / n), k being the kurtosis of the terms (3 at most here), and bounds are four of them.
"""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from careersim.errors import InternalError
from careersim.experiment.chance_share import Chance, chance_of
from careersim.experiment.indices import Indices, sobol_indices
from careersim.experiment.polynomial import fit_polynomial, refits
from careersim.experiment.resample import resamples, times_drawn
from careersim.experiment.saltelli import base_size, saltelli_indices, saltelli_points
from careersim.experiment.screening import elementary_effects, screen, trajectories

Floats = NDArray[np.float64]

ISHIGAMI_FIRST = np.array([0.3139, 0.4424, 0.0])
ISHIGAMI_TOTAL = np.array([0.5576, 0.4424, 0.2437])
SLOPES = np.array([3.0, 2.0, 1.0, 0.5, 0.0, 0.0])


def latin(rows: int, columns: int, seed: int) -> Floats:
    rng = np.random.default_rng(seed)
    parts = [(rng.permutation(rows) + rng.random(rows)) / rows for _ in range(columns)]
    return np.column_stack(parts)


def ishigami(unit: Floats) -> Floats:
    x = np.pi * (2 * unit - 1)
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def certain(values: Floats) -> Chance:
    variance = float(values.var(ddof=1))
    return Chance(variance, 0.0, variance, 0.0, distinguishable=True)


def indices(inputs: Floats, values: Floats, degree: int = 3) -> Indices:
    count = inputs.shape[1]
    polynomial = fit_polynomial(inputs, values, degree=degree)
    return sobol_indices(polynomial, values, certain(values), range(count), count, seed=1, purpose="test")


def close(found: Floats, known: Floats, rows: int) -> bool:
    bound = 4 * known * (1 - known) * np.sqrt(2 * 2 / rows) + 0.005  # what degree 9 leaves out of a sine
    return bool((np.abs(found - known) <= bound).all())


def test_ishigami_by_polynomial() -> None:
    inputs = latin(400, 3, seed=1)
    found = indices(inputs, ishigami(inputs), degree=9)
    assert close(found.first, ISHIGAMI_FIRST, 400)
    assert close(found.total, ISHIGAMI_TOTAL, 400)
    assert found.distinguishable.all()
    assert (found.first_low <= found.first + 1e-9).all()
    assert (found.total <= found.total_high + 1e-9).all()


def test_swapped_columns_would_be_noticed() -> None:
    inputs = latin(400, 3, seed=1)
    found = indices(inputs[:, [1, 0, 2]], ishigami(inputs), degree=9)
    assert not close(found.first, ISHIGAMI_FIRST, 400)


def test_ishigami_by_salib_without_a_polynomial() -> None:
    names = ["a", "b", "c"]
    points = saltelli_points(names, 512, seed=3)
    values = ishigami(points)
    found = saltelli_indices(names, values, certain(values), seed=3)
    # Jansen's estimator at 512 points of a Sobol sequence: within its own 95 % intervals, times two.
    for known, index, low, high in (
        (ISHIGAMI_FIRST, found.first, found.first_low, found.first_high),
        (ISHIGAMI_TOTAL, found.total, found.total_low, found.total_high),
    ):
        assert (np.abs(index - known) <= (high - low) + 0.01).all()


def test_a_linear_function_and_its_groups() -> None:
    inputs = latin(200, 6, seed=2)
    values = np.einsum("ni,i->n", inputs, SLOPES)
    known = SLOPES**2 / (SLOPES**2).sum()
    found = indices(inputs, values)
    assert close(found.first, known, 200)
    assert found.distinguishable.tolist() == [True] * 4 + [False] * 2
    polynomial = fit_polynomial(inputs, values)
    assert polynomial.q2 > 1 - 1e-9
    assert np.allclose(polynomial.fitted, values)
    grouped = sobol_indices(
        polynomial, values, certain(values), [0, 1, 0, 1, 2, 2], 3, seed=1, purpose="test"
    )
    assert close(grouped.first, np.array([10, 4.25, 0]) / 14.25, 200)
    assert grouped.distinguishable.tolist() == [True, True, False]


def test_a_product_belongs_to_the_group_that_holds_both() -> None:
    inputs = latin(200, 4, seed=3)
    values = (inputs[:, 0] - 0.5) * (inputs[:, 1] - 0.5)
    polynomial = fit_polynomial(inputs, values)
    apart, together = (
        sobol_indices(polynomial, values, certain(values), groups, 3, seed=1, purpose="test")
        for groups in ([0, 1, 2, 2], [0, 0, 1, 2])
    )
    assert apart.first.max() < 0.05
    assert apart.total[:2].min() > 0.9
    assert together.first[0] > 0.9


def test_intervals_hold_what_is_true_about_as_often_as_they_say() -> None:
    slopes, studies, inside = SLOPES[:4], 24, 0
    known = slopes**2 / (slopes**2).sum()
    for seed in range(studies):
        inputs = latin(80, 8, seed)
        noise = np.random.default_rng(1000 + seed).standard_normal((80, 3)) / np.sqrt(12)
        values = np.einsum("ni,i->n", inputs[:, :4], slopes)[:, None] + 2 * noise
        mean = values.mean(axis=1)
        polynomial = fit_polynomial(inputs, mean)
        found = sobol_indices(polynomial, mean, chance_of(values), range(8), 8, seed=seed, purpose="test")
        inside += int(((found.first_low[:2] <= known[:2]) & (known[:2] <= found.first_high[:2])).sum())
    # 48 intervals of 95 %: fewer than 40 inside has a probability of 1 in 700; of 75 %, of 0.9.
    assert inside >= 40


def test_what_has_no_effect_is_not_found() -> None:
    found = 0
    for seed in range(20):
        inputs = latin(60, 20, seed)
        values = np.random.default_rng(500 + seed).standard_normal((60, 3))
        chance = chance_of(values)
        mean = values.mean(axis=1)
        polynomial = fit_polynomial(inputs, mean)
        index = sobol_indices(polynomial, mean, chance, range(20), 20, seed=seed, purpose="test")
        found += bool(index.distinguishable.any())
    assert found <= 5  # of 20 studies at 5 %: more has a probability of 3 in 10,000


def test_chance_is_told_from_parameters() -> None:
    rng = np.random.default_rng(7)
    sets, replications, sd = 300, 4, 2.0
    own = np.linspace(-3, 3, sets)
    values = own[:, None] + sd * rng.standard_normal((sets, replications))
    chance = chance_of(values)
    # The mean square has (sets - 1) (replications - 1) = 897 degrees of freedom: 4 sd are 19 %.
    assert abs(chance.chance_variance / (sd**2 / replications) - 1) < 4 * np.sqrt(2 / 897)
    assert abs(chance.parameter_variance / own.var(ddof=1) - 1) < 0.25
    assert chance.distinguishable
    shared = chance_of(values + 100 * rng.standard_normal(replications)[None, :])
    assert shared.chance_variance == pytest.approx(chance.chance_variance)  # luck that all sets share is none
    assert not chance_of(sd * rng.standard_normal((sets, replications))).distinguishable


def test_nothing_varies() -> None:
    chance = chance_of(np.full((50, 3), 7.0))
    assert (chance.share, chance.distinguishable) == (0.0, False)
    found = indices(latin(50, 3, seed=1), np.full(50, 7.0))
    assert found.first.tolist() == [0, 0, 0]
    assert not found.distinguishable.any()
    with pytest.raises(InternalError, match="no variance"):
        chance_of(np.zeros((5, 1)))


def test_screening_of_a_linear_function_is_exact() -> None:
    names = [f"p{n}" for n in range(6)]
    points = trajectories(names, 5, seed=4)
    unit = (points - 0.05) / 0.9
    values = np.einsum("ni,i->n", unit, SLOPES)[:, None] + np.array([0.0, 10.0])
    found = screen(names, points, values, seed=4)
    assert np.allclose(found.mu_star, SLOPES)
    assert np.allclose(found.mu, SLOPES)
    assert np.allclose(found.sigma, 0)
    assert found.distinguishable.tolist() == [True] * 4 + [False] * 2
    effects = elementary_effects(unit, values)
    assert np.allclose(effects, SLOPES[None, :, None])
    swapped = screen(names, points[:, [1, 0, 2, 3, 4, 5]], values, seed=4)
    assert not np.allclose(swapped.mu_star, SLOPES)


def test_screening_tells_chance() -> None:
    names = [f"p{n}" for n in range(6)]
    points = trajectories(names, 10, seed=5)
    unit = (points - 0.05) / 0.9
    noise = np.random.default_rng(5).standard_normal((len(points), 4))
    found = screen(names, points, np.einsum("ni,i->n", unit, SLOPES)[:, None] + noise, seed=5)
    assert found.distinguishable[:2].all()
    assert not found.distinguishable[4:].any()
    assert found.chance_share[4:].min() > 0.3
    assert found.chance_share[0] < 0.3


def test_resamples_are_keyed_and_even() -> None:
    drawn = resamples(50, 1, "a", 400)
    assert np.array_equal(drawn, resamples(50, 1, "a", 400))
    assert not np.array_equal(drawn, resamples(50, 1, "b", 400))
    times = times_drawn(50, 1, "a", 400)
    assert (times.sum(axis=1) == 50).all()
    counts = times.sum(axis=0)  # 400 expected each, sd 20
    assert np.abs(counts - 400).max() < 4.5 * 20


def test_refits_repeat_rows() -> None:
    inputs, values = latin(40, 2, seed=8), np.random.default_rng(8).random(40)
    weights = times_drawn(40, 2, "refit", 3)
    constants, slopes, _ = refits(inputs, values, weights)
    for n, rows in enumerate(resamples(40, 2, "refit", 3)):
        full = np.column_stack([np.ones(40), inputs[rows]])
        known = np.linalg.lstsq(full, values[rows], rcond=None)[0]
        assert np.allclose(np.array([constants[n], *slopes[n]]), known)


def test_the_base_is_a_power_of_two() -> None:
    assert [base_size(runs, 5) for runs in (6, 7, 100, 500)] == [0, 1, 8, 64]
