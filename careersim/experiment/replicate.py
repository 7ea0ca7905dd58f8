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

__all__ = ["EventPage", "Progress", "Replicated", "run_replications"]

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the number of finished and of all tasks (a profession in a replication)."""


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
        By name of the profession.
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
    durations: bool = True,
    progress: Progress | None = None,
    makers: Mapping[str, EngineMaker] | None = None,
) -> Replicated:
    """Run every profession of a model in every replication.

    Parameters
    ----------
    model
        What is simulated.
    seed
        Key of all chance, 0 to 2**64 - 1.
    replications
        How many, 1 or more; numbered from 0.
    engine
        `numba` or `reference`.
    threads
        How many tasks run at the same time; all processors by default, and never more. Results do not
        depend on it.
    source
        Gives the start populations; by default the margins of the model.
    events
        Whether to keep person histories.
    durations
        Whether to time the steps of careers; without it `Replicated.durations` is empty.
    progress
        Called in this thread whenever a task is finished.
    makers
        Engines to use instead, by profession; for tests and own engines.

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
    plan = _Plan(model, seed, replications, source, threading.Event(), events, durations)
    count = len(model.professions) * replications
    processors = os.cpu_count() or 1  # more threads than that only take memory
    workers = 1 if engine == "reference" else min(threads or processors, processors)
    if makers is None:
        share = max(workers // count, 1)  # few tasks leave processors for the persons of each
        makers = {
            profession.name: engine_maker(engine, profession, model, seed=seed, threads=share, events=events)
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
    durations: bool
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


_Lives: TypeAlias = dict[tuple[str, int], _Life]


def _side_by_side(
    plan: _Plan, makers: Mapping[str, EngineMaker], workers: int, progress: Progress | None
) -> _Lives:
    """Run all tasks; when one fails or the user interrupts, the others stop at the end of their year."""
    with ThreadPoolExecutor(workers, thread_name_prefix="careersim") as pool:
        futures: dict[Future[_Life], tuple[str, int]] = {}
        try:
            for replication in range(plan.replications):
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
    durations: Durations | None = None
    if plan.durations:
        durations = durations_of(profession, arcs, engine.people(), plan.model.last_year, events, EVENT_KINDS)
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
    series.put(replication, before)
    for _ in series.years[1:]:
        if plan.stop.is_set():
            return
        after = engine.step()
        check_conservation(profession, arcs, before, after)
        series.put(replication, after)
        before = after


def _collect(plan: _Plan, lives: _Lives, clock: dict[str, float]) -> Replicated:
    """Put the results of the tasks together in their order, whichever finished first."""
    durations: dict[str, Durations] = {}
    pages: list[EventPage] = []
    for profession in plan.model.professions:
        own = [lives[profession.name, replication] for replication in range(plan.replications)]
        timed = [life.durations for life in own if life.durations is not None]
        if timed:
            durations[profession.name] = sum(timed[1:], start=timed[0])
        pages.extend(
            EventPage(profession, replication, life.events)
            for replication, life in enumerate(own)
            if life.events is not None
        )
    for life in lives.values():
        for name, seconds in life.seconds.items():
            clock[name] = clock.get(name, 0.0) + seconds
    return Replicated(plan.series, durations, tuple(pages), clock)
