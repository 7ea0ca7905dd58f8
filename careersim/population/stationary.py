"""The stationary population of a career graph: who would be where, if entry and rates had always been as now.

One cohort is followed from birth to the highest age, with what enters at every age; in a stationary
population the cohorts alive side by side are the ages of this one. A year goes as docs/explanation/year.md
says: exits, then training, then seats. Expected numbers take the place of draws, and nothing is individual
but sex, age and one step: the years in a state, or, where there is training, what remains of it
(`careersim.population.programmes`). Entry is that of the first simulated year, without levers, and every
application gets its seat.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession, Transition
from careersim.population.programmes import Programmes
from careersim.population.rates import STEPS, Floats, by_sex_and_age, by_years, keeps_training, rate_by_age
from careersim.schema import AGES, COUNTIES, SEXES

__all__ = ["stationary"]


def stationary(profession: Profession, programmes: Programmes) -> Floats:
    """Expected persons at the end of a year.

    Returns
    -------
    Over state, sex, age, and step: years in the state, or step of the training.
    """
    cohort = _Cohort(profession, programmes)
    found = np.zeros((len(profession.states), len(SEXES), AGES, STEPS))
    _add_entrants(found, profession, programmes)
    for age in range(AGES - 1):
        if found[:, :, age].any():
            found[:, :, age + 1] += cohort.year(found[:, :, age], age)
    return found


def _add_entrants(found: Floats, profession: Profession, programmes: Programmes) -> None:
    """Entrants of a year are observed at its end, at the age that they entered at."""
    for stream in profession.streams:
        year = profession.start_year + 1
        inflow = sum(stream.inflow.at(county=county, year=year) for county in range(COUNTIES))
        by_sex = inflow * np.array([stream.women, 1.0 - stream.women])
        ages = by_sex_and_age(stream.ages)
        steps = programmes.first_steps(stream.state, 0)
        found[stream.state] += by_sex[:, None, None] * ages[:, :, None] * steps


class _Cohort:
    """One year of life for everybody of one age; arrays are over state, sex and step."""

    def __init__(self, profession: Profession, programmes: Programmes) -> None:
        self.trains = programmes.trains
        accruing = np.flatnonzero(programmes.accrues)
        self.years_of_training = [(state, int(programmes.per_year[state])) for state in accruing]
        self.exits = _competing(profession, programmes, "hazard")
        self.seats = _competing(profession, programmes, "seat")
        ways = [
            (transition.source, way.state, way.share, programmes.first_steps(way.state, transition.credit))
            for transition in profession.transitions
            if transition.form == "progress"
            for way in transition.destinations
        ]
        self.completing = np.array([source for source, *_ in ways], dtype=np.int64)
        self.first_steps = np.array([share * steps for *_, share, steps in ways]).reshape(-1, STEPS)
        self.targets = _incidence(len(self.trains), [target for _, target, *_ in ways])

    def year(self, persons: Floats, age: int) -> Floats:
        """Persons a year later, without entrants from outside."""
        stayed, kept, changed = self.exits.taken(persons, age)
        stayed += kept
        done = self.trained(stayed)[self.completing]
        changed += np.tensordot(self.targets, done[:, :, None] * self.first_steps[:, None, :], 1)
        stayed, kept, seated = self.seats.taken(stayed, age)
        changed, kept_too, seated_too = self.seats.taken(changed, age)
        older = stayed + kept + kept_too
        settled = ~self.trains
        longest = older[settled, :, -1]
        older[settled, :, 1:] = older[settled, :, :-1]
        older[settled, :, 0] = 0.0
        older[settled, :, -1] += longest
        year: Floats = older + changed + seated + seated_too
        return year

    def trained(self, persons: Floats) -> Floats:
        """Take a year off what remains of training, in place; who has completed, over state and sex."""
        done = np.zeros(persons.shape[:2])
        for state, year in self.years_of_training:
            done[state] = persons[state, :, :year].sum(axis=1)
            persons[state, :, :-year] = persons[state, :, year:]
            persons[state, :, -year:] = 0.0
        return done


@dataclass(frozen=True, eq=False)
class _Competing:
    """Competing transitions of one form out of all states.

    Attributes
    ----------
    source
        One entry a transition.
    rate, ratio, first_steps
        Base rate over sex and age; ratio by step of the source; where newcomers start; one row a transition.
    keeping, changing
        Which state a transition leads to: within its training programme, and else.
    staying
        Probability of staying, over state, sex, age, step.
    part
        Probability of leaving over the sum of the rates.
    """

    source: NDArray[np.int64]
    rate: Floats
    ratio: Floats
    first_steps: Floats
    keeping: Floats
    changing: Floats
    staying: Floats
    part: Floats

    def taken(self, persons: Floats, age: int) -> tuple[Floats, Floats, Floats]:
        """Split persons into those who stay, move within their programme, and arrive elsewhere."""
        if not len(self.source):
            return persons.copy(), np.zeros_like(persons), np.zeros_like(persons)
        leaving = persons * self.part[:, :, age]
        flow = leaving[self.source] * self.ratio[:, None, :] * self.rate[:, :, age, None]
        arriving = flow.sum(axis=2)[:, :, None] * self.first_steps[:, None, :]
        return (
            persons * self.staying[:, :, age],
            np.tensordot(self.keeping, flow, 1),
            np.tensordot(self.changing, arriving, 1),
        )


def _competing(profession: Profession, programmes: Programmes, form: Literal["hazard", "seat"]) -> _Competing:
    transitions = [transition for transition in profession.transitions if transition.form == form]
    states = len(profession.states)
    rate = np.array([rate_by_age(transition) for transition in transitions]).reshape(-1, len(SEXES), AGES)
    ratio = np.array([_ratio(transition, programmes) for transition in transitions]).reshape(-1, STEPS)
    hazard = np.zeros((states, len(SEXES), AGES, STEPS))
    for index, transition in enumerate(transitions):
        hazard[transition.source] += rate[index, :, :, None] * ratio[index]
    leaving = -np.expm1(-hazard)
    keeps = np.array([keeps_training(profession, transition) for transition in transitions], dtype=np.bool_)
    targets = [transition.destinations[0].state for transition in transitions]
    incidence = _incidence(states, targets)
    steps = [
        programmes.first_steps(target, transition.credit)
        for target, transition in zip(targets, transitions, strict=True)
    ]
    return _Competing(
        source=np.array([transition.source for transition in transitions], dtype=np.int64),
        rate=rate,
        ratio=ratio,
        first_steps=np.array(steps).reshape(-1, STEPS),
        keeping=incidence * keeps,
        changing=incidence * ~keeps,
        staying=1.0 - leaving,
        part=np.divide(leaving, hazard, out=np.zeros_like(hazard), where=hazard > 0),
    )


def _ratio(transition: Transition, programmes: Programmes) -> Floats:
    """Rate ratio by step; in training, the years in the state are those of training."""
    ratio = by_years(None if transition.hazard is None else transition.hazard.duration)
    source = transition.source
    return ratio[programmes.begun(source)] if programmes.trains[source] else ratio


def _incidence(states: int, targets: list[int]) -> Floats:
    """State by transition: 1 where it leads."""
    matrix = np.zeros((states, len(targets)))
    matrix[targets, np.arange(len(targets))] = 1.0
    return matrix
