"""Levers that select persons, act on draws or only measure, as frozen types of the declared model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from careersim.model.table import Table

__all__ = [
    "AgeShift",
    "ChoiceLever",
    "ListSize",
    "Planning",
    "RateLever",
    "Substitute",
    "WorkingTimeLever",
]


@dataclass(frozen=True)
class RateLever:
    """A dated rate ratio on one transition for a selection of persons.

    Attributes
    ----------
    factor
        Rate ratio, in the first year if it fades.
    half_life_years
        After how many years half of the log rate ratio is left; None if it does not fade.
    """

    transition: int
    factor: float
    first_year: int
    last_year: int
    counties: tuple[bool, ...]
    sectors: tuple[bool, bool, bool, bool]
    age_low: int
    age_high: int
    half_life_years: float | None = None

    def factor_in(self, year: int) -> float:
        """Rate ratio in a year from `first_year` on."""
        if self.half_life_years is None:
            return self.factor
        left: float = 0.5 ** ((year - self.first_year) / self.half_life_years)
        return float(self.factor**left)


@dataclass(frozen=True)
class AgeShift:
    """A dated shift of the ages of one hazard: the rate at an age becomes that of `years` before.

    Several shifts of a transition that select the same person add up.
    """

    transition: int
    years: float
    first_year: int
    last_year: int
    counties: tuple[bool, ...]
    sectors: tuple[bool, bool, bool, bool]


@dataclass(frozen=True)
class WorkingTimeLever:
    """A dated factor on the shares of all levels of a scheme but the highest, which takes or gives the rest.

    A factor above 1 acts as far as the shares below the highest do not exceed 1 together.
    """

    scheme: int
    factor: float
    first_year: int
    last_year: int
    counties: tuple[bool, ...]
    age_low: int
    age_high: int

    def acts_in(self, year: int) -> bool:
        """Whether it is in force in a year."""
        return self.first_year <= year <= self.last_year


@dataclass(frozen=True)
class ChoiceLever:
    """A dated addition to the utility of some counties in one choice."""

    choice: int
    utility: float
    first_year: int
    last_year: int
    counties: tuple[bool, ...]

    def acts_in(self, year: int) -> bool:
        """Whether it is in force in a year."""
        return self.first_year <= year <= self.last_year


@dataclass(frozen=True)
class ListSize:
    """A dated change of the inhabitants that the guideline asks for per specialist or per trainee.

    Attributes
    ----------
    target
        Key of the guideline that it changes.
    factor, size
        By what it is multiplied, or what it is set to; one of them is None.
    """

    target: Literal["inhabitants_per_specialist", "inhabitants_per_trainee"]
    factor: float | None
    size: float | None
    first_year: int
    last_year: int

    def applied(self, size: float, year: int) -> float:
        """Inhabitants in a year, from those without this lever."""
        if not self.first_year <= year <= self.last_year:
            return size
        return size * self.factor if self.factor is not None else float(self.size or size)


@dataclass(frozen=True)
class Substitute:
    """A profession that helps the guideline's.

    Attributes
    ----------
    profession
        Name of the profession that helps.
    coefficient
        Full-time equivalents of a specialist that one of its own stands for, over `county`, `year`.
    """

    profession: str
    coefficient: Table


@dataclass(frozen=True)
class Planning:
    """What a planner of the profession decides on.

    Attributes
    ----------
    pool, stream
        Index of the pool whose posts, or of the stream whose intake, is the lever; one of them is None.
    keeps_up
        Indices of pools whose posts follow whoever comes.
    """

    pool: int | None
    stream: int | None
    keeps_up: tuple[int, ...] = ()
