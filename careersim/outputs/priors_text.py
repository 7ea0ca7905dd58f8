"""The printed list of uncertain numbers."""

from __future__ import annotations

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from careersim.model.priors import Prior

__all__ = ["PRIORS_WIDTH", "print_priors"]

PRIORS_WIDTH = 140
"""Columns in which no number is cut."""


def print_priors(priors: Sequence[Prior], fixed: Sequence[str], console: Console) -> None:
    """Print one line for each prior; labels and sources fold.

    Parameters
    ----------
    priors
        What is uncertain.
    fixed
        Paths of the numbers without range.
    console
        Where to print.
    """
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Number", no_wrap=True)
    table.add_column("What it is", ratio=1)
    for heading in ("Central", "Low", "High"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Prior", no_wrap=True)
    table.add_column("Unit", no_wrap=True)
    for one in priors:
        numbers = (f"{number:,.6g}" for number in (one.central, one.low, one.high))
        table.add_row(one.path, one.label, *numbers, one.kind, one.unit)
    console.print(table)
    console.print(
        Text(
            f"{len(priors)} uncertain numbers, {len(fixed)} fixed. Of a table, the largest number is shown; "
            "the others move in proportion. Sources: --json, or careersim explain."
        )
    )
