"""The run file (configs/*.yaml): which professions, until when, how many replications, which levers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from careersim.config.parameter_spec import ParameterSpec, SourceSpec, SpecModel
from careersim.types import Count, CountyCode, Number, YearNumber

__all__ = ["DemandSpec", "GuidelineSpec", "LeverSpec", "RunSpec"]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class DemandSpec(SpecModel):
    """Inhabitants: the published series, or a CSV with columns county_code, year, population."""

    population: str | None = None
    need_weight: ParameterSpec | None = None


class GuidelineSpec(SpecModel):
    """The guideline and when it is asked for. Both readings are always computed and never mixed."""

    profession: Name = "doctor"
    inhabitants_per_specialist: Annotated[float, Field(gt=0, le=100_000)] = 1100
    inhabitants_per_trainee: Annotated[float, Field(gt=0, le=100_000)] = 550
    training_years: Annotated[float, Field(gt=0, le=50)] = 8
    career_years: Annotated[float, Field(gt=0, le=80)] = 25
    years: list[YearNumber] = [2030, 2035, 2040]


class LeverSpec(SpecModel):
    """A dated overlay on one named thing of a profession.

    kind `rate`: target a transition, operation multiply, optionally only `counties`, `sectors`, `ages`.
    kind `seats`: target a pool, set / multiply / add posts per county. kind `supervision`: target a pool,
    set / multiply trainees per supervising full-time equivalent. kind `entry`: target a stream, multiply, or
    add persons per year and county.
    """

    name: Name
    kind: Literal["rate", "seats", "supervision", "entry"]
    profession: Name
    target: Name
    operation: Literal["multiply", "add", "set"]
    value: Number
    first_year: YearNumber = Field(alias="from")
    last_year: YearNumber | None = Field(default=None, alias="to")
    counties: Annotated[list[CountyCode], Field(min_length=1)] = []
    sectors: Annotated[list[Literal["regional", "municipal", "private", "other"]], Field(min_length=1)] = []
    ages: Annotated[str, Field(pattern=r"^\d{1,3}-\d{1,3}$")] | None = None
    source: SourceSpec


class RunSpec(SpecModel):
    """A run. `professions` are names of shipped careers or paths to career files beside this file.

    `extends` is the path of another run file that this one is laid over (see `careersim.config.overlay`).
    """

    name: Name
    extends: str | None = None
    description: str | None = None
    professions: list[str] = Field(min_length=1)
    until: YearNumber
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 1
    replications: Annotated[Count, Field(ge=1)] = 50
    demand: DemandSpec = DemandSpec()
    guideline: GuidelineSpec = GuidelineSpec()
    levers: list[LeverSpec] = []
    feedback: bool = True
    seats: Literal["limited", "unlimited"] = "limited"
    panels: dict[Name, str] = {}
    parameters: dict[Name, dict[Name, ParameterSpec]] = {}
