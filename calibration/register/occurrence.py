"""Plain occurrence and exposure: how often each arrow was taken, by what the reader asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from calibration.register.pairs import Pairs
from calibration.register.panel import Panel
from careersim.errors import UserError, nearest_name
from careersim.model.graph import Profession
from careersim.schema import COUNTY_CODES, SECTORS, SEXES

__all__ = ["occurrence", "stocks"]

AGE_BAND = 5
_NAMES = {"county": COUNTY_CODES, "sector": SECTORS, "sex": SEXES}
BY = ("age", "sex", "county", "sector", "years_in_state", "year")


def occurrence(pairs: Pairs, profession: Profession, by: Sequence[str] = ()) -> pl.DataFrame:
    """Count events and persons at risk, and divide.

    Parameters
    ----------
    pairs
        What happened (`calibration.register.pairs.year_pairs`).
    profession
        The career graph.
    by
        Any of `age` (bands of five years, by their first), `sex`, `county`, `sector`, `years_in_state` and
        `year` (in which it happened). Age, county and the like are those of the end of the year before.

    Returns
    -------
    One row a transition of form `hazard` and cell with somebody at risk: `transition`, the columns of `by`,
    `events`, `persons` at risk, `person_years` lived before the first event, `rate` a year (the
    competing-risk rate that the engine uses) and its standard `error`, null without events.

    Raises
    ------
    UserError
        If a name in `by` is unknown.
    """
    for name in by:
        if name not in BY:
            raise UserError(
                f"cannot count by '{name}'",
                where="by",
                expected=f"any of {', '.join(BY)}",
                nearest=nearest_name(name, BY),
            )
    table = pairs.table.with_columns(
        age=pl.col("age") // AGE_BAND * AGE_BAND,
        year=pl.col("year") + 1,
        **{name: _named(name, names) for name, names in _NAMES.items()},
    )
    group = ["state", *by]
    persons = table.group_by(group).agg(
        persons=pl.len().cast(pl.Int64), had=(pl.col("hazard") >= 0).sum().cast(pl.Int64)
    )
    events = table.filter(pl.col("hazard") >= 0).group_by(["hazard", *by]).agg(events=pl.len().cast(pl.Int64))
    arrows = [(k, arrow) for k, arrow in enumerate(profession.transitions) if arrow.form == "hazard"]
    named = pl.DataFrame(
        {
            "hazard": [k for k, _ in arrows],
            "state": [arrow.source for _, arrow in arrows],
            "transition": [arrow.name for _, arrow in arrows],
        },
        schema={"hazard": pl.Int64, "state": pl.Int64, "transition": pl.String},
    )
    # All persons of a cell may have had an event; then the rate is not bounded, and stays empty.
    total = -(1 - pl.col("had") / pl.col("persons")).log()
    bounded = (pl.col("events") > 0) & (pl.col("had") < pl.col("persons"))
    rate = pl.when(bounded).then(total * pl.col("events") / pl.col("had"))
    return (
        persons.join(named, on="state")
        .join(events, on=["hazard", *by], how="left")
        .with_columns(events=pl.col("events").fill_null(0))
        .with_columns(rate=rate)
        .with_columns(
            person_years=pl.when(bounded).then(pl.col("events") / pl.col("rate")),
            error=_error(total),
        )
        .sort("hazard", *by)
        .select("transition", *by, "events", "persons", "person_years", "rate", "error")
    )


def _error(total: pl.Expr) -> pl.Expr:
    """Standard error of one competing rate h = H d/D: of the total H, and of the share d/D."""
    share = pl.col("events") / pl.col("had")
    of_total = pl.col("had") / (pl.col("persons") * (pl.col("persons") - pl.col("had")))
    variance = share**2 * of_total + total**2 * share * (1 - share) / pl.col("had")
    return pl.when(pl.col("rate").is_not_null()).then(variance.sqrt())


def stocks(panel: Panel, coverage: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Count persons by year, state and county, and correct for a known undercount.

    Parameters
    ----------
    panel
        The person-year table.
    coverage
        Share of the persons of a sector that the register has, above 0, by name of the sector; 1 where
        nothing is said. It corrects stocks. It is of no use for rates, in which events and exposure lack
        the same share if who is missing has nothing to do with what happens.

    Returns
    -------
    `year`, `state`, `county_code`, `persons` as counted, and `corrected`.

    Raises
    ------
    UserError
        If a sector is unknown or a coverage is not above 0 and at most 1.
    """
    known = dict.fromkeys(SECTORS, 1.0)
    for sector, share in (coverage or {}).items():
        if sector not in known or not 0 < share <= 1:
            raise UserError(
                f"coverage of {share:g} for '{sector}'",
                where="coverage",
                expected=f"a share above 0 and at most 1 for one of {', '.join(SECTORS)}",
                nearest=None if sector in known else nearest_name(sector, SECTORS),
            )
        known[sector] = share
    states = [state.name for state in panel.profession.states]
    weight = pl.col("sector").replace_strict(
        {code: 1 / known[sector] for code, sector in enumerate(SECTORS)}, return_dtype=pl.Float64
    )
    return (
        panel.rows.group_by("year", "state", "county")
        .agg(persons=pl.len().cast(pl.Int64), corrected=weight.sum())
        .sort("year", "state", "county")
        .select(
            "year",
            state=_named("state", states),
            county_code=_named("county", COUNTY_CODES),
            persons="persons",
            corrected="corrected",
        )
    )


def _named(column: str, names: Sequence[str]) -> pl.Expr:
    return pl.col(column).replace_strict(dict(enumerate(names)), return_dtype=pl.String)
