"""Scores against hand-computed values and against forecasts of known quality."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from calibration.trust.scoring import as_published, crps, score, skill, summarise, with_skill


def rows(values: list[float], **columns: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"value": values, **columns})


def test_a_score_is_what_a_hand_computes() -> None:
    scored = score(rows([10.0]), np.array([[8.0], [11.0], [12.0]]))
    row = scored.row(0, named=True)
    assert row["median"] == 11.0
    assert row["error"] == 1.0
    assert row["absolute_percentage_error"] == pytest.approx(10.0)
    # mean |x - 10| = 5/3; mean |x - x'| over the three pairs = (3 + 4 + 1) / 3, of which half.
    assert row["crps"] == pytest.approx(5 / 3 - 4 / 3)
    assert row["inside_80"] is True


def test_one_draw_has_the_absolute_error_and_no_interval() -> None:
    row = score(rows([10.0]), np.array([[7.0]])).row(0, named=True)
    assert (row["crps"], row["inside_80"], row["inside_95"]) == (3.0, None, None)


def test_an_observed_nought_has_no_percentage() -> None:
    assert score(rows([0.0]), np.array([[1.0], [2.0]]))["absolute_percentage_error"][0] is None


def test_forecasts_are_rounded_as_the_observed() -> None:
    assert as_published(np.array([[12.4, 12.6, 12.4]]), [5, 5, 0]).tolist() == [[10.0, 15.0, 12.4]]


def test_the_fair_score_equals_the_double_sum() -> None:
    generator = np.random.Generator(np.random.Philox(3))
    ranked = np.sort(generator.normal(size=(40, 3)), axis=0)
    observed = np.array([0.0, 1.0, -2.0])
    pairs = np.abs(ranked[:, None] - ranked[None]).sum(axis=(0, 1)) / (40 * 39)
    assert crps(observed, ranked) == pytest.approx(np.abs(ranked - observed).mean(axis=0) - pairs / 2)


def covered(spread: float) -> pl.DataFrame:
    """Scores of 2,000 forecasts of a standard normal number with a given standard deviation."""
    generator = np.random.Generator(np.random.Philox(11))
    observed = generator.normal(size=2000)
    samples = generator.normal(scale=spread, size=(400, 2000))
    return summarise(score(rows(list(observed), kind=["a"] * 2000), samples), ["kind"])


def test_intervals_of_a_true_forecast_cover_what_they_promise() -> None:
    """Bound: 4 binomial standard deviations at n = 2,000, plus 1/400 for the finite ensemble."""
    summary = covered(1.0).row(0, named=True)
    for level in (80, 95):
        share = level / 100
        assert abs(summary[f"coverage_{level}"] - share) < 4 * (share * (1 - share) / 2000) ** 0.5 + 1 / 400


def test_intervals_a_quarter_too_narrow_are_seen() -> None:
    """Planted fault: at 0.75 of the width, 80 % intervals cover 66 %, 15 standard deviations below."""
    summary = covered(0.75).row(0, named=True)
    assert summary["coverage_80_high"] < 0.8
    assert summary["coverage_95_high"] < 0.95


def test_a_true_forecast_has_the_best_score() -> None:
    right = covered(1.0)["crps"][0]
    assert right < covered(0.6)["crps"][0]
    assert right < covered(1.6)["crps"][0]


def test_skill_is_nothing_against_oneself_and_positive_against_the_worse() -> None:
    generator = np.random.Generator(np.random.Philox(5))
    ours = generator.uniform(1, 2, size=100)
    same = skill(ours, ours, seed=1)
    assert (same["skill"], same["low"], same["high"]) == (0.0, 0.0, 0.0)
    better = skill(ours, ours * 2, seed=1)
    assert better["skill"] == pytest.approx(0.5)
    assert better["low"] == pytest.approx(0.5)


def test_intervals_alone_give_no_skill_of_the_median() -> None:
    """Planted: the median of the naive forecast; a true normal distribution around it gains 29 % in CRPS."""
    generator = np.random.Generator(np.random.Philox(7))
    table = rows(list(generator.normal(size=500)), id=[f"{one}" for one in range(500)], kind=["a"] * 500)
    half = generator.normal(size=(200, 500))
    forecasts = {"ours": np.concatenate([half, -half]), "naive": np.zeros((1, 500))}
    scored = pl.concat(
        score(table.with_columns(forecast=pl.lit(name)), samples) for name, samples in forecasts.items()
    )
    found = with_skill(scored, ["kind"], ours="ours", naive=["naive"], on="id", seed=1)
    ours = found.row(by_predicate=pl.col("forecast") == "ours", named=True)
    assert ours["skill_naive"] == pytest.approx(1 - 0.5642 / 0.7979, abs=0.05)
    assert ours["median_skill_naive"] == pytest.approx(0.0, abs=0.02)
    assert found.row(by_predicate=pl.col("forecast") == "naive", named=True)["median_skill_naive"] is None


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="shape"):
        score(rows([1.0, 2.0]), np.zeros((3, 1)))
    with pytest.raises(ValueError, match="shapes"):
        skill(np.zeros(2), np.zeros(3), seed=1)


def test_rounding_makes_a_true_forecast_cover_more_and_that_is_told() -> None:
    """Standard deviation 3, rounded to 5: 2,000 numbers cover what is expected of them, well above 80 %."""
    generator = np.random.Generator(np.random.Philox(17))
    middles = generator.uniform(50.0, 60.0, 2000)
    observed = as_published(middles[None, :] + 3.0 * generator.normal(size=(1, 2000)), [5] * 2000)[0]
    samples = middles + 3.0 * generator.normal(size=(400, 2000))
    scored = score(rows(list(observed), kind=["a"] * 2000), samples, rounding=[5] * 2000)
    summary = summarise(scored, ["kind"]).row(0, named=True)
    for level in (80, 95):
        expected = summary[f"expected_{level}"]
        assert expected > level / 100 + 0.02
        bound = 4 * np.sqrt(expected * (1 - expected) / 2000) + 1 / 400
        assert abs(summary[f"coverage_{level}"] - expected) <= bound
