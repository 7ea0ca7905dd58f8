"""`posts_table`: the posts that each county needs, as a typed table beside DLF's formula."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from careersim.config.run_spec import GuidelineSpec
from careersim.experiment.posts_needed import Needed
from careersim.experiment.posts_runs import Question
from careersim.flows.attainment import wilson
from careersim.flows.constraints import CONSTRAINTS
from careersim.flows.guideline import inhabitants_by_area
from careersim.model.graph import Demand
from careersim.outputs.columns import TableColumn
from careersim.published import dlf_formula
from careersim.schema import COUNTY_CODES

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
    TableColumn("dlf_need", "Float64", "persons", "Specialists needed in the target year, by DLF's formula"),
    TableColumn(
        "dlf_trainees", "Float64", "persons",
        "Trainees with which DLF's formula has them by then, from the run's specialists a year before",
    ),
)  # fmt: skip
"""Columns of the table, which has a row a county."""


def posts_table(needed: Needed, question: Question, guideline: GuidelineSpec, demand: Demand) -> pl.DataFrame:
    """Tabulate an answer.

    Returns
    -------
    `POSTS_COLUMNS`, one row a county. In the ratio reading the need of the formula is that of the ratio.
    """
    hits = np.rint(needed.fresh.share * needed.fresh.replications).astype(np.int64)
    low, high = wilson(hits, needed.fresh.replications)
    need, trainees = _closed_form(needed, question, guideline, demand)
    too_few = (needed.posts == 0) | (needed.one_less < question.probability)
    smallest = [
        bool(too_few[c]) if needed.met[c] and needed.searched else None for c in range(len(COUNTY_CODES))
    ]
    columns: dict[str, Any] = {
        "county_code": list(COUNTY_CODES),
        "asked": needed.asked,
        "posts_as_is": needed.today,
        "posts": needed.posts,
        "met": np.where(needed.asked, needed.met, needed.found.lack <= 0),
        "smallest": smallest,
        "stop": [stop or None for stop in needed.stop],
        "share_as_is": needed.as_is.share,
        "share": needed.found.share,
        "share_one_less": needed.one_less,
        "share_fresh": needed.fresh.share,
        "share_fresh_low": low,
        "share_fresh_high": high,
        "specialists": needed.found.specialists,
        "trainees": needed.found.trainees,
        "filled": needed.found.filled,
        **{f"{name}_bind": needed.found.binding[:, k] for k, name in enumerate(CONSTRAINTS)},
        "share_unsupervised": needed.besides.unsupervised,
        "share_twice_applications": needed.besides.applications,
        "share_both": needed.besides.both,
        "dlf_need": need,
        "dlf_trainees": trainees,
    }
    schema = {column.name: getattr(pl, column.dtype) for column in POSTS_COLUMNS}
    return pl.DataFrame(columns, schema=schema).with_columns(pl.selectors.float().fill_nan(None))


def _closed_form(
    needed: Needed, question: Question, guideline: GuidelineSpec, demand: Demand
) -> tuple[list[float], list[float]]:
    """Need and trainees by DLF's formula.

    The horizon counts the first and the target year: in all of them trainees can be certified.
    """
    settings = dlf_formula.Settings(
        training_years=guideline.training_years,
        career_years=guideline.career_years,
        inhabitants_per_specialist=guideline.inhabitants_per_specialist,
        inhabitants_per_trainee=guideline.inhabitants_per_trainee,
        horizon_years=question.target_year - question.first_year + 1,
    )
    inhabitants = inhabitants_by_area(demand, (question.target_year,))[0, 1:]
    if question.reading == "list":
        need = [dlf_formula.need(settings, float(count)) for count in inhabitants]
    else:
        need = [float(count) / guideline.inhabitants_per_specialist for count in inhabitants]
    there = needed.as_is.before
    return need, [
        dlf_formula.trainees_needed(settings, needs, float(has))
        for needs, has in zip(need, there, strict=True)
    ]
