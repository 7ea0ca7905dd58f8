"""Flows: changes of state, relocations and entrants by county and year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from careersim.flows.areas import ABROAD, AREA_CODES, with_nation
from careersim.flows.series import Cells, ProfessionSeries
from careersim.flows.summary import tidy

__all__ = ["FLOW_KINDS", "flow_table"]

FLOW_KINDS = ("left", "arrived", "moved_out", "moved_in", "entered")
"""`left`, `arrived`: the ends of a change of state; `moved_out`, `moved_in`: the ends of a relocation."""


@dataclass(frozen=True)
class _Flow:
    """One kind of event with its persons by replication x year x county, at one end."""

    kind: str
    name: str
    from_state: str
    to_state: str
    abroad: bool
    persons: Cells


def flow_table(series: ProfessionSeries) -> pl.DataFrame:
    """Summarise the flows of one profession.

    Parameters
    ----------
    series
        Counts of all replications.

    Returns
    -------
    Columns profession, county_code, year, kind (of `FLOW_KINDS`), name (of the transition or stream; empty
    for relocations), from_state, to_state (empty where there is none), the statistics in persons per year,
    and replications. The start year has no flows. `county_code` is that of the end that `kind` names: 00 for
    Sweden, 99 for a state abroad.
    """
    flows = list(_flows(series))
    tables = [_table([flow for flow in flows if flow.abroad is abroad], series) for abroad in (False, True)]
    table = pl.concat([part for part in tables if part is not None])
    first = ["profession", "county_code", "year", "kind", "name", "from_state", "to_state"]
    return table.with_columns(pl.lit(series.profession.name).alias("profession")).select(
        *first, pl.exclude(first)
    )


def _flows(series: ProfessionSeries) -> Iterator[_Flow]:
    profession = series.profession
    states = profession.states
    for index, arc in enumerate(series.arcs):
        name = profession.transitions[arc.transition].name
        ends = states[arc.source], states[arc.destination]
        for kind, end, counts in (("left", ends[0], series.left), ("arrived", ends[1], series.arrived)):
            yield _Flow(kind, name, ends[0].name, ends[1].name, end.abroad, counts[:, :, index])
    for index, state in enumerate(states):
        if state.mobility is not None:
            yield _Flow("moved_out", "", state.name, state.name, state.abroad, series.moved_out[:, :, index])
            yield _Flow("moved_in", "", state.name, state.name, state.abroad, series.moved_in[:, :, index])
    for index, stream in enumerate(profession.streams):
        state = states[stream.state]
        yield _Flow("entered", stream.name, "", state.name, state.abroad, series.entered[:, :, index])


def _table(flows: list[_Flow], series: ProfessionSeries) -> pl.DataFrame | None:
    if not flows or len(series.years) < 2:
        return None
    persons = np.stack([flow.persons[:, 1:] for flow in flows], axis=1)
    abroad = flows[0].abroad
    values = persons.sum(axis=-1, keepdims=True) if abroad else with_nation(persons)
    numbers = [str(number) for number in range(len(flows))]
    codes = (ABROAD,) if abroad else AREA_CODES
    table = tidy(values, {"flow": numbers, "year": series.years[1:], "county_code": codes})
    names = pl.DataFrame(
        {
            "flow": numbers,
            "kind": [flow.kind for flow in flows],
            "name": [flow.name for flow in flows],
            "from_state": [flow.from_state for flow in flows],
            "to_state": [flow.to_state for flow in flows],
        }
    )
    return table.join(names, on="flow", how="left", maintain_order="left").drop("flow")
