"""`explanation`: what a configuration means: the compiled graph, and every number with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from careersim.errors import UserError, nearest_name
from careersim.model.graph import Model, Profession, Transition
from careersim.model.lever_records import LeverRecord
from careersim.model.provenance import ParameterRecord
from careersim.outputs.lever_text import lever_rows

__all__ = ["choose_professions", "explanation", "print_explanation"]


def choose_professions(model: Model, name: str | None) -> tuple[Profession, ...]:
    """Give one profession by name, or all of them.

    Raises
    ------
    UserError
        If there is none of that name.
    """
    names = [profession.name for profession in model.professions]
    if name is None:
        return model.professions
    if name not in names:
        raise UserError(
            f"unknown profession '{name}'",
            where="--profession",
            expected=f"one of {', '.join(names)}",
            nearest=nearest_name(name, names),
        )
    return (model.professions[names.index(name)],)


def explanation(
    professions: Sequence[Profession],
    parameters: Sequence[ParameterRecord],
    levers: Sequence[LeverRecord] = (),
) -> dict[str, Any]:
    """Describe professions.

    Parameters
    ----------
    professions
        Those that are asked for.
    parameters
        Records of all professions; the others are left out.
    levers
        Records of all levers; those of other professions are left out.

    Returns
    -------
    Plain data: `professions` with states, transitions, pools, streams, working times and choices by name,
    each with its `parameters` (value, unit, interval, source, and the file that had the last word); and
    `levers` with their sources and evidence.
    """
    names = [one.name for one in professions]
    shown = [record for record in levers if record.profession is None or record.profession in names]
    return {
        "levers": lever_rows(shown),
        "professions": [
            _profession(one, [record for record in parameters if record.profession == one.name])
            for one in professions
        ],
    }


def print_explanation(content: dict[str, Any], console: Console) -> None:
    """Print what `explanation` gave as tables."""
    if content["levers"]:
        rows = [record | {"evidence": _evidence(record["evidence"])} for record in content["levers"]]
        console.print(_table("Levers", rows, ("name", "does", "source", "evidence")))
        for lever in content["levers"]:
            if lever["numbers"]:
                rows = [
                    number | {"range": _range(number) or number["distribution"]}
                    for number in lever["numbers"]
                ]
                console.print(
                    _table(f"Numbers of {lever['name']}", rows, ("name", "value", "unit", "range", "source"))
                )
    for one in content["professions"]:
        console.print(Text(f"\n{one['label_en']} ({one['name']}), from the end of {one['start_year']}"))
        console.print(_table("States", one["states"], ("name", "label_en", "kind")))
        console.print(_table("Transitions", one["transitions"], ("name", "from", "to", "form", "details")))
        if one["pools"]:
            console.print(_table("Pools", one["pools"], ("name", "holders", "supervisors", "wishes")))
        if one["streams"]:
            console.print(_table("Entry streams", one["streams"], ("name", "state", "dispersion")))
        if one["working_times"]:
            console.print(_table("Working times", one["working_times"], ("name", "percent", "states")))
        if one["choices"]:
            console.print(_table("Choices among counties", one["choices"], ("name", "chosen_by")))
        shown = ("name", "value", "unit", "range", "layer", "source")
        rows = [record | {"range": _range(record)} for record in one["parameters"]]
        console.print(_table("Parameters", rows, shown))


def _profession(profession: Profession, records: list[ParameterRecord]) -> dict[str, Any]:
    names = [state.name for state in profession.states]
    return {
        "name": profession.name,
        "label_en": profession.label_en,
        "label_sv": profession.label_sv,
        "start_year": profession.start_year,
        "states": [
            {
                "name": state.name,
                "label_en": state.label_en,
                "label_sv": state.label_sv,
                "kind": _kinds(state),
            }
            for state in profession.states
        ],
        "transitions": [_transition(one, profession, names) for one in profession.transitions],
        "pools": [
            {
                "name": pool.name,
                "label_en": pool.label_en,
                "holders": [names[index] for index in pool.holders],
                "supervisors": [names[index] for index in pool.supervisors],
                "wishes": pool.wishes,
            }
            for pool in profession.pools
        ],
        "streams": [
            {"name": stream.name, "state": names[stream.state], "dispersion": stream.dispersion}
            for stream in profession.streams
        ],
        "working_times": [
            {
                "name": scheme.name,
                "percent": list(scheme.levels),
                "states": [state.name for state in profession.states if state.working_time == index],
            }
            for index, scheme in enumerate(profession.working_times)
        ],
        "choices": [
            {"name": choice.name, "chosen_by": _choosers(profession, index)}
            for index, choice in enumerate(profession.choices)
        ],
        "parameters": [asdict(record) for record in records],
    }


def _choosers(profession: Profession, choice: int) -> list[str]:
    movers = [state for state in profession.states if state.mobility is not None]
    moves = [f"moves of {state.name}" for state in movers if state.mobility_choice == choice]
    return moves + [f"wishes for {pool.name}" for pool in profession.pools if pool.choice == choice]


def _kinds(state: object) -> list[str]:
    return [kind for kind in ("serves", "trains", "accrues", "abroad", "final") if getattr(state, kind)]


def _transition(one: Transition, profession: Profession, names: list[str]) -> dict[str, Any]:
    details = []
    if one.form == "progress":
        details.append(f"after {one.requirement / 100:g} full-time years")
    if one.pool is not None:
        details.append(f"pool {profession.pools[one.pool].name}")
    if one.credit:
        details.append(f"credit {one.credit / 100:g} years")
    if one.commitment:
        details.append(f"commitment {one.commitment} years")
    if one.stamp is not None:
        details.append(f"stamps {one.stamp}")
    to = [f"{names[way.state]} {way.share:.0%}" for way in one.destinations]
    return {
        "name": one.name,
        "from": names[one.source],
        "to": [names[one.destinations[0].state]] if len(to) == 1 else to,
        "form": one.form,
        "details": details,
    }


def _table(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), no_wrap=column == "name", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row[column])) for column in columns))  # not markup, whatever it says
    return table


def _cell(value: object) -> str:
    if value is None:
        return ""
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _range(record: dict[str, Any]) -> str:
    low, high = record["low"], record["high"]
    return "" if low is None and high is None else f"{_end(low)} to {_end(high)}"


def _evidence(card: dict[str, Any] | None) -> str:
    """An evidence card in one cell."""
    if card is None:
        return ""
    effect = f"effect {card['effect']:g}" if "effect" in card else ""
    if "low" in card or "high" in card:
        effect = f"{effect or 'effect'} ({_range({'low': None, 'high': None} | card)})"
    responds = f"{card['responds']} respond" if "responds" in card else ""
    parts = (f"{card['grade']}: {card['setting']}", effect, responds, card.get("note", ""))
    return "; ".join(part for part in parts if part)


def _end(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
