"""`planned_lever`: what a planner decides on, posts of a pool or the yearly intake of a stream, by county.

The career file names it (`planning`), so that a further profession needs no code.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from careersim.errors import UserError, nearest_name
from careersim.model.graph import Profession
from careersim.model.spread import apportion
from careersim.model.table import Table
from careersim.schema import COUNTIES

__all__ = ["Planned", "planned_lever"]

Counts = NDArray[np.int64]

_PLENTY = 1_000_000.0
"""Posts of a pool that keeps up with whoever comes."""


@dataclass(frozen=True)
class Planned:
    """The lever of one profession.

    Attributes
    ----------
    kind
        `posts` of a pool, or `intake` of a stream: persons who begin each year.
    index
        Of the pool or stream in the profession.
    name, label
        Name in the career file, and words for a reader.
    keeps_up
        Indices of pools whose posts hold up nobody from the first year on.
    """

    kind: Literal["posts", "intake"]
    index: int
    name: str
    label: str
    keeps_up: tuple[int, ...] = ()

    def today(self, profession: Profession, year: int) -> Counts:
        """What the run has in a year, by county, in whole posts or persons (which sum to the nation's)."""
        if self.kind == "posts":
            posts = profession.pools[self.index].posts
            assert posts is not None  # `planned_lever` has chosen one with posts
            return np.array([math.floor(posts.at(county=c, year=year)) for c in range(COUNTIES)], np.int64)
        stream = profession.streams[self.index]
        exact = [
            max(stream.inflow.at(county=c, year=year) + stream.added.at(county=c, year=year), 0.0)
            for c in range(COUNTIES)
        ]
        return np.array(apportion(round(math.fsum(exact)), exact), np.int64)

    def changed(
        self, profession: Profession, counts: Counts, asked: NDArray[np.bool_], years: tuple[int, int, int]
    ) -> Profession:
        """Give the counties asked about these posts or entrants.

        Parameters
        ----------
        counts
            By county; those of counties not asked about are left out of account.
        asked
            By county.
        years
            First year of the run, first year of the counts, last year of the run.
        """

        def table(before: Table, value: Counts | None) -> Table:
            return _from_year(before, value, asked, years)

        pools = list(profession.pools)
        for index in self.keeps_up:
            posts = pools[index].posts
            if posts is not None:
                everywhere = np.ones(COUNTIES, np.bool_)
                plenty = np.full(COUNTIES, _PLENTY).astype(np.int64)
                pools[index] = replace(pools[index], posts=_from_year(posts, plenty, everywhere, years))
        streams = list(profession.streams)
        if self.kind == "posts":
            posts = pools[self.index].posts
            assert posts is not None  # `planned_lever` has chosen one with posts
            pools[self.index] = replace(pools[self.index], posts=table(posts, counts))
        else:
            stream = streams[self.index]
            streams[self.index] = replace(
                stream, inflow=table(stream.inflow, counts), added=table(stream.added, None)
            )
        return replace(profession, pools=tuple(pools), streams=tuple(streams))

    def years_on_the_way(self, profession: Profession) -> int:
        """Calendar years from the year of the lever to the first new workforce, at least."""
        if self.kind == "intake":
            return _least_years(profession, profession.streams[self.index].state, 0)
        ways = [
            _least_years(profession, seat.destinations[0].state, seat.credit)
            for seat in profession.transitions
            if seat.form == "seat" and seat.pool == self.index
        ]
        return min(ways, default=0)

    def training_years(self, profession: Profession) -> float:
        """Full-time years from a seat of the pool to its certificate, at least; of a stream, on the way."""
        if self.kind == "intake":
            return float(self.years_on_the_way(profession))
        years = []
        for seat in profession.transitions:
            if seat.form == "seat" and seat.pool == self.index:
                (taken,) = seat.destinations
                needed = [
                    one.requirement - seat.credit
                    for one in profession.transitions
                    if one.form == "progress" and one.source == taken.state
                ]
                years.append(max(min(needed, default=0), 0) / 100.0)
        return min(years, default=0.0)


def planned_lever(profession: Profession, name: str | None = None) -> Planned:
    """Choose the lever of a profession.

    Parameters
    ----------
    profession
        Its career graph.
    name
        A pool with posts, or a stream; by default what the career file declares under `planning`, and
        without that the first pool with posts for trainees. Pools keep up only with the declared lever.

    Raises
    ------
    UserError
        If there is no such lever.
    """
    declared = _declared(profession)
    if name is None or (declared is not None and name == declared.name):
        if declared is not None:
            return declared
        raise UserError(
            f"{profession.name} has no pool with posts for trainees, so that no number of posts can be "
            f"searched",
            where="guideline: profession",
            remedy="declare `planning` in the career file, or ask about another profession",
        )
    pools = {pool.name: index for index, pool in enumerate(profession.pools) if pool.posts is not None}
    streams = {stream.name: index for index, stream in enumerate(profession.streams)}
    if name in pools:
        return _posts(profession, pools[name])
    if name in streams:
        return _intake(profession, streams[name])
    names = [*pools, *streams]
    raise UserError(
        f"{profession.name} has no lever '{name}'",
        where="lever",
        expected=f"a pool with posts or a stream: {', '.join(names)}" if names else "a profession with one",
        nearest=nearest_name(name, names),
    )


def _declared(profession: Profession) -> Planned | None:
    planning = profession.planning
    if planning is None:
        for index, pool in enumerate(profession.pools):
            if pool.posts is not None and any(profession.states[state].trains for state in pool.holders):
                return _posts(profession, index)
        return None
    if planning.pool is not None:
        return _posts(profession, planning.pool, planning.keeps_up)
    return _intake(profession, planning.stream or 0, planning.keeps_up)


def _posts(profession: Profession, index: int, keeps_up: tuple[int, ...] = ()) -> Planned:
    pool = profession.pools[index]
    return Planned("posts", index, pool.name, pool.label_en, keeps_up)


def _intake(profession: Profession, index: int, keeps_up: tuple[int, ...] = ()) -> Planned:
    name = profession.streams[index].name
    return Planned("intake", index, name, f"persons who begin a year ({name})", keeps_up)


def _from_year(
    before: Table, counts: Counts | None, asked: NDArray[np.bool_], years: tuple[int, int, int]
) -> Table:
    """The table over county and year with other numbers from a year on (0 where none are given)."""
    first, since, last = years
    values = [
        (0.0 if counts is None else float(counts[county]))
        if asked[county] and year >= since
        else before.at(county=county, year=year)
        for county in range(COUNTIES)
        for year in range(first, last + 1)
    ]
    return Table(("county", "year"), (COUNTIES, last - first + 1), tuple(values), first)


def _least_years(profession: Profession, state: int, credit: int) -> int:
    """Years from arriving in a state to the workforce, if nothing is waited for: trainings rounded up.

    A training grows for the first time in the year after the arrival.
    """
    waiting = [(0, state, credit)]
    done: set[tuple[int, int]] = set()
    while waiting:
        years, here, counted = heapq.heappop(waiting)
        if profession.states[here].serves and not profession.states[here].trains:
            return years
        if (here, counted) in done:
            continue
        done.add((here, counted))
        for one in profession.transitions:
            if one.source == here:
                needed = max(one.requirement - counted, 0) if one.form == "progress" else 0
                later = years + math.ceil(needed / 100)
                for way in one.destinations:
                    heapq.heappush(waiting, (later, way.state, one.credit))
    return 0
