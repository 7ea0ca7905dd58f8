"""Competing risks: who takes which of the transitions that lead out of a state, as shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.cells import Cells, joined
from careersim.engines.expected_value.rates import Risk, competing_shares, lever_table, shift_table
from careersim.model.graph import Profession

__all__ = ["NOBODY", "Competition", "Flow", "by_state", "leaving"]

F64 = NDArray[np.float64]

NOBODY = np.empty(0, np.intp)
"""Rows of an empty table."""


class Flow(NamedTuple):
    """Cells that take one transition in a step, as they stood before."""

    transition: int
    cells: Cells


class Competition:
    """The hazards and the applications of a profession.

    Parameters
    ----------
    profession
        The declared career graph.
    """

    def __init__(self, profession: Profession) -> None:
        self._profession = profession
        self._risks = {
            index: Risk(transition.hazard)
            for index, transition in enumerate(profession.transitions)
            if transition.hazard is not None
        }

    def divide(self, cells: Cells, form: Literal["hazard", "seat"], year: int) -> tuple[Cells, list[Flow]]:
        """Let the transitions of a form compete within each state.

        Parameters
        ----------
        cells
            Those exposed.
        form, year
            Which transitions compete; the year, for the levers.

        Returns
        -------
        Who takes none of them, and who takes which.
        """
        staying, flows = [cells.take(NOBODY)], []
        for state, here in by_state(cells):
            competing = leaving(self._profession, state, form)
            if not competing:
                staying.append(here)
                continue
            rates = np.stack([self._rates_per_year(index, here, year) for index in competing], axis=1)
            shares = competing_shares(rates)
            staying.append(here.weighted(np.exp(-rates.sum(axis=1))))
            flows += [Flow(index, here.weighted(shares[:, k])) for k, index in enumerate(competing)]
        return joined(staying), flows

    def _rates_per_year(self, index: int, cells: Cells, year: int) -> F64:
        return self._risks[index].rates_per_year(
            cells,
            lever_table(self._profession.rate_levers, index, year),
            shift_table(self._profession.age_shifts, index, year),
        )


def leaving(profession: Profession, state: int, form: str) -> list[int]:
    """Positions of the transitions of a form that lead out of a state."""
    return [
        index
        for index, transition in enumerate(profession.transitions)
        if transition.source == state and transition.form == form
    ]


def by_state(cells: Cells) -> Iterator[tuple[int, Cells]]:
    """Take the cells of each state that occurs."""
    for state in np.unique(cells.state):
        yield int(state), cells.take(cells.state == state)
