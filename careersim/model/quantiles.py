"""`quantile` and `cumulated` of the distributions that a parameter may have, for arrays, without scipy.

Normal distributions come from the standard library. The incomplete beta function is the continued fraction of
Press, Teukolsky, Vetterling and Flannery (2007), "Numerical Recipes", 3rd ed., section 6.4; it is inverted by
Newton steps kept within a bracket. Both agree with scipy to 1e-10 (tests/unit/model/test_quantiles.py).
"""

from __future__ import annotations

from functools import lru_cache
from math import lgamma
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Floats", "Kind", "cumulated", "pert_shapes", "quantile"]

Floats: TypeAlias = NDArray[np.float64]
Kind: TypeAlias = Literal["normal", "lognormal", "beta", "uniform"]

_NORMAL = NormalDist()
_TINY = 1e-300
_MOST_TERMS, _MOST_STEPS = 500, 200
_GRID = 257
_PRECISE = 1e-13


def quantile(kind: Kind, a: float, b: float, u: Floats) -> Floats:
    """Give the values below which the parts `u` of a distribution lie.

    Parameters
    ----------
    kind, a, b
        As in `careersim.config.parameter_spec.Distribution`.
    u
        Probabilities, 0 to 1.

    Returns
    -------
    One value for each; infinite at 0 and 1 where the distribution has no end.
    """
    if kind == "beta":
        return _beta_quantile(u, a, b)
    if kind == "uniform":
        return a + (b - a) * u
    standard = np.array([_normal_quantile(float(one)) for one in u.ravel()]).reshape(u.shape)
    return a + b * standard if kind == "normal" else np.exp(a + b * standard)


def cumulated(kind: Kind, a: float, b: float, x: float) -> float:
    """Give the part of a distribution that lies below `x`."""
    if kind == "beta":
        return float(_beta_cumulated(np.clip(np.array([x]), 0.0, 1.0), a, b)[0])
    if kind == "uniform":
        return float(np.clip((x - a) / (b - a), 0.0, 1.0))
    if kind == "normal":
        return _NORMAL.cdf((x - a) / b)
    return _NORMAL.cdf((float(np.log(x)) - a) / b) if x > 0 else 0.0


def pert_shapes(low: float, mode: float, high: float) -> tuple[float, float]:
    """Shape parameters of the beta distribution that, stretched from `low` to `high`, is a PERT distribution.

    Its mean is (low + 4 mode + high) / 6 (Malcolm, Roseboom, Clark and Fazar, 1959, "Application of a
    technique for research and development program evaluation").
    """
    first = 1 + 4 * (mode - low) / (high - low)
    return first, 6 - first


def _normal_quantile(u: float) -> float:
    if 0 < u < 1:
        return _NORMAL.inv_cdf(u)
    return np.inf if u > 0 else -np.inf


def _beta_quantile(u: Floats, a: float, b: float) -> Floats:
    upper = u > 0.5  # solved from the nearer end, where more digits are kept
    x = np.empty_like(u)
    x[~upper] = _from_below(u[~upper], a, b)
    x[upper] = 1.0 - _from_below(1.0 - u[upper], b, a)
    return x


def _from_below(u: Floats, a: float, b: float) -> Floats:
    grid, known = _grid(a, b)
    x = np.interp(u, known, grid)
    cell = np.clip(np.searchsorted(known, u), 1, len(grid) - 1)
    low, high = grid[cell - 1], grid[cell]
    for _ in range(_MOST_STEPS):
        above = _beta_cumulated(x, a, b) - u
        high, low = np.where(above >= 0, x, high), np.where(above <= 0, x, low)
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            density = np.exp((a - 1) * np.log(x) + (b - 1) * np.log1p(-x) - _log_beta(a, b))
            step = x - above / density
        outside = ~((step >= low) & (step <= high))
        after = np.where(above == 0, x, np.where(outside, (low + high) / 2, step))
        done = np.abs(after - x) <= _PRECISE * np.maximum(x, 1e-3)
        x = after
        if done.all():
            break
    return np.where(u <= 0, 0.0, x)


@lru_cache(maxsize=1024)
def _grid(a: float, b: float) -> tuple[Floats, Floats]:
    """Points and the parts below them, denser at the ends, to begin a search from."""
    points = (1.0 - np.cos(np.linspace(0.0, np.pi, _GRID))) / 2
    return points, np.maximum.accumulate(_beta_cumulated(points, a, b))


def _beta_cumulated(x: Floats, a: float, b: float) -> Floats:
    mirrored = x > (a + 1) / (a + b + 2)  # there the fraction converges faster from the other end
    out = np.empty_like(x)
    out[~mirrored] = _fraction(x[~mirrored], a, b)
    out[mirrored] = 1.0 - _fraction(1.0 - x[mirrored], b, a)
    return out


def _fraction(x: Floats, a: float, b: float) -> Floats:
    """Regularised incomplete beta function by its continued fraction (modified Lentz)."""
    c, d = np.ones_like(x), 1.0 / _not_zero(1.0 - (a + b) * x / (a + 1))
    total = d.copy()
    for m in range(1, _MOST_TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1.0 / _not_zero(1.0 + term * d)
            c = _not_zero(1.0 + term / c)
            total *= d * c
        if (np.abs(d * c - 1.0) < 1e-15).all():
            break
    with np.errstate(divide="ignore"):
        front = np.exp(a * np.log(x) + b * np.log1p(-x) - _log_beta(a, b))
    return front * total / a


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def _not_zero(values: Floats) -> Floats:
    return np.where(np.abs(values) < _TINY, _TINY, values)
