"""Fitting: every margin is met, zeros and interactions are kept, contradictions are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from careersim.errors import UserError
from careersim.population.ipf import fit
from careersim.population.margins import Margin, sums


def margins_of(table: NDArray[Any], *axes: tuple[int, ...]) -> list[Margin]:
    return [Margin(f"axes {part}", part, sums(table.astype(float), part)) for part in axes]


@st.composite
def tables(draw: st.DrawFn) -> tuple[NDArray[Any], NDArray[Any]]:
    """A seed and a table with the same zeros, two to four dimensions."""
    shape = draw(arrays.array_shapes(min_dims=2, max_dims=4, min_side=1, max_side=4))
    cells = arrays.arrays(np.int64, shape, elements=st.integers(1, 9))
    zeros = draw(arrays.arrays(np.bool_, shape))
    return draw(cells) * ~zeros * 1.0, draw(cells) * ~zeros * 1.0


@given(tables(), st.data())
def test_fit_meets_margins_over_any_axes_and_keeps_zeros(
    pair: tuple[NDArray[Any], NDArray[Any]], data: st.DataObject
) -> None:
    seed, wanted = pair
    axes = st.lists(st.integers(0, seed.ndim - 1), min_size=1, unique=True).map(
        lambda part: tuple(sorted(part))
    )
    margins = margins_of(wanted, *data.draw(st.lists(axes, min_size=1, max_size=4)))
    before = seed.copy()
    table = fit(seed, margins)
    for margin in margins:
        np.testing.assert_allclose(sums(table, margin.axes), margin.target, rtol=2e-10, atol=0)
    np.testing.assert_array_equal(table[seed == 0], 0)
    assert (table >= 0).all()
    np.testing.assert_array_equal(seed, before)
    assert fit(seed, margins).tobytes() == table.tobytes()


def test_uniform_seed_and_single_axes_give_independence() -> None:
    margins = [
        Margin("sex", (0,), np.array([6.0, 4.0])),
        Margin("sector", (1,), np.array([5.0, 3.0, 2.0])),
    ]
    np.testing.assert_allclose(fit(np.ones((2, 3)), margins), np.outer([6, 4], [0.5, 0.3, 0.2]), rtol=1e-12)


def test_odds_ratio_of_the_seed_is_kept() -> None:
    table = fit(np.array([[3.0, 1.0], [1.0, 2.0]]), margins_of(np.array([[10, 20], [30, 5]]), (0,), (1,)))
    assert table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("seed", "margins", "words"),
    [
        (
            [[1, 0], [1, 0]],
            [("sector", (1,), [1, 2])],
            r"margin 'sector': cell \(1,\) cannot reach its target 2",
        ),
        (
            [[1, 0], [0, 1]],
            [("sex", (0,), [1, 2]), ("sector", (1,), [2, 1])],
            r"margin 'sex': cell \(0,\) cannot reach its target 1: the other margins and the zeros",
        ),
        (
            [[1, 1], [1, 1]],
            [("sex", (0,), [1, 2]), ("sector", (1,), [2, 2])],
            r"margin 'sector': its total 4 differs from the total 3 of the others",
        ),
        ([[1, 1]], [("sex", (0,), [1, 2])], r"margin 'sex': the target has shape \(2,\); expected \(1,\)"),
        ([[1, 1]], [("sex", (2,), [1])], r"axes \(2,\) are not axes of the table; expected .* from 0 to 1"),
        ([[1, 1]], [("sex", (1, 0), [[1], [1]])], r"axes \(1, 0\) are not axes of the table"),
        ([[1, 1]], [("sex", (1,), [-1, 2])], r"a target is negative or not finite"),
        ([[1, 1]], [("sex", (1,), [np.nan, 2])], r"a target is negative or not finite"),
        ([[1, -1]], [("sex", (1,), [1, 2])], r"the table has negative or non-finite cells"),
    ],
)
def test_what_cannot_be_fitted_is_named(
    seed: list[list[float]], margins: list[tuple[str, tuple[int, ...], list[Any]]], words: str
) -> None:
    given_margins = [Margin(name, axes, np.array(target, dtype=float)) for name, axes, target in margins]
    with pytest.raises(UserError, match=words):
        fit(np.array(seed, dtype=float), given_margins)


def test_targets_that_differ_only_by_nested_margins_are_refused() -> None:
    margins = [
        Margin("county and sex", (0, 1), np.array([[2.0, 1.0], [1.0, 2.0]])),
        Margin("county", (0,), np.array([4.0, 2.0])),
    ]
    with pytest.raises(UserError, match="margin 'county and sex'"):
        fit(np.ones((2, 2, 2)), margins)
