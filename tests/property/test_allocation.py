"""Seats: the outcome is stable, the best for applicants, and the same in both engines.

Wishes and ranks are put together here from the public functions of the reference (counties in the order of
an applicant's draws, queue numbers), and the matching is judged by its definition: no applicant and county
would both rather have each other than what they have.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.allocation import match
from careersim.engines.reference.choice import CountyChoice
from careersim.engines.reference.philox import word
from careersim.model.graph import Choice, Model, Pool, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.schema import COUNTIES, NO_HOME, Decision, person_id
from tests.unit.engines.reference import toy

SEED, REPLICATION = 2**35 + 3, 4
YEAR = toy.START + 1
OUT, IN = 0, 1

Wishes = dict[int, list[int]]
Ranks = dict[int, dict[int, tuple[int, int, int]]]


def blocking_pairs(
    wishes: Mapping[int, Sequence[int]],
    ranks: Mapping[int, Mapping[int, tuple[int, int, int]]],
    offered: Sequence[int],
    seat_of: Mapping[int, int],
) -> list[tuple[int, int]]:
    """Applicants and counties that would rather have each other."""
    found = []
    for applicant, counties in wishes.items():
        here = seat_of.get(applicant)
        better = counties if here is None else counties[: counties.index(here)]
        for county in better:
            holders = [other for other, seat in seat_of.items() if seat == county]
            room = offered[county] < 0 or len(holders) < offered[county]
            if room or any(ranks[other][county] > ranks[applicant][county] for other in holders):
                found.append((applicant, county))
    return found


# -- The reference's matching on small abstract instances --------------------------------------------------


@st.composite
def instances(draw: st.DrawFn) -> tuple[Wishes, Ranks, list[int]]:
    counties = draw(st.integers(1, 3))
    applicants = draw(st.integers(0, 4))
    wishes, ranks = {}, {}
    for applicant in range(applicants):
        order = draw(st.permutations(range(counties)))
        wishes[applicant] = list(order[: draw(st.integers(1, counties))])
        ranks[applicant] = {
            county: (draw(st.integers(0, 1)), draw(st.integers(0, 2)), applicant)
            for county in range(counties)
        }
    return wishes, ranks, [draw(st.integers(-1, 3)) for _ in range(counties)]


def stable_matchings(wishes: Wishes, ranks: Ranks, offered: list[int]) -> list[dict[int, int]]:
    """All of them, by trying everything."""
    found = []
    for seats in itertools.product(*([None, *counties] for counties in wishes.values())):
        seat_of = {a: seat for a, seat in zip(wishes, seats, strict=True) if seat is not None}
        given = list(seat_of.values())
        fits = all(offered[county] < 0 or given.count(county) <= offered[county] for county in given)
        if fits and not blocking_pairs(wishes, ranks, offered, seat_of):
            found.append(seat_of)
    return found


@given(instances())
def test_the_matching_is_the_stable_one_that_every_applicant_likes_best(instance):
    wishes, ranks, offered = instance
    found = match(wishes, ranks, offered).seat_of
    stable = stable_matchings(wishes, ranks, offered)
    assert found in stable
    for other in stable:
        for applicant, counties in wishes.items():
            assert place(counties, found.get(applicant)) <= place(counties, other.get(applicant))


def place(counties: list[int], seat: int | None) -> int:
    return len(counties) if seat is None else counties.index(seat)


# -- Both engines on whole countries -----------------------------------------------------------------------


def country(pool: Pool, choice: int) -> tuple[Profession, Model]:
    """Everybody outside applies with certainty every year; nothing else happens."""
    apply = toy.seat("apply", OUT, IN, 0, 800.0)
    states = (toy.state("out"), toy.state("in"))
    profession = toy.bare(states, (apply,), pools=(replace(pool, holders=(IN,), choice=choice),))
    return profession, toy.country(profession)


def applicants(size: int, seed: int) -> Population:
    rng = np.random.default_rng(seed)
    people = Population.empty(size)
    people.county[:] = rng.integers(0, COUNTIES, size)
    people.home_county[:] = rng.integers(0, COUNTIES + 1, size)
    people.trained_abroad[:] = people.home_county == NO_HOME
    people.person_id[:] = [
        person_id(toy.PROFESSION.key, 0, toy.START, int(c), k) for k, c in enumerate(people.county)
    ]
    people.state[:] = rng.random(size) < 0.1
    people.age[:], people.fte[:], people.sector[:] = 30, 100, 3
    return people.sorted()


def preferences(profession: Profession, model: Model, people: Population) -> tuple[Wishes, Ranks]:
    pool = profession.pools[0]
    choice = CountyChoice(profession.choices[pool.choice], model, profession.start_year)
    wishes: Wishes = {}
    ranks: Ranks = {}
    for row in np.flatnonzero(people.state == OUT):
        key, home, here = (
            int(column[row]) for column in (people.person_id, people.home_county, people.county)
        )

        def draw(k: int, key: int = key) -> int:
            return word(SEED, REPLICATION, key, YEAR, Decision.RANKING + k, 0)

        wishes[key] = choice.wishes(draw, home, here, pool.wishes)
        number = word(SEED, REPLICATION, key, YEAR, Decision.PRIORITY, 0)
        ranks[key] = {
            county: (int(not (pool.local_first and county in (home, here))), number, key)
            for county in wishes[key]
        }
    return wishes, ranks


@st.composite
def pools(draw: st.DrawFn) -> Pool:
    seats = [draw(st.sampled_from([0, 1, 2, 5, 12, 40, 200])) for _ in range(COUNTIES)]
    return replace(
        toy.POOLS[0],
        posts=Table(("county",), (COUNTIES,), tuple(float(number) for number in seats)),
        wishes=draw(st.sampled_from([1, 2, 4, 8, COUNTIES])),
        local_first=draw(st.booleans()),
    )


@pytest.mark.parametrize("kind", [NumbaEngine, ReferenceEngine])
@given(
    pool=pools(),
    choice=st.integers(0, 1),
    size=st.sampled_from([1, 30, 300, 700]),
    seed=st.integers(0, 1000),
)
def test_seats_are_given_by_a_stable_matching(kind, pool, choice, size, seed):
    profession, model = country(pool, choice)
    people = applicants(size, seed)
    engine = kind(profession, model, people, seed=SEED, replication=REPLICATION)
    record = engine.step()
    after = engine.people()
    wishes, ranks = preferences(profession, model, people)
    got_in = (people.state == OUT) & (after.state == IN)
    seat_of = {
        int(key): int(county)
        for key, county in zip(after.person_id[got_in], after.county[got_in], strict=True)
    }
    offered = record.seats[0, :, 3].tolist()
    assert blocking_pairs(wishes, ranks, offered, seat_of) == []
    assert seat_of == match(wishes, ranks, offered).seat_of
    assert record.seats[0, :, 4].tolist() == count(counties[0] for counties in wishes.values())
    assert record.seats[0, :, 6].tolist() == count(seat_of.values())


def test_counties_that_nobody_wants_are_wished_for_last():
    """Weights that are too small for a float: the last county takes what is left, in both engines."""
    scarce = replace(toy.POOLS[0], posts=toy.by_county(0.0, 0.9), wishes=4)
    profession, model = country(scarce, 0)
    shut = Choice(
        0.0, 0.0, 0.0, 0.0, tuple(0.0 if county in (2, 7) else -800.0 for county in range(COUNTIES))
    )
    profession = replace(profession, choices=(shut,))
    people = applicants(50, 1)
    for kind in (NumbaEngine, ReferenceEngine):
        record = kind(profession, model, people, seed=SEED, replication=REPLICATION).step()
        proposals = dict(enumerate(record.seats[0, :, 5].tolist()))
        everybody = int((people.state == OUT).sum())
        assert {county for county, n in proposals.items() if n == everybody} == {2, 7, 19, 20}


def count(counties) -> list[int]:
    return np.bincount(list(counties), minlength=COUNTIES).tolist()


def test_a_swapped_pair_of_applicants_is_a_blocking_pair():
    """The check itself: take a seat from its holder and give it to someone who was rejected there."""
    scarce = replace(toy.POOLS[0], posts=toy.by_county(1.0, 3.9), wishes=4)
    profession, model = country(scarce, 0)
    people = applicants(300, 1)
    wishes, ranks = preferences(profession, model, people)
    offered = ReferenceEngine(profession, model, people, seed=SEED, replication=REPLICATION).step().seats
    seats = offered[0, :, 3].tolist()
    seat_of = match(wishes, ranks, seats).seat_of
    assert blocking_pairs(wishes, ranks, seats, seat_of) == []
    loser, winner, county = next(
        (applicant, holder, counties[0])
        for applicant, counties in wishes.items()
        for holder, seat in seat_of.items()
        if applicant not in seat_of and seat == counties[0]
    )
    swapped = {a: seat for a, seat in seat_of.items() if a != winner} | {loser: county}
    assert blocking_pairs(wishes, ranks, seats, swapped) != []
