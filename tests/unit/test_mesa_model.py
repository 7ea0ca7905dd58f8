"""`CareerModel`: the same lives as the engine, behind every Mesa tool that a user would reach for.

Invariants, before the cases: a step is a year; the frame of a collector has a row a year; processes, threads
and subclasses change nothing; chance comes from seed and replication alone.
"""

from __future__ import annotations

import inspect
import math
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pandas as pd
import pytest
from mesa.batchrunner import batch_run
from mesa.datacollection import DataCollector

from careersim.engines.numba_engine import NumbaEngine
from careersim.errors import UserError
from careersim.mesa_model import CareerModel
from careersim.model.assemble import read_model
from careersim.population.synthesis import MarginSource
from careersim.schema import COUNTY_CODES

LAST = 2030


@pytest.fixture
def config(repository: Path) -> str:
    return str(repository / "tests" / "errors" / "cases" / "good_run.yaml")


@pytest.fixture
def two_starts(repository: Path) -> str:
    """A run of two professions, one of which starts in 2023 and the other in 2021."""
    cases = repository / "tests" / "errors" / "cases"
    early = (cases / "good_career.yaml").read_text(encoding="utf-8")
    early = early.replace("profession: tester", "profession: early").replace("key: 7", "key: 8")
    early = early.replace("start_year: 2023", "start_year: 2021").replace("{2023: 40,", "{2021: 40,")
    Path("early.yaml").write_text(early, encoding="utf-8")
    text = f"name: two\nprofessions: ['{cases}/good_career.yaml', early.yaml]\nuntil: 2026\n"
    Path("two.yaml").write_text(text + "guideline: {profession: tester}\n", encoding="utf-8")
    return "two.yaml"


def by_hand(config: str, *, seed: int, replication: int) -> NumbaEngine:
    _, model = read_model(config)
    (profession,) = model.professions
    population = MarginSource(model).population(profession, seed, replication)
    return NumbaEngine(profession, model, population, seed=seed, replication=replication)


def frame_bytes(rows: list[dict[str, Any]]) -> bytes:
    return pd.DataFrame(rows).sort_values(["RunId", "Step"]).to_csv(index=False).encode()


def test_a_step_is_a_year_of_the_engine(config: str) -> None:
    model = CareerModel(config, seed=11, replication=3)
    engine = by_hand(config, seed=11, replication=3)
    assert model.people("tester").differences(engine.people()) == {}
    for year in range(2024, LAST + 1):
        model.step()
        record = engine.step()
        assert model.year == year
        assert all(
            np.array_equal(value, getattr(record, name))
            for name, value in vars(model.record("tester")).items()
        )
    assert model.people("tester").differences(engine.people()) == {}
    assert model.steps == LAST - 2023


def test_the_run_file_gives_the_seed(config: str) -> None:
    run, _ = read_model(config)
    default, named = CareerModel(config), CareerModel(config, rng=run.spec.seed)
    assert default.people("tester").differences(named.people("tester")) == {}
    assert default.people("tester").differences(CareerModel(config, seed=2).people("tester")) != {}


def test_run_model_stops_after_the_last_year_and_no_step_follows(config: str) -> None:
    model = CareerModel(config)
    model.run_model()
    assert (model.running, model.year, model.last_year) == (False, LAST, LAST)
    with pytest.raises(UserError, match="step: the run ends in 2030; expected at most one step for each"):
        model.step()


def test_stock_and_fte_are_sums_of_the_record(config: str) -> None:
    model = CareerModel(config)
    model.step()
    record, people = model.record("tester"), model.people("tester")
    assert model.stock("tester", "trainee") == int((people.state == 2).sum())
    # The workforce: `working` and `expert` serve and do not train.
    assert model.stock("tester") == int(record.stock[[1, 3]].sum())
    assert model.fte("tester") == int(record.fte_percent[[1, 3]].sum()) / 100
    skane = COUNTY_CODES.index("12")
    assert model.stock("tester", "expert", "12") == int(record.stock[3, skane].sum())
    assert model.stock("tester", "expert", "Skåne") == model.stock("tester", "expert", "12")
    assert sum(model.stock("tester", "expert", code) for code in COUNTY_CODES) == model.stock(
        "tester", "expert"
    )


def test_a_profession_waits_for_its_start(two_starts: str) -> None:
    model = CareerModel(two_starts)
    assert (model.year, model.professions) == (2021, ("tester", "early"))
    assert math.isnan(model.stock("tester"))
    message = "'tester' starts at the end of 2023, and the model is in 2021; step until its start year"
    with pytest.raises(UserError, match=message):
        model.people("tester")
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["year"].tolist() == [2022, 2023, 2024, 2025, 2026]
    assert frame["early_headcount"].notna().all()
    assert frame["tester_headcount"].isna().tolist() == [True, False, False, False, False]


