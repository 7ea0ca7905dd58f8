"""`screen`: Morris' elementary effects of every parameter, by SALib.

An elementary effect is what an outcome changes by when one parameter goes from the lower to the upper end of
the middle 90 % of its prior, the others staying where they are (Morris 1991; mu* of Campolongo, Cariboni and
Saltelli 2007). A step is two thirds of the way, taken from one of four levels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["LEAST_TRAJECTORIES", "LEVELS", "Screened", "screen", "trajectories"]

Floats = NDArray[np.float64]

LEVELS = 4
LEAST_TRAJECTORIES = 4
_STEP = LEVELS / (2 * (LEVELS - 1))
_ENDS = 0.05, 0.95
_FAMILY = 0.05
"""Share of studies in which chance alone would make any parameter look like one that matters."""


@dataclass(frozen=True)
class Screened:
    """Elementary effects in the unit of the outcome; arrays by parameter.

    Attributes
    ----------
    mu_star, low, high
        Mean size of the effect, with a 95 % bootstrap interval over trajectories.
    mu
        Mean effect with its sign.
    sigma
        Standard deviation of the effects: curvature and interactions, and chance.
    chance_share
        Part of the mean square of the effects that chance explains, at most 1.
    distinguishable
        Whether effects are larger than chance makes them (F test, corrected for the number of parameters).
    """

    mu_star: Floats
    low: Floats
    high: Floats
    mu: Floats
    sigma: Floats
    chance_share: Floats
    distinguishable: NDArray[np.bool_]


def trajectories(names: Sequence[str], count: int, seed: int) -> Floats:
    """Lay out trajectories through the priors.

    Returns
    -------
    Probabilities at which to take each prior's quantile: point x parameter, `len(names) + 1` points for each
    trajectory.
    """
    from SALib.sample import morris

    points = morris.sample(_problem(names), count, num_levels=LEVELS, seed=_word(seed))
    return np.asarray(_ENDS[0] + (_ENDS[1] - _ENDS[0]) * points)


def screen(names: Sequence[str], points: Floats, values: Floats, seed: int) -> Screened:
    """Measure elementary effects.

    Parameters
    ----------
    names
        Of the parameters.
    points
        What `trajectories` gave.
    values
        Point x replication.
    seed
        Key of the bootstrap.
    """
    from SALib.analyze import morris

    unit = (points - _ENDS[0]) / (_ENDS[1] - _ENDS[0])
    mean = np.ascontiguousarray(values.mean(axis=1))
    found: dict[str, Any] = morris.analyze(
        _problem(names), unit, mean, num_levels=LEVELS, num_resamples=500, seed=_word(seed)
    )
    star, half = (np.asarray(found[key], np.float64) for key in ("mu_star", "mu_star_conf"))
    share, sure = _against_chance(unit, values)
    mu, sigma = (np.asarray(found[key], np.float64) for key in ("mu", "sigma"))
    return Screened(star, np.clip(star - half, 0, None), star + half, mu, sigma, share, sure)


def elementary_effects(unit: Floats, values: Floats) -> Floats:
    """Effects by trajectory, parameter and replication."""
    size = unit.shape[1] + 1
    count = len(unit) // size
    effects = np.empty((count, unit.shape[1], values.shape[1]))
    for trajectory in range(count):
        rows = slice(trajectory * size, (trajectory + 1) * size)
        steps = np.diff(unit[rows], axis=0)
        moved = np.abs(steps).argmax(axis=1)
        direction = np.sign(steps[np.arange(size - 1), moved])
        effects[trajectory, moved] = np.diff(values[rows], axis=0) * direction[:, None] / _STEP
    return effects


def _against_chance(unit: Floats, values: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """How much of the effects chance explains, and whether they are larger than that."""
    from scipy.stats import f as fisher

    effects = elementary_effects(unit, values)
    count, parameters, replications = effects.shape
    chance = effects.var(axis=2, ddof=1).mean(axis=0) / replications
    square = (effects.mean(axis=2) ** 2).mean(axis=0)
    moved, noisy = square > 0, chance > 0
    ratio = np.where(noisy, square / np.where(noisy, chance, 1.0), np.where(moved, np.inf, 0.0))
    surprise = fisher.sf(ratio, count, count * (replications - 1))
    share = np.where(moved, np.minimum(chance / np.where(moved, square, 1.0), 1.0), 0.0)
    return share, np.asarray(moved & (surprise < _FAMILY / parameters))


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


def _word(seed: int) -> int:
    """SALib takes 32 bits."""
    return seed % 2**32
