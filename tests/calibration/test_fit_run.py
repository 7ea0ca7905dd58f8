"""A small calibration from file to folder: occupational therapists over three years, two unknowns."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import yaml
from click.testing import CliRunner

from calibration.arviz import to_arviz
from calibration.cli import calibrate
from calibration.fitting.candidates import Candidate, Candidates
from calibration.fitting.fit import fit
from calibration.fitting.recover import recover
from calibration.fitting.spec import read_calibration
from careersim.cli import main
from careersim.config.load import load_run
from careersim.errors import ConfigError, OutputError, UserError
from careersim.experiment.draws import read_draws
from tests.calibration.healers import write_rows

STOCK = {
    "measure": "stock",
    "of": "primary_care",
    "profession": "occupational_therapist",
    "year": "2025",
    "value": "5300",
    "tolerance": "30",
}
RETIRED = {**STOCK, "measure": "flow", "of": "retires", "value": "110", "tolerance": "10", "kind": "flow"}
RETIRED["observed"] = "mean_of_years"

FILE = """
name: small
run: run.yaml
professions: [occupational_therapist]
until: 2025
seed: 5
replications: 2
centre_replications: 8
targets: [mine.csv]
headline: {profession: occupational_therapist, year: 2026}
unknowns:
  occupational_therapist.start_primary_care: The stock two years on is a target.
  occupational_therapist.new_students: Newcomers come after the years that are seen.
