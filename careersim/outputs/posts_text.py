"""The printed answer to how many posts each county needs for the guideline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from careersim.experiment.posts_runs import Question
from careersim.types import COUNTY_NAMES

__all__ = ["POSTS_WIDTH", "print_posts", "question_words"]

POSTS_WIDTH = 140
"""Columns in which the table is not cut."""

Row = Mapping[str, Any]

_COLUMNS = (
    "Posts\nas is", "Posts\nneeded", "Met\nas is", "\nMet", "One\nless", "Other luck\n(95 %)",
    "\nSpec.", "\nTrainees", "What\nstops it", "No\nlimit", "Appl.\nx 2", "\nBoth", "DLF\ntrain.",
)  # fmt: skip

_STOPS = {
    "time": "time",
    "others": "others' posts",
    "unsettled": "search ended",
}


def question_words(question: Question, profession: str) -> str:
    """Say in one sentence what was asked."""
    reading = "list reading" if question.reading == "list" else "ratio reading, specialists only"
    basis = "headcount" if question.basis == "headcount" else "full-time equivalents"
    names = list(COUNTY_NAMES.values())
    chosen = [names[index] for index in question.counties]
    who = (
        "Posts of all counties at once"
        if len(chosen) == len(names)
        else f"Posts of {', '.join(chosen)} only; the other counties keep those of the run"
    )
    return (
        f"{profession}: guideline ({reading}, by {basis}) met at the end of {question.target_year} "
        f"in at least {100 * question.probability:g} % of {question.replications} replications, with one "
        f"number of posts from {question.first_year} on. {who}."
    )


def print_posts(
    table: pl.DataFrame, question: Question, profession: str, together: Sequence[float], notes: Sequence[str],
    console: Console,
) -> None:  # fmt: skip
    """Print an answer.

    Parameters
    ----------
    table
        As `careersim.outputs.posts_table.posts_table` gives it.
    question, profession
        What was asked, and the name of the profession.
    together
        Share of replications in which all counties asked about meet it at once: luck of the search, and
        other luck.
    notes
        What to beware of.
    console
        Where to print.
    """
    for part in _parts(table, question, profession, together, notes):
        console.print(part)


def _parts(
    table: pl.DataFrame, question: Question, profession: str, together: Sequence[float], notes: Sequence[str]
) -> Iterator[RenderableType]:
    yield Text(question_words(question, profession) + "\n")
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("County", no_wrap=True)
    for heading in _COLUMNS:
        shown.add_column(heading, justify="left" if heading.startswith("What") else "right", no_wrap=True)
    asked = table.filter(pl.col("asked"))
    for row in asked.iter_rows(named=True):
        shown.add_row(COUNTY_NAMES[row["county_code"]], *_cells(row))
    shown.add_section()
    shown.add_row(
        "Sum",
        f"{asked['posts_as_is'].sum():,}",
        f"{asked['posts'].sum():,}",
        *[""] * 3,
        f"all {together[1]:.2f}",
        f"{asked['specialists'].sum():,.0f}",
        f"{asked['trainees'].sum():,.0f}",
        f"{asked['met'].sum()} of {len(asked)} can",
        *[""] * 3,
        f"{asked['dlf_trainees'].sum():,.0f}",
    )
    yield shown
    yield Text(_legend(question))
    for note in notes:
        yield Text(f"- {note}")


def _cells(row: Row) -> list[str]:
    posts = f"{row['posts']:,}" if row["met"] else f"none ({row['posts']:,})"
    besides = [row[name] for name in ("share_unsupervised", "share_twice_applications", "share_both")]
    return [
        f"{row['posts_as_is']:,}",
        posts if row["smallest"] is not False else f"≤ {posts}",
        f"{row['share_as_is']:.2f}",
        f"{row['share']:.2f}",
        "" if row["share_one_less"] is None else f"{row['share_one_less']:.2f}",
        f"{row['share_fresh']:.2f} ({row['share_fresh_low']:.2f}–{row['share_fresh_high']:.2f})",
        f"{row['specialists']:,.0f}",
        f"{row['trainees']:,.0f}",
        _stop(row),
        *("" if share is None else f"{share:.2f}" for share in besides),
        f"{row['dlf_trainees']:,.0f}",
    ]


def _stop(row: Row) -> str:
    stop = row["stop"]
    if stop is None:
        return ""
    return _STOPS.get(stop) or f"{stop} {100 * row[f'{stop}_bind']:.0f} %"


def _legend(question: Question) -> str:
    return (
        f"Met: share of replications that meet the guideline in {question.target_year}. It is chosen to be "
        "just enough; with other luck it is as often below as above. One less: the same when the county last "
        "had one post less; where that was enough or not tried the answer has ≤. none (n): no number "
        "suffices, and of more than n some stay empty; they are counted in the sum. What stops it: what "
        "binds, in percent of years and replications; others' posts: it meets the guideline in the run as it "
        "is, but loses applicants to the new posts of others; time: nobody who starts then is certified by "
        "then. No limit, Appl. x 2, Both: share that meets it with posts in plenty and no limit of "
        "supervision, twice the rate of application, or both. All: share, with other luck, in which all "
        "of these counties meet it at once. DLF train.: trainees by the report's closed form from the run's "
        "specialists of the year before; it knows neither moves, drop-out, applicants nor supervisors, and "
        "asks for the balance of specialists and trainees, not only for lists."
    )
