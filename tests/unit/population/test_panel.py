"""Register panels: round trips in both formats, and every way of being wrong with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.errors import DataError, OutputError, UserError
from careersim.population.panel import PanelSource, read_panel, write_panel
from careersim.population.panel_schema import PANEL_COLUMNS
from careersim.population.synthesis import MarginSource, PopulationSource
from tests.unit.population.example import MODEL, PROFESSION, START_YEAR, doctor

PERSONS = MarginSource(MODEL).population(PROFESSION, 3, 0)
FORMATS = ("panel.csv", "panel.parquet")

ROW = {
    "person": "p1",
    "year": "2019",
    "profession": "doctor",
    "state": "trainee",
    "county_code": "01",
    "sector": "regional",
    "sex": "women",
    "age": "35",
    "fte_percent": "80",
    "years_in_state": "2",
    "training_progress_years": "2.25",
}


def csv(*rows: dict[str, str], path: str = "panel.csv") -> Path:
    """Write rows that differ from `ROW` as given, under keys p1, p2 ..., and a column for each key met."""
    full = [{**ROW, "person": f"p{number}", **row} for number, row in enumerate(rows, start=1)]
    names = list(dict.fromkeys(name for row in full for name in row))
    lines = [",".join(names), *(",".join(row.get(name, "") for name in names) for row in full)]
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Path(path)


def complaint(path: str | Path) -> str:
    with pytest.raises(DataError) as caught:
        read_panel(path, PROFESSION)
    return str(caught.value)


@pytest.mark.parametrize("name", FORMATS)
def test_round_trip(name: str) -> None:
    write_panel(PERSONS, PROFESSION, START_YEAR, name)
    assert read_panel(name, PROFESSION).differences(PERSONS) == {}


@pytest.mark.parametrize("name", FORMATS)
def test_round_trip_of_extreme_values(name: str) -> None:
    some = PERSONS.take(np.flatnonzero(PERSONS.state == 1)[:3])
    extreme = replace(
        some,
        commitment_years=np.array([0, 7, 255], dtype=np.uint8),
        training_progress=np.array([0, 549, 550], dtype=np.uint16),
        degree_year=np.array([0, 1990, 2019], dtype=np.uint16),
        age=np.array([60, 120, 0], dtype=np.uint8),
        years_in_state=np.array([60, 120, 0], dtype=np.uint8),
        fte=np.array([1, 99, 100], dtype=np.uint8),
    )
    write_panel(extreme, PROFESSION, START_YEAR, name)
    found = read_panel(name, PROFESSION)
    columns = ("commitment_years", "training_progress", "degree_year", "age", "years_in_state", "fte")
    for column in columns:
        np.testing.assert_array_equal(getattr(found, column), getattr(extreme, column))


def test_order_of_rows_does_not_matter() -> None:
    write_panel(PERSONS, PROFESSION, START_YEAR, "panel.parquet")
    pl.read_parquet("panel.parquet").sample(fraction=1.0, shuffle=True, seed=4).write_parquet(
        "shuffled.parquet"
    )
    assert read_panel("shuffled.parquet", PROFESSION).differences(PERSONS) == {}


def test_numeric_keys_count_as_text_in_both_formats() -> None:
    rows = [{"person": key, "age": age} for key, age in (("9", "30"), ("10", "31"), ("100", "32"))]
    from_csv = read_panel(csv(*rows), PROFESSION)
    frame = pl.read_csv("panel.csv", schema_overrides={"county_code": pl.String})
    assert frame.schema["person"] == pl.Int64
    frame.write_parquet("panel.parquet")
    assert read_panel("panel.parquet", PROFESSION).differences(from_csv) == {}
    assert from_csv.sorted().age.tolist() == [31, 32, 30]


def test_other_years_and_professions_are_left_alone() -> None:
    path = csv(
        {},
        {"year": "2018", "state": "unheard of", "person": "p1"},
        {"profession": "physiotherapist", "state": "unheard of", "age": "-1"},
    )
    assert len(read_panel(path, PROFESSION)) == 1


def test_optional_columns_have_defaults() -> None:
    person = read_panel(csv({"home_county_code": "", "trained_abroad": ""}), PROFESSION)
    assert (person.home_county[0], person.trained_abroad[0], person.commitment_years[0]) == (0, 0, 0)
    abroad = read_panel(csv({"home_county_code": "abroad", "trained_abroad": "TRUE"}), PROFESSION)
    assert (abroad.home_county[0], abroad.trained_abroad[0]) == (21, 1)


def test_boolean_and_category_columns_are_understood() -> None:
    csv({"trained_abroad": "true"})
    frame = pl.read_csv("panel.csv", schema_overrides={"county_code": pl.String})
    frame = frame.with_columns(
        pl.col("trained_abroad").cast(pl.Boolean), pl.col("state").cast(pl.Categorical)
    )
    frame.write_parquet("panel.parquet")
    assert read_panel("panel.parquet", PROFESSION).differences(read_panel("panel.csv", PROFESSION)) == {}


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"state": "traineee"}, "column state: unknown state 'traineee'; expected one of student, trainee,"),
        ({"state": "traineee"}, "did you mean 'trainee'?; correct the cells (row 2)"),
        ({"state": ""}, "column state: empty; expected a value in every row"),
        ({"county_code": "1"}, "column county_code: unknown county code '1'"),
        ({"county_code": "1"}, "did you mean '01'?"),
        ({"county_code": "02"}, "unknown county code '02'; expected one of 01, 03,"),
        ({"home_county_code": "abrod"}, "unknown county code 'abrod'"),
        ({"home_county_code": "abrod"}, "did you mean 'abroad'?"),
        (
            {"sector": "privat"},
            "unknown sector 'privat'; expected one of regional, municipal, private, other;",
        ),
        ({"sex": "woman"}, "unknown sex 'woman'; expected one of women, men; did you mean 'women'?"),
        ({"age": "-1"}, "column age: negative, for example -1; expected a whole number from 0 to 120"),
        ({"age": "121"}, "column age: out of range, for example 121; expected a whole number from 0 to 120"),
        ({"age": "NaN"}, "column age: not a finite number, for example NaN"),
        ({"age": "inf"}, "column age: not a finite number, for example inf"),
        ({"age": ""}, "column age: empty"),
        ({"age": "35.5"}, "column age: not a whole number, for example 35.5"),
        ({"age": "old"}, "column age: not a number, for example old"),
        (
            {"fte_percent": "0"},
            "column fte_percent: out of range, for example 0; expected a whole number from 1 to",
        ),
        ({"fte_percent": "101"}, "column fte_percent: out of range, for example 101"),
        (
            {"years_in_state": "36"},
            "column years_in_state: longer than life, for example 36; expected at most the",
        ),
        ({"training_progress_years": "2;5"}, "column training_progress_years: not a number, for example 2;5"),
        (
            {"training_progress_years": "5.51"},
            "more progress than the training needs, for example 5.51; expected at most 5.5",
        ),
        ({"training_progress_years": "-0.5"}, "column training_progress_years: negative, for example -0.5"),
        ({"state": "specialist"}, "progress in a state without training, for example 2.25; expected 0"),
        ({"trained_abroad": "maybe"}, "column trained_abroad: neither yes nor no, for example maybe"),
        ({"commitment_years": "256"}, "column commitment_years: out of range, for example 256"),
        (
            {"degree_year": "2020"},
            "for example 2020; expected a whole number from 1900 to 2019, or 0",
        ),
        ({"licence_year": "1899"}, "column licence_year: out of range"),
        (
            {"person": "p1"},
            "example p1; expected each person once a year; keep the main occupation (2 rows: 1, 2)",
        ),
        ({"person": ""}, "column person: empty"),
        ({"person": "p1", "profession": "psychologist"}, "column person: more than one row in 2019"),
        (
            {"profession": "doctors"},
            "column profession: unknown profession 'doctors'; expected one of doctor; did you mean 'doctor'?",
        ),
        ({"profession": ""}, "column profession: empty"),
        (
            {"year": "then"},
            "column year: not a number, for example then; expected a whole number from 1900 to 2200",
        ),
        ({"year": ""}, "column year: empty"),
    ],
)
def test_wrong_cell_is_named(row: dict[str, str], words: str) -> None:
    text = complaint(csv({}, row, {}))
    assert words in text
    assert text.startswith("panel.csv: 1 fault in ")


def test_blanks_around_a_cell_are_ignored() -> None:
    assert len(read_panel(csv({"state": " trainee "}), PROFESSION)) == 1


def test_all_faults_are_counted_and_listed() -> None:
    rows = [{"age": "200"} for _ in range(12)] + [
        {"state": "specialst"},
        {"state": "specialst", "sex": "man"},
        {},
    ]
    text = complaint(csv(*rows))
    assert text.startswith("panel.csv: 3 faults in 14 rows; rows are counted from 1 without the header:\n")
    assert "(12 rows: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more)" in text
    assert "unknown state 'specialst'" in text
    assert "(2 rows: 13, 14)" in text
    assert (
        "unknown sex 'man'; expected one of women, men; did you mean 'men'?; correct the cells (row 14)"
        in text
    )


def test_columns_unknown_and_missing() -> None:
    path = csv({"aeg": "35", "colour": "red"})
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(line.replace(",age,", ",alder,", 1) for line in lines), encoding="utf-8")
    text = complaint(path)
    assert text.startswith("panel.csv: 4 faults;")
    assert "column aeg: unknown column; expected only person, year," in text
    assert "did you mean 'age'?; rename or remove it" in text
    assert "column colour: unknown column" in text
    assert "column age: missing column; expected it in the header; add it" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            pl.col("county_code").cast(pl.Int64),
            "expected text; store county codes as text of two digits, for example '01'",
        ),
        (
            pl.col("county_code").cast(pl.Float64).alias("home_county_code"),
            "column home_county_code: the column holds Float64 values; expected text; store county codes",
        ),
        (pl.lit(1).alias("sex"), "column sex: the column holds Int32 values; expected text; store the names"),
        (
            pl.lit(1.5).alias("person"),
            "column person: the column holds Float64 values; expected text or whole",
        ),
        (pl.date(2019, 11, 1).alias("year"), "column year: the column holds Date values; expected numbers"),
        (pl.date(2019, 11, 1).alias("trained_abroad"), "column trained_abroad: the column holds Date values"),
    ],
)
def test_wrong_column_type_is_refused(change: pl.Expr, words: str) -> None:
    pl.read_csv(csv({}), infer_schema=False).with_columns(change).write_parquet("panel.parquet")
    assert words in complaint("panel.parquet")


def test_nobody_in_the_start_year() -> None:
    text = complaint(csv({"year": "2020"}, {"year": "2021"}))
    assert (
        "panel.csv: nobody of profession 'doctor' in 2019; expected rows of the start year; it has doctor in"
        in text
    )
    assert "2020, 2021" in text


def test_nobody_of_the_profession() -> None:
    assert "did you mean 'docent'?" in complaint(csv({"profession": "docent"}))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.csv", None, "gone.csv: no such file; correct the path"),
        ("gone.parquet", None, "gone.parquet: no such file"),
        ("empty.csv", b"", "empty.csv: cannot be read: empty CSV; expected a table with commas and a header"),
        ("text.parquet", b"person,year", "text.parquet: cannot be read: .*; expected a Parquet file"),
        (
            "latin.csv",
            "person,year\nÅsa,1\n".encode("latin-1"),
            "latin.csv: cannot be read: .*; expected .* UTF-8",
        ),
    ],
)
def test_unreadable_file_is_named(name: str, content: bytes | None, words: str) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    assert re.match(words, complaint(name))


def write_to(path: str) -> None:
    write_panel(PERSONS, PROFESSION, START_YEAR, path)


@pytest.mark.parametrize("action", [lambda path: read_panel(path, PROFESSION), write_to])
def test_unknown_format_is_refused(action: Callable[[str], object]) -> None:
    words = r"panel\.xlsx: unknown format '\.xlsx'; expected a file name ending in \.csv or \.parquet"
    with pytest.raises(UserError, match=words):
        action("panel.xlsx")


@pytest.mark.parametrize("name", FORMATS)
def test_unwritable_place_is_named(name: str) -> None:
    with pytest.raises(OutputError, match=rf"nowhere/{name}: cannot write: .*; choose another place"):
        write_to(f"nowhere/{name}")


def test_panel_source_gives_the_same_persons_in_every_replication() -> None:
    write_to("panel.parquet")
    source: PopulationSource = PanelSource("panel.parquet", MODEL.professions)
    assert source.population(PROFESSION, 1, 0) is source.population(PROFESSION, 2, 5)
    assert source.population(PROFESSION, 1, 0).differences(PERSONS) == {}
    other = replace(doctor(), name="nurse")
    with pytest.raises(UserError, match=r"panel\.parquet: profession 'nurse' was not read from this panel"):
        source.population(other, 1, 0)


def test_page_lists_the_columns_of_the_schema(repository: Path) -> None:
    page = (repository / "docs" / "reference" / "register-panel.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `(\w+)` \| (yes|no) \|", page, flags=re.MULTILINE)
    assert sorted(listed) == sorted(
        (column.name, "yes" if column.required else "no") for column in PANEL_COLUMNS
    )
