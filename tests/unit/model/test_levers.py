"""Levers: what they change, what they leave alone, and that a neutral one changes nothing at all."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from careersim.model.assemble import read_model
from careersim.model.graph import Model
from careersim.model.lever_records import lever_records
from careersim.model.priors import priors_of
from careersim.model.spread import apportion, multiplied

Build = Callable[..., Model]
Write = Callable[..., str]


@pytest.mark.parametrize(
    "keys",
    [
        {"kind": "seats", "target": "posts", "value": 1},
        {"kind": "seats", "target": "posts", "operation": "add", "value": 0},
        {"kind": "supervision", "target": "posts", "value": 1},
        {"kind": "entry", "target": "students", "value": 1},
        {"kind": "entry", "target": "students", "operation": "add", "value": 0},
    ],
)
def test_neutral_lever_leaves_every_number_as_it_was(
    build: Build, lever: Write, keys: dict[str, object]
) -> None:
    values = "{'01': {2023: 3.3, 2030: 0.1}}"
    record = f"unit: posts, by: [county, year], values: {values}, between: linear, otherwise: 7"
    plain, neutral = build(funded_posts=record), build(lever(**keys), funded_posts=record)
    for before, after in zip(plain.professions, neutral.professions, strict=True):
        assert after.streams == before.streams
        for pool, changed in zip(before.pools, after.pools, strict=True):
            for name in ("posts", "per_supervisor"):
                old, new = getattr(pool, name), getattr(changed, name)
                cells = [{"county": c, "year": y} for c in range(21) for y in range(2023, 2031)]
                assert [new.at(**cell) for cell in cells] == [old.at(**cell) for cell in cells]
        assert replace(after, pools=before.pools) == before


def test_seats_act_in_their_years_and_counties_only(build: Build, lever: Write) -> None:
    text = lever(kind="seats", target="posts", operation="add", value=5, to=2027, counties="['01', '25']")
    posts = build(text).professions[0].pools[0].posts
    assert posts is not None
    assert [posts.at(county=0, year=year) for year in (2025, 2026, 2027, 2028)] == [20, 25, 25, 20]
    assert [posts.at(county=county, year=2026) for county in (1, 20)] == [2, 7]


def test_levers_act_in_declared_order(build: Build, lever: Write) -> None:
    add = lever(name="add", kind="seats", target="posts", operation="add", value=10)
    double = lever(name="double", kind="seats", target="posts", value=2).removeprefix("levers:\n")
    posts = build(add + double).professions[0].pools[0].posts
    assert posts is not None
    assert posts.at(county=0, year=2030) == 60


def test_posts_never_fall_below_none(build: Build, lever: Write) -> None:
    posts = (
        build(lever(kind="seats", target="posts", operation="add", value=-5)).professions[0].pools[0].posts
    )
    assert posts is not None
    assert posts.at(county=1, year=2030) == 0


def test_fifteen_per_cent_more_of_a_hundred_posts_is_115(build: Build, lever: Write) -> None:
    text = lever(kind="seats", target="posts", value=1.15)
    posts = build(text, funded_posts="unit: posts, value: 100").professions[0].pools[0].posts
    assert posts is not None
    assert posts.at(county=0, year=2030) == 115


def test_entry_lever_adds_persons_apart_from_the_inflow(build: Build, lever: Write) -> None:
    text = lever(kind="entry", target="students", operation="add", value=3, counties="['03']")
    plain, added = build().professions[0].streams[0], build(text).professions[0].streams[0]
    assert added.inflow == plain.inflow
    assert [added.added.at(county=c, year=y) for c, y in ((1, 2025), (1, 2026), (0, 2026))] == [0, 3, 0]


def test_rate_lever_selects_persons(build: Build, lever: Write) -> None:
    text = lever(kind="rate", target="leave", value=0.5, ages="60-66", sectors="[private]", to=2028)
    (found,) = build(text).professions[0].rate_levers
    assert (found.transition, found.factor) == (3, 0.5)
    assert (found.first_year, found.last_year) == (2026, 2028)
    assert (found.age_low, found.age_high) == (60, 66)
    assert found.sectors == (False, False, True, False)
    assert all(found.counties)


def test_rate_lever_fades_by_halves(build: Build, lever: Write) -> None:
    text = lever(kind="rate", target="leave", value=0.25, decay_years=2)
    (found,) = build(text).professions[0].rate_levers
    assert [found.factor_in(year) for year in (2026, 2028, 2030)] == [0.25, 0.5, 0.25**0.25]
    assert found.factor_in(2027) == 0.25 ** (0.5**0.5)
    assert replace(found, factor=1.0).factor_in(2029) == 1.0
    assert replace(found, half_life_years=None).factor_in(2029) == 0.25


def test_several_targets_are_as_many_levers(build: Build, lever: Write) -> None:
    two = build(lever(kind="rate", target="[apply, leave]", value=0.5)).professions[0].rate_levers
    assert [(one.transition, one.factor) for one in two] == [(1, 0.5), (3, 0.5)]


def test_retirement_age_shifts_ages(build: Build, lever: Write) -> None:
    text = lever(
        kind="retirement_age", target="retire", operation="add", value=-1.5, sectors="[other]", to=2028
    )
    (found,) = build(text).professions[0].age_shifts
    assert (found.transition, found.years) == (4, -1.5)
    assert (found.first_year, found.last_year) == (2026, 2028)
    assert found.sectors == (False, False, False, True)
    assert all(found.counties)


def test_a_range_without_ends_stops_where_the_lever_may_be(build: Build, lever: Write) -> None:
    """A normal reaches below 0 and above every factor; no draw of a lever does."""
    spread = "{kind: normal, a: 0.5, b: 2000}"
    build(lever(kind="rate", target="leave", value=0.5, distribution=spread))
    run, _ = read_model("run.yaml")
    (prior,) = (one for one in priors_of(run) if one.path == "levers.test.value")
    assert (prior.low, prior.high) == (0.0, 1000.0)


def test_working_time_lever_selects_counties_and_ages(build: Build, lever: Write) -> None:
    text = lever(kind="working_time", target="usual", value=0.5, ages="30-50", counties="['03']", to=2027)
    (found,) = build(text).professions[0].working_time_levers
    assert (found.scheme, found.factor, found.age_low, found.age_high) == (0, 0.5, 30, 50)
    assert [county for county, selected in enumerate(found.counties) if selected] == [1]
    assert [found.acts_in(year) for year in (2025, 2026, 2027, 2028)] == [False, True, True, False]


def test_attractiveness_is_added_in_its_years_and_counties(build: Build, lever: Write) -> None:
    text = lever(
        kind="attractiveness", target="county", operation="add", value=0.4, counties="['03']", to=2027
    )
    more = lever(
        name="more", kind="attractiveness", target="county", operation="add", value=1, counties="['03', '04']"
    )
    profession = build(text + more.removeprefix("levers:\n")).professions[0]
    assert profession.choice_in(0, 2025) == profession.choices[0]
    pulls = {year: profession.choice_in(0, year).attractiveness[:4] for year in (2026, 2028)}
    assert pulls == {2026: (0, 1.4, 1, 0), 2028: (0, 1, 1, 0)}


def test_demand_lever_multiplies_inhabitants_and_need(build: Build, lever: Write) -> None:
    text = lever(kind="demand", target="[inhabitants, need_weight]", value=1.1, counties="['01']", to=2027)
    plain, changed = build().demand, build(text.replace("profession: tester, ", "")).demand
    for year in (2025, 2026, 2027, 2028):
        factor = 1.1 if year in (2026, 2027) else 1.0
        before = plain.inhabitants.at(county=0, year=year)
        assert changed.inhabitants.at(county=0, year=year) == math.floor(before * factor + 0.5)
        assert changed.need_weight.at(county=0, year=year) == factor
        assert changed.inhabitants.at(county=1, year=year) == plain.inhabitants.at(county=1, year=year)
        assert changed.need_weight.at(county=1, year=year) == 1.0


def test_records_tell_source_and_evidence(cases: Path) -> None:
    run, _ = read_model(cases / "good_run.yaml")
    first, second, *_ = lever_records(run)
    assert (first.name, first.profession) == ("less_leaving", "tester")
    assert (first.written["target"], first.written["from"], first.written["decay_years"]) == (
        ["leave"],
        2026,
        2,
    )
    assert first.source == "Invented for the tests of error messages"
    assert first.kind_of_source == "assumption"
    assert first.layer.endswith("good_run.yaml")
    assert first.evidence == {
        "setting": "Nowhere in 2020", "grade": "none", "effect": 0.5, "low": 0.4, "high": 0.9,
        "responds": "both", "note": "Invented",
    }  # fmt: skip
    assert second.evidence is None


def test_records_tell_the_numbers_inside_a_bonus(repository: Path) -> None:
    run, _ = read_model(repository / "configs" / "scenarios" / "stay_bonus_norrbotten.yaml")
    (record,) = lever_records(run)
    told = {number.name: number for number in record.numbers}
    assert {"bonus.uptake", "bonus.salary", "bonus.attraction.elasticity", "bonus.rebound"} <= set(told)
    assert (told["bonus.uptake"].value, told["bonus.uptake"].low) == (0.9, 0.6)
    assert str(told["bonus.responses.leaving.newcomers"].distribution).startswith("normal (1.57, ")
    assert all(number.source for number in record.numbers)
    assert "assumption" in {number.kind_of_source for number in record.numbers}


def test_apportion_serves_equal_remainders_in_order() -> None:
    assert apportion(4, (1.0, 1.0, 1.0)) == (2, 1, 1)
    assert apportion(5, (0.1, 0.1, 0.3)) == (1, 1, 3)
    assert apportion(0, (0.0, 0.0)) == (0, 0)


def test_multiplied_changes_no_bit_by_one() -> None:
    assert multiplied(0.1 + 0.2, 1.0) == 0.1 + 0.2
    assert multiplied(32.99999999999999, 1.0) == 32.99999999999999
    assert multiplied(100, 1.15) == 115
