"""A user's own table: what is read, and what is refused in which words, on which line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from careersim.errors import ConfigError
from careersim.published.approx import Approx, exactly
from careersim.published.declare import column, more_than, setting
from careersim.published.user_table import read_rows, setting_values

OWN = Path("own.csv")


@dataclass(frozen=True)
class Row:
    """One of each sort of column."""

    county_code: str = column("County", county=True, key=True)
    inhabitants: Approx = column("Inhabitants", unit="persons", lowest=0)
    trainees: Approx | None = column("Trainees", unit="persons", lowest=0, highest=1000, required=False)
    change: float | None = column("Change", unit="percent", required=False)
    year: int | None = column("Year", lowest=1900, required=False)
    basis: str | None = column("Basis", choices=("heads", "fte"), required=False)


@dataclass(frozen=True)
class Settings:
    years: float = setting(8.0, "Years", unit="years", lowest=0.1)
    first: int = setting(2023, "First year", lowest=2000, highest=2100)
    basis: str = setting("heads", "Basis", choices=("heads", "fte"))


def read(text: str | bytes, path: Path = OWN) -> tuple[Row, ...]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_rows(path, Row)


def refused(text: str | bytes, path: Path = OWN) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text, path)
    return str(caught.value)


def row(code: str, inhabitants: Approx, **others: object) -> Row:
    return Row(code, inhabitants, **(dict.fromkeys(("trainees", "change", "year", "basis")) | others))


# What is read


def test_optional_columns_may_be_absent_or_empty() -> None:
    assert read("county_code,inhabitants\n01,5\n") == (row("01", exactly(5)),)
    assert read("county_code,inhabitants,year,trainees\n01,5,,\n") == (row("01", exactly(5)),)


def test_every_sort_of_cell_and_any_order_of_columns() -> None:
    text = "basis,year,change,trainees,inhabitants,county_code\nfte,2024,-1.5,2.5,1e5,25\n"
    expected = row("25", exactly(100_000), trainees=exactly(2.5), change=-1.5, year=2024, basis="fte")
    assert read(text) == (expected,)


def test_rows_keep_the_order_of_the_file() -> None:
    assert [one.county_code for one in read("county_code,inhabitants\n25,5\n01,5\n10,5\n")] == [
        "25",
        "01",
        "10",
    ]


def test_spaces_empty_lines_and_a_byte_order_mark_do_no_harm() -> None:
    assert read("\ufeffcounty_code,inhabitants\n\n 01 , 5 \n\n") == (row("01", exactly(5)),)
    assert read("county_code,inhabitants\r\n01,5\r\n") == (row("01", exactly(5)),)


def test_ends_of_an_interval() -> None:
    header = "county_code,inhabitants,inhabitants_low,inhabitants_high\n"
    assert read(header + "01,5,4,7\n") == (row("01", Approx(5, 4, 7)),)
    assert read(header + "01,5,5,5\n") == (row("01", exactly(5)),)
    assert read(header + "01,5,,7\n") == (row("01", Approx(5, 5, 7)),)
    assert read("county_code,inhabitants,inhabitants_low\n01,5,4\n") == (row("01", Approx(5, 4, 5)),)


def test_a_good_parquet_file() -> None:
    path = Path("own.parquet")
    table = pl.DataFrame({"county_code": ["01", "03"], "inhabitants": [5, 6], "trainees": [None, 2.5]})
    table.write_parquet(path)
    assert read_rows(path, Row) == (row("01", exactly(5)), row("03", exactly(6), trainees=exactly(2.5)))


def test_parquet_cells_lose_their_spaces_and_capitals_of_the_name_do_no_harm() -> None:
    path = Path("OWN.PARQUET")
    pl.DataFrame({"county_code": [" 01"], "inhabitants": ["5 "], "basis": [" "]}).write_parquet(path)
    assert read_rows(path, Row) == (row("01", exactly(5)),)


# Columns


def test_a_wrong_column_brings_the_nearest_name() -> None:
    words = refused("county_code,inhabitant\n01,5\n")
    assert "own.csv:1: inhabitants: the column is missing" in words
    assert "did you mean 'inhabitant'?" in words
    assert "own.csv:1: inhabitant: there is no such column" in words
    assert "did you mean 'inhabitants'?; rename or remove it" in words


def test_a_missing_column_is_told_with_all_that_are_wanted() -> None:
    words = refused("county_code,trainees\n01,5\n")
    assert words.startswith("1 fault in the table:")
    assert "own.csv:1: inhabitants: the column is missing" in words
    assert "county_code, inhabitants, trainees (optional), change (optional), year (optional)" in words


def test_a_column_that_is_not_approximate_has_no_ends() -> None:
    words = refused("county_code,inhabitants,change_low\n01,5,1\n")
    assert "change_low: there is no such column" in words


def test_a_column_twice() -> None:
    words = refused("county_code,inhabitants,inhabitants\n01,5,6\n")
    assert "own.csv:1: inhabitants: the column is there twice; remove one of them" in words


def test_semicolons_are_one_fault() -> None:
    words = refused("county_code;inhabitants\n01;5\n")
    assert words.startswith("1 fault in the table:")
    assert "separate the columns by commas, not semicolons" in words


def test_tabs_are_one_fault() -> None:
    words = refused("county_code\tinhabitants\n01\t5\n")
    assert words.startswith("1 fault in the table:")
    assert "separate the columns by commas, not tabs" in words


def test_more_cells_than_columns() -> None:
    words = refused("county_code,inhabitants\n03,4\n01,1,5\n")
    assert "own.csv:3: there are more cells than columns" in words
    assert "write decimals with a point" in words


def test_fewer_cells_than_columns() -> None:
    assert "own.csv:2: inhabitants: the cell is empty" in refused("county_code,inhabitants\n01\n")


# Files


def test_an_empty_file() -> None:
    words = refused("")
    assert "county_code: the column is missing" in words
    assert "name the columns in the first line" in words


def test_a_file_with_names_only() -> None:
    words = refused("county_code,inhabitants\n")
    assert "own.csv: there are no rows; expected at least one row below the names: county_code" in words


def test_a_quote_that_is_never_closed() -> None:
    words = refused('county_code,inhabitants\n01,"5\n')
    assert "not a line of a CSV file: unexpected end of data" in words
    assert "there are no rows" not in words


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe\x81", "county_code,inhabitants\n01,5 å\n".encode("latin-1")]
)
def test_a_binary_file_and_another_encoding(content: bytes) -> None:
    words = refused(content)
    assert "own.csv: is not text in UTF-8" in words
    assert "save it as CSV in UTF-8" in words


@pytest.mark.parametrize("name", ["folder", "folder.parquet"])
def test_a_folder(name: str) -> None:
    Path(name).mkdir()
    with pytest.raises(
        ConfigError, match=f"{name}: cannot be read: Is a directory; expected a CSV or Parquet file"
    ):
        read_rows(Path(name), Row)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet"])
def test_a_file_that_is_not_there(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"{name}: file not found; expected .*; check the path"):
        read_rows(Path(name), Row)


def test_a_bad_parquet_file() -> None:
    words = refused("county_code,inhabitants\n01,5\n", Path("own.parquet"))
    assert "own.parquet: cannot be read: not a Parquet file" in words


def test_bad_cells_of_a_parquet_file_have_their_row() -> None:
    path = Path("own.parquet")
    pl.DataFrame({"county_code": [1, 3], "inhabitants": [5.0, float("nan")]}).write_parquet(path)
    with pytest.raises(ConfigError) as caught:
        read_rows(path, Row)
    words = str(caught.value)
    assert "own.parquet:1: county_code: county code '1' is not known" in words
    assert "own.parquet:2: inhabitants: nan is not a finite number" in words


# Cells


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("-5", "-5 is out of range; expected a number of 0 or more (persons)"),
        ("nan", "nan is not a finite number"),
        ("inf", "inf is not a finite number"),
        ("many", "'many' is not a number; expected a number of 0 or more (persons)"),
        ('"1,5"', "'1,5' is not a number; expected a number of 0 or more (persons); write a decimal point"),
        ("1 000", "'1 000' is not a number"),
        ("1_000", "'1_000' is not a number; expected a number of 0 or more (persons); leave _ out"),
        ("", "the cell is empty; expected a number of 0 or more (persons)"),
    ],
)
def test_a_bad_number(cell: str, words: str) -> None:
    told = refused(f"county_code,inhabitants\n03,4\n01,{cell}\n")
    assert told.startswith("1 fault in the table:")
    assert f"own.csv:3: inhabitants: {words}" in told


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("trainees\n01,5,1001", "trainees: 1001 is out of range; expected a number from 0 to 1000 (persons)"),
        ("year\n01,5,2020.5", "year: 2020.5 is not a whole number"),
        ("year\n01,5,1899", "year: 1899 is out of range"),
        ("basis\n01,5,head", "basis: 'head' is not known; expected one of heads, fte; did you mean 'heads'?"),
        ("change\n01,5,x", "change: 'x' is not a number; expected a number (percent)"),
    ],
)
def test_a_bad_optional_cell(cells: str, words: str) -> None:
    assert f"own.csv:2: {words}" in refused(f"county_code,inhabitants,{cells}\n")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1", "county code '1' is not known; expected the two-digit code of one of the 21 counties"),
        ("1", "did you mean '01'?"),
        ("02", "county code '02' is not known"),
        ("Stockhlm", "did you mean '01'?"),
        ("00", "00 is no county; expected the two-digit code of a county; leave the national row out"),
        ("", "the cell is empty; expected the two-digit code of a county"),
    ],
)
def test_a_bad_county(code: str, words: str) -> None:
    told = refused(f"county_code,inhabitants\n{code},5\n")
    assert "own.csv:2: county_code: " in told
    assert words in told


def test_a_county_twice_is_told_with_the_line_of_the_first() -> None:
    words = refused("county_code,inhabitants\n01,5\n03,6\n01,7\n")
    assert "own.csv:4: county_code: county_code 01 stands in line 2 already; keep one of the rows" in words


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("5,6,7", "inhabitants: 5 is not between its ends 6 and 7"),
        ("5,2,4", "inhabitants: 5 is not between its ends 2 and 4"),
        ("5,7,4", "inhabitants: 5 is not between its ends 7 and 4"),
        ("5,x,7", "inhabitants_low: 'x' is not a number"),
        ("5,-1,7", "inhabitants_low: -1 is out of range"),
        ("5,4,inf", "inhabitants_high: inf is not a finite number"),
    ],
)
def test_bad_ends(cells: str, words: str) -> None:
    told = refused(f"county_code,inhabitants,inhabitants_low,inhabitants_high\n01,{cells}\n")
    assert told.startswith("1 fault in the table:")
    assert f"own.csv:2: {words}" in told


def test_ends_without_the_number_between_them() -> None:
    words = refused("county_code,inhabitants,trainees,trainees_low,trainees_high\n01,5,,4,6\n")
    assert "trainees: the cell is empty, but not trainees_low and trainees_high" in words


def test_all_faults_come_in_one_report_with_their_lines() -> None:
    words = refused("county_code,inhabitants,trainees\n1,-5,x\n03,,7\n03,5,2000\n")
    places = [line.split("own.csv:")[1][:15] for line in words.splitlines() if "own.csv:" in line]
    assert words.startswith("6 faults in the table:")
    assert [place.split(":")[:2] for place in places] == [
        ["2", " county_code"],
        ["2", " inhabitants"],
        ["2", " trainees"],
        ["3", " inhabitants"],
        ["4", " trainees"],
        ["4", " county_code"],
    ]


@dataclass(frozen=True)
class Keyed:
    """A key that may be empty, and two numbers of which one cannot be the larger."""

    name: str = column("Name", key=True)
    variant: str | None = column("Variant", key=True, required=False)
    part: Approx | None = column("Part", required=False)
    whole: Approx | None = column("Whole", required=False)

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        return more_than(self, "part", "whole")


@pytest.mark.parametrize("text", ["name\na\na\n", "name,variant\na,\na,\n"])
def test_an_empty_optional_key_tells_no_rows_apart(text: str) -> None:
    OWN.write_text(text)
    with pytest.raises(ConfigError, match="name a stands in line 2 already"):
        read_rows(OWN, Keyed)
    OWN.write_text("name,variant\na,\na,b\nb,\n")
    assert len(read_rows(OWN, Keyed)) == 3


def test_cells_that_cannot_hold_together_are_told_with_their_row() -> None:
    OWN.write_text("name,part,whole\na,5,5\nb,6,5\nc,x,5\n")
    with pytest.raises(ConfigError) as caught:
        read_rows(OWN, Keyed)
    words = str(caught.value)
    assert words.startswith("2 faults")
    assert "own.csv:3: part: 6 is more than whole 5; expected at most 5" in words
    OWN.write_text("name,part,whole,whole_high\na,6,5,7\n")
    assert read_rows(OWN, Keyed)[0].whole == Approx(5, 5, 7)


# Settings


def test_settings_from_words() -> None:
    assert setting_values(Settings, {}) == Settings()
    assert setting_values(Settings, {"years": "7.5", "first": "2030", "basis": "fte"}) == Settings(
        7.5, 2030, "fte"
    )


def test_bad_settings_are_told_together_by_their_options() -> None:
    with pytest.raises(ConfigError) as caught:
        setting_values(Settings, {"years": "0", "first": "2023.5", "basis": "head"})
    words = str(caught.value)
    assert words.startswith("3 faults in the settings:")
    assert "--years: 0 is out of range; expected a number of 0.1 or more (years)" in words
    assert "--first: 2023.5 is not a whole number" in words
    assert "--basis: 'head' is not known; expected one of heads, fte; did you mean 'heads'?" in words
