"""`rank` from end to end on the tiny run, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.cli import main
from careersim.compare import compare
from careersim.config.load import load_run
from careersim.errors import UserError
from careersim.experiment.draws import draw_priors, model_mark, priors_of
from careersim.experiment.outcomes import read_outcomes
from careersim.experiment.points import run_points
from careersim.flows.areas import AREA_CODES
from careersim.model.assemble import assemble
from careersim.outputs.rank_columns import RANK_TABLES
from careersim.outputs.study_folder import read_study
from careersim.rank import rank
from tests.unit.compared import NEUTRAL, POSTS, STAY, lever, write_scenario
from tests.unit.outputs.tiny import write_tiny
from tests.unit.uncertain import PATHS, price_too, write_uncertain

FEWER = lever("fewer", "seats", "posts", "multiply", 0, 2025)


def files(folder: Path) -> tuple[Path, list[Path]]:
    base = write_uncertain(folder)
    levers = {"more": POSTS, "neutral": NEUTRAL["rate"], "fewer": FEWER}
    return base, [write_scenario(folder, name, text) for name, text in levers.items()]


def test_policies_in_order(tmp_path: Path) -> None:
    base, policies = files(tmp_path)
    one, two = (
        rank(base, policies, draws=12, replications=2, outcomes=["trainees"], threads=threads)
        for threads in (1, 2)
    )
    for name, table in one.tables.items():
        assert table.equals(two.tables[name]), name
    table = one.tables["ranking"]
    assert table["policy"].to_list() == ["more", "tiny", "neutral", "fewer"]
    more, nothing, neutral, fewer = table.to_dicts()
    assert more["probability_best"] == 1
    assert more["effect_low"] > 0
    assert (nothing["effect_mean"], neutral["effect_mean"]) == (0, 0)
    assert nothing["value_mean"] == neutral["value_mean"]
    assert fewer["effect_high"] < 0
    assert [row["tied_with_first"] for row in table.to_dicts()] == [True, False, False, False]
    assert more["least_max_regret"]
    assert more["best_at_p10"]
    assert more["max_regret"] == 0
    assert (nothing["cost_mean"], neutral["cost_mean"]) == (0, 0)
    assert fewer["cost_mean"] < 0 < more["cost_mean"]
    assert more["cost_per_unit"] == pytest.approx(more["cost_mean"] / more["effect_mean"])
    assert "per unit" in one.summary()
    drawn = one.tables["draws"].filter(pl.col("policy") == "fewer")
    assert fewer["effect_mean"] == pytest.approx(drawn["effect"].mean())
    assert fewer["expected_regret"] == pytest.approx(drawn["regret"].mean())
    assert "more is expected to give most" in one.summary()
    assert "Tied" not in one.manifest["answer"][0]
    folder = one.write(tmp_path / "ranking")
    back = read_study(folder, "rank", RANK_TABLES)
    assert all(back.tables[name].collect().equals(kept) for name, kept in one.tables.items())


def test_costs_are_those_of_a_comparison(tmp_path: Path) -> None:
    base = write_tiny(tmp_path)
    policy = write_scenario(tmp_path, "more", POSTS)
    runs = [load_run(path) for path in (base, policy)]
    outcomes = read_outcomes(["trainees", "trainees:14"], assemble(runs[0]), runs[0].spec.guideline)
    costs = run_points(runs, [], [np.empty((1, 0))] * 2, outcomes, replications=4).costs
    assert costs is not None
    totals = compare(base, policy, replications=4).tables["cost_totals"]
    for code in ("00", "14"):
        told = totals.filter(county_code=code, item="total", discounting="discounted")["difference_mean"][0]
        area = AREA_CODES.index(code)
        assert costs[1, 0, area] - costs[0, 0, area] == pytest.approx(told)


def test_drawn_prices_change_costs_and_not_what_knowing_is_worth(tmp_path: Path) -> None:
    base = price_too(write_uncertain(tmp_path, until=2025))
    policy = write_scenario(tmp_path, "more", POSTS.replace("2026", "2024"))
    found = rank(base, policy, draws=40, replications=1, outcomes=["trainees"])
    assert "costs.healer_pay" in found.tables["points"]["parameter"].to_list()
    worth = found.tables["value_of_information"]
    assert worth.filter(gap="all")["parameters"].to_list() == [len(PATHS)]


def test_without_prices_costs_are_not_known(tmp_path: Path) -> None:
    base = write_uncertain(tmp_path, until=2025)
    base.write_text(base.read_text(encoding="utf-8").partition("\ncosts:")[0], encoding="utf-8")
    policy = write_scenario(tmp_path, "neutral", NEUTRAL["rate"])
    found = rank(base, policy, draws=10, replications=1, outcomes=["trainees"])
    assert found.tables["ranking"]["cost_mean"].null_count() == 2
    assert any("Costs are not compared" in note for note in found.manifest["notes"])


def test_policies_that_do_the_same_are_tied(tmp_path: Path) -> None:
    base = write_uncertain(tmp_path, until=2026)
    policy = write_scenario(tmp_path, "neutral", NEUTRAL["rate"])
    found = rank(base, policy, draws=10, replications=2)
    assert found.tables["ranking"]["tied_with_first"].all()
    assert found.tables["ranking"]["probability_best"].to_list() == [0.5] * 4
    assert "Tied with it" in found.manifest["answer"][0]
    assert found.tables["ranking"]["outcome"].unique(maintain_order=True).to_list() == [
        "workforce_fte:healer:00:2026",
        "coverage_fte:healer:worst:2026",
    ]


def test_draws_of_a_posterior_and_the_worth_of_knowing(tmp_path: Path) -> None:
    base = write_uncertain(tmp_path, until=2025)
    policy = write_scenario(tmp_path, "stay", STAY.replace("2027", "2024"))
    run = load_run(base)
    draws = draw_priors(priors_of(run), 40, 3, mark=model_mark(run, "posterior"))
    draws.to_parquet(tmp_path / "posterior.parquet")
    found = rank(base, [policy], posterior=tmp_path / "posterior.parquet", replications=1)
    points = found.tables["points"]["value"].to_numpy().reshape(40, -1)
    assert np.array_equal(points, draws.values)
    worth = found.tables["value_of_information"]
    assert worth["value"].min() >= 0
    assert set(worth["gap"]) >= {"all", "drop_out", "other"}
    few = rank(base, [policy], posterior=tmp_path / "posterior.parquet", draws=10, replications=1)
    assert few.tables["ranking"]["draws"].to_list() == [10] * 4
    assert few.tables["value_of_information"].is_empty()


def test_a_policy_keeps_ranges_of_its_own(tmp_path: Path) -> None:
    base = write_uncertain(tmp_path, until=2025)
    own = (
        "{unit: posts, by: county, values: {'01': 90, '14': 40}, otherwise: 20, low: 80, high: 100, "
        "source: {assumption: Invented for this test}}"
    )
    policy = write_scenario(tmp_path, "many", more=f"parameters:\n  healer:\n    posts: {own}\n")
    found = rank(base, policy, draws=10, replications=1, outcomes=["trainees"])
    points = found.tables["points"].filter(pl.col("parameter") == "healer.posts")["value"]
    assert float(points.to_numpy().max()) <= 15  # of the baseline
    assert found.tables["ranking"].filter(pl.col("policy") == "many")["effect_low"][0] > 0
    run = load_run(base)
    draws = draw_priors(priors_of(run), 10, 3, mark=model_mark(run, "posterior"))
    draws.to_parquet(tmp_path / "posterior.parquet")
    with pytest.raises(UserError, match=r"policy many changes healer.posts, which the draws would put back"):
        rank(base, policy, posterior=tmp_path / "posterior.parquet")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"draws": 9}, "9 draws are too few.*expected 10 or more"),
        ({"replications": 0}, "0 replications"),
        ({"outcomes": ["trainee"]}, "unknown outcome 'trainee'.*did you mean 'trainees'"),
        ({"posterior": "none.parquet"}, "no draws can be read: file not found"),
    ],
)
def test_what_is_refused_before_anything_runs(
    arguments: dict[str, object], words: str, tmp_path: Path
) -> None:
    base, policies = files(tmp_path)
    with pytest.raises(UserError, match=words):
        rank(base, policies, **arguments)  # type: ignore[arg-type]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    base, policies = files(tmp_path)
    words = ["rank", str(base), str(policies[0]), "--draws", "10", "--replications", "2", "--until", "2026"]
    assert main([*words, "--out", "ranking", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["folder"] == "ranking"
    assert {row["policy"] for row in told["ranking"]} == {"tiny", "more"}
    assert main([*words, "--out", "ranking"]) == 2
    assert "exists already" in capsys.readouterr().err
    assert main(words) == 0
    assert "tiny (doing nothing)" in capsys.readouterr().out
