"""On the degenerate graph the posts found are the trainees of DLF's formula.

Write N for the need, S for the specialists at the start, T for the trainees of the formula at a horizon of 16
years: T = 8/25 N + 8 (N - S)/16. The start has T trainees anywhere in their 8 years, and S specialists, the
oldest of whom retire first: N/25 a year as long as S >= 16/25 N. With `a` posts from the first year on, the T
come in within eight years whatever `a` is; whoever takes one of the posts they leave, and the a - T who start
at once, come in during the next eight. So there are S + T + a - 16/25 N specialists after 16 years, and N if
and only if a = T.

Tolerance: spread evenly, the specialists that have come and gone are each off by less than one person (`OFF`,
two in all), a post is one specialist, and both T and the answer are whole numbers: OFF + 1 posts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from careersim.experiment import posts_needed as search
from careersim.experiment.posts_needed import Needed
from careersim.experiment.posts_runs import Question
from careersim.model.assemble import read_model
from careersim.outputs.posts_table import posts_table
from careersim.population.columns import Population
from careersim.published.dlf_formula import Settings, trainees_needed
from careersim.schema import COUNTIES, COUNTY_CODES
from tests.oracle.test_dlf_engine import OFF, START, Counties, career, start

NEED = 1_000
HORIZON = 16
FORMULA = Settings(horizon_years=HORIZON)
SPECIALISTS = np.linspace(660, 1_000, COUNTIES).round().astype(np.int64)
TRAINEES = np.rint([trainees_needed(FORMULA, NEED, float(s)) for s in SPECIALISTS]).astype(np.int64)
TOLERANCE = OFF + 1


@dataclass(frozen=True)
class Source:
    """The same persons in every replication: chance has no part in who comes in and who retires."""

    people: Population

    def population(self, *_: object) -> Population:
        return self.people


def world(folder: Path, training_years: int = 8) -> Path:
    """Posts of the run are a quarter too few in one county and too many in the next; applicants in plenty."""
    document = career(TRAINEES, training_years, 25)
    wrong = np.where(np.arange(COUNTIES) % 2, TRAINEES * 5 // 4, TRAINEES * 3 // 4)
    posts = {code: int(count) for code, count in zip(COUNTY_CODES, wrong, strict=True)}
    document["parameters"]["posts"]["values"] = posts
    document["parameters"]["new"]["value"] = 0.3 * int(TRAINEES.sum())
    (folder / "degenerate.yaml").write_text(json.dumps(document), encoding="utf-8")
    inhabitants = NEED * 1_100
    rows = [f"{code},{year},{inhabitants}" for code in COUNTY_CODES for year in (START, START + 30)]
    (folder / "inhabitants.csv").write_text(
        "\n".join(["county_code,year,population", *rows]), encoding="utf-8"
    )
    run = {
        "name": "degenerate",
        "professions": ["degenerate.yaml"],
        "until": START + HORIZON,
        "feedback": False,
        "demand": {"population": "inhabitants.csv"},
        "guideline": {"profession": "degenerate"},
    }
    (folder / "run.yaml").write_text(json.dumps(run), encoding="utf-8")
    return folder / "run.yaml"


def answer(folder: Path, training_years: int = 8) -> tuple[Needed, np.ndarray]:
    run, model = read_model(world(folder, training_years))
    people = start(Counties(NEED, SPECIALISTS, TRAINEES), "oldest", training_years=training_years)
    question = Question(START + HORIZON, 0.5, START + 1, "ratio", "headcount", tuple(range(COUNTIES)), 1, 3)
    found = search.posts_needed(model, run.spec.guideline, question, Source(people))
    table = posts_table(found, question, run.spec.guideline, model.demand)
    return found, table["dlf_trainees"].to_numpy()


def test_the_posts_are_those_of_the_formula_in_every_county(tmp_path: Path) -> None:
    found, formula = answer(tmp_path)
    assert np.abs(formula - TRAINEES).max() <= 0.5  # the column of the table is the formula
    assert found.met.all()
    assert np.abs(found.posts - formula).max() <= TOLERANCE
    assert np.abs(found.posts - found.today).min() > TOLERANCE  # and not where the search began


def test_a_training_a_year_too_short_is_found_in_every_county(tmp_path: Path) -> None:
    """Planted fault: after seven years the T have come in and T/7 more; fewer posts suffice."""
    found, formula = answer(tmp_path, training_years=7)
    assert np.all(formula - found.posts > TOLERANCE)
