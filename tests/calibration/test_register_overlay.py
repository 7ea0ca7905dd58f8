"""Estimated rates become a run file that runs; the folder of a register and the files of rates are whole."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from calibration.register import RateSettings, estimate_rates, read_panel, synthesize, write_rates
from calibration.register.paths import NOTHING, possible_paths, resolve_paths
from calibration.register.paths import Path as Way
from calibration.register.rates import Rates
from careersim.cli import main
from careersim.cli.commands import careersim as commands
from careersim.errors import OutputError, UserError
from careersim.model.assemble import read_model

RUN = "name: observed\nprofessions: [psychologist]\nuntil: 2029\nseed: 7\n"
REGISTER = """\
run: run.yaml
last: 2028
observation:
  rows_missing: {private: 0.1}
  late: 0.05
  missing_years: [2026]
  suppress_below: 5
rates:
  smooth: [retirement]
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run file, a register file, and the register that the command has made of them."""
    from calibration.register_cli import register

    if "register" not in commands.commands:
        commands.add_command(register)
    folder = tmp_path_factory.mktemp("register")
    (folder / "run.yaml").write_text(RUN, encoding="utf-8")
    (folder / "register.yaml").write_text(REGISTER, encoding="utf-8")
    assert main(["register", "synthesize", str(folder / "register.yaml"), "--out", str(folder / "made")]) == 0
    return folder


@pytest.fixture(scope="module")
def found(place: Path) -> Rates:
    run, model = read_model(place / "run.yaml")
    panel = read_panel(place / "made/panel.parquet", model.professions[0])
    return estimate_rates(panel, run, model, RateSettings(smooth=("retirement",)))


def test_the_folder_says_what_it_holds(place: Path) -> None:
    manifest = json.loads((place / "made/manifest.json").read_text(encoding="utf-8"))
    assert manifest["kind"] == "synthetic register"
    assert manifest["settings"]["observation"]["rows_missing"] == {"private": 0.1}
    panel = pl.read_parquet(place / "made/panel.parquet")
    assert len(panel) == manifest["rows"] < manifest["complete_rows"]
    assert sorted(panel["year"].unique()) == [2023, 2024, 2025, 2027, 2028]
    counted = pl.read_csv(place / "made/counts.csv", schema_overrides={"county_code": pl.String})
    assert counted["persons"].min() >= 5
    assert (counted["suppressed"] == counted["persons"].is_null()).all()
    complete = pl.read_csv(place / "made/completeness.csv").filter(pl.col("sector") == "private")
    there = complete.filter(pl.col("year") != 2026)
    assert float(there["reported"].sum() / there["persons"].sum()) == pytest.approx(0.9, abs=0.02)


def test_the_rates_are_a_run_file_that_runs(place: Path, found: Rates) -> None:
    files = write_rates(found, place / "run.yaml", place / "rates.yaml")
    assert all(file.is_file() for file in files)
    run, model = read_model(place / "rates.yaml")
    records = run.careers[0].parameters
    leaving = records["to_other_care"].spec
    row = found.table.row(by_predicate=pl.col("parameter") == "to_other_care", named=True)
    assert leaving.value == pytest.approx(row["estimate"], rel=1e-5)
    assert (leaving.low, leaving.high) == pytest.approx((row["low"], row["high"]), rel=1e-5)
    assert leaving.source is not None
    assert f"{row['events']} events in" in str(leaving.source.assumption)
    by_name = {one.name: one for one in model.professions[0].transitions}
    retiring = by_name["retires"].hazard
    assert retiring is not None
    at_66 = found.table.row(
        by_predicate=(pl.col("parameter") == "retirement") & (pl.col("cell") == "66"), named=True
    )
    assert retiring.rate.at(age=66) == pytest.approx(at_66["estimate"], rel=1e-5)
    assert retiring.rate.at(age=50) == 0.0
    on_leave = by_name["goes_on_leave"].hazard
    assert on_leave is not None
    assert on_leave.rate.at(sex=0, age=22) == 0.02  # nobody was seen there
    assert "leave_rate women, 20-24" in (place / "rates.yaml").read_text(encoding="utf-8")


def test_a_file_that_is_there_is_not_touched(place: Path, found: Rates, fresh_directory: Path) -> None:
    Path("rates.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="exists already"):
        write_rates(found, place / "run.yaml", "rates.yaml")
    assert [path.name for path in fresh_directory.iterdir()] == ["rates.csv"]
    with pytest.raises(OutputError, match="cannot write"):
        write_rates(found, place / "run.yaml", "nowhere/rates.yaml")
    with pytest.raises(UserError, match=r"ending in \.yaml"):
        write_rates(found, place / "run.yaml", "rates.csv")


def test_the_command_prints_one_object(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["register", "rates", str(place / "made/panel.parquet"), "--json"]
    words += ["--config", str(place / "register.yaml"), "--out", str(place / "again.yaml")]
    assert main(words) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["profession"] == "psychologist"
    assert content["years"] == [2024, 2028]
    near = content["within_2_standard_errors"]
    assert 0.7 * near["of"] < near["numbers"] <= near["of"]  # rounding, late entries and undercount show
    assert any("seen in one year and not in the next" in what for what in content["left_out"])


def test_levers_have_no_place_in_a_register(place: Path, found: Rates) -> None:
    run, model = read_model(place / "run.yaml")
    lever = """\
