"""Faults in our words: each names file, line and key, what was expected, and what to do."""

from __future__ import annotations

from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import pytest
from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from careersim.config.fault_report import Fault, FaultReport
from careersim.config.faults import faults_from_validation_error
from careersim.config.yaml_source import read_yaml
from careersim.errors import ConfigError
from careersim.types import CountyCode, Probability, RatePerYear, YearNumber, refusal


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Hazard(Strict):
    form: Literal["hazard"]
    rate: RatePerYear


class Rule(Strict):
    form: Literal["rule", "norm"]
    age: Annotated[int, Field(ge=16, le=100)]


Transition = Annotated[Hazard | Rule, Field(discriminator="form")]


class Seeds(RootModel[list[Annotated[int, Field(ge=0)]]]):
    pass


class Pair(Strict):
    first: int
    second: int


class Single(Strict):
    only: int


def chosen_form(raw: Any) -> str | None:
    return "single" if "only" in raw else "pair" if "first" in raw else None


class Run(Strict):
    seed: int = 1
    share: Probability = 0.5
    weight: float = Field(1.0, gt=0, lt=10, allow_inf_nan=False)
    low: float = Field(1.0, ge=0)
    step: Annotated[int, Field(multiple_of=5)] = 5
    start: YearNumber = 2025
    active: bool = True
    engine: Literal["numba", "reference"] = "numba"
    colour: Colour = Colour.RED
    name: Annotated[str, Field(min_length=3)] = "abc"
    counties: dict[CountyCode, Probability] = {}
    ages: dict[int, Hazard] = {}
    transitions: list[Transition] = []
    first: Transition | None = None
    span: tuple[int, Probability] = (1, 0.5)
    tail: tuple[int, ...] = ()
    seeds: Seeds = Seeds([])
    either: int | Pair | Single | None = None
    chosen: (
        Annotated[Annotated[Pair, Tag("pair")] | Annotated[Single, Tag("single")], Discriminator(chosen_form)]
        | None
    ) = None
    items: Annotated[list[str], Field(min_length=2)] = ["a", "b"]
    written_as: int = Field(1, alias="written-as")

    @field_validator("name")
    @classmethod
    def refuse_names(cls, name: str) -> str:
        if name == "value":
            raise ValueError("the name value is taken")
        if name == "assert":
            raise AssertionError
        if name == "custom":
            raise PydanticCustomError("own", "rate should be lower")
        return name

    @model_validator(mode="after")
    def weigh(self) -> Self:
        if self.low > self.weight:
            raise refusal("low is above weight", expected="low <= weight", remedy="swap them")
        return self


def faults_in(text: str, model: type[BaseModel] = Run) -> list[Fault]:
    Path("run.yaml").write_text(text, encoding="utf-8")
    document = read_yaml("run.yaml")
    with pytest.raises(ValidationError) as caught:
        model.model_validate(document.data)
    faults = faults_from_validation_error(caught.value, document, model)
    assert all(fault.file == "run.yaml" and fault.line and fault.remedy for fault in faults)
    return faults


