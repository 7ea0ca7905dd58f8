"""`sample_posterior`: draws from the posterior of the unknowns, on the emulator.

Everything happens on the z scale, where every unknown's prior is the standard normal distribution; `scale`
turns z into the coordinates of the emulator. The likelihood is normal in the space of the targets, whitened
by the sum of four covariances: tolerance of the targets, chance of one country, chance that is left in the
fixed seed set, and what the emulator misses. Chance is keyed (`calibration.fitting.design`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
from numpy.typing import NDArray

from calibration.fitting.design import Floats, normals, words_of
from calibration.fitting.emulator import Emulator

__all__ = ["Chain", "Problem", "bytes_of_chain", "sample_many", "sample_posterior"]

_FARTHEST = 5.0  # a standard normal draw beyond is rarer than one in a million
_SLOPE_OVER = 0.05  # of a standard deviation of the prior


@dataclass(frozen=True)
class Problem:
    """Observed numbers, the emulator, and how far apart they may be.

    Attributes
    ----------
    low, high
        The published interval of each target; equal for an exact figure, and may be infinite.
    covariance
        Of published less emulated: targets x targets.
    emulator
        Predicts the targets.
    scale
        From z (points x unknowns) to the coordinates of the emulator.
    unknowns
        How many.
    """

    low: Floats
    high: Floats
    covariance: Floats
    emulator: Emulator
    scale: Callable[[Floats], Floats]
    unknowns: int

    def residuals(self, z: Floats) -> Floats:
        """Published less emulated, whitened: points x targets; 0 within a published interval."""
        predicted = self.emulator.predict(self.scale(z))
        return (np.clip(predicted, self.low, self.high) - predicted) @ self.whitening.T

    def log_likelihood(self, z: Floats) -> Floats:
        """Up to a constant, by point."""
        return cast(Floats, -0.5 * np.sum(self.residuals(z) ** 2, axis=1))

    def log_posterior(self, z: Floats) -> Floats:
        """Up to a constant, by point; minus infinity where no prior reaches."""
        value = self.log_likelihood(z) - 0.5 * np.sum(z * z, axis=1)
        return np.where(np.abs(z).max(axis=1) < _FARTHEST, value, -np.inf)

    def without(self, left_out: NDArray[np.bool_]) -> Problem:
        """The same problem without some of the targets."""
        keep = ~left_out
        emulator = replace(
            self.emulator,
            beta=self.emulator.beta[:, keep],
            missed=self.emulator.missed[np.ix_(keep, keep)],
            explained=self.emulator.explained[keep],
        )
        covariance = self.covariance[np.ix_(keep, keep)]
        low, high = self.low[keep], self.high[keep]
        return replace(self, low=low, high=high, covariance=covariance, emulator=emulator)

    @cached_property
    def whitening(self) -> Floats:
        """Inverse of the Cholesky root of the covariance."""
        return np.linalg.inv(np.linalg.cholesky(self.covariance))


@dataclass(frozen=True)
class Chain:
    """Draws of the ensemble.

    Attributes
    ----------
    z
        Steps x walkers x unknowns, after the burn-in.
    log_posterior
        Steps x walkers.
    r_hat
        By unknown: spread between the walkers' first and second halves against within; near 1 is good.
    effective
        Independent draws that the chain is worth, by unknown.
    accepted
        Share of proposals.
    """

    z: Floats
    log_posterior: Floats
    r_hat: Floats
    effective: Floats
    accepted: float

    def thinned(self, draws: int) -> Floats:
        """So many draws, evenly spaced over the whole chain: draws x unknowns."""
        flat = self.z.reshape(-1, self.z.shape[2])
        chosen = np.linspace(0, len(flat) - 1, draws).round().astype(np.intp)
        return flat[chosen]


def sample_posterior(
    problem: Problem, *, start: Floats, steps: int, seed: int, purpose: str, walkers: int | None = None
) -> Chain:
    """Sample one posterior.

    Parameters
    ----------
    problem
        What is sampled.
    start
        A good point on the z scale, around which the walkers begin.
    steps
        Of each walker; the first third is left out.
    seed, purpose
        Key of chance.
    walkers
        Even, at least twice the unknowns; four times as many by default.
    """
    figures = (problem.low[None, :], problem.high[None, :])
    z, value, accepted = sample_many(
        problem, figures, start=start[None, :], steps=steps, seed=seed, purpose=purpose, walkers=walkers
    )
    r_hat, effective = _diagnose(z[:, 0])
    return Chain(z[:, 0], value[:, 0], r_hat, effective, accepted)


def bytes_of_chain(steps: int, unknowns: int) -> int:
    """How much memory the draws of one posterior take that are kept."""
    return 8 * (steps - steps // 3) * _walkers(unknowns) * unknowns


def _walkers(unknowns: int) -> int:
    return max(4 * unknowns, 16)


def sample_many(
    problem: Problem,
    figures: tuple[Floats, Floats],
    *,
    start: Floats,
    steps: int,
    seed: int,
    purpose: str,
    walkers: int | None = None,
) -> tuple[Floats, Floats, float]:
    """Sample the posteriors of several sets of published figures at once.

    Each has an ensemble of its own. In turn one half of it moves along differences of two walkers of the
    other half, which leaves the posterior unchanged (ter Braak 2006; `DEMove` of emcee): by the step that is
    best for a normal distribution in most proposals, and by the whole difference in one of ten.

    Parameters
    ----------
    problem
        What is sampled; its own figures are not used.
    figures
        Published intervals: low and high, set x target.
    start
        Set x unknown.
    steps, seed, purpose, walkers
        As in `sample_posterior`.

    Returns
    -------
    z
        Kept step x set x walker x unknown.
    log_posterior
        Kept step x set x walker.
    accepted
        Share of proposals.
    """
    sets, unknowns = start.shape
    many = walkers or _walkers(unknowns)
    many += many % 2
    half = many // 2
    burnt = steps // 3
    spread = normals(sets * many, unknowns, seed=seed, purpose=f"{purpose}/start").reshape(sets, many, -1)
    z = np.clip(start[:, None, :] + spread @ _first_spread(problem, figures, start), -4.9, 4.9)
    value = _log_posteriors(problem, figures, z)
    kept_z = np.empty((steps - burnt, sets, many, unknowns))
    kept_value = np.empty((steps - burnt, sets, many))
    best_step = 2.38 / np.sqrt(2.0 * unknowns)
    taken = 0
    for step in range(steps):
        for side in (0, 1):
            moving = slice(side * half, (side + 1) * half)
            others = z[:, (1 - side) * half : (2 - side) * half]
            drawn = words_of(sets * half, seed=seed, purpose=purpose, turn=2 * step + side)
            proposal, chance = _propose(z[:, moving], others, drawn.reshape(sets, half, 4), best_step)
            fresh = _log_posteriors(problem, figures, proposal)
            accept = np.log(chance) < fresh - value[:, moving]
            z[:, moving] = np.where(accept[:, :, None], proposal, z[:, moving])
            value[:, moving] = np.where(accept, fresh, value[:, moving])
            taken += int(accept.sum())
        if step >= burnt:
            kept_z[step - burnt], kept_value[step - burnt] = z, value
    return kept_z, kept_value, taken / (steps * sets * many)


def _first_spread(problem: Problem, figures: tuple[Floats, Floats], start: Floats) -> Floats:
    """Roots of the covariance of a normal posterior around each start: set x unknown x unknown.

    Walkers that begin wider than the posterior find it slowly, because few of their long steps are taken.
    An interval counts as a number with the variance of a uniform distribution over it.
    """
    sets, unknowns = start.shape
    ahead = _SLOPE_OVER * np.eye(unknowns)

    def predicted(z: Floats) -> Floats:
        return problem.emulator.predict(problem.scale(z.reshape(-1, unknowns))).reshape(sets, unknowns, -1)

    slopes = predicted(start[:, None, :] + ahead) - predicted(start[:, None, :] - ahead)
    slopes /= 2.0 * _SLOPE_OVER
    roots = np.empty((sets, unknowns, unknowns))
    for number, width in enumerate(figures[1] - figures[0]):
        told = np.isfinite(width)
        covariance = problem.covariance[np.ix_(told, told)] + np.diag(width[told] ** 2 / 12.0)
        own = slopes[number][:, told]
        precision = np.eye(unknowns) + own @ np.linalg.solve(covariance, own.T)
        roots[number] = np.linalg.inv(np.linalg.cholesky(precision))
    return roots


def _propose(
    moving: Floats, others: Floats, drawn: NDArray[np.uint32], best_step: float
) -> tuple[Floats, Floats]:
    """Move along the difference of two different walkers of the other half; with the draw that accepts."""
    sets, half, _ = moving.shape
    first = (drawn[:, :, 0].astype(np.uint64) * np.uint64(half) >> np.uint64(32)).astype(np.intp)
    second = (drawn[:, :, 1].astype(np.uint64) * np.uint64(half - 1) >> np.uint64(32)).astype(np.intp)
    second = np.where(second >= first, second + 1, second)
    share = (drawn[:, :, 2] + 0.5) / 2.0**32
    # Nine of ten steps are 0.5 to 1.5 times the best one, the tenth is the whole difference.
    length = np.where(share < 0.1, 1.0, best_step * (0.5 + (share - 0.1) / 0.9))
    row = np.arange(sets)[:, None]
    proposal = moving + length[:, :, None] * (others[row, first] - others[row, second])
    return proposal, np.asarray((drawn[:, :, 3] + 0.5) / 2.0**32, dtype=np.float64)


def _log_posteriors(problem: Problem, figures: tuple[Floats, Floats], z: Floats) -> Floats:
    """Set x walker."""
    sets, walkers, unknowns = z.shape
    flat = z.reshape(-1, unknowns)
    predicted = problem.emulator.predict(problem.scale(flat)).reshape(sets, walkers, -1)
    low, high = figures
    apart = np.clip(predicted, low[:, None, :], high[:, None, :]) - predicted
    white = apart.reshape(sets * walkers, -1) @ problem.whitening.T
    value = -0.5 * (np.sum(white * white, axis=1) + np.sum(flat * flat, axis=1))
    value = np.where(np.abs(flat).max(axis=1) < _FARTHEST, value, -np.inf)
    return value.reshape(sets, walkers)


def _diagnose(kept: Floats) -> tuple[Floats, Floats]:
    """R-hat over halves of the ensemble's time, and the effective number of draws by autocorrelation."""
    steps, walkers, unknowns = kept.shape
    half = steps // 2
    halves = np.concatenate([kept[:half], kept[half : 2 * half]], axis=1)
    within = halves.var(axis=0, ddof=1).mean(axis=0)
    between = halves.mean(axis=0).var(axis=0, ddof=1) * half
    r_hat = np.sqrt(((half - 1) / half * within + between / half) / within)
    apart = kept - kept.mean(axis=(0, 1))
    lasting = np.array([_autocorrelation_time(apart[:, :, number]) for number in range(unknowns)])
    return r_hat, steps * walkers / lasting


def _autocorrelation_time(apart: Floats) -> float:
    """Steps that a walker needs for an independent draw: 1 and twice its autocorrelations, over all walkers.

    The sum ends at the first lag of five times itself (Sokal 1997, as in emcee), behind which is only noise.
    """
    steps = len(apart)
    moved = np.fft.rfft(apart, n=2 * steps, axis=0)
    covariance = np.fft.irfft((moved.real**2 + moved.imag**2).mean(axis=1))[:steps]
    time = 2.0 * np.cumsum(covariance) / max(float(covariance[0]), 1e-300) - 1.0
    far = np.arange(steps) >= 5.0 * time
    return max(float(time[np.argmax(far) if far.any() else -1]), 1.0)
