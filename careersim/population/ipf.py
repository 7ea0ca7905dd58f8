"""Joint tables from margins by iterative proportional fitting; `rounding` makes them whole.

Of all tables that meet the margins and have the zeros of the seed table, the fitted one is closest to the
seed table in relative entropy; from a uniform seed and margins of single axes it is independence.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from careersim.errors import UserError
from careersim.population.margins import Floats, Margin, check_margins, margin_fault, spread, sums

__all__ = ["fit"]

TOLERANCE = 1e-10
"""Largest relative deviation from a target cell."""

ROUNDS = 5000
WATCHED_ROUNDS = 100
"""Fitting stops when so many rounds have not brought the largest deviation down by one per cent."""


def fit(seed_table: Floats, margins: Sequence[Margin]) -> Floats:
    """Scale a seed table in turn to each margin until all are met.

    Parameters
    ----------
    seed_table
        Non-negative, any number of dimensions; zeros are structural. Not overwritten.
    margins
        Targets with one common total, over any axes of the table.

    Returns
    -------
    A new table of the same shape; every margin cell is within 1e-10 of its target, relatively.

    Raises
    ------
    UserError
        If a margin is malformed, totals differ, or the margins and the zeros contradict each other; the
        message names the margin.
    """
    table = np.array(seed_table, dtype=np.float64)
    check_margins(table, margins)
    for margin in margins:
        unreachable = (margin.target > 0) & (sums(table, margin.axes) == 0)
        if unreachable.any():
            raise _contradiction(margin, int(unreachable.argmax()), "every cell of the table is zero there")
    largest: list[float] = []
    while True:
        for margin in margins:
            found = sums(table, margin.axes)
            ratio = np.divide(margin.target, found, out=np.zeros_like(found), where=found > 0)
            table *= spread(ratio, margin.axes, table.ndim)
        deviations = [_relative_deviation(table, margin) for margin in margins]
        largest.append(max((float(part.max()) for part in deviations), default=0.0))
        if largest[-1] <= TOLERANCE:
            return table
        stalled = len(largest) > WATCHED_ROUNDS and largest[-1] > 0.99 * largest[-1 - WATCHED_ROUNDS]
        if stalled or len(largest) == ROUNDS:
            worst = max(range(len(margins)), key=lambda index: float(deviations[index].max()))
            reason = "the other margins and the zeros of the table do not allow it"
            raise _contradiction(margins[worst], int(deviations[worst].argmax()), reason)


def _relative_deviation(table: Floats, margin: Margin) -> Floats:
    deviation = np.abs(sums(table, margin.axes) - margin.target)
    return np.divide(deviation, margin.target, out=deviation.copy(), where=margin.target > 0)


def _contradiction(margin: Margin, position: int, reason: str) -> UserError:
    cell = tuple(int(index) for index in np.unravel_index(position, margin.target.shape))
    return margin_fault(
        margin,
        f"cell {cell} cannot reach its target {margin.target[cell]:.10g}: {reason}",
        remedy="correct the margins, or allow more cells",
    )
