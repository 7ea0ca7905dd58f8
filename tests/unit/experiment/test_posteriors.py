"""Posteriors of several professions are joined draw by draw, and never silently left out or doubled."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from careersim.cli import main
from careersim.config.load import load_run
from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.draw_sets import draw_sets
from careersim.experiment.draws import Draws, model_mark
from careersim.experiment.posteriors import Posterior, read_posteriors
from careersim.experiment.posts_worlds import drawn_worlds
from careersim.outputs.uncertainty_text import draws_note, source_words
from tests.unit.outputs.tiny import BARE_RUN, CAREER, write_tiny

CALIBRATED = Path(__file__).resolve().parents[3] / "configs" / "calibrated"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A run of two professions, which differ in name only."""
    nurse = CAREER.replace("profession: healer", "profession: nurse").replace("key: 9", "key: 10")
    (tmp_path / "nurse.yaml").write_text(nurse, encoding="utf-8")
    run = BARE_RUN.replace("[healer.yaml]", "[healer.yaml, nurse.yaml]").replace("2030", "2025")
    return write_tiny(tmp_path, run.replace("2025, 2028, 2025", "2025"))


@pytest.fixture
def run(config: Path) -> LoadedRun:
    return load_run(config)


def written(run: LoadedRun, name: str, values: list[float], *, mark: dict[str, str] | None = None) -> Path:
    """A posterior of one number of one profession."""
    profession = name.partition(".")[0]
    own = {
        key: one for key, one in model_mark(run, "posterior").items() if profession in key or "." not in key
    }
    file = Path("posteriors", f"{name}.parquet")
    file.parent.mkdir(exist_ok=True)
    return Draws((name,), np.array(values)[:, None], {**own, **(mark or {})}).to_parquet(file)


def test_files_are_joined_draw_by_draw_and_the_longer_one_is_thinned_evenly(run: LoadedRun) -> None:
    one = written(run, "healer.applying", [0.5, 0.6, 0.7])
    two = written(run, "nurse.applying", [0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.57, 0.58, 0.59])
    found = read_posteriors([two, one], run)
    assert found.draws.paths == ("nurse.applying", "healer.applying")
    assert found.draws.values.tolist() == [[0.52, 0.5], [0.55, 0.6], [0.58, 0.7]]
    assert [(file.file, file.draws, file.numbers) for file in found.files] == [
        (str(two), 9, 1),
        (str(one), 3, 1),
    ]
    assert {"career.healer", "career.nurse", "version"} < set(found.draws.mark)


def test_a_folder_means_the_files_of_the_professions_of_the_run(run: LoadedRun) -> None:
    healer = written(run, "healer.applying", [0.5, 0.6])
    nurse = written(run, "nurse.applying", [0.5, 0.6])
    Draws(("coverage.register",), np.ones((2, 1)), model_mark(run, "posterior")).to_parquet(
        healer.with_name("observation.parquet")
    )
    Draws(("baker.applying",), np.ones((2, 1)), {"source": "posterior"}).to_parquet(
        healer.with_name("a-baker.parquet")
    )
    pl.DataFrame({"chain": [1]}).write_parquet(healer.with_name("chain.parquet"))
    found = read_posteriors(healer.parent, run)
    assert [file.file for file in found.files] == [str(healer), str(nurse)]
    assert read_posteriors([healer, nurse], run).draws.values.tolist() == found.draws.values.tolist()


def test_a_folder_without_draws_for_the_run_is_refused(run: LoadedRun) -> None:
    baker = Path("baker.parquet")
    Draws(("baker.applying",), np.ones((2, 1)), {"source": "posterior"}).to_parquet(baker)
    with pytest.raises(
        UserError, match=r"no file of draws for this run, only baker.parquet; expected .*healer"
    ):
        read_posteriors(".", run)
    Path("broken.parquet").write_bytes(b"no table")
    with pytest.raises(UserError, match=r"broken.parquet: no draws can be read: this is no Parquet file"):
        read_posteriors(".", run)


