"""Small formulas that several published calculations share: ratios, percentages, the straight line."""

from __future__ import annotations

import math

__all__ = ["change_percent", "on_line", "part_of", "per_100000", "per_head", "share_percent"]


def per_head(number: float, heads: float) -> float:
    """Give a number (such as inhabitants) per head; infinite without heads, no number for 0 by 0."""
    if heads == 0:
        return math.nan if number == 0 else math.inf
    return number / heads


def per_100000(persons: float, inhabitants: float) -> float:
    """Persons per 100 000 inhabitants."""
    return 100_000.0 * persons / inhabitants


def share_percent(part: float, whole: float) -> float:
    """Give the part in percent of the whole; no number if the whole is nothing."""
    return 100 * part / whole if whole else math.nan


def part_of(whole: float, percent: float) -> float:
    """Give the given percentage of the whole, in the unit of the whole."""
    return whole * percent / 100


def change_percent(first: float, last: float) -> float:
    """Change from first to last in percent of the first."""
    return 100.0 * (last / first - 1.0)


def on_line(passed: float, first: float, last: float) -> float:
    """Give the number after a part of the time (0-1) on the straight line between first and last."""
    return first + passed * (last - first)
