"""The columns of a register panel: are they those of the schema, and of a type that keeps what they mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from careersim.errors import nearest_name
from careersim.population.panel_faults import PanelFaults
from careersim.population.panel_schema import PANEL_COLUMNS, PanelColumn

if TYPE_CHECKING:
    import polars as pl

__all__ = ["columns_as_text"]


def columns_as_text(frame: pl.DataFrame, faults: PanelFaults) -> pl.DataFrame:
    """Give all columns of the schema as text, so that CSV and Parquet are checked alike.

    Parameters
    ----------
    frame
        The file as it was read.
    faults
        Takes unknown and missing columns and wrong types; raised here if there are any.

    Returns
    -------
    `row`, counted from 1, and the columns of `PANEL_COLUMNS` as text; empty cells and absent columns are
    null.
    """
    import polars as pl

    _check_names(frame.columns, faults)
    for column in PANEL_COLUMNS:
        if column.name in frame.columns:
            _check_type(column, frame.schema[column.name], faults)
    faults.raise_if_any()
    columns = [pl.int_range(1, pl.len() + 1).alias("row")]
    for column in PANEL_COLUMNS:
        if column.name in frame.columns:
            text = pl.col(column.name).cast(pl.String).str.strip_chars()
        else:
            text = pl.lit(None, dtype=pl.String)
        columns.append(pl.when(text != "").then(text).alias(column.name))
    return frame.select(columns)


def _check_names(names: list[str], faults: PanelFaults) -> None:
    known = [column.name for column in PANEL_COLUMNS]
    required = [column.name for column in PANEL_COLUMNS if column.required]
    for name in names:
        if name not in known:
            faults.add(
                name,
                "unknown column",
                expected=f"only {', '.join(known)}",
                nearest=nearest_name(name, [other for other in known if other not in names]),
                remedy="rename or remove it",
            )
    for name in required:
        if name not in names:
            faults.add(name, "missing column", expected="it in the header", remedy="add it")


def _check_type(column: PanelColumn, dtype: pl.DataType, faults: PanelFaults) -> None:
    import polars as pl

    text = isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null)
    found = f"the column holds {dtype} values"
    if column.kind == "name" and not text:
        remedy = "store the names as text"
        if column.name.endswith("county_code"):
            remedy = "store county codes as text of two digits, for example '01'; a number loses the zero"
        faults.add(column.name, found, expected="text", remedy=remedy)
    elif column.kind == "key" and not (text or dtype.is_integer()):
        faults.add(column.name, found, expected="text or whole numbers", remedy="convert the column")
    elif column.kind == "flag" and not (text or dtype.is_numeric() or isinstance(dtype, pl.Boolean)):
        faults.add(column.name, found, expected="0 and 1", remedy="convert the column")
    elif column.numeric and not (text or dtype.is_numeric()):
        faults.add(column.name, found, expected="numbers", remedy="convert the column")
