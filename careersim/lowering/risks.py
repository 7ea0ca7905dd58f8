"""Rates with covariates as dense arrays, numbered so that the risks of a state lie side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.kernels import layout
from careersim.lowering.contracts import bonus_ratios
from careersim.model.graph import AgeShift, Hazard, Profession, RateLever
from careersim.model.table import DURATIONS, Table
from careersim.schema import AGES, COUNTIES, SECTORS

__all__ = ["Risks", "lever_tables", "lower_risks", "shift_tables"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Risks:
    """Risks in the order of `careersim.kernels.layout.Graph`: hazards, seats, mobility.

    Attributes
    ----------
    transition
        Index of the transition of each risk, -1 for mobility.
    workload
        Log rate ratio per 1,000 inhabitants per full-time equivalent.
    """

    exit_first: I64
    exit_last: I64
    seat_first: I64
    seat_last: I64
    move_risk: I64
    base: F64
    ratio: F64
    arc: I64
    pool: I64
    transition: I64
    workload: F64


def lower_risks(profession: Profession) -> Risks:
    """Number and tabulate every hazard of a profession."""
    states = len(profession.states)
    hazards: list[Hazard] = []
    transitions: list[int] = []
    contracts: list[F64] = []
    spans: dict[str, tuple[list[int], list[int]]] = {}
    for form in ("hazard", "seat"):
        firsts, lasts = [], []
        for state in range(states):
            firsts.append(len(hazards))
            for index, transition in enumerate(profession.transitions):
                if transition.form == form and transition.source == state and transition.hazard is not None:
                    hazards.append(transition.hazard)
                    transitions.append(index)
                    contracts.append(bonus_ratios(profession, transition=index))
            lasts.append(len(hazards))
        spans[form] = (firsts, lasts)
    move = [-1] * states
    for state, declared in enumerate(profession.states):
        if declared.mobility is not None:
            move[state] = len(hazards)
            hazards.append(declared.mobility)
            transitions.append(-1)
            contracts.append(bonus_ratios(profession, state=state))
    first_arc = np.cumsum([0] + [len(t.destinations) for t in profession.transitions])
    pools = [profession.transitions[t].pool if t >= 0 else None for t in transitions]
    if not hazards:  # kernels need one row
        hazards, contracts = [Hazard(Table((), (), (0.0,)))], [bonus_ratios(profession)]
    return Risks(
        exit_first=np.array(spans["hazard"][0], np.int64),
        exit_last=np.array(spans["hazard"][1], np.int64),
        seat_first=np.array(spans["seat"][0], np.int64),
        seat_last=np.array(spans["seat"][1], np.int64),
        move_risk=np.array(move, np.int64),
        base=np.stack([_base(h) for h in hazards]),
        ratio=np.stack([_ratio_row(h, c) for h, c in zip(hazards, contracts, strict=True)]),
        arc=np.array([first_arc[t] if t >= 0 else -1 for t in transitions] or [-1], np.int64),
        pool=np.array([-1 if p is None else p for p in pools] or [-1], np.int64),
        transition=np.array(transitions or [-1], np.int64),
        workload=np.array([h.workload or 0.0 for h in hazards]),
    )


def _base(hazard: Hazard) -> F64:
    return np.array([[hazard.rate.at(sex=s, age=a) for a in range(AGES)] for s in range(2)])


def _ratio_row(hazard: Hazard, contracts: F64) -> F64:
    """Ratios of all covariates side by side; 1 where nothing is declared."""
    level = np.ones(layout.ABROAD - layout.LEVEL)
    for percent, ratio in hazard.working_time:
        level[percent] = ratio
    parts = (
        _ratios(hazard.duration, "years_in_state", DURATIONS),
        _ratios(hazard.county, "county", COUNTIES),
        _ratios(hazard.sector, "sector", len(SECTORS)),
        _switch(hazard.at_home),
        level,
        _switch(hazard.trained_abroad),
        _switch(hazard.committed),
        contracts,
    )
    return np.concatenate(parts)


def _ratios(table: Table | None, dimension: str, size: int) -> F64:
    if table is None:
        return np.ones(size)
    return np.array([table.at(**{dimension: k}) for k in range(size)])


def _switch(ratio: float | None) -> F64:
    return np.array([1.0, 1.0 if ratio is None else ratio])


def lever_tables(risks: Risks, levers: tuple[RateLever, ...], year: int) -> tuple[I64, F64]:
    """Products of the rate levers that act in a year.

    Returns
    -------
    Row of each risk (0 = no lever), and the rows: row x county x sector x age; row 0 is all ones.
    """
    index = np.zeros(len(risks.transition), np.int64)
    rows = [np.ones((COUNTIES, len(SECTORS), AGES))]
    for lever in levers:
        if not lever.first_year <= year <= lever.last_year:
            continue
        for risk in np.flatnonzero(risks.transition == lever.transition):
            if index[risk] == 0:
                index[risk] = len(rows)
                rows.append(np.ones((COUNTIES, len(SECTORS), AGES)))
            low, high = lever.age_low, min(lever.age_high, AGES - 1) + 1
            selected = np.ix_(
                np.flatnonzero(lever.counties), np.flatnonzero(lever.sectors), np.arange(low, high)
            )
            rows[index[risk]][selected] *= lever.factor_in(year)
    return index, np.stack(rows)


def shift_tables(risks: Risks, shifts: tuple[AgeShift, ...], year: int) -> tuple[I64, F64]:
    """Base rates of the hazards whose ages are shifted in a year.

    Returns
    -------
    Row of each risk (0 = not shifted), and the rows: row x county x sector x sex x age; row 0 is unused.
    """
    index = np.zeros(len(risks.transition), np.int64)
    rows = [np.zeros((COUNTIES, len(SECTORS), 2, AGES))]
    acting = [shift for shift in shifts if shift.first_year <= year <= shift.last_year]
    for transition in sorted({shift.transition for shift in acting}):
        years = np.zeros((COUNTIES, len(SECTORS)))
        for shift in acting:
            if shift.transition == transition:
                years[np.ix_(np.flatnonzero(shift.counties), np.flatnonzero(shift.sectors))] += shift.years
        for risk in np.flatnonzero(risks.transition == transition):
            index[risk] = len(rows)
            row = np.empty((COUNTIES, len(SECTORS), 2, AGES))
            for distinct in np.unique(years):
                row[years == distinct] = _shifted(risks.base[risk], float(distinct))
            rows.append(row)
    return index, np.stack(rows)


def _shifted(base: F64, years: float) -> F64:
    """Rates by sex and age, those of `years` before; straight lines between whole ages."""
    position = np.clip(np.arange(AGES) - years, 0.0, AGES - 1.0)
    below = np.floor(position).astype(np.int64)
    above = np.minimum(below + 1, AGES - 1)
    part = position - below
    return np.where(part == 0.0, base[:, below], base[:, below] * (1.0 - part) + base[:, above] * part)
