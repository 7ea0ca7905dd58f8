"""What is read from an engine's yearly record, as protocols, so that nothing here knows an engine."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Arc", "Counts", "EventColumns", "YearCounts"]

Counts = NDArray[np.int64]


class Arc(Protocol):
    """One (transition, destination) pair by index (see `careersim.engines.record.Arc`)."""

    @property
    def transition(self) -> int:
        """Index of the transition."""

    @property
    def source(self) -> int:
        """Index of the state that is left."""

    @property
    def destination(self) -> int:
        """Index of the state that is reached."""


class YearCounts(Protocol):
    """Counts of one profession, replication and year (see `careersim.engines.record.YearRecord`)."""

    @property
    def year(self) -> int:
        """Calendar year."""

    @property
    def stock(self) -> Counts:
        """Persons at the observation: state x county x sector."""

    @property
    def fte_percent(self) -> Counts:
        """Sum of working time in percent: state x county x sector."""

    @property
    def left(self) -> Counts:
        """Persons who took each arc by the county they left: arc x county."""

    @property
    def arrived(self) -> Counts:
        """Persons who took each arc by the county they arrived in: arc x county."""

    @property
    def moved_out(self) -> Counts:
        """Relocations by the county left: state x county."""

    @property
    def moved_in(self) -> Counts:
        """Relocations by the county reached: state x county."""

    @property
    def entered(self) -> Counts:
        """Entrants: stream x county."""

    @property
    def seats(self) -> Counts:
        """Pool x county x seat field."""

    @property
    def contracts(self) -> Counts:
        """Persons under a bonus contract and their working time in percent: bonus x county x 2."""


class EventColumns(Protocol):
    """Events of one profession and replication, one row an event (see `careersim.engines.journal.Events`)."""

    @property
    def person_id(self) -> NDArray[np.uint64]:
        """Key of the person."""

    @property
    def year(self) -> NDArray[np.uint16]:
        """Calendar year."""

    @property
    def kind(self) -> NDArray[np.uint8]:
        """Index of the kind of event."""

    @property
    def source(self) -> NDArray[np.uint8]:
        """State before, or percent for a change of working time."""

    @property
    def destination(self) -> NDArray[np.uint8]:
        """State after, or percent for a change of working time."""

    @property
    def county_from(self) -> NDArray[np.uint8]:
        """County before."""

    @property
    def county_to(self) -> NDArray[np.uint8]:
        """County after."""
