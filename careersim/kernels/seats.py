"""Who applies for seats, and what happens to those who get one."""

from __future__ import annotations

import numpy as np

from careersim.kernels.compile import bare_kernel, kernel
from careersim.kernels.draws import block_words
from careersim.kernels.events import SEAT, record
from careersim.kernels.forms import enter
from careersim.kernels.layout import (
    AGES,
    DESTINATION,
    I64,
    SOURCE,
    U8,
    U32,
    U64,
    Chance,
    Graph,
    Journal,
    People,
)

__all__ = ["applicants", "take_seats"]

Words = tuple[U32, U32, U32, U32]

_AFTER_SEAT = np.uint32(6)
_BLOCK = 2048
_EIGHT = 8
_HIGHEST_AGE = np.int64(AGES - 1)


@kernel
def applicants(applying: U8, pool: I64, pools: int) -> tuple[I64, I64]:
    """List the rows of those who apply, by pool.

    Parameters
    ----------
    applying
        1 + the risk of the seat applied for, 0 = does not apply.
    pool
        Pool of each risk.

    Returns
    -------
    Rows, grouped by pool and rising within it; where each pool's rows begin, and where the last ends.
    """
    found = np.empty(np.count_nonzero(applying) + 1, np.int64)
    n = 0
    whole = len(applying) // _EIGHT * _EIGHT
    eights = applying[:whole].view(np.uint64)
    for k in range(len(eights)):
        if eights[k] != 0:
            for i in range(_EIGHT * k, _EIGHT * k + _EIGHT):
                found[n] = i
                n += 1 if applying[i] > 0 else 0
    for i in range(whole, len(applying)):
        found[n] = i
        n += 1 if applying[i] > 0 else 0
    first = np.zeros(pools + 2, np.int64)
    for k in range(n):
        first[pool[applying[found[k]] - 1] + 2] += 1
    first = np.cumsum(first)
    rows = np.empty(n, np.int64)
    for k in range(n):
        one = pool[applying[found[k]] - 1] + 1
        rows[first[one]] = found[k]
        first[one] += 1
    return rows, first


@kernel
def take_seats(
    g: Graph, p: People, rows: I64, seat: I64, chance: Chance, flows: I64, journal: Journal
) -> None:
    """Move those who got a seat, and let all applicants grow a year older."""
    ids = np.empty(_BLOCK, np.uint64)
    taken = np.empty(_BLOCK + 1, np.int64)
    draws = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    _take_seats(g, p, rows, seat, chance, flows, journal, ids, taken, draws)


@bare_kernel
def _take_seats(
    g: Graph,
    p: People,
    rows: I64,
    seat: I64,
    chance: Chance,
    flows: I64,
    journal: Journal,
    ids: U64,
    taken: I64,
    draws: Words,
) -> None:
    for start in range(0, len(rows), _BLOCK):
        n = 0
        for a in range(start, min(start + _BLOCK, len(rows))):
            taken[n] = a
            ids[n] = p.person_id[rows[a]]
            n += 1 if seat[a] >= 0 else 0
        block_words(chance.seed, chance.replication, ids, chance.year, _AFTER_SEAT, 0, n, draws)
        touched = 0
        for k in range(n):  # fetch from memory, side by side, what single persons will need
            i = rows[taken[k]]
            touched += p.county[i] + p.sex[i] + p.age[i] + p.state[i] + p.sector[i] + p.fte[i]
            touched += p.training_progress[i] + p.years_in_state[i]
        taken[n] = touched
        for k in range(n):
            a = taken[k]
            i = rows[a]
            arc = g.risk_arc[p.applying[i] - 1]
            origin = p.county[i]
            flows[arc, origin] += 1
            flows[g.arc.shape[0] + arc, seat[a]] += 1
            record(journal, i, SEAT, g.arc[arc, SOURCE], g.arc[arc, DESTINATION], origin, seat[a])
            p.county[i] = seat[a]
            enter(g, p, i, arc, -1, chance.year, draws[0][k], draws[1][k], draws[2][k])
        for a in range(start, min(start + _BLOCK, len(rows))):
            p.age[rows[a]] = min(np.int64(p.age[rows[a]]) + 1, _HIGHEST_AGE)
