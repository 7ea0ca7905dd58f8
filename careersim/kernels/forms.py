"""The transition forms: rate of a risk, competing risks, choice among shares, entering a state.

The formulas are those of docs/explanation/year.md; every one is evaluated in the order written there, so
that the reference engine gives the same bits.
"""

from __future__ import annotations

import math

import numpy as np

from careersim.kernels.compile import bare_kernel
from careersim.kernels.layout import (
    ABROAD,
    ACCRUES,
    AT_HOME,
    BONUS,
    COMMITMENT,
    COMMITTED,
    COUNTY,
    CREDIT,
    DESTINATION,
    DURATION,
    F64,
    FULL_TIME,
    LEVEL,
    PACE_BY_FTE,
    PACE_FIXED,
    PROGRESS,
    SECTOR,
    SECTOR_SCHEME,
    STAMP,
    TRAINING,
    U64,
    WORKING_TIME_SCHEME,
    Graph,
    People,
    YearRates,
)

__all__ = [
    "choose",
    "compete",
    "enter",
    "head_start",
    "pace",
    "pick",
    "rate",
    "requirement",
    "threshold",
    "working_time",
]

_TWO_32 = 4294967296.0
_CLOSE = 1e-9
_OTHER_SECTOR = np.uint8(3)
_HUNDRED = np.uint64(100)
_HALF = np.uint64(32)
_PROGRESS_MAX = np.int64(65535)
_PACE = np.int64(0xFFFF)
_REQUIREMENT = np.int64(0xFFFFFFFF)
_LONGEST_STAY = np.int64(COUNTY - DURATION - 1)


@bare_kernel
def threshold(probability: float) -> np.uint64:
    """The 32-bit words below this number happen with `probability`."""
    return np.uint64(np.int64(probability * _TWO_32))  # truncation is floor, and one instruction


@bare_kernel
def pick(word: np.uint32, thresholds: U64) -> int:
    """First index whose threshold exceeds `word`; thresholds never fall, and the last one is 2**32."""
    wide = np.uint64(word)
    below = 0
    for j in range(len(thresholds) - 1):
        below += 1 if thresholds[j] <= wide else 0
    return below


@bare_kernel
def rate(g: Graph, y: YearRates, p: People, i: int, risk: int) -> np.float64:
    """Yearly rate of a risk for person i; ratios known to be 1 are left out, which changes no bit.

    Bit k of `covariates` belongs to the k-th of COVARIATES.
    """
    h: np.float64 = g.base[p.sex[i], p.age[i], risk]
    if y.shift_index[risk] > 0:
        h = y.shifted[y.shift_index[risk], p.county[i], p.sector[i], p.sex[i], p.age[i]]
    covariates = g.covariates[risk]
    if covariates != 0:
        if covariates & 1:
            h *= g.ratio[risk, DURATION + min(np.int64(p.years_in_state[i]), _LONGEST_STAY)]
        if covariates & 2:
            h *= g.ratio[risk, COUNTY + p.county[i]]
        if covariates & 4:
            h *= g.ratio[risk, SECTOR + p.sector[i]]
        if covariates & 8:
            h *= g.ratio[risk, AT_HOME + (1 if p.county[i] == p.home_county[i] else 0)]
        if covariates & 16:
            h *= g.ratio[risk, LEVEL + p.fte[i]]
        if covariates & 32:
            h *= g.ratio[risk, ABROAD + p.trained_abroad[i]]
        if covariates & 64:
            h *= g.ratio[risk, COMMITTED + (1 if p.commitment_years[i] > 0 else 0)]
        if covariates & 128:
            h *= g.ratio[risk, BONUS + p.bonus[i]]
    if y.lever_index[risk] > 0:
        h *= y.lever[y.lever_index[risk], p.county[i], p.sector[i], p.age[i]]
    if g.has_workload[risk]:
        h *= y.workload[risk, p.county[i]]
    return h


@bare_kernel
def choose(y: YearRates, p: People, i: int, word: np.uint32, first: int, last: int) -> int:
    """What `compete` gives, where state, sex and age alone decide."""
    wide = np.uint64(word)
    for risk in range(first, last):
        if wide < y.base_threshold[p.sex[i], p.age[i], risk]:
            return risk
    return -1


