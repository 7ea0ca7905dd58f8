"""`fit_polynomial`: a sparse polynomial of the parameters that stands for the model between the drawn sets.

Sparse polynomial chaos (Blatman and Sudret 2011, Journal of Computational Physics 230:2345): each parameter
gets polynomials that are orthonormal over its own draws, so that no assumption about its distribution is
needed; products of two parameters come on top. Terms are taken in one after the other, each time the one that
explains most of what is left (orthogonal least squares; Chen, Billings and Luo 1989). How many is decided by
cross-validation of the whole procedure, choice of terms included, and so is Q2, the share of the variance of
sets not seen that is predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Polynomial", "Term", "fit_polynomial", "least_rows", "refits", "sure_terms"]

Floats = NDArray[np.float64]
Term: TypeAlias = tuple[tuple[int, int], ...]
"""Input and degree of each factor; one factor or two."""

DEGREE = 3
FOLDS = 10
_MOST_TERMS = 40
_ROWS_PER_TERM = 4
_PAIRED = 12
"""With more inputs, products are tried of the so many that explain most alone."""


@dataclass(frozen=True)
class Polynomial:
    """A fitted polynomial.

    Attributes
    ----------
    terms
        Beside the constant; the one that was taken in first stands first.
    constant, coefficients
        By least squares.
    errors
        Standard errors of the coefficients.
    design
        Value of every term in every row: row x term.
    q2
        Share of the variance of rows not seen that is predicted; 0 for a polynomial without terms.
    candidates
        How many terms could have been chosen.
    linear
        Each input with mean 0 and variance 1: row x input; 0 for one that does not vary.
    """

    terms: tuple[Term, ...]
    constant: float
    coefficients: Floats
    errors: Floats
    design: Floats
    q2: float
    candidates: int
    linear: Floats

    @property
    def fitted(self) -> Floats:
        """Values at the rows that it was fitted to."""
        return self.constant + self.design @ self.coefficients


def least_rows() -> int:
    """The fewest rows that a polynomial is fitted to."""
    return 4 * FOLDS


def fit_polynomial(inputs: Floats, values: Floats, *, degree: int = DEGREE) -> Polynomial:
    """Fit a sparse polynomial.

    Parameters
    ----------
    inputs
        Row x input; independent of each other if variances are to be read off.
    values
        By row.
    degree
        Of one parameter, and of a product in total.
    """
    bases = [_orthonormal(column, degree) for column in inputs.T]
    most = max(min(_MOST_TERMS, len(values) // _ROWS_PER_TERM), 1)
    errors = np.zeros(most + 1)
    for fold in range(FOLDS):
        out = np.arange(len(values)) % FOLDS == fold
        errors += _fold_errors(bases, values, ~out, out, most, degree)
    spread = float(((values - values.mean()) ** 2).sum())
    count = int(errors.argmin()) if spread > 0 else 0
    candidates, terms = _candidates(bases, values, np.ones(len(values), bool), degree)
    path = _forward(candidates, values, count)
    chosen = tuple(terms[n] for n in path)
    design = candidates[:, path]
    once = np.ones((1, len(values)))
    constant, coefficients, standard = (part[0] for part in refits(design, values - values.mean(), once))
    q2 = 0.0 if count == 0 else 1 - float(errors[count]) / spread
    none = np.zeros((len(values), 1))
    linear = np.column_stack([np.zeros((len(values), 0)), *(np.hstack([b, none])[:, :1] for b in bases)])
    return Polynomial(
        chosen, float(constant + values.mean()), coefficients, standard, design, q2, len(terms), linear
    )


def refits(design: Floats, values: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Fit the same terms to rows that count several times.

    Parameters
    ----------
    design, values
        Row x term; by row.
    weights
        How often each row counts: fit x row.

    Returns
    -------
    Constants by fit, coefficients and their standard errors: fit x term.
    """
    full = np.column_stack([np.ones(len(values)), design])
    size = full.shape[1]
    products = (full[:, :, None] * full[:, None, :]).reshape(len(full), -1)
    inverse = np.linalg.pinv(
        np.einsum("bn,nq->bq", weights, products).reshape(-1, size, size), hermitian=True
    )
    target = np.einsum("bn,ni->bi", weights, full * values[:, None])
    solution = np.einsum("bij,bj->bi", inverse, target)
    rest = np.einsum("bn,n->b", weights, values**2) - (solution * target).sum(axis=1)
    variance = np.clip(rest, 0, None) / max(len(values) - size, 1)
    errors = np.sqrt(np.clip(np.einsum("bii->bi", inverse), 0, None) * variance[:, None])
    return solution[:, 0], solution[:, 1:], errors[:, 1:]


