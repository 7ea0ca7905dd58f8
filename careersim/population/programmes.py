"""Training programmes seen from the states: where training accrues, how fast, and how long it takes.

Training is measured here by what remains of it, in years at the mean pace of the state. What remains of a
newcomer's is spread evenly over one year, because the head start is: with credit c and requirement R,
between (R - c) / pace - 1 and (R - c) / pace. A year of training takes one year off, and whoever has at most
one year to go completes. With n steps a year, those at step i have more than i/n and at most (i+1)/n to go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession, StartMargins, WorkingTimeScheme
from careersim.population.rates import STEPS, Floats
from careersim.schema import AGES, SEXES

__all__ = ["MOST_PROGRESS", "NO_PROGRAMME", "Programmes", "programmes"]

NO_PROGRAMME = -1
FULL_TIME = 100.0
WORKING_AGES = range(20, 65)

MOST_PROGRESS = 65535
"""Largest progress that the column holds, in hundredths of a full-time year."""


@dataclass(frozen=True, eq=False)
class Programmes:
    """One entry a state; those without a programme have zeros.

    Attributes
    ----------
    accruing_state
        The state itself if it accrues; for a state on leave, the state where its training accrues (the
        first from which a transition leads here, else the first); `NO_PROGRAMME` without one, or if the
        training never ends.
    requirement
        Hundredths of full-time years that end the training there.
    pace
        Hundredths of full-time years that grow there in a year at the mean working time.
    credit
        The least that anybody begins the programme with, in hundredths of full-time years.
    per_year
        Steps a year, as many as there is room for; 1 without a programme.
    """

    accruing_state: NDArray[np.int64]
    requirement: Floats
    pace: Floats
    credit: Floats
    per_year: NDArray[np.int64]

    @property
    def trains(self) -> NDArray[np.bool_]:
        """Whether a state has training that ends."""
        trains: NDArray[np.bool_] = self.accruing_state != NO_PROGRAMME
        return trains

    @property
    def accrues(self) -> NDArray[np.bool_]:
        """Whether training that ends grows in a state."""
        accrues: NDArray[np.bool_] = self.accruing_state == np.arange(len(self.accruing_state))
        return accrues

    @property
    def longest(self) -> Floats:
        """Years of training that the least credit leaves."""
        return _longest(self.requirement, self.pace, self.credit)

    @property
    def used(self) -> NDArray[np.int64]:
        """Number of steps at which anybody is."""
        used: NDArray[np.int64] = np.maximum(np.ceil(self.longest * self.per_year), 1).astype(np.int64)
        return used

    def begun(self, state: int) -> NDArray[np.int64]:
        """Whole years of training behind the middle of each step of a state's programme."""
        middle = (np.arange(STEPS) + 0.5) / self.per_year[state]
        begun: NDArray[np.int64] = np.maximum(self.longest[state] - middle, 0.0).astype(np.int64)
        return begun

    def width(self, state: NDArray[Any], step: NDArray[np.int64]) -> Floats:
        """Part of each step at which anybody is: less than one at the step of those who have most to go."""
        width: Floats = np.clip(self.longest[state] * self.per_year[state] - step, 0.0, 1.0)
        return width

    def first_steps(self, state: int, credit: int) -> Floats:
        """Share of newcomers with a credit at each step; without a programme, all are at 0 (years)."""
        shares = np.zeros(STEPS)
        if not self.trains[state]:
            shares[0] = 1.0
            return shares
        year = int(self.per_year[state])
        most = max((self.requirement[state] - credit) / self.pace[state], 0.0) * year
        steps = np.arange(STEPS)
        shares += np.maximum(np.minimum(most, steps + 1) - np.maximum(most - year, steps), 0.0) / year
        # Whose head start and credit are all of it completes in the first year of training, like step 0; and
        # of a training longer than 64 years, nobody tells how much longer.
        shares[0 if most < STEPS else -1] += 1.0 - shares.sum()
        return shares

    def progress(self, state: NDArray[np.uint8], step: NDArray[np.int64], part: Floats) -> Floats:
        """Whole hundredths done by persons who are a part, from 0 to below 1, into a step; never all."""
        steps_to_go = step + self.width(state, step) * (1.0 - part)
        remaining = steps_to_go / self.per_year[state] * self.pace[state]
        most = np.minimum(np.maximum(self.requirement[state] - 1.0, 0.0), MOST_PROGRESS)
        return np.clip(np.floor(self.requirement[state] - remaining), 0.0, most)

    def years_of(self, state: NDArray[np.uint8], progress: Floats) -> NDArray[np.int64]:
        """Whole years of training that made a progress."""
        years: NDArray[np.int64] = ((progress - self.credit[state]) / self.pace[state]).astype(np.int64)
        return years


