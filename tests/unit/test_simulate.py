"""The main path: what it gives does not depend on how it is run, and arguments have the last word."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from careersim.errors import UserError
from careersim.simulate import simulate
from tests.unit.outputs.tiny import tiny_result, write_tiny


@pytest.mark.parametrize("engine", ["numba", "reference"])
def test_tables_depend_on_neither_threads_nor_engine(engine: str, tmp_path: Path) -> None:
    result = simulate(write_tiny(tmp_path), engine=engine, threads=1)
    for name, table in tiny_result().tables.items():
        # The reference keeps no histories, from which the time in training is read.
        if name != "durations" or engine == "numba":
            assert result.tables[name].collect().equals(table.collect()), name


def test_another_seed_gives_other_lives(tmp_path: Path) -> None:
    result = simulate(write_tiny(tmp_path), seed=6)
    assert not result.tables["flows"].collect().equals(tiny_result().tables["flows"].collect())


def test_arguments_have_the_last_word(tmp_path: Path) -> None:
    result = simulate(write_tiny(tmp_path), replications=2, seed=9, until=2027, events=True)
    effective = result.manifest["config"]["effective"]
    assert (effective["replications"], effective["seed"], effective["until"]) == (2, 9, 2027)
    assert result.model.last_year == 2027
    assert result.series["healer"].years[-1] == 2027
    events = result.tables["events"].collect()
    assert set(events["replication"]) == {0, 1}
    assert set(events["kind"]) >= {"seat", "completion", "entry", "exit"}


def test_fewer_replications_are_the_first_of_more(tmp_path: Path) -> None:
    few = simulate(write_tiny(tmp_path), replications=2).series["healer"].stock
    assert (few == tiny_result().series["healer"].stock[:2]).all()


def test_a_later_start_of_the_end_changes_nothing_before(tmp_path: Path) -> None:
    short = simulate(write_tiny(tmp_path), until=2026).series["healer"].stock
    assert (short == tiny_result().series["healer"].stock[:, :4]).all()


def test_the_manifest_is_enough_to_repeat_the_run() -> None:
    manifest = json.loads(json.dumps(tiny_result().manifest, allow_nan=False))
    files = {Path(one["path"]).name: one for one in manifest["config"]["files"]}
    assert set(files) == {"tiny.yaml", "healer.yaml"}
    assert all(len(one["sha256"]) == 64 and one["content"] for one in files.values())
    assert {"careersim", "python", "numpy", "numba", "polars", "mesa"} <= set(manifest["versions"])
    assert all(len(digest) == 64 for digest in manifest["data"].values())
    assert {"load", "warm_up", "replications", "summarise"} <= set(manifest["timings"])
    assert {one["name"] for one in manifest["parameters"]} >= {"applying", "posts"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"seed": -1}, "seed: seed -1; expected 0 to"),
        ({"seed": 2**64}, "expected 0 to 18446744073709551615"),
        ({"until": 2023}, "until: the run ends in 2023, but healer starts at the end of 2023; expected 2024"),
        ({"until": 1066}, "until: year 1066; expected a calendar year"),
        ({"replications": 0}, "replications: 0 replications; expected 1 or more"),
        ({"threads": -2}, "threads: -2 threads; expected 1 or more"),
        ({"engine": "mesa"}, "unknown engine 'mesa'"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        simulate(write_tiny(tmp_path), **arguments)
    assert words in str(caught.value)


def test_a_panel_takes_the_place_of_margins(tmp_path: Path) -> None:
    from careersim.population.panel import write_panel
    from careersim.population.synthesis import synthesise

    path = write_tiny(tmp_path)
    base = simulate(path, replications=1)
    profession = base.model.professions[0]
    people = synthesise(profession, base.model, seed=5, replication=0)
    write_panel(people.take(people.state == 3), profession, 2023, tmp_path / "register.csv")
    path.write_text(path.read_text(encoding="utf-8") + "panels: {healer: register.csv}\n", encoding="utf-8")
    result = simulate(path, replications=2)
    start = result.series["healer"].stock[:, 0].sum(axis=(2, 3))
    assert start.tolist() == [[0, 0, 0, 200, 0, 0]] * 2
    assert [Path(file).name for file in result.manifest["inputs"]] == ["register.csv"]
