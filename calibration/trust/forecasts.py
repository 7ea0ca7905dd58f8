"""`forecast`: a run as a table that can be frozen, with what naive forecasts say beside it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import careersim
from calibration.trust.ensemble import Ensemble, ensemble
from calibration.trust.ledger_scores import NAIVE
from calibration.trust.naive import cohort_model, no_change
from calibration.trust.observed import KEY, last_published
from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.asked import read_asked
from careersim.experiment.draws import Draws
from careersim.experiment.posteriors import Posterior, Posteriors, read_posteriors
from careersim.experiment.replicate import Progress

__all__ = ["forecast"]

_MOST_DRAWS = 100_000


def forecast(
    config: str | Path,
    *,
    posterior: Posterior | None = None,
    draws: int | None = None,
    seed: int | None = None,
    until: int | None = None,
    observed: pl.DataFrame | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Forecast the headline numbers of the years after the last observed one.

    Parameters
    ----------
    config
        Path of a run file.
    posterior
        Files of draws of parameters (`careersim.experiment.posteriors`); without them intervals carry chance
        only.
    draws
        How many draws of the posterior, picked evenly, or replications without one. Each draw lives once.
    seed, until
        Instead of what the run file says.
    observed
        What is known when the forecast is made (`observed.SCHEMA`), for the naive forecasts; by default the
        last published numbers.
    threads
        How many draws at the same time. The forecast does not depend on it.
    progress
        Called with the number of finished and of all draws.

    Returns
    -------
    Table with `KEY`, `no_change`, `cohort`, `shift` (null where there is none) and `samples`; and how it was
    made. Samples are whole persons or full-time equivalents, sorted, as each number is scored by itself.
    `shift` is the last known number less the median of the forecast for its year: what a register counts
    more or fewer than the model.

    Raises
    ------
    UserError
        If a file or an argument is wrong, or nothing comes after the last observed year.
    """
    run, model = read_asked(config, seed=seed, until=until)
    if draws is not None and not 2 <= draws <= _MOST_DRAWS:
        expected = f"2 to {_MOST_DRAWS:,}, as a forecast is a distribution"
        raise UserError(f"{draws}", where="draws", expected=expected)
    read = None if posterior is None else read_posteriors(posterior, run)
    sampled = None if read is None else read.draws if draws is None else read.draws.evenly(draws)
    known = last_published() if observed is None else observed
    last = max(known["year"].to_list())
    if last >= model.last_year:
        raise UserError(
            f"the run ends in {model.last_year}, and {last} is observed",
            where=f"{config}: until",
            expected=f"{last + 1} or later",
        )
    lived = ensemble(
        run,
        draws=sampled,
        replications=draws,
        threads=threads,
        progress=progress,
    )
    spec = run.spec.guideline
    table = _with_naive(
        lived.table(last + 1), known, spec.profession, (spec.training_years, spec.career_years)
    )
    table = table.join(_shifts(lived, known), on=list(KEY[:-1]), how="left", maintain_order="left").select(
        *KEY, *NAIVE, "shift", pl.col("samples").list.eval(pl.element().round().cast(pl.Int32).sort())
    )
    return table, _described(config, run, read, sampled, lived, last)


def _described(
    config: str | Path,
    run: LoadedRun,
    read: Posteriors | None,
    sampled: Draws | None,
    lived: Ensemble,
    last: int,
) -> dict[str, Any]:
    """How a forecast was made."""
    return {
        "config": _short(config),
        "config_sha256": {_short(one.path): one.sha256 for one in run.documents},
        "posterior": {} if read is None else {_short(one.file): one.sha256 for one in read.files},
        "draws": lived.draws,
        "numbers": 0 if sampled is None else len(sampled.paths),
        "spread": "chance only" if read is None else "parameters and chance",
        "chance_alone": [] if sampled is None else [one for one in lived.years if one not in _drawn(sampled)],
        "seed": run.spec.seed,
        "observed_until": last,
        "careersim": careersim.__version__,
    }


def _with_naive(
    table: pl.DataFrame, known: pl.DataFrame, profession: str, durations: tuple[float, float]
) -> pl.DataFrame:
    """Put naive forecasts beside the samples, where the last number is known."""
    last: dict[tuple[str, str, str, str], tuple[int, float]] = {}
    for row in known.sort("year").iter_rows(named=True):
        key = (row["profession"], row["group"], row["measure"], row["county_code"])
        last[key] = (row["year"], row["value"])
    same: list[float | None] = []
    grown: list[float | None] = []
    for row in table.iter_rows(named=True):
        key = (row["profession"], row["group"], row["measure"], row["county_code"])
        found = last.get(key)
        same.append(None if found is None else no_change(found[1]))
        grown.append(_cohort(row, last, profession, durations))
    return table.with_columns(
        pl.Series("no_change", same, dtype=pl.Float64), pl.Series("cohort", grown, dtype=pl.Float64)
    )


def _cohort(
    row: Mapping[str, Any],
    last: Mapping[tuple[str, str, str, str], tuple[int, float]],
    profession: str,
    durations: tuple[float, float],
) -> float | None:
    """What the plain cohort model says, for specialists of the profession of the guideline."""
    if row["profession"] != profession or row["group"] != "workforce":
        return None
    specialists, trainees = (
        last.get((profession, group, row["measure"], row["county_code"]))
        for group in ("workforce", "trainees")
    )
    if specialists is None or trainees is None:
        return None
    return cohort_model(
        specialists[1],
        trainees[1],
        row["year"] - specialists[0],
        training_years=durations[0],
        career_years=durations[1],
    )


def _shifts(lived: Ensemble, known: pl.DataFrame) -> pl.DataFrame:
    """Last known number less the median of the forecast for its year, where that year was simulated."""
    rows = []
    latest = known.sort("year").unique(list(KEY[:-1]), keep="last", maintain_order=True)
    for row in latest.iter_rows(named=True):
        key = (row["profession"], row["group"], row["measure"])
        if key in lived.numbers and row["year"] in lived.years[row["profession"]]:
            draws = lived.of(*key, row["county_code"], row["year"])
            rows.append((*key, row["county_code"], row["value"] - float(np.median(draws))))
    schema = {**dict.fromkeys(KEY[:-1], pl.String), "shift": pl.Float64}
    return pl.DataFrame(rows, schema, orient="row")


def _drawn(draws: Draws) -> set[str]:
    return {path.partition(".")[0] for path in draws.paths}


def _short(path: str | Path) -> str:
    """A path as seen from the working folder, so that the same bytes are frozen in every checkout."""
    whole, here = Path(os.path.normpath(Path(path).absolute())), Path.cwd()
    return whole.relative_to(here).as_posix() if whole.is_relative_to(here) else str(path)
