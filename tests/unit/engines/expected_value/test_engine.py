"""Single steps against numbers worked out by hand, and what the engine refuses."""

import math
from dataclasses import replace

import numpy as np
import pytest

from careersim.engines.expected_value import ExpectedValueEngine
from careersim.engines.expected_value.engine import Year
from careersim.engines.expected_value.entrants import expected_number
from careersim.engines.reference.entrants import poisson
from careersim.errors import InternalError, UserError
from careersim.model.graph import (
    AgeShift,
    Choice,
    ChoiceLever,
    Hazard,
    Pool,
    State,
    Transition,
    WorkingTimeLever,
    WorkingTimeScheme,
)
from careersim.model.table import Table, constant
from careersim.population.columns import Population
from careersim.schema import COUNTIES
from tests.unit.engines.reference import toy

HERE = 5
FLAT = (0.0,) * COUNTIES
NEVER = WorkingTimeScheme("never reviewed", (60,), constant(0.0), Table(("level",), (1,), (1.0,)))


def engine(
    states: tuple[State, ...], transitions: tuple[Transition, ...], people: Population, **details: object
) -> ExpectedValueEngine:
    profession = toy.bare(states, transitions, **details)
    return ExpectedValueEngine(
        profession, toy.country(profession, seats_unlimited=True, feedback=False), people
    )


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        (
            {"seats_unlimited": False, "feedback": False},
            "seats: with limited seats one person's seat is another's",
        ),
        ({"seats_unlimited": True, "feedback": True}, "feedback: with feedback rates follow the workload"),
    ],
)
def test_coupled_persons_are_refused(switches: dict[str, bool], words: str) -> None:
    with pytest.raises(UserError, match=words):
        ExpectedValueEngine(toy.PROFESSION, toy.country(**switches), toy.people(3))


def test_the_start_is_observed_before_the_first_step() -> None:
    people = toy.people(200)
    found = ExpectedValueEngine(toy.PROFESSION, toy.country(seats_unlimited=True, feedback=False), people)
    assert found.year == found.record.year == toy.START
    counted = np.zeros_like(found.record.stock)
    np.add.at(counted, (people.state, people.county), 1)
    np.testing.assert_array_equal(found.record.stock, counted)
    assert found.record.fte_percent.sum() == people.fte.sum()
    assert found.cells <= 200


def test_lost_persons_are_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = engine((toy.state("only"),), (), toy.one_person())
    monkeypatch.setattr(Year, "live", lambda self, cells, record: cells.weighted(np.array([0.5])))
    with pytest.raises(InternalError, match=r"1\.0 persons were expected in 2024 and 0\.5 are accounted for"):
        found.step()


def test_competing_risks_share_the_probability_of_any() -> None:
    transitions = (toy.hazard("a", 0, 1, 0.3), toy.hazard("b", 0, 2, 0.1))
    states = tuple(toy.state(name) for name in "abc")
    found = engine(states, transitions, toy.one_person()).step()
    any_of_them = 1 - math.exp(-0.4)
    assert found.left[:, HERE] == pytest.approx([0.75 * any_of_them, 0.25 * any_of_them])
    assert found.stock[:, HERE] == pytest.approx([math.exp(-0.4), 0.75 * any_of_them, 0.25 * any_of_them])


def test_years_in_state_count_from_the_last_change() -> None:
    duration = Table(("years_in_state",), (64,), (0.0, 0.2, *[0.5] * 62))
    states = (toy.state("a"), toy.state("b"))
    transitions = (toy.hazard("away", 0, 1, Hazard(constant(1.0), duration=duration)),)
    people = toy.one_person(years_in_state=0)
    found = engine(states, transitions, people)
    survival = [found.step().stock[0, HERE] for _ in range(4)]
    assert survival == pytest.approx([1.0, math.exp(-0.2), math.exp(-0.7), math.exp(-1.2)])


def test_a_commitment_protects_for_its_years() -> None:
    states = (toy.state("a"), toy.state("b"), toy.state("c"))
    transitions = (
        toy.hazard("sign", 0, 1, 800.0, commitment=2),
        toy.hazard("leave", 1, 2, Hazard(constant(1.0), committed=0.0)),
    )
    found = engine(states, transitions, toy.one_person())
    kept = [found.step().stock[1, HERE] for _ in range(5)]
    # Signed in year 1 for years 2 and 3; exposed from year 4 on.
    assert kept == pytest.approx([1.0, 1.0, 1.0, math.exp(-1), math.exp(-2)])


