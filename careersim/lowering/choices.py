"""Shares and logit utilities as 32-bit thresholds.

Plain Python floats, summed from the left in the order of the contract: numpy's vectorised exponential may
differ from the library's in the last bit, and the reference engine uses the library's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Choice, WorkingTimeLever, WorkingTimeScheme
from careersim.schema import AGES, COUNTIES

__all__ = [
    "choice_weights",
    "destination_thresholds",
    "event_threshold",
    "level_thresholds",
    "thresholds",
    "wish_thresholds",
]

F64 = NDArray[np.float64]
U64 = NDArray[np.uint64]

_ALL = 2**32


def thresholds(shares: Sequence[float], total: float | None = None) -> list[int]:
    """Cumulate shares to thresholds; the last positive share takes what is left.

    Parameters
    ----------
    shares
        Non-negative; summing to 1 unless `total` is given.
    total
        What cumulated shares are divided by.

    Returns
    -------
    For each share the number of 32-bit words at or below which it, or one before it, is chosen.
    """
    out = []
    running = 0.0
    last = max((k for k, share in enumerate(shares) if share > 0.0), default=len(shares) - 1)
    for k, share in enumerate(shares):
        running += share
        cumulated = running if total is None else running / total
        out.append(_ALL if k >= last else min(math.floor(cumulated * _ALL), _ALL))
    return out


def event_threshold(rate: float) -> int:
    """Number of 32-bit words at which an event of a yearly rate happens."""
    return math.floor(-math.expm1(-rate) * _ALL)


def level_thresholds(scheme: WorkingTimeScheme, levers: Sequence[WorkingTimeLever] = ()) -> U64:
    """Thresholds of the levels with levers on their shares: sex x age x level."""
    return np.array(
        [[thresholds(_level_shares(scheme, levers, sex, age)) for age in range(AGES)] for sex in range(2)],
        np.uint64,
    )


def _level_shares(
    scheme: WorkingTimeScheme, levers: Sequence[WorkingTimeLever], sex: int, age: int
) -> list[float]:
    shares = [scheme.shares.at(sex=sex, age=age, level=level) for level in range(len(scheme.levels))]
    for lever in levers:
        below = _sum(shares[:-1])
        if lever.age_low <= age <= lever.age_high and below > 0.0:
            factor = lever.factor if lever.factor <= 1.0 else min(lever.factor, max(1.0 / below, 1.0))
            highest = max(shares[-1] + below * (1.0 - factor), 0.0)
            shares = [*(share * factor for share in shares[:-1]), highest]
    return shares


def choice_weights(choice: Choice, distance_km: Sequence[float], inhabitants: Sequence[float]) -> F64:
    """Logit weights of a choice: home (21 = none) x present county x county."""
    out = np.zeros((COUNTIES + 1, COUNTIES, COUNTIES))
    for home in range(COUNTIES + 1):
        for origin in range(COUNTIES):
            for county in range(COUNTIES):
                km = distance_km[origin * COUNTIES + county]
                utility = choice.utility(home, origin, county, km, inhabitants[county])
                out[home, origin, county] = math.exp(utility)
    return out


def destination_thresholds(weights: Sequence[F64]) -> U64:
    """Thresholds of relocation: choice x home x origin x destination; nobody moves to the origin."""
    out = np.full((max(len(weights), 1), COUNTIES + 1, COUNTIES, COUNTIES), _ALL, np.uint64)
    for k, weight in enumerate(weights):
        for home in range(COUNTIES + 1):
            for origin in range(COUNTIES):
                row = [float(w) for w in weight[home, origin]]
                row[origin] = 0.0
                out[k, home, origin] = thresholds(row, _sum(row))
    return out


def wish_thresholds(weight: F64) -> U64:
    """Thresholds of the first wish for a seat: home x present county x county."""
    out = np.empty(weight.shape, np.uint64)
    for home in range(COUNTIES + 1):
        for origin in range(COUNTIES):
            row = [float(w) for w in weight[home, origin]]
            out[home, origin] = thresholds(row, _sum(row))
    return out


def _sum(row: list[float]) -> float:
    total = 0.0
    for weight in row:
        total += weight
    return total
