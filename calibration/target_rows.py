"""`targets_of_row`: one row of a table of targets becomes one target, or one for every county."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from calibration.measures import MEASURES
from calibration.target_types import (
    KINDS,
    LIKELIHOODS,
    OBSERVED,
    ROLES,
    Kind,
    Likelihood,
    Observed,
    Target,
)
from careersim.data import Figure, document, figure, figures_by_county, literature, table_info
from careersim.data.places import NATIONAL_CODE
from careersim.data.rounding import parse_rule, resolve
from careersim.errors import ConfigError, DataError, nearest_name
from careersim.schema import COUNTY_CODES

__all__ = ["ALL_COUNTIES", "COLUMNS", "REQUIRED", "targets_of_row"]

ALL_COUNTIES = "*"
"""`county_code` of a row that stands for every county that its figure has."""

OWN = "own: "
"""How the document of a figure begins that is not published, in a table of one's own."""

REQUIRED = (
    "id",
    "measure",
    "of",
    "profession",
    "county_code",
    "year",
    "tolerance",
    "tolerance_reason",
    "kind",
    "observed",
)
COLUMNS = (
    *REQUIRED,
    "value",
    "low",
    "high",
    "rounding",
    "table",
    "column",
    "where",
    "per",
    "trials",
    "likelihood",
    "coverage",
    "group",
    "role",
    "document",
    "place",
    "note",
)


def targets_of_row(row: Mapping[str, str], file: str, line: int) -> tuple[Target, ...]:
    """Read one row.

    Parameters
    ----------
    row
        Cells by column; columns that are not required may be missing.
    file, line
        Where it stands.

    Returns
    -------
    One target, or one a county.

    Raises
    ------
    ConfigError
        Naming the column that is wrong.
    """
    cells = {column: (row.get(column) or "").strip() for column in COLUMNS}
    _complete(cells)
    measure = cells["measure"]
    kind, observed = _observation(cells)
    first, last = _years(cells["year"])
    if first != last and observed == "end_of_year":
        raise ConfigError("several years have no one end", where="observed", expected="mean_of_years")
    found = []
    for code, printed in _printed(cells).items():
        likelihood = _likelihood(cells["likelihood"], printed)
        target = Target(
            id=cells["id"] if cells["county_code"] != ALL_COUNTIES else f"{cells['id']}.{code}",
            block=cells["id"],
            measure=measure,
            of=cells["of"],
            profession=cells["profession"],
            county_code=code,
            year=first,
            last_year=last,
            value=printed.value,
            low=printed.low,
            high=printed.high,
            likelihood=likelihood,
            rounding=printed.step,
            tolerance=_tolerance(cells["tolerance"], printed),
            tolerance_reason=cells["tolerance_reason"],
            kind=kind,
            observed=observed,
            coverage=cells["coverage"],
            group=cells["group"],
            trials=printed.trials,
            role=_word(cells["role"] or "fit", ROLES, "role"),
            document=printed.document,
            place=printed.place,
            note=cells["note"],
            file=file,
            line=line,
        )
        _check_counts(target)
        found.append(target)
    return tuple(found)


@dataclass(frozen=True)
class _Printed:
    """What the source says, in the unit of the measure."""

    value: float | None
    low: float
    high: float
    step: float
    trials: float
    document: str
    place: str


_Word = TypeVar("_Word", bound=str)


def _complete(cells: Mapping[str, str]) -> None:
    for column in REQUIRED:
        if not cells[column]:
            raise ConfigError("is empty", where=column, remedy=f"fill in `{column}`")
    if not re.fullmatch(r"[a-z][a-z0-9_]*", cells["id"]):
        raise ConfigError(f"'{cells['id']}'", where="id", expected="small letters, digits and _")
    code = cells["county_code"]
    if code not in (NATIONAL_CODE, ALL_COUNTIES, *COUNTY_CODES):
        padded = code.zfill(2)
        raise ConfigError(
            f"unknown county '{code}'",
            where="county_code",
            expected="two digits, 00 for Sweden, or * for every county of the table",
            nearest=padded if padded in COUNTY_CODES else nearest_name(code, COUNTY_CODES),
        )


