"""The statistics of the fit on a toy whose posterior is known."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.fitting.design import latin_hypercube, normals, uniforms
from calibration.fitting.emulator import coefficients, fit_emulator
from calibration.fitting.identify import headline_surface
from calibration.fitting.point import best_point
from calibration.fitting.posterior import Problem, sample_many, sample_posterior
from calibration.fitting.ranks import DRAWS, Recovery, judge_ranks, rank_truths
from careersim.errors import InternalError

UNKNOWNS, TARGETS, SEED = 4, 7, 11
PATHS = tuple("abcd")


def same(z):
    return z


def toy():
    """A linear model: targets = mixing @ z, so that the posterior is normal and known exactly."""
    mixing = normals(TARGETS, UNKNOWNS, seed=SEED, purpose="mixing")
    covariance = np.diag(0.3 + uniforms(TARGETS, 1, seed=SEED, purpose="sd")[:, 0]) ** 2
    covariance[0, 1] = covariance[1, 0] = 0.5 * np.sqrt(covariance[0, 0] * covariance[1, 1])
    return mixing, covariance


def problem_of(mixing, covariance, observed):
    x = normals(80, UNKNOWNS, seed=SEED, purpose="design")
    emulator = fit_emulator(x, x @ mixing.T)
    return Problem(observed, observed, covariance, emulator, same, UNKNOWNS)


def exact(mixing, covariance, observed):
    precision = np.eye(UNKNOWNS) + mixing.T @ np.linalg.solve(covariance, mixing)
    spread = np.linalg.inv(precision)
    return spread @ mixing.T @ np.linalg.solve(covariance, observed), spread


def test_a_quadratic_is_found_exactly_and_noise_is_measured():
    x = normals(60, 3, seed=SEED, purpose="x")
    y = np.stack([1 + x[:, 0] - 2 * x[:, 1] * x[:, 2], x[:, 2] ** 2], axis=1)
    emulator = fit_emulator(x, y)
    assert emulator.predict(x) == pytest.approx(y, abs=1e-10)
    assert emulator.explained == pytest.approx(1.0)
    assert emulator.slopes(np.zeros(3))[0] == pytest.approx([1, 0, 0], abs=1e-9)
    many = normals(1000, 3, seed=SEED, purpose="many")
    noise = 0.5 * normals(1000, 1, seed=SEED, purpose="noise")
    noisy = fit_emulator(many, many[:, :1] + noise)
    # The variance of 1000 residuals has a relative standard error of sqrt(2 / 1000); 4.5 of them.
    assert noisy.missed[0, 0] == pytest.approx(0.25, rel=4.5 * np.sqrt(2 / 1000))


def test_too_few_points_for_a_surface_are_refused():
    x = normals(coefficients(3), 3, seed=SEED, purpose="x")
    with pytest.raises(InternalError, match="10 points are too few for 10 coefficients"):
        fit_emulator(x, x)


def test_designs_are_keyed_by_name_and_even():
    both = latin_hypercube(["a", "b"], 50, seed=3, purpose="p")
    alone = latin_hypercube(["b"], 50, seed=3, purpose="p")
    assert np.array_equal(both[:, 1], alone[:, 0])
    assert np.array_equal(np.sort((both * 50).astype(int), axis=0)[:, 0], np.arange(50))
    assert not np.array_equal(both, latin_hypercube(["a", "b"], 50, seed=4, purpose="p"))
    drawn = normals(4000, 3, seed=3, purpose="n")
    assert np.abs(drawn.mean(axis=0)).max() < 4.5 / np.sqrt(4000)
    assert np.abs(drawn.var(axis=0) - 1).max() < 4.5 * np.sqrt(2 / 4000)


def test_point_and_chain_agree_with_the_exact_posterior():
    mixing, covariance = toy()
    observed = mixing @ np.array([1.0, -0.5, 0.3, 0.0]) + 0.1
    problem = problem_of(mixing, covariance, observed)
    middle, spread = exact(mixing, covariance, observed)
    best = best_point(problem, tries=np.ones((1, UNKNOWNS)))
    assert best == pytest.approx(middle, abs=1e-4)
    chain = sample_posterior(problem, start=best, steps=3000, seed=SEED, purpose="toy")
    drawn = chain.z.reshape(-1, UNKNOWNS)
    sd = np.sqrt(np.diag(spread))
    # Four means and four variances: 4.5 standard errors of the effective number of draws.
    error = 4.5 / np.sqrt(chain.effective)
    assert chain.r_hat.max() < 1.05
    assert chain.effective.min() > 300
    assert (np.abs(drawn.mean(axis=0) - middle) / sd < error).all()
    assert (np.abs(drawn.std(axis=0) / sd - 1) < error).all()
    again = sample_posterior(problem, start=best, steps=3000, seed=SEED, purpose="toy")
    assert again.z.tobytes() == chain.z.tobytes()


def test_a_published_interval_pulls_only_from_outside():
    mixing, covariance = toy()
    problem = problem_of(mixing, covariance, np.zeros(TARGETS))
    wide = Problem(
        np.full(TARGETS, -np.inf), np.full(TARGETS, np.inf), covariance, problem.emulator, same, UNKNOWNS
    )
    assert (wide.log_likelihood(normals(5, UNKNOWNS, seed=1, purpose="z")) == 0).all()
    assert best_point(wide, tries=np.ones((1, UNKNOWNS))) == pytest.approx(np.zeros(UNKNOWNS), abs=1e-6)


def test_leaving_out_all_but_one_target_leaves_its_own_posterior():
    mixing, covariance = toy()
    observed = np.ones(TARGETS)
    gone = np.arange(TARGETS) != 2
    problem = problem_of(mixing, covariance, observed).without(gone)
    middle, _ = exact(mixing[2:3], covariance[2:3, 2:3], observed[2:3])
    assert best_point(problem, tries=np.zeros((1, UNKNOWNS))) == pytest.approx(middle, abs=1e-4)


def tight(unknowns=12, targets=16, figures=(0.0, 0.0)):
    """A posterior that is up to a hundred times narrower than the prior, the more so in some directions."""
    mixing = normals(targets, unknowns, seed=SEED, purpose="tight") * np.logspace(0, 2, targets)[:, None]
    emulator = fit_emulator(
        (x := normals(150, unknowns, seed=SEED, purpose="wide")), x @ mixing.T / unknowns**0.5
    )
    mixing = mixing / unknowns**0.5
    low, high = (np.full(targets, one) for one in figures)
    problem = Problem(low, high, np.eye(targets), emulator, same, unknowns)
    return problem, np.linalg.cholesky(np.eye(unknowns) + mixing.T @ mixing)


def test_walkers_begin_as_wide_as_the_posterior():
    """As many steps as of 1,200 are left out, and the next ones have the variance that they should.

    Walkers that begin 0.3 prior standard deviations around the start are still 1.9 times too wide there.
    """
    problem, root = tight()
    figures = (problem.low[None, :], problem.high[None, :])
    z, _, _ = sample_many(
        problem, figures, start=np.zeros((1, problem.unknowns)), steps=150, seed=SEED, purpose="tight"
    )
    white = z[:, 0] @ root
    # 48 walkers are independent of each other: 4.5 standard errors of a variance over walkers and directions.
    assert (white**2).mean() == pytest.approx(1.0, abs=4.5 * np.sqrt(2 / (48 * problem.unknowns)))


def test_walkers_begin_wider_where_figures_are_only_intervals():
    problem, _ = tight(figures=(-np.inf, np.inf))
    figures = (problem.low[None, :], problem.high[None, :])
    z, _, _ = sample_many(
        problem, figures, start=np.zeros((1, problem.unknowns)), steps=3, seed=SEED, purpose="open"
    )
    assert z[0].std() == pytest.approx(1.0, abs=4.5 * np.sqrt(0.5 / z[0].size))


def test_effective_draws_tell_how_well_the_mean_is_known():
    """Twenty-four chains: the variance of their means, against that which each says of its own."""
    problem, root = tight()
    sets, steps = 24, 1200
    figures = (np.zeros((sets, len(problem.low))),) * 2
    z, _, _ = sample_many(
        problem, figures, start=np.zeros((sets, problem.unknowns)), steps=steps, seed=SEED, purpose="many"
    )
    means = (z @ root).mean(axis=(0, 2))
    true = float((means**2).mean())
    problem = Problem(problem.low, problem.high, problem.covariance, problem.emulator, same, problem.unknowns)
    chain = sample_posterior(
        problem, start=np.zeros(problem.unknowns), steps=steps, seed=SEED, purpose="many one"
    )
    told = float((1.0 / chain.effective).mean())
    # The directions of one chain are independent, so that the truth is known to sqrt(2 / 288), or 8 %, and
    # the one chain to some 15 %. Means of 28 steps in a row are not independent, and told four times too few.
    assert told == pytest.approx(true, rel=0.5)


def test_a_plane_keeps_its_slope_where_draws_hardly_vary():
    z = normals(60, 5, seed=SEED, purpose="plane") * np.array([0.05, 0.3, 1.0, 1.0, 1.0])
    slopes = np.array([2000.0, 500.0, 100.0, 0.0, 0.0])
    surface = headline_surface(z, 6000 + z @ slopes + 10 * normals(60, 1, seed=SEED, purpose="lives")[:, 0])
    # The standard error of the first is 10 / (0.05 sqrt(60)) = 26; with one standard shrinkage it is 261.
    assert surface.slopes == pytest.approx(slopes, abs=150)
    assert surface.explained > 0.95


def recovered(truths, *, bias=0.0, narrower=1.0):
    mixing, covariance = toy()
    true = normals(truths, UNKNOWNS, seed=SEED, purpose="truths")
    root = np.linalg.cholesky(covariance)
    observed = true @ mixing.T + normals(truths, TARGETS, seed=SEED, purpose="blur") @ root.T
    observed += bias * np.sqrt(np.diag(covariance))
    problem = problem_of(mixing, covariance / narrower**2, np.zeros(TARGETS))
    return judge_ranks(rank_truths(problem, true, observed, seed=SEED, paths=PATHS, steps=450))


def test_recovery_passes_when_all_is_right():
    verdict, table = recovered(100)
    assert verdict["passed"], table
    assert verdict["power_half_sd"] > 0.4


@pytest.mark.parametrize("share", [0.80, 0.95])
def test_a_true_posterior_covers_what_it_promises(share):
    every = np.arange(DRAWS + 1.0)[:, None]
    assert Recovery(("a",), every, every).coverage(share)[0] == pytest.approx(share)


@pytest.mark.parametrize("fault", [{"bias": 1.0}, {"narrower": 2.5}])
def test_recovery_finds_a_planted_fault(fault):
    verdict, _ = recovered(100, **fault)
    assert not verdict["passed"]


def test_power_is_what_simulated_ranks_show():
    """Ranks of 200 times 100 truths whose posterior is off by half a standard deviation."""
    from scipy import stats

    drawn = normals(100 * 200, 1, seed=SEED, purpose="power").reshape(100, 200)
    shifted = np.floor(stats.norm.cdf(drawn + 0.5) * (DRAWS + 1)).clip(0, DRAWS)
    verdict, table = judge_ranks(Recovery(tuple(map(str, range(200))), shifted, np.zeros((100, 200))))
    found = 1 - table["uniform"].mean()
    wanted = verdict["power_half_sd"]
    assert (
        abs(found - wanted) < 4.5 * np.sqrt(wanted * (1 - wanted) / 200) + 0.05
    )  # 0.05: the noncentral limit
