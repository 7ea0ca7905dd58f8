"""`Profiles`: the starting population as far as margins fix it, before chance says who is who."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from careersim.errors import UserError
from careersim.model.graph import Profession, StartMargins
from careersim.population.joint import joint_table
from careersim.population.rounding import cumulated_rounding
from careersim.schema import AGES, COUNTIES, person_id

__all__ = ["HomeKind", "Profiles", "profiles"]

U8 = NDArray[np.uint8]


class HomeKind(IntEnum):
    """Where a person grew up or trained, seen from the county where the person is."""

    ABROAD = 0
    HERE = 1
    ELSEWHERE = 2


@dataclass(frozen=True, eq=False)
class Profiles:
    """One row a person, ordered by county; within a county, persons and profiles are still to be matched.

    Attributes
    ----------
    person_id, county
        Ascending.
    state, sex, sector, fte
        The profiles of the county's persons, in order of state.
    age_group, home_group
        Number of the profile's state and age band; of its state and county.
    ages, home_kinds
        The single ages and the `HomeKind` to be dealt within these groups: those of group 0, of group 1 ...
    """

    person_id: NDArray[np.uint64]
    county: U8
    state: U8
    sex: U8
    sector: U8
    fte: U8
    age_group: NDArray[np.uint64]
    ages: U8
    home_group: NDArray[np.uint64]
    home_kinds: U8


def profiles(profession: Profession) -> Profiles:
    """Expand the joint tables of a profession's states into rows.

    Raises
    ------
    UserError
        If a state has two sets of margins, or margins are not shares.
    """
    margins = sorted((part for part in profession.start if sum(part.persons)), key=lambda part: part.state)
    for one, two in pairwise(margins):
        if one.state == two.state:
            raise UserError(
                f"state '{profession.states[one.state].name}' has two sets of start margins",
                where=f"profession '{profession.name}'",
                expected="one set a state",
                remedy="add them up into one",
            )
    rows = np.concatenate([np.empty((0, 6), dtype=np.int64), *(_rows(part) for part in margins)])
    rows = rows[np.argsort(rows[:, 0], kind="stable")]
    county, state, sex, band, sector, fte = rows.T
    return Profiles(
        person_id=_person_ids(profession, np.bincount(county, minlength=COUNTIES)),
        county=county.astype(np.uint8),
        state=state.astype(np.uint8),
        sex=sex.astype(np.uint8),
        sector=sector.astype(np.uint8),
        fte=fte.astype(np.uint8),
        age_group=(state * AGES + band).astype(np.uint64),
        ages=_joined([np.repeat(np.arange(AGES), joint_table(part).ages) for part in margins]),
        home_group=(state * COUNTIES + county).astype(np.uint64),
        home_kinds=_joined([_home_kinds(part) for part in margins]),
    )


def _rows(margins: StartMargins) -> NDArray[np.int64]:
    """One row a person: county, state, sex, age band, sector, working time."""
    table = joint_table(margins)
    county, sex, band, sector, level = np.indices(table.persons.shape).reshape(5, -1)
    fte = np.array(table.levels)[level]
    cells = np.column_stack([county, np.full_like(county, margins.state), sex, band, sector, fte])
    return np.repeat(cells, table.persons.ravel(), axis=0)


def _home_kinds(margins: StartMargins) -> NDArray[np.int64]:
    """County by county, as many of each kind as the shares say; counties and country within one person."""
    persons = np.array(margins.persons, dtype=np.int64)
    abroad = cumulated_rounding(np.multiply(margins.trained_abroad, persons, dtype=np.float64))
    here = cumulated_rounding(np.multiply(margins.at_home, persons - abroad, dtype=np.float64))
    counts = np.column_stack([abroad, here, persons - abroad - here])
    return np.repeat(
        np.tile([HomeKind.ABROAD, HomeKind.HERE, HomeKind.ELSEWHERE], len(persons)), counts.ravel()
    )


def _person_ids(profession: Profession, by_county: NDArray[np.int64]) -> NDArray[np.uint64]:
    firsts = [person_id(profession.key, 0, profession.start_year, county, 0) for county in range(COUNTIES)]
    sequence = np.arange(by_county.sum()) - np.repeat(np.cumsum(by_county) - by_county, by_county)
    return np.repeat(np.array(firsts, dtype=np.uint64), by_county) + sequence.astype(np.uint64)


def _joined(parts: list[NDArray[np.int64]]) -> U8:
    return np.concatenate([np.empty(0, dtype=np.int64), *parts]).astype(np.uint8)
