"""Spread a whole number over counties by weights, so that nobody is lost to rounding."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

__all__ = ["apportion"]


def apportion(total: int, weights: Sequence[float]) -> tuple[int, ...]:
    """Give each county its quota rounded down, and the rest to the largest remainders.

    Parameters
    ----------
    total
        Whole number to spread.
    weights
        Not negative, not all 0 (unless `total` is 0).

    Returns
    -------
    Whole numbers that sum to `total`; equal remainders are served in the order of the counties.
    """
    if total == 0:
        return (0,) * len(weights)
    # Fractions, so that equal remainders are equal and the order decides, not the last bit of a float.
    exact = [Fraction(weight) for weight in weights]
    quotas = [total * weight / sum(exact) for weight in exact]
    whole = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(quotas)), key=lambda n: whole[n] - quotas[n])
    for n in by_remainder[: total - sum(whole)]:
        whole[n] += 1
    return tuple(whole)
