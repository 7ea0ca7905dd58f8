"""`sensitivity` from end to end on the tiny run, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from careersim.cli import main
from careersim.config.load import load_run
from careersim.errors import OutputError, UserError
from careersim.experiment import extras
from careersim.experiment.draws import priors_of
from careersim.outputs.sensitivity_columns import SENSITIVITY_TABLES
from careersim.outputs.study_folder import read_study
from careersim.sensitivity import sensitivity
from tests.unit.compared import POSTS, write_scenario
from tests.unit.outputs.tiny import CAREER, RUN, write_tiny
from tests.unit.uncertain import PATHS, price_too, write_uncertain


def test_indices_and_value_of_information(tmp_path: Path) -> None:
    path = write_uncertain(tmp_path)
    one, two = (
        sensitivity(path, outcomes=["trainees", "gap_list"], runs=40, replications=2, threads=threads)
        for threads in (1, 2)
    )
    for name, table in one.tables.items():
        assert table.equals(two.tables[name]), name  # threads change nothing
    first = one.tables["indices"].filter(pl.col("outcome") == "trainees:healer:00:2027")
    assert sorted(first["parameter"]) == sorted(PATHS)
    assert first["parameter"][0] == "healer.posts"
    assert first["distinguishable"][0]
    assert set(one.tables["value_of_information"]["gap"]) >= {"drop_out", "other"}
    other = one.tables["value_of_information"].filter(
        pl.col("gap") == "other", pl.col("outcome") == "trainees:healer:00:2027"
    )
    assert other["parameters"].to_list() == [5]
    assert other["share"][0] > 0.6
    assert one.manifest["answer"][0].startswith("No register can be said to reduce the uncertainty")
    assert "healer.posts" in one.summary()
    assert one.tables["points"].height == 40 * 5
    assert one.tables["values"].height == 2 * 40 * 2
    folder = one.write(tmp_path / "study")
    back = read_study(folder, "sensitivity", SENSITIVITY_TABLES)
    assert all(back.tables[name].collect().equals(table) for name, table in one.tables.items())
    assert len(back.manifest["priors"]) == 5
    with pytest.raises(OutputError, match="a folder of kind sensitivity"):
        read_study(folder, "rank", SENSITIVITY_TABLES)


def test_prices_are_not_asked_about_as_they_change_no_life(tmp_path: Path) -> None:
    path = price_too(write_uncertain(tmp_path, until=2024))
    assert "costs.healer_pay" in [prior.path for prior in priors_of(load_run(path))]
    found = sensitivity(path, outcomes=["trainees"], runs=40, replications=2)
    assert sorted(found.tables["indices"]["parameter"]) == sorted(PATHS)


def test_screening_of_the_effect_of_a_scenario(tmp_path: Path) -> None:
    path = write_uncertain(tmp_path)
    scenario = write_scenario(tmp_path, "more", POSTS)
    found = sensitivity(
        path, method="morris", outcomes=["trainees"], runs=24, replications=2, scenario=scenario
    )
    table = found.tables["screening"]
    assert table["effect_of"].unique().to_list() == ["more"]
    assert table.height == 5
    assert found.tables["indices"].is_empty()
    assert found.manifest["sets"] == 24
    assert found.tables["values"]["value"].min() >= 0  # more posts never mean fewer trainees here
    assert "mu*" in found.summary()


def test_a_neutral_scenario_has_no_effect_to_explain(tmp_path: Path) -> None:
    path = write_uncertain(tmp_path)
    scenario = write_scenario(tmp_path, "late", POSTS.replace("from: 2026", "from: 2027"))
    found = sensitivity(path, outcomes=["trainees:2026"], runs=40, replications=2, scenario=scenario)
    assert found.tables["outcomes"]["chance_share"].to_list() == [0.0]
    assert not found.tables["outcomes"]["distinguishable"][0]
    assert "not distinguishable from chance" in found.summary()


def test_salib_indices(tmp_path: Path) -> None:
    found = sensitivity(
        write_uncertain(tmp_path, until=2025),
        method="saltelli",
        outcomes=["trainees"],
        runs=224,
        replications=2,
    )
    assert found.manifest["sets"] == 32 * 7
    assert found.tables["indices"]["parameter"][0] == "healer.posts"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"method": "sobl"}, "unknown method 'sobl'.*did you mean 'sobol'"),
        ({"runs": 39}, "39 runs are too few.*expected 40 or more"),
        ({"method": "morris", "runs": 23}, "23 runs are too few for 4 trajectories.*expected 24 or more"),
        ({"method": "saltelli", "runs": 100}, "100 runs are too few for 32 points.*expected 224 or more"),
        ({"replications": 1}, "1 replications; expected 2 or more"),
        ({"outcomes": ["coverge"]}, "unknown outcome 'coverge'.*did you mean 'coverage'"),
        ({"seed": -1}, "seed -1"),
    ],
)
def test_what_is_refused_before_anything_runs(
    arguments: dict[str, object], words: str, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=words):
        sensitivity(write_uncertain(tmp_path), **arguments)  # type: ignore[arg-type]


def test_nothing_is_uncertain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_tiny(tmp_path, RUN)
    (tmp_path / "healer.yaml").write_text(CAREER.replace("low: 0.5, high: 0.9, ", ""), encoding="utf-8")
    with pytest.raises(UserError, match=r"no parameter of these outcomes is uncertain.*give one"):
        sensitivity(path)
    monkeypatch.setattr(extras, "_LIBRARIES", ("scipy", "no_such_library"))
    with pytest.raises(UserError, match=r"needs no_such_library.*careersim\[calib\]"):
        sensitivity(path)


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_uncertain(tmp_path, until=2025))
    words = ["sensitivity", path, "--runs", "40", "--replications", "2", "--outcome", "trainees"]
    assert main([*words, "--out", "study", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == "study"
    assert told["indices"][0]["parameter"] == "healer.posts"
    assert main([*words, "--out", "study"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main([*words]) == 0
    assert "healer.posts" in capsys.readouterr().out
