"""What is drawn when a person arrives in a state: employer, working time and head start of training.

Entrants and persons who change state share these rules.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import NamedTuple

from careersim.engines.reference.chance import chosen, fraction, thresholds
from careersim.model.graph import Profession, State
from careersim.schema import SECTORS

__all__ = ["FULL_TIME", "Worker", "accrual", "drawn_sector", "drawn_working_time", "head_start"]

FULL_TIME = 100
"""Per cent, and hundredths of a full-time year gained by a year of full time."""

OTHER_SECTOR = SECTORS.index("other")


def drawn_sector(profession: Profession, scheme: int | None, word: int) -> int:
    """Draw the kind of employer by a sector scheme; without a scheme it is `other`."""
    if scheme is None:
        return OTHER_SECTOR
    return chosen(word, thresholds(profession.sector_schemes[scheme].shares))


class Worker(NamedTuple):
    """Whose working time is drawn."""

    sex: int
    age: int
    county: int


def drawn_working_time(profession: Profession, scheme: int | None, who: Worker, year: int, word: int) -> int:
    """Draw the working time in per cent by a working-time scheme; without a scheme it is full time."""
    if scheme is None:
        return FULL_TIME
    declared = profession.working_times[scheme]
    levels = range(len(declared.levels))
    shares = [declared.shares.at(sex=who.sex, age=who.age, level=level) for level in levels]
    for lever in profession.working_time_levers:
        in_force = lever.scheme == scheme and lever.first_year <= year <= lever.last_year
        if in_force and lever.counties[who.county] and lever.age_low <= who.age <= lever.age_high:
            shares = _less_below_the_highest(shares, lever.factor)
    return declared.levels[chosen(word, thresholds(shares))]


def _less_below_the_highest(shares: list[float], factor: float) -> list[float]:
    """Multiply all shares but the last one, which takes or gives the rest, as far as there is something."""
    *below, highest = shares
    part_time = reduce(add, below, 0.0)  # `sum` compensates for rounding in newer versions of Python
    if part_time <= 0:
        return shares
    if factor > 1:
        factor = min(factor, max(1 / part_time, 1))
    return [*(share * factor for share in below), max(highest + part_time * (1 - factor), 0.0)]


def accrual(state: State, fte: int) -> int:
    """Training gained by a year in the state at this working time, in hundredths of a full-time year."""
    if not state.accrues:
        return 0
    return FULL_TIME if state.pace_full_time else fte


def head_start(state: State, fte: int, word: int) -> int:
    """Training done before the first observation by who arrives at a random moment of the year."""
    if state.training is None:
        return 0
    return fraction(word, 100) * accrual(state, fte) // 100
