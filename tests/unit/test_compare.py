"""Paired comparisons: identical before anything acts, neutral levers do nothing, batches do not matter."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.compare import Comparison, Precision, compare
from careersim.errors import InternalError, UserError
from careersim.experiment import compare as paired_runs
from careersim.simulate import simulate
from tests.unit.compared import (
    BONUS,
    NEUTRAL,
    NEWCOMERS,
    POSTS,
    STAY,
    STAY_BONUS,
    SUPERVISION,
    comparison,
    write_scenario,
)
from tests.unit.outputs.tiny import write_tiny

COUNTS = ("stock", "fte_percent", "left", "arrived", "moved_out", "moved_in", "entered", "seats")


def equal(one: Comparison, two: Comparison) -> list[str]:
    return [name for name, table in one.tables.items() if not table.equals(two.tables[name])]


def test_runs_are_those_of_simulate(tmp_path: Path) -> None:
    base = write_tiny(tmp_path)
    scenario = write_scenario(tmp_path, "more", POSTS, SUPERVISION)
    found = compare(base, scenario, replications=3)
    for path, series in ((base, found.baseline), (scenario, found.scenarios["more"])):
        alone = simulate(path, replications=3).series["healer"]
        for counts in COUNTS:
            assert (getattr(alone, counts) == getattr(series["healer"], counts)).all(), counts


@pytest.mark.parametrize(
    ("lever", "first"), [(POSTS, 2026), (STAY, 2027), (SUPERVISION, 2025), (NEWCOMERS, 2026), (BONUS, 2026)]
)
def test_nothing_differs_before_the_lever_acts_and_something_after(
    lever: str, first: int, tmp_path: Path
) -> None:
    found = compare(write_tiny(tmp_path), write_scenario(tmp_path, "one", lever), replications=4)
    one, two = found.baseline["healer"], found.scenarios["one"]["healer"]
    before = slice(0, first - one.years[0])
    for counts in COUNTS:
        assert (getattr(one, counts)[:, before] == getattr(two, counts)[:, before]).all(), counts
    assert any((getattr(one, counts) != getattr(two, counts)).any() for counts in COUNTS)
    assert found.manifest["scenarios"][0]["same_before"] == {"healer": first}
    early = found.tables["careers_changed"].filter(pl.col("year") < first)
    assert early["first_mean"].sum() == 0


@pytest.mark.parametrize("name", NEUTRAL)
def test_a_neutral_lever_of_every_kind_is_byte_identical(name: str, tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, "neutral", NEUTRAL[name])
    found = compare(write_tiny(tmp_path), scenario, replications=3)
    # Tables that stay as they were are not simulated again, so that the proof needs a run of its own.
    one, two = found.baseline["healer"], simulate(scenario, replications=3).series["healer"]
    assert all(getattr(one, counts).tobytes() == getattr(two, counts).tobytes() for counts in COUNTS)
    assert not found.tables["persons"]["career_changed"].any()
    assert found.tables["differences"]["variance_reduction"].null_count() == len(found.tables["differences"])


def test_the_order_of_levers_that_do_not_interact_is_irrelevant(tmp_path: Path) -> None:
    base, levers = write_tiny(tmp_path), [POSTS, STAY, SUPERVISION, NEWCOMERS, BONUS]
    one = compare(base, write_scenario(tmp_path, "several", *levers), replications=3)
    two = compare(base, write_scenario(tmp_path, "several", *reversed(levers)), replications=3)
    assert equal(one, two) == []


def test_a_scenario_that_touches_nothing_is_not_simulated_and_differs_in_nothing(tmp_path: Path) -> None:
    found = compare(write_tiny(tmp_path), write_scenario(tmp_path, "same"), replications=2)
    assert found.manifest["scenarios"][0]["touched"] == []
    assert found.scenarios["same"]["healer"] is found.baseline["healer"]
    assert found.tables["differences"]["difference_mean"].abs().sum() == 0
    persons = found.tables["persons"]
    assert persons["mean"].sum() > 100
    assert (persons["baseline_state"] == persons["scenario_state"]).all()
    assert "nothing differs from the baseline" in found.summary()


def test_another_parameter_may_differ_from_the_start(tmp_path: Path) -> None:
    more = (
        "parameters:\n  healer:\n    applying: {unit: rate_per_year, value: 0.2, "
        "source: {assumption: 'Invented for this test'}}\n"
    )
    scenario = write_scenario(tmp_path, "slow", POSTS, more=more)
    found = compare(write_tiny(tmp_path), scenario, replications=2)
    assert found.manifest["scenarios"][0]["same_before"] == {"healer": 2023}


def test_shared_levers_do_not_count(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    base = write_scenario(tmp_path, "base", SUPERVISION)
    scenario = tmp_path / "further.yaml"
    scenario.write_text(f"name: further\nextends: base.yaml\nlevers:\n{POSTS}", encoding="utf-8")
    found = compare(base, scenario, replications=2)
    assert found.manifest["scenarios"][0]["same_before"] == {"healer": 2026}


@pytest.mark.parametrize("fault", ["count", "career"])
def test_a_difference_before_anything_acts_stops_everything(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A planted fault: the lever acts a year earlier than it says, or one person is another one."""
    if fault == "count":
        monkeypatch.setattr(paired_runs, "first_years", lambda *_: {"healer": 2027})
        words = "differ from the baseline in 2026"
    else:
        from careersim.experiment import careers

        packed = careers._packed

        def disturbed(people):
            words = packed(people)
            if disturbed.calls == 11:  # the third year of the scenario
                words[7] ^= np.uint64(1) << np.uint64(60)
            disturbed.calls += 1
            return words

        disturbed.calls = 1
        monkeypatch.setattr(careers, "_packed", disturbed)
        words = "careers of healer differ from the baseline in replication 0 before anything acts in 2026"
    scenario = write_scenario(tmp_path, "early", POSTS, lever_2026())
    with pytest.raises(InternalError, match=words):
        compare(write_tiny(tmp_path), scenario, replications=1)


