"""The stationary population: by hand where a formula is at hand, and as the engine lives it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from careersim.engines.numba_engine import NumbaEngine
from careersim.model.graph import Choice, Demand, Destination, Hazard, Pool, Profession, Transition
from careersim.model.table import Table, constant
from careersim.population.columns import Population
from careersim.population.programmes import programmes
from careersim.population.rates import STEPS
from careersim.population.stationary import stationary
from careersim.schema import AGES, COUNTIES
from tests.unit.population import example
from tests.unit.population.example import (
    GONE,
    LEAVE,
    PROFESSION,
    SPECIALIST,
    START_YEAR,
    STATES,
    STUDENT,
    TRAINEE,
    model_of,
)

INFLOW = 40.0 * COUNTIES
FOUND = stationary(PROFESSION, programmes(PROFESSION))


def test_students_are_the_entrants_of_so_many_years() -> None:
    """Nobody leaves: 840 a year stay 5.5 years, those of each age in the proportion that is old enough."""
    assert FOUND[STUDENT].sum() == pytest.approx(5.5 * INFLOW)
    ages = example.age_shares(19, 30)
    for age in (19, 22, 27, 33, 36):
        expected = sum(ages.at(age=age - done) * (1.0 if done < 5 else 0.5) for done in range(6))
        assert FOUND[STUDENT, :, age].sum() == pytest.approx(INFLOW * expected)


def test_students_are_spread_evenly_over_their_training() -> None:
    by_step = FOUND[STUDENT].sum(axis=(0, 1))
    programme = programmes(PROFESSION)
    used = int(programme.used[STUDENT])
    width = programme.width(np.full(STEPS, STUDENT), np.arange(STEPS))
    np.testing.assert_allclose(by_step, width * INFLOW / programme.per_year[STUDENT], rtol=1e-9)
    assert used == np.count_nonzero(by_step)


def test_specialists_of_an_age_and_time_are_those_who_stayed() -> None:
    """Who has been a specialist for 10 years was one for 9 a year ago, and stayed at the rate of then."""
    for age, rate in ((50, 0.01), (67, 0.4)):
        before, now = FOUND[SPECIALIST, 0, age - 1, 9], FOUND[SPECIALIST, 0, age, 10]
        assert now == pytest.approx(before * np.exp(-rate), rel=1e-12)


def test_nobody_gets_lost() -> None:
    assert FOUND[:, :, 100].sum() == pytest.approx(INFLOW)


def world(profession: Profession, years: int) -> NumbaEngine:
    """An empty world that lives for so many years."""
    flat = Table(("county", "year"), (COUNTIES, years + 1), (1e5,) * (COUNTIES * (years + 1)), START_YEAR)
    model = replace(
        model_of(profession),
        demand=Demand(flat, constant(1.0)),
        last_year=START_YEAR + years,
        seats_unlimited=True,
    )
    engine = NumbaEngine(profession, model, Population.empty(0), seed=5, replication=0)
    for _ in range(years):
        engine.step()
    return engine


def with_a_waiting_list() -> Profession:
    """Students wait for a seat as trainees, with half a year of credit, and rates go by years waited."""
    waiting = replace(STATES[GONE], name="waiting", final=False)
    states = (*STATES, waiting)
    ratio = Table(("years_in_state",), (2,), (1.0, 3.0))
    apply = Transition(
        "apply",
        len(STATES),
        "seat",
        (Destination(TRAINEE, 1.0),),
        hazard=Hazard(constant(0.4), duration=ratio),
        pool=0,
        credit=50,
    )
    degree = replace(PROFESSION.transitions[0], destinations=(Destination(len(STATES), 1.0),))
    pool = Pool("st", "ST", (TRAINEE,), None, (), None, 0, 1, local_first=False)
    choice = Choice(home=0.0, stay=9.0, distance=0.0, size=0.0, attractiveness=(0.0,) * COUNTIES)
    return replace(
        PROFESSION,
        states=states,
        transitions=(degree, *PROFESSION.transitions[1:], apply),
        pools=(pool,),
        choices=(choice,),
    )


@pytest.mark.parametrize("profession", [PROFESSION, with_a_waiting_list()], ids=["example", "waiting"])
def test_the_engine_ends_up_there(profession: Profession) -> None:
    """All states by sex and five-year age band, and all years in state, after 90 years from an empty world.

    Persons are independent, so a count has at most the variance of its mean: none of some 200 cells with a
    mean of at least 10 may be further away than 4.5 times its root.
    """
    profession = replace(profession, start=())  # the engine's trainees work full time
    expected = stationary(profession, programmes(profession))
    people = world(profession, 90).people()
    shape = expected.shape[:3]
    cell = (people.state.astype(int) * 2 + people.sex) * AGES + people.age
    found = np.bincount(cell, minlength=int(np.prod(shape))).reshape(shape)[:, :, :100]
    last = expected.sum(axis=3)[:, :, :100]
    close(bands(found), bands(last))
    for state in (SPECIALIST, len(profession.states) - 1):
        if state != GONE:
            there = people.years_in_state[people.state == state]
            close(np.bincount(there, minlength=STEPS)[:40], expected[state].sum(axis=(0, 1))[:40])


def test_the_engine_trains_as_far() -> None:
    """Persons in training, at work and on leave, by what remains of it."""
    profession = replace(PROFESSION, start=())
    programme = programmes(profession)
    expected = stationary(profession, programme)
    people = world(profession, 60).people()
    for state in (STUDENT, TRAINEE, LEAVE):
        progress = people.training_progress[people.state == state].astype(int)
        step = ((549 - progress) * programme.per_year[state]) // 100
        found = np.bincount(step, minlength=STEPS).astype(float)
        wanted = expected[state].sum(axis=(0, 1))
        close(found.reshape(16, 4).sum(axis=1), wanted.reshape(16, 4).sum(axis=1))


def bands(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return counts.reshape(*counts.shape[:2], 20, 5).sum(axis=3)


def close(found: NDArray[np.float64], expected: NDArray[np.float64]) -> None:
    often = expected >= 10
    assert often.any()
    z = (found[often] - expected[often]) / np.sqrt(expected[often])
    assert np.abs(z).max() < 4.5
    assert found[expected == 0].sum() == 0
