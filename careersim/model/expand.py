"""From the nested `values` of a parameter to one number for every cell: bands, gaps, years between."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import prod

from pydantic import TypeAdapter, ValidationError

from careersim.config.fault_report import Fault
from careersim.config.loaded import Parameter
from careersim.config.parameter_spec import UNITS
from careersim.config.yaml_source import KeyPath
from careersim.errors import nearest_name
from careersim.model.slots import Slot
from careersim.model.table import DIMENSION_SIZES
from careersim.schema import COUNTY_CODES, SECTORS, SEXES
from careersim.types import CountyCode, Number

__all__ = ["Axes", "expand"]

_NUMBER = TypeAdapter(Number)
_COUNTY = TypeAdapter(CountyCode)
_BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_FILLABLE = ("age", "years_in_state", "county", "sector", "level")


@dataclass(frozen=True)
class Axes:
    """The dimensions whose length depends on the run: first and last year, and the levels in question."""

    first_year: int
    last_year: int
    levels: tuple[int, ...] = ()

    def size(self, dimension: str) -> int:
        """Length of a dimension."""
        if dimension == "year":
            return self.last_year - self.first_year + 1
        return len(self.levels) if dimension == "level" else DIMENSION_SIZES[dimension]


def expand(
    parameter: Parameter, slot: Slot, axes: Axes, report: Callable[[Fault], None]
) -> list[float] | None:
    """Give a number to every cell of a parameter that has `values`.

    Parameters
    ----------
    parameter
        The record; its numbers are checked against the range of its unit.
    slot
        Where it is used: says whether bands are spread and what unlisted cells hold.
    axes
        Years of the run and levels of the scheme.
    report
        Takes each fault found.

    Returns
    -------
    All cells, row-major in the order of the record's `by`; None if there was a fault.
    """
    expansion = _Expansion(parameter, slot, axes, report)
    if slot.spread and parameter.spec.otherwise is not None:
        message = "`otherwise` beside the shares of a whole spread over bands"
        expansion.fault(message, "otherwise", remedy="remove it; what is not listed has no share")
    return expansion.block(parameter.spec.values, 0, ("values",))


@dataclass(frozen=True)
class _Expansion:
    parameter: Parameter
    slot: Slot
    axes: Axes
    report: Callable[[Fault], None]

    def block(self, node: object, depth: int, path: KeyPath) -> list[float] | None:
        """Cells of the dimensions from `depth` on."""
        by = self.parameter.spec.by
        if depth == len(by):
            number = self.number(node, path)
            return None if number is None else [number]
        if not isinstance(node, dict) or not node:
            expected = f"keys of the dimension {by[depth]}"
            remedy = "nest `values` as deep as `by` has names"
            self.fault("one value stands where several belong", *path, expected=expected, remedy=remedy)
            return None
        if by[depth] == "year":
            return self.years(node, depth, path)
        return self.cells(node, depth, path)

    def cells(self, node: dict[str, object], depth: int, path: KeyPath) -> list[float] | None:
        """Cells of a dimension whose keys are names or bands."""
        dimension: str = self.parameter.spec.by[depth]
        found: dict[int, list[float]] = {}
        owner: dict[int, str] = {}
        sound = True
        for key, below in node.items():
            positions = self.positions(dimension, key, path)
            values = self.block(below, depth + 1, (*path, key))
            twice = next((owner[p] for p in positions or () if p in owner), None)
            if twice is not None:
                message = f"'{key}' overlaps '{twice}'"
                remedy = "let every one belong to one key only"
                self.fault(message, *path, key, expected=f"separate keys of {dimension}", remedy=remedy)
            if positions is None or values is None or twice is not None:
                sound = False
                continue
            share = len(positions) if self.slot.spread else 1
            for position in positions:
                owner[position] = key
                found[position] = [value / share for value in values] if share > 1 else values
        return self.filled(found, depth, path) if sound else None

    def filled(self, found: dict[int, list[float]], depth: int, path: KeyPath) -> list[float] | None:
        """Put the cells in order and fill those that are not listed."""
        by = self.parameter.spec.by
        dimension = by[depth]
        size = self.axes.size(dimension)
        below = prod(self.axes.size(name) for name in by[depth + 1 :])
        missing = [position for position in range(size) if position not in found]
        filler = self.parameter.spec.otherwise if dimension in _FILLABLE else None
        if filler is None or self.slot.spread:
            filler = self.slot.unlisted
        if missing and filler is None:
            remedy = "add the missing keys"
            remedy += ", or `otherwise`" if dimension in _FILLABLE else ""
            names = _ranges(dimension, missing, self.axes)
            self.fault(
                f"no value for {names}", *path, expected=f"a value for every {dimension}", remedy=remedy
            )
            return None
        filling = [] if filler is None else [filler] * below
        return [value for position in range(size) for value in found.get(position, filling)]

    def years(self, node: dict[str, object], depth: int, path: KeyPath) -> list[float] | None:
        """Cells of all years of the run from the years that are given."""
        given: dict[int, list[float]] = {}
        sound = True
        for key, below in node.items():
            values = self.block(below, depth + 1, (*path, key))
            if not _YEAR.fullmatch(key):
                self.fault(f"'{key}' is not a year", *path, key, expected="a calendar year such as 2024")
                sound = False
            elif values is None:
                sound = False
            else:
                given[int(key)] = values
        if not sound:
            return None
        run = range(self.axes.first_year, self.axes.last_year + 1)
        straight = self.parameter.spec.between == "linear"
        return [value for year in run for value in _at_year(given, year, straight=straight)]

    def positions(self, dimension: str, key: str, path: KeyPath) -> range | None:
        """Indices along the dimension that a key stands for."""
        if dimension in ("age", "years_in_state"):
            return self.band(dimension, key, path)
        if dimension == "county":
            return self.county(key, path)
        names: Sequence[str] = {"sex": SEXES, "sector": SECTORS}.get(
            dimension, tuple(str(level) for level in self.axes.levels)
        )
        if key in names:
            position = names.index(key)
            return range(position, position + 1)
        expected = (
            f"one of {', '.join(names)}" if names else "no levels, as no scheme of working time applies"
        )
        nearest = nearest_name(key, names)
        self.fault(f"unknown {dimension} '{key}'", *path, key, expected=expected, nearest=nearest)
        return None

    def band(self, dimension: str, key: str, path: KeyPath) -> range | None:
        last = self.axes.size(dimension) - 1
        match = _BAND.fullmatch(key)
        if match:
            low = int(match[1])
            high = int(match[2]) if match[2] else last if match[3] else low
            if low <= high <= last:
                return range(low, high + 1)
        examples = "30, 30-34 or 71+" if dimension == "age" else "0, 1-3 or 4+"
        expected = f"{examples}, from 0 to {last} and low before high"
        self.fault(f"'{key}' is not a band of {dimension}", *path, key, expected=expected)
        return None

    def county(self, key: str, path: KeyPath) -> range | None:
        try:
            position = COUNTY_CODES.index(_COUNTY.validate_python(key))
        except ValidationError as error:
            self.refused(error, *path, key)
            return None
        return range(position, position + 1)

    def number(self, node: object, path: KeyPath) -> float | None:
        """A leaf: one number within the range of the unit."""
        unit = self.parameter.spec.unit
        meaning, lowest, highest = UNITS[unit]
        try:
            number = _NUMBER.validate_python(node)
        except ValidationError as error:
            self.refused(error, *path)
            return None
        if lowest <= number <= highest:
            return number
        expected = f"{lowest:g} to {highest:g} ({meaning})"
        remedy = "change the value so that it lies in this range"
        self.fault(f"{number:g} is out of range for {unit}", *path, expected=expected, remedy=remedy)
        return None

    def refused(self, error: ValidationError, *path: str | int) -> None:
        context = error.errors(include_url=False)[0].get("ctx", {})
        words = {name: context.get(name) for name in ("expected", "nearest", "remedy")}
        self.fault(context.get("message", "not accepted"), *path, **words)

    def fault(
        self,
        message: str,
        *path: str | int,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        self.report(self.parameter.fault(message, *path, expected=expected, nearest=nearest, remedy=remedy))


def _at_year(given: dict[int, list[float]], year: int, *, straight: bool) -> list[float]:
    """Values of one year: the given ones, those before (step), or on the line between two given years."""
    before = max((known for known in given if known <= year), default=None)
    after = min((known for known in given if known >= year), default=None)
    if before is None or after is None:
        return given[min(given) if before is None else max(given)]
    if before == after or not straight:
        return given[before]
    weight = (year - before) / (after - before)
    return [low + (high - low) * weight for low, high in zip(given[before], given[after], strict=True)]


def _ranges(dimension: str, missing: Iterable[int], axes: Axes) -> str:
    """Name missing cells: single names, or bands of numbers."""
    if dimension not in ("age", "years_in_state"):
        names = {"sex": SEXES, "sector": SECTORS, "county": COUNTY_CODES}.get(dimension)
        words = names or tuple(str(level) for level in axes.levels)
        return f"{dimension} {', '.join(words[position] for position in missing)}"
    bands: list[list[int]] = []
    for position in missing:
        if bands and position == bands[-1][-1] + 1:
            bands[-1].append(position)
        else:
            bands.append([position])
    texts = (f"{band[0]}-{band[-1]}" if len(band) > 1 else f"{band[0]}" for band in bands)
    return f"{dimension} {', '.join(texts)}"
