"""Choice among counties: where a relocation leads and how an applicant ranks the counties."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import accumulate

from careersim.engines.reference.chance import WORDS, chosen
from careersim.model.graph import Choice, Model
from careersim.schema import COUNTIES

__all__ = ["CountyChoice"]


class CountyChoice:
    """One declared choice with its logit weights, remembered by home and present county.

    Parameters
    ----------
    choice
        Coefficients of the utility.
    model
        Inhabitants and distances.
    year
        Calendar year whose inhabitants measure the size of a county; sizes are held there for the whole run.
    """

    def __init__(self, choice: Choice, model: Model, year: int) -> None:
        self._choice = choice
        self._distance_km = model.distance_km
        self._log_size = tuple(
            math.log(model.demand.inhabitants.at(county=county, year=year)) for county in range(COUNTIES)
        )
        # Wrapped here and not decorated, so that the memory belongs to this object and goes with it.
        self._weights = cache(self._compute_weights)
        self._elsewhere = cache(self._compute_elsewhere)

    def relocation(self, word: int, home: int, origin: int) -> int:
        """Draw the destination of a person who leaves county `origin`."""
        return chosen(word, self._elsewhere(home, origin))

    def wishes(self, draw: Callable[[int], int], home: int, origin: int, count: int) -> list[int]:
        """Rank counties without repetition.

        Parameters
        ----------
        draw
            Gives the word of the k-th wish.
        home, origin
            Home county and present county.
        count
            How many counties are ranked, at most all.

        Returns
        -------
        Counties, best first.
        """
        weights = self._weights(home, origin)
        left = list(range(COUNTIES))
        ranked: list[int] = []
        for k in range(min(count, COUNTIES)):
            sums = list(accumulate(weights[county] for county in left))
            # Weights that are too small for a float are 0, and the last county then takes all.
            limits = [math.floor(part / (sums[-1] or 1.0) * WORDS) for part in sums[:-1]]
            ranked.append(left.pop(chosen(draw(k), [*limits, WORDS])))
        return ranked

    def _compute_weights(self, home: int, origin: int) -> tuple[float, ...]:
        return tuple(math.exp(self._utility(home, origin, county)) for county in range(COUNTIES))

    def _compute_elsewhere(self, home: int, origin: int) -> tuple[int, ...]:
        weights = list(self._weights(home, origin))
        weights[origin] = 0.0  # utility minus infinity
        sums = list(accumulate(weights))
        last = max(county for county, weight in enumerate(weights) if weight > 0)
        limits = [math.floor(part / sums[-1] * WORDS) for part in sums]
        return (*limits[:last], *[WORDS] * (COUNTIES - last))

    def _utility(self, home: int, origin: int, county: int) -> float:
        choice = self._choice
        return (
            choice.home * (county == home)
            + choice.stay * (county == origin)
            + choice.distance * self._distance_km[origin * COUNTIES + county] / 100
            + choice.size * self._log_size[county]
            + choice.attractiveness[county]
        )
