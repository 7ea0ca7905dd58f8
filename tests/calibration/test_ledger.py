"""A ledger keeps forecasts as they were, and scores them by what a hand computes."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from calibration.trust.ledger import LEDGER, freeze, open_forecast, read_ledger
from calibration.trust.ledger_scores import score_forecast
from calibration.trust.observed import SCHEMA, last_published, read_observed
from careersim.errors import ConfigError, DataError, UserError

WHEN = "2026-01-01T00:00:00+00:00"
PROFESSIONS = {"doctor": None, "psychologist": None}


def table(shift: float = 0.0) -> pl.DataFrame:
    codes = ["00", "01", "03"]
    return pl.DataFrame(
        {
            "profession": ["doctor"] * 3,
            "group": ["workforce"] * 3,
            "measure": ["headcount"] * 3,
            "county_code": codes,
            "year": [2024] * 3,
            "no_change": [90.0, 40.0, None],
            "cohort": [95.0, 45.0, None],
            "shift": [-2.0, None, None],
            "samples": [[base + step + shift for step in range(-5, 6)] for base in (100.0, 50.0, 50.0)],
        }
    )


def observed(**changed: object) -> pl.DataFrame:
    rows = [
        {
            "profession": "doctor",
            "group": "workforce",
            "measure": "headcount",
            "county_code": code,
            "year": 2024,
            "value": value,
            "rounding": 0.0,
            "source": "a register",
            **changed,
        }
        for code, value in (("00", 101.0), ("01", 52.0), ("03", 48.0))
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "forecasts"
    for name in ("first", "second", "third"):
        freeze(path, name, table(), {"seed": 1}, WHEN)
    return path


def test_what_was_frozen_is_found_again(folder: Path) -> None:
    assert [entry.name for entry in read_ledger(folder)] == ["first", "second", "third"]
    entry, found, described = open_forecast(folder, "second")
    assert (entry.number, described) == (2, {"seed": 1})
    assert found.equals(table())
    assert open_forecast(folder)[0].name == "third"


def test_a_name_is_frozen_once(folder: Path) -> None:
    before = (folder / LEDGER).read_bytes()
    with pytest.raises(UserError, match="is in the ledger already"):
        freeze(folder, "first", table(1.0), {}, WHEN)
    with pytest.raises(UserError, match="no name of a forecast"):
        freeze(folder, "../elsewhere", table(), {}, WHEN)
    assert (folder / LEDGER).read_bytes() == before
    assert len(list(folder.iterdir())) == 4


def test_an_altered_file_is_seen(folder: Path) -> None:
    table(3.0).write_parquet(folder / "0002-second.parquet")
    with pytest.raises(DataError, match=r"1 broken promises.*second.*not the file that was frozen"):
        read_ledger(folder)


def test_a_missing_file_is_seen(folder: Path) -> None:
    (folder / "0001-first.parquet").unlink()
    with pytest.raises(DataError, match=r"0001-first\.parquet is missing"):
        read_ledger(folder)


@pytest.mark.parametrize("edit", ["2026-01-01", "second", "drop"])
def test_an_altered_or_dropped_line_is_seen(folder: Path, edit: str) -> None:
    lines = (folder / LEDGER).read_text().splitlines(keepends=True)
    if edit == "drop":
        del lines[2]
    else:
        lines[2] = lines[2].replace(edit, {"second": "zweite", "2026-01-01": "2025-01-01"}[edit], 1)
    (folder / LEDGER).write_text("".join(lines))
    with pytest.raises(DataError, match="was changed, or a line before it was changed or removed"):
        read_ledger(folder)


def test_lines_removed_at_the_end_are_seen(folder: Path) -> None:
    lines = (folder / LEDGER).read_text().splitlines(keepends=True)
    (folder / LEDGER).write_text("".join(lines[:-1]))
    with pytest.raises(DataError, match=r"0003-third.parquet has no line"):
        read_ledger(folder)
    (folder / LEDGER).unlink()
    with pytest.raises(DataError, match=r"forecasts without a ledger: 0001-first.parquet, 0002"):
        freeze(folder, "fourth", table(), {}, WHEN)
    file = folder / "0001-first.parquet"
    with pytest.raises(UserError, match="is a file; expected the folder of a ledger"):
        freeze(file, "fourth", table(), {}, WHEN)


def test_a_ledger_that_is_no_table_is_told(folder: Path) -> None:
    text = (folder / LEDGER).read_text()
    (folder / LEDGER).write_text(text.replace("\n2,", "\n\u00b2,"))
    with pytest.raises(DataError, match="line 3: not a line of a ledger"):
        read_ledger(folder)
    (folder / LEDGER).write_text(text + '4,"' + "a" * 200_000)
    with pytest.raises(DataError, match="cannot be read: field larger"):
        read_ledger(folder)


def test_no_ledger_and_no_such_forecast(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no ledger"):
        read_ledger(tmp_path)
    with pytest.raises(UserError, match=r"no forecast 'frist'.*first"):
        open_forecast(folder, "frist")


def test_scores_are_what_a_hand_computes() -> None:
    scores = score_forecast(table(), observed())
    by = {(row["area"], row["forecast"]): row for row in scores.summary.iter_rows(named=True)}
    national, counties = by["Sweden", "careersim"], by["counties", "careersim"]
    assert national["mape"] == pytest.approx(100 / 101)
    assert by["Sweden", "no_change"]["crps"] == 11.0
    assert by["Sweden", "cohort"]["crps"] == 6.0
    assert counties["numbers"] == 2
    assert by["Sweden", "careersim_shifted"]["mape"] == pytest.approx(300 / 101)
    assert ("counties", "careersim_shifted") not in by  # no figure was known
    assert by["counties", "no_change"]["numbers"] == 1  # nobody knows the last number of county 03
    assert counties["coverage_95"] == 1.0
    assert national["skill_no_change"] > national["skill_cohort"] > 0
    assert scores.unmatched.is_empty()


def test_a_forecast_that_is_off_has_no_skill() -> None:
    row = score_forecast(table(60.0), observed()).summary.filter(pl.col("forecast") == "careersim")
    assert (row["skill_no_change"] < 0).all()
    assert (row["coverage_95"] == 0).all()


def test_observed_numbers_of_other_years_are_refused() -> None:
    with pytest.raises(UserError, match="none of the observed numbers"):
        score_forecast(table(), observed(year=2031))


def test_published_numbers_of_all_professions_are_known() -> None:
    known = last_published()
    national = known.filter(pl.col("county_code") == "00", pl.col("group") == "workforce")
    assert dict(zip(national["profession"], national["value"], strict=True)) == {
        "doctor": 4910,
        "district_nurse": 9350,
        "occupational_therapist": 5500,
        "physiotherapist": 7260,
        "psychologist": 3230,
    }


def written(path: Path, *lines: str, header: str = ",".join(SCHEMA)) -> Path:
    file = path / "observed.csv"
    file.write_text("\n".join([header, *lines]) + "\n")
    return file


def test_a_table_of_observed_numbers_is_read(tmp_path: Path) -> None:
    file = written(
        tmp_path, "doctor,workforce,headcount,01,2024,1100,5,SCB", "doctor,trainees,fte,00,2024,9.5,0,a"
    )
    assert read_observed(file, PROFESSIONS)["value"].to_list() == [1100.0, 9.5]


def test_every_fault_of_a_table_is_told(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "docter,workforce,headcount,01,2024,1100,5,SCB",
        "doctor,workforce,headcount,1,24,-5,x,",
        "doctor,workforce,headcount,03,2024,10,5,SCB",
        "doctor,workforce,headcount,03,2024,11,5,SCB",
    )
    with pytest.raises(ConfigError) as told:
        read_observed(file, PROFESSIONS)
    message = str(told.value)
    assert message.startswith("7 faults")
    for words in ("doctor", "01", "no calendar year", "'-5'", "'x'", "without a source", "given twice"):
        assert words in message
    assert f"{file}:5" in message


def test_a_table_without_columns_or_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"column 'value' is missing.*value"):
        read_observed(written(tmp_path, header=",".join(SCHEMA).replace("value", "values")), PROFESSIONS)
    with pytest.raises(ConfigError, match="has no rows"):
        read_observed(written(tmp_path), PROFESSIONS)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (",".join([*SCHEMA, "colour"]), "unknown column 'colour'"),
        (",".join([*SCHEMA, "value"]), "column 'value' is given twice"),
        (";".join(SCHEMA), "separate the columns by commas, not semicolons"),
    ],
)
def test_columns_that_are_not_asked_for_are_refused(header: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "observed.csv"
    path.write_text(header + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        read_observed(path, PROFESSIONS)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("doctor,workforce,headcount,00,2024,1e308,0,a", "'1e308' is not a number of 0 or more"),
        ("doctor,workforce,headcount,00,2024,5,0,a,b", "more cells than columns"),
        ('doctor,workforce,headcount,00,2024,5,0,"a', "not a CSV file"),
    ],
)
def test_cells_that_mean_nothing_are_refused(line: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "observed.csv"
    path.write_text(",".join(SCHEMA) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=words):
        read_observed(path, PROFESSIONS)
