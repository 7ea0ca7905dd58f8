"""`rank_policies`: which policy to choose, and what knowing the parameters would be worth.

All is computed from one table: what each policy gives in each draw of the parameters. Policies share draws
and luck, so that they are compared draw by draw. More is better.

Value of information (Strong, Oakley and Brennan 2014, Medical Decision Making 34:311): whoever knew a group
of parameters would choose the policy that is best given them. What each policy is expected to give, given the
group, is a regression of what it gives on the group's parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.errors import InternalError
from careersim.experiment.polynomial import fit_polynomial, refits
from careersim.experiment.resample import interval, resamples, times_drawn

__all__ = ["Decision", "Worth", "rank_policies", "value_of_information"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Decision:
    """Policies over draws; arrays by policy, intervals of 95 % by bootstrap over draws.

    Attributes
    ----------
    regret
        Draw by draw, what the best policy of the draw gives more: draw x policy.
    mean, mean_low, mean_high
        Expected value.
    p10
        10 % quantile over draws.
    best, best_low, best_high
        Probability of being best; policies that are best together share a draw.
    expected_regret, expected_regret_low, expected_regret_high, max_regret
        Mean and largest regret.
    tied
        Whether the expected value cannot be told from that of the best policy: the interval of the
        difference contains 0.
    best_mean, best_p10, least_regret
        Numbers of the policies that are best by expected value, at the 10 % quantile, and by the largest
        regret.
    tied_first
        Whether another policy is tied with the first.
    cost_per_unit, cost_per_unit_low, cost_per_unit_high
        Expected cost beyond that of the baseline by the expected effect; NaN without costs and where the
        effect cannot be told from 0.
    """

    regret: Floats
    mean: Floats
    mean_low: Floats
    mean_high: Floats
    p10: Floats
    best: Floats
    best_low: Floats
    best_high: Floats
    expected_regret: Floats
    expected_regret_low: Floats
    expected_regret_high: Floats
    max_regret: Floats
    tied: Flags
    best_mean: int
    best_p10: int
    least_regret: int
    cost_per_unit: Floats
    cost_per_unit_low: Floats
    cost_per_unit_high: Floats

    @property
    def tied_first(self) -> bool:
        """Whether another policy is tied with the first."""
        return int(self.tied.sum()) > 1


@dataclass(frozen=True)
class Worth:
    """Value of information, in the unit of the outcome.

    Attributes
    ----------
    perfect, perfect_low, perfect_high
        Of knowing all parameters; chance that is left in the means over replications makes it too large.
    group, group_low, group_high
        Of knowing one group; arrays by group.
    """

    perfect: float
    perfect_low: float
    perfect_high: float
    group: Floats
    group_low: Floats
    group_high: Floats


def rank_policies(values: Floats, costs: Floats | None = None, *, seed: int = 0) -> Decision:
    """Rank policies.

    Parameters
    ----------
    values
        What each policy gives in each draw, more being better: draw x policy, the baseline first.
    costs
        What it costs, in the same form; None if nothing is known.
    seed
        Key of the bootstrap.

    Raises
    ------
    InternalError
        If the shapes do not fit or there are fewer than two draws.
    """
    if values.ndim != 2 or len(values) < 2 or (costs is not None and costs.shape != values.shape):
        raise InternalError(f"values of shape {values.shape} cannot be ranked")
    again = resamples(len(values), seed, "rank")
    regret = values.max(axis=1, keepdims=True) - values
    wins = (regret == 0) / (regret == 0).sum(axis=1, keepdims=True)
    mean, first = values.mean(axis=0), int(values.mean(axis=0).argmax())
    means, wons, regrets = (table[again].mean(axis=1) for table in (values, wins, regret))
    behind_low, _ = interval(means[:, [first]] - means)
    price = _cost_per_unit(values, costs, again)
    return Decision(
        regret,
        mean,
        *interval(means),
        np.quantile(values, 0.1, axis=0),
        wins.mean(axis=0),
        *interval(wons),
        regret.mean(axis=0),
        *interval(regrets),
        regret.max(axis=0),
        (behind_low <= 0) | (np.arange(values.shape[1]) == first),
        first,
        int(np.quantile(values, 0.1, axis=0).argmax()),
        int(regret.max(axis=0).argmin()),
        *price,
    )


def value_of_information(
    values: Floats, inputs: Floats, groups: Sequence[int], count: int, *, seed: int = 0
) -> Worth:
    """Tell what knowing a group of parameters would be worth to whoever chooses the policy.

    Parameters
    ----------
    values
        Draw x policy, the baseline first.
    inputs
        Draw x parameter.
    groups
        Group of every parameter.
    count
        How many groups there are.
    seed
        Key of the bootstrap.
    """
    effects = values - values[:, [0]]
    again = resamples(len(values), seed, "worth")
    times = times_drawn(len(values), seed, "worth")
    perfect = np.array([_gain(effects[rows]) for rows in again])
    worth, low, high = np.zeros((3, count))
    owner = np.asarray(groups)
    for group in range(count):
        own = inputs[:, owner == group]
        fits = [fit_polynomial(own, effect) for effect in effects.T] if own.shape[1] else []
        if not any(fit.terms for fit in fits):
            continue
        worth[group] = _gain(np.column_stack([fit.fitted for fit in fits]))
        expected = np.empty((len(again), *effects.shape))
        for policy, fit in enumerate(fits):
            constants, slopes, _ = refits(fit.design, effects[:, policy], times)
            expected[:, :, policy] = constants[:, None] + np.einsum("nt,bt->bn", fit.design, slopes)
        drawn = np.array([_gain(table[rows]) for table, rows in zip(expected, again, strict=True)])
        low[group], high[group] = interval(drawn)
    perfect_low, perfect_high = interval(perfect)
    return Worth(_gain(effects), float(perfect_low), float(perfect_high), worth, low, high)


def _gain(expected: Floats) -> float:
    """Mean of the best policy of each row, less the policy that is best on average."""
    gain = float(expected.max(axis=1).mean() - expected.mean(axis=0).max())
    return gain if gain > _ROUNDING * float(np.abs(expected).max()) else 0.0


def _cost_per_unit(values: Floats, costs: Floats | None, again: NDArray[np.int64]) -> tuple[Floats, ...]:
    """Ratio of the means of added cost and effect, with its interval; the baseline has none."""
    nothing = np.full(values.shape[1], np.nan)
    if costs is None:
        return nothing, nothing, nothing
    effect, cost = values - values[:, [0]], costs - costs[:, [0]]
    effects, added = effect[again].mean(axis=1), cost[again].mean(axis=1)
    low, high = interval(effects)
    sure = (low > 0) | (high < 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(sure, cost.mean(axis=0) / effect.mean(axis=0), np.nan)
        ends = interval(np.where(sure & (effects != 0), added / effects, 0.0))
    return ratio, *(np.where(sure, end, np.nan) for end in ends)


_ROUNDING = 1e-12
"""What is below this part of the values is the rounding of floats."""
