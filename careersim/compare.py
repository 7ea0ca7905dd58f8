"""`compare`: what scenarios change, measured on the same persons with the same luck.

Baseline and scenarios are run with the same seed in the same replications. A person who is in both meets
the same draws in both, so that whatever differs is what the scenario does (and what follows from it), and
the difference of two runs is much surer than either. Differences are taken replication by replication.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from careersim.errors import UserError
from careersim.experiment.asked import read_asked
from careersim.experiment.compare import Paired, PairedRun, Precision, run_paired
from careersim.experiment.compare_draws import check_draw_limits, run_paired_draws
from careersim.experiment.draw_sets import FEW_REPLICATIONS, DrawSets, draw_sets, refuse_idle_posterior
from careersim.experiment.kronor import refuse_unlike_kronor
from careersim.experiment.pairing import Asked, refuse_unpaired
from careersim.experiment.posteriors import Posterior
from careersim.experiment.replicate import Progress
from careersim.flows.series import ProfessionSeries
from careersim.model.provenance import calibrated_numbers
from careersim.outputs.compare_costs import COST_NOTE, DRAWN_COST_NOTE, NO_PRICES
from careersim.outputs.compare_folder import write_comparison
from careersim.outputs.compare_tables import comparison_tables
from careersim.outputs.compare_text import comparison_text
from careersim.outputs.manifest import build_manifest
from careersim.outputs.standing import standing
from careersim.outputs.uncertainty_text import ALIGNMENT, draws_note

__all__ = ["MOST_REPLICATIONS", "Comparison", "Precision", "compare"]

MOST_REPLICATIONS = 500
"""Where a comparison with an asked half-width stops at the latest, unless told otherwise."""

FIXED = (
    "Intervals carry chance only, at fixed parameters: that parameters and the effects of levers are "
    "uncertain is not in them (--draws)."
)
"""Said of every comparison without draws."""


@dataclass(frozen=True)
class Comparison:
    """What a comparison gave.

    Attributes
    ----------
    tables
        Tidy tables by name: `differences`, `guideline_differences`, `persons`, `careers_changed`, `binding`,
        `simple_differences`, `cost_differences`, `cost_totals`, `cost_effectiveness`, `deadweight`; see
        docs/reference/outputs.md.
    manifest
        What is needed to repeat it: seed, replications, and the manifest of every run.
    baseline
        Counts of the baseline by profession, as dense arrays by replication.
    scenarios
        Counts of every scenario by its name and profession.
    """

    tables: Mapping[str, pl.DataFrame]
    manifest: Mapping[str, Any]
    baseline: Mapping[str, ProfessionSeries]
    scenarios: Mapping[str, Mapping[str, ProfessionSeries]]

    def summary(self, width: int = 140) -> str:
        """Tell what matters most in plain text, so many characters wide."""
        return comparison_text(self.tables, self.manifest, width=width)

    def write(self, folder: str | Path) -> Path:
        """Write a folder (see `careersim.outputs.compare_folder`) and return its path."""
        return write_comparison(folder, self.tables, self.manifest)


def compare(
    baseline: str | Path,
    scenarios: str | Path | Sequence[str | Path],
    *,
    replications: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    threads: int | None = None,
    precision: Precision | None = None,
    max_replications: int | None = None,
    batch: int | None = None,
    draws: int | None = None,
    posterior: Posterior | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare scenarios with a baseline.

    Parameters
    ----------
    baseline
        Path of a run file.
    scenarios
        One path or several; run files that extend the baseline, or that can be paired with it.
    replications, seed, until
        Instead of what the run files say, for all runs.
    threads
        How many replications run at the same time; all processors by default. Results do not depend on it.
    precision
        Go on until the mean difference of one number is so sure, instead of a number of replications.
    max_replications
        With `precision`: where to stop at the latest; `MOST_REPLICATIONS` by default.
    batch
        Replications at a time. Results do not depend on it; memory does.
    draws
        Sets of parameter values, each lived by all runs. `replications` are then those of each draw, and
        `FEW_REPLICATIONS` by default.
    posterior
        With `draws`: files of calibrations to take them from instead of the priors, joined draw by draw
        (`careersim.experiment.posteriors`).
    progress
        Called with the number of finished and of all tasks.

    Returns
    -------
    Tables with paired intervals.

    Raises
    ------
    UserError
        If a file or an argument is wrong, or runs cannot be paired; nothing has been computed then.
    InternalError
        If something differs before the first year in which a lever of a scenario acts.
    """
    started = perf_counter()
    _refuse(replications, precision, max_replications, batch)
    _refuse_draws(draws, posterior, precision, batch)
    if draws is not None and replications is None:
        replications = FEW_REPLICATIONS
    paths = [scenarios] if isinstance(scenarios, str | Path) else list(scenarios)
    least = 1 if precision is not None and replications is None else replications
    base, *others = (_asked(path, least, seed, until) for path in (baseline, *paths))
    refuse_unpaired(base, others)
    refuse_unlike_kronor(base, others)
    if precision is not None:
        precision = precision.completed(base, others)
    most = max_replications or MOST_REPLICATIONS
    sets = None
    if draws is not None:
        check_draw_limits(base.model, max(draws, 1), base.run.spec.replications, 1 + len(others), threads)
        sets = draw_sets([one.run for one in (base, *others)], draws, posterior)
    loaded = perf_counter()
    if sets is not None:
        each = base.run.spec.replications
        paired = run_paired_draws(base, others, sets, replications=each, threads=threads, progress=progress)
    else:
        paired = run_paired(
            base,
            others,
            replications=base.run.spec.replications if precision is None else most,
            threads=threads,
            precision=precision,
            batch=batch,
            progress=progress,
        )
    lived = perf_counter()
    tables = comparison_tables(paired)
    timings = {"load": loaded - started, "run": lived - loaded, "summarise": perf_counter() - lived}
    return Comparison(
        tables,
        _manifest(paired, threads or os.cpu_count() or 1, timings, precision, sets),
        paired.baseline.series,
        {one.asked.name: one.series for one in paired.scenarios},
    )


