"""Uncertain numbers: which there are, what their priors are, and a run with other numbers in place."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from careersim.config.load import load_run
from careersim.config.loaded import LoadedRun
from careersim.config.parameter_spec import ParameterSpec, SpecModel
from careersim.config.run_spec import LeverSpec
from careersim.errors import UserError
from careersim.model.assemble import assemble
from careersim.model.priors import Prior, fixed_paths, priors_of, with_values

CAREER = """
profession: guide
key: 7
label: {en: Guides, sv: Guider}
start_year: 2023
states:
  student: {label: {en: Student, sv: Student}, training: degree, accrues: true}
  guide: {label: {en: Guide, sv: Guide}, working_time: hours, serves: true}
  other: {label: {en: Elsewhere, sv: Annat}, working_time: hours}
  left: {label: {en: Left, sv: Slutat}, final: true}
trainings:
  degree: {requirement: degree_years}
working_times:
  hours: {levels: [50, 75, 100], review: review, shares: hours}
transitions:
  degree: {from: student, to: {guide: to_guide, other: to_other, left: to_left}, form: progress}
  leaves: {from: guide, to: left, form: hazard, rate: leaving, duration: by_years}
  stops: {from: other, to: left, form: hazard, rate: leaving}
streams:
  students:
    {label: {en: New, sv: Nya}, state: student, inflow: new, counties: places, women: women, ages: ages}
start:
  guide: {persons: start_guides, women: women, ages: ages}
parameters:
  degree_years: {unit: years, value: 3, SOURCE}
  review: {unit: rate_per_year, value: 0.2, low: 0.1, SOURCE}
  hours:
    unit: share
    by: [sex, age, level]
    values:
      women: {19-60: {50: 0.1, 75: 0.3, 100: 0.6}, 61+: {50: 0.2, 75: 0.4, 100: 0.4}}
      men: {19+: {50: 0.1, 75: 0.1, 100: 0.8}}
    otherwise: 0.3333
    low: 0.6
    high: 0.95
    SOURCE
  to_guide: {unit: share, value: 0.7, low: 0.6, high: 0.8, SOURCE}
  to_other: {unit: share, value: 0.2, low: 0.1, high: 0.3, SOURCE}
  to_left: {unit: share, value: 0.1, SOURCE}
  leaving:
    unit: probability_per_year
    by: age
    values: {60-64: 0.2, 65+: 0.4}
    otherwise: 0.01
    low: 0.3
    high: 0.5
    SOURCE
  by_years: {unit: rate_ratio, by: years_in_state, values: {0-1: 1.5}, otherwise: 1, low: 1, high: 2, SOURCE}
  new: {unit: persons_per_year, value: 50, distribution: {kind: lognormal, a: 3.9, b: 0.2}, SOURCE}
  places:
    {unit: inhabitants, data: {table: population, column: population, where: {year: '2024'}, by: county}}
  women: {unit: share, value: 0.6, low: 0.6, high: 0.6, SOURCE}
  ages: {unit: share, by: age, values: {19-24: 0.75, 25-34: 0.25}, low: 0.6, high: 0.9, SOURCE}
  start_guides:
    {unit: persons, by: county, values: {'01': 10, '03': 3}, otherwise: 1, low: 8, high: 15, SOURCE}
""".replace("SOURCE", "source: {assumption: Invented for this test}")

RUN = """
name: guides
professions: [guide.yaml]
until: 2026
demand:
  need_weight: {unit: weight, value: 1, low: 0.9, high: 1.2, source: {assumption: Invented for this test}}
levers:
  - name: bonus
    kind: rate
    profession: guide
    target: leaves
    operation: multiply
    value: 0.8
    low: 0.7
    high: 1
    from: 2025
    source: {assumption: Invented for this test}
  - name: posts
    kind: demand
    target: inhabitants
    operation: multiply
    value: 1
    distribution: {kind: normal, a: 1, b: 0.01}
    from: 2025
    source: {assumption: Invented for this test}
  - name: certain
    kind: demand
    target: inhabitants
    operation: multiply
    value: 1.1
    from: 2025
    source: {assumption: Invented for this test}
