"""Every measure on a handful of persons, added up by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from calibration.coverage import Coverage
from calibration.measures import MEASURES
from calibration.observe import coverage_factors, predict
from calibration.targets import read_targets
from careersim.errors import UserError
from careersim.flows.durations import MEASURES as COHORTS
from careersim.flows.durations import Durations
from careersim.model.graph import Hazard, StartMargins
from careersim.model.table import Table, constant
from tests.calibration.healers import read_rows, series, target, targets
from tests.unit.flows import village

SERIES = {"healer": series()}
CASES = {
    "stock of a year": ({}, [11.0, 12.0]),
    "stock of a county": ({"county_code": "03"}, [2.0, 2.0]),
    "mean of years": ({"year": 2024, "last_year": 2026, "observed": "mean_of_years"}, [12.0, 13.0]),
    "several states": ({"of": "trainee+leave"}, [5.0, 5.0]),
    "fte": ({"measure": "fte"}, [10.0, 11.0]),
    "hours": ({"measure": "mean_hours"}, [100 * 10 / 11, 100 * 11 / 12]),
    "hours of a county": ({"measure": "mean_hours", "county_code": "03"}, [50.0, 50.0]),
    "sector": ({"measure": "sector_share", "of": "specialist:regional"}, [100 * 2 / 11, 100 * 2 / 12]),
    "state": ({"measure": "state_share", "of": "leave/trainee+leave"}, [20.0, 20.0]),
    "nobody": ({"measure": "state_share", "of": "abroad/abroad"}, [np.nan, np.nan]),
    "flow of a year": ({"measure": "flow", "of": "completes", "observed": "mean_of_years"}, [1.0, 1.0]),
    "flow of years": (
        {"measure": "flow", "of": "completes", "last_year": 2026, "observed": "mean_of_years"},
        [4 / 3, 4 / 3],
    ),
    "sum of years": (
        {"measure": "flow", "of": "completes", "last_year": 2026, "observed": "sum_of_years"},
        [4.0, 4.0],
    ),
    "to a state": (
        {"measure": "flow", "of": "completes>specialist", "observed": "mean_of_years"},
        [1.0, 1.0],
    ),
    "net of streams and transitions": (
        {"measure": "flow", "of": "new + completes - emigrates", "observed": "mean_of_years"},
        [-1.0, -1.0],
    ),
    "a county counts arrivals": (
        {"measure": "flow", "of": "takes", "observed": "mean_of_years", "county_code": "03"},
        [0.0, 0.0],
    ),
    "years in training": (
        {"measure": "years_in", "of": "trainee+leave", "last_year": 2026, "observed": "mean_of_years"},
        [15 / 4, 15 / 4],
    ),
    "years on a way": (
        {"measure": "years_in", "of": "trainee+leave, specialist", "observed": "mean_of_years"},
        [5 + 11 / 3, 5 + 12 / 3],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_measure(name: str) -> None:
    changes, expected = CASES[name]
    found = predict(targets(target(**changes)), SERIES)
    np.testing.assert_allclose(found[:, 0], expected)


def test_every_measure_has_a_case_here() -> None:
    shown = {changes.get("measure", "stock") for changes, _ in CASES.values()}
    own = {"cohort_years", "declared_risk", "start_age_share", "start_mean_age"}
    assert shown | own == set(MEASURES)


def test_order_and_shape() -> None:
    found = predict(targets(target(), target(id="b", of="trainee"), target(id="c", of="leave")), SERIES)
    assert found.dtype == np.float64
    np.testing.assert_array_equal(found, [[11.0, 4.0, 1.0], [12.0, 4.0, 1.0]])
    assert predict(targets(), SERIES).shape == (2, 0)


def test_coverage_multiplies_what_it_names() -> None:
    asked = replace(
        targets(target(coverage="register"), target(id="b")),
        coverages={"register": Coverage("register", "Register", "rate_ratio", 0.5, 0.4, 0.9, "made up")},
    )
    np.testing.assert_array_equal(predict(asked, SERIES)[0], [5.5, 11.0])
    np.testing.assert_array_equal(predict(asked, SERIES, coverage={"register": 2.0})[0], [22.0, 11.0])
    np.testing.assert_array_equal(coverage_factors(asked, {"register": 2.0}), [2.0, 1.0])
    assert [one.path for one in asked.used_coverages] == ["coverage.register"]
    with pytest.raises(UserError, match=r"no target has the coverage 'registre'; did you mean 'register'\?"):
        predict(asked, SERIES, coverage={"registre": 1.0})
    with pytest.raises(UserError, match="coverage 'register' is 0"):
        predict(asked, SERIES, coverage={"register": 0.0})


def test_cohorts_are_looked_back_on() -> None:
    counts = np.zeros((len(COHORTS), 3, 3, 2), dtype=np.int64)  # years 2024 to 2026
    measure = COHORTS.index("degree_to_certificate")
    counts[measure, 0, 1, 1] = 3  # began 2024, arrived 2025
    counts[measure, 0, 2, 1] = 1  # began 2024, arrived 2026
    counts[measure, 1, 1, 1] = 4  # began 2025, arrived 2026
    counts[measure, 1, 1, 0] = 9  # not arrived
    asked = target(
        measure="cohort_years",
        of="degree_to_certificate",
        observed="mean_of_years",
        year=2026,
        last_year=2026,
    )
    found = predict(targets(asked), SERIES, {"healer": Durations(counts)})
    np.testing.assert_allclose(found[:, 0], (2 * 1 + 1 * 4) / 5)
    with pytest.raises(UserError, match="durations were not counted"):
        predict(targets(asked), SERIES)


def test_declared_numbers() -> None:
    ages = Table(("age",), (121,), tuple(0.5 * (age in (60, 70)) for age in range(121)))
    margins = StartMargins(village.SPECIALIST, (1,) * 21, 0.5, ages, (1.0, 0.0, 0.0, 0.0), ((100, 1.0),))
    emigrates = replace(village.PROFESSION.transitions[village.EMIGRATES], hazard=Hazard(constant(0.5)))
    profession = replace(
        village.PROFESSION, transitions=(*village.PROFESSION.transitions[:-1], emigrates), start=(margins,)
    )
    declared = {"healer": replace(series(), profession=profession)}
    asked = targets(
        target(measure="declared_risk", of="emigrates:women:64", observed="declared", trials=200.0),
        target(id="b", measure="declared_risk", of="emigrates:women:64", observed="declared"),
        target(id="c", measure="start_age_share", of="specialist:65+"),
        target(id="d", measure="start_mean_age", of="specialist"),
    )
    risk = 1 - np.exp(-0.5)
    np.testing.assert_allclose(predict(asked, declared)[1], [200 * risk, 100 * risk, 50.0, 65.0])


def test_what_the_run_does_not_have_is_told_with_its_place() -> None:
    with pytest.raises(UserError, match=r"mine.csv:2: a: profession 'healers' is not part of the run"):
        predict(targets(target(profession="healers")), SERIES)
    with pytest.raises(UserError, match=r"mine.csv:2: a: the run goes from 2023 to 2026; expected the years"):
        predict(targets(target(year=2030, last_year=2030)), SERIES)
    with pytest.raises(UserError, match=r"no state 'specialst'; did you mean 'specialist'\?"):
        predict(targets(target(of="specialst")), SERIES)


def test_read_from_a_file(tmp_path: Path) -> None:
    read = read_rows(tmp_path, {}, {"of": "trainee", "value": "4"})
    np.testing.assert_array_equal(predict(read, SERIES)[0], [11.0, 4.0])
    assert read.ids == read_targets(tmp_path / "mine.csv").ids == ("a", "b")
