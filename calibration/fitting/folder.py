"""`write_fit`: the folder of a calibration, whole or not at all (docs/reference/calibration-file.md)."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import careersim
from calibration.fitting.outcome import Fit
from calibration.fitting.overlay import Calibrated, calibrated_layer
from calibration.fitting.pictures import pictures
from calibration.fitting.report import report_text, years_of
from careersim.experiment.draws import Draws, model_mark
from careersim.outputs.folder import write_whole

__all__ = ["write_fit"]

_PACKAGES = ("numpy", "numba", "polars", "scipy", "emcee")
_KEPT_STEPS = 50
_DIGITS = 10

_COLUMNS = {
    "fit.csv": "one row a target: published, predicted, residual in its own tolerance, met or why not",
    "identification.csv": "one row an unknown: prior, posterior, contraction, diagnostics of the chain",
    "correlations.csv": "posterior correlation of every two unknowns",
    "sensitivity.csv": "one row a block of targets: the headline without it",
    "posterior.parquet": "draws of the model's unknowns, for --posterior",
    "observation.parquet": "the same draws of the coverages of registers",
    "targets.svg": "picture: residual of every target that counts, in its own tolerance, one row a block",
    "unknowns.svg": "picture: prior and posterior of every unknown, scaled to the prior's own interval",
    "chain.parquet": "evenly spaced steps of all walkers, for ArviZ (calibration.arviz.to_arviz)",
}


def write_fit(fit: Fit, out: str | Path) -> Path:
    """Write the folder.

    Parameters
    ----------
    fit
        What was found.
    out
        New folder.

    Returns
    -------
    The folder.

    Raises
    ------
    OutputError
        If it exists or cannot be written; nothing is left behind.
    """

    def fill(draft: Path) -> None:
        _write_text(draft / "report.md", report_text(fit))
        _write_text(draft / "calibrated.yaml", _layer(fit))
        fit.table.write_csv(draft / "fit.csv")
        professions = fit.calibration.spec.professions
        for name, content in pictures(professions, fit.table, fit.identification).items():
            _write_text(draft / name, content)
        if fit.point_only:
            return
        _write_draws(fit, draft)
        fit.identification.write_csv(draft / "identification.csv")
        fit.correlations.write_csv(draft / "correlations.csv")
        fit.sensitivity.write_csv(draft / "sensitivity.csv")
        _chain(fit).write_parquet(draft / "chain.parquet")

    return write_whole(out, fill, _manifest(fit), _COLUMNS)


def _write_draws(fit: Fit, draft: Path) -> None:
    values = np.vectorize(lambda value: float(f"{value:.{_DIGITS}g}"))(fit.unknowns.values(fit.z))
    mark = {**model_mark(fit.calibration.run, "posterior"), **{f"hash.{k}": v for k, v in fit.key.items()}}
    observes = np.array([unknown.observes for unknown in fit.unknowns.unknowns])
    for name, chosen in (("posterior", ~observes), ("observation", observes)):
        if chosen.any():
            paths = tuple(path for path, one in zip(fit.unknowns.paths, chosen, strict=True) if one)
            Draws(paths, values[:, chosen], mark).to_parquet(draft / f"{name}.parquet")


def _layer(fit: Fit) -> str:
    spec = fit.calibration.spec
    judged = fit.table.filter(pl.col("met").is_not_null())
    data = f"{len(judged)} published figures of {years_of(judged)}"
    how = "a point fit; the range is that of the prior" if fit.point_only else "mean of the posterior"
    values = fit.unknowns.values(fit.z)
    numbers = {}
    for i, unknown in enumerate(fit.unknowns.unknowns):
        if unknown.observes:
            continue
        prior = unknown.prior
        if fit.point_only:
            low, high, said = prior.low, prior.high, ""
        else:
            low, high = map(float, np.quantile(values[:, i], [0.025, 0.975]))
            said = "" if fit.identification["identified"][i] else " The data do not identify it."
        source = (
            f"{how}, on {data} (calibration {spec.name}); before, {prior.central:.6g} within"
            f" {prior.low:.6g} to {prior.high:.6g} from: {prior.source.rstrip('.')}.{said}"
        )
        numbers[unknown.path] = Calibrated(float(fit.calibrated[i]), low, high, source)
    description = f"Numbers of {', '.join(spec.professions)} calibrated on {data}."
    return calibrated_layer(
        fit.calibration.run, numbers, name=f"calibrated_{spec.name}", description=description
    )


def _chain(fit: Fit) -> pl.DataFrame:
    """Steps x walkers in long form, with the columns chain and draw of ArviZ."""
    z = fit.fitted.chain.z
    steps = np.unique(np.linspace(0, len(z) - 1, _KEPT_STEPS).round().astype(np.intp))
    walkers = z.shape[1]
    values = fit.unknowns.values(z[steps].reshape(-1, z.shape[2]))
    columns: dict[str, Any] = {
        "chain": np.tile(np.arange(walkers), len(steps)),
        "draw": np.repeat(np.arange(len(steps)), walkers),
    }
    columns |= {path: values[:, i] for i, path in enumerate(fit.unknowns.paths)}
    columns["log_posterior"] = fit.fitted.chain.log_posterior[steps].reshape(-1)
    return pl.DataFrame(columns).sort("chain", "draw")


def _manifest(fit: Fit) -> dict[str, Any]:
    spec = fit.calibration.spec
    judged = fit.table.filter(pl.col("met").is_not_null())
    return {
        "name": spec.name,
        "kind": "point fit" if fit.point_only else "calibration",
        "seed": spec.seed,
        "hashes": fit.key,
        "model": model_mark(fit.calibration.run, "posterior"),
        "asked": spec.model_dump(mode="json"),
        "targets": len(judged),
        "targets_met": int(judged["met"].sum()),
        "unknowns": list(fit.unknowns.paths),
        "calibrated": dict(zip(fit.unknowns.paths, map(float, fit.calibrated), strict=True)),
        "waves": [
            {"points": w.points, "used": w.used, "accepted": w.accepted, "worst_r_hat": w.worst_r_hat}
            for w in fit.fitted.waves
        ],
        "versions": {"careersim": careersim.__version__, **{name: _version(name) for name in _PACKAGES}},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
