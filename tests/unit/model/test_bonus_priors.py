"""The records of a bonus are uncertain numbers of a run like any other."""

from __future__ import annotations

from pathlib import Path

from careersim.experiment.draws import draw_priors, priors_of, with_values
from careersim.model.assemble import assemble, read_model

SCENARIO = Path(__file__).parents[3] / "configs/scenarios/stay_bonus_norrbotten.yaml"
PREFIX = "levers.stay_bonus_norrbotten.bonus."


def test_every_record_of_a_bonus_has_a_prior_and_moves() -> None:
    run, model = read_model(SCENARIO)
    priors = [prior for prior in priors_of(run) if prior.path.startswith(PREFIX)]
    assert [prior.path.removeprefix(PREFIX) for prior in priors] == [
        "uptake",
        "salary",
        "responses.leaving.newcomers",
        "responses.leaving.incumbents",
        "attraction.elasticity",
        "rebound",
    ]
    assert assemble(with_values(run, {prior.path: prior.central for prior in priors})) == model
    drawn = draw_priors(priors, 2, 1).at(0)
    bonus = next(one for one in assemble(with_values(run, drawn)).professions if one.bonuses).bonuses[0]
    assert bonus.uptake == drawn[f"{PREFIX}uptake"]
    assert bonus.salary == drawn[f"{PREFIX}salary"]
    assert bonus.rebound == drawn[f"{PREFIX}rebound"]
    response = bonus.responses[0]
    assert response.newcomers == drawn[f"{PREFIX}responses.leaving.newcomers"]
    assert response.incumbents == drawn[f"{PREFIX}responses.leaving.incumbents"]
