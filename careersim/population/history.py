"""How long persons of the starting population have been in their state: the state's stationary survival.

In a stationary population with equal inflow at every age, the persons of one sex and age who have been in a
state for k years are proportional to the probability S(k) of having stayed those k years, at the rates that
they met on the way: in the year that they were a-k+j years old and j years in the state, the sum of the
rates of all `hazard` and `seat` transitions out of it, base by sex and age times the ratio by years in
state. Ratios by county, sector, working time and the rest stand at 1, and every application gets its seat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession, Stamp
from careersim.schema import AGES, SEXES

__all__ = ["YOUNGEST_ENTRY", "StayLaw", "stamps_on_entry", "stay_law", "survival"]

Floats = NDArray[np.float64]

YOUNGEST_ENTRY = 20
"""Nobody is taken to have entered a state before this age, in years."""

YEARS = AGES - YOUNGEST_ENTRY
LAST_MOMENT = 1.0 - 2.0**-32


@dataclass(frozen=True, eq=False)
class StayLaw:
    """Stationary distribution of the years in every state, ready to be drawn from.

    Attributes
    ----------
    density
        Share of persons who are k years in the state; axis 0 is state, sex and age in one, axis 1 is k.
    cumulated
        Share up to and including k years.
    """

    density: Floats
    cumulated: Floats

    def elapsed(
        self,
        state: NDArray[np.uint8],
        sex: NDArray[np.uint8],
        age: NDArray[np.uint8],
        limit: Floats,
        word: NDArray[np.uint32],
    ) -> Floats:
        """Draw the time since entry: density proportional to S(floor(t)), cut off at a limit.

        Parameters
        ----------
        state, sex, age
            One entry a person.
        limit
            From 0 to 101 years.
        word
            32 random bits a person.

        Returns
        -------
        Years with a fraction, below the limit; 0 if the limit is 0.
        """
        row = (state.astype(np.int64) * len(SEXES) + sex) * AGES + age
        last = np.minimum(limit.astype(np.int64), YEARS - 1)
        beyond = (1.0 - np.minimum(limit - last, 1.0)) * self.density[row, last]
        position = word / 2.0**32 * (self.cumulated[row, last] - beyond)
        # Rows are laid end to end, row r on the interval from r to r + 1: one search serves all persons.
        ends = (self.cumulated + np.arange(len(self.cumulated))[:, None]).ravel()
        years = np.searchsorted(ends, row + position, side="right") - row * YEARS
        years = np.clip(years, 0, last)
        density = self.density[row, years]
        begun = position - (self.cumulated[row, years] - density)
        part = np.divide(begun, density, out=np.zeros_like(begun), where=density > 0)
        time: Floats = np.minimum(years + np.clip(part, 0.0, LAST_MOMENT), np.nextafter(limit, 0.0))
        return time


def stay_law(profession: Profession) -> StayLaw:
    """Tabulate the stationary distribution for all states of a profession."""
    rows = np.concatenate([survival(profession, state) for state in range(len(profession.states))])
    rows = rows.reshape(-1, YEARS)
    density = rows / rows.sum(axis=1, keepdims=True)
    cumulated = np.cumsum(density, axis=1)
    return StayLaw(density, cumulated / cumulated[:, -1:])


def survival(profession: Profession, state: int) -> Floats:
    """Probability of having stayed k years in a state.

    Returns
    -------
    Over sex, age now, and years k from 0 to 100; 0 where the person would have entered before age 0.
    """
    rate = np.zeros((len(SEXES), AGES, YEARS))
    for transition in profession.transitions:
        hazard = transition.hazard
        if transition.source == state and transition.form != "progress" and hazard is not None:
            base = [[hazard.rate.at(sex=sex, age=age) for age in range(AGES)] for sex in range(len(SEXES))]
            ratio = [
                1.0 if hazard.duration is None else hazard.duration.at(years_in_state=years)
                for years in range(YEARS)
            ]
            rate += np.array(base)[:, :, None] * np.array(ratio)
    stayed = np.zeros_like(rate)
    stayed[:, :, 0] = 1.0
    for years in range(1, YEARS):
        stayed[:, 1:, years] = stayed[:, :-1, years - 1] * np.exp(-rate[:, :-1, years - 1])
    return stayed


def stamps_on_entry(profession: Profession) -> dict[Stamp, tuple[bool, ...]]:
    """Find the states whose persons all carry a stamp that is written on the way into the state.

    A state qualifies if some transition into it writes the stamp, and every other way into it starts where
    everybody has the stamp already (a return from leave, for example). For persons who returned, the year
    of entry is then the latest year that the stamp can be of.

    Returns
    -------
    For each stamp, one truth value a state.
    """
    return {stamp: _written_on_entry(profession, stamp) for stamp in get_args(Stamp)}


def _written_on_entry(profession: Profession, stamp: Stamp) -> tuple[bool, ...]:
    arrows = [
        (transition.source, way.state, transition.stamp == stamp)
        for transition in profession.transitions
        for way in transition.destinations
    ]
    entered = {target for _, target, _ in arrows} | {stream.state for stream in profession.streams}
    # Start from "everybody has it" and take states away until nothing changes, so that states which lead
    # into each other (work and leave) do not disqualify one another.
    having = entered - {stream.state for stream in profession.streams if stamp not in stream.stamps}
    while (
        lost := {target for source, target, writes in arrows if not writes and source not in having} & having
    ):
        having -= lost
    written = {target for _, target, writes in arrows if writes}
    return tuple(state in having and state in written for state in range(len(profession.states)))
