"""A parameter's values over a few named dimensions, looked up by name: `table.at(sex=0, age=47)`."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

from careersim.schema import AGES, COUNTIES, SECTORS, SEXES

__all__ = ["DIMENSION_SIZES", "DURATIONS", "Table", "constant"]

DURATIONS = 64
"""Years in a state are told apart up to 63; longer stays count as 63."""

DIMENSION_SIZES = {
    "sex": len(SEXES),
    "age": AGES,
    "years_in_state": DURATIONS,
    "county": COUNTIES,
    "sector": len(SECTORS),
}
"""Length of every dimension but `year` and `level`, whose length depends on the run and the scheme."""


@dataclass(frozen=True)
class Table:
    """Values over named dimensions, row-major.

    Attributes
    ----------
    by
        Names of the dimensions, slowest first; empty for a single value.
    sizes
        Length of each dimension.
    values
        All values in one flat tuple of length `prod(sizes)`.
    first_year
        Calendar year of index 0 of the dimension `year`, if there is one.
    """

    by: tuple[str, ...]
    sizes: tuple[int, ...]
    values: tuple[float, ...]
    first_year: int = 0

    def __post_init__(self) -> None:
        if len(self.by) != len(self.sizes) or prod(self.sizes) != len(self.values):
            message = f"table over {self.by} of sizes {self.sizes} cannot hold {len(self.values)} values"
            raise ValueError(message)

    def at(self, **coordinates: int) -> float:
        """Look one value up; dimensions that the table does not have are ignored.

        Parameters
        ----------
        coordinates
            Index along each dimension; `year` is the calendar year, `years_in_state` may exceed the table.

        Returns
        -------
        The value, in the unit of the parameter.
        """
        index = 0
        for name, size in zip(self.by, self.sizes, strict=True):
            position = coordinates[name]
            if name == "year":
                position -= self.first_year
            if name in ("age", "years_in_state"):
                position = min(position, size - 1)
            if not 0 <= position < size:
                message = f"{name} {coordinates[name]} is outside the table"
                raise IndexError(message)
            index = index * size + position
        return self.values[index]


def constant(value: float) -> Table:
    """Make a table without dimensions."""
    return Table((), (), (value,))
