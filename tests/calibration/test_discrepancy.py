"""Scatter of a register between counties: covariance, the estimate of each county, and its honesty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import inf, nan, sqrt
from pathlib import Path

import numpy as np
import pytest

from calibration.coverage import Coverage, read_coverages
from calibration.discrepancy import county_effects, discrepancy, scatters
from calibration.fitting.report_counties import report_counties
from calibration.fitting.target_table import target_table
from calibration.likelihood import log_likelihood_terms, standardised
from calibration.target_types import Target, Targets
from careersim.data import Figure, figures_by_county
from careersim.errors import ConfigError
from tests.calibration.healers import target

SURVEY = Coverage("survey", "Survey", "rate_ratio", 1.0, 0.8, 1.2, "made up", 0.2, "made up")
CENSUS = Coverage("census", "Census", "rate_ratio", 1.0, 0.8, 1.2, "made up")


def county(name: str, code: str, value: float = 100.0, coverage: str = "survey", **more: object) -> Target:
    figure = {"value": value, "low": value, "high": value, "tolerance": 5.0}
    return target(id=name, block="b", county_code=code, coverage=coverage, **(figure | more))


def asked(*some: Target) -> Targets:
    return Targets(some, {"survey": SURVEY, "census": CENSUS})


def test_only_counties_of_a_register_that_scatters() -> None:
    found = scatters(
        asked(
            county("a", "01"),
            county("b", "00"),
            county("c", "01", coverage="census"),
            county("d", "01", coverage=""),
            county("e", "01", value=None, low=-inf, high=19.0),  # type: ignore[arg-type]
        )
    )
    np.testing.assert_allclose(found, [20.0, 0.0, 0.0, 0.0, 3.8])


def test_figures_of_one_register_and_county_share_it() -> None:
    covariance = discrepancy(
        asked(county("a", "01"), county("b", "01", 50.0), county("c", "03"), county("d", "01", coverage=""))
    )
    expected = np.diag([425.0, 125.0, 425.0, 25.0])
    expected[0, 1] = expected[1, 0] = 200.0
    np.testing.assert_allclose(covariance, expected)


def test_a_count_of_few_adds_what_the_replications_do_not_hold() -> None:
    few = asked(target(likelihood="poisson", value=16.0, low=16.0, high=16.0, tolerance=3.0))
    assert discrepancy(few)[0, 0] == 9.0
    assert discrepancy(few, np.array([[4.0]]))[0, 0] == 9.0 + 12.0
    assert discrepancy(few, np.array([[40.0]]))[0, 0] == 9.0


def test_the_estimate_is_the_conditional_mean() -> None:
    """Against conditioning a normal distribution by hand, two figures sharing one effect."""
    figures = asked(
        county("a", "01", 120.0), county("b", "01", 70.0), county("c", "03", 80.0), county("d", "05")
    )
    mean, chance = np.array([100.0, 60.0, 100.0, 100.0]), np.array([9.0, 4.0, 9.0, 9.0])
    found = county_effects(figures, mean, chance)
    size = scatters(figures, mean)
    for members in ([0, 1], [2], [3]):
        s = size[members]
        missing = np.array([120.0, 70.0, 80.0, 100.0])[members] - mean[members]
        variance = np.outer(s, s) + np.diag(25.0 + chance[members])
        effect = s @ np.linalg.solve(variance, missing)
        sd = sqrt(1.0 - s @ np.linalg.solve(variance, s))
        np.testing.assert_allclose(found.factor[members], 1.0 + effect * s / mean[members])
        np.testing.assert_allclose(found.sd[members], sd * s / mean[members])


def test_undefined_predictions_leave_other_counties_alone() -> None:
    figures = asked(county("a", "01", 120.0), county("b", "03", 120.0))
    one = county_effects(figures, np.array([nan, 100.0]), np.zeros(2))
    both = county_effects(figures, np.array([100.0, 100.0]), np.zeros(2))
    assert one.factor[1] == both.factor[1]
    assert np.isnan(standardised(figures, np.array([nan, 100.0]))[0])


def test_residuals_with_and_without() -> None:
    figures = asked(county("a", "01", 120.0), county("b", "01", 120.0, coverage="census"))
    mean = np.array([100.0, 100.0])
    np.testing.assert_allclose(standardised(figures, mean, by_county=False), [-4.0, -4.0])
    # Scatter 20, tolerance 5: of 20 that are missing the county takes 20 * 400 / 425.
    np.testing.assert_allclose(standardised(figures, mean), [-20.0 * 25.0 / 425.0 / 5.0, -4.0])


def test_the_likelihood_is_as_wide_as_tolerance_and_scatter() -> None:
    mean, chance = np.array([90.0]), np.array([9.0])
    with_scatter = log_likelihood_terms(asked(county("a", "01")), mean, chance)
    apart = sqrt(5.0**2 + (0.2 * 90.0) ** 2)
    wide = log_likelihood_terms(asked(county("a", "01", coverage="", tolerance=apart)), mean, chance)
    np.testing.assert_allclose(with_scatter, wide)


COUNTIES, CHANCE = 4000, 9.0


def covered(scatter_of_truth: float) -> float:
    """Share of known county effects within their 80 % interval."""
    rng = np.random.default_rng(20231101)
    mean = rng.uniform(30.0, 300.0, COUNTIES)
    effect = rng.normal(0.0, 1.0, COUNTIES) * scatter_of_truth
    inside = 0
    for begin in range(0, COUNTIES, 20):
        part = slice(begin, begin + 20)
        truth = mean[part] * (1.0 + effect[part])
        printed = truth + rng.normal(0.0, sqrt(25.0 + CHANCE), len(truth))
        figures = asked(
            *(county(str(number), f"{number + 1:02d}", float(value)) for number, value in enumerate(printed))
        )
        found = county_effects(figures, mean[part], np.full(20, CHANCE))
        inside += int((np.abs(1.0 + effect[part] - found.factor) <= 1.2816 * found.sd).sum())
    return inside / COUNTIES


def test_intervals_of_county_effects_cover() -> None:
    """4,000 effects: 80 % within four standard errors (0.025), and a scatter twice as large is found out."""
    bound = 4.0 * sqrt(0.8 * 0.2 / COUNTIES)
    assert abs(covered(0.2) - 0.8) <= bound
    assert covered(0.4) < 0.8 - bound


def test_the_table_and_the_report_show_both() -> None:
    figures = asked(county("a", "01", 120.0), county("b", "03", 100.0), county("c", "05", 96.0))
    lives = np.array([[98.0, 99.0, 100.0], [102.0, 101.0, 100.0]])
    table = target_table(figures, {}, lives, None, lives)
    assert table["met"].to_list() == [True, True, True]
    assert (table["residual_by_country"].abs() <= 1).to_list() == [False, True, True]
    np.testing.assert_allclose(table["predicted"], table["predicted_by_country"] * table["county_factor"])
    text = "\n".join(report_counties(table))
    assert "| b | 3 | 4.2 % | 6.9 % |" in text, "0, 4.2 and 16.7 %"
    assert "| a | 100 | -4.0 | 1.1" in text
    assert not list(report_counties(target_table(asked(target()), {}, lives[:, :1], None, lives[:, :1])))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ("halv: {unit: share, value: 0.1, source: {assumption: made up for a test}}", "no coverage 'halv'"),
        ("half: {unit: share, value: 0, source: {assumption: made up for a test}}", "not a share above 0"),
        (
            "half: {unit: rate_ratio, value: 0.1, source: {assumption: made up for a test}}",
            "not a share above 0",
        ),
        ("half: {unit: share, valeu: 0.1}", "valeu"),
    ],
)
def test_a_scatter_that_means_nothing(tmp_path: Path, record: str, message: str) -> None:
    path = tmp_path / "coverage.yaml"
    half = "{unit: rate_ratio, value: 0.5, low: 0.4, high: 0.6, source: {assumption: made up for a test}}"
    path.write_text(f"coverage:\n  half: {half}\nscatter_by_county:\n  {record}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_coverages(path)


def test_the_shipped_scatters_are_what_the_tables_say() -> None:
    """DLF and the register: trainees scatter by 23 %, head counts of general practitioners by 8 %."""
    survey = figures_by_county("dlf_staffing_2023", "trainees")
    register = figures_by_county("st_scenarios", "trainees_mean_2021_2023")
    assert _scatter(survey, register, tuple(register)) == pytest.approx(0.23, abs=0.005)
    coverages = read_coverages()
    own = 0.10
    assert coverages["trainees_dlf"].scatter == pytest.approx(sqrt(0.23**2 - own**2), abs=0.01)

    head_counts = ("06", "07", "08", "12", "13", "14", "17", "18", "19", "21", "23")
    heads = figures_by_county("dlf_staffing_2023", "specialists")
    heads["19"] = replace(heads["19"], value=128.0 - 19.0)
    found = _scatter(heads, figures_by_county("baseline_2023", "gps"), head_counts)
    assert coverages["gps_2023_definition"].scatter == pytest.approx(found, abs=0.005)


def _scatter(some: Mapping[str, Figure], others: Mapping[str, Figure], codes: tuple[str, ...]) -> float:
    """Standard deviation of the logarithm of the ratio."""
    values = [(some[code].value, others[code].value) for code in codes if code != "00"]
    return float(np.std([np.log((one or nan) / (other or nan)) for one, other in values], ddof=1))
