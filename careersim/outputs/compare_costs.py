"""Costs of a comparison: differences by year and over the run, cost per added full-time year, deadweight.

Scenario less baseline, replication by replication, each run with its own prices; a run without prices takes
those of the baseline. Without prices in the baseline the tables are empty.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.experiment.compare import Paired, PairedRun
from careersim.flows.areas import AREA_CODES
from careersim.flows.costs import COMPONENTS, TOTAL, CostArrays, cost_arrays, discounted
from careersim.flows.paired import paired_columns
from careersim.flows.ratio import Mean, ratio_of_means
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels
from careersim.flows.workforce import group_counts
from careersim.model.costs import Costs, resolve_costs
from careersim.outputs.columns import empty_table
from careersim.outputs.compare_columns import COMPARISON_TABLES
from careersim.outputs.compare_deadweight import deadweight_table

__all__ = ["BASES", "COST_NOTE", "NO_PRICES", "cost_tables", "prices_of", "scenario_costs"]

BASES = ("total", "without_pay_bill")
"""What a gain is divided into: all costs, or what is spent besides the pay of those who serve."""

NO_PRICES = "Costs are not compared: the baseline gives no prices (key `costs`, docs/reference/costs.md)."

COST_NOTE = (
    "Costs are at constant prices of the run files, several of them assumptions; their intervals carry "
    "chance only."
)

Floats = NDArray[np.float64]


def cost_tables(paired: Paired) -> Iterator[tuple[str, pl.DataFrame]]:
    """Tabulate the costs of a comparison.

    Parameters
    ----------
    paired
        Counts of the baseline and of every scenario in the same replications.

    Yields
    ------
    Parts of the tables `cost_differences`, `cost_totals`, `cost_effectiveness` and `deadweight` of
    `careersim.outputs.compare_columns`.
    """
    ours = prices_of(paired.baseline)
    if ours is None:
        return
    guideline = paired.baseline.asked.run.spec.guideline.profession
    for scenario in paired.scenarios:
        theirs = scenario_costs(scenario, ours)
        for name, series in scenario.series.items():
            one, two = cost_arrays(paired.baseline.series[name], ours), cost_arrays(series, theirs)
            if one is None or two is None:
                continue
            yield "cost_differences", _by_year(one, two, scenario.asked.name, name)
            yield "cost_totals", _over_the_run(one, two, ours, theirs, scenario.asked.name, name)
            if name == guideline:
                before = paired.baseline.series[name]
                yield (
                    "cost_effectiveness",
                    _effectiveness(one, two, before, series, ours, theirs, scenario.asked.name),
                )
            if series.profession.bonuses:
                before, tallies = paired.baseline.series[name], scenario.tallies[name]
                yield "deadweight", deadweight_table(before, series, tallies, theirs, scenario.asked.name)


def prices_of(run: PairedRun) -> Costs | None:
    """Prices of a run; None if its file has none."""
    return resolve_costs(run.asked.run, run.asked.model)


def scenario_costs(scenario: PairedRun, baseline: Costs) -> Costs:
    """Prices of a scenario; without any those of the baseline."""
    return prices_of(scenario) or baseline


def _by_year(one: CostArrays, two: CostArrays, scenario: str, profession: str) -> pl.DataFrame:
    parts = []
    for item in (*COMPONENTS, TOTAL):
        before, after = one.component(item), two.component(item)
        table = labels({"year": one.years, "county_code": AREA_CODES}, before.shape[1:])
        parts.append(
            table.select(
                pl.lit(scenario).alias("scenario"),
                pl.lit(profession).alias("profession"),
                pl.col("county_code"),
                pl.col("year"),
                pl.lit(item).alias("item"),
                *paired_columns(before, after),
            )
        )
    return pl.concat(parts)


def _over_the_run(
    one: CostArrays, two: CostArrays, ours: Costs, theirs: Costs, scenario: str, profession: str
) -> pl.DataFrame:
    parts = []
    for kind, base, other in (("undiscounted", None, None), ("discounted", ours, theirs)):
        for item in (*COMPONENTS, TOTAL):
            before = discounted(one.component(item), one.years, base)
            after = discounted(two.component(item), two.years, other)
            table = labels({"county_code": AREA_CODES}, before.shape[1:])
            parts.append(
                table.select(
                    pl.lit(scenario).alias("scenario"),
                    pl.lit(profession).alias("profession"),
                    pl.col("county_code"),
                    pl.lit(kind).alias("discounting"),
                    pl.lit(item).alias("item"),
                    *paired_columns(before, after),
                )
            )
    return pl.concat(parts)


def _effectiveness(
    one: CostArrays,
    two: CostArrays,
    before: ProfessionSeries,
    after: ProfessionSeries,
    ours: Costs,
    theirs: Costs,
    scenario: str,
) -> pl.DataFrame:
    """Cost per added full-time year of the guideline's specialists, by area."""
    added = group_counts(after, "workforce", "fte")[:, 1:] - group_counts(before, "workforce", "fte")[:, 1:]
    rows = []
    for kind, base, other in (("undiscounted", None, None), ("discounted", ours, theirs)):
        gains = discounted(added, one.years, base)
        for basis in BASES:
            items = [TOTAL] if basis == "total" else [item for item in COMPONENTS if item != "pay_bill"]
            costs = sum(
                discounted(two.component(item), two.years, other)
                - discounted(one.component(item), one.years, base)
                for item in items
            )
            for area, code in enumerate(AREA_CODES):
                found = ratio_of_means(np.asarray(costs)[:, area], gains[:, area])
                rows.append(
                    {
                        "scenario": scenario,
                        "profession": before.profession.name,
                        "county_code": code,
                        "discounting": kind,
                        "basis": basis,
                        **_mean("cost", found.cost),
                        **_mean("added_fte_years", found.gain),
                        "cost_per_fte_year": found.ratio,
                        "ratio_low": found.low,
                        "ratio_high": found.high,
                        "verdict": found.verdict,
                        "replications": len(gains),
                    }
                )
    return pl.DataFrame(rows, schema=empty_table("cost_effectiveness", COMPARISON_TABLES).schema)


def _mean(name: str, found: Mean) -> dict[str, float | None]:
    ends = {"mean": found.mean, "low": found.low, "high": found.high}
    return {f"{name}_{end}": value if np.isfinite(value) else None for end, value in ends.items()}