def lever_2026() -> str:
    return SUPERVISION.replace("from: 2025", "from: 2026")


@pytest.mark.parametrize(("batch", "threads"), [(1, 1), (2, 2), (5, 1), (6, 2)])
def test_neither_batches_nor_threads_matter(batch: int, threads: int, tmp_path: Path) -> None:
    scenarios = [
        write_scenario(tmp_path, "more", POSTS, SUPERVISION),
        write_scenario(tmp_path, "entrants", NEWCOMERS),
        write_scenario(tmp_path, "bonus", STAY_BONUS),
    ]
    found = compare(write_tiny(tmp_path), scenarios, replications=6, batch=batch, threads=threads)
    assert equal(found, comparison()) == []


def test_the_half_width_stops_at_the_same_replication_whatever_the_batch(tmp_path: Path) -> None:
    base = write_tiny(tmp_path)
    scenario = write_scenario(tmp_path, "more", POSTS, SUPERVISION)
    wide = compare(base, scenario, replications=30).scenarios["more"]["healer"]
    narrow = simulate(base, replications=30).series["healer"]
    full = Precision(1, profession="healer", year=2030)
    widths = {count: paired_runs.half_width(narrow, wide, full, count) for count in range(10, 31)}
    asked = replace(full, half_width=widths[17])
    needed = next(count for count, width in widths.items() if width <= asked.half_width)
    assert 10 < needed <= 17, "otherwise the test shows nothing"
    found = [
        compare(base, scenario, precision=asked, max_replications=30, batch=batch) for batch in (1, 4, 30)
    ]
    assert [one.manifest["replications"] for one in found] == [needed] * 3
    assert found[0].manifest["precision"]["reached"] is True
    assert equal(found[0], found[1]) == equal(found[0], found[2]) == []
    assert f"{needed} paired replications" in found[0].summary()


def test_a_half_width_that_is_not_reached_is_told(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, "more", POSTS, SUPERVISION)
    found = compare(write_tiny(tmp_path), scenario, precision=Precision(1e-6), max_replications=11)
    assert found.manifest["replications"] == 11
    assert found.manifest["precision"]["reached"] is False
    assert found.manifest["precision"]["profession"] == "healer"
    assert "NOT reached" in found.summary()


@pytest.mark.parametrize(
    ("precision", "words"),
    [
        (Precision(0), "half_width: half-width 0; expected a number above 0"),
        (Precision(1, quantity="workfroce"), "quantity: unknown quantity 'workfroce'"),
        (Precision(1, profession="heeler"), "did you mean 'healer'?"),
        (Precision(1, county_code="02"), "county: unknown county '02'"),
        (Precision(1, county_code="1"), "did you mean '01'"),
        (Precision(1, year=2031), "year: year 2031 is not simulated; expected 2024 to 2030"),
        (Precision(1, measure="heads"), "measure: unknown measure 'heads'"),
    ],
)
def test_a_wrong_half_width_is_refused(precision: Precision, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        compare(write_tiny(tmp_path), write_scenario(tmp_path, "more", POSTS), precision=precision)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"replications": 3, "precision": Precision(1)}, "replications: the number of replications follows"),
        ({"max_replications": 9}, "max_replications: a limit of replications belongs to a half-width"),
        ({"max_replications": 1, "precision": Precision(1)}, "max_replications: 1; expected 2 or more"),
        ({"batch": 0}, "batch: 0; expected 1 or more"),
        ({"threads": 0}, "threads: 0 threads"),
        ({"replications": 0}, "replications: 0 replications"),
    ],
)
def test_wrong_arguments_are_refused(arguments: dict, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        compare(write_tiny(tmp_path), write_scenario(tmp_path, "more", POSTS), **arguments)
    assert words in str(caught.value)


def test_the_manifest_holds_every_run() -> None:
    manifest = json.loads(json.dumps(comparison().manifest, allow_nan=False))
    assert (manifest["seed"], manifest["replications"], manifest["until"]) == (5, 6, 2030)
    assert [one["name"] for one in manifest["scenarios"]] == ["more", "entrants", "bonus"]
    for one in (manifest["baseline"], *manifest["scenarios"]):
        assert one["config"]["effective"]["replications"] == 6
        assert one["config"]["files"]
    assert [len(one["config"]["effective"]["levers"]) for one in manifest["scenarios"]] == [2, 1, 1]
    assert manifest["notes"]


def test_progress_counts_all_runs(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    compare(
        write_tiny(tmp_path),
        [write_scenario(tmp_path, "more", POSTS), write_scenario(tmp_path, "same")],
        replications=3,
        batch=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(done, 6) for done in range(1, 7)]


def test_more_replications_in_a_scenario_are_not_used(tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, "more", POSTS, more="replications: 9\n")
    assert compare(write_tiny(tmp_path), scenario).manifest["replications"] == 4


def test_comparisons_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        replace(comparison()).tables = {}  # type: ignore[misc]


def test_too_many_counts_for_the_memory_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from careersim.experiment import limits

    monkeypatch.setattr(limits, "_memory_bytes", lambda: 5_000_000)
    scenario = write_scenario(tmp_path, "more", POSTS)
    with pytest.raises(
        UserError, match="2 runs of 30 replications are too many at once: 60 replications need"
    ):
        compare(write_tiny(tmp_path), scenario, replications=30)
