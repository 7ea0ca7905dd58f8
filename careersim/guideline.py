"""How many training posts, or how much intake, each county or the nation needs in a given year.

`guideline_posts` is to the command `careersim guideline` what `careersim.simulate.simulate` is to `run`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl
from rich.console import Console

from careersim.config.loaded import LoadedRun
from careersim.experiment.limits import check_limits
from careersim.experiment.planned import Planned
from careersim.experiment.posteriors import Posterior
from careersim.experiment.posts_helped import helped_share
from careersim.experiment.posts_national import NationalPosts, national_posts
from careersim.experiment.posts_needed import Needed, posts_needed
from careersim.experiment.posts_question import posts_question
from careersim.experiment.posts_runs import Basis, Question, Reading, World, profession_of
from careersim.experiment.replicate import Progress
from careersim.experiment.sources import population_source
from careersim.model.assemble import read_model
from careersim.model.graph import Model
from careersim.outputs.posts_notes import posts_notes
from careersim.outputs.posts_principals import principals_table
from careersim.outputs.posts_table import posts_table
from careersim.outputs.posts_text import POSTS_WIDTH, print_posts, question_words
from careersim.outputs.uncertainty_text import source_words
from careersim.schema import COUNTIES, COUNTY_CODES

__all__ = ["PostsAnswer", "guideline_posts"]


@dataclass(frozen=True)
class PostsAnswer:
    """The posts that each county needs.

    Attributes
    ----------
    question
        What was asked.
    profession
        English label of the profession that was asked about.
    lever
        What was searched: posts of a pool, or the intake of a stream.
    earliest
        First year in which the lever can add to the workforce.
    table
        One row a county, after one of the nation (00) if that was asked for; columns in
        `careersim.outputs.posts_table.POSTS_COLUMNS`.
    principals
        The posts by who employs; columns in `careersim.outputs.posts_principals.PRINCIPALS_COLUMNS`.
    together
        Share of replications in which all counties asked about meet it at once: with the luck of the search,
        and with other luck.
    notes
        What to beware of.
    draws
        Of how many draws of the uncertain numbers the replications are; 0 for fixed parameters.
    runs, seconds
        How many runs the search took, and how long.
    """

    question: Question
    profession: str
    lever: Planned
    earliest: int
    table: pl.DataFrame
    principals: pl.DataFrame
    together: tuple[float, float]
    notes: tuple[str, ...]
    draws: int
    runs: int
    seconds: float

    def print(self, console: Console) -> None:
        """Print the answer as a table."""
        print_posts(
            self.table, self.principals, self.question, self.profession, self.together, self.notes, console,
            lever=self.lever, draws=self.draws,
        )  # fmt: skip

    def summary(self, width: int = POSTS_WIDTH) -> str:
        """Tell the answer in plain text, so many characters wide."""
        stream = StringIO()
        self.print(Console(file=stream, width=width, color_system=None, highlight=False))
        return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"

    def data(self) -> dict[str, Any]:
        """Give the answer as plain data, for other programs."""
        counties = [COUNTY_CODES[index] for index in self.question.counties]
        mode = "national" if self.question.national else "all" if len(counties) == COUNTIES else "only"
        return {
            "question": {**asdict(self.question), "counties": counties, "mode": mode},
            "sentence": question_words(self.question, self.profession, self.lever, self.draws),
            "lever": {"kind": self.lever.kind, "name": self.lever.name},
            "earliest_year": self.earliest,
            "draws": self.draws,
            "counties": self.table.to_dicts(),
            "principals": self.principals.to_dicts(),
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
    reading: Reading | None = None,
    basis: Basis | None = None,
    counties: Sequence[str] = (),
    national: bool = False,
    profession: str | None = None,
    demand: float | None = None,
    lever: str | None = None,
    draws: int | None = None,
    posterior: Posterior | None = None,
    replications: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> PostsAnswer:
    """Find the smallest constant number of posts, or yearly intake, with which what is asked is met.

    Parameters
    ----------
    config
        Path of a run file; its levers count, and its `guideline` says which profession.
    target_year
        It is to be met at the end of this year.
    probability
        In at least this share of the replications; above 0 and below 1.
    first_year
        Posts change from this year on: 2027 by default, or the first simulated year if that is later.
    reading
        `list`: specialists and trainees reach all inhabitants. `ratio`: specialists alone. `density`: the
        workforce keeps up with the inhabitants. `demand`: one full-time equivalent for `demand` inhabitants.
        By default `list` for the guideline's profession; for the others `demand` if it is given, and
        `density` if not.
    basis
        `headcount` or `fte`; by default `fte` for `demand`, and `headcount` for the others.
    counties
        Codes or names: only the posts of these change, and the others keep those of the run. All by default.
    national
        One number for the nation, spread over the counties as the posts of the run are.
    profession
        Instead of the guideline's.
    demand
        Inhabitants per full-time equivalent; by default as `demand: inhabitants_per_fte` of the run file.
    lever
        Pool or stream that is searched; by default what the career file declares under `planning`.
    draws
        Draw the uncertain numbers of the run so often from their priors: each replication has another draw.
        The number of replications is that of the draws unless it is given.
    posterior
        Parquet files with draws, as calibrations write them (`careersim.experiment.posteriors`), used in the
        same way; with `draws`, so many of them.
    replications, seed
        Instead of what the run file says.
    progress
        Called with the number of finished runs and how many there are at most.

    Raises
    ------
    UserError
        If a file or an argument is wrong, or the profession has no lever; nothing has been computed then.
    """
    started = perf_counter()
    run, model = read_model(config)
    question = posts_question(
        run.spec, model, target_year=target_year, probability=probability, first_year=first_year,
        reading=reading, basis=basis, counties=counties, national=national, profession=profession,
        demand=demand, lever=lever, replications=draws if replications is None else replications, seed=seed,
    )  # fmt: skip
    check_limits(model, replications=question.replications, threads=None)
    worlds, drawn_note = _worlds(run, question, draws, posterior)
    spec, source = run.spec.guideline, population_source(model, run.panels)
    search = national_posts if national else posts_needed
    needed: Needed | NationalPosts = search(model, spec, question, source, progress, worlds)
    helped = helped_share(model, spec, question, source, needed.found)
    table = posts_table(needed, question, spec, model.demand, helped)
    return PostsAnswer(
        question=question,
        profession=_one(model, question).label_en,
        lever=needed.lever,
        earliest=needed.earliest,
        table=table,
        principals=principals_table(needed.found, needed.posts),
        together=(needed.found.together, needed.fresh.together),
        notes=(*drawn_note, *posts_notes(question, table, needed, _one(model, question), draws=len(worlds))),
        draws=len(worlds),
        runs=needed.runs,
        seconds=perf_counter() - started,
    )


def _one(model: Model, question: Question) -> Any:
    return profession_of(model, str(question.profession))


def _worlds(
    run: LoadedRun, question: Question, draws: int | None, posterior: Posterior | None
) -> tuple[list[World], tuple[str, ...]]:
    """One world for each draw, and what is to be said of the draws."""
    if draws is None and posterior is None:
        return [], ()
    from careersim.experiment.posts_worlds import chosen_draws, drawn_worlds

    found = chosen_draws(run, draws=draws, posterior=posterior, seed=question.seed)
    # Other luck comes with other draws, if there are enough.
    worlds = drawn_worlds(run, found.draws, 2 * question.replications, str(question.profession))
    return worlds, (f"Draws are from {source_words(one.file for one in found.files)}.",)
