"""The printed answer to how many posts each county needs for the guideline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from careersim.experiment.planned import Planned
from careersim.experiment.posts_runs import Question
from careersim.flows.areas import NATION
from careersim.schema import SECTORS
from careersim.types import COUNTY_NAMES

__all__ = ["POSTS_WIDTH", "print_posts", "question_words"]

POSTS_WIDTH = 140
"""Columns in which the table is not cut."""

Row = Mapping[str, Any]

_COLUMNS = (
    "Posts\nas is", "Posts\nneeded", "Met\nas is", "\nMet", "One\nless", "Other luck\n(95 %)",
    "\nSpec.", "Trai-\nnees", "What\nstops it", "No\nlimit", "Appl.\nx 2", "\nBoth", "Appl.\nneed.",
    "DLF\ntrain.",
)  # fmt: skip
_INTAKE_COLUMNS = (
    "Intake\nas is", "Intake\nneeded", "\nTimes", "Met\nas is", "\nMet", "One\nless", "Other luck\n(95 %)",
    "Work-\nforce", "What\nstops it",
)  # fmt: skip

_STOPS = {
    "time": "time",
    "others": "others' posts",
    "unsettled": "search ended",
}


_REASONS = {
    "applicants": "for lack of applicants",
    "supervisors": "for lack of supervisors",
    "others": "because others' new posts take their applicants",
    "time": "because nobody who starts then is there in time",
    "unsettled": "as far as the search went",
}

_READINGS = {
    "list": "guideline (list reading, by {basis})",
    "ratio": "guideline (ratio reading, specialists only, by {basis})",
    "density": "workforce per inhabitant as in {base} (by {basis})",
    "demand": "{demand:,.0f} inhabitants for each of the workforce (by {basis})",
}


def question_words(question: Question, profession: str, lever: Planned, draws: int = 0) -> str:
    """Say in one sentence what was asked."""
    reading = _READINGS[question.reading].format(
        basis="headcount" if question.basis == "headcount" else "full-time equivalents",
        base=question.base_year,
        demand=question.demand or 0,
    )
    names = list(COUNTY_NAMES.values())
    chosen = [names[index] for index in question.counties]
    what = "Posts" if lever.kind == "posts" else "Intake"
    if question.national:
        who = f"{what} of the nation as one number, spread over the counties as in the run"
    elif len(chosen) == len(names):
        who = f"{what} of all counties at once"
    else:
        who = f"{what} of {', '.join(chosen)} only; the other counties keep {_those(lever)} of the run"
    number = "number of posts" if lever.kind == "posts" else "number of beginners a year"
    chance = f"{question.replications} replications" + (f", each with one of {draws} draws" if draws else "")
    return (
        f"{profession}: {reading} met at the end of {question.target_year} "
        f"in at least {100 * question.probability:g} % of {chance}, with one "
        f"{number} from {question.first_year} on ({lever.label}). {who}."
    )


def _answer_words(table: pl.DataFrame, question: Question, lever: Planned) -> str:
    """Say in one or two sentences what came out."""
    rows = table.filter(pl.col("county_code") == NATION) if question.national else table.filter("asked")
    able, unable = rows.filter("met"), rows.filter(~pl.col("met"))
    what = "posts" if lever.kind == "posts" else "beginners a year"
    told = []
    if len(able):
        who = _place(able["county_code"][0]) if len(rows) == 1 else f"{len(able)} of {len(rows)} counties"
        least = "" if able["smallest"].all() else "at most "
        told.append(
            f"{who} can meet it, with {least}{able['posts'].sum():,} {what} in place of "
            f"{able['posts_as_is'].sum():,}."
        )
    if len(unable):
        parts = [
            f"{', '.join(map(_place, group['county_code']))} ({_REASONS.get(str(stop), stop)})"
            for (stop,), group in unable.partition_by("stop", maintain_order=True, as_dict=True).items()
        ]
        told.append(f"No number of {what} is enough for {'; '.join(parts)}.")
    return " ".join(told)


def _place(code: str) -> str:
    return "Sweden" if code == NATION else COUNTY_NAMES[code]


def _those(lever: Planned) -> str:
    return "those" if lever.kind == "posts" else "that"


def print_posts(
    table: pl.DataFrame, principals: pl.DataFrame, question: Question, profession: str,
    together: Sequence[float], notes: Sequence[str], console: Console, *, lever: Planned, draws: int = 0,
) -> None:  # fmt: skip
    """Print an answer.

    Parameters
    ----------
    table
        As `careersim.outputs.posts_table.posts_table` gives it.
    principals
        As `careersim.outputs.posts_principals.principals_table` gives it.
    question, profession
        What was asked, and the name of the profession.
    together
        Share of replications in which all counties asked about meet it at once: luck of the search, and
        other luck.
    notes
        What to beware of.
    console
        Where to print.
    lever
        What was searched.
    draws
        Of how many draws of uncertain numbers the replications are; 0 for fixed parameters.
    """
    console.print(Text(question_words(question, profession, lever, draws) + "\n"))
    console.print(Text(_answer_words(table, question, lever)))
    console.print(_table(table, question, together, lever))
    console.print(Text(_legend(question, lever)))
    if table["share_with_substitution"].is_not_null().any():
        console.print(Text(_helped_words(table)))
    console.print(Text("\n" + _principals_title(lever)))
    console.print(_principals(principals, table, question, lever))
    for note in notes:
        console.print(Text(f"- {note}"))


def _table(table: pl.DataFrame, question: Question, together: Sequence[float], lever: Planned) -> Table:
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    shown.add_column("County", no_wrap=True)
    columns = _COLUMNS if lever.kind == "posts" else _INTAKE_COLUMNS
    for heading in columns:
        shown.add_column(heading, justify="left" if heading.startswith("What") else "right", no_wrap=True)
    rows = table if question.national else table.filter(pl.col("asked"))
    for row in rows.iter_rows(named=True):
        shown.add_row(_place(row["county_code"]), *_cells(row, lever))
        if row["county_code"] == NATION:
            shown.add_section()
    if question.national:
        return shown
    shown.add_section()
    sums = {
        name: float(sum(rows[name].to_list())) for name in ("posts_as_is", "posts", "specialists", "trainees")
    }
    times = f"{sums['posts'] / sums['posts_as_is']:.2f}" if sums["posts_as_is"] else ""
    met = f"{rows['met'].sum()} of {len(rows)} can"
    dlf = "" if rows["dlf_trainees"].is_null().any() else f"{rows['dlf_trainees'].sum():,.0f}"
    numbers = [f"{sums['posts_as_is']:,.0f}", f"{sums['posts']:,.0f}"]
    if lever.kind == "intake":
        shown.add_row(
            "Sum", *numbers, times, *[""] * 3, f"all {together[1]:.2f}", f"{sums['specialists']:,.0f}", met
        )
    else:
        shown.add_row(
            "Sum", *numbers, *[""] * 3, f"all {together[1]:.2f}", f"{sums['specialists']:,.0f}",
            f"{sums['trainees']:,.0f}", met, *[""] * 4, dlf,
        )  # fmt: skip
    return shown


def _cells(row: Row, lever: Planned) -> list[str]:
    posts = f"{row['posts']:,}" if row["met"] or not row["asked"] else f"none ({row['posts']:,})"
    found = [f"{row['posts_as_is']:,}", posts if row["smallest"] is not False else f"≤ {posts}"]
    chances = [
        f"{row['share_as_is']:.2f}",
        f"{row['share']:.2f}",
        "" if row["share_one_less"] is None else f"{row['share_one_less']:.2f}",
        f"{row['share_fresh']:.2f} ({row['share_fresh_low']:.2f}–{row['share_fresh_high']:.2f})",
        f"{row['specialists']:,.0f}",
    ]
    if lever.kind == "intake":
        times = "" if row["times"] is None else f"{row['times']:.2f}"
        return [*found, times, *chances, _stop(row)]
    besides = [row[name] for name in ("share_unsupervised", "share_twice_applications", "share_both")]
    needed = row["applications_needed"]
    return [
        *found,
        *chances,
        f"{row['trainees']:,.0f}",
        _stop(row),
        *("" if share is None else f"{share:.2f}" for share in besides),
        "" if row["share_both"] is None else "> 5" if needed is None else f"{needed:g}",
        "" if row["dlf_trainees"] is None else f"{row['dlf_trainees']:,.0f}",
    ]


def _stop(row: Row) -> str:
    stop = row["stop"]
    if stop is None:
        return ""
    return _STOPS.get(stop) or f"{stop} {100 * row[f'{stop}_bind']:.0f} %"


def _principals_title(lever: Planned) -> str:
    if lever.kind == "intake":
        return (
            "By principal: where those who begin would work, in the proportions of the workforce that the "
            "simulation "
            "has in the target year (median, and 95 % of replications)."
        )
    return (
        "By principal. As today: in the proportions of today's trainees. Then: in those of the simulated "
        "trainees "
        "of the target year (median, and 95 % of replications). Own: each for the workforce that it has then."
    )


def _principals(principals: pl.DataFrame, table: pl.DataFrame, question: Question, lever: Planned) -> Table:
    """The nation and the counties asked about; sectors without anybody are left out."""
    kinds = ("then", "own") if lever.kind == "posts" else ("own",)
    there = principals.filter(pl.max_horizontal([f"{kind}_high" for kind in kinds]).fill_null(0) > 0)
    sectors = [name for name in SECTORS if name in set(there["sector"])]
    shown = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    shown.add_column("County", no_wrap=True)
    own = "own (95 %)" if lever.kind == "intake" else "own"
    words = {"today": "as today", "then": "then (95 %)", "own": own}
    columns = [
        (sector, kind) for sector in sectors for kind in (*(("today",) if len(kinds) > 1 else ()), *kinds)
    ]
    for sector, kind in columns:
        shown.add_column(f"{sector}\n{words[kind]}", justify="right", no_wrap=True)
    asked = set(table["county_code"] if question.national else table.filter(pl.col("asked"))["county_code"])
    whole = len(question.counties) == len(COUNTY_NAMES)
    cells = {(row["county_code"], row["sector"]): row for row in principals.iter_rows(named=True)}
    plain = {"today"} if lever.kind == "intake" else {"today", "own"}  # the table has all intervals
    for code in principals["county_code"].unique(maintain_order=True):
        if code in asked or (code == NATION and whole):
            shown.add_row(
                _place(code), *(_part(cells[code, sector], kind, kind in plain) for sector, kind in columns)
            )
    return shown


def _part(row: Row, kind: str, plain: bool) -> str:
    if row[kind] is None:
        return ""
    if plain:
        return f"{row[kind]:,.0f}"
    return f"{row[kind]:,.0f} ({row[f'{kind}_low']:,.0f}–{row[f'{kind}_high']:,.0f})"


def _helped_words(table: pl.DataFrame) -> str:
    """Beside the answer, never in it."""
    rows = table.filter(pl.col("asked"))
    gains = [more - share for more, share in rows.select("share_with_substitution", "share").iter_rows()]
    gained, met = sum(gains) / len(gains), sum(gain > 0 for gain in gains)
    return (
        "Beside it: with what other professions stand for (substitution) the share that meets the "
        "guideline is "
        f"higher in {met} of {len(rows)} rows, by {gained:.2f} in the mean (share_with_substitution in "
        f"--json). "
        "The answer above does not count them."
    )


def _legend(question: Question, lever: Planned) -> str:
    if lever.kind == "intake":
        return (
            f"Met: share of replications that meet it in {question.target_year}. It is chosen to be just "
            f"enough; "
            "with other luck it is as often below as above. One less: the same when the county last had one "
            "less; where that was enough or not tried the answer has ≤. Times: over the intake as is. All: "
            "share, with other luck, in which all of these counties meet it at once."
        )
    return (
        f"Met: share of replications that meet the guideline in {question.target_year}. It is chosen to be "
        "just enough; with other luck it is as often below as above. One less: the same when the county last "
        "had one post less; where that was enough or not tried the answer has ≤. none (n): no number "
        "suffices, and of more than n some stay empty; they are counted in the sum. What stops it: what "
        "binds, in percent of years and replications; others' posts: it meets the guideline in the run as it "
        "is, but loses applicants to the new posts of others; time: nobody who starts then is certified by "
        "then. No limit, Appl. x 2, Both: share that meets it with posts in plenty and no limit of "
        "supervision, twice the rate of application, or both. Appl. need.: least factor (1, 1.5, 2, 3, 5) "
        "on the rate "
        "of application that is enough with posts in plenty and no limit of supervision. All: share, with "
        "other luck, in which all "
        "of these counties meet it at once. DLF train.: trainees by the report's closed form from the run's "
        "specialists of the year before; it knows neither moves, drop-out, applicants nor supervisors, and "
        "asks for the balance of specialists and trainees, not only for lists."
    )
