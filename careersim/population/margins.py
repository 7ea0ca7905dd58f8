"""`Margin`: what a joint table must sum to; and the sums and checks that fitting and rounding share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.errors import UserError

__all__ = ["Floats", "Margin", "check_margins", "margin_fault", "spread", "sums"]

Floats = NDArray[np.float64]

SAME_TOTAL = 1e-9
"""Totals that differ by less, relatively, are the same."""


@dataclass(frozen=True, eq=False)
class Margin:
    """What a table must sum to over all axes but a few.

    Attributes
    ----------
    name
        How messages call it.
    axes
        The axes that remain, ascending.
    target
        The sums, one dimension for each of `axes`; in the unit of the table.
    exact
        Whether rounding must hit it exactly (its targets are then whole numbers), not within one.
    """

    name: str
    axes: tuple[int, ...]
    target: Floats
    exact: bool = False


def sums(table: Floats, axes: tuple[int, ...]) -> Floats:
    """Sum a table over all axes but `axes`."""
    others = tuple(axis for axis in range(table.ndim) if axis not in axes)
    return np.asarray(table.sum(axis=others), dtype=np.float64)


def spread(values: Floats, axes: tuple[int, ...], dimensions: int) -> Floats:
    """Give a margin the dimensions of its table, with length 1 along the axes that it has not."""
    shape = iter(values.shape)
    return values.reshape([next(shape) if axis in axes else 1 for axis in range(dimensions)])


def margin_fault(margin: Margin, message: str, *, expected: str | None = None, remedy: str) -> UserError:
    """Word an error about one margin."""
    return UserError(message, where=f"margin '{margin.name}'", expected=expected, remedy=remedy)


def check_margins(table: Floats, margins: Sequence[Margin], total: float | None = None) -> None:
    """Refuse what is not a table with margins.

    Parameters
    ----------
    table
        Must be finite and non-negative.
    margins
        Must fit the shape of the table, be finite and non-negative, and have one total.
    total
        The common total; that of the first margin if None.

    Raises
    ------
    UserError
        That names the margin and what is wrong with it.
    """
    if not np.isfinite(table).all() or (table < 0).any():
        raise UserError(
            "the table has negative or non-finite cells",
            expected="numbers of 0 or more",
            remedy="correct the table",
        )
    for margin in margins:
        ascending = tuple(sorted(set(margin.axes))) == margin.axes
        if not margin.axes or not ascending or not 0 <= margin.axes[0] <= margin.axes[-1] < table.ndim:
            raise margin_fault(
                margin,
                f"axes {margin.axes} are not axes of the table",
                expected=f"different numbers from 0 to {table.ndim - 1}, ascending",
                remedy="correct the axes",
            )
        shape = tuple(table.shape[axis] for axis in margin.axes)
        if margin.target.shape != shape:
            raise margin_fault(
                margin,
                f"the target has shape {margin.target.shape}",
                expected=f"{shape}, as the table has along axes {margin.axes}",
                remedy="give one target for each cell",
            )
        if not np.isfinite(margin.target).all() or (margin.target < 0).any():
            raise margin_fault(
                margin,
                "a target is negative or not finite",
                expected="0 or more",
                remedy="correct the target",
            )
        found = float(margin.target.sum())
        total = found if total is None else total
        if abs(found - total) > SAME_TOTAL * max(found, total):
            raise margin_fault(
                margin,
                f"its total {found:.10g} differs from the total {total:.10g} of the others",
                expected="one total for all margins",
                remedy="scale the margins to one total",
            )
