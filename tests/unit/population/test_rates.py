"""Rates as arrays: every order of dimensions, and survival at the rates met on the way."""

from __future__ import annotations

import math

import numpy as np
import pytest

from careersim.model.graph import Hazard, Transition
from careersim.model.table import Table, constant
from careersim.population.rates import STEPS, by_sex_and_age, keeps_training, rate_by_age, survival
from careersim.schema import AGES
from tests.unit.population import example
from tests.unit.population.example import LEAVE, PROFESSION, SPECIALIST, STUDENT, TRAINEE


def stayed(sex: int, age: int, years: int) -> float:
    """The survival of specialists by the rates of the example, year by year."""
    total = 0.0
    for done in range(years):
        then = age - years + done
        total += (0.4 if then >= 65 else 0.01 + 0.02 * sex) * {0: 4.0, 1: 2.0}.get(done, 1.0)
    return math.exp(-total)


def out_of(state: int) -> list[Transition]:
    return [one for one in PROFESSION.transitions if one.source == state and one.form != "progress"]


@pytest.mark.parametrize(("sex", "age"), [(0, 40), (1, 64), (0, 66), (1, 72)])
def test_survival_follows_the_rates_met_on_the_way(sex: int, age: int) -> None:
    found = survival(out_of(SPECIALIST))[sex, age, : age - 19]
    np.testing.assert_allclose(found, [stayed(sex, age, years) for years in range(age - 19)], rtol=1e-12)


def test_applications_for_seats_are_exits_like_others() -> None:
    waiting = example.hazard(STUDENT, TRAINEE, Hazard(constant(0.5)), "apply", form="seat", pool=0)
    np.testing.assert_allclose(survival([waiting])[0, 60, :4], np.exp(-0.5 * np.arange(4)))


def test_without_exits_everybody_stays() -> None:
    assert (survival([])[:, 100, :] == 1).all()


def test_nobody_stays_since_before_birth() -> None:
    assert not survival([])[:, 10, 11:].any()


@pytest.mark.parametrize(
    "table",
    [
        constant(7.0),
        Table(("sex",), (2,), (1.0, 2.0)),
        Table(("age",), (AGES,), tuple(float(age) for age in range(AGES))),
        Table(("age",), (3,), (5.0, 6.0, 7.0)),
        Table(("sex", "age"), (2, AGES), tuple(float(cell) for cell in range(2 * AGES))),
        Table(("age", "sex"), (AGES, 2), tuple(float(cell) for cell in range(2 * AGES))),
    ],
)
def test_tables_are_read_as_they_look_values_up(table: Table) -> None:
    expected = [[table.at(sex=sex, age=age) for age in range(AGES)] for sex in range(2)]
    np.testing.assert_array_equal(by_sex_and_age(table), expected)


def test_only_moves_within_a_programme_keep_training() -> None:
    kept = {one.name for one in PROFESSION.transitions if keeps_training(PROFESSION, one)}
    assert kept == {"leave", "return"}
    assert (TRAINEE, LEAVE) == (1, 2)


def test_completed_training_has_no_rate() -> None:
    with pytest.raises(ValueError, match="transition degree has no rate"):
        rate_by_age(PROFESSION.transitions[0])


def test_years_are_told_apart_as_far_as_tables_do() -> None:
    assert survival([]).shape == (2, AGES, STEPS)
