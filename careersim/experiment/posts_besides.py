"""`besides`: what would be needed where no number of posts suffices, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.experiment.posts_runs import Counts, Floats, PostsRuns, Tried

__all__ = ["FACTORS", "MOST_RUNS_BESIDES", "Besides", "area_shares", "besides", "nothing_besides"]

FACTORS = (1.0, 1.5, 2.0, 3.0, 5.0)
"""Factors on the rate of application that are tried."""

MOST_RUNS_BESIDES = 6


@dataclass(frozen=True)
class Besides:
    """Share of replications that meet what is asked with posts in plenty and something else; by area.

    The nation first, then the counties. NaN for those that posts help.

    Attributes
    ----------
    unsupervised
        Without the limit that supervisors set.
    applications
        With twice the rate of application.
    both
        With both.
    factor
        Least of `FACTORS` on the rate of application with which it is met without the limit of supervisors;
        NaN also where none of them is enough.
    supervision
        Trainees per full-time equivalent of the workforce that there are then at most, in so many of the
        replications as are asked for.
    """

    unsupervised: Floats
    applications: Floats
    both: Floats
    factor: Floats
    supervision: Floats


def nothing_besides(areas: int) -> Besides:
    """What is known where nothing was tried."""
    nothing = np.full(areas, np.nan)
    return Besides(nothing, nothing, nothing, nothing, nothing)


def area_shares(tried: Tried) -> Floats:
    """Share that meets it: the nation, then the counties."""
    return np.concatenate([[tried.nation.share], tried.share])


def besides(runs: PostsRuns, plenty: Counts, helpless: NDArray[np.bool_]) -> Besides:
    """Try what would help besides, with posts in plenty.

    Parameters
    ----------
    runs
        The runs.
    plenty
        Posts by county, more than are filled where posts alone do not help.
    helpless
        By area (the nation first): whether posts alone do not help.
    """
    if not helpless.any():
        return nothing_besides(len(helpless))
    needed = runs.question.probability - 1e-9

    def shares(tried: Tried) -> Floats:
        return np.where(helpless, area_shares(tried), np.nan)

    tried: dict[float, Tried] = {1.0: runs.run(plenty, supervised=False)}
    applications = runs.run(plenty, applications=2.0)
    tried[2.0] = runs.run(plenty, supervised=False, applications=2.0)
    alone, both = shares(tried[1.0]), shares(tried[2.0])
    if (helpless & (alone < needed) & (both >= needed)).any():
        tried[1.5] = runs.run(plenty, supervised=False, applications=1.5)
    for factor in (3.0, 5.0):
        met = np.any([shares(one) >= needed for one in tried.values()], axis=0)
        if (helpless & ~met).any():
            tried[factor] = runs.run(plenty, supervised=False, applications=factor)
    least = np.full(len(helpless), np.nan)
    supervision = np.full(len(helpless), np.nan)
    for factor in sorted(tried, reverse=True):
        met = shares(tried[factor]) >= needed
        least = np.where(met, factor, least)
        supervision = np.where(met, tried[factor].supervision, supervision)
    return Besides(alone, shares(applications), both, least, supervision)
