"""`posts_table`: the posts that each county needs, as a typed table beside DLF's formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from careersim.config.run_spec import GuidelineSpec
from careersim.experiment.posts_besides import area_shares
from careersim.experiment.posts_national import NationalPosts
from careersim.experiment.posts_needed import Needed
from careersim.experiment.posts_runs import Floats, Question
from careersim.flows.areas import AREA_CODES
from careersim.flows.attainment import wilson
from careersim.flows.constraints import CONSTRAINTS
from careersim.flows.guideline import inhabitants_by_area, list_sizes
from careersim.model.graph import Demand
from careersim.outputs.columns import TableColumn
from careersim.published import dlf_formula
from careersim.schema import COUNTIES, COUNTY_CODES

__all__ = ["POSTS_COLUMNS", "posts_table"]


def _share(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Float64", "share", label)


POSTS_COLUMNS = (
    TableColumn("county_code", "String", "code", "County"),
    TableColumn("asked", "Boolean", "truth", "Whether its posts were searched; others keep those of the run"),
    TableColumn("posts_as_is", "Int64", "posts", "Posts of the run in the first year"),
    TableColumn(
        "posts", "Int64", "posts",
        "Smallest number found, from the first year on; where none suffices, beyond which more stay empty",
    ),
    TableColumn("met", "Boolean", "truth", "Whether these posts suffice"),
    TableColumn(
        "smallest", "Boolean", "truth", "Whether one less was seen to be too few; null if no number helps"
    ),
    TableColumn("times", "Float64", "ratio", "`posts` over `posts_as_is`; null if there are none"),
    TableColumn(
        "stop", "String", "name",
        "What stops a county that no number helps: time, supervisors, applicants, others, unsettled",
    ),
    _share("share_as_is", "Replications that meet the guideline in the run as it is"),
    _share("share", "The same with `posts`, with the luck of the search (chosen to be just enough)"),
    _share("share_one_less", "The same with one post less; null where that was not tried"),
    _share("share_fresh", "The same with `posts`, with other luck"),
    _share("share_fresh_low", "Lower end of its 95 % Wilson interval"),
    _share("share_fresh_high", "Upper end of its 95 % Wilson interval"),
    TableColumn("specialists", "Float64", "persons or full-time equivalents", "In the target year; median"),
    TableColumn("trainees", "Float64", "persons or full-time equivalents", "In the target year; median"),
    TableColumn("filled", "Float64", "persons", "Posts taken in the target year; median"),
    *(
        _share(f"{name}_bind", f"Years from the first, and replications, in which {name} bind")
        for name in CONSTRAINTS
    ),
    _share("share_unsupervised", "With posts in plenty and no limit of supervision; null where posts help"),
    _share("share_twice_applications", "With posts in plenty and twice the rate of application"),
    _share("share_both", "With all three"),
    TableColumn(
        "applications_needed", "Float64", "ratio",
        "Least factor on the rate of application (1, 1.5, 2, 3, 5) with which posts in plenty and no "
        "limit of "
        "supervision suffice; null if none does",
    ),
    TableColumn(
        "supervision_needed", "Float64", "trainees per full-time equivalent",
        "Trainees per full-time equivalent of the workforce at the peak then",
    ),
    _share(
        "share_with_substitution",
        "As `share`, what other professions stand for added to the full-time equivalents; null if nobody "
        "does",
    ),
    TableColumn("dlf_need", "Float64", "persons", "Specialists needed in the target year, by DLF's formula"),
    TableColumn(
        "dlf_trainees", "Float64", "persons",
        "Trainees with which DLF's formula has them by then, from the run's specialists a year before; "
        "null in "
        "readings that are not of the guideline",
    ),
)  # fmt: skip
"""Columns of the table, which has a row a county, and one of the nation before them if that was asked for."""


def posts_table(
    needed: Needed | NationalPosts,
    question: Question,
    guideline: GuidelineSpec,
    demand: Demand,
    helped: Floats | None = None,
) -> pl.DataFrame:
    """Tabulate an answer.

    Parameters
    ----------
    needed
        The answer for counties, or for the nation.
    question, guideline, demand
        What was asked.
    helped
        Share that meets it with what other professions stand for, by area (the nation first).

    Returns
    -------
    `POSTS_COLUMNS`. In the ratio reading the need of the formula is that of the ratio. With the nation's
    answer the rows of the counties say what their part of it gives them; they are not asked about.
    """
    need, trainees = _closed_form(needed, question, guideline, demand)
    columns = (
        _national_columns(needed, question)
        if isinstance(needed, NationalPosts)
        else _columns(needed, question)
    )
    columns |= {
        "share_with_substitution": np.full(COUNTIES + 1, np.nan) if helped is None else helped,
        "dlf_need": need,
        "dlf_trainees": trainees,
    }
    table = {name: list(cells)[-len(columns["county_code"]) :] for name, cells in columns.items()}
    table["times"] = [
        posts / before if before else None
        for posts, before in zip(table["posts"], table["posts_as_is"], strict=True)
    ]
    schema = {column.name: getattr(pl, column.dtype) for column in POSTS_COLUMNS}
    ordered = {name: table[name] for name in schema}
    return pl.DataFrame(ordered, schema=schema).with_columns(pl.selectors.float().fill_nan(None))


def _columns(needed: Needed, question: Question) -> dict[str, Any]:
    """The counties' answer."""
    too_few = (needed.posts == 0) | (needed.one_less < question.probability)
    return {
        "county_code": COUNTY_CODES,
        "asked": needed.asked,
        "posts_as_is": needed.today,
        "posts": needed.posts,
        "met": np.where(needed.asked, needed.met, needed.found.lack <= 0),
        "smallest": [
            bool(too_few[c]) if needed.met[c] and needed.searched else None for c in range(COUNTIES)
        ],
        "stop": [stop or None for stop in needed.stop],
        "share_one_less": needed.one_less,
        **_lived(needed, slice(1, None)),
    }