"""


@pytest.fixture
def run() -> LoadedRun:
    return load(CAREER)


def load(career: str, run: str = RUN) -> LoadedRun:
    Path("guide.yaml").write_text(career, encoding="utf-8")
    Path("guides.yaml").write_text(run, encoding="utf-8")
    return load_run("guides.yaml")


def values_of(run: LoadedRun, name: str) -> object:
    return run.careers[0].parameters[name].spec.values


def test_every_number_with_a_range_has_one_prior(run: LoadedRun) -> None:
    found = {prior.path: (prior.kind, prior.central, prior.low, prior.high) for prior in priors_of(run)}
    assert list(found) == [
        "guide.review",
        "guide.hours",
        "guide.to_guide",
        "guide.to_other",
        "guide.leaving",
        "guide.by_years",
        "guide.new",
        "guide.ages",
        "guide.start_guides",
        "demand.need_weight",
        "levers.bonus.value",
        "levers.posts.value",
    ]
    assert found["guide.review"] == ("pert", 0.2, 0.1, 0.2)  # one end is the number itself
    assert found["guide.hours"] == ("pert", 0.8, 0.6, 0.95)
    assert found["guide.leaving"] == ("pert", 0.4, 0.3, 0.5)
    assert found["guide.start_guides"] == ("pert", 10, 8, 15)
    assert found["guide.new"][0] == "lognormal"
    assert fixed_paths(run) == (
        "guide.degree_years",
        "guide.to_left",
        "guide.places",
        "guide.women",
        "levers.certain.value",
    )
    assert all("Invented" in prior.source and prior.label for prior in priors_of(run))


def test_pert_and_declared_distributions_have_their_quantiles(run: LoadedRun) -> None:
    priors = {prior.path: prior for prior in priors_of(run)}
    u = np.linspace(0, 1, 101)
    one = priors["guide.leaving"]
    np.testing.assert_allclose(one.quantile(u), 0.3 + 0.2 * stats.beta(3, 3).ppf(u), atol=1e-10)
    one = priors["guide.new"]
    assert isnan(priors["guide.hours"].a)
    inner = stats.lognorm(s=0.2, scale=np.exp(3.9))
    np.testing.assert_allclose(one.quantile(u), inner.ppf(1e-4 + (1 - 2e-4) * u), rtol=1e-9)
    assert (one.low, one.high) == pytest.approx((inner.ppf(1e-4), inner.ppf(1 - 1e-4)))


def test_a_distribution_is_cut_off_where_the_unit_ends() -> None:
    prior = Prior("x.y", "share", 0.9, 0.0, 1.0, "normal", "", a=0.9, b=0.2)
    theirs = stats.truncnorm((0 - 0.9) / 0.2, (1 - 0.9) / 0.2, 0.9, 0.2)
    u = np.linspace(0, 1, 51)
    np.testing.assert_allclose(prior.quantile(u), theirs.ppf(u), atol=1e-9)


def test_central_numbers_give_the_same_model(run: LoadedRun) -> None:
    same = with_values(run, {prior.path: prior.central for prior in priors_of(run)})
    assert assemble(same) == assemble(run)
    assert same == run


def test_a_table_moves_in_proportion(run: LoadedRun) -> None:
    found = with_values(run, {"guide.leaving": 0.5, "guide.by_years": 1.8}).careers[0].parameters
    assert found["leaving"].spec.values == {"60-64": pytest.approx(0.25), "65+": 0.5}
    assert found["leaving"].spec.otherwise == pytest.approx(0.0125)
    assert found["by_years"].spec.otherwise == pytest.approx(1.2)
    rate = assemble(with_values(run, {"guide.leaving": 0.5})).professions[0].transitions[1].hazard
    assert rate is not None
    assert rate.rate.at(age=70) == pytest.approx(-np.log(0.5))  # still a probability until it is resolved


def test_shares_of_a_whole_share_what_is_left(run: LoadedRun) -> None:
    moved = values_of(with_values(run, {"guide.hours": 0.9}), "hours")
    assert moved == {
        "women": {
            "19-60": {
                "50": pytest.approx(0.08125),
                "75": pytest.approx(0.24375),
                "100": pytest.approx(0.675),
            },
            "61+": {"50": pytest.approx(0.55 / 3), "75": pytest.approx(1.1 / 3), "100": pytest.approx(0.45)},
        },
        "men": {"19+": {"50": pytest.approx(0.05), "75": pytest.approx(0.05), "100": 0.9}},
    }
    assert values_of(with_values(run, {"guide.ages": 0.9}), "ages") == {
        "19-24": 0.9,
        "25-34": pytest.approx(0.1),
    }


def test_records_below_a_lever_are_numbers_of_their_own(run: LoadedRun) -> None:
    """As of a bonus, whose block holds records and names of records."""
    record = run.careers[0].parameters["to_guide"].spec
    block = Block(uptake=record, answers={"leaving": Answer(newcomers=record)}, years=3)
    lever = BlockLever.model_validate(
        {**run.spec.levers[0].model_dump(by_alias=True, exclude_defaults=True), "block": block}
    )
    spec = run.spec.model_copy(update={"levers": [lever, *run.spec.levers[1:]]})
    blocked = replace(run, spec=spec)
    paths = [prior.path for prior in priors_of(blocked) if prior.path.startswith("levers.bonus.")]
    assert paths == [
        "levers.bonus.value",
        "levers.bonus.block.uptake",
        "levers.bonus.block.answers.leaving.newcomers",
    ]
    assert with_values(blocked, dict.fromkeys(paths[1:], 0.7)) == blocked
    moved = with_values(blocked, {paths[2]: 0.65, paths[0]: 0.9}).spec.levers[0]
    assert isinstance(moved, BlockLever)
    assert moved.value == 0.9
    assert moved.block.answers["leaving"].newcomers.value == 0.65
    assert moved.block.uptake is block.uptake


class Answer(SpecModel):
    newcomers: ParameterSpec


class Block(SpecModel):
    uptake: ParameterSpec
    answers: dict[str, Answer]
    years: int


class BlockLever(LeverSpec):
    block: Block


@pytest.mark.parametrize("end", ["low", "high"])
def test_both_ends_of_everything_can_be_simulated(run: LoadedRun, end: str) -> None:
    assemble(with_values(run, {prior.path: getattr(prior, end) for prior in priors_of(run)}))


def test_destinations_of_a_transition_share_a_whole(run: LoadedRun) -> None:
    def shares(values: dict[str, float]) -> list[float]:
        transition = assemble(with_values(run, values)).professions[0].transitions[0]
        return [one.share for one in transition.destinations]

    assert shares({"guide.to_guide": 0.76}) == pytest.approx([0.76, 0.16, 0.08])
    assert shares({"guide.to_guide": 0.8, "guide.to_other": 0.1}) == pytest.approx([0.8, 0.1, 0.1])
    everything = {"guide.to_guide": 0.6, "guide.to_other": 0.3, "guide.to_left": 0.3}
    assert shares(everything) == pytest.approx([0.5, 0.25, 0.25])


def test_persons_stay_whole(run: LoadedRun) -> None:
    moved = with_values(run, {"guide.start_guides": 14.2})
    spec = moved.careers[0].parameters["start_guides"].spec
    assert spec.values == {"01": 14.0, "03": 4.0}
    assert spec.otherwise == 1.0


def test_levers_and_need_weight_move(run: LoadedRun) -> None:
    moved = with_values(run, {"levers.bonus.value": 0.9, "demand.need_weight": 1.1})
    model = assemble(moved)
    assert model.professions[0].rate_levers[0].factor == 0.9
    assert set(model.demand.need_weight.values) == {1.1}
    assert moved.spec.levers[1:] == run.spec.levers[1:]


def test_published_tables_move_by_their_scale(run: LoadedRun) -> None:
    largest = max(assemble(run).demand.inhabitants.values)
    data = run.careers[0].parameters["places"].spec.data
    moved = with_values(run, {"guide.places": 1e6}).careers[0].parameters["places"].spec.data
    assert data is not None
    assert moved is not None
    assert moved.scale == pytest.approx(1e6 / largest, rel=0.2)  # the largest of another year
    assert replace(run) == run


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"guide.leavin": 1.0}, ["unknown number 'guide.leavin'", "did you mean 'guide.leaving'?"]),
        ({"levers.bonus": 1.0}, ["unknown number 'levers.bonus'", "levers.bonus.value"]),
        (
            {"guide.leaving": 1.5},
            ["guide.leaving: 1.5 is out of range for probability_per_year", "0 to 0.99"],
        ),
        ({"guide.new": float("nan")}, ["guide.new: nan is out of range"]),
        ({"levers.bonus.value": float("inf")}, ["levers.bonus.value: inf is no number"]),
    ],
)
def test_wrong_numbers_are_refused(run: LoadedRun, values: dict[str, float], words: list[str]) -> None:
    with pytest.raises(UserError) as caught:
        with_values(run, values)
    for word in words:
        assert word in str(caught.value)


def test_a_lever_out_of_its_range_is_refused_when_the_model_is_built(run: LoadedRun) -> None:
    with pytest.raises(UserError, match="-1 is out of range"):
        assemble(with_values(run, {"levers.bonus.value": -1.0}))


def test_a_range_that_does_not_hold_the_number_is_refused() -> None:
    run = load(CAREER.replace("low: 0.3\n", "low: 0.45\n"))
    with pytest.raises(UserError) as caught:
        priors_of(run)
    assert "guide.yaml: parameters.leaving: the range 0.45 to 0.5 does not hold 0.4" in str(caught.value)


@pytest.mark.parametrize(
    ("career", "path", "words"),
    [
        (
            CAREER.replace("values: {0-1: 1.5}, otherwise: 1, low: 1", "values: {0+: 0}, low: 0"),
            "guide.by_years",
            "a table of zeros cannot be moved in proportion",
        ),
        (
            CAREER.replace("men: {19+: {50: 0.1, 75: 0.1, 100: 0.8}}", "men: {19+: {100: 0.3334}}"),
            "guide.hours",
            "shares of a whole can only move where all of them are listed",
        ),
        (
            CAREER.replace("values: {19-24: 0.75, 25-34: 0.25}", "values: {19-24: 1}"),
            "guide.ages",
            "no other share can take what '19-24' leaves",
        ),
    ],
)
def test_tables_that_cannot_move_are_refused(career: str, path: str, words: str) -> None:
    run = load(career.replace("low: 0.6, high: 0.9,", "high: 1,"))
    with pytest.raises(UserError) as caught:
        with_values(run, {path: 0.5})
    assert f"{path}: {words}" in str(caught.value)


def test_the_baseline_has_priors_for_all_professions(repository: Path) -> None:
    run = load_run(repository / "configs" / "baseline.yaml")
    priors = priors_of(run)
    counts = {
        career.spec.profession: sum(p.path.startswith(f"{career.spec.profession}.") for p in priors)
        for career in run.careers
    }
    assert all(count >= 30 for count in counts.values()), json.dumps(counts)
    assert len(priors) == sum(counts.values())
    model = assemble(run)
    assert assemble(with_values(run, {prior.path: prior.central for prior in priors})) == model
    for end in ("low", "high"):
        assemble(with_values(run, {prior.path: getattr(prior, end) for prior in priors}))
