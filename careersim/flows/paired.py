"""Differences between two runs with the same luck, taken replication by replication."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import AREA_CODES
from careersim.flows.constraints import CONSTRAINTS, constraint_table
from careersim.flows.series import ProfessionSeries
from careersim.flows.student import t_quantile
from careersim.flows.summary import labels, statistics
from careersim.flows.workforce import GROUPS, group_counts, group_states

__all__ = ["binding_table", "difference_table", "paired_columns", "paired_statistics"]

Floats = NDArray[np.float64]


def difference_table(
    baseline: ProfessionSeries, scenario: ProfessionSeries, name: str, draws: int = 1
) -> pl.DataFrame:
    """Compare workforce and trainees of one profession.

    Parameters
    ----------
    baseline, scenario
        Counts of the same replications.
    name
        Of the scenario.
    draws
        As in `paired_statistics`.

    Returns
    -------
    Columns scenario, profession, county_code, group, measure, year, the medians of both runs, and
    `paired_statistics` of the difference, scenario less baseline.
    """
    profession = baseline.profession
    groups = [group for group in GROUPS if group_states(profession, group, "headcount")]
    parts = []
    for group in groups:
        for measure in ("headcount", "fte"):
            one, two = (group_counts(series, group, measure) for series in (baseline, scenario))
            table = labels({"year": baseline.years, "county_code": AREA_CODES}, one.shape[1:])
            parts.append(
                table.select(
                    pl.lit(name).alias("scenario"),
                    pl.lit(profession.name).alias("profession"),
                    pl.col("county_code"),
                    pl.lit(group).alias("group"),
                    pl.lit(measure).alias("measure"),
                    pl.col("year"),
                    *paired_columns(one, two, draws),
                )
            )
    return pl.concat(parts)


def binding_table(baseline: ProfessionSeries, scenario: ProfessionSeries, name: str) -> pl.DataFrame:
    """Set what binds the seats in two runs side by side.

    Returns
    -------
    Columns scenario, profession, pool, county_code, year, and for `baseline_` and `scenario_` the shares of
    `careersim.flows.constraints.constraint_table`; replications. Without rows if there are no pools.
    """
    keys = ["profession", "pool", "county_code", "year"]
    one, two = (
        constraint_table(series).select(*keys, *(pl.col(kind).alias(f"{run}_{kind}") for kind in CONSTRAINTS))
        for run, series in (("baseline", baseline), ("scenario", scenario))
    )
    return one.join(two, on=keys, how="left", maintain_order="left").select(
        pl.lit(name).alias("scenario"),
        pl.all(),
        pl.lit(baseline.replications, dtype=pl.Int32).alias("replications"),
    )


def paired_columns(baseline: NDArray[Any], scenario: NDArray[Any], draws: int = 1) -> list[pl.Series]:
    """Columns of `paired_statistics` between the medians of both runs and the number of replications."""
    found = {
        "baseline_p50": np.median(baseline, axis=0),
        "scenario_p50": np.median(scenario, axis=0),
        **paired_statistics(baseline, scenario, draws),
    }
    columns = [pl.Series(name, _finite(values)).fill_nan(None) for name, values in found.items()]
    size = len(columns[0])
    return [*columns, pl.Series("replications", np.full(size, len(baseline), np.int32))]


def paired_statistics(baseline: NDArray[Any], scenario: NDArray[Any], draws: int = 1) -> dict[str, Floats]:
    """Summarise scenario less baseline over replications, the first axis.

    Parameters
    ----------
    baseline, scenario
        Replication x anything, the same replications in the same rows.
    draws
        Sets of parameter values that the rows belong to, in equal parts one after the other. Replications
        of one set are not independent of each other, so that with several sets the standard error is that
        of the means of the sets, and a variance reduction would say nothing (NaN).

    Returns
    -------
    Arrays without the first axis:

    - `difference_mean`, and `difference_se`, its standard error: standard deviation of the differences
      by the root of their number (NaN for one replication);
    - `mean_low`, `mean_high`: 95 % confidence interval of the mean, by Student's t;
    - `difference_p2_5` to `difference_p97_5`: quantiles of the differences (type 7);
    - `variance_reduction`: (variance of the baseline + variance of the scenario) / variance of the
      difference. So many times as many independent replications would give the same standard error.
      NaN where the difference is the same in all replications.
    """
    one, two = np.asarray(baseline, np.float64), np.asarray(scenario, np.float64)
    difference = two - one
    count = len(difference)
    found = statistics(difference)
    same = (difference == difference[0]).all(axis=0)
    spread = np.where(same & (count > 1), 0.0, found["sd"])  # no rounding where nothing varies
    mean = np.where(same, difference[0], found["mean"])
    error, independent_means = spread / math.sqrt(count), count
    if draws > 1:
        means = difference.reshape(draws, count // draws, *difference.shape[1:]).mean(axis=1)
        error, independent_means = np.where(same, 0.0, means.std(axis=0, ddof=1) / math.sqrt(draws)), draws
    half = error * (t_quantile(0.975, independent_means - 1) if count > 1 else math.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        independent = one.var(axis=0, ddof=1) + two.var(axis=0, ddof=1) if count > 1 else spread
        reduction = np.where((spread > 0) & (draws == 1), independent / spread**2, math.nan)
    quantiles = {name: found[name] for name in ("p2_5", "p10", "p50", "p90", "p97_5")}
    return {
        "difference_mean": mean,
        "difference_se": error,
        "mean_low": mean - half,
        "mean_high": mean + half,
        **{f"difference_{name}": values for name, values in quantiles.items()},
        "variance_reduction": reduction,
    }


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan).reshape(-1)
