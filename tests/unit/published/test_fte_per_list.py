"""Listed patients per doctor: the printed inputs, the measure by hand, and a user's own health centres."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest

from careersim.data import figure
from careersim.errors import ConfigError
from careersim.published.approx import Approx, exactly
from careersim.published.catalogue import calculation
from careersim.published.frames import frame
from careersim.published.fte_per_list import (
    ListResult,
    ListRow,
    ListSettings,
    compute,
    doctor_fte,
    published,
)
from careersim.published.ledger import Tally, tallies
from careersim.published.user_table import read_rows, setting_values

NAME = "fte-per-list"
CALCULATION = calculation(NAME)
PRINTED = ListSettings()
ONE = ListRow("North", exactly(6600), exactly(4), exactly(2), None, None)


def measured(*rows: ListRow, settings: ListSettings = PRINTED) -> dict[str, ListResult]:
    return {one.unit: one for one in compute(rows or published(), settings)["listed_per_fte"]}


def together(*rows: ListRow) -> ListResult:
    (found,) = compute(rows, PRINTED)["together"]
    assert isinstance(found, ListResult)
    return found


def test_the_document_prints_results_only() -> None:
    assert tallies(NAME, CALCULATION.checks()) == (
        Tally(NAME, "Bilaga 5 Tabell 1", printed=6, inputs=6, exact=0, within=0, differ=0, unexplained=0),
        Tally(NAME, "Bilaga 5 text", printed=4, inputs=4, exact=0, within=0, differ=0, unexplained=0),
    )
    assert [row.listed for row in published()] == [None, None, None]


def test_the_published_weight_is_the_printed_one() -> None:
    printed = figure("other_indicators", "value", indicator="trainee_weight_in_doctor_fte")
    assert printed.value == PRINTED.trainee_weight


def test_the_three_health_centres_beside_1100() -> None:
    found = list(measured().values())
    assert [one.listed_per_fte for one in found] == [
        Approx(1801, 1800.5, 1801.5), Approx(1439, 1438.5, 1439.5), Approx(1485, 1484.5, 1485.5),
    ]  # fmt: skip
    over = [one.over_target.value for one in found if one.over_target is not None]
    assert over == pytest.approx([63.727, 30.818, 35.0], abs=1e-3)
    assert {one.basis for one in found} == {"printed"}
    assert [one.missing_fte for one in found] == [None, None, None]


def test_a_centre_by_hand() -> None:
    found = measured(ONE)["North"]
    assert found.doctor_fte == exactly(5)
    assert found.listed_per_fte == exactly(1320)
    assert found.over_target is not None
    assert found.over_target.value == pytest.approx(20)
    assert found.needed_fte == exactly(6)
    assert found.missing_fte == exactly(1)
    assert found.basis == "calculated"


def test_what_is_calculated_comes_before_what_was_printed() -> None:
    row = replace(ONE, printed_per_fte=exactly(1500))
    assert measured(row)["North"].listed_per_fte == exactly(1320)
    unknown = measured(replace(row, trainee_fte=None))["North"]
    assert (unknown.listed_per_fte, unknown.basis, unknown.doctor_fte) == (exactly(1500), "printed", None)
    nothing = measured(replace(ONE, listed=None))["North"]
    assert (nothing.listed_per_fte, nothing.basis, nothing.over_target) == (None, "not known", None)


def test_intervals_reach_the_result() -> None:
    row = replace(ONE, listed=Approx(6600, 6500, 6700), specialist_fte=Approx(4, 3.9, 4.1))
    ratio = measured(row)["North"].listed_per_fte
    assert ratio is not None
    assert ratio.low == pytest.approx(6500 / 5.1)
    assert ratio.high == pytest.approx(6700 / 4.9)


def test_a_wrong_weight_gives_another_measure() -> None:
    # The document leaves nothing to compare a weight with, so the hand-computed centre must notice it.
    for weight, expected in ((0, 1650), (100, 1100)):
        found = measured(ONE, settings=ListSettings(trainee_weight=weight))["North"]
        assert found.listed_per_fte == exactly(expected)
    assert doctor_fte(4, 2, 50) == 5


def test_no_doctors() -> None:
    alone = replace(ONE, specialist_fte=exactly(0), trainee_fte=exactly(0))
    assert measured(alone)["North"].listed_per_fte == exactly(math.inf)
    nobody = replace(alone, listed=exactly(0))
    assert measured(nobody)["North"].basis == "not known"


def test_units_together_are_those_with_known_figures() -> None:
    south = ListRow("South", exactly(3400), exactly(3), exactly(0), None, None)
    unknown = replace(south, unit="West", trainee_fte=None, printed_per_fte=exactly(9000))
    found = together(ONE, south, unknown)
    assert (found.listed, found.doctor_fte, found.listed_per_fte) == (
        exactly(10_000),
        exactly(8),
        exactly(1250),
    )
    assert together(unknown).basis == "not known"


def test_a_users_own_centres(tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("unit,listed,specialist_fte,trainee_fte\nNorth,6600,4,2\n", encoding="utf-8")
    rows = read_rows(table, ListRow)
    assert rows == (ONE,)
    settings = setting_values(ListSettings, {"target": "1000"})
    assert frame(compute(rows, settings)["listed_per_fte"])["needed_fte"].to_list() == [6.6]
    table.write_text("unit,listed\nNorth,-1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="out of range"):
        read_rows(table, ListRow)
