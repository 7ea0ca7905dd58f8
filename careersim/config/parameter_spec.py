"""One parameter, one record: value, unit, uncertainty and source. An unsourced number cannot be written."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator, model_validator

from careersim.types import Number, YearNumber, refusal

__all__ = ["UNITS", "DataRef", "Distribution", "ParameterSpec", "SourceSpec", "SpecModel", "Unit"]

Unit = Literal[
    "rate_per_year",
    "probability_per_year",
    "rate_ratio",
    "log_rate_ratio_per_1000_inhabitants",
    "share",
    "years",
    "persons",
    "persons_per_year",
    "posts",
    "trainees_per_fte",
    "utility",
    "utility_per_100_km",
    "weight",
    "inhabitants",
    "sek_per_month",
    "elasticity",
    "sek_per_year",
    "hours_per_week",
]

UNITS: dict[Unit, tuple[str, float, float]] = {
    "rate_per_year": ("events per person-year", 0.0, 700.0),
    "probability_per_year": ("probability within a year; -ln(1 - p) is the rate used", 0.0, 0.999999),
    "rate_ratio": ("factor on a rate", 0.0, 1000.0),
    "log_rate_ratio_per_1000_inhabitants": ("log rate ratio per 1,000 inhabitants per FTE", -5.0, 5.0),
    "share": ("part of a whole", 0.0, 1.0),
    "years": ("full-time years", 0.0, 100.0),
    "persons": ("persons", 0.0, 1e9),
    "persons_per_year": ("persons per year", 0.0, 1e9),
    "posts": ("training posts", 0.0, 1e9),
    "trainees_per_fte": ("trainees per supervising full-time equivalent", 0.0, 1000.0),
    "utility": ("logit utility", -20.0, 20.0),
    "utility_per_100_km": ("logit utility per 100 km", -20.0, 20.0),
    "weight": ("relative weight", 0.0, 1e9),
    "inhabitants": ("inhabitants", 0.0, 1e10),
    "sek_per_month": ("Swedish kronor per month", 0.0, 1e9),
    "elasticity": ("relative change of a rate per relative change of pay", -10.0, 10.0),
    "sek_per_year": ("Swedish kronor per year", 0.0, 1e9),
    "hours_per_week": ("hours per week", 0.0, 168.0),
}
"""Meaning, lowest and highest value of every unit."""


# Every scalar of a file is read as text, so an editor need not ask for quotes around a year.
_Cell = Annotated[str, WithJsonSchema({"type": ["string", "integer"]})]
_Dimension = Literal["sex", "age", "years_in_state", "county", "sector", "level", "year"]
_ONE_NAME: dict[str, Any] = {"type": "string", "enum": list(get_args(_Dimension))}
_By = Annotated[
    list[_Dimension], WithJsonSchema({"anyOf": [_ONE_NAME, {"type": "array", "items": _ONE_NAME}]})
]


class SpecModel(BaseModel):
    """Base of everything read from a file: unknown keys are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSpec(SpecModel):
    """Where a number comes from: exactly one of `document`, `literature` and `assumption`.

    `document` is a key of the shipped documents, with the `place` in it; `literature` is a key of the
    shipped literature; `assumption` is the reason for a number that nobody has published.
    """

    document: str | None = None
    literature: str | None = None
    assumption: str | None = Field(default=None, min_length=15)
    place: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> SourceSpec:
        given = [n for n in ("document", "literature", "assumption") if getattr(self, n) is not None]
        if len(given) != 1:
            raise refusal(
                "a source names " + (" and ".join(given) if given else "nothing"),
                expected="exactly one of document, literature and assumption",
                remedy="say where the number comes from, or give the reason as `assumption`",
            )
        if self.document is not None and self.place is None:
            raise refusal(
                "a document is named without a place in it",
                expected="`place`, such as a table, page or line",
                remedy="add `place`",
            )
        return self


