"""Scalars that carry their unit and range, for every model that reads a configuration.

A value arrives as text, because YAML scalars are read as strings; a number from Python code is accepted
as well. Each scalar refuses in plain English, and `refusal` is how any other validator does the same.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial
from numbers import Real
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from careersim.errors import UserError, nearest_name

__all__ = [
    "COUNTY_NAMES",
    "Count",
    "CountyCode",
    "Number",
    "Percent",
    "Probability",
    "RatePerYear",
    "Sek",
    "YearNumber",
    "Years",
    "refusal",
]

# Counties by the two-digit code of Statistics Sweden ("länskod"); 02, 11, 15 and 16 were retired.
COUNTY_NAMES: dict[str, str] = {
    "01": "Stockholm",
    "03": "Uppsala",
    "04": "Södermanland",
    "05": "Östergötland",
    "06": "Jönköping",
    "07": "Kronoberg",
    "08": "Kalmar",
    "09": "Gotland",
    "10": "Blekinge",
    "12": "Skåne",
    "13": "Halland",
    "14": "Västra Götaland",
    "17": "Värmland",
    "18": "Örebro",
    "19": "Västmanland",
    "20": "Dalarna",
    "21": "Gävleborg",
    "22": "Västernorrland",
    "23": "Jämtland",
    "24": "Västerbotten",
    "25": "Norrbotten",
}

# Above any head or replication count, and small enough to be exact as an integer and as a float.
_HIGHEST_COUNT = 1_000_000_000

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NOT_FINITE = re.compile(r"[+-]?\.?(nan|inf|infinity)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+", re.ASCII)


def refusal(
    message: str, *, expected: str, nearest: str | None = None, remedy: str | None = None
) -> PydanticCustomError:
    """Build the error that a validator raises to say in our words what is wrong.

    Parameters
    ----------
    message, expected, nearest, remedy
        As in `careersim.errors.UserError`.

    Returns
    -------
    An error whose text is the whole sentence and whose context keeps the parts for the fault report.
    """
    sentence = str(UserError(message, expected=expected, nearest=nearest, remedy=remedy))
    context = {
        "sentence": sentence,
        "message": message,
        "expected": expected,
        "nearest": nearest,
        "remedy": remedy,
    }
    return PydanticCustomError("refusal", "{sentence}", context)


@dataclass(frozen=True)
class _Unit:
    """What a number must be: its name, an example, the closed range and whether it is whole."""

    name: str
    example: str
    lowest: float = -math.inf
    highest: float = math.inf
    whole: bool = False

    @property
    def expected(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if math.isfinite(self.lowest) and math.isfinite(self.highest):
            return f"{kind} from {_short(self.lowest)} to {_short(self.highest)} ({self.name})"
        if math.isfinite(self.lowest):
            return f"{kind} of {_short(self.lowest)} or more ({self.name})"
        return f"{kind} ({self.name})"


_PROBABILITY = _Unit("probability", "0.05", 0, 1)
_RATE = _Unit("rate per year", "0.05", 0)
_YEARS = _Unit("years", "5.5", 0)
_PERCENT = _Unit("per cent", "12.5", 0, 100)
_ANY = _Unit("any number", "0.5")
_SEK = _Unit("Swedish kronor", "1250000")
_YEAR = _Unit("calendar year", "2025", 1900, 2200, whole=True)
_COUNT = _Unit("count", "100", 0, _HIGHEST_COUNT, whole=True)


def _short(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(number)


def _read_number(raw: object, unit: _Unit) -> float | int:
    """Turn text or a number into a finite number within the range of `unit`, or refuse it."""
    number = _parse(raw, unit)
    if not math.isfinite(number):
        raise refusal(
            f"{_show(raw)} is not a finite number",
            expected=unit.expected,
            remedy=f"write for example {unit.example}",
        )
    if unit.whole and number != int(number):
        raise refusal(
            f"{_show(raw)} is not a whole number",
            expected=unit.expected,
            remedy=f"write for example {unit.example}",
        )
    if not unit.lowest <= number <= unit.highest:
        remedy = "change the value so that it lies in this range"
        if unit is _PROBABILITY and 1 < number <= 100:
            remedy = "write a percentage as a fraction: 12 per cent is 0.12"
        raise refusal(f"{_show(raw)} is out of range", expected=unit.expected, remedy=remedy)
    # Adding zero turns -0.0 into 0.0, which prints as readers expect.
    return int(number) if unit.whole else number + 0.0


def _parse(raw: object, unit: _Unit) -> float:
    remedy = f"write for example {unit.example}"
    # A bool is a number for Python, but a yes where a number belongs is a slip.
    if isinstance(raw, bool) or not isinstance(raw, Real | str):
        raise refusal(f"{_kind(raw)} is not a number", expected=unit.expected, remedy=remedy)
    if not isinstance(raw, str):
        try:
            return float(raw)
        except OverflowError:
            return math.inf
    text = raw.strip()
    if not text:
        raise refusal("no value is given", expected=unit.expected, remedy=remedy)
    if _NOT_FINITE.fullmatch(text):
        return math.nan
    digits = re.sub(r"(?<=\d)_(?=\d)", "", text)
    if _NUMBER.fullmatch(digits):
        return float(digits)
    if _DECIMAL_COMMA.fullmatch(text):
        remedy = f"write a decimal point instead of a comma: {text.replace(',', '.')}"
    elif text[0].isdigit():
        remedy = f"write the number alone, without spaces or unit, for example {unit.example}"
    raise refusal(f"'{_show(raw)}' is not a number", expected=unit.expected, remedy=remedy)


def _kind(raw: object) -> str:
    names = {dict: "a mapping", list: "a list", type(None): "an empty value"}
    return names.get(type(raw), _show(raw))


def _show(raw: object) -> str:
    text = str(raw).strip()
    return text if len(text) <= 40 else f"{text[:37]}..."


def _read_county_code(raw: object) -> str:
    """Accept the code of one of the 21 counties, or refuse with the code that was probably meant."""
    if isinstance(raw, str) and raw in COUNTY_NAMES:
        return raw
    expected = "the two-digit code of one of the 21 counties, from 01 (Stockholm) to 25 (Norrbotten)"
    if raw == "99":
        raise refusal(
            "county code '99' stands for abroad, which is not a county",
            expected=expected,
            remedy="remove it; moves abroad are declared as transitions",
        )
    if isinstance(raw, bool) or not isinstance(raw, str | int):
        raise refusal(
            f"{_kind(raw)} is not a county code", expected=expected, remedy="write for example '01'"
        )
    text = _show(raw)
    nearest = _nearest_county(text)
    name = f", {COUNTY_NAMES[nearest]}" if nearest else ""
    remedy = f"write the code with both digits, for example '{nearest or '01'}'{name}"
    raise refusal(f"county code '{text}' is not known", expected=expected, nearest=nearest, remedy=remedy)


def _nearest_county(text: str) -> str | None:
    if text.isascii() and text.isdigit():
        padded = text.lstrip("0").zfill(2)
        return padded if padded in COUNTY_NAMES else None
    codes = {name: code for code, name in COUNTY_NAMES.items()}
    place = re.sub(r"s? (län|county)$", "", text, flags=re.IGNORECASE)
    name = nearest_name(place, codes)
    return codes[name] if name else None


Probability = Annotated[
    float, Field(ge=0, le=1, allow_inf_nan=False), BeforeValidator(partial(_read_number, unit=_PROBABILITY))
]
RatePerYear = Annotated[
    float, Field(ge=0, allow_inf_nan=False), BeforeValidator(partial(_read_number, unit=_RATE))
]
Years = Annotated[
    float, Field(ge=0, allow_inf_nan=False), BeforeValidator(partial(_read_number, unit=_YEARS))
]
Percent = Annotated[
    float, Field(ge=0, le=100, allow_inf_nan=False), BeforeValidator(partial(_read_number, unit=_PERCENT))
]
Number = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(partial(_read_number, unit=_ANY))]
Sek = Annotated[float, Field(allow_inf_nan=False), BeforeValidator(partial(_read_number, unit=_SEK))]
YearNumber = Annotated[int, Field(ge=1900, le=2200), BeforeValidator(partial(_read_number, unit=_YEAR))]
Count = Annotated[int, Field(ge=0, le=_HIGHEST_COUNT), BeforeValidator(partial(_read_number, unit=_COUNT))]
CountyCode = Annotated[str, BeforeValidator(_read_county_code)]
