"""Rates of a career graph as arrays over sex, age and years in the state, to reckon with before the start.

Ratios by county, sector, working time and the rest stand at 1.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Hazard, Profession, Transition
from careersim.model.table import DURATIONS, Table
from careersim.schema import AGES, SEXES

__all__ = ["STEPS", "Floats", "by_sex_and_age", "by_years", "keeps_training", "rate_by_age", "survival"]

Floats = NDArray[np.float64]

STEPS = DURATIONS
"""Years in a state, and years of training to go, are told apart up to so many."""


def by_sex_and_age(table: Table) -> Floats:
    """Values of a table over any of sex and age, along both."""
    values = np.array(table.values).reshape(table.sizes)
    values = values.transpose([table.by.index(name) for name in ("sex", "age") if name in table.by])
    if "age" in table.by:
        values = values[..., np.minimum(np.arange(AGES), values.shape[-1] - 1)]
    else:
        values = values[..., None]
    return np.broadcast_to(values, (len(SEXES), AGES))


def by_years(table: Table | None) -> Floats:
    """Rate ratios by years in the state; 1 where there is no table."""
    if table is None:
        return np.ones(STEPS)
    return np.array([table.at(years_in_state=years) for years in range(STEPS)])


def rate_by_age(transition: Transition) -> Floats:
    """Base rate of a `hazard` or an application, over sex and age."""
    return by_sex_and_age(_hazard(transition).rate)


def keeps_training(profession: Profession, transition: Transition) -> bool:
    """Whether a transition leads on within one training programme, so that progress is kept."""
    training = profession.states[transition.source].training
    return training is not None and all(
        profession.states[way.state].training == training for way in transition.destinations
    )


def survival(transitions: list[Transition]) -> Floats:
    """Probability of having escaped some exits of a state for k years, at the rates met on the way.

    Returns
    -------
    Over sex, age now, and years k from 0 to 63; 0 where k years ago was before birth. In the year that
    a person was a-k+j years old and j years in the state, the rates are those of that age and that year.
    """
    rate = np.zeros((len(SEXES), AGES, STEPS))
    for transition in transitions:
        rate += rate_by_age(transition)[:, :, None] * by_years(_hazard(transition).duration)
    escaped = np.zeros_like(rate)
    escaped[:, :, 0] = 1.0
    escaping = np.exp(-rate)
    for years in range(1, STEPS):
        escaped[:, 1:, years] = escaped[:, :-1, years - 1] * escaping[:, :-1, years - 1]
    return escaped


def _hazard(transition: Transition) -> Hazard:
    if transition.hazard is None:
        message = f"transition {transition.name} has no rate"
        raise ValueError(message)
    return transition.hazard
