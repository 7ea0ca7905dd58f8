"""`ExpectedValueEngine`: the mean of all replications of a profession, by recursion over years."""

from __future__ import annotations

import math

from careersim.engines.expected_value.arrival import Arrivals
from careersim.engines.expected_value.cells import Cells, from_population, joined, merged, sums
from careersim.engines.expected_value.entrants import entrants, expected_number
from careersim.engines.expected_value.record import ExpectedYear
from careersim.engines.expected_value.relevance import Relevance
from careersim.engines.expected_value.year import Year
from careersim.errors import InternalError, UserError
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population

__all__ = ["ExpectedValueEngine"]

CONSERVED = 1e-9
"""Relative error at which expected persons are said to be lost."""


class ExpectedValueEngine:
    """Expected stocks and flows of one profession, exact up to rounding in float64.

    Parameters
    ----------
    profession, model
        The declared career graph and the world around it; `seats_unlimited`, and no `feedback`.
    population
        The persons at the end of the start year, taken as given: only what follows is subject to chance.

    Attributes
    ----------
    record
        Expectations of the last year; before the first step, the stocks of the start year.

    Raises
    ------
    UserError
        If persons influence each other, so that the mean is no function of the mean of last year.
    """

    def __init__(self, profession: Profession, model: Model, population: Population) -> None:
        _refuse_coupling(model)
        _refuse_bonuses(profession)
        self.profession = profession
        self._relevance = Relevance(profession)
        self._arrivals = Arrivals(profession, self._relevance)
        self._year = Year(profession, model, self._arrivals, self._relevance)
        cells = from_population(population)
        self.record = ExpectedYear.empty(profession, profession.start_year)
        _observe(cells, self.record)
        self._cells = merged(self._relevance.forget(cells))

    def step(self) -> ExpectedYear:
        """Advance one year.

        Returns
        -------
        Expected stocks at the observation and expected flows of the year.
        """
        record = ExpectedYear.empty(self.profession, self.record.year + 1)
        self._arrivals.open_year(record.year)
        self._year.open_year(record.year)
        cells = joined([self._year.live(self._cells, record), *self._enter(record)])
        _observe(cells, record)
        _check_conservation(self.record, record)
        self._cells = merged(self._relevance.forget(cells))
        self.record = record
        return record

    @property
    def year(self) -> int:
        """Calendar year of the last observation."""
        return self.record.year

    @property
    def cells(self) -> int:
        """How many combinations of attributes are told apart now: what a step costs grows with it."""
        return len(self._cells)

    def _enter(self, record: ExpectedYear) -> list[Cells]:
        """Step 1: entrants, who are exposed from next year on."""
        parts = []
        for index, stream in enumerate(self.profession.streams):
            record.entered[index] = expected_number(stream, record.year)
            parts.append(entrants(stream, record.entered[index], self._arrivals))
        return parts


def _observe(cells: Cells, record: ExpectedYear) -> None:
    states, counties = record.stock.shape
    place = cells.state * counties + cells.county
    record.stock[...] = sums(place, cells.mass, states * counties).reshape(states, counties)
    record.fte_percent[...] = sums(place, cells.mass * cells.fte, states * counties).reshape(states, counties)


def _check_conservation(last: ExpectedYear, record: ExpectedYear) -> None:
    before, after = float(last.stock.sum() + record.entered.sum()), float(record.stock.sum())
    if not math.isclose(before, after, rel_tol=CONSERVED, abs_tol=CONSERVED):
        message = f"{before} persons were expected in {record.year} and {after} are accounted for"
        raise InternalError(message)


def _refuse_bonuses(profession: Profession) -> None:
    if profession.bonuses:
        message = "contracts of a bonus are written on persons, and this engine keeps none"
        expected = "no lever of kind bonus"
        raise UserError(message, where="levers", expected=expected, remedy="use another engine")


def _refuse_coupling(model: Model) -> None:
    if not model.seats_unlimited:
        message = "with limited seats one person's seat is another's refusal, so careers are not independent"
        raise UserError(
            message, where="seats", expected="unlimited", remedy="use another engine, or lift the limit"
        )
    if model.feedback:
        message = (
            "with feedback rates follow the workload that chance has left, so careers are not independent"
        )
        raise UserError(
            message, where="feedback", expected="false", remedy="use another engine, or switch it off"
        )
