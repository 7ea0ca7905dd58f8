"""From a person-year table to what happened in each year: pairs of consecutive rows of one person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from calibration.register.panel import Panel
from calibration.register.paths import NOTHING, resolve_paths
from careersim.schema import COUNTIES

__all__ = ["Pairs", "year_pairs"]

_HERE = ("state", "county", "sector", "sex", "age", "fte_percent", "years_in_state", "trained_abroad")


@dataclass(frozen=True)
class Pairs:
    """Persons under observation for a year each.

    Attributes
    ----------
    table
        One row a person and year. As at the end of the year before: `state`, `county`, `sector`, `sex`,
        `age`, `fte_percent`, `years_in_state`, `trained_abroad`, `at_home`, `committed`. What happened:
        `hazard` (index of the transition, -1 for none), `progress` and `completed_to` (-1; null if that is
        not certain), `seat`, `county_after`, `relocated` (null if a seat may have moved the person).
    lost
        Persons who were there in one year of the table and not in the next one, by state; they are in no
        pair, which is right if being lost has nothing to do with what happened.
    across_gaps
        Pairs of rows of a person with a year between them that the table has, or has not.
    unknown_moves
        Pairs of states that no way of a year joins, with the number of persons; left out.
    unclear
        Pairs of states that several ways join which differ in the hazard, likewise left out.
    """

    table: pl.DataFrame
    lost: Mapping[str, int]
    across_gaps: int
    unknown_moves: Mapping[tuple[str, str], int]
    unclear: Mapping[tuple[str, str], int]


def year_pairs(panel: Panel) -> Pairs:
    """Find what happened to everybody from one end of a year to the next.

    Parameters
    ----------
    panel
        The person-year table.

    Returns
    -------
    The pairs of consecutive years, and what had to be left out.
    """
    profession = panel.profession
    final = [index for index, state in enumerate(profession.states) if state.final]
    after = {name: f"{name}_after" for name in ("year", "state", "county", "years_in_state")}
    rows = panel.rows.with_columns(
        *(pl.col(name).shift(-1).over("person").alias(other) for name, other in after.items()),
    ).filter(~pl.col("state").is_in(final))
    years = panel.years
    following = dict(pairwise(years))
    expected = pl.col("year").replace_strict(following, default=None, return_dtype=pl.Int64)
    names = [state.name for state in profession.states]
    vanished = rows.filter((expected == pl.col("year") + 1) & pl.col("year_after").is_null())
    joined = rows.filter(pl.col("year_after") == pl.col("year") + 1)
    gaps = rows.filter(pl.col("year_after") > pl.col("year") + 1)
    moves = _with_moves(joined, panel)
    known = moves.filter("known", "clear").drop("known", "clear")
    return Pairs(
        table=known,
        lost=_by_state(vanished, names),
        across_gaps=len(gaps),
        unknown_moves=_by_states(moves.filter(~pl.col("known")), names),
        unclear=_by_states(moves.filter("known", ~pl.col("clear")), names),
    )


def _with_moves(joined: pl.DataFrame, panel: Panel) -> pl.DataFrame:
    """Put beside each pair what happened; `known` and `clear` say whether the career graph can tell."""
    ways = resolve_paths(panel.profession)
    table = pl.DataFrame(
        {
            "state": [pair[0] for pair in ways],
            "state_after": [pair[1] for pair in ways],
            "hazard": [one.hazard for one in ways.values()],
            "progress": [one.progress for one in ways.values()],
            "completed_to": [one.completed_to for one in ways.values()],
            "seat": [one.seat for one in ways.values()],
        },
        schema={
            "state": pl.Int64,
            "state_after": pl.Int64,
            "hazard": pl.Int64,
            "progress": pl.Int64,
            "completed_to": pl.Int64,
            "seat": pl.Boolean,
        },
    )
    stayed = (pl.col("state") == pl.col("state_after")) & (pl.col("years_in_state_after") > 0)
    found = joined.join(
        table.with_columns(way=True), on=["state", "state_after"], how="left", maintain_order="left"
    )
    here = pl.col("home").fill_null(COUNTIES + 1) == pl.col("county")
    moved = pl.col("county") != pl.col("county_after")
    seat = pl.when(stayed).then(pl.lit(value=False)).otherwise(pl.col("seat"))
    hazard = pl.when(stayed).then(NOTHING).otherwise(pl.col("hazard"))
    return found.select(
        "person",
        "year",
        *_HERE,
        at_home=here.cast(pl.Int64),
        committed=(pl.col("commitment_years") > 0).cast(pl.Int64),
        known=stayed | pl.col("way").fill_null(value=False),
        clear=hazard.is_not_null(),
        hazard=hazard,
        progress=pl.when(stayed).then(NOTHING).otherwise(pl.col("progress")),
        completed_to=pl.when(stayed).then(NOTHING).otherwise(pl.col("completed_to")),
        seat=seat,
        county_after="county_after",
        relocated=pl.when(~seat).then(moved),
        state_after="state_after",
    )


def _by_state(rows: pl.DataFrame, names: list[str]) -> dict[str, int]:
    found = rows.group_by("state").len().sort("state")
    return {names[state]: count for state, count in found.iter_rows()}


def _by_states(moves: pl.DataFrame, names: list[str]) -> dict[tuple[str, str], int]:
    found = moves.group_by("state", "state_after").len().sort("state", "state_after")
    return {(names[one], names[two]): count for one, two, count in found.iter_rows()}
