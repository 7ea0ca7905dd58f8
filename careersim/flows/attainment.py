"""When the guideline is met: shares of replications by year, and the first year with its interval.

The shares are of lives of the country at fixed parameters: probabilities of the model, not of Sweden.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.flows.areas import AREA_CODES
from careersim.flows.guideline import Standing, list_sizes, standings
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels
from careersim.model.graph import Demand

__all__ = ["first_year_table", "met_table", "wilson"]

Met = NDArray[np.bool_]

_Z95 = 1.959963984540054  # 97.5 % quantile of the standard normal distribution


def met_table(series: ProfessionSeries, demand: Demand, spec: GuidelineSpec) -> pl.DataFrame:
    """Tabulate the share of replications in which the guideline is met.

    Returns
    -------
    Columns profession, county_code, year, reading, subject (`both` in the list reading; `specialists`,
    `trainees` in the ratio reading), basis, and for `in_year` (met at the observation of that year) and
    `by_year` (met at least once since the start) the share of replications with its 95 % Wilson interval
    (`_low`, `_high`); replications.
    """
    parts = []
    for reading, subject, held, met in _readings(series, demand, spec):
        ever = np.logical_or.accumulate(met, axis=1)
        table = labels({"year": held.years, "county_code": AREA_CODES}, met.shape[1:])
        parts.append(
            table.select(
                pl.lit(series.profession.name).alias("profession"),
                pl.col("county_code", "year"),
                pl.lit(reading).alias("reading"),
                pl.lit(subject).alias("subject"),
                pl.lit(held.basis).alias("basis"),
                *_shares("in_year", met),
                *_shares("by_year", ever),
                pl.lit(series.replications, dtype=pl.Int32).alias("replications"),
            )
        )
    return pl.concat(parts)


def first_year_table(series: ProfessionSeries, demand: Demand, spec: GuidelineSpec) -> pl.DataFrame:
    """Tabulate the first year in which the guideline is met.

    Returns
    -------
    Columns profession, county_code, reading, subject, basis; `median_year`, `p10_year`, `p90_year`: the first
    year by which at least 50, 10, 90 % of the replications have met it, null if it is never reached within
    the run; `never`: share of replications that do not meet it within the run, with its Wilson interval;
    `last_year` of the run; replications.
    """
    parts = []
    for reading, subject, held, met in _readings(series, demand, spec):
        never = series.replications - met.any(axis=1).sum(axis=0)
        low, high = wilson(never, series.replications)
        years = {
            name: _year_reached(met, share, held.years)
            for name, share in (("median_year", 0.5), ("p10_year", 0.1), ("p90_year", 0.9))
        }
        parts.append(
            pl.DataFrame({"county_code": list(AREA_CODES)}).select(
                pl.lit(series.profession.name).alias("profession"),
                pl.col("county_code"),
                pl.lit(reading).alias("reading"),
                pl.lit(subject).alias("subject"),
                pl.lit(held.basis).alias("basis"),
                *(pl.Series(name, values, pl.Int32) for name, values in years.items()),
                pl.Series("never", never / series.replications),
                pl.Series("never_low", low),
                pl.Series("never_high", high),
                pl.lit(held.years[-1], dtype=pl.Int32).alias("last_year"),
                pl.lit(series.replications, dtype=pl.Int32).alias("replications"),
            )
        )
    return pl.concat(parts)


def wilson(
    hits: NDArray[np.int64] | NDArray[np.float64], trials: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """95 % score interval of a probability from `hits` of `trials` (Wilson, 1927).

    Unlike the usual interval, and that of a bootstrap, it is not empty at 0 and 1.
    """
    share = hits / trials
    weight = _Z95**2 / trials
    centre = (share + weight / 2) / (1 + weight)
    half = np.sqrt(share * (1 - share) / trials + weight / (4 * trials)) * _Z95 / (1 + weight)
    low = np.where(hits == 0, 0.0, np.maximum(centre - half, 0.0))
    high = np.where(hits == trials, 1.0, np.minimum(centre + half, 1.0))
    return low, high


def _readings(
    series: ProfessionSeries, demand: Demand, spec: GuidelineSpec
) -> Iterator[tuple[str, str, Standing, Met]]:
    """Reading, subject, standing, and whether it is met: replication x year x area."""
    per_specialist, per_trainee = list_sizes(demand, spec, series.years)
    for held in standings(series, demand):
        specialists = held.specialists * per_specialist
        trainees = held.trainees * per_trainee
        yield "list", "both", held, specialists + trainees >= held.inhabitants
        yield "ratio", "specialists", held, specialists >= held.inhabitants
        yield "ratio", "trainees", held, trainees >= held.inhabitants


def _shares(name: str, met: Met) -> list[pl.Series]:
    hits = met.sum(axis=0).reshape(-1)
    low, high = wilson(hits, len(met))
    return [pl.Series(name, hits / len(met)), pl.Series(f"{name}_low", low), pl.Series(f"{name}_high", high)]


def _year_reached(met: Met, share: float, years: tuple[int, ...]) -> list[int | None]:
    """First year by which so large a share of the replications has met it, by area."""
    needed = math.ceil(share * len(met) - 1e-9)
    reached = np.logical_or.accumulate(met, axis=1).sum(axis=0) >= needed
    first = np.argmax(reached, axis=0)
    return [
        years[int(first[area])] if reached[first[area], area] else None for area in range(reached.shape[1])
    ]
