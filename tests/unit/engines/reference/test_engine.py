"""The whole engine: what must hold for every life and every year, whatever the graph."""

from dataclasses import fields, replace

import numpy as np
import pytest

from careersim.engines.record import YearRecord, arcs_of
from careersim.engines.reference import ReferenceEngine
from careersim.model.graph import Profession
from careersim.model.table import constant
from careersim.population.columns import Population
from careersim.schema import COUNTIES, person_id
from tests.unit.engines.reference import toy

YEARS = 8


def engine(
    profession: Profession = toy.PROFESSION,
    population: Population | None = None,
    kind: type[ReferenceEngine] = ReferenceEngine,
    seed: int = 20_240,
    replication: int = 3,
    **switches: bool,
) -> ReferenceEngine:
    people = toy.people() if population is None else population
    return kind(profession, toy.country(profession, **switches), people, seed=seed, replication=replication)


def lived(*args, years: int = YEARS, **kwargs) -> ReferenceEngine:
    found = engine(*args, **kwargs)
    for _ in range(years):
        found.step()
    return found


def assert_same_record(one: YearRecord, two: YearRecord) -> None:
    for field in fields(YearRecord):
        np.testing.assert_array_equal(getattr(one, field.name), getattr(two, field.name), err_msg=field.name)


class Shuffled(ReferenceEngine):
    """Activates in an order that Mesa draws anew each year."""

    def activation(self):
        return super().activation().shuffle()


def test_before_the_first_step_there_are_stocks_only():
    population = toy.people()
    found = engine(population=population)
    assert found.year == found.record.year == toy.START
    assert found.record.stock.sum() == len(population)
    assert found.record.fte_percent.sum() == population.fte.sum(dtype=np.int64)
    assert found.record.left.sum() == found.record.entered.sum() == found.record.seats.sum() == 0
    assert not found.people().differences(population)


def test_step_gives_the_record_of_the_year():
    found = engine()
    record = found.step()
    assert record is found.record
    assert found.year == record.year == toy.START + 1
    assert found.steps == 1


def test_people_are_sorted_and_the_population_given_is_left_alone():
    population = toy.people()
    before = population.take(np.arange(len(population)))
    people = lived(population=population, years=2).people()
    assert np.all(np.diff(people.person_id.astype(np.int64)) > 0)
    assert not population.differences(before)


@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_every_change_of_stock_is_accounted_for(seed):
    found = engine(seed=seed)
    arcs = arcs_of(toy.PROFESSION)
    last = found.record
    for _ in range(YEARS):
        record = found.step()
        expected = last.stock.sum(axis=2) + record.moved_in - record.moved_out
        for index, arc in enumerate(arcs):
            expected[arc.source] -= record.left[index]
            expected[arc.destination] += record.arrived[index]
        for index, stream in enumerate(toy.STREAMS):
            expected[stream.state] += record.entered[index]
        np.testing.assert_array_equal(record.stock.sum(axis=2), expected)
        last = record


def test_the_toy_uses_every_part_of_the_contract():
    found = engine(population=toy.people(1500))
    records = [found.step() for _ in range(YEARS)]
    assert np.all(sum(record.left.sum(axis=1) for record in records) > 0)
    assert np.all(sum(record.entered.sum(axis=1) for record in records) > 0)
    moves = sum(record.moved_out.sum(axis=1) for record in records)
    assert moves[toy.TRAINEE] > 0
    assert moves[toy.SPECIALIST] > 0
    assert np.all(sum(record.seats for record in records).sum(axis=1)[:, 3:] > 0)


def test_seats_are_filled_up_to_the_open_ones():
    found = engine(population=toy.people(1000))
    for _ in range(YEARS):
        seats = found.step().seats
        opened, first, proposals, filled, rejected = (seats[..., field] for field in range(3, 8))
        assert np.all(filled <= opened)
        assert np.all((rejected == 0) | (filled == opened))
        np.testing.assert_array_equal(proposals, filled + rejected)
        assert np.all(first <= proposals)


