"""Comparisons and runs over draws of the parameters."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from careersim.cli import main
from careersim.compare import Comparison, compare
from careersim.config.load import load_run
from careersim.errors import UserError
from careersim.experiment.compare import Precision
from careersim.experiment.draws import Draws, draw_priors, model_mark, priors_of, with_values
from careersim.model.assemble import assemble
from careersim.outputs.compare_folder import read_comparison
from careersim.outputs.folder import read_run
from careersim.schema import COUNTY_CODES
from careersim.simulate import simulate
from tests.unit.compared import BONUS, POSTS, STAY, STAY_BONUS, write_scenario
from tests.unit.outputs.tiny import write_tiny

UNSURE = STAY.replace("value: 0.5", "value: 0.5, low: 0.3, high: 0.9")
PATHS = ("healer.applying", "levers.stay.value")


def write_both(folder: Path) -> tuple[Path, Path]:
    return write_tiny(folder), write_scenario(folder, "stay", UNSURE)


@pytest.fixture
def both(tmp_path: Path) -> tuple[Path, Path]:
    return write_both(tmp_path)


@cache
def drawn() -> Comparison:
    """Three draws of two replications; nobody may change it."""
    with TemporaryDirectory() as folder:
        return compare(*write_both(Path(folder)), draws=3, replications=2, threads=2)


def write_posterior(config: Path, values: list[list[float]], paths: tuple[str, ...] = PATHS) -> Path:
    mark = model_mark(load_run(config), "posterior")
    return Draws(paths, np.array(values), mark).to_parquet(config.parent / "posterior.parquet")


def test_one_draw_at_central_numbers_is_the_comparison_without_draws(both: tuple[Path, Path]) -> None:
    base, scenario = both
    posterior = write_posterior(scenario, [[0.7, 0.5]])
    one = compare(base, scenario, draws=1, posterior=posterior, replications=3)
    two = compare(base, scenario, replications=3)
    for name, table in two.tables.items():
        assert_frame_equal(one.tables[name], table, check_exact=True)
    assert set(one.tables) - set(two.tables) == {"uncertainty"}
    assert one.manifest["draws"]["numbers"] == len(PATHS)
    assert one.manifest["draws"]["at_central"] == len(priors_of(load_run(scenario))) - len(PATHS)


def test_every_draw_is_the_comparison_of_its_numbers(both: tuple[Path, Path]) -> None:
    """Draw 1 has the replications from 2 on; its numbers are those that are drawn from the priors."""
    run = load_run(both[1])
    draws = draw_priors(priors_of(run), 3, run.spec.seed)
    applying, stay = (float(draws.at(1)[path]) for path in PATHS)
    both[1].write_text(both[1].read_text().replace("value: 0.5, low: 0.3, high: 0.9", f"value: {stay!r}"))
    career = both[0].parent / "healer.yaml"
    career.write_text(career.read_text().replace("value: 0.7, low: 0.5", f"value: {applying!r}"))
    alone = compare(*both, replications=4)
    for run_of, series in (
        (lambda one: one.baseline, drawn().baseline),
        (lambda one: one.scenarios["stay"], drawn().scenarios["stay"]),
    ):
        for name in ("stock", "fte_percent", "left", "seats"):
            np.testing.assert_array_equal(
                getattr(run_of(alone)["healer"], name)[2:4], getattr(series["healer"], name)[2:4]
            )


def bonus(name: str, amount: int, county: str) -> str:
    """A stay bonus in one county with an uncertain amount."""
    ranged = f"value: {amount}\n    low: 0\n    high: 20000\n"
    text = STAY_BONUS.replace("stay_bonus", name).replace("value: 6000\n", ranged)
    return text.replace("['01', '14', '23']", f"['{county}']")


def test_bonuses_whose_order_differs_between_draws_are_not_mixed_up(tmp_path: Path) -> None:
    """The better paid stands first, which is another one in the second draw; in the third one is not paid."""
    base = write_tiny(tmp_path)
    levers = bonus("one", 6000, "01"), bonus("other", 8000, "14")
    scenario = write_scenario(tmp_path, "two", *levers)
    amounts = [[6000.0, 8000.0], [9000.0, 7000.0], [0.0, 7000.0]]
    paths = ("levers.one.value", "levers.other.value")
    posterior = write_posterior(scenario, amounts, paths)
    found = compare(base, scenario, draws=3, posterior=posterior, replications=2)
    run = simulate(scenario, draws=3, posterior=posterior, replications=2)
    for series in (found.scenarios["two"]["healer"], run.series["healer"]):
        place = {one.name: n for n, one in enumerate(series.profession.bonuses)}
        by_county = series.contracts[..., 0].sum(axis=1)
        for name, code in (("one", "01"), ("other", "14")):
            area = COUNTY_CODES.index(code)
            paid = by_county[:, place[name], area]
            assert paid.tolist() == by_county[:, place[name]].sum(axis=1).tolist()
            assert (paid > 0).tolist() == [True] * 4 + [name == "other"] * 2
    deadweight = found.tables["deadweight"].filter(pl.col("county_code") != "00", pl.col("paid_mean") > 0)
    assert dict(deadweight.select("lever", "county_code").iter_rows()) == {"one": "01", "other": "14"}


def test_a_bonus_that_only_draws_pay_is_counted(tmp_path: Path) -> None:
    base = write_tiny(tmp_path)
    scenario = write_scenario(tmp_path, "maybe", bonus("maybe", 0, "14"))
    found = compare(base, scenario, draws=2, replications=2)
    (paid,) = found.scenarios["maybe"]["healer"].profession.bonuses
    assert paid.name == "maybe"
    total = found.tables["cost_totals"].filter(county_code="14", item="bonus", discounting="undiscounted")
    assert total["difference_mean"].item() > 0


def test_the_notes_say_what_the_intervals_of_so_many_draws_hold(both: tuple[Path, Path]) -> None:
    """Of three draws 0.95 x 2 / 4; the six replications are not independent of each other."""
    run = simulate(both[0], draws=3, replications=2)
    for notes in (drawn().manifest["notes"], run.manifest["notes"]):
        text = " ".join(notes)
        assert "holds what a further one is expected to give with probability about 0.47" in text
        assert "a further replication" not in text


def test_threads_do_not_matter(both: tuple[Path, Path]) -> None:
    again = compare(*both, draws=3, replications=2, threads=1)
    for name, table in drawn().tables.items():
        assert_frame_equal(again.tables[name], table, check_exact=True)


def test_effects_are_decomposed() -> None:
    table = drawn().tables["uncertainty"].filter(county_code="00", group="workforce", measure="headcount")
    last = table.filter(year=2030).row(0, named=True)
    one, two = (
        run["healer"].stock[:, -1, 3].sum(axis=(1, 2))
        for run in (drawn().baseline, drawn().scenarios["stay"])
    )
    difference = (two - one).reshape(3, 2).astype(float)
    assert last["mean"] == pytest.approx(difference.mean())
    assert last["chance_sd"] == pytest.approx(np.sqrt(difference.var(axis=1, ddof=1).mean()))
    assert (last["draws"], last["replications"]) == (3, 2)
    assert (last["both_low"], last["both_high"]) == pytest.approx(
        tuple(np.quantile(difference, [0.025, 0.975]))
    )
    before = table.filter(pl.col("year") < 2027)
    assert (before["both_high"] == 0).all()
    assert before["parameters_share"].null_count() == len(before)


def test_standard_errors_are_those_of_the_means_of_draws() -> None:
    row = (
        drawn()
        .tables["differences"]
        .filter(county_code="00", group="workforce", measure="fte", year=2030)
        .row(0, named=True)
    )
    one, two = (
        run["healer"].fte_percent[:, -1, 3].sum(axis=(1, 2)) / 100
        for run in (drawn().baseline, drawn().scenarios["stay"])
    )
    means = (two - one).reshape(3, 2).mean(axis=1)
    assert row["difference_se"] == pytest.approx(means.std(ddof=1) / np.sqrt(3))
    assert row["variance_reduction"] is None
    assert row["replications"] == 6


def test_the_folder_has_the_table_and_the_manifest_says_what_was_drawn(
    both: tuple[Path, Path], tmp_path: Path
) -> None:
    numbers = len(priors_of(load_run(both[1])))
    folder = drawn().write(tmp_path / "out")
    found = read_comparison(folder)
    assert found.tables["uncertainty"].collect().height == drawn().tables["uncertainty"].height
    assert found.manifest["draws"] == {
        "draws": 3,
        "source": "priors",
        "files": [],
        "numbers": numbers,
        "at_central": 0,
        "chance_alone": [],
        "replications_of_each": 2,
    }
    assert found.manifest["alignment"].startswith("none")
    words = " ".join(drawn().summary().split())
    assert f"3 draws of {numbers} numbers from their priors, 2 replications each" in words
    assert "stay less tiny, Sweden, 2030: mean, and 95 % intervals" in words


def test_a_run_has_draws_too(both: tuple[Path, Path], tmp_path: Path) -> None:
    result = simulate(both[0], draws=3, threads=1)
    assert result.manifest["replications"] == 12
    assert result.manifest["draws"]["replications_of_each"] == 4
    table = read_run(result.write(tmp_path / "out")).tables["uncertainty"].collect()
    assert table.filter(county_code="00")["draws"].unique().to_list() == [3]
    run = load_run(both[0])
    told = f"3 draws of {len(priors_of(run))} numbers from their priors"
    assert told in " ".join(result.summary().split())
    draws = draw_priors(priors_of(run), 3, run.spec.seed)
    second = assemble(with_values(run, draws.at(1)))
    assert second.professions[0] != result.model.professions[0]
    assert result.series["healer"].profession == result.model.professions[0]


def test_numbers_that_are_not_in_a_posterior_stay_central(both: tuple[Path, Path]) -> None:
    posterior = write_posterior(both[1], [[0.6], [0.8]], PATHS[:1])
    found = compare(*both, draws=2, posterior=posterior, replications=2)
    left = len(priors_of(load_run(both[1]))) - 1
    assert (found.manifest["draws"]["numbers"], found.manifest["draws"]["at_central"]) == (1, left)
    (file,) = found.manifest["draws"]["files"]
    assert (file["file"], len(file["sha256"]), file["draws"]) == (str(posterior), 64, 2)
    told = rf"{left} uncertain numbers? that (is|are) not in the posterior stays? at"
    assert re.search(told, " ".join(found.summary().split()))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"posterior": "x.parquet"}, "posterior: a posterior belongs to a number of draws"),
        ({"draws": 0}, "draws: 0 draws; expected 1 to"),
        ({"draws": 2, "batch": 3}, "draws: draws cannot be combined with batch"),
        ({"draws": 2, "precision": Precision(1.0)}, "draws: draws cannot be combined with --until-halfwidth"),
        ({"draws": 2, "posterior": "x.parquet"}, "x.parquet: no draws can be read: file not found"),
        ({"draws": 10**6, "replications": 10**4}, "draws of 10000 replications are too many at once"),
    ],
)
def test_impossible_draws_are_refused(
    both: tuple[Path, Path], options: dict[str, object], words: str
) -> None:
    with pytest.raises(UserError) as caught:
        compare(*both, **options)
    assert words in str(caught.value)


def test_a_run_without_uncertain_numbers_has_no_draws(tmp_path: Path) -> None:
    config = write_tiny(tmp_path)
    for path in (tmp_path / "healer.yaml", config):
        path.write_text(re.sub(r"low: [\d.]+, high: [\d.]+, ", "", path.read_text()))
    with pytest.raises(UserError, match="draws: no number of these runs is uncertain"):
        simulate(config, draws=2)


def test_a_posterior_must_have_as_many_draws(both: tuple[Path, Path]) -> None:
    posterior = write_posterior(both[1], [[0.6, 0.5], [0.8, 0.6]])
    with pytest.raises(UserError, match="draws: 3 draws; expected 1 to 2"):
        compare(*both, draws=3, posterior=posterior)


def test_a_value_that_a_lever_cannot_have_is_refused_before_anything_runs(both: tuple[Path, Path]) -> None:
    posterior = write_posterior(both[1], [[0.7, 0.5], [0.7, -0.5]])
    with pytest.raises(
        UserError, match=r"posterior.parquet: row 1 of levers.stay.value is -0.5; expected 0 to"
    ):
        compare(*both, draws=2, posterior=posterior)


def test_a_draw_that_makes_no_model_says_which(tmp_path: Path) -> None:
    """Each number alone is possible, and both levers together are not."""
    base = write_tiny(tmp_path)
    names = ("once", "twice", "again")
    levers = [POSTS.replace("name: posts", f"name: {name}") for name in names]
    scenario = write_scenario(tmp_path, "more", *levers)
    posterior = write_posterior(scenario, [[1000.0] * 3], tuple(f"levers.{name}.value" for name in names))
    with pytest.raises(UserError, match=r"draws: draw 0 of more makes no model: (?s:.*)posts of 'posts'"):
        compare(base, scenario, draws=1, posterior=posterior)


def test_the_commands(both: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--draws", "2", "--replications", "2", "--json"]
    assert main(["compare", *map(str, both), "--out", str(tmp_path / "one"), *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["draws"]["draws"] == 2
    assert {row["year"] for row in told["uncertainty"]} == {2025, 2028, 2030}
    assert main(["run", str(both[0]), "--out", str(tmp_path / "two"), *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["draws"]["numbers"] == len(priors_of(load_run(both[0])))
    assert told["uncertainty"]


def test_priors_are_listed(both: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["priors", str(both[1])]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "levers.stay.value" in text
    assert re.search(r"\d+ uncertain numbers, \d+ fixed", text)
    assert main(["priors", str(both[1]), "--profession", "healer", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {"healer": 1}
    (prior,) = told["priors"]
    assert {**prior, "source": "", "label": ""} == {
        "path": "healer.applying",
        "unit": "rate_per_year",
        "central": 0.7,
        "low": 0.5,
        "high": 0.9,
        "kind": "pert",
        "source": "",
        "label": "",
        "a": None,
        "b": None,
    }
    assert "healer.posts" in told["fixed"]
    assert main(["priors", str(both[1]), "--profession", "heeler"]) == 2
    assert "did you mean 'healer'?" in capsys.readouterr().err


def test_bonuses_keep_their_contracts_and_costs_where_draws_change_their_order(tmp_path: Path) -> None:
    """The best paid bonus comes first in the model of each draw; one of 0 is not in it at all."""
    base = write_tiny(tmp_path)
    first = BONUS.replace("name: pay", "name: first").replace(
        "value: 20000", "value: 9000, low: 0, high: 30000", 1
    )
    later = first.replace("name: first", "name: later").replace("from: 2026", "from: 2028", 1)
    scenario = write_scenario(tmp_path, "two", first, later)
    paths = ("levers.first.value", "levers.later.value")
    amounts = [[8_000.0, 20_000.0], [20_000.0, 8_000.0], [0.0, 8_000.0], [0.0, 0.0]]
    posterior = write_posterior(scenario, amounts, paths)
    found = compare(base, scenario, draws=4, posterior=posterior, replications=2)
    series = found.scenarios["two"]["healer"]
    order = [bonus.name for bonus in series.profession.bonuses]
    signed = {name: series.contracts[:, :, order.index(name), :, 0].sum(axis=2) for name in order}
    assert not signed["later"][:, : series.years.index(2028)].any()
    assert not signed["first"][4:].any()
    assert not signed["later"][6:].any()
    assert signed["first"][:4].any(axis=1).all()
    assert signed["later"][:2].any(axis=1).all()
    deadweight = (
        found.tables["deadweight"].filter(county_code="00").rows_by_key("lever", named=True, unique=True)
    )
    for name in order:
        amount = np.repeat([draw[paths.index(f"levers.{name}.value")] for draw in amounts], 2)
        paid = (signed[name].sum(axis=1) * amount).mean() * 12 * 1.3142
        assert deadweight[name]["paid_mean"] == pytest.approx(paid)
    alone = simulate(scenario, draws=4, posterior=posterior, replications=2).series["healer"]
    assert np.array_equal(alone.contracts, series.contracts)
