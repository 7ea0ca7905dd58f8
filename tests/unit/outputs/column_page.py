"""The page that lists every column of every table, made from the declared columns.

`python -m tests.unit.outputs.column_page` writes the tables of docs/reference/columns.md anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from careersim.outputs.columns import TABLES, TableColumn
from careersim.outputs.compare_columns import COMPARISON_TABLES
from careersim.outputs.posts_principals import PRINCIPALS_COLUMNS
from careersim.outputs.posts_table import POSTS_COLUMNS
from careersim.outputs.rank_columns import RANK_TABLES
from careersim.outputs.sensitivity_columns import SENSITIVITY_TABLES

__all__ = ["PAGE", "with_tables"]

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "columns.md"

_BEGIN, _END = "<!-- tables: begin -->", "<!-- tables: end -->"
_GROUPS = {
    "Tables of `run`": TABLES,
    "Tables of `compare`": COMPARISON_TABLES,
    "Tables of `sensitivity`": SENSITIVITY_TABLES,
    "Tables of `rank`": RANK_TABLES,
    "Tables of `guideline`": {"counties": POSTS_COLUMNS, "principals": PRINCIPALS_COLUMNS},
}


def with_tables(page: str) -> str:
    """Put the tables as they are declared between the marks of the page."""
    before, rest = page.split(_BEGIN)
    tables = "\n".join(_lines())
    return f"{before}{_BEGIN}\n\n{tables}\n{_END}{rest.split(_END)[1]}"


def _lines() -> Iterator[str]:
    for group, tables in _GROUPS.items():
        yield f"## {group}\n"
        for name, columns in tables.items():
            yield f"### {name}\n"
            yield "| column | type | unit | meaning |"
            yield "|---|---|---|---|"
            yield from map(_row, columns)
            yield ""


def _row(column: TableColumn) -> str:
    return f"| `{column.name}` | {column.dtype} | {column.unit} | {column.label} |"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