def test_what_cannot_be_joined_is_refused_with_the_names_of_the_files(run: LoadedRun) -> None:
    healer = written(run, "healer.applying", [0.5, 0.6])
    same = written(run, "healer.moving", [0.05, 0.06])
    nurse = written(run, "nurse.applying", [0.5, 0.6], mark={"version": "0.0.1"})
    other = written(run, "nurse.moving", [0.05, 0.06], mark={"career.nurse": "0" * 64})
    baker = written(run, "baker.applying", [0.5, 0.6], mark={"career.baker": "0" * 64})
    refused: list[tuple[Posterior, str]] = [
        ([healer, same], f"{healer} and {same}: both files have draws of healer"),
        ([healer, healer], f"{healer}: this file is named twice; name it once"),
        ([healer, healer.parent / "../posteriors" / healer.name], "this file is named twice"),
        ([healer, nurse], f"{nurse}: these draws belong to version 0.0.1"),
        ([healer, other], f"{other}: these draws belong to another career file of nurse"),
        ([healer, baker], f"{baker}: no number of these draws is part of the run; they are of baker"),
        ([healer, "missing.parquet"], "missing.parquet: no draws can be read: file not found"),
        ((), "posterior: no file of draws is named"),
    ]
    for posterior, words in refused:
        with pytest.raises(UserError) as caught:
            read_posteriors(posterior, run)
        assert words in str(caught.value)
    with pytest.raises(UserError, match=r"draws of healer, nurse; leave the file out, or name its folder"):
        read_posteriors([healer, baker], run)


def test_the_record_says_which_files_and_what_the_intervals_carry(run: LoadedRun) -> None:
    healer = written(run, "healer.applying", [0.5, 0.6, 0.7])
    nurse = written(run, "nurse.applying", [0.5, 0.6, 0.7])
    alone = draw_sets([run], 2, healer).record | {"replications_of_each": 1}
    assert alone["chance_alone"] == ["nurse"]
    assert "Of nurse no number is drawn: there intervals carry chance alone." in draws_note(alone)
    both = draw_sets([run], 2, [healer, nurse]).record | {"replications_of_each": 1}
    assert (both["draws"], both["numbers"], both["chance_alone"]) == (2, 2, [])
    assert [file["file"] for file in both["files"]] == [str(healer), str(nurse)]
    assert f"2 posteriors, independent of each other ({healer}, {nurse})" in draws_note(both)
    assert source_words([]) == "their priors"


def test_posts_of_a_profession_of_which_nothing_is_drawn_are_refused(run: LoadedRun) -> None:
    draws = read_posteriors(written(run, "nurse.applying", [0.5, 0.6]), run).draws
    assert len(drawn_worlds(run, draws, 2, "nurse")) == 2
    with pytest.raises(UserError, match=r"no number of healer is drawn.*add the posterior"):
        drawn_worlds(run, draws, 2, "healer")


def test_the_option_may_be_repeated(config: Path, run: LoadedRun, capsys: pytest.CaptureFixture[str]) -> None:
    healer = written(run, "healer.applying", [0.5, 0.6])
    nurse = written(run, "nurse.applying", [0.5, 0.6])
    words = ["run", str(config), "--draws", "2", "--replications", "1", "--json"]
    files = ["--posterior", str(healer), "--posterior", str(nurse)]
    assert main([*words, *files, "--out", "both"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [file["file"] for file in told["draws"]["files"]] == [str(healer), str(nurse)]
    assert main([*words, "--posterior", "posteriors", "--out", "folder"]) == 0
    assert json.loads(capsys.readouterr().out)["draws"] == told["draws"]
    assert main([*words, *files[:2], *files[:2], "--out", "twice"]) == 2
    assert "named twice" in json.loads(capsys.readouterr().out)["error"]
    assert not Path("twice").exists()


def in_step(tables: list[np.ndarray]) -> bool:
    """Whether numbers of two files move together from draw to draw, more than chance explains."""
    draws = len(tables[0])
    whole = np.corrcoef(np.hstack(tables), rowvar=False)
    owner = np.repeat(np.arange(len(tables)), [table.shape[1] for table in tables])
    across = np.abs(whole[owner[:, None] < owner[None, :]])
    # |r| * sqrt(draws) of independent draws is about standard normal; one false alarm in a thousand.
    return bool(across.max() > stats.norm.ppf(1 - 0.001 / (2 * len(across))) / np.sqrt(draws))


def test_shipped_posteriors_are_independent_draw_by_draw() -> None:
    """Chains with the same seed would move together; then pairing by place would not say the same as any."""
    files = sorted(CALIBRATED.glob("*.parquet"))
    tables = [pl.read_parquet(file).drop("draw").to_numpy() for file in files]
    count = min(map(len, tables))
    tables = [table[:count] for table in tables]
    assert len(tables) >= 5
    assert not in_step(tables)
    # Planted: one number of the second file follows one of the first by half a standard deviation.
    score = (tables[0][:, 0] - tables[0][:, 0].mean()) / tables[0][:, 0].std()
    tables[1][:, 0] += 0.5 * tables[1][:, 0].std() * score
    assert in_step(tables)
