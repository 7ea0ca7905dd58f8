"""`CareerBook`: whose career differs between two runs, and since when, without keeping the persons.

In the baseline every person's place is packed into one word a year. The careers of a scenario are compared
with them as soon as they are lived, person by person, counted (`CareerTally`) and forgotten, so that memory
grows with the replications in flight and not with all of them.

Two careers are the same in a year if state, county, home county, sector, sex, working time, country of
training, years in the state, training progress and years of commitment are. Ages are left out: everybody
grows a year older. So are bonus contracts: who signs one and does what they would have done anyway has the
same career, and is deadweight.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import Protocol, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray

from careersim.experiment.deadweight import Places, paid_persons
from careersim.experiment.engines import Engine
from careersim.model.graph import Profession
from careersim.population.columns import Population

__all__ = ["CareerBook", "CareerTally", "Careers", "compare_careers"]

U8 = NDArray[np.uint8]
U64 = NDArray[np.uint64]
Key: TypeAlias = tuple[str, int]

_BITS = (
    ("state", 8),
    ("county", 5),
    ("home_county", 5),
    ("sector", 2),
    ("sex", 1),
    ("trained_abroad", 1),
    ("fte", 7),
    ("years_in_state", 8),
    ("commitment_years", 8),
    ("training_progress", 16),
)
"""What a word holds, from the lowest bit: 61 of 64."""

_STATE, _COUNTY = 0xFF, 0x1F


@dataclass(frozen=True)
class CareerTally:
    """Persons of one profession and replication in two runs.

    Attributes
    ----------
    ends
        Persons by state at the end in the baseline, state in the scenario, whether the county at the end
        differs, and whether anything ever did: (states + 1) x (states + 1) x 2 x 2. The last state stands
        for persons who are not in that run.
    first
        Persons of both runs by the first year in which anything differed, the start year first.
    paid
        Year x bonus x county x 2: persons under contract in the scenario, and those of them who are in the
        same place in the baseline (`careersim.experiment.deadweight`).
    """

    ends: NDArray[np.int64]
    first: NDArray[np.int64]
    paid: NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0, 0, 2), np.int64))


@dataclass
class Careers:
    """Persons of one run, one row a person in order of entry.

    Attributes
    ----------
    person_id
        Of the last year.
    words
        Places by year, the start year first; a year has the rows of those who had entered.
    codes
        The column `bonus` by year; empty if the profession has no bonus.
    """

    person_id: U64 = field(default_factory=lambda: np.zeros(0, np.uint64))
    words: list[U64] = field(default_factory=list)
    codes: list[U8] = field(default_factory=list)

    def note(self, people: Population, *, last: bool, paid: bool = False) -> None:
        """Write down a year."""
        self.words.append(_packed(people))
        if paid:
            self.codes.append(people.bonus.copy())
        if last:
            self.person_id = people.person_id.copy()


class CareerBook:
    """Careers of a few replications of the baseline, and the tallies of one scenario after the other.

    `write` and `compare` observe runs (`careersim.experiment.replicate.Observer`).

    Parameters
    ----------
    last_year
        Of the run.
    """

    def __init__(self, last_year: int) -> None:
        self._last_year = last_year
        self._baseline: dict[Key, Careers] = {}
        self._running: dict[Key, Careers] = {}
        self._tallies: dict[Key, CareerTally] = {}
        self._lock = threading.Lock()

    def write(self, profession: Profession, replication: int, engine: Engine) -> None:
        """Take a year of the baseline."""
        key = (profession.name, replication)
        with self._lock:
            careers = self._baseline.setdefault(key, Careers())
        careers.note(_rows(engine), last=engine.record.year == self._last_year)

    def compare(self, profession: Profession, replication: int, engine: Engine) -> None:
        """Take a year of a scenario, and compare the careers after the last one."""
        key = (profession.name, replication)
        last = engine.record.year == self._last_year
        with self._lock:
            careers = self._running.setdefault(key, Careers())
        careers.note(_rows(engine), last=last, paid=bool(profession.bonuses))
        if last:
            tally = compare_careers(self._baseline[key], careers, len(profession.states))
            if profession.bonuses:
                paid = _paid(self._baseline[key], careers, profession, engine.record.year)
                tally = replace(tally, paid=paid)
            with self._lock:
                self._tallies[key] = tally
                del self._running[key]

    def take(self) -> dict[Key, CareerTally]:
        """Give the tallies by profession and replication, and begin those of the next scenario."""
        taken, self._tallies = self._tallies, {}
        return taken

    def unchanged(self, profession: Profession, replications: Collection[int]) -> dict[Key, CareerTally]:
        """Tallies of a profession that a scenario does not touch."""
        found = {}
        for replication in replications:
            careers = self._baseline[profession.name, replication]
            found[profession.name, replication] = compare_careers(careers, careers, len(profession.states))
        return found


def compare_careers(baseline: Careers, scenario: Careers, states: int) -> CareerTally:
    """Compare persons by their key.

    Parameters
    ----------
    baseline, scenario
        Of the same years; a person is in the same year's rows in both, because the key says when somebody
        entered.
    states
        Number of states.

    Returns
    -------
    How many persons ended where, and since when their careers differ.
    """
    ends = np.zeros((states + 1, states + 1, 2, 2), np.int64)
    first = np.zeros(len(baseline.words), np.int64)
    ours, theirs, alone, added = _joined(baseline.person_id, scenario.person_id)
    since = np.full(len(baseline.person_id) if ours is None else len(ours), len(first), np.int64)
    for year in reversed(range(len(first))):
        one, two = baseline.words[year], scenario.words[year]
        if ours is None or theirs is None:
            since[: len(one)][one != two] = year
        else:
            here = ours < len(one)
            since[np.flatnonzero(here)[one[ours[here]] != two[theirs[here]]]] = year
    one, two = baseline.words[-1], scenario.words[-1]
    if ours is not None and theirs is not None:
        ends[:, states, 0, 1] += np.bincount(_state(one[alone]), minlength=states + 1)
        ends[states, :, 0, 1] += np.bincount(_state(two[added]), minlength=states + 1)
        one, two = one[ours], two[theirs]
    moved = (_county(one) != _county(two)).astype(np.int64)
    changed = (since < len(first)).astype(np.int64)
    cells = ((_state(one) * (states + 1) + _state(two)) * 2 + moved) * 2 + changed
    ends += np.bincount(cells, minlength=ends.size).reshape(ends.shape)
    return CareerTally(ends, np.bincount(since, minlength=len(first) + 1)[:-1])


def _joined(
    ours: U64, theirs: U64
) -> tuple[NDArray[np.intp] | None, NDArray[np.intp] | None, NDArray[np.intp], NDArray[np.intp]]:
    """Rows of the persons of both runs (None: the same rows in both), and rows of those of only one."""
    nobody = np.zeros(0, np.intp)
    if np.array_equal(ours, theirs):
        return None, None, nobody, nobody
    _, mine, yours = np.intersect1d(ours, theirs, assume_unique=True, return_indices=True)
    alone = np.setdiff1d(np.arange(len(ours)), mine, assume_unique=True)
    added = np.setdiff1d(np.arange(len(theirs)), yours, assume_unique=True)
    return mine, yours, alone, added


def _paid(baseline: Careers, scenario: Careers, profession: Profession, last_year: int) -> NDArray[np.int64]:
    """Persons under contract, with the row of each in the baseline."""
    ours, theirs, _, _ = _joined(baseline.person_id, scenario.person_id)
    rows = None
    if ours is not None and theirs is not None:
        rows = np.full(len(scenario.person_id), -1, np.intp)
        rows[theirs] = ours
    before, after = (
        [Places(_state(word), _county(word), _sector(word)) for word in careers.words]
        for careers in (baseline, scenario)
    )
    return paid_persons(before, after, scenario.codes, rows, profession.bonuses, last_year)


class _WithRows(Protocol):
    def rows(self) -> Population:
        """Persons in order of entry."""


def _rows(engine: Engine) -> Population:
    return cast("_WithRows", engine).rows()  # of the numba engine; persons keep their rows there


def _packed(people: Population) -> U64:
    word = np.zeros(len(people), np.uint64)
    shift = 0
    for name, bits in _BITS:
        word |= getattr(people, name).astype(np.uint64) << np.uint64(shift)
        shift += bits
    return word


def _state(words: U64) -> NDArray[np.int64]:
    return (words & np.uint64(_STATE)).astype(np.int64)


def _county(words: U64) -> NDArray[np.int64]:
    return ((words >> np.uint64(8)) & np.uint64(_COUNTY)).astype(np.int64)


def _sector(words: U64) -> NDArray[np.int64]:
    return ((words >> np.uint64(18)) & np.uint64(3)).astype(np.int64)
