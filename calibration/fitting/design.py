"""Keyed designs: `latin_hypercube`, `uniforms` and `normals`, the same whatever else is drawn.

Chance of the calibration is keyed like that of the lives: by the seed, a purpose and the name of what is
drawn, so that adding an unknown moves no other unknown's draws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.draws import words

__all__ = ["Floats", "latin_hypercube", "normals", "uniforms", "words_of"]

Floats = NDArray[np.float64]


def latin_hypercube(names: Sequence[str], points: int, *, seed: int, purpose: str) -> Floats:
    """Spread points so that every unknown has one in each of `points` slices of equal probability.

    Parameters
    ----------
    names
        The unknowns; each has draws of its own.
    points
        How many.
    seed, purpose
        Key of chance.

    Returns
    -------
    Shape (points, names), above 0 and below 1.
    """
    out = np.empty((points, len(names)))
    for column, name in enumerate(names):
        drawn = words_of(points, seed=seed, purpose=f"{purpose}/{name}")
        order = np.lexsort((np.arange(points), drawn[:, 1], drawn[:, 0]))
        slices = np.empty(points)
        slices[order] = np.arange(points)
        out[:, column] = (slices + (drawn[:, 2] + 0.5) / 2.0**32) / points
    return out


def uniforms(rows: int, columns: int, *, seed: int, purpose: str) -> Floats:
    """Independent numbers between 0 and 1, both left out, shape (rows, columns)."""
    out = np.empty((rows, columns))
    for column in range(columns):
        out[:, column] = (words_of(rows, seed=seed, purpose=f"{purpose}/{column}")[:, 0] + 0.5) / 2.0**32
    return out


def normals(rows: int, columns: int, *, seed: int, purpose: str) -> Floats:
    """Independent standard normal numbers by Box and Muller, shape (rows, columns)."""
    radius = np.sqrt(-2.0 * np.log(uniforms(rows, columns, seed=seed, purpose=f"{purpose}/radius")))
    angle = np.cos(2.0 * np.pi * uniforms(rows, columns, seed=seed, purpose=f"{purpose}/angle"))
    return np.asarray(radius * angle, dtype=np.float64)


def words_of(count: int, *, seed: int, purpose: str, turn: int = 0) -> NDArray[np.uint32]:
    """Blocks of four 32-bit words, keyed by the seed, the hash of the purpose and a turn: (count, 4)."""
    key = hashlib.sha256(purpose.encode()).digest()
    stream, year = int.from_bytes(key[:4], "big"), int.from_bytes(key[4:6], "big")
    decision = int.from_bytes(key[6:8], "big")
    ids = np.arange(count, dtype=np.uint64) + (np.uint64(turn) << np.uint64(32))
    return words(seed, stream, ids, year, decision)
