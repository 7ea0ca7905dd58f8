"""`national_posts`: the smallest number of posts in the nation, spread as today, with which it has enough.

The nation's answer is another question than the sum of the counties' answers: surpluses of some counties
cover what others lack. The number is searched by halving, with the same luck in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from careersim.config.run_spec import GuidelineSpec
from careersim.experiment.planned import Planned
from careersim.experiment.posts_besides import MOST_RUNS_BESIDES, Besides, besides, nothing_besides
from careersim.experiment.posts_needed import MOST_RUNS, Stop
from careersim.experiment.posts_runs import Counts, PostsRuns, Question, Tried, World
from careersim.flows.constraints import CONSTRAINTS
from careersim.model.graph import Model
from careersim.model.spread import apportion
from careersim.population.synthesis import PopulationSource
from careersim.schema import COUNTIES

__all__ = ["NationalPosts", "national_posts"]

_NO_USE = 0.02
_MOST_TIMES = 64
"""A number is searched up to so many times that of today."""

_KEPT_BACK = MOST_RUNS_BESIDES + 1


@dataclass(frozen=True)
class NationalPosts:
    """The answer for the nation.

    Attributes
    ----------
    searched
        Whether there was a search: not if nobody who starts in the first year can count in time.
    today, posts
        By county; they sum to the nation's number. Where no number suffices, the most that were taken.
    met
        Whether `posts` suffice.
    less
        The largest number found too few, and the share that meets it then; -1 and NaN without one.
    stop
        What stops it; empty if nothing does.
    as_is, found, fresh
        What the run as it is gives, and `posts` with the luck of the search and with other luck.
    besides
        What would help besides; the nation first.
    runs, lever, earliest
        As in `careersim.experiment.posts_needed.Needed`.
    """

    searched: bool
    today: Counts
    posts: Counts
    met: bool
    less: tuple[int, float]
    stop: Stop
    as_is: Tried
    found: Tried
    fresh: Tried
    besides: Besides
    runs: int
    lever: Planned
    earliest: int


def national_posts(
    model: Model,
    guideline: GuidelineSpec,
    question: Question,
    source: PopulationSource,
    progress: Callable[[int, int], None] | None = None,
    worlds: Sequence[World] = (),
) -> NationalPosts:
    """Search for the nation's number; parameters and errors as of `posts_needed`."""
    runs = PostsRuns(model, guideline, question, source, progress, MOST_RUNS, worlds)
    as_is = runs.run(runs.today if not runs.lever.keeps_up else None)
    spread = runs.today if runs.today.any() else np.ones(COUNTIES, np.int64)
    tried: dict[int, Tried] = {}

    def attempt(number: int) -> Tried:
        if number not in tried:
            tried[number] = runs.run(_spread(number, spread))
        return tried[number]

    searched = _in_time(runs)
    number = int(runs.today.sum())
    if searched:
        number = _search(attempt, number, lambda: runs.runs < MOST_RUNS - _KEPT_BACK)
    found = attempt(number) if searched else as_is
    met = found.nation.lack <= 0
    if searched and not met and _full(found):
        posts = found.most_filled  # the same lives with all the posts that are ever taken
    else:
        posts = _spread(number, spread) if searched else runs.today
    fresh = runs.run(posts, seed=(question.seed + 1) % 2**64)
    few = max((n for n, one in tried.items() if n < number and one.nation.lack > 0), default=-1)
    more = nothing_besides(COUNTIES + 1)
    if searched and not met and runs.lever.kind == "posts":
        helpless = np.concatenate([[True], np.zeros(COUNTIES, np.bool_)])
        more = besides(runs, 4 * np.maximum(posts, runs.today) + 20, helpless)
    return NationalPosts(
        searched=searched,
        today=runs.today,
        posts=posts,
        met=met,
        less=(few, tried[few].nation.share if few >= 0 else float("nan")),
        stop=_stop(runs, found, met=met, searched=searched),
        as_is=as_is,
        found=found,
        fresh=fresh,
        besides=more,
        runs=runs.runs,
        lever=runs.lever,
        earliest=runs.earliest,
    )


def _spread(number: int, weights: Counts) -> Counts:
    return np.array(apportion(number, [float(weight) for weight in weights]), np.int64)


def _in_time(runs: PostsRuns) -> bool:
    holders_count = runs.weights[1] > 0 and runs.lever.kind == "posts"
    return holders_count or runs.question.target_year >= runs.earliest


def _full(one: Tried) -> bool:
    """Whether hardly any further post would be filled, in any county that has posts."""
    return bool((one.binding[:, CONSTRAINTS.index("posts")] <= _NO_USE).all())


def _search(attempt: Callable[[int], Tried], today: int, more: Callable[[], bool]) -> int:
    """The smallest number that is enough, or the one beyond which posts stay empty."""
    few, enough = -1, -1
    number = max(today, 1)
    while more():
        one = attempt(number)
        if one.nation.lack <= 0:
            enough = number
            if number == 0 or few >= 0:
                break
            number //= 2
        else:
            few = number
            if enough >= 0:
                break
            if _full(one) or number >= _MOST_TIMES * max(today, 1):
                return number
            number = 2 * number
    while enough - few > 1 and enough >= 0 and more():
        number = _between(attempt, few, enough)
        if attempt(number).nation.lack <= 0:
            enough = number
        else:
            few = number
    return enough if enough >= 0 else few


def _between(attempt: Callable[[int], Tried], few: int, enough: int) -> int:
    """Where a straight line between both ends is 0, but not too near to either."""
    low, high = attempt(few).nation.lack, attempt(enough).nation.lack
    part = low / (low - high) if low > high else 0.5
    part = min(max(part, 0.1), 0.9)
    return min(max(few + round((enough - few) * part), few + 1), enough - 1)


def _stop(runs: PostsRuns, found: Tried, *, met: bool, searched: bool) -> Stop:
    if met:
        return ""
    if not searched:
        return "time"
    if not _full(found):
        return "unsettled"
    weights = np.maximum(runs.today, 1)
    shares = dict(zip(CONSTRAINTS, weights @ found.binding, strict=True))
    return "supervisors" if shares["supervisors"] >= shares["applicants"] else "applicants"
