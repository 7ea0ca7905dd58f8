"""Chance as a pure function: Philox4x32-10 keyed by seed, replication, person, year and decision.

Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3". The published known
answers are in tests/statistical.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.compile import inlined, kernel

__all__ = ["block", "block_words", "one_word", "one_words", "philox", "words"]

Block = tuple[np.uint32, np.uint32, np.uint32, np.uint32]

_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint32(0x9E3779B9)
_WEYL_1 = np.uint32(0xBB67AE85)
_HALF = np.uint64(32)
_DECISIONS = np.uint32(65536)


def words(
    seed: int, replication: int, person_ids: NDArray[np.uint64], year: int, decision: int
) -> NDArray[np.uint32]:
    """Draw one block for each person.

    Returns
    -------
    Array of shape (persons, 4): words 0-3 of each person's block.
    """
    out = np.empty((len(person_ids), 4), dtype=np.uint32)
    _fill(out, np.uint64(seed), np.uint32(replication), person_ids, np.uint32(year), np.uint32(decision))
    return out


@inlined
def philox(c0: np.uint32, c1: np.uint32, c2: np.uint32, c3: np.uint32, k0: np.uint32, k1: np.uint32) -> Block:
    """Ten rounds of Philox4x32 on counter (c0, c1, c2, c3) with key (k0, k1)."""
    for _ in range(10):
        product_0 = _MULTIPLIER_0 * np.uint64(c0)
        product_1 = _MULTIPLIER_1 * np.uint64(c2)
        c0 = np.uint32(product_1 >> _HALF) ^ c1 ^ k0
        c1 = np.uint32(product_1)
        c2 = np.uint32(product_0 >> _HALF) ^ c3 ^ k1
        c3 = np.uint32(product_0)
        k0 = np.uint32(k0 + _WEYL_0)
        k1 = np.uint32(k1 + _WEYL_1)
    return c0, c1, c2, c3


@inlined
def block(
    seed: np.uint64, replication: np.uint32, person: np.uint64, year: np.uint32, decision: np.uint32
) -> Block:
    """The block of one person, year and decision."""
    return philox(
        np.uint32(person),
        np.uint32(person >> _HALF),
        np.uint32(year * _DECISIONS + decision),
        replication,
        np.uint32(seed),
        np.uint32(seed >> _HALF),
    )


@kernel
def one_word(
    seed: np.uint64, replication: np.uint32, person: np.uint64, year: np.uint32, decision: np.uint32
) -> np.uint32:
    """Word 0 of the block of one person, year and decision."""
    return block(seed, replication, person, year, decision)[0]


@kernel
def block_words(
    seed: np.uint64,
    replication: np.uint32,
    person_ids: NDArray[np.uint64],
    year: np.uint32,
    decision: np.uint32,
    low: int,
    high: int,
    out: tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]],
) -> None:
    """Fill `out` with the blocks of persons low..high-1, in a loop that the compiler can vectorise."""
    word_0, word_1, word_2, word_3 = out
    for i in range(high - low):
        a, b, c, d = block(seed, replication, person_ids[low + i], year, decision)
        word_0[i] = a
        word_1[i] = b
        word_2[i] = c
        word_3[i] = d


@kernel
def one_words(
    seed: np.uint64,
    replication: np.uint32,
    person_ids: NDArray[np.uint64],
    year: np.uint32,
    decisions: NDArray[np.uint32],
    n: int,
    out: NDArray[np.uint32],
) -> None:
    """Fill `out` with word 0 of the first n persons, each with a decision of its own, in vector code."""
    for i in range(n):
        out[i] = block(seed, replication, person_ids[i], year, decisions[i])[0]


@kernel
def _fill(
    out: NDArray[np.uint32],
    seed: np.uint64,
    replication: np.uint32,
    person_ids: NDArray[np.uint64],
    year: np.uint32,
    decision: np.uint32,
) -> None:
    for i in range(len(person_ids)):
        a, b, c, d = block(seed, replication, person_ids[i], year, decision)
        out[i, 0] = a
        out[i, 1] = b
        out[i, 2] = c
        out[i, 3] = d
