"""Rates from states at the ends of years: the exact likelihood of competing risks, and its maximum.

In a cell with n persons at risk, of whom D had an event and d_k one of kind k, the engine gives event k the
probability `P h_k / H` with `P = 1 - exp(-H)` and `H` the sum of the rates. The derivative of the
log-likelihood by `ln h_k` is `d_k - h_k e`, with `e = n - D + D m(H)` and `m(H) = 1/H - 1/(exp(H) - 1)`, the
mean time until an event that comes within the year: `e` are the person-years lived before the event. So the
rate is events over person-years, where those with an event have lived for `m(H)` years. In a single cell
this gives `h_k = -ln(1 - D/n) d_k/D`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.register.exposure import Risks
from careersim.errors import UserError

__all__ = ["Curve", "Fit", "lived", "maximise", "rates"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEPS, _ROUNDS = 100, 60
_CLOSE = 1e-9
_SMALL = 1e-4


@dataclass(frozen=True)
class Curve:
    """Numbers in a row whose logarithms shall bend as little as the data allow (Whittaker-Henderson).

    Attributes
    ----------
    chains
        Positions of the numbers in order of age, one row of them for each sex.
    weight
        Of the squared second differences, against the log-likelihood.
    """

    chains: tuple[tuple[int, ...], ...]
    weight: float = 10.0


@dataclass(frozen=True)
class Fit:
    """Estimates.

    Attributes
    ----------
    logarithms
        Of all numbers, at their positions.
    free
        Positions that were estimated.
    covariance
        Of the estimates: inverse of the expected information and the penalty, free x free.
    curves
        With the weights that were found.
    """

    logarithms: Floats
    free: Ints
    covariance: Floats
    curves: tuple[Curve, ...]

    def errors(self) -> Floats:
        """Standard errors of all logarithms; nan for those that were not estimated."""
        out = np.full(len(self.logarithms), np.nan)
        out[self.free] = np.sqrt(np.diag(self.covariance))
        return out


def maximise(risks: Sequence[Risks], logarithms: Floats, free: Ints, curves: Sequence[Curve] = ()) -> Fit:
    """Estimate numbers by maximum penalised likelihood.

    Parameters
    ----------
    risks
        Persons at risk and events.
    logarithms
        Of the numbers at their positions: where to start, and what the others stay at.
    free
        Positions that are estimated.
    curves
        Numbers to be smoothed, all of them free. Their weights are found by the fixed point of Wood and
        Fasiolo (2017, Biometrics 73:1071), which maximises the marginal likelihood.

    Returns
    -------
    The estimates.

    Raises
    ------
    UserError
        If the data do not tell the numbers apart.
    """
    table = _Table(risks, len(logarithms), free)
    theta, found = logarithms.copy(), tuple(curves)
    covariance = np.zeros((len(free), len(free)))
    for _ in range(_ROUNDS):
        theta, covariance = _newton(table, theta, found)
        better = tuple(_reweighted(curve, theta, covariance, table) for curve in found)
        moved = [abs(np.log(one.weight / two.weight)) for one, two in zip(better, found, strict=True)]
        found = better
        if max(moved, default=0.0) < 0.02:
            break
    return Fit(theta, free, covariance, found)


def rates(risks: Risks, logarithms: Floats) -> Floats:
    """Rates per year of cells and hazards."""
    out: Floats = np.exp(logarithms[risks.factors].sum(axis=-1) + risks.workload)
    return out


def lived(persons: Floats, events: Floats, total_rate: Floats) -> Floats:
    """Person-years lived before the first event by persons at the total rate H, `events` of whom had one."""
    time = np.where(total_rate > _SMALL, _mean_time(np.maximum(total_rate, _SMALL)), 0.5 - total_rate / 12)
    out: Floats = persons - events + events * time
    return out


def _mean_time(total_rate: Floats) -> Floats:
    out: Floats = 1 / total_rate - 1 / np.expm1(total_rate)
    return out


def _bend(total_rate: Floats) -> Floats:
    """Derivative of the mean time by the rate."""
    rate = np.maximum(total_rate, _SMALL)
    exact = -1 / rate**2 + 1 / (4 * np.sinh(rate / 2) ** 2)
    out: Floats = np.where(total_rate > 1e-2, exact, -1 / 12 + total_rate**2 / 240)
    return out


class _Table:
    """Counts over all counties, and where each number acts, laid out for sums."""

    def __init__(self, risks: Sequence[Risks], positions: int, free: Ints) -> None:
        self.free = free
        self.place = np.full(positions, -1, dtype=np.int64)
        self.place[free] = np.arange(len(free))
        self.parts = [(one, one.persons.sum(axis=1), one.events.sum(axis=2)) for one in risks]

    def value(self, theta: Floats) -> float:
        """Log-likelihood."""
        total = 0.0
        for risk, persons, events in self.parts:
            rate = rates(risk, theta)
            every = rate.sum(axis=1)
            had = events.sum(axis=1)
            log_share = np.log(np.divide(rate, every[:, None], out=np.ones_like(rate), where=events > 0))
            log_any = np.log(-np.expm1(-every), out=np.zeros_like(every), where=had > 0)
            total += float(
                (events * log_share).sum() + (had * log_any).sum() - ((persons - had) * every).sum()
            )
        return total

    def slope(self, theta: Floats) -> tuple[Floats, Floats]:
        """Gradient and expected information of the free numbers."""
        size = len(self.free)
        gradient, information = np.zeros(size), np.zeros((size, size))
        for risk, persons, events in self.parts:
            factors = risk.factors
            rate = rates(risk, theta)
            every = rate.sum(axis=1)
            time = lived(persons, events.sum(axis=1), every)
            rest = events - rate * time[:, None]
            happens = persons * -np.expm1(-every)
            expected = np.divide(happens, every, out=persons.astype(np.float64), where=every > 0)
            weight = rate * expected[:, None]
            place = self.place[factors]
            sums = np.zeros((len(factors), size))
            for c in range(factors.shape[2]):
                rows, ks = np.nonzero(place[:, :, c] >= 0)
                at = place[rows, ks, c]
                gradient += _summed(np.zeros_like(at), at, rest[rows, ks], (1, size))[0]
                sums += _summed(rows, at, rate[rows, ks], sums.shape)
                for other in range(factors.shape[2]):
                    there = place[rows, ks, other]
                    both = there >= 0
                    information += _summed(at[both], there[both], weight[rows, ks][both], (size, size))
            information += sums.T @ (sums * (happens * _bend(every))[:, None])
        return gradient, information


def _summed(first: Ints, second: Ints, weights: Floats, shape: tuple[int, int]) -> Floats:
    """Matrix of weights added up at their places."""
    flat = np.bincount(first * shape[1] + second, weights, minlength=shape[0] * shape[1])
    return flat.astype(np.float64).reshape(shape)  # integers if there is nothing to add up


def _newton(table: _Table, theta: Floats, curves: Sequence[Curve]) -> tuple[Floats, Floats]:
    """Climb to the top for given weights; also the covariance there."""
    penalty = _penalty(table, curves)
    free = table.free

    def height(at: Floats) -> float:
        return table.value(at) - 0.5 * float(at[free] @ penalty @ at[free])

    now = height(theta)
    information = np.zeros_like(penalty)
    for _ in range(_STEPS):
        gradient, information = table.slope(theta)
        gradient = gradient - penalty @ theta[free]
        step = _solved(information + penalty, gradient)
        step = np.clip(step, -2.0, 2.0)
        higher, size = now, 1.0
        while True:
            tried = theta.copy()
            tried[free] += size * step
            higher = height(tried)
            if higher >= now - 1e-12 * abs(now) or size < 1e-8:
                break
            size /= 2
        theta, gained, now = tried, higher - now, higher
        if float(gradient @ step) < _CLOSE * max(1.0, len(free)) and gained < 1e-6:
            break
    _, information = table.slope(theta)
    return theta, _inverse(information + penalty)


def _penalty(table: _Table, curves: Sequence[Curve]) -> Floats:
    size = len(table.free)
    penalty = np.zeros((size, size))
    for curve in curves:
        penalty += curve.weight * _bending(table, curve)
    return penalty


def _bending(table: _Table, curve: Curve) -> Floats:
    """Matrix of the sum of squared second differences of a curve."""
    size = len(table.free)
    out = np.zeros((size, size))
    for chain in curve.chains:
        if len(chain) < 3:
            continue
        at = table.place[list(chain)]
        difference = np.diff(np.eye(len(chain)), n=2, axis=0)
        out[np.ix_(at, at)] += difference.T @ difference
    return out


def _reweighted(curve: Curve, theta: Floats, covariance: Floats, table: _Table) -> Curve:
    bending = _bending(table, curve)
    rank = sum(max(len(chain) - 2, 0) for chain in curve.chains)
    if rank == 0:
        return curve
    at = theta[table.free]
    bent = float(at @ bending @ at)
    spent = float(np.sum(covariance * bending))
    weight = max(rank - curve.weight * spent, 1e-6 * rank) / max(bent, 1e-12)
    return replace(curve, weight=float(np.clip(weight, 1e-3, 1e5)))


def _solved(matrix: Floats, vector: Floats) -> Floats:
    try:
        scale = 1 / np.sqrt(np.diag(matrix))
        out: Floats = scale * np.linalg.solve(matrix * np.outer(scale, scale), scale * vector)
    except (np.linalg.LinAlgError, FloatingPointError):
        raise _confounded() from None
    return out


def _inverse(matrix: Floats) -> Floats:
    if not len(matrix):
        return matrix
    diagonal = np.diag(matrix)
    if (diagonal <= 0).any():
        raise _confounded()
    scale = 1 / np.sqrt(diagonal)
    scaled = matrix * np.outer(scale, scale)
    if np.linalg.eigvalsh(scaled)[0] < 1e-10:
        raise _confounded()
    out: Floats = np.linalg.inv(scaled) * np.outer(scale, scale)
    return out


def _confounded() -> UserError:
    return UserError(
        "the table does not tell the rates apart",
        expected="events in each cell, and not always the same ratios together",
        remedy="keep some of the parameters at their published values (`keep`)",
    )
