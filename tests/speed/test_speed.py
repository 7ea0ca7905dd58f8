"""Promised speeds, as ratios within one process wherever two things can be done side by side.

Sizes are smaller than in `python -m benchmarks`, which measures the promises at full size; limits are the
promises themselves, with the allowance for a busy machine that each test states.
"""

from __future__ import annotations

import pytest

from benchmarks import measure
from careersim.population.columns import Population
from careersim.schema import PERSON_COLUMNS

pytestmark = pytest.mark.speed


def test_engine_costs_a_small_multiple_of_its_random_numbers():
    """Promise: at most 10 Philox blocks a person-year at 10 million persons; 15 on a shared machine."""
    found = measure.philox_ratio(2_000_000, 21)
    assert found["ratio"] <= 15, found


def test_cost_grows_linearly():
    """Promise: within 25 % from 1e5 to 1e7 persons. Here to 1e6, and 50 % for a shared machine."""
    found = measure.linearity((100_000, 1_000_000), 3)
    assert max(found.values()) <= 1.5 * min(found.values()), found


def test_columns_against_mesa_objects():
    """Promise: at least 200 times the Mesa reference at 100,000 persons."""
    found = measure.reference_ratio(100_000)
    assert found["ratio"] >= 200, found


def test_one_replication_of_the_national_baseline():
    """Promise: under 1 s for five professions, 2019-2040, warm."""
    assert measure.national_baseline(10)["per_replication_s"] < 1.0


def test_a_comparison_costs_little_more_than_its_runs(repository, tmp_path):
    """Promise: two scenarios and the baseline, 50 replications, under 90 s on two cores.

    Here 10 replications: the comparison takes at most twice the time of three separate runs, which count
    durations, and of which it simulates only the professions that the levers touch.
    """
    from time import perf_counter

    from careersim.compare import compare
    from careersim.simulate import simulate

    base = repository / "configs" / "baseline.yaml"
    scenarios = []
    for name, factor in (("one", 2), ("two", 1.25)):
        path = tmp_path / f"{name}.yaml"
        path.write_text(
            f"name: {name}\nextends: {base}\nlevers:\n  - {{name: {name}, kind: seats, profession: doctor, "
            f"target: st, operation: multiply, value: {factor}, from: 2027, "
            "source: {assumption: 'A what-if for this test'}}\n",
            encoding="utf-8",
        )
        scenarios.append(path)
    simulate(base, replications=1)  # warm
    started = perf_counter()
    for path in (base, *scenarios):
        simulate(path, replications=10)
    ran = perf_counter()
    compare(base, scenarios, replications=10)
    assert perf_counter() - ran < 2 * (ran - started)


def test_command_line():
    """Promise: `--help` under 0.5 s, one replication, shell to result, under 5 s; 8 on a shared machine."""
    found = measure.command_line()
    assert found["help_s"] < 0.5, found
    assert found["one_replication_s"] < 8.0, found


def test_memory_of_many_persons():
    """Promise: 50 million persons under 4 GB, 80 bytes a person; here 5 million beside the program."""
    base = measure.memory(1_000)["peak_gb"]
    grown = measure.memory(5_000_000)["peak_gb"]
    assert (grown - base) * 1e9 / 5_000_000 < 80


def test_a_person_takes_at_most_32_bytes():
    person = Population.empty(1)
    assert sum(getattr(person, column.name).nbytes for column in PERSON_COLUMNS) <= 32
