"""What must not change a byte, and whose life a lever may touch.

Careers are a function of the seed, the replication, the person and the declared model, and of nothing else:
not of threads, chunks, the order of rows or the process. A lever that changes no number changes no byte, a
lever that acts from 2027 changes nothing before, and without competition and feedback one more person
changes nobody else's life.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from careersim.population.columns import Population
from tests.oracle.trace import Trace, differences, digest, numba_trace, reference_trace
from tests.oracle.worlds import World, baseline, lever, named, overlaid, small, world

SEED, REPLICATION = 20_240, 3
SHORT = 6


@cache
def doctors() -> World:
    return world(baseline(), "doctor", SEED, REPLICATION)


@cache
def few_doctors() -> World:
    return small(doctors(), 16)


def lived(made: World, years: int = SHORT, **options) -> Trace:
    return numba_trace(
        made.profession,
        made.model,
        options.pop("people", made.people),
        years,
        **({"seed": SEED, "replication": REPLICATION} | options),
    )


@cache
def plain() -> str:
    return digest(lived(doctors()))


@cache
def few_plain() -> str:
    return digest(lived(few_doctors()))


# -- Threads, chunks, rows, processes ----------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [2048, 5000, None])
def test_threads_and_chunks_change_no_byte(threads, chunk):
    assert len(doctors().people) > 3 * 5000
    assert digest(lived(doctors(), threads=threads, chunk=chunk)) == plain()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("chunk", [1, 37])
def test_tiny_chunks_change_no_byte(threads, chunk):
    assert digest(lived(few_doctors(), threads=threads, chunk=chunk)) == few_plain()


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_order_of_rows_changes_no_byte(order):
    rows = np.arange(len(doctors().people))
    mixed = rows[::-1] if order == "reversed" else np.random.default_rng(1).permutation(rows)
    assert digest(lived(doctors(), people=doctors().people.take(mixed), threads=2)) == plain()


def test_a_journal_changes_no_byte():
    assert digest(lived(doctors(), journal=True)) == plain()


PROGRAM = """
from tests.oracle import test_determinism as here
print(here.plain())
"""


def test_two_other_processes_give_the_same_bytes(repository: Path):
    """Twice, with different hash seeds: no order of a set or a dict may reach the results."""
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONPATH": str(repository), "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == [plain()]


@pytest.mark.parametrize(
    "key",
    [
        {"seed": SEED + 1},
        {"seed": SEED + 2**32},
        {"replication": REPLICATION + 1},
        {"replication": REPLICATION + 2**31},
    ],
)
def test_another_seed_or_replication_gives_other_careers(key):
    assert digest(lived(few_doctors(), **key)) != few_plain()


# -- Levers that change nothing ----------------------------------------------------------------------------

NEUTRAL = {
    "rate": ("multiply", 1.0),
    "seats multiply": ("multiply", 1.0),
    "seats add": ("add", 0.0),
    "supervision": ("multiply", 1.0),
    "entry multiply": ("multiply", 1.0),
    "entry add": ("add", 0.0),
}
RATES = {
    "doctor": "leaves_primary_care",
    "district_nurse": "dies",
    "occupational_therapist": "dies",
    "physiotherapist": "dies",
    "psychologist": "leaves_for_other_care",
}
UNTIL = 2029


def neutral_levers(case: str) -> list[dict]:
    """A neutral lever of one kind on everything that it can act on, in every profession."""
    kind, (operation, value) = case.split(maxsplit=1)[0], NEUTRAL[case]
    targets = []
    for profession in baseline().professions:
        if kind == "rate":
            targets.append((profession.name, RATES[profession.name]))
        elif kind == "entry":
            targets += [(profession.name, stream.name) for stream in profession.streams]
        elif kind == "seats":
            targets += [(profession.name, pool.name) for pool in profession.pools if pool.posts]
        else:
            targets += [(profession.name, pool.name) for pool in profession.pools if pool.per_supervisor]
    return [lever(kind, profession, target, operation, value) for profession, target in targets]


def all_professions(model) -> dict[str, str]:
    found = {}
    for profession in model.professions:
        made = small(world(model, profession.name, SEED, REPLICATION), 5)
        found[profession.name] = digest(lived(made, UNTIL - profession.start_year))
    return found


@pytest.fixture(scope="module")
def without_levers(tmp_path_factory) -> dict[str, str]:
    return all_professions(overlaid(tmp_path_factory.mktemp("plain"), until=UNTIL))


@pytest.mark.parametrize("case", NEUTRAL)
def test_a_neutral_lever_changes_no_byte_of_any_profession(case, tmp_path, without_levers):
    levers = neutral_levers(case)
    assert levers
    assert all_professions(overlaid(tmp_path, *levers, until=UNTIL)) == without_levers


def test_a_lever_that_is_not_neutral_changes_bytes_of_its_profession_alone(tmp_path, without_levers):
    """Without this, the test before could compare something that levers do not reach."""
    levers = [lever("rate", "psychologist", RATES["psychologist"], "multiply", 1.01)]
    found = all_professions(overlaid(tmp_path, *levers, until=UNTIL))
    changed = {name for name, digested in found.items() if digested != without_levers[name]}
    assert changed == {"psychologist"}


# -- Whose life a lever touches ----------------------------------------------------------------------------

FIRST = 2027
COUNTY = "24"


def more_students(tmp_path, value: float, **keys) -> tuple[World, World]:
    """Doctors without and with additional students in one county from 2027 on."""
    added = lever("entry", "doctor", "students", "add", value, counties=[COUNTY], **{"from": FIRST})
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    before = overlaid(tmp_path / "one", **keys)
    after = overlaid(tmp_path / "two", added, **keys)
    people = world(before, "doctor", SEED, REPLICATION).people
    return World(named(before, "doctor"), before, people), World(named(after, "doctor"), after, people)


def engines() -> list:
    return [("numba", numba_trace, 1, 21), ("reference", reference_trace, 24, 14)]


def both_lives(tmp_path, engine, value: float, **keys) -> tuple[Trace, Trace]:
    _, run, parts, years = engine
    worlds = (small(made, parts) for made in more_students(tmp_path, value, **keys))
    one, two = (run(made.profession, made.model, made.people, years) for made in worlds)
    assert len(one) == years + 1
    return one, two


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine[0])
def test_a_lever_changes_nothing_before_it_acts(engine, tmp_path):
    one, two = both_lives(tmp_path, engine, 60.0)
    start = one[0].record.year
    assert differences(one[: FIRST - start], two[: FIRST - start]) == []
    assert differences(one[FIRST - start :], two[FIRST - start :]) != []
    assert two[FIRST - start].record.entered.sum() > one[FIRST - start].record.entered.sum()


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine[0])
def test_more_entrants_change_no_other_life_without_competition(engine, tmp_path):
    one, two = both_lives(tmp_path, engine, 60.0, seats="unlimited", feedback=False)
    assert len(two[-1].people) > len(one[-1].people)
    for before, after in zip(one, two, strict=True):
        assert before.people.differences(others(after.people, before.people)) == {}


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine[0])
def test_more_entrants_change_other_lives_where_seats_are_scarce(engine, tmp_path):
    """The counterpart: competition for posts is there, so the test before has something to find."""
    one, two = both_lives(tmp_path, engine, 2_000.0)
    assert one[-1].people.differences(others(two[-1].people, one[-1].people)) != {}


def others(people: Population, known: Population) -> Population:
    """Those of `people` who are also among the known."""
    return people.take(np.isin(people.person_id, known.person_id))


def test_one_more_person_changes_no_other_life():
    """The same for a person who is there from the start."""
    made = few_doctors()
    free = replace(made.model, seats_unlimited=True, feedback=False)
    stranger = made.people.take(np.arange(1))
    stranger.person_id[:] = 2**40 + 1
    for run in (numba_trace, reference_trace):
        one = run(made.profession, free, made.people, SHORT)
        two = run(made.profession, free, made.people.joined(stranger), SHORT)
        for before, after in zip(one, two, strict=True):
            assert len(after.people) == len(before.people) + 1
            assert before.people.differences(others(after.people, before.people)) == {}
