"""The run file (configs/*.yaml): which professions, until when, how many replications, which levers."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from careersim.config.bonus_spec import BonusSpec
from careersim.config.cost_spec import CostSpec
from careersim.config.parameter_spec import Distribution, ParameterSpec, SourceSpec, SpecModel
from careersim.types import Count, CountyCode, Number, YearNumber, refusal

__all__ = ["DemandSpec", "EvidenceSpec", "GuidelineSpec", "LeverSpec", "RunSpec"]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


_ONE_NAME = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$"}
_Names = Annotated[
    list[Name],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_ONE_NAME, {"type": "array", "items": _ONE_NAME, "minItems": 1}]}),
]


class DemandSpec(SpecModel):
    """Inhabitants: the published series, or a CSV with columns county_code, year, population.

    `inhabitants_per_fte` is what `careersim guideline --reading demand` asks of a profession.
    """

    population: str | None = None
    need_weight: ParameterSpec | None = None
    inhabitants_per_fte: dict[Name, Annotated[float, Field(gt=0, le=1_000_000)]] = {}


class GuidelineSpec(SpecModel):
    """The guideline and when it is asked for. Both readings are always computed and never mixed.

    `substitution` says by profession how many full-time equivalents of a specialist one of theirs stands for;
    what it gives is shown beside the guideline and never counted into it.
    """

    profession: Name = "doctor"
    inhabitants_per_specialist: Annotated[float, Field(gt=0, le=100_000)] = 1100
    inhabitants_per_trainee: Annotated[float, Field(gt=0, le=100_000)] = 550
    training_years: Annotated[float, Field(gt=0, le=50)] = 8
    career_years: Annotated[float, Field(gt=0, le=80)] = 25
    years: list[YearNumber] = [2030, 2035, 2040]
    substitution: dict[Name, ParameterSpec] = {}


class EvidenceSpec(SpecModel):
    """What is known about the effect of a lever, for readers: it changes no number of a run.

    `setting` says where and when it was studied, `grade` how well. `effect`, `low` and `high` are in the
    words of the study, as a number with its interval; `responds` says who changed what they did.
    """

    setting: Annotated[str, Field(min_length=3)]
    grade: Literal["strong", "moderate", "weak", "none"]
    effect: Number | None = None
    low: Number | None = None
    high: Number | None = None
    responds: Literal["newcomers", "incumbents", "both"] | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _in_order(self) -> EvidenceSpec:
        ends = [end for end in (self.low, self.effect, self.high) if end is not None]
        if ends != sorted(ends):
            raise refusal(
                f"low, effect and high are {', '.join(f'{end:g}' for end in ends)}",
                expected="`low` at most `effect`, and `effect` at most `high`",
                remedy="correct the interval",
            )
        return self


class LeverSpec(SpecModel):
    """A dated overlay on one named thing of a profession, or on several of the same sort.

    kind `rate`: target a transition, operation multiply, optionally only `counties`, `sectors`, `ages`; with
    `decay_years` half of the log rate ratio is left after that many years.
    kind `retirement_age`: target a transition of form hazard, add years of age, optionally only `counties`,
    `sectors`. kind `seats`: target a pool, set / multiply / add posts per county. kind `supervision`: target
    a pool, set / multiply trainees per supervising full-time equivalent. kind `entry`: target a stream,
    multiply, or add persons per year and county. kind `working_time`: target a scheme, multiply the shares of
    all levels but the highest, optionally only `counties`, `ages`. kind `attractiveness`: target a choice,
    add to the utility of `counties`. kind `demand`: no profession; target `inhabitants` or `need_weight`,
    multiply, optionally only `counties`. kind `bonus`: target one or several states, add SEK per
    month, with a block `bonus`; optionally only `counties`, `sectors`, `ages`.
    kind `list_size`: no profession; target `inhabitants_per_specialist` or `inhabitants_per_trainee`, set or
    multiply. kind `substitution`: profession that helps, target `guideline`, set / multiply / add its
    coefficient, optionally only `counties`.
    `low`, `high` and `distribution` say how uncertain `value` is, as in a parameter record.
    """

    name: Name
    kind: Literal[
        "rate",
        "retirement_age",
        "working_time",
        "seats",
        "supervision",
        "entry",
        "attractiveness",
        "demand",
        "bonus",
        "list_size",
        "substitution",
    ]
    profession: Name | None = None
    targets: _Names = Field(alias="target", min_length=1)
    operation: Literal["multiply", "add", "set"]
    value: Number
    low: Number | None = None
    high: Number | None = None
    distribution: Distribution | None = None
    first_year: YearNumber = Field(alias="from")
    last_year: YearNumber | None = Field(default=None, alias="to")
    counties: Annotated[list[CountyCode], Field(min_length=1)] = []
    sectors: Annotated[list[Literal["regional", "municipal", "private", "other"]], Field(min_length=1)] = []
    ages: Annotated[str, Field(pattern=r"^\d{1,3}-\d{1,3}$")] | None = None
    decay_years: Annotated[Number, Field(gt=0, le=100)] | None = None
    source: SourceSpec
    evidence: EvidenceSpec | None = None
    bonus: BonusSpec | None = None

    @model_validator(mode="after")
    def _in_range(self) -> LeverSpec:
        low, high = (self.value if end is None else end for end in (self.low, self.high))
        if not low <= self.value <= high:
            raise refusal(
                f"value {self.value:g} is outside {low:g} to {high:g}", expected="low <= value <= high"
            )
        return self

    @model_validator(mode="after")
    def _of_a_profession(self) -> LeverSpec:
        if self.profession is None and self.kind not in ("demand", "list_size"):
            raise refusal(
                f"missing key 'profession' of a lever of kind {self.kind}",
                expected="the profession that it acts on",
                remedy="add 'profession: ...'",
            )
        if self.profession is not None and self.kind in ("demand", "list_size"):
            raise refusal(
                f"a lever of kind {self.kind} acts on all professions, not on '{self.profession}' alone",
                expected="no `profession`",
                remedy="remove `profession`",
            )
        if (self.kind == "bonus") != (self.bonus is not None):
            raise refusal(
                "a lever of kind bonus without the key 'bonus'"
                if self.kind == "bonus"
                else f"a lever of kind {self.kind} has no contracts",
                expected="`bonus` with who, commitment_years, uptake and salary, for kind bonus only",
                remedy="add the block `bonus`" if self.kind == "bonus" else "remove `bonus`",
            )
        return self


class RunSpec(SpecModel):
    """A run. `professions` are names of shipped careers or paths to career files beside this file.

    `extends` is the path of another run file that this one is laid over, or a list of paths, the lowest first
    (see `careersim.config.overlay`).
    """

    name: Name
    extends: str | Annotated[list[str], Field(min_length=1)] | None = None
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
    costs: CostSpec | None = None
