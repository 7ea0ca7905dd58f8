"""One year for persons low..high-1: exits, relocation, working time, training, applications for seats.

Persons are taken in blocks. A first loop without branches draws four words for everyone; a second compares
them with bounds of the person's state and age, all four at once. Those whom something may strike are put on
lists, one for each step of docs/explanation/year.md, and the steps walk their lists in that order, exactly;
each is a loop over few persons who need the same. For the many on no list only the time passes.
"""

from __future__ import annotations

import math

import numpy as np

from careersim.kernels.block_lists import BLOCK, Desk, draw, draw_all, look_up, sort_out
from careersim.kernels.bounds import FINE
from careersim.kernels.compile import bare_kernel, inlined, kernel
from careersim.kernels.draws import block_words, one_word
from careersim.kernels.events import EXIT, MOVE, TRAINED, WORKING_TIME, record
from careersim.kernels.forms import (
    choose,
    compete,
    enter,
    pace,
    pick,
    rate,
    requirement,
    threshold,
    working_time,
)
from careersim.kernels.layout import (
    ACCRUES,
    AGES,
    COMPLETION_FIRST,
    COMPLETION_LAST,
    DESTINATION,
    DRAWS,
    EXIT_FIRST,
    EXIT_LAST,
    I64,
    MOVE_CHOICE,
    MOVE_RISK,
    SEAT_FIRST,
    SEAT_LAST,
    SOURCE,
    TRAINING,
    WORKING_TIME_SCHEME,
    Chance,
    Graph,
    Journal,
    People,
    YearRates,
)

__all__ = ["step_year"]

_MOST_RISKS = 64
_HIGHEST_AGE = np.int64(AGES - 1)
_HIGHEST_PROGRESS = np.int64(65535)

_FIELD = np.uint64(0x7FFF)

# Decisions (careersim.schema.Decision).
_YEAR = np.uint32(0)
_DESTINATION = np.uint32(1)
_WORKING_TIME = np.uint32(2)
_COMPLETION = np.uint32(3)
_AFTER_EXIT = np.uint32(4)
_AFTER_COMPLETION = np.uint32(5)


@kernel
def step_year(
    g: Graph, y: YearRates, p: People, chance: Chance, low: int, high: int, flows: I64, journal: Journal
) -> None:
    """Let the year pass for persons low..high-1; `p`, `flows` and `journal` are written.

    `flows` counts by county; its rows are: persons who left along each arc, who arrived along each arc, who
    moved out of the county in each state, who moved in. Afterwards `p.applying[i]` is 1 + the risk of the
    seat a person applies for, else 0; applicants are not yet a year older (see `careersim.kernels.allocate`).
    """
    desk = Desk(
        words=(
            np.empty(BLOCK, np.uint32),
            np.empty(BLOCK, np.uint32),
            np.empty(BLOCK, np.uint32),
            np.empty(BLOCK, np.uint32),
        ),
        draws=(
            np.empty(BLOCK, np.uint32),
            np.empty(BLOCK, np.uint32),
            np.empty(BLOCK, np.uint32),
            np.empty(BLOCK, np.uint32),
        ),
        person_id=np.empty(BLOCK, np.uint64),
        before=np.empty(BLOCK, np.uint8),
        struck=np.empty(BLOCK, np.uint64),
        changed=np.empty(BLOCK, np.uint8),
        committed=np.empty(BLOCK, np.uint8),
        anything=np.empty(BLOCK, np.int64),
        exits=np.empty(BLOCK, np.int64),
        moves=np.empty(BLOCK, np.int64),
        reviews=np.empty(BLOCK, np.int64),
        trainees=np.empty(BLOCK, np.int64),
        completions=np.empty(BLOCK, np.int64),
        arcs=np.empty(BLOCK, np.int64),
        first=np.empty(g.state.shape[0] + 1, np.int64),
        rates=np.empty(_MOST_RISKS, np.float64),
    )
    _walk(g, y, p, chance, low, high, flows, journal, desk)
    arcs = g.arc.shape[0]
    flows[arcs : 2 * arcs] += flows[:arcs]  # only seats change the county together with the state


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
    desk: Desk,
) -> None:
    for start in range(low, high, BLOCK):
        stop = min(start + BLOCK, high)
        draw_all(p, start, stop, _YEAR, chance, desk)
        look_up(g, y, p, start, stop, desk)
        anything, exits, moves, reviews, trainees, completions = sort_out(stop - start, desk)
        _exit(g, y, p, start, exits, chance, flows, journal, desk)
        _relocate(g, y, p, start, moves, chance, flows, journal, desk)
        _review(g, p, start, reviews, chance, journal, desk)
        completions = _train(g, p, start, trainees, completions, desk)
        _complete(g, p, start, completions, chance, flows, journal, desk)
        _apply(g, y, p, start, anything, desk)
        _age(p, start, stop, desk)


