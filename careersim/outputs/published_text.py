"""Published calculations and their ledger as printed tables and as plain data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from textwrap import wrap
from typing import Any, Literal

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from careersim.data import document
from careersim.published.declare import Column
from careersim.published.ledger import Check, Tally
from careersim.published.run import Ledger, PublishedTables
from careersim.types import COUNTY_NAMES

__all__ = [
    "LEAST_WIDTH",
    "ledger_data",
    "ledger_frame",
    "print_ledger",
    "print_published",
    "published_data",
]


LEAST_WIDTH = 100
"""Columns in which every table can be divided so that no number is cut."""

_NAMELESS = Column("")
_GAP = 3
"""Spaces between columns."""


def print_published(found: PublishedTables, console: Console) -> None:
    """Print all tables of a calculation: numbers, and in brackets what the rounding of the inputs leaves."""
    asked = found.calculation
    console.print(Text(asked.title, style="bold"))
    console.print(Text(asked.formula))
    for key in asked.documents:
        told = document(key)
        console.print(Text(f"Source: {told.title_en}, {told.publisher}, {told.date} ({key})"))
    figures = "as published" if found.figures is None else found.figures
    settings = "; ".join(f"{name} {_plain(value)}" for name, value in found.settings.items())
    console.print(Text(f"Figures: {figures}. {f'Settings: {settings}.' if settings else ''}"))
    explained: Mapping[str, Column] | None = None
    for name, table in found.tables.items():
        if table.is_empty():
            console.print(Text(f"{name.replace('_', ' ').capitalize()}: no rows"))
            continue
        for panel in _panels(name, table, found.columns[name], console.width):
            console.print(panel)
        if found.columns[name] != explained:
            explained = found.columns[name]
            console.print(_legend(explained))
    console.print(
        Text("\nIn brackets: what the rounding of the figures that go in leaves open. –: not known.")
    )


def published_data(found: PublishedTables) -> dict[str, Any]:
    """Give a calculation as plain data for JSON; infinity becomes the word `never` or `infinite`."""
    return {
        "calculation": found.calculation.name,
        "title": found.calculation.title,
        "formula": found.calculation.formula,
        "documents": list(found.calculation.documents),
        "input": found.figures or "published",
        "settings": dict(found.settings),
        "tables": {
            name: {
                "columns": {
                    key: {"label": one.label, "unit": one.unit} for key, one in found.columns[name].items()
                },
                "rows": [
                    {key: _json(value, _unit(found, name, key)) for key, value in row.items()}
                    for row in table.iter_rows(named=True)
                ],
            }
            for name, table in found.tables.items()
        },
    }


def print_ledger(found: Ledger, console: Console) -> None:
    """Print how many printed numbers are reproduced, and each that is not, with the reason."""
    console.print(Text("Printed numbers and what the documents' own formulas give", style="bold"))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("Calculation", "Table"):
        table.add_column(heading)
    for heading in ("Printed", "Input", "Exact", "Within rounding", "Differ", "Unexplained"):
        table.add_column(heading, justify="right")
    for tally in found.tallies:
        table.add_row(tally.calculation, tally.published_table, *_counts(tally))
    table.add_section()
    whole = _whole(found.tallies)
    table.add_row("All", "", *_counts(whole))
    console.print(table)
    console.print(Text(f"All: {_kept(whole)}"))
    tables = [tally for tally in found.tallies if not tally.running_text]
    if 0 < len(tables) < len(found.tallies):
        console.print(Text(f"Without the claims of running text: {_kept(_whole(tables))}"))
    for (name, reason), cells in _by_reason(found).items():
        console.print(Text(f"\n{name}: {reason or 'unexplained'}", style="bold"))
        for cell in cells:
            console.print(Text(f"  {_told(cell)}"))


def ledger_data(found: Ledger) -> dict[str, Any]:
    """Give the ledger as plain data for JSON."""
    return {
        "unexplained": found.unexplained,
        "tallies": [asdict(tally) for tally in found.tallies],
        "all": {key: value for key, value in asdict(_whole(found.tallies)).items() if isinstance(value, int)},
        "differ": [
            {key: _json(value, cell.figure.unit) for key, value in _cell(name, cell).items()}
            for name, cells in found.cells.items()
            for cell in cells
            if cell.verdict == "differs"
        ],
    }


def ledger_frame(found: Ledger) -> pl.DataFrame:
    """Give every printed number beside the computed one: one row a number."""
    rows = [_cell(name, cell) for name, cells in found.cells.items() for cell in cells]
    return pl.DataFrame(rows, infer_schema_length=None)


def _panels(name: str, frame: pl.DataFrame, declared: Mapping[str, Column], width: int) -> Iterator[Table]:
    """Lay a table out in as many panels as the width needs; each begins with what tells its rows apart."""
    rows = list(frame.iter_rows(named=True))
    texts = {column: [_shown(column, row, one) for row in rows] for column, one in declared.items()}
    widths = {column: _width(column, cells) for column, cells in texts.items()}
    keys = [column for column, one in declared.items() if one.key] or [next(iter(declared))]
    room = width - sum(widths[key] + _GAP for key in keys)
    for number, chosen in enumerate(_fitting([one for one in declared if one not in keys], widths, room)):
        title = name.replace("_", " ").capitalize() + (" (continued)" if number else "")
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
        for column in [*keys, *chosen]:
            left = column in keys or not frame.schema[column].is_numeric()
            heading = "\n".join(wrap(_heading(column), widths[column]))
            justify: Literal["left", "right"] = "left" if left else "right"
            table.add_column(heading, justify=justify, width=widths[column], no_wrap=True)
        for index in range(len(rows)):
            table.add_row(*(Text(texts[column][index]) for column in [*keys, *chosen]))
        yield table


def _fitting(columns: list[str], widths: Mapping[str, int], room: int) -> Iterator[list[str]]:
    """Divide columns so that each part is as wide as there is room, but has at least one of them."""
    part: list[str] = []
    used = 0
    for column in columns:
        if part and used + widths[column] + _GAP > room:
            yield part
            part, used = [], 0
        part.append(column)
        used += widths[column] + _GAP
    yield part


def _width(column: str, cells: list[str]) -> int:
    return max(len(word) for word in (*_heading(column).split(), *cells, ""))


def _heading(column: str) -> str:
    return "county" if column == "county_code" else column.replace("_", " ")


def _legend(declared: Mapping[str, Column]) -> Text:
    """Say what the columns of a table are."""
    told = [
        f"{_heading(name)}: {one.label}{f' ({one.unit})' if one.unit else ''}"
        for name, one in declared.items()
        if one.label.lower() != _heading(name) or one.unit
    ]
    return Text("; ".join(told) + ".", style="dim")


def _shown(column: str, row: Mapping[str, Any], declared: Column) -> str:
    """A cell of a printed table."""
    value = row[column]
    if column == "county_code":
        return COUNTY_NAMES.get(value, "All" if value == "00" else str(value))
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, float):
        return str(value)
    text = _number(value, declared)
    low, high = row.get(f"{column}_low"), row.get(f"{column}_high")
    ends = [text if end is None else _number(end, declared) for end in (low, high)]
    if ends == [text, text]:
        return text
    return f"{text} ({(' to ' if low is not None and low < 0 else '–').join(ends)})"


def _number(value: float, declared: Column) -> str:
    if math.isinf(value):
        return _infinite(declared.unit) if value > 0 else "below all bounds"
    return f"{value:,.{declared.decimals}f}"


def _infinite(unit: str) -> str:
    return "never" if unit.startswith("years") else "infinite"


def _json(value: Any, unit: str) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else _infinite(unit) if value > 0 else "-infinite"
    return value


def _unit(found: PublishedTables, table: str, column: str) -> str:
    declared = found.columns[table]
    return declared.get(
        column, declared.get(column.removesuffix("_low").removesuffix("_high"), _NAMELESS)
    ).unit


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _counts(tally: Tally) -> Iterator[str]:
    for number in (tally.printed, tally.inputs, tally.exact, tally.within, tally.differ, tally.unexplained):
        yield f"{number:,}"


def _whole(counted: Iterable[Tally]) -> Tally:
    names = ("printed", "inputs", "exact", "within", "differ", "unexplained")
    one = list(counted)
    return Tally("all", "", *(sum(getattr(tally, name) for tally in one) for name in names))


def _cell(name: str, cell: Check) -> dict[str, Any]:
    computed = cell.computed
    return {
        "calculation": name,
        "published_table": cell.published_table,
        "where": ", ".join(f"{key} {value}" for key, value in cell.figure.key),
        "column": cell.figure.column,
        "unit": cell.figure.unit,
        "printed": cell.figure.value,
        "printed_low": cell.figure.low,
        "printed_high": cell.figure.high,
        "computed": None if computed is None else computed.value,
        "computed_low": None if computed is None else computed.low,
        "computed_high": None if computed is None else computed.high,
        "verdict": cell.verdict,
        "reason": cell.reason if cell.verdict == "differs" else "",
        "document": cell.figure.document,
        "locator": cell.figure.locator,
    }


def _kept(tally: Tally) -> str:
    """Say what share of the numbers is reproduced."""
    derived, kept = tally.printed - tally.inputs, tally.exact + tally.within
    if not derived:
        return f"{tally.printed:,} printed numbers, all of them inputs."
    return (
        f"{kept + tally.inputs:,} of {tally.printed:,} printed numbers "
        f"({(kept + tally.inputs) / tally.printed:.1%}) are inputs, exact or within rounding; of the "
        f"{derived:,} that a formula gives, {kept:,} ({kept / derived:.1%})."
    )


def _by_reason(found: Ledger) -> dict[tuple[str, str], list[Check]]:
    """Collect the numbers that differ by calculation and reason."""
    groups: dict[tuple[str, str], list[Check]] = {}
    for name, cells in found.cells.items():
        for cell in cells:
            if cell.verdict == "differs":
                groups.setdefault((name, cell.reason), []).append(cell)
    return groups


def _told(cell: Check) -> str:
    row = _cell("", cell)
    place = "; ".join(
        word for word in (row["where"], row["column"].replace("_", " "), row["locator"]) if word
    )
    printed = "a direction" if row["printed"] is None else f"{row['printed']:,.6g}"
    numbers = f"printed {printed}, computed {row['computed']:,.6g}"
    interval = f" ({row['computed_low']:,.6g} to {row['computed_high']:,.6g})"
    return f"{cell.published_table} ({place}): {numbers}{interval} {cell.figure.unit}"
