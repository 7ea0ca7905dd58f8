"""Posts for the guideline as a user asks for them: the function, the table, the command, its errors."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from careersim.cli import main
from careersim.errors import UserError
from careersim.flows.attainment import wilson
from careersim.guideline import PostsAnswer, guideline_posts
from careersim.outputs.posts_notes import chance_notes as notes_on
from careersim.outputs.posts_table import POSTS_COLUMNS
from careersim.schema import COUNTY_CODES
from careersim.types import COUNTY_NAMES
from tests.unit.experiment.towns import RUN, write_towns

ASKED = {"target_year": 2033, "probability": 0.75}


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_towns(
        tmp_path_factory.mktemp("towns"), run=RUN.replace("replications: 20", "replications: 4")
    )


@pytest.fixture(scope="module")
def answer(towns: Path) -> PostsAnswer:
    return guideline_posts(towns, **ASKED)


def test_the_table_is_as_declared(answer: PostsAnswer) -> None:
    assert dict(answer.table.schema) == {one.name: getattr(pl, one.dtype) for one in POSTS_COLUMNS}
    assert answer.table["county_code"].to_list() == list(COUNTY_CODES)
    assert answer.question.first_year == 2027
    assert answer.question.replications == 4
    assert answer.table["asked"].all()


def test_the_interval_is_wilsons(answer: PostsAnswer) -> None:
    for row in answer.table.iter_rows(named=True):
        low, high = wilson(round(4 * row["share_fresh"]), 4)
        assert (row["share_fresh_low"], row["share_fresh_high"]) == (low, high)


def test_the_closed_form_starts_from_the_runs_specialists(answer: PostsAnswer) -> None:
    """Need 100,000 / (1,000 + 500 * 8/25); balance 8/25 of it; 8/7 of what is missing over seven years."""
    need = 100_000 / 1_160
    assert answer.table["dlf_need"].to_list() == pytest.approx([need] * 21)
    missing = (answer.table["dlf_trainees"] - need * 8 / 25) * 7 / 8
    there = need - missing
    assert there.min() > 40
    assert (2 * there).round(6).to_list() == (2 * there).round(0).to_list()  # medians of four: whole or half


def test_what_is_printed_is_not_cut_and_says_what_was_asked(answer: PostsAnswer) -> None:
    text = answer.summary()
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= 140
    assert "in at least 75 % of 4 replications" in text
    assert "Posts of all counties at once" in text
    assert all(name in text for name in COUNTY_NAMES.values())
    assert "Healers: guideline (list reading, by headcount)" in text


def test_a_county_by_name_or_code_changes_alone(towns: Path) -> None:
    named, coded = (guideline_posts(towns, **ASKED, counties=[word]) for word in ("uppsala", "03"))
    assert named.table.equals(coded.table)
    row = named.table.row(1, named=True)
    assert row["asked"]
    assert named.table["asked"].sum() == 1
    assert named.table.filter(~pl.col("asked"))["posts"].to_list() == [40] + [12] * 19
    assert "Posts of Uppsala only; the other counties keep those of the run" in named.summary()
    assert named.data()["question"]["mode"] == "only"


@pytest.mark.parametrize(("probability", "least"), [(0.75, 0), (0.8, 5), (0.95, 20), (0.1, 10)])
def test_too_few_replications_are_told(probability: float, least: int, towns: Path) -> None:
    answer = guideline_posts(towns, target_year=2027, probability=probability, reading="ratio")
    warned = [note for note in answer.notes if "too few for a probability" in note]
    assert bool(warned) == (least > 0)
    assert all(f"Take {least} at the very least" in note for note in warned)


def test_where_no_post_can_help_in_time_nothing_is_searched(towns: Path) -> None:
    answer = guideline_posts(towns, target_year=2027, probability=0.75, reading="ratio")
    assert answer.runs == 2
    assert answer.table["posts"].to_list() == answer.table["posts_as_is"].to_list()
    assert answer.table["smallest"].is_null().all()
    assert set(answer.table["stop"]) <= {"time", None}
    assert not any("The search ended" in note for note in answer.notes)


def test_near_ties_are_told(answer: PostsAnswer) -> None:
    rows = answer.table.to_dicts()
    rows[0] |= {"met": False, "smallest": None, "share_fresh_high": 0.9}
    rows[1] |= {"met": True, "smallest": True, "share_fresh_high": 0.7}
    rows[2] |= {"met": True, "smallest": False, "share_fresh_high": 0.9}
    rows[3:] = [row | {"met": True, "smallest": True, "share_fresh_high": 0.9} for row in rows[3:]]
    notes = notes_on(answer.question, pl.DataFrame(rows, schema=answer.table.schema))
    assert "The search ended" in notes[0]
    assert notes[0].endswith(": Södermanland.")
    assert notes[1].startswith("Chance decides for Stockholm:")
    assert notes[2].startswith("The luck of the search was good for Uppsala:")
    assert len(notes) == 3


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"probability": 1.0}, "probability 1; expected a share above 0 and below 1"),
        ({"probability": 80.0}, "write 80 % as 0.8"),
        ({"probability": 0.0}, "probability 0"),
        ({"probability": float("nan")}, "probability nan"),
        ({"target_year": 2040}, "2040, outside the run; expected 2024 to 2033"),
        ({"target_year": 2023}, "2023, outside the run"),
        ({"first_year": 2034}, "from: posts change from 2034 on; expected 2024 .* to 2033"),
        ({"first_year": 2020}, "posts change from 2020 on"),
        ({"counties": ["Upsala"]}, "unknown county 'Upsala'; .* did you mean 'Uppsala'?"),
        ({"counties": ["02"]}, "unknown county '02'"),
        ({"reading": "lists"}, "unknown reading 'lists'; .* did you mean 'list'?"),
        ({"basis": "heads"}, "unknown basis 'heads'"),
        ({"replications": 0}, "0 replications; expected 1 or more"),
        ({"seed": -1}, "seed -1"),
    ],
)
def test_impossible_questions(given: dict[str, object], words: str, towns: Path) -> None:
    with pytest.raises(UserError, match=words):
        guideline_posts(towns, **(ASKED | given))  # type: ignore[arg-type]


def test_a_run_without_the_profession_or_its_posts(tmp_path: Path) -> None:
    other = write_towns(tmp_path, run=RUN.replace("profession: healer, ", ""))  # doctors by default
    with pytest.raises(
        UserError, match=r"about 'doctor', who are not part of the run; expected one of healer"
    ):
        guideline_posts(other, **ASKED)
    write_towns(tmp_path)
    lines = (tmp_path / "healer.yaml").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line != "    posts: posts" and not line.startswith("  posts: {unit")]
    assert len(kept) == len(lines) - 2
    (tmp_path / "healer.yaml").write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(UserError, match="healer has no pool with posts for trainees"):
        guideline_posts(other, **ASKED)


def test_the_command_prints_the_table_or_one_object(towns: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["guideline", str(towns), "--target-year", "2033", "--probability", "0.75", "--county", "Uppsala"]
    assert main(words) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "Uppsala" in printed.out
    assert "runs, " in printed.out.splitlines()[-1]
    assert main([*words, "--json", "--from", "2028", "--basis", "fte"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["question"]["first_year"] == 2028
    assert told["question"]["counties"] == ["03"]
    assert [row["county_code"] for row in told["counties"]] == list(COUNTY_CODES)
    assert main([*words[:-1], "Upsala", "--json"]) == 2
    assert "did you mean 'Uppsala'?" in json.loads(capsys.readouterr().out)["error"]
