"""`ProfessionSeries`: the yearly counts of one profession over years and replications, in dense arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from careersim.errors import InternalError
from careersim.flows.yearly import Arc, YearCounts
from careersim.model.graph import Profession
from careersim.schema import COUNTIES, SECTORS

__all__ = ["Cells", "ProfessionSeries", "series_bytes"]

Cells: TypeAlias = NDArray[np.int32]
"""32 bits hold two thousand million persons, or the working time of twenty million, in one cell."""

_FLOWS = ("left", "arrived", "moved_out", "moved_in", "entered", "seats", "contracts")
_STOCKS = ("stock", "fte_percent")


@dataclass(frozen=True)
class ProfessionSeries:
    """Counts by replication and year. `put` fills the arrays; after the run nothing changes them.

    Attributes
    ----------
    arcs
        Arcs of the career graph, in the order of `left` and `arrived`.
    seat_fields
        What the last dimension of `seats` counts.
    years
        Calendar years, the start year first. Flows of the start year are 0.
    stock, fte_percent
        Persons; sum of their working time in percent: replication x year x state x county x sector.
    left, arrived
        Changes of state: replication x year x arc x county.
    moved_out, moved_in
        Relocations: replication x year x state x county.
    entered
        Entrants: replication x year x stream x county.
    seats
        Replication x year x pool x county x seat field.
    contracts
        Persons who were under a bonus contract in the year and still are in its place, and the sum of their
        working time in percent: replication x year x bonus x county x 2, in the order of
        `profession.bonuses`.
    """

    profession: Profession
    arcs: tuple[Arc, ...]
    seat_fields: tuple[str, ...]
    years: tuple[int, ...]
    stock: Cells
    fte_percent: Cells
    left: Cells
    arrived: Cells
    moved_out: Cells
    moved_in: Cells
    entered: Cells
    seats: Cells
    contracts: Cells

    @classmethod
    def allocate(
        cls,
        profession: Profession,
        arcs: Sequence[Arc],
        seat_fields: Sequence[str],
        *,
        last_year: int,
        replications: int,
    ) -> ProfessionSeries:
        """Reserve zeroed arrays from the profession's start year to `last_year`."""
        years = tuple(range(profession.start_year, last_year + 1))
        shapes = _shapes(profession, len(arcs), len(seat_fields))
        arrays = {
            name: np.zeros((replications, len(years), *shape), dtype=np.int32)
            for name, shape in shapes.items()
        }
        return cls(profession, tuple(arcs), tuple(seat_fields), years, **arrays)

    @property
    def replications(self) -> int:
        """Number of replications."""
        return len(self.stock)

    def put(self, replication: int, record: YearCounts) -> None:
        """Take over one year of one replication; threads may put different replications side by side.

        Raises
        ------
        InternalError
            If the year is outside the series or a count does not fit.
        """
        year = record.year - self.years[0]
        if not 0 <= year < len(self.years):
            raise InternalError(f"{self.profession.name}: year {record.year} is outside the series")
        for name in (*_STOCKS, *(_FLOWS if year else ())):
            target, counts = getattr(self, name), getattr(record, name)
            if counts.size and not -(2**31) <= int(counts.min()) <= int(counts.max()) < 2**31:
                raise InternalError(f"{self.profession.name}: {name} of {record.year} exceeds 32 bits")
            target[replication, year] = counts


def series_bytes(
    profession: Profession, arcs: int, seat_fields: int, *, years: int, replications: int
) -> int:
    """Memory that `ProfessionSeries.allocate` takes for so many years and replications."""
    cells = sum(int(np.prod(shape)) for shape in _shapes(profession, arcs, seat_fields).values())
    return cells * years * replications * np.dtype(np.int32).itemsize


def _shapes(profession: Profession, arcs: int, seat_fields: int) -> dict[str, tuple[int, ...]]:
    states = len(profession.states)
    return {
        "stock": (states, COUNTIES, len(SECTORS)),
        "fte_percent": (states, COUNTIES, len(SECTORS)),
        "left": (arcs, COUNTIES),
        "arrived": (arcs, COUNTIES),
        "moved_out": (states, COUNTIES),
        "moved_in": (states, COUNTIES),
        "entered": (len(profession.streams), COUNTIES),
        "seats": (len(profession.pools), COUNTIES, seat_fields),
        "contracts": (len(profession.bonuses), COUNTIES, 2),
    }
