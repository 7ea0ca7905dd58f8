"""`t_quantile`: quantiles of Student's t distribution, for intervals of a mean over replications.

For whole degrees of freedom the distribution function is a finite sum (Abramowitz and Stegun, Handbook of
Mathematical Functions, 1964, 26.7.3 and 26.7.4), so that no statistics library is needed to run a model.
"""

from __future__ import annotations

import math
from functools import lru_cache

__all__ = ["t_quantile"]

_STEPS = 200  # halvings: more than a float has digits


@lru_cache(maxsize=256)
def t_quantile(probability: float, degrees: int) -> float:
    """Find x with P(T <= x) = `probability`.

    Parameters
    ----------
    probability
        At least 0.5 and below 1.
    degrees
        Degrees of freedom, at least 1.
    """
    low, high = 0.0, 1.0
    while _inside(high, degrees) < 2 * probability - 1:
        high *= 2
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _inside(middle, degrees) < 2 * probability - 1:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _inside(t: float, degrees: int) -> float:
    """P(-t <= T <= t)."""
    angle = math.atan(t / math.sqrt(degrees))
    square = math.cos(angle) ** 2
    if degrees % 2:
        term, total = math.cos(angle), 0.0
        for k in range(1, (degrees - 1) // 2 + 1):
            total += term
            term *= square * 2 * k / (2 * k + 1)
        return 2 / math.pi * (angle + math.sin(angle) * total)
    term, total = 1.0, 0.0
    for k in range(1, degrees // 2 + 1):
        total += term
        term *= square * (2 * k - 1) / (2 * k)
    return math.sin(angle) * total
