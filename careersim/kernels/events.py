"""The optional journal of events."""

from __future__ import annotations

import numpy as np

from careersim.kernels.compile import bare_kernel
from careersim.kernels.layout import Journal

__all__ = ["EXIT", "MOVE", "SEAT", "TRAINED", "WORKING_TIME", "record"]

EXIT, MOVE, WORKING_TIME, TRAINED, SEAT = 0, 1, 2, 3, 4
"""Kinds of events, as in careersim.engines.journal.EVENT_KINDS."""


@bare_kernel
def record(
    journal: Journal,
    row: int,
    kind: int,
    source: int | np.int64,
    destination: int | np.int64,
    county_from: int,
    county_to: int,
) -> None:
    """Append an event to the journal, unless it is switched off."""
    if len(journal.event) == 0:
        return
    at = journal.used[0]
    journal.used[0] = at + 1
    journal.event[at, 0] = row
    journal.event[at, 1] = kind
    journal.event[at, 2] = source
    journal.event[at, 3] = destination
    journal.event[at, 4] = county_from
    journal.event[at, 5] = county_to