def sure_terms(polynomial: Polynomial) -> NDArray[np.bool_]:
    """Terms whose t is beyond what the largest of all candidates reaches by chance in 5 of 100 fits."""
    from scipy.stats import t as student

    degrees = max(len(polynomial.design) - len(polynomial.terms) - 1, 1)
    limit = student.isf(0.05 / (2 * max(polynomial.candidates, 1)), degrees)
    return np.asarray(np.abs(polynomial.coefficients) > limit * polynomial.errors, np.bool_)


def _orthonormal(column: Floats, degree: int) -> Floats:
    """Polynomials of degree 1 and more, orthonormal to each other and to 1 over the rows: row x degree."""
    distinct = len(np.unique(column))
    degree = min(degree, distinct - 1)
    if degree < 1:
        return np.zeros((len(column), 0))
    middle = (column.max() + column.min()) / 2
    scaled = (column - middle) / (column.max() - middle)
    legendre = np.polynomial.legendre.legvander(scaled, degree)  # better conditioned than powers
    found, triangle = np.linalg.qr(legendre)
    return np.asarray(found * np.sign(np.diag(triangle)) * np.sqrt(len(column)))[:, 1:]


def _fold_errors(
    bases: Sequence[Floats],
    values: Floats,
    kept: NDArray[np.bool_],
    out: NDArray[np.bool_],
    most: int,
    degree: int,
) -> Floats:
    """Squared errors at the rows left out, by number of terms."""
    candidates, _ = _candidates(bases, values, kept, degree)
    path = _forward(candidates[kept], values[kept], most)
    errors = np.empty(most + 1)
    errors[0] = ((values[out] - values[kept].mean()) ** 2).sum()
    full = np.column_stack([np.ones(len(values)), candidates[:, path]])
    found, triangle = np.linalg.qr(full[kept])
    target = np.einsum("nt,n->t", found, values[kept])
    for count in range(2, len(path) + 2):
        coefficients = np.linalg.solve(triangle[:count, :count], target[:count])
        predicted = np.einsum("nt,t->n", full[out][:, :count], coefficients)
        errors[count - 1] = ((values[out] - predicted) ** 2).sum()
    errors[len(path) + 1 :] = np.inf  # nothing was left to explain
    return errors


def _candidates(
    bases: Sequence[Floats], values: Floats, rows: NDArray[np.bool_], degree: int
) -> tuple[Floats, list[Term]]:
    """All single terms, and products of the inputs that explain most in these rows alone."""
    terms: list[Term] = [((n, d + 1),) for n, basis in enumerate(bases) for d in range(basis.shape[1])]
    single = np.column_stack([np.zeros((len(values), 0)), *bases])
    leading = list(range(len(bases)))
    if len(leading) > _PAIRED:
        entered = [terms[n][0][0] for n in _forward(single[rows], values[rows], 2 * _PAIRED)]
        leading = sorted(list(dict.fromkeys(entered))[:_PAIRED])
    pairs: list[Term] = []
    columns = []
    for place, one in enumerate(leading):
        for two in leading[place + 1 :]:
            for a in range(bases[one].shape[1]):
                for b in range(bases[two].shape[1]):
                    if a + b + 2 <= max(degree, 2):
                        pairs.append(((one, a + 1), (two, b + 1)))
                        columns.append(bases[one][:, a] * bases[two][:, b])
    return np.column_stack([single, *columns]), [*terms, *pairs]


def _forward(candidates: Floats, values: Floats, count: int) -> list[int]:
    """Take in terms, each time the one that explains most of what is left."""
    left = values - values.mean()
    columns = candidates - candidates.mean(axis=0)
    sizes = (columns**2).sum(axis=0)
    least = 1e-10 * len(values)
    chosen: list[int] = []
    total = float(left @ left)
    while len(chosen) < count and float(left @ left) > 1e-20 * total:
        squares = (columns**2).sum(axis=0)
        usable = squares > np.maximum(least, 1e-8 * sizes)
        gains = np.where(
            usable, np.einsum("n,nt->t", left, columns) ** 2 / np.where(usable, squares, 1.0), -1.0
        )
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        direction = columns[:, best] / np.sqrt(squares[best])
        left = left - direction * float(direction @ left)
        columns = columns - direction[:, None] * np.einsum("n,nt->t", direction, columns)
        chosen.append(best)
    return chosen
