"""From words to decisions: the rounding of thresholds, the rest of the last share, competing risks."""

import math

import pytest

from careersim.engines.reference.chance import (
    WORDS,
    chosen,
    fraction,
    happens,
    hazard_probability,
    risk_that_strikes,
    thresholds,
)

HIGHEST = WORDS - 1


def test_event_happens_below_its_threshold_only():
    assert happens(WORDS // 4 - 1, 0.25)
    assert not happens(WORDS // 4, 0.25)
    assert not happens(0, 0.0)
    assert happens(HIGHEST, 1.0)


def test_thresholds_are_rounded_down_and_the_last_positive_share_takes_the_rest():
    third = 1 / 3
    limits = thresholds((third, 0.0, third, third, 0.0))
    assert limits == (WORDS // 3, WORDS // 3, math.floor((third + third) * WORDS), WORDS, WORDS)
    assert chosen(HIGHEST, limits) == 3
    assert chosen(WORDS // 3, limits) == 2  # never the share of zero


def test_thresholds_of_shares_that_fall_short_of_one_by_rounding():
    assert thresholds([0.1] * 10)[-1] == WORDS


@pytest.mark.parametrize(("word", "expected"), [(0, 0), (HIGHEST, 99), (WORDS // 2, 50)])
def test_fraction_is_uniform_over_whole_numbers(word, expected):
    assert fraction(word, 100) == expected


def test_competing_risks_share_the_probability_of_any_event():
    rates = (0.1, 0.0, 0.3)
    total = 1 - math.exp(-0.4)
    first, both = math.floor(total * 0.25 * WORDS), math.floor(total * WORDS)
    assert risk_that_strikes(first - 2, rates) == 0
    assert risk_that_strikes(first + 2, rates) == 2
    assert risk_that_strikes(both - 2, rates) == 2
    assert risk_that_strikes(both + 2, rates) is None


def test_no_risk_and_certain_risk():
    assert risk_that_strikes(0, ()) is None
    assert risk_that_strikes(0, (0.0, 0.0)) is None
    assert risk_that_strikes(HIGHEST, (0.0, 800.0)) == 1


def test_probability_of_a_small_rate_keeps_its_digits():
    assert hazard_probability(1e-12) == pytest.approx(1e-12, rel=1e-11)
