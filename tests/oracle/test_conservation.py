"""Nobody appears and nobody vanishes, in the whole baseline: five professions, every county, state and year.

Checked three times by different code: the record's own flows through `check_conservation`, the persons
counted anew from the columns, and the flows counted anew from the event histories. Equality is exact.
"""

from __future__ import annotations

import itertools
from dataclasses import fields, replace
from functools import cache

import numpy as np
import pytest

from careersim.engines.journal import EVENT_KINDS, Events
from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord, arcs_of
from careersim.errors import InternalError
from careersim.flows.identity import check_conservation
from careersim.model.graph import Profession
from careersim.population.columns import Population
from careersim.schema import COUNTIES, SECTORS
from tests.oracle.trace import Trace, trace
from tests.oracle.worlds import baseline, world

NAMES = ("doctor", "district_nurse", "occupational_therapist", "physiotherapist", "psychologist")


@cache
def lived(name: str) -> tuple[Profession, Trace, Events]:
    made = world(baseline(), name, seed=1, replication=0)
    engine = NumbaEngine(
        made.profession, made.model, made.people, seed=1, replication=0, journal=True, threads=2
    )
    return made.profession, trace(engine, made.years), engine.events()


def counted(profession: Profession, people: Population) -> np.ndarray:
    """Persons by state, county and sector, one by one from the columns."""
    shape = (len(profession.states), COUNTIES, len(SECTORS))
    cells = np.ravel_multi_index((people.state, people.county, people.sector), shape)
    return np.bincount(cells, minlength=np.prod(shape)).reshape(shape)


def net_of_events(profession: Profession, events: Events, year: int) -> np.ndarray:
    """Inflows minus outflows by state and county, from who did what."""
    net = np.zeros((len(profession.states), COUNTIES), np.int64)
    now = events.year == year
    entry = events.kind == EVENT_KINDS.index("entry")
    changes = now & ~entry & (events.kind != EVENT_KINDS.index("working_time"))
    np.subtract.at(net, (events.source[changes], events.county_from[changes]), 1)
    np.add.at(net, (events.destination[changes], events.county_to[changes]), 1)
    np.add.at(net, (events.destination[now & entry], events.county_to[now & entry]), 1)
    return net


def test_the_baseline_has_these_professions():
    assert tuple(profession.name for profession in baseline().professions) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_stock_is_last_stock_plus_inflows_minus_outflows(name):
    profession, seen, _ = lived(name)
    assert len(seen) == baseline().last_year - profession.start_year + 1
    for before, after in itertools.pairwise(seen):
        check_conservation(profession, arcs_of(profession), before.record, after.record)


@pytest.mark.parametrize("name", NAMES)
def test_persons_counted_anew_are_the_stock(name):
    profession, seen, _ = lived(name)
    for year in seen:
        np.testing.assert_array_equal(counted(profession, year.people), year.record.stock)
        assert len(np.unique(year.people.person_id)) == len(year.people)
        percent = np.bincount(year.people.state, year.people.fte, len(profession.states))
        np.testing.assert_array_equal(percent, year.record.fte_percent.sum(axis=(1, 2)))


@pytest.mark.parametrize("name", NAMES)
def test_events_counted_anew_explain_every_change_of_persons(name):
    profession, seen, events = lived(name)
    for before, after in itertools.pairwise(seen):
        change = counted(profession, after.people) - counted(profession, before.people)
        net = net_of_events(profession, events, after.record.year)
        np.testing.assert_array_equal(change.sum(axis=2), net)
        np.testing.assert_array_equal(after.record.net_flow(profession), net)


@pytest.mark.parametrize("name", NAMES)
def test_nobody_who_was_there_is_missing(name):
    _, seen, _ = lived(name)
    for before, after in itertools.pairwise(seen):
        assert np.isin(before.people.person_id, after.people.person_id).all()
        assert len(after.people) == len(before.people) + after.record.entered.sum()


NO_FLOWS = ("year", "fte_percent", "seats", "contracts")
FLOWS = tuple(field.name for field in fields(YearRecord) if field.name not in NO_FLOWS)


@pytest.mark.parametrize("flow", FLOWS)
@pytest.mark.parametrize("amount", [1, -1])
def test_one_person_too_many_is_found(flow, amount):
    profession, seen, _ = lived("doctor")
    before, after = seen[4].record, seen[5].record
    wrong = getattr(after, flow).copy()
    wrong[(1, 3, 0)[: wrong.ndim]] += amount
    with pytest.raises(InternalError, match="persons are not conserved in state"):
        check_conservation(profession, arcs_of(profession), before, replace(after, **{flow: wrong}))


def test_two_errors_that_cancel_out_in_the_stock_are_found():
    """A relocation counted out of one county and into nowhere, with the stock made to fit."""
    profession, seen, _ = lived("doctor")
    before, after = seen[4].record, seen[5].record
    moved_out, stock = after.moved_out.copy(), after.stock.copy()
    moved_out[1, 3] += 1
    stock[1, 3, 0] -= 1
    with pytest.raises(InternalError, match="do not cancel out"):
        check_conservation(
            profession, arcs_of(profession), before, replace(after, moved_out=moved_out, stock=stock)
        )
