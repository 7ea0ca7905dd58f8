"""`Cells`: expected persons by what is true of them, sparse: one row a combination that occurs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careersim.population.columns import Population
from careersim.schema import COUNTIES

__all__ = ["ATTRIBUTES", "Cells", "blank", "from_population", "joined", "merged", "profiles", "sums"]

F64 = NDArray[np.float64]
I32 = NDArray[np.int32]
Rows = NDArray[np.intp]

ATTRIBUTES = (
    "state",
    "county",
    "home_county",
    "sector",
    "sex",
    "age",
    "years_in_state",
    "fte",
    "trained_abroad",
    "commitment_years",
    "training_progress",
)
"""The person columns that can influence a career; identity and the years of certificates cannot."""

NEGLIGIBLE = 1e-15
"""Cells with fewer expected persons than this are dropped when cells are merged."""

WIDEST_KEY = 2**62


@dataclass(frozen=True)
class Cells:
    """Columns of equal length; `mass` is the expected number of persons of each row."""

    state: I32
    county: I32
    home_county: I32
    sector: I32
    sex: I32
    age: I32
    years_in_state: I32
    fte: I32
    trained_abroad: I32
    commitment_years: I32
    training_progress: I32
    mass: F64

    def __len__(self) -> int:
        return len(self.mass)

    def take(self, rows: NDArray[Any]) -> Cells:
        """Rows by index or mask."""
        return Cells(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def weighted(self, share: F64) -> Cells:
        """The same rows with this share of their mass, without the rows that have none left."""
        mass = self.mass * share
        rows = mass > 0
        return replace(self.take(rows), mass=mass[rows])

    def spread(self, shares: F64) -> tuple[Cells, Rows]:
        """Divide every row among options.

        Parameters
        ----------
        shares
            Share of each option: row x option.

        Returns
        -------
        One row for each positive share, and which option it is.
        """
        rows, option = np.nonzero(shares)
        return replace(self.take(rows), mass=self.mass[rows] * shares[rows, option]), option

    def having(self, **columns: NDArray[Any] | int) -> Cells:
        """The same rows with other values in some columns; a single value stands for all rows."""
        changes: dict[str, Any] = {
            name: np.broadcast_to(np.asarray(value, np.int32), self.mass.shape)
            for name, value in columns.items()
        }
        return replace(self, **changes)

    def by_county(self) -> F64:
        """Expected persons by county."""
        return sums(self.county, self.mass, COUNTIES)


def sums(place: NDArray[Any], weights: F64, size: int) -> F64:
    """Add weights up by place, 0 to `size` - 1."""
    return np.bincount(place, weights, size).astype(np.float64, copy=False)


def blank(mass: F64) -> Cells:
    """Cells of these masses with every attribute 0."""
    columns: dict[str, Any] = dict.fromkeys(ATTRIBUTES, np.zeros(len(mass), np.int32))
    return Cells(**columns, mass=mass)


def from_population(population: Population) -> Cells:
    """Count the persons of a population by cell."""
    columns = {name: getattr(population, name).astype(np.int32) for name in ATTRIBUTES}
    return merged(Cells(**columns, mass=np.ones(len(population))))


def joined(parts: Iterable[Cells]) -> Cells:
    """The rows of several tables, one after the other; there must be at least one table."""
    tables = list(parts)
    return Cells(
        **{field.name: np.concatenate([getattr(t, field.name) for t in tables]) for field in fields(Cells)}
    )


def merged(cells: Cells) -> Cells:
    """Add up the rows that agree in every attribute, and drop what is negligible."""
    if len(cells) == 0:
        return cells
    first, group = _grouped(cells, ATTRIBUTES)
    mass = sums(group, cells.mass, len(first))
    kept = mass >= NEGLIGIBLE
    return replace(cells.take(first[kept]), mass=mass[kept])


def profiles(cells: Cells) -> tuple[Cells, F64]:
    """Group rows that agree in every attribute but the county.

    Returns
    -------
    One row a group, with county and mass of no meaning; and the mass by group and county.
    """
    first, group = _grouped(cells, tuple(name for name in ATTRIBUTES if name != "county"))
    places = sums(group * COUNTIES + cells.county, cells.mass, len(first) * COUNTIES)
    return cells.take(first), places.reshape(len(first), COUNTIES)


def _grouped(cells: Cells, names: Iterable[str]) -> tuple[Rows, Rows]:
    """Number the distinct rows: a row of each group, and the group of each row."""
    key = np.zeros(len(cells), np.int64)
    width = 1
    for name in names:
        column = getattr(cells, name)
        size = int(column.max(initial=0)) + 1
        if width * size > WIDEST_KEY:  # number the combinations so far, so that the key stays within 64 bits
            distinct, key = np.unique(key, return_inverse=True)
            width = len(distinct)
        key = key * size + column
        width *= size
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    return first, group
