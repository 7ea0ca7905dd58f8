"""`lever_words`: a lever in one line; `lever_rows`: all levers of a run, with source and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from careersim.model.lever_records import LeverRecord
from careersim.types import COUNTY_NAMES

__all__ = ["lever_rows", "lever_words"]

_SIGNS = {"multiply": "×", "add": "+", "set": "="}
_WHAT = {
    "retirement_age": "years of age",
    "working_time": "the shares below the highest level",
    "attractiveness": "utility",
    "substitution": "full-time equivalents of a specialist each",
}
"""What the number of a lever belongs to, where its kind and target do not tell."""


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
    targets = lever["target"] if isinstance(lever["target"], list) else [lever["target"]]
    value = f"{_SIGNS[lever['operation']]} {lever['value']:g}".replace("+ -", "− ")
    if lever.get("bonus") is not None:
        value += " SEK a month"
    if lever["kind"] in _WHAT:
        value = f"{_WHAT[lever['kind']]} {value}"
    words = [lever["kind"], ", ".join(targets), value, f"from {lever['from']}"]
    if lever.get("profession") is not None:
        words.insert(0, lever["profession"])
    if lever.get("to") is not None:
        words.append(f"to {lever['to']}")
    if lever.get("counties"):
        words.append(f"in {', '.join(COUNTY_NAMES[code] for code in lever['counties'])}")
    if lever.get("sectors"):
        words.append(f"for {', '.join(lever['sectors'])} employers")
    if lever.get("ages"):
        words.append(f"at ages {lever['ages']}")
    if lever.get("decay_years") is not None:
        words.append(f"(half of it gone after {lever['decay_years']:g} years)")
    if lever.get("bonus") is not None:
        words.append(f"({_contract(lever['bonus'])})")
    return " ".join(words)


def _contract(bonus: Mapping[str, Any]) -> str:
    """Whose contract it is and for how long, and what part of whom signs it."""
    who = "newcomers and incumbents" if bonus["who"] == "both" else bonus["who"]
    years = bonus["commitment_years"]
    duration = f"{years} years" if years > 1 else "one year"
    return f"contracts of {duration} for {who}, signed by {bonus['uptake']['value']:.0%}"


def lever_rows(records: Iterable[LeverRecord]) -> list[dict[str, Any]]:
    """Describe levers as plain data.

    Parameters
    ----------
    records
        Levers in the order in which they act.

    Returns
    -------
    Name, profession (None for all), what the lever does in words, source with its kind, evidence card (None
    if there is none), file, and the numbers that it has besides its value.
    """
    return [
        {
            "name": record.name,
            "profession": record.profession,
            "does": lever_words(record.written),
            "source": record.source,
            "kind_of_source": record.kind_of_source,
            "evidence": record.evidence,
            "layer": record.layer,
            "numbers": [asdict(number) for number in record.numbers],
        }
        for record in records
    ]
