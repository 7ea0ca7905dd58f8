"""Quantiles of Student's t against an independent implementation and against known values."""

from __future__ import annotations

import pytest
from scipy import stats

from careersim.flows.student import t_quantile


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 49, 499, 5000])
@pytest.mark.parametrize("probability", [0.5, 0.6, 0.9, 0.975, 0.9995])
def test_quantiles_are_those_of_scipy(degrees: int, probability: float) -> None:
    expected = stats.t.ppf(probability, degrees)
    assert t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_quantiles_of_printed_tables() -> None:
    assert round(t_quantile(0.975, 1), 3) == 12.706
    assert round(t_quantile(0.975, 30), 3) == 2.042
