"""`paid_persons`: who is paid a bonus, and who of them would have been in the same place without it.

A year of a contract is deadweight if the same person is, at the end of the same year, in the same state and
county in the baseline: the bonus has bought nothing that year. What it buys later (a person who stays in year
three and would have left then) counts in the later year.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from careersim.model.bonus_types import Phase
from careersim.schema import COUNTIES

__all__ = ["paid_persons"]

_NOBODY = -1


def paid_persons(
    baseline: Sequence[NDArray[np.uint64]],
    scenario: Sequence[NDArray[np.uint64]],
    codes: Sequence[NDArray[np.uint8]],
    rows: NDArray[np.intp] | None,
    bonuses: int,
) -> NDArray[np.int64]:
    """Count persons under contract by year.

    Parameters
    ----------
    baseline, scenario
        State (bits 0 to 7) and county (bits 8 to 12) of persons by year, in order of entry.
    codes
        Bonus and phase of the persons of the scenario by year (`careersim.model.bonus_types.phase_code`).
    rows
        For every person of the scenario the row in the baseline, -1 if not in that run; None if it is the
        same row for all.
    bonuses
        Number of bonuses.

    Returns
    -------
    Year x bonus x county x 2: persons under contract, and those of them who are in the same state and
    county in the baseline.
    """
    found = np.zeros((len(codes), bonuses, COUNTIES, 2), np.int64)
    phases = len(Phase)
    place = np.uint64(0x1FFF)
    for year, (ours, theirs, code) in enumerate(zip(baseline, scenario, codes, strict=True)):
        signed = code.astype(np.int64) - 1
        paid = np.flatnonzero((signed >= 0) & (signed % phases != Phase.REBOUND))
        before = paid if rows is None else rows[paid]
        known = (before != _NOBODY) & (before < len(ours))
        same = np.zeros(len(paid), bool)
        same[known] = (ours[before[known]] & place) == (theirs[paid[known]] & place)
        county = ((theirs[paid] & place) >> np.uint64(8)).astype(np.int64)
        cell = signed[paid] // phases * COUNTIES + county
        size = bonuses * COUNTIES
        found[year, ..., 0] = np.bincount(cell, minlength=size).reshape(bonuses, COUNTIES)
        found[year, ..., 1] = np.bincount(cell[same], minlength=size).reshape(bonuses, COUNTIES)
    return found
