"""`posts_notes`: what to beware of in an answer on posts or intake."""

from __future__ import annotations

import math

import polars as pl

from careersim.experiment.posts_national import NationalPosts
from careersim.experiment.posts_needed import Needed
from careersim.experiment.posts_runs import Question
from careersim.model.graph import Profession
from careersim.types import COUNTY_NAMES

__all__ = ["chance_notes", "posts_notes"]


def posts_notes(
    question: Question,
    table: pl.DataFrame,
    needed: Needed | NationalPosts,
    profession: Profession,
    *,
    draws: int,
) -> list[str]:
    """Tell what to beware of.

    Parameters
    ----------
    question, table, needed
        The question, the answer as a table, and the answer.
    profession
        That was asked about, as in the run.
    draws
        Of how many draws of the uncertain numbers the replications are; 0 for fixed parameters.
    """
    notes = [*_lever_notes(question, table, needed, profession), *chance_notes(question, table)]
    if draws:
        notes.append(
            f"Shares carry chance and the uncertainty of parameters ({draws} draws, one a replication in "
            f"turn); "
            "the posts before the first year are drawn too. What has no prior is as certain as it is written."
        )
    else:
        notes.append(
            "Shares carry chance only, at fixed parameters: probabilities of the model, not of Sweden. "
            "How many "
            "apply and how many can be supervised are assumptions."
        )
    return notes


def chance_notes(question: Question, table: pl.DataFrame) -> list[str]:
    """Where chance or the end of the search decides."""
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
    return notes


def _lever_notes(
    question: Question, table: pl.DataFrame, needed: Needed | NationalPosts, profession: Profession
) -> list[str]:
    """What the lever cannot do, and what it takes for granted."""
    notes = []
    lever, earliest = needed.lever, needed.earliest
    if (table.filter(pl.col("asked"))["stop"] == "time").any():
        notes.append(
            f"Too late: who begins in {question.first_year} joins the workforce in {earliest} at the "
            f"earliest, "
            f"so that nothing begun then changes {question.target_year}."
        )
    elif lever.kind == "intake":
        notes.append(
            f"Who begins in {question.first_year} joins the workforce in {earliest} at the earliest: "
            f"{question.target_year - earliest + 1} years of intake count by {question.target_year}. The "
            f"later "
            "the first year and the nearer the target, the more each of them must bring."
        )
    if lever.kind == "intake":
        notes.append(
            "Whether so many apply for the education, are admitted and taught is outside the model: compare "
            "the intake needed with that of today (column times)."
        )
    for pool, taken in zip(lever.keeps_up, needed.found.kept_up, strict=True):
        notes.append(
            f"{profession.pools[pool].label_en} are taken to follow from {question.first_year} on: "
            f"{taken:,.0f} "
            f"are held in {question.target_year} (nation, median)."
        )
    asked = table.filter(pl.col("asked") & ~pl.col("met") & pl.col("share_both").is_not_null())
    for (factor,), rows in asked.partition_by(
        "applications_needed", maintain_order=True, as_dict=True
    ).items():
        if factor is None:
            notes.append(
                f"{_names(rows)}: not even five times today's rate of application and no limit of "
                "supervision would do; only time, or moves from elsewhere."
            )
        else:
            apply = "as many applications as today" if factor == 1 else f"{factor:g} times the applications"
            peak = ", ".join(f"{needed:.1f}" for needed in rows["supervision_needed"])
            notes.append(
                f"{_names(rows)} would need {apply}, posts for all who then train, and supervision at the "
                f"peak of {peak} trainees per full-time equivalent{' in turn' if len(rows) > 1 else ''}."
            )
    return notes


def _names(rows: pl.DataFrame) -> str:
    return ", ".join("Sweden" if code == "00" else COUNTY_NAMES[code] for code in rows["county_code"])
