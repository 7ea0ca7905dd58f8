"""Internship places: every printed number, worked examples, and a user's own years."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.errors import ConfigError
from careersim.published import at_places
from careersim.published.approx import Approx, exactly
from careersim.published.at_places import CALCULATION, PlacesRow, compute, shortfall
from careersim.published.declare import NoSettings
from careersim.published.ledger import Tally, tallies
from careersim.published.user_table import read_rows


def test_every_printed_number_is_an_input_or_reproduced_exactly() -> None:
    checks = CALCULATION.checks()
    assert tallies("at-places", checks) == (
        Tally("at-places", "Tabell 2", printed=15, inputs=9, exact=6, within=0, differ=0, unexplained=0),
    )
    printed = {(dict(one.figure.key)["year"], one.figure.column): one.figure.value for one in checks}
    assert printed["2022", "shortfall_vs_inflow"] == 53
    assert printed["2024", "shortfall_vs_desired"] == 244


def test_a_wrong_formula_loses_the_printed_shortfalls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(at_places, "shortfall", lambda needed, planned: needed - 0.99 * planned)
    assert sum(one.verdict == "exact" for one in CALCULATION.checks()) == 0


def test_shortfall_is_needed_less_planned() -> None:
    assert shortfall(1660, 1607) == 53
    assert shortfall(1600, 1607) == -7


def test_the_rounding_of_the_forecast_is_carried() -> None:
    first = compute(CALCULATION.published(), NoSettings())["at_places"][0]
    assert first.shortfall_inflow == Approx(53, 48, 58)
    assert first.shortfall_desired == Approx(93, 43, 143)


def test_all_years_together() -> None:
    (total,) = compute(CALCULATION.published(), NoSettings())["total"]
    assert (total.first_year, total.last_year, total.years) == (2022, 2024, 3)
    assert total.planned == exactly(1607 + 1635 + 1656)
    assert total.shortfall_inflow is not None
    assert total.shortfall_desired is not None
    assert (total.shortfall_inflow.value, total.shortfall_desired.value) == (53 + 45 + 69, 93 + 165 + 244)


def test_missing_numbers_stay_missing_and_none_are_zero() -> None:
    rows = (PlacesRow(2030, exactly(0), None, exactly(10)), PlacesRow(2031, exactly(5), None, None))
    tables = compute(rows, NoSettings())
    assert tables["at_places"][0].shortfall_inflow == exactly(-10)
    assert tables["at_places"][0].shortfall_desired is None
    assert tables["at_places"][1].shortfall_inflow is None
    assert tables["total"][0].shortfall_inflow is None


def test_no_rows_give_empty_tables() -> None:
    assert compute((), NoSettings()) == {"at_places": [], "total": []}


def test_own_years_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("year,inflow,planned\n2025,120,100\n2026,130.5,140\n", encoding="utf-8")
    tables = compute(read_rows(path, PlacesRow), NoSettings())
    assert [row.shortfall_inflow for row in tables["at_places"]] == [exactly(20), exactly(-9.5)]


def test_a_year_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("year,inflow,planned\n2025,120,100\n2025,130,140\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="year 2025 stands in line 2 already"):
        read_rows(path, PlacesRow)
