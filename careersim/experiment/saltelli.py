"""Sobol indices by SALib from runs that are laid out for it, without a polynomial.

Takes N (k + 2) runs for k parameters (Saltelli et al. 2010; total index of Jansen). For a few parameters, or
to check the polynomial where machine time does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careersim.experiment.chance_share import Chance
from careersim.experiment.indices import Indices

__all__ = ["LEAST_BASE", "base_size", "saltelli_indices", "saltelli_points"]

Floats = NDArray[np.float64]

LEAST_BASE = 32
"""Fewest points of the base sequence."""


def base_size(runs: int, parameters: int) -> int:
    """The largest power of two whose design fits into so many runs; 0 if none does."""
    most = runs // (parameters + 2)
    return 1 << (most.bit_length() - 1) if most else 0


def saltelli_points(names: Sequence[str], base: int, seed: int) -> Floats:
    """Probabilities at which to take each prior's quantile: base * (k + 2) points x parameter."""
    from SALib.sample import sobol

    points = sobol.sample(_problem(names), base, calc_second_order=False, seed=seed % 2**32)
    return np.clip(np.asarray(points, np.float64), _EDGE, 1 - _EDGE)


def saltelli_indices(names: Sequence[str], values: Floats, chance: Chance, seed: int) -> Indices:
    """Estimate indices of one outcome.

    Parameters
    ----------
    names
        Of the parameters.
    values
        Mean over replications at each point of the design.
    chance
        Of the same numbers; indices are shares of the variance that parameters cause.
    seed
        Key of the bootstrap.
    """
    from SALib.analyze import sobol

    count = len(names)
    if chance.parameter_variance <= 0:
        nothing = np.zeros(count)
        never = np.zeros(count, bool)
        return Indices(nothing, nothing, nothing, nothing, nothing, nothing, never, np.zeros((1, count)))
    found: dict[str, Any] = sobol.analyze(
        _problem(names), values, calc_second_order=False, num_resamples=500, seed=seed % 2**32
    )
    scale = max(chance.variance / chance.parameter_variance, 1.0)
    first, first_half, total, total_half = (
        np.asarray(found[key], np.float64) * scale for key in ("S1", "S1_conf", "ST", "ST_conf")
    )
    ends = [first - first_half, first + first_half, total - total_half, total + total_half]
    first_low, first_high, total_low, total_high = (np.clip(end, 0, 1) for end in ends)
    surely = (total - total_half > chance.share * scale) & chance.distinguishable
    return Indices(
        np.clip(first, 0, 1), first_low, first_high, np.clip(total, 0, 1), total_low, total_high,
        surely, np.clip(first, 0, 1)[None, :],
    )  # fmt: skip


def _problem(names: Sequence[str]) -> dict[str, Any]:
    return {"num_vars": len(names), "names": list(names), "bounds": [[0.0, 1.0]] * len(names)}


_EDGE = 1e-6
"""Priors without ends have no quantile at 0 and 1."""
