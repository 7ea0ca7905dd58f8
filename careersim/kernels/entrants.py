"""Entrants: how many come in each stream and county, and who they are."""

from __future__ import annotations

import math

import numpy as np

from careersim.kernels.compile import bare_kernel, kernel
from careersim.kernels.draws import block, block_words
from careersim.kernels.forms import head_start, pick, threshold, working_time
from careersim.kernels.layout import (
    F64,
    I64,
    SECTOR_SCHEME,
    TRAINING,
    U8,
    U32,
    Chance,
    Graph,
    People,
    Streams,
)

__all__ = ["enter_from_streams", "entrant_counts"]

Words = tuple[U32, U32, U32, U32]

_BLOCK = 2048
_CERTAIN = np.uint64(2**32)
_ENTRY = np.uint32(8)
_ENTRY_DETAIL = np.uint32(9)
_STREAM = np.uint32(10)
_LAST_SEQUENCE = np.uint64(2**28 - 1)
_OTHER_SECTOR = np.uint8(3)
_MEN = np.uint8(1)


@bare_kernel
def entrant_counts(profession: int, inflow: F64, added: F64, poisson: U8, chance: Chance, out: I64) -> None:
    """Draw the number of entrants: `out` over stream x county, from `inflow` and `added` of the year."""
    for stream in range(inflow.shape[0]):
        for county in range(inflow.shape[1]):
            person = _key(profession, stream, chance.year, county) | _LAST_SEQUENCE
            word_0, word_1, _, _ = block(chance.seed, chance.replication, person, chance.year, _STREAM)
            if poisson[stream] == 1:
                n = _poisson(inflow[stream, county], word_0)
            else:
                n = _whole(inflow[stream, county], word_0)
            n += _whole(added[stream, county], word_1)
            out[stream, county] = max(n, 0)


@kernel
def enter_from_streams(
    profession: int, g: Graph, s: Streams, p: People, first: int, n: I64, chance: Chance
) -> int:
    """Write the entrants of a year into rows `first`, `first + 1`, ...; returns the row after the last."""
    i = first
    for stream in range(n.shape[0]):
        for county in range(n.shape[1]):
            key = _key(profession, stream, chance.year, county)
            for sequence in range(n[stream, county]):
                p.person_id[i] = key | np.uint64(sequence)
                p.county[i] = county
                i += 1
    entry = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    detail = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    i = first
    for stream in range(n.shape[0]):
        last = i + n[stream].sum()
        _describe(g, s, p, i, last, stream, chance, entry, detail)
        i = last
    return i


@bare_kernel
def _describe(
    g: Graph,
    s: Streams,
    p: People,
    first: int,
    last: int,
    stream: int,
    chance: Chance,
    entry: Words,
    detail: Words,
) -> None:
    """Draw who the persons first..last-1 of a stream are."""
    state = s.state[stream]
    scheme = g.state[state, SECTOR_SCHEME]
    trains = g.state[state, TRAINING] >= 0
    ages = s.age_threshold[stream]
    youngest = 0
    while ages[youngest] == 0:
        youngest += 1
    oldest = youngest
    while ages[oldest] < _CERTAIN:
        oldest += 1
    possible = ages[youngest : oldest + 1]
    for start in range(first, last, _BLOCK):
        stop = min(start + _BLOCK, last)
        block_words(chance.seed, chance.replication, p.person_id, chance.year, _ENTRY, start, stop, entry)
        block_words(
            chance.seed, chance.replication, p.person_id, chance.year, _ENTRY_DETAIL, start, stop, detail
        )
        p.state[start:stop] = state
        p.years_in_state[start:stop] = 0
        p.trained_abroad[start:stop] = s.trained_abroad[stream]
        p.commitment_years[start:stop] = 0
        p.applying[start:stop] = 0
        p.degree_year[start:stop] = chance.year * s.stamps[stream, 0]
        p.licence_year[start:stop] = chance.year * s.stamps[stream, 1]
        p.certificate_year[start:stop] = chance.year * s.stamps[stream, 2]
        word_0, word_1, word_2, word_3 = entry
        for i in range(start, stop):
            k = i - start
            p.home_county[i] = s.no_home if s.trained_abroad[stream] == 1 else p.county[i]
            p.sex[i] = 0 if np.uint64(word_0[k]) < s.women[stream] else _MEN
            p.age[i] = youngest + pick(word_1[k], possible)
            p.sector[i] = _OTHER_SECTOR if scheme < 0 else pick(word_3[k], g.sector_threshold[scheme])
            p.fte[i] = working_time(g, p, i, state, detail[0][k])
            p.training_progress[i] = head_start(g, p, i, word_2[k]) if trains else 0


@bare_kernel
def _key(profession: int, stream: int, year: np.uint32, county: int) -> np.uint64:
    return (
        (np.uint64(profession) << np.uint64(56))
        | (np.uint64(stream + 1) << np.uint64(48))
        | (np.uint64(year) << np.uint64(36))
        | (np.uint64(county) << np.uint64(28))
    )


@bare_kernel
def _whole(expected: float, word: np.uint32) -> int:
    """Round up or down by chance, so that the mean is `expected`."""
    whole = math.floor(expected)
    up = 1 if np.uint64(word) < threshold(expected - whole) else 0
    return int(whole) + up


@bare_kernel
def _poisson(expected: float, word: np.uint32) -> int:
    """Poisson number by inversion: it grows with `expected` for the same word."""
    target = (np.float64(word) + 0.5) / 4294967296.0
    probability = math.exp(-expected)
    cumulated = probability
    n = 0
    most = expected + 20.0 * math.sqrt(expected) + 20.0
    while cumulated <= target and n < most:
        n += 1
        probability *= expected / n
        cumulated += probability
    return n
