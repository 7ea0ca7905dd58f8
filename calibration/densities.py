"""Log densities of the few distributions of the likelihood, exact far out in the tails, without SciPy."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, expm1, fsum, inf, lgamma, log, log1p, pi, sqrt

__all__ = [
    "log_beta_binomial",
    "log_dirichlet_multinomial",
    "log_negative_binomial",
    "log_normal",
    "log_normal_interval",
]

_HALF_LOG_2PI = 0.5 * log(2.0 * pi)


def log_normal(value: float, mean: float, sd: float) -> float:
    """Log density of a normal distribution."""
    z = (value - mean) / sd
    return -0.5 * z * z - _HALF_LOG_2PI - log(sd)


def log_normal_interval(low: float, high: float, mean: float, sd: float) -> float:
    """Log probability that a normal variable lies from `low` to `high`; the ends may be infinite."""
    a, b = (low - mean) / sd, (high - mean) / sd
    if a + b < 0:  # look at the interval from the side on which tails can be subtracted
        a, b = -b, -a
    if b - a < 1e-5:
        return log_normal(0.5 * (a + b), 0.0, 1.0) + log(b - a) if b > a else -inf
    upper, beyond = _log_tail(a), _log_tail(b)
    return upper + log1p(-exp(beyond - upper)) if beyond - upper < -1e-9 else upper + log(-expm1(-1e-9))


def log_negative_binomial(count: float, mean: float, extra_var: float) -> float:
    """Log probability of a Poisson count whose mean is itself gamma distributed.

    Parameters
    ----------
    count
        Whole number.
    mean
        Mean, above 0.
    extra_var
        Variance of the gamma distribution, so that the count has the variance `mean + extra_var`.
    """
    shape = mean * mean / extra_var
    return (
        lgamma(count + shape)
        - lgamma(shape)
        - lgamma(count + 1.0)
        - shape * log1p(mean / shape)
        + (count * (log(mean) - log(shape + mean)) if count else 0.0)
    )


def log_beta_binomial(count: float, trials: float, share: float, share_sd: float) -> float:
    """Log probability of a binomial count whose share is itself beta distributed.

    Parameters
    ----------
    count, trials
        Whole numbers.
    share
        Mean of the share, between 0 and 1.
    share_sd
        Its standard deviation; cut where no beta distribution with one mode is as wide.
    """
    size = max(share * (1.0 - share) / share_sd**2 - 1.0, 1.0)
    a, b = share * size, (1.0 - share) * size
    ways = lgamma(trials + 1.0) - lgamma(count + 1.0) - lgamma(trials - count + 1.0)
    return ways + _log_beta(count + a, trials - count + b) - _log_beta(a, b)


def log_dirichlet_multinomial(
    counts: Sequence[float], shares: Sequence[float], share_sds: Sequence[float]
) -> float:
    """Log probability of multinomial counts whose shares are themselves Dirichlet distributed.

    Parameters
    ----------
    counts
        Whole numbers.
    shares
        Means of the shares, all above 0, with sum 1.
    share_sds
        Standard deviations; the Dirichlet distribution has one size for all, which matches the sum of their
        squares.
    """
    spread = fsum(p * (1.0 - p) for p in shares) / fsum(sd * sd for sd in share_sds)
    size = max(spread - 1.0, 1.0)
    total = fsum(counts)
    terms = [lgamma(total + 1.0), lgamma(size), -lgamma(total + size)]
    for count, share in zip(counts, shares, strict=True):
        terms += [lgamma(count + share * size), -lgamma(share * size), -lgamma(count + 1.0)]
    return fsum(terms)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _log_tail(z: float) -> float:
    """Log probability that a standard normal variable is above z."""
    if z == inf:
        return -inf
    if z < 25.0:
        return log(0.5 * erfc(z / sqrt(2.0)))
    # erfc runs out of range near 38; the asymptotic series has an error below 1e-11 here.
    square = z * z
    series = 1.0 - 1.0 / square + 3.0 / square**2 - 15.0 / square**3 + 105.0 / square**4
    return -0.5 * square - _HALF_LOG_2PI - log(z) + log(series)