def _observation(cells: Mapping[str, str]) -> tuple[Kind, Observed]:
    """Kind and observation point of a row, which must be possible for its measure."""
    measure = cells["measure"]
    if measure not in MEASURES:
        raise ConfigError(
            f"unknown measure '{measure}'",
            where="measure",
            expected=f"one of {', '.join(MEASURES)}",
            nearest=nearest_name(measure, MEASURES),
        )
    info = MEASURES[measure]
    kind = _word(cells["kind"], KINDS, "kind")
    observed = _word(cells["observed"], OBSERVED, "observed")
    if kind != info.kind:
        raise ConfigError(f"{measure} is a {info.kind}, not a {kind}", where="kind", expected=info.kind)
    if observed not in info.observed:
        raise ConfigError(
            f"{measure} is not observed as {observed}", where="observed", expected=" or ".join(info.observed)
        )
    return kind, observed


def _word(text: str, allowed: tuple[_Word, ...], column: str) -> _Word:
    if text not in allowed:
        raise ConfigError(
            f"unknown {column} '{text}'",
            where=column,
            expected=f"one of {', '.join(allowed)}",
            nearest=nearest_name(text, allowed),
        )
    return text


def _years(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise ConfigError(f"'{text}'", where="year", expected="a year, or two as in 2021-2023")
    return int(found[1]), int(found[2] or found[1])


def _printed(cells: Mapping[str, str]) -> dict[str, _Printed]:
    """Read what is printed, by county."""
    if cells["table"]:
        if cells["value"]:
            raise ConfigError(
                "the value is given twice",
                where="value",
                expected="either `table`, `column` and `where`, or `value`, `document` and `place`",
            )
        try:
            return {code: _with_ends(one, cells) for code, one in _referred(cells).items()}
        except DataError as error:
            raise ConfigError(str(error), where="table") from None
    if cells["county_code"] == ALL_COUNTIES:
        raise ConfigError("every county without a table", where="county_code", expected="`table`")
    return {cells["county_code"]: _with_ends(_typed(cells), cells)}


def _referred(cells: Mapping[str, str]) -> dict[str, _Printed]:
    """Look the figure up in the shipped tables, and put it into relation with another if asked."""
    where = _pairs(cells["where"], "where")
    per = {**where, **_pairs(cells["per"], "per")} if cells["per"] else None
    trials = {**where, **_pairs(cells["trials"], "trials")} if cells["trials"] else None
    found = {}
    for code, one in _figures(cells, where).items():
        printed = _of_figure(one)
        if per is not None:
            among = _figures(cells, per, required=False).get(code)
            if among is None or among.value is None or one.value is None:
                continue
            low, high = 100.0 * one.low / among.high, 100.0 * one.high / among.low
            printed = replace(printed, value=100.0 * one.value / among.value, low=low, high=high)
        if trials is not None:
            share = _figures(cells, trials)[code].value
            if share is not None and one.value is not None:
                printed = replace(printed, trials=float(round(100.0 * one.value / share)))
        found[code] = printed
    return found


def _figures(
    cells: Mapping[str, str], where: Mapping[str, str], *, required: bool = True
) -> dict[str, Figure]:
    table, column, code = cells["table"], cells["column"] or "value", cells["county_code"]
    if code == ALL_COUNTIES:
        return figures_by_county(table, column, **where)
    # Forecasts and rates of all Sweden stand in tables without a column for counties.
    place = {"county_code": code} if "county_code" in table_info(table).columns else {}
    try:
        return {code: figure(table, column, **(place | dict(where)))}
    except DataError:
        if required:
            raise
        return {}


def _of_figure(one: Figure) -> _Printed:
    low, high = one.low, one.high
    if one.value is not None and one.rounding.kind in ("lower_bound", "upper_bound"):
        # "Just over 250" is at most one unit of its last digit but zeros more, as in the flow closure.
        unit = _last_unit(one.value)
        low, high = max(low, one.value - unit), min(high, one.value + unit)
    return _Printed(one.value, low, high, one.rounding.step, 0.0, one.document, one.locator)


def _last_unit(value: float) -> float:
    digits = f"{abs(value):.10g}"
    if "." in digits:
        return float(10.0 ** -len(digits.partition(".")[2]))
    return float(10.0 ** (len(digits) - len(digits.rstrip("0"))))


def _typed(cells: Mapping[str, str]) -> _Printed:
    """Read a number that stands in the row, whose document must be known."""
    if not cells["document"] or not cells["place"]:
        raise ConfigError(
            "a number without a source",
            where="document",
            expected="`table` and `where`, or `document` and `place`",
            remedy="say where the number is printed",
        )
    _known_document(cells["document"])
    if not cells["value"]:
        if not cells["low"] and not cells["high"]:
            raise ConfigError("neither a value nor an interval", where="value", expected="a number")
        return _Printed(None, -math.inf, math.inf, 0.0, 0.0, cells["document"], cells["place"])
    value = _number(cells["value"], "value")
    try:
        rounding, (low, high) = resolve(parse_rule(cells["rounding"] or "exact", "rounding"), cells["value"])
    except DataError as error:
        raise ConfigError(str(error)) from None
    trials = _number(cells["trials"], "trials") if cells["trials"] else 0.0
    return _Printed(value, low, high, rounding.step, trials, cells["document"], cells["place"])


def _known_document(key: str) -> None:
    """Accept shipped documents, the literature, and what an own table calls its own."""
    if key.startswith(OWN) and key.removeprefix(OWN).strip():
        return
    try:
        document(key)
    except DataError as error:
        try:
            literature(key)
        except DataError:
            remedy = (
                f"name a figure that is not shipped as `{OWN}` and what it is, such as `{OWN}pay records`"
            )
            raise ConfigError(str(error), where="document", remedy=remedy) from None


def _with_ends(printed: _Printed, cells: Mapping[str, str]) -> _Printed:
    """Let `low` and `high` of the row have the last word."""
    low = _number(cells["low"], "low") if cells["low"] else printed.low
    high = _number(cells["high"], "high") if cells["high"] else printed.high
    nowhere = bool(cells["low"] or cells["high"]) and (low == math.inf or high == -math.inf)
    if low > high or nowhere or (low, high) == (-math.inf, math.inf):
        raise ConfigError(
            f"{low:g} to {high:g} is no interval that says anything", where="low", expected="low <= high"
        )
    return replace(printed, low=low, high=high)


def _pairs(text: str, column: str) -> dict[str, str]:
    pairs = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        name, mark, cell = part.partition("=")
        if not mark:
            raise ConfigError(f"'{part}'", where=column, expected="column=cell, separated by semicolons")
        pairs[name.strip()] = cell.strip()
    return pairs


def _number(text: str, column: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isnan(number):
        raise ConfigError(f"'{text}' is not a number", where=column)
    return number


def _tolerance(text: str, printed: _Printed) -> float:
    """Read `12`, `5%` (of the value) or `5%|3` (whichever is larger)."""
    ends = [end for end in (printed.low, printed.high) if math.isfinite(end)]
    size = abs(printed.value if printed.value is not None else sum(ends) / len(ends))
    sizes = []
    for part in text.split("|"):
        number = _number(part.strip().removesuffix("%"), "tolerance")
        sizes.append(number * size / 100.0 if part.strip().endswith("%") else number)
    tolerance = max(sizes)
    if min(sizes) < 0 or not 0 < tolerance < math.inf:
        raise ConfigError(
            f"a tolerance of {tolerance:g}",
            where="tolerance",
            expected="a number above 0, a percentage of the value such as 5%, or both as in 5%|3",
            remedy="say how far the model may be off for reasons other than chance",
        )
    return tolerance


def _likelihood(text: str, printed: _Printed) -> Likelihood:
    """Take the likelihood of the row; what has no value, or no end, can only be an interval."""
    asked = _word(text, LIKELIHOODS, "likelihood") if text else None
    if printed.value is None or math.isinf(printed.low) or math.isinf(printed.high):
        return "interval"
    if asked is not None:
        return asked
    return "rounded" if printed.low < printed.high else "normal"


def _check_counts(target: Target) -> None:
    if target.likelihood in ("poisson", "multinomial", "beta_binomial") and (
        target.value is None or target.value < 0 or target.value != round(target.value)
    ):
        raise ConfigError(
            f"{target.likelihood} of {target.value}", where="likelihood", expected="a whole number of persons"
        )
    if target.likelihood == "beta_binomial" and not target.trials >= (target.value or 0.0) > 0:
        raise ConfigError(
            f"{target.value:g} of {target.trials:g} persons",
            where="trials",
            expected="the number of persons under risk, at least the value",
        )
    if (target.likelihood == "multinomial") != bool(target.group):
        raise ConfigError(
            f"likelihood {target.likelihood} with group '{target.group}'",
            where="group",
            expected="a group for multinomial targets, and for no others",
        )
