"""Bonus contracts of one person: signing, keeping, ending (docs/explanation/year.md)."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from careersim.engines.reference.chance import happens
from careersim.engines.reference.world import World
from careersim.model.bonus_types import NO_BONUS, Bonus, Phase, phase_code
from careersim.schema import Decision

__all__ = ["Holder", "Place", "bonus_of", "end_contract_year", "sign_as_incumbent", "sign_as_newcomer"]

ON_COMING, ON_THE_SPOT = range(2)
"""Which word of `Decision.BONUS` decides for whom."""


class Holder(Protocol):
    """What a contract needs to know of a person, and writes on it."""

    person_id: int
    state: int
    county: int
    sector: int
    age: int
    fte: int
    bonus: int
    bonus_years: int


class Place(NamedTuple):
    """Where a person was at the beginning of the year."""

    state: int
    county: int
    sector: int


def bonus_of(world: World, code: int) -> tuple[int, Bonus, Phase] | None:
    """Read the column `bonus`: number of the bonus, the bonus and the phase; None without any."""
    if code == NO_BONUS:
        return None
    number, phase = divmod(code - 1, len(Phase))
    return number, world.profession.bonuses[number], Phase(phase)


def sign_as_incumbent(world: World, person: Holder) -> None:
    """Offer what begins this year to who is there at its beginning."""
    offered = [
        number
        for number, bonus in enumerate(world.profession.bonuses)
        if bonus.incumbents and world.year == bonus.first_year and _may_sign(bonus, person)
    ]
    _sign(world, person, offered, Phase.INCUMBENT, ON_THE_SPOT)


def sign_as_newcomer(world: World, person: Holder, before: Place | None) -> None:
    """Offer contracts at the end of the year to who has come in it; `before` is None for entrants."""
    offered = [
        number
        for number, bonus in enumerate(world.profession.bonuses)
        if bonus.newcomers
        and bonus.first_year <= world.year <= bonus.last_year
        and _may_sign(bonus, person)
        and (before is None or not bonus.holds(*before))
    ]
    _sign(world, person, offered, Phase.NEWCOMER, ON_COMING)


def end_contract_year(world: World, person: Holder) -> None:
    """Lose the contract of a place that was left; otherwise count it, and let a year of it pass."""
    found = bonus_of(world, person.bonus)
    if found is None:
        return
    number, bonus, phase = found
    if not bonus.holds(person.state, person.county, person.sector):
        person.bonus, person.bonus_years = NO_BONUS, 0
        return
    if phase != Phase.REBOUND:
        world.record.contracts[number, person.county] += (1, person.fte)
    person.bonus_years -= 1
    if person.bonus_years > 0:
        return
    if phase != Phase.REBOUND and bonus.rebound_years > 0:
        person.bonus, person.bonus_years = phase_code(number, Phase.REBOUND), bonus.rebound_years
    else:
        person.bonus = NO_BONUS


def _may_sign(bonus: Bonus, person: Holder) -> bool:
    here = bonus.holds(person.state, person.county, person.sector)
    return here and bonus.age_low <= person.age <= bonus.age_high


def _sign(world: World, person: Holder, offered: list[int], phase: Phase, word: int) -> None:
    found = bonus_of(world, person.bonus)
    if not offered or (found is not None and found[2] != Phase.REBOUND):
        return
    luck = world.words(person.person_id, Decision.BONUS)[word]
    for number in offered:
        bonus = world.profession.bonuses[number]
        if happens(luck, bonus.uptake):
            person.bonus, person.bonus_years = phase_code(number, phase), bonus.years
            return
