"""`PostsRuns`: the model lived again with other numbers of posts or entrants, judged by what was asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from careersim.config.run_spec import GuidelineSpec
from careersim.errors import UserError, nearest_name
from careersim.experiment.engines import engine_maker
from careersim.experiment.judged import (
    Basis,
    Counts,
    Floats,
    Nation,
    Question,
    Reading,
    Tried,
    judge,
    weights,
)
from careersim.experiment.planned import planned_lever
from careersim.experiment.replicate import run_replications
from careersim.flows.series import ProfessionSeries
from careersim.model.graph import Model, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.population.synthesis import PopulationSource
from careersim.schema import COUNTIES

__all__ = [
    "Basis",
    "Counts",
    "Floats",
    "Nation",
    "PostsRuns",
    "Question",
    "Reading",
    "Tried",
    "World",
    "profession_of",
]

World = tuple[Model, PopulationSource]
"""The run with one draw of its uncertain numbers, and the persons it starts from."""

_KEPT = 100
"""Start populations of so many replications are kept between runs: some 300 MB of doctors."""


@dataclass
class PostsRuns:
    """Runs of one profession with other posts; all with the same start and, unless said, the same luck.

    Parameters
    ----------
    model
        The run as it is, with all its professions.
    guideline
        Its guideline.
    question
        What is asked.
    source
        Start populations.
    progress
        Called after each run with the number of runs and how many there may be.
    most
        How many there may be.
    worlds
        The run with draws of its uncertain numbers, one a replication in turn; none: the run as it is.

    Raises
    ------
    UserError
        If the profession is not part of the run or has no lever, or years do not fit.
    """

    model: Model
    guideline: GuidelineSpec
    question: Question
    source: PopulationSource
    progress: Callable[[int, int], None] | None
    most: int
    worlds: Sequence[World] = ()
    runs: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.name = self.question.profession or self.guideline.profession
        profession = profession_of(self.model, self.name)
        self.lever = planned_lever(profession, self.question.lever)
        _check_reading(self.question, self.guideline, self.name)
        _check_years(self.model, profession, self.question)
        self.model = self._alone(self.model)
        self.source = _SameStart(self.source, profession)
        self.worlds = [
            (self._alone(model), _SameStart(source, profession_of(model, self.name)))
            for model, source in self.worlds
        ]
        self.asked = np.isin(np.arange(COUNTIES), self.question.counties)
        self.today = self.lever.today(profession, self.question.first_year)
        self.training_years = self.lever.training_years(profession)
        self.earliest = self.question.first_year + self.lever.years_on_the_way(profession)
        self.weights = weights(self.question, self.guideline, self.model.demand)

    @property
    def profession(self) -> Profession:
        """The profession as in the run."""
        return self.model.professions[0]

    def run(
        self,
        posts: Counts | None,
        *,
        replications: int | None = None,
        seed: int | None = None,
        supervised: bool = True,
        applications: float = 1.0,
    ) -> Tried:
        """Live the years with these posts in the counties asked about.

        Parameters
        ----------
        posts
            By county; those of counties not asked about are left out of account. None: the run as it is.
        replications, seed
            Instead of those of the question. Fewer replications are the first ones of many.
        supervised
            Whether supervisors limit the trainees.
        applications
            Factor on the rates at which persons apply to the pool.
        """
        count = self.question.replications if replications is None else replications
        seed = self.question.seed if seed is None else seed

        def changed(model: Model) -> Model:
            return model if posts is None else self._changed(model, posts, supervised, applications)

        series = self._drawn(changed, seed, count) if self.worlds else self._lived(changed, seed, count)
        self.runs += 1
        if self.progress is not None:
            self.progress(self.runs, max(self.most, self.runs))
        return judge(series, self.question, self.guideline, self.model.demand, self.lever, self.asked)

    def _lived(self, changed: Callable[[Model], Model], seed: int, count: int) -> ProfessionSeries:
        """All replications of the run as it is."""
        return self._replicated(changed(self.model), self.source, seed, count, 0, warm=self.runs > 0)

    def _drawn(self, changed: Callable[[Model], Model], seed: int, count: int) -> ProfessionSeries:
        """Each replication with another draw; other luck comes with other draws, if there are any left."""
        shift = 0 if seed == self.question.seed else self.question.replications

        def one(replication: int) -> ProfessionSeries:
            model, source = self.worlds[(replication + shift) % len(self.worlds)]
            return self._replicated(changed(model), source, seed, 1, replication, warm=True)

        if self.runs == 0:
            self._replicated(self.model, self.source, seed, 1, 0, warm=False)
        with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="careersim") as pool:
            parts = list(pool.map(one, range(count)))
        arrays: dict[str, Any] = {
            key.name: np.concatenate([getattr(part, key.name) for part in parts])
            for key in fields(ProfessionSeries)
            if isinstance(getattr(parts[0], key.name), np.ndarray)
        }
        return replace(parts[0], **arrays)

    def _replicated(
        self, model: Model, source: PopulationSource, seed: int, count: int, first: int, *, warm: bool
    ) -> ProfessionSeries:
        """Run; `warm` says that the kernels are compiled."""
        (one,) = model.professions
        makers = {one.name: engine_maker("numba", one, model, seed=seed, threads=1, durations=False)}
        replicated = run_replications(
            model,
            seed=seed,
            replications=count,
            source=source,
            durations=False,
            makers=makers if warm else None,
            first=first,
        )
        return replicated.series[self.name]

    def _alone(self, model: Model) -> Model:
        """The profession asked about, until the target year."""
        return replace(
            model, professions=(profession_of(model, self.name),), last_year=self.question.target_year
        )

    def _changed(self, model: Model, posts: Counts, supervised: bool, applications: float) -> Model:
        (profession,) = model.professions
        years = model.first_year, self.question.first_year, model.last_year
        profession = self.lever.changed(profession, posts, self.asked, years)
        if self.lever.kind == "posts" and not supervised:
            pools = list(profession.pools)
            pools[self.lever.index] = replace(pools[self.lever.index], supervisors=(), per_supervisor=None)
            profession = replace(profession, pools=tuple(pools))
        if self.lever.kind == "posts" and applications != 1.0:
            profession = _with_applications(profession, self.lever.index, applications)
        return replace(model, professions=(profession,))


class _SameStart:
    """The persons at the start do not depend on the posts of later years; they are made once."""

    def __init__(self, source: PopulationSource, profession: Profession) -> None:
        self.source, self.profession = source, profession
        self.kept: dict[tuple[int, int], Population] = {}

    def population(self, profession: Profession, seed: int, replication: int) -> Population:  # noqa: ARG002
        """Give the persons of the run as it is."""
        found = self.kept.get((seed, replication))
        if found is None:
            found = self.source.population(self.profession, seed, replication)
            if len(self.kept) < _KEPT:
                self.kept[seed, replication] = found
        return found


def _with_applications(profession: Profession, pool: int, factor: float) -> Profession:
    """Multiply the rates at which persons apply to a pool."""

    def multiplied(table: Table) -> Table:
        return replace(table, values=tuple(factor * value for value in table.values))

    transitions = tuple(
        replace(one, hazard=replace(one.hazard, rate=multiplied(one.hazard.rate)))
        if one.form == "seat" and one.pool == pool and one.hazard is not None
        else one
        for one in profession.transitions
    )
    return replace(profession, transitions=transitions)


def profession_of(model: Model, name: str) -> Profession:
    """Find the profession that is asked about.

    Raises
    ------
    UserError
        If it is not part of the run.
    """
    names = [one.name for one in model.professions]
    if name not in names:
        raise UserError(
            f"the guideline is about '{name}', who are not part of the run",
            where="guideline: profession",
            expected=f"one of {', '.join(names)}",
            nearest=nearest_name(name, names),
            remedy="add the profession to `professions`, or name another in `guideline`",
        )
    return model.professions[names.index(name)]


def _check_reading(question: Question, guideline: GuidelineSpec, name: str) -> None:
    if question.reading in ("list", "ratio") and name != guideline.profession:
        raise UserError(
            f"the guideline is about {guideline.profession}, and says nothing of {name}",
            where="reading",
            expected="density (hold today's) or demand (inhabitants per full-time equivalent)",
            remedy="choose one of these readings",
        )


def _check_years(model: Model, profession: Profession, question: Question) -> None:
    first, last = profession.start_year + 1, model.last_year
    if not first <= question.target_year <= last:
        raise UserError(
            f"the guideline is asked for in {question.target_year}, outside the run",
            where="target-year",
            expected=f"{first} to {last}",
            remedy=f"choose another year, or raise `until` of the run (now {last})",
        )
    if not first <= question.first_year <= question.target_year:
        raise UserError(
            f"posts change from {question.first_year} on",
            where="from",
            expected=f"{first} (the first simulated year) to {question.target_year} (the target year)",
        )