def _national_columns(needed: NationalPosts, question: Question) -> dict[str, Any]:
    """The nation's answer, and the counties' parts of it."""
    number = int(needed.posts.sum())
    few, share = needed.less
    smallest = needed.searched and (number == 0 or few == number - 1)
    nothing = [None] * COUNTIES
    return {
        "county_code": AREA_CODES,
        "asked": [True, *[False] * COUNTIES],
        "posts_as_is": [int(needed.today.sum()), *needed.today],
        "posts": [number, *needed.posts],
        "met": [needed.met, *(needed.found.share >= question.probability)],
        "smallest": [smallest if needed.met and needed.searched else None, *nothing],
        "stop": [needed.stop or None, *nothing],
        "share_one_less": [share if needed.met and smallest else None, *nothing],
        **_lived(needed, slice(None)),
    }


def _lived(needed: Needed | NationalPosts, areas: slice) -> dict[str, Any]:
    """What the runs gave, by area."""
    found, more = needed.found, needed.besides
    share = area_shares(needed.fresh)
    low, high = wilson(np.rint(share * needed.fresh.replications).astype(np.int64), needed.fresh.replications)
    weights = np.maximum(needed.today, 1) / np.maximum(needed.today, 1).sum()
    binding = np.concatenate([(weights @ found.binding)[None], found.binding])
    cells = {
        "share_as_is": area_shares(needed.as_is),
        "share": area_shares(found),
        "share_fresh": share,
        "share_fresh_low": low,
        "share_fresh_high": high,
        "specialists": np.concatenate([[found.nation.specialists], found.specialists]),
        "trainees": np.concatenate([[found.nation.trainees], found.trainees]),
        "filled": np.concatenate([[found.nation.filled], found.filled]),
        **{f"{name}_bind": binding[:, k] for k, name in enumerate(CONSTRAINTS)},
        "share_unsupervised": more.unsupervised,
        "share_twice_applications": more.applications,
        "share_both": more.both,
        "applications_needed": more.factor,
        "supervision_needed": more.supervision,
    }
    return {name: values[areas] for name, values in cells.items()}


def _closed_form(
    needed: Needed | NationalPosts, question: Question, guideline: GuidelineSpec, demand: Demand
) -> tuple[list[float], list[float]]:
    """Need and trainees by DLF's formula, by area (the nation first); NaN in other readings.

    The horizon counts the first and the target year: in all of them trainees can be certified.
    """
    if question.reading not in ("list", "ratio"):
        nothing = [float("nan")] * (COUNTIES + 1)
        return nothing, nothing
    per_specialist, per_trainee = list_sizes(demand, guideline, (question.target_year,))
    settings = dlf_formula.Settings(
        training_years=guideline.training_years,
        career_years=guideline.career_years,
        inhabitants_per_specialist=per_specialist.item(),
        inhabitants_per_trainee=per_trainee.item(),
        horizon_years=question.target_year - question.first_year + 1,
    )
    inhabitants = inhabitants_by_area(demand, (question.target_year,))[0]
    if question.reading == "list":
        need = [dlf_formula.need(settings, float(count)) for count in inhabitants]
    else:
        need = [float(count) / settings.inhabitants_per_specialist for count in inhabitants]
    there = [needed.as_is.nation.before, *needed.as_is.before]
    return need, [
        dlf_formula.trainees_needed(settings, needs, float(has))
        for needs, has in zip(need, there, strict=True)
    ]