def fault_in(text: str, model: type[BaseModel] = Run) -> str:
    (fault,) = faults_in(text, model)
    return str(fault)


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        # wrong type
        ("seed: x", "1: seed", ["'x' is not a whole number", "expected a whole number", "write digits only"]),
        (
            "seed: 1.5",
            "1: seed",
            ["'1.5' is not a whole number", "expected a whole number", "write digits only"],
        ),
        (
            "seed: [1]",
            "1: seed",
            ["a list is not a whole number", "expected a whole number", "write digits only"],
        ),
        ("seed:", "1: seed", ["no value is given", "expected a whole number", "write digits only"]),
        (
            "active: maybe",
            "1: active",
            ["'maybe' is not true or false", "expected true or false", "write true or false"],
        ),
        (
            "name: {a: b}",
            "1: name",
            ["a mapping is not text", "expected text", "write one value, not a list or mapping"],
        ),
        (
            "items: a",
            "1: items",
            ["'a' is not a list", "expected a list", "write each item on a line of its own after '- '"],
        ),
        (
            "ages: a",
            "1: ages",
            [
                "'a' is not a mapping of keys",
                "expected a mapping of keys",
                "indent lines of 'key: value' under this key",
            ],
        ),
        # out of range
        (
            "share: 2",
            "1: share",
            [
                "2 is out of range",
                "expected a number from 0 to 1 (probability)",
                "write a percentage as a fraction: 12 per cent is 0.12",
            ],
        ),
        (
            "seed: 1\nweight: 11",
            "2: weight",
            [
                "11 is out of range",
                "expected a number above 0 and below 10",
                "change it to lie in this range",
            ],
        ),
        (
            "low: -1",
            "1: low",
            ["-1 is out of range", "expected a number at least 0", "change it to lie in this range"],
        ),
        (
            "first: {form: rule, age: 12}",
            "1: first.age",
            [
                "12 is out of range",
                "expected a whole number from 16 to 100",
                "change it to lie in this range",
            ],
        ),
        (
            "step: 3",
            "1: step",
            ["'3' is not accepted", "expected it to be a multiple of 5", "correct the value"],
        ),
        # not finite
        (
            "weight: nan",
            "1: weight",
            ["nan is not a finite number", "expected a number above 0 and below 10", "correct the value"],
        ),
        (
            "weight: .inf",
            "1: weight",
            [".inf is not a finite number", "expected a number above 0 and below 10", "correct the value"],
        ),
        (
            "share: nan",
            "1: share",
            [
                "nan is not a finite number",
                "expected a number from 0 to 1 (probability)",
                "write for example 0.05",
            ],
        ),
        # choices
        (
            "engine: nunba",
            "1: engine",
            [
                "'nunba' is not a valid value",
                "expected one of numba, reference",
                "did you mean 'numba'?",
                "use one of the valid values",
            ],
        ),
        (
            "colour: green",
            "1: colour",
            ["'green' is not a valid value", "expected one of red, blue", "use one of the valid values"],
        ),
        (
            "engine: ''",
            "1: engine",
            ["no value is given", "expected one of numba, reference", "use one of the valid values"],
        ),
        # other rules
        (
            "name: ab",
            "1: name",
            ["'ab' is not accepted", "expected it to have at least 3 characters", "correct the value"],
        ),
        (
            "items: [a]",
            "1: items",
            ["a list is not accepted", "expected it to have at least 2 items, not 1", "correct the value"],
        ),
        ("name: value", "1: name", ["the name value is taken", "correct the value"]),
        ("name: assert", "1: name", ["the value is refused", "correct the value"]),
        ("name: custom", "1: name", ["rate should be lower", "correct the value"]),
        ("low: 9", "1", ["low is above weight", "expected low <= weight", "swap them"]),
        # positions in lists, tuples, root models and behind an alias
        (
            "seeds:\n- 1\n- x",
            "3: seeds[1]",
            ["'x' is not a whole number", "expected a whole number at least 0", "write digits only"],
        ),
        (
            "seeds: [-1]",
            "1: seeds[0]",
            ["-1 is out of range", "expected a whole number at least 0", "change it to lie in this range"],
        ),
        (
            "tail:\n- 1\n- x",
            "3: tail[1]",
            ["'x' is not a whole number", "expected a whole number", "write digits only"],
        ),
        (
            "span: [x, 1]",
            "1: span[0]",
            ["'x' is not a whole number", "expected a whole number", "write digits only"],
        ),
        (
            "written-as: x",
            "1: written-as",
            ["'x' is not a whole number", "expected a whole number", "write digits only"],
        ),
        # keys of mappings
        (
            "ages: {x: {form: hazard, rate: 1}}",
            "1: ages.x",
            ["'x' is not a whole number", "expected a whole number", "correct the key"],
        ),
    ],
)
def test_one_fault(text: str, place: str, told: list[str]) -> None:
    assert fault_in(text) == f"run.yaml:{place}: {'; '.join(told)}"


def test_county_code_without_its_zero() -> None:
    message = fault_in("counties:\n  '01': 0.5\n  3: 0.5\n")
    assert message.startswith(
        "run.yaml:3: counties.3: county code '3' is not known; expected the two-digit code"
    )
    assert "did you mean '03'?" in message


# Unknown and missing keys -----------------------------------------------------------------------------------


def test_unknown_key_at_the_top() -> None:
    (fault,) = faults_in("seed: 1\nwieght: 2\n")
    assert (fault.line, fault.key, fault.message) == (2, "wieght", "unknown key 'wieght'")
    assert fault.nearest == "weight"
    assert fault.expected is not None
    assert fault.expected.startswith("one of seed, share, weight, ")
    assert fault.expected.endswith("written-as")
    assert fault.remedy == "correct or remove the key"


def test_unknown_key_in_a_list_of_tagged_models() -> None:
    text = "transitions:\n  - {form: hazard, rate: 1}\n  - form: hazard\n    rate: 1\n    rte: 2\n"
    assert fault_in(text) == (
        "run.yaml:5: transitions[1].rte: unknown key 'rte'; expected one of form, rate; "
        "did you mean 'rate'?; correct or remove the key"
    )


def test_name_of_the_field_is_unknown_where_an_alias_is_written() -> None:
    (fault,) = faults_in("written_as: 1")
    assert fault.nearest == "written-as"


def test_unknown_key_where_no_key_is_valid() -> None:
    class Empty(Strict):
        pass

    assert fault_in("a: 1", Empty) == "run.yaml:1: a: unknown key 'a'; correct or remove the key"


def test_missing_key_stands_at_what_lacks_it() -> None:
    assert fault_in("seed: 1\nages:\n  30:\n    form: hazard\n") == (
        "run.yaml:3: ages.30.rate: missing key 'rate'; add 'rate: ...' under ages.30"
    )


