"""The rate of a hazard: each factor, the order of multiplication, and whom a lever selects."""

import math

import pytest

from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.person import Person
from careersim.engines.reference.rates import age_shift, lever_factor, rate_per_year
from careersim.model.graph import AgeShift, Hazard
from careersim.model.table import DURATIONS, Table, constant
from careersim.schema import COUNTIES
from tests.unit.engines.reference import toy


def person(**columns: int) -> Person:
    population = toy.one_person(state=toy.SPECIALIST, **columns)
    engine = ReferenceEngine(toy.PROFESSION, toy.country(), population, seed=1, replication=0)
    (found,) = engine.agents
    return found


@pytest.mark.parametrize(
    ("ratio", "columns", "expected"),
    [
        ({"at_home": 0.5}, {"county": 4, "home_county": 4}, 0.5),
        ({"at_home": 0.5}, {"county": 4, "home_county": 6}, 1.0),
        ({"trained_abroad": 3.0}, {"trained_abroad": 1}, 3.0),
        ({"trained_abroad": 3.0}, {"trained_abroad": 0}, 1.0),
        ({"committed": 0.25}, {"commitment_years": 2}, 0.25),
        ({"committed": 0.25}, {"commitment_years": 0}, 1.0),
        ({"working_time": ((60, 2.0), (80, 4.0))}, {"fte": 80}, 4.0),
        ({"working_time": ((60, 2.0), (80, 4.0))}, {"fte": 75}, 1.0),
        ({"sector": Table(("sector",), (4,), (1.0, 2.0, 4.0, 8.0))}, {"sector": 2}, 4.0),
        ({"county": toy.by_county(0.0, 20.0)}, {"county": 7}, 7.0),
        (
            {"duration": Table(("years_in_state",), (DURATIONS,), tuple(map(float, range(DURATIONS))))},
            {"years_in_state": 200},
            63.0,
        ),
    ],
)
def test_each_ratio_multiplies_the_base_rate(ratio, columns, expected):
    assert rate_per_year(Hazard(constant(1.0), **ratio), person(**columns)) == expected


def test_factors_are_multiplied_from_the_left():
    hazard = Hazard(
        constant(0.1),
        county=Table(("county",), (COUNTIES,), (0.7,) * COUNTIES),
        at_home=1.1,
        trained_abroad=1.3,
        workload=0.3,
    )
    expected = 0.1 * 0.7 * 1.1 * 1.3 * (1.7 * 0.9) * math.exp(0.3 * -0.4)
    assert rate_per_year(hazard, person(trained_abroad=1), 1.7 * 0.9, -0.4) == expected


def test_workload_counts_only_with_feedback():
    assert rate_per_year(Hazard(constant(0.1), workload=0.3), person(), strain=None) == 0.1


@pytest.mark.parametrize(
    ("change", "selected"),
    [
        ({}, True),
        ({"first_year": 2031}, False),
        ({"first_year": 2030, "last_year": 2030}, True),
        ({"last_year": 2029}, False),
        ({"age_low": 30, "age_high": 30}, True),
        ({"age_low": 31}, False),
        ({"age_high": 29}, False),
        ({"counties": tuple(county != 5 for county in range(COUNTIES))}, False),
        ({"sectors": (True, True, True, False)}, False),
    ],
)
def test_whom_a_lever_selects(change, selected):
    everybody = {"counties": (True,) * COUNTIES, "sectors": (True,) * 4}
    lever = toy.lever("depart", 3.0, **(everybody | change))
    assert lever_factor([lever], person(), 2030) == (3.0 if selected else 1.0)


def test_levers_are_multiplied_in_declared_order():
    everybody = {"counties": (True,) * COUNTIES, "sectors": (True,) * 4}
    levers = [toy.lever("depart", factor, **everybody) for factor in (0.1, 0.7, 1.1)]
    assert lever_factor(levers, person(), 2030) == 1.0 * 0.1 * 0.7 * 1.1


def test_a_lever_fades_by_halves_of_its_logarithm():
    everybody = {"counties": (True,) * COUNTIES, "sectors": (True,) * 4, "first_year": 2026}
    lever = toy.lever("depart", 0.25, half_life_years=2.0, **everybody)
    assert [lever_factor([lever], person(), year) for year in (2026, 2028)] == [0.25, 0.5]
    assert lever_factor([lever], person(), 2027) == pytest.approx(math.exp(math.log(0.25) * 0.5**0.5))
    neutral = toy.lever("depart", 1.0, half_life_years=0.7, **everybody)
    assert {lever_factor([neutral], person(), year) for year in range(2026, 2031)} == {1.0}


@pytest.mark.parametrize(
    ("years_younger", "rate"), [(0.0, 0.4), (2.0, 0.1), (0.5, 0.3), (1.5, 0.15), (-1.0, 0.7), (40.0, 0.0)]
)
def test_ages_are_shifted_along_straight_lines(years_younger, rate):
    by_age = toy.by_age({28: 0.1, 29: 0.2, 30: 0.4, 31: 0.7})
    assert rate_per_year(Hazard(by_age), person(), years_younger=years_younger) == pytest.approx(rate)


def test_shifted_ages_end_where_the_table_ends():
    by_age = toy.by_age({0: 0.1, 120: 0.9})
    hazard = Hazard(by_age)
    assert rate_per_year(hazard, person(), years_younger=1000.0) == 0.1
    assert rate_per_year(hazard, person(), years_younger=-1000.0) == 0.9


def test_shifts_in_force_add_up():
    def shift(years, first, counties=(True,) * COUNTIES, sectors=(True,) * 4):
        return AgeShift(0, years, first, 2031, counties, sectors)

    shifts = [shift(2.0, 2025), shift(0.5, 2030), shift(9.0, 2031), shift(9.0, 2025, (False,) * COUNTIES)]
    assert age_shift(shifts, person(), 2030) == 2.5
    assert age_shift([shift(9.0, 2025, sectors=(True, True, True, False))], person(), 2030) == 0.0
    assert age_shift(shifts, person(), 2032) == 0.0