def test_relocation_follows_the_logit() -> None:
    choice = Choice(home=1.0, stay=9.0, distance=0.0, size=0.0, attractiveness=FLAT)
    states = (toy.state("a", mobility=Hazard(constant(0.5))),)
    found = engine(states, (), toy.one_person(home_county=7), choices=(choice,)).step()
    moving = 1 - math.exp(-0.5)
    assert found.moved_out[0, HERE] == pytest.approx(moving)
    assert found.moved_in[0, 7] == pytest.approx(moving * math.e / (math.e + 19))
    assert found.moved_in[0, 8] == pytest.approx(moving / (math.e + 19))
    assert found.moved_in[0, HERE] == 0


def test_applicants_without_limit_get_the_first_wish() -> None:
    choice = Choice(home=0.0, stay=1.0, distance=0.0, size=0.0, attractiveness=FLAT)
    pool = Pool("pool", "pool", (1,), constant(0.0), (), None, choice=0, wishes=3, local_first=True)
    transitions = (toy.seat("apply", 0, 1, 0, 0.7),)
    states = (toy.state("a"), toy.state("b"))
    found = engine(states, transitions, toy.one_person(), choices=(choice,), pools=(pool,)).step()
    applying = 1 - math.exp(-0.7)
    assert found.left[0, HERE] == pytest.approx(applying)
    assert found.arrived[0, HERE] == pytest.approx(applying * math.e / (math.e + 20))
    assert found.stock[1, 8] == pytest.approx(applying / (math.e + 20))


@pytest.mark.parametrize(
    ("state", "requirement", "complete"),
    [
        # Full-time pace: head starts 0 to 99; 50 of 100 reach 150 with the 100 of the first whole year.
        ({"pace_full_time": True}, 150, 0.5),
        # Working time 60: floor(0.6 k) is at least 40 for k from 67 to 99.
        ({}, 100, 0.33),
        # With a credit of 25 a head start of 15 suffices: k from 25 to 99.
        ({"credit": 25}, 100, 0.75),
    ],
)
def test_a_head_start_is_uniform(state: dict[str, int], requirement: int, complete: float) -> None:
    credit = state.pop("credit", 0)
    states = (
        toy.state("before", working_time=2),
        toy.state("training", training=0, accrues=True, working_time=2, **state),
        toy.state("after"),
    )
    transitions = (
        toy.hazard("start", 0, 1, 800.0, credit=credit),
        toy.progress("complete", 1, requirement, (2, 1.0)),
    )
    found = engine(states, transitions, toy.one_person(fte=60), working_times=(*toy.WORKING_TIMES, NEVER))
    assert found.step().stock[1, HERE] == pytest.approx(1.0)
    assert found.step().stock[2, HERE] == pytest.approx(complete)


def test_a_surplus_is_carried_into_the_next_training() -> None:
    states = (
        toy.state("first", training=0, accrues=True, pace_full_time=True),
        toy.state("second", training=1, accrues=True, pace_full_time=True),
        toy.state("after"),
    )
    transitions = (
        toy.progress("one", 0, 130, (1, 1.0)),
        toy.progress("two", 1, 150, (2, 1.0)),
    )
    for progress, done in ((79, 0.0), (80, 1.0)):
        found = engine(states, transitions, toy.one_person(training_progress=progress))
        found.step()
        assert found.step().stock[2, HERE] == done


def test_entrants_are_described_by_shares() -> None:
    (students, _) = toy.STREAMS
    streams = (replace(students, state=0, inflow=constant(2.5), added=constant(0.25)),)
    states = (toy.state("a", working_time=1, sectors=0),)
    found = engine(states, (), toy.one_person(), streams=streams).step()
    assert found.entered == pytest.approx(np.full((1, COUNTIES), 2.75))
    women, men = 0.2 * 60 + 0.3 * 80 + 0.5 * 100, 0.1 * 60 + 0.2 * 80 + 0.7 * 100
    assert found.fte_percent[0, 8] == pytest.approx(2.75 * (0.6 * women + 0.4 * men))


@pytest.mark.parametrize(
    ("inflow", "added", "dispersion", "mean"),
    [
        (2.3, 0.4, "fixed", 2.7),
        (2.3, 0.4, "poisson", 2.7),
        (2.3, -0.4, "fixed", 1.9),
        (0.5, -0.5, "fixed", 0.25),  # one comes and none is taken away: 1/4
        (1.5, -3.0, "fixed", 0.0),
    ],
)
def test_there_are_never_fewer_than_no_entrants(
    inflow: float, added: float, dispersion: str, mean: float
) -> None:
    stream = replace(toy.STREAMS[0], inflow=constant(inflow), added=constant(added), dispersion=dispersion)
    assert expected_number(stream, toy.START + 1) == pytest.approx(np.full(COUNTIES, mean))


