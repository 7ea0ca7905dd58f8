"""One year for persons low..high-1: exits, relocation, working time, training, applications for seats.

Persons are taken in blocks. A first loop without branches draws four words for everyone; a second compares
them with the highest thresholds of the person's state and age and lets the year pass for the many to whom
nothing can happen; the few that remain are treated exactly, one by one, in the order of
docs/explanation/year.md.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.compile import bare_kernel, inlined, kernel
from careersim.kernels.draws import block_words, one_word
from careersim.kernels.forms import compete, enter, pace, pick, rate, threshold, working_time
from careersim.kernels.layout import (
    ABROAD,
    ACCRUES,
    AGES,
    AT_HOME,
    COMMITTED,
    COMPLETION_FIRST,
    COMPLETION_LAST,
    COUNTY,
    DESTINATION,
    DURATION,
    EXIT_FIRST,
    EXIT_LAST,
    F64,
    I64,
    LEVEL,
    MOVE_CHOICE,
    MOVE_RISK,
    PACE_BY_FTE,
    PACE_FIXED,
    RATIO_COLUMNS,
    REQUIREMENT,
    SEAT_FIRST,
    SEAT_LAST,
    SECTOR,
    SOURCE,
    TRAINING,
    U8,
    WORKING_TIME_SCHEME,
    Chance,
    Graph,
    Journal,
    People,
    YearRates,
)

__all__ = ["EXIT", "MOVE", "SEAT", "TRAINED", "WORKING_TIME", "bounds", "record", "step_year"]

Words = tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32], NDArray[np.uint32]]

_BLOCK = 2048
_MOST_RISKS = 64
_HIGHEST_AGE = np.int64(AGES - 1)
_HIGHEST_YEARS = np.int64(255)
_HIGHEST_PROGRESS = np.int64(65535)

# Decisions (careersim.schema.Decision).
_DESTINATION = np.uint32(1)
_WORKING_TIME = np.uint32(2)
_COMPLETION = np.uint32(3)
_AFTER_EXIT = 4
_AFTER_COMPLETION = 5

# Kinds of journal entries (careersim.engines.journal.EVENT_KINDS).
EXIT, MOVE, WORKING_TIME, TRAINED, SEAT = 0, 1, 2, 3, 4


@kernel
def step_year(
    g: Graph, y: YearRates, p: People, chance: Chance, low: int, high: int, flows: I64, journal: Journal
) -> None:
    """Let the year pass for persons low..high-1; `p`, `flows` and `journal` are written.

    `flows` counts by county; its rows are: persons who left along each arc, who arrived along each arc, who
    moved out of the county in each state, who moved in. Afterwards `p.applying[i]` is 1 + the risk of the
    seat a person applies for, else 0; applicants are not yet a year older (see `careersim.kernels.allocate`).
    """
    words = (
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
        np.empty(_BLOCK, np.uint32),
    )
    struck = np.empty(_BLOCK, np.int64)
    quiet = np.empty(_BLOCK, np.uint8)
    rates = np.empty(_MOST_RISKS, np.float64)
    _walk(g, y, p, chance, low, high, flows, journal, words, struck, quiet, rates)


@bare_kernel
def _walk(
    g: Graph,
    y: YearRates,
    p: People,
    chance: Chance,
    low: int,
    high: int,
    flows: I64,
    journal: Journal,
    words: Words,
    struck: I64,
    quiet: U8,
    rates: F64,
) -> None:
    for start in range(low, high, _BLOCK):
        stop = min(start + _BLOCK, high)
        block_words(
            chance.seed, chance.replication, p.person_id, chance.year, np.uint32(0), start, stop, words
        )
        n = _pass_quietly(g, y, p, start, stop, words, struck, quiet)
        for k in range(n):
            _live(g, y, p, struck[k], struck[k] - start, words, chance, flows, journal, rates)


@inlined
def _pass_quietly(
    g: Graph, y: YearRates, p: People, start: int, stop: int, words: Words, struck: I64, quiet: U8
) -> int:
    """Age those to whom nothing can happen; list the others. Returns how many are listed.

    Slices and unsigned indices spare the test for negative ones; the second loop is vector code.
    """
    word_0, word_1, word_2, word_3 = words
    states = p.state[start:stop]
    ages = p.age[start:stop]
    years = p.years_in_state[start:stop]
    ftes = p.fte[start:stop]
    training = p.training_progress[start:stop]
    commitments = p.commitment_years[start:stop]
    applying = p.applying[start:stop]
    n = 0
    for j in range(len(states)):
        state = np.uint64(states[j])
        cell = state * np.uint64(AGES) + np.uint64(ages[j])
        progress = (
            np.int64(training[j])
            + g.state[state, PACE_BY_FTE] * np.int64(ftes[j])
            + g.state[state, PACE_FIXED]
        )
        nothing = (
            (word_0[j] > y.bounds[cell, 0])
            & (word_1[j] > y.bounds[cell, 1])
            & (word_2[j] > y.bounds[cell, 2])
            & (word_3[j] > y.bounds[cell, 3])
            & (progress < g.state[state, REQUIREMENT])
        )
        struck[n] = start + j
        n += 0 if nothing else 1
        quiet[j] = nothing
        training[j] = progress if nothing else training[j]
    for j in range(len(states)):
        one = quiet[j]
        ages[j] = min(np.uint8(ages[j] + one), np.uint8(_HIGHEST_AGE))
        years[j] = np.uint8(years[j] + (one & (years[j] < 255)))
        commitments[j] = np.uint8(commitments[j] - (one & (commitments[j] > 0)))
        applying[j] = np.uint8(0)
    return n


@bare_kernel
def _live(
    g: Graph,
    y: YearRates,
    p: People,
    i: int,
    j: int,
    words: Words,
    chance: Chance,
    flows: I64,
    journal: Journal,
    rates: F64,
) -> None:
    """The year of person i, every step exact; j is the person's place in `words`."""
    before = np.int64(p.state[i])
    age = np.int64(p.age[i])
    cell = before * AGES + age
    committed = False
    risk = -1
    if words[0][j] <= y.bounds[cell, 0]:
        first, last = g.state[before, EXIT_FIRST], g.state[before, EXIT_LAST]
        risk = compete(g, y, p, i, words[0][j], first, last, rates)
    changed = risk >= 0
    if changed:
        committed = _follow(g, p, i, g.risk_arc[risk], -1, chance, _AFTER_EXIT, EXIT, flows, journal)
    else:
        if words[1][j] <= y.bounds[cell, 1]:
            _relocate(g, y, p, i, words[1][j], chance, flows, journal)
        if words[2][j] <= y.bounds[cell, 2]:
            _review_working_time(g, p, i, words[2][j], chance, journal)
    state = np.int64(p.state[i])
    if g.state[state, ACCRUES] == 1 and g.state[state, TRAINING] == g.state[before, TRAINING]:
        progress = min(np.int64(p.training_progress[i]) + pace(g, p, i), _HIGHEST_PROGRESS)
        p.training_progress[i] = progress
        if progress >= g.state[state, REQUIREMENT]:
            surplus = progress - g.state[state, REQUIREMENT]
            committed |= _complete(g, p, i, surplus, chance, flows, journal)
            changed = True
            state = np.int64(p.state[i])
    risk = -1
    if words[3][j] <= y.bounds[state * AGES + age, 3]:
        first, last = g.state[state, SEAT_FIRST], g.state[state, SEAT_LAST]
        risk = compete(g, y, p, i, words[3][j], first, last, rates)
    p.applying[i] = risk + 1
    if not changed:
        p.years_in_state[i] = min(np.int64(p.years_in_state[i]) + 1, _HIGHEST_YEARS)
    if p.commitment_years[i] > 0 and not committed:
        p.commitment_years[i] -= 1
    if risk < 0:
        p.age[i] = min(age + 1, _HIGHEST_AGE)


