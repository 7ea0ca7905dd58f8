"""The yearly rate of a hazard for one person, factor by factor in the order of the contract."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Protocol

from careersim.model.graph import AgeShift, Hazard, RateLever
from careersim.schema import AGES

__all__ = ["Traits", "age_shift", "lever_factor", "rate_per_year"]


class Traits(Protocol):
    """What a rate may depend on in a person."""

    sex: int
    age: int
    county: int
    home_county: int
    sector: int
    fte: int
    years_in_state: int
    trained_abroad: int
    commitment_years: int


def rate_per_year(
    hazard: Hazard,
    person: Traits,
    factor: float = 1.0,
    strain: float | None = None,
    years_younger: float = 0.0,
    contract: float = 1.0,
) -> float:
    """Evaluate a hazard for a person as the person stands now.

    Parameters
    ----------
    hazard
        The declared rate and its ratios; a ratio that is not declared is 1.
    person
        Whose rate it is.
    factor
        Product of the rate levers that select the person, see `lever_factor`.
    strain
        Workload of the person's county above the reference, clipped; None if feedback is off.
    years_younger
        By how many years levers shift the ages of the base rate, see `age_shift`.
    contract
        Ratio of the bonus contract that the person has.

    Returns
    -------
    Events per year, multiplied from the left, so that the last bit is defined.
    """
    rate = _base_rate(hazard, person, years_younger)
    if hazard.duration is not None:
        rate *= hazard.duration.at(years_in_state=person.years_in_state)
    if hazard.county is not None:
        rate *= hazard.county.at(county=person.county)
    if hazard.sector is not None:
        rate *= hazard.sector.at(sector=person.sector)
    if hazard.at_home is not None and person.county == person.home_county:
        rate *= hazard.at_home
    for level, ratio in hazard.working_time:
        if level == person.fte:
            rate *= ratio
    if hazard.trained_abroad is not None and person.trained_abroad:
        rate *= hazard.trained_abroad
    if hazard.committed is not None and person.commitment_years > 0:
        rate *= hazard.committed
    rate *= contract
    rate *= factor
    if hazard.workload is not None and strain is not None:
        rate *= math.exp(hazard.workload * strain)
    return rate


def lever_factor(levers: Iterable[RateLever], person: Traits, year: int) -> float:
    """Multiply the rate ratios of the levers that select the person this year, from the left."""
    factor = 1.0
    for lever in levers:
        if (
            lever.first_year <= year <= lever.last_year
            and lever.counties[person.county]
            and lever.sectors[person.sector]
            and lever.age_low <= person.age <= lever.age_high
        ):
            factor *= _rate_ratio(lever, year)
    return factor


def age_shift(shifts: Iterable[AgeShift], person: Traits, year: int) -> float:
    """Add up the years by which levers in force shift the ages of a hazard for the person."""
    years = 0.0
    for shift in shifts:
        in_force = shift.first_year <= year <= shift.last_year
        if in_force and shift.counties[person.county] and shift.sectors[person.sector]:
            years += shift.years
    return years


def _base_rate(hazard: Hazard, person: Traits, years_younger: float) -> float:
    """Base rate of a person as if so many years younger, on a straight line between whole ages."""
    age = min(max(person.age - years_younger, 0.0), AGES - 1.0)
    whole = math.floor(age)
    rate = hazard.rate.at(sex=person.sex, age=whole)
    if age == whole:
        return rate
    part = age - whole
    return rate * (1.0 - part) + hazard.rate.at(sex=person.sex, age=whole + 1) * part


def _rate_ratio(lever: RateLever, year: int) -> float:
    """Rate ratio of a lever in force; half of its logarithm is left after each half-life."""
    if lever.half_life_years is None:
        return lever.factor
    half_lives = (year - lever.first_year) / lever.half_life_years
    return float(lever.factor ** (0.5**half_lives))
