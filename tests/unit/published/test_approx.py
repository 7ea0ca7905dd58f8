"""Numbers known up to rounding: what functions of them can be, and what they cannot."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from careersim.data import Figure, Rounding, figure
from careersim.errors import InternalError
from careersim.published.approx import (
    Approx,
    exactly,
    grown_alike,
    hull,
    of_figure,
    of_known_figure,
    over_all,
    through,
    to_nearest,
    total,
)
from careersim.published.ratios import change_percent, on_line, part_of, per_100000, per_head, share_percent

FROM_2_TO_4, FROM_9_TO_11 = Approx(3, 2, 4), Approx(10, 9, 11)

# Each rises or falls with every argument while the others are held, for arguments above zero.
MONOTONE: dict[str, tuple[Callable[..., float], int]] = {
    "sum": (lambda a, b: a + b, 2),
    "difference": (lambda a, b: a - b, 2),
    "product": (lambda a, b: a * b, 2),
    "per head": (per_head, 2),
    "share": (share_percent, 2),
    "change": (change_percent, 2),
    "per 100 000": (per_100000, 2),
    "missing, percent": (lambda need, there: 100 * (need - there) / need, 2),
    "scaled": (lambda persons, before, after: persons * after / before, 3),
    "shared out": (lambda part, whole, later: part / whole * later, 3),
    "on a line": (lambda first, last: on_line(0.4, first, last), 2),
    "never or years": (lambda missing, surplus: missing / surplus if surplus > 40 else math.inf, 2),
    "rounded up": (math.ceil, 1),
}


@st.composite
def approximate(draw: st.DrawFn) -> tuple[Approx, float]:
    """A number with its interval, and another number that may be the true one."""
    low, value, true, high = sorted(draw(st.lists(st.floats(1, 100), min_size=4, max_size=4)))
    swapped = draw(st.booleans())
    return Approx(true if swapped else value, low, high), value if swapped else true


@pytest.mark.parametrize("name", MONOTONE)
@given(data=st.data())
def test_the_interval_holds_what_any_numbers_in_the_box_give(name: str, data: st.DataObject) -> None:
    function, arguments = MONOTONE[name]
    drawn = [data.draw(approximate()) for _ in range(arguments)]
    found = through(function, *(number for number, _ in drawn))
    assert found is not None
    inside = function(*(true for _, true in drawn))
    tiny = 1e-9 * max(1.0, abs(inside)) if math.isfinite(inside) else 0.0
    assert found.low - tiny <= inside <= found.high + tiny
    assert found.low <= found.value <= found.high


@given(st.lists(approximate(), max_size=6))
def test_a_total_holds_every_sum_of_numbers_in_their_intervals(drawn: list[tuple[Approx, float]]) -> None:
    found = total(number for number, _ in drawn)
    assert found is not None
    inside = sum(true for _, true in drawn)
    assert found.low - 1e-9 <= inside <= found.high + 1e-9
    assert found.value == pytest.approx(sum(number.value for number, _ in drawn))


def test_the_extremes_lie_in_the_corners() -> None:
    assert through(lambda a, b: a / b, FROM_9_TO_11, FROM_2_TO_4) == Approx(10 / 3, 9 / 4, 11 / 2)
    assert through(lambda a, b: a - b, FROM_2_TO_4, FROM_9_TO_11) == Approx(-7, -9, -5)
    assert through(lambda a, b: a - b, exactly(3), exactly(10)) == exactly(-7)


def test_a_function_that_turns_would_need_more_than_corners() -> None:
    """The promise in the docstring is needed: between the corners this one is lower."""
    found = through(lambda a: (a - 3) ** 2, Approx(2.5, 2, 4))
    assert found is not None
    assert found.low == 0.25 > (3 - 3) ** 2


def test_what_is_not_known_gives_nothing() -> None:
    assert through(lambda a, b: a + b, None, FROM_2_TO_4) is None
    assert through(lambda a, b: a + b, FROM_2_TO_4, None) is None
    assert total([FROM_2_TO_4, None]) is None
    assert total([]) == exactly(0)


def test_no_number_at_the_values_gives_nothing_and_in_a_corner_is_left_out() -> None:
    assert through(per_head, exactly(0), exactly(0)) is None
    assert through(lambda a: math.nan, FROM_2_TO_4) is None
    found = through(lambda a: math.nan if a == 2 else a, FROM_2_TO_4)
    assert found == Approx(3, 3, 4)


def test_infinity_stays_in_the_interval() -> None:
    assert through(per_head, FROM_9_TO_11, exactly(0)) == exactly(math.inf)
    assert through(per_head, FROM_9_TO_11, Approx(1, 0, 2)) == Approx(10, 4.5, math.inf)
    assert total([exactly(math.inf), FROM_2_TO_4]) == exactly(math.inf)
    assert total([Approx(3, 2, math.inf), FROM_9_TO_11]) == Approx(13, 11, math.inf)


def test_a_figure_keeps_its_interval() -> None:
    assert of_figure(figure("baseline_2023", "trainees", county_code="03")) == Approx(95, 92.5, 97.5)
    hidden = figure("gp_2019", "gps_primary_care", county_code="09")
    assert of_figure(hidden) is None
    with pytest.raises(InternalError, match=r"gp_2019 has an empty cell: .*09"):
        of_known_figure(hidden)


def test_a_hull_goes_from_the_lowest_to_the_highest_end() -> None:
    assert hull(3, FROM_2_TO_4, FROM_9_TO_11) == Approx(3, 2, 11)
    printed = Figure(5, 2.5, 7.5, Rounding("nearest", 5), False, "persons", "d", "l. 1", "t", "c", ())
    assert hull(5, printed, exactly(9)) == Approx(5, 2.5, 9)


def test_an_order_statistic_moves_with_each_end() -> None:
    assert over_all([FROM_2_TO_4, FROM_9_TO_11], max) == FROM_9_TO_11
    assert over_all([FROM_2_TO_4, Approx(2.5, 0, 9)], min) == Approx(2.5, 0, 4)
    assert over_all([], min) is None


def test_rounding_to_the_nearest() -> None:
    assert to_nearest(exactly(7502.5), 5) == 7505
    assert to_nearest(exactly(7502.4), 5) == 7500
    assert to_nearest(exactly(-2.5), 5) == 0  # halves up
    assert to_nearest(exactly(3.3), 0) == 3.3
    assert to_nearest(exactly(math.inf), 5) == math.inf
    assert to_nearest(None, 5) is None


@pytest.mark.parametrize("step", [1e-320, 5e-324])
def test_a_step_next_to_nothing_rounds_nothing(step: float) -> None:
    assert to_nearest(exactly(7555.5), step) == 7555.5
    assert to_nearest(exactly(-7555.5), step) == -7555.5
    assert to_nearest(exactly(math.inf), 5) == math.inf


def test_what_grew_alike() -> None:
    pairs = [(Approx(100, 95, 105), Approx(110, 105, 115)), (Approx(50, 49, 51), Approx(55, 54, 56))]
    found = grown_alike(exactly(1000), pairs)
    assert found is not None
    assert found.low == pytest.approx(1000 * 54 / 51)
    assert found.high == pytest.approx(1000 * 56 / 49)
    assert found.value == pytest.approx((found.low + found.high) / 2)
    assert grown_alike(None, pairs) is None
    assert grown_alike(exactly(1000), []) is None


def test_shared_ratios_by_hand() -> None:
    assert (per_head(100, 4), per_head(100, 0), per_100000(5, 50_000)) == (25, math.inf, 10)
    assert (share_percent(1, 4), part_of(80, 75), change_percent(80, 100)) == (25, 60, 25)
    assert math.isnan(share_percent(1, 0))
    assert (on_line(0, 10, 20), on_line(0.8, 10, 20), on_line(1, 10, 20)) == (10, 18, 20)
