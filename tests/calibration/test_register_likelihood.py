"""The estimator against closed forms, another library, and the definition of its derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from calibration.register.exposure import Risks
from calibration.register.likelihood import Curve, maximise
from calibration.register.numbers import NONE
from calibration.register.pooling import pooled
from careersim.schema import COUNTIES


def risks(persons: list[float], events: list[list[float]], factors: list[list[list[int]]]) -> Risks:
    """All in the first county."""
    here = np.zeros((len(persons), COUNTIES))
    here[:, 0] = persons
    had = np.zeros((len(persons), len(events[0]), COUNTIES))
    had[:, :, 0] = events
    hazards = tuple(range(len(events[0])))
    none = np.zeros((len(persons), len(hazards)))
    return Risks(0, hazards, np.array(factors), none, here, had, tuple(0 for _ in hazards))


def start(numbers: int) -> np.ndarray:
    return np.array([0.0, -np.inf, *[np.log(0.1)] * numbers])


def test_one_cell_has_the_closed_form() -> None:
    counts = risks([1000.0], [[300.0, 100.0]], [[[2], [3]]])
    fit = maximise([counts], start(2), np.array([2, 3]))
    total = -np.log(1 - 0.4)
    assert np.exp(fit.logarithms[2:]) == pytest.approx([total * 0.75, total * 0.25], rel=1e-7)
    # Not what a share, or a cause taken alone, would give: 0.3, and -ln(1 - 0.3) = 0.357.
    assert np.exp(fit.logarithms[2]) == pytest.approx(0.3831, abs=1e-4)


def test_errors_are_those_of_the_closed_form() -> None:
    persons, events = 1000.0, 800.0
    fit = maximise([risks([persons], [[events]], [[[2]]])], start(1), np.array([2]))
    rate = -np.log(1 - events / persons)
    variance = events / (persons * (persons - events))  # of the rate, by the delta method
    assert fit.errors()[2] == pytest.approx(variance**0.5 / rate, rel=1e-6)
    # A Poisson error, 1 / sqrt(events), would be too small by a tenth.
    assert fit.errors()[2] > 1.1 / events**0.5


def test_one_risk_agrees_with_a_binomial_regression_of_statsmodels() -> None:
    import statsmodels.api as sm

    persons = np.array([400.0, 300.0, 500.0, 200.0])
    events = np.array([40.0, 60.0, 150.0, 90.0])
    design = np.array([[1, 0, 0], [1, 0, 1], [0, 1, 0], [0, 1, 1]], dtype=float)
    family = sm.families.Binomial(link=sm.families.links.CLogLog())
    other = sm.GLM(np.column_stack([events, persons - events]), design, family=family).fit()
    factors = [[[2, NONE]], [[2, 4]], [[3, NONE]], [[3, 4]]]
    fit = maximise([risks(list(persons), [[e] for e in events], factors)], start(3), np.array([2, 3, 4]))
    assert fit.logarithms[2:] == pytest.approx(other.params, abs=1e-6)
    assert fit.errors()[2:] == pytest.approx(other.bse, rel=1e-4)


def test_a_number_shared_by_two_states_is_told_by_both() -> None:
    one = risks([1000.0], [[100.0]], [[[2]]])
    two = risks([3000.0], [[200.0, 50.0]], [[[2], [3]]])
    both = maximise([one, two], start(2), np.array([2, 3]))
    alone = maximise([one], start(2), np.array([2]))
    assert both.errors()[2] < alone.errors()[2]
    assert 0.066 < np.exp(both.logarithms[2]) < 0.106  # between the rates of the two


def test_smoothing_finds_a_straight_line_and_leaves_a_bent_one() -> None:
    ages = np.arange(30)
    places = tuple(int(age) + 2 for age in ages)
    factors = [[[place]] for place in places]

    def smoothed(rate: np.ndarray) -> np.ndarray:
        persons = np.full(30, 2000.0)
        counts = risks(list(persons), [[float(d)] for d in persons * -np.expm1(-rate)], factors)
        fit = maximise([counts], start(30), np.array(places), [Curve((places,))])
        return np.exp(fit.logarithms[2:])

    straight = 0.01 * np.exp(0.08 * ages)
    assert smoothed(straight) == pytest.approx(straight, rel=1e-3)
    bent = 0.05 + 0.2 / (1 + np.exp(-(ages - 15) / 1.5))
    assert smoothed(bent) == pytest.approx(bent, rel=0.1)


def test_smooth_curves_cover_the_truth() -> None:
    ages = np.arange(40)
    places = tuple(int(age) + 2 for age in ages)
    truth = 0.004 * np.exp(0.09 * ages)
    chance = np.random.Generator(np.random.PCG64(20))
    inside = []
    for _ in range(40):
        persons = np.full(40, 400.0)
        events = chance.binomial(400, -np.expm1(-truth)).astype(float)
        counts = risks(list(persons), [[e] for e in events], [[[place]] for place in places])
        fit = maximise([counts], start(40), np.array(places), [Curve((places,))])
        inside.append(np.mean(np.abs(fit.logarithms[2:] - np.log(truth)) < 2 * fit.errors()[2:]))
    # Neighbouring ages say nearly the same, so a table counts for few: 40 tables, two numbers each.
    assert np.mean(inside) > stats.binom.ppf(1e-3, 80, 0.954) / 80


def test_counties_that_differ_by_chance_only_are_drawn_together() -> None:
    chance = np.random.Generator(np.random.PCG64(3))
    expected = np.geomspace(4, 400, COUNTIES)
    same = pooled(chance.poisson(expected).astype(float), expected)
    assert same.spread < 0.1
    assert np.abs(same.ratio - 1).max() < 0.1


def test_counties_that_differ_are_told_apart_and_covered() -> None:
    chance = np.random.Generator(np.random.PCG64(4))
    inside, spreads, better = [], [], []
    for _ in range(200):
        expected = np.geomspace(4, 400, COUNTIES)
        truth = chance.gamma(1 / 0.3**2, 0.3**2, COUNTIES)
        events = chance.poisson(truth * expected).astype(float)
        found = pooled(events, expected)
        inside.append(np.abs(found.ratio - truth) < 2 * found.error)
        spreads.append(found.spread)
        better.append(np.mean((found.ratio - truth) ** 2) < np.mean((events / expected - truth) ** 2))
    assert np.mean(inside) > 0.93
    assert np.mean(spreads) == pytest.approx(0.3, abs=0.03)
    assert np.mean(better) > 0.8


def test_intervals_cover_counties_that_hardly_differ() -> None:
    """Few events say little of how far counties differ, and a spread of 0 is often likeliest.

    Intervals at the likeliest spread would cover 51 and 58 % here. Bounds: counties of one table are not
    independent, so that 100 tables count for 100 numbers; planned is 95 %, and more where nothing is told.
    """
    for spread, events_each in ((0.1, 5), (0.1, 20)):
        chance = np.random.Generator(np.random.PCG64(5))
        inside = []
        for _ in range(100):
            expected = events_each * np.geomspace(0.2, 5, COUNTIES)
            truth = chance.gamma(1 / spread**2, spread**2, COUNTIES)
            found = pooled(chance.poisson(truth * expected).astype(float), expected)
            inside.append(np.mean((found.low <= truth) & (truth <= found.high)))
        assert np.mean(inside) > stats.binom.ppf(1e-3, 100, 0.95) / 100
