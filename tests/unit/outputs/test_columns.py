"""The column dictionary, the tables and the page that explains them say the same."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from careersim.flows.constraints import CONSTRAINTS
from careersim.flows.durations import MEASURES
from careersim.flows.flow_table import FLOW_KINDS
from careersim.outputs.columns import TABLES, check_columns, empty_table
from tests.unit.outputs.tiny import tiny_result


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "reference" / "outputs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", TABLES)
def test_empty_tables_are_as_declared(name: str) -> None:
    check_columns(name, empty_table(name).lazy())


def test_every_table_is_explained(page: str) -> None:
    missing = [name for name in TABLES if f"`{name}.parquet`" not in page and f"`{name}/" not in page]
    assert missing == []


def test_every_word_in_a_column_of_names_is_explained(page: str) -> None:
    tables = tiny_result().tables
    indicators = set(tables["guideline"].select("indicator").collect()["indicator"])
    words = indicators | set(FLOW_KINDS) | set(CONSTRAINTS) | set(MEASURES)
    assert [word for word in sorted(words) if f"`{word}`" not in page] == []


def test_every_key_of_the_manifest_is_explained(page: str) -> None:
    keys = {*tiny_result().manifest, "format", "files"}
    assert [key for key in sorted(keys) if f"`{key}`" not in page] == []


def test_every_table_of_a_run_has_rows() -> None:
    empty = {name for name, table in tiny_result().tables.items() if table.collect().is_empty()}
    assert empty == set()


def test_statistics_are_in_order() -> None:
    for name in ("workforce", "stocks", "flows", "guideline"):
        table = tiny_result().tables[name].collect().drop_nulls()
        marks = ["p2_5", "p10", "p50", "p90", "p97_5"]
        for low, high in pairwise(marks):
            assert table.select((pl.col(low) <= pl.col(high)).all()).item(), (name, low)
