"""How the counties differ in each rate, beside what the age, sex and history of their persons explain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from calibration.register.exposure import Risks
from calibration.register.likelihood import Fit, lived, rates
from calibration.register.numbers import Numbers, Use
from calibration.register.pooling import pooled
from careersim.schema import COUNTIES, COUNTY_CODES

__all__ = ["county_ratios"]

_SCHEMA = {
    "parameter": pl.String,
    "county_code": pl.String,
    "events": pl.Int64,
    "expected": pl.Float64,
    "ratio": pl.Float64,
    "error": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "spread": pl.Float64,
}


def county_ratios(numbers: Numbers, risks: Sequence[Risks], fit: Fit) -> pl.DataFrame:
    """Ratio of each county's rate to that of the country (indirect standardisation), pooled over counties.

    Parameters
    ----------
    numbers, risks, fit
        The national rates and what they were estimated from.

    Returns
    -------
    One row a parameter and county, as `calibration.register.rates.Rates.counties` says. Rates that share a
    ratio by county are taken together under its name, and its present values are in `expected`.
    """
    events: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(COUNTIES))
    expected: dict[str, NDArray[np.float64]] = defaultdict(lambda: np.zeros(COUNTIES))
    for one in risks:
        rate = rates(one, fit.logarithms)
        total = rate.sum(axis=1)[:, None]
        time = lived(one.persons, one.events.sum(axis=1), total)
        for k in range(rate.shape[1]):
            uses = numbers.transitions[one.hazards[k]] if one.hazards else numbers.mobility[one.state]
            name = _name(uses)
            events[name] += one.events[:, k].sum(axis=0)
            expected[name] += (rate[:, k, None] * time).sum(axis=0)
    parts = []
    for name, observed in events.items():
        if observed.sum() < 1:
            continue
        found = pooled(observed, expected[name])
        parts.append(
            pl.DataFrame(
                {
                    "parameter": [name] * COUNTIES,
                    "county_code": list(COUNTY_CODES),
                    "events": observed.astype(np.int64),
                    "expected": expected[name],
                    "ratio": found.ratio,
                    "error": found.error,
                    "low": found.low,
                    "high": found.high,
                    "spread": [found.spread] * COUNTIES,
                },
                schema=_SCHEMA,
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=_SCHEMA)


def _name(uses: Sequence[Use]) -> str:
    """Name of the ratio by county if the hazard has one, else of the rate."""
    named = {use.kind: use.parameter for use in uses}
    return named.get("county", named["rate"])
