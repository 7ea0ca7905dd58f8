"""`score` and `summarise`: how good a forecast was, and whether it was better than a naive one.

Scores are those of the field: absolute percentage error of the median, continuous ranked probability score
(CRPS; Gneiting and Raftery 2007, "Strictly proper scoring rules, prediction, and estimation", in the fair
form for a finite ensemble), and whether the central 80 and 95 % intervals hold what was observed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.experiment.resample import resamples
from careersim.flows.attainment import wilson

__all__ = ["LEVELS", "as_published", "crps", "score", "skill", "summarise", "with_skill"]

LEVELS = (80, 95)
"""Per cent of the central intervals that are scored."""

_RESAMPLES = 2000

Samples = NDArray[np.float64]


def score(rows: pl.DataFrame, samples: Samples, *, rounding: Sequence[float] | None = None) -> pl.DataFrame:
    """Score every observed number.

    Parameters
    ----------
    rows
        One row a number, with the column `value`: what was observed.
    samples
        Forecasts of the same numbers, draw x row; one draw for a forecast without uncertainty.
    rounding
        Width of the rounding of every observed number (5 for "nearest five"); forecasts are rounded in the
        same way before they are compared. None rounds nothing.

    Returns
    -------
    The rows with `median`, `low_80`, `high_80`, `low_95`, `high_95` (in the unit of the number), `error`
    (median less observed), `absolute_percentage_error` (per cent of the observed; null if that is 0), `crps`
    (in the unit of the number), `inside_80`, `inside_95` (null with a single draw), `mass_80`, `mass_95`: the
    share of the forecast itself within the interval, which rounding makes larger than nominal.

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    observed = rows["value"].to_numpy().astype(np.float64)
    if samples.ndim != 2 or samples.shape[1] != len(observed) or not len(samples):
        raise ValueError(f"samples of shape {samples.shape} for {len(observed)} rows")
    seen = samples if rounding is None else as_published(samples, rounding)
    ranked = np.sort(seen, axis=0)
    columns: dict[str, NDArray[np.float64] | list[bool | None]] = {"median": np.median(ranked, axis=0)}
    single = len(ranked) == 1
    inside: dict[str, list[bool | None]] = {}
    masses: dict[str, list[float | None]] = {}
    for level in LEVELS:
        low, high = np.quantile(ranked, [(1 - level / 100) / 2, (1 + level / 100) / 2], axis=0)
        columns[f"low_{level}"], columns[f"high_{level}"] = low, high
        held = (low <= observed) & (observed <= high)
        inside[f"inside_{level}"] = [None if single else bool(one) for one in held]
        mass = ((low <= ranked) & (ranked <= high)).mean(axis=0)
        masses[f"mass_{level}"] = [None if single else float(one) for one in mass]
    error = np.asarray(columns["median"], dtype=np.float64) - observed
    percent = [
        None if value == 0 else 100 * abs(miss) / value for miss, value in zip(error, observed, strict=True)
    ]
    return rows.with_columns(
        *(pl.Series(name, values) for name, values in columns.items()),
        pl.Series("error", error),
        pl.Series("absolute_percentage_error", percent, dtype=pl.Float64),
        pl.Series("crps", crps(observed, ranked)),
        *(pl.Series(name, values, dtype=pl.Boolean) for name, values in inside.items()),
        *(pl.Series(name, values, dtype=pl.Float64) for name, values in masses.items()),
    )


def as_published(samples: Samples, rounding: Sequence[float]) -> Samples:
    """Round forecasts as the observed numbers were rounded, halves up; a width of 0 rounds nothing."""
    widths = np.asarray(rounding, dtype=np.float64)
    safe = np.where(widths > 0, widths, 1.0)
    rounded: Samples = np.where(widths > 0, np.floor(samples / safe + 0.5) * safe, samples)
    return rounded


def crps(observed: NDArray[np.float64], ranked: Samples) -> NDArray[np.float64]:
    """Continuous ranked probability score of every column, in the unit of the number; 0 is perfect.

    Parameters
    ----------
    observed
        Numbers, one a column.
    ranked
        Draws x columns, sorted within a column. One draw gives the absolute error.

    Returns
    -------
    mean |X - y| - mean |X - X'| / 2 over pairs of different draws.
    """
    draws = len(ranked)
    distance: NDArray[np.float64] = np.abs(ranked - observed).mean(axis=0)
    if draws == 1:
        return distance
    # The sum of |x_i - x_j| over all pairs i < j of a sorted column.
    weights = 2 * np.arange(draws) - draws + 1
    pairs = (weights[:, None] * ranked).sum(axis=0)
    spread: NDArray[np.float64] = pairs / (draws * (draws - 1))
    return distance - spread


