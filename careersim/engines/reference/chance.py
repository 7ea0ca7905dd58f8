"""From words to decisions: an event, one of several shares, a uniform integer, a competing risk."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

__all__ = ["WORDS", "chosen", "fraction", "happens", "hazard_probability", "risk_that_strikes", "thresholds"]

WORDS = 2**32
"""How many values a word can take; a threshold of this size is certainty."""


def happens(word: int, probability: float) -> bool:
    """Tell whether an event of this probability happens to the holder of the word."""
    return word < math.floor(probability * WORDS)


def hazard_probability(rate_per_year: float) -> float:
    """Turn a rate per year into the probability of the event within the year."""
    return -math.expm1(-rate_per_year)


def thresholds(shares: Sequence[float]) -> tuple[int, ...]:
    """Cumulate shares that sum to 1 into the thresholds that words are compared with.

    Parameters
    ----------
    shares
        Shares in declared order, at least one of them positive.

    Returns
    -------
    One threshold a share. The last positive share takes what rounding has left over.
    """
    limits = [math.floor(share * WORDS) for share in accumulate(shares)]
    last = max(index for index, share in enumerate(shares) if share > 0)
    limits[last:] = [WORDS] * (len(limits) - last)
    return tuple(limits)


def chosen(word: int, limits: Sequence[int]) -> int:
    """Find the first threshold above the word; the last threshold must be certain."""
    return next(index for index, limit in enumerate(limits) if word < limit)


def fraction(word: int, count: int) -> int:
    """Map a word to a uniform integer from 0 to `count` - 1."""
    return (word * count) >> 32


def risk_that_strikes(word: int, rates_per_year: Sequence[float]) -> int | None:
    """Let competing risks decide over the year.

    Parameters
    ----------
    word
        The word of chance of the step.
    rates_per_year
        Rates of the risks in declared order.

    Returns
    -------
    Position of the risk that strikes, or None.
    """
    sums = list(accumulate(rates_per_year))
    if not sums or sums[-1] == 0.0:
        return None
    probability = hazard_probability(sums[-1])
    for index, part in enumerate(sums):
        if happens(word, probability * (part / sums[-1])):
            return index
    return None
