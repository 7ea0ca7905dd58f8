"""What a run of an engine leaves behind, year by year, and every way in which two runs may differ.

Works with any engine that has `record`, `step()` and `people()`: the oracle compares the numba engine with
the reference engine, the determinism tests compare the numba engine with itself.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from typing import Any, Protocol

import numpy as np

from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord
from careersim.engines.reference import ReferenceEngine
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population


class Engine(Protocol):
    record: YearRecord

    def step(self) -> YearRecord: ...

    def people(self) -> Population: ...


@dataclass(frozen=True)
class Year:
    """Everything that can be seen of an engine at the end of a year."""

    record: YearRecord
    people: Population


Trace = list[Year]


def trace(engine: Engine, years: int) -> Trace:
    """The start and every one of `years` years."""
    seen = [Year(engine.record, engine.people())]
    for _ in range(years):
        record = engine.step()
        seen.append(Year(record, engine.people()))
    return seen


def numba_trace(
    profession: Profession, model: Model, people: Population, years: int, **options: Any
) -> Trace:
    key = {"seed": 20_240, "replication": 3}
    return trace(NumbaEngine(profession, model, people, **(key | options)), years)


def reference_trace(
    profession: Profession, model: Model, people: Population, years: int, **options: Any
) -> Trace:
    key = {"seed": 20_240, "replication": 3}
    return trace(ReferenceEngine(profession, model, people, **(key | options)), years)


def differences(one: Trace, two: Trace) -> list[str]:
    """Every array that is not the same in both traces, with the first place where it is not.

    Columns of persons and arrays of the record are compared with shape and dtype, in every year.
    """
    found = [] if len(one) == len(two) else [f"{len(one)} years against {len(two)}"]
    for a, b in zip(one, two, strict=False):
        if a.record.year != b.record.year:
            found.append(f"year {a.record.year} against {b.record.year}")
        for of, left, right in (("people", a.people, b.people), ("record", a.record, b.record)):
            for field in fields(left):
                if field.name == "year":
                    continue
                what = f"{a.record.year}: {of}.{field.name}"
                found += _difference(what, getattr(left, field.name), getattr(right, field.name))
    return found


def _difference(what: str, one: np.ndarray, two: np.ndarray) -> list[str]:
    if one.dtype != two.dtype or one.shape != two.shape:
        return [f"{what} is {one.dtype} {one.shape} against {two.dtype} {two.shape}"]
    if np.array_equal(one, two):
        return []
    place = tuple(int(index[0]) for index in np.nonzero(one != two))
    count = np.count_nonzero(one != two)
    return [f"{what} differs in {count} places, first at {place}: {one[place]} against {two[place]}"]


def person_years(seen: Trace) -> int:
    """Persons observed at the end of each simulated year, summed."""
    return sum(len(year.people) for year in seen[1:])


def digest(seen: Trace) -> str:
    """SHA-256 of all bytes of all years."""
    digested = hashlib.sha256()
    for year in seen:
        digested.update(str(year.record.year).encode())
        for part in (year.people, year.record):
            for field in fields(part):
                if field.name != "year":
                    array = np.ascontiguousarray(getattr(part, field.name))
                    digested.update(f"{field.name}{array.dtype.str}{array.shape}".encode())
                    digested.update(array.tobytes())
    return digested.hexdigest()
