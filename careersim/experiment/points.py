"""`run_points`: runs at many sets of parameter values, all with the same luck.

Only the professions whose outcomes are asked for are simulated. A set is one task; threads take sets in any
order, and nothing but the seed and the set decides what comes out.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from careersim.config.loaded import LoadedRun
from careersim.errors import ConfigError, UserError
from careersim.experiment.draws import priors_of, with_values
from careersim.experiment.engines import engine_maker, warm_up
from careersim.experiment.limits import check_limits
from careersim.experiment.outcomes import Outcome, outcome_values
from careersim.experiment.replicate import Progress, run_replications
from careersim.experiment.sources import population_source
from careersim.flows.areas import AREA_CODES
from careersim.flows.costs import TOTAL, cost_arrays, over_years
from careersim.flows.series import ProfessionSeries
from careersim.model.assemble import assemble
from careersim.model.costs import Costs, resolve_costs
from careersim.model.graph import Model

__all__ = ["Points", "concerned", "run_points"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Points:
    """What the runs gave.

    Attributes
    ----------
    values
        Run x set x outcome x replication.
    by_area
        Mean over replications: run x set x outcome x area of `AREA_CODES`.
    costs
        Discounted costs of the whole run in SEK, of the professions asked for, mean over replications: run x
        set x area; None if the first run has no prices. A run without any has those of the first.
    """

    values: Floats
    by_area: Floats
    costs: Floats | None


def run_points(
    runs: Sequence[LoadedRun],
    paths: Sequence[str],
    points: Sequence[Floats],
    outcomes: Sequence[Outcome],
    *,
    replications: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Points:
    """Run every set of values in every run.

    Parameters
    ----------
    runs
        Runs with the same seed; the first is the baseline.
    paths
        Names of the parameters. A run is given those that it has.
    points
        For each run set x parameter, in the units of the records: a policy may have a range of its own.
    outcomes
        What is counted.
    replications
        In each run at each set.
    threads
        How many sets at the same time; all processors by default. Results do not depend on it.
    progress
        Called with the number of finished and of all sets.

    Raises
    ------
    UserError
        If a set makes a model that cannot be run, or a number is out of range.
    """
    asked = {outcome.profession for outcome in outcomes}
    parts = [concerned(run, asked) for run in runs]
    owned = [frozenset(prior.path for prior in priors_of(run)) for run in parts]
    model = assemble(parts[0])
    check_limits(model, replications=replications, threads=threads)
    warm_up(model, population_source(model, parts[0].panels))
    values = np.empty((len(runs), len(points[0]), len(outcomes), replications))
    by_area = np.empty((len(runs), len(points[0]), len(outcomes), len(AREA_CODES)))
    priced = resolve_costs(parts[0], model) is not None
    costs = np.zeros((len(runs), len(points[0]), len(AREA_CODES)))

    def live(number: int) -> None:
        ours: Costs | None = None
        for n, (part, own) in enumerate(zip(parts, owned, strict=True)):
            given = dict(zip(paths, map(float, points[n][number]), strict=True))
            chosen = {path: value for path, value in given.items() if path in own}
            run, model = _changed(part, chosen, number)
            series = _series(run, model, replications)
            for m, outcome in enumerate(outcomes):
                found, areas = outcome_values(outcome, series, model.demand, run.spec.guideline)
                values[n, number, m], by_area[n, number, m] = found, areas.mean(axis=0)
            if priced:
                prices = resolve_costs(run, model) or ours
                ours = prices if n == 0 else ours
                costs[n, number] = _costs(series, prices)

    processors = os.cpu_count() or 1
    with ThreadPoolExecutor(min(threads or processors, processors), thread_name_prefix="points") as pool:
        futures = [pool.submit(live, number) for number in range(len(points[0]))]
        try:
            for done, future in enumerate(as_completed(futures), start=1):
                future.result()
                if progress is not None:
                    progress(done, len(futures))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return Points(values, by_area, costs if priced else None)


def concerned(run: LoadedRun, professions: set[str]) -> LoadedRun:
    """Keep the professions asked for, with the levers that act on them or on demand."""
    careers = tuple(one for one in run.careers if one.spec.profession in professions)
    kept = [n for n, one in enumerate(run.spec.levers) if one.profession in (None, *professions)]
    levers = [run.spec.levers[n] for n in kept]
    numbers = tuple(run.lever_numbers[n] for n in kept)
    spec = run.spec.model_copy(update={"levers": levers})
    return replace(run, spec=spec, careers=careers, lever_numbers=numbers)


def _changed(part: LoadedRun, given: Mapping[str, float], number: int) -> tuple[LoadedRun, Model]:
    """The run at one set; a set that cannot be run is told by its number."""
    try:
        run = with_values(part, given)
        return run, assemble(run)
    except ConfigError as error:
        raise UserError(
            f"set {number} of the parameters makes a run that cannot be: {error}",
            where=part.spec.name,
            remedy="narrow `low` and `high` of the parameters that the message names",
        ) from error


def _costs(series: Mapping[str, ProfessionSeries], prices: Costs | None) -> Floats:
    """Discounted costs of the whole run by area, mean over replications."""
    found = np.zeros(len(AREA_CODES))
    for own in series.values():
        one = None if prices is None else cost_arrays(own, prices)
        if one is not None:
            found += over_years(one.items[TOTAL, ""], one.weights).mean(axis=0)
    return found


def _series(run: LoadedRun, model: Model, replications: int) -> Mapping[str, ProfessionSeries]:
    seed = run.spec.seed
    makers = {
        one.name: engine_maker("numba", one, model, seed=seed, threads=1, durations=False)
        for one in model.professions
    }
    found = run_replications(
        model,
        seed=seed,
        replications=replications,
        threads=1,
        source=population_source(model, run.panels),
        makers=makers,
        durations=False,
    )
    return found.series
