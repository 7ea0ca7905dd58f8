"""The cases that benchmarks and speed tests share: the doctors' full graph at any size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from careersim.engines.numba_engine import NumbaEngine
from careersim.model.assemble import read_model
from careersim.model.graph import Model, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.population.synthesis import MarginSource
from careersim.schema import person_id

__all__ = ["BASELINE", "Case", "doctors"]

BASELINE = Path(__file__).parents[1] / "configs" / "baseline.yaml"


@dataclass(frozen=True)
class Case:
    """A profession, its world and its starting population."""

    profession: Profession
    model: Model
    population: Population

    def engine(self, *, threads: int = 1) -> NumbaEngine:
        """An engine over a fresh copy of the population."""
        return NumbaEngine(
            self.profession, self.model, self.population, seed=1, replication=0, threads=threads
        )


def doctors(persons: int) -> Case:
    """The national run of doctors, with seats, supervision and feedback on, scaled to `persons` at the start.

    Persons are repeated under new identities; posts and inflows are scaled alike, and the inhabitants too, so
    that workload and competition for posts are those of the national run.
    """
    _, model = read_model(BASELINE)
    profession = next(p for p in model.professions if p.name == "doctor")
    national = MarginSource(model).population(profession, seed=1, replication=0)
    factor = persons / len(national)
    rows = np.arange(persons) % len(national)
    first = person_id(profession.key, 0, profession.start_year, 0, 0)
    population = replace(
        national.take(rows), person_id=np.uint64(first) + np.arange(persons, dtype=np.uint64)
    )
    scaled = replace(
        profession,
        pools=tuple(
            pool if pool.posts is None else replace(pool, posts=_times(pool.posts, factor))
            for pool in profession.pools
        ),
        streams=tuple(
            replace(stream, inflow=_times(stream.inflow, factor), dispersion="fixed")
            for stream in profession.streams
        ),
    )
    demand = replace(model.demand, inhabitants=_times(model.demand.inhabitants, factor))
    return Case(scaled, replace(model, professions=(scaled,), demand=demand), population)


def _times(table: Table, factor: float) -> Table:
    return replace(table, values=tuple(value * factor for value in table.values))
