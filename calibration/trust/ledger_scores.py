"""`score_forecast`: how good a frozen forecast was once a register year has been added, beside naive ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from calibration.trust.observed import KEY
from calibration.trust.scoring import score, with_skill
from careersim.errors import UserError
from careersim.flows.areas import NATION

__all__ = ["NAIVE", "SHIFTED", "LedgerScores", "score_forecast"]

NAIVE = ("no_change", "cohort")
"""Forecasts that stand beside ours, and are frozen with it."""

SHIFTED = "careersim_shifted"
"""Our forecast, moved so that its median meets the last figure that was known when it was frozen.

A register that always counts a tenth fewer than the model is no error of what the model says will happen.
"""

_AREA = pl.when(pl.col("county_code") == NATION).then(pl.lit("Sweden")).otherwise(pl.lit("counties"))


@dataclass(frozen=True)
class LedgerScores:
    """Scores of one forecast.

    Attributes
    ----------
    numbers
        One row a forecast and observed number: `KEY`, `forecast` (careersim, careersim_shifted, no_change,
        cohort), value and the columns of `calibration.trust.scoring.score`.
    summary
        By profession, group, measure, year, area (Sweden or counties) and forecast: columns of `summarise`,
        and for careersim `skill_no_change`, `skill_cohort` with intervals (1 - CRPS / CRPS of the other).
    unmatched
        Observed numbers that the forecast does not have.
    """

    numbers: pl.DataFrame
    summary: pl.DataFrame
    unmatched: pl.DataFrame


def score_forecast(table: pl.DataFrame, observed: pl.DataFrame, *, seed: int = 1) -> LedgerScores:
    """Score a forecast against what was observed.

    Parameters
    ----------
    table
        A frozen forecast: `KEY`, `samples`, `no_change`, `cohort`, `shift`.
    observed
        Columns of `calibration.trust.observed.SCHEMA`.
    seed
        Of the bootstrap of the skill.

    Raises
    ------
    UserError
        If not one observed number is part of the forecast.
    """
    both = observed.join(table, on=list(KEY), how="inner", maintain_order="left")
    unmatched = observed.join(table, on=list(KEY), how="anti", maintain_order="left")
    if both.is_empty():
        years = sorted(set(table["year"].to_list()))
        names = ", ".join(sorted(set(table["profession"].to_list())))
        raise UserError(
            "none of the observed numbers is part of the forecast",
            where="observed",
            expected=f"numbers of {years[0]} to {years[-1]} for {names}",
        )
    both = both.with_columns(_AREA.alias("area"))
    parts = [_scored(both, "careersim", _samples(both))]
    moved = both.filter(pl.col("shift").is_not_null())
    if moved.height:
        parts.append(_scored(moved, SHIFTED, np.maximum(_samples(moved) + moved["shift"].to_numpy(), 0.0)))
    for name in NAIVE:
        given = both.filter(pl.col(name).is_not_null())
        if given.height:
            parts.append(_scored(given, name, given[name].to_numpy()[None, :].astype(np.float64)))
    numbers = pl.concat(parts)
    by = ["profession", "group", "measure", "year", "area"]
    summary = with_skill(numbers, by, ours="careersim", naive=NAIVE, on="county_code", seed=seed)
    return LedgerScores(numbers, summary, unmatched)


def _samples(rows: pl.DataFrame) -> NDArray[np.float64]:
    """Draw x number."""
    return np.array(rows["samples"].to_list(), dtype=np.float64).T


def _scored(rows: pl.DataFrame, name: str, samples: NDArray[np.float64]) -> pl.DataFrame:
    kept = rows.drop("samples", "shift", *NAIVE).with_columns(pl.lit(name).alias("forecast"))
    return score(kept, samples, rounding=rows["rounding"].to_list())
