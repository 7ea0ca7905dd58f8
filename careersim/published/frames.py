"""Tables of a calculation as polars data frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_type_hints

import polars as pl

from careersim.published.approx import Approx

__all__ = ["frame"]

_DTYPES: dict[object, pl.DataType] = {
    str: pl.String(),
    int: pl.Int64(),
    float: pl.Float64(),
    bool: pl.Boolean(),
}


def frame(rows: Sequence[Any]) -> pl.DataFrame:
    """Give rows of one dataclass as a data frame.

    Returns
    -------
    One column for each field. A number known up to rounding, `x`, is followed by `x_low` and `x_high`; what
    is not known is null. Infinity is kept.
    """
    if not rows:
        return pl.DataFrame()
    series = []
    for name, hint in get_type_hints(type(rows[0])).items():
        values = [getattr(row, name) for row in rows]
        if hint in (Approx, Approx | None):
            for suffix, part in (("", "value"), ("_low", "low"), ("_high", "high")):
                numbers = [None if value is None else getattr(value, part) for value in values]
                series.append(pl.Series(f"{name}{suffix}", numbers, dtype=pl.Float64))
        else:
            known = next((dtype for kind, dtype in _DTYPES.items() if hint in (kind, kind | None)), None)  # type: ignore[operator]
            series.append(pl.Series(name, values, dtype=known))
    return pl.DataFrame(series)
