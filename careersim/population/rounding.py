"""Controlled rounding: whole persons in a joint table, within one person of every margin."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from careersim.population.margins import Floats, Margin, check_margins, margin_fault, spread, sums

__all__ = ["cumulated_rounding", "integerize", "largest_remainders"]

Counts = NDArray[np.int64]
Cell = tuple[int, ...]

EXACT_WEIGHT = 1e6
"""Weight of a squared deviation from a margin marked exact, against 1 for others."""

SMALLEST_GAIN = 1e-7
"""Above the rounding error of weighted deviations."""

DETOURS = 2000
GOLDEN = 0.6180339887498949


def integerize(table: Floats, margins: Sequence[Margin], balance: Sequence[Margin] = ()) -> Counts:
    """Round a table to whole numbers under control of its margins.

    The start is the floor of every cell. What is left goes to the slices of the first axis by largest
    remainders and, within a slice, to cells at even distances along the cumulated remainders: largest
    remainders alone would give nothing to the small slices of a thin table. Then single units move
    between cells: of the moves along one set of axes always the one that lowers the sum of squared margin
    deviations most, ties to the first cell, until no move along any set of axes lowers it.

    Parameters
    ----------
    table
        Non-negative; zeros are structural. Not overwritten.
    margins
        Targets with the total of the table. Deviations from margins marked `exact` outweigh all others.
    balance
        Further margins to come close to as far as `margins` allow; nothing is promised about them.

    Returns
    -------
    Non-negative whole numbers of the same shape, with the total of the table (rounded, if it is not
    whole). Every cell of `margins` is within one of its target.

    Raises
    ------
    UserError
        If a margin is malformed, or scattered zeros leave no rounding within one that the moves find.
    """
    table = np.asarray(table, dtype=np.float64)
    check_margins(table, [*margins, *balance], total=float(table.sum()))
    for margin in margins:
        if margin.exact and (margin.target != np.rint(margin.target)).any():
            raise margin_fault(
                margin, "an exact margin has fractions", expected="whole numbers", remedy="round its targets"
            )
    counts = _first_rounding(table)
    if balance:
        _Repair(counts, table > 0, [*margins, *balance]).descend()
    repair = _Repair(counts, table > 0, margins)
    repair.descend()
    if not repair.within_bounds():
        # Only scattered zeros get a descent stuck: without them, of two cells of a margin that are more
        # than one apart in deviation, the higher can always give a unit to the lower.
        repair.take_detours()
    for margin, deviation in zip(margins, repair.deviations, strict=True):
        if _excess(margin, deviation) > 0:
            cell = tuple(
                int(index) for index in np.unravel_index(np.abs(deviation).argmax(), deviation.shape)
            )
            raise margin_fault(
                margin,
                f"no rounding found within one of the target {margin.target[cell]:.10g} of cell {cell}",
                remedy="allow more cells of the table, or coarsen the margin",
            )
    return repair.counts


def largest_remainders(values: Floats, total: int) -> Counts:
    """Round values down and give the units that lack to `total` to the largest remainders, ties to the first.

    Parameters
    ----------
    values
        One dimension, non-negative.
    total
        Between the sum of the floors and that sum plus the number of values.
    """
    counts = np.floor(values).astype(np.int64)
    order = np.argsort(counts - values, kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def cumulated_rounding(values: Floats, offset: float = 0.5) -> Counts:
    """Round every leading sum, so that each value and each run of values is off by less than one.

    Parameters
    ----------
    values
        One dimension, non-negative.
    offset
        From 0 to below 1; one half rounds the total to the nearest whole number.
    """
    ends = np.floor(np.cumsum(values) + offset).astype(np.int64)
    return np.diff(ends, prepend=0)


def _first_rounding(table: Floats) -> Counts:
    """Round the total; no control of margins but the first axis yet."""
    flat = table.reshape(len(table), -1)
    slices = flat.sum(axis=1)
    wanted = largest_remainders(slices, round(float(slices.sum())))
    counts = np.floor(flat).astype(np.int64)
    for index, row in enumerate(flat):
        remainders = np.cumsum(row - counts[index])
        lacking = int(wanted[index] - counts[index].sum())
        if lacking:
            # The offset differs between slices, so that they do not all favour the same cells.
            offset = (index + 0.5) * GOLDEN % 1.0
            ends = np.floor(remainders / remainders[-1] * lacking + offset).astype(np.int64)
            counts[index] += np.diff(ends, prepend=0)
    return counts.reshape(table.shape)


def _excess(margin: Margin, deviation: Floats) -> float:
    """How far a margin is beyond what it may deviate; the slack is for the sums of the targets."""
    return float(np.abs(deviation).max(initial=0.0)) - (0.0 if margin.exact else 1.0 + 1e-6)


class _Repair:
    """Moves of single units between cells that bring the margins of `counts` to their targets; in place."""

    def __init__(self, counts: Counts, allowed: NDArray[np.bool_], margins: Sequence[Margin]) -> None:
        self.counts = counts
        self.margins = margins
        self.weights = [EXACT_WEIGHT if margin.exact else 1.0 for margin in margins]
        self.deviations = [sums(counts.astype(np.float64), m.axes) - m.target for m in margins]
        # Views: they follow the deviations.
        self.broadcast = [
            spread(deviation, m.axes, counts.ndim)
            for m, deviation in zip(margins, self.deviations, strict=True)
        ]
        self.allowed = allowed
        axes = range(counts.ndim)
        subsets = [subset for size in axes for subset in combinations(axes, size + 1)]
        # A move along some axes changes the margins that see one of them, and each costs its weight.
        self.costs = {
            subset: sum(
                weight for weight, m in zip(self.weights, margins, strict=True) if set(subset) & set(m.axes)
            )
            for subset in subsets
        }

    def descend(self) -> None:
        """Move units as long as a move lowers the weighted sum of squared deviations."""
        subsets = list(self.costs)
        turn = failed = 0
        source, target = self.scores()
        while failed < len(subsets):
            gain, give, take = self.best_move(source, target, subsets[turn], SMALLEST_GAIN)
            if gain > SMALLEST_GAIN:
                self.move(give, take)
                source, target = self.scores()
                failed = 0
            else:
                failed += 1
                turn = (turn + 1) % len(subsets)

    def take_detours(self) -> None:
        """Take the best move even if uphill, without turning back at once, until all is within bounds."""
        shape = self.counts.shape
        rest_from_giving = np.zeros(shape, dtype=np.int64)
        rest_from_taking = np.zeros(shape, dtype=np.int64)
        for step in range(DETOURS):
            if self.within_bounds():
                return
            source, target = self.scores()
            source[rest_from_giving > step] = -np.inf
            target[rest_from_taking > step] = np.inf
            gain, give, take = max(
                (self.best_move(source, target, axes) for axes in self.costs), key=lambda move: move[0]
            )
            if gain == -np.inf:
                return
            self.move(give, take)
            # The time of rest varies, so that the search does not run in a circle.
            rest_from_giving[take] = rest_from_taking[give] = step + 3 + step % 7

    def within_bounds(self) -> bool:
        """Tell whether every margin is as close to its target as it must be."""
        pairs = zip(self.margins, self.deviations, strict=True)
        return all(_excess(margin, deviation) <= 0 for margin, deviation in pairs)

    def scores(self) -> tuple[Floats, Floats]:
        """Score cells as givers (the higher the better) and as takers (the lower the better) of a unit."""
        score = np.zeros(self.counts.shape)
        for weight, deviation in zip(self.weights, self.broadcast, strict=True):
            score += weight * deviation
        return np.where(self.counts > 0, score, -np.inf), np.where(self.allowed, score, np.inf)

    def best_move(
        self, source: Floats, target: Floats, axes: Cell, above: float = -np.inf
    ) -> tuple[float, Cell, Cell]:
        """Find the move along `axes` that lowers the weighted squares most: half of that, giver, taker.

        Giver and taker are not looked for unless it lowers them by more than a bound.
        """
        high, low = source.max(axis=axes, keepdims=True), target.min(axis=axes, keepdims=True)
        possible = low < np.inf
        gain = np.where(possible, high, -np.inf) - np.where(possible, low, 0.0) - self.costs[axes]
        best = int(gain.argmax())
        most = float(gain.ravel()[best])
        if most <= above:
            return most, (), ()
        line = np.unravel_index(best, gain.shape)
        along = tuple(slice(None) if axis in axes else line[axis] for axis in range(source.ndim))
        give, take = int(source[along].argmax()), int(target[along].argmin())
        return most, self._cell(axes, line, give), self._cell(axes, line, take)

    def _cell(self, axes: Cell, line: tuple[np.intp, ...], position: int) -> Cell:
        inside = np.unravel_index(position, [self.counts.shape[axis] for axis in axes])
        place = dict(zip(axes, inside, strict=True))
        return tuple(int(place.get(axis, index)) for axis, index in enumerate(line))

    def move(self, give: Cell, take: Cell) -> None:
        """Move one unit."""
        self.counts[give] -= 1
        self.counts[take] += 1
        for margin, deviation in zip(self.margins, self.deviations, strict=True):
            deviation[tuple(give[axis] for axis in margin.axes)] -= 1
            deviation[tuple(take[axis] for axis in margin.axes)] += 1
