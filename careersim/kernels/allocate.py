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
from careersim.kernels.draws import block_words, one_words
from careersim.kernels.forms import pick, threshold
from careersim.kernels.layout import (
    F64,
    I64,
    U8,
    U32,
    U64,
    Chance,
    People,
)

__all__ = ["allocate"]

Words = tuple[U32, U32, U32, U32]

_PRIORITY = np.uint32(7)
_RANKING = np.uint32(32)
_NO_SEAT = -1
_FAR = 1 << 40
_BLOCK = 2048

# Priorities are sorted by two digits of 11 bits; the few that agree in these are put in order one by one.
_DIGITS, _BITS = 2, 11
_LOWEST = 32 - _DIGITS * _BITS
_BUCKETS = 1 << _BITS
_DIGIT = np.uint64(_BUCKETS - 1)
_POSITION = np.uint64(2**32 - 1)
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
    ids, homes, heres = p.person_id[rows], p.home_county[rows], p.county[rows]
    order = _in_order(ids, chance)
    a = Applicants(
        id=ids[order],
        home=homes[order],
        here=heres[order],
        wished=np.zeros(n, np.uint32),
        proposals=np.zeros(n, np.uint8),
        seat=np.full(n, _NO_SEAT, np.int8),
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
    desk = Desk(
        draws=(
            np.empty(_BLOCK, np.uint32),
            np.empty(_BLOCK, np.uint32),
            np.empty(_BLOCK, np.uint32),
            np.empty(_BLOCK, np.uint32),
        ),
        waiting=np.empty(_BLOCK, np.int64),
        id=np.empty(_BLOCK, np.uint64),
        decision=np.empty(_BLOCK, np.uint32),
        running=np.empty(len(open_seats), np.float64),
    )
    _propose_in_turn(a, queues, weights, first_wish, wishes, local_first, chance, tally, desk)
    for k in range(n):
        seat[order[k]] = a.seat[k]
    for county in range(len(open_seats)):
        tally[county, 2] = queues.size[county]
        tally[county, 3] = tally[county, 1] - queues.size[county]


class Applicants(NamedTuple):
    """Columns by applicant, in the order of priority and person: the smaller the number, the better."""

    id: U64
    home: U8
    here: U8
    wished: U32  # bit c: has proposed to county c
    proposals: U8
    seat: NDArray[np.int8]


class Queues(NamedTuple):
    """What each county holds: `held[first : first + size]`, at most `room` (-1 = without limit).

    An applicant is held as its number, plus `_FAR` if the county prefers locals and this is none of them, so
    that the county prefers the smaller number. Applicants are added nearly in the order of priority, so that
    hardly anyone is ever displaced; only when it happens is a queue made a heap, worst first.
    """

    held: I64
    first: I64
    room: I64
    size: I64
    worst: I64
    is_heap: NDArray[np.bool_]


class Desk(NamedTuple):
    """Scratch: applicants who are about to propose, and their draws."""

    draws: Words
    waiting: I64
    id: U64
    decision: U32
    running: F64


@kernel
def _in_order(ids: U64, chance: Chance) -> I64:
    """Positions in `ids` in the order of (priority, person)."""
    n = len(ids)
    draws = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    keys = np.empty(n, np.uint64)  # priority, position
    other = np.empty(n, np.uint64)
    first = np.zeros((_DIGITS, _BUCKETS), np.int64)
    for start in range(0, n, _BLOCK):
        stop = min(start + _BLOCK, n)
        block_words(chance.seed, chance.replication, ids, chance.year, _PRIORITY, start, stop, draws)
        for k in range(start, stop):
            priority = np.uint64(draws[0][k - start])
            keys[k] = priority << np.uint64(32) | np.uint64(k)
            for digit in range(_DIGITS):
                first[digit, (priority >> np.uint64(_LOWEST + _BITS * digit)) & _DIGIT] += 1
    for digit in range(_DIGITS):
        before = 0
        for bucket in range(_BUCKETS):
            size = first[digit, bucket]
            first[digit, bucket] = before
            before += size
        shift = np.uint64(32 + _LOWEST + _BITS * digit)
        for k in range(n):
            bucket = (keys[k] >> shift) & _DIGIT
            other[first[digit, bucket]] = keys[k]
            first[digit, bucket] += 1
        keys, other = other, keys
    order = np.empty(n, np.int64)
    for k in range(n):
        key = keys[k]
        j = k
        while j > 0 and _before(key, keys[j - 1], ids):
            keys[j] = keys[j - 1]
            j -= 1
        keys[j] = key
    for k in range(n):
        order[k] = keys[k] & _POSITION
    return order


@bare_kernel
def _before(key: np.uint64, other: np.uint64, ids: U64) -> bool:
    """Whether the applicant of `key` comes before that of `other`."""
    if key >> np.uint64(32) != other >> np.uint64(32):
        return bool(key < other)
    return bool(ids[key & _POSITION] < ids[other & _POSITION])


@bare_kernel
def _propose_in_turn(
    a: Applicants,
    queues: Queues,
    weights: F64,
    first_wish: U64,
    wishes: int,
    local_first: bool,
    chance: Chance,
    tally: I64,
    desk: Desk,
) -> None:
    """Let blocks of applicants make their proposals, round by round, until nobody of a block has any left."""
    for start in range(0, len(a.id), _BLOCK):
        stop = min(start + _BLOCK, len(a.id))
        block_words(chance.seed, chance.replication, a.id, chance.year, _RANKING, start, stop, desk.draws)
        n = 0
        for k in range(start, stop):
            county = pick(desk.draws[0][k - start], first_wish[a.home[k], a.here[k]])
            tally[county, 0] += 1
            tally[county, 1] += 1
            loser = _propose(a, k, county, queues, local_first)
            desk.waiting[n] = loser
            n += 1 if loser >= 0 else 0
        while n > 0:
            n = _propose_again(a, n, queues, weights, wishes, local_first, chance, tally, desk)


@bare_kernel
def _propose_again(
    a: Applicants,
    n: int,
    queues: Queues,
    weights: F64,
    wishes: int,
    local_first: bool,
    chance: Chance,
    tally: I64,
    desk: Desk,
) -> int:
    """Let those who wait make one more proposal. Returns how many wait then."""
    left = 0
    for w in range(n):
        k = desk.waiting[w]
        if a.proposals[k] < wishes:
            desk.waiting[left] = k
            left += 1
    n, left = left, 0
    for w in range(n):
        k = desk.waiting[w]
        decision = np.uint32(_RANKING + a.proposals[k])
        desk.id[w] = a.id[k]
        desk.decision[w] = decision
    one_words(chance.seed, chance.replication, desk.id, chance.year, desk.decision, n, desk.draws[0])
    for w in range(n):
        k = desk.waiting[w]
        county = _next_wish(a, k, desk.draws[0][w], weights[a.home[k], a.here[k]], desk.running)
        if county < 0:
            continue
        tally[county, 1] += 1
        loser = _propose(a, k, county, queues, local_first)
        desk.waiting[left] = loser
        left += 1 if loser >= 0 else 0
    return left


@bare_kernel
def _next_wish(a: Applicants, k: int, word: np.uint32, weights: F64, running: F64) -> int:
    """A logit draw among the counties not yet wished for; -1 if none is left."""
    wished = a.wished[k]
    total = 0.0
    last = _NO_WISH
    for c in range(len(weights)):
        free = (wished >> np.uint32(c)) & np.uint32(1) == 0
        total += weights[c] if free else 0.0  # adding 0 changes no bit
        running[c] = total
        last = c if free else last
    # A county is chosen if word < floor(running / total * 2**32). Almost always the sum alone decides, with
    # room for rounding; the division is made only in the close case.
    edge = (np.float64(word) + 1.0) / 4294967296.0 * total
    low, high = edge * (1.0 - _CLOSE), edge * (1.0 + _CLOSE)
    below = 0
    close = 0
    for c in range(len(weights)):
        below += 1 if running[c] <= high else 0
        close += 1 if running[c] > low and running[c] <= high else 0
    if close == 0:
        return min(below, last)
    for c in range(last):
        if (wished >> np.uint32(c)) & np.uint32(1) == 0 and np.uint64(word) < threshold(running[c] / total):
            return c
    return last


@bare_kernel
def _propose(a: Applicants, k: int, county: int, queues: Queues, local_first: bool) -> int:
    """Let applicant k propose to a county; returns who is left without a place, or -1."""
    a.proposals[k] += 1
    a.wished[k] |= np.uint32(1) << np.uint32(county)
    room = queues.room[county]
    size = queues.size[county]
    first = queues.first[county]
    far = local_first and a.home[k] != county and a.here[k] != county
    number = np.int64(k) + (_FAR if far else 0)
    if room < 0 or size < room:
        a.seat[k] = county
        queues.size[county] = size + 1
        if room >= 0:
            queues.held[first + size] = number
            queues.worst[county] = max(queues.worst[county], number)
        return -1
    if room == 0 or number > queues.worst[county]:
        return k
    heap = queues.held[first : first + room]
    if not queues.is_heap[county]:
        for node in range(room // 2 - 1, -1, -1):
            _sift_down(heap, node, heap[node])
        queues.is_heap[county] = True
    loser = heap[0] & (_FAR - 1)
    a.seat[loser] = _NO_SEAT
    a.seat[k] = county
    _sift_down(heap, 0, number)
    queues.worst[county] = heap[0]
    return int(loser)


@bare_kernel
def _sift_down(heap: I64, node: int, number: int | np.int64) -> None:
    """Put an applicant at a node and let worse ones from below rise."""
    n = len(heap)
    while True:
        child = 2 * node + 1
        if child >= n:
            break
        if child + 1 < n and heap[child + 1] > heap[child]:
            child += 1
        if heap[child] <= number:
            break
        heap[node] = heap[child]
        node = child
    heap[node] = number