@inlined
def _exit(
    g: Graph,
    y: YearRates,
    p: People,
    start: int,
    n: int,
    chance: Chance,
    flows: I64,
    journal: Journal,
    desk: Desk,
) -> None:
    """Step 3."""
    events = 0
    for k in range(n):
        j = desk.exits[k]
        i = start + j
        state = p.state[i]
        first, last = g.state[state, EXIT_FIRST], g.state[state, EXIT_LAST]
        if y.plain[state, 0] == 1:
            risk = choose(y, p, i, desk.words[0][j], first, last)
        else:
            risk = compete(g, y, p, i, desk.words[0][j], first, last, desk.rates)
        if risk >= 0:
            desk.exits[events] = j
            desk.arcs[events] = g.risk_arc[risk]
            desk.changed[j] = 1
            events += 1
    _follow(g, p, start, desk.exits, events, chance, _AFTER_EXIT, EXIT, flows, journal, desk)


@inlined
def _relocate(
    g: Graph,
    y: YearRates,
    p: People,
    start: int,
    n: int,
    chance: Chance,
    flows: I64,
    journal: Journal,
    desk: Desk,
) -> None:
    """Step 4."""
    for k in range(n):
        j = desk.moves[k]
        i = start + j
        state = p.state[i]
        risk = g.state[state, MOVE_RISK]
        if desk.changed[j] == 1 or risk < 0:
            continue
        if np.uint64(desk.words[1][j]) >= threshold(-math.expm1(-rate(g, y, p, i, risk))):
            continue
        origin = p.county[i]
        draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _DESTINATION)
        choice = g.state[state, MOVE_CHOICE]
        destination = pick(draw, g.destination_threshold[choice, p.home_county[i], origin])
        p.county[i] = destination
        arcs, states = g.arc.shape[0], g.state.shape[0]
        flows[2 * arcs + state, origin] += 1
        flows[2 * arcs + states + state, destination] += 1
        record(journal, i, MOVE, state, state, origin, destination)


@inlined
def _review(g: Graph, p: People, start: int, n: int, chance: Chance, journal: Journal, desk: Desk) -> None:
    """Step 5."""
    draw(p, start, desk.reviews, n, _WORKING_TIME, chance, desk)
    for k in range(n):
        j = desk.reviews[k]
        i = start + j
        scheme = g.state[p.state[i], WORKING_TIME_SCHEME]
        if desk.changed[j] == 1 or scheme < 0:
            continue
        if np.uint64(desk.words[2][j]) >= g.review[scheme, p.sex[i], p.age[i]]:
            continue
        level = np.int64(working_time(g, p, i, p.state[i], desk.draws[0][k]))
        if level != p.fte[i]:
            record(journal, i, WORKING_TIME, p.fte[i], level, p.county[i], p.county[i])
        p.fte[i] = level


@inlined
def _train(g: Graph, p: People, start: int, n: int, completions: int, desk: Desk) -> int:
    """Step 6 for those with a draw in steps 3 or 5. Returns the length of the list of completions."""
    for k in range(n):
        j = desk.trainees[k]
        i = start + j
        state = p.state[i]
        accrues = g.state[state, ACCRUES] == 1
        stays = g.state[state, TRAINING] == g.state[desk.before[j], TRAINING]
        if accrues and stays:
            progress = min(np.int64(p.training_progress[i]) + pace(g, p, i), _HIGHEST_PROGRESS)
            p.training_progress[i] = progress
            if progress >= requirement(g, state):
                desk.completions[completions] = j
                completions += 1
    return completions


