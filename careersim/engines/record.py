"""What an engine reports of one simulated year: stocks, flows and seats as integer arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession
from careersim.schema import COUNTIES, SECTORS

__all__ = ["SEAT_FIELDS", "Arc", "YearRecord", "arcs_of"]

Counts = NDArray[np.int64]

SEAT_FIELDS = (
    "posts",
    "supervisor_limit",
    "occupied_before",
    "open",
    "first_wishes",
    "proposals",
    "filled",
    "rejected",
)
"""What is counted for each pool, county and year. A limit that does not exist is -1."""


class Arc(NamedTuple):
    """One (transition, destination) pair: the finest unit in which changes of state are counted."""

    transition: int
    source: int
    destination: int


def arcs_of(profession: Profession) -> tuple[Arc, ...]:
    """All arcs of a career graph, transitions in declared order, destinations within them."""
    return tuple(
        Arc(index, transition.source, destination.state)
        for index, transition in enumerate(profession.transitions)
        for destination in transition.destinations
    )


@dataclass(frozen=True)
class YearRecord:
    """Counts of one profession, replication and year; all int64.

    Attributes
    ----------
    stock, fte_percent
        Persons, and the sum of their working time in percent, at the observation: state x county x sector.
    left, arrived
        Persons who took each arc by the county they left and the county they arrived in: arc x county
        (the two differ only for seats).
    moved_out, moved_in
        Relocations by state and county: state x county.
    entered
        Entrants: stream x county.
    seats
        pool x county x `SEAT_FIELDS`.
    contracts
        Persons who were under a bonus contract in the year and still are in its place, and the sum of their
        working time in percent: bonus x county x 2.
    """

    year: int
    stock: Counts
    fte_percent: Counts
    left: Counts
    arrived: Counts
    moved_out: Counts
    moved_in: Counts
    entered: Counts
    seats: Counts
    contracts: Counts

    @classmethod
    def empty(cls, profession: Profession, year: int) -> YearRecord:
        """All-zero counts of the right shapes."""
        states = len(profession.states)
        arcs = sum(len(transition.destinations) for transition in profession.transitions)

        def zeros(*shape: int) -> Counts:
            return np.zeros(shape, dtype=np.int64)

        return cls(
            year=year,
            stock=zeros(states, COUNTIES, len(SECTORS)),
            fte_percent=zeros(states, COUNTIES, len(SECTORS)),
            left=zeros(arcs, COUNTIES),
            arrived=zeros(arcs, COUNTIES),
            moved_out=zeros(states, COUNTIES),
            moved_in=zeros(states, COUNTIES),
            entered=zeros(len(profession.streams), COUNTIES),
            seats=zeros(len(profession.pools), COUNTIES, len(SEAT_FIELDS)),
            contracts=zeros(len(profession.bonuses), COUNTIES, 2),
        )

    def net_flow(self, profession: Profession) -> Counts:
        """Inflows minus outflows of every state and county: state x county."""
        net = self.moved_in - self.moved_out
        arcs = np.array(arcs_of(profession), dtype=np.int64).reshape(-1, len(Arc._fields))
        np.add.at(net, arcs[:, 2], self.arrived)
        np.subtract.at(net, arcs[:, 1], self.left)
        np.add.at(net, [stream.state for stream in profession.streams], self.entered)
        return net
