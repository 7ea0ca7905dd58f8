"""`careersim compare` as a shell sees it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from careersim.cli import main
from careersim.outputs.compare_folder import read_comparison
from tests.unit.compared import NEWCOMERS, POSTS, write_scenario
from tests.unit.outputs.tiny import write_tiny


@pytest.fixture
def words(tmp_path: Path) -> list[str]:
    base = write_tiny(tmp_path)
    scenarios = [write_scenario(tmp_path, "more", POSTS), write_scenario(tmp_path, "entrants", NEWCOMERS)]
    return ["compare", str(base), *map(str, scenarios), "--out", str(tmp_path / "out")]


def test_it_writes_a_folder_and_prints_what_differs(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--replications", "2", "--threads", "1"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "2 paired replications, seed 5." in " ".join(out.split())
    assert out.endswith(f"Written to {tmp_path / 'out'}\n")
    assert read_comparison(tmp_path / "out").manifest["replications"] == 2


def test_json_is_one_object(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, "--replications", "2", "--until", "2028", "--seed", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == str(tmp_path / "out")
    assert (told["seed"], told["until"], told["replications"]) == (3, 2028, 2)


def test_a_half_width_is_asked_for(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--until-halfwidth", "1000", "--quantity", "trainees", "--county", "01", "--year", "2029"]
    assert main([*words, *options, "--measure", "fte", "--max-replications", "12", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["replications"] == 10  # the least number
    assert told["precision"] == {
        "half_width": 1000.0,
        "quantity": "trainees",
        "profession": "healer",
        "county_code": "01",
        "year": 2029,
        "measure": "fte",
        "reached": True,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--seed", "-1"], "seed: seed -1"),
        (["--max-replications", "9"], "max_replications: a limit of replications belongs to a half-width"),
        (["--until-halfwidth", "x"], "Invalid value for '--until-halfwidth'"),
        (["--county", "1"], "county: --county belongs to --until-halfwidth"),
    ],
)
def test_mistakes_end_with_2_and_leave_nothing(
    options: list[str], message: str, words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, *options]) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_an_existing_folder_stops_it_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    assert main(["compare", "missing.yaml", "neither.yaml", "--out", str(tmp_path / "out")]) == 2
    assert "the output folder exists already" in capsys.readouterr().err


def test_a_scenario_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(write_tiny(tmp_path)), "--out", str(tmp_path / "out")]) == 2
    assert "Missing argument 'SCENARIO...'" in capsys.readouterr().err
