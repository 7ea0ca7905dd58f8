"""One year for persons low..high-1: exits, relocation, working time, training, applications for seats.

Persons are taken in blocks. A first loop without branches draws four words for everyone; a second compares
them with the highest thresholds of the person's state and age and lets the year pass for the many to whom
nothing can happen; the few that remain are treated exactly, one by one, in the order of docs/explanation/year.md.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.compile import inlined, kernel
from careersim.kernels.draws import block_words, one_word
from careersim.kernels.forms import compete, enter, pick, rate, threshold
from careersim.kernels.layout import AGES, F64, Chance, Counts, Graph, Journal, People, YearRates

__all__ = ["EXIT", "MOVE", "SEAT", "TRAINED", "WORKING_TIME", "bounds", "record", "step_year"]

_BLOCK = 2048
_MOST_RISKS = 64
_HIGHEST_AGE = np.uint8(AGES - 1)
_HIGHEST_YEARS = np.uint8(255)

# Decisions (careersim.schema.Decision).
_DESTINATION = np.uint32(1)
_WORKING_TIME = np.uint32(2)
_COMPLETION = np.uint32(3)
_AFTER_EXIT = 4
_AFTER_COMPLETION = 5

# Kinds of journal entries.
EXIT, MOVE, WORKING_TIME, TRAINED, SEAT = 0, 1, 2, 3, 4


@kernel
def step_year(
    g: Graph, y: YearRates, p: People, chance: Chance, low: int, high: int, counts: Counts, journal: Journal
) -> None:
    """Let the year pass for persons low..high-1; `p`, `counts` and `journal` are written.

    Afterwards `p.applying[i]` is 1 + the risk number of the seat a person applies for, else 0; applicants are not
    yet a year older (see `careersim.kernels.allocate`).
    """
    words = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    struck = np.empty(_BLOCK, np.int64)
    rates = np.empty(_MOST_RISKS, np.float64)
    for start in range(low, high, _BLOCK):
        stop = min(start + _BLOCK, high)
        block_words(
            chance.seed, chance.replication, p.person_id, chance.year, np.uint32(0), start, stop, words
        )
        n = _pass_quietly(g, y, p, start, stop, words, struck)
        for k in range(n):
            i = struck[k]
            j = i - start
            _live(
                g, y, p, i, words[0][j], words[1][j], words[2][j], words[3][j], chance, counts, journal, rates
            )


@inlined
def _pass_quietly(
    g: Graph,
    y: YearRates,
    p: People,
    start: int,
    stop: int,
    words: tuple[NDArray[np.uint32], ...],
    struck: NDArray[np.int64],
) -> int:
    """Age those to whom nothing can happen; list the others. Returns how many are listed."""
    n = 0
    for i in range(start, stop):
        j = i - start
        state = p.state[i]
        age = p.age[i]
        cell = (np.int64(state) * AGES + age) * 4
        progress = np.int32(p.training_progress[i]) + np.int32(
            g.pace_by_fte[state] * p.fte[i] + g.pace_fixed[state]
        )
        quiet = (
            (words[0][j] > y.bounds[cell])
            & (words[1][j] > y.bounds[cell + 1])
            & (words[2][j] > y.bounds[cell + 2])
            & (words[3][j] > y.bounds[cell + 3])
            & (progress < g.requirement[state])
        )
        struck[n] = i
        n += 0 if quiet else 1
        if quiet:
            p.training_progress[i] = progress
            p.age[i] = min(age + np.uint8(1), _HIGHEST_AGE)
            p.years_in_state[i] = min(np.int64(p.years_in_state[i]) + 1, 255)
            p.commitment_years[i] -= p.commitment_years[i] > 0
            p.applying[i] = 0
    return n


@kernel
def _live(
    g: Graph,
    y: YearRates,
    p: People,
    i: int,
    word_0: np.uint32,
    word_1: np.uint32,
    word_2: np.uint32,
    word_3: np.uint32,
    chance: Chance,
    counts: Counts,
    journal: Journal,
    rates: F64,
) -> None:
    """The year of one person, every step exact."""
    state = p.state[i]
    committed = False
    same_training = True
    risk = compete(g, y, p, i, word_0, g.exit_first[state], g.exit_last[state], rates)
    changed = risk >= 0
    if changed:
        committed = _follow(g, p, i, g.risk_arc[risk], -1, chance, _AFTER_EXIT, EXIT, counts, journal)
        same_training = g.training[p.state[i]] == g.training[state]
    else:
        _relocate(g, y, p, i, word_1, chance, counts, journal)
        _choose_working_time(g, p, i, word_2, chance, journal)
    state = p.state[i]
    if g.accrues[state] == 1 and same_training:
        pace = np.int64(g.pace_by_fte[state]) * np.int64(p.fte[i]) + np.int64(g.pace_fixed[state])
        progress = min(np.int64(p.training_progress[i]) + pace, 65535)
        p.training_progress[i] = progress
        if progress >= g.requirement[state]:
            committed |= _complete(g, p, i, progress - g.requirement[state], chance, counts, journal)
            changed = True
            state = p.state[i]
    if changed:
        p.years_in_state[i] = 0
    risk = compete(g, y, p, i, word_3, g.seat_first[state], g.seat_last[state], rates)
    p.applying[i] = 1 + risk if risk >= 0 else 0
    if not changed:
        p.years_in_state[i] = min(np.int64(p.years_in_state[i]) + 1, 255)
    if p.commitment_years[i] > 0 and not committed:
        p.commitment_years[i] -= 1
    if risk < 0:
        p.age[i] = min(p.age[i] + np.uint8(1), _HIGHEST_AGE)


@kernel
def _relocate(
    g: Graph,
    y: YearRates,
    p: People,
    i: int,
    word: np.uint32,
    chance: Chance,
    counts: Counts,
    journal: Journal,
) -> None:
    state = p.state[i]
    risk = g.move_risk[state]
    if risk < 0:
        return
    if np.uint64(word) >= threshold(-math.expm1(-rate(g, y, p, i, risk))):
        return
    origin = p.county[i]
    draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _DESTINATION)
    destination = pick(draw, g.destination_threshold[g.move_choice[state], p.home_county[i], origin])
    p.county[i] = destination
    counts.moved_out[state, origin] += 1
    counts.moved_in[state, destination] += 1
    record(journal, i, MOVE, state, state, origin, destination)


@kernel
def _choose_working_time(
    g: Graph, p: People, i: int, word: np.uint32, chance: Chance, journal: Journal
) -> None:
    scheme = g.working_time[p.state[i]]
    if scheme < 0:
        return
    if np.uint64(word) >= threshold(-math.expm1(-g.review[scheme, p.sex[i], p.age[i]])):
        return
    draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _WORKING_TIME)
    level = g.level_percent[scheme, pick(draw, g.level_threshold[scheme, p.sex[i], p.age[i]])]
    if level != p.fte[i]:
        record(journal, i, WORKING_TIME, p.fte[i], level, p.county[i], p.county[i])
    p.fte[i] = level


@kernel
def _complete(
    g: Graph, p: People, i: int, surplus: int, chance: Chance, counts: Counts, journal: Journal
) -> bool:
    first = g.completion_first[p.state[i]]
    last = g.completion_last[p.state[i]]
    arc = first
    if last - first > 1:
        draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _COMPLETION)
        arc = first + pick(draw, g.arc_threshold[first:last])
    return _follow(g, p, i, arc, surplus, chance, _AFTER_COMPLETION, TRAINED, counts, journal)


@kernel
def _follow(
    g: Graph,
    p: People,
    i: int,
    arc: int,
    surplus: int,
    chance: Chance,
    decision: int,
    kind: int,
    counts: Counts,
    journal: Journal,
) -> bool:
    county = p.county[i]
    counts.left[arc, county] += 1
    counts.arrived[arc, county] += 1
    record(journal, i, kind, g.arc_source[arc], g.arc_destination[arc], county, county)
    return enter(g, p, i, arc, surplus, chance, decision)


@kernel
def record(
    journal: Journal, row: int, kind: int, source: int, destination: int, county_from: int, county_to: int
) -> None:
    """Append an event to the journal, unless it is switched off."""
    if len(journal.row) == 0:
        return
    at = journal.used[0]
    journal.used[0] = at + 1
    journal.row[at] = row
    journal.kind[at] = kind
    journal.source[at] = source
    journal.destination[at] = destination
    journal.county_from[at] = county_from
    journal.county_to[at] = county_to


@kernel
def bounds(g: Graph, y: YearRates) -> None:
    """Fill `y.bounds`: for each state, age and decision a word above which nothing can happen.

    The bound takes the highest base over sex and the highest ratio of every covariate, widened by one part
    in a million; it only has to be safe, not tight.
    """
    risks = g.base.shape[0]
    scale = np.ones(risks)
    for risk in range(risks):
        scale[risk] = (
            g.duration[risk].max() * g.county[risk].max() * g.sector[risk].max() * g.at_home[risk].max()
        )
        scale[risk] *= g.level[risk].max() * g.abroad[risk].max() * g.committed[risk].max()
        scale[risk] *= y.workload[risk].max()
    for state in range(len(g.exit_first)):
        scheme = g.working_time[state]
        for age in range(AGES):
            cell = (state * AGES + age) * 4
            y.bounds[cell] = _highest(g, y, scale, g.exit_first[state], g.exit_last[state], age)
            y.bounds[cell + 1] = 0
            if g.move_risk[state] >= 0:
                y.bounds[cell + 1] = _highest(g, y, scale, g.move_risk[state], g.move_risk[state] + 1, age)
            y.bounds[cell + 2] = 0
            if scheme >= 0:
                y.bounds[cell + 2] = _safe(max(g.review[scheme, 0, age], g.review[scheme, 1, age]))
            y.bounds[cell + 3] = _highest(g, y, scale, g.seat_first[state], g.seat_last[state], age)


@kernel
def _highest(g: Graph, y: YearRates, scale: F64, first: int, last: int, age: int) -> np.uint32:
    total = 0.0
    for risk in range(first, last):
        lever = y.lever_highest[y.lever_index[risk], age]
        total += max(g.base[risk, 0, age], g.base[risk, 1, age]) * scale[risk] * lever
    return _safe(total)


@kernel
def _safe(total: float) -> np.uint32:
    if total <= 0.0:
        return np.uint32(0)
    return np.uint32(min(math.ceil(-math.expm1(-total * 1.000001) * 4294967296.0) + 1.0, 4294967295.0))
