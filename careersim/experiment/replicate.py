"""`run_replications`: all professions and replications side by side; threads do not change the result."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from time import perf_counter
from typing import TypeAlias

from careersim.engines.journal import EVENT_KINDS
from careersim.engines.record import SEAT_FIELDS, Arc, arcs_of
from careersim.errors import InternalError
from careersim.experiment.engines import Engine, EngineMaker, engine_maker, refuse_engine, warm_up
from careersim.experiment.limits import check_limits
from careersim.flows.durations import Durations, durations_of
from careersim.flows.identity import check_conservation
from careersim.flows.series import ProfessionSeries
from careersim.flows.yearly import EventColumns
from careersim.model.graph import Model, Profession
from careersim.population.synthesis import MarginSource, PopulationSource

__all__ = ["EventPage", "Observer", "Progress", "Replicated", "run_replications"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of finished and of all tasks (a profession in a replication)."""

Observer: TypeAlias = Callable[[Profession, int, Engine], None]
"""Called with profession, replication and engine at the start and after every year, in the task's thread."""


@dataclass(frozen=True)
class EventPage:
    """Person histories of one profession in one replication."""

    profession: Profession
    replication: int
    events: EventColumns


@dataclass(frozen=True)
class Replicated:
    """What all replications gave.

    Attributes
    ----------
    series, durations
        By name of the profession; no durations unless they were counted.
    pages
        Person histories, by profession and replication; empty unless asked for.
    timings
        Seconds: `warm_up` (compiling kernels), `prepare` (what replications share), `replications` (wall);
        and summed over threads `start_population_threads`, `years_threads`, `durations_threads`.
    """

    series: Mapping[str, ProfessionSeries]
    durations: Mapping[str, Durations]
    pages: tuple[EventPage, ...]
    timings: Mapping[str, float]


