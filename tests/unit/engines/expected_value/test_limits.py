"""Where nothing is left to chance the expected value is what happens to persons of the reference engine."""

import numpy as np
import pytest

from careersim.engines.expected_value import ExpectedValueEngine
from careersim.engines.reference import ReferenceEngine
from careersim.model.graph import Choice, Hazard, Pool, Profession, SectorScheme, Stream, WorkingTimeScheme
from careersim.model.table import DURATIONS, Table, constant
from careersim.schema import AGES, COUNTIES
from tests.unit.engines.reference import toy

STUDENT, WAITING, BASIC, FURTHER, LICENSED, TRAINEE, LEAVE, WORK, GONE, RETIRED = range(10)
NEAR, FAR = 4, 13
CERTAIN = 800.0
YEARS = 17


def in_year(years: int) -> Table:
    return Table(("years_in_state",), (DURATIONS,), tuple(float(k == years) for k in range(DURATIONS)))


def only(county: int) -> Table:
    return Table(("county",), (COUNTIES,), tuple(float(c == county) for c in range(COUNTIES)))


def to(county: int) -> Choice:
    return Choice(0.0, 0.0, 0.0, 1.0, tuple(0.0 if c == county else -900.0 for c in range(COUNTIES)))


def stream(name: str, state: int, women: float, *, trained_abroad: bool = False) -> Stream:
    numbers = tuple(3.0 if county in (NEAR, FAR) else 0.0 for county in range(COUNTIES))
    added = tuple(-1.0 if county == NEAR else 0.0 for county in range(COUNTIES))
    return Stream(
        name=name,
        state=state,
        inflow=Table(("county",), (COUNTIES,), numbers),
        added=Table(("county",), (COUNTIES,), added),
        dispersion="fixed",
        women=women,
        ages=toy.by_age({20: 1.0}),
        trained_abroad=trained_abroad,
        stamps=(),
    )


STATES = (
    toy.state("student", training=0, accrues=True, pace_full_time=True),
    toy.state("waiting", sectors=0),
    toy.state("basic", training=1, accrues=True, pace_full_time=True, working_time=0),
    toy.state("further", training=3, accrues=True, pace_full_time=True, working_time=0),
    toy.state("licensed"),
    toy.state("trainee", training=2, accrues=True, working_time=1, sectors=1),
    toy.state("leave", training=2, working_time=1, sectors=1),
    toy.state(
        "work",
        working_time=0,
        sectors=1,
        mobility=Hazard(constant(CERTAIN), county=only(NEAR), at_home=0.0),
        mobility_choice=1,
    ),
    toy.state("gone"),
    toy.state("retired", final=True),
)

BEFORE_RETIREMENT = toy.by_age(dict.fromkeys(range(62), CERTAIN))
RETIREMENT = toy.by_age(dict.fromkeys(range(62, AGES), CERTAIN))

# Head starts of up to 99 hundredths (49 at half time) never decide in which year these trainings end.
TRANSITIONS = (
    toy.progress("degree", STUDENT, 300, (WAITING, 1.0), (GONE, 0.0)),
    toy.seat("start", WAITING, BASIC, 0, CERTAIN),
    toy.progress("basic", BASIC, 200, (FURTHER, 1.0)),  # with the surplus
    toy.progress("licence", FURTHER, 200, (LICENSED, 1.0), credit=50),  # which counts for nothing there
    toy.hazard("specialise", LICENSED, TRAINEE, CERTAIN, credit=50),
    toy.hazard("pause", TRAINEE, LEAVE, Hazard(constant(CERTAIN), duration=in_year(1))),
    toy.hazard("resume", LEAVE, TRAINEE, CERTAIN),
    toy.progress("certificate", TRAINEE, 350, (WORK, 1.0), commitment=2),
    toy.hazard("retire", WORK, RETIRED, Hazard(RETIREMENT)),
    toy.hazard(
        "leave",
        WORK,
        GONE,
        Hazard(
            BEFORE_RETIREMENT,
            committed=0.0,
            at_home=0.0,
            sector=Table(("sector",), (4,), (1.0, 0.0, 1.0, 0.0)),
        ),
    ),
    toy.hazard("return", GONE, WORK, Hazard(constant(CERTAIN), duration=in_year(3)), commitment=1),
)

PROFESSION: Profession = toy.bare(
    STATES,
    TRANSITIONS,
    pools=(Pool("basic", "basic", (BASIC,), constant(1.0), (), None, 0, 2, local_first=False),),
    streams=(stream("students", STUDENT, 1.0), stream("from abroad", WORK, 0.0, trained_abroad=True)),
    working_times=(
        WorkingTimeScheme(
            "by sex", (80, 100), constant(CERTAIN), Table(("sex", "level"), (2, 2), (1.0, 0.0, 0.0, 1.0))
        ),
        WorkingTimeScheme("half", (50,), constant(0.0), Table(("level",), (1,), (1.0,))),
    ),
    sector_schemes=(
        SectorScheme("private", (0.0, 0.0, 1.0, 0.0)),
        SectorScheme("towns", (0.0, 1.0, 0.0, 0.0)),
    ),
    choices=(to(NEAR), to(FAR)),
)


@pytest.fixture(scope="module")
def engines() -> tuple[ExpectedValueEngine, ReferenceEngine]:
    model = toy.country(PROFESSION, seats_unlimited=True, feedback=False)
    people = toy.people(120, PROFESSION)
    people.years_in_state[:60] = 0
    return (
        ExpectedValueEngine(PROFESSION, model, people),
        ReferenceEngine(PROFESSION, model, people, seed=9, replication=0),
    )


def test_certain_careers_are_expected_exactly(engines: tuple[ExpectedValueEngine, ReferenceEngine]) -> None:
    expected_engine, reference = engines
    taken = np.zeros(len(PROFESSION.transitions) + 1)
    for _ in range(YEARS):
        expected, lived = expected_engine.step(), reference.step()
        assert expected.year == lived.year
        for name in ("left", "arrived", "moved_out", "moved_in", "entered"):
            np.testing.assert_allclose(getattr(expected, name), getattr(lived, name), rtol=0, atol=1e-9)
        np.testing.assert_allclose(expected.stock, lived.stock.sum(axis=2), rtol=0, atol=1e-9)
        np.testing.assert_allclose(expected.fte_percent, lived.fte_percent.sum(axis=2), rtol=0, atol=1e-7)
        taken += lived.left.sum(axis=1)
    impossible = [1]  # the degree that leads nowhere has share 0
    assert (np.delete(taken, impossible) > 0).all()
    assert taken[impossible] == 0
