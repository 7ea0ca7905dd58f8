"""`backtest`: forecasts of years that have been published since, made from what was known before.

For every origin the fit sees only figures of years up to the origin, and a run file without later ones. Its
posterior is lived until the last year, passed through the observation model, and scored against the figures
that were held out, beside two naive forecasts: no change, and the plain cohort model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from calibration.discrepancy import discrepancy
from calibration.fitting.candidates import Candidate, Candidates
from calibration.fitting.design import Floats, normals, uniforms
from calibration.fitting.fit import opened
from calibration.fitting.spec import Calibration, read_calibration
from calibration.fitting.unknowns import Unknowns
from calibration.fitting.waves import run_waves
from calibration.target_types import Target, Targets
from calibration.trust.backtest_naive import naive_forecasts, noise_floor
from calibration.trust.backtest_spec import BacktestSpec, read_backtest
from calibration.trust.scoring import score, with_skill
from careersim.data.places import NATIONAL_CODE
from careersim.errors import OutputError, UserError

__all__ = ["Backtest", "backtest"]

Told = Callable[[str, int, int], None]

NAIVE = ("no_change", "cohort")


@dataclass(frozen=True)
class Backtest:
    """Scores of forecasts from past years.

    Attributes
    ----------
    spec
        What was asked.
    numbers
        One row an origin, forecast (careersim, no_change, cohort) and held-out target: `origin`, `forecast`,
        `id`, `block`, `area` (Sweden or counties), `county_code`, `year`, `value` and the scores of
        `calibration.trust.scoring.score`.
    summary
        The same by origin, block, area and forecast, with the skill of careersim against both others.
    floor
        By block of counties: how far two counts of the same thing are apart (median and mean, per cent).
    """

    spec: BacktestSpec
    numbers: pl.DataFrame
    summary: pl.DataFrame
    floor: pl.DataFrame


def backtest(
    config: str | Path, unfinished: str | Path, *, workers: int = 1, told: Told | None = None
) -> Backtest:
    """Fit to each origin, forecast, and score.

    Parameters
    ----------
    config
        A backtest file.
    unfinished
        Folder for simulations that are kept if this is interrupted; the caller removes it.
    workers
        Processes that simulate side by side; results do not depend on it.
    told
        Called with the stage and how many of its simulations are finished of how many.

    Raises
    ------
    UserError
        If a file is wrong, or nothing is held out.
    OutputError
        If unfinished work cannot be kept.
    """
    spec, document = read_backtest(config)
    try:
        Path(unfinished).mkdir(exist_ok=True)
    except OSError as error:
        raise OutputError(f"cannot keep unfinished work: {error.strerror}", where=str(unfinished)) from error
    here = document.path.parent
    parts = []
    for origin, run in spec.origins.items():
        known = read_calibration(here / spec.calibration, run=here / run, until=origin)
        later = read_calibration(here / spec.calibration, run=here / run, until=spec.until)
        held = _held_out(later.targets, spec, origin)
        samples = _forecast(known, later, held, spec, Path(unfinished) / str(origin), workers, told, origin)
        parts.append(_scored(held, later.targets, samples, origin))
    numbers = pl.concat(parts)
    by = ["origin", "block", "area"]
    summary = with_skill(numbers, by, ours="careersim", naive=NAIVE, on="id", seed=spec.seed)
    return Backtest(spec, numbers, summary, noise_floor(numbers))


def _held_out(targets: Targets, spec: BacktestSpec, origin: int) -> Targets:
    """Targets of one year after the origin; those of a rate of the career file hold no forecast."""
    kept = {
        one.id
        for one in targets.targets
        if one.observed != "declared" and origin < one.year == one.last_year <= spec.until
    }
    if not kept:
        raise UserError(
            f"no target is of a single year from {origin + 1} to {spec.until}",
            where=f"{spec.name}: origins.{origin}",
            expected="figures that were published later, to score the forecast",
            remedy="choose an earlier origin",
        )
    return targets.select(without=[one.id for one in targets.targets if one.id not in kept])


def _forecast(
    known: Calibration,
    later: Calibration,
    held: Targets,
    spec: BacktestSpec,
    unfinished: Path,
    workers: int,
    told: Told | None,
    origin: int,
) -> Floats:
    """Draws x held-out targets, as they would be observed."""

    def named(stage: str, done: int, many: int) -> None:
        if told is not None:
            told(f"{origin} {stage}", done, many)

    with opened(known, unfinished, workers, named) as (unknowns, simulate, _, _):
        fitted = run_waves(known.spec, known.targets, unknowns, simulate)
        z = fitted.chain.thinned(spec.draws)
    asked = _candidates(unknowns, z, held, spec.seed)
    candidates = Candidates(later.run, held, known.spec.seed, (later.spec.professions[0], spec.until))
    predicted = []
    with candidates.side_by_side(workers) as side:
        for done, one in enumerate(side.results(asked), start=1):
            predicted.append(one[0])
            named("forecast", done, len(asked))
    means = np.stack(predicted)
    apart = normals(*means.shape, seed=spec.seed, purpose=f"tolerance {origin}")
    return np.asarray(means + apart @ np.linalg.cholesky(discrepancy(held, at=means.mean(axis=0))).T)


def _candidates(unknowns: Unknowns, z: Floats, held: Targets, seed: int) -> list[Candidate]:
    """One life of the country for every draw; what only held-out figures could tell keeps its prior."""
    numbers = unknowns.values(z)
    split = [unknowns.split(one) for one in numbers]
    unseen = {
        name: one.prior().quantile(uniforms(len(z), 1, seed=seed, purpose=f"prior {name}")[:, 0])
        for name, one in held.coverages.items()
        if f"coverage.{name}" not in unknowns.paths
    }
    return [
        Candidate(
            model,
            {**coverage, **{name: float(values[draw]) for name, values in unseen.items()}},
            replications=1,
            first=draw,
        )
        for draw, (model, coverage) in enumerate(split)
    ]


def _scored(held: Targets, everything: Targets, samples: Floats, origin: int) -> pl.DataFrame:
    """Scores of our forecast and of the naive ones."""
    rows = pl.DataFrame([_row(target, origin) for target in held.targets])
    rounding = [target.rounding for target in held.targets]
    naive = naive_forecasts(held, everything, origin)
    parts = [_with(rows, samples, rounding, "careersim")]
    for name in NAIVE:
        points = naive[name]
        there = [number for number, point in enumerate(points) if point is not None]
        if there:
            values = np.array([[points[number] for number in there]], dtype=np.float64)
            parts.append(_with(rows[there], values, [rounding[number] for number in there], name))
    return pl.concat(parts)


def _with(rows: pl.DataFrame, samples: Floats, rounding: Sequence[float], name: str) -> pl.DataFrame:
    return score(rows.with_columns(pl.lit(name).alias("forecast")), samples, rounding=rounding)


def _row(target: Target, origin: int) -> Mapping[str, object]:
    middle = target.value if target.value is not None else (target.low + target.high) / 2
    return {
        "origin": origin,
        "id": target.id,
        "block": target.block,
        "area": "Sweden" if target.county_code == NATIONAL_CODE else "counties",
        "county_code": target.county_code,
        "year": target.year,
        "value": float(middle),
    }
