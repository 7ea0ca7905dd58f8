"""Training programmes seen from the states: where a state's training accrues, how fast, and up to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession

__all__ = ["MOST_PROGRESS", "NO_PROGRAMME", "Programmes", "programmes"]

NO_PROGRAMME = -1
MOST_PROGRESS = 65535
"""Largest progress that the column holds, in hundredths of a full-time year."""


@dataclass(frozen=True, eq=False)
class Programmes:
    """One entry a state.

    Attributes
    ----------
    accruing_state
        The state itself if it accrues; for a state on leave, the state where its training accrues (the
        first from which a transition leads here, else the first); `NO_PROGRAMME` without one.
    requirement
        Hundredths of full-time years that end the training there; infinite without an end.
    full_time
        Whether progress there grows a full year per year whatever the working time.
    """

    accruing_state: NDArray[np.int64]
    requirement: NDArray[np.float64]
    full_time: NDArray[np.bool_]


def programmes(profession: Profession) -> Programmes:
    """Look the programme of every state up."""
    accruing = [_accruing_state(profession, state) for state in range(len(profession.states))]
    requirement = {t.source: float(t.requirement) for t in profession.transitions if t.form == "progress"}
    return Programmes(
        accruing_state=np.array(accruing, dtype=np.int64),
        requirement=np.array([requirement.get(state, np.inf) for state in accruing]),
        full_time=np.array(
            [state != NO_PROGRAMME and profession.states[state].pace_full_time for state in accruing],
            dtype=np.bool_,
        ),
    )


def _accruing_state(profession: Profession, state: int) -> int:
    here = profession.states[state]
    if here.training is None:
        return NO_PROGRAMME
    if here.accrues:
        return state
    candidates = [
        index
        for index, other in enumerate(profession.states)
        if other.accrues and other.training == here.training
    ]
    leading_here = {
        transition.source
        for transition in profession.transitions
        if any(way.state == state for way in transition.destinations)
    }
    preferred = [index for index in candidates if index in leading_here]
    return next(iter(preferred + candidates), NO_PROGRAMME)
