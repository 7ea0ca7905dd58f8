"""Bilaga 7 of the guideline report: Tabell 6-10, the unprinted population of 2030, rows that do not fit."""

from collections import Counter
from dataclasses import replace

import pytest

from careersim.data import figure, figures_by_county
from careersim.errors import UserError
from careersim.published import per_inhabitant, per_inhabitant_formula
from careersim.published.approx import Approx, exactly, grown_alike, of_figure
from careersim.published.ledger import tallies
from careersim.published.per_inhabitant import CALCULATION, checks
from careersim.published.per_inhabitant_formula import PROFESSIONS, Row, Settings, compute, published, scaled
from careersim.published.ratios import change_percent, on_line, per_100000
from careersim.published.user_table import read_rows, setting_values


def own_row(persons, first=100_000, between=None, last=110_000, code="23"):
    return Row(
        "dietitian",
        code,
        exactly(persons),
        exactly(first),
        None if between is None else exactly(between),
        exactly(last),
    )


def county(tables, profession, code):
    return next(row for row in tables["counties"] if (row.profession, row.county_code) == (profession, code))


# The ledger


def test_every_printed_number_is_accounted_for():
    found = [
        (one.published_table, one.printed, one.inputs, one.exact, one.within, one.differ, one.unexplained)
        for one in tallies("per-inhabitant", checks())
    ]
    assert found == [
        ("Tabell 6", 66, 42, 23, 1, 0, 0),
        ("Tabell 7", 66, 21, 30, 14, 1, 0),
        ("Tabell 8", 66, 21, 30, 14, 1, 0),
        ("Tabell 9", 66, 21, 31, 13, 1, 0),
        ("Tabell 10", 66, 21, 39, 4, 2, 0),
    ]


def test_national_rows_of_2040_and_one_county_differ():
    found = [
        (
            one.published_table,
            *(cell for _, cell in one.figure.key),
            one.figure.value,
            round(one.computed.value),
        )
        for one in checks()
        if one.verdict == "differs"
    ]
    assert found == [
        ("Tabell 7", "00", "district_nurse", "2040", 11010, 10968),
        ("Tabell 8", "00", "occupational_therapist", "2040", 5280, 5255),
        ("Tabell 9", "00", "physiotherapist", "2040", 7490, 7514),
        ("Tabell 10", "00", "psychologist", "2040", 3520, 3538),
        ("Tabell 10", "01", "psychologist", "2040", 1050, 1068),
    ]


def test_every_printed_cell_is_checked_once():
    keys = [(check.figure.table, check.figure.column, check.figure.key) for check in checks()]
    assert len(set(keys)) == len(keys) == 5 * 66


def test_a_printed_change_of_population_is_never_an_input():
    found = Counter(
        check.verdict for check in checks() if check.figure.column == "published_change_2024_2040_percent"
    )
    assert found == {"exact": 22}


def test_the_population_of_2030_comes_from_the_other_tables(monkeypatch):
    """What is printed in the checked table does not enter its own computation."""
    before = [check.computed for check in checks() if check.published_table == "Tabell 10"]
    true_persons = per_inhabitant.printed_persons

    def other_psychologists(code, profession, year):
        number = true_persons(code, profession, year)
        return exactly(1) if (profession, year) == ("psychologist", 2030) else number

    monkeypatch.setattr(per_inhabitant, "printed_persons", other_psychologists)
    assert [check.computed for check in checks() if check.published_table == "Tabell 10"] == before


def test_a_wrong_formula_is_seen_in_the_ledger(monkeypatch):
    monkeypatch.setattr(
        per_inhabitant_formula, "scaled", lambda persons, first, later: 1.1 * persons * later / first
    )
    found = Counter(check.verdict for check in checks() if check.published_table != "Tabell 6")
    assert found["exact"] < 70  # of 130
    assert found["differs"] > 50


# What the document leaves open


def test_a_straight_line_to_2040_misses_four_printed_cells_of_2030():
    tables = compute(published(), Settings())
    missed = []
    for profession in PROFESSIONS:
        cells = figures_by_county("professions_population_alt", "value", profession=profession, year=2030)
        for code, cell in cells.items():
            computed = county(tables, profession, code).persons_between
            if computed.high < cell.low or computed.low > cell.high:
                missed.append((profession, code))
    assert missed == [
        ("district_nurse", "22"),
        ("occupational_therapist", "14"),
        ("physiotherapist", "23"),
        ("psychologist", "01"),
    ]


