"""Does a starting population hit its published margins? Counted anew from the persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession, StartMargins
from careersim.population.columns import Population
from careersim.schema import AGES, COUNTY_CODES, SECTORS, SEXES

__all__ = ["MarginError", "margin_errors"]

ONE_PERSON = 1.0
SLACK = 1e-6
"""For the rounding error of a share times a number of persons."""


@dataclass(frozen=True)
class MarginError:
    """One cell of a margin that the persons miss; `str()` is one line.

    Attributes
    ----------
    state, margin, cell
        Names: of the state, of the margin (`county`, `sex`, `age`, `sector`, `working time`,
        `trained abroad`, `at home`, `persons`), and of the cell within it.
    target
        Persons by the margin, may have a fraction.
    actual
        Persons counted.
    """

    state: str
    margin: str
    cell: str
    target: float
    actual: int

    def __str__(self) -> str:
        return f"{self.state}: {self.margin} {self.cell}: {self.actual} persons instead of {self.target:.6g}"


def margin_errors(population: Population, profession: Profession) -> list[MarginError]:
    """Compare a starting population with the start margins of its profession.

    Parameters
    ----------
    population
        Persons at the end of the start year.
    profession
        Its margins; a state without margins is expected to be empty.

    Returns
    -------
    Every cell that is missed: by anything for `county`, for `persons` and for cells with a share of zero, by
    more than one person otherwise. Empty if the population is as published.
    """
    errors = []
    margins = {part.state: part for part in profession.start}
    for index, state in enumerate(profession.states):
        there = population.take(population.state == index)
        cells = _cells(there, margins[index]) if index in margins else _empty(there)
        errors += [
            MarginError(state.name, name, cell, target, actual)
            for name, cell, target, actual, allowed in cells
            if abs(actual - target) > allowed
        ]
    return errors


Cell = tuple[str, str, float, int, float]
"""Margin, cell, target, actual, and how far they may be apart."""


def _cells(there: Population, margins: StartMargins) -> Iterator[Cell]:
    total = sum(margins.persons)
    women = (margins.women, 1.0 - margins.women)
    ages = [margins.ages.at(age=age) for age in range(AGES)]
    levels = dict(margins.working_time)
    yield from _margin("county", COUNTY_CODES, margins.persons, there.county, allowed=0.0)
    yield from _margin("sex", SEXES, [total * share for share in women], there.sex)
    yield from _margin("age", range(AGES), [total * share for share in ages], there.age)
    yield from _margin("sector", SECTORS, [total * share for share in margins.sectors], there.sector)
    yield from _margin(
        "working time", range(256), [total * levels.get(fte, 0.0) for fte in range(256)], there.fte
    )
    abroad = there.trained_abroad > 0
    others = int(np.count_nonzero(~abroad))
    at_home = np.count_nonzero(~abroad & (there.home_county == there.county))
    allowed = ONE_PERSON + SLACK
    yield "trained abroad", "yes", total * margins.trained_abroad, len(there) - others, allowed
    yield "at home", "yes", others * margins.at_home, int(at_home), allowed


def _margin(
    name: str,
    cells: range | tuple[str, ...],
    targets: list[float] | tuple[int, ...],
    codes: NDArray[np.uint8],
    allowed: float = ONE_PERSON + SLACK,
) -> Iterator[Cell]:
    counts = np.bincount(codes, minlength=256)
    for code, count in enumerate(counts):
        known = code < len(cells)
        cell = str(cells[code]) if known else f"code {code}"
        # Where nobody belongs, a single person is already one too many.
        target = float(targets[code]) if known else 0.0
        yield name, cell, target, int(count), allowed if target else 0.0


def _empty(there: Population) -> Iterator[Cell]:
    yield "persons", "all", 0.0, len(there), 0.0
