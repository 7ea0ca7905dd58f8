"""`principals_table`: the posts needed by who employs: regions, municipalities, private employers.

Three readings, side by side. `today`: the posts in today's proportions of the trainees. `then`: in those
that the simulated trainees have in the target year, with their interval. `own`: each trains for itself, in
proportion to the workforce that it employs in the target year. Intake is not employed, and has the last
reading only: where those who come would work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.experiment.judged import Counts, Floats, Tried
from careersim.flows.areas import AREA_CODES
from careersim.outputs.columns import TableColumn
from careersim.schema import SECTORS

__all__ = ["PRINCIPALS_COLUMNS", "principals_table"]

_TODAY, _THEN = 0, 1
_TRAINEES, _WORKFORCE = 0, 1


def _number(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Float64", "posts, or persons a year", label)


PRINCIPALS_COLUMNS = (
    TableColumn("county_code", "String", "code", "County; 00 is the nation"),
    TableColumn("sector", "String", "name", "regional, municipal, private, other"),
    TableColumn("posts", "Int64", "posts, or persons a year", "All sectors, as in the answer"),
    _number("today", "In today's proportions of the trainees (base year); null without trainees"),
    _number("then", "In the proportions of the simulated trainees of the target year: median"),
    _number("then_low", "2.5 % quantile over replications"),
    _number("then_high", "97.5 % quantile over replications"),
    _number(
        "own", "In the proportions of the workforce of the target year, each training for itself: median"
    ),
    _number("own_low", "2.5 % quantile over replications"),
    _number("own_high", "97.5 % quantile over replications"),
)
"""Columns of the table, which has a row an area and sector."""


def principals_table(found: Tried, posts: Counts) -> pl.DataFrame:
    """Split posts by sector.

    Parameters
    ----------
    found
        What the posts give.
    posts
        By county.
    """
    persons = found.sectors
    persons = np.concatenate([persons.sum(axis=3, keepdims=True), persons], axis=3)
    numbers = np.concatenate([[posts.sum()], posts])
    columns: dict[str, Any] = {
        "county_code": [code for code in AREA_CODES for _ in SECTORS],
        "sector": list(SECTORS) * len(AREA_CODES),
        "posts": np.repeat(numbers, len(SECTORS)),
        "today": _split(numbers, persons[_TRAINEES, _TODAY])[1],
    }
    for name, group in (("then", _TRAINEES), ("own", _WORKFORCE)):
        low, middle, high = _split(numbers, persons[group, _THEN])
        columns |= {name: middle, f"{name}_low": low, f"{name}_high": high}
    schema = {column.name: getattr(pl, column.dtype) for column in PRINCIPALS_COLUMNS}
    return pl.DataFrame(columns, schema=schema).with_columns(pl.selectors.float().fill_nan(None))


def _split(numbers: Counts, persons: NDArray[np.int64]) -> tuple[Floats, Floats, Floats]:
    """Low end, median and high end of the posts of each area and sector, in one row after another.

    Replications in which nobody is there to take a proportion from do not count.
    """
    total = persons.sum(axis=-1, keepdims=True)
    shares = np.where(total > 0, persons / np.maximum(total, 1), np.nan)
    given = shares * numbers[None, :, None]
    there = np.isfinite(given).any(axis=0)
    filled = np.where(there, given, 0.0)
    low, middle, high = np.nanquantile(filled, (0.025, 0.5, 0.975), axis=0)
    return tuple(np.where(there, one, np.nan).reshape(-1) for one in (low, middle, high))  # type: ignore[return-value]
