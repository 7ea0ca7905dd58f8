"""Reading targets: what rows mean, what shipped tables hold, and every way of being wrong."""

from __future__ import annotations

import pickle
from math import inf
from pathlib import Path

import pytest

from calibration.coverage import central_coverage, read_coverages
from calibration.measures import MEASURES
from calibration.target_checks import check_targets
from calibration.targets import read_targets, shipped_targets
from careersim.data import document, figure, literature
from careersim.errors import ConfigError, DataError
from careersim.model.assemble import read_model
from tests.calibration.healers import read_rows, targets, write_rows
from tests.unit.flows import village

BASELINE = Path(__file__).parents[2] / "configs" / "baseline.yaml"
REFERENCE = {
    "value": "",
    "rounding": "",
    "document": "",
    "place": "",
    "table": "gp_2019",
    "column": "gps_primary_care",
}
HOURS = {
    **REFERENCE,
    "measure": "mean_hours",
    "kind": "share",
    "table": "dlf_part_time",
    "column": "value",
    "where": "indicator=specialists_fte",
    "per": "indicator=specialists_headcount",
}


def test_a_typed_number(tmp_path: Path) -> None:
    (one,) = read_rows(
        tmp_path, {"rounding": "nearest 5", "year": "2021-2023", "observed": "mean_of_years"}
    ).targets
    assert (one.value, one.low, one.high, one.rounding) == (10.0, 7.5, 12.5, 5.0)
    assert (one.year, one.last_year, one.tolerance, one.likelihood) == (2021, 2023, 2.0, "rounded")
    assert (one.block, one.line, one.document, one.role) == ("a", 2, "dlf-2024", "fit")


def test_a_reference_knows_what_is_printed(tmp_path: Path) -> None:
    (one,) = read_rows(tmp_path, REFERENCE | {"tolerance": "5%|3"}).targets
    printed = figure("gp_2019", "gps_primary_care", county_code="00")
    assert (one.value, one.low, one.high) == (printed.value, printed.low, printed.high)
    assert (one.document, one.place) == (printed.document, printed.locator)
    assert one.tolerance == pytest.approx(0.05 * 4410)


def test_every_county_and_the_hidden_one(tmp_path: Path) -> None:
    found = {
        one.id: one
        for one in read_rows(tmp_path, REFERENCE | {"county_code": "*", "tolerance": "5%|3"}).targets
    }
    assert len(found) == 21
    assert {one.block for one in found.values()} == {"a"}
    hidden = found["a.09"]
    assert (hidden.value, hidden.low, hidden.high, hidden.likelihood) == (None, 0.0, 19.0, "interval")
    assert found["a.01"].tolerance == pytest.approx(49.85)
    assert found["a.10"].tolerance == 3.0, "5 % of 48 is less"


def test_one_figure_in_relation_to_another(tmp_path: Path) -> None:
    found = {one.county_code: one for one in read_rows(tmp_path, HOURS | {"county_code": "*"}).targets}
    assert found["06"].value == pytest.approx(100 * 169 / 209)
    assert found["06"].low == pytest.approx(100 * 168.5 / 209.5)
    assert "08" not in found, "Kalmar has persons but no full-time equivalents"


def test_just_over_and_almost_are_intervals(tmp_path: Path) -> None:
    over = REFERENCE | {"table": "professions_flows", "column": "value", "measure": "flow", "kind": "flow"}
    over |= {"observed": "mean_of_years", "where": "profession=district_nurse; indicator=outflow_retirement"}
    (one,) = read_rows(tmp_path, over).targets
    assert (one.value, one.low, one.high, one.likelihood) == (250.0, 250.0, 260.0, "rounded")
    almost = over | {"table": "education_inflow", "where": "indicator=doctor_net_migration"}
    (one,) = read_rows(tmp_path, almost).targets
    assert (one.low, one.high) == (300.0, 400.0)


def test_trials_follow_from_the_printed_share(tmp_path: Path) -> None:
    row = REFERENCE | {"table": "retirement_by_age", "column": "value", "likelihood": "beta_binomial"}
    row |= {"where": "indicator=newly_retired_primary_care_doctors; age_group=64; sex=men"}
    row |= {"trials": "indicator=newly_retired_share_of_employed_same_age"}
    row |= {"measure": "declared_risk", "kind": "rate", "observed": "declared", "of": "emigrates:men:64"}
    (one,) = read_rows(tmp_path, row).targets
    assert (one.value, one.trials) == (34.0, round(34 / 0.09))


