"""The starting population from published margins: `synthesise`, and the interface of all such sources.

Each state's joint table (`careersim.population.joint`) is the same in every run. What a replication draws
is who is who, and what the margins do not tell. Draws are keyed by person in the start year:

- `START` word 0: the order in which the persons of a county take its profiles (state, sex, age band,
  sector, working time); word 1: who, of a state and county, is trained abroad, at home, or from another
  county; word 2: who, of a state and age band, has which single age.
- `ENTRY_DETAIL` word 1: the years since the state was entered; `ENTRY` word 2: what remains of a training,
  in progress or interrupted. Both are drawn given sex and age from the stationary population
  (`careersim.population.history`). `ENTRY_DETAIL` word 2: the home county of those from another county, by
  inhabitants of the start year.

The numbers of persons trained abroad and at home are rounded along the counties, so that the county and the
country are both within one person. The year of a stamp is known (start year less years in state) only where
`stamps_on_entry` says so; elsewhere 0 stands for "unknown, before the start". Durations between stamps are
therefore to be computed for persons whose stamps all fall within the run. Commitments are 0.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from careersim.errors import UserError
from careersim.kernels.draws import words
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from careersim.population.history import StayLaw, stay_law
from careersim.population.profiles import HomeKind, Profiles, profiles
from careersim.population.programmes import Programmes, programmes
from careersim.population.stamps import stamps_on_entry
from careersim.schema import COUNTIES, NO_HOME, Decision

__all__ = ["MarginSource", "PopulationSource", "synthesise"]

U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
Words = NDArray[np.uint32]


class PopulationSource(Protocol):
    """Whatever gives the persons of a profession at the end of its start year."""

    def population(self, profession: Profession, seed: int, replication: int) -> Population:
        """Give the persons in order of `person_id`."""


def synthesise(profession: Profession, model: Model, *, seed: int, replication: int) -> Population:
    """Make the starting population of one profession from its margins.

    Parameters
    ----------
    profession
        With its start margins, and the rates that time in state follows from.
    model
        For the inhabitants of the counties.
    seed, replication
        Of the run; the same pair gives the same persons.

    Returns
    -------
    Persons in order of `person_id`; they hit every published margin within one person
    (`careersim.population.margin_check.margin_errors`).

    Raises
    ------
    UserError
        If the margins are not shares, contradict each other, or name a state twice.
    """
    alone = replace(model, professions=(profession,))
    return MarginSource(alone).population(profession, seed, replication)


class MarginSource:
    """Populations from margins; what no draw touches is prepared once, for all professions of a model."""

    def __init__(self, model: Model) -> None:
        self._prepared = {profession.name: _prepare(profession, model) for profession in model.professions}

    def population(self, profession: Profession, seed: int, replication: int) -> Population:
        """Give the persons in order of `person_id`; see `synthesise`."""
        prepared = self._prepared.get(profession.name)
        if prepared is None or prepared.profession != profession:
            raise UserError(
                f"profession '{profession.name}' is not one of the model that this source was made from",
                expected=f"one of {', '.join(self._prepared)}, unchanged",
                remedy="make a source from the model that has it",
            )
        return _draw(prepared, seed, replication)


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What all replications of a profession share.

    Attributes
    ----------
    home_limits
        For each county, the cumulated shares of the counties that its persons from elsewhere come from,
        as thresholds of a word.
    stamps
        For each kind of stamp, whether a state writes it on entry.
    """

    profession: Profession
    profiles: Profiles
    law: StayLaw
    programmes: Programmes
    home_limits: U64
    stamps: dict[str, NDArray[np.bool_]]


def _prepare(profession: Profession, model: Model) -> _Prepared:
    training = programmes(profession)
    return _Prepared(
        profession,
        profiles(profession),
        stay_law(profession, training),
        training,
        _home_limits(model, profession.start_year),
        {stamp: np.array(states, dtype=np.bool_) for stamp, states in stamps_on_entry(profession).items()},
    )


