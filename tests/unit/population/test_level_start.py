"""The shipped careers begin as if they had always run: what completes in the first years is level.

The years before the first simulated one leave no trace but time in state and progress, so a wrong law of
either shows as a wave in the first completions.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import process_time

import numpy as np
import pytest
from numpy.typing import NDArray

from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import arcs_of
from careersim.lowering.lowered import lower
from careersim.model.assemble import read_model
from careersim.model.graph import Model, Profession
from careersim.population.joint import joint_table
from careersim.population.margin_check import margin_errors
from careersim.population.programmes import programmes
from careersim.population.synthesis import MarginSource

SEED = 20231101
REPLICATIONS = 4
YEARS = 7

F64 = NDArray[np.float64]


@pytest.fixture(scope="module")
def baseline() -> tuple[Model, MarginSource]:
    configs = Path(__file__).resolve().parents[3] / "configs"
    _, model = read_model(configs / "calibration" / "sourced.yaml")  # the numbers of the career files
    return model, MarginSource(model)


@pytest.fixture(scope="module")
def flows(baseline: tuple[Model, MarginSource]) -> dict[tuple[str, str], F64]:
    """Persons a year by profession and transition, the mean of four replications, and trainees."""
    model, source = baseline
    found: dict[tuple[str, str], F64] = {}
    for profession in model.professions:
        lowered = lower(profession, model)
        for replication in range(REPLICATIONS):
            population = source.population(profession, SEED, replication)
            engine = NumbaEngine(
                profession, model, population, seed=SEED, replication=replication, lowered=lowered
            )
            for year in range(YEARS):
                for name, persons in counted(engine, profession):
                    row = found.setdefault((profession.name, name), np.zeros(YEARS))
                    row[year] += persons / REPLICATIONS
    return found


def counted(engine: NumbaEngine, profession: Profession) -> Iterator[tuple[str, int]]:
    """Live a year, and count who took each transition, and trainees."""
    record = engine.step()
    for row, arc in enumerate(arcs_of(profession)):
        yield profession.transitions[arc.transition].name, int(record.left[row].sum())
    trains = [index for index, state in enumerate(profession.states) if state.trains]
    yield "trainees", int(record.stock[trains].sum())


def test_margins_are_hit_by_all_professions(baseline: tuple[Model, MarginSource]) -> None:
    model, source = baseline
    for profession in model.professions:
        population = source.population(profession, SEED, 0)
        assert margin_errors(population, profession) == []


def test_progress_is_between_credit_and_requirement(baseline: tuple[Model, MarginSource]) -> None:
    model, source = baseline
    for profession in model.professions:
        population, programme = source.population(profession, SEED, 0), programmes(profession)
        for state in np.flatnonzero(programme.trains):
            progress = population.training_progress[population.state == state].astype(int)
            assert (progress < programme.requirement[state]).all()
            assert (progress >= programme.credit[state] - 1).all()
        assert not population.training_progress[~programme.trains[population.state]].any()


def test_specialists_in_general_practice_complete_evenly(flows: dict[tuple[str, str], F64]) -> None:
    """About 385 a year with a standard deviation of 9 in the mean of four; 12 % of it are more than four."""
    completed = flows["doctor", "completes_st_gp"][:6]
    assert 370 < completed.mean() < 410
    assert np.abs(completed / completed.mean() - 1).max() < 0.12


def test_trainees_are_as_many_as_counted(flows: dict[tuple[str, str], F64]) -> None:
    published = [2415, 2434, 2456, 2443]
    np.testing.assert_allclose(flows["doctor", "trainees"][:4], published, rtol=0.1)


def test_graduates_of_the_old_programme_are_as_many_as_forecast(flows: dict[tuple[str, str], F64]) -> None:
    """Just over 1,550 a year by the forecast; nobody's first year falls into the run before 2025."""
    graduates = flows["doctor", "graduates_old"][:5]
    assert (graduates > 1500).all()
    assert (graduates < 1600).all()


@pytest.mark.parametrize(
    ("profession", "transition", "years"),
    [
        ("doctor", "completes_at", 6),
        ("doctor", "completes_st_other", 5),
        ("district_nurse", "graduates", YEARS),
        ("district_nurse", "completes_training", YEARS),
        ("occupational_therapist", "graduates", YEARS),
        ("physiotherapist", "graduates", YEARS),
        ("psychologist", "graduates", YEARS),
        ("psychologist", "completes_ptp", YEARS),
    ],
)
def test_completions_are_level_from_the_first_year(
    flows: dict[tuple[str, str], F64], profession: str, transition: str, years: int
) -> None:
    """Within 6 % of their mean, and four standard deviations of a Poisson number in the mean of four.

    Six per cent are left to starts that do not agree exactly with the inflow, which are assumptions too.
    """
    completed = flows[profession, transition][:years]
    mean = completed.mean()
    assert np.abs(completed - mean).max() < 0.06 * mean + 4 * np.sqrt(mean / REPLICATIONS)


@pytest.mark.speed
def test_preparation_and_draws_are_quick(baseline: tuple[Model, MarginSource]) -> None:
    model, source = baseline
    joint_table.cache_clear()
    began = process_time()
    MarginSource(model)
    assert process_time() - began < 1.5
    persons, seconds = 0, 0.0
    for profession in model.professions:
        source.population(profession, SEED, 0)  # compiles the draws
        began = process_time()
        persons += len(source.population(profession, SEED, 1))
        seconds += process_time() - began
    assert seconds < 0.1 * persons / 60_000
