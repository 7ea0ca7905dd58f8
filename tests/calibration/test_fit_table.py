"""A run against targets, end to end, on a short run of one profession."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from calibration.fit_table import fit_of_run, fit_table, met
from calibration.targets import read_targets
from careersim.errors import ConfigError
from tests.calibration.healers import target, targets

RUN = "name: short\nprofessions: [occupational_therapist]\nuntil: 2030\nreplications: 2\nseed: 3\n"


@pytest.fixture(name="run_file")
def run_file_fixture(tmp_path: Path) -> Path:
    path = tmp_path / "run.yaml"
    path.write_text(RUN)
    return path


def test_table_by_hand() -> None:
    asked = targets(target(), target(id="b", value=30.0, low=30.0, high=30.0), target(id="c", role="start"))
    found = fit_table(asked, np.array([[11.0, 10.0, 50.0], [12.0, 12.0, 50.0], [13.0, 14.0, 50.0]]))
    assert found["predicted"].to_list() == [12.0, 12.0, 50.0]
    assert found["chance_sd"].to_list() == [1.0, 2.0, 0.0]
    assert found["residual"].to_list() == [1.0, -9.0, 20.0]
    assert found["met"].to_list() == [True, False, False]
    assert met(found).row(0) == ("healer", "stock", 2, 1, 0.5), "the start does not count"
    assert fit_table(asked, np.ones((1, 3)))["chance_sd"].to_list() == [0.0] * 3


def test_a_run_is_compared(run_file: Path) -> None:
    asked = read_targets("occupational_therapist").select(until=2030)
    found = fit_of_run(run_file, asked)
    assert found["id"].to_list() == ["occupational_therapist_2023", "occupational_therapist_2030"]
    start, later = found["predicted"].to_list()
    assert start == 5480, "the counties of the table, whose sum is 20 less than the printed 5,500"
    assert 4500 < later < 6000
    assert found.filter(pl.col("role") == "start")["log_likelihood"].to_list() == [0.0]


def test_targets_are_checked_before_anything_runs(run_file: Path) -> None:
    seen: list[int] = []
    with pytest.raises(ConfigError, match="2040 is outside the run"):
        fit_of_run(
            run_file, read_targets("occupational_therapist"), progress=lambda done, _: seen.append(done)
        )
    assert seen == []


def test_same_bytes_with_one_and_two_threads(run_file: Path) -> None:
    asked = read_targets("occupational_therapist").select(until=2030)
    one, two = (fit_of_run(run_file, asked, threads=threads) for threads in (1, 2))
    assert one["log_likelihood"].to_numpy().tobytes() == two["log_likelihood"].to_numpy().tobytes()
    assert one.equals(two)
