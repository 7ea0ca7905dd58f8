"""`target_table`: target by target, what was published, what the calibrated model gives, and is it met."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot

import numpy as np
import polars as pl

from calibration.discrepancy import county_effects, scatters
from calibration.fitting.design import Floats
from calibration.likelihood import chance_of_mean, standardised
from calibration.target_types import Targets

__all__ = ["target_table"]

_NO_REASON = "not explained"


def target_table(
    targets: Targets,
    reasons: Mapping[str, str],
    calibrated: Floats,
    posterior: Floats | None,
    prior_means: Floats,
) -> pl.DataFrame:
    """Compare published and predicted.

    Parameters
    ----------
    targets
        All targets.
    reasons
        Why a target, or a block of targets, is not met.
    calibrated
        Replications x targets at the calibrated numbers; what is met is judged here.
    posterior
        Replications of draws from the posterior x targets, for the intervals; None without one.
    prior_means
        Points spread over the prior x targets.

    Returns
    -------
    One row for each target. `residual` is in units of the target's own tolerance (0 within the published
    interval), `met` if it is at most 1 in size; targets with role `start` are no proof and have no `met`.
    `county_factor` (and its standard deviation) is what the register of the target is estimated to show in
    this county beyond its coverage of the country; `predicted` and its interval hold it.
    `predicted_by_country` and `residual_by_country` are without it, and `tolerance_by_country` is tolerance
    and scatter together in units of the tolerance.
    """
    drawn = calibrated if posterior is None else posterior
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    before_low, before_high = np.quantile(prior_means, [0.025, 0.975], axis=0)
    mean = calibrated.mean(axis=0)
    scatter = scatters(targets, mean)
    county = county_effects(targets, mean, chance_of_mean(calibrated))
    residual = standardised(targets, mean * county.factor, by_county=False)
    plain = standardised(targets, mean, by_county=False)
    rows = []
    for i, target in enumerate(targets.targets):
        counts = target.role == "fit"
        met = bool(abs(residual[i]) <= 1.0)
        reason = reasons.get(target.id) or reasons.get(target.block) or _NO_REASON
        rows.append(
            {
                "id": target.id,
                "block": target.block,
                "measure": target.measure,
                "of": target.of,
                "profession": target.profession,
                "county_code": target.county_code,
                "year": target.year,
                "last_year": target.last_year,
                "role": target.role,
                "published": target.value,
                "published_low": target.low,
                "published_high": target.high,
                "tolerance": target.tolerance,
                "prior_low": float(before_low[i]),
                "prior_high": float(before_high[i]),
                "predicted": float(mean[i] * county.factor[i]),
                "predicted_low": float(low[i] * county.factor[i]),
                "predicted_high": float(high[i] * county.factor[i]),
                "residual": float(residual[i]),
                "coverage": target.coverage or None,
                "county_factor": float(county.factor[i]),
                "county_factor_sd": float(county.sd[i]),
                "predicted_by_country": float(mean[i]),
                "residual_by_country": float(plain[i]),
                "tolerance_by_country": float(hypot(1.0, scatter[i] / target.tolerance)),
                "met": met if counts else None,
                "reason": None if met or not counts else reason,
                "document": target.document,
                "place": target.place,
            }
        )
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=_TYPES)


_TYPES = {
    "published": pl.Float64,
    "published_low": pl.Float64,
    "published_high": pl.Float64,
    "met": pl.Boolean,
    "coverage": pl.String,
    "reason": pl.String,
}
