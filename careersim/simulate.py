"""From a run file to results with intervals.

The route, which is also the table of contents of the package:

1. `careersim.config` reads the run file, its overlays and career files, and reports every fault at once.
2. `careersim.model` resolves every parameter to numbers and applies the levers: an immutable `Model`.
3. `careersim.population` makes the persons of the start year from published margins, or reads a panel.
4. `careersim.lowering` tabulates the model as arrays; only this step knows both sides.
5. `careersim.engines` live the years, one person at a time (docs/explanation/year.md says how).
6. `careersim.experiment` does so for every profession and replication, side by side.
7. `careersim.flows` checks that nobody got lost, and summarises stocks, flows and the guideline.
8. `careersim.outputs` writes a run folder, whole or not at all, and prints what matters most.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from careersim.config.loaded import LoadedRun
from careersim.experiment.asked import read_asked
from careersim.experiment.compare_draws import check_draw_limits
from careersim.experiment.draw_sets import FEW_REPLICATIONS, draw_sets, refuse_idle_posterior
from careersim.experiment.draws import Draws, with_values
from careersim.experiment.engines import refuse_engine
from careersim.experiment.limits import check_limits
from careersim.experiment.posteriors import Posterior
from careersim.experiment.replicate import Progress, run_replications
from careersim.experiment.replicate_draws import run_drawn_replications
from careersim.experiment.sources import population_source
from careersim.flows.series import ProfessionSeries
from careersim.model.costs import Costs, resolve_costs
from careersim.model.graph import Model
from careersim.outputs.folder import write_run
from careersim.outputs.manifest import build_manifest
from careersim.outputs.standing import standing
from careersim.outputs.tables import RunTables, run_tables
from careersim.outputs.text import summary_text
from careersim.outputs.uncertainty_text import draws_note

__all__ = ["Result", "simulate"]


@dataclass(frozen=True)
class Result:
    """What a run gave.

    Attributes
    ----------
    model
        What was simulated.
    series
        Counts of every replication by profession, as dense arrays.
    tables
        Tidy tables by name, lazy; documented in docs/reference/outputs.md.
    manifest
        What is needed to repeat the run.
    """

    model: Model
    series: Mapping[str, ProfessionSeries]
    tables: Mapping[str, pl.LazyFrame]
    manifest: Mapping[str, Any]
    _tables: RunTables

    def summary(self, width: int = 140) -> str:
        """Tell the headline numbers in plain text, so many characters wide."""
        return summary_text(self._tables.summaries, self.manifest, width=width)

    def write(self, folder: str | Path) -> Path:
        """Write a run folder (see `careersim.outputs.folder.write_run`) and return its path."""
        return write_run(folder, self._tables.summaries, self._tables.replications, self.manifest)


def simulate(
    config: str | Path,
    *,
    engine: str = "numba",
    replications: int | None = None,
    seed: int | None = None,
    threads: int | None = None,
    until: int | None = None,
    events: bool = False,
    draws: int | None = None,
    posterior: Posterior | None = None,
    progress: Progress | None = None,
) -> Result:
    """Run a run file.

    Parameters
    ----------
    config
        Path of a run file, such as configs/baseline.yaml, or of a single career file.
    engine
        `numba`, or the slow `reference`; both give the same persons the same lives.
    replications, seed, until
        Instead of what the run file says.
    threads
        How many replications run at the same time; all processors by default. Results do not depend on it.
    events
        Whether to keep the history of every person.
    draws
        Sets of parameter values. `replications` are then those of each draw, and `FEW_REPLICATIONS` by
        default; there is a table `uncertainty`.
    posterior
        With `draws`: files of calibrations to take them from instead of the priors, joined draw by draw
        (`careersim.experiment.posteriors`).
    progress
        Called with the number of finished and of all tasks.

    Returns
    -------
    Tables with intervals over replications.

    Raises
    ------
    UserError
        If a file or an argument is wrong; nothing has been computed then.
    """
    started = perf_counter()
    refuse_engine(engine, events=events)
    refuse_idle_posterior(draws, posterior)
    if draws is not None and replications is None:
        replications = FEW_REPLICATIONS
    run, model = read_asked(config, replications=replications, seed=seed, until=until)
    check_limits(model, replications=run.spec.replications, threads=threads)
    source = population_source(model, run.panels)
    if draws is not None:
        check_draw_limits(model, max(draws, 1), run.spec.replications, 1, threads)
    sets = None if draws is None else draw_sets([run], draws, posterior)
    loaded = perf_counter()
    if sets is not None:
        replicated = run_drawn_replications(
            run, model, sets.each[0], engine=engine, threads=threads, events=events, progress=progress
        )
    else:
        replicated = run_replications(
            model,
            seed=run.spec.seed,
            replications=run.spec.replications,
            engine=engine,
            threads=threads,
            source=source,
            events=events,
            progress=progress,
        )
    lived = perf_counter()
    costs = _prices(run, model, None if sets is None else sets.each[0])
    tables = run_tables(replicated, model.demand, run.spec.guideline, events=events, costs=costs, draws=draws)
    timings = {
        "load": loaded - started,
        **replicated.timings,
        "summarise": perf_counter() - lived,
    }
    used = threads or os.cpu_count() or 1
    if sets is not None:
        run = replace(
            run, spec=run.spec.model_copy(update={"replications": len(sets) * run.spec.replications})
        )
    manifest = build_manifest(run, model, engine=engine, threads=used, timings=timings)
    if sets is not None:
        record = {**sets.record, "replications_of_each": run.spec.replications // len(sets)}
        held = f"Not a forecast: {standing(run)}. {draws_note(record)}"
        notes = [held, *manifest["notes"][2:]]  # that on draws says what intervals hold
        manifest = {**manifest, "draws": record, "notes": notes}
    everything = {**tables.summaries, "replications": pl.concat(list(tables.replications.values()))}
    return Result(model, replicated.series, everything, manifest, tables)


def _prices(run: LoadedRun, model: Model, draws: Draws | None) -> tuple[Costs, ...]:
    """Prices of every draw, or the one set of prices of a run; nothing if it has none."""
    sets = [run] if draws is None else [with_values(run, draws.at(draw)) for draw in range(len(draws))]
    found = (resolve_costs(one, model) for one in sets)
    return tuple(costs for costs in found if costs is not None)
