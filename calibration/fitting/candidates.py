"""`Candidates`: simulate parameter sets, always with the same seeds, side by side in processes.

The prediction of a set of numbers is a pure function of them: every candidate lives the same replications
of the same seed. How many processes share the work changes nothing but the time.
"""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, replace

import numpy as np

from calibration.fitting.design import Floats
from calibration.observe import predict
from calibration.target_types import Targets
from careersim.config.loaded import LoadedRun
from careersim.errors import ConfigError, UserError
from careersim.experiment.draws import with_values
from careersim.experiment.engines import engine_maker, warm_up
from careersim.experiment.replicate import Replicated, run_replications
from careersim.experiment.sources import population_source
from careersim.flows.series import ProfessionSeries
from careersim.model.assemble import assemble
from careersim.model.graph import Model

__all__ = ["Candidate", "Candidates", "Side"]


@dataclass(frozen=True)
class Candidate:
    """One set of numbers.

    Attributes
    ----------
    model, coverage
        Numbers of the model by path, and coverages by name.
    replications, first
        How many lives of the country, numbered from `first`.
    headline
        Whether to ask for the headline instead of the targets.
    """

    model: Mapping[str, float]
    coverage: Mapping[str, float]
    replications: int
    first: int = 0
    headline: bool = False


@dataclass(frozen=True)
class Candidates:
    """What all candidates share.

    Attributes
    ----------
    run
        With the last year that is simulated.
    targets
        What is observed.
    seed
        Key of all chance.
    headline
        Profession and year of the headline: persons at work at the end of the year.
    """

    run: LoadedRun
    targets: Targets
    seed: int
    headline: tuple[str, int]

    def simulate(self, candidate: Candidate) -> Floats:
        """Give replications x targets, or replications x 1 for the headline.

        Raises
        ------
        UserError
            If a number is out of range, or a target is undefined with it.
        """
        try:
            run = self.run
            if candidate.headline:
                run = replace(run, spec=run.spec.model_copy(update={"until": self.headline[1]}))
            model = assemble(with_values(run, candidate.model))
        except ConfigError as error:
            raise UserError(f"these numbers make no model: {dict(candidate.model)}: {error}") from error
        done = self._live(model, candidate)
        if candidate.headline:
            return at_work(done.series[self.headline[0]], self.headline[1])[:, None]
        predicted = np.asarray(predict(self.targets, done.series, done.durations, candidate.coverage))
        undefined = np.flatnonzero(np.isnan(predicted).any(axis=0))
        if len(undefined):
            names = [self.targets.ids[number] for number in undefined]
            raise UserError(
                f"{', '.join(names)} cannot be told with {dict(candidate.model)}",
                where="targets",
                expected="persons to measure",
                remedy="leave the target out (`without`), or narrow the range of the number",
            )
        return predicted

    def _live(self, model: Model, candidate: Candidate) -> Replicated:
        source = population_source(model, self.run.panels)
        _ready(self)
        makers = {one.name: engine_maker("numba", one, model, seed=self.seed) for one in model.professions}
        return run_replications(
            model,
            seed=self.seed,
            replications=candidate.replications,
            first=candidate.first,
            threads=1,
            source=source,
            makers=makers,
            durations=not candidate.headline,
        )

    @contextmanager
    def side_by_side(self, workers: int) -> Iterator[Side]:
        """Hold processes ready as long as the context lasts."""
        if workers <= 1:
            yield Side(self, None)
            return
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(self,))
        try:
            yield Side(self, pool)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True)
class Side:
    """Candidates with the processes that simulate them."""

    candidates: Candidates
    pool: ProcessPoolExecutor | None

    def results(self, asked: Sequence[Candidate]) -> Iterator[Floats]:
        """Predictions in the order of the candidates, each as soon as those before it are there.

        Raises
        ------
        UserError
            If a process was ended from outside.
        """
        if self.pool is None:
            yield from map(self.candidates.simulate, asked)
            return
        try:
            yield from self.pool.map(_simulate, asked)
        except BrokenProcessPool:
            raise UserError(
                "a process that simulates was ended from outside, or could not begin",
                where="--workers",
                remedy="begin again with fewer workers if the memory is short; what is finished is kept",
            ) from None


def at_work(series: ProfessionSeries, year: int) -> Floats:
    """Persons in the states that serve at the end of a year, by replication."""
    serving = [number for number, state in enumerate(series.profession.states) if state.serves]
    stock = series.stock[:, series.years.index(year), serving]
    return np.asarray(stock.sum(axis=(1, 2, 3)), dtype=np.float64)


_OURS: list[Candidates] = []


def _begin(candidates: Candidates) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _OURS[:] = [candidates]


def _end_with_parent() -> None:
    """End when the process that asks is gone: killed, it cannot say so, and we would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _simulate(candidate: Candidate) -> Floats:
    return _OURS[0].simulate(candidate)


_WARM: set[int] = set()


def _ready(candidates: Candidates) -> None:
    """Compile kernels, or load them, once per process."""
    if not _WARM:
        model = assemble(candidates.run)
        warm_up(model, population_source(model, candidates.run.panels))
        _WARM.add(1)
