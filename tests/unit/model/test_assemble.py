"""Assembly: numbers by hand from small records."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from careersim.config.load import load_run, shipped_careers
from careersim.model.assemble import assemble, read_model
from careersim.model.demand import distances_km
from careersim.model.graph import Hazard, Model
from careersim.schema import COUNTIES, COUNTY_CODES

Build = Callable[..., Model]


def hazard(model: Model, name: str) -> Hazard:
    found = next(one for one in model.professions[0].transitions if one.name == name).hazard
    assert found is not None
    return found


def test_yearly_probability_becomes_a_rate(build: Build) -> None:
    rate = hazard(build(), "leave").rate
    assert rate.by == ("sex", "age")
    assert rate.at(sex=0, age=64) == -math.log1p(-0.02)
    assert rate.at(sex=1, age=120) == -math.log1p(-0.6)


def test_dimensions_are_put_in_one_order(build: Build) -> None:
    values = "{0-59: {women: 0.1, men: 0.2}, 60+: {women: 0.3, men: 0.4}}"
    record = f"unit: rate_per_year, by: [age, sex], values: {values}"
    rate = hazard(build(leaving_rate=record), "leave").rate
    assert rate.by == ("sex", "age")
    assert [rate.at(sex=sex, age=age) for sex in (0, 1) for age in (59, 60)] == [0.1, 0.3, 0.2, 0.4]


def test_otherwise_fills_what_is_not_listed(build: Build) -> None:
    posts = build().professions[0].pools[0].posts
    assert posts is not None
    assert [posts.at(county=county, year=2024) for county in (0, 1, 11)] == [20.0, 2.0, 10.0]


@pytest.mark.parametrize(
    ("between", "expected"),
    [("step", [10, 10, 10, 10, 20, 20, 20, 20]), ("linear", [10, 10, 15, 20, 20, 20, 20, 20])],
)
def test_years_between_and_around_those_given(build: Build, between: str, expected: list[float]) -> None:
    values = "{2024: 10, 2027: 20}" if between == "step" else "{2024: 10, 2026: 20}"
    record = f"unit: posts, by: year, between: {between}, values: {values}"
    posts = build(funded_posts=record).professions[0].pools[0].posts
    assert posts is not None
    assert posts.first_year == 2023
    assert [posts.at(county=3, year=year) for year in range(2023, 2031)] == expected


def test_shares_of_bands_are_spread_over_single_ages(build: Build) -> None:
    ages = build().professions[0].streams[0].ages
    assert ages.at(age=19) == 0.75 / 6
    assert ages.at(age=34) == 0.25 / 10
    assert ages.at(age=18) == ages.at(age=35) == 0.0
    assert math.fsum(ages.values) == pytest.approx(1, abs=1e-12)


def test_rounded_shares_are_put_right_and_exact_ones_left_alone(build: Build) -> None:
    rounded = build(student_ages="unit: share, by: age, values: {20: 0.33, 21: 0.33, 22: 0.33}")
    assert rounded.professions[0].streams[0].ages.at(age=20) == pytest.approx(1 / 3)
    assert build().professions[0].working_times[0].shares.values == (0.3, 0.7)


def test_national_persons_are_spread_by_largest_remainder(build: Build) -> None:
    model = build(
        workers="unit: persons, value: 22", places="unit: weight, by: county, values: {'01': 1}, otherwise: 1"
    )
    assert model.professions[0].start[0].persons == (2, *(1,) * (COUNTIES - 1))


def test_persons_by_county_are_those_of_the_table(build: Build) -> None:
    assert build().professions[0].start[1].persons[:3] == (1090, 190, 140)


def test_national_inflow_is_spread_by_weights(build: Build) -> None:
    places = "unit: weight, by: county, values: {'01': 3, '14': 1}, otherwise: 0"
    inflow = build(places=places).professions[0].streams[0].inflow
    assert inflow.at(county=0, year=2030) == 75 * 0.75
    assert inflow.at(county=0, year=2023) == 30.0
    assert inflow.at(county=1, year=2030) == 0.0


def test_margins_that_are_not_given_come_from_the_schemes(build: Build) -> None:
    start = build().professions[0].start
    assert start[0].sectors == (0.6, 0.0, 0.4, 0.0)
    assert start[1].sectors == (0.0, 0.0, 0.0, 1.0)
    assert dict(start[0].working_time) == pytest.approx({50: 0.3, 100: 0.7})


def test_working_time_of_the_start_weights_the_scheme_by_sex(build: Build) -> None:
    shares = "unit: share, by: [sex, level], values: {women: {50: 0.5, 100: 0.5}, men: {50: 0, 100: 1}}"
    start = build(level_shares=shares).professions[0].start
    assert dict(start[0].working_time) == pytest.approx({50: 0.3, 100: 0.7})


def test_inhabitants_lie_on_lines_between_published_years(build: Build) -> None:
    inhabitants = build().demand.inhabitants
    assert inhabitants.at(county=0, year=2024) == 2464390
    assert inhabitants.at(county=0, year=2023) == math.floor(2374550 + (2464390 - 2374550) * 4 / 5 + 0.5)
    assert build().demand.need_weight.values == (1.0,) * COUNTIES


def test_distances_are_symmetric_and_of_swedish_size() -> None:
    km = distances_km()
    assert all(km[i * COUNTIES + i] == 0 for i in range(COUNTIES))
    assert all(km[i * COUNTIES + j] == km[j * COUNTIES + i] for i in range(COUNTIES) for j in range(i))
    # Stockholm to Skåne is about 500 km.
    assert 400 < km[COUNTY_CODES.index("12")] < 600
    assert max(km) < 1600


def test_graph_refers_by_position(build: Build) -> None:
    profession = build().professions[0]
    names = [state.name for state in profession.states]
    apply = profession.transitions[1]
    assert (names[apply.source], names[apply.destinations[0].state], apply.pool) == ("working", "trainee", 0)
    certificate = profession.transitions[2]
    assert [(names[d.state], d.share) for d in certificate.destinations] == [
        ("expert", 0.9),
        ("working", 0.1),
    ]
    assert certificate.requirement == 200
    assert [state.pace_full_time for state in profession.states] == [True, False, False, False, False]


def test_assembling_twice_gives_the_same_model(cases: Path) -> None:
    run = load_run(cases / "good_run.yaml")
    assert assemble(run) == assemble(run)


@pytest.mark.parametrize("name", shipped_careers())
def test_every_shipped_career_assembles_alone(repository: Path, name: str) -> None:
    _, model = read_model(repository / "careersim" / "careers" / f"{name}.yaml")
    assert model.professions[0].name == name


def test_baseline_run_assembles(repository: Path) -> None:
    run, model = read_model(repository / "configs" / "baseline.yaml")
    assert len(model.professions) == len(run.spec.professions)
    assert model.first_year == min(profession.start_year for profession in model.professions)
