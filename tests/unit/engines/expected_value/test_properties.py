"""What holds for every career: nobody is lost, stocks and flows agree, and forgetting changes nothing.

1. Persons at the end = persons at the start + entrants, to 1e-9 of their number.
2. stock(t) = stock(t-1) + inflow - outflow in every state and county.
3. Working time lies between 0 and 100 percent of the stock.
4. The expectation of two populations together is the sum of their expectations.
5. What the engine forgets about persons influences nothing.
"""

from itertools import pairwise
from unittest import mock

import numpy as np
from hypothesis import given, settings

from careersim.engines.expected_value import ExpectedValueEngine, ExpectedYear, engine
from careersim.engines.expected_value.cells import Cells
from careersim.engines.expected_value.relevance import Relevance
from careersim.engines.record import arcs_of
from careersim.model.graph import Profession
from tests.unit.engines.expected_value.drawn import Drawn, careers

YEARS = 3
EXAMPLES = settings(max_examples=30)

FIELDS = ("stock", "fte_percent", "left", "arrived", "moved_out", "moved_in", "entered")


class Everything(Relevance):
    """Forgets nothing."""

    def __init__(self, profession: Profession) -> None:
        super().__init__(profession)
        self.matters = {name: np.ones_like(flags) for name, flags in self.matters.items()}

    def forget(self, cells: Cells) -> Cells:
        return cells


def lived(drawn: Drawn) -> list[ExpectedYear]:
    found = ExpectedValueEngine(drawn.profession, drawn.model, drawn.population)
    return [found.record, *(found.step() for _ in range(YEARS))]


def net_flow(profession: Profession, record: ExpectedYear) -> np.ndarray:
    net = record.moved_in - record.moved_out
    for index, arc in enumerate(arcs_of(profession)):
        net[arc.destination] += record.arrived[index]
        net[arc.source] -= record.left[index]
    for index, stream in enumerate(profession.streams):
        net[stream.state] += record.entered[index]
    return net


@EXAMPLES
@given(careers())
def test_nobody_is_lost(drawn: Drawn) -> None:
    persons = float(len(drawn.population))
    for record in lived(drawn):
        persons += record.entered.sum()
        np.testing.assert_allclose(record.stock.sum(), persons, rtol=1e-9)


@EXAMPLES
@given(careers())
def test_stocks_and_flows_agree(drawn: Drawn) -> None:
    years = lived(drawn)
    for last, record in pairwise(years):
        expected = last.stock + net_flow(drawn.profession, record)
        np.testing.assert_allclose(record.stock, expected, rtol=0, atol=1e-9)


@EXAMPLES
@given(careers())
def test_numbers_are_possible(drawn: Drawn) -> None:
    for record in lived(drawn):
        for name in FIELDS:
            assert (getattr(record, name) >= 0).all()
        assert (record.fte_percent <= 100 * record.stock + 1e-9).all()


@EXAMPLES
@given(careers(), careers())
def test_expectations_add_up(one: Drawn, other: Drawn) -> None:
    profession, model = one.profession, one.model
    states = len(profession.states)
    guests = other.population.take(other.population.state < states)
    together = Drawn(profession, model, one.population.joined(guests))
    nobody = Drawn(profession, model, one.population.take(np.empty(0, np.intp)))
    parts = [one, Drawn(profession, model, guests)]
    for total, empty, *apart in zip(*map(lived, (together, nobody, *parts)), strict=True):
        for name in FIELDS:
            # The entrants are in both parts, and once too often.
            summed = sum(getattr(record, name) for record in apart) - getattr(empty, name)
            np.testing.assert_allclose(getattr(total, name), summed, rtol=1e-9, atol=1e-9)


@EXAMPLES
@given(careers())
def test_forgetting_changes_nothing(drawn: Drawn) -> None:
    with mock.patch.object(engine, "Relevance", Everything):
        remembered = lived(drawn)
    for short, full in zip(lived(drawn), remembered, strict=True):
        for name in FIELDS:
            np.testing.assert_allclose(getattr(short, name), getattr(full, name), rtol=1e-9, atol=1e-9)
