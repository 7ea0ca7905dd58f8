"""`run_drawn_replications`: a run for each of several sets of parameter values.

Draw d has the replications from d * replications on, so that chance is independent between draws. Models are
built one draw at a time.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import chain
from operator import add

from careersim.config.loaded import LoadedRun
from careersim.experiment.compare_draws import check_draw_limits, drawn_model, part_of, pooled
from careersim.experiment.draws import Draws
from careersim.experiment.replicate import Progress, Replicated, run_replications
from careersim.experiment.sources import population_source
from careersim.model.graph import Model

__all__ = ["run_drawn_replications"]


def run_drawn_replications(
    run: LoadedRun,
    model: Model,
    draws: Draws,
    *,
    engine: str = "numba",
    threads: int | None = None,
    events: bool = False,
    progress: Progress | None = None,
) -> Replicated:
    """Run all replications of all draws.

    Parameters
    ----------
    run, model
        What is simulated, without draws; the replications of `run.spec` are those of each draw.
    draws
        Sets of parameter values.
    engine, threads, events, progress
        As in `careersim.experiment.replicate.run_replications`.

    Returns
    -------
    Replications of all draws, those of the first draw first, under the professions without draws.

    Raises
    ------
    UserError
        If a number is out of range, the counts would not fit into memory, or a draw makes no model.
    """
    each, count = run.spec.replications, len(draws)
    check_draw_limits(model, count, each, 1, threads)
    parts = []
    for draw in range(count):
        _, drawn = drawn_model(run, draws, draw)
        parts.append(
            run_replications(
                drawn,
                seed=run.spec.seed,
                replications=each,
                engine=engine,
                threads=threads,
                source=population_source(drawn, run.panels),
                events=events,
                first=draw * each,
                progress=part_of(progress, draw, count),
            )
        )
    names = {profession.name: profession for profession in model.professions}
    pages = chain.from_iterable(part.pages for part in parts)
    clock = {key: sum(part.timings[key] for part in parts) for key in parts[0].timings}
    return Replicated(
        {name: pooled([part.series[name] for part in parts], one) for name, one in names.items()},
        {name: reduce(add, (part.durations[name] for part in parts)) for name in parts[0].durations},
        tuple(replace(page, profession=names[page.profession.name]) for page in pages),
        clock,
    )
