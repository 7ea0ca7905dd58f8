"""The smallest number of training posts with which each county meets the guideline in a given year.

Posts of a county help it and, through the applicants that they draw, hurt others a little. The search comes
from below: every county begins with too few posts, those that do not yet meet the guideline often enough get
more, and a county whose further posts stay empty is told as one that no number of posts helps. All candidates
meet the same luck (the same seed), so that a county's answer does not jump with chance; the answer is then
tried on other luck.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.errors import UserError, nearest_name
from careersim.experiment.replicate import run_replications
from careersim.flows.constraints import CONSTRAINTS, binding
from careersim.flows.guideline import standing
from careersim.flows.series import ProfessionSeries
from careersim.model.graph import Model, Pool, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.population.synthesis import PopulationSource
from careersim.schema import COUNTIES

__all__ = ["Needed", "Question", "Tried", "posts_needed"]

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

_MOST_ROUNDS = 40
_DAMPING = 0.7
"""Part of the estimated lack of posts that is added in one round; less than all, not to overshoot."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    target_year
        The guideline is to be met at the end of this year.
    probability
        In at least this share of the replications.
    first_year
        Posts change from this year on, to one number for all years.
    reading
        `list`: specialists and trainees together reach all inhabitants. `ratio`: a specialist for each
        1,100 inhabitants.
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
    reading: Literal["list", "ratio"]
    basis: Literal["headcount", "fte"]
    counties: tuple[int, ...]
    replications: int
    seed: int


@dataclass(frozen=True)
class Tried:
    """What a number of posts gives; arrays over county.

    Attributes
    ----------
    share
        Share of replications that meet the guideline in the target year.
    lack
        Inhabitants not reached in the target year, at the quantile of `probability`; negative is room left.
    specialists, trainees
        Medians in the target year, in the basis that was asked for.
    occupied
        Trainees in the target year, persons; the highest of all replications.
    binding
        County x (posts, supervisors, applicants): shares over years from the first and replications.
    """

    share: Floats
    lack: Floats
    specialists: Floats
    trainees: Floats
    occupied: Floats
    binding: Floats


@dataclass(frozen=True)
class Needed:
    """The answer; arrays over county.

    Attributes
    ----------
    today
        Posts of the run in `first_year`.
    posts
        Smallest number of posts found; where `met` is false, those that can be filled.
    met
        Whether some number of posts suffices.
    found, fresh
        What `posts` give with the luck of the search and with other luck.
    unsupervised, more_applicants
        For counties that posts do not help: share of replications that meet the guideline without the limit
        of supervision, and with twice the applications besides. NaN for the others.
    rounds
        Runs of the search.
    """

    today: Counts
    posts: Counts
    met: NDArray[np.bool_]
    found: Tried
    fresh: Tried
    unsupervised: Floats
    more_applicants: Floats
    rounds: int


def posts_needed(
    model: Model,
    guideline: GuidelineSpec,
    question: Question,
    source: PopulationSource,
    progress: Callable[[int, int], None] | None = None,
) -> Needed:
    """Search for the posts.

    Parameters
    ----------
    model
        The run without the posts.
    guideline
        The guideline and its profession.
    question
        What is asked.
    source
        Start populations.
    progress
        Called with the number of finished and (at most) of all runs.

    Raises
    ------
    UserError
        If the profession is not part of the run or has no pool of training posts, or the years do not fit.
    """
    search = _Search(model, guideline, question, source, progress)
    posts, met = search.from_below()
    posts, found = search.smaller(posts, met)
    fresh = search.run(posts, seed=(question.seed + 1) % 2**64)
    unsupervised, more = search.besides(posts, met)
    return Needed(search.today, posts, met, found, fresh, unsupervised, more, search.rounds)