def test_order_of_activation_is_irrelevant():
    one, two = engine(), engine(kind=Shuffled)
    for _ in range(YEARS):
        assert_same_record(one.step(), two.step())
        assert not one.people().differences(two.people())


def test_order_of_rows_is_irrelevant():
    population = toy.people()
    backwards = population.take(np.arange(len(population))[::-1])
    assert_same_record(lived(population=population).record, lived(population=backwards).record)


def test_mesa_is_never_asked_for_chance():
    found = engine()
    before = found.random.getstate(), found.rng.bit_generator.state
    for _ in range(3):
        found.step()
    assert (found.random.getstate(), found.rng.bit_generator.state) == before


def test_same_seed_same_careers():
    assert not lived().people().differences(lived().people())


@pytest.mark.parametrize("change", [{"seed": 20_241}, {"replication": 4}, {"seed": 20_240 + 2**32}])
def test_another_seed_or_replication_gives_other_careers(change):
    one, two = lived(years=2), lived(years=2, **change)
    assert not np.array_equal(one.record.stock, two.record.stock)


def test_neutral_lever_changes_nothing():
    neutral = toy.lever("depart", 1.0, first_year=toy.START, age_low=0, age_high=120)
    with_lever = replace(toy.PROFESSION, rate_levers=(*toy.PROFESSION.rate_levers, neutral))
    one, two = lived(), lived(with_lever)
    assert_same_record(one.record, two.record)
    assert not one.people().differences(two.people())


def test_lever_acts_from_its_first_year():
    stronger = toy.lever("depart", 5.0, first_year=toy.START + 3, age_low=0, age_high=120)
    with_lever = replace(toy.PROFESSION, rate_levers=(*toy.PROFESSION.rate_levers, stronger))
    one, two = engine(population=toy.people(800)), engine(with_lever, toy.people(800))
    depart = [arc.transition for arc in arcs_of(toy.PROFESSION)].index(stronger.transition)
    for year in range(1, 4):
        before, after = one.step(), two.step()
        assert (after.left[depart].sum() > before.left[depart].sum()) == (year == 3)


def test_one_more_person_changes_no_other_life():
    alone = replace(
        toy.PROFESSION,
        transitions=tuple(each for each in toy.TRANSITIONS if each.form != "seat"),
        pools=(),
        rate_levers=(),
    )
    population, stranger = toy.people(), toy.one_person(person_id=person_id(3, 0, toy.START, 5, 9999))
    one = lived(alone, population, feedback=False).people()
    two = lived(alone, population.joined(stranger), feedback=False).people()
    assert len(two) == len(one) + 1
    assert not two.take(two.person_id != stranger.person_id[0]).differences(one)


def test_seats_unlimited_lets_everybody_in():
    found = engine(population=toy.people(1000), seats_unlimited=True)
    for _ in range(3):
        seats = found.step().seats
        assert seats[..., 7].sum() == 0
        np.testing.assert_array_equal(seats[..., 4], seats[..., 6])


def test_entrants_live_from_the_year_after_their_entry():
    certain = toy.hazard("leave at once", 0, 1, 800.0)
    stream = replace(toy.STREAMS[0], inflow=constant(2.0), added=constant(0.0))
    graph = toy.bare((toy.state("in"), toy.state("out")), (certain,), streams=(stream,))
    found = engine(graph, Population.empty(0))
    stocks = [found.step().stock.sum(axis=(1, 2)).tolist() for _ in range(3)]
    assert stocks == [[2 * COUNTIES, years * 2 * COUNTIES] for years in range(3)]
    people = found.people()
    entered = (people.person_id >> np.uint64(36)).astype(np.int64) & 0xFFF
    np.testing.assert_array_equal(people.years_in_state, np.maximum(found.year - entered - 1, 0))
