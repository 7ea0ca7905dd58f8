"""The column `of`: names of states, transitions and streams, resolved against a career graph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from careersim.engines.record import arcs_of
from careersim.errors import ConfigError, nearest_name
from careersim.model.graph import Profession
from careersim.schema import SECTORS, SEXES

__all__ = [
    "FlowTerm",
    "Risk",
    "ages_of",
    "flow_of",
    "groups_of",
    "risk_of",
    "sectors_of",
    "states_of",
    "without_part",
]


@dataclass(frozen=True)
class FlowTerm:
    """One part of a flow.

    Attributes
    ----------
    sign
        1 or -1.
    kind
        `arc` or `stream`.
    indices
        Arcs in the order of `careersim.engines.record.arcs_of`, or one stream.
    """

    sign: int
    kind: Literal["arc", "stream"]
    indices: tuple[int, ...]


@dataclass(frozen=True)
class Risk:
    """A declared rate at one sex and age."""

    transition: int
    sex: int
    age: int


def states_of(text: str, profession: Profession) -> tuple[int, ...]:
    """Indices of the states named in `a+b`.

    Raises
    ------
    ConfigError
        If a name is no state of the profession; the message gives the nearest one.
    """
    names = [state.name for state in profession.states]
    return tuple(_index(name, names, "state", profession) for name in _parts(text, "+"))


def groups_of(text: str, profession: Profession) -> tuple[tuple[int, ...], ...]:
    """States of every group of `a, b+c`."""
    return tuple(states_of(group, profession) for group in _parts(text, ","))


def without_part(text: str, mark: str, expected: str) -> tuple[str, str]:
    """Divide a text at the one mark that it must have."""
    parts = _parts(text, mark)
    if len(parts) != 2:
        raise ConfigError(f"of '{text}' cannot be read", expected=expected)
    return parts[0], parts[1]


def flow_of(text: str, profession: Profession) -> tuple[FlowTerm, ...]:
    """Terms of `transition+transition>state-stream`.

    Raises
    ------
    ConfigError
        If a name is neither a transition nor a stream, or a state is not reached by its transition.
    """
    transitions = [transition.name for transition in profession.transitions]
    streams = [stream.name for stream in profession.streams]
    states = [state.name for state in profession.states]
    arcs = arcs_of(profession)
    terms = []
    for sign, part in re.findall(r"([+-]?)\s*([^+-]+)", text):
        name, _, way = (piece.strip() for piece in part.partition(">"))
        factor = -1 if sign == "-" else 1
        if not way and name in streams:
            terms.append(FlowTerm(factor, "stream", (streams.index(name),)))
            continue
        if name not in transitions:
            known = (*transitions, *streams)
            raise ConfigError(
                f"{profession.name} has no transition or stream '{name}'", nearest=nearest_name(name, known)
            )
        number = transitions.index(name)
        ways = [index for index, arc in enumerate(arcs) if arc.transition == number]
        if way:
            state = _index(way, states, "state", profession)
            ways = [index for index in ways if arcs[index].destination == state]
        if not ways:
            raise ConfigError(f"transition '{name}' does not lead to '{way}'", expected="a state it leads to")
        terms.append(FlowTerm(factor, "arc", tuple(ways)))
    if not terms:
        raise ConfigError("no transition and no stream is named", expected="names joined by + or -")
    return tuple(terms)


def risk_of(text: str, profession: Profession) -> Risk:
    """Transition, sex and age of `retires:women:64`.

    Raises
    ------
    ConfigError
        If the text is not of that form or a name is unknown, or the transition has no rate.
    """
    parts = _parts(text, ":")
    expected = "transition:sex:age, such as retires:women:64"
    if len(parts) != 3 or not parts[2].isdigit():
        raise ConfigError(f"of '{text}' cannot be read", expected=expected)
    names = [one.name for one in profession.transitions if one.hazard is not None]
    name = names[_index(parts[0], names, "transition with a rate", profession)]
    number = next(n for n, one in enumerate(profession.transitions) if one.name == name)
    return Risk(number, _index(parts[1], list(SEXES), "sex", profession), int(parts[2]))


def ages_of(text: str, profession: Profession) -> tuple[int, range]:
    """State and ages of `gp:60-64` or `gp:70+`.

    Raises
    ------
    ConfigError
        If the text is not of that form, or the state is unknown.
    """
    state, ages = without_part(text, ":", "state:ages, such as gp:60-64 or gp:70+")
    found = re.fullmatch(r"(\d+)(?:-(\d+)|(\+))", ages)
    if found is None:
        raise ConfigError(f"ages '{ages}' cannot be read", expected="such as 60-64 or 70+")
    last = 120 if found[3] else int(found[2])
    return states_of(state, profession)[0], range(int(found[1]), last + 1)


def sectors_of(text: str, profession: Profession) -> tuple[int, ...]:
    """Indices of the sectors named in `a+b`."""
    return tuple(_index(name, list(SECTORS), "sector", profession) for name in _parts(text, "+"))


def _parts(text: str, mark: str) -> list[str]:
    return [part.strip() for part in text.split(mark)]


def _index(name: str, names: list[str], what: str, profession: Profession) -> int:
    if name not in names:
        raise ConfigError(f"{profession.name} has no {what} '{name}'", nearest=nearest_name(name, names))
    return names.index(name)
