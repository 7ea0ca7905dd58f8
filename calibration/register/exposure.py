"""Persons at risk and what happened to them, counted in the cells in which all rates are the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from calibration.register.numbers import NONE, ZERO, Numbers, Use
from careersim.model.graph import Hazard, Profession
from careersim.schema import COUNTIES

__all__ = ["Risks", "risks_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Risks:
    """The competing hazards of one state, or its relocations.

    Attributes
    ----------
    state
        Index of the state.
    hazards
        Indices of the transitions; empty for relocations, which are one risk.
    factors
        Positions of the numbers whose product is the rate: cell x hazard x factor.
    workload
        Logarithm of the workload ratio, which multiplies the rate: cell x hazard.
    persons
        Persons at risk at the end of the year before: cell x county.
    events
        To how many it happened: cell x hazard x county.
    impossible
        Events at a rate of 0, by hazard; they and their persons are left out.
    """

    state: int
    hazards: tuple[int, ...]
    factors: Ints
    workload: Floats
    persons: Floats
    events: Floats
    impossible: tuple[int, ...]


def risks_of(pairs: pl.DataFrame, numbers: Numbers, profession: Profession) -> tuple[Risks, ...]:
    """Count exposure and events.

    Parameters
    ----------
    pairs
        `calibration.register.pairs.Pairs.table` with the workload (`calibration.register.workload`).
    numbers
        Which numbers act on whom.
    profession
        The career graph.

    Returns
    -------
    For every state that has them, its hazards, to which everybody is exposed who was there at the end of the
    year before; then for every state with mobility its relocations, to which those are exposed who took no
    hazard. Who took a seat is left out of the relocations, since the seat may have moved the person.
    """
    found = []
    for state in range(len(profession.states)):
        here = pairs.filter(pl.col("state") == state)
        hazards = tuple(
            index for index in numbers.transitions if profession.transitions[index].source == state
        )
        if hazards and len(here):
            happened = np.stack([(here["hazard"] == index).to_numpy() for index in hazards], axis=1)
            uses = [numbers.transitions[index] for index in hazards]
            effects = [_effect(profession.transitions[index].hazard) for index in hazards]
            found.append(_count(state, hazards, here, uses, effects, happened))
    for state, factors in numbers.mobility.items():
        stayed = (pl.col("hazard") < 0) & pl.col("relocated").is_not_null()
        here = pairs.filter(pl.col("state") == state, stayed)
        if len(here):
            happened = here["relocated"].to_numpy()[:, None]
            effects = [_effect(profession.states[state].mobility)]
            found.append(_count(state, (), here, [factors], effects, happened))
    return tuple(found)


def _effect(hazard: Hazard | None) -> float:
    """Logarithm of the rate ratio per unit of workload."""
    return 0.0 if hazard is None or hazard.workload is None else hazard.workload


def _count(
    state: int,
    hazards: tuple[int, ...],
    here: pl.DataFrame,
    uses: Sequence[tuple[Use, ...]],
    effects: Sequence[float],
    happened: NDArray[np.bool_],
) -> Risks:
    """Group the persons by the numbers that act on them."""
    cache: dict[str, Ints] = {}

    def column(name: str) -> Ints:
        if name not in cache:
            cache[name] = here[name].to_numpy().astype(np.int64)
        return cache[name]

    width = max(len(factors) for factors in uses)
    places = np.full((len(here), len(uses), width), NONE, dtype=np.int64)
    for k, factors in enumerate(uses):
        for c, use in enumerate(factors):
            places[:, k, c] = use.positions(column)
    never = (places == ZERO).any(axis=2)
    wrong = happened & never
    sound = ~wrong.any(axis=1)
    excess, which_excess = np.unique(
        here["excess"].to_numpy()[sound] if any(effects) else np.zeros(int(sound.sum())), return_inverse=True
    )
    flat = places[sound].reshape(int(sound.sum()), -1)
    cells, of_row = _distinct(np.column_stack([flat, which_excess.reshape(-1)]))
    workload = np.outer(excess[cells[:, -1]], np.array(effects))
    cells = cells[:, :-1]
    county = column("county")[sound]
    persons = np.zeros((len(cells), COUNTIES))
    np.add.at(persons, (of_row, county), 1.0)
    events = np.zeros((len(cells), len(uses), COUNTIES))
    rows, which = np.nonzero(happened[sound])
    np.add.at(events, (of_row[rows], which, county[rows]), 1.0)
    return Risks(
        state=state,
        hazards=hazards,
        factors=cells.reshape(len(cells), len(uses), width),
        workload=workload,
        persons=persons,
        events=events,
        impossible=tuple(int(count) for count in wrong.sum(axis=0)),
    )


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows in a fixed order, and the number of the one that each row is."""
    key = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        if len(column) and column.min() != column.max():
            _, key = np.unique(key * (int(column.max()) + 1) + column, return_inverse=True)
    _, first, of_row = np.unique(key, return_index=True, return_inverse=True)
    return rows[first], of_row.reshape(-1)
