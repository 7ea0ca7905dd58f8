"""Seats: applicant-proposing deferred acceptance with one queue a county.

Every applicant proposes to the counties in the order of the wishes; a county holds its best proposals up to
the open seats. The outcome is the applicant-optimal stable matching, which does not depend on the order of
proposals. Wishes are drawn only when they are needed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.compile import bare_kernel, kernel
from careersim.kernels.draws import one_word
from careersim.kernels.forms import enter, pick, threshold
from careersim.kernels.layout import (
    AGES,
    DESTINATION,
    F64,
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
    first_wish: U64,
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
    first_wish
        The same as thresholds of the first wish.
    wishes
        Most counties that an applicant proposes to.
    seat
        Written: county of the seat for each applicant, or -1.
    tally
        Written: county x (first wishes, proposals, filled, rejected).
    """
    n = len(rows)
    a = Applicants(
        id=p.person_id[rows],
        home=p.home_county[rows],
        here=p.county[rows],
        priority=np.empty(n, np.uint32),
        wished=np.zeros(n, np.uint32),
        proposals=np.zeros(n, np.uint8),
        seat=seat,
    )
    room = np.where(open_seats < 0, 0, np.minimum(open_seats, n))
    queues = Queues(
        held=np.empty(room.sum(), np.int64),
        first=np.cumsum(room) - room,
        room=np.where(open_seats < 0, -1, room),
        size=np.zeros(len(open_seats), np.int64),
        worst=np.full(len(open_seats), -1),
        is_heap=np.zeros(len(open_seats), np.bool_),
    )
    _draw_priorities(a, chance)
    order = _by_priority(a.priority)
    _propose_in_turn(a, order, queues, weights, first_wish, wishes, local_first, chance, tally)
    for county in range(len(open_seats)):
        tally[county, 2] = queues.size[county]
        tally[county, 3] = tally[county, 1] - queues.size[county]


class Applicants(NamedTuple):
    """Columns by applicant."""

    id: U64
    home: U8
    here: U8
    priority: U32
    wished: U32  # bit c: has proposed to county c
    proposals: U8
    seat: I64


class Queues(NamedTuple):
    """What each county holds: `held[first : first + size]`, at most `room` (-1 = without limit).

    Applicants are added in the order of priority, so that hardly anyone is ever displaced; only when it
    happens is a queue made a heap, worst first. `worst` is the worst applicant held.
    """

    held: I64
    first: I64
    room: I64
    size: I64
    worst: I64
    is_heap: NDArray[np.bool_]


@bare_kernel
def _draw_priorities(a: Applicants, chance: Chance) -> None:
    for k in range(len(a.id)):
        a.seat[k] = -1
        a.priority[k] = one_word(chance.seed, chance.replication, a.id[k], chance.year, _PRIORITY)


@kernel
def _by_priority(priority: U32) -> I64:
    """Applicants in the order of their priorities' first bits: near enough for speed, by counting sort."""
    bits = 16 if len(priority) > 16384 else 8
    shift = np.uint32(32 - bits)
    first = np.zeros((1 << bits) + 1, np.int64)
    for k in range(len(priority)):
        first[np.int64(priority[k] >> shift) + 1] += 1
    first = np.cumsum(first)
    order = np.empty(len(priority), np.int64)
    for k in range(len(priority)):
        bucket = np.int64(priority[k] >> shift)
        order[first[bucket]] = k
        first[bucket] += 1
    return order


@bare_kernel
def _propose_in_turn(
    a: Applicants,
    order: I64,
    queues: Queues,
    weights: F64,
    first_wish: U64,
    wishes: int,
    local_first: bool,
    chance: Chance,
    tally: I64,
) -> None:
    for position in range(len(order)):
        k = order[position]
        while k >= 0 and a.proposals[k] < wishes:
            if a.proposals[k] == 0:
                county = _first_wish(a, k, first_wish, chance)
                tally[county, 0] += 1
            else:
                county = _next_wish(a, k, weights, chance)
            if county < 0:
                break
            a.proposals[k] += 1
            a.wished[k] |= np.uint32(1) << np.uint32(county)
            tally[county, 1] += 1
            k = _propose(a, k, county, queues, local_first)


@bare_kernel
def _first_wish(a: Applicants, k: int, first_wish: U64, chance: Chance) -> int:
    word = one_word(chance.seed, chance.replication, a.id[k], chance.year, np.uint32(_RANKING))
    return pick(word, first_wish[a.home[k], a.here[k]])


@bare_kernel
def _next_wish(a: Applicants, k: int, weights: F64, chance: Chance) -> int:
    """A logit draw among the counties not yet wished for; -1 if none is left."""
    row = weights[a.home[k], a.here[k]]
    wished = a.wished[k]
    total = 0.0
    last = _NO_WISH
    for c in range(len(row)):
        if (wished >> np.uint32(c)) & np.uint32(1) == 0:
            total += row[c]
            last = c
    decision = np.uint32(_RANKING + a.proposals[k])
    word = one_word(chance.seed, chance.replication, a.id[k], chance.year, decision)
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
def _propose(a: Applicants, k: int, county: int, queues: Queues, local_first: bool) -> int:
    """Let applicant k propose to a county; returns who is left without a place, or -1."""
    room = queues.room[county]
    size = queues.size[county]
    first = queues.first[county]
    worst = queues.worst[county]
    if room < 0 or size < room:
        a.seat[k] = county
        queues.size[county] = size + 1
        if room >= 0:
            queues.held[first + size] = k
            if worst < 0 or _worse(a, k, worst, county, local_first):
                queues.worst[county] = k
        return -1
    if room == 0 or _worse(a, k, worst, county, local_first):
        return k
    heap = queues.held[first : first + room]
    if not queues.is_heap[county]:
        for node in range(room // 2 - 1, -1, -1):
            _sift_down(heap, node, heap[node], a, county, local_first)
        queues.is_heap[county] = True
    loser = heap[0]
    a.seat[loser] = -1
    a.seat[k] = county
    _sift_down(heap, 0, k, a, county, local_first)
    queues.worst[county] = heap[0]
    return int(loser)


@bare_kernel
def _sift_down(heap: I64, node: int, k: int, a: Applicants, county: int, local_first: bool) -> None:
    """Put applicant k at a node and let worse ones from below rise."""
    n = len(heap)
    while True:
        child = 2 * node + 1
        if child >= n:
            break
        if child + 1 < n and _worse(a, heap[child + 1], heap[child], county, local_first):
            child += 1
        if not _worse(a, heap[child], k, county, local_first):
            break
        heap[node] = heap[child]
        node = child
    heap[node] = k


@bare_kernel
def _worse(a: Applicants, j: int, k: int, county: int, local_first: bool) -> bool:
    """Whether a county prefers applicant k to applicant j."""
    if local_first:
        far_j = a.home[j] != county and a.here[j] != county
        far_k = a.home[k] != county and a.here[k] != county
        if far_j != far_k:
            return bool(far_j)
    if a.priority[j] != a.priority[k]:
        return bool(a.priority[j] > a.priority[k])
    return bool(a.id[j] > a.id[k])


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
