"""`sobol_indices`: first-order and total indices of parameters and of groups of parameters, with intervals.

The terms of a polynomial in independent parameters, orthonormal over the draws, have variances that add up.
The first-order index of a group is what the terms that know nothing but the group explain, and its total
index what all terms that touch it explain (Sudret 2008, Reliability Engineering & System Safety 93:964). Both
are shares of the variance that parameters cause; what the polynomial does not explain belongs to nobody.

Squares of estimated coefficients are too large by the variance of the estimates, which is taken off. Effects
too small to be taken into the polynomial are not held to be nothing: the linear one of every parameter is
measured in what the polynomial leaves over. Intervals come from a bootstrap over the draws with the terms
held fixed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.experiment.chance_share import Chance
from careersim.experiment.polynomial import Polynomial, refits, sure_terms
from careersim.experiment.resample import interval, times_drawn

__all__ = ["Indices", "sobol_indices"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Indices:
    """Indices of groups, as shares of the variance that parameters cause; arrays by group.

    Attributes
    ----------
    first, first_low, first_high
        First-order index: the share of variance that goes if the group becomes known; 95 % interval.
    total, total_low, total_high
        Total index: the share that stays if all others become known.
    distinguishable
        Whether any term of the group is surer than the surest of all candidates would be by chance.
    resampled
        First-order index in every resample: resample x group.
    """

    first: Floats
    first_low: Floats
    first_high: Floats
    total: Floats
    total_low: Floats
    total_high: Floats
    distinguishable: NDArray[np.bool_]
    resampled: Floats


def sobol_indices(
    polynomial: Polynomial,
    values: Floats,
    chance: Chance,
    groups: Sequence[int],
    count: int,
    *,
    seed: int,
    purpose: str,
) -> Indices:
    """Read indices off a polynomial.

    Parameters
    ----------
    polynomial
        Fitted to `values`.
    values
        Mean over replications of each draw.
    chance
        Of the same numbers.
    groups
        Group of every input; its own number for the indices of single parameters.
    count
        How many groups there are.
    seed, purpose
        Key of the bootstrap.
    """
    inside, touching = _masks(polynomial, groups, count)
    once, weights = np.ones((1, len(values))), times_drawn(len(values), seed, purpose)
    spread = np.array([chance.parameter_variance])
    first, total = (
        part[0] for part in _shares(polynomial, values, once, spread, groups, inside, touching, 1)
    )
    mean = np.einsum("bn,n->b", weights, values) / len(values)
    square = np.einsum("bn,n->b", weights, values**2) / len(values)
    spread = np.clip((square - mean**2) * len(values) / (len(values) - 1) - chance.chance_variance, 0, None)
    firsts, totals = _shares(polynomial, values, weights, spread, groups, inside, touching, 2)
    sure = sure_terms(polynomial)
    return Indices(
        first,
        *interval(firsts),
        total,
        *interval(totals),
        np.array([bool((sure & touching[:, n]).any()) for n in range(count)], bool),
        firsts,
    )


def _shares(
    polynomial: Polynomial,
    values: Floats,
    weights: Floats,
    spread: Floats,
    groups: Sequence[int],
    inside: NDArray[np.bool_],
    touching: NDArray[np.bool_],
    blurs: int,
) -> tuple[Floats, Floats]:
    """First-order and total indices: fit x group.

    A resample blurs estimates a second time, so that the variance of the estimates is taken off `blurs`
    times.
    """
    middle = values - values.mean()
    constants, coefficients, errors = refits(polynomial.design, middle, weights)
    terms = coefficients**2 - blurs * errors**2
    rest = middle - constants[:, None] - np.einsum("nt,bt->bn", polynomial.design, coefficients)
    rows, left = len(values), len(values) - len(polynomial.terms) - 1
    small = np.einsum("bn,ni->bi", weights * rest, polynomial.linear) / rows
    noise = np.einsum("bn,bn->b", weights, rest**2) / max(left, 1) / rows
    omitted = small**2 - blurs * noise[:, None] * (polynomial.linear**2).mean(axis=0)
    omitted[:, [term[0][0] for term in polynomial.terms if len(term) == 1 and term[0][1] == 1]] = 0.0
    owner = np.asarray(groups)
    more = np.stack([omitted[:, owner == group].sum(axis=1) for group in range(inside.shape[1])], axis=1)
    whole = np.maximum(np.maximum(spread, terms.sum(axis=1)), _TINY)[:, None]
    first = np.einsum("bt,tg->bg", terms, inside.astype(float)) + more
    total = np.einsum("bt,tg->bg", terms, touching.astype(float)) + more
    return np.clip(first / whole, 0, 1), np.clip(total / whole, 0, 1)


def _masks(
    polynomial: Polynomial, groups: Sequence[int], count: int
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whether a term knows nothing but a group, and whether it touches it: term x group."""
    inside, touching = np.zeros((2, len(polynomial.terms), count), bool)
    for n, term in enumerate(polynomial.terms):
        owners = {groups[one] for one, _ in term}
        touching[n, list(owners)] = True
        inside[n, list(owners)] = len(owners) == 1
    return inside, touching


_TINY = 1e-300
