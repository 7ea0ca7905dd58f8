"""Controlled rounding: whole, non-negative, zeros kept, total exact, every margin within one."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from careersim.errors import UserError
from careersim.population.ipf import fit
from careersim.population.margins import Margin, sums
from careersim.population.rounding import cumulated_rounding, integerize, largest_remainders

WITHIN_ONE = 1 + 1e-6


def single_margins(table: NDArray[Any]) -> list[Margin]:
    return [Margin(f"axis {axis}", (axis,), sums(table, (axis,))) for axis in range(table.ndim)]


def deviation(counts: NDArray[Any], margin: Margin) -> float:
    return float(np.abs(sums(counts.astype(float), margin.axes) - margin.target).max())


def with_whole_total(table: NDArray[Any]) -> NDArray[Any]:
    total = table.sum()
    return np.asarray(table * (max(1, round(total)) / total))


@st.composite
def tables(draw: st.DrawFn, dimensions: tuple[int, int], zeros: bool) -> NDArray[Any]:
    shape = draw(arrays.array_shapes(min_dims=dimensions[0], max_dims=dimensions[1], min_side=1, max_side=5))
    table = draw(arrays.arrays(np.float64, shape, elements=st.floats(0.01, 3)))
    if zeros:
        table = table * draw(arrays.arrays(np.bool_, shape))
    assume(table.sum() > 0)
    return with_whole_total(table)


def check(table: NDArray[Any], margins: list[Margin]) -> NDArray[Any]:
    before = table.copy()
    counts = integerize(table, margins)
    assert counts.dtype == np.int64
    assert (counts >= 0).all()
    np.testing.assert_array_equal(counts[table == 0], 0)
    assert counts.sum() == round(table.sum())
    for margin in margins:
        assert deviation(counts, margin) <= (0 if margin.exact else WITHIN_ONE), margin.name
    np.testing.assert_array_equal(table, before)
    assert integerize(table, margins).tobytes() == counts.tobytes()
    return counts


@given(tables((1, 4), zeros=False))
def test_rounding_without_zeros(table: NDArray[Any]) -> None:
    check(table, single_margins(table))


@given(tables((2, 2), zeros=True))
def test_rounding_with_scattered_zeros_in_two_dimensions(table: NDArray[Any]) -> None:
    check(table, single_margins(table))


@given(tables((3, 3), zeros=True))
def test_rounding_with_scattered_zeros_in_three_dimensions(table: NDArray[Any]) -> None:
    check(table, single_margins(table))


@given(tables((3, 3), zeros=False))
def test_rounding_with_overlapping_margins(table: NDArray[Any]) -> None:
    pairs = [Margin(f"{axes}", axes, sums(table, axes)) for axes in combinations(range(3), 2)]
    check(table, pairs)


@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=5), st.lists(st.integers(1, 9), min_size=1, max_size=6)
)
def test_exact_margin_is_hit_exactly(persons: list[int], weights: list[int]) -> None:
    assume(sum(persons))
    shares = np.array(weights) / sum(weights)
    margins = [
        Margin("county", (0,), np.array(persons, dtype=float), exact=True),
        Margin("level", (1,), sum(persons) * shares),
    ]
    counts = check(fit(np.ones((len(persons), len(weights))), margins), margins)
    np.testing.assert_array_equal(counts.sum(axis=1), persons)


def test_thin_slices_get_their_persons() -> None:
    """A county with one person in a hundred, and a table with forty cells a person."""
    persons = np.array([1000.0, 10.0, 1.0])
    margins = [
        Margin("county", (0,), persons, exact=True),
        *(
            Margin(f"axis {axis}", (axis,), np.full(size, 1011 / size))
            for axis, size in ((1, 25), (2, 40), (3, 2))
        ),
    ]
    check(fit(np.ones((3, 25, 40, 2)), margins), margins)


def test_balance_keeps_pairs_of_margins_independent() -> None:
    persons = np.round(600 * np.arange(1, 22) / 231)
    persons[-1] += 600 - persons.sum()
    shares = [[0.55, 0.45], [0.1, 0.2, 0.3, 0.25, 0.15], [0.7, 0.02, 0.28], [0.05, 0.1, 0.15, 0.7]]
    margins = [Margin("county", (0,), persons, exact=True)]
    margins += [Margin(f"{axis}", (axis,), 600 * np.array(part)) for axis, part in enumerate(shares, start=1)]
    table = fit(np.ones([len(margin.target) for margin in margins]), margins)
    pairs = [Margin(f"{axes}", axes, sums(table, axes)) for axes in combinations(range(5), 2)]
    counts = integerize(table, margins, balance=pairs)
    assert max(deviation(counts, margin) for margin in margins) < WITHIN_ONE
    for pair in pairs:
        found = sums(counts.astype(float), pair.axes)
        statistic = ((found - pair.target) ** 2 / pair.target).sum()
        freedom = (found.shape[0] - 1) * (found.shape[1] - 1)
        assert statistic < 0.75 * freedom, f"{pair.name}: chi-square {statistic:.3g} at {freedom} degrees"


def test_detours_find_what_a_descent_misses() -> None:
    table = np.array([[[8, 0], [0, 7], [1, 0]], [[5, 9], [0, 0], [0, 2]], [[8, 5], [0, 0], [2, 6]]]) * (
        5 / 53
    )
    check(table, [Margin(f"{axes}", axes, sums(table, axes)) for axes in combinations(range(3), 2)])


def test_impossible_rounding_is_refused_and_named() -> None:
    """Four cells of one half, any two of which share a slice: no two cells fill each slice once."""
    table = np.zeros((2, 2, 2))
    table[[0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 0]] = 0.5
    check(table, single_margins(table))
    exact = [Margin(f"axis {axis}", (axis,), np.ones(2), exact=True) for axis in range(3)]
    with pytest.raises(
        UserError, match=r"margin 'axis \d': no rounding found within one of the target 1 of cell"
    ):
        integerize(table, exact)


def test_exact_margin_with_fractions_is_refused() -> None:
    with pytest.raises(
        UserError, match="margin 'county': an exact margin has fractions; expected whole numbers"
    ):
        integerize(np.array([1.5, 0.5]), [Margin("county", (0,), np.array([1.5, 0.5]), exact=True)])


def test_margin_with_another_total_than_the_table_is_refused() -> None:
    with pytest.raises(UserError, match="its total 3 differs from the total 2"):
        integerize(np.array([1.0, 1.0]), [Margin("county", (0,), np.array([1.0, 2.0]))])


@given(arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 5)))
def test_cumulated_rounding_is_off_by_less_than_one_everywhere(values: NDArray[Any]) -> None:
    counts = cumulated_rounding(values)
    assert (np.abs(np.cumsum(counts) - np.cumsum(values)) <= 0.5 + 1e-9).all()
    assert (np.abs(counts - values) < 1 + 1e-9).all()


@given(arrays.arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 5)))
def test_largest_remainders_are_floors_or_ceilings_with_the_total(values: NDArray[Any]) -> None:
    counts = largest_remainders(values, round(values.sum()))
    assert counts.sum() == round(values.sum())
    assert ((counts == np.floor(values)) | (counts == np.ceil(values))).all()
