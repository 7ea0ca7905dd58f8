"""Densities against SciPy, terms by hand, and a bias planted in the likelihood."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from math import inf, log, nan, sqrt

import numpy as np
import pytest
from scipy import stats

from calibration import likelihood
from calibration.densities import (
    log_beta_binomial,
    log_dirichlet_multinomial,
    log_negative_binomial,
    log_normal,
    log_normal_interval,
)
from calibration.likelihood import log_likelihood, log_likelihood_terms, standardised
from careersim.errors import UserError
from tests.calibration.healers import mean, target, targets

NOTHING = mean(0.0)


@pytest.mark.parametrize(("low", "high"), [(-inf, 3.0), (3.0, inf), (-1.0, 1.0), (2.0, 2.5), (7.9, 8.1)])
@pytest.mark.parametrize("at", [-20.0, -3.0, 0.0, 2.2, 9.0, 40.0])
def test_interval_against_scipy(low: float, high: float, at: float) -> None:
    side = 1.0 if at < (low if high == inf else high) else -1.0  # subtract tails, not ones
    ends = sorted((side * (low - at) / 1.5, side * (high - at) / 1.5))
    expected = stats.norm.logsf(ends[0])
    if ends[1] < inf:
        expected += log(-np.expm1(stats.norm.logsf(ends[1]) - stats.norm.logsf(ends[0])))
    assert log_normal_interval(low, high, at, 1.5) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_narrow_interval_is_density_times_width() -> None:
    assert log_normal_interval(5.0, 5.0 + 1e-7, 4.0, 1.0) == pytest.approx(
        stats.norm.logpdf(1.0) + log(1e-7), rel=1e-6
    )


def test_far_tails_stay_finite_and_ordered() -> None:
    terms = [log_normal_interval(0.0, 1.0, at, 1.0) for at in (10.0, 40.0, 100.0, 1000.0)]
    assert all(np.isfinite(terms))
    assert sorted(terms, reverse=True) == terms
    assert terms[-1] == pytest.approx(stats.norm.logsf(999.0), rel=1e-9)


def test_counts_against_scipy() -> None:
    assert log_normal(3.0, 1.0, 2.0) == pytest.approx(stats.norm.logpdf(3.0, 1.0, 2.0))
    shape = 12.0**2 / 9.0
    assert log_negative_binomial(7, 12.0, 9.0) == pytest.approx(
        stats.nbinom.logpmf(7, shape, shape / (shape + 12.0))
    )
    assert log_negative_binomial(7, 12.0, 1e-6) == pytest.approx(stats.poisson.logpmf(7, 12.0), rel=1e-5)
    assert log_negative_binomial(0, 0.5, 1e-4) == pytest.approx(-0.5, rel=1e-3)
    size = 0.2 * 0.8 / 0.05**2 - 1
    assert log_beta_binomial(9, 60, 0.2, 0.05) == pytest.approx(
        stats.betabinom.logpmf(9, 60, 0.2 * size, 0.8 * size)
    )
    shares, sds = (0.5, 0.3, 0.2), (0.05, 0.05, 0.05)
    size = (0.25 + 0.21 + 0.16) / (3 * 0.05**2) - 1
    assert log_dirichlet_multinomial((9, 4, 2), shares, sds) == pytest.approx(
        stats.dirichlet_multinomial.logpmf([9, 4, 2], [p * size for p in shares], 15)
    )


def test_terms_of_every_kind() -> None:
    asked = targets(
        target(),
        target(id="b", low=9.5, high=10.5, likelihood="rounded"),
        target(id="c", value=None, low=0.0, high=19.0, likelihood="interval"),
        target(id="d", likelihood="poisson"),
        target(id="e", likelihood="beta_binomial", trials=50.0),
        target(id="f", role="start"),
    )
    means, variances = mean(11.0, 11.0, 25.0, 11.0, 11.0, 99.0), mean(5.0, 5.0, 5.0, 5.0, 5.0, 5.0)
    found = log_likelihood_terms(asked, means, variances)
    sd = 3.0  # tolerance 2 and chance of variance 5
    assert found[0] == pytest.approx(stats.norm.logpdf(10.0, 11.0, sd))
    assert found[1] == pytest.approx(log(stats.norm.cdf(-0.5 / sd) - stats.norm.cdf(-1.5 / sd)))
    assert found[2] == pytest.approx(log(stats.norm.cdf(-6 / sd) - stats.norm.cdf(-25 / sd)))
    assert found[3] == pytest.approx(log_negative_binomial(10, 11.0, 4.0)), "chance is in the count"
    assert found[4] == pytest.approx(log_beta_binomial(10, 50, 0.22, 0.04))
    assert found[5] == 0.0, "the start counts for nothing"
    assert log_likelihood(asked, means, variances) == pytest.approx(found.sum())


def test_multinomial_group_has_one_term() -> None:
    asked = targets(
        target(likelihood="multinomial", group="ages", value=6.0, tolerance=0.5),
        target(id="x"),
        target(id="b", likelihood="multinomial", group="ages", value=4.0, tolerance=0.5),
    )
    found = log_likelihood_terms(asked, mean(30.0, 10.0, 10.0), mean(0.0, 0.0, 0.0))
    assert found[0] == pytest.approx(log_dirichlet_multinomial((6, 4), (0.75, 0.25), (0.05, 0.05)))
    assert found[2] == 0.0
    doubled = log_likelihood_terms(asked, mean(60.0, 10.0, 20.0), mean(0.0, 0.0, 0.0))
    assert doubled[0] == pytest.approx(found[0]), "only the shares count"


def test_undefined_and_impossible_means() -> None:
    assert log_likelihood(targets(target()), mean(nan), NOTHING) == -inf
    assert np.isfinite(log_likelihood(targets(target(likelihood="poisson")), mean(0.0), NOTHING))
    high = target(likelihood="beta_binomial", trials=20.0)
    assert np.isfinite(log_likelihood(targets(high), mean(25.0), NOTHING))
    with pytest.raises(UserError, match="one number for each of 1 targets"):
        log_likelihood(targets(target()), mean(1.0, 2.0), NOTHING)
    with pytest.raises(UserError, match="a variance below 0"):
        log_likelihood(targets(target()), mean(1.0), mean(-1.0))


def test_residuals_in_units_of_tolerance() -> None:
    asked = targets(
        target(),
        target(id="b", low=9.5, high=10.5, likelihood="rounded"),
        target(id="c", value=None, low=-inf, high=0.0, likelihood="interval"),
        target(id="d", likelihood="poisson", tolerance=3.0, value=16.0, low=16.0, high=16.0),
    )
    found = standardised(asked, np.array([[13.0, 10.4, 3.0, 26.0], [15.0, 10.4, 5.0, 26.0]]))
    np.testing.assert_allclose(found, [2.0, 0.0, 2.0, 2.0])
    assert np.isnan(standardised(targets(target()), mean(nan))[0])


def many(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """True values, and what a register prints of them: tolerance 2, chance variance 5."""
    rng = np.random.default_rng(seed)
    truth = rng.uniform(50.0, 100.0, count)
    return truth, truth + rng.normal(0.0, sqrt(4.0 + 5.0), count)


def best_shift(count: int = 400, seed: int = 7) -> float:
    """Shift of all means, in standard errors, at which the likelihood of `many` is highest."""
    truth, printed = many(count, seed)
    asked = targets(
        *(
            target(
                id=f"t{n}", value=value, low=value, high=value, likelihood="rounded" if n % 2 else "normal"
            )
            for n, value in enumerate(printed)
        )
    )
    shifts = np.linspace(-1.5, 1.5, 301)
    values = [log_likelihood(asked, truth + shift, np.full(count, 5.0)) for shift in shifts]
    return float(shifts[int(np.argmax(values))] / (3.0 / sqrt(count)))


def test_likelihood_is_highest_at_the_truth() -> None:
    # The best shift is the mean of 400 errors: 4 standard errors cover it but for 6 in 100,000.
    assert abs(best_shift()) < 4.0


def test_planted_bias_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A likelihood that takes every mean for 1 too little moves the best shift by 6.7 standard errors."""
    monkeypatch.setattr(
        likelihood, "log_normal", lambda value, at, sd: log_normal(value, at - 1.0, sd), raising=True
    )
    assert abs(best_shift()) > 4.0


