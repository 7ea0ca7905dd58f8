"""`print_sensitivity`: the answer first, then which parameters move each outcome, in plain text."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from careersim.data.data_gaps import OTHER

__all__ = ["SHOWN", "print_sensitivity", "register_sentence", "sensitivity_headline", "sensitivity_text"]

SHOWN = 12
"""Parameters that are printed at most; the folder holds all."""

_BAR = 16


def print_sensitivity(
    tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], console: Console
) -> None:
    """Print what matters most."""
    for sentence in manifest["answer"]:
        console.print(sentence, soft_wrap=True)
    for outcome in tables["outcomes"].to_dicts():
        console.print()
        console.print(_outcome_line(outcome), soft_wrap=True)
        own = pl.col("outcome") == outcome["outcome"]
        if manifest["method"] == "morris":
            console.print(_screening(tables["screening"].filter(own)))
        else:
            console.print(_indices(tables["indices"].filter(own)))
        gaps = tables["value_of_information"].filter(own)
        if len(gaps):
            console.print(_gaps(gaps))
    console.print()
    for note in manifest["notes"]:
        console.print(f"- {note}", soft_wrap=True)


def sensitivity_text(
    tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], width: int = 140
) -> str:
    """The same as text, so many characters wide."""
    stream = StringIO()
    print_sensitivity(tables, manifest, Console(file=stream, width=width, color_system=None, highlight=False))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def sensitivity_headline(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The same as plain data."""
    parts = ("outcomes", "indices", "screening", "value_of_information")
    return {
        "answer": manifest["answer"],
        "method": manifest["method"],
        "seed": manifest["seed"],
        **{name: tables[name].to_dicts() for name in parts},
        "notes": manifest["notes"],
    }


def register_sentence(outcome: Mapping[str, Any], gaps: pl.DataFrame, surely_first: bool) -> str:
    """Say which register would tell most of an outcome, how sure that is, and what no register tells.

    Parameters
    ----------
    outcome
        Row of the table `outcomes`.
    gaps
        Its rows of `value_of_information`.
    surely_first
        Whether the first place can be told from the second.
    """
    name = outcome["outcome"]
    rows = {row["gap"]: row for row in gaps.to_dicts()}
    rest = rows.pop(OTHER)
    known = [row for row in rows.values() if row["distinguishable"]]
    if not outcome["distinguishable"] or not known:
        return (
            f"No register can be said to reduce the uncertainty of {name}: what the six data gaps hold is "
            "not distinguishable from chance. Take more runs or replications."
        )
    first = known[0]
    others = [row for row in rows.values() if row["gap"] != first["gap"] and row["parameters"]]
    text = (
        f"A register of this would reduce the uncertainty of {name} most: {first['label']}. It would take "
        f"away {_range(first)} of the variance that parameters cause (standard deviation "
        f"{_short(first['sd_now'])} to {_short(first['sd_known'])} {outcome['unit']})."
    )
    if others:
        second = max(others, key=lambda row: float(row["share"]))
        verb = "can" if surely_first else "cannot"
        text += f" Second: {second['label']}, {_range(second)}; the first place {verb} be told from it."
    return f"{text} What none of the six registers holds: {_range(rest)}."


def _outcome_line(row: Mapping[str, Any]) -> str:
    what = row["outcome"] if row["effect_of"] is None else f"{row['outcome']}, effect of {row['effect_of']}"
    text = (
        f"{what} ({row['unit']}): {_short(row['p50'])}, 80 % of sets {_short(row['p10'])} to "
        f"{_short(row['p90'])}. Parameters: sd {_short(row['parameter_sd'])}; chance: sd "
        f"{_short(row['chance_sd'])}, {row['chance_share']:.0%} of the variance over {row['sets']} sets."
    )
    if row["q2"] is not None:
        text += f" The polynomial predicts {row['q2']:.0%} of the variance of sets not seen (Q2)."
    if not row["distinguishable"]:
        text += " The sets are not distinguishable from chance: the numbers below are noise."
    return text


def _indices(rows: pl.DataFrame) -> Table:
    table = _table("parameter", "data gap", "total index", "95 %", "first order", "95 %", "", "")
    for row in _shown(rows):
        table.add_row(
            row["parameter"],
            row["gap"],
            f"{row['total']:.3f}",
            f"{row['total_low']:.3f}-{row['total_high']:.3f}",
            f"{row['first']:.3f}",
            f"{row['first_low']:.3f}-{row['first_high']:.3f}",
            _bar(row["total"], 1.0),
            _sure(row),
        )
    return table


def _screening(rows: pl.DataFrame) -> Table:
    table = _table("parameter", "data gap", "mu*", "95 %", "mu", "sigma", "chance", "", "")
    largest = float(rows["mu_star"].head(1).sum())
    for row in _shown(rows):
        table.add_row(
            row["parameter"],
            row["gap"],
            _short(row["mu_star"]),
            f"{_short(row['mu_star_low'])} to {_short(row['mu_star_high'])}",
            _short(row["mu"]),
            _short(row["sigma"]),
            f"{row['chance_share']:.0%}",
            _bar(row["mu_star"], largest),
            _sure(row),
        )
    return table


def _gaps(rows: pl.DataFrame) -> Table:
    table = _table("if this became known", "numbers", "variance less", "95 %", "sd left", "", "")
    for row in rows.to_dicts():
        table.add_row(
            row["label"],
            str(row["parameters"]),
            f"{row['share']:.1%}",
            f"{row['share_low']:.1%}-{row['share_high']:.1%}",
            _short(row["sd_known"]),
            _bar(row["share"], 1.0),
            _sure(row),
        )
    return table


def _shown(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """The first parameters: those that can be told from chance, and the next three."""
    count = min(int(rows["distinguishable"].sum()) + 3, SHOWN)
    return rows.head(count).to_dicts()


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in heads:
        text = head in ("parameter", "data gap", "if this became known", "")
        table.add_column(head, justify="left" if text else "right", no_wrap=head == "parameter")
    return table


def _sure(row: Mapping[str, Any]) -> str:
    return "" if row["distinguishable"] else "not distinguishable from chance"


def _bar(value: float, largest: float) -> str:
    return "#" * round(_BAR * value / largest) if largest > 0 else ""


def _range(row: Mapping[str, Any]) -> str:
    return f"{row['share']:.0%} ({row['share_low']:.0%}-{row['share_high']:.0%})"


def _short(value: float) -> str:
    size = abs(value)
    return f"{value:,.0f}" if size >= 100 else f"{value:.1f}" if size >= 1 else f"{value:.4f}"
