"""Whom and when a lever selects: counties, sectors, ages and years, as the declared model keeps them."""

from __future__ import annotations

from careersim.config.run_spec import LeverSpec
from careersim.schema import AGES, COUNTY_CODES, SECTORS

__all__ = ["age_range", "age_span", "selected_counties", "selected_sectors", "until"]


def selected_counties(lever: LeverSpec) -> tuple[bool, ...]:
    """By county; all if the lever names none."""
    return tuple(not lever.counties or code in lever.counties for code in COUNTY_CODES)


def selected_sectors(lever: LeverSpec) -> tuple[bool, bool, bool, bool]:
    """By sector; all if the lever names none."""
    first, second, third, fourth = (not lever.sectors or sector in lever.sectors for sector in SECTORS)
    return first, second, third, fourth


def age_range(lever: LeverSpec) -> tuple[int, int]:
    """Lowest and highest age; all if the lever names none."""
    return age_span(lever.ages) if lever.ages else (0, AGES - 1)


def until(lever: LeverSpec, last_year: int) -> int:
    """Last year in which the lever acts."""
    return last_year if lever.last_year is None else lever.last_year


def age_span(text: str) -> tuple[int, int]:
    """Lowest and highest of the ages `60-66`."""
    low, _, high = text.partition("-")
    return int(low), int(high)
