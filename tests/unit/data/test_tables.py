"""Every shipped table loads as the catalog describes it, and an edited one does not load."""

import csv
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import careersim.data
from careersim.data import document, list_tables, load_table, reading, table_info
from careersim.data.shipped import TABLES_FOLDER
from careersim.errors import DataError

NAMES = [info.name for info in list_tables()]


def raw_rows(name):
    with (TABLES_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_catalog_and_the_folder_hold_the_same_tables():
    assert sorted(NAMES) == sorted(path.stem for path in TABLES_FOLDER.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_table_loads_as_described(name):
    info, frame = table_info(name), load_table(name)
    assert tuple(frame.columns) == info.header
    assert frame.height == len(raw_rows(name)) > 0
    for column in info.columns.values():
        wanted = {"string": pl.String, "integer": pl.Int64, "number": pl.Float64}[column.dtype]
        assert all(frame.schema[part] == wanted for part in column.parts)


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_cell_is_null_and_a_null_is_an_empty_cell(name):
    rows, frame = raw_rows(name), load_table(name)
    for column in frame.columns:
        assert frame[column].is_null().to_list() == [row[column] == "" for row in rows]


@pytest.mark.parametrize("name", NAMES)
def test_county_codes_are_text_of_two_digits(name):
    frame = load_table(name)
    if "county_code" in frame.columns:
        assert frame.schema["county_code"] == pl.String
        assert frame["county_code"].str.contains(r"^\d\d$").all()


@pytest.mark.parametrize("name", NAMES)
def test_rows_are_told_apart_by_key_columns_and_locator(name):
    info, frame = table_info(name), load_table(name)
    assert frame.select(*info.key_columns, "locator").is_unique().all()


@pytest.mark.parametrize("name", NAMES)
def test_every_row_names_a_known_document_and_a_place(name):
    info, frame = table_info(name), load_table(name)
    assert set(frame["source"]) == set(info.documents)
    assert all(document(key).publisher for key in info.documents)
    assert frame["locator"].null_count() == 0


def test_never_is_infinity():
    years = load_table("dlf_staffing_2023").filter(pl.col("county_code") == "07")["years_to_full"]
    assert years.to_list() == [float("inf")]


@pytest.mark.parametrize("name", NAMES)
def test_an_edited_byte_is_refused(name, tmp_path):
    info = table_info(name)
    content = bytearray(reading.verified_content(info, TABLES_FOLDER))
    content[-2] ^= 1
    (tmp_path / f"{name}.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"SHA-256 is [0-9a-f]{64}") as caught:
        reading.verified_content(info, tmp_path)
    message = str(caught.value)
    assert str(tmp_path / f"{name}.csv") in message
    assert info.sha256 in message
    assert "restore the file from version control" in message


def test_an_edit_after_the_first_read_is_refused_too(monkeypatch, tmp_path):
    load_table("gp_2019")
    text = (TABLES_FOLDER / "gp_2019.csv").read_text(encoding="utf-8")
    (tmp_path / "gp_2019.csv").write_text(text.replace("997", "998", 1), encoding="utf-8")
    monkeypatch.setattr(reading, "TABLES_FOLDER", tmp_path)
    with pytest.raises(DataError, match="the table was edited"):
        load_table("gp_2019")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"gp_2019\.csv: the table's file is missing"):
        reading.verified_content(table_info("gp_2019"), tmp_path)


def test_an_unknown_table_brings_the_nearest_name():
    with pytest.raises(DataError, match=r"unknown table 'baseline_2024'.*did you mean 'baseline_2023'"):
        load_table("baseline_2024")


def modules_loaded_by(statements, names):
    """Run statements in a fresh interpreter and give those of the named modules that it then holds."""
    code = f"import sys; {statements}; print(*[name for name in {names!r} if name in sys.modules])"
    root = Path(careersim.data.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_importing_the_package_is_light():
    heavy = ["polars", "numpy", "pandas", "pydantic", "yaml"]
    assert modules_loaded_by("import careersim.data", heavy) == []


def test_figures_are_read_without_polars():
    look_up = "from careersim.data import figure; figure('baseline_2023', 'gps', county_code='01')"
    assert modules_loaded_by(look_up, ["polars", "numpy", "yaml"]) == ["yaml"]
