"""The declared model as frozen types: what a career graph is, before any engine sees it.

A `Model` holds professions; a `Profession` holds states and the few forms of transition between them,
pools of training posts, entry streams, working-time and sector schemes, and relocation. All parameters
are resolved to numbers here (see `Table`); the record of where each number comes from stays with the
configuration layer (`careersim.model.provenance`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from careersim.model.behaviour import Choice, Hazard, SectorScheme, WorkingTimeScheme
from careersim.model.bonus_types import Bonus, Response
from careersim.model.lever_types import (
    AgeShift,
    ChoiceLever,
    ListSize,
    Planning,
    RateLever,
    Substitute,
    WorkingTimeLever,
)
from careersim.model.table import Table

__all__ = [
    "AgeShift",
    "Bonus",
    "Choice",
    "ChoiceLever",
    "Demand",
    "Destination",
    "Hazard",
    "ListSize",
    "Model",
    "Planning",
    "Pool",
    "Profession",
    "RateLever",
    "Response",
    "SectorScheme",
    "StartMargins",
    "State",
    "Stream",
    "Substitute",
    "Transition",
    "WorkingTimeLever",
    "WorkingTimeScheme",
]

Stamp = Literal["degree", "licence", "certificate"]


@dataclass(frozen=True)
class State:
    """One position in the career graph.

    Attributes
    ----------
    training
        Index of the training programme whose progress is kept in this state, or None.
    accrues
        Whether progress grows here (it stands still on leave).
    pace_full_time
        Whether progress grows a full year per year whatever the working time.
    working_time, sectors
        Index of the scheme drawn from on entry, or None: working time 100, sector `other`.
    mobility
        Rate of relocation and the index of the choice among counties, or None.
    serves
        Whether persons here are part of the profession's primary-care workforce.
    trains
        Whether persons here are counted as trainees.
    abroad, final
        Whether the person is outside Sweden; whether nothing leads out of the state.
    """

    name: str
    label_en: str
    label_sv: str
    training: int | None = None
    accrues: bool = False
    pace_full_time: bool = False
    working_time: int | None = None
    sectors: int | None = None
    mobility: Hazard | None = None
    mobility_choice: int = 0
    serves: bool = False
    trains: bool = False
    abroad: bool = False
    final: bool = False


@dataclass(frozen=True)
class Destination:
    """One way out of a completed training."""

    state: int
    share: float


@dataclass(frozen=True)
class Transition:
    """One arrow of the career graph.

    Attributes
    ----------
    form
        `hazard`: a competing risk of the exit step. `progress`: taken when the training of the source
        state is complete. `seat`: a competing application, taken if the pool has a seat.
    hazard
        Rate of a `hazard`; rate of application of a `seat`.
    destinations
        One for `hazard` and `seat`; one or more with shares summing to 1 for `progress`.
    requirement
        For `progress`: hundredths of full-time years.
    pool
        For `seat`: index of the pool.
    credit
        Hundredths of a year of the target's training counted as done on arrival.
    commitment
        Contract years taken on.
    stamp
        Which year of the curriculum vitae is written.
    """

    name: str
    source: int
    form: Literal["hazard", "progress", "seat"]
    destinations: tuple[Destination, ...]
    hazard: Hazard | None = None
    requirement: int = 0
    pool: int | None = None
    credit: int = 0
    commitment: int = 0
    stamp: Stamp | None = None


@dataclass(frozen=True)
class Pool:
    """Training posts by county and year.

    Attributes
    ----------
    holders
        Indices of the states that occupy a seat.
    posts
        Funded posts over any of `county`, `year`; rounded down to whole posts. None means without limit.
    supervisors
        Indices of the states whose full-time equivalents supervise; empty means no limit.
    per_supervisor
        Trainees per supervising full-time equivalent over any of `county`, `year`.
    choice
        Index of the choice by which applicants rank counties.
    wishes
        How many counties an applicant ranks.
    local_first
        Whether a county takes applicants from home or on the spot before others.
    """

    name: str
    label_en: str
    holders: tuple[int, ...]
    posts: Table | None
    supervisors: tuple[int, ...]
    per_supervisor: Table | None
    choice: int
    wishes: int
    local_first: bool


@dataclass(frozen=True)
class Stream:
    """A yearly inflow from outside the model.

    Attributes
    ----------
    inflow
        Expected persons per year over `county`, `year`.
    added
        Whole or fractional persons added by levers over `county`, `year`, on top of the drawn inflow.
    dispersion
        `fixed`: the expected number, rounded up or down by chance. `poisson`: a Poisson number.
    women
        Share of women.
    ages
        Share by `age`.
    """

    name: str
    state: int
    inflow: Table
    added: Table
    dispersion: Literal["fixed", "poisson"]
    women: float
    ages: Table
    trained_abroad: bool
    stamps: tuple[Stamp, ...]


@dataclass(frozen=True)
class StartMargins:
    """Published margins of one state at the end of the start year.

    Attributes
    ----------
    persons
        Persons by county, whole numbers.
    women
        Share of women.
    ages
        Share by `age`.
    sectors
        Share by sector.
    working_time
        Share by working time in percent: pairs of level and share.
    trained_abroad, at_home
        Share trained abroad; share of the others who live in their home county.
    """

    state: int
    persons: tuple[int, ...]
    women: float
    ages: Table
    sectors: tuple[float, float, float, float]
    working_time: tuple[tuple[int, float], ...]
    trained_abroad: float = 0.0
    at_home: float = 1.0


@dataclass(frozen=True)
class Demand:
    """What the careers are measured by.

    Attributes
    ----------
    inhabitants
        Over `county`, `year`; rounded to whole persons.
    need_weight
        Over any of `county`, `year`.
    list_sizes
        Dated changes of the guideline's list sizes, in the order in which they act.
    substitutes
        Professions that help the guideline's; shown beside the guideline and never counted into it.
    """

    inhabitants: Table
    need_weight: Table
    list_sizes: tuple[ListSize, ...] = ()
    substitutes: tuple[Substitute, ...] = ()


@dataclass(frozen=True)
class Profession:
    """One career graph with everything that acts on it.

    Attributes
    ----------
    bonuses
        The best paid first, then by name: the order in which they are offered to who could sign several.
    """

    name: str
    key: int
    label_en: str
    label_sv: str
    start_year: int
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    pools: tuple[Pool, ...]
    streams: tuple[Stream, ...]
    working_times: tuple[WorkingTimeScheme, ...]
    sector_schemes: tuple[SectorScheme, ...]
    choices: tuple[Choice, ...]
    start: tuple[StartMargins, ...] = ()
    rate_levers: tuple[RateLever, ...] = ()
    age_shifts: tuple[AgeShift, ...] = ()
    working_time_levers: tuple[WorkingTimeLever, ...] = ()
    choice_levers: tuple[ChoiceLever, ...] = ()
    bonuses: tuple[Bonus, ...] = ()
    caveats: tuple[str, ...] = ()
    planning: Planning | None = None

    def state_index(self, name: str) -> int:
        """Index of the state called `name`."""
        return [state.name for state in self.states].index(name)

    def choice_in(self, index: int, year: int) -> Choice:
        """A choice with what levers add to the attractiveness of counties in a year, in declared order."""
        choice = self.choices[index]
        attractiveness = list(choice.attractiveness)
        for lever in self.choice_levers:
            if lever.choice == index and lever.acts_in(year):
                for county, selected in enumerate(lever.counties):
                    attractiveness[county] += lever.utility * selected
        return replace(choice, attractiveness=tuple(attractiveness))


@dataclass(frozen=True)
class Model:
    """All professions of a run and the world around them.

    Attributes
    ----------
    distance_km
        Distance between county centroids, row-major 21 x 21.
    """

    professions: tuple[Profession, ...]
    demand: Demand
    distance_km: tuple[float, ...]
    first_year: int
    last_year: int
    seats_unlimited: bool = False
    feedback: bool = True
