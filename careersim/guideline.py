"""How many training posts each county needs to meet the guideline in a given year.

`guideline_posts` is to the command `careersim guideline` what `careersim.simulate.simulate` is to `run`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any, get_args

import polars as pl
from rich.console import Console

from careersim.errors import UserError, nearest_name
from careersim.experiment.limits import check_limits
from careersim.experiment.posts_needed import posts_needed
from careersim.experiment.posts_runs import Basis, Question, Reading
from careersim.experiment.replicate import Progress
from careersim.experiment.sources import population_source
from careersim.model.assemble import read_model
from careersim.outputs.posts_table import posts_table
from careersim.outputs.posts_text import POSTS_WIDTH, print_posts, question_words
from careersim.schema import COUNTIES, COUNTY_CODES
from careersim.types import COUNTY_NAMES

__all__ = ["PostsAnswer", "guideline_posts"]


@dataclass(frozen=True)
class PostsAnswer:
    """The posts that each county needs.

    Attributes
    ----------
    question
        What was asked.
    profession
        English label of the profession that the guideline is about.
    table
        One row a county; columns in `careersim.outputs.posts_table.POSTS_COLUMNS`.
    together
        Share of replications in which all counties asked about meet the guideline at once: with the luck
        of the search, and with other luck.
    notes
        What to beware of.
    runs, seconds
        How many runs the search took, and how long.
    """

    question: Question
    profession: str
    table: pl.DataFrame
    together: tuple[float, float]
    notes: tuple[str, ...]
    runs: int
    seconds: float

    def print(self, console: Console) -> None:
        """Print the answer as a table."""
        print_posts(self.table, self.question, self.profession, self.together, self.notes, console)

    def summary(self, width: int = POSTS_WIDTH) -> str:
        """Tell the answer in plain text, so many characters wide."""
        stream = StringIO()
        self.print(Console(file=stream, width=width, color_system=None, highlight=False))
        return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"

    def data(self) -> dict[str, Any]:
        """Give the answer as plain data, for other programs."""
        counties = [COUNTY_CODES[index] for index in self.question.counties]
        mode = "all" if len(counties) == COUNTIES else "only"
        return {
            "question": {**asdict(self.question), "counties": counties, "mode": mode},
            "sentence": question_words(self.question, self.profession),
            "counties": self.table.to_dicts(),
            "together": self.together[0],
            "together_fresh": self.together[1],
            "notes": list(self.notes),
            "runs": self.runs,
            "seconds": round(self.seconds, 1),
        }


def guideline_posts(
    config: str | Path,
    *,
    target_year: int,
    probability: float,
    first_year: int | None = None,
    reading: Reading = "list",
    basis: Basis = "headcount",
    counties: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> PostsAnswer:
    """Find the smallest constant number of training posts with which each county meets the guideline.

    Parameters
    ----------
    config
        Path of a run file; its levers count, and its `guideline` says which profession.
    target_year
        The guideline is to be met at the end of this year.
    probability
        In at least this share of the replications; above 0 and below 1.
    first_year
        Posts change from this year on: 2027 by default, or the first simulated year if that is later.
    reading
        `list`: specialists and trainees reach all inhabitants. `ratio`: specialists alone.
    basis
        `headcount` or `fte`.
    counties
        Codes or names: only the posts of these change, and the others keep those of the run. All by default.
    replications, seed
        Instead of what the run file says.
    progress
        Called with the number of finished runs and how many there are at most.

    Raises
    ------
    UserError
        If a file or an argument is wrong, or the profession has no posts; nothing has been computed then.
    """
    started = perf_counter()
    if not 0 < probability < 1:
        raise UserError(
            f"probability {probability:g}", where="probability",
            expected="a share above 0 and below 1",
            remedy="write 80 % as 0.8; no number of replications shows that something is certain",
        )  # fmt: skip
    _check_choice("reading", reading, get_args(Reading))
    _check_choice("basis", basis, get_args(Basis))
    if seed is not None and not 0 <= seed < 2**64:
        raise UserError(f"seed {seed}", where="seed", expected="0 to 18446744073709551615 (2**64 - 1)")
    chosen = tuple(sorted({_county(word) for word in counties})) or tuple(range(COUNTIES))
    run, model = read_model(config)
    spec = run.spec.guideline
    own = [one for one in model.professions if one.name == spec.profession]
    question = Question(
        target_year=target_year,
        probability=probability,
        first_year=_first_year(own[0].start_year if own else 0) if first_year is None else first_year,
        reading=reading,
        basis=basis,
        counties=chosen,
        replications=run.spec.replications if replications is None else replications,
        seed=run.spec.seed if seed is None else seed,
    )
    check_limits(model, replications=question.replications, threads=None)
    needed = posts_needed(model, spec, question, population_source(model, run.panels), progress)
    table = posts_table(needed, question, spec, model.demand)
    return PostsAnswer(
        question=question,
        profession=own[0].label_en,
        table=table,
        together=(needed.found.together, needed.fresh.together),
        notes=tuple(_notes(question, table)),
        runs=needed.runs,
        seconds=perf_counter() - started,
    )


_NEXT_YEAR = 2027
"""First year whose posts can still be decided on when this was written."""


def _first_year(start_year: int) -> int:
    return max(_NEXT_YEAR, start_year + 1)


def _notes(question: Question, table: pl.DataFrame) -> list[str]:
    """What to beware of in this answer."""
    notes = []
    count, probability = question.replications, question.probability
    least = math.ceil(1 / min(probability, 1 - probability) - 1e-9)
    if count < least:
        notes.append(
            f"{count} replications are too few for a probability of {probability:g}: shares are told apart "
            f"in steps of 1/{count}. Take {least} at the very least, better {5 * least}."
        )
    asked = table.filter(pl.col("asked"))
    unsettled = asked.filter((pl.col("stop") == "unsettled") | ~pl.col("smallest"))
    if len(unsettled):
        notes.append(
            "The search ended before it was seen that one post less is too few, or that more do not help: "
            f"{_names(unsettled)}."
        )
    doubtful = asked.filter(~pl.col("met") & (pl.col("share_fresh_high") >= probability))
    if len(doubtful):
        notes.append(
            f"Chance decides for {_names(doubtful)}: no number suffices with the luck of the search, but the "
            f"interval with other luck holds {probability:g}. Ask again with more replications."
        )
    flattered = asked.filter(pl.col("met") & (pl.col("share_fresh_high") < probability))
    if len(flattered):
        notes.append(
            f"The luck of the search was good for {_names(flattered)}: with other luck the share lies below "
            f"{probability:g}. Ask again with more replications."
        )
    notes.append(
        "Shares carry chance only, at fixed parameters: probabilities of the model, not of Sweden. How many "
        "apply and how many can be supervised are assumptions."
    )
    return notes


def _names(rows: pl.DataFrame) -> str:
    return ", ".join(COUNTY_NAMES[code] for code in rows["county_code"])


def _check_choice(name: str, given: str, choices: Sequence[str]) -> None:
    if given not in choices:
        raise UserError(
            f"unknown {name} '{given}'", where=name, expected=f"one of {', '.join(choices)}",
            nearest=nearest_name(given, choices),
        )  # fmt: skip


def _county(word: str) -> int:
    """Index of a county by code or name."""
    codes = {name.casefold(): code for code, name in COUNTY_NAMES.items()} | {
        code: code for code in COUNTY_NAMES
    }
    code = codes.get(word.casefold())
    if code is None:
        raise UserError(
            f"unknown county '{word}'", where="county",
            expected="a two-digit code such as 01, or a name such as Stockholm",
            nearest=nearest_name(word, [*COUNTY_NAMES.values(), *COUNTY_NAMES]),
        )  # fmt: skip
    return COUNTY_CODES.index(code)
