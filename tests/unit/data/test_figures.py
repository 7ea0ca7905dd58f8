"""Figures carry interval, unit and place; a wrong question is answered with the nearest name."""

import math

import pytest

from careersim.data import Rounding, counties, figure, figures_by_county, list_tables, load_table, source_of
from careersim.data.catalog import table_info
from careersim.data.figures import figure_column, figure_of
from careersim.data.reading import table_rows
from careersim.errors import DataError

COLUMNS = [(info.name, column) for info in list_tables() for column in info.figure_columns]


def every_figure(table, column):
    info = table_info(table)
    return [figure_of(info, figure_column(info, column), row) for row in table_rows(table)]


def bounds(found):
    return found.value, found.low, found.high


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_every_figure_has_a_place_a_unit_and_an_interval_around_its_value(table, column):
    for found in every_figure(table, column):
        assert found.document
        assert found.locator
        assert found.unit
        assert found.low <= found.high
        if found.value is not None:
            assert found.low <= found.value <= found.high
        assert found.suppressed == (found.rounding.kind == "suppressed")
        if found.suppressed:
            assert found.value is None


@pytest.mark.parametrize(("table", "column"), COLUMNS)
def test_a_figure_says_what_the_frame_says(table, column):
    parts = table_info(table).columns[column].parts
    frame = load_table(table)
    for found, low, high in zip(every_figure(table, column), frame[parts[0]], frame[parts[-1]], strict=True):
        if found.rounding.kind == "range":
            assert (found.low, found.high) == (low, high)
        else:
            assert found.value == (high if low is None else low)


# The published sums ----------------------------------------------------------------------------------------


def total(table, column, **where):
    return sum(found.value for found in figures_by_county(table, column, **where).values())


@pytest.mark.parametrize(
    ("table", "column", "where", "counties_sum", "printed"),
    [
        ("baseline_2023", "gps", {}, 4910, 4910),
        ("baseline_2023", "trainees", {}, 2445, 2440),
        ("st_scenarios", "trainees_2023", {}, 2450, 2445),
        ("st_scenarios", "trainees_mean_2021_2023", {}, 2443, 2444),
        ("st_scenarios", "trainees_plus_25pct", {}, 3065, 3055),
        ("st_scenarios", "trainees_plus_50pct", {}, 3670, 3665),
        ("gp_2019", "population", {}, 10_319_473, 10_319_473),
        ("gp_2019", "need_at_1500", {}, 6891, 6880),
        ("population", "population", {"year": 2019}, 10_319_473, 10_319_473),
        ("dlf_staffing_2023", "need", {}, 8269, 8271),
        ("dlf_staffing_2023", "trainees", {}, 3254.5, 3255),
        ("dlf_staffing_2023", "balance_trainees", {}, 2645, 2647),
        ("dlf_staffing_2023", "missing_trainees", {}, -609, -608),
    ],
)
def test_county_sums_beside_the_printed_national_row(table, column, where, counties_sum, printed):
    assert total(table, column, **where) == counties_sum
    assert figure(table, column, county_code="00", **where).value == printed


@pytest.mark.parametrize(
    ("profession", "differences"),
    [
        ("district_nurse", [0, 10, 10, -10, 30]),
        ("occupational_therapist", [-20, -10, 0, -30, 0]),
        ("physiotherapist", [0, 10, 0, 10, 0]),
        ("psychologist", [10, -10, -10, 10, 20, 0, -10]),
    ],
)
def test_projection_sums_differ_from_the_national_rows_as_documented(profession, differences):
    series = [(2023, "baseline"), (2030, "supply"), (2030, "demand"), (2030, "demand_alt")]
    series += [(2040, "supply"), (2040, "demand"), (2040, "demand_alt")]
    if profession != "psychologist":
        series = [pair for pair in series if pair[1] != "demand_alt"]
    found = []
    for year, name in series:
        key = {"profession": profession, "year": year, "series": name}
        national = figure("professions_projection", "value", county_code="00", **key).value
        found.append(total("professions_projection", "value", **key) - national)
    assert found == differences


def test_gotland_closes_the_gp_sum_of_2019_within_its_interval():
    found = figures_by_county("gp_2019", "gps_primary_care")
    others = sum(gps.value for code, gps in found.items() if code != "09")
    national = figure("gp_2019", "gps_primary_care", county_code="00")
    assert others == 4393
    assert national.low <= others + found["09"].high
    assert others + found["09"].low <= national.high


# Intervals -------------------------------------------------------------------------------------------------


def test_rounding_gives_half_a_step_to_either_side():
    found = figure("baseline_2023", "trainees", county_code="01")
    assert bounds(found) == (440, 437.5, 442.5)
    assert found.rounding == Rounding("nearest", 5)
    assert str(found.rounding) == "nearest 5"


def test_rounding_may_depend_on_the_row():
    key = {"profession": "district_nurse", "series": "supply", "year": 2040}
    assert figure("professions_projection", "value", county_code="00", **key).rounding.step == 100
    assert figure("professions_projection", "value", county_code="04", **key).rounding.step == 10
    assert figure("population", "population", county_code="04", year=2019).rounding.kind == "exact"
    assert figure("population", "population", county_code="04", year=2024).rounding.step == 10


def test_a_suppressed_count_is_null_with_an_interval():
    found = figure("gp_2019", "gps_primary_care", county_code="09")
    assert bounds(found) == (None, 0, 19)
    assert found.suppressed
    assert load_table("gp_2019").filter(county_code="09")["gps_primary_care"].to_list() == [None]


