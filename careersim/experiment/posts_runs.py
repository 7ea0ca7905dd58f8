"""`PostsRuns`: the model lived again with other numbers of training posts, judged against the guideline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.errors import UserError, nearest_name
from careersim.experiment.engines import engine_maker
from careersim.experiment.replicate import run_replications
from careersim.flows.constraints import CONSTRAINTS, binding
from careersim.flows.guideline import standing
from careersim.flows.series import ProfessionSeries
from careersim.model.graph import Model, Pool, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.population.synthesis import PopulationSource
from careersim.schema import COUNTIES

__all__ = ["Basis", "PostsRuns", "Question", "Reading", "Tried"]

Reading = Literal["list", "ratio"]
Basis = Literal["headcount", "fte"]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_KEPT = 100
"""Start populations of so many replications are kept between runs: some 300 MB of doctors."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    target_year
        The guideline is to be met at the end of this year.
    probability
        In at least this share of the replications; above 0 and below 1.
    first_year
        Posts change from this year on, to one number for all years.
    reading
        `list`: specialists and trainees together reach all inhabitants. `ratio`: there are enough
        specialists for all inhabitants, without trainees.
    basis
        `headcount` or `fte`.
    counties
        Indices of the counties whose posts may change; the others keep those of the run.
    replications, seed
        As in a run.
    """

    target_year: int
    probability: float
    first_year: int
    reading: Reading
    basis: Basis
    counties: tuple[int, ...]
    replications: int
    seed: int

    def met_needed(self, replications: int) -> int:
        """Number of replications that must meet the guideline."""
        return max(math.ceil(self.probability * replications - 1e-9), 1)


@dataclass(frozen=True)
class Tried:
    """What a number of posts gives; arrays over county.

    Attributes
    ----------
    replications
        How many were run.
    share
        Share of replications that meet the guideline in the target year.
    lack
        Inhabitants not reached in the target year that so many replications as are asked for do not exceed:
        0 or less means that they meet the guideline.
    specialists, trainees
        Medians in the target year, in the basis that was asked for.
    filled
        Trainees in the target year, persons: median.
    most_filled
        Posts taken at most, over years from the first and replications.
    binding
        County x (posts, supervisors, applicants): shares over years from the first and replications.
    together
        Share of replications in which all counties asked about meet it at once.
    before
        Specialists at the end of the year before the first, in the basis that was asked for: median.
    """

    replications: int
    share: Floats
    lack: Floats
    specialists: Floats
    trainees: Floats
    filled: Floats
    most_filled: Counts
    binding: Floats
    together: float
    before: Floats


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

    Raises
    ------
    UserError
        If the profession is not part of the run or has no pool of posts for trainees, or years do not fit.
    """

    model: Model
    guideline: GuidelineSpec
    question: Question
    source: PopulationSource
    progress: Callable[[int, int], None] | None
    most: int
    runs: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        profession = _profession(self.model, self.guideline.profession)
        self.pool = _training_pool(profession)
        _check_years(self.model, profession, self.question)
        self.model = replace(self.model, professions=(profession,), last_year=self.question.target_year)
        self.source = _SameStart(self.source, profession)
        self.asked = np.isin(np.arange(COUNTIES), self.question.counties)
        self.today = _posts_in(profession.pools[self.pool], self.question.first_year)
        self.training_years = _shortest_training(profession, self.pool)

    def run(
        self,
        posts: Counts,
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
            By county; those of counties not asked about are left out of account.
        replications, seed
            Instead of those of the question. Fewer replications are the first ones of many.
        supervised
            Whether supervisors limit the trainees.
        applications
            Factor on the rates at which persons apply to the pool.
        """
        count = self.question.replications if replications is None else replications
        model = self._changed(posts, supervised, applications)
        seed = self.question.seed if seed is None else seed
        (one,) = model.professions
        warm = self.runs > 0  # the first run has compiled the kernels
        replicated = run_replications(
            model,
            seed=seed,
            replications=count,
            source=self.source,
            durations=False,
            makers={one.name: engine_maker("numba", one, model, seed=seed, threads=1)} if warm else None,
        )
        self.runs += 1
        if self.progress is not None:
            self.progress(self.runs, max(self.most, self.runs))
        return self._judge(replicated.series[self.guideline.profession], count)

    def _judge(self, series: ProfessionSeries, replications: int) -> Tried:
        question, spec = self.question, self.guideline
        held = standing(series, self.model.demand, question.basis)
        first = series.years.index(question.first_year)
        specialists, trainees = held.specialists[:, -1, 1:], held.trainees[:, -1, 1:]
        reached = specialists * spec.inhabitants_per_specialist
        if question.reading == "list":
            reached = reached + trainees * spec.inhabitants_per_trainee
        lack = held.inhabitants[-1, 1:] - reached
        seats = {
            name: series.seats[:, first:, self.pool, :, index]
            for index, name in enumerate(series.seat_fields)
        }
        bound = binding(series)[:, first - 1 :, self.pool]  # `binding` has no start year
        shares = [(bound == one).mean(axis=(0, 1)) for one in range(len(CONSTRAINTS))]
        heads = standing(series, self.model.demand, "headcount").trainees[:, -1, 1:]
        return Tried(
            replications=replications,
            share=(lack <= 0).mean(axis=0),
            lack=np.sort(lack, axis=0)[question.met_needed(replications) - 1],
            specialists=np.median(specialists, axis=0),
            trainees=np.median(trainees, axis=0),
            filled=np.median(heads, axis=0),
            most_filled=(seats["occupied_before"] + seats["filled"]).max(axis=(0, 1)).astype(np.int64),
            binding=np.stack(shares, axis=1),
            together=float((lack <= 0)[:, self.asked].all(axis=1).mean()),
            before=np.median(held.specialists[:, first - 1, 1:], axis=0),
        )

    def _changed(self, posts: Counts, supervised: bool, applications: float) -> Model:
        (profession,) = self.model.professions
        pool = self._with_posts(profession.pools[self.pool], posts)
        if not supervised:
            pool = replace(pool, supervisors=(), per_supervisor=None)
        pools = tuple(pool if k == self.pool else one for k, one in enumerate(profession.pools))
        changed = replace(profession, pools=pools)
        if applications != 1.0:
            changed = _with_applications(changed, self.pool, applications)
        return replace(self.model, professions=(changed,))

    def _with_posts(self, pool: Pool, posts: Counts) -> Pool:
        first, last = self.model.first_year, self.model.last_year
        assert pool.posts is not None  # `_training_pool` has chosen one with posts
        values = [
            float(posts[county])
            if self.asked[county] and year >= self.question.first_year
            else pool.posts.at(county=county, year=year)
            for county in range(COUNTIES)
            for year in range(first, last + 1)
        ]
        sizes = (COUNTIES, last - first + 1)
        return replace(pool, posts=Table(("county", "year"), sizes, tuple(values), first))


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


def _profession(model: Model, name: str) -> Profession:
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


def _training_pool(profession: Profession) -> int:
    """The pool of limited posts whose holders are the trainees."""
    for index, pool in enumerate(profession.pools):
        if pool.posts is not None and any(profession.states[state].trains for state in pool.holders):
            return index
    raise UserError(
        f"{profession.name} has no pool with posts for trainees, so that no number of posts can be searched",
        where="guideline: profession",
        remedy="declare `pools` with `posts` in the career file, or ask about another profession",
    )


def _shortest_training(profession: Profession, pool: int) -> float:
    """Full-time years from a seat in the pool to the certificate, at least; 0 where no training is kept."""
    years = []
    for seat in profession.transitions:
        if seat.form == "seat" and seat.pool == pool:
            (taken,) = seat.destinations
            needed = [
                one.requirement - seat.credit
                for one in profession.transitions
                if one.form == "progress" and one.source == taken.state
            ]
            years.append(max(min(needed, default=0), 0) / 100.0)
    return min(years, default=0.0)


def _posts_in(pool: Pool, year: int) -> Counts:
    assert pool.posts is not None  # `_training_pool` has chosen one with posts
    return np.array([math.floor(pool.posts.at(county=c, year=year)) for c in range(COUNTIES)], np.int64)


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
