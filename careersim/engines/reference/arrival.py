"""What is drawn when a person arrives in a state: employer, working time and head start of training.

Entrants and persons who change state share these rules.
"""

from __future__ import annotations

from careersim.engines.reference.chance import chosen, fraction, thresholds
from careersim.model.graph import Profession, State
from careersim.schema import SECTORS

__all__ = ["FULL_TIME", "accrual", "drawn_sector", "drawn_working_time", "head_start"]

FULL_TIME = 100
"""Per cent, and hundredths of a full-time year gained by a year of full time."""

OTHER_SECTOR = SECTORS.index("other")


def drawn_sector(profession: Profession, scheme: int | None, word: int) -> int:
    """Draw the kind of employer by a sector scheme; without a scheme it is `other`."""
    if scheme is None:
        return OTHER_SECTOR
    return chosen(word, thresholds(profession.sector_schemes[scheme].shares))


def drawn_working_time(profession: Profession, scheme: int | None, sex: int, age: int, word: int) -> int:
    """Draw the working time in per cent by a working-time scheme; without a scheme it is full time."""
    if scheme is None:
        return FULL_TIME
    declared = profession.working_times[scheme]
    shares = [declared.shares.at(sex=sex, age=age, level=level) for level in range(len(declared.levels))]
    return declared.levels[chosen(word, thresholds(shares))]


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
