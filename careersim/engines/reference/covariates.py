"""Covariates of the counties at the end of a year: workload and supervising full-time equivalents."""

from __future__ import annotations

import math
from collections.abc import Iterable

from careersim.engines.record import YearRecord
from careersim.model.graph import Demand, Profession
from careersim.schema import COUNTIES

__all__ = ["percent_in", "reference_workload", "strain_by_county"]

STRAIN_LIMIT = 2.0
"""Workload above the reference ends here, in 1,000 need-weighted inhabitants per full-time equivalent."""


def strain_by_county(
    profession: Profession, demand: Demand, record: YearRecord, reference: float
) -> tuple[float, ...]:
    """Tell how far the workload of each county lies above the reference.

    Parameters
    ----------
    profession
        Says which states serve.
    demand
        Inhabitants and need weights.
    record
        Counts at the end of last year.
    reference
        Workload of the country at the end of the start year, see `reference_workload`.

    Returns
    -------
    By county, in 1,000 need-weighted inhabitants per full-time equivalent, from -2 to 2; 2 where nobody
    serves.
    """
    percent = percent_in(record, _serving(profession))

    def strain(county: int) -> float:
        if percent[county] == 0:
            return STRAIN_LIMIT
        above = _need(demand, county, record.year) / (percent[county] / 100.0) - reference
        return min(max(above, -STRAIN_LIMIT), STRAIN_LIMIT)

    return tuple(strain(county) for county in range(COUNTIES))


def reference_workload(profession: Profession, demand: Demand, record: YearRecord) -> float:
    """Compute the workload of the whole country; infinite where nobody serves."""
    percent = sum(percent_in(record, _serving(profession)))
    need = 0.0
    for county in range(COUNTIES):
        need += _need(demand, county, record.year)
    return need / (percent / 100.0) if percent else math.inf


def percent_in(record: YearRecord, states: Iterable[int]) -> list[int]:
    """Sum the working time in per cent over states and sectors, by county."""
    by_county = record.fte_percent[list(states)].sum(axis=(0, 2))
    return [int(percent) for percent in by_county]


def _serving(profession: Profession) -> list[int]:
    return [index for index, state in enumerate(profession.states) if state.serves]


def _need(demand: Demand, county: int, year: int) -> float:
    """Thousand need-weighted inhabitants."""
    weight = demand.need_weight.at(county=county, year=year)
    return demand.inhabitants.at(county=county, year=year) * weight / 1000.0