@inlined
def _complete(
    g: Graph,
    p: People,
    start: int,
    n: int,
    chance: Chance,
    flows: I64,
    journal: Journal,
    desk: Desk,
) -> None:
    """Step 6: completed trainings."""
    events = 0
    for k in range(n):
        j = desk.completions[k]
        i = start + j
        state = p.state[i]
        if g.state[state, ACCRUES] == 0:
            continue
        first, last = g.state[state, COMPLETION_FIRST], g.state[state, COMPLETION_LAST]
        arc = first
        if last - first > 1:
            draw = one_word(chance.seed, chance.replication, p.person_id[i], chance.year, _COMPLETION)
            arc = first + pick(draw, g.arc_threshold[first:last])
        desk.completions[events] = j
        desk.arcs[events] = arc
        desk.changed[j] = 1
        events += 1
    _follow(g, p, start, desk.completions, events, chance, _AFTER_COMPLETION, TRAINED, flows, journal, desk)


@inlined
def _apply(g: Graph, y: YearRates, p: People, start: int, n: int, desk: Desk) -> None:
    """Step 7: who applies; a changed state has other bounds."""
    applicants = 0
    for k in range(n):
        j = desk.anything[k]
        i = start + j
        cell = np.uint64(p.state[i]) * np.uint64(AGES) + np.uint64(p.age[i])
        desk.exits[applicants] = j
        bound = y.bounds[cell] >> np.uint64(48) & _FIELD
        applicants += 1 if np.uint64(desk.words[3][j] >> FINE) <= bound else 0
    for k in range(applicants):
        j = desk.exits[k]
        i = start + j
        first, last = g.state[p.state[i], SEAT_FIRST], g.state[p.state[i], SEAT_LAST]
        if y.plain[p.state[i], 1] == 1:
            p.applying[i] = 1 + choose(y, p, i, desk.words[3][j], first, last)
        else:
            p.applying[i] = 1 + compete(g, y, p, i, desk.words[3][j], first, last, desk.rates)


@inlined
def _age(p: People, start: int, stop: int, desk: Desk) -> None:
    """Step 8, in vector code; applicants grow older when the seats are filled."""
    ages = p.age[start:stop]
    years = p.years_in_state[start:stop]
    commitments = p.commitment_years[start:stop]
    applying = p.applying[start:stop]
    for j in range(len(ages)):
        ages[j] = min(np.uint8(ages[j] + (applying[j] == 0)), np.uint8(_HIGHEST_AGE))
        years[j] = np.uint8(years[j] + ((desk.changed[j] == 0) & (years[j] < 255)))
        commitments[j] = np.uint8(commitments[j] - ((desk.committed[j] == 0) & (commitments[j] > 0)))


@inlined
def _follow(
    g: Graph,
    p: People,
    start: int,
    places: I64,
    n: int,
    chance: Chance,
    decision: np.uint32,
    kind: int,
    flows: I64,
    journal: Journal,
    desk: Desk,
) -> None:
    """Move those at `places` along `desk.arcs`."""
    drawing = 0
    for k in range(n):
        desk.person_id[drawing] = p.person_id[start + places[k]]
        drawing += g.arc[desk.arcs[k], DRAWS]
    block_words(
        chance.seed, chance.replication, desk.person_id, chance.year, decision, 0, drawing, desk.draws
    )
    word_0, word_1, word_2, _ = desk.draws
    drawing = 0
    for k in range(n):
        j = places[k]
        i = start + j
        arc = desk.arcs[k]
        county = p.county[i]
        flows[arc, county] += 1
        record(journal, i, kind, g.arc[arc, SOURCE], g.arc[arc, DESTINATION], county, county)
        surplus = -1
        if kind == TRAINED:
            surplus = int(p.training_progress[i]) - int(requirement(g, p.state[i]))
        d = min(drawing, BLOCK - 1)
        if enter(g, p, i, arc, surplus, chance.year, word_0[d], word_1[d], word_2[d]):
            desk.committed[j] = 1
        drawing += g.arc[arc, DRAWS]
