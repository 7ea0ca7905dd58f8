"""List size: every printed number of Tabell 3-5, worked examples, and a user's own counties."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from careersim.errors import ConfigError
from careersim.published import list_size_formula
from careersim.published.approx import Approx, exactly
from careersim.published.ledger import Tally, tallies
from careersim.published.list_size import CALCULATION
from careersim.published.list_size_formula import (
    ListSizeArea,
    ListSizeCounty,
    ListSizeRow,
    ListSizeSettings,
    compute,
    difference,
    increase_percent,
    inhabitants_per_specialist,
    need,
    whole,
)
from careersim.published.user_table import read_rows, setting_values


def counties(settings: ListSizeSettings, *rows: ListSizeRow) -> dict[str, ListSizeCounty]:
    return {row.county_code: row for row in compute(rows or CALCULATION.published(), settings)["list_size"]}


def areas(settings: ListSizeSettings, *rows: ListSizeRow) -> dict[str, ListSizeArea]:
    return {row.group: row for row in compute(rows or CALCULATION.published(), settings)["all_counties"]}


def own(code: str, inhabitants: float, specialists: float | None) -> ListSizeRow:
    return ListSizeRow(
        code, exactly(inhabitants), None if specialists is None else exactly(specialists), None, None
    )


def test_every_printed_number_is_reproduced() -> None:
    checks = CALCULATION.checks()
    assert tallies("list-size", checks) == (
        Tally("list-size", "Tabell 3", printed=13, inputs=6, exact=7, within=0, differ=0, unexplained=0),
        Tally("list-size", "Tabell 4", printed=4, inputs=0, exact=4, within=0, differ=0, unexplained=0),
        Tally("list-size", "Tabell 5", printed=122, inputs=41, exact=81, within=0, differ=0, unexplained=0),
        Tally("list-size", "Text on Tabell 3-4", 6, inputs=0, exact=3, within=3, differ=0, unexplained=0),
    )


def test_another_rounding_or_list_size_loses_printed_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    def exact() -> int:
        return sum(one.verdict == "exact" for one in CALCULATION.checks())

    right = exact()
    assert right == 95
    original = list_size_formula.whole
    monkeypatch.setattr(list_size_formula, "whole", lambda number, rounding: original(number, "up"))
    # Stockholm's need and difference, and the ratios of Västerbotten and of the country
    assert exact() == right - 4
    monkeypatch.setattr(list_size_formula, "whole", lambda number, rounding: original(number, "nearest"))
    assert exact() < right - 40
    monkeypatch.setattr(
        list_size_formula, "whole", lambda number, rounding: original(number * 1.02, rounding)
    )
    assert exact() < right - 60


@pytest.mark.parametrize(
    ("number", "rounding", "rounded"),
    [
        (2027.02, "tenths_up", 2027),
        (2409.08, "tenths_up", 2410),
        (1583.03, "up", 1584),
        (1583.03, "tenths_up", 1583),
        (1583.5, "nearest", 1584),
        (1583.03, "none", 1583.03),
        (107.0, "tenths_up", 107),
        (math.inf, "tenths_up", math.inf),
    ],
)
def test_rounding(number: float, rounding: str, rounded: float) -> None:
    assert whole(number, rounding) == rounded


def test_formulas_by_hand() -> None:
    assert need(159_748, 1500) == 107  # Blekinge: 106.5
    assert need(159_748, 1000, "none") == 159.748
    assert inhabitants_per_specialist(159_748, 48) == 3329  # 3,328.1
    assert difference(48, 107) == -59
    assert increase_percent(48, 107) == pytest.approx(122.92, abs=0.01)
    assert increase_percent(120, 100) == pytest.approx(-16.67, abs=0.01)


def test_nobody_there() -> None:
    assert inhabitants_per_specialist(1000, 0) == math.inf
    assert math.isnan(inhabitants_per_specialist(0, 0))
    assert increase_percent(0, 3) == math.inf
    found = counties(ListSizeSettings(), own("01", 3000, 0), own("03", 0, 0))
    assert found["01"].inhabitants_per_specialist == Approx(math.inf, math.inf, math.inf)
    assert found["01"].difference == exactly(-2)
    assert found["03"].inhabitants_per_specialist is None
    assert found["03"].need == exactly(0)


def test_gotland_is_what_the_other_counties_leave() -> None:
    gotland = counties(ListSizeSettings())["09"]
    assert gotland.specialists == Approx(17, 12, 19)
    assert gotland.need == exactly(40)
    assert gotland.difference == Approx(-23, -28, -21)
    assert gotland.inhabitants_per_specialist == Approx(3508, 3139, 4970)


def test_all_counties_together() -> None:
    country = areas(ListSizeSettings())["general_medicine"]
    assert country.counties == 21
    assert country.inhabitants == exactly(10_319_473)
    assert country.specialists == Approx(4410, 4405, 4412)
    assert country.need == exactly(6880)
    assert country.need_of_counties == exactly(6891)  # each county is rounded up
    assert country.difference == Approx(-2470, -2475, -2468)
    assert country.lacking_in_counties == Approx(2481, 2479, 2486)
    assert list(areas(ListSizeSettings())) == ["general_medicine"]  # no others are published by county


def test_another_list_size() -> None:
    settings = setting_values(ListSizeSettings, {"list_size": "1000"})
    assert areas(settings)["general_medicine"].difference == Approx(-5910, -5915, -5908)
    # 1,100 is the guideline of later documents: 10,319,473 / 1,100 = 9,381.3
    assert areas(ListSizeSettings(list_size=1100))["general_medicine"].need == exactly(9382)


def test_a_surplus_helps_no_other_county() -> None:
    area = areas(ListSizeSettings(), own("01", 15_000, 12), own("03", 15_000, 6))["general_medicine"]
    assert area.difference == exactly(-2)
    assert area.lacking_in_counties == exactly(4)
    assert area.increase_percent is not None
    assert area.increase_percent.value == pytest.approx(100 * 2 / 18)


def test_other_specialists_count_if_asked_for() -> None:
    row = ListSizeRow("12", exactly(1500 * 10), exactly(7), exactly(2), exactly(1))
    for group, short in (
        ("general_medicine", -3),
        ("with_paediatrics", -1),
        ("with_paediatrics_and_geriatrics", 0),
    ):
        assert counties(ListSizeSettings(count=group), row)["12"].difference == exactly(short)
        assert areas(ListSizeSettings(), row)[group].difference == exactly(short)


def test_unknown_specialists_leave_the_need() -> None:
    rows = (own("01", 15_000, None), own("03", 15_000, 6))
    found = counties(ListSizeSettings(), *rows)["01"]
    assert (found.need, found.difference, found.inhabitants_per_specialist) == (exactly(10), None, None)
    area = areas(ListSizeSettings(), *rows)["general_medicine"]
    assert (area.need, area.specialists, area.lacking_in_counties) == (exactly(20), None, None)


def test_no_rows_give_empty_tables() -> None:
    assert compute((), ListSizeSettings()) == {"list_size": [], "all_counties": []}


def test_own_counties_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "county_code,inhabitants,specialists,specialists_low,specialists_high\n09,61000,15,10,19\n",
        encoding="utf-8",
    )
    found = counties(ListSizeSettings(), *read_rows(path, ListSizeRow))["09"]
    assert found.specialists == Approx(15, 10, 19)
    assert found.difference == Approx(-26, -31, -22)  # 61,000 / 1,500 = 40.7


def test_a_list_of_nobody_is_refused() -> None:
    with pytest.raises(ConfigError, match="0 is out of range"):
        setting_values(ListSizeSettings, {"list_size": "0"})
