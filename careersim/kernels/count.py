"""Observation: persons and working time by state, county and sector, counted anew from the columns."""

from __future__ import annotations

import numpy as np

from careersim.kernels.compile import kernel
from careersim.kernels.layout import I64, SECTORS, People

__all__ = ["count"]

_PERSON = np.int64(1) << np.int64(40)


@kernel
def count(p: People, low: int, high: int, counties: int, stock: I64, fte_percent: I64) -> None:
    """Add persons low..high-1 to `stock` and `fte_percent` (state x county x sector).

    A person and the working time are added in one number, the person above bit 40, so that one memory access
    serves both; a cell can hold 2**23 persons with the sum of percents below 2**40.
    """
    packed = np.zeros(stock.size, np.int64)
    states, places, sectors, ftes = (
        p.state[low:high],
        p.county[low:high],
        p.sector[low:high],
        p.fte[low:high],
    )
    for i in range(len(states)):
        cell = (np.uint64(states[i]) * np.uint64(counties) + np.uint64(places[i])) * np.uint64(
            SECTORS
        ) + np.uint64(sectors[i])
        packed[cell] += _PERSON | np.int64(ftes[i])
    mask = _PERSON - 1
    flat_stock = stock.reshape(-1)
    flat_fte = fte_percent.reshape(-1)
    for k in range(len(packed)):
        flat_stock[k] += packed[k] >> np.int64(40)
        flat_fte[k] += packed[k] & mask
