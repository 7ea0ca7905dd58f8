"""The page of columns lists what the tables have."""

from __future__ import annotations

from tests.unit.outputs.column_page import PAGE, with_tables


def test_the_page_lists_every_column_as_it_is_declared() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "python -m tests.unit.outputs.column_page writes the tables anew"
    assert "| `variance_reduction` |" in page
