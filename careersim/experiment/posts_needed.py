"""The smallest number of training posts with which each county meets the guideline in a given year.

What is said of posts holds of the yearly intake of a stream as well, where that is the lever.

Posts of a county help it and, through the applicants that they draw, hurt others a little. All counties are
therefore searched together: those that do not meet the guideline often enough get more posts, those with room
to spare fewer, in steps that shrink with what is lacking, until everybody meets it or has posts that stay
empty. One post less in every county is then tried, and what still meets the guideline goes on down. All runs
meet the same luck (the same seed), so that answers do not jump with chance; the answer is then tried on other
luck. docs/decisions/009-posts-from-below.md says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.experiment.planned import Planned
from careersim.experiment.posts_besides import MOST_RUNS_BESIDES, Besides, besides, nothing_besides
from careersim.experiment.posts_runs import Counts, Floats, PostsRuns, Question, Tried, World
from careersim.flows.constraints import CONSTRAINTS
from careersim.model.graph import Model
from careersim.population.synthesis import PopulationSource
from careersim.schema import COUNTIES

__all__ = ["MOST_RUNS", "Needed", "Stop", "posts_needed"]

Flags = NDArray[np.bool_]
Stop = Literal["", "time", "supervisors", "applicants", "others", "unsettled"]

MOST_RUNS = 32
"""Runs at most, all together."""

_AFTER = MOST_RUNS_BESIDES + 3
"""Of these, kept back for a last look, other luck, and what would help besides."""

_COARSE_RUNS = 7
_COARSE_LEAST = 8
_COARSE_PART = 4
"""The first runs have one in so many replications, and at least 8."""

_NO_USE = 0.02
"""Posts are enough if one more would be filled in no more than this share of years and replications."""

_NOT_KNOWN = 2**40

_DAMPING = 0.8
"""Part of the estimated step that is taken; less than all, not to overshoot."""

_LOWEST_GAIN = 0.15
"""A post is taken to reach at least this part of what it reaches at best; bounds the length of steps."""

_SHIFT = 0.005
"""What was found too few is forgotten when more than this share of all posts changes."""

_BOTH_WAYS = 3
"""In so many runs with all replications posts are given back as well; then all get enough, and only then is
one less tried."""

_LOOKS = 3
"""How often one post less is tried in all counties although it was found too few before."""


@dataclass(frozen=True)
class Needed:
    """The answer; arrays over county.

    Attributes
    ----------
    asked
        Counties whose posts were to be searched.
    searched
        Whether there was a search: not if nobody who starts in the first year can be certified in time.
    today
        Posts of the run in `first_year`.
    posts
        Smallest number of posts found; where `met` is false, the posts beyond which more stay empty.
    met
        Whether these posts suffice.
    one_less
        Share of replications that meet the guideline with one post less; NaN where that was not tried.
    stop
        What stops a county that posts do not help; empty for the others. `others`: it meets the guideline in
        the run as it is, and loses applicants to the new posts of others.
    as_is, found, fresh
        What the run as it is gives, and `posts` with the luck of the search and with other luck.
    besides
        What would help besides; the nation, of which nothing is asked here, first.
    runs
        How many there were.
    lever
        What was searched.
    earliest
        First year in which the lever can add to the workforce.
    """

    asked: Flags
    searched: bool
    today: Counts
    posts: Counts
    met: Flags
    one_less: Floats
    stop: tuple[Stop, ...]
    as_is: Tried
    found: Tried
    fresh: Tried
    besides: Besides
    runs: int
    lever: Planned
    earliest: int


def posts_needed(
    model: Model,
    guideline: GuidelineSpec,
    question: Question,
    source: PopulationSource,
    progress: Callable[[int, int], None] | None = None,
    worlds: Sequence[World] = (),
) -> Needed:
    """Search for the posts, or for the yearly intake, of each county.

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
    worlds
        The run with draws of its uncertain numbers, one a replication in turn.

    Raises
    ------
    UserError
        If the profession is not part of the run or has no lever, or the years do not fit.
    """
    runs = PostsRuns(model, guideline, question, source, progress, MOST_RUNS, worlds)
    as_is = runs.run(runs.today if not runs.lever.keeps_up else None)
    search = _Search(runs, as_is)
    if search.too_late:
        posts, found = runs.today, as_is
    else:
        search.approach()
        posts, found = search.settle()
    met = search.met(found)
    fresh = runs.run(posts, seed=(question.seed + 1) % 2**64)
    more = _besides(runs, posts, search.asked & ~met, useless=search.too_late)
    stop = tuple(search.stop(c, found) for c in range(COUNTIES))
    one_less = np.where(met, search.share_with(posts - 1), np.nan)
    return Needed(
        asked=search.asked,
        searched=not search.too_late,
        today=runs.today,
        posts=posts,
        met=met,
        one_less=one_less,
        stop=stop,
        as_is=as_is,
        found=found,
        fresh=fresh,
        besides=more,
        runs=runs.runs,
        lever=runs.lever,
        earliest=runs.earliest,
    )


class _Search:
    """Where the search stands.

    `below` is, by county, the highest number of posts found too few, and `enough` the lowest found enough;
    both are forgotten when others' posts change much, until all have met the guideline once (`lasting`).
    `streak` counts runs in which a county went on upwards (or, negative, downwards), `falls` those in which
    it met the guideline with less than enough. `seen` has the posts and shares of the runs not forgotten.
    """

    def __init__(self, runs: PostsRuns, as_is: Tried) -> None:
        self.runs, self.as_is, self.question, self.asked = runs, as_is, runs.question, runs.asked
        reached = self._reached_by_a_post()
        self.too_late = reached == 0.0
        self.steepest = max(reached, 1.0)
        self.slope = np.full(COUNTIES, self.steepest)
        self.posts = runs.today.copy()
        self.last: tuple[Counts, Tried] | None = None
        self.below = np.full(COUNTIES, -1, np.int64)
        self.seen: list[tuple[Counts, Floats]] = []
        self.enough = np.full(COUNTIES, _NOT_KNOWN)
        self.streak = np.zeros(COUNTIES, np.int64)
        self.falls = np.zeros(COUNTIES, np.int64)
        self.lasting = False

    def approach(self) -> None:
        """Come near with few replications."""
        count = max(self.question.replications // _COARSE_PART, _COARSE_LEAST)
        if count >= self.question.replications:
            return
        for _ in range(_COARSE_RUNS):
            tried = self.runs.run(self.posts, replications=count)
            moved = self._moved(tried)
            near = np.abs(moved - self.posts).max() <= 1
            self.posts = moved
            if near:
                break
        self.last = None  # other replications lack something else

    def settle(self) -> tuple[Counts, Tried]:
        """Find the smallest posts with all replications; if there are too many runs, the best so far."""
        best: tuple[Counts, Tried] | None = None
        looks = rounds = 0
        while True:
            rounds += 1
            tried = self.runs.run(self.posts)
            idle = self.asked & (self.met(tried) | self._filled_up(tried))  # without them, the same lives:
            self.posts = np.where(idle, np.minimum(self.posts, tried.most_filled), self.posts)
            short = self.asked & ~self.met(tried) & ~self._filled_up(tried)
            self._note(short, self.met(tried), self.posts, tried)
            if not short.any() and (best is None or self.posts.sum() < best[0].sum()):
                best = self.posts, tried
            self.lasting = best is not None
            if self.runs.runs >= MOST_RUNS - _AFTER:
                return best or (self.posts, tried)
            moved = self._moved(tried)
            if self.lasting or rounds > _BOTH_WAYS:
                moved = np.maximum(moved, self.posts)
            if short.any() or np.abs(moved - self.posts).max() > 1:
                self._go(moved)
                continue
            fewer = self._fewer(self.met(tried) & (self.posts - 1 > self.below))
            if not (fewer < self.posts).any():  # a last look: others' posts have changed meanwhile
                looks += 1
                self.below[:], self.falls[:] = -1, 0
                fewer = self._fewer(self.met(tried))
                if looks == _LOOKS or not (fewer < self.posts).any():
                    return best or (self.posts, tried)
            self._go(fewer)

    def met(self, tried: Tried) -> Flags:
        """Whether enough replications meet the guideline, in the counties asked about."""
        return self.asked & (tried.lack <= 0)

    def stop(self, county: int, found: Tried) -> Stop:
        """What keeps a county from meeting the guideline with the posts found; empty if nothing does."""
        if not self.asked[county] or found.lack[county] <= 0:
            return ""
        if self.too_late:
            return "time"
        if self.as_is.lack[county] <= 0:
            return "others"
        if not self._filled_up(found)[county]:
            return "unsettled"
        shares = dict(zip(CONSTRAINTS, found.binding[county], strict=True))
        return "supervisors" if shares["supervisors"] >= shares["applicants"] else "applicants"

    def share_with(self, posts: Counts) -> Floats:
        """Share that met the guideline when a county last had so many posts; NaN if it never had."""
        share = np.full(COUNTIES, np.nan)
        for tried, found in self.seen:
            share = np.where(tried == posts, found, share)
        return share

    def _filled_up(self, tried: Tried) -> Flags:
        """Where the guideline is not met and posts are enough: hardly ever would one more be filled."""
        return self.asked & (tried.lack > 0) & (tried.binding[:, CONSTRAINTS.index("posts")] <= _NO_USE)

    def _fewer(self, tested: Flags) -> Counts:
        """Try one post less, or half-way to what is too few; what still meets it gets that, or less."""
        if not tested.any():
            return self.posts
        half = np.where(self.below >= 0, (self.below + self.posts) // 2, self.posts - 1)
        less = np.where(tested & (self.posts > 0), half, self.posts)
        tried = self.runs.run(less)
        tested = less < self.posts
        still = tested & self.met(tried)
        self._note(tested & ~still, still, less, tried)
        self.falls = np.where(still, self.falls + 1, 0)
        further = np.where(self.below >= 0, 0, 2 ** np.minimum(self.falls, 6) - 1)
        return np.where(still, np.maximum(less - further, 0), self.posts)

    def _moved(self, tried: Tried) -> Counts:
        """Posts for the next run: what is lacking or to spare, over what a post reaches."""
        self._learn(tried)
        steps = np.rint(_DAMPING * tried.lack / self.slope).astype(np.int64)
        steps = np.where(tried.lack > 0, np.maximum(steps, 1), steps)
        steps = np.where(self.asked & ~self._filled_up(tried), steps, 0)
        self.streak = np.where(steps * self.streak > 0, self.streak, 0) + np.sign(steps)
        longer = 2 ** np.minimum(np.abs(self.streak), 6) // 2  # whoever goes on in one direction goes faster
        steps = np.sign(steps) * np.minimum(np.maximum(np.abs(steps), longer), self.posts + 20)
        moved = self.posts + steps
        moved = np.where(steps > 0, np.minimum(moved, np.maximum(self.enough, self.posts + 1)), moved)
        moved = np.where(steps < 0, np.minimum(np.maximum(moved, self.below + 1), self.posts), moved)
        return np.where(self._filled_up(tried), tried.most_filled, np.maximum(moved, 0))

    def _learn(self, tried: Tried) -> None:
        """Take what a post reaches from the last two runs."""
        if self.last is not None:
            before, earlier = self.last
            added = self.posts - before
            gained = (earlier.lack - tried.lack) / np.where(added == 0, 1, added)
            gained = np.clip(gained, _LOWEST_GAIN * self.steepest, self.steepest)
            self.slope = np.where(np.abs(added) > 1, (self.slope + gained) / 2, self.slope)
        self.last = self.posts, tried

    def _go(self, posts: Counts) -> None:
        """Choose the posts of the next run."""
        if not self.lasting and np.abs(posts - self.posts).sum() > max(_SHIFT * self.posts.sum(), 1.0):
            self.below[:], self.enough[:] = -1, _NOT_KNOWN
            self.seen.clear()
        self.posts = posts

    def _note(self, few: Flags, enough: Flags, posts: Counts, tried: Tried) -> None:
        """Keep what was found too few and enough; where both are said of a number, the last word counts."""
        self.below = np.where(enough & (self.below >= posts), -1, self.below)
        self.enough = np.where(few & (self.enough <= posts), _NOT_KNOWN, self.enough)
        self.enough = np.where(enough, np.minimum(self.enough, posts), self.enough)
        self.below = np.where(few & (posts > self.below), posts, self.below)
        self.seen.append((posts, tried.share))

    def _reached_by_a_post(self) -> float:
        """What one post reaches by the target year, at best: its holder, and whom it trained."""
        runs, training = self.runs, self.runs.training_years
        years = self.question.target_year - self.question.first_year + 1
        per_specialist, per_trainee = runs.weights
        if self.question.target_year < runs.earliest:
            return per_trainee if runs.lever.kind == "posts" else 0.0
        if runs.lever.kind == "intake":
            return (self.question.target_year - runs.earliest + 1) * per_specialist
        return per_trainee + years / max(training, 1.0) * per_specialist


def _besides(runs: PostsRuns, posts: Counts, helpless: Flags, *, useless: bool) -> Besides:
    """Try what would help besides in counties that posts alone do not help."""
    if useless or runs.lever.kind == "intake":
        return nothing_besides(COUNTIES + 1)
    plenty = np.where(helpless, 4 * np.maximum(posts, runs.today) + 20, posts)
    return besides(runs, plenty, np.concatenate([[False], helpless]))
