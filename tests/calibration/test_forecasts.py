"""A forecast is made of whole lives, one a draw, and is frozen and scored from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from calibration.trust.forecasts import forecast
from calibration.trust.ledger_cli import ledger
from calibration.trust.naive import cohort_model, no_change
from careersim.errors import UserError
from careersim.experiment.asked import read_asked
from careersim.experiment.draws import draw_priors, model_mark, priors_of

PSYCHOLOGISTS = """\
name: psychologists
professions: [psychologist]
until: 2025
seed: 7
replications: 3
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "psychologists.yaml"
    file.write_text(PSYCHOLOGISTS, encoding="utf-8")
    return file


def samples(table: pl.DataFrame) -> np.ndarray:  # type: ignore[type-arg]
    national = table.filter(
        pl.col("county_code") == "00", pl.col("group") == "workforce", pl.col("measure") == "headcount"
    )
    return np.array(national["samples"].to_list())


def test_a_forecast_begins_after_the_last_observed_year(config: Path) -> None:
    table, described = forecast(config, draws=3)
    assert table["year"].unique().sort().to_list() == [2024, 2025]
    assert (described["draws"], described["spread"]) == (3, "chance only")
    national = table.filter(pl.col("county_code") == "00", pl.col("group") == "workforce")
    assert set(national.filter(pl.col("measure") == "headcount")["no_change"]) == {3230.0}
    assert national.filter(pl.col("measure") == "fte")["no_change"].null_count() == 2
    assert table["cohort"].null_count() == table.height


def test_threads_do_not_change_a_forecast_and_parameters_widen_it(config: Path, tmp_path: Path) -> None:
    run, _ = read_asked(config)
    draws = draw_priors(priors_of(run), 12, 1, mark=model_mark(run, "prior"))
    file = draws.to_parquet(tmp_path / "draws.parquet")
    one, described = forecast(config, posterior=file, threads=1)
    two, _ = forecast(config, posterior=file, threads=2)
    assert one.equals(two)
    assert described["spread"] == "parameters and chance"
    chance, _ = forecast(config, draws=12)
    assert samples(one).std(axis=1)[-1] > 2 * samples(chance).std(axis=1)[-1]


def test_what_cannot_be_forecast_is_refused(config: Path) -> None:
    with pytest.raises(UserError, match="2023"):
        forecast(config, until=2023)
    with pytest.raises(UserError, match="2 to 100,000"):
        forecast(config, draws=1)


def test_freeze_check_and_score_from_the_command_line(config: Path, tmp_path: Path) -> None:
    runner, folder = CliRunner(), str(tmp_path / "forecasts")
    frozen = runner.invoke(ledger, ["freeze", str(config), "--name", "a", "--ledger", folder, "--json"])
    assert frozen.exit_code == 0, frozen.output
    assert json.loads(frozen.stdout)["draws"] == 3
    assert "1 forecasts, none altered" in runner.invoke(ledger, ["check", "--ledger", folder]).stdout
    observed = tmp_path / "observed.csv"
    observed.write_text(
        "profession,group,measure,county_code,year,value,rounding,source\n"
        "psychologist,workforce,headcount,00,2024,3300,10,a register\n"
        "psychologist,workforce,headcount,01,2024,900,10,a register\n"
    )
    told = runner.invoke(ledger, ["score", str(observed), "--ledger", folder, "--json"])
    assert told.exit_code == 0, told.output
    rows = json.loads(told.stdout)["summary"]
    assert {(row["area"], row["forecast"]) for row in rows} == {
        (area, name)
        for area in ("Sweden", "counties")
        for name in ("careersim", "careersim_shifted", "no_change")
    }
    text = runner.invoke(ledger, ["score", str(observed), "--ledger", folder])
    assert "chance only; 3 draws" in text.stdout
    assert "above 0 careersim was better" in text.stdout


def test_the_plain_cohort_model_is_what_a_hand_computes() -> None:
    assert cohort_model(100, 16, 0) == 100
    assert cohort_model(100, 16, 1) == pytest.approx(100 + 2 - 4)
    assert cohort_model(100, 16, 2) == pytest.approx(98 + 2 - 98 / 25)
    assert cohort_model(50 * 25 / 8, 50, 30) == pytest.approx(50 * 25 / 8)  # balance
    assert no_change(7.0) == 7.0
