"""Runs of the scenarios, side by side with the baseline: the same persons meet the same luck in both."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from careersim.config.loaded import LoadedRun
from careersim.experiment.replicate import run_replications
from careersim.flows.series import ProfessionSeries
from careersim.model.assemble import read_model
from careersim.model.graph import Model

__all__ = ["ARRAYS", "REPLICATIONS", "gap", "lives", "model_of", "moves"]

ARRAYS = ("stock", "fte_percent", "left", "arrived", "moved_out", "moved_in", "entered", "seats")
"""Everything that a run counts."""

REPLICATIONS = 8
"""With 7 degrees of freedom and some thirty tests, a mean must be eight standard errors from nought."""


@cache
def _read(path: Path) -> tuple[LoadedRun, Model]:
    return read_model(path)


def model_of(path: Path) -> Model:
    """The model of a run file."""
    return _read(path)[1]


@cache
def lives(path: Path, profession: str) -> ProfessionSeries:
    """Run one profession of a file to 2040; conservation is checked in every year on the way.

    The seed is that of the baseline, which every scenario inherits.
    """
    loaded, model = _read(path)
    chosen = tuple(one for one in model.professions if one.name == profession)
    replicated = run_replications(
        replace(model, professions=chosen), seed=loaded.spec.seed, replications=REPLICATIONS
    )
    return replicated.series[profession]


def gap(scenario: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Difference within each replication; the arrays have replications first and nothing else."""
    return np.asarray(scenario, dtype=np.float64) - np.asarray(other, dtype=np.float64)


def moves(gaps: NDArray[np.float64], sign: int, chance: float) -> bool:
    """Tell whether differences within replications go the way they should.

    One-sided test of Student for paired differences: without an effect the chance of `True` is `chance`. A
    difference sums over thousands of persons, so that it is close enough to normal for that.

    Parameters
    ----------
    gaps
        One difference per replication.
    sign
        1 if the scenario should raise the number, -1 if it should lower it.
    chance
        Chance of a false alarm, already divided by the number of tests.
    """
    mean, spread = float(np.mean(gaps)) * sign, float(np.std(gaps, ddof=1))
    bound = float(stats.t.isf(chance, len(gaps) - 1)) * spread / len(gaps) ** 0.5
    return mean > bound
