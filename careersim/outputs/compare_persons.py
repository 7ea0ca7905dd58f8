"""Who is affected by a scenario: persons by where both careers led, and since when they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from careersim.experiment.careers import CareerTally
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import tidy

__all__ = ["first_difference_table", "person_table"]


def person_table(series: ProfessionSeries, tallies: Sequence[CareerTally], name: str) -> pl.DataFrame:
    """Count persons by their places at the end of both runs.

    Parameters
    ----------
    series
        Of the scenario, for names.
    tallies
        One a replication.
    name
        Of the scenario.

    Returns
    -------
    Columns scenario, profession, baseline_state, scenario_state (null: not in that run), county_changed,
    career_changed, the statistics of the number of persons, and replications; without combinations that
    no replication has.
    """
    counts = np.stack([tally.ends for tally in tallies])
    cells = np.argwhere(counts.any(axis=0))
    states = [state.name for state in series.profession.states]
    found = tidy(counts[:, *cells.T], {"cell": [str(cell) for cell in range(len(cells))]})
    named: list[str | None] = [*states, None]
    paired = cells[:, :2].max(axis=1) < len(states)
    return found.select(
        pl.lit(name).alias("scenario"),
        pl.lit(series.profession.name).alias("profession"),
        pl.Series("baseline_state", [named[state] for state in cells[:, 0]], pl.String),
        pl.Series("scenario_state", [named[state] for state in cells[:, 1]], pl.String),
        pl.Series(
            "county_changed",
            [bool(moved) if both else None for moved, both in zip(cells[:, 2], paired.tolist(), strict=True)],
            pl.Boolean,
        ),
        pl.Series("career_changed", cells[:, 3].astype(np.bool_), pl.Boolean),
        pl.exclude("cell"),
    )


def first_difference_table(
    series: ProfessionSeries, tallies: Sequence[CareerTally], name: str
) -> pl.DataFrame:
    """Count persons of both runs whose careers have differed up to a year.

    Returns
    -------
    Columns scenario, profession, year, the statistics of the number of persons, `share` (mean share of the
    persons of both runs), `first_mean` (mean number of those whose career differs from this year on),
    replications.
    """
    counts = np.stack([tally.first for tally in tallies])
    both = np.array([tally.ends[:-1, :-1].sum() for tally in tallies])
    so_far = counts.cumsum(axis=1)
    share = (so_far / np.maximum(both, 1)[:, None]).mean(axis=0)
    found = tidy(so_far, {"year": series.years})
    return found.select(
        pl.lit(name).alias("scenario"),
        pl.lit(series.profession.name).alias("profession"),
        pl.exclude("replications"),
        pl.Series("share", share),
        pl.Series("first_mean", counts.mean(axis=0)),
        pl.col("replications"),
    )
