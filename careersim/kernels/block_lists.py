"""One block of persons: their draws compared with the bounds, and lists of those whom a step may touch."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.bounds import FINE, STRUCK
from careersim.kernels.compile import inlined
from careersim.kernels.draws import block, block_words
from careersim.kernels.layout import (
    AGES,
    F64,
    I64,
    PACE_BY_FTE,
    PACE_FIXED,
    PROGRESS,
    U8,
    U64,
    Chance,
    Graph,
    People,
    YearRates,
)

__all__ = ["BLOCK", "Desk", "draw", "draw_all", "look_up", "sort_out"]

Words = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]

BLOCK = 2048
"""Persons in a block."""
_LINE = 64
_HIGHEST_PROGRESS = np.int64(65535)

# Four words stand in one number as their bounds do (careersim.kernels.bounds): what is left of the spare bits
# after the subtraction tells which words are not above their bounds.
_PACE = np.int64(0xFFFF)
_REQUIREMENT = np.int64(0xFFFFFFFF)
_BUSY = np.uint64(0x0000800000008000)
_ONE = np.uint64(1)


class Desk(NamedTuple):
    """Scratch for one block of persons, who are numbered by their places in the block."""

    words: Words  # decision YEAR, everybody's
    draws: Words  # another decision, of those on a list
    person_id: U64  # those on a list
    before: U8  # states at the end of last year
    struck: U64  # bits of STRUCK: a word may decide something; bit 0: a training may be complete
    changed: U8  # 1: there was a change of state
    committed: U8  # 1: a commitment was taken on
    anything: I64  # lists of places: persons to whom something may happen
    exits: I64
    moves: I64
    reviews: I64
    trainees: I64  # training goes on after an exit or a review
    completions: I64
    arcs: I64  # what those on a list follow
    first: I64  # by state: place in `anything`
    rates: F64


@inlined
def draw_all(p: People, start: int, stop: int, decision: np.uint32, chance: Chance, desk: Desk) -> None:
    """Draw everybody's words, and set their upper bits side by side for `look_up`, in vector code."""
    word_0, word_1, word_2, word_3 = desk.words
    ids = p.person_id[start:stop]
    for j in range(len(ids)):
        a, b, c, d = block(chance.seed, chance.replication, ids[j], chance.year, decision)
        word_0[j] = a
        word_1[j] = b
        word_2[j] = c
        word_3[j] = d
        desk.struck[j] = (
            np.uint64(a >> FINE)
            | np.uint64(b >> FINE) << np.uint64(16)
            | np.uint64(c >> FINE) << np.uint64(32)
            | np.uint64(d >> FINE) << np.uint64(48)
        )


@inlined
def look_up(g: Graph, y: YearRates, p: People, start: int, stop: int, desk: Desk) -> None:
    """Compare everybody's words with the bounds, and let those train to whom nothing else happens.

    Slices and unsigned indices spare the test for negative ones, and masks the branches that nobody can
    predict.
    """
    states = p.state[start:stop]
    ages = p.age[start:stop]
    ftes = p.fte[start:stop]
    training = p.training_progress[start:stop]
    applying = p.applying[start:stop]
    for j in range(len(states)):
        state = np.uint64(states[j])
        cell = state * np.uint64(AGES) + np.uint64(ages[j])
        struck = (y.bounds[cell] - desk.struck[j]) & STRUCK
        done = np.int64(training[j])
        rule = g.state[state, PROGRESS]
        more = (rule >> PACE_BY_FTE) * np.int64(ftes[j]) + (rule >> PACE_FIXED & _PACE)
        over = done + (more & -np.int64(struck & _BUSY == 0)) - _HIGHEST_PROGRESS
        progress = _HIGHEST_PROGRESS + (over & (over >> 63))  # the smaller of progress and the highest
        training[j] = progress
        desk.struck[j] = struck | np.uint64(progress >= (rule & _REQUIREMENT))
    touched = 0
    # Fetch from memory, side by side, what single persons of the next block will need.
    for j in range(stop, min(stop + BLOCK, len(p.county)), _LINE):
        touched += p.county[j] + p.sex[j] + p.sector[j] + p.years_in_state[j] + p.commitment_years[j]
        touched += p.home_county[j] + p.trained_abroad[j]
    desk.first[0] = touched
    for j in range(len(states)):
        desk.before[j] = states[j]
        desk.changed[j] = 0
        desk.committed[j] = 0
        applying[j] = 0


@inlined
def sort_out(persons: int, desk: Desk) -> tuple[int, int, int, int, int, int]:
    """List who is struck by what. Returns the lengths of the lists."""
    n = 0
    for j in range(persons):
        desk.exits[n] = j
        n += 0 if desk.struck[j] == 0 else 1
    # Group them by state: what is alike is then treated in a row, which processors predict.
    for k in range(len(desk.first)):
        desk.first[k] = 0
    for k in range(n):
        desk.first[np.int64(desk.before[desk.exits[k]]) + 1] += 1
    for k in range(1, len(desk.first)):
        desk.first[k] += desk.first[k - 1]
    for k in range(n):
        j = desk.exits[k]
        state = np.int64(desk.before[j])
        desk.anything[desk.first[state]] = j
        desk.first[state] += 1
    exits = moves = reviews = trainees = completions = np.int64(0)
    for k in range(n):
        j = desk.anything[k]
        struck = desk.struck[j]
        exit_, review = np.int64((struck >> np.uint64(15)) & _ONE), np.int64((struck >> np.uint64(47)) & _ONE)
        desk.exits[exits] = j
        exits += exit_
        desk.moves[moves] = j
        moves += np.int64((struck >> np.uint64(31)) & _ONE)
        desk.reviews[reviews] = j
        reviews += review
        desk.trainees[trainees] = j
        trainees += exit_ | review
        desk.completions[completions] = j
        completions += np.int64(struck & _ONE) & (1 ^ (exit_ | review))
    return n, int(exits), int(moves), int(reviews), int(trainees), int(completions)


@inlined
def draw(p: People, start: int, listed: I64, n: int, decision: np.uint32, chance: Chance, desk: Desk) -> None:
    """Draw the blocks of a decision for those on a list, in vector code."""
    for k in range(n):
        desk.person_id[k] = p.person_id[start + listed[k]]
    block_words(chance.seed, chance.replication, desk.person_id, chance.year, decision, 0, n, desk.draws)
