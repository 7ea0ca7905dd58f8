"""The block `bonus` of a lever of kind bonus: who signs for how long, and what a contract does to rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from careersim.config.parameter_spec import ParameterSpec, SpecModel
from careersim.types import Count

__all__ = ["AttractionSpec", "BonusSpec", "ResponseSpec", "bonus_records", "with_bonus_values"]

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

_ONE_NAME = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$"}
_Names = Annotated[
    list[Name],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_ONE_NAME, {"type": "array", "items": _ONE_NAME, "minItems": 1}]}),
]

MOST_YEARS = 60


class ResponseSpec(SpecModel):
    """Rates that answer to a contract: `transitions` of form hazard and `moves` (mobilities) by name.

    Under contract they are multiplied by (1 + value / salary) ** -elasticity, with an elasticity of those who
    signed as `newcomers` and one of those who signed as `incumbents`.
    """

    transitions: _Names = []
    moves: _Names = []
    newcomers: ParameterSpec | None = None
    incumbents: ParameterSpec | None = None


class AttractionSpec(SpecModel):
    """Choices in which the counties of the bonus gain utility: elasticity x ln(1 + value / salary)."""

    choices: _Names = Field(min_length=1)
    elasticity: ParameterSpec


class BonusSpec(SpecModel):
    """What a lever of kind bonus says besides place, years and SEK per month.

    `uptake` is the share of those who are offered a contract who sign (unit share), `salary` what they earn
    before (unit sek_per_month). `rebound` is a rate ratio on the same rates in the `rebound_years` after a
    contract has ended.
    """

    who: Literal["newcomers", "incumbents", "both"]
    commitment_years: Annotated[Count, Field(ge=1, le=MOST_YEARS)]
    uptake: ParameterSpec
    salary: ParameterSpec
    responses: dict[Name, ResponseSpec] = {}
    attraction: AttractionSpec | None = None
    rebound_years: Annotated[Count, Field(ge=0, le=MOST_YEARS)] = 0
    rebound: ParameterSpec | None = None


def bonus_records(bonus: BonusSpec) -> dict[tuple[str, ...], ParameterSpec]:
    """All records of a bonus by their keys below `bonus`, such as `("responses", "leaving", "newcomers")`."""
    found: dict[tuple[str, ...], ParameterSpec] = {("uptake",): bonus.uptake, ("salary",): bonus.salary}
    for name, response in bonus.responses.items():
        for who in ("newcomers", "incumbents"):
            record: ParameterSpec | None = getattr(response, who)
            if record is not None:
                found["responses", name, who] = record
    if bonus.attraction is not None:
        found["attraction", "elasticity"] = bonus.attraction.elasticity
    if bonus.rebound is not None:
        found["rebound",] = bonus.rebound
    return found


def with_bonus_values(bonus: BonusSpec, values: Mapping[tuple[str, ...], float]) -> BonusSpec:
    """The bonus with other central values in some of its records.

    Parameters
    ----------
    bonus
        What the file says.
    values
        By the keys of `bonus_records`.

    Raises
    ------
    KeyError
        If the bonus has no such record.
    """
    records = bonus_records(bonus)
    for keys, value in values.items():
        bonus = _replaced(bonus, keys, records[keys].model_copy(update={"value": value}))
    return bonus


def _replaced(bonus: BonusSpec, keys: tuple[str, ...], record: ParameterSpec) -> BonusSpec:
    if keys[0] == "responses":
        response = bonus.responses[keys[1]].model_copy(update={keys[2]: record})
        return bonus.model_copy(update={"responses": {**bonus.responses, keys[1]: response}})
    if keys[0] == "attraction":
        assert bonus.attraction is not None
        changed = bonus.attraction.model_copy(update={"elasticity": record})
        return bonus.model_copy(update={"attraction": changed})
    return bonus.model_copy(update={keys[0]: record})
