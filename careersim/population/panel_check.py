"""From the cells of a register panel to typed rows of one profession; every fault is reported."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from careersim.errors import DataError, nearest_name
from careersim.model.graph import Profession
from careersim.population.panel_columns import columns_as_text
from careersim.population.panel_faults import PanelFaults
from careersim.population.panel_schema import ABROAD, FLAGS, PANEL_COLUMNS, PanelColumn
from careersim.population.programmes import NO_PROGRAMME, programmes
from careersim.schema import COUNTY_CODES, SECTORS, SEXES

if TYPE_CHECKING:
    import polars as pl

__all__ = ["checked_rows"]

MISSPELT = 0.85
"""Names more alike than this are one name spelt in two ways; physiotherapist and psychotherapist have 0.8."""


def checked_rows(frame: pl.DataFrame, profession: Profession, path: Path) -> pl.DataFrame:
    """Take the rows of a profession's start year, typed and free of faults.

    Parameters
    ----------
    frame
        The file as it was read.
    profession
        Its name and start year choose the rows; its states and trainings are what they are checked against.
    path
        For messages.

    Returns
    -------
    `row` and all columns of `PANEL_COLUMNS`: names as text, numbers as Float64, flags as Int64, no nulls
    (an empty home county is the county of work).

    Raises
    ------
    DataError
        That lists every fault of the columns or, where these are in order, every fault of the rows; or says
        that nobody is there.
    """
    import polars as pl

    faults = PanelFaults(path)
    text = columns_as_text(frame, faults)
    by_name = {column.name: column for column in PANEL_COLUMNS}
    years = _numbers(text, by_name["year"], by_name["year"].highest, faults)
    in_start = text.filter(years == profession.start_year)
    _check_missing(in_start, ["person", "profession"], faults)
    _check_duplicates(in_start, profession, faults)
    _check_misspelt(in_start, profession, faults)
    rows = in_start.filter(pl.col("profession") == profession.name)
    _check_names(rows, profession, faults)
    rows = rows.with_columns(
        *(
            _numbers(rows, column, profession.start_year, faults)
            for column in PANEL_COLUMNS
            if column.numeric
        ),
        _flags(rows, "trained_abroad", faults),
        pl.col("home_county_code").fill_null(pl.col("county_code")),
    )
    _check_persons(rows, profession, faults)
    faults.raise_if_any()
    if not len(rows):
        raise _nobody(text, profession, path)
    return rows


def _numbers(text: pl.DataFrame, column: PanelColumn, latest: float, faults: PanelFaults) -> pl.Series:
    """Read numbers; each bad cell has one fault and becomes null."""
    import polars as pl

    name = column.name
    what = "number" if column.kind == "years" else "whole number"
    highest = latest if column.kind == "stamp" else column.highest
    expected = f"a {what} from {column.lowest:g} to {highest:g}"
    if column.kind == "stamp":
        expected += ", or 0"
    if column.required:
        _check_missing(text, [name], faults)
    values = text[name].cast(pl.Float64, strict=False)
    finite = values.is_finite().fill_null(value=False)
    outside = ((values < column.lowest) | (values > highest)) & finite
    if column.kind == "stamp":
        outside &= values != 0
    wrong = {
        "not a number": text[name].is_not_null() & values.is_null(),
        "not a finite number": values.is_not_null() & ~finite,
        "negative": finite & (values < 0),
        "out of range": outside & (values >= 0),
        "not a whole number": finite & ~outside & (values != values.floor()) & (column.kind != "years"),
    }
    for message, mask in wrong.items():
        bad = text.filter(mask.fill_null(value=False))
        faults.add_rows(bad, name, message, expected=expected, remedy="correct the cells")
    good = finite & ~outside.fill_null(value=False)
    kept = pl.select(pl.when(good).then(values).alias(name)).to_series()
    return kept if column.required else kept.fill_null(0.0)


def _flags(text: pl.DataFrame, name: str, faults: PanelFaults) -> pl.Series:
    import polars as pl

    cells = text[name].fill_null("0").str.to_lowercase()
    bad = text.filter(~cells.is_in(list(FLAGS)))
    faults.add_rows(
        bad, name, "neither yes nor no", expected="0, 1, false or true", remedy="correct the cells"
    )
    return cells.replace_strict(FLAGS, default=0, return_dtype=pl.Int64)


def _check_missing(rows: pl.DataFrame, names: Sequence[str], faults: PanelFaults) -> None:
    for name in names:
        bad = rows.filter(rows[name].is_null())
        faults.add_rows(bad, name, "empty", expected="a value in every row", remedy="fill the cells")


def _check_names(rows: pl.DataFrame, profession: Profession, faults: PanelFaults) -> None:
    valid = {
        "state": ("state", [state.name for state in profession.states]),
        "county_code": ("county code", COUNTY_CODES),
        "sector": ("sector", SECTORS),
        "sex": ("sex", SEXES),
        "home_county_code": ("county code", (*COUNTY_CODES, ABROAD)),
    }
    _check_missing(rows, ["state", "county_code", "sector", "sex"], faults)
    for column, (kind, names) in valid.items():
        cells = rows[column]
        bad = rows.filter(cells.is_not_null() & ~cells.is_in(list(names)))
        faults.add_names(bad, column, kind, names)


def _check_duplicates(in_start: pl.DataFrame, profession: Profession, faults: PanelFaults) -> None:
    """Refuse a second row of a person in the year, even if it is in another profession."""
    import polars as pl

    here = pl.col("profession") == profession.name
    twice = (pl.len() > 1).over("person") & here.any().over("person")
    bad = in_start.filter(pl.col("person").is_not_null() & twice)
    faults.add_rows(
        bad,
        "person",
        f"more than one row in {profession.start_year}",
        expected="each person once a year",
        remedy="keep the main occupation",
    )


def _check_misspelt(in_start: pl.DataFrame, profession: Profession, faults: PanelFaults) -> None:
    """Refuse what is nearly the name of the profession: taken for another one, its persons would be lost."""
    import polars as pl

    name = profession.name
    others = [other for other in in_start["profession"].drop_nulls().unique() if other != name]
    misspelt = [one for one in others if SequenceMatcher(None, name, one.casefold()).ratio() > MISSPELT]
    faults.add_names(
        in_start.filter(pl.col("profession").is_in(misspelt)), "profession", "profession", [name]
    )


def _check_persons(rows: pl.DataFrame, profession: Profession, faults: PanelFaults) -> None:
    """Refuse what cannot be true of one person."""
    import polars as pl

    bad = rows.filter(pl.col("years_in_state") > pl.col("age"))
    faults.add_rows(
        bad, "years_in_state", "longer than life", expected="at most the age", remedy="correct the cells"
    )
    programme = programmes(profession)
    progress = rows["training_progress_years"].fill_null(0.0).to_numpy()
    position = {state.name: index for index, state in enumerate(profession.states)}
    known = rows["state"].is_in(list(position)).fill_null(value=False).to_numpy()
    state = np.array([position.get(name, 0) for name in rows["state"]], dtype=np.int64)
    none = known & (programme.accruing_state[state] == NO_PROGRAMME) & (progress > 0)
    faults.add_rows(
        rows.filter(pl.Series(none)),
        "training_progress_years",
        "progress in a state without training",
        expected="0 or an empty cell",
        remedy="correct the state or the progress",
    )
    required = programme.requirement[state]
    for requirement in np.unique(required[np.isfinite(required)]):
        beyond = known & ~none & (required == requirement) & (np.rint(progress * 100) > requirement)
        faults.add_rows(
            rows.filter(pl.Series(beyond)),
            "training_progress_years",
            "more progress than the training needs",
            expected=f"at most {requirement / 100:g} full-time years",
            remedy="correct the cells, or the requirement in the career file",
        )


def _nobody(text: pl.DataFrame, profession: Profession, path: Path) -> DataError:
    names = sorted(text["profession"].drop_nulls().unique())
    years = sorted(text["year"].drop_nulls().unique())
    return DataError(
        f"nobody of profession '{profession.name}' in {profession.start_year}",
        where=str(path),
        expected=f"rows of the start year; it has {', '.join(names)} in {', '.join(years)}",
        nearest=None if profession.name in names else nearest_name(profession.name, names),
        remedy="correct the columns profession and year, or the start year of the career file",
    )
