"""Counties borrow strength from each other: events over expected events, shrunk by a gamma prior."""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma, log

import numpy as np
from numpy.typing import NDArray

__all__ = ["Pooled", "pooled"]

Floats = NDArray[np.float64]

_LOWEST, _HIGHEST = 0.2, 1e6
_GOLDEN = (5**0.5 - 1) / 2
_NORMAL = 1.959963984540054


@dataclass(frozen=True)
class Pooled:
    """Ratios of counties to the country.

    Attributes
    ----------
    ratio, error
        Mean and standard deviation of the ratio of each county, given its events.
    low, high
        95 % interval.
    spread
        Standard deviation of the true ratios over counties, as estimated; near 0 if they do not differ.
    """

    ratio: Floats
    error: Floats
    low: Floats
    high: Floats
    spread: float


def pooled(events: Floats, expected: Floats) -> Pooled:
    """Shrink the ratios of counties towards 1, as far as chance explains their spread.

    Events are Poisson with mean ratio times expected; ratios are gamma with mean 1 and shape a. The a that
    makes the events of all counties likeliest (negative binomial) is taken as known.

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
    shape = _likeliest_shape(events, expected)
    after = events + shape
    ratio = after / (expected + shape)
    error = np.sqrt(after) / (expected + shape)
    # Quantiles of the gamma by Wilson and Hilferty (1931), good to a per cent from a shape of 1 on.
    low, high = (
        ratio * np.maximum(1 - 1 / (9 * after) + sign * _NORMAL / (3 * np.sqrt(after)), 0) ** 3
        for sign in (-1, 1)
    )
    return Pooled(ratio, error, low, high, shape**-0.5)


def _likeliest_shape(events: Floats, expected: Floats) -> float:
    """Search the golden section of the logarithm of the shape."""
    there = expected > 0
    observed, mean = events[there], expected[there]

    def height(log_shape: float) -> float:
        shape = float(np.exp(log_shape))
        constant = sum(lgamma(one + shape) - lgamma(shape) for one in observed.tolist())
        return constant + float(
            (shape * (log(shape) - np.log(mean + shape)) + observed * np.log(mean / (mean + shape))).sum()
        )

    low, high = log(_LOWEST), log(_HIGHEST)
    while high - low > 1e-4:
        left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
        if height(left) < height(right):
            low = left
        else:
            high = right
    return float(np.exp((low + high) / 2))
