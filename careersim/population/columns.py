"""`Population`: the persons of one profession as columns; engines take them and give them in this form."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careersim.schema import PERSON_COLUMNS

__all__ = ["Population"]

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]


@dataclass(frozen=True)
class Population:
    """Columns of equal length, one row a person; dtypes, units and labels are in `careersim.schema`."""

    person_id: NDArray[np.uint64]
    state: U8
    county: U8
    home_county: U8
    sector: U8
    sex: U8
    age: U8
    years_in_state: U8
    fte: U8
    trained_abroad: U8
    commitment_years: U8
    training_progress: U16
    degree_year: U16
    licence_year: U16
    certificate_year: U16
    bonus: U8
    bonus_years: U8

    def __post_init__(self) -> None:
        for column in PERSON_COLUMNS:
            array = getattr(self, column.name)
            if array.dtype != np.dtype(column.dtype) or array.shape != self.person_id.shape:
                message = f"column {column.name} must be {column.dtype} of shape {self.person_id.shape}"
                raise ValueError(message)

    def __len__(self) -> int:
        return len(self.person_id)

    @classmethod
    def empty(cls, size: int) -> Population:
        """All-zero columns of length `size`."""
        return cls(**{column.name: np.zeros(size, dtype=column.dtype) for column in PERSON_COLUMNS})

    def take(self, rows: NDArray[Any]) -> Population:
        """Rows by index or mask, copied."""
        return Population(**{field.name: getattr(self, field.name)[rows] for field in fields(self)})

    def sorted(self) -> Population:
        """The same persons in order of `person_id`."""
        return self.take(np.argsort(self.person_id, kind="stable"))

    def joined(self, other: Population) -> Population:
        """These persons followed by those of `other`."""
        return Population(
            **{
                field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
                for field in fields(self)
            }
        )

    def differences(self, other: Population) -> dict[str, int]:
        """Count rows that differ, by column, after sorting both by `person_id`; empty when identical."""
        if len(self) != len(other):
            return {"person_id": abs(len(self) - len(other))}
        one, two = self.sorted(), other.sorted()
        counts = {
            field.name: int(np.count_nonzero(getattr(one, field.name) != getattr(two, field.name)))
            for field in fields(self)
        }
        return {name: count for name, count in counts.items() if count}
