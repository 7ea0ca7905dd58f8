"""Where completed trainings lead, and who moves where: shares and flows that are counted, not fitted."""

from __future__ import annotations

import polars as pl

from calibration.register.pairs import Pairs
from careersim.config.loaded import LoadedCareer
from careersim.model.graph import Profession
from careersim.schema import COUNTY_CODES

__all__ = ["moves", "shares"]

_NORMAL = 1.959963984540054
_SHARES = {
    "parameter": pl.String,
    "transition": pl.String,
    "to": pl.String,
    "published": pl.Float64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "error": pl.Float64,
    "completions": pl.Int64,
    "status": pl.String,
}


def shares(career: LoadedCareer, profession: Profession, pairs: Pairs, fewest: int) -> pl.DataFrame:
    """Shares of the states to which completed trainings lead.

    Parameters
    ----------
    career, profession
        The career graph, as loaded and as built.
    pairs
        What happened.
    fewest
        Completions below which the shares stay as they are.

    Returns
    -------
    As `calibration.register.rates.Rates.shares` says; intervals by Wilson.
    """
    rows = []
    for index, (name, arrow) in enumerate(career.spec.transitions.items()):
        if not isinstance(arrow.to, dict):
            continue
        done = pairs.table.filter(pl.col("progress") == index, pl.col("completed_to").is_not_null())
        total = len(done)
        for (state, parameter), end in zip(
            arrow.to.items(), profession.transitions[index].destinations, strict=True
        ):
            count = len(done.filter(pl.col("completed_to") == end.state))
            known = total >= fewest
            share = count / total if known else end.share
            low, high, error = _interval(count, total) if known else (None, None, None)
            status = "estimated" if known else f"not identified: {total} completions"
            rows.append((parameter, name, state, end.share, share, low, high, error, total, status))
    return pl.DataFrame(rows, schema=_SHARES, orient="row")


def _interval(count: int, total: int) -> tuple[float, float, float]:
    """Wilson's 95 % interval of a share, and its standard error."""
    square = _NORMAL**2
    share = count / total
    middle = (share + square / (2 * total)) / (1 + square / total)
    reach = _NORMAL * (share * (1 - share) / total + square / (4 * total**2)) ** 0.5 / (1 + square / total)
    return max(middle - reach, 0.0), min(middle + reach, 1.0), (share * (1 - share) / total) ** 0.5


def moves(pairs: Pairs, profession: Profession) -> pl.DataFrame:
    """Relocations between counties: who moved from where to where, from each state.

    Returns
    -------
    `state`, `from_county`, `to_county`, `events`, `persons` (at risk in the county that is left: there at the
    end of the year before, and without another event in the year), `rate` per year and its standard
    `error`, both null where everybody moved, so that the rate has no bound. Only pairs of counties between
    which somebody moved.
    """
    mobile = [index for index, state in enumerate(profession.states) if state.mobility is not None]
    at_risk = pairs.table.filter(
        pl.col("state").is_in(mobile), pl.col("hazard") < 0, pl.col("relocated").is_not_null()
    )
    place = ["state", "county"]
    persons = at_risk.group_by(place).agg(persons=pl.len(), left=pl.col("relocated").sum())
    flows = at_risk.filter("relocated").group_by([*place, "county_after"]).agg(events=pl.len())
    names = [state.name for state in profession.states]
    # As for competing risks: the rate of leaving, shared out as the movers are.
    bounded = pl.col("left") < pl.col("persons")
    leaving = pl.when(bounded).then(-(1 - pl.col("left") / pl.col("persons")).log())
    return (
        flows.join(persons, on=place)
        .with_columns(rate=leaving * pl.col("events") / pl.col("left"))
        .with_columns(error=pl.col("rate") / pl.col("events").sqrt())
        .sort("state", "county", "county_after")
        .select(
            state=pl.col("state").replace_strict(dict(enumerate(names)), return_dtype=pl.String),
            from_county=pl.col("county").replace_strict(
                dict(enumerate(COUNTY_CODES)), return_dtype=pl.String
            ),
            to_county=pl.col("county_after").replace_strict(
                dict(enumerate(COUNTY_CODES)), return_dtype=pl.String
            ),
            events="events",
            persons="persons",
            rate="rate",
            error="error",
        )
    )
