"""`discrepancy`: how far published and model may be apart for reasons other than the chance of a country.

Two parts. The *tolerance* of every target is its own. The *scatter* of a coverage belongs to a county: what
a register shows of the truth differs from county to county around the coverage of the country, and all
figures of one register and county share that. `county_effects` estimates it, given a prediction. (The
effects of all counties cancel in the country's total, which defines its coverage; the small correlation that
this makes between counties is left out.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fitting.design import Floats
from calibration.target_types import Target, Targets

__all__ = ["CountyEffects", "count_variance", "county_effects", "discrepancy", "scatters", "tolerances"]


@dataclass(frozen=True)
class CountyEffects:
    """What registers show in single counties, beyond the coverage of the country.

    Attributes
    ----------
    factor
        Of the prediction, by target: 1 without a scatter.
    sd
        Its standard deviation; 0 without a scatter.
    """

    factor: Floats
    sd: Floats


def discrepancy(targets: Targets, chance: Floats | None = None, *, at: Floats | None = None) -> Floats:
    """Covariance of published less predicted, in the units of the targets: targets x targets.

    Parameters
    ----------
    targets
        The figures.
    chance
        Covariance of one replication, targets x targets. Where it is given, a published count of few persons
        adds as much of its own chance as the replications do not hold (a declared risk has none).
    at
        Prediction of every target, of which a scatter is a share; the figures themselves if left out.

    Returns
    -------
    Tolerances and scatters; the chance of the country itself is not in it.
    """
    covariance = np.diag(tolerances(targets) ** 2)
    if chance is not None:
        counted = np.array([count_variance(target) for target in targets.targets])
        covariance = covariance + np.diag(np.maximum(counted - np.diag(chance), 0.0))
    size = scatters(targets, at)
    return np.asarray(covariance + np.outer(size, size) * _same(targets), dtype=np.float64)


def county_effects(targets: Targets, mean: Floats, chance_var: Floats) -> CountyEffects:
    """Estimate what every register shows in every county, given a prediction.

    The effect of a register and county is normal around 0 with the scatter of the coverage. Its estimate is
    the conditional mean given its figures, so that it is drawn towards 0 where they are weak.

    Parameters
    ----------
    targets
        The figures.
    mean
        Prediction of every target with the coverage of the country.
    chance_var
        Variance of one replication around it, and of the mean itself.
    """
    low = np.array([target.low for target in targets.targets])
    high = np.array([target.high for target in targets.targets])
    missing = np.nan_to_num(np.clip(mean, low, high) - mean)
    size = scatters(targets, mean)
    precision = 1.0 / (tolerances(targets) ** 2 + chance_var)
    same = _same(targets)
    worth = 1.0 + same @ (size * size * precision)
    effect = same @ (size * missing * precision) / worth  # in standard deviations of the scatter
    share = scatters(targets, np.ones(len(targets)))
    return CountyEffects(1.0 + effect * share, share / np.sqrt(worth))


def tolerances(targets: Targets) -> Floats:
    """The tolerance of every target, in its unit."""
    return np.array([target.tolerance for target in targets.targets], dtype=np.float64)


def scatters(targets: Targets, at: Floats | None = None) -> Floats:
    """How much the coverage of a target's county may differ from the country's, in the unit of the target.

    Parameters
    ----------
    targets
        The figures.
    at
        Prediction of every target, with the coverage of the country; the figures themselves if left out.
    """
    of = [target.size for target in targets.targets] if at is None else np.nan_to_num(np.abs(at))
    shares = [_scatter(targets, target) for target in targets.targets]
    return np.asarray(np.array(shares, dtype=np.float64) * of, dtype=np.float64)


def count_variance(target: Target) -> float:
    """Variance of a published count of few persons, in persons squared; 0 for other figures."""
    count = target.value or 0.0
    if target.likelihood == "beta_binomial" and target.trials:
        return count * (1.0 - count / target.trials)
    return count if target.likelihood in ("poisson", "multinomial") else 0.0


def _scatter(targets: Targets, target: Target) -> float:
    if not target.of_county or not target.coverage:
        return 0.0
    return targets.coverages[target.coverage].scatter


def _same(targets: Targets) -> Floats:
    """1 where two targets are of one register and county, or are one."""
    keys: dict[tuple[str, str], int] = {}
    group = np.array(
        [
            keys.setdefault((one.coverage, one.county_code), len(keys)) if one.coverage else -1 - number
            for number, one in enumerate(targets.targets)
        ]
    )
    return np.asarray(group[:, None] == group[None, :], dtype=np.float64)