name: with_lever
extends: run.yaml
levers:
  - {name: more, kind: rate, profession: psychologist, target: dies, operation: multiply, value: 2,
     from: 2025, source: {assumption: A lever that is only here to be refused.}}
"""
    (place / "lever.yaml").write_text(lever, encoding="utf-8")
    run, model = read_model(place / "lever.yaml")
    with pytest.raises(UserError, match="the run has levers"):
        estimate_rates(found.panel, run, model)


def test_ways_of_a_year() -> None:
    root = Path(__file__).resolve().parents[2]
    _, model = read_model(root / "configs/baseline.yaml")
    doctor = next(one for one in model.professions if one.name == "doctor")
    at = doctor.state_index
    names = [one.name for one in doctor.transitions]
    ways = resolve_paths(doctor)
    # Back from leave, and the training complete in the same year: the return is what the rate is about.
    back = ways[at("st_gp_leave"), at("gp")]
    assert back.hazard == names.index("comes_back_to_st")
    assert back.progress == names.index("completes_st_gp")
    assert not back.seat
    # The training complete, and the next post taken: no hazard at all.
    on = ways[at("at"), at("st_gp")]
    assert on.hazard == NOTHING
    assert on.seat
    # A training given up does not go on, so it cannot be completed in the same year.
    assert (at("st_gp"), at("other_specialist")) not in ways
    aborted = dict(possible_paths(doctor, at("st_gp")))[at("licensed")]
    assert aborted == Way(hazard=names.index("aborts_st"))
    # The shipped careers leave no doubt about any hazard.
    for profession in model.professions:
        assert all(way.hazard is not None for way in resolve_paths(profession).values())


def test_ratios_by_county_and_sector_are_written_where_the_career_names_them(fresh_directory: Path) -> None:
    root = Path(__file__).resolve().parents[2]
    career = (root / "careersim/careers/psychologist.yaml").read_text(encoding="utf-8")
    arrow = "to: elsewhere_in_care, form: hazard, rate: to_other_care"
    assert arrow in career
    career = career.replace(arrow, f"{arrow}, county: by_county, sector: by_sector")
    record = "  {name}:\n    unit: rate_ratio\n    by: {by}\n    values: {values}\n    otherwise: 1.0\n"
    record += "    source: {{assumption: A ratio that only this test knows.}}\n"
    true = {"'01'": 0.6, "'12'": 1.8}
    values = "{" + ", ".join(f"{code}: {ratio}" for code, ratio in true.items()) + "}"
    flat = "{'01': 1.0, '12': 1.0}"
    for name, county, private in (("true", values, 1.6), ("flat", flat, 1.0)):
        records = record.format(name="by_county", by="county", values=county)
        records += record.format(name="by_sector", by="sector", values=f"{{private: {private}}}")
        Path(f"{name}_career.yaml").write_text(career + records, encoding="utf-8")
        run = f"name: {name}\nprofessions: [{name}_career.yaml]\nuntil: 2031\nseed: 3\n"
        Path(f"{name}.yaml").write_text(run, encoding="utf-8")
    _, model = read_model("true.yaml")
    synthesize(model, seed=3).write_parquet("panel.parquet")
    run, wrong = read_model("flat.yaml")
    found = estimate_rates(read_panel("panel.parquet", wrong.professions[0]), run, wrong)
    write_rates(found, "flat.yaml", "rates.yaml")
    _, model = read_model("rates.yaml")
    leaving = next(one for one in model.professions[0].transitions if one.name == "leaves_for_other_care")
    hazard = leaving.hazard
    assert hazard is not None
    assert hazard.county is not None
    assert hazard.sector is not None
    # Only products are known: the reference may be any of the sectors, and the base is that of the country.
    regional, private = (hazard.rate.at() * hazard.sector.at(sector=sector) for sector in (0, 2))
    assert regional * hazard.county.at(county=0) == pytest.approx(0.05 * 0.6, rel=0.2)
    assert regional * hazard.county.at(county=9) == pytest.approx(0.05 * 1.8, rel=0.2)
    assert private / regional == pytest.approx(1.6, rel=0.2)
    assert "'09': " in Path("rates.yaml").read_text(encoding="utf-8")
    shown = found.counties.filter(pl.col("parameter") == "by_county")
    assert shown["spread"][0] > 0.2
    inside = shown.filter(pl.col("county_code").is_in(["01", "12"]))
    assert (inside["low"] < inside["ratio"]).all()
    assert (inside["ratio"] < inside["high"]).all()


def test_ages_at_which_nobody_was_seen_are_told_in_one_line(
    place: Path, found: Rates, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["register", "rates", str(place / "made/panel.parquet"), "--config", str(place / "register.yaml")]
    assert main([*words, "--out", str(place / "told.yaml")]) == 0
    lines = capsys.readouterr().out.splitlines()
    unseen = found.table.filter(
        parameter="retirement", person_years=0.0, status="not identified: nobody at this age"
    )["cell"].to_list()
    assert len(unseen) > 10
    assert unseen[-1] == "120"
    [line] = [line for line in lines if "..." in line and "retirement" in line]
    assert line.split("│")[2].strip() == f"{unseen[0]} ... {unseen[-1]}"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("first: 2080", r"first: a register of 2080 to 2029; expected years from 2023 to 2029"),
        ("first: 2019", r"first: a register of 2019 to 2029"),
        ("observation: {missing_years: [1999]}", r"missing_years: 1999 is no year of the register"),
        ("observation: {persons_missing: 1}", "nobody is left in the register; expected some persons"),
        ("last: 2024\nobservation: {missing_years: [2023, 2024]}", "nobody is left in the register"),
    ],
)
def test_a_register_without_years_or_persons_is_refused(
    lines: str, words: str, place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("run.yaml").write_text(RUN, encoding="utf-8")
    Path("register.yaml").write_text(f"run: run.yaml\n{lines}\n", encoding="utf-8")
    assert main(["register", "synthesize", "register.yaml", "--out", "made"]) == 2
    assert re.search(words, capsys.readouterr().err)
    assert not Path("made").exists()


def test_a_table_that_tells_no_rate_writes_nothing(
    place: Path, fresh_directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = pl.read_parquet(place / "made/panel.parquet")
    table.filter(pl.col("person") == table["person"][0]).write_parquet("one.parquet")
    words = ["register", "rates", "one.parquet", "--config", str(place / "register.yaml"), "--out"]
    assert main([*words, "rates.yaml"]) == 2
    assert "no rate can be told from this table; expected as many events" in capsys.readouterr().err
    assert [path.name for path in fresh_directory.iterdir()] == ["one.parquet"]
    assert main([*words, "no/where.yaml"]) == 2
    assert "no/where.yaml: cannot write: the folder that should hold it does" in capsys.readouterr().err


def test_a_county_without_persons_and_a_state_that_nobody_leaves(place: Path, found: Rates) -> None:
    run, model = read_model(place / "run.yaml")
    table = pl.read_parquet(place / "made/panel.parquet")
    for kept in (pl.col("county_code") != "09", pl.col("state") == "primary_care"):
        table.filter(kept).write_parquet("part.parquet")
        rates = estimate_rates(read_panel("part.parquet", model.professions[0]), run, model)
        files = write_rates(rates, place / "run.yaml", "part.yaml")
        read_model("part.yaml")
        for file in files:
            file.unlink()
