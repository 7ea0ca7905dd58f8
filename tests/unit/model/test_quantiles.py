"""Quantiles without scipy against scipy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from careersim.model.quantiles import cumulated, pert_shapes, quantile

U = np.concatenate([[0.0, 1e-12, 1e-6, 1 - 1e-6, 1.0], np.linspace(0.001, 0.999, 400)])


@pytest.mark.parametrize(
    ("a", "b"), [(1, 5), (5, 1), (3, 3), (1.0001, 4.9999), (0.5, 0.5), (0.05, 2), (40, 3), (800, 1200)]
)
def test_beta(a: float, b: float) -> None:
    ours, theirs = quantile("beta", a, b, U), stats.beta(a, b).ppf(U)
    assert np.abs(ours - theirs).max() < 1e-10
    for x in (0.0, 0.01, 0.3, 0.5, 0.77, 0.999, 1.0, -1.0, 2.0):
        assert cumulated("beta", a, b, x) == pytest.approx(stats.beta(a, b).cdf(x), abs=1e-12)


@pytest.mark.parametrize(
    ("kind", "theirs"),
    [
        ("normal", stats.norm(0.3, 0.7)),
        ("lognormal", stats.lognorm(s=0.7, scale=np.exp(0.3))),
        ("uniform", stats.uniform(0.3, 0.4)),
    ],
)
def test_other_kinds(kind: str, theirs: object) -> None:
    inner = U[(U > 0) & (U < 1)]
    np.testing.assert_allclose(quantile(kind, 0.3, 0.7, inner), theirs.ppf(inner), rtol=1e-9)
    for x in (-1.0, 0.0, 0.3, 0.5, 4.0):
        assert cumulated(kind, 0.3, 0.7, x) == pytest.approx(theirs.cdf(x), abs=1e-12)


def test_quantiles_ascend_and_keep_their_shape() -> None:
    grid = np.sort(U).reshape(5, 81)
    for a, b in ((1, 5), (2.2, 3.8), (0.3, 0.4)):
        found = quantile("beta", a, b, grid)
        assert found.shape == grid.shape
        assert (np.diff(found.ravel()) >= 0).all()


@pytest.mark.parametrize(("low", "mode", "high"), [(0, 1, 4), (0, 0, 1), (-2, 3, 3), (0.02, 0.034, 0.05)])
def test_pert_has_its_mean_and_mode(low: float, mode: float, high: float) -> None:
    first, second = pert_shapes(low, mode, high)
    assert low + (high - low) * first / (first + second) == pytest.approx((low + 4 * mode + high) / 6)
    assert low + (high - low) * (first - 1) / (first + second - 2) == pytest.approx(mode)
