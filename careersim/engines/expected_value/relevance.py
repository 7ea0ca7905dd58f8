"""What can still influence a career in each state; everything else is forgotten, so that cells stay few."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.cells import Cells
from careersim.model.graph import Hazard, Profession, RateLever, Transition
from careersim.model.table import DURATIONS, Table
from careersim.schema import AGES

__all__ = ["Relevance"]

FORGETTABLE = (
    "home_county",
    "sector",
    "sex",
    "age",
    "trained_abroad",
    "commitment_years",
    "training_progress",
)
"""State, county and working time are reported and always kept; years in state are capped by `longest`."""


class Relevance:
    """Which attributes matter in which state.

    An attribute matters where something reads it, and wherever it is carried from there against the arrows.

    Parameters
    ----------
    profession
        The declared career graph.

    Attributes
    ----------
    matters
        By attribute, whether it matters: state.
    longest
        Years in state above which no rate changes any more, 0 where none depends on them: state.
    """

    def __init__(self, profession: Profession) -> None:
        states = range(len(profession.states))
        self.longest = np.array([_longest(_hazards(profession, state)) for state in states], np.int32)
        self.matters = {name: np.zeros(len(states), dtype=bool) for name in FORGETTABLE}
        for state in states:
            for name in _read_in(profession, state):
                self.matters[name][state] = True
        for name, flags in self.matters.items():
            _carry_back(profession, name, flags)

    def forget(self, cells: Cells) -> Cells:
        """Set to 0 what does not matter, and cap the years in state."""
        kept = {
            name: np.where(flags[cells.state], getattr(cells, name), 0)
            for name, flags in self.matters.items()
        }
        return cells.having(
            **kept, years_in_state=np.minimum(cells.years_in_state, self.longest[cells.state])
        )


def _read_in(profession: Profession, state: int) -> set[str]:
    """Attributes that something reads in a state."""
    declared = profession.states[state]
    leaving = _leaving(profession, state)
    read: set[str] = set()
    for hazard in _hazards(profession, state):
        read |= _read_by_hazard(hazard)
    for lever in profession.rate_levers:
        if profession.transitions[lever.transition] in leaving:
            read |= _read_by_lever(lever)
    for shift in profession.age_shifts:
        if profession.transitions[shift.transition] in leaving and not all(shift.sectors):
            read.add("sector")
    choices = [profession.pools[t.pool].choice for t in leaving if t.form == "seat" and t.pool is not None]
    if declared.mobility is not None:
        choices.append(declared.mobility_choice)
    if any(profession.choices[choice].home != 0.0 for choice in choices):
        read.add("home_county")
    for scheme in _schemes_drawn(profession, state):
        read |= _read_by_table(profession.working_times[scheme].shares)
        for drawn in profession.working_time_levers:
            if drawn.scheme == scheme and (drawn.age_low > 0 or drawn.age_high < AGES - 1):
                read.add("age")
    if declared.working_time is not None:
        read |= _read_by_table(profession.working_times[declared.working_time].review)
    if any(transition.form == "progress" for transition in leaving):
        read.add("training_progress")
    return read


def _read_by_hazard(hazard: Hazard) -> set[str]:
    read = _read_by_table(hazard.rate)
    if hazard.sector is not None:
        read.add("sector")
    if hazard.at_home is not None:
        read.add("home_county")
    if hazard.trained_abroad is not None:
        read.add("trained_abroad")
    if hazard.committed is not None:
        read.add("commitment_years")
    return read


def _read_by_lever(lever: RateLever) -> set[str]:
    read = set() if all(lever.sectors) else {"sector"}
    if lever.age_low > 0 or lever.age_high < AGES - 1:
        read.add("age")
    return read


def _read_by_table(table: Table) -> set[str]:
    return {"sex", "age"} & set(table.by)


def _schemes_drawn(profession: Profession, state: int) -> list[int]:
    """Positions of the working-time schemes drawn from in a state or on leaving it."""
    here = profession.states[state].working_time
    drawn = {here} | {profession.states[s].working_time for s in _next(_leaving(profession, state))}
    return [scheme for scheme in drawn if scheme is not None]


def _carry_back(profession: Profession, name: str, flags: NDArray[np.bool_]) -> None:
    """Mark every state from which the attribute is carried into a marked one, until nothing changes."""
    marked = -1
    while marked != flags.sum():
        marked = int(flags.sum())
        for state in range(len(flags)):
            onward = _next(_leaving(profession, state))
            flags[state] |= any(flags[s] and _carried(profession, name, state, s) for s in onward)


def _carried(profession: Profession, name: str, before: int, after: int) -> bool:
    one, two = profession.states[before], profession.states[after]
    if name == "training_progress":
        return one.training is not None and one.training == two.training
    if name == "sector":
        return one.sectors == two.sectors
    return True


def _longest(hazards: Iterable[Hazard]) -> int:
    return max(
        (_last_change(hazard.duration) for hazard in hazards if hazard.duration is not None), default=0
    )


def _last_change(duration: Table) -> int:
    values = [duration.at(years_in_state=years) for years in range(DURATIONS)]
    return max((years for years in range(1, DURATIONS) if values[years] != values[years - 1]), default=0)


def _hazards(profession: Profession, state: int) -> list[Hazard]:
    rates = [transition.hazard for transition in _leaving(profession, state)]
    return [hazard for hazard in (*rates, profession.states[state].mobility) if hazard is not None]


def _leaving(profession: Profession, state: int) -> list[Transition]:
    return [transition for transition in profession.transitions if transition.source == state]


def _next(transitions: Sequence[Transition]) -> set[int]:
    return {destination.state for transition in transitions for destination in transition.destinations}