def test_open_ends_and_ranges(tmp_path: Path) -> None:
    (one,) = read_rows(tmp_path, {"value": "", "low": "0", "high": "inf"}).targets
    assert (one.value, one.low, one.high, one.likelihood) == (None, 0.0, inf, "interval")


WRONG = {
    "unknown measure": ({"measure": "stok"}, "a measure: unknown measure 'stok'", "did you mean 'stock'?"),
    "zero tolerance": ({"tolerance": "0"}, "a tolerance: a tolerance of 0", "expected a number above 0"),
    "zero percent": ({"tolerance": "0%"}, "a tolerance: a tolerance of 0"),
    "negative tolerance": ({"tolerance": "-1"}, "a tolerance of -1"),
    "no reason": ({"tolerance_reason": ""}, "a tolerance_reason: is empty"),
    "unknown county": ({"county_code": "1"}, "a county_code: unknown county '1'", "did you mean '01'?"),
    "no year": ({"year": "2023-2020"}, "a year: '2023-2020'", "expected a year"),
    "unknown kind": ({"kind": "stocks"}, "unknown kind 'stocks'", "did you mean 'stock'?"),
    "other kind": ({"kind": "flow"}, "a kind: stock is a stock, not a flow"),
    "other observation": ({"observed": "sum_of_years"}, "stock is not observed as sum_of_years"),
    "years without an end": ({"year": "2020-2021"}, "several years have no one end"),
    "no source": ({"document": ""}, "a document: a number without a source", "say where the number is"),
    "unknown document": ({"document": "dlf-2042"}, "unknown document 'dlf-2042'", "did you mean 'dlf-2024'?"),
    "no number": ({"value": "ten"}, "a value: 'ten' is not a number"),
    "nothing said": ({"value": ""}, "neither a value nor an interval"),
    "turned interval": ({"low": "9", "high": "3"}, "9 to 3 is no interval"),
    "unknown rounding": ({"rounding": "nearst 5"}, "unknown rounding rule 'nearst 5'"),
    "unknown likelihood": ({"likelihood": "gauss"}, "unknown likelihood 'gauss'"),
    "half a person": ({"likelihood": "poisson", "value": "1.5"}, "poisson of 1.5", "expected a whole number"),
    "no trials": ({"likelihood": "beta_binomial"}, "a trials: 10 of 0 persons"),
    "no group": ({"likelihood": "multinomial"}, "likelihood multinomial with group ''"),
    "unknown role": (
        {"role": "fitt"},
        "unknown role 'fitt'; expected one of fit, start; did you mean 'fit'?",
    ),
    "unknown coverage": ({"coverage": "trainees_sbc"}, "unknown coverage", "did you mean 'trainees_scb'?"),
    "value twice": ({"table": "gp_2019"}, "the value is given twice"),
    "unknown table": (REFERENCE | {"table": "gp_2020"}, "unknown table 'gp_2020'", "did you mean 'gp_2019'?"),
    "unknown cell": (
        HOURS | {"where": "indicator=specialists_fet"},
        "no row has indicator 'specialists_fet'",
    ),
    "several rows": (HOURS | {"where": "county_code=00"}, "a table: "),
    "no pair": (HOURS | {"where": "county_code"}, "a where: 'county_code'; expected column=cell"),
    "all of nothing": ({"county_code": "*"}, "every county without a table"),
    "bad id": ({"id": "My Id"}, "id: 'My Id'; expected small letters"),
    "infinite": ({"value": "inf"}, "a value: a value of inf; expected a number up to 1e+12"),
    "infinite below": ({"value": "-inf"}, "a value of -inf"),
    "too large": ({"value": "1e308"}, "a value of 1e+308"),
    "outside itself": (
        {"low": "20", "high": "30"},
        "a value: 10 is not within its own interval of 20 to 30",
        "leave `value` empty where only the interval is known",
    ),
    "no persons": ({"value": "-5"}, "a value: a stock below 0; expected 0 or more"),
    "too sharp": ({"tolerance": "1e-300"}, "a tolerance of 1e-300; expected 1e-09 to 1e+12"),
    "too wide": ({"tolerance": "1e300"}, "a tolerance of 1e+300"),
    "infinitely many": (
        {"likelihood": "beta_binomial", "trials": "inf"},
        "a trials: inf persons under risk; expected 0 to 1e+12",
    ),
    "too large a part": (
        {"measure": "sector_share", "of": "specialist:private", "kind": "share", "value": "104"},
        "a value: a sector_share above 100 percent",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_row_is_told_with_file_and_line(name: str, tmp_path: Path) -> None:
    row, *words = WRONG[name]
    with pytest.raises(ConfigError) as caught:
        read_rows(tmp_path, row)
    message = str(caught.value)
    assert message.startswith("1 fault in the targets:\n")
    assert f"{tmp_path / 'mine.csv'}:2: " in message
    for word in words:
        assert word in message
    assert caught.value.exit_code == 2


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_rows(tmp_path, {"measure": "stok"}, {}, {"tolerance": "0"}, {"county_code": "99"})
    assert str(caught.value).startswith("3 faults in the targets:")
    assert [f"mine.csv:{line}:" in str(caught.value) for line in (2, 3, 4, 5)] == [True, False, True, True]


def test_contradictions_of_one_source(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"dlf-2024 says 12 here and 10 in .*mine.csv:2; expected one value"
    ):
        read_rows(tmp_path, {}, {"value": "12"})
    with pytest.raises(ConfigError, match=r"id 'a' is given twice; rename it; the first is in .*mine.csv:2"):
        read_rows(tmp_path, {}, {"id": "a", "year": "2025"})
    same = r"b value: the same figure of dlf-2024 stands in .*mine.csv:2, and would count twice; .*keep one"
    with pytest.raises(ConfigError, match=same):
        read_rows(tmp_path, {}, {"coverage": "trainees_scb"})
    assert len(read_rows(tmp_path, {}, {"role": "start"})) == 2, "only one of them counts"
    rounded = {"value": "12", "rounding": "nearest 5"}
    assert len(read_rows(tmp_path, {}, rounded)) == 2, "rounding explains the difference"
    other = {"value": "12", "document": "socialstyrelsen-2025-st"}
    assert len(read_rows(tmp_path, {}, other)) == 2, "another source may say something else"


def test_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"no targets called 'doctor_trainee'.*did you mean 'doctor_trainees'"
    ):
        read_targets("doctor_trainee")
    with pytest.raises(ConfigError, match="file not found"):
        read_targets(tmp_path / "none.csv")
    path = tmp_path / "bad.csv"
    path.write_text("id,mesure\na,stock\n")
    with pytest.raises(ConfigError, match=r"unknown column 'mesure'.*did you mean 'measure'"):
        read_targets(path)
    path.write_text("id;measure\na;stock\n")
    with pytest.raises(ConfigError, match=r"separate the columns by commas, not semicolons"):
        read_targets(path)
    path.write_text("id,measure\na,stock\n")
    with pytest.raises(ConfigError, match="column 'of' is missing"):
        read_targets(path)
    path.write_text("\n \n")
    with pytest.raises(ConfigError, match=r"bad\.csv: file is empty; .*write the columns"):
        read_targets(path)
    text = write_rows(path, {}, {}).read_text()
    path.write_text(text.replace('"dlf-2024"', '"dlf-2024', 1).replace('"l. 1",""\n"b"', "l. 1\n'b'", 1))
    with pytest.raises(ConfigError, match="not a CSV file"):
        read_targets(path)
    text = write_rows(path, {}).read_text()
    for other in ("\ufeff" + text, text.replace("\n", "\r\n")):
        path.write_bytes(other.encode())
        assert read_targets(path).ids == ("a",)
    path.write_text(f"# a comment\n\n{text.rstrip()},too much\n")
    with pytest.raises(ConfigError, match=r"line 4 has \d+ cells"):
        read_targets(path)


def test_a_run_must_have_what_is_asked(tmp_path: Path) -> None:
    good = read_rows(
        tmp_path, {}, {"of": "completes", "measure": "flow", "kind": "flow", "observed": "mean_of_years"}
    )
    check_targets(good, village.MODEL)
    bad = read_rows(
        tmp_path,
        {"of": "specialists"},
        {"profession": "healers"},
        {"year": "2027"},
        {"year": "2023", "of": "completes", "measure": "flow", "kind": "flow", "observed": "mean_of_years"},
        {"of": "completed", "measure": "flow", "kind": "flow", "observed": "mean_of_years"},
        {"of": "completes>leave", "measure": "flow", "kind": "flow", "observed": "mean_of_years"},
        {"of": "degree_to_death", "measure": "cohort_years", "kind": "duration", "observed": "mean_of_years"},
    )
    with pytest.raises(ConfigError) as caught:
        check_targets(bad, village.MODEL)
    message = str(caught.value)
    assert message.startswith("7 faults in the targets of the run:")
    for words in (
        "mine.csv:2: a of: healer has no state 'specialists'; did you mean 'specialist'?",
        "mine.csv:3: b profession: profession 'healers' is not part of the run; expected one of healer",
        "mine.csv:4: c year: 2027 is outside the run; expected 2023 to 2026 for a stock of healer",
        "mine.csv:5: d year: 2023 is outside the run; expected 2024 to 2026 for a flow of healer",
        "mine.csv:6: e of: healer has no transition or stream 'completed'; did you mean 'completes'?",
        "mine.csv:7: f of: transition 'completes' does not lead to 'leave'",
        "mine.csv:8: g of: no duration 'degree_to_death'; did you mean 'degree_to_",
    ):
        assert words in message
    with pytest.raises(ConfigError, match="there are no targets"):
        check_targets(targets(), village.MODEL)
    start = read_rows(tmp_path, {"role": "start"})
    with pytest.raises(ConfigError, match=r"targets: role: no target counts: all have the role `start`"):
        check_targets(start, village.MODEL)


def test_selection(tmp_path: Path) -> None:
    some = read_rows(tmp_path, {}, {"year": "2030"}, {"role": "start"}, REFERENCE | {"county_code": "*"})
    assert some.select(until=2024).ids[:2] == ("a", "c")
    assert some.select(roles=["start"]).ids == ("c",)
    assert len(some.select(without=["d"])) == 3
    assert len(some.select(without=["d.01", "a"])) == 22
    assert some.select(professions=["doctor"]).ids == ()
    assert (some.last_year, some.blocks, some.professions) == (2030, ("a", "b", "c", "d"), ("healer",))


# --- What is shipped ---


def test_shipped_targets_suit_the_baseline() -> None:
    shipped = read_targets()
    _, model = read_model(BASELINE)
    check_targets(shipped, model)
    assert shipped.last_year == 2040
    assert set(shipped.professions) == {profession.name for profession in model.professions}
    assert {target.measure for target in shipped.targets} <= set(MEASURES)
    assert [len(read_targets(name)) > 0 for name in shipped_targets()] == [True] * len(shipped_targets())


def test_targets_go_to_other_processes() -> None:
    shipped = read_targets()
    assert pickle.loads(pickle.dumps(shipped)) == shipped


def test_every_shipped_number_has_a_source_and_a_reason() -> None:
    shipped = read_targets()
    for one in (*shipped.targets, *shipped.not_modelled):
        try:
            document(one.document)
        except DataError:
            literature(one.document)
        assert one.place
    assert all(len(target.tolerance_reason) > 6 for target in shipped.targets)
    assert all(one.reason for one in shipped.not_modelled)


def test_figures_that_the_calibration_is_about_are_there() -> None:
    by_id = {target.id: target for target in read_targets().targets}
    assert [by_id[f"trainees_{year}"].value for year in range(2020, 2024)] == [2415, 2434, 2456, 2443]
    assert by_id["trainees_mean.07"].value == 24
    assert by_id["gps_2023_county.09"].value == 15
    assert by_id["gps_2019_county.09"].high == 19
    assert by_id["trainees_skr"].value == 3286
    assert by_id["trainees_dlf_county.07"].value == 47.5
    assert (by_id["occupational_therapist_exchange"].low, by_id["district_nurse_exchange"].high) == (0, 0)
    assert by_id["psychologist_retiring"].likelihood == "interval"
    assert {t.coverage for t in by_id.values()} == {
        "", "trainees_scb", "trainees_skr", "trainees_dlf", "gps_2023_definition"
    }  # fmt: skip


def test_coverages_are_priors(tmp_path: Path) -> None:
    coverages = read_coverages()
    for name, one in coverages.items():
        assert one.low < one.central < one.high
        assert one.prior().path == f"coverage.{name}"
        assert one.source
    assert central_coverage(coverages)["trainees_scb"] == 0.85
    path = tmp_path / "coverage.yaml"
    path.write_text(
        "coverage:\n  half: {unit: rate_ratio, value: 0.5, source: {assumption: made up for a test}}\n"
    )
    with pytest.raises(ConfigError, match=r"coverage.yaml:2: coverage.half: not a factor with a range"):
        read_coverages(path)
    path.write_text("coverage:\n  half: {unit: rate_ratio, valeu: 0.5}\n")
    with pytest.raises(ConfigError, match=r"did you mean 'value'\?"):
        read_coverages(path)
