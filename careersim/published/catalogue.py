"""The published calculations by name. A new one is a module with a `CALCULATION`, and a line here."""

from __future__ import annotations

from importlib import import_module

from careersim.errors import UserError, nearest_name
from careersim.published.declare import Calculation

__all__ = ["CALCULATIONS", "calculation"]

CALCULATIONS: dict[str, str] = {
    "baseline-2023": "careersim.published.baseline_2023",
    "simplified-model": "careersim.published.simplified_model",
    "dlf": "careersim.published.dlf",
    "scb-projection": "careersim.published.scb_projection",
    "per-inhabitant": "careersim.published.per_inhabitant",
    "list-size": "careersim.published.list_size",
    "at-places": "careersim.published.at_places",
    "retirement": "careersim.published.retirement",
    "fte-per-list": "careersim.published.fte_per_list",
    "time-to-certificate": "careersim.published.time_to_certificate",
    "flow-closure": "careersim.published.flow_closure",
    "regulated-guideline": "careersim.published.regulated_guideline",
}
"""Module of each calculation, in the order in which they are listed."""


def calculation(name: str) -> Calculation:
    """Give a published calculation.

    Raises
    ------
    UserError
        If there is none of this name; the message gives the nearest one.
    """
    if name not in CALCULATIONS:
        raise UserError(
            f"there is no published calculation '{name}'",
            expected=f"one of {', '.join(CALCULATIONS)}",
            nearest=nearest_name(name, CALCULATIONS),
            remedy="`careersim published list` tells what each one is",
        )
    found: Calculation = import_module(CALCULATIONS[name]).CALCULATION
    return found
