"""`fit_table`: target by target, what a run gives, what is published, and how far apart they are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from calibration.likelihood import log_likelihood_terms, standardised
from calibration.observe import predict
from calibration.target_checks import check_targets
from calibration.target_types import Targets
from careersim.experiment.asked import read_asked
from careersim.experiment.replicate import Progress, run_replications

__all__ = ["fit_of_run", "fit_table", "met"]


def fit_of_run(
    config: str | Path,
    targets: Targets,
    *,
    replications: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    coverage: Mapping[str, float] | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate a run file and compare it with targets, which are checked before anything runs.

    Parameters
    ----------
    config, replications, seed, until, threads, progress
        As in `careersim.simulate`.
    targets
        Of professions of the run, within its years.
    coverage
        As in `calibration.observe.predict`.

    Returns
    -------
    As `fit_table`.

    Raises
    ------
    UserError
        If a file, an argument or a target is wrong.
    """
    run, model = read_asked(config, replications=replications, seed=seed, until=until)
    check_targets(targets, model)
    replicated = run_replications(
        model,
        seed=run.spec.seed,
        replications=run.spec.replications,
        threads=threads,
        durations=any(target.measure == "cohort_years" for target in targets.targets),
        progress=progress,
    )
    return fit_table(targets, predict(targets, replicated.series, replicated.durations, coverage))


def fit_table(targets: Targets, predicted: NDArray[np.float64]) -> pl.DataFrame:
    """Compare predictions with targets.

    Parameters
    ----------
    targets
        The figures.
    predicted
        Replication x target, as `calibration.observe.predict` gives them.

    Returns
    -------
    One row a target: id, block, measure, profession, county_code, year, last_year, role, likelihood, value,
    low, high, tolerance, predicted (mean), chance_sd (of one replication), residual (see
    `calibration.likelihood.standardised`), met, log_likelihood, document, place.
    """
    mean = predicted.mean(axis=0)
    sd = predicted.std(axis=0, ddof=1) if len(predicted) > 1 else np.zeros(len(mean))
    residual = standardised(targets, predicted)
    fields = (
        "id",
        "block",
        "measure",
        "profession",
        "county_code",
        "year",
        "last_year",
        "role",
        "likelihood",
    )
    numbers = ("value", "low", "high", "tolerance")
    told = {name: [getattr(target, name) for target in targets.targets] for name in (*fields, *numbers)}
    columns = told | {
        "predicted": mean,
        "chance_sd": sd,
        "residual": residual,
        "met": np.abs(residual) <= 1.0,
        "log_likelihood": log_likelihood_terms(targets, mean, sd**2),
        "document": [target.document for target in targets.targets],
        "place": [target.place for target in targets.targets],
    }
    return pl.DataFrame(
        columns,
        schema_overrides={"value": pl.Float64, "year": pl.Int32, "last_year": pl.Int32},
    )


def met(table: pl.DataFrame) -> pl.DataFrame:
    """Count the targets of role `fit` that are met, by profession and measure.

    Returns
    -------
    Columns profession, measure, targets, met, share.
    """
    return (
        table.filter(pl.col("role") == "fit")
        .group_by("profession", "measure", maintain_order=True)
        .agg(targets=pl.len(), met=pl.col("met").sum())
        .with_columns(share=pl.col("met") / pl.col("targets"))
    )
