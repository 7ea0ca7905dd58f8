"""Tabell 2-5 of the guideline report: shares of 2023 kept, the psychologist alternative, the text."""

from collections import Counter
from dataclasses import replace

import pytest

from careersim.data import figures_by_county
from careersim.errors import UserError
from careersim.published import scb_projection_formula
from careersim.published.approx import Approx, exactly, of_figure
from careersim.published.ledger import tallies
from careersim.published.ratios import change_percent
from careersim.published.scb_projection import CALCULATION, checks, implied_nation
from careersim.published.scb_projection_formula import (
    Row,
    Settings,
    added_demand,
    allocated,
    allocated_gap,
    compute,
    published,
)
from careersim.published.statements import FORECAST_TABLES
from careersim.published.user_table import read_rows, setting_values


def own_row(persons, profession="psychologist", code="23", **national):
    cells = dict.fromkeys(("national", "national_supply", "national_demand", "national_demand_alt"))
    return Row(profession, code, exactly(persons), **(cells | national))


def county(tables, profession, code):
    return next(row for row in tables["counties"] if (row.profession, row.county_code) == (profession, code))


def nation(tables, profession):
    return next(row for row in tables["nation"] if row.profession == profession)


# The ledger


def test_every_printed_number_is_accounted_for():
    found = [
        (one.published_table, one.printed, one.inputs, one.exact, one.within, one.differ, one.unexplained)
        for one in tallies("scb-projection", checks())
    ]
    assert found == [
        ("Tabell 2", 110, 25, 56, 29, 0, 0),
        ("Tabell 3", 110, 25, 59, 26, 0, 0),
        ("Tabell 4", 110, 25, 50, 35, 0, 0),
        ("Tabell 5", 154, 25, 90, 39, 0, 0),
        ("Text", 25, 2, 16, 5, 2, 0),
    ]


def test_only_the_two_documented_statements_on_district_nurses_differ():
    found = {check.figure.key[:2]: check.reason for check in checks() if check.verdict == "differs"}
    documented = (
        "District nurse supply 2040 is 9 500 here, 9 600 in the table; "
        "growth +4 percent in the text, +2.7 from the table."
    )
    assert found == {
        (("profession", "district_nurse"), ("indicator", "supply_growth")): documented,
        (("profession", "district_nurse"), ("indicator", "supply_2040")): documented,
    }


def test_every_cell_of_the_tables_is_checked_once():
    cells = [check.figure.key for check in checks() if check.figure.table == "professions_projection"]
    assert len(set(cells)) == len(cells) == 22 * (3 * 5 + 7)


def test_what_the_formula_takes_as_given_is_an_input():
    inputs = Counter()
    for check in checks():
        if check.verdict == "input" and check.figure.table == "professions_projection":
            key = dict(check.figure.key)
            inputs[key["year"], key["series"], key["county_code"] == "00"] += 1
    assert inputs == {
        ("2023", "baseline", False): 84,
        ("2030", "supply", True): 4,
        ("2030", "demand", True): 4,
        ("2040", "supply", True): 4,
        ("2040", "demand", True): 4,
    }


def test_a_wrong_addition_is_seen_in_the_ledger():
    (table,) = (one for one in tallies("", checks(Settings(added_per_year=0))) if one.printed == 154)
    assert (table.exact, table.within, table.differ) == (63, 38, 28)


def test_a_wrong_share_is_seen_in_the_ledger(monkeypatch):
    monkeypatch.setattr(
        scb_projection_formula, "allocated", lambda part, whole, later: 1.1 * part / whole * later
    )
    found = Counter(check.verdict for check in checks())
    assert found["exact"] < 120  # of 271
    assert found["differs"] > 100


# Formulas


def test_a_county_keeps_its_share_of_2023():
    assert allocated(220, 9350, 9600) == pytest.approx(225.882, abs=0.001)
    assert allocated(0, 9350, 9600) == 0


def test_the_gap_is_supply_minus_demand():
    assert allocated_gap(1420, 9350, 9600, 10900) == pytest.approx(-197.433, abs=0.001)


def test_growth_is_in_percent_of_the_first():
    assert change_percent(5500, 5000) == pytest.approx(-9.0909, abs=0.0001)


@pytest.mark.parametrize(
    ("year", "added"), [(2023, 0), (2025, 0), (2026, 120), (2030, 600), (2035, 1200), (2040, 1200)]
)
def test_the_alternative_adds_120_a_year_from_2026_to_2035(year, added):
    assert added_demand(year, Settings()) == added


def test_the_alternative_is_for_psychologists_only():
    tables = compute(published(), Settings(year=2030))
    assert nation(tables, "psychologist").demand_alt == Approx(4000, 3950, 4050)
    assert nation(tables, "psychologist").gap_alt.value == -600
    assert {row.demand_alt for row in tables["counties"] if row.profession != "psychologist"} == {None}


def test_the_interval_is_that_of_the_printed_inputs():
    supply = county(compute(published(), Settings()), "district_nurse", "10").supply
    assert supply.low == pytest.approx(215 / 9355 * 9550)
    assert supply.high == pytest.approx(225 / 9345 * 9650)


def test_supply_is_demand_in_2023_as_the_document_assumes():
    tables = compute(published(), Settings(year=2023))
    assert {row.gap.value for row in tables["nation"]} == {0}
    row = county(tables, "physiotherapist", "01")
    assert row.supply.value == row.demand.value == pytest.approx(1540)


