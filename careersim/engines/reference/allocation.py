"""Seats: open posts by pool and county, and their allocation by applicant-proposing deferred acceptance."""

from __future__ import annotations

import math
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from careersim.engines.record import YearRecord
from careersim.engines.reference.covariates import percent_in
from careersim.engines.reference.person import Person
from careersim.engines.reference.world import World
from careersim.model.graph import Pool
from careersim.schema import COUNTIES, Decision

__all__ = ["Matching", "Seats", "allocate_seats", "match", "open_seats"]

UNLIMITED = -1
"""A limit that does not exist."""

Rank = tuple[int, int, int]
"""Tier, priority and person: the smaller is the better."""


def allocate_seats(world: World, people: Iterable[Person], last: YearRecord) -> None:
    """Give the seats of all pools, in declared order, to those who applied, and record how it went.

    Parameters
    ----------
    world
        The year; its record is written to.
    people
        Everybody who lives through the year.
    last
        Counts at the end of last year, for the supervisors.
    """
    people = list(people)
    # The holders are those after step 6: seats given this year by an earlier pool do not count.
    seats = [open_seats(world, pool, _holders(pool, people), last) for pool in world.profession.pools]
    for index, pool in enumerate(world.profession.pools):
        applicants = {
            person.person_id: person for person in people if _pool_applied_to(world, person) == index
        }
        wishes = {key: _wishes(world, pool, person) for key, person in applicants.items()}
        ranks = {
            key: {county: _rank(world, pool, person, county) for county in wishes[key]}
            for key, person in applicants.items()
        }
        matching = match(wishes, ranks, [county.open for county in seats[index]])
        _record(world, index, seats[index], wishes, matching)
        for key, county in matching.seat_of.items():
            applicants[key].take_seat(county)


class Seats(NamedTuple):
    """Seats of a pool in a county before the allocation; a limit that does not exist is -1."""

    posts: int
    supervisor_limit: int
    occupied: int
    open: int


class Matching(NamedTuple):
    """Who holds a seat where in the end, and how many proposals each county has received."""

    seat_of: dict[int, int]
    proposals: list[int]


def open_seats(world: World, pool: Pool, occupied: Sequence[int], last: YearRecord) -> list[Seats]:
    """Count the seats of a pool by county.

    Parameters
    ----------
    world, pool
        The year and the pool.
    occupied
        Holders by county.
    last
        Counts at the end of last year.

    Returns
    -------
    Posts, supervisor limit, occupied and open seats of every county.
    """
    supervising = percent_in(last, pool.supervisors)

    def count(county: int) -> Seats:
        posts = supervised = UNLIMITED
        limited = not world.model.seats_unlimited
        if limited and pool.posts is not None:
            posts = math.floor(pool.posts.at(county=county, year=world.year))
        if limited and pool.supervisors and pool.per_supervisor is not None:
            per_supervisor = pool.per_supervisor.at(county=county, year=world.year)
            supervised = math.floor(supervising[county] / 100.0 * per_supervisor)
        limits = [limit for limit in (posts, supervised) if limit != UNLIMITED]
        free = max(min(limits) - occupied[county], 0) if limits else UNLIMITED
        return Seats(posts, supervised, occupied[county], free)

    return [count(county) for county in range(COUNTIES)]


def match(
    wishes: Mapping[int, Sequence[int]], ranks: Mapping[int, Mapping[int, Rank]], offered: Sequence[int]
) -> Matching:
    """Let applicants propose to their wishes in turn; counties hold the best and reject the rest.

    Parameters
    ----------
    wishes
        Counties by applicant, best first.
    ranks
        Rank of each applicant in each county wished for; no two applicants may have the same.
    offered
        Open seats by county, -1 for any number.

    Returns
    -------
    The stable matching that every applicant likes best; it does not depend on the order of proposals.
    """
    proposals = [0] * len(offered)
    held: list[list[tuple[Rank, int]]] = [[] for _ in offered]
    ahead = {applicant: iter(counties) for applicant, counties in wishes.items()}
    searching = list(wishes)
    while searching:
        applicant = searching.pop()
        county = next(ahead[applicant], None)
        if county is None:
            continue
        proposals[county] += 1
        insort(held[county], (ranks[applicant][county], applicant))
        if offered[county] != UNLIMITED and len(held[county]) > offered[county]:
            _, rejected = held[county].pop()
            searching.append(rejected)
    seat_of = {applicant: county for county, holders in enumerate(held) for _, applicant in holders}
    return Matching(seat_of, proposals)


def _holders(pool: Pool, people: Iterable[Person]) -> list[int]:
    occupied = [0] * COUNTIES
    for person in people:
        if person.state in pool.holders:
            occupied[person.county] += 1
    return occupied


def _pool_applied_to(world: World, person: Person) -> int | None:
    return None if person.application is None else world.transition(person.application).pool


def _wishes(world: World, pool: Pool, person: Person) -> list[int]:
    def draw(k: int) -> int:
        return world.words(person.person_id, Decision.RANKING + k)[0]

    count = 1 if world.model.seats_unlimited else pool.wishes
    return world.county_choice(pool.choice).wishes(draw, person.home_county, person.county, count)


def _rank(world: World, pool: Pool, person: Person, county: int) -> Rank:
    local = pool.local_first and county in (person.home_county, person.county)
    return (0 if local else 1, world.words(person.person_id, Decision.PRIORITY)[0], person.person_id)


def _record(
    world: World, pool: int, seats: Sequence[Seats], wishes: Mapping[int, Sequence[int]], matching: Matching
) -> None:
    first = [counties[0] for counties in wishes.values()]
    given = list(matching.seat_of.values())
    for county, before in enumerate(seats):
        proposals, filled = matching.proposals[county], given.count(county)
        # In the order of SEAT_FIELDS.
        world.record.seats[pool, county] = (
            *before,
            first.count(county),
            proposals,
            filled,
            proposals - filled,
        )
