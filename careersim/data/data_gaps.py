"""`data_gaps`: the six registers that Socialstyrelsen misses, and which uncertain numbers each would tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from careersim.data.documents import document
from careersim.data.entries import Entry
from careersim.data.shipped import shipped_yaml
from careersim.errors import DataError

__all__ = ["OTHER", "DataGap", "data_gaps", "gaps_of"]

OTHER = "other"
"""The group of what no gap holds."""

_FILE = "data_gaps.yaml"


@dataclass(frozen=True, slots=True)
class DataGap:
    """A group of uncertain numbers that one register would tell.

    Attributes
    ----------
    key
        Its name in tables; `OTHER` for what no gap holds.
    label_en, label_sv
        What the register would be about.
    note
        Why these numbers belong to it.
    parameters
        Their paths, `profession.parameter`; empty for `OTHER`.
    """

    key: str
    label_en: str
    label_sv: str
    note: str
    parameters: tuple[str, ...]


def gaps_of(paths: Iterable[str]) -> tuple[str, ...]:
    """Name the gap of every path, in their order; `OTHER` where there is none."""
    known = {path: gap.key for gap in data_gaps() for path in gap.parameters}
    return tuple(known.get(path, OTHER) for path in paths)


@cache
def data_gaps() -> tuple[DataGap, ...]:
    """Read the table of gaps: the six in Socialstyrelsen's order, then `OTHER`.

    Raises
    ------
    DataError
        If a path comes twice, a key is unknown, or the document is none of ours.
    """
    file = Entry(shipped_yaml(_FILE), _FILE)
    source = file.optional_entry("source")
    if source is None:
        raise DataError("missing key 'source'", where=_FILE)
    document(source.text("document"))
    source.text("place")
    source.refuse_unread()
    found = []
    for key, entry in file.entries("gaps").items():
        words = (entry.text("label_en"), entry.text("label_sv"), entry.text("note"))
        found.append(DataGap(key, *words, entry.texts("parameters")))
        entry.refuse_unread()
    rest = file.optional_entry(OTHER)
    if rest is None:
        raise DataError(f"missing key '{OTHER}'", where=_FILE)
    found.append(DataGap(OTHER, rest.text("label_en"), rest.text("label_sv"), "", ()))
    rest.refuse_unread()
    file.refuse_unread()
    seen: dict[str, str] = {}
    for gap in found:
        for path in gap.parameters:
            if path in seen:
                raise DataError(f"'{path}' belongs to {seen[path]} and to {gap.key}", where=_FILE)
            seen[path] = gap.key
    return tuple(found)
