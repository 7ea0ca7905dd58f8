"""What levers put in the place of parts of the graph: one version for all years in which the same levers act.

Most years and most runs have none. Versions share with the graph whatever no lever touches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.kernels.layout import Graph
from careersim.lowering.choices import (
    choice_weights,
    destination_thresholds,
    level_thresholds,
    wish_thresholds,
)
from careersim.model.graph import ChoiceLever, Model, Profession, WorkingTimeLever
from careersim.schema import COUNTIES

__all__ = ["Version", "Versions", "lower_versions"]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
U64 = NDArray[np.uint64]


@dataclass(frozen=True)
class Version:
    """The graph and the choices while some levers act.

    Attributes
    ----------
    weights, first_wish
        By choice: logit weights, home x present county x county, and the same as thresholds of the first
        wish.
    """

    graph: Graph
    weights: tuple[F64, ...]
    first_wish: tuple[U64, ...]


@dataclass(frozen=True)
class Versions:
    """All versions of a run.

    Attributes
    ----------
    number
        Index of the version of each year of the model, -1 where no lever acts.
    """

    each: tuple[Version, ...]
    number: tuple[int, ...]

    def of(self, position: int) -> Version | None:
        """The version of the year at this position, counted from the model's first year."""
        return self.each[self.number[position]] if self.number[position] >= 0 else None


def lower_versions(profession: Profession, model: Model, graph: Graph, weights: Sequence[F64]) -> Versions:
    """Tabulate what levers on working times and choices change.

    Parameters
    ----------
    profession, model
        The declared career graph and the world around it.
    graph, weights
        The graph and the logit weights of each choice without levers.

    Returns
    -------
    Versions in the order in which they come into force.
    """
    known: dict[tuple[tuple[WorkingTimeLever, ...], tuple[ChoiceLever, ...]], int] = {}
    each: list[Version] = []
    number = []
    for year in range(model.first_year, model.last_year + 1):
        levels = tuple(one for one in profession.working_time_levers if one.acts_in(year))
        choices = tuple(one for one in profession.choice_levers if one.acts_in(year))
        if not levels and not choices:
            number.append(-1)
            continue
        if (levels, choices) not in known:
            known[levels, choices] = len(each)
            changed = _with_levels(profession, graph, levels)
            each.append(_with_choices(profession, model, changed, weights, year))
        number.append(known[levels, choices])
    return Versions(tuple(each), tuple(number))


def _with_levels(profession: Profession, graph: Graph, acting: tuple[WorkingTimeLever, ...]) -> Graph:
    """The graph with a row of thresholds of its own for each scheme and set of levers on it."""
    rows = list(graph.level_threshold)
    row = graph.level_row.copy()
    known: dict[tuple[int, tuple[WorkingTimeLever, ...]], int] = {}
    for k, scheme in enumerate(profession.working_times):
        for county in range(COUNTIES):
            levers = tuple(one for one in acting if one.scheme == k and one.counties[county])
            if not levers:
                continue
            if (k, levers) not in known:
                known[k, levers] = len(rows)
                full = graph.level_threshold[k].copy()
                full[:, :, : len(scheme.levels)] = level_thresholds(scheme, levers)
                rows.append(full)
            row[k, county] = known[k, levers]
    return graph._replace(level_row=row, level_threshold=np.stack(rows))


def _with_choices(
    profession: Profession, model: Model, graph: Graph, weights: Sequence[F64], year: int
) -> Version:
    inhabitants = [model.demand.inhabitants.at(county=c, year=profession.start_year) for c in range(COUNTIES)]
    changed = list(weights)
    destination = graph.destination_threshold.copy()
    for k, declared in enumerate(profession.choices):
        choice = profession.choice_in(k, year)
        if choice != declared:
            changed[k] = choice_weights(choice, model.distance_km, inhabitants)
            destination[k] = destination_thresholds([changed[k]])[0]
    return Version(
        graph=graph._replace(destination_threshold=destination),
        weights=tuple(changed),
        first_wish=tuple(wish_thresholds(weight) for weight in changed),
    )
