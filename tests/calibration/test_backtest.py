"""A small backtest from file to folder: occupational therapists, one origin, figures held out on purpose."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from calibration.trust.backtest import Backtest, backtest
from calibration.trust.backtest_cli import backtest as command
from calibration.trust.backtest_report import backtest_text, first_lines
from careersim.errors import ConfigError, UserError
from tests.calibration.healers import write_rows
from tests.calibration.test_fit_run import RETIRED, STOCK, write_files

TEST = {
    "name": "test",
    "calibration": "small.yaml",
    "origins": {"2025": "run.yaml"},
    "until": 2027,
    "draws": 20,
    "seed": 7,
}


def write_backtest_files(folder: Path, later: float = 5300, **changes: object) -> Path:
    """Figures of 2025 that are seen and of 2026 and 2027 that are not."""
    write_files(folder, waves=1, until=2025)
    seen = {"id": "a", **STOCK}
    write_rows(
        folder / "mine.csv",
        seen,
        {"id": "b", **RETIRED},
        {"id": "c", **STOCK, "year": "2026", "value": str(later)},
        {"id": "d", **STOCK, "year": "2027", "value": str(later)},
    )
    file = folder / "test.yaml"
    file.write_text(yaml.safe_dump({**TEST, **changes}, sort_keys=False))
    return file


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    folder = tmp_path_factory.mktemp("backtest")
    return backtest(write_backtest_files(folder), folder / "unfinished")


def test_only_later_figures_are_forecast_beside_the_naive_ones(found: Backtest) -> None:
    ours = found.numbers.filter(pl.col("forecast") == "careersim")
    assert ours.select("id", "origin", "year").rows() == [("c", 2025, 2026), ("d", 2025, 2027)]
    naive = found.numbers.filter(pl.col("forecast") == "no_change")
    assert naive["median"].to_list() == [5300, 5300]
    assert naive["crps"].to_list() == [0, 0]
    assert naive["inside_80"].null_count() == 2
    assert "cohort" not in found.numbers["forecast"].to_list()  # of doctors only


def test_the_forecast_is_the_posterior_of_what_was_known(found: Backtest) -> None:
    """The stock of 2025 is seen with a tolerance of 30 persons; a year on it is known nearly as well."""
    row = found.numbers.filter(pl.col("forecast") == "careersim", pl.col("id") == "c").row(0, named=True)
    assert abs(row["median"] - 5300) < 120
    assert 60 < row["high_95"] - row["low_95"] < 500


def test_later_figures_change_scores_and_no_forecast(found: Backtest, tmp_path: Path) -> None:
    """Planted fault that must not work: a held-out figure that the fit could see would move the forecast."""
    other = backtest(write_backtest_files(tmp_path, later=4000), tmp_path / "unfinished", workers=2)
    columns = ["median", "low_95", "high_95"]
    assert (
        other.numbers.filter(pl.col("forecast") == "careersim")
        .select(columns)
        .equals(found.numbers.filter(pl.col("forecast") == "careersim").select(columns))
    )
    assert (other.numbers.filter(pl.col("forecast") == "careersim")["inside_95"]).to_list() == [False, False]


def test_the_report_begins_with_what_is_shown(found: Backtest) -> None:
    assert first_lines(found)[0].startswith("Skill over no change is not shown")
    text = backtest_text(found)
    assert "| 2025 | c | Sweden | careersim | 1 |" in text
    assert "Noise floor" in text
    assert "No county figures were held out." in text


def test_the_command_writes_a_folder_and_refuses_what_is_wrong(tmp_path: Path) -> None:
    file = write_backtest_files(tmp_path)
    done = CliRunner().invoke(
        command, [str(file), "--out", str(tmp_path / "out"), "--workers", "1", "--json"]
    )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert len(told["verdict"]) >= 3
    assert {path.name for path in (tmp_path / "out").iterdir()} >= {"report.md", "numbers.parquet"}
    assert not (tmp_path / "out.unfinished").exists()
    with pytest.raises(UserError, match="exists already"):
        CliRunner().invoke(command, [str(file), "--out", str(tmp_path / "out")], catch_exceptions=False)
    with pytest.raises(ConfigError, match="nothing is left to forecast from 2027 until 2027"):
        backtest(write_backtest_files(tmp_path, origins={"2027": "run.yaml"}), tmp_path / "unfinished")
    with pytest.raises(UserError, match="no target is of a single year from 2028 to 2029"):
        backtest(write_backtest_files(tmp_path, origins={"2027": "run.yaml"}, until=2029), tmp_path / "un")
    with pytest.raises(ConfigError, match=r"unknown key 'origin'.*origins"):
        backtest(write_backtest_files(tmp_path, origin=2025), tmp_path / "unfinished")