@bare_kernel
def compete(
    g: Graph, y: YearRates, p: People, i: int, word: np.uint32, first: int, last: int, rates: F64
) -> int:
    """Which of the risks first..last-1 strikes person i, or -1; `rates` is scratch."""
    total = 0.0
    for risk in range(first, last):
        h = rate(g, y, p, i, risk)
        rates[risk - first] = h
        total += h
    if total <= 0.0:
        return -1
    any_of_them = -math.expm1(-total)
    wide = np.uint64(word)
    if wide >= threshold(any_of_them):  # the threshold of the last risk
        return -1
    # A risk is chosen if word < floor(any * (running / total) * 2**32). Almost always a product decides, with
    # room for rounding; the division is made only in the close case.
    edge = (np.float64(word) + 1.0) / _TWO_32 * total
    low, high = edge * (1.0 - _CLOSE), edge * (1.0 + _CLOSE)
    running = 0.0
    for risk in range(first, last - 1):
        running += rates[risk - first]
        reached = any_of_them * running
        if reached > high or (reached > low and wide < threshold(any_of_them * (running / total))):
            return risk
    return last - 1


@bare_kernel
def enter(
    g: Graph,
    p: People,
    i: int,
    arc: int,
    surplus: int,
    year: np.uint32,
    word_0: np.uint32,
    word_1: np.uint32,
    word_2: np.uint32,
) -> bool:
    """Move person i along an arc: sector, working time, training progress, stamps, commitment.

    The words are those of the decision. `surplus` is the progress beyond a completed requirement, or -1 after
    a hazard or a seat. Returns whether a commitment was taken on.
    """
    before = np.int64(p.state[i])
    after = g.arc[arc, DESTINATION]
    p.state[i] = after
    if g.state[after, SECTOR_SCHEME] != g.state[before, SECTOR_SCHEME]:
        scheme = g.state[after, SECTOR_SCHEME]
        p.sector[i] = _OTHER_SECTOR if scheme < 0 else pick(word_0, g.sector_threshold[scheme])
    if g.state[after, WORKING_TIME_SCHEME] != g.state[before, WORKING_TIME_SCHEME]:
        p.fte[i] = working_time(g, p, i, after, word_2)
    progress = np.int64(0)
    if g.state[after, TRAINING] >= 0:
        if g.state[after, TRAINING] == g.state[before, TRAINING]:
            progress = np.int64(p.training_progress[i])
        elif g.state[after, ACCRUES] == 0:
            progress = np.int64(0)
        elif surplus >= 0:
            progress = np.int64(min(surplus, 100))
        else:
            progress = head_start(g, p, i, word_1)
        progress = min(progress + g.arc[arc, CREDIT], _PROGRESS_MAX)
    p.training_progress[i] = progress
    p.years_in_state[i] = 0
    stamp = g.arc[arc, STAMP]
    if stamp == 1:
        p.degree_year[i] = year
    elif stamp == 2:
        p.licence_year[i] = year
    elif stamp == 3:
        p.certificate_year[i] = year
    if g.arc[arc, COMMITMENT] == 0:
        return False
    p.commitment_years[i] = g.arc[arc, COMMITMENT]
    return True


@bare_kernel
def pace(g: Graph, p: People, i: int) -> np.int64:
    """Hundredths of a full-time year that person i's training grows by in a year."""
    rule: np.int64 = g.state[p.state[i], PROGRESS]
    return (rule >> PACE_BY_FTE) * np.int64(p.fte[i]) + (rule >> PACE_FIXED & _PACE)


@bare_kernel
def requirement(g: Graph, state: int) -> np.int64:
    """Progress at which the training of a state is complete."""
    rule: np.int64 = g.state[state, PROGRESS]
    return rule & _REQUIREMENT


@bare_kernel
def head_start(g: Graph, p: People, i: int, word: np.uint32) -> np.int64:
    """Progress by the first observation of a person who began at an unknown time of the year."""
    hundredths = np.int64((np.uint64(word) * _HUNDRED) >> _HALF)
    return hundredths * pace(g, p, i) // 100


@bare_kernel
def working_time(g: Graph, p: People, i: int, state: int, word: np.uint32) -> np.uint8:
    """Working time in percent drawn from the scheme of a state; full time if it has none."""
    scheme = g.state[state, WORKING_TIME_SCHEME]
    if scheme < 0:
        return np.uint8(FULL_TIME)
    row = g.level_row[scheme, p.county[i]]
    percent: np.uint8 = g.level_percent[scheme, pick(word, g.level_threshold[row, p.sex[i], p.age[i]])]
    return percent
