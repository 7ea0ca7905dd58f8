"""Draws: a Latin hypercube keyed by path, and the files that hold it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from careersim.config.load import load_run
from careersim.config.loaded import LoadedRun
from careersim.errors import OutputError, UserError
from careersim.experiment.draws import Draws, draw_priors, model_mark, priors_of, read_draws
from careersim.model.priors import Prior
from tests.unit.outputs.tiny import write_tiny

PRIORS = tuple(
    Prior(f"x.p{n}", "share", 0.2 + n / 20, 0.1, 0.9, "pert", "Invented for this test") for n in range(12)
)


def part(prior: Prior, values: np.ndarray) -> np.ndarray:
    """In which part of the prior a value lies."""
    shape = 1 + 4 * (prior.central - prior.low) / (prior.high - prior.low)
    return stats.beta(shape, 6 - shape).cdf((values - prior.low) / (prior.high - prior.low))


@pytest.mark.parametrize("draws", [1, 2, 7, 200])
def test_one_draw_lies_in_each_part_of_every_prior(draws: int) -> None:
    found = draw_priors(PRIORS, draws, 5)
    assert found.values.shape == (draws, len(PRIORS))
    for n, prior in enumerate(PRIORS):
        cells = np.floor(part(prior, found.values[:, n]) * draws)
        assert sorted(cells) == list(range(draws))


def test_the_order_of_the_parts_is_random_and_differs_between_paths() -> None:
    values = draw_priors(PRIORS, 400, 5).values
    correlations = np.corrcoef(values, rowvar=False)[np.triu_indices(len(PRIORS), 1)]
    # 66 correlations of 400 independent draws: |r| * sqrt(400) is about standard normal.
    bound = stats.norm.ppf(1 - 0.001 / (2 * len(correlations))) / np.sqrt(400)
    assert np.abs(correlations).max() < bound
    in_order = [np.corrcoef(np.arange(400), column)[0, 1] for column in values.T]
    assert np.abs(in_order).max() < stats.norm.ppf(1 - 0.001 / (2 * len(PRIORS))) / np.sqrt(400)


def test_draws_of_a_number_do_not_depend_on_what_else_is_drawn() -> None:
    everything = draw_priors(PRIORS, 30, 5)
    alone = draw_priors(PRIORS[4:5], 30, 5)
    backwards = draw_priors(PRIORS[::-1], 30, 5)
    np.testing.assert_array_equal(everything.values[:, 4], alone.values[:, 0])
    np.testing.assert_array_equal(everything.values, backwards.values[:, ::-1])


def test_the_seed_decides() -> None:
    one, same, other = (draw_priors(PRIORS, 30, seed).values for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, same)
    assert (one != other).all()


def test_known_draws_stay_what_they_are() -> None:
    """A change of these numbers changes every published result with draws."""
    assert draw_priors(PRIORS[:1], 3, 5).values[:, 0].tolist() == KNOWN


KNOWN = [0.1300346672, 0.2239135826, 0.4765367327]


@pytest.mark.parametrize("draws", [0, -1, 1_000_001])
def test_impossible_numbers_of_draws_are_refused(draws: int) -> None:
    with pytest.raises(UserError, match=r"draws; expected 1 to 1000000"):
        draw_priors(PRIORS, draws, 5)


def test_a_file_gives_back_the_same_draws() -> None:
    draws = draw_priors(PRIORS, 9, 5, mark={"version": "1", "source": "prior"})
    path = draws.to_parquet("draws.parquet")
    found = Draws.from_parquet(path)
    assert found.paths == draws.paths
    assert dict(found.mark) == {"version": "1", "source": "prior"}
    np.testing.assert_array_equal(found.values, draws.values)
    assert pl.read_parquet(path).columns == ["draw", *draws.paths]
    assert found.at(3) == dict(zip(draws.paths, draws.values[3], strict=True))


def test_a_file_that_cannot_be_written_is_an_error() -> None:
    with pytest.raises(OutputError, match="draws cannot be written"):
        draw_priors(PRIORS, 2, 5).to_parquet("nowhere/draws.parquet")


def test_some_draws_are_picked_evenly() -> None:
    draws = Draws(("x.y",), np.arange(10.0)[:, None])
    assert draws.evenly(10).values[:, 0].tolist() == list(range(10))
    assert draws.evenly(3).values[:, 0].tolist() == [1, 5, 8]
    with pytest.raises(UserError, match="11 draws; expected 1 to 10"):
        draws.evenly(11)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pl.DataFrame({"x.y": [1.0]}), "the columns are not `draw`"),
        (pl.DataFrame({"draw": [0]}), "the columns are not `draw`"),
        (
            pl.DataFrame({"draw": [], "x.y": []}, schema={"draw": pl.Int64, "x.y": pl.Float64}),
            "no draw in it",
        ),
        (pl.DataFrame({"draw": [0], "x.y": ["a"]}), "column x.y is String; expected Float64"),
        (pl.DataFrame({"draw": [0, 1], "x.y": [0.5, None]}), "row 1 of x.y is empty or no finite number"),
        (pl.DataFrame({"draw": [0], "x.y": [float("inf")]}), "row 0 of x.y is empty or no finite number"),
    ],
)
def test_faulty_files_are_refused(table: pl.DataFrame, words: str) -> None:
    table.write_parquet("draws.parquet")
    with pytest.raises(UserError) as caught:
        Draws.from_parquet("draws.parquet")
    assert "draws.parquet: no draws can be read: " in str(caught.value)
    assert words in str(caught.value)


def test_a_missing_and_a_damaged_file_are_refused() -> None:
    with pytest.raises(UserError, match="file not found"):
        Draws.from_parquet("nothing.parquet")
    whole = draw_priors(PRIORS, 50, 5).to_parquet("draws.parquet").read_bytes()
    Path("broken.parquet").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match="no Parquet file, or it is damaged"):
        Draws.from_parquet("broken.parquet")


@pytest.fixture
def run() -> LoadedRun:
    return load_run(write_tiny(Path.cwd()))


def posterior(run: LoadedRun, *paths: str, **mark: str) -> Path:
    draws = Draws(paths, np.full((4, len(paths)), 0.6), {**model_mark(run, "posterior"), **mark})
    return draws.to_parquet("posterior.parquet")


def test_a_posterior_of_this_model_is_read(run: LoadedRun) -> None:
    draws = read_draws(posterior(run, "healer.applying", "healer.moving"), run)
    assert draws.paths == ("healer.applying", "healer.moving")  # with and without a prior
    priors = {prior.path for prior in priors_of(run)}
    assert ("healer.applying" in priors, "healer.moving" in priors) == (True, False)


def test_professions_of_a_posterior_that_the_run_lacks_are_left_out(run: LoadedRun) -> None:
    path = posterior(run, "healer.applying", "nurse.leaving", **{"career.nurse": "0" * 64})
    assert read_draws(path, run).paths == ("healer.applying",)


@pytest.mark.parametrize(
    ("paths", "mark", "words"),
    [
        (
            ["healer.applying"],
            {"version": "0.0.1"},
            ["belong to version 0.0.1 of careersim", "expected version"],
        ),
        (
            ["healer.applying"],
            {"career.healer": "0" * 64},
            ["another career file of healer", "calibrate again"],
        ),
        (
            ["healer.aplying"],
            {},
            ["the run has no number 'healer.aplying'", "did you mean 'healer.applying'?"],
        ),
        (["nurse.leaving"], {"career.nurse": "0" * 64}, ["no number of these draws is part of the run"]),
    ],
)
def test_a_posterior_of_something_else_is_refused(
    run: LoadedRun, paths: list[str], mark: dict[str, str], words: list[str]
) -> None:
    path = posterior(run, *paths, **mark)
    with pytest.raises(UserError) as caught:
        read_draws(path, run)
    assert str(caught.value).startswith("posterior.parquet: ")
    for word in words:
        assert word in str(caught.value)


def test_values_that_a_number_cannot_have_are_refused_with_their_row(run: LoadedRun) -> None:
    values = np.array([[0.6, 0.1], [0.6, -5.0]])
    mark = model_mark(run, "posterior")
    path = Draws(("healer.applying", "healer.moving"), values, mark).to_parquet("beyond.parquet")
    with pytest.raises(UserError, match=r"beyond.parquet: row 1 of healer.moving is -5; expected 0 to 700"):
        read_draws(path, run)


def test_draws_without_a_mark_are_refused(run: LoadedRun) -> None:
    Draws(("healer.applying",), np.array([[0.6]])).to_parquet("unknown.parquet")
    with pytest.raises(UserError, match="belong to an unknown version of careersim"):
        read_draws("unknown.parquet", run)
