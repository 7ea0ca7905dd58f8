"""Event histories: who did what in which year, as columns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.layout import JOURNAL_COLUMNS, Journal, People

__all__ = ["EVENT_KINDS", "Events", "JournalBook", "new_journal", "no_journal"]

EVENT_KINDS = ("exit", "relocation", "working_time", "completion", "seat", "entry")
"""`source` and `destination` are states, except for `working_time`, where they are percent."""

_ENTRY = EVENT_KINDS.index("entry")
_EVENTS_PER_YEAR = 3  # an exit or a relocation and a change of working time, and a completed training


@dataclass(frozen=True)
class Events:
    """Columns of equal length, one row an event, in the order of the year's steps within a person."""

    person_id: NDArray[np.uint64]
    year: NDArray[np.uint16]
    kind: NDArray[np.uint8]
    source: NDArray[np.uint8]
    destination: NDArray[np.uint8]
    county_from: NDArray[np.uint8]
    county_to: NDArray[np.uint8]


@dataclass
class JournalBook:
    """Collects the journals of a run."""

    pages: list[Events] = field(default_factory=list)

    def add(self, year: int, people: People, journal: Journal) -> None:
        """Take over the used part of a journal."""
        used = slice(0, int(journal.used[0]))
        self._append(
            year,
            people.person_id[journal.event[used, 0]],
            *journal.event[used, 1:].astype(np.uint8).T,
        )

    def add_entrants(self, year: int, people: People, rows: slice) -> None:
        """Write an entry for each new person."""
        state, county = people.state[rows], people.county[rows]
        kind = np.full(len(state), _ENTRY, np.uint8)
        self._append(year, people.person_id[rows], kind, state, state, county, county)

    def events(self) -> Events:
        """All events, sorted by person and year."""
        names = list(Events.__dataclass_fields__)
        if not self.pages:
            self._append(0, np.zeros(0, np.uint64), *(np.zeros(0, np.uint8) for _ in range(5)))
        columns = {name: np.concatenate([getattr(page, name) for page in self.pages]) for name in names}
        order = np.lexsort((columns["year"], columns["person_id"]))
        return Events(**{name: column[order] for name, column in columns.items()})

    def _append(self, year: int, person_id: NDArray[np.uint64], *columns: NDArray[np.uint8]) -> None:
        years = np.full(len(person_id), year, np.uint16)
        self.pages.append(Events(person_id.copy(), years, *(column.copy() for column in columns)))


def new_journal(persons: int) -> Journal:
    """A journal with room for a year of `persons`."""
    room = max(_EVENTS_PER_YEAR * persons, 1)
    return Journal(np.zeros(1, np.int64), np.empty((room, JOURNAL_COLUMNS), np.int64))


def no_journal() -> Journal:
    """A journal that takes nothing."""
    return Journal(np.zeros(1, np.int64), np.empty((0, JOURNAL_COLUMNS), np.int64))
