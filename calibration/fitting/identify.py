"""What the data say and cannot say: `identification`, `correlations` and `left_out`.

Contraction is 1 less the ratio of the posterior's standard deviation to the prior's, on the z scale, where
the prior's is 1. Below `UNIDENTIFIED` the data are said not to identify the number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from calibration.fitting.design import Floats
from calibration.fitting.point import best_point
from calibration.fitting.posterior import sample_posterior
from calibration.fitting.spec import CalibrationSpec
from calibration.fitting.unknowns import Unknowns
from calibration.fitting.waves import Fitted
from calibration.target_types import Targets

__all__ = ["UNIDENTIFIED", "Surface", "correlations", "headline_surface", "identification", "left_out"]

UNIDENTIFIED = 0.10
CORRELATED = 0.7
_SHRINKAGES = tuple(10.0**power for power in range(2, -5, -1))


def identification(unknowns: Unknowns, z: Floats, fitted: Fitted) -> pl.DataFrame:
    """Compare prior and posterior of every unknown, in its own unit.

    Parameters
    ----------
    unknowns
        What was calibrated.
    z
        Posterior draws.
    fitted
        For the diagnostics of the chain.

    Returns
    -------
    One row for each unknown.
    """
    values = unknowns.values(z)
    ends = unknowns.values(np.array([[-1.959964] * len(unknowns), [1.959964] * len(unknowns)]))
    chain = fitted.chain
    contraction = 1.0 - chain.z.reshape(-1, len(unknowns)).std(axis=0, ddof=1)
    rows = []
    for i, unknown in enumerate(unknowns.unknowns):
        low, middle, high = np.quantile(values[:, i], [0.025, 0.5, 0.975])
        rows.append(
            {
                "path": unknown.path,
                "unit": unknown.prior.unit,
                "prior_central": unknown.prior.central,
                "prior_low": float(ends[0, i]),
                "prior_high": float(ends[1, i]),
                "posterior_mean": float(values[:, i].mean()),
                "posterior_median": float(middle),
                "posterior_low": float(low),
                "posterior_high": float(high),
                "contraction": float(contraction[i]),
                "shift_in_prior_sd": float(z[:, i].mean()),
                "identified": bool(contraction[i] >= UNIDENTIFIED),
                "r_hat": float(chain.r_hat[i]),
                "effective_draws": float(chain.effective[i]),
                "reason": unknown.reason,
            }
        )
    return pl.DataFrame(rows)


def correlations(unknowns: Unknowns, fitted: Fitted, least: float = 0.0) -> pl.DataFrame:
    """Posterior correlations of at least this size, the strongest first."""
    flat = fitted.chain.z.reshape(-1, len(unknowns))
    matrix = np.atleast_2d(np.corrcoef(flat.T))
    first, second = np.triu_indices(len(unknowns), 1)
    table = pl.DataFrame(
        {
            "path": [unknowns.paths[i] for i in first],
            "with": [unknowns.paths[i] for i in second],
            "correlation": matrix[first, second].astype(np.float64),
        },
        schema={"path": pl.String, "with": pl.String, "correlation": pl.Float64},
    )
    order = pl.col("correlation").abs()
    return table.filter(order >= least).sort(order, "path", "with", descending=[True, False, False])


@dataclass(frozen=True)
class Surface:
    """The headline as a plane over the unknowns, fitted to the simulated draws of the posterior.

    Attributes
    ----------
    constant, slopes
        Persons; persons by standard deviation of the prior.
    explained
        Share of the variance over draws that the plane tells at draws left out.
    """

    constant: float
    slopes: Floats
    explained: float

    def at(self, z: Floats) -> Floats:
        """Headline by draw."""
        return self.constant + z @ self.slopes


def headline_surface(z: Floats, headline: Floats) -> Surface:
    """Fit a plane, shrunk as little as predicts best.

    What the data tell well hardly varies over the draws, so that a fixed shrinkage would level its slope: the
    very one that matters when those data are left out. So the shrinkage is that with the smallest squares
    of draws left out.

    Parameters
    ----------
    z
        Draws of the posterior that were simulated: draw x unknown.
    headline
        Persons by draw.
    """
    middle, centred = z.mean(axis=0), z - z.mean(axis=0)
    y = headline - headline.mean()
    missed, slopes = min(
        (_ridge(centred, y, shrinkage) for shrinkage in _SHRINKAGES), key=lambda found: found[0]
    )
    total = float(y @ y)
    explained = 1.0 - missed / total if total > 0 else 0.0
    return Surface(float(headline.mean() - middle @ slopes), slopes, explained)


def _ridge(centred: Floats, y: Floats, shrinkage: float) -> tuple[float, Floats]:
    """Sum of squares of draws left out, and slopes."""
    gram = centred.T @ centred + shrinkage * np.eye(centred.shape[1])
    slopes = np.linalg.solve(gram, centred.T @ y)
    leverage = np.einsum("ij,ji->i", centred, np.linalg.solve(gram, centred.T)) + 1.0 / len(y)
    left = (y - centred @ slopes) / (1.0 - np.minimum(leverage, 0.999))
    return float(left @ left), np.asarray(slopes, dtype=np.float64)


def left_out(
    spec: CalibrationSpec, targets: Targets, unknowns: Unknowns, fitted: Fitted, surface: Surface
) -> pl.DataFrame:
    """Fit again without each block of targets, on the emulator, and see what moves.

    Returns
    -------
    A row for each block: what the headline and its standard deviation become, and which unknown moves most.
    None if there is a single block, without which nothing is left.
    """
    rows = list(_left_out(spec, targets, unknowns, fitted, surface))
    return pl.DataFrame(rows, schema=_LEFT_OUT)


_LEFT_OUT = {
    "block": pl.String,
    "targets": pl.Int64,
    "headline": pl.Float64,
    "headline_change": pl.Float64,
    "headline_sd_ratio": pl.Float64,
    "unknown_moved_most": pl.String,
    "moved_by_posterior_sd": pl.Float64,
}


def _left_out(
    spec: CalibrationSpec, targets: Targets, unknowns: Unknowns, fitted: Fitted, surface: Surface
) -> Iterable[dict[str, object]]:
    counted = [target for target in targets.targets if target.role == "fit"]
    whole = fitted.chain.z.reshape(-1, len(unknowns))
    before, spread = surface.at(whole), whole.std(axis=0, ddof=1)
    for block in dict.fromkeys(target.block for target in counted):
        gone = np.array([target.block == block for target in counted])
        if gone.all():
            continue
        problem = fitted.problem.without(gone)
        start = best_point(problem, tries=fitted.best[None, :])
        steps = max(spec.posterior.steps // 6, 300)
        chain = sample_posterior(
            problem, start=start, steps=steps, seed=spec.seed, purpose=f"without/{block}"
        )
        z = chain.z.reshape(-1, len(unknowns))
        after = surface.at(z)
        moved = (z.mean(axis=0) - whole.mean(axis=0)) / spread
        most = int(np.argmax(np.abs(moved)))
        yield {
            "block": block,
            "targets": int(gone.sum()),
            "headline": float(after.mean()),
            "headline_change": float(after.mean() - before.mean()),
            "headline_sd_ratio": float(after.std(ddof=1) / max(float(before.std(ddof=1)), 1e-12)),
            "unknown_moved_most": unknowns.paths[most],
            "moved_by_posterior_sd": float(moved[most]),
        }
