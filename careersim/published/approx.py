"""Numbers known up to rounding, and what functions of them can be.

A published count of 130, rounded to the nearest 5, is some number from 127.5 to 132.5. What is calculated
from it has an interval too, and a printed result is reproduced when its own interval meets that one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from careersim.data.figures import Figure
from careersim.errors import InternalError

__all__ = [
    "Approx",
    "exactly",
    "grown_alike",
    "hull",
    "of_figure",
    "of_known_figure",
    "over_all",
    "through",
    "to_nearest",
    "total",
]


@dataclass(frozen=True, slots=True)
class Approx:
    """A number and the closed interval that holds the true one, all in the same unit; may be infinite."""

    value: float
    low: float
    high: float

    @property
    def certain(self) -> bool:
        """Whether the interval is a point."""
        return self.low == self.high


def exactly(value: float) -> Approx:
    """Take a number as exact."""
    return Approx(float(value), float(value), float(value))


def of_figure(figure: Figure) -> Approx | None:
    """Take a published figure with the interval that its rounding or wording leaves; None if not printed."""
    return None if figure.value is None else Approx(figure.value, figure.low, figure.high)


def of_known_figure(figure: Figure) -> Approx:
    """Take a published figure of a table in which every cell is printed.

    Raises
    ------
    InternalError
        If it is not.
    """
    number = of_figure(figure)
    if number is None:
        raise InternalError(f"{figure.table} has an empty cell: {figure.key}")
    return number


def hull(value: float, *parts: Approx | Figure) -> Approx:
    """Take a number as lying anywhere from the lowest to the highest end of some others (their hull)."""
    return Approx(value, min(part.low for part in parts), max(part.high for part in parts))


def to_nearest(number: Approx | None, step: float) -> float | None:
    """Round to the nearest multiple of a step, halves up; not at all if the step is 0 or next to it."""
    if number is None:
        return None
    if step == 0 or not math.isfinite(number.value / step):
        return number.value
    return math.floor(number.value / step + 0.5) * step


def through(function: Callable[..., float], *numbers: Approx | None) -> Approx | None:
    """Apply a function to numbers known up to rounding.

    Parameters
    ----------
    function
        Takes as many floats and gives one. In the box of the intervals it must rise or fall with each
        argument while the others are held: its extremes then lie in the corners, and the interval is exact.
    numbers
        Arguments; None where one is not known.

    Returns
    -------
    Value at the values, and the range over the corners; None if an argument is None or the value is no
    number.
    """
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers):
        return None
    value = function(*(number.value for number in known))
    if math.isnan(value):
        return None
    ends = [(number.value,) if number.certain else (number.low, number.high) for number in known]
    corners = [found for corner in product(*ends) if not math.isnan(found := function(*corner))]
    return Approx(value, min(value, *corners), max(value, *corners))


def total(numbers: Iterable[Approx | None]) -> Approx | None:
    """Add numbers up; None if one of them is not known.

    The interval is that of independent roundings at their worst: ends are added.
    """
    value = low = high = 0.0
    for number in numbers:
        if number is None:
            return None
        value, low, high = value + number.value, low + number.low, high + number.high
    return Approx(value, low, high)


def over_all(numbers: Sequence[Approx], statistic: Callable[[Sequence[float]], float]) -> Approx | None:
    """Apply an order statistic, which rises with each number; None if there is no number."""
    if not numbers:
        return None
    ends = ([n.value for n in numbers], [n.low for n in numbers], [n.high for n in numbers])
    return Approx(*(statistic(end) for end in ends))


def grown_alike(
    first: Approx | None, before_and_after: Iterable[tuple[Approx | None, Approx | None]]
) -> Approx | None:
    """Infer a later number from others that grew by the same factor.

    Parameters
    ----------
    first
        The number before.
    before_and_after
        Each of the others before and after; one that is not known, or was nothing, says nothing.

    Returns
    -------
    The numbers that agree with all of them, and their middle; None if there are none, or no others.
    """
    low, high = 0.0, math.inf
    for before, after in before_and_after:
        if before is not None and after is not None and before.low > 0:
            low = max(low, after.low / before.high)
            high = min(high, after.high / before.low)
    if first is None or not low <= high < math.inf:
        return None
    ends = (low * first.low, high * first.high)
    return Approx(sum(ends) / 2, *ends)