def run_replications(
    model: Model,
    *,
    seed: int,
    replications: int,
    engine: str = "numba",
    threads: int | None = None,
    source: PopulationSource | None = None,
    events: bool = False,
    progress: Progress | None = None,
    makers: Mapping[str, EngineMaker] | None = None,
    first: int = 0,
    durations: bool = True,
    observer: Observer | None = None,
) -> Replicated:
    """Run every profession of a model in every replication.

    Parameters
    ----------
    model
        What is simulated.
    seed
        Key of all chance, 0 to 2**64 - 1.
    replications
        How many, 1 or more; numbered from `first`.
    engine
        `numba` or `reference`.
    threads
        How many tasks run at the same time; all processors by default, and never more. Results do not
        depend on it.
    source
        Gives the start populations; by default the margins of the model.
    events
        Whether to keep person histories.
    progress
        Called in this thread whenever a task is finished.
    makers
        Engines to use instead, by profession; for tests and own engines.
    first
        Number of the first replication; its row in the series is 0.
    durations
        Whether to count durations, which takes a fifth of the time.
    observer
        Looks at every engine in every year; threads may call it side by side.

    Returns
    -------
    Counts of all years and replications; every year has passed `check_conservation`.

    Raises
    ------
    UserError
        If an argument is wrong or the result would not fit into memory.
    InternalError
        If persons are not conserved.
    """
    refuse_engine(engine, events=events)
    check_limits(model, replications=replications, threads=threads)
    started = perf_counter()
    source = source or MarginSource(model)
    if engine == "numba" and makers is None:
        warm_up(model, source)
    warmed = perf_counter()
    plan = _Plan(model, seed, replications, source, threading.Event(), events, first, durations, observer)
    count = len(model.professions) * replications
    processors = os.cpu_count() or 1  # more threads than that only take memory
    workers = 1 if engine == "reference" else min(threads or processors, processors)
    if makers is None:
        share = max(workers // count, 1)  # few tasks leave processors for the persons of each
        makers = {
            profession.name: engine_maker(
                engine, profession, model, seed=seed, threads=share, events=events, durations=durations
            )
            for profession in model.professions
        }
    prepared = perf_counter()
    lives = _side_by_side(plan, makers, min(workers, count), progress)
    clock = {
        "warm_up": warmed - started,
        "prepare": prepared - warmed,
        "replications": perf_counter() - prepared,
    }
    return _collect(plan, lives, clock)


@dataclass(frozen=True)
class _Life:
    """What one task gives beside the counts that it puts into the series."""

    durations: Durations | None
    events: EventColumns | None
    seconds: Mapping[str, float]


@dataclass(frozen=True)
class _Plan:
    """What all tasks share."""

    model: Model
    seed: int
    replications: int
    source: PopulationSource
    stop: threading.Event
    events: bool
    first: int
    durations: bool
    observer: Observer | None
    arcs: dict[str, tuple[Arc, ...]] = field(init=False)
    series: dict[str, ProfessionSeries] = field(init=False)

    def __post_init__(self) -> None:
        professions = self.model.professions
        object.__setattr__(self, "arcs", {one.name: arcs_of(one) for one in professions})
        series = {
            one.name: ProfessionSeries.allocate(
                one,
                self.arcs[one.name],
                SEAT_FIELDS,
                last_year=self.model.last_year,
                replications=self.replications,
            )
            for one in professions
        }
        object.__setattr__(self, "series", series)

    @property
    def numbers(self) -> range:
        """Numbers of the replications."""
        return range(self.first, self.first + self.replications)


_Lives: TypeAlias = dict[tuple[str, int], _Life]


def _side_by_side(
    plan: _Plan, makers: Mapping[str, EngineMaker], workers: int, progress: Progress | None
) -> _Lives:
    """Run all tasks; when one fails or the user interrupts, the others stop at the end of their year."""
    with ThreadPoolExecutor(workers, thread_name_prefix="careersim") as pool:
        futures: dict[Future[_Life], tuple[str, int]] = {}
        try:
            for replication in plan.numbers:
                for profession in plan.model.professions:
                    maker = makers[profession.name]
                    future = pool.submit(_live, plan, profession, maker, replication)
                    futures[future] = (profession.name, replication)
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if progress is not None:
                    progress(done, len(futures))
        except BaseException:
            plan.stop.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return {task: future.result() for future, task in futures.items()}


def _live(plan: _Plan, profession: Profession, maker: EngineMaker, replication: int) -> _Life:
    """Simulate one profession in one replication, from its start year to the last."""
    started = perf_counter()
    population = plan.source.population(profession, plan.seed, replication)
    born = perf_counter()
    engine = maker(population, replication)
    _live_years(plan, profession, engine, replication, len(population))
    lived = perf_counter()
    book = getattr(engine, "book", None)
    events: EventColumns | None = None if book is None else book.events()
    arcs = plan.arcs[profession.name]
    durations = None
    if plan.durations:
        people = engine.people()
        durations = durations_of(profession, arcs, people, plan.model.last_year, events, EVENT_KINDS)
    seconds = {
        "start_population_threads": born - started,
        "years_threads": lived - born,
        "durations_threads": perf_counter() - lived,
    }
    return _Life(durations, events if plan.events else None, seconds)


def _live_years(plan: _Plan, profession: Profession, engine: Engine, replication: int, persons: int) -> None:
    series, arcs = plan.series[profession.name], plan.arcs[profession.name]
    before = engine.record
    if int(before.stock.sum()) != persons:
        raise InternalError(
            f"{profession.name}: the engine starts with {int(before.stock.sum())} of {persons} persons"
        )
    row = replication - plan.first
    series.put(row, before)
    _look(plan, profession, replication, engine)
    for _ in series.years[1:]:
        if plan.stop.is_set():
            return
        after = engine.step()
        check_conservation(profession, arcs, before, after)
        series.put(row, after)
        _look(plan, profession, replication, engine)
        before = after


def _look(plan: _Plan, profession: Profession, replication: int, engine: Engine) -> None:
    if plan.observer is not None:
        plan.observer(profession, replication, engine)


def _collect(plan: _Plan, lives: _Lives, clock: dict[str, float]) -> Replicated:
    """Put the results of the tasks together in their order, whichever finished first."""
    durations: dict[str, Durations] = {}
    pages: list[EventPage] = []
    for profession in plan.model.professions:
        own = {replication: lives[profession.name, replication] for replication in plan.numbers}
        counted = [life.durations for life in own.values() if life.durations is not None]
        if counted:
            durations[profession.name] = sum(counted[1:], start=counted[0])
        pages.extend(
            EventPage(profession, replication, life.events)
            for replication, life in own.items()
            if life.events is not None
        )
    for life in lives.values():
        for name, seconds in life.seconds.items():
            clock[name] = clock.get(name, 0.0) + seconds
    return Replicated(plan.series, durations, tuple(pages), clock)
