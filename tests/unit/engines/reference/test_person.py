"""One life at a time: what a year does to a person, worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.chance import chosen, fraction, thresholds
from careersim.engines.reference.philox import block
from careersim.model.graph import Hazard, Profession
from careersim.model.table import DURATIONS, Table, constant
from careersim.population.columns import Population
from careersim.schema import Decision
from tests.unit.engines.reference import toy

CERTAIN = 800.0
SEED = 6
PERSON = 77
"""Key of the one person of `toy.one_person`."""


def live(profession: Profession, person: Population, years: int) -> list[Population]:
    """The one person after each year."""
    model = toy.country(profession, feedback=False)
    engine = ReferenceEngine(profession, model, person, seed=SEED, replication=0)
    lives = []
    for _ in range(years):
        engine.step()
        lives.append(engine.people())
    return lives


def column(lives: list[Population], name: str) -> list[int]:
    return [int(getattr(people, name)[0]) for people in lives]


def words(year: int, decision: Decision) -> tuple[int, ...]:
    return block(SEED, 0, PERSON, year, decision)


def training(**details) -> Profession:
    """Training of 400 hundredths, then work."""
    states = (toy.state("training", training=0, accrues=True, **details), toy.state("work"))
    return toy.bare(states, (toy.progress("finish", 0, 400, (1, 1.0), stamp="certificate"),))


@pytest.mark.parametrize(
    ("fte", "done", "details", "year"),
    [
        (100, 0, {}, 4),
        (80, 0, {}, 5),
        (80, 1, {}, 5),
        (60, 0, {}, 7),
        (60, 100, {}, 5),
        (60, 0, {"pace_full_time": True}, 4),
    ],
)
def test_part_time_prolongs_training(fte, done, details, year):
    lives = live(training(**details), toy.one_person(fte=fte, training_progress=done), 8)
    assert column(lives, "state") == [0] * (year - 1) + [1] * (9 - year)
    assert column(lives, "certificate_year")[-1] == toy.START + year
    assert column(lives, "training_progress")[-1] == 0


def test_leave_keeps_progress_and_return_resumes_it_in_the_same_year():
    states = (toy.state("training", training=0, accrues=True), toy.state("leave", training=0))
    profession = toy.bare(states, (toy.hazard("go", 0, 1, CERTAIN), toy.hazard("return", 1, 0, CERTAIN)))
    lives = live(profession, toy.one_person(training_progress=37, fte=80), 4)
    assert column(lives, "state") == [1, 0, 1, 0]
    assert column(lives, "training_progress") == [37, 117, 117, 197]


def test_another_training_begins_with_a_head_start_and_no_gain_in_the_year():
    states = (toy.state("one", training=0, accrues=True), toy.state("two", training=1, accrues=True))
    profession = toy.bare(states, (toy.hazard("switch", 0, 1, CERTAIN, credit=25),))
    first, second = live(profession, toy.one_person(training_progress=333, fte=60), 2)
    head_start = fraction(words(toy.START + 1, Decision.AFTER_EXIT)[1], 100) * 60 // 100
    assert first.training_progress[0] == head_start + 25
    assert second.training_progress[0] == head_start + 25 + 60


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"training": 1, "accrues": True}, 90),
        ({"training": 1}, 0),
        ({"training": 0, "accrues": True}, 490),
        ({}, 0),
    ],
)
def test_surplus_of_a_completed_training(second, expected):
    states = (toy.state("one", training=0, accrues=True), toy.state("two", **second))
    profession = toy.bare(states, (toy.progress("finish", 0, 400, (1, 1.0)),))
    (after,) = live(profession, toy.one_person(training_progress=390), 1)
    assert (after.state[0], after.training_progress[0]) == (1, expected)


def test_surplus_is_at_most_a_year_and_credit_is_added():
    states = (toy.state("one", training=0, accrues=True), toy.state("two", training=1, accrues=True))
    profession = toy.bare(states, (toy.progress("finish", 0, 100, (1, 1.0), credit=7),))
    (after,) = live(profession, toy.one_person(training_progress=390), 1)
    assert after.training_progress[0] == 107


def test_completion_chooses_among_its_destinations_by_its_own_word():
    states = (toy.state("one", training=0, accrues=True), toy.state("two"), toy.state("three"))
    profession = toy.bare(states, (toy.progress("finish", 0, 100, (1, 0.5), (2, 0.5)),))
    (after,) = live(profession, toy.one_person(), 1)
    word = words(toy.START + 1, Decision.COMPLETION)[0]
    assert after.state[0] == 1 + chosen(word, thresholds((0.5, 0.5)))


def test_contract_years_run_from_the_year_after_they_were_taken_on():
    states = (toy.state("free"), toy.state("bound"))
    profession = toy.bare(states, (toy.hazard("sign", 0, 1, CERTAIN, commitment=2),))
    lives = live(profession, toy.one_person(), 4)
    assert column(lives, "commitment_years") == [2, 1, 0, 0]


def test_contract_years_run_on_through_a_change_without_commitment():
    states = (toy.state("one"), toy.state("two"))
    profession = toy.bare(states, (toy.hazard("leave", 0, 1, CERTAIN),))
    lives = live(profession, toy.one_person(commitment_years=3), 2)
    assert column(lives, "commitment_years") == [2, 1]


def test_years_in_state_start_anew_with_each_change():
    profession = toy.bare((toy.state("one"), toy.state("two")), (toy.hazard("leave", 0, 1, CERTAIN),))
    lives = live(profession, toy.one_person(years_in_state=9), 3)
    assert column(lives, "years_in_state") == [0, 1, 2]


def test_age_and_years_in_state_stop_at_their_highest_values():
    profession = toy.bare((toy.state("one"),), ())
    lives = live(profession, toy.one_person(age=119, years_in_state=254), 3)
    assert column(lives, "age") == [120, 120, 120]
    assert column(lives, "years_in_state") == [255, 255, 255]


def test_stamp_is_written_every_time():
    states = (toy.state("one"), toy.state("two"))
    back_and_forth = (
        toy.hazard("go", 0, 1, CERTAIN, stamp="licence"),
        toy.hazard("return", 1, 0, CERTAIN),
    )
    lives = live(toy.bare(states, back_and_forth), toy.one_person(), 3)
    assert column(lives, "licence_year") == [toy.START + 1, toy.START + 1, toy.START + 3]


@pytest.mark.parametrize(("before", "after"), [(None, 0), (0, 1), (0, 0), (0, None)])
def test_sector_and_working_time_are_drawn_where_the_scheme_changes(before, after):
    states = (
        toy.state("one", sectors=before, working_time=before),
        toy.state("two", sectors=after, working_time=after),
    )
    profession = toy.bare(states, (toy.hazard("leave", 0, 1, CERTAIN),))
    (people,) = live(profession, toy.one_person(sector=1, fte=90), 1)
    drawn = words(toy.START + 1, Decision.AFTER_EXIT)
    if before == after:
        expected = (1, 90)
    elif after is None:
        expected = (3, 100)
    else:
        sectors = thresholds(toy.SECTOR_SCHEMES[after].shares)
        levels, shares = (((80, 100), (0.3, 0.7)), ((60, 80, 100), (0.2, 0.3, 0.5)))[after]
        expected = (chosen(drawn[0], sectors), levels[chosen(drawn[2], thresholds(shares))])
    assert (people.sector[0], people.fte[0]) == expected


def test_who_changes_state_neither_moves_nor_reviews_working_time():
    restless = {"mobility": Hazard(constant(CERTAIN)), "working_time": 0}
    states = (toy.state("one", **restless), toy.state("two", **restless))
    profession = toy.bare(states, (toy.hazard("leave", 0, 1, CERTAIN),))
    lives = live(profession, toy.one_person(fte=90), 2)
    assert column(lives, "county")[0] == 5
    assert column(lives, "fte")[0] == 90
    assert column(lives, "county")[1] != 5


def test_rates_of_a_seat_see_the_change_of_state_in_the_year():
    # Whoever has been in state two for at least a year applies; the newcomer of this year does not.
    patient = Table(("years_in_state",), (DURATIONS,), (0.0,) + (1.0,) * (DURATIONS - 1))
    states = (toy.state("one"), toy.state("two"), toy.state("three"))
    apply = toy.seat("take up", 1, 2, 0, CERTAIN)
    apply = replace(apply, hazard=Hazard(constant(CERTAIN), duration=patient))
    pool = replace(toy.POOLS[0], holders=(2,), posts=None)
    profession = toy.bare(states, (toy.hazard("leave", 0, 1, CERTAIN), apply), pools=(pool,))
    lives = live(profession, toy.one_person(years_in_state=5), 3)
    assert column(lives, "state") == [1, 1, 2]


def test_giving_a_seat_to_who_did_not_apply_is_an_error():
    profession = toy.bare((toy.state("one"),), ())
    engine = ReferenceEngine(profession, toy.country(profession), toy.one_person(), seed=1, replication=0)
    (person,) = engine.agents
    with pytest.raises(ValueError, match="without having applied"):
        person.take_seat(3)


def test_working_time_review_reads_its_own_decision():
    scheme = replace(toy.WORKING_TIMES[1], review=constant(CERTAIN))
    profession = toy.bare((toy.state("one", working_time=0),), (), working_times=(scheme,))
    lives = live(profession, toy.one_person(sex=1), 12)
    limits = thresholds((0.1, 0.2, 0.7))
    expected = [
        (60, 80, 100)[chosen(words(toy.START + year, Decision.WORKING_TIME)[0], limits)]
        for year in range(1, 13)
    ]
    assert column(lives, "fte") == expected
    assert len(np.unique(expected)) > 1
