"""Careers that cannot be: what a person-year table says of one person must fit together over the years."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from careersim.model.graph import Profession
from careersim.population.panel_faults import PanelFaults
from careersim.schema import AGES

__all__ = ["refuse_impossible"]


def refuse_impossible(
    rows: pl.DataFrame, profession: Profession, path: Path, years: tuple[int, int] | None = None
) -> None:
    """Refuse rows that cannot be true together.

    Parameters
    ----------
    rows
        What `calibration.register.cells.typed_rows` gave.
    profession
        Says which states are final.
    path
        For messages.
    years
        First and last year that the table may have.

    Raises
    ------
    DataError
        That lists every kind of fault with the number of its rows and the first of them.
    """
    faults = PanelFaults(path)
    _refuse_years(rows, years, faults)
    _refuse_duplicates(rows, faults)
    faults.raise_if_any()  # what follows compares each row with the one before
    names = pl.Series([state.name for state in profession.states])
    final = [index for index, state in enumerate(profession.states) if state.final]
    before = _with_before(rows).with_columns(
        state_name=names.gather(rows.sort("person", "year")["state"]),
    )
    for rule in (*_OF_A_ROW, *_of_two_rows(final)):
        bad = before.filter(rule.breaks.fill_null(value=False)).with_columns(
            state=pl.col("state_name"), sex=pl.col("sex_name")
        )
        faults.add_rows(bad, rule.column, rule.message, expected=rule.expected, remedy=rule.remedy)
    faults.raise_if_any()


@dataclass(frozen=True)
class _Rule:
    """What a row breaks; `column` is shown as the example."""

    column: str
    message: str
    breaks: pl.Expr
    expected: str
    remedy: str = "correct the cells"


_AGE, _YEAR, _BORN = pl.col("age"), pl.col("year"), pl.col("birth_year")
_GAP = _YEAR - pl.col("year_before")
_SAME = pl.col("state") == pl.col("state_before")
_STAYED = pl.col("years_in_state")

_STAMPS = ("degree_year", "licence_year", "certificate_year")

_OF_A_ROW = (
    _Rule("state", "in a state before birth", _BORN > _YEAR, "rows from the year of birth on"),
    _Rule(
        "age",
        "age and birth year do not agree",
        (_BORN <= _YEAR) & ((_YEAR - _BORN - _AGE).abs() > 1) & (_AGE < AGES - 1),
        "year less birth year, or one year less before the birthday",
    ),
    _Rule(
        "years_in_state",
        "longer in the state than alive",
        (_BORN <= _YEAR) & (_STAYED > _AGE),
        "at most the age",
    ),
    *(
        _Rule(
            name,
            f"{name.removesuffix('_year')} before birth",
            (pl.col(name) > 0) & (pl.col(name) < _BORN),
            "a year after the birth, or 0",
        )
        for name in _STAMPS
    ),
    *(
        _Rule(
            name,
            f"{name.removesuffix('_year')} after the year of the row",
            pl.col(name) > _YEAR,
            "a year up to that of the row, or 0",
        )
        for name in _STAMPS
    ),
)


def _of_two_rows(final: list[int]) -> tuple[_Rule, ...]:
    """Rules for a row and the one before it of the same person."""
    left_final = pl.col("state_before").is_in(final) & ~_SAME
    rise = _AGE - pl.col("age_before")
    return (
        _Rule("sex", "the sex changes", pl.col("sex") != pl.col("sex_before"), "one sex for life"),
        _Rule(
            "trained_abroad",
            "trained abroad in one year and not in another",
            pl.col("trained_abroad") != pl.col("trained_abroad_before"),
            "one value for life",
        ),
        _Rule("age", "the age goes backwards", rise < 0, "an age that rises by one a year"),
        _Rule(
            "age",
            "the age does not follow the years",
            (rise >= 0) & ((rise - _GAP).abs() > 1) & (_AGE < AGES - 1),
            "an age that rises by one a year",
        ),
        _Rule(
            "state",
            "a state after a final one",
            left_final,
            "nothing after death, retirement or another state marked `final`",
            "correct the states, or add the way back to the career file",
        ),
        _Rule(
            "years_in_state",
            "years in the state do not follow from the year before",
            ~left_final & ~((_STAYED < _GAP) | (_SAME & (pl.col("stayed_before") + _GAP == _STAYED))),
            "one more for each year in the same state, and fewer than the years gone by after a change",
        ),
        _Rule(
            "entered",
            "a new entry that was there before",
            (pl.col("entered") == 1) & (_GAP > 0),
            "1 only in the first row",
        ),
        *(
            _Rule(
                name,
                f"{name.removesuffix('_year')} taken back or moved to an earlier year",
                pl.col(name) < pl.col(f"{name}_before"),
                "a year that stays, or a later one",
            )
            for name in _STAMPS
        ),
    )


def _with_before(rows: pl.DataFrame) -> pl.DataFrame:
    """Put beside each row what the row before it of the same person says; null in a first row."""
    names = {
        name: f"{name}_before" for name in ("year", "state", "age", "sex", "trained_abroad", *_STAMPS)
    } | {"years_in_state": "stayed_before"}
    return rows.sort("person", "year").with_columns(
        *(pl.col(name).shift(1).over("person").alias(other) for name, other in names.items()),
        sex_name=pl.when(pl.col("sex") == 0).then(pl.lit("women")).otherwise(pl.lit("men")),
    )


def _refuse_years(rows: pl.DataFrame, years: tuple[int, int] | None, faults: PanelFaults) -> None:
    if years is not None:
        outside = rows.filter(~pl.col("year").is_between(*years))
        faults.add_rows(
            outside, "year", "outside the years of the register",
            expected=f"{years[0]} to {years[1]}", remedy="leave the rows out, or correct `years`",
        )  # fmt: skip


def _refuse_duplicates(rows: pl.DataFrame, faults: PanelFaults) -> None:
    group = ("person", "year")
    twice = rows.with_columns(
        states=pl.col("state").n_unique().over(group), many=pl.len().over(group)
    ).filter(pl.col("many") > 1)
    for message, mask in (
        ("two states in one year", pl.col("states") > 1),
        ("the same person and year twice", pl.col("states") == 1),
    ):
        faults.add_rows(
            twice.filter(mask), "person", message,
            expected="each person once a year", remedy="keep the row of the main occupation",
        )  # fmt: skip
