"""`fit_emulator`: every target as a quadratic surface over the unknowns, with what the surface misses.

A surface with k unknowns has (k + 1)(k + 2) / 2 coefficients; three design points for each are enough
(docs/decisions/018-waves-of-a-quadratic-emulator.md). What it misses is measured by leaving out one point
after the other, for which least squares needs no second fit: the residual of a point divided by one less its
leverage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from calibration.fitting.design import Floats
from careersim.errors import InternalError

__all__ = ["Emulator", "coefficients", "fit_emulator"]


def fit_emulator(x: Floats, y: Floats) -> Emulator:
    """Fit the surfaces by least squares.

    Parameters
    ----------
    x
        Design points x unknowns, of size about 1.
    y
        Design points x targets: means over the replications of a point.

    Returns
    -------
    The surfaces.

    Raises
    ------
    InternalError
        If there are fewer points than 1.2 times the coefficients of a quadratic surface.
    """
    points, unknowns = x.shape
    if points < 1.2 * coefficients(unknowns):
        raise InternalError(f"{points} points are too few for {coefficients(unknowns)} coefficients")
    features = _features(x)
    q, r = np.linalg.qr(features)
    beta = np.linalg.solve(r, q.T @ y)
    leverage = np.minimum(np.sum(q * q, axis=1), 0.999)
    left_out = (y - features @ beta) / (1.0 - leverage)[:, None]
    missed = left_out.T @ left_out / points
    spread = y.var(axis=0)
    explained = 1.0 - np.divide(np.diag(missed), spread, out=np.zeros(y.shape[1]), where=spread > 0)
    return Emulator(beta, missed, explained, points)


def coefficients(unknowns: int) -> int:
    """Number of coefficients of a quadratic surface."""
    return (unknowns + 1) * (unknowns + 2) // 2


@dataclass(frozen=True)
class Emulator:
    """Quadratic surfaces.

    Attributes
    ----------
    beta
        Coefficients x targets, in the order constant, linear, products.
    missed
        Covariance of what the surfaces miss at points left out: targets x targets.
    explained
        Share of each target's variance over the design that a point left out is predicted with.
    points
        Design points used.
    """

    beta: Floats
    missed: Floats
    explained: Floats
    points: int

    def predict(self, x: Floats) -> Floats:
        """Means of the targets, shape (points, targets)."""
        return _features(x) @ self.beta

    def shifted(self, offset: Floats) -> Emulator:
        """The same surfaces, higher by an offset for each target."""
        beta = self.beta.copy()
        beta[0] += offset
        return replace(self, beta=beta)

    def slopes(self, x: Floats) -> Floats:
        """Derivatives at one point: targets x unknowns."""
        unknowns = len(x)
        steps = np.eye(unknowns)
        # Central differences of a quadratic are exact.
        return (self.predict(x + steps) - self.predict(x - steps)).T / 2.0


def _features(x: Floats) -> Floats:
    points, unknowns = x.shape
    first, second = np.triu_indices(unknowns)
    return np.concatenate([np.ones((points, 1)), x, x[:, first] * x[:, second]], axis=1)
