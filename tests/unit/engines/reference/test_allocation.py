"""Seats: the matching against brute force over all matchings, and the open seats of a year by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from careersim.engines.record import SEAT_FIELDS, YearRecord
from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.allocation import match
from careersim.model.graph import Choice, Pool
from careersim.model.table import constant
from careersim.population.columns import Population
from careersim.schema import COUNTIES
from tests.unit.engines.reference import toy

Ranks = Mapping[int, Mapping[int, tuple[int, int, int]]]


@st.composite
def markets(draw):
    """Up to four applicants with ranked wishes, up to three counties with tiers, priorities and seats."""
    counties = draw(st.integers(1, 3))
    offered = draw(st.lists(st.integers(0, 2), min_size=counties, max_size=counties))
    wishes, ranks = {}, {}
    for applicant in range(draw(st.integers(0, 4))):
        ranking = draw(st.permutations(range(counties)))
        wishes[applicant] = ranking[: draw(st.integers(1, counties))]
        priority = draw(st.integers(0, 2))
        ranks[applicant] = {
            county: (draw(st.integers(0, 1)), priority, applicant) for county in wishes[applicant]
        }
    return wishes, ranks, offered


def is_stable(seat_of: Mapping[int, int], wishes: Mapping[int, Sequence[int]], ranks: Ranks, offered) -> bool:
    """No county is overfull, and no applicant prefers a county that would prefer the applicant."""
    holders = {county: [a for a, c in seat_of.items() if c == county] for county in range(len(offered))}
    if any(len(holders[county]) > offered[county] for county in holders):
        return False
    for applicant, ranking in wishes.items():
        given_wish = ranking.index(seat_of[applicant]) if applicant in seat_of else len(ranking)
        for county in ranking[:given_wish]:
            worse = [held for held in holders[county] if ranks[held][county] > ranks[applicant][county]]
            if len(holders[county]) < offered[county] or worse:
                return False
    return True


@given(markets())
def test_matching_is_the_stable_one_that_applicants_like_best(market):
    wishes, ranks, offered = market
    options = [[*ranking, None] for ranking in wishes.values()]
    stable = [
        seats
        for outcome in product(*options)
        if is_stable(
            seats := {a: c for a, c in zip(wishes, outcome, strict=True) if c is not None},
            wishes,
            ranks,
            offered,
        )
    ]
    best = {
        applicant: min(
            (ranking.index(seats[applicant]) for seats in stable if applicant in seats), default=None
        )
        for applicant, ranking in wishes.items()
    }
    expected = {a: wishes[a][position] for a, position in best.items() if position is not None}
    assert match(wishes, ranks, offered).seat_of == expected


@given(markets())
def test_order_of_proposals_is_irrelevant(market):
    wishes, ranks, offered = market
    outcomes = [
        match({a: wishes[a] for a in order}, ranks, offered) for order in permutations(wishes, len(wishes))
    ]
    assert all(outcome == outcomes[0] for outcome in outcomes)


def test_without_a_limit_everybody_gets_the_first_wish():
    wishes = {1: [2, 0], 2: [2, 1], 3: [0]}
    ranks = {key: dict.fromkeys(counties, (0, 0, key)) for key, counties in wishes.items()}
    matching = match(wishes, ranks, [-1, -1, -1])
    assert matching.seat_of == {1: 2, 2: 2, 3: 0}
    assert matching.proposals == [1, 0, 2]


APPLICANT, HOLDER, SUPERVISOR = range(3)


def seat_year(
    *,
    posts: float | None,
    per_supervisor: float | None = None,
    applicants: int = 4,
    supervisors: Sequence[int] = (),
    local_first: bool = False,
    seats_unlimited: bool = False,
    elsewhere: int = 0,
) -> tuple[ReferenceEngine, YearRecord]:
    """Live one year in which everybody in county 5, and `elsewhere` from county 6, applies there only."""
    to_five = tuple(60.0 * (county == 5) for county in range(COUNTIES))
    pool = Pool(
        name="pool",
        label_en="pool",
        holders=(HOLDER,),
        posts=None if posts is None else constant(posts),
        supervisors=() if per_supervisor is None else (SUPERVISOR,),
        per_supervisor=None if per_supervisor is None else constant(per_supervisor),
        choice=0,
        wishes=1,
        local_first=local_first,
    )
    profession = toy.bare(
        (toy.state("applicant"), toy.state("holder"), toy.state("supervisor")),
        (toy.seat("take up", APPLICANT, HOLDER, 0, 800.0),),
        pools=(pool,),
        choices=(Choice(0.0, 0.0, 0.0, 0.0, to_five),),
    )
    persons = [toy.one_person(person_id=1, state=HOLDER)]
    persons += [toy.one_person(person_id=10 + n, state=APPLICANT) for n in range(applicants)]
    persons += [
        toy.one_person(person_id=50 + n, state=APPLICANT, county=6, home_county=6) for n in range(elsewhere)
    ]
    persons += [
        toy.one_person(person_id=90 + n, state=SUPERVISOR, fte=fte) for n, fte in enumerate(supervisors)
    ]
    everybody = Population.empty(0)
    for person in persons:
        everybody = everybody.joined(person)
    model = toy.country(profession, seats_unlimited=seats_unlimited)
    engine = ReferenceEngine(profession, model, everybody, seed=4, replication=1)
    return engine, engine.step()


def seats_of_county_5(record: YearRecord) -> dict[str, int]:
    return dict(zip(SEAT_FIELDS, record.seats[0, 5].tolist(), strict=True))


def test_posts_limit_the_open_seats():
    _, record = seat_year(posts=3.9, per_supervisor=1.5, supervisors=(100, 100, 80))
    assert seats_of_county_5(record) == {
        "posts": 3,
        "supervisor_limit": 4,  # 2.8 * 1.5 = 4.2
        "occupied_before": 1,
        "open": 2,
        "first_wishes": 4,
        "proposals": 4,
        "filled": 2,
        "rejected": 2,
    }


def test_supervisors_limit_the_open_seats():
    _, record = seat_year(posts=9.0, per_supervisor=1.5, supervisors=(100, 60))
    seats = seats_of_county_5(record)
    assert (seats["supervisor_limit"], seats["open"], seats["filled"]) == (2, 1, 1)


def test_no_more_supervisors_than_holders_leaves_no_seat():
    _, record = seat_year(posts=9.0, per_supervisor=0.5, supervisors=(100,))
    seats = seats_of_county_5(record)
    assert (seats["supervisor_limit"], seats["open"], seats["rejected"]) == (0, 0, 4)


def test_limits_that_do_not_exist_are_minus_one():
    _, record = seat_year(posts=None)
    seats = seats_of_county_5(record)
    assert (seats["posts"], seats["supervisor_limit"], seats["open"]) == (-1, -1, -1)
    assert (seats["filled"], seats["rejected"]) == (4, 0)


def test_seats_unlimited_gives_every_applicant_the_first_wish():
    _, record = seat_year(posts=2.0, seats_unlimited=True)
    seats = seats_of_county_5(record)
    assert (seats["posts"], seats["supervisor_limit"], seats["open"]) == (-1, -1, -1)
    assert (seats["first_wishes"], seats["proposals"], seats["filled"], seats["rejected"]) == (4, 4, 4, 0)


def test_local_applicants_come_first():
    engine, record = seat_year(posts=4.0, applicants=3, elsewhere=9, local_first=True)
    people = engine.people()
    assert people.person_id[people.state == HOLDER].tolist() == [1, 10, 11, 12]
    assert record.left[0, 5] == record.arrived[0, 5] == 3
    assert record.left[0, 6] == 0


def test_without_local_first_the_queue_number_decides():
    engine, record = seat_year(posts=4.0, applicants=3, elsewhere=9)
    people = engine.people()
    took = people.person_id[(people.state == HOLDER) & (people.person_id > 1)]
    assert record.left[0].sum() == record.arrived[0, 5] == 3
    assert np.any(took >= 50)  # nine of twelve are from elsewhere
    assert np.all(people.county[people.state == HOLDER] == 5)


def test_holders_who_took_a_seat_from_an_earlier_pool_are_not_counted():
    profession = replace(
        toy.PROFESSION,
        pools=tuple(replace(pool, holders=(toy.BASIC, toy.TRAINEE)) for pool in toy.POOLS),
    )
    engine = ReferenceEngine(profession, toy.country(profession), toy.people(), seed=2, replication=0)
    record = engine.step()
    occupied = record.seats[:, :, SEAT_FIELDS.index("occupied_before")]
    assert record.seats[0, :, SEAT_FIELDS.index("filled")].sum() > 0
    assert occupied[0].tolist() == occupied[1].tolist()
