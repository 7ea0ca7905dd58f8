"""The scalars with units: what they accept, and the words with which they refuse."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from careersim.types import (
    COUNTY_NAMES,
    Count,
    CountyCode,
    Number,
    Percent,
    Probability,
    RatePerYear,
    Sek,
    YearNumber,
    Years,
    refusal,
)

NUMBERS: dict[str, Any] = {
    "Probability": Probability,
    "RatePerYear": RatePerYear,
    "Years": Years,
    "Percent": Percent,
    "Sek": Sek,
    "Number": Number,
    "YearNumber": YearNumber,
    "Count": Count,
}


def read(scalar: Any, raw: object) -> Any:
    return TypeAdapter(scalar).validate_python(raw)


def refused(scalar: Any, raw: object) -> str:
    with pytest.raises(ValidationError) as caught:
        read(scalar, raw)
    (details,) = caught.value.errors()
    return details["msg"]


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("Probability", "0", 0.0),
        ("Probability", "1", 1.0),
        ("Probability", "1e-3", 0.001),
        ("Probability", ".5", 0.5),
        ("Probability", 0.25, 0.25),
        ("RatePerYear", "3.5", 3.5),
        ("Years", "40", 40.0),
        ("Percent", "100", 100.0),
        ("Sek", "-1_250_000.50", -1250000.5),
        ("Number", "-2.5", -2.5),
        ("YearNumber", "1900", 1900),
        ("YearNumber", "2200", 2200),
        ("YearNumber", 2025, 2025),
        ("Count", "0", 0),
        ("Count", "1_000", 1000),
    ],
)
def test_numbers_are_read_from_text_and_from_python(name: str, raw: object, value: float) -> None:
    number = read(NUMBERS[name], raw)
    assert number == value
    assert type(number) is type(value)


def test_negative_zero_becomes_zero() -> None:
    assert math.copysign(1, read(Sek, "-0")) == 1


@pytest.mark.parametrize(
    ("name", "raw", "allowed"),
    [
        ("Probability", "1.0001", "a number from 0 to 1 (probability)"),
        ("Probability", "-0.1", "a number from 0 to 1 (probability)"),
        ("RatePerYear", "-1", "a number of 0 or more (rate per year)"),
        ("Years", "-1", "a number of 0 or more (years)"),
        ("Percent", "100.5", "a number from 0 to 100 (per cent)"),
        ("YearNumber", "1899", "a whole number from 1900 to 2200 (calendar year)"),
        ("YearNumber", "2201", "a whole number from 1900 to 2200 (calendar year)"),
        ("Count", "-1", "a whole number from 0 to 1000000000 (count)"),
    ],
)
def test_out_of_range_names_the_range(name: str, raw: str, allowed: str) -> None:
    message = refused(NUMBERS[name], raw)
    assert message.startswith(f"{raw} is out of range; expected {allowed}; ")


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(
    "raw",
    ["nan", "NaN", ".nan", "inf", "-.inf", "Infinity", "1e999", "9" * 5000, math.nan, -math.inf, 10**400],
)
def test_only_finite_numbers(name: str, raw: object) -> None:
    message = refused(NUMBERS[name], raw)
    assert "is not a finite number; expected a" in message
    assert len(message) < 200


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("raw", ["yes", "0x10", "1 000", "12:30", "1e", "--1", "\u0661", True, None, [], {}])
def test_only_numbers(name: str, raw: object) -> None:
    assert "is not a number; expected a" in refused(NUMBERS[name], raw)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("raw", ["", "  "])
def test_nothing_is_not_zero(name: str, raw: str) -> None:
    assert refused(NUMBERS[name], raw).startswith("no value is given; expected a")


@pytest.mark.parametrize("name", ["YearNumber", "Count"])
def test_whole_numbers(name: str) -> None:
    assert refused(NUMBERS[name], "2000.5").startswith(
        "2000.5 is not a whole number; expected a whole number"
    )


@pytest.mark.parametrize(
    ("name", "raw", "remedy"),
    [
        ("Probability", "0,05", "write a decimal point instead of a comma: 0.05"),
        ("Probability", "12", "write a percentage as a fraction: 12 per cent is 0.12"),
        ("Percent", "12 %", "write the number alone, without spaces or unit, for example 12.5"),
        ("Sek", "many", "write for example 1250000"),
    ],
)
def test_the_remedy_fits_the_slip(name: str, raw: str, remedy: str) -> None:
    assert refused(NUMBERS[name], raw).endswith(f"; {remedy}")


@given(st.floats(min_value=0, max_value=1))
def test_a_probability_survives_being_written(value: float) -> None:
    assert read(Probability, repr(value)) == value


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.binary()))
def test_any_scalar_gives_a_number_in_range_or_a_refusal(raw: object) -> None:
    refusals: list[str] = []
    value = 0.0
    try:
        value = read(Probability, raw)
    except ValidationError as error:
        refusals = [details["type"] for details in error.errors()]
    assert refusals in ([], ["refusal"])
    assert 0 <= value <= 1


def test_there_are_21_counties() -> None:
    assert len(COUNTY_NAMES) == 21
    assert len(set(COUNTY_NAMES.values())) == 21
    assert [read(CountyCode, code) for code in COUNTY_NAMES] == list(COUNTY_NAMES)


@pytest.mark.parametrize(
    ("raw", "nearest"),
    [
        ("1", "01"),
        (1, "01"),
        ("001", "01"),
        (" 9", "09"),
        ("Stockholm", "01"),
        ("Stockholms län", "01"),
        ("skane", "12"),
        ("Västra Götalands län", "14"),
        ("Jämtlands län", "23"),
    ],
)
def test_a_county_that_can_be_guessed(raw: object, nearest: str) -> None:
    message = refused(CountyCode, raw)
    assert message.startswith(f"county code '{str(raw).strip()}' is not known; expected the two-digit code")
    assert f"did you mean '{nearest}'?" in message
    assert COUNTY_NAMES[nearest] in message


@pytest.mark.parametrize("raw", ["", "00", "02", "26", "abc", "²", -1])
def test_a_county_that_cannot_be_guessed(raw: object) -> None:
    message = refused(CountyCode, raw)
    assert "is not known; expected the two-digit code" in message
    assert "did you mean" not in message


@pytest.mark.parametrize("raw", [None, True, 1.0, [], {"01": ""}])
def test_a_county_is_text(raw: object) -> None:
    assert "is not a county code; expected the two-digit code" in refused(CountyCode, raw)


def test_abroad_is_not_a_county() -> None:
    message = refused(CountyCode, "99")
    assert message.startswith("county code '99' stands for abroad, which is not a county; expected")
    assert "did you mean" not in message


def test_a_refusal_keeps_its_parts() -> None:
    error = refusal("'{x}' is wrong", expected="{y}", nearest="z", remedy="mend it")
    assert error.message() == "'{x}' is wrong; expected {y}; did you mean 'z'?; mend it"
    assert error.context is not None
    assert {name: error.context[name] for name in ("message", "expected", "nearest", "remedy")} == {
        "message": "'{x}' is wrong",
        "expected": "{y}",
        "nearest": "z",
        "remedy": "mend it",
    }
