"""Philox4x32-10 in plain integers: every word of chance is a pure function of its key.

Salmon, Moraes, Dror and Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3". The known answers that
Random123 publishes for this generator are in the tests.
"""

from __future__ import annotations

__all__ = ["Block", "block", "philox4x32", "word"]

Block = tuple[int, int, int, int]
"""Four words of 32 bits, each uniform over 0 to 2**32 - 1."""

ROUNDS = 10
MASK = 0xFFFFFFFF
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
"""The golden ratio and the square root of 3, less 1, as fractions of 2**32: added to the key every round."""


def word(seed: int, replication: int, person_id: int, year: int, decision: int, index: int) -> int:
    """Give one word of chance.

    Parameters
    ----------
    seed
        Seed of the run, 0 to 2**64 - 1.
    replication
        Number of the replication, 0 to 2**32 - 1.
    person_id
        Lifelong key of the person, 0 to 2**64 - 1.
    year
        Calendar year.
    decision
        Number of the named draw, see `careersim.schema.Decision`.
    index
        Which of the four words of the block, 0 to 3.

    Returns
    -------
    An integer, uniform over 0 to 2**32 - 1.
    """
    return block(seed, replication, person_id, year, decision)[index]


def block(seed: int, replication: int, person_id: int, year: int, decision: int) -> Block:
    """Give the four words that belong to a person, a year and a decision; parameters as in `word`."""
    counter = (person_id & MASK, person_id >> 32, year * 65536 + decision, replication)
    return philox4x32(counter, (seed & MASK, seed >> 32))


def philox4x32(counter: Block, key: tuple[int, int]) -> Block:
    """Encrypt a counter under a key with ten rounds.

    Parameters
    ----------
    counter, key
        Words of 32 bits.

    Returns
    -------
    The four words of the block.
    """
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        first = MULTIPLIERS[0] * c0
        second = MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second & MASK, (first >> 32) ^ c3 ^ k1, first & MASK
        k0 = (k0 + WEYL[0]) & MASK
        k1 = (k1 + WEYL[1]) & MASK
    return c0, c1, c2, c3