class _Search:
    """Runs of the model with other numbers of posts."""

    def __init__(
        self,
        model: Model,
        guideline: GuidelineSpec,
        question: Question,
        source: PopulationSource,
        progress: Callable[[int, int], None] | None,
    ) -> None:
        self.question, self.guideline, self.progress = question, guideline, progress
        profession = _profession(model, guideline.profession)
        self.source = _SameStart(source, profession)
        self.pool = _training_pool(profession)
        _check_years(model, profession, question)
        self.model = replace(model, professions=(profession,), last_year=question.target_year)
        self.asked = np.isin(np.arange(COUNTIES), question.counties)
        self.today = _posts_in(profession.pools[self.pool], question.first_year)
        self.rounds = 0

    def from_below(self) -> tuple[Counts, NDArray[np.bool_]]:
        """Add posts where the guideline is not met often enough, until it is or until posts stay empty."""
        posts = self._too_few()
        before = np.zeros(COUNTIES, np.int64)
        tried, last = self.run(posts), None
        slope = np.full(COUNTIES, self._most_reached())
        stuck = np.zeros(COUNTIES, np.bool_)
        while self.rounds < _MOST_ROUNDS:
            short = self.asked & (tried.share < self.question.probability) & ~stuck
            empty = tried.occupied < posts - np.maximum(1.0, 0.02 * posts)
            stuck |= short & empty
            posts = np.where(short & empty, np.ceil(tried.occupied).astype(np.int64), posts)
            short &= ~stuck
            if not short.any():
                break
            if last is not None:
                gained = (last.lack - tried.lack) / np.maximum(posts - before, 1)
                slope = np.where((posts > before) & (gained > 0), np.minimum(gained, slope), slope)
            steps = np.maximum(np.floor(_DAMPING * np.maximum(tried.lack, 0.0) / slope), 1.0).astype(np.int64)
            before, posts = posts, np.where(short, posts + steps, posts)
            last, tried = tried, self.run(posts)
        met = self.asked & (tried.share >= self.question.probability)
        return posts, met

    def smaller(self, posts: Counts, met: NDArray[np.bool_]) -> tuple[Counts, Tried]:
        """Take posts away where the guideline is met all the same, in steps that are halved."""
        steps = np.where(met, np.maximum(posts // 16, 1), 0)
        while steps.any() and self.rounds < 2 * _MOST_ROUNDS:
            fewer = np.maximum(posts - steps, 0)
            candidate = self.run(fewer)
            kept = (candidate.share >= self.question.probability) & (steps > 0) & (fewer < posts)
            posts = np.where(kept, fewer, posts)
            steps = np.where(kept, steps, steps // 2)
        final = self.run(posts)
        lost = met & (final.share < self.question.probability)
        while lost.any() and self.rounds < 3 * _MOST_ROUNDS:  # others' posts have changed meanwhile
            posts = posts + lost
            final = self.run(posts)
            lost = met & (final.share < self.question.probability)
        return posts, final

    def besides(self, posts: Counts, met: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Try what would help besides, in counties that posts do not help, with posts enough for all."""
        nothing = np.full(COUNTIES, np.nan)
        helpless = self.asked & ~met
        if not helpless.any():
            return nothing, nothing
        plenty = np.where(helpless, 4 * np.maximum(posts, self.today) + 20, posts)
        free = self._with_pool(lambda pool: replace(pool, supervisors=(), per_supervisor=None))
        unsupervised = self.run(plenty, model=free).share
        more = self.run(plenty, model=_twice_the_applications(free, self.pool)).share
        return np.where(helpless, unsupervised, np.nan), np.where(helpless, more, np.nan)

    def run(self, posts: Counts, *, seed: int | None = None, model: Model | None = None) -> Tried:
        """Simulate with these posts."""
        changed = self._with_pool(lambda pool: self._with_posts(pool, posts), model)
        replicated = run_replications(
            changed,
            seed=self.question.seed if seed is None else seed,
            replications=self.question.replications,
            source=self.source,
        )
        self.rounds += 1
        if self.progress is not None:
            self.progress(self.rounds, max(_MOST_ROUNDS, self.rounds))
        return self._judge(replicated.series[self.guideline.profession], changed)

    def _judge(self, series: ProfessionSeries, model: Model) -> Tried:
        question, spec = self.question, self.guideline
        held = standing(series, model.demand, question.basis)
        specialists, trainees = held.specialists[:, -1, 1:], held.trainees[:, -1, 1:]
        reached = specialists * spec.inhabitants_per_specialist
        if question.reading == "list":
            reached = reached + trainees * spec.inhabitants_per_trainee
        lack = held.inhabitants[-1, 1:] - reached
        heads = standing(series, model.demand, "headcount").trainees[:, -1, 1:]
        years = series.years.index(question.first_year) - 1  # `binding` has no start year
        bound = binding(series)[:, years:, self.pool]
        shares = np.stack([(bound == one).mean(axis=(0, 1)) for one in range(len(CONSTRAINTS))], axis=1)
        return Tried(
            share=(lack <= 0).mean(axis=0),
            lack=np.quantile(lack, question.probability, axis=0, method="inverted_cdf"),
            specialists=np.median(specialists, axis=0),
            trainees=np.median(trainees, axis=0),
            occupied=heads.max(axis=0),
            binding=shares,
        )

    def _too_few(self) -> Counts:
        """Posts to begin with: those of the run, or none where it meets the guideline with them."""
        tried = self.run(self.today)
        room = np.floor(np.maximum(-tried.lack, 0.0) / self.guideline.inhabitants_per_trainee)
        fewer = np.maximum(self.today - np.ceil(room * 2.0).astype(np.int64), 0)
        return np.where(self.asked & (tried.share >= self.question.probability), fewer, self.today)

    def _most_reached(self) -> float:
        """Inhabitants that one more post can reach at most by the target year."""
        years = self.question.target_year - self.question.first_year
        certificates = max(years - 4, 0) / 5.0
        spec = self.guideline
        trainee = spec.inhabitants_per_trainee if self.question.reading == "list" else 0.0
        return max(trainee + certificates * spec.inhabitants_per_specialist, 1.0)

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

    def _with_pool(self, change: Callable[[Pool], Pool], model: Model | None = None) -> Model:
        base = model or self.model
        (profession,) = base.professions
        pools = tuple(change(one) if k == self.pool else one for k, one in enumerate(profession.pools))
        return replace(base, professions=(replace(profession, pools=pools),))


@dataclass(frozen=True)
class _SameStart:
    """The persons at the start do not depend on the posts of later years."""

    source: PopulationSource
    profession: Profession

    def population(self, profession: Profession, seed: int, replication: int) -> Population:  # noqa: ARG002
        """Give the persons of the run."""
        return self.source.population(self.profession, seed, replication)


def _twice_the_applications(model: Model, pool: int) -> Model:
    """Double the rates at which persons apply to a pool."""
    (profession,) = model.professions

    def doubled(table: Table) -> Table:
        return replace(table, values=tuple(2.0 * value for value in table.values))

    transitions = tuple(
        replace(one, hazard=replace(one.hazard, rate=doubled(one.hazard.rate)))
        if one.form == "seat" and one.pool == pool and one.hazard is not None
        else one
        for one in profession.transitions
    )
    return replace(model, professions=(replace(profession, transitions=transitions),))


def _profession(model: Model, name: str) -> Profession:
    names = [one.name for one in model.professions]
    if name not in names:
        raise UserError(
            f"the guideline is about '{name}', who are not part of the run",
            where="guideline: profession",
            expected=f"one of {', '.join(names)}",
            nearest=nearest_name(name, names),
        )
    return model.professions[names.index(name)]


def _training_pool(profession: Profession) -> int:
    """The pool of limited posts whose holders are the trainees."""
    for index, pool in enumerate(profession.pools):
        if pool.posts is not None and any(profession.states[state].trains for state in pool.holders):
            return index
    message = f"{profession.name} has no pool with posts for trainees"
    raise UserError(message, remedy="declare `posts` of a pool")


def _posts_in(pool: Pool, year: int) -> Counts:
    assert pool.posts is not None
    return np.array([math.floor(pool.posts.at(county=c, year=year)) for c in range(COUNTIES)], np.int64)


def _check_years(model: Model, profession: Profession, question: Question) -> None:
    first, last = profession.start_year + 1, model.last_year
    if not first <= question.first_year <= question.target_year <= last:
        raise UserError(
            f"posts from {question.first_year} for the guideline of {question.target_year}",
            where="target-year",
            expected=f"{first} <= first year <= target year <= {last}",
            remedy="choose other years, or raise `until` of the run",
        )
