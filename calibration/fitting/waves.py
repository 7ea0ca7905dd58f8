"""`run_waves`: simulate, emulate, sample, and simulate again where the posterior is.

The first wave spreads its points over the prior; every later one over the posterior of the wave before,
a quarter wider. The surfaces are fitted to the points of all waves that lie no farther from the middle of
the posterior than those of the last wave do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

import numpy as np
from numpy.typing import NDArray

from calibration.discrepancy import discrepancy
from calibration.extra import library
from calibration.fitting.candidates import Candidate
from calibration.fitting.design import Floats, latin_hypercube
from calibration.fitting.emulator import Emulator, coefficients, fit_emulator
from calibration.fitting.point import best_point
from calibration.fitting.posterior import Chain, Problem, sample_posterior
from calibration.fitting.spec import CalibrationSpec
from calibration.fitting.unknowns import Unknowns
from calibration.target_types import Targets

__all__ = [
    "Fitted",
    "Simulate",
    "Wave",
    "candidate_of",
    "first_wave",
    "likely_interval",
    "run_waves",
]

Simulate = Callable[[str, list[Candidate]], list[Floats]]
"""Simulates the candidates of a stage: replications x targets, by candidate."""

_WIDER = 1.25
_FARTHEST = 3.5


@dataclass(frozen=True)
class Wave:
    """What one wave did: its points, and how well the surfaces told the points that were left out."""

    points: int
    used: int
    explained: Floats
    missed: Floats
    accepted: float
    worst_r_hat: float


@dataclass(frozen=True)
class Fitted:
    """The outcome of all waves.

    Attributes
    ----------
    problem
        The last one: emulator, published intervals of the targets that count, and covariance.
    best
        Highest point of the posterior, z scale.
    chain
        Draws from the posterior.
    chance
        Covariance of one replication: all targets x all targets.
    prior_means
        What the candidates of the first wave predict, spread over the prior: points x all targets.
    waves
        Diagnostics by wave.
    """

    problem: Problem
    best: Floats
    chain: Chain
    chance: Floats
    prior_means: Floats
    waves: tuple[Wave, ...]


def run_waves(
    spec: CalibrationSpec,
    targets: Targets,
    unknowns: Unknowns,
    simulate: Simulate,
    *,
    waves: int | None = None,
) -> Fitted:
    """Run all waves.

    Parameters
    ----------
    spec
        Points, replications, steps and seed.
    targets
        All targets, those with role `start` included.
    unknowns
        What is moved.
    simulate
        Simulates the candidates of a stage: replications x targets, by candidate.
    waves
        Instead of what the specification says.
    """
    counts = np.array([target.role == "fit" for target in targets.targets])
    many = _many(spec, unknowns)
    z = np.empty((0, len(unknowns)))
    means = np.empty((0, len(targets)))
    scatter = chance = np.zeros((len(targets), len(targets)))
    freedom = 0
    done: list[Wave] = []
    centre = np.zeros(len(unknowns))
    chain: Chain | None = None
    problem: Problem | None = None
    for number in range(1, (waves or spec.waves) + 1):
        fresh = _prior_points(unknowns, many, spec.seed) if chain is None else _posterior_points(chain, many)
        asked = [candidate_of(unknowns, point, spec.replications) for point in fresh]
        predicted = simulate(f"wave-{number}", asked)
        z = np.concatenate([z, fresh])
        means = np.concatenate([means, np.stack([one.mean(axis=0) for one in predicted])])
        for one in predicted:
            apart = one - one.mean(axis=0)
            scatter = scatter + apart.T @ apart
            freedom += len(one) - 1
        chance = scatter / freedom
        near = _near(z, fresh)
        emulator = fit_emulator(unknowns.scaled(z[near]), means[near])
        offset = _offset(simulate, spec, unknowns, centre, f"centre-{number}")
        apart = discrepancy(targets, chance, at=means[near].mean(axis=0))
        problem = _problem(targets, counts, emulator, offset, chance, apart, spec, unknowns)
        centre = best_point(problem, tries=_highest(fresh, problem))
        chain = sample_posterior(
            problem, start=centre, steps=spec.posterior.steps, seed=spec.seed, purpose=f"wave-{number}"
        )
        done.append(
            Wave(
                len(fresh),
                int(near.sum()),
                emulator.explained,
                np.sqrt(np.diag(emulator.missed)),
                chain.accepted,
                float(chain.r_hat.max()),
            )
        )
    assert problem is not None
    assert chain is not None
    return Fitted(problem, centre, chain, chance, means[:many], tuple(done))


def first_wave(
    spec: CalibrationSpec, targets: Targets, unknowns: Unknowns, simulate: Simulate
) -> tuple[Problem, Floats]:
    """Emulate over the whole prior, for whoever samples many posteriors on one emulator.

    Returns
    -------
    The problem, and the `discrepancy` of all targets.
    """
    counts = np.array([target.role == "fit" for target in targets.targets])
    points = _prior_points(unknowns, _many(spec, unknowns), spec.seed)
    predicted = simulate("wave-1", [candidate_of(unknowns, point, spec.replications) for point in points])
    means = np.stack([one.mean(axis=0) for one in predicted])
    around = np.concatenate([one - one.mean(axis=0) for one in predicted])
    chance = around.T @ around / (len(around) - len(predicted))
    emulator = fit_emulator(unknowns.scaled(points), means)
    offset = _offset(simulate, spec, unknowns, np.zeros(len(unknowns)), "centre-1")
    apart = discrepancy(targets, chance, at=means.mean(axis=0))
    problem = _problem(targets, counts, emulator, offset, chance, apart, spec, unknowns)
    return problem, apart


def _many(spec: CalibrationSpec, unknowns: Unknowns) -> int:
    return ceil(spec.points_per_coefficient * coefficients(len(unknowns)))


def candidate_of(unknowns: Unknowns, z: Floats, replications: int) -> Candidate:
    """The candidate at one point of the z scale."""
    model, coverage = unknowns.split(unknowns.values(z[None, :])[0])
    return Candidate(model, coverage, replications)


def likely_interval(targets: Targets) -> tuple[Floats, Floats]:
    """The published interval of every target."""
    low = np.array([target.low for target in targets.targets], dtype=np.float64)
    high = np.array([target.high for target in targets.targets], dtype=np.float64)
    return low, high


def _problem(
    targets: Targets,
    counts: NDArray[np.bool_],
    emulator: Emulator,
    offset: Floats,
    chance: Floats,
    apart: Floats,
    spec: CalibrationSpec,
    unknowns: Unknowns,
) -> Problem:
    """Put together how far published and emulated may be apart, for the targets that count."""
    low, high = likely_interval(targets)
    more = chance * (1.0 + 1.0 / spec.centre_replications) + emulator.missed
    covariance = apart + more
    shifted = emulator.shifted(offset)
    everything = Problem(low, high, covariance, shifted, unknowns.scaled, len(unknowns))
    return everything.without(~counts)


def _offset(
    simulate: Simulate, spec: CalibrationSpec, unknowns: Unknowns, centre: Floats, stage: str
) -> Floats:
    """What the luck of the fixed seed set adds: the mean of many replications less that of the set."""
    many = simulate(stage, [candidate_of(unknowns, centre, spec.centre_replications)])[0]
    return np.asarray(many.mean(axis=0) - many[: spec.replications].mean(axis=0))


def _prior_points(unknowns: Unknowns, points: int, seed: int) -> Floats:
    shares = latin_hypercube(unknowns.paths, points, seed=seed, purpose="wave-1")
    return np.asarray(np.clip(library("scipy.special").ndtri(shares), -_FARTHEST, _FARTHEST))


def _posterior_points(chain: Chain, points: int) -> Floats:
    drawn = chain.thinned(points)
    middle = drawn.mean(axis=0)
    return np.asarray(np.clip(middle + _WIDER * (drawn - middle), -_FARTHEST, _FARTHEST))


def _near(z: Floats, fresh: Floats) -> NDArray[np.bool_]:
    """Which points lie within the reach of the last wave, in the metric of its own spread."""
    middle = fresh.mean(axis=0)
    root = np.linalg.cholesky(np.cov(fresh.T).reshape(z.shape[1], -1) + 1e-9 * np.eye(z.shape[1]))
    distance = np.sum(np.linalg.solve(root, (z - middle).T) ** 2, axis=0)
    near: NDArray[np.bool_] = distance <= distance[-len(fresh) :].max()
    near[-len(fresh) :] = True
    return near


def _highest(fresh: Floats, problem: Problem, tries: int = 3) -> Floats:
    order = np.argsort(-problem.log_posterior(fresh), kind="stable")
    return fresh[order[:tries]]
