"""The synthetic start: margins hit, attributes unrelated, histories possible, the same whenever asked."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from careersim.errors import UserError
from careersim.model.graph import Demand, StartMargins
from careersim.model.table import Table, constant
from careersim.population.columns import Population
from careersim.population.margin_check import margin_errors
from careersim.population.synthesis import MarginSource, PopulationSource, synthesise
from careersim.schema import AGES, COUNTIES, NO_HOME, person_id
from tests.unit.population.example import (
    LEAVE,
    MODEL,
    PROFESSION,
    SPECIALIST,
    START,
    START_YEAR,
    STUDENT,
    TRAINEE,
    doctor,
    model_of,
)

SOURCE: PopulationSource = MarginSource(MODEL)
PERSONS = SOURCE.population(PROFESSION, 7, 0)


def of_state(state: int, persons: Population = PERSONS) -> Population:
    return persons.take(persons.state == state)


def test_margins_are_hit_in_every_replication() -> None:
    for replication in range(3):
        assert margin_errors(SOURCE.population(PROFESSION, 7, replication), PROFESSION) == []


@st.composite
def start_margins(draw: st.DrawFn, state: int) -> StartMargins:
    def shares(size: int) -> tuple[float, ...]:
        weights = draw(st.lists(st.integers(0, 9), min_size=size, max_size=size).filter(any))
        return tuple(weight / sum(weights) for weight in weights)

    first = draw(st.integers(18, 60))
    by_age = shares(draw(st.integers(1, 40)))
    ages = (0.0,) * first + by_age + (0.0,) * (AGES - first - len(by_age))
    levels = sorted(draw(st.lists(st.integers(1, 100), min_size=1, max_size=4, unique=True)))
    return StartMargins(
        state,
        tuple(draw(st.lists(st.integers(0, 60), min_size=COUNTIES, max_size=COUNTIES))),
        draw(st.floats(0, 1)),
        Table(("age",), (AGES,), ages),
        shares(4),  # type: ignore[arg-type]
        tuple(zip(levels, shares(len(levels)), strict=True)),
        trained_abroad=draw(st.floats(0, 1)),
        at_home=draw(st.floats(0, 1)),
    )


@settings(max_examples=25)
@given(start_margins(SPECIALIST), start_margins(TRAINEE), st.integers(0, 2**64 - 1))
def test_any_margins_are_hit_and_histories_are_possible(
    one: StartMargins, two: StartMargins, seed: int
) -> None:
    profession = doctor(one, two)
    persons = synthesise(profession, model_of(profession), seed=seed, replication=0)
    assert margin_errors(persons, profession) == []
    age = persons.age.astype(int)
    # The youngest entrants of the example are 19.
    assert (persons.years_in_state <= np.maximum(age - 19, 0)).all()
    trainees = persons.take(persons.state == TRAINEE)
    assert (trainees.training_progress < 550).all()


def test_same_key_same_persons_whatever_was_asked_before() -> None:
    fresh = MarginSource(model_of(doctor(*reversed(START))))
    reordered = doctor(*reversed(START))
    for replication in (2, 0):
        again = fresh.population(reordered, 7, replication)
        assert again.differences(SOURCE.population(PROFESSION, 7, replication)) == {}
    assert synthesise(PROFESSION, MODEL, seed=7, replication=0).differences(PERSONS) == {}


def test_seed_and_replication_change_who_is_who_and_nothing_published() -> None:
    for other in (SOURCE.population(PROFESSION, 8, 0), SOURCE.population(PROFESSION, 7, 1)):
        assert {"state", "age", "home_county", "years_in_state"} <= set(other.differences(PERSONS))
        np.testing.assert_array_equal(other.person_id, PERSONS.person_id)


def test_keys_number_the_persons_of_each_county() -> None:
    for county in range(COUNTIES):
        keys = PERSONS.person_id[PERSONS.county == county]
        first = person_id(PROFESSION.key, 0, START_YEAR, county, 0)
        np.testing.assert_array_equal(keys, first + np.arange(len(keys), dtype=np.uint64))


def independent(one: NDArray[Any], two: NDArray[Any], levels: int) -> float:
    """P-value of independence, the second attribute cut into at most `levels` groups of equal size."""
    ranks = np.searchsorted(np.quantile(two, np.arange(1, levels) / levels), two)
    table = np.array([np.bincount(ranks[one == value], minlength=levels) for value in np.unique(one)])
    return float(stats.chi2_contingency(table[:, table.sum(axis=0) > 0]).pvalue)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        *combinations(["county", "sex", "sector", "fte", "trained_abroad", "age"], 2),
        *((one, "person_id") for one in ("sex", "sector", "fte", "trained_abroad", "age")),
    ],
)
def test_attributes_are_unrelated(one: str, two: str) -> None:
    """P-value above 1 in 1,000 for the 4,410 specialists of seed 7: nothing but the margins was put in."""
    specialists = of_state(SPECIALIST)
    assert independent(getattr(specialists, one), getattr(specialists, two), 4) > 0.001


def test_state_is_unrelated_to_the_key_within_a_county() -> None:
    county = PERSONS.take(PERSONS.county == COUNTIES - 1)
    assert independent(county.state, county.person_id, 8) > 0.001


def test_home_of_persons_from_elsewhere_follows_inhabitants() -> None:
    """Chi-square over the 20 other counties for the specialists of the largest county, seed 7."""
    county = COUNTIES - 1
    persons = of_state(SPECIALIST)
    there = persons.take((persons.county == county) & (persons.trained_abroad == 0))
    elsewhere = there.home_county[there.home_county != county]
    weights = np.arange(1.0, COUNTIES)
    observed = np.bincount(elsewhere, minlength=COUNTIES)[:county]
    assert stats.chisquare(observed, len(elsewhere) * weights / weights.sum()).pvalue > 0.001
    abroad = persons.take(persons.trained_abroad == 1)
    assert (abroad.home_county == NO_HOME).all()
    assert (persons.home_county[persons.trained_abroad == 0] < COUNTIES).all()


def test_shares_of_home_and_abroad_are_rounded_county_by_county() -> None:
    specialists, margins = of_state(SPECIALIST), START[0]
    for county, number in enumerate(margins.persons):
        there = specialists.take(specialists.county == county)
        abroad = there.trained_abroad.sum(dtype=int)
        assert abs(abroad - number * margins.trained_abroad) < 1
        assert abs((there.home_county == county).sum() - (number - abroad) * margins.at_home) < 1


def test_no_other_county_with_inhabitants_is_no_trouble_without_persons_from_elsewhere() -> None:
    empty = Demand(Table(("county", "year"), (COUNTIES, 1), (0.0,) * COUNTIES, START_YEAR), constant(1.0))
    profession = doctor(START[3])
    persons = synthesise(profession, replace(model_of(profession), demand=empty), seed=1, replication=0)
    np.testing.assert_array_equal(persons.home_county, persons.county)


def test_training_progress_goes_with_the_time_in_state() -> None:
    trainees = of_state(TRAINEE)
    progress = trainees.training_progress.astype(int)
    assert progress.max() < 550
    # A year of training is worth 0.925 full-time years in the mean. Whoever was on leave has come back since.
    trained = (progress / 92.5).astype(int)
    assert (trainees.years_in_state <= trained).all()
    never = np.exp(-0.08 * trained).mean()
    assert abs((trainees.years_in_state == trained).mean() - never) < 4 * np.sqrt(never * (1 - never) / 2440)
    students = of_state(STUDENT)
    np.testing.assert_array_equal(students.training_progress // 100, students.years_in_state)
    assert len(np.unique(progress % 100)) == 100


def test_training_progress_is_stationary() -> None:
    """Chi-square over half-years of progress: 0.15 a year drop out and few are lost in leave; seed 7."""
    trainees = of_state(TRAINEE)
    observed = np.bincount(trainees.training_progress // 50, minlength=11)
    expected = np.exp(-0.15 * (np.arange(11) + 0.5) * 50 / 92.5)
    assert stats.chisquare(observed, len(trainees) * expected / expected.sum()).pvalue > 0.001


def test_training_progress_on_leave_is_that_of_the_programme() -> None:
    on_leave = of_state(LEAVE)
    assert on_leave.years_in_state.mean() < 1.5
    assert 150 < on_leave.training_progress.mean() < 275
    assert on_leave.training_progress.max() < 550
    assert independent(on_leave.years_in_state > 0, on_leave.training_progress, 4) > 0.001


def test_states_without_training_have_no_progress_and_known_stamps() -> None:
    specialists = of_state(SPECIALIST)
    assert not specialists.training_progress.any()
    np.testing.assert_array_equal(
        specialists.certificate_year, START_YEAR - specialists.years_in_state.astype(int)
    )
    assert not specialists.licence_year.any()
    assert not of_state(LEAVE).degree_year.any()
    assert not PERSONS.commitment_years.any()


def test_profession_without_margins_has_nobody() -> None:
    profession = doctor()
    assert len(synthesise(profession, model_of(profession), seed=1, replication=0)) == 0


def test_state_with_nobody_is_left_out() -> None:
    nobody = replace(START[1], persons=(0,) * COUNTIES)
    profession = doctor(START[0], nobody)
    assert (
        margin_errors(synthesise(profession, model_of(profession), seed=1, replication=0), profession) == []
    )


def test_state_with_two_sets_of_margins_is_refused() -> None:
    with pytest.raises(
        UserError, match="profession 'doctor': state 'specialist' has two sets of start margins"
    ):
        MarginSource(model_of(doctor(START[0], START[0])))


def test_shares_that_do_not_sum_to_one_are_refused() -> None:
    with pytest.raises(UserError, match=r"start margin 'sectors': the shares sum to 0\.8"):
        MarginSource(model_of(doctor(replace(START[0], sectors=(0.5, 0.3, 0.0, 0.0)))))


def test_profession_of_another_model_is_refused() -> None:
    with pytest.raises(
        UserError, match="profession 'doctor' is not one of the model that this source was made"
    ):
        SOURCE.population(doctor(START[0]), 1, 0)


def test_work_of_a_replication_does_not_grow_faster_than_the_persons() -> None:
    """Sixty thousand persons, so that a quadratic step would be seen as a test that does not end."""
    profession = doctor(*(replace(part, persons=tuple(5 * n for n in part.persons)) for part in START))
    persons = synthesise(profession, model_of(profession), seed=1, replication=0)
    assert len(persons) == 60_750
    assert margin_errors(persons, profession) == []
