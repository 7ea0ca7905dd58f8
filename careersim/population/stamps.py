"""Which years of the curriculum vitae can be told from the time in the state: `stamps_on_entry`."""

from __future__ import annotations

from typing import get_args

from careersim.model.graph import Profession, Stamp

__all__ = ["stamps_on_entry"]


def stamps_on_entry(profession: Profession) -> dict[Stamp, tuple[bool, ...]]:
    """Find the states whose persons all carry a stamp that is written on the way into the state.

    A state qualifies if some transition into it writes the stamp, and every other way into it starts where
    everybody has the stamp already (a return from leave, for example). For persons who returned, the year
    of entry is then the latest year that the stamp can be of.

    Returns
    -------
    For each stamp, one truth value a state.
    """
    return {stamp: _written_on_entry(profession, stamp) for stamp in get_args(Stamp)}


def _written_on_entry(profession: Profession, stamp: Stamp) -> tuple[bool, ...]:
    arrows = [
        (transition.source, way.state, transition.stamp == stamp)
        for transition in profession.transitions
        for way in transition.destinations
    ]
    entered = {target for _, target, _ in arrows} | {stream.state for stream in profession.streams}
    # Start from "everybody has it" and take states away until nothing changes, so that states which lead
    # into each other (work and leave) do not disqualify one another.
    having = entered - {stream.state for stream in profession.streams if stamp not in stream.stamps}
    while (
        lost := {target for source, target, writes in arrows if not writes and source not in having} & having
    ):
        having -= lost
    written = {target for _, target, writes in arrows if writes}
    return tuple(state in having and state in written for state in range(len(profession.states)))
