"""From the cells of a person-year table to typed rows; every fault is counted and told with its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from pathlib import Path

import polars as pl

from calibration.register.schema import COLUMNS
from careersim.errors import nearest_name
from careersim.model.graph import Profession
from careersim.population.panel_faults import PanelFaults
from careersim.population.panel_schema import ABROAD, FLAGS, PanelColumn
from careersim.schema import COUNTY_CODES, SECTORS, SEXES

__all__ = ["typed_rows"]

MISSPELT = 0.85
"""Names more alike than this are one name spelt in two ways, as in the start panel."""


def typed_rows(frame: pl.DataFrame, profession: Profession, path: Path) -> pl.DataFrame:
    """Read the rows of one profession.

    Parameters
    ----------
    frame
        The file as it was read.
    profession
        Its states are the valid ones.
    path
        For messages.

    Returns
    -------
    `row` (counted from 1 without the header), `person` (text), and as Int64 `year`, `state`, `county`,
    `home` (null if not known, 21 abroad), `sector`, `sex` (indices), `age`, `birth_year`, `fte_percent`,
    `years_in_state`, `trained_abroad`, `commitment_years`, `entered`, and the three stamps.

    Raises
    ------
    DataError
        With every fault of the columns or, where these are in order, every fault of the cells.
    """
    faults = PanelFaults(path)
    text = _as_text(frame, faults)
    _refuse_empty(text, ["person", "year", "profession"], faults)
    _refuse_misspelt(text, profession, faults)
    rows = text.filter(pl.col("profession") == profession.name)
    states = [state.name for state in profession.states]
    _refuse_empty(rows, ["state", "county_code", "sector", "sex"], faults)
    homes = (*COUNTY_CODES, ABROAD)
    typed = rows.select(
        "row",
        "person",
        *(_number(rows, COLUMNS[name], faults) for name in _NUMBERS),
        _codes(rows, "state", "state", states, faults).alias("state"),
        _codes(rows, "county_code", "county code", COUNTY_CODES, faults).alias("county"),
        _codes(rows, "home_county_code", "county code", homes, faults).alias("home"),
        _codes(rows, "sector", "sector", SECTORS, faults).alias("sector"),
        _codes(rows, "sex", "sex", SEXES, faults).alias("sex"),
        _flag(rows, "trained_abroad", faults),
        _flag(rows, "entered", faults),
    )
    faults.raise_if_any()
    born = pl.coalesce("birth_year", pl.col("year") - pl.col("age"))
    return typed.with_columns(
        born.alias("birth_year"), pl.coalesce("age", pl.col("year") - pl.col("birth_year")).alias("age")
    )


_NUMBERS = (
    "year",
    "age",
    "birth_year",
    "fte_percent",
    "years_in_state",
    "commitment_years",
    "degree_year",
    "licence_year",
    "certificate_year",
)


def _as_text(frame: pl.DataFrame, faults: PanelFaults) -> pl.DataFrame:
    """Give all columns of the schema as text, empty and absent cells as null."""
    for name in frame.columns:
        if name not in COLUMNS:
            free = [other for other in COLUMNS if other not in frame.columns]
            faults.add(
                name,
                "unknown column",
                expected=f"only {', '.join(COLUMNS)}",
                nearest=nearest_name(name, free),
                remedy="rename or remove it",
            )
    for name, column in COLUMNS.items():
        if name in frame.columns:
            _check_type(column, frame.schema[name], faults)
        elif name == "age" and "birth_year" in frame.columns:
            continue
        elif column.required:
            expected = "it in the header" if name != "age" else "`age` or `birth_year` in the header"
            faults.add(name, "missing column", expected=expected, remedy="add it")
    faults.raise_if_any()
    columns = [pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("row")]
    for name in COLUMNS:
        if name in frame.columns:
            text = pl.col(name).cast(pl.String).str.strip_chars()
        else:
            text = pl.lit(None, dtype=pl.String)
        columns.append(pl.when(text != "").then(text).alias(name))
    return frame.select(columns)


def _check_type(column: PanelColumn, dtype: pl.DataType, faults: PanelFaults) -> None:
    text = isinstance(dtype, pl.String | pl.Categorical | pl.Enum | pl.Null)
    fits = {
        "name": text,
        "key": text or dtype.is_integer(),
        "flag": text or dtype.is_numeric() or isinstance(dtype, pl.Boolean),
    }.get(column.kind, text or dtype.is_numeric())
    if fits:
        return
    expected = {"name": "text", "key": "text or whole numbers", "flag": "0 and 1"}.get(column.kind, "numbers")
    remedy = "convert the column"
    if column.name.endswith("county_code"):
        remedy = "store county codes as text of two digits, for example '01'; a number loses the zero"
    faults.add(column.name, f"the column holds {dtype} values", expected=expected, remedy=remedy)


def _refuse_empty(rows: pl.DataFrame, names: Iterable[str], faults: PanelFaults) -> None:
    for name in names:
        bad = rows.filter(pl.col(name).is_null())
        faults.add_rows(bad, name, "empty", expected="a value in every row", remedy="fill the cells")


def _refuse_misspelt(text: pl.DataFrame, profession: Profession, faults: PanelFaults) -> None:
    """Refuse what is nearly the name of the profession: taken for another one, its persons would be lost."""
    name = profession.name
    others = [other for other in text["profession"].drop_nulls().unique() if other != name]
    misspelt = [one for one in others if SequenceMatcher(None, name, one.casefold()).ratio() > MISSPELT]
    faults.add_names(text.filter(pl.col("profession").is_in(misspelt)), "profession", "profession", [name])


def _codes(
    rows: pl.DataFrame, column: str, kind: str, names: Sequence[str], faults: PanelFaults
) -> pl.Series:
    """Positions of names in a list; null where there is none."""
    cells = rows[column]
    bad = rows.filter(cells.is_not_null() & ~cells.is_in(list(names)))
    faults.add_names(bad, column, kind, names)
    positions = {name: index for index, name in enumerate(names)}
    return cells.replace_strict(positions, default=None, return_dtype=pl.Int64)


def _number(rows: pl.DataFrame, column: PanelColumn, faults: PanelFaults) -> pl.Series:
    """Whole numbers as Int64; each bad cell has one fault and becomes null."""
    name, cells = column.name, rows[column.name]
    required = column.required and not (name == "age" and cells.null_count() == len(cells))
    if required and name != "year":
        _refuse_empty(rows, [name], faults)
    values = cells.cast(pl.Float64, strict=False)
    finite = values.is_finite().fill_null(value=False)
    highest = 2200 if column.kind == "stamp" else column.highest
    outside = (values < column.lowest) | (values > highest)
    if column.kind == "stamp":
        outside &= values != 0
    expected = f"a whole number from {column.lowest:g} to {highest:g}"
    wrong = {
        "not a number": cells.is_not_null() & ~finite,
        "out of range": finite & outside,
        "not a whole number": finite & ~outside & (values != values.floor()),
    }
    for message, mask in wrong.items():
        bad = rows.filter(mask.fill_null(value=False))
        faults.add_rows(bad, name, message, expected=expected, remedy="correct the cells")
    good = finite & ~outside.fill_null(value=False)
    kept = pl.select(pl.when(good).then(values).cast(pl.Int64, strict=False).alias(name)).to_series()
    return kept if column.required or name == "birth_year" else kept.fill_null(0)


def _flag(rows: pl.DataFrame, name: str, faults: PanelFaults) -> pl.Series:
    cells = rows[name].fill_null("0").str.to_lowercase()
    bad = rows.filter(~cells.is_in(list(FLAGS)))
    faults.add_rows(
        bad, name, "neither yes nor no", expected="0, 1, false or true", remedy="correct the cells"
    )
    return cells.replace_strict(FLAGS, default=0, return_dtype=pl.Int64)
