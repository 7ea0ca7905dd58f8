"""`comparison_tables`: all tables of a comparison from paired counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from careersim.experiment.compare import Paired, PairedRun
from careersim.flows.paired import binding_table, difference_table
from careersim.flows.paired_guideline import Standard, guideline_difference_table
from careersim.flows.uncertainty import effect_uncertainty_table
from careersim.outputs.columns import check_columns, empty_table
from careersim.outputs.compare_columns import COMPARISON_OPTIONAL, COMPARISON_TABLES
from careersim.outputs.compare_persons import first_difference_table, person_table
from careersim.outputs.compare_simple import simple_difference_table

__all__ = ["comparison_tables"]


def comparison_tables(paired: Paired) -> dict[str, pl.DataFrame]:
    """Tabulate a comparison.

    Parameters
    ----------
    paired
        Counts of the baseline and of every scenario in the same replications.

    Returns
    -------
    The tables that `careersim.outputs.compare_columns` declares; `uncertainty` only with draws. Those of the
    guideline are empty if its profession is not simulated.
    """
    base, draws = paired.baseline, paired.draws or 1
    tables: dict[str, list[pl.DataFrame]] = {name: [] for name in COMPARISON_TABLES}
    for scenario in paired.scenarios:
        name = scenario.asked.name
        for profession, series in scenario.series.items():
            before = base.series[profession]
            tables["differences"].append(difference_table(before, series, name, draws))
            tables["binding"].append(binding_table(before, series, name))
            tables["persons"].append(person_table(series, scenario.tallies[profession], name))
            tables["careers_changed"].append(
                first_difference_table(series, scenario.tallies[profession], name)
            )
            if paired.draws is not None:
                tables["uncertainty"].append(effect_uncertainty_table(before, series, name, draws))
        for table_name, part in _guideline(base, scenario, draws):
            tables[table_name].append(part)
    joined = {
        name: pl.concat([empty_table(name, COMPARISON_TABLES), *parts])
        for name, parts in tables.items()
        if parts or name not in COMPARISON_OPTIONAL
    }
    for name, table in joined.items():
        check_columns(name, table.lazy(), COMPARISON_TABLES)
    return joined


def _guideline(base: PairedRun, scenario: PairedRun, draws: int) -> Iterator[tuple[str, pl.DataFrame]]:
    asked = base.asked.run.spec.guideline.profession
    series: Mapping[str, object] = scenario.series
    if asked not in series:
        return
    one, two = base.series[asked], scenario.series[asked]
    ours, theirs = _standard(base), _standard(scenario)
    name = scenario.asked.name
    yield "guideline_differences", guideline_difference_table(one, two, ours, theirs, name, draws)
    yield "simple_differences", simple_difference_table(one, two, ours, theirs, name)


def _standard(run: PairedRun) -> Standard:
    return run.asked.model.demand, run.asked.run.spec.guideline
