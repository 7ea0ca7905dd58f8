"""Stocks: persons and full-time equivalents by state, county and year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import ABROAD, AREA_CODES, abroad_states, home_states, with_nation
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels, tidy

__all__ = ["replication_stocks", "stock_table"]


def stock_table(series: ProfessionSeries) -> pl.DataFrame:
    """Summarise the stocks of one profession.

    Parameters
    ----------
    series
        Counts of all replications.

    Returns
    -------
    Columns profession, county_code, state, year, measure (`headcount` in persons, `fte` in full-time
    equivalents, only for states with a working time; on leave the contracted one), the statistics and
    replications. `county_code` is 00 for Sweden and 99 for states abroad, in no county and not in 00.
    """
    parts = [
        tidy(values, {"state": states, "year": series.years, "county_code": codes}).with_columns(
            pl.lit(measure).alias("measure")
        )
        for measure, scale in (("headcount", 1.0), ("fte", 100.0))
        for values, states, codes in _areas(series, measure, scale)
    ]
    working = _working_states(series)
    table = pl.concat(parts).with_columns(pl.lit(series.profession.name).alias("profession"))
    first = ["profession", "county_code", "state", "year", "measure"]
    reported = pl.col("measure").eq("headcount") | pl.col("state").is_in(working)
    return table.filter(reported).select(*first, pl.exclude(first))


def replication_stocks(series: ProfessionSeries) -> pl.DataFrame:
    """List the stocks of every replication.

    Returns
    -------
    Columns profession, replication, county_code, state, year, headcount, fte (null for states without a
    working time).
    """
    parts = []
    both = zip(_areas(series, "headcount", 1.0), _areas(series, "fte", 100.0), strict=True)
    for (persons, states, codes), (fte, _, _) in both:
        table = labels(
            {
                "replication": range(series.replications),
                "state": states,
                "year": series.years,
                "county_code": codes,
            },
            persons.shape,
        )
        parts.append(
            table.with_columns(
                pl.Series("headcount", persons.reshape(-1).astype(np.int32)),
                pl.Series("fte", fte.reshape(-1)),
            )
        )
    listed = pl.concat(parts).with_columns(pl.lit(series.profession.name).alias("profession"))
    working = _working_states(series)
    listed = listed.with_columns(pl.when(pl.col("state").is_in(working)).then(pl.col("fte")))
    return listed.select("profession", "replication", "county_code", "state", "year", "headcount", "fte")


def _working_states(series: ProfessionSeries) -> list[str]:
    """States whose persons have a working time."""
    return [state.name for state in series.profession.states if state.working_time is not None]


def _areas(
    series: ProfessionSeries, measure: str, scale: float
) -> list[tuple[NDArray[np.float64], Sequence[str], Sequence[str]]]:
    """Values by replication x state x year x area, in Sweden and abroad, with names of states and areas."""
    counts = series.stock if measure == "headcount" else series.fte_percent
    by_county = counts.sum(axis=-1, dtype=np.int64).transpose(0, 2, 1, 3)
    profession = series.profession
    home, away = home_states(profession), abroad_states(profession)

    def names(states: list[int]) -> list[str]:
        return [profession.states[index].name for index in states]

    inside = with_nation(by_county[:, home]) / scale
    outside = by_county[:, away].sum(axis=-1, keepdims=True) / scale
    return [(inside, names(home), AREA_CODES), *([(outside, names(away), (ABROAD,))] if away else [])]
