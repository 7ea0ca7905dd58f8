"""How long persons of the starting population have been in their state, and how far they are in training.

Both are drawn given state, sex and age, from the stationary population (`careersim.population.stationary`):

- In a state without training, the years in the state.
- In training, on leave or not, the step of the training, evenly within it. The published ages of a state are
  not exactly those that its entrants and rates lead to. So the steps at each age are shifted, as little as
  possible, until all persons of the state together stand at the steps where the stationary population
  stands: spread evenly over the training, less those who gave it up. Without this, trainees who are older
  than the rates allow would all be close to the end, and complete in the first years.
- Who trains has been in the state since training began, or since the last return from leave, which is so
  long ago as the rates of going on leave say.

A state that nobody enters in the stationary population is treated as if equally many had entered it at every
age from 20 on. Ages that nobody reaches are treated like the nearest that somebody reaches.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession, StartMargins, Transition
from careersim.population.programmes import Programmes
from careersim.population.rates import STEPS, Floats, by_sex_and_age, keeps_training, survival
from careersim.population.stationary import stationary
from careersim.schema import AGES, SEXES

__all__ = ["Draws", "StayLaw", "stay_law", "youngest_entry"]

YOUNGEST_ENTRY = 20
"""Age from which a state that nobody enters is taken to have been entered, in years."""

REACHED = 1e-9
"""An age with less than this part of the persons of a state is not reached."""

ADJUSTMENTS = 100
FLOOR = 1e-3
"""Weight of all steps alike, so that no published age is tied to one step."""


class Draws:
    """A distribution over steps for every state, sex and age, ready to be drawn from.

    Parameters
    ----------
    shares
        Over state, sex, age, step; all zero where nobody is drawn.
    """

    def __init__(self, shares: Floats) -> None:
        rows = shares.reshape(-1, STEPS)
        total = rows.sum(axis=1, keepdims=True)
        density = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
        density[total[:, 0] <= 0, 0] = 1.0
        cumulated = np.cumsum(density, axis=1)
        # Rows are laid end to end, row r on the interval from r to r + 1: one search serves all persons.
        self._ends = cumulated / cumulated[:, -1:] + np.arange(len(rows))[:, None]

    def steps(
        self,
        state: NDArray[np.uint8],
        sex: NDArray[np.uint8],
        age: NDArray[np.uint8],
        word: NDArray[np.uint32],
    ) -> tuple[NDArray[np.int64], Floats]:
        """Draw a step, and how far into it a person is.

        Parameters
        ----------
        state, sex, age
            One entry a person.
        word
            32 random bits a person.

        Returns
        -------
        The step, and a fraction from 0 to below 1.
        """
        row = (state.astype(np.int64) * len(SEXES) + sex) * AGES + age
        position = row + word / 2.0**32
        step = np.searchsorted(self._ends.ravel(), position, side="right") - row * STEPS
        step = np.clip(step, 0, STEPS - 1)
        before = np.where(step > 0, self._ends[row, step - 1], row)
        density = self._ends[row, step] - before
        part = np.divide(position - before, density, out=np.zeros_like(position), where=density > 0)
        return step.astype(np.int64), np.clip(part, 0.0, 1.0 - 2.0**-32)


@dataclass(frozen=True, eq=False)
class StayLaw:
    """What persons of the starting population draw from.

    Attributes
    ----------
    years
        Years in the state; in training, years since a return from leave if nothing had come before.
    training
        Step of the training; for states with training.
    youngest
        Age of the youngest entrant, in years: nobody has been anywhere for longer than since then.
    """

    years: Draws
    training: Draws
    youngest: int


def stay_law(profession: Profession, programmes: Programmes) -> StayLaw:
    """Tabulate how long persons have been in the states of a profession, and how far they are in training."""
    found = stationary(profession, programmes)
    youngest = youngest_entry(profession)
    years, training = np.zeros_like(found), np.zeros_like(found)
    for state in range(len(profession.states)):
        shares, reached = _given_age(profession, programmes, state, found[state])
        if programmes.trains[state]:
            years[state] = _since_return(profession, programmes, state)
            training[state] = shares
            margins = [part for part in profession.start if part.state == state and sum(part.persons) > 0]
            if margins and reached:
                possible = programmes.begun(state) <= np.maximum(np.arange(AGES)[:, None] - youngest, 0)
                used = int(programmes.used[state])
                training[state] = _levelled(shares, found[state], margins[0], possible, used)
        else:
            years[state] = shares
    return StayLaw(Draws(years), Draws(training), youngest)


def youngest_entry(profession: Profession) -> int:
    """Age of the youngest entrants of all streams, or 20 without a stream."""
    ages = [np.flatnonzero(by_sex_and_age(stream.ages)[0]) for stream in profession.streams]
    return min((int(found[0]) for found in ages if len(found)), default=YOUNGEST_ENTRY)


def _given_age(
    profession: Profession, programmes: Programmes, state: int, found: Floats
) -> tuple[Floats, bool]:
    """Shares of the steps at every sex and age, and whether the stationary population reaches the state."""
    by_age = found.sum(axis=2)
    total = by_age.sum(axis=1)
    shares = np.empty_like(found)
    for sex in range(len(SEXES)):
        reached = np.flatnonzero(by_age[sex] > REACHED * total[sex])
        if len(reached):
            nearest = reached[np.abs(np.arange(AGES)[:, None] - reached).argmin(axis=1)]
            shares[sex] = found[sex, nearest] / by_age[sex, nearest, None]
        else:
            shares[sex] = _if_entered_at_all_ages(profession, programmes, state)[sex]
    return shares, bool(total.all())


def _if_entered_at_all_ages(profession: Profession, programmes: Programmes, state: int) -> Floats:
    leaving = [
        one
        for one in _exits(profession, state)
        if not (programmes.trains[state] and keeps_training(profession, one))
    ]
    years = programmes.begun(state) if programmes.trains[state] else np.arange(STEPS)
    ages = np.arange(AGES)[:, None]
    possible = years <= np.maximum(ages - YOUNGEST_ENTRY, 0)
    shares = survival(leaving)[:, :, years] * possible
    if programmes.trains[state]:
        steps = np.arange(STEPS)
        shares *= programmes.width(np.full(STEPS, state), steps)
        # Not even the step of those who have completed on arrival may be empty.
        shares[:, :, 0] += shares.sum(axis=2) <= 0
    return shares


def _since_return(profession: Profession, programmes: Programmes, state: int) -> Floats:
    """Years since the last arrow into the state within its training, which may be before it began.

    Backwards in time, the last return is as far away as the next leave is forwards. On leave, it is the leave
    that began.
    """
    exits = _exits(profession, state)
    if programmes.accruing_state[state] == state:
        exits = [one for one in exits if keeps_training(profession, one)]
    # Where the rates rise steeply with age, a longer stay may seem likelier than a shorter one.
    at_least = np.minimum.accumulate(survival(exits), axis=2)
    return np.concatenate([at_least[:, :, :-1] - at_least[:, :, 1:], at_least[:, :, -1:]], axis=2)


def _exits(profession: Profession, state: int) -> list[Transition]:
    return [one for one in profession.transitions if one.source == state and one.form != "progress"]


def _levelled(
    shares: Floats, found: Floats, margins: StartMargins, possible: NDArray[np.bool_], used: int
) -> Floats:
    """Shift the steps at each age until all persons of the state stand as the stationary population does.

    Parameters
    ----------
    shares, found
        Of the stationary population: given sex and age; and persons. Over sex, age, step.
    margins
        The persons by age at the start.
    possible
        Whether a step can have been reached at an age; over age, step.
    used
        Number of steps at which anybody is.
    """
    ages = by_sex_and_age(margins.ages)[0]
    there = np.flatnonzero(ages > 0)
    wanted = found.sum(axis=1, keepdims=True)[:, :, :used]
    wanted = wanted / wanted.sum(axis=2, keepdims=True)
    table = shares[:, there, :used] + FLOOR * wanted * possible[there, :used]
    for _ in range(ADJUSTMENTS):
        table /= table.sum(axis=2, keepdims=True)
        standing = np.einsum("a,sax->sx", ages[there], table)[:, None, :]
        table *= np.divide(wanted, standing, out=np.ones_like(standing), where=standing > 0)
    levelled = shares.copy()
    levelled[:, there, :used] = table
    return levelled
