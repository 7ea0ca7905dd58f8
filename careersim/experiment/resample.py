"""`resamples`: rows drawn with replacement, keyed like all other chance, for bootstrap intervals."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.draws import words

__all__ = ["RESAMPLES", "interval", "resamples", "times_drawn"]

RESAMPLES = 500
"""The ends of a 95 % interval are then known to about two of a hundred in probability."""


def resamples(rows: int, seed: int, purpose: str, count: int = RESAMPLES) -> NDArray[np.int64]:
    """Draw rows with replacement.

    Parameters
    ----------
    rows
        How many there are.
    seed, purpose
        Key of the chance.
    count
        How many times.

    Returns
    -------
    Row numbers: resample x row.
    """
    key = int.from_bytes(hashlib.sha256(f"resample {seed} {purpose}".encode()).digest()[:8], "little")
    drawn = words(key, 0, np.arange(count * rows, dtype=np.uint64), 0, 0)[:, 0]
    return (
        ((drawn.astype(np.uint64) * np.uint64(rows)) >> np.uint64(32)).astype(np.int64).reshape(count, rows)
    )


def times_drawn(rows: int, seed: int, purpose: str, count: int = RESAMPLES) -> NDArray[np.float64]:
    """How often each row comes in each of the same resamples: resample x row."""
    drawn = resamples(rows, seed, purpose, count)
    times = np.zeros((count, rows))
    np.add.at(times, (np.arange(count)[:, None], drawn), 1.0)
    return times


def interval(values: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Ends of the 95 % interval over resamples, the first axis."""
    low, high = np.quantile(values, [0.025, 0.975], axis=0)
    return np.asarray(low), np.asarray(high)
