"""`log_likelihood`: how likely published figures are, given the model's means and its chance variance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from calibration.target_types import Targets

__all__ = ["log_likelihood", "log_likelihood_terms", "standardised"]

Numbers = NDArray[np.float64]


def log_likelihood(targets: Targets, mean: Numbers, chance_var: Numbers) -> float:
    """Sum of the terms of all targets with role `fit`, by `math.fsum`: the same bytes in any grouping.

    Parameters
    ----------
    targets
        The figures.
    mean
        Mean prediction of each target, in its unit: targets.
    chance_var
        Variance of one replication around that mean, in its unit squared: targets.

    Returns
    -------
    Natural logarithm; -inf if a mean is NaN.
    """
    raise NotImplementedError


def log_likelihood_terms(targets: Targets, mean: Numbers, chance_var: Numbers) -> Numbers:
    """One term a target, 0 for role `start`; a multinomial group has its term at its first member."""
    raise NotImplementedError


def standardised(targets: Targets, predicted: Numbers) -> Numbers:
    """Predicted less published, in units of each target's own tolerance.

    Parameters
    ----------
    targets
        The figures.
    predicted
        Replication x target (the mean over replications is taken) or target, in the unit of each.

    Returns
    -------
    Target: 0 inside the published interval, else the signed distance from its nearer end divided by the
    tolerance. A target is *met* if that is at most 1 in size.
    """
    raise NotImplementedError
