"""What the printed summaries say about how much is chance and how much is not knowing the parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table

from careersim.flows.summary import held_by_interval
from careersim.types import COUNTY_NAMES

__all__ = ["ALIGNMENT", "draws_note", "source_words", "uncertainty_text"]

_NATION = "00"

ALIGNMENT = (
    "none: no result is scaled to a published number; parameters are the same in baseline and scenarios"
)
"""Said in the manifest of every comparison (docs/explanation/uncertainty.md)."""


def uncertainty_text(
    table: pl.DataFrame, title: str, year: int, codes: Sequence[str] = (_NATION,)
) -> Iterator[Table]:
    """Give means with their three intervals, area by area, if there is a table at all.

    Parameters
    ----------
    table
        `uncertainty` of a run, or of one scenario.
    title
        What the numbers are; `{place}` stands for the name of the area.
    year
        Of the numbers.
    codes
        Areas; Sweden alone if left out.
    """
    for code in codes:
        shown = table.filter(pl.col("county_code") == code, pl.col("year") == year)
        if not shown.is_empty():
            place = "Sweden" if code == _NATION else COUNTY_NAMES[code]
            yield _table(shown, f"{title.replace('{place}', place)}, {year}")


def _table(shown: pl.DataFrame, title: str) -> Table:
    printed = Table(
        title=f"{title}: mean, and 95 % intervals",
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
    return printed


def draws_note(record: Mapping[str, Any]) -> str:
    """Say in a few sentences what the draws are.

    Parameters
    ----------
    record
        As `careersim.experiment.draw_sets.DrawSets` has it, with `replications_of_each` draw.
    """
    each = record["replications_of_each"]
    source = source_words(one["file"] for one in record["files"])
    told = (
        f"{record['draws']} {'draw' if record['draws'] == 1 else 'draws'} of {record['numbers']} numbers "
        f"from {source}, {each} {'replication' if each == 1 else 'replications'} each. Intervals carry "
        "chance and what is not known about these numbers; the table `uncertainty` tells the two apart. How "
        "the model is built is not in them."
    )
    if record["draws"] > 1:
        held = held_by_interval(record["draws"])
        told += (
            f" The 95 % interval of so many draws holds what a further one is expected to give with "
            f"probability about {held:.2f}."
        )
    unvaried = record["chance_alone"]
    if unvaried:
        told += f" Of {', '.join(unvaried)} no number is drawn: there intervals carry chance alone."
    left = record["at_central"]
    if left:
        which = "number that is" if left == 1 else "numbers that are"
        stays = "stays at its central value" if left == 1 else "stay at their central values"
        posteriors = "posterior" if len(record["files"]) == 1 else "posteriors"
        told += f" {left} uncertain {which} not in the {posteriors} {stays}."
    return told


def source_words(files: Iterable[str]) -> str:
    """Say where draws are from: `their priors`, or the posterior of each file.

    Parameters
    ----------
    files
        Paths of the posteriors; none if draws are from the priors.
    """
    named = list(files)
    if not named:
        return "their priors"
    if len(named) == 1:
        return f"the posterior {named[0]}"
    return f"{len(named)} posteriors, independent of each other ({', '.join(named)})"


def _ends(row: Mapping[str, Any], name: str) -> str:
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return "–" if low is None or high is None else f"{_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.1f}"