@bare_kernel
def _relocate(
    g: Graph, y: YearRates, p: People, i: int, word: np.uint32, chance: Chance, flows: I64, journal: Journal
) -> None:
    state = p.state[i]
    risk = g.state[state, MOVE_RISK]
    if risk < 0:
        return
    if np.uint64(word) >= threshold(-math.expm1(-rate(g, y, p, i, risk))):
        return
    origin = p.county[i]
    draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _DESTINATION)
    choice = g.state[state, MOVE_CHOICE]
    destination = pick(draw, g.destination_threshold[choice, p.home_county[i], origin])
    p.county[i] = destination
    arcs, states = g.arc.shape[0], g.state.shape[0]
    flows[2 * arcs + state, origin] += 1
    flows[2 * arcs + states + state, destination] += 1
    record(journal, i, MOVE, state, state, origin, destination)


@bare_kernel
def _review_working_time(
    g: Graph, p: People, i: int, word: np.uint32, chance: Chance, journal: Journal
) -> None:
    scheme = g.state[p.state[i], WORKING_TIME_SCHEME]
    if scheme < 0:
        return
    if np.uint64(word) >= g.review[scheme, p.sex[i], p.age[i]]:
        return
    draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _WORKING_TIME)
    level = np.int64(working_time(g, p, i, p.state[i], draw))
    if level != p.fte[i]:
        record(journal, i, WORKING_TIME, p.fte[i], level, p.county[i], p.county[i])
    p.fte[i] = level


