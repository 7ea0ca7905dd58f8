"""Bonus contracts: who signs, who keeps them, when they end. Called only where a profession has a bonus."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from careersim.kernels.compile import bare_kernel, kernel
from careersim.kernels.draws import block
from careersim.kernels.layout import I64, U8, U64, Chance, People

__all__ = ["Contracts", "Places", "close_contracts", "sign_incumbents"]

_BONUS = np.uint32(12)
_NEWCOMER, _INCUMBENT, _REBOUND = 0, 1, 2
_PHASES = 3


class Contracts(NamedTuple):
    """Bonuses of a profession, in the order in which they are offered; `offer` belongs to a year.

    The column `bonus` of a person is 1 + 3 * bonus + phase (newcomer, incumbent, rebound), 0 without any.
    """

    place: U8  # bonus x state x county x sector: whether it is signed and kept here
    anywhere: U8  # state: whether some bonus is signed here
    ages: I64  # bonus x (lowest, highest)
    years: I64  # bonus x (contract, rebound)
    offer: U64  # bonus x (newcomers, incumbents): words below sign this year


class Places(NamedTuple):
    """Where persons were at the beginning of the year; those in later rows were not there."""

    state: U8
    county: U8
    sector: U8


@kernel
def sign_incumbents(b: Contracts, p: People, persons: int, chance: Chance) -> None:
    """Offer contracts to the first `persons` rows at the beginning of a year; `p` is written."""
    for i in range(persons):
        if b.anywhere[p.state[i]] == 1:
            _offer(b, p, i, b.place[:, 0, 0, 0], _INCUMBENT, chance)


@kernel
def close_contracts(
    b: Contracts, p: People, persons: int, before: Places, chance: Chance, count: I64
) -> None:
    """End the year of the contracts of the first `persons` rows and offer new ones to who has come.

    Parameters
    ----------
    before
        Places at the beginning of the year.
    count
        Written: bonus x county x (persons who were under contract in the year and still are in the place,
        the sum of their working time in percent).
    """
    was_here = np.zeros(len(b.ages), np.uint8)
    known = len(before.state)
    for i in range(persons):
        if p.bonus[i] == 0 and b.anywhere[p.state[i]] == 0:
            continue
        if p.bonus[i] > 0:
            _end_year(b, p, i, count)
        for k in range(len(was_here)):
            was_here[k] = 0
            if i < known:
                was_here[k] = b.place[k, before.state[i], before.county[i], before.sector[i]]
        _offer(b, p, i, was_here, _NEWCOMER, chance)


@bare_kernel
def _end_year(b: Contracts, p: People, i: int, count: I64) -> None:
    """Count a contract, let a year of it pass, and end it where its holder has left or its time is over."""
    code = np.int64(p.bonus[i]) - 1
    k, phase = code // _PHASES, code % _PHASES
    county = p.county[i]
    if b.place[k, p.state[i], county, p.sector[i]] == 0:
        p.bonus[i] = 0
        p.bonus_years[i] = 0
        return
    if phase != _REBOUND:
        count[k, county, 0] += 1
        count[k, county, 1] += p.fte[i]
    p.bonus_years[i] -= 1
    if p.bonus_years[i] == 0:
        rebound = b.years[k, 1] if phase != _REBOUND else 0
        p.bonus_years[i] = rebound
        p.bonus[i] = 1 + _PHASES * k + _REBOUND if rebound > 0 else 0


@bare_kernel
def _offer(b: Contracts, p: People, i: int, was_here: U8, phase: int, chance: Chance) -> None:
    """Let person i sign the first contract on offer that may be signed, if there is none in force.

    Newcomers may sign where they were not at the beginning of the year (`was_here` is 0).
    """
    code = np.int64(p.bonus[i])
    if code > 0 and (code - 1) % _PHASES != _REBOUND:
        return
    drawn = False
    word = np.uint32(0)
    for k in range(len(b.ages)):
        if b.offer[k, phase] == 0 or b.place[k, p.state[i], p.county[i], p.sector[i]] == 0:
            continue
        if phase == _NEWCOMER and was_here[k] == 1:
            continue
        if p.age[i] < b.ages[k, 0] or p.age[i] > b.ages[k, 1]:
            continue
        if not drawn:
            words = block(chance.seed, chance.replication, p.person_id[i], chance.year, _BONUS)
            word = words[0] if phase == _NEWCOMER else words[1]
            drawn = True
        if np.uint64(word) < b.offer[k, phase]:
            p.bonus[i] = 1 + _PHASES * k + phase
            p.bonus_years[i] = b.years[k, 0]
            return
