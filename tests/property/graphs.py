"""Random but valid career graphs, built as dataclasses: whatever a career file may declare may occur.

Two to eight states; hazards, completions and seats; trainings with leave; schemes of working time and sector;
pools with and without posts and supervisors; fixed and Poisson streams; commitments, credits, stamps, ratios
of every covariate, levers; and rates at the edges of float64: 0, 1e-9, 50 and 800 a year.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from careersim.model.graph import (
    AgeShift,
    Bonus,
    Choice,
    ChoiceLever,
    Destination,
    Hazard,
    Model,
    Pool,
    Profession,
    RateLever,
    Response,
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
from tests.unit.engines.reference import toy

TRAININGS = 3
EVENTFUL_RATES = (0.05, 0.2, 0.2, 0.7, 0.7, 0.0, 1e-9, 50.0, 800.0)
RATIOS = (0.0, 0.3, 0.9, 1.0, 1.7, 40.0)
STAMPS = ("degree", "licence", "certificate")


@dataclass(frozen=True)
class Drawn:
    """A career graph in its country, with people in it."""

    profession: Profession
    model: Model
    people: Population

    def __repr__(self) -> str:
        """Short: the tables alone fill pages. Look at the fields in a debugger."""
        return (
            f"Drawn({[state.name for state in self.profession.states]}, {len(self.people)} persons, "
            f"{[transition.name for transition in self.profession.transitions]})"
        )


@st.composite
def careers(draw: st.DrawFn, most_persons: int = 200) -> Drawn:
    """A valid profession, alone in a country of 21 counties, and its starting population."""
    size = draw(st.integers(2, 8))
    working_times = tuple(draw(_working_times(k)) for k in range(draw(st.integers(1, 2))))
    sector_schemes = tuple(draw(_sector_schemes(k)) for k in range(draw(st.integers(1, 2))))
    choices = tuple(draw(_choices()) for _ in range(draw(st.integers(1, 2))))
    last_is_final = draw(st.booleans())
    states = tuple(
        draw(
            _states(k, last_is_final and k == size - 1, len(working_times), len(sector_schemes), len(choices))
        )
        for k in range(size)
    )
    pools = tuple(draw(_pools(k, size, len(choices))) for k in range(draw(st.integers(0, 2))))
    transitions: list[Transition] = []
    for k, declared in enumerate(states):
        if not declared.final:
            transitions += draw(_ways_out(k, declared, size, pools))
    profession = Profession(
        name="drawn",
        key=draw(st.integers(0, 255)),
        label_en="drawn",
        label_sv="drawn",
        start_year=toy.START,
        states=states,
        transitions=tuple(transitions),
        pools=pools,
        streams=tuple(draw(_streams(k, size)) for k in range(draw(st.integers(0, 2)))),
        working_times=working_times,
        sector_schemes=sector_schemes,
        choices=choices,
        rate_levers=tuple(draw(st.lists(_levers(transitions), max_size=3))) if _rated(transitions) else (),
        working_time_levers=tuple(draw(st.lists(_level_levers(len(working_times)), max_size=2))),
        choice_levers=tuple(draw(st.lists(_pulls(len(choices)), max_size=2))),
        age_shifts=tuple(draw(st.lists(_shifts(transitions), max_size=3))) if _rated(transitions) else (),
        bonuses=tuple(draw(st.lists(_bonuses(transitions, len(states)), max_size=3))),
    )
    model = toy.country(
        profession,
        seats_unlimited=draw(st.sampled_from([False, False, False, True])),
        feedback=draw(st.sampled_from([True, True, False])),
    )
    persons = draw(st.integers(most_persons // 2, most_persons))
    return Drawn(profession, model, population(profession, persons, seed=draw(st.integers(0, 2**32 - 1))))


def population(profession: Profession, size: int, seed: int) -> Population:
    """Persons in random states, each as the schemes and trainings of the state allow."""
    rng = np.random.default_rng(seed)
    people = Population.empty(size)
    people.county[:] = rng.integers(0, COUNTIES, size)
    people.person_id[:] = [
        person_id(profession.key, 0, profession.start_year, int(county), row)
        for row, county in enumerate(people.county)
    ]
    people.state[:] = rng.integers(0, len(profession.states), size)
    people.trained_abroad[:] = rng.random(size) < 0.2
    elsewhere = rng.integers(0, COUNTIES, size)
    home = np.where(rng.random(size) < 0.5, people.county, elsewhere)
    people.home_county[:] = np.where(people.trained_abroad == 1, NO_HOME, home)
    people.sex[:] = rng.integers(0, 2, size)
    people.age[:] = rng.choice([18, 30, 31, 45, 64, 65, 80, 119, 120], size)
    people.years_in_state[:] = rng.choice([0, 1, 2, 5, 62, 63, 64, 254, 255], size)
    people.commitment_years[:] = rng.choice([0, 0, 1, 2, 255], size)
    for row, state in enumerate(people.state):
        declared = profession.states[state]
        people.fte[row] = rng.choice(allowed_working_times(profession, declared))
        people.sector[row] = rng.choice(allowed_sectors(profession, declared))
        if declared.training is not None:
            people.training_progress[row] = rng.integers(0, max(requirement(profession, int(state)), 1))
    return people


def allowed_working_times(profession: Profession, state: State) -> tuple[int, ...]:
    """Percent that a person in the state may work."""
    return (100,) if state.working_time is None else profession.working_times[state.working_time].levels


def allowed_sectors(profession: Profession, state: State) -> tuple[int, ...]:
    """Sectors that a person in the state may work in."""
    if state.sectors is None:
        return (3,)
    shares = profession.sector_schemes[state.sectors].shares
    return tuple(sector for sector, share in enumerate(shares) if share > 0)


def requirement(profession: Profession, state: int) -> int:
    """Progress at which the training of a state is complete; that of 300 where nothing completes."""
    found = [t.requirement for t in profession.transitions if t.form == "progress" and t.source == state]
    return found[0] if found else 300


def _rated(transitions: list[Transition]) -> list[int]:
    return [k for k, transition in enumerate(transitions) if transition.form != "progress"]


# -- States and what leads out of them ---------------------------------------------------------------------


@st.composite
def _states(
    draw: st.DrawFn, number: int, final: bool, working_times: int, sector_schemes: int, choices: int
) -> State:
    training = draw(st.none() | st.integers(0, TRAININGS - 1))
    return toy.state(
        f"state {number}",
        training=training,
        accrues=training is not None and not final and draw(st.sampled_from([True, True, False])),
        pace_full_time=draw(st.booleans()),
        working_time=draw(st.none() | st.integers(0, working_times - 1)),
        sectors=draw(st.none() | st.integers(0, sector_schemes - 1)),
        mobility=draw(st.none() | _hazards()),
        mobility_choice=draw(st.integers(0, choices - 1)),
        serves=draw(st.booleans()),
        trains=draw(st.booleans()),
        final=final,
    )


@st.composite
def _ways_out(
    draw: st.DrawFn, source: int, state: State, size: int, pools: tuple[Pool, ...]
) -> list[Transition]:
    anywhere = st.integers(0, size - 1)
    found = []
    for number in range(draw(st.integers(0 if state.accrues else 1, 3))):
        to = (Destination(draw(anywhere), 1.0),)
        extras = draw(_extras())
        name = f"hazard {source} {number}"
        found.append(Transition(name, source, "hazard", to, hazard=draw(_hazards()), **extras))
    if state.accrues:
        shares = draw(st.sampled_from([(1.0,), (0.7, 0.3), (0.0, 1.0), (0.1, 0.2, 0.7), (0.5, 0.5, 0.0)]))
        to = tuple(Destination(draw(anywhere), share) for share in shares)
        needed = draw(st.sampled_from([0, 60, 100, 130, 250, 500]))
        name = f"completion {source}"
        found.append(Transition(name, source, "progress", to, requirement=needed, **draw(_extras())))
    for number, pool in enumerate(pools):
        if draw(st.sampled_from([True, True, False])):
            to = (Destination(draw(st.sampled_from(pool.holders)), 1.0),)
            name = f"seat {source} {number}"
            extras = draw(_extras())
            found.append(Transition(name, source, "seat", to, hazard=draw(_hazards()), pool=number, **extras))
    return draw(st.permutations(found))


def _extras() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "credit": st.sampled_from([0, 0, 25, 300, 65_000]),
            "commitment": st.sampled_from([0, 0, 1, 3, 255]),
            "stamp": st.sampled_from([None, None, *STAMPS]),
        }
    )


@st.composite
def _hazards(draw: st.DrawFn) -> Hazard:
    rates = st.sampled_from(EVENTFUL_RATES)
    ratio = st.sampled_from(RATIOS)
    long_stay = [draw(ratio)] * (DURATIONS - 3)
    ratios: dict[str, Any] = {
        "duration": Table(("years_in_state",), (DURATIONS,), (1.0, draw(ratio), 0.8, *long_stay)),
        "county": toy.by_county(draw(st.sampled_from([0.0, 0.7])), 1.3),
        "sector": Table(("sector",), (4,), (1.0, draw(ratio), 1.1, 0.9)),
        "at_home": draw(ratio),
        "working_time": ((60, draw(ratio)), (100, draw(ratio))),
        "trained_abroad": draw(ratio),
        "committed": draw(ratio),
        "workload": draw(st.sampled_from([-1.0, 0.0, 0.4])),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(ratios)), max_size=8))
    base = draw(st.sampled_from(["constant", "sex", "age", "both"]))
    if base == "constant":
        table = constant(draw(rates))
    elif base == "sex":
        table = Table(("sex",), (2,), (draw(rates), draw(rates)))
    elif base == "age":
        table = _by_age(draw(rates), draw(rates))
    else:
        table = Table(
            ("sex", "age"),
            (2, AGES),
            (*_by_age(draw(rates), draw(rates)).values, *_by_age(draw(rates), draw(rates)).values),
        )
    return Hazard(table, **{name: ratios[name] for name in chosen})


def _by_age(young: float, old: float) -> Table:
    return Table(("age",), (AGES,), tuple(young if age < 60 else old for age in range(AGES)))


# -- Pools, streams, schemes, choices, levers --------------------------------------------------------------


@st.composite
def _pools(draw: st.DrawFn, number: int, size: int, choices: int) -> Pool:
    some = st.sets(st.integers(0, size - 1), min_size=1, max_size=3)
    posts = draw(
        st.none()
        | st.just(toy.by_county(0.0, 9.0))
        | st.just(toy.by_county_and_year(0.7, 0.6))
        | st.just(constant(2.9))
    )
    supervised = draw(st.sampled_from([False, True]))
    return Pool(
        name=f"pool {number}",
        label_en="pool",
        holders=tuple(sorted(draw(some))),
        posts=posts,
        supervisors=tuple(sorted(draw(some))) if supervised else (),
        per_supervisor=draw(st.sampled_from([constant(0.0), constant(1.3), toy.by_county(0.2, 3.0)]))
        if supervised
        else None,
        choice=draw(st.integers(0, choices - 1)),
        wishes=draw(st.sampled_from([1, 2, 5, COUNTIES, COUNTIES + 4])),
        local_first=draw(st.booleans()),
    )


@st.composite
def _streams(draw: st.DrawFn, number: int, size: int) -> Stream:
    return Stream(
        name=f"stream {number}",
        state=draw(st.integers(0, size - 1)),
        inflow=draw(st.sampled_from([constant(0.0), constant(1.0), toy.by_county(0.0, 1.3), constant(1e-9)])),
        added=draw(st.sampled_from([constant(0.0), constant(-1.2), toy.by_county(-0.5, 1.5)])),
        dispersion=draw(st.sampled_from(["fixed", "poisson"])),
        women=draw(st.sampled_from([0.0, 0.6, 1.0])),
        ages=toy.by_age(draw(st.sampled_from([{19: 1.0}, {19: 0.3, 30: 0.3, 64: 0.4}, {0: 0.5, 120: 0.5}]))),
        trained_abroad=draw(st.booleans()),
        stamps=tuple(draw(st.sets(st.sampled_from(STAMPS)))),
    )


@st.composite
def _working_times(draw: st.DrawFn, number: int) -> WorkingTimeScheme:
    levels = draw(st.sampled_from([(100,), (60, 100), (1, 60, 80, 100)]))
    if levels == (100,):
        shares = Table(("level",), (1,), (1.0,))
    elif len(levels) == 2:
        shares = Table(("sex", "level"), (2, 2), (0.7, 0.3, 1.0, 0.0))
    else:
        by_age = tuple((0.1, 0.2, 0.3, 0.4) if age < 60 else (0.0, 0.5, 0.5, 0.0) for age in range(AGES))
        shares = Table(("age", "level"), (AGES, 4), tuple(share for row in by_age for share in row))
    rates = st.sampled_from(EVENTFUL_RATES)
    review = draw(st.sampled_from([constant(0.2), _by_age(draw(rates), draw(rates))]))
    return WorkingTimeScheme(f"scheme {number}", levels, review, shares)


@st.composite
def _sector_schemes(draw: st.DrawFn, number: int) -> SectorScheme:
    shares = st.sampled_from([(0.7, 0.1, 0.1, 0.1), (0.6, 0.0, 0.4, 0.0), (0.0, 0.0, 0.0, 1.0)])
    return SectorScheme(f"scheme {number}", draw(shares))


@st.composite
def _choices(draw: st.DrawFn) -> Choice:
    pull = st.sampled_from([-1.0, 0.0, 1.5, 12.0])
    step = draw(st.sampled_from([0.0, 0.1, -0.5]))
    return Choice(
        home=draw(pull),
        stay=draw(pull),
        distance=draw(st.sampled_from([0.0, -0.3, -1.5])),
        size=draw(st.sampled_from([0.0, 0.6, 1.0])),
        attractiveness=tuple(step * county for county in range(COUNTIES)),
    )


@st.composite
def _levers(draw: st.DrawFn, transitions: list[Transition]) -> RateLever:
    first = toy.START + draw(st.integers(1, 4))
    return RateLever(
        transition=draw(st.sampled_from(_rated(transitions))),
        factor=draw(st.sampled_from([0.0, 0.5, 1.0, 1.1, 30.0])),
        first_year=first,
        last_year=draw(st.sampled_from([first, first + 1, toy.LAST])),
        counties=tuple(
            draw(st.sampled_from([(True,) * COUNTIES, tuple(county % 3 > 0 for county in range(COUNTIES))]))
        ),
        sectors=draw(st.sampled_from([(True, True, True, True), (True, False, True, False)])),
        age_low=draw(st.sampled_from([0, 31])),
        age_high=draw(st.sampled_from([64, AGES - 1])),
        half_life_years=draw(st.sampled_from([None, 0.3, 2.0])),
    )


@st.composite
def _shifts(draw: st.DrawFn, transitions: list[Transition]) -> AgeShift:
    first = toy.START + draw(st.integers(1, 4))
    return AgeShift(
        transition=draw(st.sampled_from(_rated(transitions))),
        years=draw(st.sampled_from([0.0, 2.0, 0.3, -1.7, 20.0, -20.0])),
        first_year=first,
        last_year=draw(st.sampled_from([first, toy.LAST])),
        counties=tuple(
            draw(st.sampled_from([(True,) * COUNTIES, tuple(c % 3 > 0 for c in range(COUNTIES))]))
        ),
        sectors=draw(st.sampled_from([(True, True, True, True), (True, False, True, False)])),
    )


@st.composite
def _level_levers(draw: st.DrawFn, schemes: int) -> WorkingTimeLever:
    first = toy.START + draw(st.integers(1, 4))
    return WorkingTimeLever(
        scheme=draw(st.integers(0, schemes - 1)),
        factor=draw(st.sampled_from([0.0, 0.3, 1.0, 1.2, 50.0])),
        first_year=first,
        last_year=draw(st.sampled_from([first, toy.LAST])),
        counties=tuple(
            draw(st.sampled_from([(True,) * COUNTIES, tuple(c % 3 > 0 for c in range(COUNTIES))]))
        ),
        age_low=draw(st.sampled_from([0, 31])),
        age_high=draw(st.sampled_from([64, AGES - 1])),
    )


@st.composite
def _pulls(draw: st.DrawFn, choices: int) -> ChoiceLever:
    first = toy.START + draw(st.integers(1, 4))
    return ChoiceLever(
        choice=draw(st.integers(0, choices - 1)),
        utility=draw(st.sampled_from([0.0, 0.3, -2.0, 20.0])),
        first_year=first,
        last_year=draw(st.sampled_from([first, first + 1, toy.LAST])),
        counties=tuple(county % draw(st.sampled_from([2, 5])) == 0 for county in range(COUNTIES)),
    )


@st.composite
def _bonuses(draw: st.DrawFn, transitions: list[Transition], states: int) -> Bonus:
    first = toy.START + draw(st.integers(1, 3))
    hazards = [index for index, one in enumerate(transitions) if one.form == "hazard"]
    return Bonus(
        name="bonus",
        amount=draw(st.sampled_from([1_000.0, 40_000.0])),
        salary=40_000.0,
        first_year=first,
        last_year=draw(st.sampled_from([first, first + 1, toy.LAST])),
        states=tuple(draw(st.lists(st.booleans(), min_size=states, max_size=states))),
        counties=tuple(
            draw(st.sampled_from([(True,) * COUNTIES, tuple(c % 3 > 0 for c in range(COUNTIES))]))
        ),
        sectors=draw(st.sampled_from([(True, True, True, True), (True, False, True, False)])),
        age_low=draw(st.sampled_from([0, 31])),
        age_high=draw(st.sampled_from([64, AGES - 1])),
        newcomers=draw(st.sampled_from([True, True, False])),
        incumbents=draw(st.sampled_from([True, True, False])),
        years=draw(st.sampled_from([1, 2, 60])),
        uptake=draw(st.sampled_from([0.4, 1.0])),
        responses=(
            Response(
                transitions=tuple(hazards[::2]),
                moving=tuple(range(0, states, 2)),
                newcomers=draw(st.sampled_from([-8.0, 0.3, 2.0])),
                incumbents=draw(st.sampled_from([-1.0, 0.0, 3.0])),
            ),
        ),
        rebound=draw(st.sampled_from([0.0, 1.3, 30.0])),
        rebound_years=draw(st.sampled_from([1, 3, 0])),
    )