@pytest.mark.parametrize(("year", "supply"), [(2025, 5500 - 200 * 2 / 7), (2030, 5300), (2035, 5150)])
def test_years_between_lie_on_a_straight_line(year, supply):
    found = nation(compute(published(), Settings(year=year)), "occupational_therapist").supply
    assert found.value == pytest.approx(supply)


def test_the_national_table_adds_up_the_counties():
    row = nation(compute(published(), Settings()), "occupational_therapist")
    assert (row.counties, row.persons.value, row.sum_persons.value) == (21, 5500, 5480)
    assert row.sum_supply.value == pytest.approx(5000 * 5480 / 5500)
    assert row.gap == Approx(-1900, -2000, -1800)


def test_county_cells_imply_a_narrower_national_total():
    before, later = (
        {code: of_figure(cell) for code, cell in figures_by_county(
            "professions_projection", "value", profession="district_nurse", year=year, series=series
        ).items()}
        for year, series in ((2023, "baseline"), (2040, "supply"))
    )  # fmt: skip
    found = implied_nation(before, later, exactly(9353))
    assert (round(found.low), round(found.high)) == (9572, 9650)


def test_every_column_is_one_national_total_shared_out():
    """All 21 cells of every column agree with one growth, and that with the printed national row."""
    for profession in FORECAST_TABLES:
        base = {
            c: of_figure(f)
            for c, f in figures_by_county(
                "professions_projection", "value", profession=profession, year=2023, series="baseline"
            ).items()
        }
        national = nation(compute(published(), Settings(year=2023)), profession).persons
        for year in (2030, 2040):
            printed = nation(compute(published(), Settings(year=year)), profession)
            for series in ("supply", "demand", "demand_alt")[: 3 if profession == "psychologist" else 2]:
                cells = {
                    c: of_figure(f)
                    for c, f in figures_by_county(
                        "professions_projection", "value", profession=profession, year=year, series=series
                    ).items()
                }
                implied = implied_nation(base, cells, national)
                total = getattr(printed, series)
                assert implied.low <= total.high
                assert implied.high >= total.low  # fmt: skip


def test_counties_that_contradict_each_other_imply_no_total():
    before = {"01": exactly(100), "03": exactly(100)}
    assert implied_nation(before, {"01": exactly(100), "03": exactly(110)}, exactly(200)) is None
    assert implied_nation(before, {"01": exactly(110), "03": exactly(110)}, None) is None


def test_an_empty_county_says_nothing_of_the_total():
    before = {"01": exactly(100), "03": exactly(0)}
    assert implied_nation(
        before, {"01": exactly(110), "03": exactly(0)}, exactly(100)
    ).value == pytest.approx(110)


# A user's own rows


def test_own_counts_are_shared_into_the_published_forecast():
    tables = compute([own_row(50)], Settings(year=2030))
    found = county(tables, "psychologist", "23")
    assert found.supply.value == pytest.approx(50 / 3230 * 3400)
    assert found.demand_alt.value == pytest.approx(50 / 3230 * 4000)
    assert nation(tables, "psychologist").counties == 1


def test_nobody_stays_nobody():
    found = county(compute([own_row(0)], Settings()), "psychologist", "23")
    assert (found.supply, found.gap) == (exactly(0), exactly(0))


def test_an_own_national_forecast_takes_the_place_of_the_published_one():
    row = own_row(40, national=exactly(2000), national_supply=exactly(2200), national_demand=exactly(2500))
    found = county(compute([row], Settings()), "psychologist", "23")
    assert (found.supply.value, found.demand.value, found.gap.value) == pytest.approx((44, 50, -6))
    assert found.demand_alt is None  # SCB's alternative does not go with another demand


def test_another_profession_needs_its_own_national_figures():
    with pytest.raises(UserError, match=r"no national forecast of 'psycholgist'[\s\S]*psychologist"):
        compute([own_row(40, "psycholgist")], Settings())
    with pytest.raises(UserError, match="no national forecast of 'dietitian'"):
        compute([own_row(40, "dietitian", national=exactly(500))], Settings())
    row = own_row(40, "dietitian", national=exactly(500), national_supply=exactly(600))
    found = county(compute([row], Settings()), "dietitian", "23")
    assert found.supply.value == pytest.approx(48)
    assert (found.demand, found.gap) == (None, None)


def test_rows_of_one_profession_share_their_national_figures():
    rows = [own_row(40, code="23", national=exactly(2000)), own_row(40, code="24")]
    with pytest.raises(
        UserError, match="rows of psychologist in the counties 23 and 24 have different national"
    ):
        compute(rows, Settings())


def test_a_table_with_the_three_required_columns_is_enough(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("profession,county_code,persons,persons_low,persons_high\npsychologist,09,10,1,19\n")
    (row,) = read_rows(path, Row)
    assert row == replace(own_row(10, code="09"), persons=Approx(10, 1, 19))
    assert county(compute([row], Settings()), "psychologist", "09").supply.low == pytest.approx(3750 / 3235)


def test_settings_from_words():
    assert setting_values(Settings, {"year": "2035", "added_per_year": "60"}) == Settings(2035, 60.0)


def test_the_calculation_names_itself():
    assert CALCULATION.name == "scb-projection"
    assert CALCULATION.settings() == Settings(2040, 120.0, 2026, 2035)
    assert len(CALCULATION.published()) == 84
