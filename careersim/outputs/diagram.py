"""The career graph as a drawing: Mermaid for Markdown, DOT for Graphviz."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from careersim.model.graph import Profession, State

__all__ = ["dot", "mermaid"]


def mermaid(professions: Sequence[Profession]) -> str:
    """Draw professions as one Mermaid flowchart; dashed arrows are hazards, thick ones take a seat."""
    arrows = {"hazard": "-.->", "progress": "-->", "seat": "==>"}
    lines = ["flowchart LR"]
    for one in professions:
        lines.append(f'  subgraph {one.name}["{_mermaid_text(one.label_en)}"]')
        for state in one.states:
            left, right = ("([", "])") if state.final or state.abroad else ("[", "]")
            lines.append(f'    {one.name}__{state.name}{left}"{_mermaid_text(_title(state))}"{right}')
        for name, source, target, form in _arrows(one):
            arrow = f"{one.name}__{source} {arrows[form]}|{name}| {one.name}__{target}"
            lines.append(f"    {arrow}")
        lines.append("  end")
    return "\n".join(lines) + "\n"


def dot(professions: Sequence[Profession]) -> str:
    """Draw professions as one DOT digraph."""
    styles = {"hazard": "dashed", "progress": "solid", "seat": "bold"}
    lines = ["digraph careers {", "  rankdir=LR;", "  node [shape=box];"]
    for one in professions:
        lines += [f"  subgraph cluster_{one.name} {{", f'    label="{_dot_text(one.label_en)}";']
        for state in one.states:
            shape = ", shape=oval" if state.final or state.abroad else ""
            lines.append(f'    {one.name}__{state.name} [label="{_dot_text(_title(state))}"{shape}];')
        lines += [
            f'    {one.name}__{source} -> {one.name}__{target} [label="{name}", style={styles[form]}];'
            for name, source, target, form in _arrows(one)
        ]
        lines.append("  }")
    return "\n".join([*lines, "}"]) + "\n"


def _arrows(profession: Profession) -> Iterator[tuple[str, str, str, str]]:
    for transition in profession.transitions:
        for way in transition.destinations:
            share = "" if len(transition.destinations) == 1 else f" {way.share:.0%}"
            source, target = profession.states[transition.source], profession.states[way.state]
            yield f"{transition.name}{share}", source.name, target.name, transition.form


def _title(state: State) -> str:
    marks = [mark for mark, held in (("serves", state.serves), ("trains", state.trains)) if held]
    return f"{state.label_en} ({', '.join(marks)})" if marks else state.label_en


def _mermaid_text(text: str) -> str:
    return text.replace("#", "#35;").replace('"', "#quot;")


def _dot_text(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
