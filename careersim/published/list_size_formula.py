"""Specialists needed so that nobody's list is longer than 1,500 (or 1,000) patients, 2019.

The document divides all inhabitants, listed or not, by the list size, and takes the specialists of primary
care from that need, as head counts: trainees are not counted, and specialists are assumed to work full time
(their working time was just over 85 percent in 2020). It does not judge which list size is right.

How it rounds is not stated. One rule gives every printed ratio and need: to one decimal, then up to the
next whole number (2,027.02 is printed as 2 027, and 2,409.08 as 2 410). Differences and increases follow from
the rounded need.

Gotland's specialists are not printed (under 20). What the country has more than the sum of the other counties
stands for them: 17, and from 12 to 19 since the national number is rounded to the nearest 10.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from careersim.data import figure, figures_by_county
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Tables, column, setting

__all__ = [
    "GENERAL",
    "GROUPS",
    "NEAREST",
    "NONE",
    "TENTHS_UP",
    "UP",
    "WITH_BOTH",
    "WITH_CHILDREN",
    "ListSizeArea",
    "ListSizeCounty",
    "ListSizeRow",
    "ListSizeSettings",
    "comparison",
    "compute",
    "difference",
    "increase_percent",
    "inhabitants_per_specialist",
    "need",
    "of_county",
    "published",
    "whole",
]

GENERAL = "general_medicine"
WITH_CHILDREN = "with_paediatrics"
WITH_BOTH = "with_paediatrics_and_geriatrics"
GROUPS = (GENERAL, WITH_CHILDREN, WITH_BOTH)
TENTHS_UP, UP, NEAREST, NONE = "tenths_up", "up", "nearest", "none"
_SPECIALISTS = "Specialists in general medicine in primary care"


@dataclass(frozen=True)
class ListSizeRow:
    """One county as it goes in."""

    county_code: str = column("County", county=True, key=True)
    inhabitants: Approx | None = column("Inhabitants", unit="persons", lowest=0)
    specialists: Approx | None = column(_SPECIALISTS, unit="persons", lowest=0, required=False)
    paediatricians: Approx | None = column(
        "Specialists in paediatrics in primary care", unit="persons", lowest=0, required=False
    )
    geriatricians: Approx | None = column(
        "Specialists in geriatrics in primary care", unit="persons", lowest=0, required=False
    )


@dataclass(frozen=True)
class ListSizeSettings:
    """List size, who counts, and rounding."""

    list_size: float = setting(
        1500, "Patients on a list (the document: 1500 and 1000)", unit="inhabitants per specialist", lowest=1
    )
    count: str = setting(GENERAL, "Specialists that count by county", choices=GROUPS)
    rounding: str = setting(
        TENTHS_UP,
        "Rounding of ratios and needs; tenths_up, to one decimal and then up, is inferred from the tables",
        choices=(TENTHS_UP, UP, NEAREST, NONE),
    )


@dataclass(frozen=True)
class ListSizeCounty:
    """One county as it comes out."""

    county_code: str = column("County", county=True)
    inhabitants: Approx | None = column("Inhabitants", unit="persons")
    specialists: Approx | None = column("Specialists that count", unit="persons")
    inhabitants_per_specialist: Approx | None = column("Inhabitants per specialist", unit="inhabitants")
    need: Approx | None = column("Specialists needed", unit="persons")
    difference: Approx | None = column("Specialists less need (negative: too few)", unit="persons")
    increase_percent: Approx | None = column("Increase needed", unit="percent", decimals=0)


@dataclass(frozen=True)
class ListSizeArea:
    """All counties together, for one group of specialists."""

    group: str = column("Specialists that count", choices=GROUPS)
    counties: int = column("Counties", unit="counties")
    inhabitants: Approx | None = column("Inhabitants", unit="persons")
    specialists: Approx | None = column("Specialists that count", unit="persons")
    inhabitants_per_specialist: Approx | None = column("Inhabitants per specialist", unit="inhabitants")
    need: Approx | None = column("Specialists needed for all inhabitants", unit="persons")
    difference: Approx | None = column("Specialists less need (negative: too few)", unit="persons")
    increase_percent: Approx | None = column("Increase needed", unit="percent", decimals=0)
    need_of_counties: Approx | None = column(
        "Sum of the counties' needs (more, if each is rounded up)", unit="persons"
    )
    lacking_in_counties: Approx | None = column(
        "Sum over the counties that have too few: a surplus helps no other county", unit="persons"
    )


def whole(number: float, rounding: str = TENTHS_UP) -> float:
    """Round a ratio or a need; the unit stays. Infinity is kept."""
    if rounding == NONE or not math.isfinite(number):
        return number
    if rounding == NEAREST:
        return math.floor(number + 0.5)
    return math.ceil(round(number, 1)) if rounding == TENTHS_UP else math.ceil(number)


def inhabitants_per_specialist(inhabitants: float, specialists: float, rounding: str = TENTHS_UP) -> float:
    """Inhabitants per specialist; infinite without specialists, NaN without either."""
    if specialists == 0:
        return math.inf if inhabitants > 0 else math.nan
    return whole(inhabitants / specialists, rounding)


def need(inhabitants: float, list_size: float, rounding: str = TENTHS_UP) -> float:
    """Specialists needed, persons."""
    return whole(inhabitants / list_size, rounding)


def difference(specialists: float, needed: float) -> float:
    """Specialists less need, persons; negative if there are too few."""
    return specialists - needed


def increase_percent(specialists: float, needed: float) -> float:
    """Specialists that are needed more, percent of those there; negative if there are enough."""
    if specialists == 0:
        return math.inf if needed > 0 else math.nan
    return 100 * (needed - specialists) / specialists


def published() -> tuple[ListSizeRow, ...]:
    """Give the counties of the document; Gotland's specialists are those that the others leave over."""
    inhabitants = figures_by_county("gp_2019", "population")
    specialists = {
        code: of_figure(one) for code, one in figures_by_county("gp_2019", "gps_primary_care").items()
    }
    return tuple(
        ListSizeRow(
            county_code=code,
            inhabitants=of_figure(inhabitants[code]),
            specialists=specialists[code] or _remainder(code, specialists),
            paediatricians=None,
            geriatricians=None,
        )
        for code in inhabitants
    )


