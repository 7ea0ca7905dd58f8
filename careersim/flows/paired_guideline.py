"""The guideline in two runs with the same luck: coverage, and in which replications it is met."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.flows.areas import AREA_CODES
from careersim.flows.guideline import Standing, standings
from careersim.flows.paired import paired_columns
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels
from careersim.model.graph import Demand

__all__ = ["Standard", "guideline_difference_table"]

Standard = tuple[Demand, GuidelineSpec]
"""Inhabitants and guideline of a run; a scenario may change both."""

_CELLS = {"both": (True, True), "only_baseline": (True, False), "only_scenario": (False, True)}


def guideline_difference_table(
    baseline: ProfessionSeries,
    scenario: ProfessionSeries,
    ours: Standard,
    theirs: Standard,
    name: str,
    draws: int = 1,
) -> pl.DataFrame:
    """Compare the guideline of two runs, in the list reading.

    Parameters
    ----------
    baseline, scenario
        Counts of the guideline's profession in the same replications.
    ours, theirs
        What each run is measured by.
    name
        Of the scenario.
    draws
        As in `careersim.flows.paired.paired_statistics`.

    Returns
    -------
    Columns scenario, profession, county_code, year, basis; the paired statistics of coverage; and for
    `in_year` (at the end of the year) and `by_year` (at the end of this or an earlier year) the numbers of
    replications that meet it in `both` runs, `only_baseline`, `only_scenario` and `neither`, and the
    `change` of the share that does.
    """
    parts = []
    for one, two in zip(standings(baseline, ours[0]), standings(scenario, theirs[0]), strict=True):
        coverage = [_coverage(held, spec) for held, (_, spec) in ((one, ours), (two, theirs))]
        met = [cells >= 1.0 for cells in coverage]
        ever = [np.logical_or.accumulate(cells, axis=1) for cells in met]
        table = labels({"year": one.years, "county_code": AREA_CODES}, coverage[0].shape[1:])
        *paired, replications = paired_columns(coverage[0], coverage[1], draws)
        parts.append(
            table.select(
                pl.lit(name).alias("scenario"),
                pl.lit(baseline.profession.name).alias("profession"),
                pl.col("county_code", "year"),
                pl.lit(one.basis).alias("basis"),
                *paired,
                *_counts("in_year", *met),
                *_counts("by_year", *ever),
                replications,
            )
        )
    return pl.concat(parts)


def _coverage(held: Standing, spec: GuidelineSpec) -> NDArray[np.float64]:
    # A quotient of equal floats is exactly 1, so that met and coverage of at least 1 are the same.
    served = held.specialists * spec.inhabitants_per_specialist + held.trainees * spec.inhabitants_per_trainee
    return served / held.inhabitants


def _counts(when: str, one: NDArray[np.bool_], two: NDArray[np.bool_]) -> list[pl.Series]:
    """Replications by whether each run meets it, as in McNemar's test."""
    counts = {
        name: ((one == ours) & (two == theirs)).sum(axis=0).reshape(-1)
        for name, (ours, theirs) in _CELLS.items()
    }
    counts["neither"] = len(one) - sum(counts.values())
    change = (counts["only_scenario"] - counts["only_baseline"]) / len(one)
    columns = [pl.Series(f"{when}_{name}", cells.astype(np.int32)) for name, cells in counts.items()]
    return [*columns, pl.Series(f"{when}_change", change)]
