"""What DLF's formula says of a scenario, beside what the simulation says.

The formula counts a certificate a year for every `training_years` trainees, and need / career years as
retirements. It knows nothing of how long a post stays empty or who applies, so it is fed with the trainees
that the simulation has at the end of every year, in each run: specialists in year t are those of the base
year, plus for every year between the trainees / training_years - need / career years. The change that it
predicts is the line of the scenario less that of the baseline. As long as both runs have the same need, this
is the added trainees of all years up to t - 1, divided by the training years. What the simulation gives
beyond that or short of it is what the formula leaves out: part-time, leave, training broken off, moves,
exits, feedback.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import AREA_CODES
from careersim.flows.guideline import list_sizes, standing
from careersim.flows.paired_guideline import Standard
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels
from careersim.outputs.columns import empty_table
from careersim.outputs.compare_columns import COMPARISON_TABLES
from careersim.outputs.simple_systems import base_year

__all__ = ["simple_difference_table"]

Floats = NDArray[np.float64]


def simple_difference_table(
    baseline: ProfessionSeries, scenario: ProfessionSeries, ours: Standard, theirs: Standard, name: str
) -> pl.DataFrame:
    """Set the formula's change beside the simulated one, by headcount.

    Parameters
    ----------
    baseline, scenario
        Counts of the guideline's profession in the same replications.
    ours, theirs
        Inhabitants and guideline of each run.
    name
        Of the scenario.

    Returns
    -------
    The table `simple_differences` of `careersim.outputs.compare_columns`.
    """
    years = baseline.years
    first = years.index(base_year(years[0], years[-1]))
    if first == len(years) - 1:
        return empty_table("simple_differences", COMPARISON_TABLES)
    one, simulated_one = _line(baseline, ours, first)
    two, simulated_two = _line(scenario, theirs, first)
    columns = {}
    for who, change in (("simple", two - one), ("simulated", simulated_two - simulated_one)):
        marks = np.quantile(change, (0.1, 0.5, 0.9), axis=0)
        for mark, values in zip(("p10", "p50", "p90"), marks, strict=True):
            columns[f"{who}_{mark}"] = values.reshape(-1)
    table = labels({"year": years[first + 1 :], "county_code": AREA_CODES}, one.shape[1:])
    return table.select(
        pl.lit(name).alias("scenario"),
        pl.lit(baseline.profession.name).alias("profession"),
        pl.col("county_code", "year"),
        pl.lit("dlf").alias("system"),
        pl.lit("specialists").alias("quantity"),
        pl.lit(years[first], dtype=pl.Int32).alias("base_year"),
        *(pl.Series(column, values) for column, values in columns.items()),
        pl.lit(baseline.replications, dtype=pl.Int32).alias("replications"),
    )


def _line(series: ProfessionSeries, standard: Standard, first: int) -> tuple[Floats, Floats]:
    """Specialists by the formula and in the simulation, after the base year: replication x year x area."""
    demand, spec = standard
    held = standing(series, demand, "headcount")
    balance = spec.training_years / spec.career_years
    per_specialist, per_trainee = list_sizes(demand, spec, series.years)
    served = (per_specialist + per_trainee * balance)[first:-1]
    leaving = held.inhabitants[first] / served / spec.career_years
    added = held.trainees[:, first:-1] / spec.training_years - leaving
    return held.specialists[:, [first]] + added.cumsum(axis=1), held.specialists[:, first + 1 :]