def test_variance_left_out_is_found() -> None:
    """At the truth, squares over their variance have mean 1 (sd 0.07 of 400), and 2.25 without chance."""
    truth, printed = many(400, 11)
    asked = targets(*(target(id=f"t{n}", value=v, low=v, high=v) for n, v in enumerate(printed)))

    def size(chance: float) -> float:
        terms = log_likelihood_terms(asked, truth, np.full(400, chance))
        return float(np.mean(-2.0 * (terms + log(sqrt(2 * np.pi * (4.0 + chance))))))

    assert abs(size(5.0) - 1.0) < 4 * sqrt(2 / 400)
    assert size(0.0) - 1.0 > 4 * sqrt(2 / 400)


def test_same_bytes_in_any_number_of_workers() -> None:
    truth, printed = many(300, 3)
    asked = targets(*(target(id=f"t{n}", value=v, low=v, high=v) for n, v in enumerate(printed)))
    shifts = np.linspace(-2.0, 2.0, 64)

    def loss(shift: float) -> bytes:
        return np.float64(log_likelihood(asked, truth + shift, np.full(300, 5.0))).tobytes()

    found = {}
    for workers in (1, 2):
        with ThreadPoolExecutor(workers) as pool:
            found[workers] = list(pool.map(loss, shifts))
    assert found[1] == found[2]


def test_order_of_targets_does_not_change_a_byte() -> None:
    truth, printed = many(300, 5)
    some = [target(id=f"t{n}", value=v, low=v, high=v) for n, v in enumerate(printed)]
    order = np.random.default_rng(1).permutation(300)
    turned = targets(*(some[n] for n in order))
    chance = np.full(300, 5.0)
    assert log_likelihood(targets(*some), truth, chance) == log_likelihood(turned, truth[order], chance)
