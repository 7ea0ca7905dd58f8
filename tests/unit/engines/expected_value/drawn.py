"""Small careers drawn at random, in which any form, covariate, scheme, pool, stream or lever may occur."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from careersim.model.graph import (
    AgeShift,
    Choice,
    ChoiceLever,
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
from careersim.schema import AGES, COUNTIES, NO_HOME
from tests.unit.engines.reference import toy

OPEN = (2, 7)
"""Counties in which everybody lives."""

RATES = st.sampled_from([0.0, 0.1, 0.6, 3.0, 800.0])
RATIOS = st.sampled_from([0.0, 0.5, 2.0])


@dataclass(frozen=True)
class Drawn:
    profession: Profession
    model: Model
    population: Population


@st.composite
def careers(draw: st.DrawFn) -> Drawn:
    """A profession of two to four states with whatever leads between them, and one to five persons."""
    size = draw(st.integers(2, 4))
    states = tuple(draw(states_of(index)) for index in range(size))
    transitions = tuple(
        draw(hazards(index, size)) for index in range(size) for _ in range(draw(st.integers(0, 2)))
    )
    transitions += tuple(draw(seats(index, size)) for index in range(size) if draw(st.booleans()))
    transitions += tuple(
        draw(completions(index, size))
        for index in range(size)
        if states[index].accrues and draw(st.booleans())
    )
    profession = toy.bare(
        states,
        transitions,
        pools=(POOL,),
        streams=tuple(draw(st.lists(streams(size), max_size=1))),
        working_times=WORKING_TIMES,
        sector_schemes=SECTOR_SCHEMES,
        choices=CHOICES,
        rate_levers=tuple(draw(st.lists(levers(len(transitions)), max_size=2))) if transitions else (),
        working_time_levers=tuple(draw(st.lists(level_levers(), max_size=2))),
        choice_levers=tuple(draw(st.lists(pulls(), max_size=2))),
        age_shifts=tuple(draw(st.lists(shifts(len(transitions)), max_size=2))) if transitions else (),
    )
    model = toy.country(profession, seats_unlimited=True, feedback=False)
    return Drawn(profession, model, draw(populations(size)))


@st.composite
def states_of(draw: st.DrawFn, index: int) -> State:
    training = draw(st.sampled_from([None, 0, 1]))
    return toy.state(
        f"state {index}",
        training=training,
        accrues=training is not None and draw(st.booleans()),
        pace_full_time=draw(st.booleans()),
        working_time=draw(st.sampled_from([None, 0, 1])),
        sectors=draw(st.sampled_from([None, 0, 1])),
        mobility=draw(st.none() | rates()),
        mobility_choice=draw(st.integers(0, 1)),
    )


@st.composite
def rates(draw: st.DrawFn) -> Hazard:
    ratios: dict[str, Any] = {
        "duration": Table(("years_in_state",), (DURATIONS,), (1.0, 0.3, *[2.0] * (DURATIONS - 2))),
        "county": toy.by_county(0.5, 2.0),
        "sector": Table(("sector",), (4,), (1.0, 0.5, 2.0, 0.0)),
        "at_home": draw(RATIOS),
        "working_time": ((60, draw(RATIOS)), (100, 1.5)),
        "trained_abroad": draw(RATIOS),
        "committed": draw(RATIOS),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(ratios))))
    bases = [
        constant(draw(RATES)),
        Table(("sex",), (2,), (draw(RATES), draw(RATES))),
        toy.by_age({age: draw(RATES) for age in (30, 31, 32)}),
    ]
    return Hazard(draw(st.sampled_from(bases)), **{name: ratios[name] for name in chosen})


@st.composite
def hazards(draw: st.DrawFn, source: int, size: int) -> Transition:
    target = draw(st.integers(0, size - 1))
    return toy.hazard(f"hazard from {source}", source, target, draw(rates()), **draw(extras()))


@st.composite
def seats(draw: st.DrawFn, source: int, size: int) -> Transition:
    destination = Destination(draw(st.integers(0, size - 1)), 1.0)
    name = f"seat from {source}"
    return Transition(name, source, "seat", (destination,), hazard=draw(rates()), pool=0, **draw(extras()))


@st.composite
def completions(draw: st.DrawFn, source: int, size: int) -> Transition:
    first, second = draw(st.lists(st.integers(0, size - 1), min_size=2, max_size=2, unique=True))
    requirement = draw(st.sampled_from([50, 130, 200]))
    return toy.progress(
        f"completion of {source}", source, requirement, (first, 0.7), (second, 0.3), **draw(extras())
    )


def extras() -> st.SearchStrategy[dict[str, int]]:
    return st.fixed_dictionaries({"credit": st.sampled_from([0, 25]), "commitment": st.integers(0, 2)})


@st.composite
def streams(draw: st.DrawFn, size: int) -> Stream:
    numbers = {county: draw(st.sampled_from([0.0, 0.4, 2.0, 2.5])) for county in OPEN}
    return Stream(
        name="stream",
        state=draw(st.integers(0, size - 1)),
        inflow=Table(("county",), (COUNTIES,), tuple(numbers.get(county, 0.0) for county in range(COUNTIES))),
        added=constant(0.0),
        dispersion=draw(st.sampled_from(["fixed", "poisson"])),
        women=draw(st.sampled_from([0.0, 0.6])),
        ages=toy.by_age({29: 0.5, 30: 0.5}),
        trained_abroad=draw(st.booleans()),
        stamps=(),
    )


@st.composite
def levers(draw: st.DrawFn, transitions: int) -> RateLever:
    return RateLever(
        transition=draw(st.integers(0, transitions - 1)),
        factor=draw(RATIOS),
        first_year=toy.START + draw(st.integers(0, 2)),
        last_year=toy.LAST,
        counties=tuple(county == draw(st.sampled_from(OPEN)) for county in range(COUNTIES)),
        sectors=draw(st.sampled_from([(True, True, True, True), (True, False, True, False)])),
        age_low=draw(st.sampled_from([0, 31])),
        age_high=draw(st.sampled_from([31, AGES - 1])),
        half_life_years=draw(st.sampled_from([None, 0.5])),
    )


@st.composite
def shifts(draw: st.DrawFn, transitions: int) -> AgeShift:
    return AgeShift(
        transition=draw(st.integers(0, transitions - 1)),
        years=draw(st.sampled_from([1.0, 0.5, -0.25, 0.0])),
        first_year=toy.START + draw(st.integers(0, 2)),
        last_year=toy.LAST,
        counties=tuple(county == draw(st.sampled_from(OPEN)) for county in range(COUNTIES)),
        sectors=draw(st.sampled_from([(True, True, True, True), (True, False, True, False)])),
    )


@st.composite
def level_levers(draw: st.DrawFn) -> WorkingTimeLever:
    return WorkingTimeLever(
        scheme=draw(st.integers(0, 1)),
        factor=draw(st.sampled_from([0.0, 0.4, 1.3, 9.0])),
        first_year=toy.START + draw(st.integers(0, 2)),
        last_year=toy.LAST,
        counties=tuple(county == draw(st.sampled_from(OPEN)) for county in range(COUNTIES)),
        age_low=draw(st.sampled_from([0, 31])),
        age_high=draw(st.sampled_from([31, AGES - 1])),
    )


@st.composite
def pulls(draw: st.DrawFn) -> ChoiceLever:
    return ChoiceLever(
        choice=draw(st.integers(0, 1)),
        utility=draw(st.sampled_from([-1.5, 0.7])),
        first_year=toy.START + draw(st.integers(0, 2)),
        last_year=toy.LAST,
        counties=tuple(county == OPEN[0] for county in range(COUNTIES)),
    )


@st.composite
def populations(draw: st.DrawFn, size: int) -> Population:
    population = Population.empty(draw(st.integers(1, 5)))
    among: dict[str, st.SearchStrategy[int]] = {
        "state": st.integers(0, size - 1),
        "county": st.sampled_from(OPEN),
        "home_county": st.sampled_from((*OPEN, NO_HOME)),
        "sector": st.integers(0, 3),
        "sex": st.integers(0, 1),
        "age": st.integers(29, 31),
        "years_in_state": st.sampled_from([0, 1, 70]),
        "fte": st.sampled_from([60, 100]),
        "trained_abroad": st.integers(0, 1),
        "commitment_years": st.integers(0, 2),
        "training_progress": st.sampled_from([0, 40, 120]),
    }
    for row in range(len(population)):
        population.person_id[row] = row
        for name, values in among.items():
            getattr(population, name)[row] = draw(values)
    return population


SHUT = tuple(0.0 if county in OPEN else -800.0 for county in range(COUNTIES))

CHOICES = (Choice(1.5, 1.0, -0.3, 0.4, SHUT), Choice(0.0, 0.0, 0.0, 1.0, SHUT))

POOL = Pool(
    name="pool",
    label_en="pool",
    holders=(),
    posts=None,
    supervisors=(),
    per_supervisor=None,
    choice=0,
    wishes=2,
    local_first=False,
)

WORKING_TIMES = (
    WorkingTimeScheme(
        "by sex", (60, 100), constant(0.2), Table(("sex", "level"), (2, 2), (0.7, 0.3, 0.1, 0.9))
    ),
    WorkingTimeScheme(
        "for all", (50, 80), Table(("sex",), (2,), (0.0, 0.5)), Table(("level",), (2,), (0.4, 0.6))
    ),
)

SECTOR_SCHEMES = (SectorScheme("mixed", (0.7, 0.1, 0.1, 0.1)), SectorScheme("care", (0.6, 0.0, 0.4, 0.0)))
