"""Costs of a comparison: differences by year and over the run, cost per added full-time year, deadweight.

Scenario less baseline, replication by replication, each run with its own prices; a run without prices takes
those of the baseline. Without prices in the baseline the tables are empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.experiment.compare import Paired, PairedRun
from careersim.flows.areas import AREA_CODES
from careersim.flows.costs import COMPONENTS, TOTAL, CostArrays, cost_arrays, over_years
from careersim.flows.paired import paired_columns
from careersim.flows.ratio import by_draw, ratio_of_means
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import labels
from careersim.flows.workforce import group_counts
from careersim.model.costs import Costs, resolve_costs
from careersim.outputs.columns import empty_table
from careersim.outputs.compare_columns import COMPARISON_TABLES
from careersim.outputs.compare_deadweight import deadweight_table, mean_columns

__all__ = ["BASES", "COST_NOTE", "DRAWN_COST_NOTE", "NO_PRICES", "cost_tables", "prices_of", "scenario_costs"]

BASES = ("total", "without_pay_bill")
"""What a gain is divided into: all costs, or what is spent besides the pay of those who serve."""

NO_PRICES = "Costs are not compared: the baseline gives no prices (key `costs`, docs/reference/costs.md)."

_COSTS_END = "Costs and gains end with the run: what late training gives after it is not counted."

COST_NOTE = (
    "Costs are at constant prices of the run files, several of them assumptions; their intervals carry "
    f"chance only. {_COSTS_END}"
)

DRAWN_COST_NOTE = (
    f"Prices of the run files are drawn with the other numbers, as far as they have a range. {_COSTS_END}"
)

_KINDS = ("undiscounted", "discounted")

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
    ours, draws = prices_of(paired.baseline), paired.draws or 1
    if not ours:
        return
    guideline = paired.baseline.asked.run.spec.guideline.profession
    for scenario in paired.scenarios:
        theirs, title = scenario_costs(scenario, ours), scenario.asked.name
        for name, series in scenario.series.items():
            before = paired.baseline.series[name]
            one, two = cost_arrays(before, ours), cost_arrays(series, theirs)
            if one is None or two is None:
                continue
            both = _Both(title, name, draws, one, two)
            yield "cost_differences", both.by_year()
            yield "cost_totals", both.over_the_run()
            if name == guideline:
                yield "cost_effectiveness", both.effectiveness(_added(before, series))
            if series.profession.bonuses:
                tallies = scenario.tallies[name]
                yield "deadweight", deadweight_table(before, series, tallies, theirs, title)


def prices_of(run: PairedRun) -> tuple[Costs, ...]:
    """Prices of a run, one set for each draw; nothing if its file has none."""
    if run.prices:
        return run.prices
    found = resolve_costs(run.asked.run, run.asked.model)
    return () if found is None else (found,)


def scenario_costs(scenario: PairedRun, baseline: tuple[Costs, ...]) -> tuple[Costs, ...]:
    """Prices of a scenario; without any those of the baseline."""
    return prices_of(scenario) or baseline


def _added(before: ProfessionSeries, after: ProfessionSeries) -> Floats:
    """Full-time equivalents that serve, scenario less baseline: replication x year x area."""
    return group_counts(after, "workforce", "fte")[:, 1:] - group_counts(before, "workforce", "fte")[:, 1:]


@dataclass(frozen=True)
class _Both:
    """Costs of one profession in the baseline and in a scenario."""

    scenario: str
    profession: str
    draws: int
    one: CostArrays
    two: CostArrays

    def by_year(self) -> pl.DataFrame:
        parts = []
        for item in (*COMPONENTS, TOTAL):
            before, after = self.one.component(item), self.two.component(item)
            names = labels({"year": self.one.years, "county_code": AREA_CODES}, before.shape[1:])
            keys = [pl.col("county_code"), pl.col("year")]
            parts.append(self._table(names, keys, item, before, after))
        return pl.concat(parts)

    def over_the_run(self) -> pl.DataFrame:
        parts = []
        for kind in _KINDS:
            for item in (*COMPONENTS, TOTAL):
                before, after = self._summed(kind, item)
                names = labels({"county_code": AREA_CODES}, before.shape[1:])
                keys = [pl.col("county_code"), pl.lit(kind).alias("discounting")]
                parts.append(self._table(names, keys, item, before, after))
        return pl.concat(parts)

    def effectiveness(self, added: Floats) -> pl.DataFrame:
        """Cost per added full-time year of the guideline's specialists, by area."""
        rows = []
        for kind in _KINDS:
            gains = over_years(added, self.one.weights if kind == "discounted" else None)
            for basis in BASES:
                items = [TOTAL] if basis == "total" else [item for item in COMPONENTS if item != "pay_bill"]
                sums = [self._summed(kind, item) for item in items]
                costs = np.sum([after - before for before, after in sums], axis=0)
                for area, code in enumerate(AREA_CODES):
                    found = ratio_of_means(
                        by_draw(costs[:, area], self.draws), by_draw(gains[:, area], self.draws)
                    )
                    rows.append(
                        {
                            "scenario": self.scenario,
                            "profession": self.profession,
                            "county_code": code,
                            "discounting": kind,
                            "basis": basis,
                            **mean_columns("cost", found.cost),
                            **mean_columns("added_fte_years", found.gain),
                            "cost_per_fte_year": found.ratio,
                            "ratio_low": found.low,
                            "ratio_high": found.high,
                            "verdict": found.verdict,
                            "replications": len(gains),
                        }
                    )
        return pl.DataFrame(rows, schema=empty_table("cost_effectiveness", COMPARISON_TABLES).schema)

    def _summed(self, kind: str, item: str) -> tuple[Floats, Floats]:
        """Costs of both runs over all years: replication x area."""
        first, second = (
            over_years(run.component(item), run.weights if kind == "discounted" else None)
            for run in (self.one, self.two)
        )
        return first, second

    def _table(
        self, names: pl.DataFrame, keys: list[pl.Expr], item: str, before: Floats, after: Floats
    ) -> pl.DataFrame:
        return names.select(
            pl.lit(self.scenario).alias("scenario"),
            pl.lit(self.profession).alias("profession"),
            *keys,
            pl.lit(item).alias("item"),
            *paired_columns(before, after, self.draws),
        )
