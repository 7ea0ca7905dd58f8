"""A profession small enough to read and rich enough to have every kind of state."""

from __future__ import annotations

from dataclasses import replace

from careersim.model.graph import (
    Demand,
    Destination,
    Hazard,
    Model,
    Profession,
    StartMargins,
    State,
    Stream,
    Transition,
)
from careersim.model.table import Table, constant
from careersim.schema import AGES, COUNTIES

STUDENT, TRAINEE, LEAVE, SPECIALIST, GONE = range(5)

START_YEAR = 2019


def age_shares(first: int, last: int) -> Table:
    """Shares by age that rise and fall between two ages."""
    weights = [(age - first + 1) * (last - age + 1) if first <= age <= last else 0 for age in range(AGES)]
    return Table(("age",), (AGES,), tuple(weight / sum(weights) for weight in weights))


def persons_by_county(total: int) -> tuple[int, ...]:
    """Counties of very different size, one of them empty."""
    weights = [county * county for county in range(COUNTIES)]
    persons = [total * weight // sum(weights) for weight in weights]
    persons[-1] += total - sum(persons)
    return tuple(persons)


def hazard(source: int, target: int, rate: Hazard, name: str = "move", **more: object) -> Transition:
    values = {"form": "hazard", "destinations": (Destination(target, 1.0),), "hazard": rate, **more}
    return Transition(name=name, source=source, **values)  # type: ignore[arg-type]


STATES = (
    State("student", "Student", "Student", training=0, accrues=True, pace_full_time=True),
    State("trainee", "Trainee", "ST-läkare", training=1, accrues=True, trains=True),
    State("trainee_on_leave", "Trainee on leave", "Föräldraledig", training=1),
    State("specialist", "Specialist", "Specialist", serves=True),
    State("gone", "Gone", "Lämnat", final=True),
)

RETIREMENT = Table(
    ("sex", "age"),
    (2, AGES),
    tuple(0.4 if age >= 65 else 0.01 + 0.02 * sex for sex in range(2) for age in range(AGES)),
)

TRANSITIONS = (
    Transition("degree", STUDENT, "progress", (Destination(TRAINEE, 1.0),), requirement=550, stamp="degree"),
    hazard(TRAINEE, LEAVE, Hazard(constant(0.08)), "leave"),
    hazard(TRAINEE, GONE, Hazard(constant(0.15)), "drop out"),
    hazard(LEAVE, TRAINEE, Hazard(constant(0.9)), "return"),
    Transition(
        "certificate",
        TRAINEE,
        "progress",
        (Destination(SPECIALIST, 1.0),),
        requirement=550,
        stamp="certificate",
    ),
    hazard(
        SPECIALIST,
        GONE,
        Hazard(RETIREMENT, duration=Table(("years_in_state",), (3,), (4.0, 2.0, 1.0))),
        "leave for good",
    ),
)

START = (
    StartMargins(
        SPECIALIST,
        persons_by_county(4410),
        0.513,
        age_shares(33, 70),
        (0.63, 0.007, 0.363, 0.0),
        ((40, 0.03), (60, 0.07), (80, 0.25), (100, 0.65)),
        trained_abroad=0.31,
        at_home=0.55,
    ),
    StartMargins(
        TRAINEE,
        persons_by_county(2440),
        0.62,
        age_shares(27, 55),
        (0.66, 0.0, 0.34, 0.0),
        ((50, 0.05), (75, 0.2), (100, 0.75)),
        trained_abroad=0.2,
        at_home=0.7,
    ),
    StartMargins(
        LEAVE, persons_by_county(300), 0.8, age_shares(28, 45), (0.6, 0.1, 0.3, 0.0), ((80, 0.4), (100, 0.6))
    ),
    StartMargins(
        STUDENT, persons_by_county(5000), 0.58, age_shares(19, 40), (0.0, 0.0, 0.0, 1.0), ((100, 1.0),)
    ),
)

STREAMS = (
    Stream(
        "students",
        STUDENT,
        constant(40.0),
        constant(0.0),
        "fixed",
        0.5,
        age_shares(19, 30),
        trained_abroad=False,
        stamps=(),
    ),
)

PROFESSION = Profession(
    "doctor",
    3,
    "Doctor",
    "Läkare",
    START_YEAR,
    STATES,
    TRANSITIONS,
    pools=(),
    streams=STREAMS,
    working_times=(),
    sector_schemes=(),
    choices=(),
    start=START,
)


def model_of(*professions: Profession) -> Model:
    inhabitants = tuple(float(100_000 * (county + 1)) for county in range(COUNTIES) for _ in range(2))
    demand = Demand(
        Table(("county", "year"), (COUNTIES, 2), inhabitants, first_year=START_YEAR), constant(1.0)
    )
    return Model(professions, demand, (0.0,) * COUNTIES**2, START_YEAR, START_YEAR + 1)


def doctor(*start: StartMargins) -> Profession:
    """Give the profession other start margins."""
    return replace(PROFESSION, start=start)


MODEL = model_of(PROFESSION)
