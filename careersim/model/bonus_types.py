"""`Bonus`: a dated contract that pays who comes to a place or stays there, as the model declares it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["MOST_BONUSES", "NO_BONUS", "Bonus", "Phase", "Response", "phase_code"]

MOST_BONUSES = 16
"""Bonuses of one profession: persons keep the number of theirs in a byte, rates a column for each phase."""

NO_BONUS = 0
"""What the column `bonus` of a person says without a contract."""


class Phase(IntEnum):
    """Where a person stands in a contract. Who comes, and who was there, respond differently."""

    NEWCOMER = 0
    INCUMBENT = 1
    REBOUND = 2  # the contract has ended


def phase_code(bonus: int, phase: Phase) -> int:
    """Number that stands in the column `bonus` of a person: 1 + 3 * index of the bonus + phase."""
    return 1 + len(Phase) * bonus + phase


@dataclass(frozen=True)
class Response:
    """How some rates answer to a contract.

    Attributes
    ----------
    transitions
        Indices of transitions of form hazard.
    moving
        Indices of states whose rate of relocation answers.
    newcomers, incumbents
        Elasticity: a rate is multiplied by `(1 + amount / salary) ** -elasticity`.
    """

    transitions: tuple[int, ...]
    moving: tuple[int, ...]
    newcomers: float
    incumbents: float


@dataclass(frozen=True)
class Bonus:
    """A contract on offer from `first_year` to `last_year` in a place: states, counties and sectors.

    Attributes
    ----------
    amount, salary
        SEK per month and person, before tax; `amount` is above 0.
    states, counties, sectors
        Where it is signed and paid; who leaves the place loses it.
    age_low, age_high
        Ages at which it is signed.
    newcomers, incumbents
        Whether it is offered to who comes to the place; to who is there at the beginning of `first_year`.
    years
        How long a contract runs.
    uptake
        Share of those who are offered one who sign.
    rebound, rebound_years
        Rate ratio on all rates of the responses after the end of a contract, and for how many years.
    """

    name: str
    amount: float
    salary: float
    first_year: int
    last_year: int
    states: tuple[bool, ...]
    counties: tuple[bool, ...]
    sectors: tuple[bool, bool, bool, bool]
    age_low: int
    age_high: int
    newcomers: bool
    incumbents: bool
    years: int
    uptake: float
    responses: tuple[Response, ...]
    rebound: float = 1.0
    rebound_years: int = 0

    def holds(self, state: int, county: int, sector: int) -> bool:
        """Whether somebody here is in the place of the bonus."""
        return self.states[state] and self.counties[county] and self.sectors[sector]

    def rate_ratio(self, transition: int, phase: Phase) -> float:
        """Factor on the rate of a transition in a phase; 1 if no response names it."""
        return self._ratio([one for one in self.responses if transition in one.transitions], phase)

    def moving_ratio(self, state: int, phase: Phase) -> float:
        """Factor on the rate of relocation from a state in a phase; 1 if no response names it."""
        return self._ratio([one for one in self.responses if state in one.moving], phase)

    def _ratio(self, named: list[Response], phase: Phase) -> float:
        ratio = 1.0
        for response in named:
            if phase == Phase.REBOUND:
                return self.rebound
            elasticity = response.newcomers if phase == Phase.NEWCOMER else response.incumbents
            ratio *= (1.0 + self.amount / self.salary) ** -elasticity
        return ratio
