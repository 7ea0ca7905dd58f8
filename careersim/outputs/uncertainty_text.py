"""What the printed summaries say about how much is chance and how much is not knowing the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table

__all__ = ["ALIGNMENT", "draws_note", "uncertainty_text"]

ALIGNMENT = (
    "none: no result is scaled to a published number; parameters are the same in baseline and scenarios"
)
"""Said in the manifest of every comparison (docs/explanation/uncertainty.md)."""


def uncertainty_text(table: pl.DataFrame, title: str, year: int) -> Iterator[Table]:
    """Give national means with their three intervals, if there is a table at all.

    Parameters
    ----------
    table
        `uncertainty` of a run, or of one scenario.
    title
        What the numbers are.
    year
        Of the numbers.
    """
    shown = table.filter(pl.col("county_code") == "00", pl.col("year") == year)
    if shown.is_empty():
        return
    printed = Table(
        title=f"{title}, {year}: mean, and 95 % intervals",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for heading in ("Profession", "Who"):
        printed.add_column(heading, no_wrap=True)
    for heading in ("Mean", "Chance alone", "Parameters alone", "Both", "Parameters' part of variance"):
        printed.add_column(heading, justify="right", no_wrap=True)
    for row in shown.iter_rows(named=True):
        share = row["parameters_share"]
        mark = " (cut to 0)" if row["truncated"] else ""
        printed.add_row(
            row["profession"].replace("_", " ").capitalize(),
            row["group"] if row["measure"] == "headcount" else f"{row['group']}, fte",
            _number(row["mean"]),
            *(_ends(row, name) for name in ("chance", "parameters", "both")),
            "–" if share is None else f"{share:.0%}{mark}",
        )
    yield printed


def draws_note(record: Mapping[str, Any]) -> str:
    """Say in a few sentences what the draws are.

    Parameters
    ----------
    record
        As `careersim.experiment.draw_sets.DrawSets` has it, with `replications_of_each` draw.
    """
    each = record["replications_of_each"]
    source = "their priors" if record["source"] == "priors" else f"the posterior {record['file']}"
    told = (
        f"{record['draws']} {'draw' if record['draws'] == 1 else 'draws'} of {record['numbers']} numbers "
        f"from {source}, {each} {'replication' if each == 1 else 'replications'} each. Intervals carry "
        "chance and what is not known about these numbers; the table `uncertainty` tells the two apart. How "
        "the model is built is not in them."
    )
    left = record["at_central"]
    if left:
        which = "number that is" if left == 1 else "numbers that are"
        stays = "stays at its central value" if left == 1 else "stay at their central values"
        told += f" {left} uncertain {which} not in the posterior {stays}."
    return told


def _ends(row: Mapping[str, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "–" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
