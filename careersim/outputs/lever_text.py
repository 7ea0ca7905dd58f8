"""`lever_words`: a lever in one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from careersim.types import COUNTY_NAMES

__all__ = ["lever_words"]

_SIGNS = {"multiply": "×", "add": "+", "set": "="}


def lever_words(lever: Mapping[str, Any]) -> str:
    """Tell what a lever does, where and when.

    Parameters
    ----------
    lever
        As in `config.effective.levers` of a manifest.

    Returns
    -------
    For example `doctor seats st × 1.25 from 2027 in Jämtland`.
    """
    value = f"{_SIGNS[lever['operation']]} {lever['value']:g}".replace("+ -", "− ")
    words = [lever["profession"], lever["kind"], lever["target"], value, f"from {lever['from']}"]
    if lever.get("to") is not None:
        words.append(f"to {lever['to']}")
    if lever.get("counties"):
        words.append(f"in {', '.join(COUNTY_NAMES[code] for code in lever['counties'])}")
    if lever.get("sectors"):
        words.append(f"for {', '.join(lever['sectors'])} employers")
    if lever.get("ages"):
        words.append(f"at ages {lever['ages']}")
    return " ".join(words)
