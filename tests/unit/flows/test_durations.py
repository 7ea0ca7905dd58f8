"""Durations of a handful of persons, followed by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl
import pytest

from careersim.flows.durations import MEASURES, duration_table, durations_of
from careersim.population.columns import Population
from tests.unit.flows import village

LAST = 2033
KINDS = ("exit", "completion", "seat", "entry")
PROFESSION = replace(
    village.PROFESSION,
    transitions=tuple(
        replace(one, stamp="licence") if one.name == "takes" else one
        for one in village.PROFESSION.transitions
    ),
)


def people(**columns: list[int]) -> Population:
    made = village.persons(len(next(iter(columns.values()))))
    for name, values in columns.items():
        getattr(made, name)[:] = values
    return made


def table(population: Population, events: object = None) -> pl.DataFrame:
    durations = durations_of(PROFESSION, village.ARCS, population, LAST, events, KINDS)  # type: ignore[arg-type]
    return duration_table(PROFESSION, durations, 1)


def cohort(found: pl.DataFrame, measure: str, cohort_by: str, year: int) -> dict:
    wanted = (pl.col("measure") == measure) & (pl.col("cohort_by") == cohort_by) & (pl.col("cohort") == year)
    return found.row(by_predicate=wanted, named=True)


def test_completers_and_those_on_the_way() -> None:
    found = cohort(
        table(
            people(
                degree_year=[2024, 2024, 2024, 2024],
                licence_year=[2025, 2026, 2026, 0],
                state=[village.TRAINEE] * 3 + [village.STUDENT],
            )
        ),
        "degree_to_licence",
        "start",
        2024,
    )
    assert (found["persons"], found["completed"]) == (4, 0.75)
    assert found["mean_years"] == pytest.approx(5 / 3)
    assert found["median_years"] == 2
    assert found["longest"] == 9


def test_kaplan_meier_by_hand() -> None:
    """Six persons: licence after 1 and 3 years, one abroad after 2, three still waiting: 5/6 * 3/4 > 1/2."""
    population = people(
        degree_year=[2024, 2024, 2024, 2030, 2030, 2030],
        licence_year=[2025, 2027, 0, 0, 0, 0],
        state=[village.TRAINEE, village.TRAINEE, village.ABROAD, *[village.STUDENT] * 3],
        years_in_state=[0, 0, 7, 3, 3, 3],
    )
    found = cohort(table(population), "degree_to_licence", "start", 2024)
    # 3 at risk: 2/3 after 1 year, the one abroad is censored in year 2, then the last one completes.
    assert found["median_years"] == 3
    assert cohort(table(population), "degree_to_licence", "start", 2030)["median_years"] is None


def test_looking_back_counts_completers_by_the_year_of_the_end() -> None:
    population = people(
        degree_year=[2024, 2026, 2026], licence_year=[2028, 2028, 0], state=[village.TRAINEE] * 3
    )
    found = cohort(table(population), "degree_to_licence", "end", 2028)
    assert (found["persons"], found["mean_years"], found["median_years"]) == (2, 3.0, None)
    assert found["longest"] == 4


def test_first_steps_before_the_run_and_trained_abroad_are_left_out() -> None:
    population = people(
        degree_year=[2023, 2010, 2025, 0], licence_year=[2025] * 4, trained_abroad=[0, 0, 1, 0]
    )
    assert table(population).filter(pl.col("measure") == "degree_to_licence").height == 0


@dataclass
class Columns:
    person_id: np.ndarray
    year: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    destination: np.ndarray


def history(*rows: tuple[int, int, str, int, int]) -> Columns:
    person, year, kind, source, destination = zip(*rows, strict=True)
    return Columns(
        np.array(person, np.uint64),
        np.array(year, np.uint16),
        np.array([KINDS.index(one) for one in kind], np.uint8),
        np.array(source, np.uint8),
        np.array(destination, np.uint8),
    )


def test_time_in_training_includes_leave_and_excludes_who_began_before_the_run() -> None:
    student, trainee, leave, specialist = range(4)
    events = history(
        (0, 2024, "seat", student, trainee),
        (0, 2026, "exit", trainee, leave),
        (0, 2027, "exit", leave, trainee),
        (0, 2030, "completion", trainee, specialist),
        (1, 2025, "exit", trainee, student),  # was a trainee when the run began
        (1, 2026, "seat", student, trainee),
        (2, 2024, "seat", student, trainee),
        (3, 2024, "entry", trainee, trainee),
        (3, 2028, "completion", trainee, specialist),
    )
    population = people(state=[specialist, trainee, trainee, specialist])
    found = cohort(table(population, events), "training_to_certificate", "start", 2024)
    assert (found["persons"], found["completed"], found["mean_years"]) == (3, pytest.approx(2 / 3), 5.0)
    assert table(population, events).filter(pl.col("cohort") == 2026).height == 0


def test_who_stopped_training_is_censored_then_and_not_when_they_moved_on() -> None:
    student, trainee, _, specialist, abroad = range(5)
    events = history(
        (0, 2024, "seat", student, trainee),
        (0, 2025, "exit", trainee, student),  # broken off after one year
        (0, 2030, "exit", student, abroad),
        (1, 2024, "seat", student, trainee),
        (1, 2027, "completion", trainee, specialist),
        (2, 2024, "seat", student, trainee),
    )
    population = people(state=[abroad, specialist, trainee], years_in_state=[3, 6, 9])
    found = durations_of(PROFESSION, village.ARCS, population, LAST, events, KINDS)  # type: ignore[arg-type]
    counts = found.counts[MEASURES.index("training_to_certificate"), 0]
    assert np.argwhere(counts).tolist() == [[1, 0], [3, 1], [9, 0]]


def test_trainees_from_abroad_are_left_out() -> None:
    events = history((0, 2024, "seat", 0, 1), (1, 2024, "seat", 0, 1))
    found = table(people(state=[1, 1], trained_abroad=[0, 1]), events)
    assert cohort(found, "training_to_certificate", "start", 2024)["persons"] == 1


def test_degree_to_training_certificate_follows_those_who_can_still_train() -> None:
    student, trainee, _, specialist, abroad = range(5)
    events = history(
        (0, 2026, "seat", student, trainee),
        (0, 2031, "completion", trainee, specialist),
        (1, 2027, "seat", student, trainee),
        (2, 2026, "seat", student, trainee),
        (2, 2028, "exit", trainee, specialist),  # another way to the same work: no training is ahead
        (2, 2032, "exit", specialist, abroad),
    )
    population = people(
        state=[specialist, trainee, abroad, student],
        degree_year=[2025] * 4,
        certificate_year=[2031, 0, 2028, 0],
        years_in_state=[2, 6, 1, 8],
    )
    found = durations_of(PROFESSION, village.ARCS, population, LAST, events, KINDS)  # type: ignore[arg-type]
    counts = found.counts[MEASURES.index("degree_to_training_certificate"), 1]
    assert np.argwhere(counts).tolist() == [[3, 0], [6, 1], [8, 0]]
    assert counts[8, 0] == 2
    assert cohort(table(population, events), "degree_to_certificate", "start", 2025)["completed"] == 0.5


def test_a_stamp_that_nobody_gets_has_no_cohorts() -> None:
    transitions = tuple(replace(one, stamp=None) for one in PROFESSION.transitions)
    profession = replace(PROFESSION, transitions=transitions)
    counts = durations_of(profession, village.ARCS, people(degree_year=[2024]), LAST).counts
    assert not counts.any()


def test_replications_are_pooled() -> None:
    population = people(degree_year=[2024], licence_year=[2026], state=[village.TRAINEE])
    one = durations_of(PROFESSION, village.ARCS, population, LAST)
    both = duration_table(PROFESSION, one + one, 2)
    assert cohort(both, "degree_to_licence", "start", 2024)["persons"] == 1