def _home_limits(model: Model, year: int) -> U64:
    inhabitants = [model.demand.inhabitants.at(county=county, year=year) for county in range(COUNTIES)]
    weights = np.tile(np.array(inhabitants), (COUNTIES, 1))
    np.fill_diagonal(weights, 0.0)
    cumulated = np.cumsum(weights, axis=1)
    certain = cumulated == cumulated[:, -1:]
    shares = np.divide(cumulated, cumulated[:, -1:], out=np.ones_like(cumulated), where=~certain)
    return np.where(certain, 2**32, np.floor(shares * 2.0**32)).astype(np.uint64)


def _draw(prepared: _Prepared, seed: int, replication: int) -> Population:
    fixed, year = prepared.profiles, prepared.profession.start_year
    start = words(seed, replication, fixed.person_id, year, Decision.START)
    # From here on rows are in the order of the profiles; `holder` says whose each one is.
    holder = _order(fixed.county.astype(np.uint64), start[:, 0])
    persons, start = fixed.person_id[holder], start[holder]
    detail = words(seed, replication, persons, year, Decision.ENTRY_DETAIL)
    age = _deal(fixed.ages, fixed.age_group, start[:, 2])
    home_kind = _deal(fixed.home_kinds, fixed.home_group, start[:, 1])
    years, progress = _time_in_state(prepared, persons, age, detail[:, 1], seed, replication)
    stamped = {
        stamp: np.where(states[fixed.state], year - years, 0).astype(np.uint16)
        for stamp, states in prepared.stamps.items()
    }
    return Population(
        person_id=persons,
        state=fixed.state,
        county=fixed.county,
        home_county=_home_county(prepared, home_kind, detail[:, 2]),
        sector=fixed.sector,
        sex=fixed.sex,
        age=age,
        years_in_state=years.astype(np.uint8),
        fte=fixed.fte,
        trained_abroad=(home_kind == HomeKind.ABROAD).astype(np.uint8),
        commitment_years=np.zeros_like(age),
        training_progress=progress,
        degree_year=stamped["degree"],
        licence_year=stamped["licence"],
        certificate_year=stamped["certificate"],
        bonus=np.zeros_like(age),
        bonus_years=np.zeros_like(age),
    ).sorted()


def _home_county(prepared: _Prepared, home_kind: U8, word: Words) -> U8:
    county = prepared.profiles.county
    home = np.where(home_kind == HomeKind.ABROAD, NO_HOME, county).astype(np.uint8)
    elsewhere = np.flatnonzero(home_kind == HomeKind.ELSEWHERE)
    limits = prepared.home_limits[county[elsewhere]]
    home[elsewhere] = (word[elsewhere, None] >= limits).sum(axis=1)
    return home


def _time_in_state(
    prepared: _Prepared, persons: U64, age: U8, word: Words, seed: int, replication: int
) -> tuple[NDArray[np.int64], NDArray[np.uint16]]:
    """Draw whole years in the state and training progress in hundredths of a year."""
    fixed, law, training = prepared.profiles, prepared.law, prepared.programmes
    years, _ = law.years.steps(fixed.state, fixed.sex, age, word)
    progress = np.zeros(len(persons))
    rows = np.flatnonzero(training.trains[fixed.state])
    if len(rows):
        head_start = words(seed, replication, persons[rows], prepared.profession.start_year, Decision.ENTRY)
        state = fixed.state[rows]
        step, part = law.training.steps(state, fixed.sex[rows], age[rows], head_start[:, 2])
        progress[rows] = training.progress(state, step, part)
        # Who is on leave now may have begun it at any time.
        begun = np.where(training.accrues[state], training.years_of(state, progress[rows]), years[rows])
        years[rows] = np.minimum(years[rows], begun)
    years = np.minimum(years, np.maximum(age.astype(np.int64) - law.youngest, 0))
    return years, progress.astype(np.uint16)


def _order(group: U64, word: Words) -> NDArray[np.intp]:
    """Order rows by group, within a group by their draw, ties by row."""
    return np.argsort((group << np.uint64(32)) | word, kind="stable")


def _deal(values: U8, group: U64, word: Words) -> U8:
    """Deal values that are laid out by group to the rows of that group, in the order of their draws."""
    dealt = np.empty_like(values)
    dealt[_order(group, word)] = values
    return dealt
