"""The career file: what a profession's YAML may say. Every number in it is the name of a parameter record."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from careersim.config.parameter_spec import ParameterSpec, SpecModel
from careersim.types import YearNumber

__all__ = [
    "CareerSpec",
    "ChoiceSpec",
    "HazardSpec",
    "LabelSpec",
    "MobilitySpec",
    "PlanningSpec",
    "PoolSpec",
    "SectorsSpec",
    "StartSpec",
    "StateSpec",
    "StreamSpec",
    "TrainingSpec",
    "TransitionSpec",
    "WorkingTimeSpec",
]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
ParameterName = Name


class LabelSpec(SpecModel):
    """A name for readers, in English and Swedish."""

    en: str
    sv: str


class TrainingSpec(SpecModel):
    """A training programme: `requirement` in full-time years, and whether part-time slows it down."""

    requirement: ParameterName
    pace: Literal["working_time", "full_time"] = "working_time"


class StateSpec(SpecModel):
    """One position in a career.

    `training` names the programme whose progress is kept here, `accrues` whether it grows here;
    `working_time` and `sectors` name schemes drawn from on entry; `relocates` names a mobility.
    """

    label: LabelSpec
    training: Name | None = None
    accrues: bool = False
    working_time: Name | None = None
    sectors: Name | None = None
    relocates: Name | None = None
    serves: bool = False
    trains: bool = False
    abroad: bool = False
    final: bool = False


class WorkingTimeSpec(SpecModel):
    """Levels in percent; `review` is the yearly rate of choosing anew, `shares` by level the choice."""

    levels: list[int] = Field(min_length=1)
    review: ParameterName
    shares: ParameterName


class SectorsSpec(SpecModel):
    """Shares of the sectors among those who enter a state (by [sector])."""

    shares: ParameterName


class ChoiceSpec(SpecModel):
    """Utilities of a multinomial logit over counties; what is left out is 0."""

    home: ParameterName | None = None
    stay: ParameterName | None = None
    distance: ParameterName | None = None
    size: ParameterName | None = None
    attractiveness: ParameterName | None = None


class HazardSpec(SpecModel):
    """A yearly rate and its rate ratios (see docs/explanation/year.md for the order of multiplication)."""

    rate: ParameterName
    duration: ParameterName | None = None
    county: ParameterName | None = None
    sector: ParameterName | None = None
    at_home: ParameterName | None = None
    working_time: ParameterName | None = None
    trained_abroad: ParameterName | None = None
    committed: ParameterName | None = None
    workload: ParameterName | None = None


class MobilitySpec(HazardSpec):
    """Relocation between counties: a rate and the choice of destination."""

    choice: Name


class PoolSpec(SpecModel):
    """Training posts: who holds them, how many, who supervises, how applicants choose."""

    label: LabelSpec
    holders: list[Name] = Field(min_length=1)
    posts: ParameterName | None = None
    supervisors: list[Name] = []
    per_supervisor: ParameterName | None = None
    choice: Name
    wishes: int = Field(default=4, ge=1, le=21)
    local_first: bool = False


class TransitionSpec(SpecModel):
    """One arrow. `hazard` and `seat` need `rate`; `seat` needs `pool`; `progress` may branch by shares."""

    source: Name = Field(alias="from")
    to: Name | dict[Name, ParameterName]
    form: Literal["hazard", "progress", "seat"]
    rate: ParameterName | None = None
    duration: ParameterName | None = None
    county: ParameterName | None = None
    sector: ParameterName | None = None
    at_home: ParameterName | None = None
    working_time: ParameterName | None = None
    trained_abroad: ParameterName | None = None
    committed: ParameterName | None = None
    workload: ParameterName | None = None
    pool: Name | None = None
    credit: ParameterName | None = None
    commitment: ParameterName | None = None
    stamp: Literal["degree", "licence", "certificate"] | None = None


class StreamSpec(SpecModel):
    """A yearly inflow: national `inflow` (may be by [year]) spread by `counties` (weights by [county])."""

    label: LabelSpec
    state: Name
    inflow: ParameterName
    counties: ParameterName
    dispersion: Literal["fixed", "poisson"] = "fixed"
    women: ParameterName
    ages: ParameterName
    trained_abroad: bool = False
    stamps: list[Literal["degree", "licence", "certificate"]] = []


class StartSpec(SpecModel):
    """The persons of one state at the end of the start year, as margins.

    `persons` is by [county] when the county figures are published; otherwise a national number spread by
    `counties` (weights). The other margins are national shares; `sectors` and `working_time` default to the
    state's schemes. `at_home` is the share living in their home county.
    """

    persons: ParameterName
    counties: ParameterName | None = None
    women: ParameterName
    ages: ParameterName
    sectors: ParameterName | None = None
    working_time: ParameterName | None = None
    trained_abroad: ParameterName | None = None
    at_home: ParameterName | None = None


class PlanningSpec(SpecModel):
    """What a planner of this profession decides on: posts of a pool, or the yearly intake of a stream.

    `lever` names the pool or the stream (a pool, if both have the name). `keeps_up` names pools further on
    that must not hold up those whom the lever brings: while posts or intake are searched, nobody is kept
    out of them for want of posts.
    """

    lever: Name
    keeps_up: list[Name] = []


class CareerSpec(SpecModel):
    """A whole profession. `key` (1-255) goes into the identity of its persons and must be unique in a run.

    `caveats` are what a reader of the results must know of the numbers; they are printed with them.
    """

    profession: Name
    key: int = Field(ge=1, le=255)
    label: LabelSpec
    start_year: YearNumber
    description: str | None = None
    caveats: list[str] = []
    states: dict[Name, StateSpec] = Field(min_length=1)
    transitions: dict[Name, TransitionSpec]
    trainings: dict[Name, TrainingSpec] = {}
    working_times: dict[Name, WorkingTimeSpec] = {}
    sectors: dict[Name, SectorsSpec] = {}
    choices: dict[Name, ChoiceSpec] = {}
    mobility: dict[Name, MobilitySpec] = {}
    pools: dict[Name, PoolSpec] = {}
    streams: dict[Name, StreamSpec] = {}
    start: dict[Name, StartSpec] = {}
    planning: PlanningSpec | None = None
    parameters: dict[Name, ParameterSpec]
