"""`best_point`: where the posterior is highest, by deterministic least squares on the emulator."""

from __future__ import annotations

import numpy as np

from calibration.extra import library
from calibration.fitting.design import Floats
from calibration.fitting.posterior import Problem

__all__ = ["best_point"]

_EDGE = 4.0


def best_point(problem: Problem, *, tries: Floats) -> Floats:
    """Find the highest point of the posterior.

    Whitened residuals and z itself (the prior) are the terms of one sum of squares, which a trust-region
    search brings down from each of the tries.

    Parameters
    ----------
    problem
        What is fitted.
    tries
        Points on the z scale to start from, tries x unknowns; the centre of the prior is tried as well.

    Returns
    -------
    z of the best end point; the first of equals.

    Raises
    ------
    UserError
        If scipy is not installed.
    """
    optimize = library("scipy.optimize")

    def terms(z: Floats) -> Floats:
        return np.concatenate([problem.residuals(z[None, :])[0], z])

    ends = [
        optimize.least_squares(terms, np.clip(start, -_EDGE, _EDGE), bounds=(-_EDGE - 0.5, _EDGE + 0.5))
        for start in (np.zeros(problem.unknowns), *tries)
    ]
    best = min(range(len(ends)), key=lambda number: (round(float(ends[number].cost), 9), number))
    return np.asarray(ends[best].x, dtype=np.float64)
