"""`senseless`: targets whose numbers nothing can be compared with, told when they are read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from calibration.target_types import Target
from careersim.config.fault_report import Fault

__all__ = ["senseless"]

_LARGEST = 1e12
_FINEST, _WIDEST = 1e-9, 1e12
_SIGNED = ("flow",)
_PARTS = ("sector_share", "start_age_share")


def senseless(targets: Sequence[Target]) -> Iterator[Fault]:
    """Numbers that are none, that contradict their own interval, or that the measure can never give.

    Parameters
    ----------
    targets
        As read, in any order.

    Yields
    ------
    At most one fault a target, with file, line and column.
    """
    for target in targets:
        found = _of_numbers(target) or _of_measure(target)
        if found is not None:
            column, message, expected, remedy = found
            key = f"{target.block} {column}"
            yield Fault(target.file, target.line, key, message, expected, None, remedy)


_Wrong = tuple[str, str, str, str]


def _of_numbers(target: Target) -> _Wrong | None:
    value, low, high = target.value, target.low, target.high
    if value is not None and abs(value) > _LARGEST:
        return "value", f"a value of {value:g}", f"a number up to {_LARGEST:g}", "correct the number"
    ends = [end for end in (low, high) if math.isfinite(end)]
    if not ends or low == math.inf or high == -math.inf or max(map(abs, ends)) > _LARGEST:
        return "low", f"an interval of {low:g} to {high:g}", "one that ends on one side", "correct the ends"
    if value is not None and not low <= value <= high:
        return (
            "value",
            f"{value:g} is not within its own interval of {low:g} to {high:g}",
            "low <= value <= high",
            "correct one of the three, or leave `value` empty where only the interval is known",
        )
    if not _FINEST <= target.tolerance <= _WIDEST:
        return (
            "tolerance",
            f"a tolerance of {target.tolerance:g}",
            f"{_FINEST:g} to {_WIDEST:g}, in the unit of the measure",
            "say how far the model may be off for reasons other than chance",
        )
    if not 0 <= target.trials <= _LARGEST:
        return "trials", f"{target.trials:g} persons under risk", f"0 to {_LARGEST:g}", "correct the number"
    return None


def _of_measure(target: Target) -> _Wrong | None:
    """A published interval that lies wholly outside what can be measured."""
    remedy = "correct the number, or the measure"
    if target.high < 0 and target.measure not in _SIGNED:
        return "value", f"a {target.measure} below 0", "0 or more", remedy
    if target.low > 100 and target.measure in _PARTS:
        return "value", f"a {target.measure} above 100 percent", "0 to 100", remedy
    return None
