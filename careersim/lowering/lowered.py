"""`lower`: one profession of a model as the arrays that kernels read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.errors import InternalError
from careersim.kernels import layout
from careersim.kernels.contracts import Contracts
from careersim.kernels.layout import Graph, Streams
from careersim.lowering.choices import (
    choice_weights,
    destination_thresholds,
    event_threshold,
    level_thresholds,
    thresholds,
    wish_thresholds,
)
from careersim.lowering.contracts import lower_contracts
from careersim.lowering.risks import Risks, lower_risks
from careersim.lowering.versions import Versions, lower_versions
from careersim.model.graph import Model, Profession, State
from careersim.model.table import Table
from careersim.schema import AGES, COUNTIES, NO_HOME

__all__ = ["Lowered", "LoweredPool", "lower"]

F64 = NDArray[np.float64]

_NEVER = 1_000_000
_STAMPS = ("degree", "licence", "certificate")
_MOST_RISKS = 64


@dataclass(frozen=True)
class LoweredPool:
    """A pool as arrays; index 0 of the year axis is the model's first year.

    Attributes
    ----------
    posts
        Whole posts, year x county; -1 without limit.
    per_supervisor
        Trainees per supervising full-time equivalent, year x county; None without limit.
    weights
        Logit weights: home x present county x county.
    first_wish
        The same as thresholds of the first wish.
    choice
        Which of the choices they belong to; a version has others in their place.
    """

    holders: tuple[int, ...]
    supervisors: tuple[int, ...]
    posts: NDArray[np.int64]
    per_supervisor: F64 | None
    weights: F64
    first_wish: NDArray[np.uint64]
    wishes: int
    local_first: bool
    choice: int


@dataclass(frozen=True)
class Lowered:
    """Everything the numba engine needs of one profession; shared by all replications, never written.

    Attributes
    ----------
    inflow, added
        Expected entrants and persons added by levers: year x stream x county.
    demand
        Need-weighted inhabitants in thousands: year x county.
    serving
        Whether each state is part of the workforce.
    versions
        What levers put in the place of parts of the graph, by year.
    contracts
        Bonuses, without the offers of a year.
    """

    graph: Graph
    streams: Streams
    risks: Risks
    pools: tuple[LoweredPool, ...]
    inflow: F64
    added: F64
    demand: F64
    serving: NDArray[np.bool_]
    first_year: int
    versions: Versions
    contracts: Contracts


def lower(profession: Profession, model: Model) -> Lowered:
    """Tabulate a profession over the discrete cells that kernels index.

    Parameters
    ----------
    profession
        One of `model.professions`.
    model
        The world: demand, distances, switches.

    Returns
    -------
    Arrays in the layout of `careersim.kernels.layout`, in the units of the contract.
    """
    years = range(model.first_year, model.last_year + 1)
    risks = lower_risks(profession)
    _check_size(risks)
    inhabitants = [model.demand.inhabitants.at(county=c, year=profession.start_year) for c in range(COUNTIES)]
    weights = [choice_weights(choice, model.distance_km, inhabitants) for choice in profession.choices]
    graph = _graph(profession, risks, weights)
    return Lowered(
        graph=graph,
        streams=_streams(profession),
        risks=risks,
        pools=_pools(profession, model, years, weights),
        inflow=_by_year(years, [stream.inflow for stream in profession.streams]),
        added=_by_year(years, [stream.added for stream in profession.streams]),
        demand=_demand(model, years),
        serving=np.array([state.serves for state in profession.states]),
        first_year=model.first_year,
        versions=lower_versions(profession, model, graph, weights),
        contracts=lower_contracts(profession),
    )


def _graph(profession: Profession, risks: Risks, weights: list[F64]) -> Graph:
    arcs = [(t, d) for t in profession.transitions for d in t.destinations]
    states = profession.states
    arc = np.zeros((len(arcs), layout.ARC_COLUMNS), np.int64)
    for k, (transition, destination) in enumerate(arcs):
        arc[k, layout.SOURCE] = transition.source
        arc[k, layout.DESTINATION] = destination.state
        arc[k, layout.CREDIT] = transition.credit
        arc[k, layout.COMMITMENT] = transition.commitment
        arc[k, layout.DRAWS] = _needs_chance(states[transition.source], states[destination.state])
        arc[k, layout.STAMP] = 0 if transition.stamp is None else 1 + _STAMPS.index(transition.stamp)
    shares = [k for t in profession.transitions for k in thresholds([d.share for d in t.destinations])]
    review, percent, level, sector = _schemes(profession)
    return Graph(
        state=_states(profession, risks),
        base=np.ascontiguousarray(np.moveaxis(risks.base, 0, -1)),
        ratio=risks.ratio,
        covariates=_covariates(risks.ratio),
        has_workload=risks.workload != 0.0,
        risk_arc=risks.arc,
        arc=arc,
        arc_threshold=np.array(shares, np.uint64),
        review=review,
        level_percent=percent,
        level_row=np.repeat(np.arange(len(level))[:, None], COUNTIES, axis=1),
        level_threshold=level,
        sector_threshold=sector,
        destination_threshold=destination_thresholds(weights),
    )


def _covariates(ratio: F64) -> NDArray[np.uint8]:
    """Bits of the covariates that matter to each risk."""
    bits = [np.any(part != 1.0, axis=1) for part in np.split(ratio, layout.COVARIATES[1:], axis=1)]
    packed: NDArray[np.uint8] = np.packbits(np.array(bits), axis=0, bitorder="little")[0]
    return packed


def _needs_chance(before: State, after: State) -> bool:
    """Whether the sector, the working time or a head start of training is drawn on the way."""
    sector = after.sectors is not None and after.sectors != before.sectors
    working_time = after.working_time is not None and after.working_time != before.working_time
    return sector or working_time or (after.accrues and after.training != before.training)


def _states(profession: Profession, risks: Risks) -> NDArray[np.int64]:
    """What kernels know of each state: state x STATE_COLUMNS."""
    first_arc = np.cumsum([0] + [len(t.destinations) for t in profession.transitions])
    completion = {t.source: k for k, t in enumerate(profession.transitions) if t.form == "progress"}
    out = np.full((len(profession.states), layout.STATE_COLUMNS), -1, np.int64)
    out[:, layout.EXIT_FIRST] = risks.exit_first
    out[:, layout.EXIT_LAST] = risks.exit_last
    out[:, layout.SEAT_FIRST] = risks.seat_first
    out[:, layout.SEAT_LAST] = risks.seat_last
    out[:, layout.MOVE_RISK] = risks.move_risk
    for k, state in enumerate(profession.states):
        row = out[k]
        row[layout.MOVE_CHOICE] = state.mobility_choice
        row[layout.TRAINING] = _index(state.training)
        row[layout.ACCRUES] = state.accrues
        row[layout.WORKING_TIME_SCHEME] = _index(state.working_time)
        row[layout.SECTOR_SCHEME] = _index(state.sectors)
        requirement = _NEVER
        if k in completion:
            transition = completion[k]
            requirement = profession.transitions[transition].requirement
            row[layout.COMPLETION_FIRST : layout.COMPLETION_LAST + 1] = first_arc[transition : transition + 2]
        fixed = 100 * (state.accrues and state.pace_full_time)
        by_fte = state.accrues and not state.pace_full_time
        row[layout.PROGRESS] = requirement | fixed << layout.PACE_FIXED | by_fte << layout.PACE_BY_FTE
    return out


def _index(declared: int | None) -> int:
    return -1 if declared is None else declared


def _schemes(
    profession: Profession,
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.uint64], NDArray[np.uint64]]:
    """Reviews, levels, thresholds of levels, thresholds of sectors; never empty, as kernels expect."""
    schemes = profession.working_times
    most = max([len(s.levels) for s in schemes], default=1)
    review = np.zeros((max(len(schemes), 1), 2, AGES), np.uint64)
    percent = np.zeros((max(len(schemes), 1), most), np.uint8)
    level = np.full((max(len(schemes), 1), 2, AGES, most), 2**32, np.uint64)
    for k, scheme in enumerate(schemes):
        percent[k, : len(scheme.levels)] = scheme.levels
        for sex in range(2):
            for age in range(AGES):
                review[k, sex, age] = event_threshold(scheme.review.at(sex=sex, age=age))
        level[k, :, :, : len(scheme.levels)] = level_thresholds(scheme)
    sector = [thresholds(s.shares) for s in profession.sector_schemes] or [[2**32] * 4]
    return review, percent, level, np.array(sector, np.uint64)


def _streams(profession: Profession) -> Streams:
    streams = profession.streams
    ages = [thresholds([s.ages.at(age=a) for a in range(AGES)]) for s in streams]
    return Streams(
        state=np.array([s.state for s in streams], np.int64),
        trained_abroad=np.array([s.trained_abroad for s in streams], np.uint8),
        no_home=NO_HOME,
        women=np.array([int(s.women * 2**32) for s in streams], np.uint64),
        age_threshold=np.array(ages, np.uint64).reshape(len(streams), AGES),
        stamps=np.array([[name in s.stamps for name in _STAMPS] for s in streams], np.uint8).reshape(-1, 3),
        poisson=np.array([s.dispersion == "poisson" for s in streams], np.uint8),
    )


def _pools(profession: Profession, model: Model, years: range, weights: list[F64]) -> tuple[LoweredPool, ...]:
    pools = []
    for pool in profession.pools:
        unlimited = model.seats_unlimited or pool.posts is None
        posts = np.full((len(years), COUNTIES), -1, np.int64)
        if pool.posts is not None and not unlimited:
            posts = np.floor(_by_year(years, [pool.posts])[:, 0, :]).astype(np.int64)
        limited = pool.supervisors and pool.per_supervisor is not None and not model.seats_unlimited
        pools.append(
            LoweredPool(
                holders=pool.holders,
                supervisors=pool.supervisors if limited else (),
                posts=posts,
                per_supervisor=_by_year(years, [pool.per_supervisor])[:, 0, :]
                if limited and pool.per_supervisor is not None
                else None,
                weights=weights[pool.choice],
                first_wish=wish_thresholds(weights[pool.choice]),
                wishes=pool.wishes,
                local_first=pool.local_first,
                choice=pool.choice,
            )
        )
    return tuple(pools)


def _by_year(years: range, tables: list[Table]) -> F64:
    """Tabulate tables over county and year: year x table x county."""
    out = np.zeros((len(years), len(tables), COUNTIES))
    for k, table in enumerate(tables):
        for y, year in enumerate(years):
            out[y, k] = [table.at(county=c, year=year) for c in range(COUNTIES)]
    return out


def _demand(model: Model, years: range) -> F64:
    inhabitants = _by_year(years, [model.demand.inhabitants])[:, 0, :]
    weight = _by_year(years, [model.demand.need_weight])[:, 0, :]
    return np.asarray(inhabitants * weight / 1000.0)


def _check_size(risks: Risks) -> None:
    """Refuse a graph with more competing risks in one state than kernels have room for."""
    widest = max(
        int((risks.exit_last - risks.exit_first).max()), int((risks.seat_last - risks.seat_first).max())
    )
    if widest > _MOST_RISKS:
        message = f"a state has {widest} competing transitions; kernels hold {_MOST_RISKS}"
        raise InternalError(message)
