"""What a register sees of the persons who are there: undercount, late registration, rounding, missing years.

Every draw follows from the seed of the observation, the person and the year, so that the same settings give
the same table, and one more kind of error leaves the draws of the others as they were.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from careersim.kernels.draws import words

__all__ = ["Observation", "observe"]

_ROW, _PERSON = 61_000, 61_001  # numbers of decisions that no engine draws (`careersim.schema.Decision`)
_UNIT = 2.0**32


@dataclass(frozen=True)
class Observation:
    """How a register errs.

    Attributes
    ----------
    rows_missing
        Share of the person-years of a sector that are not reported, by name of the sector.
    persons_missing
        Share of the persons who are never reported.
    late
        Share of the changes of state that are registered a year late; only states that last so long.
    birth_year_rounding
        Years to which the year of birth is rounded; 1 keeps it.
    missing_years
        Years of which there is no table.
    seed
        Key of all chance of the observation.
    """

    rows_missing: Mapping[str, float] = field(default_factory=dict)
    persons_missing: float = 0.0
    late: float = 0.0
    birth_year_rounding: int = 1
    missing_years: tuple[int, ...] = ()
    seed: int = 1


def observe(rows: pl.DataFrame, observation: Observation) -> pl.DataFrame:
    """Pass a complete person-year table through the errors of a register.

    Parameters
    ----------
    rows
        One row a person and year, every year of every person, with the columns of a person-year table and
        the number `person_id`.
    observation
        The errors.

    Returns
    -------
    The rows that the register has, in order of person and year.
    """
    rows = _drawn(rows.sort("person_id", "year"), observation.seed)
    if observation.late > 0:
        rows = _registered_late(rows, observation.late)
    missing = pl.col("sector").replace_strict(
        dict(observation.rows_missing), default=0.0, return_dtype=pl.Float64
    )
    rows = rows.filter(
        pl.col("row_draw") >= missing,
        pl.col("person_draw") >= observation.persons_missing,
        ~pl.col("year").is_in(list(observation.missing_years)),
    )
    step = observation.birth_year_rounding
    if step > 1:
        born = (pl.col("birth_year") + step // 2) // step * step
        rows = rows.with_columns(birth_year=born, age=(pl.col("year") - born).clip(0, 120))
    return rows.drop("row_draw", "late_draw", "person_draw")


def _drawn(rows: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Put three numbers from 0 to below 1 beside each row: two of its own, one of the person."""
    parts = []
    for part in rows.partition_by("year", maintain_order=True):
        persons = part["person_id"].to_numpy()
        own = words(seed, 0, persons, int(part["year"][0]), _ROW) / _UNIT
        lasting = words(seed, 0, persons, 0, _PERSON)[:, 0] / _UNIT
        parts.append(
            part.with_columns(
                pl.Series("row_draw", own[:, 0]),
                pl.Series("late_draw", own[:, 1]),
                pl.Series("person_draw", lasting),
            )
        )
    return pl.concat(parts).sort("person_id", "year")


def _registered_late(rows: pl.DataFrame, share: float) -> pl.DataFrame:
    """Let some changes of state appear a year late, as if nothing had happened in between."""
    first = (pl.col("years_in_state") == 0) | (pl.col("person_id") != pl.col("person_id").shift(1))
    rows = rows.with_columns(spell=first.fill_null(value=True).cum_sum())
    changed = (pl.col("years_in_state") == 0) & (pl.col("person_id") == pl.col("person_id").shift(1))
    # A state that is over before it is registered would never be; one of the last year may still be.
    lasts = (pl.len().over("spell") > 1) | (pl.col("year") == pl.col("year").max())
    late = (changed & lasts & (pl.col("late_draw") < share)).fill_null(value=False)
    rows = rows.with_columns(late=late).with_columns(late_spell=pl.col("late").any().over("spell"))
    stayed = pl.col("years_in_state")
    before = stayed.shift(1)
    # The spell that was counted a year late before this one ended has lost a year in the register as well.
    before -= pl.col("late_spell").shift(1).cast(pl.Int64)
    kept = [name for name in rows.columns if name not in _CHANGES_ANYWAY]
    old = [pl.when("late").then(pl.col(name).shift(1)).otherwise(pl.col(name)).alias(name) for name in kept]
    seen = pl.when("late").then(before + 1).otherwise(stayed - pl.col("late_spell").cast(pl.Int64))
    return rows.with_columns(*old, years_in_state=seen.clip(0, 120)).drop("spell", "late", "late_spell")


_CHANGES_ANYWAY = frozenset(
    (
        "person_id",
        "year",
        "age",
        "birth_year",
        "years_in_state",
        "entered",
        "spell",
        "late",
        "late_spell",
        "row_draw",
        "late_draw",
        "person_draw",
    )
)
"""Columns that are right, or go on counting, although a change of state is not known yet."""
