"""`ranking`: policies lived at the same draws of the parameters, with the same luck, and put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.config.loaded import LoadedRun
from careersim.data.data_gaps import data_gaps, gaps_of
from careersim.experiment.decision import Decision, Worth, rank_policies, value_of_information
from careersim.experiment.draws import Draws, is_price
from careersim.experiment.outcomes import WORST, Outcome
from careersim.experiment.points import run_points
from careersim.experiment.polynomial import least_rows
from careersim.experiment.replicate import Progress
from careersim.experiment.resample import interval, resamples
from careersim.flows.areas import AREA_CODES, NATION

__all__ = ["Ranked", "Ranking", "ranking"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranked:
    """One outcome.

    Attributes
    ----------
    outcome
        Which.
    values
        Mean over replications: draw x policy, the baseline first.
    effect_low, effect_high
        95 % interval of the expected difference to the baseline, by policy.
    chance_sd
        Standard error of each difference to the baseline over replications: draw x policy.
    by_area
        Mean over replications: policy x draw x area.
    decision
        The order of the policies.
    costs
        Discounted costs of the whole run in SEK where the outcome is counted (in Sweden for that of the worst
        county): draw x policy, or None without prices.
    worth
        Value of information; None with too few draws to tell.
    replications
        Of each draw.
    """

    outcome: Outcome
    values: Floats
    effect_low: Floats
    effect_high: Floats
    chance_sd: Floats
    by_area: Floats
    decision: Decision
    costs: Floats | None
    worth: Worth | None
    replications: int


@dataclass(frozen=True)
class Ranking:
    """All outcomes.

    Attributes
    ----------
    policies
        Names, the baseline first.
    paths, points
        Names and values (draw x parameter) of the parameters.
    owners
        Number of the data gap, in the order of `data_gaps`, of every parameter that is not a price.
    ranked
        By outcome.
    """

    policies: tuple[str, ...]
    paths: tuple[str, ...]
    points: Floats
    owners: tuple[int, ...]
    ranked: tuple[Ranked, ...]


def ranking(
    runs: Sequence[LoadedRun],
    draws: Sequence[Draws],
    outcomes: Sequence[Outcome],
    *,
    replications: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Ranking:
    """Live every policy at every draw and put them in order.

    Parameters
    ----------
    runs
        Policies, the baseline first.
    draws
        For each run, of the same parameters: a policy may have ranges of its own, of which it meets the same
        parts. They are taken to be independent of each other if they are marked as draws from priors.
    outcomes
        What is counted.
    replications
        Of each draw.
    threads, progress
        As in `run_points`.
    """
    found = run_points(
        runs, draws[0].paths, [one.values for one in draws], outcomes,
        replications=replications, threads=threads, progress=progress,
    )  # fmt: skip
    keys = [gap.key for gap in data_gaps()]
    moving = [k for k, path in enumerate(draws[0].paths) if not is_price(path)]  # prices change no life
    owners = tuple(keys.index(key) for key in gaps_of([draws[0].paths[k] for k in moving]))
    seed = runs[0].spec.seed
    independent = draws[0].mark.get("source") == "prior"
    ranked = tuple(
        _rank(
            outcome, found.values[:, :, n], found.by_area[:, :, n], draws[0].values[:, moving],
            owners, _spent(found.costs, outcome), seed, independent=independent,
        )
        for n, outcome in enumerate(outcomes)
    )  # fmt: skip
    return Ranking(tuple(run.spec.name for run in runs), draws[0].paths, draws[0].values, owners, ranked)


def _spent(costs: Floats | None, outcome: Outcome) -> Floats | None:
    """What each policy costs where the outcome is counted: draw x policy."""
    if costs is None:
        return None
    return costs[:, :, AREA_CODES.index(NATION if outcome.area == WORST else outcome.area)].T


def _rank(
    outcome: Outcome,
    lived: Floats,
    by_area: Floats,
    points: Floats,
    owners: Sequence[int],
    costs: Floats | None,
    seed: int,
    *,
    independent: bool,
) -> Ranked:
    values = lived.mean(axis=2).T
    count = lived.shape[2]
    effects = lived - lived[:1]
    chance = effects.std(axis=2, ddof=1).T / np.sqrt(count) if count > 1 else np.full(values.shape, np.nan)
    again = resamples(len(values), seed, "effect")
    low, high = interval((values - values[:, [0]])[again].mean(axis=1))
    worth = None
    if len(values) >= least_rows():
        worth = value_of_information(
            values, points, owners, len(data_gaps()), independent=independent, seed=seed
        )
    decision = rank_policies(values, costs, seed=seed)
    return Ranked(outcome, values, low, high, chance, by_area, decision, costs, worth, count)