def test_a_poisson_stream_may_lose_more_than_come() -> None:
    stream = replace(toy.STREAMS[0], inflow=constant(1.7), added=constant(-1.4), dispersion="poisson")
    words = (np.arange(20_000) + 0.5) / 20_000 * 2**32
    drawn = np.array([poisson(1.7, int(word)) for word in words])
    mean = 0.6 * np.maximum(drawn - 1, 0).mean() + 0.4 * np.maximum(drawn - 2, 0).mean()
    assert expected_number(stream, toy.START + 1)[HERE] == pytest.approx(mean, abs=1e-3)


def test_levers_act_where_when_and_on_whom_they_say() -> None:
    states = (toy.state("a"), toy.state("b"))
    transitions = (toy.hazard("leave", 0, 1, 0.4),)
    lever = replace(
        toy.PROFESSION.rate_levers[0],
        transition=0,
        factor=0.5,
        first_year=toy.START + 2,
        last_year=toy.START + 2,
        counties=tuple(county == HERE for county in range(COUNTIES)),
        sectors=(False, False, False, True),
        age_low=30,
        age_high=31,
    )

    def left(**columns: int) -> list[float]:
        found = engine(states, transitions, toy.one_person(**columns), rate_levers=(lever,))
        return [1 - found.step().stock[0].sum() for _ in range(2)]

    first, both = 1 - math.exp(-0.4), 1 - math.exp(-0.8)
    assert left() == pytest.approx([first, 1 - math.exp(-0.6)])
    assert left(age=29) == pytest.approx([first, 1 - math.exp(-0.6)])
    for elsewhere in ({"age": 28}, {"age": 31}, {"sector": 0}, {"county": 6}):
        assert left(**elsewhere) == pytest.approx([first, both])


def test_a_shift_of_ages_acts_where_and_on_whom_it_says() -> None:
    states = (toy.state("a"), toy.state("b"))
    transitions = (toy.hazard("retire", 0, 1, Hazard(toy.by_age({29: 0.2, 30: 0.6}))),)
    here = tuple(county == HERE for county in range(COUNTIES))
    shift = AgeShift(0, 0.25, toy.START + 1, toy.LAST, here, (False, False, False, True))

    def left(**columns: int) -> float:
        person = toy.one_person(**({"age": 30} | columns))
        return float(1 - engine(states, transitions, person, age_shifts=(shift,)).step().stock[0].sum())

    assert left() == pytest.approx(1 - math.exp(-(0.75 * 0.6 + 0.25 * 0.2)))
    assert left(sector=0) == left(county=6) == pytest.approx(1 - math.exp(-0.6))


def test_a_factor_on_part_time_moves_shares_to_full_time() -> None:
    scheme = WorkingTimeScheme("half", (50, 80, 100), constant(0.0), Table(("level",), (3,), (0.3, 0.2, 0.5)))
    states = (toy.state("a"), toy.state("b", working_time=0))
    transitions = (toy.hazard("start", 0, 1, 800.0),)
    here = tuple(county == HERE for county in range(COUNTIES))

    def percent(factor: float, **columns: int) -> float:
        lever = WorkingTimeLever(0, factor, toy.START + 1, toy.LAST, here, 30, 40)
        made = engine(
            states,
            transitions,
            toy.one_person(**columns),
            working_times=(scheme,),
            working_time_levers=(lever,),
        )
        return float(made.step().fte_percent[1].sum())

    assert percent(1.0) == pytest.approx(0.3 * 50 + 0.2 * 80 + 0.5 * 100)
    assert percent(0.5) == pytest.approx(0.15 * 50 + 0.1 * 80 + 0.75 * 100)
    assert percent(0.0) == pytest.approx(100)
    assert percent(1.6) == pytest.approx(0.48 * 50 + 0.32 * 80 + 0.2 * 100)
    assert percent(7.0) == pytest.approx(0.6 * 50 + 0.4 * 80)
    for unaffected in ({"county": 6}, {"age": 29}, {"age": 41}):
        assert percent(0.5, **unaffected) == percent(1.0)


def test_utility_added_to_a_county_draws_relocations_there() -> None:
    states = (toy.state("a", mobility=Hazard(constant(800.0))),)
    there = tuple(county == 7 for county in range(COUNTIES))
    flat = Choice(home=0.0, stay=0.0, distance=0.0, size=0.0, attractiveness=FLAT)
    lever = ChoiceLever(0, math.log(3.0), toy.START + 2, toy.START + 2, there)
    made = engine(states, (), toy.one_person(), choices=(flat,), choice_levers=(lever,))
    first, second = (made.step().moved_in[0, 7] for _ in range(2))
    assert first == pytest.approx(1 / 20)
    assert second == pytest.approx((1 - first) * 3 / 22)
