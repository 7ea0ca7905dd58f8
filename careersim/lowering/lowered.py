"""`lower`: one profession of a model as the arrays that kernels read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.errors import InternalError
from careersim.kernels.layout import Graph, Streams
from careersim.lowering.choices import choice_weights, destination_thresholds, level_thresholds, thresholds
from careersim.lowering.risks import Risks, lower_risks
from careersim.model.graph import Model, Profession
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
    """

    holders: tuple[int, ...]
    supervisors: tuple[int, ...]
    posts: NDArray[np.int64]
    per_supervisor: F64 | None
    weights: F64
    wishes: int
    local_first: bool


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
    workload_beta
        Log rate ratio by risk; 0 where the workload does not matter.
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
    return Lowered(
        graph=_graph(profession, risks, weights),
        streams=_streams(profession),
        risks=risks,
        pools=_pools(profession, model, years, weights),
        inflow=_by_year(years, [stream.inflow for stream in profession.streams]),
        added=_by_year(years, [stream.added for stream in profession.streams]),
        demand=_demand(model, years),
        serving=np.array([state.serves for state in profession.states]),
        first_year=model.first_year,
    )


def _graph(profession: Profession, risks: Risks, weights: list[F64]) -> Graph:
    states = profession.states
    arcs = [(t, d) for t in profession.transitions for d in t.destinations]
    progress = [t for t in profession.transitions if t.form == "progress"]
    first_arc = {id(t): next(k for k, (u, _) in enumerate(arcs) if u is t) for t in progress}
    by_source = {t.source: t for t in progress}

    def completing(state: int, missing: int, found: str) -> int:
        transition = by_source.get(state)
        if transition is None:
            return missing
        first = first_arc[id(transition)]
        return {
            "first": first,
            "last": first + len(transition.destinations),
            "requirement": transition.requirement,
        }[found]

    shares = [
        threshold
        for t in profession.transitions
        for threshold in thresholds([d.share for d in t.destinations])
    ]
    accrues = [s.accrues for s in states]
    full_time = [s.pace_full_time for s in states]
    return Graph(
        exit_first=risks.exit_first,
        exit_last=risks.exit_last,
        seat_first=risks.seat_first,
        seat_last=risks.seat_last,
        move_risk=risks.move_risk,
        move_choice=np.array([s.mobility_choice for s in states], np.int64),
        training=np.array([-1 if s.training is None else s.training for s in states], np.int16),
        accrues=np.array(accrues, np.uint8),
        pace_by_fte=np.array([a and not f for a, f in zip(accrues, full_time, strict=True)], np.uint16),
        pace_fixed=np.array([100 * (a and f) for a, f in zip(accrues, full_time, strict=True)], np.uint16),
        requirement=np.array([completing(i, _NEVER, "requirement") for i in range(len(states))], np.int32),
        completion_first=np.array([completing(i, -1, "first") for i in range(len(states))], np.int64),
        completion_last=np.array([completing(i, -1, "last") for i in range(len(states))], np.int64),
        working_time=np.array([-1 if s.working_time is None else s.working_time for s in states], np.int16),
        sectors=np.array([-1 if s.sectors is None else s.sectors for s in states], np.int16),
        base=risks.base,
        duration=risks.duration,
        county=risks.county,
        sector=risks.sector,
        at_home=risks.at_home,
        level=risks.level,
        abroad=risks.abroad,
        committed=risks.committed,
        risk_arc=risks.arc,
        risk_pool=risks.pool,
        arc_source=np.array([t.source for t, _ in arcs], np.int64),
        arc_destination=np.array([d.state for _, d in arcs], np.int64),
        arc_credit=np.array([t.credit for t, _ in arcs], np.int32),
        arc_commitment=np.array([t.commitment for t, _ in arcs], np.uint8),
        arc_stamp=np.array([0 if t.stamp is None else 1 + _STAMPS.index(t.stamp) for t, _ in arcs], np.uint8),
        arc_threshold=np.array(shares, np.uint64),
        **_schemes(profession),
        destination_threshold=destination_thresholds(weights),
    )


def _schemes(profession: Profession) -> dict[str, NDArray[np.generic]]:
    schemes = profession.working_times
    most = max([len(s.levels) for s in schemes], default=1)
    review = np.zeros((max(len(schemes), 1), 2, AGES))
    percent = np.zeros((max(len(schemes), 1), most), np.uint8)
    level = np.full((max(len(schemes), 1), 2, AGES, most), 2**32, np.uint64)
    for k, scheme in enumerate(schemes):
        percent[k, : len(scheme.levels)] = scheme.levels
        for sex in range(2):
            for age in range(AGES):
                review[k, sex, age] = scheme.review.at(sex=sex, age=age)
        level[k, :, :, : len(scheme.levels)] = level_thresholds(scheme)
    sector = [thresholds(s.shares) for s in profession.sector_schemes] or [[2**32] * 4]
    return {
        "review": review,
        "level_percent": percent,
        "level_threshold": level,
        "sector_threshold": np.array(sector, np.uint64),
    }


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
                wishes=pool.wishes,
                local_first=pool.local_first,
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
    weight = np.array([model.demand.need_weight.at(county=c) for c in range(COUNTIES)])
    return np.asarray(inhabitants * weight / 1000.0)


def _check_size(risks: Risks) -> None:
    """Refuse a graph with more competing risks in one state than kernels have room for."""
    widest = max(
        int((risks.exit_last - risks.exit_first).max()), int((risks.seat_last - risks.seat_first).max())
    )
    if widest > _MOST_RISKS:
        message = f"a state has {widest} competing transitions; kernels hold {_MOST_RISKS}"
        raise InternalError(message)