waves: 2
points_per_coefficient: 1.5
posterior: {draws: 40, steps: 300, checked: 4}
missed: {b: A made-up figure.}
"""
RUN = "name: run\nprofessions: [occupational_therapist]\nuntil: 2030\nseed: 3\n"


def write_files(folder: Path, **changes: object) -> Path:
    (folder / "run.yaml").write_text(RUN)
    write_rows(folder / "mine.csv", {"id": "a", **STOCK}, {"id": "b", **RETIRED})
    file = folder / "small.yaml"
    file.write_text(yaml.safe_dump({**yaml.safe_load(FILE), **changes}, sort_keys=False))
    return file


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fit")
    config = write_files(folder)
    result, out = fit(config, folder / "out")
    return config, result, out


def test_the_folder_is_complete_and_can_be_used(done):
    config, result, out = done
    manifest = json.loads((out / "manifest.json").read_text())
    assert {"report.md", "calibrated.yaml", "posterior.parquet", "fit.csv"} <= manifest["files"].keys()
    assert not Path(f"{out}.unfinished").exists()
    draws = read_draws(out / "posterior.parquet", load_run(config.parent / "run.yaml"))
    assert draws.paths == result.unknowns.paths
    assert len(draws) == 40
    table = pl.read_csv(out / "fit.csv")
    assert table["id"].to_list() == ["a", "b"]
    missed = table.filter(~pl.col("met"))
    assert set(missed["reason"]) <= {"A made-up figure.", "not explained"}
    report = (out / "report.md").read_text()
    assert report.startswith("# Calibration of occupational_therapist\n\n- 2 unknowns")


def test_the_data_speak_about_the_start_and_not_about_students(done):
    _, result, _ = done
    contraction = dict(result.identification.select("path", "contraction").iter_rows())
    assert contraction["occupational_therapist.start_primary_care"] > 0.2
    assert contraction["occupational_therapist.new_students"] < 0.1


def test_the_layer_can_be_laid_under_a_run(done):
    config, _, _ = done
    top = config.parent / "top.yaml"
    top.write_text("extends: out/calibrated.yaml\n" + RUN)
    spec = load_run(top).careers[0].parameters["start_primary_care"].spec
    assert spec.source.assumption.startswith("Calibrated:")
    assert spec.data.scale != 1.0  # a published table that moves in proportion
    assert spec.low < spec.high
    again = config.parent / "again.yaml"
    again.write_text(config.read_text().replace("run: run.yaml", "run: top.yaml"))
    with pytest.raises(ConfigError, match="was calibrated before: the data would count twice"):
        read_calibration(again)


def test_arviz_reads_the_chain(done):
    _, result, out = done
    posterior = to_arviz(out).posterior
    assert set(posterior.data_vars) == set(result.unknowns.paths)


def test_what_was_killed_ends_with_the_same_bytes(done, tmp_path):
    _, _, out = done
    config = write_files(tmp_path)

    def kill(stage: str, finished: int, _: int) -> None:
        if stage == "wave-2" and finished == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(config, tmp_path / "out", told=kill)
    assert not (tmp_path / "out").exists()
    with (tmp_path / "out.unfinished" / "wave-2.jsonl").open("a") as stream:
        stream.write("[[1.0, 2")  # the line that was being written
    stages = []
    _, again = fit(config, tmp_path / "out", told=lambda stage, finished, _: stages.append((stage, finished)))
    assert stages[:2] == [("wave-1", 9), ("centre-1", 1)]  # found, not simulated again
    assert ("wave-2", 3) in stages
    assert ("wave-2", 2) not in stages
    names = sorted(path.name for path in out.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    for name in names:
        if name != "manifest.json":
            assert (out / name).read_bytes() == (again / name).read_bytes(), name
    first, second = (json.loads((folder / "manifest.json").read_text()) for folder in (out, again))
    first.pop("timings"), second.pop("timings")
    assert first == second


def test_unfinished_work_of_another_calibration_is_refused(tmp_path):
    config = write_files(tmp_path)

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(config, tmp_path / "out", told=kill)
    write_files(tmp_path, seed="6")
    with pytest.raises(OutputError, match=r"was another one: calibration file changed; .*rm -r"):
        fit(config, tmp_path / "out")


def test_predictions_are_the_same_bytes_on_one_and_two_workers(tmp_path):
    calibration = read_calibration(write_files(tmp_path))
    headline = ("occupational_therapist", 2026)
    candidates = Candidates(calibration.run, calibration.targets, 5, headline)
    asked = [Candidate({"occupational_therapist.retirement": 0.35 + 0.02 * n}, {}, 2) for n in range(3)]
    given = []
    for workers in (1, 2):
        with candidates.side_by_side(workers) as side:
            given.append(np.stack(list(side.results(asked))).tobytes())
    assert given[0] == given[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"unknowns": {"occupational_therapist.retirment": "A number to be calibrated."}},
            r"retirment is no parameter of the run; .*did you mean 'occupational_therapist.retirement'",
        ),
        (
            {"unknowns": {"occupational_therapist.degree_length": "A number to be calibrated."}},
            "occupational_therapist.degree_length has no prior; expected `low` and `high`",
        ),
        ({"professions": ["occupational_therapists"]}, "did you mean 'occupational_therapist'"),
        ({"missed": {"aa": "A reason that is long enough."}}, "missed: 'aa' is no target"),
        ({"until": "2023"}, "until 2023 leaves no year to simulate; expected at least 2024"),
        ({"replication": "3"}, "replication: unknown key"),
        ({"replications": "1"}, "replications: "),
        ({"targets": ["occupational_therapists"]}, "occupational_therapist"),
        (
            {"targets": ["mine.csv", "mine.csv"]},
            "targets: 'mine.csv' is named twice; expected each name once",
        ),
        ({"professions": ["occupational_therapist"] * 2}, "'occupational_therapist' is named twice"),
        (
            {"headline": {"profession": "occupational_therapist", "year": 2023}},
            r"headline\.year: headline\.year 2023 leaves no year to simulate; expected at least 2024",
        ),
        (
            {"headline": {"profession": "occupational_therapy", "year": 2026}},
            r"headline\.profession: the run has no profession 'occupational_therapy'; .*did you mean",
        ),
        ({"without": dict.fromkeys("ab", "A reason that is long enough.")}, "there are no targets"),
        ({"waves": 0}, "waves: 0 is out of range"),
        ({"points_per_coefficient": 1e6}, "points_per_coefficient: .* is out of range"),
        ({"posterior": {"draws": 10**9}}, r"posterior\.draws: .* is out of range"),
    ],
)
def test_a_wrong_file_is_refused_before_anything_is_computed(tmp_path, changes, words):
    with pytest.raises(ConfigError, match=words):
        fit(write_files(tmp_path, **changes), tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            {"year": "2026"},
            r"mine\.csv:4: c year: 2026 is outside the run; expected at most 2025, as `until`",
        ),
        (
            {"profession": "occupational_therapst"},
            r"mine\.csv:4: c profession: unknown profession .*did you mean 'occupational_therapist'",
        ),
    ],
)
def test_no_target_is_left_out_in_silence(tmp_path, row, words):
    config = write_files(tmp_path)
    write_rows(tmp_path / "mine.csv", {"id": "a", **STOCK}, {"id": "b", **RETIRED}, {**STOCK, **row})
    with pytest.raises(ConfigError, match=words):
        read_calibration(config)
    elsewhere = {"profession": "psychologist", "of": "primary_care"}
    write_rows(tmp_path / "mine.csv", {"id": "a", **STOCK}, {"id": "b", **RETIRED}, {**STOCK, **elsewhere})
    assert read_calibration(config).targets.ids == ("a", "b")


def test_a_run_that_ends_earlier_by_request_sees_only_what_it_shows(tmp_path):
    config = write_files(tmp_path)
    assert len(read_calibration(config).targets) == 2
    assert read_calibration(config, until=2024).targets.ids == ()


@pytest.mark.parametrize("truths", [-1, 0, 19, 10**10])
def test_too_few_and_too_many_truths_are_refused_at_once(tmp_path, truths):
    with pytest.raises(UserError, match=r"--recover: .* truths; expected 20 to 100,000"):
        recover(write_files(tmp_path), tmp_path / "out", truths)
    assert not (tmp_path / "out.unfinished").exists()


@pytest.mark.parametrize(
    ("out", "words"),
    [
        ("", "the output folder has no name"),
        (".", "exists already"),
        ("run.yaml", "exists already"),
        ("run.yaml/out", "the folder that should hold the output does not exist"),
        ("no/where", "does not exist; .*mkdir -p"),
        ("x" * 250, "choose a shorter name"),
    ],
)
@pytest.mark.parametrize("more", [[], ["--recover", "20"]])
def test_a_place_that_is_none_is_refused_at_once(tmp_path, monkeypatch, out, more, words, capsys):
    write_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    assert main(["calibrate", "small.yaml", "--out", out, *more]) == 2
    assert re.search(words, capsys.readouterr().err)
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize("workers", ["0", "-1", "many"])
def test_workers_are_one_or_more(tmp_path, workers, capsys):
    words = ["calibrate", str(write_files(tmp_path)), "--out", str(tmp_path / "out"), "--workers", workers]
    assert main([*words, "--json"]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["exit_code"] == 2
    assert "Traceback" not in told.err


def test_a_folder_that_exists_is_not_touched(done):
    config, _, out = done
    before = sorted(out.iterdir())
    with pytest.raises(OutputError, match="exists already"):
        fit(config, out)
    assert sorted(out.iterdir()) == before


def test_the_command_prints_one_object(tmp_path):
    config = write_files(tmp_path)
    told = CliRunner().invoke(
        calibrate, [str(config), "--out", f"{tmp_path}/point/", "--point", "--workers", "1", "--json"]
    )
    assert told.exit_code == 0, told.output
    content = json.loads(told.stdout)
    assert content["targets"] == 2
    assert (tmp_path / "point" / "calibrated.yaml").is_file()
    assert not (tmp_path / "point" / "posterior.parquet").exists()
    wrong = CliRunner().invoke(calibrate, [str(config), "--out", "x", "--point", "--recover", "100"])
    assert isinstance(wrong.exception, UserError)


def test_one_block_of_targets_from_a_source_of_ones_own(tmp_path):
    config = write_files(tmp_path, missed={}, waves=1)
    own = {"id": "own", **STOCK, "document": "own: pay records of one region"}
    write_rows(tmp_path / "mine.csv", own)
    result, out = fit(config, tmp_path / "out")
    assert not len(result.sensitivity)
    assert "headline_change" in pl.read_csv(out / "sensitivity.csv").columns
    report = (out / "report.md").read_text()
    assert "There is one block of targets only" in report
    assert "calibrated on 1 published figure of 2025" in report
    assert result.table["document"].to_list() == ["own: pay records of one region"]


def test_the_headline_has_the_level_of_many_lives(done):
    """Two lives a draw give the width; the level is that of `centre_replications` lives at the middle."""
    config, result, _ = done
    calibration = read_calibration(config)
    candidates = Candidates(calibration.run, calibration.targets, 5, ("occupational_therapist", 2026))
    model, coverage = result.unknowns.split(result.calibrated)
    many = candidates.simulate(Candidate(model, coverage, 8, headline=True))
    draws = result.z[np.linspace(0, len(result.z) - 1, 4).round().astype(int)]
    two = [
        candidates.simulate(Candidate(*result.unknowns.split(values), 2, headline=True)).mean()
        for values in result.unknowns.values(draws)
    ]
    np.testing.assert_allclose(result.headline, np.array(two) - many[:2].mean() + many.mean())


def test_a_chain_that_does_not_fit_into_memory_is_refused_at_once(tmp_path):
    config = write_files(tmp_path, posterior={"draws": 40, "steps": 1_000_000, "checked": 4})
    file = yaml.safe_load(config.read_text())
    file["unknowns"] |= {
        f"occupational_therapist.{name}": "A number like any other."
        for name in (
            *("labour_market_exit", "moving", "retirement", "leave_return", "student_dropout", "stay_pull"),
            *("to_other_care", "from_other_care", "leave_rate", "home_pull"),
        )
    }
    config.write_text(yaml.safe_dump(file))
    with pytest.raises(UserError, match=r"posterior.steps: a chain of 1,000,000 steps .* takes 1?\d\.\d GB"):
        fit(config, tmp_path / "out")
    assert not (tmp_path / "out").exists()
