"""Counties borrow strength from each other: events over expected events, shrunk by a gamma prior.

How far counties differ is estimated from 21 of them, and often comes out as not at all. Intervals that took
that as known would hold half of the true ratios instead of 95 %, so that they are averaged over every spread
that the events allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pooled", "pooled"]

Floats = NDArray[np.float64]

_LOWEST, _HIGHEST = 0.2, 1e6
_SPREADS = np.linspace(0.0, 1.5, 76)[1:]
_GOLDEN = (5**0.5 - 1) / 2
_NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Pooled:
    """Ratios of counties to the country.

    Attributes
    ----------
    ratio, error
        Mean and standard deviation of the ratio of each county, given the events of all.
    low, high
        95 % interval, of the gamma distribution with this mean and standard deviation.
    spread
        Standard deviation of the true ratios over counties that is likeliest; near 0 if they do not differ.
    """

    ratio: Floats
    error: Floats
    low: Floats
    high: Floats
    spread: float


def pooled(events: Floats, expected: Floats) -> Pooled:
    """Shrink the ratios of counties towards 1, as far as chance explains their spread.

    Events are Poisson with mean ratio times expected; ratios are gamma with mean 1 and a spread of which any
    size up to 1.5 is as likely before the events are seen (Gelman 2006, Bayesian Analysis 1:515, on flat
    priors of standard deviations). Given the spread, events of a county are negative binomial.

    Parameters
    ----------
    events
        Observed, by county.
    expected
        At the rates of the country, by county; 0 where nobody was at risk.

    Returns
    -------
    Ratios by county.
    """
    shapes = _SPREADS**-2.0
    heights = np.array([_height(shape, events, expected) for shape in shapes.tolist()])
    weights = np.exp(heights - heights.max())
    weights /= weights.sum()
    after, total = events[:, None] + shapes, expected[:, None] + shapes
    ratio = (after / total) @ weights
    variance = (after / total**2 + (after / total) ** 2) @ weights - ratio**2
    # Quantiles of the gamma by Wilson and Hilferty (1931), good to a per cent from a shape of 1 on.
    own = ratio**2 / variance
    low, high = (
        ratio * np.maximum(1 - 1 / (9 * own) + sign * _NORMAL / (3 * np.sqrt(own)), 0) ** 3
        for sign in (-1, 1)
    )
    return Pooled(ratio, np.sqrt(variance), low, high, _likeliest_shape(events, expected) ** -0.5)


def _likeliest_shape(events: Floats, expected: Floats) -> float:
    """Search the golden section of the logarithm of the shape."""

    def height(log_shape: float) -> float:
        return _height(float(np.exp(log_shape)), events, expected)

    low, high = log(_LOWEST), log(_HIGHEST)
    while high - low > 1e-4:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if height(left) < height(right):
            low = left
        else:
            high = right
    return float(np.exp((low + high) / 2))


def _height(shape: float, events: Floats, expected: Floats) -> float:
    """Log-likelihood of the events of all counties, without what does not depend on the shape."""
    there = expected > 0
    observed, mean = events[there], expected[there]
    constant = sum(lgamma(one + shape) - lgamma(shape) for one in observed.tolist())
    return constant + float(
        (shape * (log(shape) - np.log(mean + shape)) + observed * np.log(mean / (mean + shape))).sum()
    )
