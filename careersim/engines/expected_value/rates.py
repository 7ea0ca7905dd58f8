"""Rates and probabilities of many cells at once: the formulas of the contract over arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.cells import Cells
from careersim.model.graph import AgeShift, Hazard, RateLever
from careersim.model.table import DURATIONS, Table
from careersim.schema import AGES, COUNTIES, SECTORS, SEXES

__all__ = [
    "Risk",
    "competing_shares",
    "lever_table",
    "over_sex_and_age",
    "probability",
    "shift_table",
    "whole",
]

F64 = NDArray[np.float64]

PERCENTS = 256


class Risk:
    """The rate of one hazard, each factor an array over its attribute.

    Parameters
    ----------
    hazard
        The declared rate and its ratios. The workload ratio is left out: it is 1 without feedback.
    """

    def __init__(self, hazard: Hazard) -> None:
        self._rate = over_sex_and_age(hazard.rate)
        self._duration = _over("years_in_state", DURATIONS, hazard.duration)
        self._county = _over("county", COUNTIES, hazard.county)
        self._sector = _over("sector", len(SECTORS), hazard.sector)
        self._at_home = _if_so(hazard.at_home)
        self._trained_abroad = _if_so(hazard.trained_abroad)
        self._committed = _if_so(hazard.committed)
        self._working_time = np.ones(PERCENTS)
        for level, ratio in hazard.working_time:
            self._working_time[level] *= ratio

    def rates_per_year(
        self, cells: Cells, levers: F64 | None = None, years_younger: F64 | None = None
    ) -> F64:
        """Evaluate the rate of every cell.

        Parameters
        ----------
        cells
            Whose rates.
        levers
            Product of the rate levers by county, sector and age (see `lever_table`); None means 1.
        years_younger
            By how much ages are shifted by county and sector (see `shift_table`); None means 0.

        Returns
        -------
        Events per year, by cell.
        """
        rates: F64 = (
            self._base(cells, years_younger)
            * self._duration[np.minimum(cells.years_in_state, DURATIONS - 1)]
            * self._county[cells.county]
            * self._sector[cells.sector]
            * self._at_home[(cells.county == cells.home_county).astype(np.intp)]
            * self._working_time[cells.fte]
            * self._trained_abroad[cells.trained_abroad]
            * self._committed[(cells.commitment_years > 0).astype(np.intp)]
        )
        return rates if levers is None else rates * levers[cells.county, cells.sector, cells.age]

    def _base(self, cells: Cells, years_younger: F64 | None) -> F64:
        if years_younger is None:
            return self._rate[cells.sex, cells.age]
        age = np.clip(cells.age - years_younger[cells.county, cells.sector], 0.0, AGES - 1.0)
        below = np.floor(age).astype(np.intp)
        part = age - below
        above = np.minimum(below + 1, AGES - 1)
        rates: F64 = self._rate[cells.sex, below] * (1.0 - part) + self._rate[cells.sex, above] * part
        return rates


def probability(rates_per_year: F64) -> F64:
    """Turn rates per year into probabilities of the event within the year."""
    probabilities: F64 = -np.expm1(-rates_per_year)
    return probabilities


def competing_shares(rates_per_year: F64) -> F64:
    """Turn competing rates (cell x risk) into the probability that each is the one that strikes."""
    total = rates_per_year.sum(axis=1)
    some = total > 0
    share_of_any = np.divide(probability(total), total, out=np.zeros_like(total), where=some)
    shares: F64 = rates_per_year * share_of_any[:, None]
    return shares


def whole(shares: F64) -> F64:
    """Let the last positive share of each row take what rounding has left over, so that rows sum to 1."""
    options = np.arange(shares.shape[-1])
    last = np.where(shares > 0, options, -1).max(axis=-1, keepdims=True)
    rest = 1.0 - np.where(options == last, 0.0, shares).sum(axis=-1, keepdims=True)
    return np.where(options == last, rest, shares)


def lever_table(levers: Sequence[RateLever], transition: int, year: int) -> F64 | None:
    """Multiply the levers on a transition that are in force in a year.

    Returns
    -------
    Rate ratio by county, sector and age; None if no lever is in force.
    """
    acting = [
        lever
        for lever in levers
        if lever.transition == transition and lever.first_year <= year <= lever.last_year
    ]
    if not acting:
        return None
    table = np.ones((COUNTIES, len(SECTORS), AGES))
    for lever in acting:
        table[
            np.ix_(
                np.flatnonzero(lever.counties),
                np.flatnonzero(lever.sectors),
                np.arange(lever.age_low, min(lever.age_high, AGES - 1) + 1),
            )
        ] *= lever.factor_in(year)
    return table


def shift_table(shifts: Sequence[AgeShift], transition: int, year: int) -> F64 | None:
    """Add up the shifts of the ages of a transition that are in force in a year.

    Returns
    -------
    Years by county and sector; None if no shift is in force.
    """
    acting = [
        shift
        for shift in shifts
        if shift.transition == transition and shift.first_year <= year <= shift.last_year
    ]
    if not acting:
        return None
    table = np.zeros((COUNTIES, len(SECTORS)))
    for shift in acting:
        table += shift.years * np.outer(shift.counties, shift.sectors)
    return table


def over_sex_and_age(table: Table) -> F64:
    """Lay a table over any of sex and age out in full: sex x age."""
    return np.array([[table.at(sex=sex, age=age) for age in range(AGES)] for sex in range(len(SEXES))])


def _over(name: str, size: int, table: Table | None) -> F64:
    if table is None:
        return np.ones(size)
    return np.array([table.at(**{name: position}) for position in range(size)])


def _if_so(ratio: float | None) -> F64:
    """Ratio of those to whom it does not apply (1), and of those to whom it does."""
    return np.array([1.0, 1.0 if ratio is None else ratio])
