"""`log_likelihood`: how likely published figures are, given the model's means and its chance variance.

A replication is one possible Sweden, and the published figure is one too: it scatters around the model's mean
by *chance* (the variance between replications) and by the *tolerance* (what model and source differ in for
other reasons, one standard deviation; with the scatter of the coverage, for a figure of a county that has
one). What a source then does to the number is a third step:

- `normal`: the number as it is, with variance tolerance^2 + scatter^2 + chance.
- `rounded`, `interval`: the probability of the interval that rounding, wording or suppression leaves.
- `poisson`, `beta_binomial`, `multinomial`: a count of few persons. Chance is in the count itself, so the
  chance variance of the model is not added again; the tolerance makes the mean (share, shares) uncertain.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, hypot, inf, isnan, nan, sqrt

import numpy as np
from numpy.typing import NDArray

from calibration.densities import (
    log_beta_binomial,
    log_dirichlet_multinomial,
    log_negative_binomial,
    log_normal,
    log_normal_interval,
)
from calibration.discrepancy import count_variance, county_effects, scatters
from calibration.target_types import Target, Targets
from careersim.errors import UserError

__all__ = ["chance_of_mean", "log_likelihood", "log_likelihood_terms", "standardised"]

Numbers = NDArray[np.float64]
_LEAST = 1e-6
"""Persons, or part of a whole, below which a mean is taken for this, so that a count is never impossible."""


def log_likelihood(targets: Targets, mean: Numbers, chance_var: Numbers) -> float:
    """Sum of the terms of all targets with role `fit`, by `math.fsum`: the same bytes in any grouping.

    Parameters
    ----------
    targets
        The figures.
    mean
        Mean prediction of each target, in its unit: targets.
    chance_var
        Variance of one replication around that mean, in its unit squared: targets. Add the variance of the
        mean itself (that of one replication by their number, or of an emulator) if it is not small.

    Returns
    -------
    Natural logarithm; -inf if a mean is NaN.

    Raises
    ------
    UserError
        If the arrays do not have one number a target, or a variance is below 0.
    """
    return fsum(log_likelihood_terms(targets, mean, chance_var).tolist())


def log_likelihood_terms(targets: Targets, mean: Numbers, chance_var: Numbers) -> Numbers:
    """One term a target, 0 for role `start`; a multinomial group has its term at its first member.

    Parameters
    ----------
    targets, mean, chance_var
        As in `log_likelihood`. Two figures of one register and county share its scatter, which the terms
        take for independent; the fit (`calibration.discrepancy`) does not.
    """
    means, variances = _one_each(targets, mean, "mean"), _one_each(targets, chance_var, "chance_var")
    if min(variances, default=0.0) < 0:
        raise UserError("a variance below 0", where="chance_var", expected="0 or more")
    apart = [
        hypot(one.tolerance, more) for one, more in zip(targets.targets, scatters(targets, mean), strict=True)
    ]
    terms = np.zeros(len(targets))
    groups: dict[tuple[str, str], list[int]] = {}
    for index, target in enumerate(targets.targets):
        if target.role != "fit":
            continue
        if target.group:
            groups.setdefault((target.profession, target.group), []).append(index)
        elif isnan(means[index]):
            terms[index] = -inf
        else:
            terms[index] = _term(target, means[index], variances[index], apart[index])
    for members in groups.values():
        chosen = [targets.targets[index] for index in members]
        spread = [apart[index] for index in members]
        terms[members[0]] = _group_term(chosen, [means[index] for index in members], spread)
    return terms


def standardised(targets: Targets, predicted: Numbers, *, by_county: bool = True) -> Numbers:
    """Predicted less published, in units of each target's own tolerance.

    Parameters
    ----------
    targets
        The figures.
    predicted
        Replication x target (the mean over replications is taken) or target, in the unit of each.
    by_county
        Whether a register with a scatter may show another part of the truth in each county, as estimated by
        `calibration.discrepancy.county_effects`; else every county has the coverage of the country.

    Returns
    -------
    Target: 0 inside the published interval, else the signed distance from its nearer end divided by the
    tolerance; for a count of few persons the unit also holds the chance of the published count itself. A
    target is *met* if that is at most 1 in size. NaN where the prediction is undefined.
    """
    mean = predicted.mean(axis=0) if predicted.ndim == 2 else predicted
    if by_county and mean.shape == (len(targets),):
        mean = mean * county_effects(targets, mean, chance_of_mean(predicted)).factor
    return np.array(
        [
            _distance(target, value) / _unit(target)
            for target, value in zip(targets.targets, _one_each(targets, mean, "predicted"), strict=True)
        ]
    )


def chance_of_mean(predicted: Numbers) -> Numbers:
    """Variance of one replication and of the mean of all, by target; 0 if there is one replication."""
    if predicted.ndim != 2 or len(predicted) < 2:
        return np.zeros(predicted.shape[-1])
    variance: Numbers = predicted.var(axis=0, ddof=1) * (1.0 + 1.0 / len(predicted))
    return variance


def _distance(target: Target, mean: float) -> float:
    if isnan(mean):
        return nan
    return mean - min(max(mean, target.low), target.high)


def _unit(target: Target) -> float:
    return sqrt(target.tolerance**2 + count_variance(target))


def _term(target: Target, mean: float, chance_var: float, apart: float) -> float:
    sd = sqrt(apart**2 + chance_var)
    if target.likelihood in ("rounded", "interval") and target.low < target.high:
        return log_normal_interval(target.low, target.high, mean, sd)
    value = target.low if target.value is None else target.value
    if target.likelihood == "poisson":
        return log_negative_binomial(value, max(mean, _LEAST), apart**2)
    if target.likelihood == "beta_binomial":
        share = min(max(mean / target.trials, _LEAST), 1.0 - _LEAST)
        return log_beta_binomial(value, target.trials, share, apart / target.trials)
    return log_normal(value, mean, sd)


def _group_term(members: Sequence[Target], means: Sequence[float], apart: Sequence[float]) -> float:
    if any(isnan(mean) for mean in means) or not fsum(means) > 0:
        return -inf
    counts = [float(member.value or 0.0) for member in members]
    floored = [max(mean, _LEAST) for mean in means]
    whole, persons = fsum(floored), fsum(counts)
    shares = [mean / whole for mean in floored]
    return log_dirichlet_multinomial(counts, shares, [one / persons for one in apart])


def _one_each(targets: Targets, numbers: Numbers, name: str) -> list[float]:
    if numbers.shape != (len(targets),):
        raise UserError(
            f"shape {numbers.shape}", where=name, expected=f"one number for each of {len(targets)} targets"
        )
    return [float(number) for number in numbers]
