"""`rank_truths` and `judge_ranks`: where known truths lie in their posteriors, and whether that is fair."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from calibration.extra import library
from calibration.fitting.design import Floats
from calibration.fitting.point import best_point
from calibration.fitting.posterior import Problem, sample_many

__all__ = ["BINS", "DRAWS", "Recovery", "judge_ranks", "rank_truths"]

DRAWS = 99
BINS = 10
LEVEL = 0.01
COVERS = (0.72, 0.88)
_STEPS = 1200
_AT_ONCE = 10


@dataclass(frozen=True)
class Recovery:
    """Ranks of truths.

    Attributes
    ----------
    paths
        Unknowns.
    ranks
        Truth x unknown: how many of `DRAWS` posterior draws lie below the truth, 0 to `DRAWS`.
    error
        Truth x unknown: posterior mean less truth, in standard deviations of the prior.
    """

    paths: tuple[str, ...]
    ranks: Floats
    error: Floats

    def coverage(self, share: float) -> Floats:
        """Share of truths within the central interval, by unknown; a rank at its very end counts half.

        So a true posterior covers the share itself: of 100 ranks, 95 % are those from 3 to 96 and half of 2
        and 97.
        """
        apart = np.abs(self.ranks - DRAWS / 2.0) - share * (DRAWS + 1) / 2.0
        return np.asarray(((apart < 1e-9).mean(axis=0) + (apart < -1e-9).mean(axis=0)) / 2.0)


def rank_truths(
    problem: Problem,
    true: Floats,
    observed: Floats,
    *,
    seed: int,
    paths: tuple[str, ...],
    told: Callable[[str, int, int], None] | None = None,
    steps: int = _STEPS,
) -> Recovery:
    """Sample the posterior of every truth and rank the truth in it.

    Parameters
    ----------
    problem
        Emulator and covariance; its published figures are replaced.
    true
        Truth x unknown, z scale.
    observed
        Truth x target.
    seed, steps
        Of the chains.
    paths
        Names of the unknowns.
    told
        Called with the stage, and how many truths are done of how many.
    """
    ranks, errors = np.empty(true.shape), np.empty(true.shape)
    for begin in range(0, len(true), _AT_ONCE):
        chosen = slice(begin, begin + _AT_ONCE)
        z, figures = true[chosen], observed[chosen]
        nothing = np.empty((0, problem.unknowns))
        start = np.stack([best_point(replace(problem, low=y, high=y), tries=nothing) for y in figures])
        kept, _, _ = sample_many(
            problem, (figures, figures), start=start, steps=steps, seed=seed, purpose=f"truths/{begin}"
        )
        for row in range(len(z)):
            flat = kept[:, row].reshape(-1, problem.unknowns)
            drawn = flat[np.linspace(0, len(flat) - 1, DRAWS).round().astype(np.intp)]
            ranks[begin + row] = (drawn < z[row]).sum(axis=0)
            errors[begin + row] = flat.mean(axis=0) - z[row]
        if told is not None:
            told("recovering", begin + len(z), len(true))
    return Recovery(paths, ranks, errors)


def judge_ranks(found: Recovery) -> tuple[dict[str, Any], pl.DataFrame]:
    """Judge coverage and uniformity.

    Returns
    -------
    verdict
        `passed`, the pooled coverage, and the power of the test of uniformity.
    table
        One row for each unknown.
    """
    stats = library("scipy.stats")
    many, unknowns = found.ranks.shape
    counts = np.stack(
        [
            np.bincount((column * BINS // (DRAWS + 1)).astype(np.intp), minlength=BINS)
            for column in found.ranks.T
        ]
    )
    square = ((counts - many / BINS) ** 2 / (many / BINS)).sum(axis=1)
    p = stats.chi2.sf(square, BINS - 1)
    critical = float(stats.chi2.isf(LEVEL / unknowns, BINS - 1))
    covered80, covered95 = found.coverage(0.80), found.coverage(0.95)
    table = pl.DataFrame(
        {
            "path": found.paths,
            "covered_80": covered80,
            "covered_95": covered95,
            "chi_square": square,
            "p": np.asarray(p, dtype=np.float64),
            "uniform": square <= critical,
            "rmse_in_prior_sd": np.sqrt((found.error**2).mean(axis=0)),
            "mean_error_in_prior_sd": found.error.mean(axis=0),
        }
    )
    pooled = float(covered80.mean())
    uniform = bool((square <= critical).all())
    verdict = {
        "truths": many,
        "unknowns": unknowns,
        "covered_80": pooled,
        "covered_95": float(covered95.mean()),
        "uniform": uniform,
        "power_half_sd": _power(stats, many, 0.5, 1.0, critical),
        "power_too_narrow": _power(stats, many, 0.0, 1.5, critical),
        "passed": uniform and COVERS[0] <= pooled <= COVERS[1],
    }
    return verdict, table


def _power(stats: Any, many: int, shift: float, ratio: float, critical: float) -> float:
    """Chance to find that one posterior lies `shift` sd off or is `ratio` times too narrow."""
    edges = stats.norm.ppf(np.arange(BINS + 1) / BINS)
    shares = np.diff(stats.norm.cdf((edges - shift) / ratio))
    noncentral = many * float((((shares - 1 / BINS) ** 2) * BINS).sum())
    return float(stats.ncx2.sf(critical, BINS - 1, noncentral))
