"""How persons behave, as frozen types of the declared model: rates, choices, working time and sectors."""

from __future__ import annotations

import math
from dataclasses import dataclass

from careersim.model.table import Table

__all__ = ["Choice", "Hazard", "SectorScheme", "WorkingTimeScheme"]


@dataclass(frozen=True)
class Hazard:
    """A yearly rate: base by sex and age, times rate ratios, multiplied in the order of the attributes.

    Attributes
    ----------
    rate
        Base rate per year over any of `sex`, `age`.
    duration
        Rate ratio over `years_in_state`.
    county, sector
        Rate ratio over `county`; over `sector`.
    at_home
        Rate ratio of persons who are in their home county.
    working_time
        Rate ratio by working time in percent.
    trained_abroad, committed
        Rate ratio of persons trained abroad; of persons with contract years left.
    workload
        Log rate ratio per 1,000 need-weighted inhabitants per full-time equivalent above the reference.
    """

    rate: Table
    duration: Table | None = None
    county: Table | None = None
    sector: Table | None = None
    at_home: float | None = None
    working_time: tuple[tuple[int, float], ...] = ()
    trained_abroad: float | None = None
    committed: float | None = None
    workload: float | None = None


@dataclass(frozen=True)
class Choice:
    """Multinomial logit over counties.

    The utility of county d for a person from home h who is now in county o is
    `home*[d = h] + stay*[d = o] + distance*km(o, d)/100 + size*ln(inhabitants_d) + attractiveness_d`.
    """

    home: float
    stay: float
    distance: float
    size: float
    attractiveness: tuple[float, ...]
    name: str = ""

    def utility(self, home: int, origin: int, county: int, km: float, inhabitants: float) -> float:
        """Utility of a county, its terms added from the left in the order of the formula."""
        return (
            self.home * (county == home)
            + self.stay * (county == origin)
            + self.distance * km / 100.0
            + self.size * math.log(inhabitants)
            + self.attractiveness[county]
        )


@dataclass(frozen=True)
class WorkingTimeScheme:
    """Levels of working time, how often they are reconsidered, and what is then chosen.

    Attributes
    ----------
    levels
        Percent of full time, ascending.
    review
        Rate per year at which a person reconsiders, over any of `sex`, `age`.
    shares
        Share choosing each level, over any of `sex`, `age`, and `level` last; rows sum to 1.
    """

    name: str
    levels: tuple[int, ...]
    review: Table
    shares: Table


@dataclass(frozen=True)
class SectorScheme:
    """Shares of the four sectors among those who enter a state."""

    name: str
    shares: tuple[float, float, float, float]
