"""A sixth profession is one YAML file: the files of docs/how-to/add-a-profession.md, run as a newcomer would.

If this test breaks, the guide is wrong for whoever follows it.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from careersim.cli import main
from careersim.config.load import load_run, shipped_careers
from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord, arcs_of
from careersim.engines.reference import ReferenceEngine
from careersim.flows.identity import check_conservation
from careersim.model.assemble import assemble, read_model
from careersim.population.synthesis import MarginSource
from careersim.simulate import simulate

SEED = 1


@pytest.fixture
def guide(repository: Path) -> Path:
    return repository / "docs" / "how-to"


def test_no_code_knows_the_profession(guide: Path, repository: Path) -> None:
    word = re.compile("dietit|dietist", re.IGNORECASE)
    knowing = [
        path.relative_to(repository).as_posix()
        for path in (repository / "careersim").rglob("*")
        if path.suffix in {".py", ".yaml"} and word.search(path.read_text(encoding="utf-8"))
    ]
    assert knowing == []
    assert "dietitian" not in shipped_careers()


def test_every_number_is_flagged_as_an_assumption_unless_it_is_a_shipped_table(guide: Path) -> None:
    (career,) = load_run(guide / "dietitian-run.yaml").careers[:1]
    sources = {name: one.spec.source for name, one in career.parameters.items() if one.spec.data is None}
    assert {name for name, source in sources.items() if source is None or source.assumption is None} == set()


def test_the_files_are_valid(guide: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(guide / "dietitian.yaml"), str(guide / "dietitian-run.yaml")]
    assert main(["validate", *paths]) == 0
    told = [line.split("; ")[0] for line in capsys.readouterr().out.splitlines()]
    assert told == [f"{path}: fine" for path in paths]


def test_both_engines_live_the_same_dietitians(guide: Path) -> None:
    model = assemble(load_run(guide / "dietitian-run.yaml"))
    profession = next(one for one in model.professions if one.name == "dietitian")
    population = MarginSource(model).population(profession, SEED, 0)
    fast = NumbaEngine(profession, model, population, seed=SEED, replication=0)
    slow = ReferenceEngine(profession, model, population, seed=SEED, replication=0)
    before, arcs = fast.record, arcs_of(profession)
    for _ in range(profession.start_year, model.last_year):
        record = fast.step()
        other = slow.step()
        different = [
            field.name
            for field in fields(YearRecord)
            if not np.array_equal(getattr(record, field.name), getattr(other, field.name))
        ]
        assert different == []
        check_conservation(profession, arcs, before, record)
        before = record
    assert fast.people().differences(slow.people()) == {}
    states = {profession.states[index].name for index in np.unique(fast.people().state)}
    assert states == {state.name for state in profession.states}, "every state is lived in"


def test_the_lever_of_the_run_file_moves_the_profession(guide: Path) -> None:
    _, model = read_model(guide / "dietitian-run.yaml")
    (stream,) = model.professions[0].streams
    intake = [
        sum(stream.inflow.at(county=county, year=year) for county in range(21)) for year in (2025, 2026)
    ]
    assert intake == pytest.approx([150 + 20 * 2 / 7, 1.2 * (150 + 20 * 3 / 7)])


def test_results_have_the_profession_beside_a_shipped_one(guide: Path) -> None:
    result = simulate(guide / "dietitian-run.yaml", replications=2, until=2026)
    assert set(result.series) == {"dietitian", "occupational_therapist"}
    workforce = result.tables["workforce"].collect()
    assert set(workforce["profession"]) == {"dietitian", "occupational_therapist"}
    assert "Dietitian" in result.summary()
