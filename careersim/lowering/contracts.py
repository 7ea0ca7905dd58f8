"""Bonuses as arrays: where they are signed, for how long, and by whom in a year."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from careersim.kernels import layout
from careersim.kernels.contracts import Contracts
from careersim.model.bonus_types import Bonus, Phase, phase_code
from careersim.model.graph import Profession
from careersim.schema import COUNTIES, SECTORS

__all__ = ["bonus_ratios", "lower_contracts", "with_offers"]

F64 = NDArray[np.float64]

_ALL = 2**32


def lower_contracts(profession: Profession) -> Contracts:
    """Tabulate the bonuses of a profession; nothing is on offer yet (see `with_offers`)."""
    bonuses = profession.bonuses
    place = np.zeros((len(bonuses), len(profession.states), COUNTIES, len(SECTORS)), np.uint8)
    for k, bonus in enumerate(bonuses):
        place[k] = np.array(bonus.states)[:, None, None] & np.array(bonus.counties)[None, :, None]
        place[k] &= np.array(bonus.sectors, np.uint8)
    return Contracts(
        place=place,
        anywhere=place.max(axis=(0, 2, 3), initial=0),
        ages=np.array([(bonus.age_low, bonus.age_high) for bonus in bonuses], np.int64).reshape(-1, 2),
        years=np.array([(bonus.years, bonus.rebound_years) for bonus in bonuses], np.int64).reshape(-1, 2),
        offer=np.zeros((len(bonuses), 2), np.uint64),
    )


def with_offers(contracts: Contracts, profession: Profession, year: int) -> Contracts:
    """With what is on offer in a year: to newcomers from first to last year, to incumbents in the first."""
    offer = [
        (
            _threshold(bonus) if bonus.newcomers and bonus.first_year <= year <= bonus.last_year else 0,
            _threshold(bonus) if bonus.incumbents and year == bonus.first_year else 0,
        )
        for bonus in profession.bonuses
    ]
    return contracts._replace(offer=np.array(offer, np.uint64).reshape(-1, 2))


def bonus_ratios(profession: Profession, *, transition: int | None = None, state: int | None = None) -> F64:
    """Rate ratios by code of the column `bonus`: of a transition, or of the relocation from a state."""
    ratios = np.ones(layout.RATIO_COLUMNS - layout.BONUS)
    for k, bonus in enumerate(profession.bonuses):
        for phase in Phase:
            if transition is not None:
                ratios[phase_code(k, phase)] = bonus.rate_ratio(transition, phase)
            elif state is not None:
                ratios[phase_code(k, phase)] = bonus.moving_ratio(state, phase)
    return ratios


def _threshold(bonus: Bonus) -> int:
    return math.floor(bonus.uptake * _ALL)
