"""Entry streams: how many enter, under which key, and what they are when first observed."""

import math
from dataclasses import replace

import numpy as np
import pytest

from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.chance import WORDS, chosen, fraction, thresholds
from careersim.engines.reference.entrants import poisson
from careersim.engines.reference.philox import block
from careersim.model.graph import Profession
from careersim.model.table import constant
from careersim.population.columns import Population
from careersim.schema import COUNTIES, NO_HOME, Decision, person_id
from tests.unit.engines.reference import toy

STUDENTS, FROM_ABROAD = toy.STREAMS
YEAR = toy.START + 1
SEED = 12


def first_year(*streams) -> ReferenceEngine:
    """Live one year that begins with nobody."""
    profession: Profession = replace(toy.PROFESSION, streams=streams)
    engine = ReferenceEngine(
        profession, toy.country(profession), Population.empty(0), seed=SEED, replication=2
    )
    engine.step()
    return engine


def stream_words(stream: int, county: int) -> tuple[int, ...]:
    key = person_id(toy.PROFESSION.key, stream + 1, YEAR, county, 2**28 - 1)
    return block(SEED, 2, key, YEAR, Decision.STREAM)


@pytest.mark.parametrize("mean", [0.3, 2.0, 40.0, 600.0])
@pytest.mark.parametrize("share", [1e-6, 0.1, 0.5, 0.9, 1 - 1e-6])
def test_poisson_is_the_smallest_number_whose_cumulated_probability_exceeds_the_word(mean, share):
    number = poisson(mean, int(share * WORDS))

    def below(n: int) -> float:
        return math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(n + 1))

    assert below(number) > share - 1e-9
    assert number == 0 or below(number - 1) <= share + 1e-9


def test_poisson_stops_and_starts():
    assert poisson(0.0, WORDS - 1) == 0
    assert poisson(1e-9, 0) == 0
    assert poisson(600.0, WORDS - 1) < 600 + 20 * math.sqrt(600) + 20


def test_fixed_inflow_is_rounded_by_chance_and_levers_add_to_it():
    engine = first_year(STUDENTS)
    for county in range(COUNTIES):
        words = stream_words(0, county)
        inflow, added = STUDENTS.inflow.at(county=county), STUDENTS.added.at(county=county)
        expected = sum(
            math.floor(value) + (word < math.floor((value - math.floor(value)) * WORDS))
            for value, word in ((inflow, words[0]), (added, words[1]))
        )
        assert engine.record.entered[0, county] == max(expected, 0)


def test_poisson_inflow_reads_its_own_word():
    engine = first_year(STUDENTS, FROM_ABROAD)
    expected = [
        poisson(FROM_ABROAD.inflow.at(county=county), stream_words(1, county)[0])
        for county in range(COUNTIES)
    ]
    assert engine.record.entered[1].tolist() == expected
    assert sum(expected) > 0


def test_lever_that_removes_more_than_enter_leaves_none():
    engine = first_year(replace(STUDENTS, added=constant(-50.0)))
    assert engine.record.entered.sum() == 0
    assert len(engine.people()) == 0


def test_entrants_are_observed_as_they_were_drawn():
    people = first_year(replace(STUDENTS, inflow=constant(30.0), added=constant(0.0))).people()
    assert len(people) == 30 * COUNTIES
    ages = thresholds([STUDENTS.ages.at(age=age) for age in range(121)])
    for row in range(0, len(people), 37):
        county = int(people.county[row])
        key = person_id(toy.PROFESSION.key, 1, YEAR, county, row % 30)
        words = block(SEED, 2, key, YEAR, Decision.ENTRY)
        assert people.person_id[row] == key
        assert people.sex[row] == (words[0] >= math.floor(0.6 * WORDS))
        assert people.age[row] == chosen(words[1], ages)
        assert people.training_progress[row] == fraction(words[2], 100)
    assert np.all(people.home_county == people.county)
    assert np.all(people.years_in_state == 0)
    assert np.all(people.sector == 3)
    assert np.all(people.fte == 100)
    assert np.all(people.degree_year == 0)


def test_entrants_from_abroad_have_no_home_and_bring_their_years():
    people = first_year(replace(FROM_ABROAD, inflow=constant(20.0))).people()
    assert np.all(people.home_county == NO_HOME)
    assert np.all(people.trained_abroad == 1)
    assert np.all(people.degree_year == YEAR)
    assert np.all(people.licence_year == YEAR)
    assert np.all(people.certificate_year == 0)
    assert set(people.fte.tolist()) == {60, 80, 100}
    assert set(people.sector.tolist()) == {0, 2}
    for row in range(0, len(people), 37):
        key = int(people.person_id[row])
        words = block(SEED, 2, key, YEAR, Decision.ENTRY)
        assert people.sector[row] == chosen(words[3], thresholds((0.6, 0.0, 0.4, 0.0)))
        shares = (0.2, 0.3, 0.5) if people.sex[row] == 0 else (0.1, 0.2, 0.7)
        level = chosen(block(SEED, 2, key, YEAR, Decision.ENTRY_DETAIL)[0], thresholds(shares))
        assert people.fte[row] == (60, 80, 100)[level]


def test_adding_entrants_renames_nobody():
    before = first_year(STUDENTS).people()
    after = first_year(replace(STUDENTS, added=constant(4.0))).people()
    kept = np.isin(after.person_id, before.person_id)
    assert len(after) > len(before)
    assert not after.take(kept).differences(before)
