"""A small but complete career graph, a country around it, and random people: what the tests here share.

Student -> graduate waiting -> training in a seat, with leave -> specialist at work or elsewhere -> outside,
retired. It uses every form of transition, both dispersions of streams, two pools, levers and feedback.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from careersim.model.graph import (
    AgeShift,
    Choice,
    ChoiceLever,
    Demand,
    Destination,
    Hazard,
    Model,
    Pool,
    Profession,
    RateLever,
    SectorScheme,
    State,
    Stream,
    Transition,
    WorkingTimeLever,
    WorkingTimeScheme,
)
from careersim.model.table import DURATIONS, Table, constant
from careersim.population.columns import Population
from careersim.schema import AGES, COUNTIES, NO_HOME, person_id

START = 2023
LAST = 2040
YEARS = LAST - START + 1

STUDENT, WAITING, BASIC, TRAINEE, LEAVE, SPECIALIST, ELSEWHERE, OUTSIDE, RETIRED = range(9)
STUDY, BASIC_TRAINING, SPECIALTY = range(3)


def state(name: str, **details: Any) -> State:
    return State(name=name, label_en=name, label_sv=name, **details)


def hazard(name: str, source: int, target: int, rate: Hazard | float, **details: Any) -> Transition:
    declared = rate if isinstance(rate, Hazard) else Hazard(constant(rate))
    return Transition(name, source, "hazard", (Destination(target, 1.0),), hazard=declared, **details)


def seat(name: str, source: int, target: int, pool: int, rate: float, **details: Any) -> Transition:
    declared = Hazard(constant(rate))
    return Transition(
        name, source, "seat", (Destination(target, 1.0),), hazard=declared, pool=pool, **details
    )


def progress(
    name: str, source: int, requirement: int, *ways: tuple[int, float], **details: Any
) -> Transition:
    destinations = tuple(Destination(target, share) for target, share in ways)
    return Transition(name, source, "progress", destinations, requirement=requirement, **details)


def by_age(values: dict[int, float]) -> Table:
    return Table(("age",), (AGES,), tuple(values.get(age, 0.0) for age in range(AGES)))


def by_county(low: float, high: float) -> Table:
    return Table(("county",), (COUNTIES,), tuple(float(x) for x in np.linspace(low, high, COUNTIES)))


def by_county_and_year(first: float, growth: float) -> Table:
    values = tuple(first + county % 4 + growth * year for county in range(COUNTIES) for year in range(YEARS))
    return Table(("county", "year"), (COUNTIES, YEARS), values, first_year=START)


STATES = (
    state("student", training=STUDY, accrues=True, pace_full_time=True),
    state("waiting", working_time=0, sectors=0),
    state("basic", training=BASIC_TRAINING, accrues=True, working_time=0, sectors=0, trains=True),
    state(
        "trainee",
        training=SPECIALTY,
        accrues=True,
        working_time=1,
        sectors=1,
        trains=True,
        serves=True,
        mobility=Hazard(constant(0.03), at_home=0.5),
    ),
    state("leave", training=SPECIALTY, working_time=1, sectors=1),
    state(
        "specialist",
        working_time=1,
        sectors=1,
        serves=True,
        mobility=Hazard(
            Table(("sex", "age"), (2, AGES), tuple(0.08 if age < 80 else 0.3 for age in range(2 * AGES))),
            at_home=0.4,
            committed=0.1,
        ),
        mobility_choice=1,
    ),
    state("elsewhere", working_time=0, sectors=0),
    state("outside"),
    state("retired", final=True),
)

RETIREMENT = by_age({age: 0.25 if age < 70 else 800.0 for age in range(63, AGES)})

DEPARTURE = Hazard(
    constant(0.05),
    duration=Table(
        ("years_in_state",), (DURATIONS,), tuple(1.5 if years < 3 else 0.8 for years in range(DURATIONS))
    ),
    county=by_county(0.7, 1.3),
    sector=Table(("sector",), (4,), (1.0, 0.9, 1.1, 1.2)),
    at_home=0.6,
    working_time=((60, 1.4), (80, 1.1)),
    trained_abroad=1.7,
    committed=0.2,
    workload=0.4,
)

TRANSITIONS = (
    progress("degree", STUDENT, 550, (WAITING, 0.9), (OUTSIDE, 0.1), stamp="degree"),
    hazard("give up", STUDENT, OUTSIDE, 0.04),
    seat("start basic", WAITING, BASIC, 0, 1.2),
    hazard("leave early", WAITING, OUTSIDE, 0.03),
    progress("licence", BASIC, 150, (ELSEWHERE, 1.0), stamp="licence", credit=10),
    seat("start specialty", ELSEWHERE, TRAINEE, 1, 0.6, credit=25, commitment=3),
    seat("switch specialty", ELSEWHERE, TRAINEE, 1, 0.1),
    hazard("go on leave", TRAINEE, LEAVE, 0.1),
    hazard("return", LEAVE, TRAINEE, 0.8),
    hazard("abort", TRAINEE, ELSEWHERE, 0.03),
    progress("certificate", TRAINEE, 500, (SPECIALIST, 0.8), (ELSEWHERE, 0.2), stamp="certificate"),
    hazard("depart", SPECIALIST, ELSEWHERE, DEPARTURE),
    hazard("retire", SPECIALIST, RETIRED, Hazard(RETIREMENT)),
    hazard("retire elsewhere", ELSEWHERE, RETIRED, Hazard(RETIREMENT)),
    hazard("come back", ELSEWHERE, SPECIALIST, 0.02, commitment=2),
    hazard("come home", OUTSIDE, WAITING, 0.05),
)

POOLS = (
    Pool(
        name="basic",
        label_en="basic",
        holders=(BASIC,),
        posts=by_county_and_year(1.6, 0.3),
        supervisors=(),
        per_supervisor=None,
        choice=0,
        wishes=3,
        local_first=True,
    ),
    Pool(
        name="specialty",
        label_en="specialty",
        holders=(TRAINEE, LEAVE),
        posts=by_county_and_year(1.0, 0.2),
        supervisors=(SPECIALIST,),
        per_supervisor=constant(0.6),
        choice=1,
        wishes=5,
        local_first=False,
    ),
)

STREAMS = (
    Stream(
        name="students",
        state=STUDENT,
        inflow=by_county(0.4, 2.7),
        added=by_county(-0.5, 1.0),
        dispersion="fixed",
        women=0.6,
        ages=by_age({19: 0.3, 20: 0.3, 21: 0.2, 25: 0.1, 30: 0.1}),
        trained_abroad=False,
        stamps=(),
    ),
    Stream(
        name="from abroad",
        state=SPECIALIST,
        inflow=by_county(0.1, 0.8),
        added=constant(0.0),
        dispersion="poisson",
        women=0.5,
        ages=by_age({35: 0.5, 45: 0.5}),
        trained_abroad=True,
        stamps=("degree", "licence"),
    ),
)

WORKING_TIMES = (
    WorkingTimeScheme("mostly full", (80, 100), constant(0.1), Table(("level",), (2,), (0.3, 0.7))),
    WorkingTimeScheme(
        "varied",
        (60, 80, 100),
        Table(("sex",), (2,), (0.3, 0.15)),
        Table(("sex", "level"), (2, 3), (0.2, 0.3, 0.5, 0.1, 0.2, 0.7)),
    ),
)

SECTOR_SCHEMES = (
    SectorScheme("mixed", (0.7, 0.1, 0.1, 0.1)),
    SectorScheme("care", (0.6, 0.0, 0.4, 0.0)),
)

CHOICES = (
    Choice(1.5, 1.0, -0.3, 0.4, tuple(0.01 * county for county in range(COUNTIES))),
    Choice(1.0, 0.5, -0.2, 0.6, tuple(-0.02 * county for county in range(COUNTIES))),
)


def lever(transition: str, factor: float, **details: Any) -> RateLever:
    defaults: dict[str, Any] = {
        "transition": [declared.name for declared in TRANSITIONS].index(transition),
        "factor": factor,
        "first_year": START + 2,
        "last_year": LAST,
        "counties": tuple(county % 2 == 0 for county in range(COUNTIES)),
        "sectors": (True, True, False, True),
        "age_low": 30,
        "age_high": 60,
    }
    return RateLever(**(defaults | details))


PROFESSION = Profession(
    name="toy",
    key=3,
    label_en="toy",
    label_sv="toy",
    start_year=START,
    states=STATES,
    transitions=TRANSITIONS,
    pools=POOLS,
    streams=STREAMS,
    working_times=WORKING_TIMES,
    sector_schemes=SECTOR_SCHEMES,
    choices=CHOICES,
    working_time_levers=(WorkingTimeLever(1, 0.4, START + 4, LAST, (True,) * COUNTIES, 0, AGES - 1),),
    choice_levers=(ChoiceLever(1, 0.8, START + 4, LAST, tuple(county > 15 for county in range(COUNTIES))),),
    age_shifts=(AgeShift(12, 1.5, START + 2, LAST, (True,) * COUNTIES, (True, False, True, True)),),
    rate_levers=(
        lever("depart", 0.5),
        lever("depart", 1.3, first_year=START),
        lever("start basic", 0.8, half_life_years=1.5),
    ),
)


def country(*professions: Profession, **switches: bool) -> Model:
    """A country of 21 counties on a line, 50 km apart."""
    inhabitants = tuple(
        float(2_000 + 400 * county + 10 * year) for county in range(COUNTIES) for year in range(YEARS)
    )
    return Model(
        professions=professions or (PROFESSION,),
        demand=Demand(Table(("county", "year"), (COUNTIES, YEARS), inhabitants, START), by_county(0.9, 1.1)),
        distance_km=tuple(50.0 * abs(a - b) for a in range(COUNTIES) for b in range(COUNTIES)),
        first_year=START,
        last_year=LAST,
        **switches,
    )


def people(size: int = 300, profession: Profession = PROFESSION, seed: int = 1) -> Population:
    """Random persons in random states."""
    rng = np.random.default_rng(seed)
    drawn = Population.empty(size)
    drawn.county[:] = rng.integers(0, COUNTIES, size)
    drawn.person_id[:] = [
        person_id(profession.key, 0, START, int(county), row) for row, county in enumerate(drawn.county)
    ]
    drawn.state[:] = rng.integers(0, len(profession.states), size)
    drawn.trained_abroad[:] = rng.random(size) < 0.2
    at_home = np.where(rng.random(size) < 0.5, drawn.county, rng.integers(0, COUNTIES, size))
    drawn.home_county[:] = np.where(drawn.trained_abroad == 1, NO_HOME, at_home)
    drawn.sector[:] = rng.integers(0, 4, size)
    drawn.sex[:] = rng.integers(0, 2, size)
    drawn.age[:] = rng.integers(19, 70, size)
    drawn.years_in_state[:] = rng.integers(0, 10, size)
    drawn.fte[:] = rng.choice([60, 80, 100], size)
    trains = np.array([declared.training is not None for declared in profession.states])
    drawn.training_progress[:] = np.where(trains[drawn.state], rng.integers(0, 500, size), 0)
    return drawn


def one_person(**columns: int) -> Population:
    """One person, a full-time woman of 30 in county 5 unless said otherwise."""
    defaults = {"person_id": 77, "county": 5, "home_county": 5, "sector": 3, "age": 30, "fte": 100}
    drawn = Population.empty(1)
    for name, value in (defaults | columns).items():
        getattr(drawn, name)[:] = value
    return drawn


def bare(states: tuple[State, ...], transitions: tuple[Transition, ...], **details: Any) -> Profession:
    """A profession with nothing but these states and transitions, and what `details` adds."""
    names = ("pools", "streams", "rate_levers", "age_shifts", "working_time_levers", "choice_levers")
    empty: dict[str, Any] = dict.fromkeys(names, ())
    return replace(PROFESSION, states=states, transitions=transitions, **(empty | details))
