"""`study`: which parameters move an outcome, and which data gap would tell most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.config.loaded import LoadedRun
from careersim.data.data_gaps import OTHER, data_gaps, gaps_of
from careersim.errors import UserError, nearest_name
from careersim.experiment.chance_share import Chance, chance_of
from careersim.experiment.draws import Prior, draw_priors, priors_of
from careersim.experiment.indices import Indices, sobol_indices
from careersim.experiment.outcomes import Outcome
from careersim.experiment.points import run_points
from careersim.experiment.polynomial import fit_polynomial, least_rows
from careersim.experiment.replicate import Progress
from careersim.experiment.saltelli import LEAST_BASE, base_size, saltelli_indices, saltelli_points
from careersim.experiment.screening import LEAST_TRAJECTORIES, Screened, screen, trajectories

__all__ = ["METHODS", "Analysed", "Design", "Study", "Worths", "lay_out", "study"]

Floats = NDArray[np.float64]

METHODS = ("sobol", "morris", "saltelli")

_TRAJECTORIES = 6


@dataclass(frozen=True)
class Design:
    """Where to run.

    Attributes
    ----------
    method
        Of `METHODS`.
    priors
        Of the parameters.
    probabilities
        Set x parameter, for the methods of SALib; None for draws.
    points
        Values: set x parameter.
    seed
        Key of the draws.
    """

    method: str
    priors: tuple[Prior, ...]
    probabilities: Floats | None
    points: Floats
    seed: int

    def points_of(self, priors: Sequence[Prior]) -> Floats:
        """The same sets for a run whose ranges may be others: the same parts of its own priors."""
        points = self.points.copy()
        own = {prior.path: prior for prior in priors}
        for n, prior in enumerate(self.priors):
            other = own.get(prior.path, prior)
            if other != prior and self.probabilities is None:
                points[:, n] = draw_priors([other], len(points), self.seed).values[:, 0]
            elif other != prior and self.probabilities is not None:
                points[:, n] = other.quantile(self.probabilities[:, n])
        return points

    @property
    def paths(self) -> tuple[str, ...]:
        """Names of the parameters."""
        return tuple(prior.path for prior in self.priors)


@dataclass(frozen=True)
class Worths:
    """What each data gap would tell of one outcome; arrays by gap, in the order of `data_gaps`.

    Attributes
    ----------
    parameters
        How many parameters of the study each gap holds.
    indices
        Their joint indices.
    first
        Number of the gap (of the six, not `OTHER`) that would tell most; None if none can be told from
        chance.
    second
        The next one; None if there is none.
    surely_first
        Whether the difference of the two is above 0 in 97.5 % of resamples.
    probability_first
        Share of resamples in which each gap would tell most of the six; 0 for `OTHER`.
    """

    parameters: tuple[int, ...]
    indices: Indices
    first: int | None
    second: int | None
    surely_first: bool
    probability_first: Floats


@dataclass(frozen=True)
class Analysed:
    """One outcome.

    Attributes
    ----------
    outcome
        Which.
    values
        Set x replication; of a scenario less the baseline if the effect was asked for.
    chance
        How much of the differences between sets is luck.
    q2, terms
        Of the polynomial; None for the methods of SALib.
    indices, screened, worths
        What the method gives; None for the others.
    """

    outcome: Outcome
    values: Floats
    chance: Chance
    q2: float | None
    terms: int | None
    indices: Indices | None
    screened: Screened | None
    worths: Worths | None


@dataclass(frozen=True)
class Study:
    """All outcomes at the same sets."""

    design: Design
    effect_of: str | None
    analysed: tuple[Analysed, ...]


def lay_out(method: str, priors: Sequence[Prior], runs: int | None, seed: int) -> Design:
    """Choose the sets of values.

    Parameters
    ----------
    method
        Of `METHODS`.
    priors
        Of the parameters.
    runs
        How many sets at most; None for what suits the method.
    seed
        Key of the draws.

    Raises
    ------
    UserError
        If the method is unknown, there is no prior, or the runs are too few.
    """
    if method not in METHODS:
        raise UserError(
            f"unknown method '{method}'", where="method", expected=f"one of {', '.join(METHODS)}",
            nearest=nearest_name(method, METHODS),
        )  # fmt: skip
    if not priors:
        raise UserError(
            "no parameter of these outcomes is uncertain", where="priors",
            expected="a parameter with `low` and `high`, or a `distribution`",
            remedy="give one to the parameters whose value you doubt, in the career or the run file",
        )  # fmt: skip
    names = [prior.path for prior in priors]
    if method == "sobol":
        count = _enough(
            runs, max(300, 3 * len(names)), least_rows(), "draws, from which a polynomial is fitted"
        )
        return Design(method, tuple(priors), None, draw_priors(priors, count, seed).values, seed)
    if method == "morris":
        steps = len(names) + 1
        words = f"{LEAST_TRAJECTORIES} trajectories through {len(names)} parameters"
        count = _enough(runs, _TRAJECTORIES * steps, LEAST_TRAJECTORIES * steps, words)
        probabilities = trajectories(names, count // steps, seed)
    else:
        least = LEAST_BASE * (len(names) + 2)
        words = f"{LEAST_BASE} points and {len(names)} parameters; `sobol` and `morris` take fewer"
        base = base_size(_enough(runs, 2 * least, least, words), len(names))
        probabilities = saltelli_points(names, base, seed)
    values = [prior.quantile(column) for prior, column in zip(priors, probabilities.T, strict=True)]
    return Design(method, tuple(priors), probabilities, np.column_stack(values), seed)


def study(
    runs: Sequence[LoadedRun],
    outcomes: Sequence[Outcome],
    design: Design,
    *,
    replications: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Study:
    """Run a design and analyse what it gives.

    Parameters
    ----------
    runs
        The run; or a baseline and a scenario, whose effect is then studied.
    outcomes
        What is counted.
    design
        What `lay_out` gave.
    replications
        At each set, 2 at least.
    threads, progress
        As in `run_points`.
    """
    found = run_points(
        runs, design.paths, [design.points_of(priors_of(run)) for run in runs], outcomes,
        replications=replications, threads=threads, progress=progress,
    )  # fmt: skip
    values = found.values[0] if len(runs) == 1 else found.values[1] - found.values[0]
    seed = runs[0].spec.seed
    analysed = tuple(_analyse(outcome, values[:, n], design, seed) for n, outcome in enumerate(outcomes))
    return Study(design, None if len(runs) == 1 else runs[1].spec.name, analysed)


def _analyse(outcome: Outcome, values: Floats, design: Design, seed: int) -> Analysed:
    chance, mean = chance_of(values), values.mean(axis=1)
    if design.probabilities is None:
        polynomial = fit_polynomial(design.points, mean)
        count = len(design.priors)
        single = sobol_indices(polynomial, mean, chance, range(count), count, seed=seed, purpose=outcome.name)
        gaps = [gap.key for gap in data_gaps()]
        owners = [gaps.index(key) for key in gaps_of(design.paths)]
        grouped = sobol_indices(polynomial, mean, chance, owners, len(gaps), seed=seed, purpose=outcome.name)
        worths = _worths(grouped, owners, gaps)
        return Analysed(outcome, values, chance, polynomial.q2, len(polynomial.terms), single, None, worths)
    if design.method == "morris":
        screened = screen(design.paths, design.probabilities, values, seed)
        return Analysed(outcome, values, chance, None, None, None, screened, None)
    indices = saltelli_indices(design.paths, mean, chance, seed)
    return Analysed(outcome, values, chance, None, None, indices, None, None)


def _worths(indices: Indices, owners: Sequence[int], gaps: Sequence[str]) -> Worths:
    """Put the six in order; what belongs to no gap stands outside the order."""
    six = [n for n, key in enumerate(gaps) if key != OTHER]
    order = sorted(six, key=lambda n: -float(indices.first[n]))
    known = [n for n in order if indices.distinguishable[n]]
    first = known[0] if known else None
    second = next((n for n in order if n != first and owners.count(n)), None) if known else None
    drawn = indices.resampled
    surely = first is not None and second is not None
    if first is not None and second is not None:
        surely = bool(np.quantile(drawn[:, first] - drawn[:, second], 0.025) > 0)
    probability = np.zeros(len(gaps))
    best = np.where(drawn[:, six].max(axis=1) > 0, drawn[:, six].argmax(axis=1), -1)
    for place, n in enumerate(six):
        probability[n] = float((best == place).mean())
    counts = tuple(owners.count(n) for n in range(len(gaps)))
    return Worths(counts, indices, first, second, surely, probability)


def _enough(asked: int | None, usual: int, least: int, words: str) -> int:
    count = usual if asked is None else asked
    if count < least:
        raise UserError(
            f"{count} runs are too few for {words}", where="runs", expected=f"{least} or more",
        )  # fmt: skip
    return count
