"""`paid_persons`: who is paid a bonus, and who of them would have been in the same place without it.

A year of a contract is deadweight if the same person is, at the end of the same year, in the same state and
county in the baseline: the bonus has bought nothing that year. What it buys later (a person who stays in year
three and would have left then) counts in the later year.

Engines pay a year to who was under contract in it and is in the place of the bonus at its end
(docs/explanation/year.md); here the same is read from the persons at the ends of two years.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from careersim.model.bonus_types import Bonus, Phase, phase_code
from careersim.schema import COUNTIES

__all__ = ["Places", "paid_persons"]

Bools = NDArray[np.bool_]
Codes = NDArray[np.uint8]


class Places(NamedTuple):
    """Where persons are at the end of a year, one row a person in order of entry."""

    state: NDArray[np.int64]
    county: NDArray[np.int64]
    sector: NDArray[np.int64]


def paid_persons(
    baseline: Sequence[Places],
    scenario: Sequence[Places],
    codes: Sequence[Codes],
    rows: NDArray[np.intp] | None,
    bonuses: Sequence[Bonus],
    last_year: int,
) -> NDArray[np.int64]:
    """Count persons who are paid by year.

    Parameters
    ----------
    baseline, scenario
        Places by year, the start year first; later years have more rows.
    codes
        Bonus and phase of the persons of the scenario by year (`careersim.model.bonus_types.phase_code`).
    rows
        For every person of the scenario the row in the baseline, -1 if not in that run; None if it is the
        same row for all.
    bonuses
        Of the profession in the scenario.
    last_year
        Calendar year of the last element.

    Returns
    -------
    Year x bonus x county x 2: persons who are paid, and those of them who are in the same state and county in
    the baseline. Contracts of a single year that are signed by who is there already leave no trace at the
    end of the year and are not found.
    """
    found = np.zeros((len(codes), len(bonuses), COUNTIES, 2), np.int64)
    for year in range(1, len(codes)):
        here, there = scenario[year], baseline[year]
        for number, bonus in enumerate(bonuses):
            signs = bonus.incumbents and bonus.first_year == last_year - (len(codes) - 1 - year)
            paid = np.flatnonzero(
                _under_contract(codes[year - 1], codes[year], number, signs=signs) & _holds(bonus, here)
            )
            same = _same_place(paid, here, there, rows)
            county = here.county[paid]
            found[year, number, :, 0] = np.bincount(county, minlength=COUNTIES)
            found[year, number, :, 1] = np.bincount(county[same], minlength=COUNTIES)
    return found


def _under_contract(before: Codes, after: Codes, number: int, *, signs: bool) -> Bools:
    """Who had the contract at the end of last year, or signed it at the beginning of this one."""
    newcomer, incumbent = (phase_code(number, phase) for phase in (Phase.NEWCOMER, Phase.INCUMBENT))
    had = np.zeros(len(after), bool)
    had[: len(before)] = (before == newcomer) | (before == incumbent)
    return had | (after == incumbent) if signs else had


def _holds(bonus: Bonus, here: Places) -> Bools:
    states, counties, sectors = (
        np.array(selected, bool) for selected in (bonus.states, bonus.counties, bonus.sectors)
    )
    # Persons abroad keep the county that they left, and the states of a bonus are in Sweden.
    return np.asarray(states[here.state] & counties[here.county] & sectors[here.sector])


def _same_place(paid: NDArray[np.intp], here: Places, there: Places, rows: NDArray[np.intp] | None) -> Bools:
    before = paid if rows is None else rows[paid]
    known = (before >= 0) & (before < len(there.state))
    same = np.zeros(len(paid), bool)
    one, two = before[known], paid[known]
    same[known] = (there.state[one] == here.state[two]) & (there.county[one] == here.county[two])
    return same
