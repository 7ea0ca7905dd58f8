"""`ExpectedYear`: the expected stocks and flows of one year, named as those of an engine's `YearRecord`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.engines.record import arcs_of
from careersim.model.graph import Profession
from careersim.schema import COUNTIES

__all__ = ["ExpectedYear"]

F64 = NDArray[np.float64]


@dataclass(frozen=True)
class ExpectedYear:
    """Expected numbers of one profession and year; all float64.

    Attributes
    ----------
    stock, fte_percent
        Persons, and the sum of their working time in percent, at the observation: state x county.
    left, arrived
        Persons who take each arc by the county they leave and the county they arrive in: arc x county.
    moved_out, moved_in
        Relocations by state and county: state x county.
    entered
        Entrants: stream x county.
    """

    year: int
    stock: F64
    fte_percent: F64
    left: F64
    arrived: F64
    moved_out: F64
    moved_in: F64
    entered: F64

    @classmethod
    def empty(cls, profession: Profession, year: int) -> ExpectedYear:
        """All-zero expectations of the right shapes."""
        states, arcs = len(profession.states), len(arcs_of(profession))
        return cls(
            year=year,
            stock=np.zeros((states, COUNTIES)),
            fte_percent=np.zeros((states, COUNTIES)),
            left=np.zeros((arcs, COUNTIES)),
            arrived=np.zeros((arcs, COUNTIES)),
            moved_out=np.zeros((states, COUNTIES)),
            moved_in=np.zeros((states, COUNTIES)),
            entered=np.zeros((len(profession.streams), COUNTIES)),
        )
