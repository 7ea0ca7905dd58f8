"""Which numbers a person-year table can tell, and why the others stay as they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.register.exposure import Risks
from calibration.register.likelihood import Curve
from calibration.register.numbers import NUMBERS, Number, Numbers
from calibration.register.pairs import Pairs
from calibration.register.panel import Panel
from calibration.register.paths import resolve_paths
from calibration.register.settings import RateSettings

__all__ = ["Chosen", "choose"]

_CONDITIONS = ("at_home", "trained_abroad", "committed")


@dataclass(frozen=True)
class Chosen:
    """What is estimated.

    Attributes
    ----------
    free
        Positions of the numbers.
    curves
        Those that are smoothed.
    kept
        Why the others stay, by position.
    events
        Events of the hazards that a number stands in, by position.
    """

    free: NDArray[np.int64]
    curves: tuple[Curve, ...]
    kept: Mapping[int, str]
    events: NDArray[np.float64]


def choose(
    numbers: Numbers, risks: Sequence[Risks], settings: RateSettings, panel: Panel, pairs: Pairs
) -> Chosen:
    """Choose the numbers that the events tell.

    Parameters
    ----------
    numbers, risks
        All numbers, and the events at them.
    settings
        Choices of the user.
    panel, pairs
        For what cannot be seen in them.

    Returns
    -------
    A rate is estimated if it has enough events; a ratio if both it and what it is compared with have. Of the
    ratios of a table, one is the reference and stays: the one of 1 with the most events, or the one with the
    most events.
    """
    events, others, exposed = _events(numbers, risks)
    kept: dict[int, str] = {}
    unclear = _unclear(numbers, panel, pairs)
    for place, cell in enumerate(numbers.cells, start=NUMBERS):
        if cell.parameter in settings.keep:
            kept[place] = "kept as asked"
        elif cell.parameter in unclear:
            kept[place] = "not identified: several ways lead to the same state"
        elif cell.kind == "county":
            kept[place] = "see the ratios of counties"
        elif cell.kind == "at_home" and not panel.knows_home:
            kept[place] = "not identified: the table has no home_county_code"
        elif cell.kind == "trained_abroad" and "trained_abroad" not in panel.columns:
            kept[place] = "not identified: the table has no trained_abroad"
        elif cell.kind == "committed" and "commitment_years" not in panel.columns:
            kept[place] = "not identified: the table has no commitment_years"
        elif not cell.smooth and events[place] < settings.fewest_events:
            kept[place] = f"not identified: {events[place]:.0f} events"
        elif cell.kind in _CONDITIONS and others[place] < settings.fewest_events:
            kept[place] = f"not identified: {others[place]:.0f} events of the persons compared with"
        elif cell.smooth and not exposed[place]:
            kept[place] = "not identified: nobody at this age"
    kept |= _references(numbers, events, kept)
    curves = _curves(numbers, events, settings, kept)
    free = [place for place in range(NUMBERS, NUMBERS + len(numbers.cells)) if place not in kept]
    return Chosen(np.array(free, dtype=np.int64), curves, kept, events)


def _events(
    numbers: Numbers, risks: Sequence[Risks]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Events under each number, events of the same hazards without it, and whether anybody was at risk."""
    size = NUMBERS + len(numbers.cells)
    events, all_events, exposed = np.zeros(size), np.zeros(size), np.zeros(size, dtype=np.bool_)
    for one in risks:
        counted = one.events.sum(axis=2)
        for k in range(counted.shape[1]):
            for c in range(one.factors.shape[2]):
                places = one.factors[:, k, c]
                np.add.at(events, places, counted[:, k])
                exposed[places] = True
                used = np.unique(places)
                all_events[used] += counted[:, k].sum()
    return events, all_events - events, exposed


def _unclear(numbers: Numbers, panel: Panel, pairs: Pairs) -> set[str]:
    """Parameters of hazards that led, for somebody in the table, where something else leads too."""
    names = [state.name for state in panel.profession.states]
    ways = resolve_paths(panel.profession)
    found = set()
    for (one, two), way in ways.items():
        if way.hazard is None and (names[one], names[two]) in pairs.unclear:
            for hazard in way.candidates & numbers.transitions.keys():
                found |= {use.parameter for use in numbers.transitions[hazard]}
    return found


def _references(numbers: Numbers, events: NDArray[np.float64], kept: Mapping[int, str]) -> dict[int, str]:
    """One ratio of each table of ratios."""
    tables: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, cell in enumerate(numbers.cells, start=NUMBERS):
        if cell.kind in ("duration", "sector", "working_time") and place not in kept:
            tables[cell.parameter, cell.kind].append(place)
    found = {}
    for (_, kind), places in tables.items():
        ones = [place for place in places if numbers.cells[place - NUMBERS].published == 1.0]
        if kind == "working_time" and not ones:
            continue  # compared with the levels that are not listed
        chosen = max(ones or places, key=lambda place: events[place])
        found[chosen] = "the ratio that the others are compared with"
    return found


def _curves(
    numbers: Numbers,
    events: NDArray[np.float64],
    settings: RateSettings,
    kept: dict[int, str],
) -> tuple[Curve, ...]:
    """Curves of the parameters to be smoothed; without enough events they are kept as well."""
    chains: dict[str, dict[tuple[str, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, cell in enumerate(numbers.cells, start=NUMBERS):
        if cell.smooth and place not in kept:
            chains[cell.parameter][_group(cell)].append(place)
    curves = []
    for groups in chains.values():
        places = [place for chain in groups.values() for place in chain]
        total = events[places].sum()
        if total < settings.fewest_events:
            kept.update(dict.fromkeys(places, f"not identified: {total:.0f} events at all ages"))
            continue
        for chain in groups.values():
            if events[chain].sum() < settings.fewest_events:
                few = f"not identified: {events[chain].sum():.0f} events at all ages"
                kept.update(dict.fromkeys(chain, few))
        good = [tuple(chain) for chain in groups.values() if chain[0] not in kept]
        curves.append(Curve(tuple(good)))
    return tuple(curves)


def _group(cell: Number) -> tuple[str, ...]:
    """The keys of a smoothed number but its age."""
    return tuple(label for label in cell.labels if not label.isdecimal())
