"""Mean, spread and intervals over replications, laid out as tidy tables.

Quantiles are those of type 7 (linear interpolation between order statistics, the default of NumPy and R).
The intervals carry the chance of careers only; that parameters are uncertain is not in them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = [
    "FEW_REPLICATIONS",
    "STATISTICS",
    "held_by_interval",
    "interval_note",
    "labels",
    "statistics",
    "tidy",
]

FEW_REPLICATIONS = 41
"""From here on the ends of a 95 % interval are not outside the second lowest and highest replication.

A quantile of type 7 at the share q of n is the order statistic 1 + (n - 1) q, and 1 + 40 * 0.025 = 2.
"""

QUANTILES = {"p2_5": 0.025, "p10": 0.1, "p50": 0.5, "p90": 0.9, "p97_5": 0.975}
STATISTICS = ("mean", "sd", *QUANTILES)


def statistics(values: NDArray[Any]) -> dict[str, NDArray[np.float64]]:
    """Summarise over replications, the first axis.

    Parameters
    ----------
    values
        Replication x anything. Infinite values are allowed.

    Returns
    -------
    By name of `STATISTICS`, arrays without the first axis. `sd` is that of a sample (NaN for a single
    replication). What is not defined, such as a mean with an infinite value, is NaN or infinite.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        numbers = np.asarray(values, dtype=np.float64)
        spread = numbers.std(axis=0, ddof=1) if len(numbers) > 1 else np.full(numbers.shape[1:], np.nan)
        marks = np.quantile(numbers, list(QUANTILES.values()), axis=0, method="linear")
        return {"mean": numbers.mean(axis=0), "sd": spread, **dict(zip(QUANTILES, marks, strict=True))}


def tidy(values: NDArray[Any], dimensions: Mapping[str, Sequence[object]]) -> pl.DataFrame:
    """Summarise over replications and lay the cells out as rows.

    Parameters
    ----------
    values
        Replication x the dimensions.
    dimensions
        Labels along each dimension, by the name of the column they become.

    Returns
    -------
    A column for each dimension, the statistics, and `replications`; the last dimension changes fastest.
    What is not a finite number is null.
    """
    table = labels(dimensions, values.shape[1:])
    # One slice at a time keeps the float copy of long series small.
    parts = [statistics(values[:, index]) for index in range(values.shape[1])]
    columns = {
        name: np.concatenate([part[name].reshape(-1) for part in parts]) if parts else np.zeros(0)
        for name in STATISTICS
    }
    finite = {name: pl.Series(np.where(np.isfinite(cells), cells, np.nan)) for name, cells in columns.items()}
    return table.with_columns(
        *(cells.fill_nan(None).alias(name) for name, cells in finite.items()),
        pl.lit(len(values), dtype=pl.Int32).alias("replications"),
    )


def labels(dimensions: Mapping[str, Sequence[object]], shape: tuple[int, ...]) -> pl.DataFrame:
    """Columns that name the cells of an array of this shape, in row-major order."""
    columns = {}
    for axis, (name, names) in enumerate(dimensions.items()):
        inner = int(np.prod(shape[axis + 1 :]))
        outer = int(np.prod(shape[:axis]))
        positions = np.tile(np.repeat(np.arange(shape[axis]), inner), outer)
        columns[name] = pl.Series(list(names), dtype=dtype_of(names)).gather(positions)
    return pl.DataFrame(columns)


def dtype_of(names: Sequence[object]) -> pl.DataType:
    """Years are 32-bit integers, everything else is text."""
    return pl.Int32() if names and isinstance(names[0], int) else pl.String()


def interval_note(replications: int) -> str:
    """Say what the intervals are worth."""
    if replications == 1:
        return "One replication has no interval: run more to see how much chance does."
    note = (
        f"With {replications} replications the 95 % interval holds a further replication with probability "
        f"about {held_by_interval(replications):.2f}."
    )
    if replications < FEW_REPLICATIONS:
        note += f" With fewer than {FEW_REPLICATIONS} its ends hang on the lowest and highest replication."
    return note


def held_by_interval(count: int) -> float:
    """Give the probability with which the 95 % interval of so many results holds a further one.

    The ends are the order statistics 1 + .025 (n - 1) and 1 + .975 (n - 1) of n, and a further result is
    below the order statistic r with probability r / (n + 1), hence between them with .95 (n - 1) / (n + 1).
    """
    return 0.95 * (count - 1) / (count + 1)
