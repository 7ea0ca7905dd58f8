"""`print_ranking`: which policy to choose, how sure that is, and what would be worth knowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import StringIO
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from careersim.types import COUNTY_NAMES

__all__ = ["choice_sentences", "print_ranking", "ranking_headline", "ranking_text"]


def print_ranking(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], console: Console) -> None:
    """Print what matters most."""
    for sentence in manifest["answer"]:
        console.print(sentence, soft_wrap=True)
    for name in tables["ranking"]["outcome"].unique(maintain_order=True):
        own = pl.col("outcome") == name
        rows = tables["ranking"].filter(own)
        unit = rows["unit"][0]
        console.print(f"\n{name} ({unit}), {rows['draws'][0]} draws of the parameters", soft_wrap=True)
        console.print(_policies(rows))
        worth = tables["value_of_information"].filter(own)
        if len(worth):
            console.print(_worth(worth, unit))
    console.print()
    for note in manifest["notes"]:
        console.print(f"- {note}", soft_wrap=True)


def ranking_text(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any], width: int = 140) -> str:
    """The same as text, so many characters wide."""
    stream = StringIO()
    print_ranking(tables, manifest, Console(file=stream, width=width, color_system=None, highlight=False))
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def ranking_headline(tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "answer": manifest["answer"],
        "seed": manifest["seed"],
        "source": manifest["source"],
        "ranking": tables["ranking"].to_dicts(),
        "value_of_information": tables["value_of_information"].to_dicts(),
        "notes": manifest["notes"],
    }


def choice_sentences(ranking: pl.DataFrame) -> list[str]:
    """Say for each outcome which policy is best, which are tied with it, and which is the robust choice."""
    sentences = []
    for name in ranking["outcome"].unique(maintain_order=True):
        rows = ranking.filter(pl.col("outcome") == name).sort("rank").to_dicts()
        first = rows[0]
        unit = first["unit"]
        ties = [row["policy"] for row in rows[1:] if row["tied_with_first"]]
        text = (
            f"{name}: {_who(first)} is expected to give most ({_signed(first['effect_mean'], unit)} "
            f"{unit}, 95 %: {_signed(first['effect_low'], unit)} to {_signed(first['effect_high'], unit)}, "
            f"beside the baseline); it is best in {first['probability_best']:.0%} of draws "
            f"({_best_range(first)})."
        )
        if ties:
            text += f" Tied with it within the error of this study: {_listed(ties)}."
        robust = next(row["policy"] for row in rows if row["least_max_regret"])
        cautious = next(row["policy"] for row in rows if row["best_at_p10"])
        if robust == cautious:
            text += f" Robust choice by the largest regret and at the 10 % quantile: {robust}."
        else:
            text += f" Robust choice by the largest regret: {robust}; at the 10 % quantile: {cautious}."
        sentences.append(text)
    return sentences


def _policies(rows: pl.DataFrame) -> Table:
    priced = rows["cost_mean"].null_count() < len(rows)
    heads = [
        "policy",
        "effect",
        "95 %",
        "80 % of draws",
        "best in",
        "95 %",
        "regret",
        "largest",
        "least in",
    ]
    table = _table(*heads, *(["MSEK\nadded", "MSEK\nper unit"] if priced else []))
    for row in rows.sort("rank").to_dicts():
        unit = row["unit"]
        county = "" if row["worst_county"] is None else (
            f"{COUNTY_NAMES[row['worst_county']]} {_signed(row['worst_county_effect'], unit)}"
        )  # fmt: skip
        cells = [
            "\n  ".join([_who(row), *_marks(row)]),
            _signed(row["effect_mean"], unit),
            f"{_signed(row['effect_low'], unit)} to {_signed(row['effect_high'], unit)}",
            f"{_signed(row['effect_p10'], unit)} to {_signed(row['effect_p90'], unit)}",
            f"{row['probability_best']:.0%}",
            _best_range(row),
            _short(row["expected_regret"], unit),
            _short(row["max_regret"], unit),
            county,
        ]
        if priced:
            each = row["cost_per_unit"]
            cells += [f"{row['cost_mean'] / 1e6:+,.0f}", "" if each is None else f"{each / 1e6:,.1f}"]
        table.add_row(*cells)
    return table


def _who(row: Mapping[str, Any]) -> str:
    return f"{row['policy']} (doing nothing)" if row["is_baseline"] else str(row["policy"])


def _marks(row: Mapping[str, Any]) -> list[str]:
    marks = []
    if row["rank"] > 1 and row["tied_with_first"]:
        marks.append("tied with the first")
    if row["least_max_regret"]:
        marks.append("least regret")
    if row["best_at_p10"]:
        marks.append("best at 10 %")
    return marks


def _worth(rows: pl.DataFrame, unit: str) -> Table:
    table = _table("knowing this before choosing", "numbers", f"is worth ({unit})", "95 %")
    for row in rows.to_dicts():
        ends = f"{_short(row['value_low'], unit)} to {_short(row['value_high'], unit)}"
        table.add_row(row["label"], str(row["parameters"]), _short(row["value"], unit), ends)
    return table


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if place else "left", overflow="fold", no_wrap=place > 0)
    return table


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _best_range(row: Mapping[str, Any]) -> str:
    return f"{row['probability_best_low']:.0%}-{row['probability_best_high']:.0%}"


def _short(value: float, unit: str) -> str:
    """A number with as many digits as its unit needs: shares are small, hundredths of persons no news."""
    digits = 4 if unit == "share" else 0 if abs(value) >= 100 else 1
    text = f"{value:,.{digits}f}"
    return "0" if float(text.replace(",", "")) == 0 else text


def _signed(value: float, unit: str) -> str:
    text = _short(value, unit)
    return f"+{text}" if value > 0 and text != "0" else text
