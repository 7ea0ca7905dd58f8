"""More that `careersim guideline` is asked: intake, density, demand, the nation, draws, and who employs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.cli import main
from careersim.config.load import load_run
from careersim.errors import UserError
from careersim.experiment.draws import Draws, draw_priors, model_mark
from careersim.experiment.posts_runs import PostsRuns
from careersim.experiment.sources import population_source
from careersim.guideline import PostsAnswer, guideline_posts
from careersim.model.assemble import read_model
from careersim.model.priors import priors_of
from careersim.model.spread import apportion
from careersim.outputs.posts_principals import PRINCIPALS_COLUMNS
from careersim.outputs.posts_table import POSTS_COLUMNS
from careersim.schema import COUNTIES, COUNTY_CODES
from tests.unit.experiment.test_posts_needed import lowest_share
from tests.unit.experiment.towns import RUN, write_towns

ASKED = {"target_year": 2033, "probability": 0.75}
INTAKE = "planning: {lever: students, keeps_up: [posts]}\n"
FEW = RUN.replace("replications: 20", "replications: 4")


def planned_towns(folder: Path, run: str = FEW) -> Path:
    """The towns with few students, whose planner decides on the intake; posts follow."""
    path = write_towns(folder, run=run, new="105", start_students="105")
    with (folder / "healer.yaml").open("a", encoding="utf-8") as career:
        career.write("\n" + INTAKE)
    return path


@pytest.fixture(scope="module")
def intake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planned_towns(tmp_path_factory.mktemp("intake"))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_towns(tmp_path_factory.mktemp("towns"), run=FEW)


@pytest.fixture(scope="module")
def density(intake: Path) -> PostsAnswer:
    return guideline_posts(intake, **ASKED, reading="density", basis="fte")


@pytest.fixture(scope="module")
def nation(towns: Path) -> PostsAnswer:
    return guideline_posts(towns, **ASKED, national=True)


# Intake, density, demand ------------------------------------------------------------------------------------


def test_the_intake_that_holds_todays_density(density: PostsAnswer) -> None:
    """Inhabitants stay, so that the workforce of 2023 is asked for in each of three replications of four."""
    assert (density.lever.kind, density.lever.name, density.earliest) == ("intake", "students", 2030)
    assert density.question.base_year == 2023
    table = density.table
    assert table["met"].all()
    assert (table["share"] >= 0.75).all()
    assert table["posts_as_is"].sum() == 105
    assert table["times"].to_list() == pytest.approx((table["posts"] / table["posts_as_is"]).to_list())
    assert table["dlf_trainees"].is_null().all()
    assert table["share_unsupervised"].is_null().all()  # no applicants and supervisors in the model of intake
    tried = table.filter(pl.col("share_one_less").is_not_null())
    assert (tried["share_one_less"] < 0.75).mean() > 0.8
    told = " ".join(density.notes)
    assert "joins the workforce in 2030 at the earliest" in told
    assert "4 years of intake count by 2033" in told
    assert "Posts are taken to follow from 2027 on" in told
    assert "outside the model" in told
    text = density.summary()
    assert "workforce per inhabitant as in 2023 (by full-time equivalents)" in text
    assert "Times" in text
    assert max(len(line) for line in text.splitlines()) <= 140


def test_more_intake_is_needed_for_more_workforce(intake: Path, density: PostsAnswer) -> None:
    """A fifth fewer inhabitants for each full-time equivalent than the density leads to needs more intake."""
    per_fte = 2_100_000 / density.table["specialists"].sum()
    answer = guideline_posts(intake, **ASKED, demand=0.8 * per_fte, counties=["03", "04"])
    assert answer.table["met"][1:3].all()
    assert (answer.table["posts"][1:3] > density.table["posts"][1:3]).all()
    assert (answer.table["specialists"][1:3] > density.table["specialists"][1:3]).all()


def test_a_demand_of_the_run_file_is_the_option(tmp_path: Path) -> None:
    run = FEW.replace("demand: {", "demand: {inhabitants_per_fte: {healer: 1500}, ")
    path = planned_towns(tmp_path, run)
    alone = {**ASKED, "counties": ["03"]}
    written = guideline_posts(path, **alone, reading="demand")
    given = guideline_posts(path, **alone, demand=1500)
    assert written.question == given.question
    assert written.question.basis == "fte"
    assert written.table.equals(given.table)


def test_where_time_is_too_short_no_intake_is_searched(intake: Path) -> None:
    answer = guideline_posts(intake, target_year=2029, probability=0.75, reading="density")
    assert answer.runs == 2
    assert set(answer.table["stop"].drop_nulls()) <= {"time"}
    if "time" in answer.table["stop"].to_list():
        assert any(note.startswith("Too late: who begins in 2027") for note in answer.notes)
    later = guideline_posts(intake, target_year=2030, probability=0.75, reading="density", counties=["03"])
    assert later.runs > 2


def test_the_run_as_it_is_has_its_own_posts_for_those_who_come(intake: Path, tmp_path: Path) -> None:
    """Pools keep up in the search only: as is, the towns with and without a planner are the same run."""
    towns = write_towns(tmp_path, run=FEW, new="105", start_students="105")
    own, other = (
        guideline_posts(path, target_year=2029, probability=0.75, reading="density")
        for path in (intake, towns)
    )
    assert own.table["share_as_is"].to_list() == other.table["share_as_is"].to_list()


@pytest.mark.slow
def test_the_intake_holds_the_density_with_other_luck(tmp_path: Path) -> None:
    path = planned_towns(tmp_path, RUN.replace("replications: 20", "replications: 100"))
    answer = guideline_posts(path, target_year=2033, probability=0.8, reading="density", basis="fte")
    run, model = read_model(path)
    source = population_source(model, run.panels)
    runs = PostsRuns(model, run.spec.guideline, answer.question, source, None, 1)
    posts = answer.table["posts"].to_numpy()
    assert answer.table["met"].all()
    assert np.all(runs.run(posts, seed=77, replications=400).share >= lowest_share())
    assert np.mean(runs.run(posts - 6, seed=77, replications=400).share < lowest_share()) > 0.5  # planted


# The nation -------------------------------------------------------------------------------------------------


def test_one_number_for_the_nation_is_spread_as_today(nation: PostsAnswer) -> None:
    table = nation.table
    assert table["county_code"].to_list() == ["00", *COUNTY_CODES]
    whole, counties = table.row(0, named=True), table[1:]
    today = counties["posts_as_is"].to_list()
    assert whole["posts_as_is"] == sum(today) == 40 + 4 + 19 * 12
    assert tuple(counties["posts"]) == apportion(whole["posts"], today)
    assert whole["met"]
    assert whole["share"] >= 0.75
    assert whole["smallest"]
    assert whole["share_one_less"] < 0.75
    assert table["asked"].to_list() == [True] + [False] * COUNTIES
    assert counties["stop"].is_null().all()
    assert whole["specialists"] == pytest.approx(counties["specialists"].sum(), rel=0.02)  # medians
    text = nation.summary()
    assert "Posts of the nation as one number" in text
    assert text.count("\n Sweden") == 2  # in both tables
    assert nation.data()["question"]["mode"] == "national"
    assert dict(table.schema) == {one.name: getattr(pl, one.dtype) for one in POSTS_COLUMNS}


def test_where_no_number_suffices_for_the_nation_it_is_said_what_would(tmp_path: Path) -> None:
    path = write_towns(tmp_path, run=FEW, each="0.05")
    answer = guideline_posts(path, **ASKED, national=True)
    row = answer.table.row(0, named=True)
    assert not row["met"]
    assert row["stop"] == "supervisors"
    assert row["share_unsupervised"] == 1.0
    assert row["applications_needed"] == 1.0
    assert row["supervision_needed"] > 0.05
    assert any(note.startswith("Sweden would need as many applications as today") for note in answer.notes)


@pytest.mark.slow
def test_the_nations_answer_holds_with_other_luck(tmp_path: Path) -> None:
    path = write_towns(tmp_path, run=RUN.replace("replications: 20", "replications: 100"))
    answer = guideline_posts(path, target_year=2033, probability=0.8, national=True)
    run, model = read_model(path)
    source = population_source(model, run.panels)
    runs = PostsRuns(model, run.spec.guideline, answer.question, source, None, 1)
    posts = answer.table["posts"].to_numpy()[1:]
    assert runs.run(posts, seed=77, replications=400).nation.share >= lowest_share()
    fewer = np.array(apportion(posts.sum() - 40, [float(count) for count in posts]))
    assert runs.run(fewer, seed=77, replications=400).nation.share < lowest_share()  # planted


# Draws ------------------------------------------------------------------------------------------------------


def test_draws_at_the_central_values_are_the_run_at_fixed_parameters(towns: Path, tmp_path: Path) -> None:
    """The same luck meets each replication, whether it has a world of its own or not."""
    run = load_run(towns)
    priors = priors_of(run)
    central = np.array([[prior.central for prior in priors]] * 8)
    file = Draws(tuple(prior.path for prior in priors), central, model_mark(run, "test")).to_parquet(
        tmp_path / "central.parquet"
    )
    alone = {**ASKED, "counties": ["03", "04"]}
    fixed, drawn = guideline_posts(towns, **alone), guideline_posts(towns, **alone, posterior=file)
    assert (fixed.draws, drawn.draws) == (0, 8)
    assert drawn.table.equals(fixed.table)
    assert drawn.principals.equals(fixed.principals)
    assert "Shares carry chance only" in fixed.notes[-1]
    assert "uncertainty of parameters (8 draws" in drawn.notes[-1]


def test_draws_from_priors_set_the_replications_and_change_the_lives(towns: Path) -> None:
    alone = {**ASKED, "counties": ["03"], "target_year": 2029}
    drawn = guideline_posts(towns, **alone, draws=3)
    assert drawn.question.replications == 3
    assert "3 replications, each with one of 3 draws" in drawn.summary().replace("\n", " ")
    again = guideline_posts(towns, **alone, draws=3)
    assert drawn.table.equals(again.table)
    fixed = guideline_posts(towns, **alone, replications=3)
    assert not drawn.table["specialists"].equals(fixed.table["specialists"])


def test_draws_of_another_model_are_refused(towns: Path, tmp_path: Path) -> None:
    run = load_run(towns)
    made = draw_priors(priors_of(run), 4, 1)
    file = Draws(made.paths, made.values, {"version": "0"}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(UserError, match="belong to version 0"):
        guideline_posts(towns, **ASKED, posterior=file)


# Principals -------------------------------------------------------------------------------------------------


def test_posts_by_principal_sum_to_the_answer(nation: PostsAnswer) -> None:
    table = nation.principals
    assert dict(table.schema) == {one.name: getattr(pl, one.dtype) for one in PRINCIPALS_COLUMNS}
    whole = table.filter(pl.col("county_code") == "00")
    assert whole["sector"].to_list() == ["regional", "municipal", "private", "other"]
    # The towns have no employers: everybody is in sector `other`.
    assert whole["then"].to_list() == [0, 0, 0, nation.table["posts"][0]]
    assert (whole["then_low"] <= whole["then"]).all()


def test_posts_by_principal_follow_todays_and_later_proportions(tmp_path: Path) -> None:
    path = write_towns(tmp_path, run=FEW)
    text = (tmp_path / "healer.yaml").read_text(encoding="utf-8")
    rest = "otherwise: 0, source: {assumption: Invented for this test}"
    text = text.replace(
        "working_time: hours, trains: true", "working_time: hours, sectors: who, trains: true"
    )
    text = text.replace("choices:\n", "sectors:\n  who: {shares: shares}\nchoices:\n", 1)
    text += "\n".join(
        [
            "",
            f"  shares: {{unit: share, by: sector, values: {{regional: 0.75, private: 0.25}}, {rest}}}",
            f"  before: {{unit: share, by: sector, values: {{regional: 0.25, private: 0.75}}, {rest}}}",
            "",
        ]
    )
    old = "trainee: {persons: start_trainees, counties: places, women: women, ages: start_ages}"
    assert old in text
    text = text.replace(old, old[:-1] + ", sectors: before}")
    (tmp_path / "healer.yaml").write_text(text, encoding="utf-8")
    answer = guideline_posts(path, **ASKED, national=True)
    rows = {row["sector"]: row for row in answer.principals[:4].iter_rows(named=True)}
    posts = answer.table["posts"][0]
    assert rows["regional"]["today"] / posts == pytest.approx(0.25, abs=0.02)
    assert rows["regional"]["then"] / posts == pytest.approx(0.75, abs=0.1)
    assert rows["regional"]["then_low"] <= rows["regional"]["then"] <= rows["regional"]["then_high"]
    for reading in ("today", "then"):
        total = sum(row[reading] for row in rows.values())
        assert total == pytest.approx(posts, rel=0.02)
    assert "private" in answer.summary()


# Errors and the command -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"profession": "heeler"}, "about 'heeler', who are not part of the run; .*mean 'healer'"),
        ({"demand": -1.0}, "demand -1; expected inhabitants per full-time equivalent"),
        ({"demand": 1000.0, "reading": "list"}, "a demand of 1000 inhabitants in the reading list"),
        ({"reading": "demand"}, "how many inhabitants one full-time equivalent of healer should have"),
        (
            {"national": True, "counties": ["01"]},
            "the nation and the posts of some counties are two questions",
        ),
        ({"lever": "student"}, "healer has no lever 'student'; .*did you mean 'students'"),
        ({"draws": 1}, "1 draws; expected 2 or more"),
        ({"reading": "dense"}, "unknown reading 'dense'; expected one of list, ratio, density, demand"),
    ],
)
def test_questions_that_cannot_be_asked(given: dict[str, object], words: str, towns: Path) -> None:
    with pytest.raises(UserError, match=words):
        guideline_posts(towns, **(ASKED | given))  # type: ignore[arg-type]


def test_the_guideline_says_nothing_of_other_professions(repository: Path) -> None:
    with pytest.raises(UserError, match="the guideline is about doctor, and says nothing of psychologist"):
        guideline_posts(
            repository / "configs" / "baseline.yaml", target_year=2035, probability=0.8,
            profession="psychologist", reading="list", replications=2,
        )  # fmt: skip


def test_the_command_takes_all_of_it(intake: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["guideline", str(intake), "--target-year", "2031", "--probability", "0.75", "--national"]
    assert main([*words, "--profession", "healer", "--demand", "2000", "--draws", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["lever"] == {"kind": "intake", "name": "students"}
    assert told["earliest_year"] == 2030
    assert told["draws"] == 2
    assert told["question"]["demand"] == 2000
    assert told["question"]["basis"] == "fte"
    assert told["counties"][0]["county_code"] == "00"
    assert len(told["principals"]) == 4 * (COUNTIES + 1)


# Substitution -----------------------------------------------------------------------------------------------


def test_what_others_stand_for_is_shown_beside_the_same_answer(tmp_path: Path) -> None:
    run = FEW.replace("[healer.yaml]", "[healer.yaml, helper.yaml]")
    alone = {**ASKED, "target_year": 2029, "counties": ["03"], "basis": "fte"}

    def towns_of(folder: Path, text: str) -> Path:
        folder.mkdir()
        path = write_towns(folder, run=text)
        career = (folder / "healer.yaml").read_text(encoding="utf-8")
        career = career.replace("profession: healer", "profession: helper").replace("key: 9", "key: 10")
        (folder / "helper.yaml").write_text(career, encoding="utf-8")
        return path

    record = "{label: Help, unit: share, value: 0.5, source: {assumption: Invented for this test}}"
    helped = run.replace("guideline: {", f"guideline: {{substitution: {{helper: {record}}}, ")
    plain = guideline_posts(towns_of(tmp_path / "plain", run), **alone)
    answer = guideline_posts(towns_of(tmp_path / "helped", helped), **alone)
    beside = "share_with_substitution"
    assert answer.table.drop(beside).equals(plain.table.drop(beside))
    assert plain.table[beside].is_null().all()
    assert (answer.table[beside] >= answer.table["share"]).all()
    assert (answer.table[beside] > answer.table["share"]).any()
    assert "Beside it" in answer.summary()
    assert "Beside it" not in plain.summary()
    heads = guideline_posts(tmp_path / "helped" / "towns.yaml", **{**alone, "basis": "headcount"})
    assert heads.table[beside].is_null().all()
