"""The transition forms: rate of a risk, competing risks, choice among shares, entering a state.

The formulas are those of docs/explanation/year.md; every one is evaluated in the order written there, so
that the reference engine gives the same bits.
"""

from __future__ import annotations

import math

import numpy as np

from careersim.kernels.compile import kernel
from careersim.kernels.draws import block
from careersim.kernels.layout import FULL_TIME, F64, U64, Chance, Graph, People, YearRates

__all__ = ["compete", "enter", "pick", "rate", "threshold"]

_TWO_32 = 4294967296.0
_OTHER_SECTOR = np.uint8(3)
_HUNDRED = np.uint64(100)
_HALF = np.uint64(32)
_PROGRESS_MAX = 65535


@kernel
def threshold(probability: float) -> np.uint64:
    """The 32-bit words below this number happen with `probability`."""
    return np.uint64(math.floor(probability * _TWO_32))


@kernel
def pick(word: np.uint32, thresholds: U64) -> int:
    """First index whose threshold exceeds `word`; the last threshold is 2**32."""
    wide = np.uint64(word)
    for j in range(len(thresholds)):
        if wide < thresholds[j]:
            return j
    return len(thresholds) - 1


@kernel
def rate(g: Graph, y: YearRates, p: People, i: int, risk: int) -> float:
    """Yearly rate of a risk for person i."""
    state_years = min(np.int64(p.years_in_state[i]), g.duration.shape[1] - 1)
    county = p.county[i]
    here = 1 if county == p.home_county[i] else 0
    bound = 1 if p.commitment_years[i] > 0 else 0
    h = g.base[risk, p.sex[i], p.age[i]]
    h *= g.duration[risk, state_years]
    h *= g.county[risk, county]
    h *= g.sector[risk, p.sector[i]]
    h *= g.at_home[risk, here]
    h *= g.level[risk, p.fte[i]]
    h *= g.abroad[risk, p.trained_abroad[i]]
    h *= g.committed[risk, bound]
    h *= y.lever[y.lever_index[risk], county, p.sector[i], p.age[i]]
    h *= y.workload[risk, county]
    return h


@kernel
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
    running = 0.0
    for risk in range(first, last):
        running += rates[risk - first]
        if wide < threshold(any_of_them * (running / total)):
            return risk
    return -1


@kernel
def enter(g: Graph, p: People, i: int, arc: int, surplus: int, chance: Chance, decision: int) -> bool:
    """Move person i along an arc: sector, working time, training progress, stamps, commitment.

    `surplus` is the progress beyond a completed requirement, or -1 after a hazard or a seat. Returns whether
    a commitment was taken on.
    """
    before = p.state[i]
    after = np.uint8(g.arc_destination[arc])
    word_0, word_1, word_2, _ = block(
        chance.seed, chance.replication, p.person_id[i], chance.year, np.uint32(decision)
    )
    p.state[i] = after
    if g.sectors[after] != g.sectors[before]:
        scheme = g.sectors[after]
        p.sector[i] = _OTHER_SECTOR if scheme < 0 else pick(word_0, g.sector_threshold[scheme])
    if g.working_time[after] != g.working_time[before]:
        scheme = g.working_time[after]
        if scheme < 0:
            p.fte[i] = FULL_TIME
        else:
            level = pick(word_2, g.level_threshold[scheme, p.sex[i], p.age[i]])
            p.fte[i] = g.level_percent[scheme, level]
    if g.training[after] < 0:
        p.training_progress[i] = 0
    else:
        progress = np.int64(p.training_progress[i])
        if g.training[after] != g.training[before]:
            if g.accrues[after] == 0:
                progress = 0
            elif surplus >= 0:
                progress = min(surplus, 100)
            else:
                pace = np.int64(g.pace_by_fte[after]) * np.int64(p.fte[i]) + np.int64(g.pace_fixed[after])
                progress = np.int64((np.uint64(word_1) * _HUNDRED) >> _HALF) * pace // 100
        p.training_progress[i] = min(progress + np.int64(g.arc_credit[arc]), _PROGRESS_MAX)
    p.years_in_state[i] = 0
    stamp = g.arc_stamp[arc]
    if stamp == 1:
        p.degree_year[i] = chance.year
    elif stamp == 2:
        p.licence_year[i] = chance.year
    elif stamp == 3:
        p.certificate_year[i] = chance.year
    if g.arc_commitment[arc] == 0:
        return False
    p.commitment_years[i] = g.arc_commitment[arc]
    return True
