"""How much of the spread of a result is chance, and how much is not knowing the parameters.

A one-way analysis of variance with random effects (Searle, Casella and McCulloch, 1992, "Variance
components", chapter 3): replications of the same draw differ by chance only, means of draws by both.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import AREA_CODES
from careersim.flows.series import ProfessionSeries
from careersim.flows.student import t_quantile
from careersim.flows.summary import labels
from careersim.flows.workforce import GROUPS, group_counts, group_states

__all__ = ["decomposed", "effect_uncertainty_table", "level_uncertainty_table"]

Floats = NDArray[np.float64]

_ENDS = (0.025, 0.975)


def level_uncertainty_table(series: ProfessionSeries, draws: int) -> pl.DataFrame:
    """Decompose workforce and trainees of one profession.

    Parameters
    ----------
    series
        Counts of all replications, those of the first draw first.
    draws
        Sets of parameter values that they belong to.

    Returns
    -------
    Columns profession, county_code, group, measure, year, and those of `decomposed`; draws, replications
    (of each draw).
    """
    return _table(None, series, draws)


def effect_uncertainty_table(
    baseline: ProfessionSeries, scenario: ProfessionSeries, name: str, draws: int
) -> pl.DataFrame:
    """Decompose what a scenario changes: scenario less baseline in the same draw and replication.

    Parameters
    ----------
    baseline, scenario
        Counts of the same replications, those of the first draw first.
    name
        Of the scenario.
    draws
        Sets of parameter values that they belong to.

    Returns
    -------
    A column scenario, and those of `level_uncertainty_table`.
    """
    table = _table(baseline, scenario, draws)
    return table.select(pl.lit(name).alias("scenario"), pl.all())


def decomposed(values: Floats) -> dict[str, Floats]:
    """Decompose the variance of results.

    Parameters
    ----------
    values
        Draw x replication x anything.

    Returns
    -------
    Arrays without the first two axes; NaN for what cannot be told:

    - `mean`, and `mean_low`, `mean_high`: 95 % confidence interval by Student's t of the means of draws;
    - `chance_sd`: root of the variance between replications of a draw, averaged over draws;
    - `parameters_sd`: root of the variance between means of draws less what chance adds to it (`chance_sd`
      squared over replications); 0 where that is negative, and then `truncated` is 1;
    - `chance_low`, `chance_high`: 95 % of results at known parameters: quantiles (type 7) of the differences
      to the mean of their draw, widened by what estimating that mean takes away, around the mean;
    - `parameters_low`, `parameters_high`: 95 % of expected results: quantiles of the means of draws,
      shrunk towards the mean to the spread `parameters_sd`;
    - `both_low`, `both_high`: quantiles of all results;
    - `parameters_share`: part of `parameters_sd` squared in the sum of both variances.
    """
    draws, replications = values.shape[:2]
    nothing = np.full(values.shape[2:], np.nan)
    means = values.mean(axis=1)
    mean = means.mean(axis=0)
    low, high = np.quantile(values.reshape(-1, *values.shape[2:]), _ENDS, axis=0)
    found = {"mean": mean, "both_low": low, "both_high": high}
    for name in (
        "mean_low", "mean_high", "chance_sd", "chance_low", "chance_high", "parameters_sd", "parameters_low",
        "parameters_high", "parameters_share", "truncated",
    ):  # fmt: skip
        found[name] = nothing
    between = means.var(axis=0, ddof=1) if draws > 1 else nothing
    if draws > 1:
        half = t_quantile(0.975, draws - 1) * np.sqrt(between / draws)
        found["mean_low"], found["mean_high"] = mean - half, mean + half
    if replications > 1:
        within = values.var(axis=1, ddof=1).mean(axis=0)
        wider = math.sqrt(replications / (replications - 1))
        rest = (values - means[:, None]).reshape(-1, *values.shape[2:]) * wider
        found["chance_sd"] = np.sqrt(within)
        found["chance_low"], found["chance_high"] = mean + np.quantile(rest, _ENDS, axis=0)
        if draws > 1:
            left = between - within / replications
            parameters = np.maximum(left, 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                shrunk = np.where(between > 0, np.sqrt(parameters / between), 0.0)
                found["parameters_share"] = parameters / (parameters + within)
            found["parameters_sd"] = np.sqrt(parameters)
            found["parameters_low"], found["parameters_high"] = mean + np.quantile(
                (means - mean) * shrunk, _ENDS, axis=0
            )
            found["truncated"] = (left < 0).astype(np.float64)
    return found


_ORDER = (
    "mean", "mean_low", "mean_high", "chance_sd", "parameters_sd", "chance_low", "chance_high",
    "parameters_low", "parameters_high", "both_low", "both_high", "parameters_share",
)  # fmt: skip


def _table(baseline: ProfessionSeries | None, series: ProfessionSeries, draws: int) -> pl.DataFrame:
    profession = series.profession
    groups = [group for group in GROUPS if group_states(profession, group, "headcount")]
    parts = []
    for group in groups:
        for measure in ("headcount", "fte"):
            counts = group_counts(series, group, measure)
            if baseline is not None:
                counts = counts - group_counts(baseline, group, measure)
            values = counts.reshape(draws, -1, *counts.shape[1:])
            found = decomposed(values)
            columns = [pl.Series(name, found[name].reshape(-1)).fill_nan(None) for name in _ORDER]
            truncated = pl.Series("truncated", found["truncated"].reshape(-1)).fill_nan(None)
            table = labels({"year": series.years, "county_code": AREA_CODES}, counts.shape[1:])
            parts.append(
                table.select(
                    pl.lit(profession.name).alias("profession"),
                    pl.col("county_code"),
                    pl.lit(group).alias("group"),
                    pl.lit(measure).alias("measure"),
                    pl.col("year"),
                    *columns,
                    truncated.cast(pl.Boolean),
                    pl.lit(draws, dtype=pl.Int32).alias("draws"),
                    pl.lit(values.shape[1], dtype=pl.Int32).alias("replications"),
                )
            )
    return pl.concat(parts)