def test_a_profession_alone_lives_the_same_lives(two_starts: str) -> None:
    both, alone = CareerModel(two_starts), CareerModel(two_starts, professions="tester", threads=2)
    both.run_model()
    alone.run_model()
    assert (alone.professions, alone.steps, both.steps) == (("tester",), 3, 5)
    assert both.people("tester").differences(alone.people("tester")) == {}


def test_the_default_collector_has_headcount_and_fte_by_profession(config: str) -> None:
    model = CareerModel(config)
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    assert list(frame.columns) == ["year", "tester_headcount", "tester_fte"]
    assert frame["year"].tolist() == list(range(2024, LAST + 1))
    assert frame["tester_headcount"].iloc[-1] == model.stock("tester")
    assert (frame["tester_fte"] < frame["tester_headcount"]).all()


def test_another_collector_may_take_its_place(config: str) -> None:
    model = CareerModel(config)
    model.datacollector = DataCollector(
        {
            "year": "year",
            "gotland": lambda m: m.stock("tester", "expert", "09"),
            "trainees": [model.stock, ["tester", "trainee"]],
        }
    )
    model.run_model()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["gotland"].iloc[-1] == model.stock("tester", "expert", "Gotland")
    assert frame["trainees"].iloc[-1] == model.stock("tester", "trainee")


def test_two_replications_differ_and_one_repeats_itself(config: str) -> None:
    parameters = {"config": config, "replication": [0, 1, 0], "professions": "tester"}
    rows = batch_run(CareerModel, parameters, data_collection_period=1, display_progress=False)
    runs = [
        [row["tester_headcount"] for row in sorted(rows, key=lambda row: row["Step"]) if row["RunId"] == run]
        for run in range(3)
    ]
    assert len(runs[0]) == LAST - 2023
    assert runs[0] == runs[2] != runs[1]


def test_batch_run_reports_the_last_year_unless_asked_for_more(config: str) -> None:
    rows = batch_run(CareerModel, {"config": config, "replication": range(2)}, display_progress=False)
    assert [(row["replication"], row["year"]) for row in rows] == [(0, LAST), (1, LAST)]


def test_two_processes_give_the_same_bytes_as_one(config: str) -> None:
    parameters: dict[str, Any] = {"config": config, "replication": range(3)}
    options: dict[str, Any] = {"data_collection_period": 1, "display_progress": False}
    if "rng" in inspect.signature(batch_run).parameters:  # Mesa 3.4 and later seed in this way
        options["rng"] = [5]
    else:
        parameters["seed"] = [5]
    alone = batch_run(CareerModel, parameters, number_processes=1, **options)
    spread = batch_run(CareerModel, parameters, number_processes=2, **options)
    assert {row["seed"] for row in alone} == {5}
    assert frame_bytes(alone) == frame_bytes(spread)


def test_no_generator_of_mesa_or_numpy_is_used(config: str) -> None:
    before = np.random.get_state()[1].tolist()  # noqa: NPY002  the generator that must stay untouched
    model = CareerModel(config)
    states = model.random.getstate(), model.rng.bit_generator.state
    model.run_model()
    assert (model.random.getstate(), model.rng.bit_generator.state) == states
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_a_derived_class_gets_generators_seeded_with_the_seed(config: str) -> None:
    one, two = CareerModel(config, seed=9), CareerModel(config, rng=np.int64(9))
    assert isinstance(one, mesa.Model)
    assert one.random.random() == two.random.random()
    assert one.rng.random() == two.rng.random()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            {"professions": "testr"},
            "professions: unknown profession 'testr'; expected one of tester; did you mean",
        ),
        ({"professions": []}, "professions: no profession is named"),
        ({"seed": 1, "rng": 1}, "seed, rng: seed and rng are two names for the same key; give only one"),
        ({"seed": -1}, "seed: -1 is not a seed of this model; expected a whole number from 0 to 1844"),
        ({"rng": np.random.default_rng(1)}, "no generator can be handed over"),
        ({"seed": True}, "seed: True is not a seed"),
        ({"replication": 2**32}, "replication: 4294967296 is not a replication"),
        ({"threads": 0}, "threads: 0 threads; expected 1 or more"),
        ({"config": "nowhere.yaml"}, "nowhere.yaml: file not found"),
    ],
)
def test_wrong_arguments_are_refused_with_a_remedy(
    config: str, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(UserError, match=message):
        CareerModel(**{"config": config, **arguments})


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (
            ("testr",),
            "profession: unknown profession 'testr'; expected one of tester; did you mean 'tester'?",
        ),
        (("tester", "workin"), "state: unknown state 'workin'; .* did you mean 'working'?"),
        (("tester", None, "Skane"), "county: unknown county 'Skane'; .* did you mean 'Skåne'?"),
        (("tester", None, "11"), "county: unknown county '11'"),
    ],
)
def test_unknown_names_are_met_with_the_nearest(config: str, asked: tuple[str, ...], message: str) -> None:
    model = CareerModel(config)
    with pytest.raises(UserError, match=message):
        model.stock(*asked)
    with pytest.raises(UserError, match=message):
        model.fte(*asked)
