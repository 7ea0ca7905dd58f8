"""`run_paired`: a baseline and scenarios with the same luck, batch by batch, compared person by person.

Of a scenario only the professions that it touches are simulated; the others are those of the baseline. Every
batch is checked: before the first year in which something acts, nothing may differ.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from careersim.errors import UserError, nearest_name
from careersim.experiment.careers import CareerBook, CareerTally
from careersim.experiment.engines import EngineMaker, engine_maker, warm_up
from careersim.experiment.limits import check_limits
from careersim.experiment.pairing import Asked, check_same_before, first_years, touched
from careersim.experiment.replicate import Observer, Progress, run_replications
from careersim.experiment.sources import population_source
from careersim.flows.areas import AREA_CODES
from careersim.flows.series import ProfessionSeries
from careersim.flows.student import t_quantile
from careersim.flows.workforce import GROUPS, group_counts, group_states
from careersim.model.costs import Costs
from careersim.model.graph import Model
from careersim.population.synthesis import PopulationSource

__all__ = ["LEAST", "Paired", "PairedRun", "Precision", "half_width", "run_paired"]

LEAST = 10
"""Replications before a half-width is believed: a few may agree by chance."""

_COUNTS = ("stock", "fte_percent", "left", "arrived", "moved_out", "moved_in", "entered", "seats")

_BATCH = 8
"""Replications whose careers are in memory at the same time, if there are no more processors."""


@dataclass(frozen=True)
class Precision:
    """How sure the mean difference of one number must be before replications stop.

    Attributes
    ----------
    half_width
        Of the 95 % confidence interval of the mean difference, in persons or full-time equivalents.
    quantity
        `workforce` or `trainees`.
    profession, county_code, year
        Where and when; 00 is Sweden. Without a profession that of the guideline, without a year the last.
    measure
        `headcount` or `fte`.
    """

    half_width: float
    quantity: str = "workforce"
    profession: str = ""
    county_code: str = "00"
    year: int = 0
    measure: str = "headcount"

    def completed(self, baseline: Asked, scenarios: Sequence[Asked]) -> Precision:
        """Fill in profession and year, and refuse what the runs do not have.

        Raises
        ------
        UserError
            If a part is unknown.
        """
        spec = baseline.run.spec
        full = replace(
            self, profession=self.profession or spec.guideline.profession, year=self.year or spec.until
        )
        if not (self.half_width > 0 and math.isfinite(self.half_width)):
            raise UserError(
                f"half-width {self.half_width:g}", where="half_width", expected="a number above 0"
            )
        shared = set.intersection(*({one.name for one in asked.model.professions} for asked in scenarios))
        _refuse_name("quantity", full.quantity, GROUPS)
        _refuse_name("measure", full.measure, ("headcount", "fte"))
        _refuse_name("profession", full.profession, sorted(shared))
        _refuse_name("county", full.county_code, AREA_CODES)
        profession = next(one for one in baseline.model.professions if one.name == full.profession)
        if not group_states(profession, full.quantity, "headcount"):
            raise UserError(f"{full.profession} has no {full.quantity}", where="quantity")
        if not profession.start_year < full.year <= baseline.model.last_year:
            raise UserError(
                f"year {full.year} is not simulated",
                where="year",
                expected=f"{profession.start_year + 1} to {baseline.model.last_year}",
            )
        return full


@dataclass(frozen=True)
class PairedRun:
    """Counts of one run, and of a scenario whose careers differ from the baseline.

    Attributes
    ----------
    asked
        The run.
    series
        Counts by profession.
    tallies
        Careers by profession, one a replication; empty for the baseline.
    first_years
        By profession the first year that may differ; empty for the baseline.
    touched
        Names of the professions that were simulated because something in them differs.
    prices
        Of every draw, the first draw first; empty without draws or prices.
    """

    asked: Asked
    series: Mapping[str, ProfessionSeries]
    tallies: Mapping[str, tuple[CareerTally, ...]]
    first_years: Mapping[str, int]
    touched: tuple[str, ...]
    prices: tuple[Costs, ...] = ()


@dataclass(frozen=True)
class Paired:
    """What a comparison gave.

    Attributes
    ----------
    baseline, scenarios
        The runs, with the same replications.
    reached
        Whether the asked half-width was reached; None if none was asked for.
    draws
        Sets of parameter values that the replications belong to, in equal parts one after the other; None
        without draws.
    """

    baseline: PairedRun
    scenarios: tuple[PairedRun, ...]
    reached: bool | None
    draws: int | None = None


def run_paired(
    baseline: Asked,
    scenarios: Sequence[Asked],
    *,
    replications: int,
    threads: int | None = None,
    precision: Precision | None = None,
    batch: int | None = None,
    first: int = 0,
    progress: Progress | None = None,
) -> Paired:
    """Run a baseline and scenarios in the same replications.

    Parameters
    ----------
    baseline, scenarios
        Runs that can be paired (`careersim.experiment.pairing.refuse_unpaired`).
    replications
        How many; with `precision` at most so many.
    threads
        How many tasks run at the same time; all processors by default.
    precision
        Stop with the first number of replications, from `LEAST` on, whose mean difference is so sure in
        every scenario.
    batch
        Replications at a time. The result depends on neither threads nor batches.
    first
        Number of the first replication.
    progress
        Called with the number of finished and of all tasks.

    Raises
    ------
    UserError
        If a number is out of range.
    InternalError
        If something differs before anything acts.
    """
    _check_limits(baseline.model, replications, 1 + len(scenarios), threads)
    workers = min(threads or os.cpu_count() or 1, os.cpu_count() or 1)
    size = batch or max(_BATCH, workers)
    base = _Runner.of(baseline, baseline.model, workers, size)
    others = [_Scenario.of(baseline, one, workers, size) for one in scenarios]
    told = _Told(progress, replications * (base.tasks + sum(one.runner.tasks for one in others)))
    enough: int | None = None
    done = 0
    while done < replications and enough is None:
        count = min(size, replications - done)
        _run_batch(base, others, first + done, count, threads, told)
        done += count
        if precision is not None:
            enough = _enough(base, others, precision, done - count, done)
    kept = enough or done
    reached = None if precision is None else enough is not None
    shared = base.paired(kept)
    numbers = range(first, first + kept)
    return Paired(shared, tuple(one.paired(shared, numbers) for one in others), reached)


def _check_limits(model: Model, replications: int, runs: int, threads: int | None) -> None:
    check_limits(model, replications=replications, threads=threads)
    try:
        check_limits(model, replications=replications * runs, threads=threads)
    except UserError as error:
        raise UserError(
            f"{runs} runs of {replications} replications are too many at once: {error.message}",
            where="replications",
            remedy="compare fewer scenarios at a time, or run fewer replications (--max-replications)",
        ) from error


def half_width(baseline: ProfessionSeries, scenario: ProfessionSeries, asked: Precision, count: int) -> float:
    """Half of the 95 % confidence interval of a mean difference over the first replications (t)."""
    area, year = AREA_CODES.index(asked.county_code), baseline.years.index(asked.year)
    one, two = (
        group_counts(series, asked.quantity, asked.measure)[:count, year, area]
        for series in (baseline, scenario)
    )
    spread = float((two - one).std(ddof=1))
    return t_quantile(0.975, count - 1) * spread / math.sqrt(count)


@dataclass
class _Runner:
    """One run with what its replications share, and the counts so far."""

    asked: Asked
    model: Model
    source: PopulationSource
    makers: dict[str, EngineMaker]
    parts: dict[str, list[ProfessionSeries]]

    @classmethod
    def of(cls, asked: Asked, model: Model, workers: int, batch: int) -> _Runner:
        parts: dict[str, list[ProfessionSeries]] = {one.name: [] for one in model.professions}
        source = population_source(model, asked.run.panels)
        if model.professions:
            warm_up(model, source)
        share = max(workers // max(batch * len(parts), 1), 1)
        makers = {
            one.name: engine_maker(
                "numba", one, model, seed=asked.run.spec.seed, threads=share, durations=False
            )
            for one in model.professions
        }
        return cls(asked, model, source, makers, parts)

    @property
    def tasks(self) -> int:
        return len(self.model.professions)

    def run(self, first: int, count: int, threads: int | None, observer: Observer, told: _Told) -> None:
        if not self.tasks:
            return
        found = run_replications(
            self.model,
            seed=self.asked.run.spec.seed,
            replications=count,
            threads=threads,
            source=self.source,
            makers=self.makers,
            first=first,
            durations=False,
            observer=observer,
            progress=told.part(count * self.tasks),
        )
        for name, series in found.series.items():
            self.parts[name].append(series)

    def series(self, kept: int) -> dict[str, ProfessionSeries]:
        return {name: _joined(parts, kept) for name, parts in self.parts.items()}

    def paired(self, kept: int) -> PairedRun:
        return PairedRun(self.asked, self.series(kept), {}, {}, tuple(self.parts))


@dataclass
class _Scenario:
    """A scenario: the professions that it touches, and whose careers differ."""

    asked: Asked
    runner: _Runner
    first_years: dict[str, int]
    tallies: dict[str, dict[int, CareerTally]] = field(default_factory=dict)

    @classmethod
    def of(cls, baseline: Asked, asked: Asked, workers: int, batch: int) -> _Scenario:
        model = replace(asked.model, professions=touched(baseline.model, asked.model))
        tallies: dict[str, dict[int, CareerTally]] = {one.name: {} for one in asked.model.professions}
        runner = _Runner.of(asked, model, workers, batch)
        return cls(asked, runner, first_years(baseline, asked), tallies)

    def check(self, base: _Runner) -> None:
        """Check the last batch."""
        for name, parts in self.runner.parts.items():
            check_same_before(
                self.first_years[name], base.parts[name][-1], parts[-1], self.tallies[name], self.asked.name
            )

    def paired(self, base: PairedRun, kept: range) -> PairedRun:
        own, shared = self.runner.series(len(kept)), base.series
        return PairedRun(
            self.asked,
            {name: own.get(name, shared[name]) for name in self.tallies},
            {name: tuple(found[number] for number in kept) for name, found in self.tallies.items()},
            self.first_years,
            tuple(own),
        )


@dataclass
class _Told:
    """Progress of all runs together."""

    progress: Progress | None
    total: int
    done: int = 0

    def part(self, tasks: int) -> Callable[[int, int], None]:
        before = self.done
        self.done += tasks

        def tell(done: int, _: int) -> None:
            if self.progress is not None:
                self.progress(before + done, self.total)

        return tell


def _run_batch(
    base: _Runner, others: Sequence[_Scenario], first: int, count: int, threads: int | None, told: _Told
) -> None:
    book = CareerBook(base.model.last_year)
    base.run(first, count, threads, book.write, told)
    numbers = range(first, first + count)
    for one in others:
        one.runner.run(first, count, threads, book.compare, told)
        found = book.take()
        for profession in one.asked.model.professions:
            if profession.name not in one.runner.parts:
                found |= book.unchanged(profession, numbers)
        for (name, replication), tally in found.items():
            one.tallies[name][replication] = tally
        one.check(base)


def _enough(
    base: _Runner, others: Sequence[_Scenario], precision: Precision, before: int, done: int
) -> int | None:
    """First number of replications, among those of the last batch, that is enough for every scenario."""
    name = precision.profession
    baseline = _joined(base.parts[name], done)
    scenarios = [_joined(one.runner.parts[name], done) for one in others if name in one.runner.parts]
    for count in range(max(before + 1, LEAST), done + 1):
        if all(half_width(baseline, one, precision, count) <= precision.half_width for one in scenarios):
            return count
    return None


def _joined(parts: Sequence[ProfessionSeries], kept: int) -> ProfessionSeries:
    """The first replications of all batches."""
    arrays: dict[str, Any] = {
        name: np.concatenate([getattr(part, name) for part in parts])[:kept]
        for name in (*_COUNTS, "contracts")
    }
    return replace(parts[0], **arrays)


def _refuse_name(where: str, name: str, names: Sequence[str]) -> None:
    if name not in names:
        raise UserError(
            f"unknown {where} '{name}'",
            where=where,
            expected=f"one of {', '.join(names)}",
            nearest=nearest_name(name.zfill(2) if where == "county" else name, names),
        )
