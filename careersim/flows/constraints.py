"""What stops more people from being trained: posts, supervisors or applicants, by pool, county and year."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import AREA_CODES
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels

__all__ = ["CONSTRAINTS", "binding", "constraint_table"]

CONSTRAINTS = ("posts", "supervisors", "applicants")

_SHOWN = ("posts", "supervisor_limit", "occupied_before", "open", "first_wishes", "filled", "rejected")


def constraint_table(series: ProfessionSeries) -> pl.DataFrame:
    """Summarise what bound the seats of one profession.

    Parameters
    ----------
    series
        Counts of all replications.

    Returns
    -------
    Columns profession, pool, county_code, year; `posts`, `supervisors`, `applicants` (share of replications
    in which each binds; in the row of the nation, 00, share of counties and replications); `most_common`
    (the first of `CONSTRAINTS` in a tie); means over replications of what was counted, `mean_posts` to
    `mean_rejected` (null where there is no limit); and replications. The start year has no rows.
    """
    seats = series.seats[:, 1:]
    bound = binding(series)
    shares = [_with_mean((bound == index).mean(axis=0)) for index in range(len(CONSTRAINTS))]
    most_common = np.argmax(np.stack(shares), axis=0)
    dimensions = {
        "year": series.years[1:],
        "pool": [pool.name for pool in series.profession.pools],
        "county_code": AREA_CODES,
    }
    table = labels(dimensions, most_common.shape)
    counted = {name: _mean_count(seats[..., series.seat_fields.index(name)]) for name in _SHOWN}
    return table.select(
        pl.lit(series.profession.name).alias("profession"),
        pl.col("pool", "county_code", "year"),
        *(pl.Series(name, share.reshape(-1)) for name, share in zip(CONSTRAINTS, shares, strict=True)),
        pl.Series("most_common", [CONSTRAINTS[index] for index in most_common.reshape(-1)], pl.String),
        *(pl.Series(f"mean_{name}", cells.reshape(-1)).fill_nan(None) for name, cells in counted.items()),
        pl.lit(series.replications, dtype=pl.Int32).alias("replications"),
    )


def binding(series: ProfessionSeries) -> NDArray[np.int64]:
    """Apply the rule of docs/explanation/year.md.

    `applicants` if nobody was rejected or a seat stayed empty, else `supervisors` if the supervisor limit is
    below posts, else `posts`. A limit of -1 is no limit.

    Returns
    -------
    Index into `CONSTRAINTS`: replication x year (without the start year) x pool x county.
    """
    fields = {name: series.seats[:, 1:, ..., index] for index, name in enumerate(series.seat_fields)}
    unlimited = np.iinfo(np.int32).max
    posts = np.where(fields["posts"] < 0, unlimited, fields["posts"])
    supervised = np.where(fields["supervisor_limit"] < 0, unlimited, fields["supervisor_limit"])
    seat_left = (fields["open"] < 0) | (fields["filled"] < fields["open"])
    applicants = (fields["rejected"] == 0) | seat_left
    names = {name: index for index, name in enumerate(CONSTRAINTS)}
    by_money = np.where(supervised < posts, names["supervisors"], names["posts"])
    return np.where(applicants, names["applicants"], by_money).astype(np.int64)


def _with_mean(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([shares.mean(axis=-1, keepdims=True), shares], axis=-1)


def _mean_count(counts: NDArray[np.int32]) -> NDArray[np.float64]:
    """Mean over replications by county, their sum in front; NaN where there is no limit."""
    means = np.where((counts < 0).any(axis=0), np.nan, counts.mean(axis=0))
    return np.concatenate([means.sum(axis=-1, keepdims=True), means], axis=-1)