class Distribution(SpecModel):
    """Uncertainty of a parameter as a distribution.

    `normal` and `lognormal` take mean and standard deviation (`lognormal` of the logarithm), `beta` its two
    shape parameters, `uniform` its ends.
    """

    kind: Literal["normal", "lognormal", "beta", "uniform"]
    a: Number
    b: Number

    @model_validator(mode="after")
    def _proper(self) -> Distribution:
        wrong, expected = {
            "normal": (self.b <= 0, "a standard deviation b above 0"),
            "lognormal": (self.b <= 0, "a standard deviation b of the logarithm above 0"),
            "beta": (min(self.a, self.b) <= 0, "shape parameters a and b above 0"),
            "uniform": (self.a >= self.b, "ends a < b"),
        }[self.kind]
        if wrong:
            raise refusal(f"{self.kind} with a = {self.a:g} and b = {self.b:g}", expected=expected)
        return self


class DataRef(SpecModel):
    """Values taken from a shipped table; their provenance comes with them."""

    table: str
    column: str
    where: dict[str, _Cell] = {}
    by: Literal["county"] | None = None
    scale: Number = 1.0
    fill: dict[str, Number] = {}


class ParameterSpec(SpecModel):
    """A named number or table of numbers.

    Exactly one of `value` (one number), `values` (nested by the dimensions `by`, slowest first) and `data`
    (a shipped table). Dimension keys: sex `women`, `men`; age `30`, `30-34`, `71+`; years_in_state
    `0`, `1-3`, `4+`; county `01`...`25`; sector `regional`, `municipal`, `private`, `other`; level `60`;
    year `2024`. `otherwise` fills ages, durations, counties, sectors and levels that are not listed.
    `between` says how years that are not listed are filled: the last one before (`step`) or straight lines
    (`linear`).
    """

    label: str | None = None
    unit: Unit
    value: Number | None = None
    values: dict[str, Any] | None = None
    data: DataRef | None = None
    by: _By = []
    otherwise: Number | None = None
    between: Literal["step", "linear"] = "step"
    low: Number | None = None
    high: Number | None = None
    distribution: Distribution | None = None
    source: SourceSpec | None = None
    year: YearNumber | Annotated[str, Field(pattern=r"^\d{4}-\d{4}$")] | None = None

    @field_validator("by", mode="before")
    @classmethod
    def _one_name_is_a_list(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _consistent(self) -> ParameterSpec:
        given = [n for n in ("value", "values", "data") if getattr(self, n) is not None]
        if len(given) != 1:
            raise refusal(
                "a parameter gives " + (" and ".join(given) if given else "no value"),
                expected="exactly one of value, values and data",
            )
        if (self.values is not None) != bool(self.by):
            raise refusal(
                "`values` and `by` belong together",
                expected="`by: [sex, age]`, say, beside nested `values`",
            )
        if self.data is None and self.source is None:
            raise refusal(
                "a number without a source",
                expected="`source` with document and place, literature, or assumption",
                remedy="say where the number comes from",
            )
        lowest, highest = UNITS[self.unit][1:]
        for name in ("value", "low", "high", "otherwise"):
            number = getattr(self, name)
            if number is not None and not lowest <= number <= highest:
                raise refusal(
                    f"{name} {number:g} is out of range for {self.unit}",
                    expected=f"{lowest:g} to {highest:g} ({UNITS[self.unit][0]})",
                )
        if self.otherwise is not None and self.values is None:
            raise refusal("`otherwise` without `values`", expected="`values` that leave something out")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise refusal(f"low {self.low:g} is above high {self.high:g}", expected="low <= high")
        if self.value is not None:
            low = self.value if self.low is None else self.low
            high = self.value if self.high is None else self.high
            if not low <= self.value <= high:
                raise refusal(
                    f"value {self.value:g} is outside {low:g} to {high:g}", expected="low <= value <= high"
                )
        return self