def test_the_four_tables_agree_on_a_population_of_2030_in_every_county():
    for row in published()[:21]:
        pairs = [
            tuple(
                of_figure(figure(
                    "professions_population_alt", "value",
                    county_code=row.county_code, profession=profession, year=year,
                ))
                for year in (2024, 2030)
            )
            for profession in PROFESSIONS
        ]  # fmt: skip
        assert grown_alike(row.inhabitants, pairs) is not None


def test_one_printed_as_990_would_explain_the_psychologists_of_stockholm():
    row = next(row for row in published() if (row.profession, row.county_code) == ("psychologist", "01"))
    tables = compute([row, replace(row, persons=Approx(990, 985, 995))], Settings())
    printed, other = (outcome.persons_last for outcome in tables["counties"])
    assert printed.low > 1055
    assert other.low < 1055


# Formulas


def test_the_number_per_inhabitant_is_kept():
    assert scaled(420, 369_430, 377_750) == pytest.approx(429.459, abs=0.001)
    assert per_100000(420, 369_430) == pytest.approx(113.689, abs=0.001)
    assert per_100000(429.459, 377_750) == pytest.approx(113.689, abs=0.001)


def test_change_is_in_percent_of_the_first():
    assert change_percent(240_800, 224_480) == pytest.approx(-6.777, abs=0.001)


def test_a_straight_line_between_first_and_last():
    assert on_line(6 / 16, 240_800, 224_480) == 234_680


def test_inhabitants_that_counts_imply():
    found = grown_alike(exactly(1000), [(Approx(100, 95, 105), Approx(110, 105, 115)), (None, None)])
    assert (found.low, found.high) == pytest.approx((1000, 1000 * 115 / 95))
    assert found.value == pytest.approx((found.low + found.high) / 2)


@pytest.mark.parametrize(
    "counts",
    [
        [],
        [(exactly(0), exactly(0))],
        [(None, exactly(10))],
        [(exactly(100), exactly(100)), (exactly(100), exactly(120))],
    ],
)
def test_counts_that_imply_nothing(counts):
    assert grown_alike(exactly(1000), counts) is None


def test_the_interval_is_that_of_the_printed_inputs():
    found = county(compute(published(), Settings()), "district_nurse", "22").persons_last
    assert found.low == pytest.approx(355 * 224_475 / 240_805)
    assert found.high == pytest.approx(365 * 224_485 / 240_795)


# A user's own rows


def test_own_population_of_the_year_between_is_used():
    tables = compute([own_row(50, between=104_000), own_row(50, code="24")], Settings())
    given, line = tables["counties"]
    assert (given.persons_between.value, given.straight_line) == (pytest.approx(52), False)
    assert (line.persons_between.value, line.straight_line) == (pytest.approx(50 * 1.0375), True)
    assert given.persons_last.value == line.persons_last.value == pytest.approx(55)


def test_nobody_stays_nobody():
    (found,) = compute([own_row(0)], Settings())["counties"]
    assert found.persons_last == found.per_100000 == exactly(0)


def test_the_national_table_adds_up_and_scales():
    rows = [own_row(50, last=110_000), own_row(10, first=300_000, last=270_000, code="24")]
    (found,) = compute(rows, Settings())["nation"]
    assert (found.counties, found.persons.value, found.inhabitants.value) == (2, 60, 400_000)
    assert found.persons_last.value == pytest.approx(55 + 9)
    assert found.scaled_last.value == pytest.approx(60 * 380 / 400)
    assert found.population_change_percent.value == pytest.approx(-5)


def test_other_years_move_the_straight_line():
    (found,) = compute([own_row(50)], Settings(2025, 2030, 2035))["counties"]
    assert found.persons_between.value == pytest.approx(52.5)


@pytest.mark.parametrize("settings", [Settings(year_between=2024), Settings(last_year=2030)])
def test_years_must_be_in_order(settings):
    with pytest.raises(UserError, match=r"the years .* are not in order"):
        compute(published(), settings)


def test_a_table_without_the_year_between(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "profession,county_code,persons,persons_low,persons_high,inhabitants,inhabitants_last\n"
        "dietitian,09,10,1,19,61250,63080\n"
    )
    (row,) = read_rows(path, Row)
    (found,) = compute([row], setting_values(Settings, {"year_between": "2032"}))["counties"]
    assert found.persons_between.value == pytest.approx(10 * (61250 + 63080) / 2 / 61250)
    assert found.persons_last.high == pytest.approx(19 * 63080 / 61250)


def test_the_calculation_names_itself():
    assert CALCULATION.name == "per-inhabitant"
    assert CALCULATION.settings() == Settings(2024, 2030, 2040)
    assert len(CALCULATION.published()) == 84
