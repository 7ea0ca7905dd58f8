"""Person histories as a table: who changed what in which year."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import ABROAD
from careersim.flows.yearly import EventColumns
from careersim.model.graph import Profession
from careersim.schema import COUNTY_CODES

__all__ = ["event_table"]


def event_table(
    profession: Profession, replication: int, events: EventColumns, kinds: Sequence[str]
) -> pl.DataFrame:
    """Put names to the codes of one profession's events in one replication.

    Parameters
    ----------
    events
        Sorted by person and year.
    kinds
        Names of the kinds of event; those called `working_time` hold percent instead of states, those
        called `entry` have no state before.

    Returns
    -------
    Columns person_id, profession, replication, year, kind, from_state, to_state, from_county, to_county,
    from_percent, to_percent; what does not belong to a kind is null. The county of a state abroad is 99.
    """
    kind = pl.Series("kind", list(kinds), pl.String).gather(events.kind)
    hours, entry = (kind == "working_time").to_numpy(), (kind == "entry").to_numpy()
    names = [state.name for state in profession.states]
    abroad = np.zeros(256, dtype=np.bool_)
    abroad[[index for index, state in enumerate(profession.states) if state.abroad]] = True
    return pl.DataFrame(
        {
            "person_id": events.person_id,
            "profession": pl.repeat(profession.name, len(kind), dtype=pl.String, eager=True),
            "replication": pl.repeat(replication, len(kind), dtype=pl.Int32, eager=True),
            "year": events.year.astype(np.int32),
            "kind": kind,
            "from_state": _named(names, events.source, ~hours & ~entry),
            "to_state": _named(names, events.destination, ~hours),
            "from_county": _county(events.county_from, abroad[events.source] & ~hours, ~entry),
            "to_county": _county(events.county_to, abroad[events.destination] & ~hours, np.ones_like(entry)),
            "from_percent": _percent(events.source, hours),
            "to_percent": _percent(events.destination, hours),
        }
    )


def _named(names: Sequence[str], codes: NDArray[np.uint8], given: NDArray[np.bool_]) -> pl.Series:
    """Names where they are given, null elsewhere."""
    return (
        pl.Series(names, dtype=pl.String)
        .gather(pl.Series(np.where(given, codes, 0)))
        .set(pl.Series(~given), None)
    )


def _county(codes: NDArray[np.uint8], away: NDArray[np.bool_], given: NDArray[np.bool_]) -> pl.Series:
    areas = (*COUNTY_CODES, ABROAD)
    return _named(areas, np.where(away, len(COUNTY_CODES), codes).astype(np.uint8), given)


def _percent(codes: NDArray[np.uint8], given: NDArray[np.bool_]) -> pl.Series:
    return pl.Series(codes.astype(np.int32)).set(pl.Series(~given), None)
