"""What cannot be paired is refused, with words that say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.compare import compare
from careersim.errors import UserError
from tests.unit.compared import POSTS, write_scenario
from tests.unit.outputs.tiny import CAREER, write_tiny


def refused(tmp_path: Path, **arguments: object) -> str:
    with pytest.raises(UserError) as caught:
        compare(tmp_path / "tiny.yaml", tmp_path / "one.yaml", **arguments)  # type: ignore[arg-type]
    return str(caught.value)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("seed: 6\n", "one.yaml: seed: 6 cannot be paired with 5 of the baseline; expected 5, so that"),
        ("until: 2029\n", "one.yaml: until: 2029 cannot be paired with 2030 of the baseline"),
        ("replications: 3\n", "one.yaml: replications: 3 replications are fewer than the 4 of the baseline"),
    ],
)
def test_another_run_is_refused(more: str, words: str, tmp_path: Path) -> None:
    write_tiny(tmp_path)
    write_scenario(tmp_path, "one", POSTS, more=more)
    assert words in refused(tmp_path)


def test_arguments_mend_what_the_files_say(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    write_scenario(tmp_path, "one", POSTS, more="seed: 6\nreplications: 3\nuntil: 2029\n")
    found = compare(tmp_path / "tiny.yaml", tmp_path / "one.yaml", seed=8, replications=2, until=2028)
    assert (found.manifest["seed"], found.manifest["replications"], found.manifest["until"]) == (8, 2, 2028)


def test_a_name_is_used_once(tmp_path: Path) -> None:
    base = write_tiny(tmp_path)
    one = write_scenario(tmp_path, "one", POSTS)
    with pytest.raises(UserError, match=r"one.yaml: name: 'one' is the name of .*one.yaml too; give every"):
        compare(base, [one, one])


def test_nothing_to_compare_with_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="scenarios: there is nothing to compare with"):
        compare(write_tiny(tmp_path), [])


def other_run(tmp_path: Path, career: str, professions: str, guideline: str = "healer") -> None:
    (tmp_path / "other.yaml").write_text(career, encoding="utf-8")
    (tmp_path / "one.yaml").write_text(
        f"name: one\nprofessions: {professions}\nuntil: 2030\nseed: 5\nreplications: 4\n"
        f"guideline: {{profession: {guideline}}}\n",
        encoding="utf-8",
    )


def test_a_profession_that_the_baseline_lacks_is_refused(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    curer = CAREER.replace("profession: healer", "profession: curer").replace("key: 9", "key: 8")
    other_run(tmp_path, curer, "[healer.yaml, other.yaml]")
    words = refused(tmp_path)
    assert "one.yaml: professions: profession 'curer' is not part of the baseline; expected some of" in words


def test_another_guideline_profession_is_refused(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    curer = CAREER.replace("profession: healer", "profession: curer").replace("key: 9", "key: 8")
    other_run(tmp_path, curer, "[healer.yaml, other.yaml]", "curer")
    assert "one.yaml: guideline.profession: the guideline is about curer; expected healer" in refused(
        tmp_path
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("start_year: 2023", "start_year: 2024", "its start year differ; expected the start year 2023"),
        ("key: 9", "key: 8", "its key differ; expected the key 9"),
        ("emigrates: {", "leaves: {", "its transitions differ; expected the transitions degree, applies"),
        ("  students:\n", "  learners:\n", "its streams differ; expected the streams students"),
    ],
)
def test_another_career_graph_is_refused(old: str, new: str, words: str, tmp_path: Path) -> None:
    write_tiny(tmp_path)
    assert old in CAREER
    other_run(tmp_path, CAREER.replace(old, new), "[other.yaml]")
    told = refused(tmp_path)
    assert "healer has another career graph than in the baseline" in told
    assert words in told


def test_another_panel_is_refused_and_the_same_one_is_not(tmp_path: Path) -> None:
    from careersim.model.assemble import read_model
    from careersim.population.panel import write_panel
    from careersim.population.synthesis import synthesise

    base = write_tiny(tmp_path)
    _, model = read_model(base)
    people = synthesise(model.professions[0], model, seed=5, replication=0)
    write_panel(people.take(people.state == 3), model.professions[0], 2023, tmp_path / "register.csv")
    write_scenario(tmp_path, "one", POSTS, more="panels: {healer: register.csv}\n")
    words = refused(tmp_path, replications=1)
    assert "one.yaml: panels.healer: the persons of healer come from another register panel" in words
    base.write_text(base.read_text(encoding="utf-8") + "panels: {healer: register.csv}\n", encoding="utf-8")
    assert compare(base, tmp_path / "one.yaml", replications=1).manifest["replications"] == 1
