"""The key `costs` of a run file: prices, what they are paid for, and how later years are discounted."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator, model_validator

from careersim.config.parameter_spec import ParameterSpec, SpecModel, Unit
from careersim.types import YearNumber, refusal

__all__ = ["GENERAL_PRICES", "HIGHEST_DISCOUNT_RATE", "CostSpec", "SupervisionSpec"]

GENERAL_PRICES: dict[str, Unit] = {
    "discount_rate": "share",
    "employer_contributions": "share",
    "agreed_pension": "share",
    "overhead": "share",
}
"""Records that stand directly under `costs`, and their unit."""

HIGHEST_DISCOUNT_RATE = 0.2

_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class SupervisionSpec(SpecModel):
    """Time of supervisors for one trainee at work.

    `hours` names a price of unit `hours_per_week`; `paid_as` is the state whose pay the hour is worth.
    """

    hours: _Name
    paid_as: _Name


class CostSpec(SpecModel):
    """What a run costs, in kronor of `price_year`.

    `prices` are named records. `pay` (by profession and state, `sek_per_month` of full-time work), `posts`
    (by profession and pool, `sek_per_year` and post besides pay) and `supervision` (by profession and pool)
    name them. A profession that `pay` does not name is not costed.
    """

    price_year: YearNumber
    discount_from: YearNumber | None = None
    discount_rate: ParameterSpec
    employer_contributions: ParameterSpec
    agreed_pension: ParameterSpec | None = None
    overhead: ParameterSpec | None = None
    prices: dict[_Name, ParameterSpec] = {}
    pay: dict[_Name, dict[_Name, _Name]] = {}
    posts: dict[_Name, dict[_Name, _Name]] = {}
    supervision: dict[_Name, dict[_Name, SupervisionSpec]] = {}

    @field_validator("discount_rate", "employer_contributions", "agreed_pension", "overhead")
    @classmethod
    def _one_share(cls, record: ParameterSpec | None) -> ParameterSpec | None:
        if record is not None:
            _refuse_table(record)
            if record.unit != "share":
                raise refusal(
                    f"unit {record.unit}",
                    expected="unit share, such as 0.03 for three per cent",
                    remedy="write `unit: share`",
                )
        return record

    @field_validator("discount_rate")
    @classmethod
    def _a_rate(cls, record: ParameterSpec) -> ParameterSpec:
        for number in (record.value, record.low, record.high):
            if number is not None and number > HIGHEST_DISCOUNT_RATE:
                raise refusal(
                    f"a discount rate of {number:g}",
                    expected=f"0 to {HIGHEST_DISCOUNT_RATE:g} a year (0.03 is three per cent)",
                    remedy="write per cent as a fraction",
                )
        return record

    @field_validator("prices")
    @classmethod
    def _single_numbers(cls, records: dict[str, ParameterSpec]) -> dict[str, ParameterSpec]:
        for record in records.values():
            _refuse_table(record)
        return records

    @model_validator(mode="after")
    def _names_of_their_own(self) -> CostSpec:
        for name in self.prices:
            if name in GENERAL_PRICES:
                raise refusal(
                    f"a price is called '{name}', which is a key of `costs`",
                    expected="another name",
                    remedy=f"write `{name}` directly under `costs`, or rename the price",
                )
        return self


def _refuse_table(record: ParameterSpec) -> None:
    if record.value is None:
        raise refusal(
            "a price that is a table",
            expected="one number as `value`",
            remedy="write one price for each thing that is paid, and name it where it is paid",
        )
