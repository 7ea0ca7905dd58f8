"""`recover`: find truths that are known, to see whether intervals are as wide as they should be.

Simulation-based calibration (Talts et al. 2018): truths are drawn from the prior, each lives one country of
its own, its figures are blurred by the tolerances, and the posterior is sampled from them. If all is right,
the rank of the truth among the draws is uniform (`ranks`). All truths share the emulator of the first wave,
which is fitted to the whole prior, so that a truth costs one simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import careersim
from calibration.fitting.design import normals
from calibration.fitting.fit import opened
from calibration.fitting.ranks import BINS, Recovery, judge_ranks, rank_truths
from calibration.fitting.spec import CalibrationSpec, read_calibration
from calibration.fitting.waves import candidate_of, first_wave
from careersim.errors import UserError
from careersim.outputs.folder import check_target, write_whole

__all__ = ["recover"]

FEWEST, MOST = 20, 100_000
_TELLING = 0.5  # power below which a pass says little
_FIRST = 1_000_000  # replications of truths, which no candidate lives


def recover(
    config: str | Path,
    out: str | Path,
    truths: int,
    *,
    workers: int = 1,
    told: Callable[[str, int, int], None] | None = None,
    bias: float = 0.0,
) -> tuple[dict[str, Any], Path]:
    """Recover truths and write what was found.

    Parameters
    ----------
    config, out, workers, told
        As in `calibration.fitting.fit.fit`.
    truths
        How many, 20 to 100,000; 100 and more say something.
    bias
        Added to every figure in units of its tolerance: a fault, for tests of the test.

    Returns
    -------
    Verdict as plain data, and the folder.

    Raises
    ------
    UserError
        As `fit`, or if there are too few truths or too many.
    """
    check_target(out)
    if not FEWEST <= truths <= MOST:
        raise UserError(f"{truths} truths", where="--recover", expected=f"{FEWEST} to {MOST:,}")
    calibration = read_calibration(config)
    spec, targets = calibration.spec, calibration.targets
    unfinished = Path(f"{Path(out)}.unfinished")
    with opened(calibration, unfinished, workers, told) as (unknowns, simulate, store, key):
        problem, apart = first_wave(spec, targets, unknowns, simulate)
        true = np.clip(normals(truths, len(unknowns), seed=spec.seed, purpose="truths"), -3.5, 3.5)
        asked = [
            replace(candidate_of(unknowns, z, 1), first=_FIRST + number) for number, z in enumerate(true)
        ]
        lived = np.concatenate(simulate("truths", asked))
        blur = normals(truths, len(targets), seed=spec.seed, purpose="blur")
        observed = lived + blur @ np.linalg.cholesky(apart).T + bias * np.sqrt(np.diag(apart))
        counts = np.array([target.role == "fit" for target in targets.targets])
        found = rank_truths(
            problem, true, observed[:, counts], seed=spec.seed, paths=unknowns.paths, told=told
        )
        verdict, table = judge_ranks(found)
        folder = _write(out, spec, key, found, verdict, table)
        store.remove()
    return verdict, folder


def _write(
    out: str | Path,
    spec: CalibrationSpec,
    key: dict[str, str],
    found: Recovery,
    verdict: dict[str, Any],
    table: pl.DataFrame,
) -> Path:
    manifest = {
        "name": spec.name,
        "kind": "recovery",
        "seed": spec.seed,
        "hashes": key,
        "asked": spec.model_dump(mode="json"),
        "version": careersim.__version__,
        **verdict,
    }

    def fill(draft: Path) -> None:
        table.write_csv(draft / "recovery.csv")
        _ranks(found).write_csv(draft / "ranks.csv")
        (draft / "report.md").write_text(_report(verdict, table), encoding="utf-8")

    columns = {
        "recovery.csv": "one row an unknown: coverage of 80 and 95 % intervals, chi-square of the ranks",
        "ranks.csv": "one row a truth: rank of the truth among the draws, by unknown",
    }
    return write_whole(out, fill, manifest, columns)


def _ranks(found: Recovery) -> pl.DataFrame:
    columns = {path: found.ranks[:, i].astype(np.int64) for i, path in enumerate(found.paths)}
    return pl.DataFrame({"truth": np.arange(len(found.ranks)), **columns})


def _report(verdict: dict[str, Any], table: pl.DataFrame) -> str:
    passed = "Passed" if verdict["passed"] else "FAILED"
    if verdict["passed"] and verdict["power_half_sd"] < _TELLING:
        passed = "Nothing is wrong that so few truths could show"
    uniform = "uniform" if verdict["uniform"] else "NOT uniform"
    first = (
        f"- {passed}: {verdict['truths']} truths, {verdict['unknowns']} unknowns; 80 % intervals cover"
        f" {verdict['covered_80']:.1%} (72 to 88 % are asked for), 95 % intervals"
        f" {verdict['covered_95']:.1%}."
    )
    second = (
        f"- Ranks are {uniform}: chi-square in {BINS} bins, at 1 % over all unknowns together. For one"
        f" unknown it finds a posterior that is off by half its standard deviation with probability"
        f" {verdict['power_half_sd']:.2f}, one that is 1.5 times too narrow with"
        f" {verdict['power_too_narrow']:.2f}."
    )
    third = (
        "- It shows that likelihood, surfaces and sampler fit together; not that the model is right, nor what"
        " rounding does, as the figures of a truth are exact."
    )
    rows = [
        f"| {row['path']} | {row['covered_80']:.0%} | {row['covered_95']:.0%} | {row['chi_square']:.1f}"
        f" | {row['p']:.3f} | {row['rmse_in_prior_sd']:.2f} |"
        for row in table.iter_rows(named=True)
    ]
    head = [
        "| unknown | 80 % | 95 % | chi-square | p | RMSE (prior sd) |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    return "\n".join(["# Recovery of known truths", "", first, second, third, "", *head, *rows]) + "\n"
