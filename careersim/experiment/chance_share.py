"""`chance_share`: how much of what differs between parameter sets is luck and not parameters.

All sets meet the same seeds. What a seed does to all of them alike drops out of every difference between
sets, so chance is what remains of a number after the mean of its set and the mean of its replication are
taken out (two-way analysis of variance; Searle, Casella and McCulloch, Variance Components, 1992, section
4.3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.errors import InternalError

__all__ = ["ALPHA", "Chance", "chance_of"]

ALPHA = 0.01
"""Sets are said to differ if chance alone would make them differ as much in fewer than so many studies."""


@dataclass(frozen=True)
class Chance:
    """Chance and parameters in the mean over replications of one outcome.

    Attributes
    ----------
    variance
        Between sets, of the mean over replications.
    chance_variance
        The part of it that chance explains.
    parameter_variance
        The rest; 0 at least.
    share
        `chance_variance` by `variance`; 1 if nothing else is left, 0 if nothing varies.
    distinguishable
        Whether sets differ by more than chance (F test at `ALPHA`).
    """

    variance: float
    chance_variance: float
    parameter_variance: float
    share: float
    distinguishable: bool


def chance_of(values: NDArray[np.float64]) -> Chance:
    """Take the variance of one outcome apart.

    Parameters
    ----------
    values
        Parameter set x replication, two of each at least.

    Raises
    ------
    InternalError
        If there are fewer.
    """
    from scipy.stats import f as fisher

    sets, replications = values.shape
    if sets < 2 or replications < 2:
        raise InternalError(f"{sets} sets in {replications} replications have no variance")
    mean = values.mean(axis=1)
    rest = values - mean[:, None] - (values.mean(axis=0) - values.mean())[None, :]
    degrees = (sets - 1) * (replications - 1)
    within = float((rest**2).sum()) / degrees
    variance = float(mean.var(ddof=1))
    chance = within / replications
    if variance <= _TINY * max(float(mean.mean()) ** 2, 1.0):  # no more than the rounding of floats
        return Chance(0.0, 0.0, 0.0, 0.0, distinguishable=False)
    if chance <= _TINY * variance:
        return Chance(variance, 0.0, variance, 0.0, distinguishable=True)
    surprise = float(fisher.sf(variance / chance, sets - 1, degrees))
    return Chance(
        variance, chance, max(variance - chance, 0.0), min(chance / variance, 1.0), surprise < ALPHA
    )


_TINY = 1e-24
