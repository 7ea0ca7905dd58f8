"""Run files laid over each other by `extends`; each value remembers the file and the line it came from.

A key of the upper file replaces the key of the lower one; mappings are merged key by key, levers are
appended. Of a list of files a later one lies higher and has the last word. A parameter record is replaced
as a whole, because half of one record and half of another would mix the source of one number with the value
of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TypeAlias

from careersim.config.cost_spec import GENERAL_PRICES
from careersim.config.fault_report import Fault
from careersim.config.faults import format_key_path
from careersim.config.yaml_source import KeyPath, Position, SourceDocument, YamlValue

__all__ = ["Overlay", "lay_over"]

Origins: TypeAlias = dict[KeyPath, tuple[int, KeyPath]]

# The merged document counts the lines of layer n from n times this, more than any file that may be read has.
_LINES = 10_000_000
_GENERAL_PRICES = {(name,) for name in GENERAL_PRICES}
_LEVER = re.compile(r"levers\[(\d+)\]")


@dataclass(frozen=True)
class Overlay:
    """Layers of one run file and what they say together.

    Attributes
    ----------
    layers
        The files, lowest first; the last one is the file that was asked for.
    document
        The merged content. Its positions are those of the layers, told apart by `_LINES`.
    origins
        For every key path of the merged content: index of the layer, and the key path there.
    """

    layers: tuple[SourceDocument, ...]
    document: SourceDocument
    origins: Origins

    def origin(self, key_path: KeyPath) -> tuple[SourceDocument, KeyPath]:
        """File of a value and its key path there; for a key that no file has, those of the enclosing key."""
        known = key_path
        while known and known not in self.origins:
            known = known[:-1]
        layer, there = self.origins.get(known, (len(self.layers) - 1, ()))
        return self.layers[layer], (*there, *key_path[len(known) :])

    def relocate(self, fault: Fault) -> Fault:
        """Translate a fault of the merged document to the file that is to be mended."""
        layer, line = divmod(fault.line or 1, _LINES)
        key = _LEVER.sub(self._own_lever, fault.key)
        remedy = _LEVER.sub(self._own_lever, fault.remedy or "") or None
        return replace(fault, file=str(self.layers[layer].path), line=line, key=key, remedy=remedy)

    def _own_lever(self, match: re.Match[str]) -> str:
        """The number of a lever in its own file."""
        _, there = self.origin(("levers", int(match[1])))
        return format_key_path(there)


def lay_over(layers: tuple[SourceDocument, ...]) -> Overlay:
    """Merge run files.

    Parameters
    ----------
    layers
        At least one file, lowest first.

    Returns
    -------
    The merged content with the origin of every value.
    """
    data = deepcopy(layers[0].data)
    origins: Origins = {path: (0, path) for path in _paths(data, ())}
    for number, layer in enumerate(layers[1:], start=1):
        _apply(data, deepcopy(layer.data), (), number, origins)
    top = len(layers) - 1
    origins[()] = (top, ())
    positions: dict[KeyPath, Position] = {}
    for path, (number, there) in origins.items():
        line, column = layers[number].position(there)
        positions[path] = (number * _LINES + line, column)
    document = SourceDocument(layers[top].path, data, layers[top].sha256, positions)
    return Overlay(layers, document, origins)


def _apply(
    below: dict[str, YamlValue], above: dict[str, YamlValue], path: KeyPath, layer: int, origins: Origins
) -> None:
    """Lay one mapping over another in place."""
    for key, value in above.items():
        here = (*path, key)
        lower = below.get(key)
        if isinstance(lower, dict) and isinstance(value, dict) and not _is_record(here):
            origins[here] = (layer, here)
            _apply(lower, value, here, layer, origins)
        elif here == ("levers",) and isinstance(lower, list) and isinstance(value, list):
            for number, item in enumerate(value):
                merged = ("levers", len(lower))
                lower.append(item)
                origins.update(
                    ((*merged, *rest), (layer, ("levers", number, *rest))) for rest in _paths(item, ())
                )
        else:
            for old in [old for old in origins if old[: len(here)] == here]:
                del origins[old]
            below[key] = value
            origins.update((new, (layer, new)) for new in _paths(value, here))


def _is_record(path: KeyPath) -> bool:
    if path[0] == "costs":
        return (path[:2] == ("costs", "prices") and len(path) == 3) or path[1:] in _GENERAL_PRICES
    if len(path) == 3 and path[:2] == ("guideline", "substitution"):
        return True
    return (len(path) == 3 and path[0] == "parameters") or path == ("demand", "need_weight")


def _paths(value: YamlValue, path: KeyPath) -> Iterator[KeyPath]:
    """Key paths of a value and of everything below it."""
    yield path
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _paths(below, (*path, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _paths(below, (*path, number))
