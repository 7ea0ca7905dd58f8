"""Twice the posts, without limits of supervisors and applicants and with fixed durations: the closed form.

The degenerate career of `test_dlf_engine`, with the lever of configs/scenarios/st_double.yaml from the ninth
year on and applicants for all posts. Write T for the trainees at the start and S for the specialists (even
ages). T/8 a year come in whatever is done; the T who take the added posts at once in year D come in together
eight years later, and their posts are taken by T others who come in together eight years after that:

    S + T t/8 + T floor((t - D)/8) [t >= D] - S t/25, for t < 25.

Over whole trainings from the first certificate on, that is the 2 T/8 a year of the published formula.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from careersim.config.load import load_run
from careersim.engines.numba_engine import NumbaEngine
from careersim.model.assemble import assemble
from careersim.model.graph import Model
from tests.oracle.test_dlf_engine import (
    COUNTY_CODES,
    F64,
    I64,
    OFF,
    START,
    Counties,
    by_chance,
    career,
    chance_bound,
    evenly,
    of_the_report,
    start,
)
from tests.scenarios.library import card

DOUBLED = 9
"""Year of the simulation in which posts are doubled; until then so many applicants have gathered."""

LAST = 24
SUPPLY = 0.35
"""Applicants a year for each trainee of the start: 2/8 take posts, and a posts-full is taken at once."""


def build(folder: Path, trainees: I64, factor: float, training_years: int = 8) -> Model:
    document = career(trainees, training_years, 25)
    document["parameters"]["new"]["value"] = SUPPLY * int(trainees.sum())  # type: ignore[index]
    (folder / "degenerate.yaml").write_text(json.dumps(document), encoding="utf-8")
    lines = ["county_code,year,population"]
    lines += [f"{code},{year},100000" for code in COUNTY_CODES for year in (START, START + LAST)]
    (folder / "inhabitants.csv").write_text("\n".join(lines), encoding="utf-8")
    run = {
        "name": "degenerate",
        "professions": ["degenerate.yaml"],
        "until": START + LAST,
        "feedback": False,
        "demand": {"population": "inhabitants.csv"},
        "levers": [
            {
                "name": "double", "kind": "seats", "profession": "degenerate", "target": "posts",
                "operation": "multiply", "value": factor, "from": START + DOUBLED,
                "source": {"assumption": "That of st_double"},
            }
        ],
    }  # fmt: skip
    (folder / "run.yaml").write_text(json.dumps(run), encoding="utf-8")
    return assemble(load_run(folder / "run.yaml"))


def lived(model: Model, people: object) -> tuple[I64, I64, I64]:
    """Specialists and trainees by year and county, and posts left empty."""
    engine = NumbaEngine(model.professions[0], model, people, seed=8, replication=25, threads=2)  # type: ignore[arg-type]
    records = [engine.record] + [engine.step() for _ in range(LAST)]
    stock = np.array([record.stock.sum(axis=2) for record in records])
    seats = np.array([record.seats[0] for record in records[1:]])
    return stock[:, 2], stock[:, 1], seats[:, :, 3] - seats[:, :, 6]


def closed_form(counties: Counties) -> F64:
    t = np.arange(LAST + 1.0)[:, None]
    there, trained = counties.specialists[None, :], counties.trainees[None, :]
    added = np.where(t >= DOUBLED, np.floor((t - DOUBLED) / 8), 0.0)
    return there + trained * t / 8 + trained * added - there * t / 25


def test_the_lever_is_that_of_the_scenario() -> None:
    (lever,) = card("st_double").levers
    assert (lever.kind, lever.operation, lever.value, lever.last_year) == ("seats", "multiply", 2.0, None)


def test_doubled_posts_are_the_closed_form_in_every_year_and_county(tmp_path: Path) -> None:
    counties = of_the_report()
    specialists, trainees, empty = lived(build(tmp_path, counties.trainees, 2.0), start(counties, "even"))
    assert np.all(empty == 0)
    assert np.all(trainees[DOUBLED:] == 2 * counties.trainees)
    assert np.abs(specialists - closed_form(counties)).max() < OFF


def test_over_a_whole_training_the_growth_is_that_of_the_published_formula(tmp_path: Path) -> None:
    counties = of_the_report()
    specialists, _, _ = lived(build(tmp_path, counties.trainees, 2.0), start(counties, "even"))
    first, later = DOUBLED + 7, DOUBLED + 15  # before the first and the second lump
    growth = (specialists[later] - specialists[first]) / 8
    formula = 2 * counties.trainees / 8 - counties.specialists / 25
    assert np.abs(growth - formula).max() < 2 * OFF / 8


def test_drawn_one_by_one_the_doubling_is_the_closed_form_within_chance(tmp_path: Path) -> None:
    """Who takes an added post has a fixed training, so that the chance is that of the start alone."""
    counties = of_the_report()
    people = start(counties, "even", by_chance)
    specialists, _, _ = lived(build(tmp_path, counties.trainees, 2.0), people)
    found = np.abs(specialists - closed_form(counties))
    bound = chance_bound(counties, "even")[: LAST + 1]
    # Posts that fall free by chance are taken again, so that the second round has the chance of the first.
    assert np.all(found <= bound)
    assert found.max() > 50


@pytest.mark.parametrize(("factor", "training_years"), [(1.9, 8), (2.0, 7)])
def test_fewer_posts_or_a_shorter_training_are_found_in_every_county(
    factor: float, training_years: int, tmp_path: Path
) -> None:
    """Planted faults."""
    counties = of_the_report()
    model = build(tmp_path, counties.trainees, factor, training_years)
    people = start(counties, "even", evenly, training_years)
    specialists, _, _ = lived(model, people)
    assert np.abs(specialists - closed_form(counties)).max(axis=0).min() > 20 * OFF
