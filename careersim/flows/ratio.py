"""`ratio_of_means`: cost per gain with Fieller's interval, or the reason why there is none.

A ratio of two means that vary together has no mean and no variance of its own when the denominator may be
0. Fieller's interval asks instead which ratios r are compatible with mean(cost) - r mean(gain) = 0, by
Student's t: exact if costs and gains are jointly normal, and never finite where the gain may be none.
Sources: Fieller 1954, Journal of the Royal Statistical Society B 16:175-185; for costs per effect Willan and
O'Brien 1996, Health Economics 5:297-305.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.flows.student import t_quantile

__all__ = ["VERDICTS", "Mean", "Ratio", "by_draw", "mean_interval", "ratio_of_means"]

VERDICTS = {
    "none": "nothing differs",
    "cost_per_gain": "costs more and adds",
    "uncertain_cost": "adds; whether it costs more or less is not distinguishable",
    "dominates": "adds and costs less: better on both counts",
    "not_defined": "not defined: the gain is not distinguishable from none",
    "not_defined_costs_more": "not defined: costs more, and the gain is not distinguishable from none",
    "not_defined_costs_less": "not defined: costs less, and the gain is not distinguishable from none",
    "dominated": "costs more and takes away: worse on both counts",
    "saving_per_loss": "takes away; the ratio is what is saved for each one lost",
    "one_replication": "one replication has no interval",
}
"""What the signs of cost and gain say, by 95 % confidence intervals of the means."""

_CONFIDENCE = 0.975


@dataclass(frozen=True)
class Mean:
    """Mean over replications with its 95 % confidence interval (Student's t); NaN for one replication."""

    mean: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1 or -1 if the interval lies on that side of 0, else 0."""
        return int(self.low > 0) - int(self.high < 0)


@dataclass(frozen=True)
class Ratio:
    """Cost, gain, and what they say together.

    Attributes
    ----------
    ratio, low, high
        Ratio of the means with Fieller's 95 % interval; None where it is not defined.
    verdict
        Key of `VERDICTS`.
    """

    cost: Mean
    gain: Mean
    ratio: float | None
    low: float | None
    high: float | None
    verdict: str


def ratio_of_means(costs: NDArray[np.float64], gains: NDArray[np.float64]) -> Ratio:
    """Divide the mean of `costs` by the mean of `gains`.

    Parameters
    ----------
    costs, gains
        One number a replication, of the same replications.

    Returns
    -------
    The ratio, unless the 95 % interval of the mean gain holds 0.
    """
    cost, gain = mean_interval(costs), mean_interval(gains)
    if not costs.any() and not gains.any():
        return Ratio(cost, gain, None, None, None, "none")
    if len(costs) < 2:
        return Ratio(cost, gain, None, None, None, "one_replication")
    if gain.sign == 0:
        told = {1: "not_defined_costs_more", -1: "not_defined_costs_less"}.get(cost.sign, "not_defined")
        return Ratio(cost, gain, None, None, None, told)
    low, high = _fieller(costs, gains)
    verdict = {
        (1, 1): "cost_per_gain",
        (0, 1): "uncertain_cost",
        (-1, 1): "dominates",
        (1, -1): "dominated",
    }.get((cost.sign, gain.sign), "saving_per_loss")
    if verdict in ("dominates", "dominated"):  # the ratio would be negative, and larger is not worse
        return Ratio(cost, gain, None, None, None, verdict)
    return Ratio(cost, gain, cost.mean / gain.mean, low, high, verdict)


def mean_interval(values: NDArray[np.float64]) -> Mean:
    """Mean of one number a replication, with its 95 % confidence interval."""
    same = bool((values == values[0]).all())
    mean = float(values[0]) if same else float(values.mean())
    if len(values) < 2:
        return Mean(mean, math.nan, math.nan)
    spread = 0.0 if same else float(values.std(ddof=1))
    half = t_quantile(_CONFIDENCE, len(values) - 1) * spread / math.sqrt(len(values))
    return Mean(mean, mean - half, mean + half)


def by_draw(values: NDArray[np.float64], draws: int) -> NDArray[np.float64]:
    """Means of the replications of each draw, which are what varies independently with draws."""
    return values if draws == 1 else values.reshape(draws, -1).mean(axis=1)


def _fieller(costs: NDArray[np.float64], gains: NDArray[np.float64]) -> tuple[float, float]:
    """Ends of Fieller's interval, where the mean gain is clearly not 0."""
    count = len(costs)
    # Numbers near 1 keep the squares of thousands of millions of kronor exact enough.
    scale = float(np.abs(costs).max()) or 1.0
    size = float(np.abs(gains).max())
    a, b = costs / scale, gains / size
    t2 = t_quantile(_CONFIDENCE, count - 1) ** 2
    covariance = np.cov(a, b, ddof=1) / count
    mean_a, mean_b = float(a.mean()), float(b.mean())
    square = mean_b**2 - t2 * float(covariance[1, 1])
    middle = mean_a * mean_b - t2 * float(covariance[0, 1])
    root = math.sqrt(max(middle**2 - square * (mean_a**2 - t2 * float(covariance[0, 0])), 0.0))
    return (middle - root) / square * scale / size, (middle + root) / square * scale / size
