"""`ReferenceEngine`: a Mesa model of one profession that lives the contract of the year person by person."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from careersim.engines.record import YearRecord
from careersim.engines.reference.allocation import allocate_seats
from careersim.engines.reference.covariates import reference_workload, strain_by_county
from careersim.engines.reference.entrants import entrants_of_year
from careersim.engines.reference.person import Person
from careersim.engines.reference.world import World
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from careersim.schema import PERSON_COLUMNS

__all__ = ["ReferenceEngine"]


class ReferenceEngine(mesa.Model):
    """One replication of one profession.

    Parameters
    ----------
    profession
        The declared career graph.
    model
        The world around it: demand, distances and switches.
    population
        The persons at the end of the start year; copied.
    seed
        Seed of the run, 0 to 2**64 - 1.
    replication
        Number of the replication, 0 to 2**32 - 1.

    Attributes
    ----------
    record
        Counts of the last year lived; before the first step, the stocks of the start year.
    """

    def __init__(
        self, profession: Profession, model: Model, population: Population, *, seed: int, replication: int
    ) -> None:
        super().__init__(rng=0)  # Mesa demands a generator; nothing here draws from it
        self._world = World(profession, model, seed, replication)
        for row in _rows(population):
            Person(self, self._world, row)
        self._observe()
        self.record = self._world.record
        self._reference = reference_workload(profession, model.demand, self.record) if model.feedback else 0.0

    def step(self) -> YearRecord:  # type: ignore[override]  # Mesa's step returns nothing
        """Live one year.

        The order of events:

        1. entrants are made; they take no part in what follows until they are observed,
        2. covariates of the counties from the end of last year,
        3. exit,
        4. relocation,
        5. working time,
        6. training,
        7. seats: applications, then allocation,
        8. ageing, bonus contracts and observation.

        Returns
        -------
        Counts of the year.
        """
        last = self.record
        present = self.activation()
        self._open_year(last)
        for row in entrants_of_year(self._world):
            Person(self, self._world, row)
        present.do("begin_year")
        present.do("exit")
        present.do("relocate")
        present.do("review_working_time")
        present.do("train")
        present.do("apply")
        allocate_seats(self._world, (person for person in present if isinstance(person, Person)), last)
        present.do("grow_older")
        for person in self._persons():
            person.close_contract()
        self._observe()
        self.record = self._world.record
        return self.record

    @property
    def year(self) -> int:
        """Calendar year of the last observation."""
        return self.record.year

    def people(self) -> Population:
        """Give all persons as columns, sorted by `person_id`."""
        persons = sorted(self._persons(), key=lambda person: person.person_id)
        return Population(
            **{
                column.name: np.array(
                    [getattr(person, column.name) for person in persons], dtype=column.dtype
                )
                for column in PERSON_COLUMNS
            }
        )

    def activation(self) -> mesa.agent.AgentSet:
        """Give those present at the start of a year in the order in which they are activated.

        Any order gives the same careers. The set is a copy, so that entrants of the year are not in it.
        """
        return self.agents.select()

    def _open_year(self, last: YearRecord) -> None:
        world = self._world
        world.year = last.year + 1
        world.record = YearRecord.empty(world.profession, world.year)
        if world.model.feedback:
            world.strain = strain_by_county(world.profession, world.model.demand, last, self._reference)

    def _observe(self) -> None:
        record = self._world.record
        for person in self._persons():
            record.stock[person.state, person.county, person.sector] += 1
            record.fte_percent[person.state, person.county, person.sector] += person.fte

    def _persons(self) -> list[Person]:
        return [agent for agent in self.agents if isinstance(agent, Person)]

    def _wrapped_step(self, *args: Any, **kwargs: Any) -> YearRecord:  # type: ignore[override]
        """Pass the record on, which Mesa's wrapper of `step` would swallow."""
        super()._wrapped_step(*args, **kwargs)
        return self.record


def _rows(population: Population) -> list[dict[str, int]]:
    names = [column.name for column in PERSON_COLUMNS]
    columns = [getattr(population, name).tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
