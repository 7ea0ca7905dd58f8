"""What can have happened to a person between two ends of a year: the sequences that the engine allows.

In a year a person takes at most one arrow of form `hazard`, then may complete a training, then may take a
seat, in this order (docs/explanation/year.md). So a state at the end of a year may be the second or third
since the last end of a year, and the arrow that a rate is about is not always that between the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from careersim.model.graph import Profession

__all__ = ["NOTHING", "Path", "Resolved", "possible_paths", "resolve_paths"]

NOTHING = -1
"""In place of an arrow that was not taken."""


@dataclass(frozen=True)
class Path:
    """Arrows of one year, as indices into the transitions; `NOTHING` where there was none.

    Attributes
    ----------
    completed_to
        State to which the completed training led.
    """

    hazard: int = NOTHING
    progress: int = NOTHING
    completed_to: int = NOTHING
    seat: int = NOTHING


@dataclass(frozen=True)
class Resolved:
    """What is certain about a change from one state to another within a year.

    Attributes
    ----------
    hazard
        The hazard taken, or `NOTHING`; None if several sequences lead there that differ in it.
    progress, completed_to
        The training completed and where it led; None if that is not certain.
    seat
        Whether a seat was taken; None if that is not certain.
    candidates
        Hazards that may have been taken.
    """

    hazard: int | None
    progress: int | None
    completed_to: int | None
    seat: bool | None
    candidates: frozenset[int]


def possible_paths(profession: Profession, source: int) -> Iterator[tuple[int, Path]]:
    """All sequences of a year that begin in a state and change it, with the state where they end.

    Parameters
    ----------
    profession
        The career graph.
    source
        Index of the state at the end of the year before.

    Yields
    ------
    Index of the state at the end of the year, and the arrows taken.
    """
    states, arrows = profession.states, list(enumerate(profession.transitions))
    hazards = [(k, arrow) for k, arrow in arrows if arrow.source == source and arrow.form == "hazard"]
    after_exit = [(source, Path())] + [
        (end.state, Path(hazard=k)) for k, arrow in hazards for end in arrow.destinations
    ]
    for state, path in after_exit:
        kept = path.hazard == NOTHING or (
            states[state].training is not None and states[state].training == states[source].training
        )
        after_training = [(state, path)]
        if states[state].accrues and kept:
            after_training += [
                (end.state, Path(path.hazard, k, end.state))
                for k, arrow in arrows
                if arrow.source == state and arrow.form == "progress"
                for end in arrow.destinations
            ]
        for there, so_far in after_training:
            if so_far != Path():
                yield there, so_far
            for k, arrow in arrows:
                if arrow.source == there and arrow.form == "seat":
                    end = arrow.destinations[0].state
                    yield end, Path(so_far.hazard, so_far.progress, so_far.completed_to, k)


def resolve_paths(profession: Profession) -> Mapping[tuple[int, int], Resolved]:
    """What a change between two ends of a year says, for every pair of states that it can join."""
    found: dict[tuple[int, int], list[Path]] = {}
    for source in range(len(profession.states)):
        for end, path in possible_paths(profession, source):
            found.setdefault((source, end), []).append(path)
    return {pair: _certain(paths) for pair, paths in found.items()}


def _certain(paths: list[Path]) -> Resolved:
    hazards = {path.hazard for path in paths}
    progress = {path.progress for path in paths}
    ends = {path.completed_to for path in paths}
    seats = {path.seat != NOTHING for path in paths}
    return Resolved(
        hazard=hazards.pop() if len(hazards) == 1 else None,
        progress=progress.pop() if len(progress) == 1 else None,
        completed_to=ends.pop() if len(ends) == 1 else None,
        seat=seats.pop() if len(seats) == 1 else None,
        candidates=frozenset(path.hazard for path in paths),
    )
