"""`judge`: what a number of posts or entrants gives, measured in the target year by what was asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.experiment.planned import Planned
from careersim.flows.areas import with_nation
from careersim.flows.constraints import CONSTRAINTS, binding
from careersim.flows.guideline import Standing, list_sizes, standing
from careersim.flows.series import ProfessionSeries
from careersim.flows.workforce import group_states
from careersim.model.graph import Demand
from careersim.schema import COUNTIES

__all__ = ["Basis", "Counts", "Floats", "Nation", "Question", "Reading", "Tried", "judge", "weights"]

Reading = Literal["list", "ratio", "density", "demand"]
Basis = Literal["headcount", "fte"]
Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    target_year
        It is to be met at the end of this year.
    probability
        In at least this share of the replications; above 0 and below 1.
    first_year
        Posts change from this year on, to one number for all years.
    reading
        `list`: specialists and trainees together reach all inhabitants. `ratio`: there are enough
        specialists for all inhabitants, without trainees. `density`: the workforce grows as the inhabitants
        do from `base_year`. `demand`: there is a workforce of inhabitants / `demand`.
    basis
        `headcount` or `fte`.
    counties
        Indices of the counties whose posts may change; the others keep those of the run.
    replications, seed
        As in a run.
    profession
        Name; None for the guideline's.
    demand
        Inhabitants per head or full-time equivalent (by `basis`) of the reading `demand`.
    base_year
        Year whose density is held; None for the start year.
    national
        Whether one number for the nation is searched, spread as the posts of the run are.
    lever
        Name of the pool or stream that is searched; None for what the career file declares.
    """

    target_year: int
    probability: float
    first_year: int
    reading: Reading
    basis: Basis
    counties: tuple[int, ...]
    replications: int
    seed: int
    profession: str | None = None
    demand: float | None = None
    base_year: int | None = None
    national: bool = False
    lever: str | None = None

    def met_needed(self, replications: int) -> int:
        """Number of replications that must meet it."""
        return max(math.ceil(self.probability * replications - 1e-9), 1)


@dataclass(frozen=True)
class Nation:
    """What a number of posts gives in the nation: as in `Tried`, one number each."""

    share: float
    lack: float
    specialists: float
    trainees: float
    filled: float
    before: float


@dataclass(frozen=True)
class Tried:
    """What a number of posts gives; arrays over county.

    Attributes
    ----------
    replications
        How many were run.
    lacks
        What is missing in the target year (see `lack`), replication x area (the nation first).
    share
        Share of replications that meet what is asked in the target year.
    lack
        Inhabitants not reached (list, ratio) or workforce missing (density, demand) in the target year that
        so many replications as are asked for do not exceed: 0 or less means that they meet it.
    specialists, trainees
        Medians in the target year, in the basis that was asked for.
    filled
        Trainees in the target year, persons: median.
    most_filled
        Posts taken at most, over years from the first and replications; of intake, without limit.
    binding
        County x (posts, supervisors, applicants): shares over years from the first and replications. Intake
        is taken to bind always.
    together
        Share of replications in which all counties asked about meet it at once.
    before
        Specialists at the end of the year before the first, in the basis that was asked for: median.
    nation
        The same of the nation, in which surpluses of some counties cover what others lack.
    sectors
        Persons by who employs them: (trainees, workforce) x (base year, target year) x replication x county x
        sector.
    supervision
        Trainees per full-time equivalent of those who supervise, at the end of the year from the first in
        which there are most; the quantile asked for of the replications. The nation first; NaN for intake.
    kept_up
        Posts taken in the target year in the pools that keep up, nation: median of each.
    """

    replications: int
    lacks: Floats
    share: Floats
    lack: Floats
    specialists: Floats
    trainees: Floats
    filled: Floats
    most_filled: Counts
    binding: Floats
    together: float
    before: Floats
    nation: Nation
    sectors: NDArray[np.int64]
    supervision: Floats
    kept_up: tuple[float, ...]


_NO_LIMIT = 2**40


def weights(question: Question, guideline: GuidelineSpec, demand: Demand) -> tuple[float, float]:
    """What a specialist and a trainee count for in the target year: inhabitants (list, ratio), or one."""
    if question.reading in ("density", "demand"):
        return 1.0, 0.0
    per_specialist, per_trainee = list_sizes(demand, guideline, (question.target_year,))
    return per_specialist.item(), per_trainee.item() if question.reading == "list" else 0.0