@bare_kernel
def _complete(
    g: Graph, p: People, i: int, surplus: int, chance: Chance, flows: I64, journal: Journal
) -> bool:
    first = g.state[p.state[i], COMPLETION_FIRST]
    last = g.state[p.state[i], COMPLETION_LAST]
    arc = first
    if last - first > 1:
        draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _COMPLETION)
        arc = first + pick(draw, g.arc_threshold[first:last])
    return _follow(g, p, i, arc, surplus, chance, _AFTER_COMPLETION, TRAINED, flows, journal)


@bare_kernel
def _follow(
    g: Graph,
    p: People,
    i: int,
    arc: int,
    surplus: int,
    chance: Chance,
    decision: int,
    kind: int,
    flows: I64,
    journal: Journal,
) -> bool:
    county = p.county[i]
    flows[arc, county] += 1
    flows[g.arc.shape[0] + arc, county] += 1
    record(journal, i, kind, g.arc[arc, SOURCE], g.arc[arc, DESTINATION], county, county)
    return enter(g, p, i, arc, surplus, chance, decision)


@bare_kernel
def record(
    journal: Journal,
    row: int,
    kind: int,
    source: int | np.int64,
    destination: int | np.int64,
    county_from: int,
    county_to: int,
) -> None:
    """Append an event to the journal, unless it is switched off."""
    if len(journal.event) == 0:
        return
    at = journal.used[0]
    journal.used[0] = at + 1
    journal.event[at, 0] = row
    journal.event[at, 1] = kind
    journal.event[at, 2] = source
    journal.event[at, 3] = destination
    journal.event[at, 4] = county_from
    journal.event[at, 5] = county_to


@kernel
def bounds(g: Graph, y: YearRates) -> None:
    """Fill `y.bounds`: for each state, age and decision a word above which nothing can happen.

    The bound takes the highest base over sex and the highest ratio of every covariate, widened by one part
    in a million; it only has to be safe, not tight.
    """
    scale = np.ones(g.base.shape[0])
    edges = (DURATION, COUNTY, SECTOR, AT_HOME, LEVEL, ABROAD, COMMITTED, RATIO_COLUMNS)
    for risk in range(len(scale)):
        for k in range(len(edges) - 1):
            scale[risk] *= g.ratio[risk, edges[k] : edges[k + 1]].max()
        scale[risk] *= y.workload[risk].max()
    for state in range(g.state.shape[0]):
        row = g.state[state]
        scheme = row[WORKING_TIME_SCHEME]
        for age in range(AGES):
            cell = state * AGES + age
            y.bounds[cell, 0] = _highest(g, y, scale, row[EXIT_FIRST], row[EXIT_LAST], age)
            y.bounds[cell, 1] = 0
            if row[MOVE_RISK] >= 0:
                y.bounds[cell, 1] = _highest(g, y, scale, row[MOVE_RISK], row[MOVE_RISK] + 1, age)
            y.bounds[cell, 2] = 0
            if scheme >= 0:
                highest = max(g.review[scheme, 0, age], g.review[scheme, 1, age])
                y.bounds[cell, 2] = min(highest, np.uint64(4294967295))
            y.bounds[cell, 3] = _highest(g, y, scale, row[SEAT_FIRST], row[SEAT_LAST], age)


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