def summarise(scored: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Summarise scores by the columns `by`.

    Returns
    -------
    Columns `by`, `numbers`, `mape` and `median_ape` (per cent), `crps`, and for every level `coverage_80`
    with the 95 % Wilson interval `coverage_80_low`, `coverage_80_high` (null without intervals). The Wilson
    interval takes the numbers as independent, which counties of one forecast are not quite. `expected_80` is
    what a perfect forecast with the same rounding would cover.
    """
    rows = []
    for key, part in scored.group_by(list(by), maintain_order=True):
        row: dict[str, object] = dict(zip(by, key, strict=True))
        row |= {
            "numbers": part.height,
            "mape": part["absolute_percentage_error"].mean(),
            "median_ape": part["absolute_percentage_error"].median(),
            "crps": part["crps"].mean(),
        }
        for level in LEVELS:
            held = part[f"inside_{level}"].drop_nulls()
            share = low = high = None
            if len(held):
                share = held.mean()
                low, high = (float(end[0]) for end in wilson(np.array([int(held.sum())]), len(held)))
            row |= {
                f"coverage_{level}": share,
                f"coverage_{level}_low": low,
                f"coverage_{level}_high": high,
                f"expected_{level}": part[f"mass_{level}"].mean(),
            }
        rows.append(row)
    numbers = {"mape", "median_ape", "crps"} | {
        f"coverage_{level}{end}" for level in LEVELS for end in ("", "_low", "_high")
    }
    numbers |= {f"expected_{level}" for level in LEVELS}
    return pl.DataFrame(rows).with_columns(pl.col(name).cast(pl.Float64) for name in sorted(numbers))


def with_skill(
    scored: pl.DataFrame, by: Sequence[str], *, ours: str, naive: Sequence[str], on: str, seed: int
) -> pl.DataFrame:
    """Summarise the scores of several forecasts, with the skill of one against the others.

    Parameters
    ----------
    scored
        Rows of `score` of all forecasts, told apart by the column `forecast`.
    by
        Columns to summarise by, besides `forecast`.
    ours, naive
        The forecast whose skill is told, and those that it is compared with.
    on
        Column that says which numbers of two forecasts are the same.
    seed
        Of the bootstrap.

    Returns
    -------
    Columns of `summarise` by `by` and `forecast`, and for `ours` the columns `skill_NAME`, `skill_NAME_low`
    and `skill_NAME_high` on the numbers that both forecasts have; null where there is none. A distribution
    has a better CRPS than its own median by a quarter or more, so that skill over a single number can be no
    more than having intervals: `median_skill_NAME` (`_low`, `_high`) compares absolute errors of medians.
    """
    scored = scored.with_columns(absolute_error=pl.col("error").abs())
    rows = []
    for key, part in scored.group_by(list(by), maintain_order=True):
        row: dict[str, object] = dict(zip(by, key, strict=True)) | {"forecast": ours}
        own = part.filter(pl.col("forecast") == ours)
        for name in naive:
            theirs = part.filter(pl.col("forecast") == name)
            pairs = own.join(theirs, on=on, suffix="_naive", maintain_order="left")
            nothing: dict[str, float | None] = dict.fromkeys(("skill", "low", "high"))
            for column, scored_by in (("skill", "crps"), ("median_skill", "absolute_error")):
                gained = dict(nothing)
                if pairs.height:
                    gained |= skill(
                        pairs[scored_by].to_numpy(), pairs[f"{scored_by}_naive"].to_numpy(), seed=seed
                    )
                row |= {
                    f"{column}_{name}": gained["skill"],
                    f"{column}_{name}_low": gained["low"],
                    f"{column}_{name}_high": gained["high"],
                }
        rows.append(row)
    skills = pl.DataFrame(rows, infer_schema_length=None).with_columns(
        pl.col("^(median_)?skill_.*$").cast(pl.Float64).fill_nan(None)
    )
    summary = summarise(scored, [*by, "forecast"])
    return summary.join(skills, on=[*by, "forecast"], how="left", maintain_order="left")


def skill(ours: NDArray[np.float64], theirs: NDArray[np.float64], *, seed: int) -> dict[str, float]:
    """Compare two forecasts of the same numbers by their scores, pair by pair.

    Parameters
    ----------
    ours, theirs
        Scores (smaller is better), one a number.
    seed
        Of the bootstrap over pairs.

    Returns
    -------
    `skill`: 1 - mean(ours) / mean(theirs), with the 95 % percentile interval `low`, `high` of a bootstrap
    over pairs; NaN if theirs is 0. Above 0 ours is better. With a single pair the interval is the point, and
    says nothing.
    """
    if ours.shape != theirs.shape or ours.ndim != 1 or not len(ours):
        raise ValueError(f"scores of shapes {ours.shape} and {theirs.shape}")
    if theirs.mean() == 0:
        return {"skill": float("nan"), "low": float("nan"), "high": float("nan")}
    picked = resamples(len(ours), seed, "skill", _RESAMPLES)
    below = theirs[picked].mean(axis=1)
    ratios = 1 - ours[picked].mean(axis=1)[below > 0] / below[below > 0]
    low, high = np.quantile(ratios, [0.025, 0.975])
    return {"skill": float(1 - ours.mean() / theirs.mean()), "low": float(low), "high": float(high)}
