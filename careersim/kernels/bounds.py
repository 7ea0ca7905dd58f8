"""Upper bounds of what may happen in a year, and thresholds of risks that depend on state, sex and age alone.

For each state and age four bounds stand in one 64-bit number, the first 15 bits of each: a word above its
bound decides nothing. Bits 15, 31, 47 and 63 are set, so that one subtraction compares four words.
"""

from __future__ import annotations

import math

import numpy as np

from careersim.kernels.compile import kernel
from careersim.kernels.forms import threshold
from careersim.kernels.layout import (
    AGES,
    COVARIATES,
    EXIT_FIRST,
    EXIT_LAST,
    F64,
    MOVE_RISK,
    RATIO_COLUMNS,
    SEAT_FIRST,
    SEAT_LAST,
    U64,
    WORKING_TIME_SCHEME,
    Graph,
    YearRates,
)

__all__ = ["FINE", "STRUCK", "base_thresholds", "bounds"]

FINE = np.uint32(17)
"""Bits of a word that bounds leave out."""

STRUCK = np.uint64(0x8000800080008000)
"""The spare bit above each of the four bounds."""


@kernel
def bounds(g: Graph, y: YearRates) -> None:
    """Fill `y.bounds`: for each state, age and decision a word above which nothing can happen.

    The bound takes the highest base over sex and the highest ratio of every covariate, widened by one part
    in a million; it only has to be safe, not tight.
    """
    scale = np.ones(g.ratio.shape[0])
    edges = (*COVARIATES, RATIO_COLUMNS)
    for risk in range(len(scale)):
        for k in range(len(edges) - 1):
            scale[risk] *= g.ratio[risk, edges[k] : edges[k + 1]].max()
        scale[risk] *= y.workload[risk].max()
    for state in range(g.state.shape[0]):
        row = g.state[state]
        y.plain[state, 0] = _plain(g, y, row[EXIT_FIRST], row[EXIT_LAST])
        y.plain[state, 1] = _plain(g, y, row[SEAT_FIRST], row[SEAT_LAST])
        scheme = row[WORKING_TIME_SCHEME]
        for age in range(AGES):
            exits = _highest(g, y, scale, row[EXIT_FIRST], row[EXIT_LAST], age)
            moves = 0.0
            if row[MOVE_RISK] >= 0:
                moves = _highest(g, y, scale, row[MOVE_RISK], row[MOVE_RISK] + 1, age)
            seats = _highest(g, y, scale, row[SEAT_FIRST], row[SEAT_LAST], age)
            reviews = np.uint64(0)
            if scheme >= 0:
                highest = max(g.review[scheme, 0, age], g.review[scheme, 1, age])
                reviews = min(highest, np.uint64(4294967295)) >> np.uint64(FINE)
            y.bounds[state * AGES + age] = (
                STRUCK
                | _safe(exits)
                | _safe(moves) << np.uint64(16)
                | reviews << np.uint64(32)
                | _safe(seats) << np.uint64(48)
            )


@kernel
def _plain(g: Graph, y: YearRates, first: int, last: int) -> int:
    """1 if competing risks depend on state, sex and age alone."""
    for risk in range(first, last):
        if g.covariates[risk] != 0 or g.has_workload[risk] or y.lever_index[risk] > 0:
            return 0
        if y.shift_index[risk] > 0:
            return 0
    return 1


@kernel
def base_thresholds(g: Graph) -> U64:
    """For risks that depend on state, sex and age alone: words below it choose this risk or one before it."""
    out = np.zeros(g.base.shape, np.uint64)
    for state in range(g.state.shape[0]):
        for column in (EXIT_FIRST, SEAT_FIRST):
            first, last = g.state[state, column], g.state[state, column + 1]
            for sex in range(g.base.shape[0]):
                for age in range(AGES):
                    total = 0.0
                    for risk in range(first, last):
                        total += g.base[sex, age, risk]
                    if total <= 0.0:
                        continue
                    any_of_them = -math.expm1(-total)
                    running = 0.0
                    for risk in range(first, last):
                        running += g.base[sex, age, risk]
                        out[sex, age, risk] = threshold(any_of_them * (running / total))
    return out


@kernel
def _highest(g: Graph, y: YearRates, scale: F64, first: int, last: int, age: int) -> float:
    total = 0.0
    for risk in range(first, last):
        lever = y.lever_highest[y.lever_index[risk], age]
        base = max(g.base[0, age, risk], g.base[1, age, risk])
        if y.shift_index[risk] > 0:
            base = y.shifted_highest[y.shift_index[risk], age]
        total += base * scale[risk] * lever
    return total


@kernel
def _safe(total: float) -> np.uint64:
    """The first 15 bits of the highest word at which one of these rates can strike."""
    if total <= 0.0:
        return np.uint64(0)
    word = np.uint64(min(math.ceil(-math.expm1(-total * 1.000001) * 4294967296.0) + 1.0, 4294967295.0))
    return word >> np.uint64(FINE)
