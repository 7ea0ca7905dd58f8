"""Whose career differs: the tally against a plain comparison of dictionaries, person by person."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from careersim.compare import compare
from careersim.engines.numba_engine import NumbaEngine
from careersim.experiment.careers import Careers, CareerTally, compare_careers
from careersim.experiment.sources import population_source
from careersim.model.assemble import read_model
from careersim.population.columns import Population
from careersim.schema import PERSON_COLUMNS
from tests.unit.compared import NEWCOMERS, POSTS, STAY, SUPERVISION, write_scenario
from tests.unit.outputs.tiny import write_tiny

SEED, REPLICATION = 5, 1
CONTRACT = {"bonus", "bonus_years"}
STATIC = {"person_id", "age", "degree_year", "licence_year", "certificate_year", *CONTRACT}
PLACE = [column.name for column in PERSON_COLUMNS if column.name not in STATIC]

Lives = dict[int, list[tuple[int, ...]]]


def lives(path: Path) -> Lives:
    """Places of every person by year, as tuples; the first years of those who enter later are missing."""
    run, model = read_model(path)
    (profession,) = model.professions
    population = population_source(model, run.panels).population(profession, SEED, REPLICATION)
    engine = NumbaEngine(profession, model, population, seed=SEED, replication=REPLICATION)
    found: Lives = {}
    for year in range(profession.start_year, model.last_year + 1):
        if year > profession.start_year:
            engine.step()
        people = engine.people()
        rows = zip(*(getattr(people, name).tolist() for name in PLACE), strict=True)
        for person, row in zip(people.person_id.tolist(), rows, strict=True):
            found.setdefault(person, []).append((year, *row))
    return found


STAY_EVERYWHERE = STAY.replace(", counties: ['23']", "")


@pytest.mark.parametrize(
    "levers", [[POSTS, SUPERVISION], [STAY_EVERYWHERE], [NEWCOMERS], [POSTS, NEWCOMERS, STAY]]
)
def test_the_tally_is_what_dictionaries_say(levers: list[str], tmp_path: Path) -> None:
    base, scenario = write_tiny(tmp_path), write_scenario(tmp_path, "one", *levers)
    one, two = lives(base), lives(scenario)
    states = ["student", "waiting", "trainee", "healer", "abroad", "retired"]
    state, county = PLACE.index("state") + 1, PLACE.index("county") + 1
    ends: Counter[tuple[object, ...]] = Counter()
    first: Counter[int] = Counter()
    for person in one.keys() | two.keys():
        ours, theirs = one.get(person), two.get(person)
        if ours is None or theirs is None:
            names = [states[life[-1][state]] if life else None for life in (ours, theirs)]
            ends[(*names, None, True)] += 1
            continue
        differing = [mine[0] for mine, yours in zip(ours, theirs, strict=True) if mine != yours]
        moved = ours[-1][county] != theirs[-1][county]
        ends[states[ours[-1][state]], states[theirs[-1][state]], moved, bool(differing)] += 1
        first.update(differing[:1])
    found = compare(base, scenario, replications=2)  # the second one is REPLICATION
    alone = compare(base, scenario, replications=1)
    told = 2 * numbers(found.tables["persons"]) - numbers(alone.tables["persons"])
    assert {key: count for key, count in told.items() if count} == dict(ends)
    years = {
        row["year"]: 2 * row["first_mean"] - before["first_mean"]
        for row, before in zip(
            found.tables["careers_changed"].iter_rows(named=True),
            alone.tables["careers_changed"].iter_rows(named=True),
            strict=True,
        )
    }
    assert {year: count for year, count in years.items() if count} == dict(first)
    assert first, "otherwise the test shows nothing"


class Numbers(dict[tuple[object, ...], float]):
    """Means that can be added."""

    def __rmul__(self, factor: int) -> Numbers:
        return Numbers({key: factor * value for key, value in self.items()})

    def __sub__(self, other: Numbers) -> Numbers:
        return Numbers({key: self.get(key, 0.0) - other.get(key, 0.0) for key in self.keys() | other.keys()})


def numbers(table) -> Numbers:
    keys = ("baseline_state", "scenario_state", "county_changed", "career_changed")
    return Numbers({tuple(row[key] for key in keys): row["mean"] for row in table.iter_rows(named=True)})


def careers(*years: Population) -> Careers:
    found = Careers()
    for number, people in enumerate(years, start=1):
        found.note(people, last=number == len(years))
    return found


def persons(size: int) -> Population:
    return replace(Population.empty(size), person_id=np.arange(size, dtype=np.uint64))


@pytest.mark.parametrize("column", PLACE)
def test_every_column_of_a_place_counts(column: str) -> None:
    limits = {"state": 255, "county": 20, "home_county": 21, "sector": 3, "sex": 1, "trained_abroad": 1}
    limits |= {"fte": 100, "years_in_state": 255, "commitment_years": 255, "training_progress": 65535}
    before = persons(3)
    values = getattr(before, column).copy()
    values[1] = limits[column]
    after = replace(before, **{column: values})
    tally = compare_careers(careers(before, before, before), careers(before, after, after), 256)
    assert tally.first.tolist() == [0, 1, 0]
    assert tally.ends[..., 1].sum() == 1


def test_ages_do_not_count() -> None:
    before = persons(2)
    after = replace(before, age=np.array([3, 4], np.uint8))
    assert not compare_careers(careers(before), careers(after), 1).first.any()


@pytest.mark.parametrize("column", sorted(CONTRACT))
def test_money_alone_is_no_other_career(column: str) -> None:
    before = persons(2)
    after = replace(before, **{column: np.array([3, 4], np.uint8)})
    assert not compare_careers(careers(before), careers(after), 1).first.any()


def test_persons_of_one_run_are_told_apart() -> None:
    one, two = persons(4), persons(5)
    two = replace(
        two, person_id=np.array([0, 1, 2, 9, 8], np.uint64), state=np.array([0, 1, 0, 1, 1], np.uint8)
    )
    tally: CareerTally = compare_careers(careers(one), careers(two), 2)
    assert tally.ends[0, 2, 0, 1] == 1  # person 3
    assert tally.ends[2, 1, 0, 1] == 2  # persons 8 and 9
    assert tally.ends[0, 1].tolist() == [[0, 1], [0, 0]]
    assert tally.ends[0, 0].tolist() == [[2, 0], [0, 0]]
    assert tally.first.tolist() == [1]
