"""Arithmetic of whole persons and posts: nothing is lost to rounding."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite

__all__ = ["apportion", "multiplied"]

_ROUNDING = 1e-6


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


def multiplied(number: float, factor: float) -> float:
    """Multiply a number of posts or persons.

    Parameters
    ----------
    number
        How many.
    factor
        By what; 1 changes no bit.

    Returns
    -------
    The product. Where it misses a whole number only by the rounding of floats (100 x 1.15 is
    114.99999999999999), that number, because posts are rounded down later.
    """
    product = number * factor
    if not isfinite(product):
        return product
    nearest = round(product)
    return float(nearest) if product != number and abs(product - nearest) < _ROUNDING else product
