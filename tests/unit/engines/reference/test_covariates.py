"""Workload of the counties above the reference, by hand, and that feedback acts through it alone."""

import math
from dataclasses import replace

import pytest

from careersim.engines.record import YearRecord
from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.covariates import percent_in, reference_workload, strain_by_county
from careersim.model.graph import Demand
from careersim.model.table import Table, constant
from careersim.schema import COUNTIES
from tests.unit.engines.reference import toy


def record_with(percent: dict[int, int]) -> YearRecord:
    record = YearRecord.empty(toy.PROFESSION, toy.START)
    for county, value in percent.items():
        record.fte_percent[toy.SPECIALIST, county, 0] = value - 10
        record.fte_percent[toy.TRAINEE, county, 2] = 10
        record.fte_percent[toy.ELSEWHERE, county, 1] = 999  # does not serve
    return record


DEMAND = Demand(
    inhabitants=Table(("county",), (COUNTIES,), tuple(1000.0 * (county + 1) for county in range(COUNTIES))),
    need_weight=constant(1.5),
)


def test_percent_is_summed_over_states_and_sectors():
    assert percent_in(record_with({3: 150}), [toy.TRAINEE, toy.SPECIALIST])[2:5] == [0, 150, 0]
    assert percent_in(record_with({3: 150}), []) == [0] * COUNTIES


def test_strain_is_the_difference_from_the_reference_within_limits():
    strain = strain_by_county(toy.PROFESSION, DEMAND, record_with({0: 100, 1: 250, 2: 50}), reference=1.4)
    assert strain[0] == 1000.0 * 1.5 / 1000.0 / (100 / 100.0) - 1.4
    assert strain[1] == 2000.0 * 1.5 / 1000.0 / (250 / 100.0) - 1.4
    assert strain[2] == 2.0  # 9.0 - 1.4
    assert strain[3:] == (2.0,) * (COUNTIES - 3)  # nobody serves there
    assert strain_by_county(toy.PROFESSION, DEMAND, record_with({0: 100}), reference=9.0)[0] == -2.0


def test_reference_is_the_workload_of_the_country():
    record = record_with({0: 100, 1: 250, 20: 70})
    expected = 1.5 * 231 / 4.2
    assert reference_workload(toy.PROFESSION, DEMAND, record) == pytest.approx(expected, rel=1e-14)


def test_country_without_a_serving_person_has_an_infinite_reference():
    assert reference_workload(toy.PROFESSION, DEMAND, record_with({})) == math.inf


def test_feedback_acts_through_workload_only():
    numb = tuple(
        replace(transition, hazard=replace(transition.hazard, workload=None))
        if transition.hazard
        else transition
        for transition in toy.TRANSITIONS
    )

    def after(profession, feedback):
        model = toy.country(profession, feedback=feedback)
        engine = ReferenceEngine(profession, model, toy.people(600), seed=1, replication=0)
        for _ in range(4):
            engine.step()
        return engine.people()

    without = replace(toy.PROFESSION, transitions=numb)
    assert not after(without, True).differences(after(without, False))
    assert not after(toy.PROFESSION, False).differences(after(without, False))
    assert after(toy.PROFESSION, True).differences(after(toy.PROFESSION, False))
