"""Pairing pays: for a lever in one county, independent seeds would need at least 50 times the replications.

The lever lets a quarter fewer general practitioners leave primary care in Jämtland, the smallest county but
one; the number is how many work in Sweden eight years later. That is the question of who pays for it: does
the country gain, or does one county take from another?

The variance-reduction factor is (var baseline + var scenario) / var difference. Over n paired replications
the variance of the difference is estimated with n - 1 degrees of freedom, and so is each of the other two
(their sum has between n - 1 and 2 (n - 1), and the lower number is the careful choice). Differences are sums
of many rare events and nearly normal, so that the estimated factor over the true one is nearly F with n - 1
and n - 1 degrees of freedom. The test claims that the true factor is at least 50 only where the estimate lies
above 50 times the 1 - ALPHA quantile of F: were it 50 or less, the test would pass with a probability of at
most ALPHA. With the factor that was found when the test was written it passes with the probability that
`test_power` computes. A bootstrap says the same without F.

Within Jämtland itself the factor is much smaller (about 8, and less later), because what the lever changes is
most of what varies there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from careersim.compare import compare
from careersim.flows.areas import AREA_CODES
from careersim.flows.paired import paired_statistics
from careersim.flows.series import ProfessionSeries
from careersim.flows.workforce import group_counts

ALPHA = 1e-3
LEAST = 50.0
REPLICATIONS = 40
UNTIL = 2030
SEED, OTHER_SEED = 20_231_101, 20_231_102
FOUND = 400.0
"""About what was found when this was written: 380 and 610 with two seeds."""

RUN = f"""
name: doctors
professions: [doctor]
until: {UNTIL}
"""
SCENARIO = """
name: stay_in_jamtland
extends: doctors.yaml
levers:
  - name: stay
    kind: rate
    profession: doctor
    target: leaves_primary_care
    operation: multiply
    value: 0.75
    from: 2023
    counties: ['23']
    source: {assumption: 'A what-if for this test'}
"""

pytestmark = pytest.mark.slow


@cache
def runs(folder: Path, seed: int) -> tuple[ProfessionSeries, ProfessionSeries]:
    (folder / "doctors.yaml").write_text(RUN, encoding="utf-8")
    (folder / "stay.yaml").write_text(SCENARIO, encoding="utf-8")
    found = compare(folder / "doctors.yaml", folder / "stay.yaml", seed=seed, replications=REPLICATIONS)
    return found.baseline["doctor"], found.scenarios["stay_in_jamtland"]["doctor"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pairing")


def workforce(series: ProfessionSeries, code: str = "00") -> NDArray[np.float64]:
    return group_counts(series, "workforce", "headcount")[:, -1, AREA_CODES.index(code)]


def factor(baseline: NDArray[np.float64], scenario: NDArray[np.float64]) -> float:
    return float(paired_statistics(baseline, scenario)["variance_reduction"])


def bound() -> float:
    """What an estimate must exceed to claim a true factor of at least `LEAST`."""
    return LEAST * float(stats.f.ppf(1 - ALPHA, REPLICATIONS - 1, REPLICATIONS - 1))


def test_power() -> None:
    degrees = REPLICATIONS - 1
    assert stats.f.sf(bound() / FOUND, degrees, degrees) > 0.999
    assert stats.f.sf(bound() / LEAST, degrees, degrees) <= ALPHA * (1 + 1e-9)


def test_independent_seeds_would_need_fifty_times_the_replications(folder: Path) -> None:
    baseline, scenario = runs(folder, SEED)
    assert factor(workforce(baseline), workforce(scenario)) > bound()


def test_the_bootstrap_agrees(folder: Path) -> None:
    """Without normality: the ALPHA quantile of 10,000 resamples of whole replications is above 50."""
    one, two = (workforce(series) for series in runs(folder, SEED))
    rows = np.random.default_rng(1).integers(0, REPLICATIONS, (REPLICATIONS, 10_000))
    factors = paired_statistics(one[rows], two[rows])["variance_reduction"]
    assert float(np.quantile(factors, ALPHA)) > LEAST


def test_unpaired_seeds_fail(folder: Path) -> None:
    """The planted fault: the scenario of another seed. Its factor is about 1."""
    baseline, _ = runs(folder, SEED)
    _, scenario = runs(folder, OTHER_SEED)
    found = factor(workforce(baseline), workforce(scenario))
    degrees = REPLICATIONS - 1
    assert found < bound()
    assert found < float(stats.f.ppf(1 - ALPHA, degrees, degrees))


def test_shifted_replications_fail(folder: Path) -> None:
    """The planted fault: replications that are one off against each other."""
    baseline, scenario = runs(folder, SEED)
    assert factor(workforce(baseline), np.roll(workforce(scenario), 1)) < bound()


def test_pairing_does_not_move_the_mean(folder: Path) -> None:
    """Paired and unpaired mean differences estimate the same number (two-sided, ALPHA)."""
    baseline, scenario = runs(folder, SEED)
    other, _ = runs(folder, OTHER_SEED)
    paired = workforce(scenario) - workforce(baseline)
    unpaired = workforce(scenario) - workforce(other)
    gap = float(unpaired.mean() - paired.mean())
    error = float(np.sqrt((workforce(baseline).var(ddof=1) + workforce(other).var(ddof=1)) / REPLICATIONS))
    assert abs(gap) < error * float(stats.t.ppf(1 - ALPHA / 2, 2 * (REPLICATIONS - 1)))


def test_the_factor_within_the_county_is_smaller_and_above_one(folder: Path) -> None:
    """There the lever is most of what varies; F at ALPHA against a factor of 1."""
    baseline, scenario = runs(folder, SEED)
    degrees = REPLICATIONS - 1
    found = factor(workforce(baseline, "23"), workforce(scenario, "23"))
    assert float(stats.f.ppf(1 - ALPHA, degrees, degrees)) < found
    assert found < factor(workforce(baseline), workforce(scenario))
