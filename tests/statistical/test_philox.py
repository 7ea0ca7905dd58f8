"""The chance of both engines: known answers, equality, and how the model uses it.

Philox4x32-10 passes the batteries that its authors report (Salmon, Moraes, Dror and Shaw 2011), so the
question here is narrower: are the words uniform and unrelated along the paths on which the model takes
them? These are sequential person keys, years, decisions, replications and seeds, and each is tested with
2**17 blocks. All tests of a family together reject a right generator with a probability of at most
`ALPHA` (Bonferroni). What they can see is computed (`test_power_*`) and shown with planted faults: weak
generators must fail on every path, and a fault of the stated size must be found.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from careersim.engines.reference.philox import philox4x32, word
from careersim.kernels.draws import philox, words
from careersim.schema import Decision, person_id

Words = NDArray[np.uint32]
Generator = Callable[[int, int, NDArray[np.uint64], int, int], Words]

ALPHA = 1e-3
"""Probability that a right generator fails one family of tests."""

BLOCKS = 2**17
BINS = 2**10
SEED, REPLICATION, YEAR = 20_231_101, 3, 2031
ONES = 0xFFFFFFFF

KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
"""kat_vectors of Random123 for philox4x32-10: counter, key, answer."""


# -- What is computed --------------------------------------------------------------------------------------


def kernel_philox(counter, key) -> tuple[int, ...]:
    return tuple(int(part) for part in philox(*(np.uint32(part) for part in (*counter, *key))))


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_both_generators_give_the_known_answers(counter, key, answer):
    assert kernel_philox(counter, key) == answer
    assert philox4x32(counter, key) == answer


def test_both_generators_agree_on_random_counters_and_keys():
    drawn = np.random.default_rng(1).integers(0, 2**32, (2_000, 6)).tolist()
    for row in drawn:
        assert kernel_philox(row[:4], row[4:]) == philox4x32(tuple(row[:4]), tuple(row[4:]))


def test_both_engines_put_the_same_key_together():
    """Seed, replication, person, year and decision, at random and at both ends of their ranges."""
    rng = np.random.default_rng(2)
    highest = (2**64, 2**32, 2**64, 4096, 54)
    raw = rng.bit_generator.random_raw(500 * len(highest)).reshape(500, -1).tolist()
    keys = [[part % top for part, top in zip(row, highest, strict=True)] for row in raw]
    keys += [[0] * 5, [top - 1 for top in highest]]
    for seed, replication, person, year, decision in keys:
        found = words(seed, replication, np.array([person], np.uint64), year, decision)[0]
        expected = [word(seed, replication, person, year, decision, k) for k in range(4)]
        assert found.tolist() == expected


# -- Paths: words as the model takes them ------------------------------------------------------------------


def persons(count: int) -> NDArray[np.uint64]:
    """Sequential keys of one stream, year and county."""
    first = person_id(1, 1, 2030, 11, 0)
    return np.arange(first, first + count, dtype=np.uint64)


def along_persons(draw: Generator) -> Words:
    return draw(SEED, REPLICATION, persons(BLOCKS), YEAR, Decision.YEAR)


def along_years(draw: Generator) -> Words:
    blocks = [draw(SEED, REPLICATION, persons(BLOCKS // 32), 2020 + k, Decision.YEAR) for k in range(32)]
    return _neighbours(blocks)


def along_decisions(draw: Generator) -> Words:
    return _neighbours([draw(SEED, REPLICATION, persons(BLOCKS // 64), YEAR, k) for k in range(64)])


def along_replications(draw: Generator) -> Words:
    return _neighbours([draw(SEED, k, persons(BLOCKS // 512), YEAR, Decision.YEAR) for k in range(512)])


def along_seeds(draw: Generator) -> Words:
    return _neighbours(
        [draw(k, REPLICATION, persons(BLOCKS // 512), YEAR, Decision.YEAR) for k in range(512)]
    )


def _neighbours(blocks: list[Words]) -> Words:
    """Put the blocks of one person behind one another: block x word."""
    return np.stack(blocks, axis=1).reshape(-1, 4)


PATHS = {
    "persons": along_persons,
    "years": along_years,
    "decisions": along_decisions,
    "replications": along_replications,
    "seeds": along_seeds,
}


# -- Uniformity --------------------------------------------------------------------------------------------


def uniformity(found: Words) -> list[float]:
    """Two-sided p-values of chi-square tests: each byte, and 2**10 bins, of each of the four words.

    Two-sided, because words that fill the bins too evenly are no better than words that do not.
    """
    values = []
    for k in range(4):
        column = found[:, k]
        values += [_chi_square((column >> np.uint32(8 * byte)) & np.uint32(255), 256) for byte in range(4)]
        values.append(_chi_square(column >> np.uint32(22), BINS))
    return values


def _chi_square(cells: Words, bins: int) -> float:
    counts = np.bincount(cells, minlength=bins)
    expected = len(cells) / bins
    statistic = float(((counts - expected) ** 2).sum() / expected)
    law = stats.chi2(bins - 1)
    return 2 * min(law.sf(statistic), law.cdf(statistic))


UNIFORMITY_TESTS = len(PATHS) * 4 * 5


def is_uniform(found: Words) -> bool:
    return min(uniformity(found)) > ALPHA / UNIFORMITY_TESTS


@pytest.mark.parametrize("path", PATHS)
def test_words_are_uniform_along(path):
    assert is_uniform(PATHS[path](words))


TILT = 0.06


def test_power_of_uniformity():
    """Bins whose shares are off by 6 per cent (root mean square) are found with 99 per cent."""
    limit = stats.chi2(BINS - 1).isf(ALPHA / UNIFORMITY_TESTS / 2)
    assert stats.ncx2(BINS - 1, BLOCKS * TILT**2).sf(limit) > 0.99


def test_a_tilt_of_that_size_is_found():
    """Every second bin loses 6 per cent of its words to the next one."""
    found = along_persons(words).copy()
    even = (found[:, 2] >> np.uint32(22)) % 2 == 0
    moved = even & (found[:, 3] < TILT * 2**32)
    found[moved, 2] += np.uint32(1 << 22)
    assert not is_uniform(found)


# -- Correlation -------------------------------------------------------------------------------------------


def correlations(found: Words) -> list[float]:
    """Of the six pairs of words in a block, and of every word with every word of the next block."""
    within = [(found[:, i], found[:, j]) for i in range(4) for j in range(i)]
    across = [(found[:-1, i], found[1:, j]) for i in range(4) for j in range(4)]
    return [float(np.corrcoef(one, two)[0, 1]) for one, two in within + across]


CORRELATION_TESTS = len(PATHS) * (6 + 16)
LIMIT = stats.norm.isf(ALPHA / CORRELATION_TESTS / 2) / math.sqrt(BLOCKS - 1)


def is_unrelated(found: Words) -> bool:
    with np.errstate(invalid="ignore", divide="ignore"):
        return all(abs(r) < LIMIT for r in correlations(found))  # False for a constant word, whose r is NaN


@pytest.mark.parametrize("path", PATHS)
def test_words_are_unrelated_along(path):
    assert is_unrelated(PATHS[path](words))


RELATION = 0.02


def test_power_of_correlation():
    """A correlation of 0.02 is found with 99 per cent."""
    assert stats.norm.sf((LIMIT - RELATION) * math.sqrt(BLOCKS - 1)) > 0.99


def test_a_correlation_of_that_size_is_found():
    """One word in 50 is that of the neighbour."""
    found = along_persons(words).copy()
    repeated = np.flatnonzero(found[1:, 3] < RELATION * 2**32)
    found[repeated + 1, 0] = found[repeated, 0]
    assert not is_unrelated(found)


# -- Weak generators ---------------------------------------------------------------------------------------

MASK = np.uint64(ONES)


def philox_of_rounds(rounds: int) -> Generator:
    """Philox4x32 with another number of rounds, on arrays."""

    def draw(seed: int, replication: int, person: NDArray[np.uint64], year: int, decision: int) -> Words:
        c0, c1 = person & MASK, person >> np.uint64(32)
        c2 = np.full_like(person, year * 65536 + decision)
        c3 = np.full_like(person, replication)
        for k in range(rounds):
            k0 = np.uint64(((seed & ONES) + k * 0x9E3779B9) & ONES)
            k1 = np.uint64(((seed >> 32) + k * 0xBB67AE85) & ONES)
            one, two = np.uint64(0xD2511F53) * c0, np.uint64(0xCD9E8D57) * c2
            c0, c1 = (two >> np.uint64(32)) ^ c1 ^ k0, two & MASK
            c2, c3 = (one >> np.uint64(32)) ^ c3 ^ k1, one & MASK
        return np.stack([c0, c1, c2, c3], axis=1).astype(np.uint32)

    return draw


def mixed(seed: int, replication: int, person: NDArray[np.uint64], year: int, decision: int) -> Words:
    """A 32-bit counter that differs for neighbours on every path."""
    offset = seed * 7919 + replication * 104_729 + (year * 65536 + decision) * 31
    return ((person + np.uint64(offset & ONES)) & MASK).astype(np.uint32)


def congruential(*key) -> Words:
    """Four steps of a linear congruential generator from the counter."""
    state, out = mixed(*key), []
    for _ in range(4):
        state = state * np.uint32(1_664_525) + np.uint32(1_013_904_223)
        out.append(state)
    return np.stack(out, axis=1)


def xorshift(*key) -> Words:
    """Four steps of a 32-bit xorshift generator from the counter."""
    state, out = mixed(*key), []
    for _ in range(4):
        state = state ^ (state << np.uint32(13))
        state = state ^ (state >> np.uint32(17))
        state = state ^ (state << np.uint32(5))
        out.append(state)
    return np.stack(out, axis=1)


WEAK: dict[str, Generator] = {
    "philox of 2 rounds": philox_of_rounds(2),
    "congruential": congruential,
    "xorshift": xorshift,
}


def test_philox_of_10_rounds_on_arrays_is_the_generator():
    """So that the planted fault is the number of rounds and nothing else."""
    np.testing.assert_array_equal(
        philox_of_rounds(10)(SEED, 1, persons(100), YEAR, 4), words(SEED, 1, persons(100), YEAR, 4)
    )


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("weak", WEAK)
def test_a_weak_generator_is_not_uniform_along(path, weak):
    assert not is_uniform(PATHS[path](WEAK[weak]))


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("weak", WEAK)
def test_a_weak_generator_is_related_along(path, weak):
    assert not is_unrelated(PATHS[path](WEAK[weak]))
