"""The headline numbers: a profession's workforce and its trainees, states taken together."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import AREA_CODES, with_nation
from careersim.flows.series import Cells, ProfessionSeries
from careersim.flows.summary import tidy
from careersim.model.graph import Profession

__all__ = ["GROUPS", "group_counts", "group_states", "workforce_table"]

GROUPS = ("workforce", "trainees")
"""`workforce`: states that serve and do not train. `trainees`: states that train."""


def workforce_table(series: ProfessionSeries) -> pl.DataFrame:
    """Summarise workforce and trainees of one profession.

    Parameters
    ----------
    series
        Counts of all replications.

    Returns
    -------
    Columns profession, county_code, group (of `GROUPS`; only those that the profession has), year, measure
    (`headcount`, `fte`), the statistics and replications. A trainee on leave is a trainee without working
    time; a specialist on leave is in a state that does not serve, and not part of the workforce.
    """
    groups = [group for group in GROUPS if group_states(series.profession, group, "headcount")]
    dimensions = {"group": groups, "year": series.years, "county_code": AREA_CODES}
    shape = (series.replications, len(groups), len(series.years), len(AREA_CODES))
    parts = []
    for measure in ("headcount", "fte"):
        values = np.zeros(shape)
        for index, group in enumerate(groups):
            values[:, index] = group_counts(series, group, measure)
        parts.append(tidy(values, dimensions).with_columns(pl.lit(measure).alias("measure")))
    first = ["profession", "county_code", "group", "year", "measure"]
    table = pl.concat(parts).with_columns(pl.lit(series.profession.name).alias("profession"))
    return table.select(*first, pl.exclude(first))


def group_counts(series: ProfessionSeries, group: str, measure: str) -> NDArray[np.float64]:
    """Persons or full-time equivalents of a group: replication x year x area (the nation first)."""
    states = group_states(series.profession, group, measure)
    counts, scale = (series.stock, 1.0) if measure == "headcount" else (series.fte_percent, 100.0)
    return _by_area(counts, states) / scale


def group_states(profession: Profession, group: str, measure: str) -> list[int]:
    """Indices of the states of a group; in full-time equivalents without the trainees on leave."""
    states = list(enumerate(profession.states))
    if group == "workforce":
        return [index for index, state in states if state.serves and not state.trains]
    return [index for index, state in states if state.trains and (state.accrues or measure == "headcount")]


def _by_area(counts: Cells, states: list[int]) -> NDArray[np.int64]:
    return with_nation(counts[:, :, states].sum(axis=(2, 4), dtype=np.int64))
