"""The catalog is complete, its faults are refused, and its lists of keys can be trusted."""

import re
from pathlib import Path

import polars as pl
import pytest

import careersim.data
from careersim.data import counties, document, list_tables, literature, load_table, table_info
from careersim.data.catalog import case_from
from careersim.data.entries import Entry
from careersim.data.shipped import shipped_yaml
from careersim.errors import DataError

FOLDER = Path(careersim.data.__file__).parent
DOCUMENTS = [
    "socialstyrelsen-2025-st",
    "socialstyrelsen-2026-guideline",
    "socialstyrelsen-2022-interim",
    "dlf-2024",
    "scb-digital-boundaries",
]


@pytest.mark.parametrize("info", list_tables(), ids=lambda info: info.name)
def test_every_table_and_column_is_described(info):
    assert info.title
    assert info.description
    assert info.published_table
    assert all(column.description for column in info.columns.values())
    assert set(info.key_columns) <= set(info.columns)


@pytest.mark.parametrize("info", list_tables(), ids=lambda info: info.name)
def test_cases_name_columns_and_cells_that_exist(info):
    frame = load_table(info.name)
    for column in info.columns.values():
        for case in column.cases:
            for name, cells in case.when.items():
                assert set(cells) <= set(map(str, frame[name]))
        if column.cases:
            assert not column.cases[-1].when
            assert column.unit_column in info.columns or all(case.unit for case in column.cases)


@pytest.mark.parametrize("info", list_tables(), ids=lambda info: info.name)
def test_every_number_that_is_no_key_is_a_figure(info):
    keys = {*info.key_columns, "age_low", "age_high"}
    numbers = {name for name, column in info.columns.items() if column.dtype != "string"}
    assert numbers - keys == set(info.figure_columns)


@pytest.mark.parametrize("file_name", ["catalog.yaml", "documents.yaml", "literature.yaml"])
def test_no_key_stands_twice_at_the_left_margin(file_name):
    keys = re.findall(r"^([\w-]+):", (FOLDER / file_name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(shipped_yaml(file_name))


def test_documents_are_those_that_the_tables_cite():
    assert sorted(shipped_yaml("documents.yaml")) == sorted(DOCUMENTS)
    assert {key for info in list_tables() for key in info.documents} == set(DOCUMENTS)
    assert document("dlf-2024").title_sv == "Fast läkare – hur lång tid tar det?"


@pytest.mark.parametrize("key", shipped_yaml("literature.yaml"))
def test_every_citation_has_words(key):
    found = literature(key)
    assert found.key == key
    assert len(found.citation) > 10


def test_citations_of_swedish_documents_lead_to_them():
    for key in ["SE1", "SE2", "SE3", "SE4"]:
        assert document(re.findall(r"document ([\w-]+)\)", literature(key).citation)[0])


def test_unknown_keys_bring_the_nearest_one():
    with pytest.raises(DataError, match=r"unknown document 'dlf-2023'.*did you mean 'dlf-2024'"):
        document("dlf-2023")
    with pytest.raises(
        DataError, match=r"literature\.yaml: unknown literature key 'E355'.*did you mean 'E35'"
    ):
        literature("E355")


def test_counties_are_21_in_code_order():
    found = counties()
    assert len(found) == 21
    assert [county.code for county in found] == sorted(county.code for county in found)
    assert (found[0].code, found[0].name_sv, found[-1].name_ascii) == ("01", "Stockholms län", "Norrbotten")
    assert all(county.name_ascii.isascii() for county in found)


def test_centroids_lie_in_sweden_one_a_county():
    frame = load_table("county_centroids")
    assert frame["county_code"].to_list() == [county.code for county in counties()]
    assert frame["latitude"].is_between(55.3, 69.1).all()
    assert frame["longitude"].is_between(11.0, 24.2).all()
    # Gotland lies in the Baltic, east of every mainland county south of Uppsala but Stockholm.
    gotland = frame.row(by_predicate=pl.col("county_code") == "09", named=True)
    assert (gotland["latitude"], gotland["longitude"]) == pytest.approx((57.5, 18.5), abs=0.05)


def test_table_info_is_the_entry_of_the_list():
    assert table_info("gp_2019") in list_tables()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"rounding": "neerest 5"}, "unknown rounding rule 'neerest 5'.*did you mean 'nearest'"),
        ({"rounding": "nearest"}, "expected exact, nearest STEP"),
        ({"rounding": "exact 5"}, "unknown rounding rule 'exact 5'"),
        ({}, "missing key 'rounding'"),
        (
            {"rounding": "exact", "supression": "derived"},
            "unknown key 'supression'; did you mean 'suppression'",
        ),
        ({"rounding": "exact", "suppression": "under 20"}, "unknown suppression 'under 20'"),
        ({"rounding": "exact", "when": "year"}, "when: not a mapping"),
        ({"rounding": "exact", "when": {"year": "2019"}}, "not a list; expected values in brackets"),
        ({"rounding": ["exact"]}, "rounding: not a text"),
    ],
)
def test_a_malformed_case_is_refused(content, words):
    with pytest.raises(DataError, match=words):
        case_from(Entry(content, "catalog.yaml: t: columns: c: cases[0]"))


def test_nothing_shipped_points_outside_the_project():
    for path in [*FOLDER.rglob("*.csv"), *FOLDER.glob("*.yaml"), *FOLDER.glob("*.py")]:
        text = path.read_text(encoding="utf-8")
        assert "README" not in text
        assert ".txt" not in text
