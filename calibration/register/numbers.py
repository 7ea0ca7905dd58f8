"""The numbers to be estimated: the cells of every parameter that stands in a hazard, and where each acts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from careersim.config.career_spec import HazardSpec, TransitionSpec
from careersim.config.loaded import LoadedCareer
from careersim.model.graph import Hazard, Profession
from careersim.model.table import DIMENSION_SIZES, Table
from careersim.schema import COUNTY_CODES, SECTORS, SEXES

__all__ = ["NONE", "NUMBERS", "OTHERWISE", "ZERO", "Number", "Numbers", "Use", "numbers_of"]

NONE, ZERO, NUMBERS = 0, 1, 2
"""Positions in the list of logarithms: nothing acts (0), the rate is 0 (minus infinity), the first number."""

OTHERWISE = "otherwise"
"""Label of what a record does not list."""

LEVELS = 101
_CONDITIONS = ("at_home", "trained_abroad", "committed")
_TABLES = {"rate": None, "duration": "years_in_state", "county": "county", "sector": "sector"}
_BAND = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?", re.ASCII)
_COLUMNS = {"level": "fte_percent"}

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Number:
    """One cell of one parameter.

    Attributes
    ----------
    labels
        Keys of the cell in the order of the parameter's `by`; empty for a single number.
    published
        Its value in the run, as a rate per year or a ratio.
    """

    parameter: str
    labels: tuple[str, ...]
    published: float
    kind: str
    smooth: bool = False


@dataclass(frozen=True)
class Use:
    """One factor of a hazard: which number acts on whom.

    Attributes
    ----------
    kind
        Key of the hazard (`rate`, `duration`, ...).
    by
        Columns of the pairs that decide, in the order of the axes of `grid`.
    grid
        Position in the list of logarithms, over `by`.
    """

    parameter: str
    kind: str
    by: tuple[str, ...]
    grid: Ints

    def positions(self, columns: Callable[[str], Ints]) -> Ints:
        """Positions for all rows of a table."""
        if not self.by:
            return np.full(len(columns("state")), int(self.grid[()]), dtype=np.int64)
        places = tuple(
            np.clip(columns(name), 0, size - 1) for name, size in zip(self.by, self.grid.shape, strict=True)
        )
        found: Ints = self.grid[places]
        return found


@dataclass(frozen=True)
class Numbers:
    """All numbers of a profession's hazards.

    Attributes
    ----------
    cells
        Number i stands at position `NUMBERS + i`.
    transitions, mobility
        Factors of the hazard of a transition by its index; of the mobility of a state by its index.
    """

    cells: tuple[Number, ...]
    transitions: Mapping[int, tuple[Use, ...]]
    mobility: Mapping[int, tuple[Use, ...]]

    def logarithms(self) -> NDArray[np.float64]:
        """Logarithms of the published numbers, at their positions."""
        return np.array([0.0, -np.inf, *(log(cell.published) for cell in self.cells)])


def numbers_of(career: LoadedCareer, profession: Profession, smooth: Iterable[str] = ()) -> Numbers:
    """Collect the numbers of all hazards of form `hazard` and of all mobilities.

    Parameters
    ----------
    career, profession
        The same profession, as loaded and as built, without levers.
    smooth
        Parameters that get a number for every single year of age.

    Returns
    -------
    The numbers; a value of 0 is none, since nothing can be learnt about the logarithm of 0.
    """
    builder = _Builder(career, frozenset(smooth))
    spec = career.spec
    transitions: dict[int, tuple[Use, ...]] = {}
    for index, (name, arrow) in enumerate(spec.transitions.items()):
        built = profession.transitions[index].hazard
        if arrow.form == "hazard" and built is not None:
            assert profession.transitions[index].name == name
            transitions[index] = tuple(builder.uses(arrow, built))
    mobility: dict[int, tuple[Use, ...]] = {}
    for index, state in enumerate(spec.states.values()):
        moves = profession.states[index].mobility
        if state.relocates is not None and moves is not None:
            mobility[index] = tuple(builder.uses(spec.mobility[state.relocates], moves))
    return Numbers(tuple(builder.cells), transitions, mobility)


class _Builder:
    """Gives every parameter its cells once, however many hazards name it."""

    def __init__(self, career: LoadedCareer, smooth: frozenset[str]) -> None:
        self._career = career
        self._smooth = smooth
        self._known: dict[tuple[str, str], Use] = {}
        self.cells: list[Number] = []

    def uses(self, spec: HazardSpec | TransitionSpec, built: Hazard) -> Iterator[Use]:
        """The factors of one hazard."""
        for kind in (*_TABLES, *_CONDITIONS, "working_time"):
            name = getattr(spec, kind)
            if name is not None:
                if (name, kind) not in self._known:
                    self._known[name, kind] = self._use(name, kind, built)
                yield self._known[name, kind]

    def _use(self, name: str, kind: str, built: Hazard) -> Use:
        if kind in _CONDITIONS:
            position = self._add(Number(name, (), float(getattr(built, kind)), kind))
            return Use(name, kind, (kind,), np.array([NONE, position]))
        spec = self._career.parameters[name].spec
        by: tuple[str, ...] = tuple(spec.by)
        if spec.data is not None and spec.data.by == "county":
            by, values = ("county",), dict.fromkeys(COUNTY_CODES, 0.0)
        else:
            values = spec.values or {}
        smooth = name in self._smooth and kind == "rate" and "age" in by
        shape = tuple(LEVELS if one == "level" else DIMENSION_SIZES[one] for one in by)
        labels = np.full(shape, -1, dtype=np.int64)
        found: list[tuple[str, ...]] = []
        if by:
            _spread(values, by, 0, labels, (), found)
        else:
            found.append(())
            labels[()] = 0
        published = _published(kind, by, built)
        grid = np.full(shape, ZERO, dtype=np.int64)
        positions: dict[tuple[object, ...], int] = {}
        for place in np.ndindex(shape):
            value, listed = published(place), labels[place] >= 0
            if value <= 0:
                continue
            if not listed and kind == "working_time":
                grid[place] = NONE  # levels that are not listed have the ratio 1
                continue
            label = found[labels[place]] if listed else (OTHERWISE,)
            if smooth:
                label = tuple(_name(one, i) for one, i in zip(by, place, strict=True))
            if label not in positions:
                positions[label] = self._add(Number(name, label, value, kind, smooth))
            grid[place] = positions[label]
        return Use(name, kind, tuple(_COLUMNS.get(one, one) for one in by), grid)

    def _add(self, cell: Number) -> int:
        self.cells.append(cell)
        return NUMBERS + len(self.cells) - 1


def _published(kind: str, by: tuple[str, ...], built: Hazard) -> Callable[[tuple[int, ...]], float]:
    """The value of the run at each place."""
    if kind == "working_time":
        ratios = dict(built.working_time)
        return lambda place: ratios.get(place[0], 1.0)
    table = getattr(built, kind)
    assert isinstance(table, Table)
    return lambda place: table.at(**dict(zip(by, place, strict=True)))


def _spread(
    node: Mapping[str, object],
    by: tuple[str, ...],
    depth: int,
    grid: Ints,
    labels: tuple[str, ...],
    found: list[tuple[str, ...]],
) -> None:
    """Write the number of each listed cell over the places that it stands for."""
    for key, below in node.items():
        block = grid[_positions(by[depth], key)]
        if depth + 1 < len(by):
            assert isinstance(below, Mapping)
            for line in block:
                _spread(below, by, depth + 1, line, (*labels, key), found)
        else:
            block[...] = _index(found, (*labels, key))


def _index(found: list[tuple[str, ...]], labels: tuple[str, ...]) -> int:
    if labels not in found:
        found.append(labels)
    return found.index(labels)


def _positions(dimension: str, key: str) -> slice:
    """Places of a key along a dimension; the file was checked when it was read."""
    names = {"sex": SEXES, "sector": SECTORS, "county": COUNTY_CODES}.get(dimension)
    if names is not None:
        return slice(names.index(key), names.index(key) + 1)
    match = _BAND.fullmatch(key)
    assert match is not None
    low = int(match[1])
    high = int(match[2]) if match[2] else (DIMENSION_SIZES[dimension] - 1 if match[3] else low)
    return slice(low, high + 1)


def _name(dimension: str, position: int) -> str:
    names = {"sex": SEXES, "sector": SECTORS, "county": COUNTY_CODES}.get(dimension)
    return names[position] if names is not None else str(position)
