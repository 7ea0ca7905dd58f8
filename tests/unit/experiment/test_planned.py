"""What a planner decides on: declared in the career file, chosen by name, counted in whole units."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from careersim.errors import UserError
from careersim.experiment.planned import planned_lever
from careersim.model.assemble import read_model
from careersim.model.graph import Planning, Profession
from careersim.schema import COUNTIES
from tests.unit.experiment.towns import write_towns

ALL = np.ones(COUNTIES, np.bool_)
YEARS = (2023, 2027, 2033)


@pytest.fixture(scope="module")
def healers(tmp_path_factory: pytest.TempPathFactory) -> Profession:
    return read_model(write_towns(tmp_path_factory.mktemp("towns")))[1].professions[0]


@pytest.fixture(scope="module")
def shipped(repository: Path) -> dict[str, Profession]:
    model = read_model(repository / "configs" / "calibration" / "sourced.yaml")[1]
    return {one.name: one for one in model.professions}


@pytest.mark.parametrize(
    ("name", "kind", "lever", "years"),
    [
        ("doctor", "posts", "st", 5),  # 5.5 full-time years, of which AT counts for half a year
        ("district_nurse", "posts", "specialist_training", 2),  # 1.25 years
        ("occupational_therapist", "intake", "students", 3),
        ("physiotherapist", "intake", "students", 3),
        ("psychologist", "intake", "students", 6),  # five years of study and one of practice
    ],
)
def test_the_shipped_careers_declare_their_levers(
    name: str, kind: str, lever: str, years: int, shipped: dict[str, Profession]
) -> None:
    found = planned_lever(shipped[name])
    assert (found.kind, found.name) == (kind, lever)
    assert found.years_on_the_way(shipped[name]) == years
    kept = [shipped[name].pools[index].name for index in found.keeps_up]
    assert kept == (["ptp"] if name == "psychologist" else [])


def test_without_a_declaration_the_first_pool_of_trainees_is_taken(healers: Profession) -> None:
    assert healers.planning is None
    assert planned_lever(healers).name == "posts"
    assert planned_lever(healers).years_on_the_way(healers) == 2


def test_another_lever_is_chosen_by_name_and_nothing_keeps_up_with_it(healers: Profession) -> None:
    declared = replace(healers, planning=Planning(None, 0, (0,)))
    assert planned_lever(declared).keeps_up == (0,)
    assert planned_lever(declared, "students").keeps_up == (0,)
    other = planned_lever(declared, "posts")
    assert (other.kind, other.keeps_up) == ("posts", ())
    with pytest.raises(UserError, match=r"no lever 'student'; .*posts, students; did you mean 'students'"):
        planned_lever(healers, "student")


def test_intake_is_counted_in_whole_persons_that_sum_to_the_nations(healers: Profession) -> None:
    lever = planned_lever(healers, "students")
    today = lever.today(healers, 2027)
    assert today.sum() == 420
    assert set(today.tolist()) == {20}


def test_only_counties_asked_about_and_years_from_the_first_change(healers: Profession) -> None:
    asked = np.arange(COUNTIES) == 2
    for name in ("posts", "students"):
        lever = planned_lever(healers, name)
        before = lever.today(healers, 2027)
        changed = lever.changed(healers, before + 7, asked, YEARS)
        for year in range(2024, 2034):
            wanted = before + 7 * asked * (year >= 2027)
            assert np.array_equal(lever.today(changed, year), wanted), (name, year)
        same = lever.changed(healers, before, ALL, YEARS)
        assert np.array_equal(lever.today(same, 2030), before)


def test_intake_replaces_what_levers_add(healers: Profession) -> None:
    stream = healers.streams[0]
    added = replace(stream.added, values=tuple(3.0 for _ in stream.added.values))
    more = replace(healers, streams=(replace(stream, added=added),))
    lever = planned_lever(more, "students")
    assert lever.today(more, 2027).sum() == 420 + 3 * COUNTIES
    changed = lever.changed(more, np.full(COUNTIES, 5), ALL, YEARS)
    assert lever.today(changed, 2027).tolist() == [5] * COUNTIES
    assert lever.today(changed, 2026).sum() == 420 + 3 * COUNTIES


def test_pools_that_keep_up_have_posts_for_everybody_from_the_first_year(healers: Profession) -> None:
    declared = replace(healers, planning=Planning(None, 0, (0,)))
    changed = planned_lever(declared).changed(declared, np.full(COUNTIES, 5), ALL, YEARS)
    (pool,) = changed.pools
    assert pool.posts is not None
    assert pool.posts.at(county=3, year=2026) == 12
    assert pool.posts.at(county=3, year=2027) >= 100_000
