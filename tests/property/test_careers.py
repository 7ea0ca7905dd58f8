"""Invariants of every life: in drawn graphs, in the toy and in the five shipped professions."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from careersim.engines.journal import Events
from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import SEAT_FIELDS
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from tests.oracle.trace import Trace, trace
from tests.oracle.worlds import baseline, small, world
from tests.property.graphs import Drawn, careers, population, requirement
from tests.property.invariants import curriculum_is_ordered, violations
from tests.unit.engines.reference import toy

PROFESSIONS = ("doctor", "district_nurse", "occupational_therapist", "physiotherapist", "psychologist")


def lived(profession: Profession, model: Model, people: Population, years: int) -> tuple[Trace, Events]:
    engine = NumbaEngine(profession, model, people, seed=99, replication=2, journal=True)
    seen = trace(engine, years)
    return seen, engine.events()


@settings(max_examples=60)
@given(careers(most_persons=400))
def test_invariants_hold_in_drawn_graphs(drawn: Drawn):
    seen, events = lived(drawn.profession, drawn.model, drawn.people, 6)
    assert violations(drawn.profession, drawn.model, seen, events) == []


@pytest.mark.parametrize("unlimited", [False, True])
def test_invariants_hold_in_the_toy(unlimited):
    model = toy.country(seats_unlimited=unlimited)
    seen, events = lived(toy.PROFESSION, model, population(toy.PROFESSION, 3_000, seed=1), 17)
    assert violations(toy.PROFESSION, model, seen, events) == []


@pytest.mark.parametrize("name", PROFESSIONS)
def test_invariants_hold_in_the_shipped_professions(name):
    made = small(world(baseline(), name), 4)
    seen, events = lived(made.profession, made.model, made.people, made.years)
    assert violations(made.profession, made.model, seen, events) == []
    for year in seen:
        assert curriculum_is_ordered(year.people) == []
        assert unfinished(made.profession, year.people)
    last = seen[-1].people
    stamped = np.maximum(last.degree_year, np.maximum(last.licence_year, last.certificate_year))
    assert (stamped > made.profession.start_year).any()


def unfinished(profession: Profession, people: Population) -> bool:
    """Who arrives in these graphs brings less than a year, so only shorter trainings can be overdone."""
    needed = np.array([max(requirement(profession, k), 100) for k in range(len(profession.states))])
    accrues = np.array([state.accrues for state in profession.states])
    return bool(np.all(~accrues[people.state] | (people.training_progress < needed[people.state])))


@pytest.mark.parametrize("name", PROFESSIONS)
def test_holders_never_exceed_the_seats_or_the_holders_before(name):
    """Where seats are the only way in and holders stay where they are, posts are never overbooked."""
    made = small(world(baseline(), name), 4)
    seen, _ = lived(made.profession, made.model, made.people, made.years)
    for k, pool in enumerate(made.profession.pools):
        outside = [t for t in made.profession.transitions if t.source not in pool.holders]
        entries = [t for t in outside if {d.state for d in t.destinations} & set(pool.holders)]
        assert {t.form for t in entries} == {"seat"}
        for before, after in itertools.pairwise(seen):
            held = [year.record.stock[list(pool.holders)].sum(axis=(0, 2)) for year in (before, after)]
            posts, supervised = after.record.seats[k, :, 0], after.record.seats[k, :, 1]
            limit = np.where(supervised < 0, posts, np.minimum(posts, supervised))
            assert np.all(held[1] <= np.maximum(limit, held[0]))


FAULTS = {
    "age": ("age", "life: age"),
    "years_in_state": ("years_in_state", "life: years in state"),
    "state": ("state", "life: state changes without an event"),
    "county": ("county", "life: county changes without an event"),
    "home_county": ("home_county", "old: home_county"),
    "sector": ("sector", "life: sector changes in a state"),
    "sex": ("sex", "old: sex"),
    "fte": ("fte", "state: working time in"),
    "commitment_years": ("commitment_years", "life: contract"),
    "bonus": ("bonus", "state: years of a bonus"),
    "bonus_years": ("bonus_years", "state: years of a bonus"),
    "training_progress": ("training_progress", "life: training"),
    "degree_year": ("degree_year", "life: degree is rewritten"),
    "person_id": ("person_id", "persons: keys of entrants"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_one_wrong_value_of_one_person_is_found(fault):
    """The checks themselves: somebody to whom nothing happens is altered by one in the last year."""
    column, message = FAULTS[fault]
    model = toy.country()
    seen, events = lived(toy.PROFESSION, model, toy_people(), 3)
    before, after = seen[-2].people, seen[-1].people
    quiet = ~np.isin(after.person_id, events.person_id[events.year == seen[-1].record.year])
    quiet &= np.isin(after.person_id, before.person_id) & (after.state == toy.SPECIALIST)
    row = int(np.flatnonzero(quiet)[0])
    wrong = getattr(after, column).copy()
    wrong[row] += 1
    seen[-1] = replace(seen[-1], people=replace(after, **{column: wrong}))
    found = violations(toy.PROFESSION, model, seen, events)
    assert any(message in problem for problem in found), found


def toy_people() -> Population:
    return population(toy.PROFESSION, 800, seed=4)


@pytest.mark.parametrize(
    "field", ["posts", "supervisor_limit", "occupied_before", "open", "first_wishes", "filled", "rejected"]
)
def test_one_wrong_number_of_seats_is_found(field):
    model = toy.country()
    seen, events = lived(toy.PROFESSION, model, toy_people(), 3)
    last = seen[-1].record
    wrong = last.seats.copy()
    wrong[1, 20, SEAT_FIELDS.index(field)] += 100
    seen[-1] = replace(seen[-1], record=replace(last, seats=wrong))
    assert any("seats: " in problem for problem in violations(toy.PROFESSION, model, seen, events))