def compute(rows: Sequence[ListSizeRow], settings: ListSizeSettings) -> Tables:
    """Compare specialists and need, by county and for all counties together."""
    counties = [of_county(row, settings, settings.count) for row in rows]
    return {"list_size": counties, "all_counties": _areas(rows, settings) if rows else []}


def _remainder(code: str, specialists: dict[str, Approx | None]) -> Approx | None:
    """Specialists of the one county that is suppressed."""
    hidden = figure("gp_2019", "gps_primary_care", county_code=code)
    country = of_figure(figure("gp_2019", "gps_primary_care", county_code="00"))
    others = total(one for other, one in specialists.items() if other != code)
    left = through(difference, country, others)
    return left and Approx(left.value, max(left.low, hidden.low), min(left.high, hidden.high))


def _counted(row: ListSizeRow, group: str) -> Approx | None:
    parts = [row.specialists, row.paediatricians, row.geriatricians]
    return total(parts[: GROUPS.index(group) + 1])


def comparison(
    inhabitants: Approx | None, specialists: Approx | None, settings: ListSizeSettings
) -> dict[str, Approx | None]:
    """Fields that a county and all counties share."""
    ratio = partial(inhabitants_per_specialist, rounding=settings.rounding)
    needed = through(_needed(settings), inhabitants)
    return {
        "inhabitants": inhabitants,
        "specialists": specialists,
        "inhabitants_per_specialist": through(ratio, inhabitants, specialists),
        "need": needed,
        "difference": through(difference, specialists, needed),
        "increase_percent": through(increase_percent, specialists, needed),
    }


def _needed(settings: ListSizeSettings) -> Callable[[float], float]:
    return partial(need, list_size=settings.list_size, rounding=settings.rounding)


def of_county(row: ListSizeRow, settings: ListSizeSettings, group: str) -> ListSizeCounty:
    """Compare the specialists of a group with the need of one county."""
    return ListSizeCounty(row.county_code, **comparison(row.inhabitants, _counted(row, group), settings))


def _areas(rows: Sequence[ListSizeRow], settings: ListSizeSettings) -> list[ListSizeArea]:
    """Groups that all counties tell; the first one in any case."""
    found = []
    for group in GROUPS:
        counties = [of_county(row, settings, group) for row in rows]
        specialists = total(one.specialists for one in counties)
        if specialists is None and group != GENERAL:
            continue
        found.append(
            ListSizeArea(
                group=group,
                counties=len(rows),
                **comparison(total(row.inhabitants for row in rows), specialists, settings),
                need_of_counties=total(one.need for one in counties),
                lacking_in_counties=total(_lacking(one) for one in counties),
            )
        )
    return found


def _lacking(county: ListSizeCounty) -> Approx | None:
    return through(lambda over: max(0.0, -over), county.difference)