def judge(
    series: ProfessionSeries,
    question: Question,
    guideline: GuidelineSpec,
    demand: Demand,
    lever: Planned,
    asked: NDArray[np.bool_],
) -> Tried:
    """Measure runs that end in the target year."""
    held = standing(series, demand, question.basis)
    heads = held if question.basis == "headcount" else standing(series, demand, "headcount")
    first = series.years.index(question.first_year)
    specialists, trainees = held.specialists[:, -1], held.trainees[:, -1]
    per_specialist, per_trainee = weights(question, guideline, demand)
    reached = specialists * per_specialist
    if per_trainee:
        reached = reached + trainees * per_trainee
    lack = _needed(held, question) - reached
    enough = np.sort(lack, axis=0)[question.met_needed(len(lack)) - 1]
    share = (lack <= 0).mean(axis=0)
    filled = np.median(heads.trainees[:, -1], axis=0)
    before = np.median(held.specialists[:, first - 1], axis=0)
    middle, training = np.median(specialists, axis=0), np.median(trainees, axis=0)
    most, bound = _seats(series, lever, first)
    return Tried(
        replications=series.replications,
        lacks=lack,
        share=share[1:],
        lack=enough[1:],
        specialists=middle[1:],
        trainees=training[1:],
        filled=filled[1:],
        most_filled=most,
        binding=bound,
        together=float((lack[:, 1:] <= 0)[:, asked].all(axis=1).mean()),
        before=before[1:],
        nation=Nation(
            *(float(value) for value in (share[0], enough[0], middle[0], training[0], filled[0], before[0]))
        ),
        sectors=_sectors(series, question),
        supervision=_supervision(series, lever, first, question),
        kept_up=_kept_up(series, lever),
    )


def _needed(held: Standing, question: Question) -> Floats:
    """Inhabitants to be reached, or the workforce that there should be: (replication or 1) x area."""
    inhabitants: Floats = held.inhabitants[-1:]
    if question.reading == "demand":
        inhabitants = inhabitants / float(question.demand or 1.0)
    elif question.reading == "density":
        base = 0 if question.base_year is None else held.years.index(question.base_year)
        inhabitants = held.specialists[:, base] * (inhabitants / held.inhabitants[base])
    return inhabitants


def _seats(series: ProfessionSeries, lever: Planned, first: int) -> tuple[Counts, Floats]:
    """Posts taken at most, and what binds."""
    if lever.kind == "intake":
        bound = np.zeros((COUNTIES, len(CONSTRAINTS)))
        bound[:, CONSTRAINTS.index("posts")] = 1.0
        return np.full(COUNTIES, _NO_LIMIT), bound
    seats = {
        name: series.seats[:, first:, lever.index, :, index] for index, name in enumerate(series.seat_fields)
    }
    held = binding(series)[:, first - 1 :, lever.index]  # `binding` has no start year
    shares = [(held == one).mean(axis=(0, 1)) for one in range(len(CONSTRAINTS))]
    most = (seats["occupied_before"] + seats["filled"]).max(axis=(0, 1)).astype(np.int64)
    return most, np.stack(shares, axis=1)


def _sectors(series: ProfessionSeries, question: Question) -> NDArray[np.int64]:
    base = 0 if question.base_year is None else series.years.index(question.base_year)
    return np.stack(
        [
            np.stack(
                [
                    series.stock[:, year][:, group_states(series.profession, group, "headcount")].sum(axis=1)
                    for year in (base, -1)
                ]
            )
            for group in ("trainees", "workforce")
        ]
    ).astype(np.int64)


def _supervision(series: ProfessionSeries, lever: Planned, first: int, question: Question) -> Floats:
    pool = series.profession.pools[lever.index] if lever.kind == "posts" else None
    supervisors = [
        index for index, state in enumerate(series.profession.states) if state.serves and not state.trains
    ]  # whoever serves could supervise, also when the limit is taken away
    if pool is None or not supervisors:
        return np.full(COUNTIES + 1, np.nan)
    holders = with_nation(series.stock[:, first:][:, :, list(pool.holders)].sum(axis=(2, 4)))
    fte = with_nation(series.fte_percent[:, first:][:, :, supervisors].sum(axis=(2, 4))) / 100.0
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(fte > 0, holders / fte, np.inf).max(axis=1)
    return np.asarray(np.sort(ratio, axis=0)[question.met_needed(len(ratio)) - 1], np.float64)


def _kept_up(series: ProfessionSeries, lever: Planned) -> tuple[float, ...]:
    pools = [series.profession.pools[index] for index in lever.keeps_up]
    return tuple(
        float(np.median(series.stock[:, -1][:, list(pool.holders)].sum(axis=(1, 2, 3)))) for pool in pools
    )