def programmes(profession: Profession) -> Programmes:
    """Look the programme of every state up."""
    end = {t.source: float(t.requirement) for t in profession.transitions if t.form == "progress"}
    states = range(len(profession.states))
    accruing = np.array([_accruing_state(profession, state, end) for state in states], dtype=np.int64)
    requirement = np.array([end.get(int(place), 0.0) for place in accruing])
    pace = np.array([_pace(profession, int(place)) if place != NO_PROGRAMME else 0.0 for place in accruing])
    credit = np.array([_least_credit(profession, state) for state in states]) * (pace > 0)
    longest = _longest(requirement, pace, credit)
    return Programmes(accruing, requirement, pace, credit, _steps_a_year(profession, longest))


def _longest(requirement: Floats, pace: Floats, credit: Floats) -> Floats:
    years = np.divide(requirement - credit, pace, out=np.zeros_like(pace), where=pace > 0)
    return np.clip(years, 0.0, float(STEPS))


def _steps_a_year(profession: Profession, longest: Floats) -> NDArray[np.int64]:
    """As many as fit in, the same for all states of a programme, so that moves within it keep the step."""
    training = [state.training for state in profession.states]
    needed = [
        max(years for years, other in zip(longest, training, strict=True) if other == mine)
        for mine in training
    ]
    trains = np.array([mine is not None for mine in training]) & (longest > 0)
    fitting = STEPS // np.maximum(np.ceil(needed), 1)
    return np.where(trains, np.maximum(fitting, 1), 1).astype(np.int64)


def _accruing_state(profession: Profession, state: int, requirement: dict[int, float]) -> int:
    training = profession.states[state].training
    candidates = [
        index
        for index, other in enumerate(profession.states)
        if other.accrues and other.training == training and index in requirement
    ]
    if training is None or state in candidates:
        return NO_PROGRAMME if training is None else state
    leading_here = {
        transition.source
        for transition in profession.transitions
        if any(way.state == state for way in transition.destinations)
    }
    preferred = [index for index in candidates if index in leading_here]
    return next(iter(preferred + candidates), NO_PROGRAMME)


def _pace(profession: Profession, state: int) -> float:
    """Mean working time of those there at the start; without start margins, of the state's scheme."""
    here = profession.states[state]
    margins = [part for part in profession.start if part.state == state]
    if here.pace_full_time:
        return FULL_TIME
    if margins:
        return _margins_mean(margins[0])
    return (
        FULL_TIME if here.working_time is None else _scheme_mean(profession.working_times[here.working_time])
    )


def _margins_mean(margins: StartMargins) -> float:
    total = sum(share for _, share in margins.working_time)
    mean = sum(level * share for level, share in margins.working_time) / total if total else 0.0
    return mean or FULL_TIME


def _scheme_mean(scheme: WorkingTimeScheme) -> float:
    means = [
        sum(
            level * scheme.shares.at(sex=sex, age=min(age, AGES - 1), level=position)
            for position, level in enumerate(scheme.levels)
        )
        for sex in range(len(SEXES))
        for age in WORKING_AGES
    ]
    return sum(means) / len(means)


def _least_credit(profession: Profession, state: int) -> float:
    """Over the arrows and streams that lead into the programme from outside."""
    training = profession.states[state].training
    inside = {index for index, other in enumerate(profession.states) if other.training == training}
    least = [
        transition.credit
        for transition in profession.transitions
        if transition.source not in inside and any(way.state in inside for way in transition.destinations)
    ]
    least += [0 for stream in profession.streams if stream.state in inside]
    return float(min(least, default=0))
