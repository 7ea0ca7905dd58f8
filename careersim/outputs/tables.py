"""`run_tables`: all tables of a run folder from the counts of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import polars as pl

from careersim.config.run_spec import GuidelineSpec
from careersim.engines.journal import EVENT_KINDS
from careersim.experiment.replicate import Replicated
from careersim.flows.attainment import first_year_table, met_table
from careersim.flows.constraints import constraint_table
from careersim.flows.durations import duration_table
from careersim.flows.event_table import event_table
from careersim.flows.flow_table import flow_table
from careersim.flows.guideline import guideline_table
from careersim.flows.stocks import replication_stocks, stock_table
from careersim.flows.uncertainty import level_uncertainty_table
from careersim.flows.workforce import workforce_table
from careersim.model.graph import Demand
from careersim.outputs.columns import empty_table
from careersim.outputs.simple_systems import simple_systems_table

__all__ = ["RunTables", "run_tables"]


@dataclass(frozen=True)
class RunTables:
    """Tables of a run.

    Attributes
    ----------
    summaries
        By name, without `replications`; computed.
    replications
        By profession; computed when collected, because they are long.
    """

    summaries: Mapping[str, pl.LazyFrame]
    replications: Mapping[str, pl.LazyFrame]


def run_tables(
    replicated: Replicated,
    demand: Demand,
    guideline: GuidelineSpec,
    *,
    events: bool,
    draws: int | None = None,
) -> RunTables:
    """Summarise a run.

    Parameters
    ----------
    replicated
        Counts of all professions and replications.
    demand, guideline
        Inhabitants and what is asked of them; the guideline's tables are empty if its profession is not
        part of the run.
    events
        Whether there is a table of person histories.
    draws
        Sets of parameter values that the replications belong to; there is a table `uncertainty` then.

    Returns
    -------
    Tables as declared in `careersim.outputs.columns`.
    """
    series = replicated.series
    tables = {
        "workforce": [workforce_table(one) for one in series.values()],
        "stocks": [stock_table(one) for one in series.values()],
        "flows": [flow_table(one) for one in series.values()],
        "constraints": [constraint_table(one) for one in series.values()],
        "durations": [
            duration_table(one.profession, replicated.durations[name], one.replications)
            for name, one in series.items()
        ],
        "guideline": [],
        "guideline_met": [],
        "guideline_first_year": [],
        "simple_systems": [simple_systems_table(series, demand, guideline)],
        "costs": [],
    }
    asked = series.get(guideline.profession)
    if asked is not None:
        tables["guideline"] = [guideline_table(asked, demand, guideline)]
        tables["guideline_met"] = [met_table(asked, demand, guideline)]
        tables["guideline_first_year"] = [first_year_table(asked, demand, guideline)]
    summaries = {name: pl.concat([empty_table(name), *parts]).lazy() for name, parts in tables.items()}
    if draws is not None:
        parts = [level_uncertainty_table(one, draws) for one in series.values()]
        summaries["uncertainty"] = pl.concat([empty_table("uncertainty"), *parts]).lazy()
    if events:
        summaries["events"] = _events(replicated)
    schema = empty_table("replications").schema
    replications = {
        name: pl.defer(partial(replication_stocks, one), schema=schema) for name, one in series.items()
    }
    return RunTables(summaries, replications)


def _events(replicated: Replicated) -> pl.LazyFrame:
    """One part for each page, so that writing never holds more than a few pages in names."""
    nothing = empty_table("events")
    pages = [
        pl.defer(
            partial(event_table, page.profession, page.replication, page.events, EVENT_KINDS),
            schema=nothing.schema,
        )
        for page in replicated.pages
    ]
    return pl.concat([nothing.lazy(), *pages])
