"""Seats: applicant-proposing deferred acceptance with one queue a county.

Every applicant proposes to the counties in the order of the wishes; a county holds its best proposals up to
the open seats. The outcome is the applicant-optimal stable matching, which does not depend on the order of
proposals. Wishes are drawn only when they are needed.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.compile import bare_kernel, kernel
from careersim.kernels.draws import one_word
from careersim.kernels.forms import enter, threshold
from careersim.kernels.layout import AGES, DESTINATION, F64, I64, SOURCE, Chance, Graph, Journal, People
from careersim.kernels.step_year import SEAT, record

__all__ = ["allocate", "take_seats"]

_PRIORITY = np.uint32(7)
_RANKING = 32
_AFTER_SEAT = 6
_HIGHEST_AGE = np.int64(AGES - 1)
_NO_WISH = -1
_CLOSE = 1e-9


@kernel
def allocate(
    p: People,
    rows: I64,
    open_seats: I64,
    weights: F64,
    wishes: int,
    local_first: bool,
    chance: Chance,
    seat: I64,
    tally: I64,
) -> None:
    """Match applicants to counties.

    Parameters
    ----------
    rows
        Applicants, as row numbers of `p`, in any order.
    open_seats
        Open seats by county; -1 = without limit.
    weights
        Logit weights: home x present county x county.
    wishes
        Most counties that an applicant proposes to.
    seat
        Written: county of the seat for each applicant, or -1.
    tally
        Written: county x (first wishes, proposals, filled, rejected).
    """
    n = len(rows)
    counties = len(open_seats)
    priority = np.empty(n, np.uint64)
    tier = np.empty((n, counties), np.uint8) if local_first else np.zeros((1, counties), np.uint8)
    for a in range(n):
        seat[a] = -1
        i = rows[a]
        priority[a] = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _PRIORITY)
        if local_first:
            for c in range(counties):
                tier[a, c] = 0 if c == p.home_county[i] or c == p.county[i] else 1
    ids = p.person_id[rows]
    wished = np.zeros(n, np.uint32)
    done = np.zeros(n, np.int64)
    held, offset = _places(n, open_seats)
    size = np.zeros(counties, np.int64)
    waiting = np.arange(n)
    left = n
    while left > 0:
        a = waiting[left - 1]
        left -= 1
        while True:
            county = _NO_WISH
            if done[a] < wishes:
                county = _next_wish(p, rows[a], weights, wished[a], done[a], chance)
            if county == _NO_WISH:
                break
            if done[a] == 0:
                tally[county, 0] += 1
            done[a] += 1
            wished[a] |= np.uint32(1) << np.uint32(county)
            tally[county, 1] += 1
            loser = _propose(a, county, open_seats, held, offset, size, tier, priority, ids, seat)
            if loser < 0:
                break
            a = loser
    for c in range(counties):
        tally[c, 2] = size[c]
        tally[c, 3] = tally[c, 1] - size[c]


@kernel
def _places(n: int, open_seats: I64) -> tuple[I64, I64]:
    """Room for the proposals that counties hold, one heap a county behind the other."""
    offset = np.zeros(len(open_seats) + 1, np.int64)
    for c in range(len(open_seats)):
        room = n if open_seats[c] < 0 else min(open_seats[c], n)
        offset[c + 1] = offset[c] + (0 if open_seats[c] < 0 else room)
    return np.empty(offset[-1], np.int64), offset


@bare_kernel
def _next_wish(p: People, i: int, weights: F64, wished: np.uint32, k: int, chance: Chance) -> int:
    """The k-th wish: a logit draw among the counties not yet wished for; -1 if none is left."""
    row = weights[p.home_county[i], p.county[i]]
    total = 0.0
    last = _NO_WISH
    for c in range(len(row)):
        if (wished >> np.uint32(c)) & np.uint32(1) == 0:
            total += row[c]
            last = c
    decision = np.uint32(_RANKING + k)
    word = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, decision)
    # A county is chosen if word < floor(running / total * 2**32). Almost always the sum alone decides, with
    # room for rounding; the division is made only in the close case.
    edge = (np.float64(word) + 1.0) / 4294967296.0 * total
    low, high = edge * (1.0 - _CLOSE), edge * (1.0 + _CLOSE)
    running = 0.0
    for c in range(last):
        if (wished >> np.uint32(c)) & np.uint32(1) == 0:
            running += row[c]
            if running > high or (running > low and np.uint64(word) < threshold(running / total)):
                return c
    return last


@bare_kernel
def _propose(
    a: int,
    county: int,
    open_seats: I64,
    held: I64,
    offset: I64,
    size: I64,
    tier: NDArray[np.uint8],
    priority: NDArray[np.uint64],
    ids: NDArray[np.uint64],
    seat: I64,
) -> int:
    """Let applicant a propose to a county; returns who is left without a place, or -1."""
    if open_seats[county] < 0:
        seat[a] = county
        size[county] += 1
        return -1
    heap = held[offset[county] : offset[county + 1]]
    if len(heap) == 0:
        return a
    if size[county] < len(heap):
        k = size[county]
        size[county] += 1
        while k > 0 and _worse(a, heap[(k - 1) // 2], county, tier, priority, ids):
            heap[k] = heap[(k - 1) // 2]
            k = (k - 1) // 2
        heap[k] = a
        seat[a] = county
        return -1
    worst: int = heap[0]
    if _worse(a, worst, county, tier, priority, ids):
        return a
    seat[worst] = -1
    seat[a] = county
    _sift_down(heap, a, county, tier, priority, ids)
    return worst


@bare_kernel
def _sift_down(
    heap: I64,
    a: int,
    county: int,
    tier: NDArray[np.uint8],
    priority: NDArray[np.uint64],
    ids: NDArray[np.uint64],
) -> None:
    """Put applicant a in place of the worst and restore the heap."""
    n = len(heap)
    k = 0
    while True:
        child = 2 * k + 1
        if child >= n:
            break
        if child + 1 < n and _worse(heap[child + 1], heap[child], county, tier, priority, ids):
            child += 1
        if not _worse(heap[child], a, county, tier, priority, ids):
            break
        heap[k] = heap[child]
        k = child
    heap[k] = a


@bare_kernel
def _worse(
    a: int,
    b: int,
    county: int,
    tier: NDArray[np.uint8],
    priority: NDArray[np.uint64],
    ids: NDArray[np.uint64],
) -> bool:
    """Whether a county prefers b to a."""
    tier_a = tier[a % len(tier), county]
    tier_b = tier[b % len(tier), county]
    if tier_a != tier_b:
        return bool(tier_a > tier_b)
    if priority[a] != priority[b]:
        return bool(priority[a] > priority[b])
    return bool(ids[a] > ids[b])


@bare_kernel
def take_seats(
    g: Graph, p: People, rows: I64, seat: I64, chance: Chance, flows: I64, journal: Journal
) -> None:
    """Move those who got a seat, and let all applicants grow a year older."""
    for a in range(len(rows)):
        i = rows[a]
        if seat[a] >= 0:
            arc = g.risk_arc[p.applying[i] - 1]
            origin = p.county[i]
            flows[arc, origin] += 1
            flows[g.arc.shape[0] + arc, seat[a]] += 1
            record(journal, i, SEAT, g.arc[arc, SOURCE], g.arc[arc, DESTINATION], origin, seat[a])
            p.county[i] = seat[a]
            enter(g, p, i, arc, -1, chance, _AFTER_SEAT)
        p.age[i] = min(np.int64(p.age[i]) + 1, _HIGHEST_AGE)
