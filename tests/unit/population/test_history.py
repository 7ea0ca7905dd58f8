"""Time in state and training given age: drawn as tabulated, tabulated as the stationary population says."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from careersim.kernels.draws import words
from careersim.model.graph import Profession
from careersim.model.table import Table
from careersim.population.history import Draws, StayLaw, stay_law, youngest_entry
from careersim.population.programmes import programmes
from careersim.population.rates import STEPS, Floats
from careersim.population.stationary import stationary
from careersim.schema import AGES, Decision
from tests.unit.population import example
from tests.unit.population.example import GONE, LEAVE, PROFESSION, SPECIALIST, START, STUDENT, TRAINEE
from tests.unit.population.test_rates import stayed

N = 20_000


def law_of(profession: Profession) -> StayLaw:
    return stay_law(profession, programmes(profession))


def steps(draws: Draws, state: int, sex: int, age: int, seed: int = 11) -> tuple[NDArray[np.int64], Floats]:
    """Draw for 20,000 persons of one kind."""
    word = words(seed, 0, np.arange(N, dtype=np.uint64), 2019, Decision.ENTRY_DETAIL)[:, 1]
    return draws.steps(full(state), full(sex), full(age), word)


def full(value: int) -> NDArray[np.uint8]:
    return np.full(N, value, dtype=np.uint8)


def fits(found: NDArray[np.int64], shares: Floats) -> bool:
    """Chi-square of draws against shares, rare steps pooled, above 1 in 1,000."""
    expected = len(found) * shares / shares.sum()
    observed = np.bincount(found, minlength=len(shares))
    often = expected >= 5
    pooled = [np.append(part[often], part[~often].sum()) for part in (observed, expected)]
    kept = pooled[1] > 0
    same = len(observed) == len(shares) and not pooled[0][~kept].any()
    return same and bool(stats.chisquare(pooled[0][kept], pooled[1][kept]).pvalue > 0.001)


FOUND = stationary(PROFESSION, programmes(PROFESSION))
LAW = law_of(PROFESSION)
UNFED = law_of(replace(PROFESSION, streams=()))


@pytest.mark.parametrize(("sex", "age"), [(0, 38), (1, 50), (0, 68)])
def test_years_in_state_are_those_of_the_stationary_population(sex: int, age: int) -> None:
    """20,000 draws with seed 11."""
    years, part = steps(LAW.years, SPECIALIST, sex, age)
    assert fits(years, FOUND[SPECIALIST, sex, age])
    # Entered at 19 at the earliest, at least 4.5 years (with a head start) and 5 years of training.
    assert years.max() <= age - 29
    assert stats.kstest(part, "uniform").pvalue > 0.001


@pytest.mark.parametrize(("sex", "age"), [(0, 45), (1, 68)])
def test_without_entrants_a_state_was_entered_at_every_age(sex: int, age: int) -> None:
    """20,000 draws with seed 11, against the survival computed by hand."""
    years, _ = steps(UNFED.years, SPECIALIST, sex, age)
    assert fits(years, np.array([stayed(sex, age, done) for done in range(age - 19)]))
    # Drop-out of 0.15 a year is not to be taken for leave of 0.08, which keeps the training.
    to_go, _ = steps(UNFED.training, TRAINEE, sex, age)
    programme = programmes(PROFESSION)
    shares = np.exp(-0.15 * programme.begun(TRAINEE)) * programme.width(
        np.full(STEPS, TRAINEE), np.arange(STEPS)
    )
    assert fits(to_go, shares)


def test_without_entrants_the_young_have_just_entered() -> None:
    for age in (0, 19, 20):
        assert steps(UNFED.years, SPECIALIST, 0, age)[0].max() == 0
        to_go, _ = steps(UNFED.training, STUDENT, 0, age)
        assert programmes(PROFESSION).begun(STUDENT)[to_go].max() == 0


def test_ages_that_nobody_reaches_are_like_the_nearest() -> None:
    youngest = int(np.flatnonzero(FOUND[SPECIALIST, 0].sum(axis=1))[0])
    assert youngest == 29
    np.testing.assert_array_equal(
        steps(LAW.years, SPECIALIST, 0, 22)[0], steps(LAW.years, SPECIALIST, 0, youngest)[0]
    )
    # A row for everybody, even for states that nobody is to be drawn in.
    assert steps(LAW.training, GONE, 1, 50)[0].max() == 0


def test_students_are_not_further_than_their_age_allows() -> None:
    for age in (19, 20, 22):
        to_go, _ = steps(LAW.training, STUDENT, 0, age)
        assert programmes(PROFESSION).begun(STUDENT)[to_go].max() <= age - 19


def all_steps(law: StayLaw, state: int, ages: Table, sex: int) -> NDArray[np.int64]:
    """Steps of 20,000 persons whose ages are as published."""
    shares = np.array([ages.at(age=age) for age in range(AGES)])
    age = np.repeat(np.arange(AGES), np.floor(shares * N).astype(int)).astype(np.uint8)
    word = words(3, 0, np.arange(len(age), dtype=np.uint64), 2019, Decision.ENTRY)[:, 2]
    same = np.full(len(age), state, dtype=np.uint8), np.full(len(age), sex, dtype=np.uint8)
    return law.training.steps(*same, age, word)[0]


@pytest.mark.parametrize("ages", [example.age_shares(27, 55), example.age_shares(26, 33)])
@pytest.mark.parametrize("state", [TRAINEE, LEAVE])
def test_published_ages_do_not_move_the_training(state: int, ages: Table) -> None:
    """Older or younger than entry and rates allow: those of all ages together stand as in balance."""
    margins = replace(START[1], state=state, ages=ages)
    profession = replace(PROFESSION, start=(margins,))
    found = stationary(profession, programmes(profession))[state]
    to_go = all_steps(law_of(profession), state, ages, sex=1)
    expected = found[1].sum(axis=0)
    assert fits(to_go, expected)


def test_older_trainees_are_further_on() -> None:
    young, old = (steps(LAW.training, TRAINEE, 0, age)[0].mean() for age in (27, 40))
    assert young > old + 5


def test_the_last_return_is_as_far_back_as_the_next_leave_is_ahead() -> None:
    years, _ = steps(LAW.years, TRAINEE, 0, 50)
    at_least = np.exp(-0.08 * np.arange(51))  # years since birth
    assert fits(years, np.append(at_least[:-1] - at_least[1:], at_least[-1]))
    on_leave, _ = steps(LAW.years, LEAVE, 0, 50)
    assert fits(on_leave, math.e ** (-0.9 * np.arange(STEPS)))


@pytest.mark.parametrize("streams", [(), (replace(example.STREAMS[0], ages=example.age_shares(24, 30)),)])
def test_youngest_entry_is_that_of_the_streams(streams: tuple[object, ...]) -> None:
    profession = replace(PROFESSION, streams=streams)  # type: ignore[arg-type]
    assert youngest_entry(profession) == (24 if streams else 20)


@given(
    state=st.integers(0, len(PROFESSION.states) - 1),
    sex=st.integers(0, 1),
    age=st.integers(0, 120),
    word=st.integers(0, 2**32 - 1) | st.sampled_from([0, 2**32 - 1]),
)
def test_draws_stay_within_their_bounds(state: int, sex: int, age: int, word: int) -> None:
    one = (np.array([code], dtype=np.uint8) for code in (state, sex, age))
    keys = [*one, np.array([word], dtype=np.uint32)]
    for draws in (LAW.years, LAW.training, UNFED.years, UNFED.training):
        step, part = draws.steps(*keys)  # type: ignore[arg-type]
        assert 0 <= step[0] < STEPS
        assert 0 <= part[0] < 1
    step, _ = LAW.training.steps(*keys)  # type: ignore[arg-type]
    assert step[0] < programmes(PROFESSION).used[state]
