"""What is drawn on arrival in a state, as shares: employer, working time and head start of training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.cells import Cells, merged
from careersim.engines.expected_value.rates import whole
from careersim.engines.expected_value.relevance import Relevance
from careersim.model.graph import Profession, State, Transition, WorkingTimeLever, WorkingTimeScheme
from careersim.model.table import Table
from careersim.schema import AGES, COUNTIES, SECTORS, SEXES

__all__ = ["Arrivals"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]

FULL_TIME = 100
HEAD_STARTS = 100
"""A head start is uniform over the hundredths of a year."""

OTHER_SECTOR = SECTORS.index("other")
MOST_SURPLUS = 100
MOST_PROGRESS = 65_535


class Arrivals:
    """How cells divide on arrival in the states of a profession.

    Parameters
    ----------
    profession
        The declared career graph.
    relevance
        What matters in which state: what does not is not drawn.
    """

    def __init__(self, profession: Profession, relevance: Relevance) -> None:
        self._profession = profession
        self._relevance = relevance
        self._working_times: list[F64] = []
        self.open_year(profession.start_year)

    def open_year(self, year: int) -> None:
        """Take up the shares of working times that levers make of the declared ones in a year."""
        self._working_times = [
            _levered(_level_shares(scheme), index, self._profession.working_time_levers, year)
            for index, scheme in enumerate(self._profession.working_times)
        ]

    def enter(self, cells: Cells, transition: Transition, state: int, surplus: I32 | None = None) -> Cells:
        """Follow a transition into a state.

        Parameters
        ----------
        cells
            Those who follow it, as they stood in its source, in the county where they arrive.
        transition, state
            The transition and its destination.
        surplus
            Progress beyond the requirement, by cell, after a completed training; None otherwise.

        Returns
        -------
        Cells in the new state.
        """
        before, after = self._profession.states[transition.source], self._profession.states[state]
        if after.training is None:
            cells = cells.having(training_progress=0)
        elif after.training != before.training:
            # A head start is drawn below, once the working time is known.
            kept = 0 if surplus is None or not after.accrues else np.minimum(surplus, MOST_SURPLUS)
            cells = cells.having(training_progress=kept)
        cells = self._settled(cells, transition, state)
        if after.sectors != before.sectors:
            cells = self.draw_sector(cells, state)
        if after.working_time != before.working_time:
            cells = self.draw_working_time(cells, state)
        if after.training not in (None, before.training) and surplus is None:
            cells = self.draw_head_start(cells, state)
        if after.training is not None:
            progress = np.minimum(cells.training_progress + transition.credit, MOST_PROGRESS)
            cells = cells.having(training_progress=progress)
        return merged(self._relevance.forget(cells))

    def draw_sector(self, cells: Cells, state: int) -> Cells:
        """Divide cells among the sectors of a state."""
        scheme = self._profession.states[state].sectors
        if scheme is None:
            return cells.having(sector=OTHER_SECTOR)
        if not self._relevance.matters["sector"][state]:
            return cells
        shares = whole(np.array(self._profession.sector_schemes[scheme].shares))
        cells, sector = cells.spread(np.broadcast_to(shares, (len(cells), len(SECTORS))))
        return cells.having(sector=sector)

    def draw_working_time(self, cells: Cells, state: int) -> Cells:
        """Divide cells among the working times of a state, by sex and age."""
        scheme = self._profession.states[state].working_time
        if scheme is None:
            return cells.having(fte=FULL_TIME)
        cells, level = cells.spread(self._working_times[scheme][cells.county, cells.sex, cells.age])
        return cells.having(fte=np.array(self._profession.working_times[scheme].levels)[level])

    def draw_head_start(self, cells: Cells, state: int) -> Cells:
        """Divide cells among the head starts of the training of a state; 0 where nothing accrues."""
        declared = self._profession.states[state]
        if not declared.accrues or not self._relevance.matters["training_progress"][state]:
            return cells.having(training_progress=0)
        cells = merged(cells)
        cells, hundredths = cells.spread(np.full((len(cells), HEAD_STARTS), 1.0 / HEAD_STARTS))
        return merged(cells.having(training_progress=hundredths * yearly_progress(declared, cells) // 100))

    def _settled(self, cells: Cells, transition: Transition, state: int) -> Cells:
        """Note what is true of everybody who arrives."""
        cells = cells.having(state=state, years_in_state=0)
        if transition.commitment > 0:
            # One more than declared: the end of the year, which takes one from all, does not count here.
            cells = cells.having(commitment_years=transition.commitment + 1)
        return merged(self._relevance.forget(cells))


def yearly_progress(state: State, cells: Cells) -> I32:
    """Hundredths of a full-time year gained in a year of a state that accrues, by cell."""
    return np.full_like(cells.fte, FULL_TIME) if state.pace_full_time else cells.fte


def _level_shares(scheme: WorkingTimeScheme) -> F64:
    """Share of each level: sex x age x level."""
    return whole(np.stack([_level(scheme.shares, level) for level in range(len(scheme.levels))], axis=-1))


def _levered(shares: F64, scheme: int, levers: Sequence[WorkingTimeLever], year: int) -> F64:
    """Shares with the levers in force: county x sex x age x level."""
    by_county: F64 = np.broadcast_to(shares, (COUNTIES, *shares.shape))
    for lever in levers:
        if lever.scheme != scheme or not lever.acts_in(year):
            continue
        ages = np.arange(AGES)
        of_age = (lever.age_low <= ages) & (ages <= lever.age_high)
        selected = np.array(lever.counties)[:, None, None, None] & of_age[None, None, :, None]
        below = by_county[..., :-1].sum(axis=-1, keepdims=True)
        most = np.maximum(np.divide(1.0, below, out=np.ones_like(below), where=below > 0), 1.0)
        factor = np.where(selected, np.minimum(lever.factor, most) if lever.factor > 1 else lever.factor, 1.0)
        highest = np.maximum(by_county[..., -1:] + below * (1.0 - factor), 0.0)
        by_county = np.concatenate([by_county[..., :-1] * factor, highest], axis=-1)
    return by_county


def _level(shares: Table, level: int) -> F64:
    return np.array(
        [[shares.at(sex=sex, age=age, level=level) for age in range(AGES)] for sex in range(len(SEXES))]
    )