def test_missing_key_at_the_top() -> None:
    assert fault_in("first: 1\n", Pair) == (
        "run.yaml:1: second: missing key 'second'; add 'second: ...' at the top level of the file"
    )


# Unions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "key"),
    [("transitions: [{}]", "transitions[0]"), ("first: {}", "first")],
    ids=["list", "optional"],
)
@pytest.mark.parametrize(
    ("written", "rest"),
    [
        ("form: norm, age: x", ".age: 'x' is not a whole number; expected a whole number from 16 to 100"),
        ("form: hazard, rate: x", ".rate: 'x' is not a number; expected a number of 0 or more (rate "),
        (
            "form: hasard, rate: 1",
            ".form: 'hasard' is not a valid value; expected one of hazard, rule, norm; did",
        ),
        ("rate: 1", ".form: missing key 'form'; expected one of hazard, rule, norm; add 'form: ...' under "),
        ("form: rule", ".age: missing key 'age'; add 'age: ...' under "),
    ],
)
def test_tagged_union(place: str, key: str, written: str, rest: str) -> None:
    assert fault_in(place.replace("{}", f"{{{written}}}")).startswith(f"run.yaml:1: {key}{rest}")


def test_tagged_union_needs_a_mapping() -> None:
    assert "transitions[0]: 'x' is not a mapping of keys; " in fault_in("transitions: [x]")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{only: x}", "chosen.only: 'x' is not a whole number; expected a whole number; write digits only"),
        ("{first: 1}", "chosen.second: missing key 'second'; add 'second: ...' under chosen"),
        ("{other: 1}", "chosen: none of the allowed forms fits; correct its keys"),
    ],
)
def test_union_with_a_function_as_tag(written: str, message: str) -> None:
    assert fault_in(f"chosen: {written}") == f"run.yaml:1: {message}"


class Tint(StrEnum):
    RED = "red"
    BLUE = "blue"


class Warm(Strict):
    colour: Literal[Tint.RED]
    heat: int


class Cold(Strict):
    colour: Literal[Tint.BLUE]
    frost: int


class Painting(Strict):
    tint: Annotated[Warm | Cold, Field(discriminator="colour")]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{colour: red, heat: x}", "tint.heat: 'x' is not a whole number; expected a whole number; "),
        (
            "{colour: blue, heat: 1, frost: 1}",
            "tint.heat: unknown key 'heat'; expected one of colour, frost; ",
        ),
        ("{heat: 1}", "tint.colour: missing key 'colour'; expected one of red, blue; "),
        (
            "{colour: rad}",
            "tint.colour: 'rad' is not a valid value; expected one of red, blue; did you mean 'red'?",
        ),
    ],
)
def test_union_tagged_by_an_enumeration(written: str, message: str) -> None:
    assert fault_in(f"tint: {written}", Painting).startswith(f"run.yaml:1: {message}")


def test_union_without_tag_is_one_fault_for_one_value() -> None:
    assert fault_in("either: x") == (
        "run.yaml:1: either: 'x' fits none of the allowed forms; "
        "expected a whole number or a mapping of keys; write one of these forms"
    )
    assert "either: no value is given; expected a whole number or a mapping of keys" in fault_in("either:")


def test_union_without_tag_tells_of_the_members_that_got_furthest() -> None:
    faults = faults_in("either: {frist: 1}")
    assert [fault.key for fault in faults] == ["either.first", "either.second", "either.frist", "either.only"]
    unknown = faults[2]
    assert unknown.message == "unknown key 'frist'"
    assert unknown.expected == "one of first, second or one of only"
    assert unknown.nearest == "first"


@pytest.mark.parametrize("text", ["places: {a: {b: x}}", "places: {a: [[x]]}", "places: {a: [1, {}]}"])
def test_union_of_collections_keeps_the_key(text: str) -> None:
    class Nested(Strict):
        places: dict[str, tuple[int, Pair] | list[list[int]] | dict[str, int]]

    faults = faults_in(text, Nested)
    assert faults
    assert all(fault.key.startswith("places.a") for fault in faults)


# All at once ------------------------------------------------------------------------------------------------


def test_every_fault_of_a_file_in_one_report() -> None:
    report = FaultReport()
    report.add(*faults_in("transitions: [{form: rule, age: x, aeg: 1}]\nshare: 2\nseeed: 1\n"))
    with pytest.raises(ConfigError) as caught:
        report.raise_if_any()
    lines = str(caught.value).splitlines()
    assert lines[0] == "4 faults in the configuration:"
    assert [line.split(": ")[:2] for line in lines[1:]] == [
        ["  run.yaml:1", "transitions[0].age"],
        ["  run.yaml:1", "transitions[0].aeg"],
        ["  run.yaml:2", "share"],
        ["  run.yaml:3", "seeed"],
    ]


def test_very_long_values_are_cut() -> None:
    message = fault_in(f"seed: {'x' * 5000}")
    assert "'xxxxx" in message
    assert "...' is not a whole number" in message
    assert len(message) < 150