def test_a_figure_hidden_with_a_count_is_suppressed_without_narrowing():
    found = figure("gp_2019", "inhabitants_per_gp", county_code="09")
    assert found.suppressed
    assert bounds(found) == (None, 0, math.inf)


def test_an_empty_cell_that_nobody_hid_is_not_published():
    found = figure("dlf_staffing_2023", "specialists", county_code="05")
    assert found.rounding.kind == "not_published"
    assert not found.suppressed
    assert figure("gp_2019", "increase_needed_percent", county_code="00").rounding.kind == "not_published"


def test_sums_of_five_years_hide_counts_under_20():
    key = {"indicator": "newly_retired_primary_care_doctors", "period": "2014-2018"}
    found = figure("retirement_by_age", "value", age_group="62", sex="men", **key)
    assert bounds(found) == (None, 0, 19)
    assert found.unit == "persons, sum of five years"


def test_just_over_is_a_lower_bound_only():
    found = figure("professions_flows", "value", profession="district_nurse", indicator="outflow_retirement")
    assert bounds(found) == (250, 250, math.inf)
    assert found.rounding.kind == "lower_bound"


def test_wording_bounds_a_table_with_one_value_column():
    over = figure("dlf_part_time", "value", county_code="01", indicator="years_to_full_headcount")
    assert bounds(over) == (200, 200, math.inf)
    almost = figure("gp_national_series", "value", indicator="missing_gps_primary_care_at_1500_patients")
    assert bounds(almost) == (2500, 0, 2500)
    assert almost.rounding.kind == "upper_bound"


def test_a_range_has_no_single_value():
    found = figure("professions_flows", "value", profession="psychologist", indicator="outflow_retirement")
    assert bounds(found) == (None, 45, 60)
    assert found.rounding.kind == "range"


@pytest.mark.parametrize(
    ("table", "key", "step"),
    [
        ("gp_national_series", {"indicator": "gps_employed_total"}, 1000),
        ("gp_national_series", {"indicator": "t3_gp_health_care"}, 10),
        ("gp_national_series", {"indicator": "gps_mean_age"}, 1),
        ("professions_flows", {"profession": "physiotherapist", "indicator": "outflow_retirement"}, 5),
        ("other_indicators", {"profession": "nurse", "indicator": "share_aged_67_plus"}, 0.1),
    ],
)
def test_text_figures_are_as_precise_as_their_digits(table, key, step):
    assert figure(table, "value", **key).rounding == Rounding("nearest", step)


def test_never_is_an_infinite_figure():
    assert bounds(figure("dlf_staffing_2023", "years_to_full", county_code="10")) == (math.inf,) * 3


def test_unit_may_depend_on_the_row():
    assert figure("dlf_staffing_2023", "specialists", county_code="04").unit == "full-time equivalents"
    assert figure("dlf_staffing_2023", "specialists", county_code="06").unit == "persons"


# Selection -------------------------------------------------------------------------------------------------


def test_by_county_follows_the_order_of_codes_without_the_national_row():
    found = figures_by_county("baseline_2023", "gps")
    assert list(found) == [county.code for county in counties()]
    assert all(dict(gps.key)["county_code"] == code for code, gps in found.items())


def test_by_county_leaves_out_counties_without_a_row():
    found = figures_by_county("dlf_part_time", "value", indicator="specialists_fte")
    assert set(found) < {county.code for county in counties()}
    assert found["12"].value == 543


def test_source_of_rows():
    found = source_of("baseline_2023", county_code="01")
    assert found.document.key == "socialstyrelsen-2025-st"
    assert found.locators == ("Tabell 2, l. 884",)
    assert len(source_of("baseline_2023").locators) == 22


def test_source_of_rows_from_several_documents_is_refused():
    with pytest.raises(DataError, match="the rows come from 2 documents"):
        source_of("population")
    assert source_of("population", year=2040).document.key == "socialstyrelsen-2026-guideline"


@pytest.mark.parametrize(
    ("arguments", "key", "words"),
    [
        (("gp_2018", "population"), {}, "unknown table 'gp_2018'.*did you mean 'gp_2019'"),
        (("gp_2019", "populaton"), {}, "unknown figure column 'populaton'.*did you mean 'population'"),
        (("population", "kind"), {}, "unknown figure column 'kind'"),
        (("education_inflow", "value_low"), {}, "unknown figure column 'value_low'.*expected one of value"),
        (("gp_2019", "population"), {"county": "01"}, "unknown column 'county'.*did you mean 'county_code'"),
        (("gp_2019", "population"), {"county_code": 1}, "no row has county_code '1'.*did you mean '01'"),
        (("population", "population"), {"county_code": "01", "year": 2023}, "with county_code = '01'.*2024"),
        (("population", "population"), {"county_code": "01"}, r"3 rows fit .*add year \(year = 2019, 2024"),
        (("dlf_part_time", "value"), {"county_code": "14", "indicator": "trainees"}, "2 rows .*add locator"),
    ],
)
def test_a_wrong_question_is_answered_with_what_would_be_right(arguments, key, words):
    with pytest.raises(DataError, match=words):
        figure(*arguments, **key)


def test_a_row_printed_twice_is_chosen_by_its_place():
    key = {"county_code": "14", "indicator": "trainees"}
    assert figure("dlf_part_time", "value", locator="l. 457-458", **key).value == 595


def test_by_county_needs_counties():
    with pytest.raises(DataError, match="unknown column 'county_code'"):
        figures_by_county("at_places", "planned_places")