def _refuse(
    replications: int | None, precision: Precision | None, most: int | None, batch: int | None
) -> None:
    if precision is not None and replications is not None:
        raise UserError(
            "the number of replications follows from the half-width",
            where="replications",
            remedy="leave it out, or limit it by --max-replications",
        )
    if precision is None and most is not None:
        raise UserError(
            "a limit of replications belongs to a half-width",
            where="max_replications",
            remedy="give --until-halfwidth too, or use --replications",
        )
    for name, number, lowest in (("max_replications", most, 2), ("batch", batch, 1)):
        if number is not None and number < lowest:
            raise UserError(f"{number}", where=name, expected=f"{lowest} or more")


def _refuse_draws(
    draws: int | None, posterior: Posterior | None, precision: Precision | None, batch: int | None
) -> None:
    refuse_idle_posterior(draws, posterior)
    for name, given in (("--until-halfwidth", precision), ("batch", batch)):
        if draws is not None and given is not None:
            raise UserError(
                f"draws cannot be combined with {name}",
                where="draws",
                remedy="give the number of draws and --replications of each instead",
            )


def _asked(path: str | Path, replications: int | None, seed: int | None, until: int | None) -> Asked:
    run, model = read_asked(path, replications=replications, seed=seed, until=until)
    return Asked(str(path), run, model)


def _standings(paired: Paired) -> str:
    """On what the numbers of the baseline stand, and of scenarios in which others are calibrated."""
    base = paired.baseline.asked.run
    ours, told = calibrated_numbers(base), [standing(base)]
    for one in paired.scenarios:
        run = one.asked.run
        theirs = calibrated_numbers(run)
        if any(
            theirs.get(name) != ours.get(name) for name in (career.spec.profession for career in run.careers)
        ):
            told.append(f"in {one.asked.name} {standing(run)}")
    return "; ".join(told)


def _manifest(
    paired: Paired,
    threads: int,
    timings: Mapping[str, float],
    precision: Precision | None,
    sets: DrawSets | None,
) -> dict[str, Any]:
    """Everything that is needed to repeat the comparison, as plain data."""
    base = paired.baseline
    count = next(iter(base.series.values())).replications
    said, record = FIXED, None
    if sets is not None:
        record = {**sets.record, "replications_of_each": count // len(sets)}
        said = draws_note(record)
    notes = [f"Not a forecast: {_standings(paired)}. {said}"]
    priced = COST_NOTE if sets is None else DRAWN_COST_NOTE
    notes.append(NO_PRICES if base.asked.run.spec.costs is None else priced)

    def described(run: PairedRun) -> dict[str, Any]:
        spec = run.asked.run.spec.model_copy(update={"replications": count})
        counted = replace(run.asked.run, spec=spec)
        return build_manifest(counted, run.asked.model, engine="numba", threads=threads, timings={})

    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": base.asked.run.spec.seed,
        "replications": count,
        "until": base.asked.run.spec.until,
        "notes": notes,
        "draws": record,
        "alignment": ALIGNMENT,
        "precision": None if precision is None else {**vars(precision), "reached": paired.reached},
        "baseline": described(base),
        "scenarios": [
            {
                **described(one),
                "touched": list(one.touched),
                "same_before": dict(one.first_years),
            }
            for one in paired.scenarios
        ],
        "timings": {name: round(seconds, 4) for name, seconds in timings.items()},
    }
