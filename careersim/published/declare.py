"""How a calculation says what goes in, what comes out and what can be set: dataclass fields with metadata.

For example `county_code: str = column("County", county=True, key=True)`, or `specialists: Approx | None =
column("Specialists in general medicine", unit="persons", lowest=0)`, and in the settings `training_years:
float = setting(8.0, "Years in specialist training", unit="years", lowest=0.1)`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from careersim.published.approx import Approx
from careersim.published.ledger import Check

__all__ = [
    "Calculation",
    "Column",
    "Contradicting",
    "NoSettings",
    "Tables",
    "column",
    "columns",
    "more_than",
    "setting",
]

Tables = Mapping[str, Sequence[Any]]
"""Tables by name; each a sequence of instances of one dataclass whose fields are made with `column`."""


@runtime_checkable
class Contradicting(Protocol):
    """An input row whose cells can each be right and yet not hold together."""

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Give what cannot be: the column, the message, and what was expected."""


@dataclass(frozen=True)
class Column:
    """What a field of an input row, an output row or the settings is.

    Attributes
    ----------
    label
        In words, without the unit.
    unit
        In words, such as `persons`; empty for names.
    lowest, highest
        Range that an input may have.
    county
        Whether it is the code of one of the 21 counties.
    key
        Whether it tells rows apart: no two rows may agree in all keys.
    required
        Whether an input cell must be filled.
    choices
        The names that are possible, if it is one of a list.
    decimals
        Digits after the point when printed as text.
    """

    label: str
    unit: str = ""
    lowest: float = -math.inf
    highest: float = math.inf
    county: bool = False
    key: bool = False
    required: bool = True
    choices: tuple[str, ...] = ()
    decimals: int = 0


@dataclass(frozen=True)
class NoSettings:
    """For calculations with nothing to set."""


@dataclass(frozen=True)
class Calculation:
    """One published calculation.

    Attributes
    ----------
    name
        On the command line, such as `dlf`.
    title, formula
        What it gives, and how, in words that a reader can check by hand.
    documents
        Keys of the documents (`careersim.data.document`).
    row
        Dataclass of an input row.
    settings
        Dataclass of what can be set; called without arguments it gives the published settings.
    published
        Gives the rows of the document.
    compute
        From rows and settings to tables; pure. The first table is the main one.
    checks
        Gives one check for every number that the document prints.
    read
        Reads a user's rows from a path; None for a CSV or Parquet file with the columns of `row`.
    """

    name: str
    title: str
    formula: str
    documents: tuple[str, ...]
    row: type[Any]
    published: Callable[[], tuple[Any, ...]]
    compute: Callable[..., Tables]
    checks: Callable[[], tuple[Check, ...]]
    settings: type[Any] = NoSettings
    read: Callable[[Path], tuple[Any, ...]] | None = None


def column(
    label: str,
    *,
    unit: str = "",
    lowest: float = -math.inf,
    highest: float = math.inf,
    county: bool = False,
    key: bool = False,
    required: bool = True,
    choices: tuple[str, ...] = (),
    decimals: int = 0,
) -> Any:
    """Declare a field of an input or output row (see `Column`)."""
    declared = Column(label, unit, lowest, highest, county, key, required, choices, decimals)
    return field(metadata={"column": declared})


def setting(
    default: float | int | str,
    label: str,
    *,
    unit: str = "",
    lowest: float = -math.inf,
    highest: float = math.inf,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare a field of the settings with its published value (see `Column`)."""
    declared = Column(label, unit, lowest, highest, choices=choices)
    return field(default=default, metadata={"column": declared})


def columns(row: type[Any]) -> dict[str, Column]:
    """Give the declared columns of a dataclass by name, in order."""
    return {one.name: one.metadata["column"] for one in fields(row)}


def more_than(row: object, part: str, whole: str, times: float = 1.0) -> Iterable[tuple[str, str, str]]:
    """Tell that one column of a row is certainly more than another, if it is (see `Contradicting`)."""
    some: Approx | None = getattr(row, part)
    all_: Approx | None = getattr(row, whole)
    if some is not None and all_ is not None and some.low > times * all_.high:
        message = f"{some.value:.12g} is more than {whole} {all_.value:.12g}"
        yield part, message, f"at most {times * all_.high:.12g}"
