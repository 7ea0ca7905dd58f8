"""A hand-made profession with counts that a reader can add up, shared by the tests of flows and runs.

Student -> trainee (a seat) <-> leave -> specialist -> abroad. Everything happens in counties 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from careersim.engines.record import SEAT_FIELDS, YearRecord, arcs_of
from careersim.flows.series import ProfessionSeries
from careersim.model.graph import (
    Choice,
    Demand,
    Destination,
    Hazard,
    Model,
    Pool,
    Profession,
    State,
    Stream,
    Transition,
    WorkingTimeScheme,
)
from careersim.model.table import Table, constant
from careersim.population.columns import Population
from careersim.schema import AGES, COUNTIES

START, LAST = 2023, 2026
STUDENT, TRAINEE, LEAVE, SPECIALIST, ABROAD = range(5)
TAKES, PAUSES, RETURNS, COMPLETES, EMIGRATES = range(5)

HALF = WorkingTimeScheme("hours", (50, 100), constant(0.1), Table(("level",), (2,), (0.5, 0.5)))


def arrow(name: str, source: int, target: int, form: str, **details: object) -> Transition:
    rate = None if form == "progress" else Hazard(constant(0.1))
    return Transition(name, source, form, (Destination(target, 1.0),), hazard=rate, **details)  # type: ignore[arg-type]


PROFESSION = Profession(
    name="healer",
    key=9,
    label_en="Healers",
    label_sv="Botare",
    start_year=START,
    states=(
        State("student", "Student", "Student"),
        State("trainee", "Trainee", "ST", training=0, accrues=True, working_time=0, trains=True),
        State("leave", "On leave", "Ledig", training=0, working_time=0, trains=True),
        State(
            "specialist",
            "Specialist",
            "Specialist",
            working_time=0,
            serves=True,
            mobility=Hazard(constant(0.1)),
        ),
        State("abroad", "Abroad", "Utomlands", abroad=True, final=True),
    ),
    transitions=(
        arrow("takes", STUDENT, TRAINEE, "seat", pool=0),
        arrow("pauses", TRAINEE, LEAVE, "hazard"),
        arrow("returns", LEAVE, TRAINEE, "hazard"),
        arrow("completes", TRAINEE, SPECIALIST, "progress", requirement=500, stamp="certificate"),
        arrow("emigrates", SPECIALIST, ABROAD, "hazard"),
    ),
    pools=(
        Pool("posts", "Posts", (TRAINEE, LEAVE), constant(2.0), (SPECIALIST,), constant(1.0), 0, 2, False),
    ),
    streams=(
        Stream(
            name="new",
            state=STUDENT,
            inflow=constant(1.0),
            added=constant(0.0),
            dispersion="fixed",
            women=0.5,
            ages=Table(("age",), (AGES,), tuple(float(age == 20) for age in range(AGES))),
            trained_abroad=False,
            stamps=("degree",),
        ),
    ),
    working_times=(HALF,),
    sector_schemes=(),
    choices=(Choice(0.0, 0.0, 0.0, 0.0, (0.0,) * COUNTIES),),
)

ARCS = arcs_of(PROFESSION)
INHABITANTS = 10_000
DEMAND = Demand(constant(float(INHABITANTS)), constant(1.0))
MODEL = Model((PROFESSION,), DEMAND, (0.0,) * COUNTIES**2, START, LAST)


def start_record(specialists: int = 8, trainees: int = 2) -> YearRecord:
    """Everybody in county 0 and sector 3, full time but for one trainee on leave at 50 %."""
    record = YearRecord.empty(PROFESSION, START)
    record.stock[SPECIALIST, 0, 3] = specialists
    record.stock[TRAINEE, 0, 3] = trainees
    record.stock[LEAVE, 0, 3] = 1
    record.fte_percent[SPECIALIST, 0, 3] = 100 * specialists
    record.fte_percent[TRAINEE, 0, 3] = 100 * trainees
    record.fte_percent[LEAVE, 0, 3] = 50
    return record


def next_record(before: YearRecord, *, completed: int = 1, emigrated: int = 0) -> YearRecord:
    """A year: one student enters county 1, some trainees complete, one specialist moves to county 1."""
    record = YearRecord.empty(PROFESSION, before.year + 1)
    record.stock[...] = before.stock
    record.entered[0, 1] = 1
    record.stock[STUDENT, 1, 3] += 1
    for arc, persons in ((COMPLETES, completed), (EMIGRATES, emigrated)):
        record.left[arc, 0] = record.arrived[arc, 0] = persons
        record.stock[ARCS[arc].source, 0, 3] -= persons
        record.stock[ARCS[arc].destination, 0, 3] += persons
    record.moved_out[SPECIALIST, 0] = record.moved_in[SPECIALIST, 1] = 1
    record.stock[SPECIALIST, 0, 3] -= 1
    record.stock[SPECIALIST, 1, 3] += 1
    record.fte_percent[...] = 100 * record.stock
    return record


def life(extra: int = 0) -> list[YearRecord]:
    """Records of all years; the start has `extra` specialists."""
    records = [start_record(specialists=8 + extra)]
    while records[-1].year < LAST:
        records.append(next_record(records[-1], completed=int(records[-1].year == START)))
    return records


def series(*lives: list[YearRecord]) -> ProfessionSeries:
    """Put lives into a series, one a replication."""
    made = ProfessionSeries.allocate(
        PROFESSION, ARCS, SEAT_FIELDS, last_year=lives[0][-1].year, replications=len(lives)
    )
    for replication, records in enumerate(lives):
        for record in records:
            made.put(replication, record)
    return made


@dataclass
class FakeEngine:
    """Plays records back."""

    records: list[YearRecord]
    population: Population

    def __post_init__(self) -> None:
        self.record = self.records[0]

    def step(self) -> YearRecord:
        self.record = self.records[self.record.year - START + 1]
        return self.record

    def people(self) -> Population:
        return self.population


def persons(size: int) -> Population:
    """Persons of whom nothing matters."""
    people = Population.empty(size)
    return replace(people, person_id=np.arange(size, dtype=np.uint64))
