"""The engine that everybody uses: columns of persons, stepped by compiled kernels a year at a time.

Kernels release the interpreter lock, so one engine may spread its persons over threads, and many engines
(replications) may run side by side. Neither changes a byte of any result: chance is keyed by person, and all
sums that feed back are integers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from careersim.engines.journal import Events, JournalBook, new_journal, no_journal
from careersim.engines.record import YearRecord
from careersim.kernels.allocate import allocate
from careersim.kernels.bounds import base_thresholds, bounds
from careersim.kernels.contracts import Places, close_contracts, sign_incumbents
from careersim.kernels.count import count
from careersim.kernels.entrants import enter_from_streams, entrant_counts
from careersim.kernels.layout import Chance, Graph, Journal, People, YearRates
from careersim.kernels.seats import applicants, take_seats
from careersim.kernels.step_year import step_year
from careersim.lowering.contracts import with_offers
from careersim.lowering.lowered import Lowered, LoweredPool, lower
from careersim.lowering.risks import lever_tables, shift_tables
from careersim.lowering.versions import Version
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from careersim.schema import AGES, COUNTIES

__all__ = ["NumbaEngine"]

T = TypeVar("T")
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

_STRAIN_LIMIT = 2.0
_NO_LIMIT = -1


class NumbaEngine:
    """One profession in one replication.

    Parameters
    ----------
    profession, model
        The declared career graph and the world around it.
    population
        Persons at the end of `profession.start_year`, in any order; copied.
    seed, replication
        Key of all chance; equal keys give equal careers.
    threads
        Threads that share the persons of this engine.
    chunk
        Persons per unit of work; by default an equal part for each thread.
    journal
        Whether to keep every event (see `journal`).
    lowered
        `lower(profession, model)`, to be shared by many replications.
    """

    def __init__(
        self,
        profession: Profession,
        model: Model,
        population: Population,
        *,
        seed: int,
        replication: int,
        threads: int = 1,
        chunk: int | None = None,
        journal: bool = False,
        lowered: Lowered | None = None,
    ) -> None:
        self.profession = profession
        self.model = model
        self.year = profession.start_year
        self.book = JournalBook() if journal else None
        self._lowered = lower(profession, model) if lowered is None else lowered
        self._base_thresholds = base_thresholds(self._lowered.graph)
        self._seed = np.uint64(seed)
        self._replication = np.uint32(replication)
        self._threads = max(threads, 1)
        self._chunk = chunk
        self._people = _columns(population, self._room(len(population)))
        self._size = len(population)
        self.record = self._observe(YearRecord.empty(profession, self.year))
        self._reference_strain = self._strain(national=True)[0]

    def __len__(self) -> int:
        """Persons so far, living or not."""
        return self._size

    def step(self) -> YearRecord:
        """Simulate the next year; the numbered steps are those of docs/explanation/year.md.

        Returns
        -------
        Stocks at the observation and the flows of the year.
        """
        self.year += 1
        chance = Chance(self._seed, self._replication, np.uint32(self.year))
        rates = self._year_rates()  # 2
        record = YearRecord.empty(self.profession, self.year)
        places = self._open_contracts(chance)
        self._live(rates, chance, record)  # 3-6, and who applies in 7
        self._fill_seats(chance, record)  # 7
        self._enter(chance, record)  # 1: entrants are exposed from next year on
        self._close_contracts(places, chance, record)
        self.record = self._observe(record)  # 8
        return self.record

    def people(self) -> Population:
        """All persons, living or not, sorted by `person_id`."""
        return self.rows().sorted()

    def rows(self) -> Population:
        """All persons, living or not, in order of entry: a view that the next step writes over.

        A person keeps the row for life, because entrants are appended and nobody is removed.
        """
        names = [field.name for field in fields(Population)]
        return Population(**{name: getattr(self._people, name)[: self._size] for name in names})

    def events(self) -> Events:
        """Every event so far, sorted by person and year; empty unless `journal` was asked for."""
        return (self.book or JournalBook()).events()

    # -- 2: covariates of the counties -------------------------------------------------------------

    @property
    def _version(self) -> Version | None:
        """What levers put in the place of parts of the graph this year."""
        return self._lowered.versions.of(self.year - self._lowered.first_year)

    @property
    def _graph(self) -> Graph:
        """The graph of this year."""
        version = self._version
        return self._lowered.graph if version is None else version.graph

    def _year_rates(self) -> YearRates:
        low = self._lowered
        index, lever = lever_tables(low.risks, self.profession.rate_levers, self.year)
        shift_index, shifted = shift_tables(low.risks, self.profession.age_shifts, self.year)
        rates = YearRates(
            workload=self._workload_ratios(),
            lever_index=index,
            lever=lever,
            base_threshold=self._base_thresholds,
            plain=np.zeros((len(self.profession.states), 2), np.uint8),
            lever_highest=lever.max(axis=(1, 2)),
            shift_index=shift_index,
            shifted=shifted,
            shifted_highest=shifted.max(axis=(1, 2, 3)),
            bounds=np.zeros(len(self.profession.states) * AGES, np.uint64),
        )
        bounds(low.graph, rates)
        return rates

    def _workload_ratios(self) -> F64:
        betas = self._lowered.risks.workload
        ratios = np.ones((len(betas), COUNTIES))
        if self.model.feedback and betas.any():
            strains = self._strain()
            for risk in np.flatnonzero(betas):
                for c, strain in enumerate(strains):
                    ratios[risk, c] = math.exp(float(betas[risk]) * self._excess(strain))
        return ratios

    def _excess(self, strain: float) -> float:
        if math.isinf(strain):
            return _STRAIN_LIMIT
        return min(max(strain - self._reference_strain, -_STRAIN_LIMIT), _STRAIN_LIMIT)

    def _strain(self, *, national: bool = False) -> list[float]:
        """Thousands of need-weighted inhabitants per full-time equivalent at the last observation."""
        demand = self._lowered.demand[self.record.year - self._lowered.first_year]
        percent = self.record.fte_percent[self._lowered.serving].sum(axis=(0, 2))
        if national:
            total = 0.0
            for thousands in demand:
                total += float(thousands)
            return [_per_full_time(total, int(percent.sum()))]
        return [_per_full_time(float(d), int(p)) for d, p in zip(demand, percent, strict=True)]

    # -- 3-6: the year of the persons --------------------------------------------------------------

    def _live(self, rates: YearRates, chance: Chance, record: YearRecord) -> None:
        graph = self._graph

        def live(low: int, high: int) -> tuple[I64, Journal]:
            flows = self._no_flows()
            journal = no_journal() if self.book is None else new_journal(high - low)
            step_year(graph, rates, self._people, chance, low, high, flows, journal)
            return flows, journal

        for flows, journal in self._in_chunks(live):
            self._add_flows(record, flows)
            self._note(journal)

    def _no_flows(self) -> I64:
        """Zero counts in the rows that kernels write: left, arrived, moved out, moved in."""
        graph = self._lowered.graph
        return np.zeros((2 * (len(graph.arc) + len(graph.state)), COUNTIES), np.int64)

    def _add_flows(self, record: YearRecord, flows: I64) -> None:
        arcs, states = len(self._lowered.graph.arc), len(self._lowered.graph.state)
        left, arrived, moved_out, moved_in = np.split(flows, [arcs, 2 * arcs, 2 * arcs + states])
        record.left[...] += left
        record.arrived[...] += arrived
        record.moved_out[...] += moved_out
        record.moved_in[...] += moved_in

    def _in_chunks(self, work: Callable[[int, int], T]) -> list[T]:
        size = self._chunk or max(-(-self._size // self._threads), 1)
        starts = range(0, self._size, size)
        spans = [(start, min(start + size, self._size)) for start in starts]
        if self._threads == 1 or len(spans) == 1:
            return [work(low, high) for low, high in spans]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(lambda span: work(*span), spans))

    # -- 7: seats ----------------------------------------------------------------------------------

    def _fill_seats(self, chance: Chance, record: YearRecord) -> None:
        if not self.profession.pools:
            return
        applying = self._people.applying[: self._size]
        rows, first = applicants(applying, self._lowered.risks.pool, len(self._lowered.pools))
        present = self._present(record)
        for k, pool in enumerate(self._lowered.pools):
            record.seats[k, :, 2] = present[list(pool.holders)].sum(axis=0)
            self._fill_pool(record.seats[k], pool, rows[first[k] : first[k + 1]], chance, record)

    def _fill_pool(
        self, seats: I64, pool: LoweredPool, rows: I64, chance: Chance, record: YearRecord
    ) -> None:
        year = self.year - self._lowered.first_year
        seats[:, 0] = pool.posts[year]
        seats[:, 1] = self._supervised(pool, year)
        limit = np.where(seats[:, 1] < 0, seats[:, 0], np.minimum(seats[:, 0], seats[:, 1]))
        limit = np.where(seats[:, 0] < 0, seats[:, 1], limit)
        seats[:, 3] = np.where(limit < 0, _NO_LIMIT, np.maximum(limit - seats[:, 2], 0))
        seat = np.empty(len(rows), np.int64)
        tally = np.zeros((COUNTIES, 4), np.int64)
        version = self._version
        allocate(
            self._people,
            rows,
            seats[:, 3].copy(),
            pool.weights if version is None else version.weights[pool.choice],
            pool.first_wish if version is None else version.first_wish[pool.choice],
            pool.wishes,
            pool.local_first,
            chance,
            seat,
            tally,
        )
        seats[:, 4:] = tally
        journal = no_journal() if self.book is None else new_journal(len(rows))
        flows = self._no_flows()
        take_seats(self._graph, self._people, rows, seat, chance, flows, journal)
        self._add_flows(record, flows)
        self._note(journal)

    def _supervised(self, pool: LoweredPool, year: int) -> I64:
        """Trainees that the supervisors of last year can take, by county; -1 without limit."""
        if pool.per_supervisor is None:
            return np.full(COUNTIES, _NO_LIMIT, np.int64)
        percent = self.record.fte_percent[list(pool.supervisors)].sum(axis=(0, 2))
        limit: F64 = np.floor(percent / 100.0 * pool.per_supervisor[year])
        return limit.astype(np.int64)

    def _present(self, record: YearRecord) -> I64:
        """Persons by state and county now: last year's stock and the flows of the year so far."""
        last: I64 = self.record.stock.sum(axis=2)
        return last + record.net_flow(self.profession)

    # -- 1: entrants -------------------------------------------------------------------------------

    def _enter(self, chance: Chance, record: YearRecord) -> None:
        low = self._lowered
        year = self.year - low.first_year
        if not self.profession.streams:
            return
        key = self.profession.key
        entrant_counts(key, low.inflow[year], low.added[year], low.streams.poisson, chance, record.entered)
        total = int(record.entered.sum())
        if self._size + total > len(self._people.state):
            self._people = _columns(self.rows(), self._room(self._size + total))
        first = self._size
        self._size = enter_from_streams(
            key, self._graph, low.streams, self._people, first, record.entered, chance
        )
        if self.book is not None:
            rows = slice(first, self._size)
            self.book.add_entrants(self.year, self._people, rows)

    # -- Bonus contracts ---------------------------------------------------------------------------

    def _open_contracts(self, chance: Chance) -> Places | None:
        """Sign those who are there when a bonus begins, and remember where everybody is."""
        bonuses = self.profession.bonuses
        if not bonuses or self.year < min(bonus.first_year for bonus in bonuses):
            return None
        if any(bonus.incumbents and bonus.first_year == self.year for bonus in bonuses):
            offers = with_offers(self._lowered.contracts, self.profession, self.year)
            sign_incumbents(offers, self._people, self._size, chance)
        people = self._people
        return Places(*(one[: self._size].copy() for one in (people.state, people.county, people.sector)))

    def _close_contracts(self, places: Places | None, chance: Chance, record: YearRecord) -> None:
        if places is not None:
            offers = with_offers(self._lowered.contracts, self.profession, self.year)
            close_contracts(offers, self._people, self._size, places, chance, record.contracts)

    # -- 8: observation ----------------------------------------------------------------------------

    def _observe(self, record: YearRecord) -> YearRecord:
        def observe(low: int, high: int) -> tuple[I64, I64]:
            stock, fte_percent = np.zeros_like(record.stock), np.zeros_like(record.fte_percent)
            count(self._people, low, high, COUNTIES, stock, fte_percent)
            return stock, fte_percent

        for stock, fte_percent in self._in_chunks(observe):
            record.stock[...] += stock
            record.fte_percent[...] += fte_percent
        return record

    # -- memory ------------------------------------------------------------------------------------

    def _room(self, persons: int) -> int:
        """Rows to reserve: the persons and all entrants expected until the end, with some slack."""
        later = slice(self.year + 1 - self._lowered.first_year, None)
        expected = self._lowered.inflow[later] + self._lowered.added[later]
        coming = float(np.maximum(expected, 0.0).sum())  # levers may take away more than there is
        return persons + int(coming + 6.0 * math.sqrt(coming)) + 64

    def _note(self, journal: Journal) -> None:
        if self.book is not None:
            self.book.add(self.year, self._people, journal)


def _columns(population: Population, room: int) -> People:
    """Copy persons into columns with room for entrants."""
    columns = {}
    for field in fields(Population):
        source = getattr(population, field.name)
        column = np.zeros(room, source.dtype)
        column[: len(source)] = source
        columns[field.name] = column
    return People(**columns, applying=np.zeros(room, np.uint8))


def _per_full_time(thousands: float, percent: int) -> float:
    return thousands / (percent / 100.0) if percent else math.inf
