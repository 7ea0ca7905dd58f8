"""The catalog: what every table holds, and the unit, rounding and suppression rule of every figure in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, cast, get_args

from careersim.data.entries import Entry
from careersim.data.rounding import Rule, parse_rule
from careersim.data.shipped import refuse_unknown, shipped_yaml
from careersim.errors import DataError

__all__ = ["Case", "ColumnInfo", "Dtype", "TableInfo", "Wording", "list_tables", "table_info"]

Dtype = Literal["string", "integer", "number"]
FILE = "catalog.yaml"
PROVENANCE = ("source", "locator")


@dataclass(frozen=True, slots=True)
class Case:
    """What holds for the figures of a column in the rows that `when` selects.

    Attributes
    ----------
    when
        Column and the words one of which its cell must be; empty means every row.
    unit
        Unit, or None if a column of the table names it.
    rounding
        Rule that gives the interval of a printed number.
    suppressed_below
        An empty cell hides a count under this number; None if cells are not hidden for being small.
    suppressed_derived
        An empty cell is hidden because it would reveal such a count.
    minimum, maximum
        Range that the quantity can have at all, in its unit.
    """

    when: Mapping[str, tuple[str, ...]]
    unit: str | None
    rounding: Rule
    suppressed_below: float | None
    suppressed_derived: bool
    minimum: float
    maximum: float

    def fits(self, row: Mapping[str, str]) -> bool:
        """Say whether this case applies to a row."""
        return all(row[column] in words for column, words in self.when.items())


@dataclass(frozen=True, slots=True)
class ColumnInfo:
    """A column, or the pair of columns that holds the two ends of one figure.

    Attributes
    ----------
    parts
        The physical columns: the name itself, or the columns of the lower and the upper end.
    unit_column
        Column that names the unit, for tables in long format.
    words
        Printed words that stand for a number, for example never for infinity.
    cases
        First that fits wins; empty for a column that holds no figures.
    """

    name: str
    dtype: Dtype
    description: str
    parts: tuple[str, ...]
    unit_column: str | None
    words: Mapping[str, float]
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """Words at the start of a cell that turn a printed number into a bound or an approximation."""

    column: str
    lower: tuple[str, ...]
    upper: tuple[str, ...]
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableInfo:
    """A table of the catalog.

    Attributes
    ----------
    published_table
        Number of the table in the document, in Swedish as printed.
    documents
        Keys of the documents that the rows come from.
    key_columns
        Columns that select a row; a few rows need their locator besides.
    contradictions
        Known disagreements inside the table and with others, in words.
    sha256
        Hash of the CSV file.
    """

    name: str
    title: str
    description: str
    published_table: str
    documents: tuple[str, ...]
    key_columns: tuple[str, ...]
    columns: Mapping[str, ColumnInfo]
    wording: Wording | None
    contradictions: tuple[str, ...]
    sha256: str

    @property
    def header(self) -> tuple[str, ...]:
        """Columns of the CSV file in order."""
        return (*(part for column in self.columns.values() for part in column.parts), *PROVENANCE)

    @property
    def figure_columns(self) -> tuple[str, ...]:
        """Columns that hold figures."""
        return tuple(name for name, column in self.columns.items() if column.cases)


def list_tables() -> list[TableInfo]:
    """List every table, in the order of the catalog."""
    return [table_info(name) for name in shipped_yaml(FILE)]


@cache
def table_info(name: str) -> TableInfo:
    """Describe one table.

    Parameters
    ----------
    name
        Name of the table, for example `baseline_2023`.

    Raises
    ------
    DataError
        If there is no such table (the message gives the nearest name), or the catalog is malformed.
    """
    catalog = shipped_yaml(FILE)
    refuse_unknown(name, catalog, what="table", where=FILE)
    entry = Entry(catalog[name], f"{FILE}: {name}")
    wording = entry.optional_entry("wording")
    info = TableInfo(
        name=name,
        title=entry.text("title"),
        description=entry.text("description"),
        published_table=entry.text("published_table"),
        documents=entry.texts("documents"),
        key_columns=entry.texts("keys"),
        columns={key: column_from(key, value) for key, value in entry.entries("columns").items()},
        wording=None if wording is None else wording_from(wording),
        contradictions=entry.texts("contradictions"),
        sha256=entry.text("sha256"),
    )
    entry.refuse_unread()
    return info


def column_from(name: str, entry: Entry) -> ColumnInfo:
    """Build the description of a column from its catalog entry."""
    words = entry.optional_entry("words")
    info = ColumnInfo(
        name=name,
        dtype=dtype_from(entry),
        description=entry.text("description"),
        parts=entry.texts("parts", default=(name,)),
        unit_column=entry.optional_text("unit_column"),
        words={} if words is None else {word: float(words.text(word)) for word in words.names()},
        cases=tuple(case_from(case) for case in entry.entry_list("cases")),
    )
    entry.refuse_unread()
    return info


def dtype_from(entry: Entry) -> Dtype:
    """Read the type of a column."""
    word = entry.text("dtype")
    refuse_unknown(word, get_args(Dtype), what="dtype", where=entry.where)
    return cast("Dtype", word)


def case_from(entry: Entry) -> Case:
    """Build one case of a column."""
    when = entry.optional_entry("when")
    suppression = entry.optional_text("suppression")
    below: float | None = None
    if suppression is not None and suppression != "derived":
        word, _, number = suppression.partition(" ")
        if word != "below" or not number.isdigit():
            raise DataError(
                f"unknown suppression '{suppression}'", where=entry.where, expected="below COUNT or derived"
            )
        below = float(number)
    case = Case(
        when={} if when is None else {column: when.texts(column) for column in when.names()},
        unit=entry.optional_text("unit"),
        rounding=parse_rule(entry.text("rounding"), entry.where),
        suppressed_below=below,
        suppressed_derived=suppression == "derived",
        minimum=float(entry.optional_text("minimum") or -math.inf),
        maximum=float(entry.optional_text("maximum") or math.inf),
    )
    entry.refuse_unread()
    return case


def wording_from(entry: Entry) -> Wording:
    """Build the wording rule of a table."""
    wording = Wording(entry.text("column"), entry.texts("lower"), entry.texts("upper"), entry.texts("about"))
    entry.refuse_unread()
    return wording
