"""Versions of the graph under levers: one for each set of levers that acts, sharing what is not changed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from careersim.lowering.lowered import Lowered, lower
from careersim.model.lever_types import ChoiceLever, WorkingTimeLever
from careersim.schema import AGES, COUNTIES
from tests.unit.engines.reference import toy

EVERYWHERE = (True,) * COUNTIES
HERE = tuple(county == 5 for county in range(COUNTIES))
PLAIN = replace(toy.PROFESSION, working_time_levers=(), choice_levers=())


def lowered(**levers: tuple[WorkingTimeLever, ...] | tuple[ChoiceLever, ...]) -> Lowered:
    profession = replace(PLAIN, **levers)
    return lower(profession, toy.country(profession))


def test_without_levers_there_is_no_version() -> None:
    plain = lowered()
    assert plain.versions.each == ()
    assert all(plain.versions.of(year) is None for year in range(toy.YEARS))


def test_years_with_the_same_levers_share_a_version() -> None:
    pulls = (
        ChoiceLever(0, 0.5, toy.START + 1, toy.START + 6, HERE),
        ChoiceLever(0, 0.5, toy.START + 3, toy.START + 4, HERE),
    )
    found = lowered(choice_levers=pulls).versions
    assert found.number[:9] == (-1, 0, 0, 1, 1, 0, 0, -1, -1)
    assert len(found.each) == 2


def test_a_version_shares_what_no_lever_touches() -> None:
    made = lowered(choice_levers=(ChoiceLever(1, 0.5, toy.START + 1, toy.LAST, HERE),))
    (version,) = made.versions.each
    assert version.graph.base is made.graph.base
    assert version.weights[0] is made.pools[0].weights
    assert np.array_equal(version.graph.destination_threshold[0], made.graph.destination_threshold[0])
    assert not np.array_equal(version.graph.destination_threshold[1], made.graph.destination_threshold[1])
    assert np.allclose(version.weights[1][..., 5], made.pools[1].weights[..., 5] * np.exp(0.5))
    others = np.arange(COUNTIES) != 5
    assert np.array_equal(version.weights[1][..., others], made.pools[1].weights[..., others])


def test_neutral_levers_change_no_threshold() -> None:
    levers = (WorkingTimeLever(1, 1.0, toy.START + 1, toy.LAST, EVERYWHERE, 0, AGES - 1),)
    made = lowered(
        working_time_levers=levers,
        choice_levers=(ChoiceLever(0, 0.0, toy.START + 1, toy.LAST, HERE),),
    )
    (version,) = made.versions.each
    assert np.array_equal(version.graph.destination_threshold, made.graph.destination_threshold)
    rows = version.graph.level_threshold[version.graph.level_row[1]]
    assert np.array_equal(rows, made.graph.level_threshold[made.graph.level_row[1]])


def test_counties_with_other_levers_have_rows_of_their_own() -> None:
    levers = (
        WorkingTimeLever(1, 0.5, toy.START + 1, toy.LAST, HERE, 30, 40),
        WorkingTimeLever(1, 0.0, toy.START + 1, toy.LAST, EVERYWHERE, 0, AGES - 1),
    )
    made = lowered(working_time_levers=levers)
    (version,) = made.versions.each
    row = version.graph.level_row
    assert row[0].tolist() == [0] * COUNTIES
    assert len({*row[1].tolist()}) == 2
    assert len(version.graph.level_threshold) == len(made.graph.level_threshold) + 2
    full_time_only = version.graph.level_threshold[row[1, 0], 0, 50]
    assert full_time_only.tolist() == [0, 0, 2**32]
