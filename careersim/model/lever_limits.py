"""`lever_limits`: what the value of a lever may be at least and at most."""

from __future__ import annotations

from careersim.config.parameter_spec import UNITS, Unit
from careersim.config.run_spec import LeverSpec

__all__ = ["LIST_SIZES", "lever_limits"]

_UNITS: dict[str, Unit] = {
    "seats": "posts",
    "supervision": "trainees_per_fte",
    "entry": "persons_per_year",
    "attractiveness": "utility",
    "substitution": "share",
}

_MOST_YEARS_OF_AGE = 20.0
"""Ages are shifted by at most so many years, either way."""

_MOST_SEK_PER_MONTH = 1e6
"""More is a sum for all, or for all years."""

_DEMAND_FACTORS = (0.01, 100.0)
"""A country without inhabitants has no guideline."""

LIST_SIZES = (1.0, 100_000.0)
"""Inhabitants per specialist or trainee that levers may lead to."""


def lever_limits(lever: LeverSpec) -> tuple[float, float]:
    """Give the lowest and the highest value of a lever, in the unit of its kind and operation."""
    if lever.kind == "demand" or (lever.kind == "list_size" and lever.operation == "multiply"):
        return _DEMAND_FACTORS
    if lever.kind == "list_size":
        return LIST_SIZES
    if lever.kind == "retirement_age":
        return -_MOST_YEARS_OF_AGE, _MOST_YEARS_OF_AGE
    if lever.kind == "bonus":
        return 0.0, _MOST_SEK_PER_MONTH
    factor = lever.operation == "multiply" or lever.kind not in _UNITS
    highest = UNITS["rate_ratio" if factor else _UNITS[lever.kind]][2]
    return (-highest if lever.operation == "add" else 0.0), highest
