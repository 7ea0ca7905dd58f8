"""`check_conservation`: nobody appears and nobody vanishes, checked exactly in every year of every run."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from careersim.errors import InternalError
from careersim.flows.yearly import Arc, Counts, YearCounts
from careersim.model.graph import Profession
from careersim.schema import COUNTY_CODES

__all__ = ["check_conservation"]


def check_conservation(
    profession: Profession, arcs: Sequence[Arc], before: YearCounts, after: YearCounts
) -> None:
    """Check stock(t) = stock(t-1) + arrived - left + moved in - moved out + entered, in whole persons.

    Also that every arc is left as often as it arrives somewhere, and that relocations cancel out in the
    country.

    Parameters
    ----------
    profession
        The career graph that the records count.
    arcs
        Its arcs in the order of the records.
    before, after
        Records of two years in a row.

    Raises
    ------
    InternalError
        Naming profession, state, county, year and the number of persons too many.
    """
    _check_years(profession, before, after)
    residual = after.stock.sum(axis=2) - before.stock.sum(axis=2) - _net_flow(profession, arcs, after)
    if residual.any():
        state, county = (int(index[0]) for index in np.nonzero(residual))
        raise InternalError(
            f"{profession.name}: persons are not conserved in state {profession.states[state].name}, "
            f"county {COUNTY_CODES[county]}, year {after.year}: {int(residual[state, county]):+d} "
            f"(and {np.count_nonzero(residual) - 1} other cells)"
        )
    _check_pairs(profession, arcs, after)


def _net_flow(profession: Profession, arcs: Sequence[Arc], record: YearCounts) -> Counts:
    """Inflows minus outflows: state x county."""
    net = record.moved_in - record.moved_out
    for index, arc in enumerate(arcs):
        net[arc.destination] += record.arrived[index]
        net[arc.source] -= record.left[index]
    for index, stream in enumerate(profession.streams):
        net[stream.state] += record.entered[index]
    return net


def _check_years(profession: Profession, before: YearCounts, after: YearCounts) -> None:
    if after.year != before.year + 1:
        raise InternalError(f"{profession.name}: the year after {before.year} is reported as {after.year}")


def _check_pairs(profession: Profession, arcs: Sequence[Arc], record: YearCounts) -> None:
    """Both ends of every move must be counted."""
    residual = record.arrived.sum(axis=1) - record.left.sum(axis=1)
    if residual.any():
        index = int(np.flatnonzero(residual)[0])
        transition = profession.transitions[arcs[index].transition]
        raise InternalError(
            f"{profession.name}: transition {transition.name} arrives {int(residual[index]):+d} times "
            f"more than it leaves in year {record.year}"
        )
    residual = record.moved_in.sum(axis=1) - record.moved_out.sum(axis=1)
    if residual.any():
        index = int(np.flatnonzero(residual)[0])
        raise InternalError(
            f"{profession.name}: relocations in state {profession.states[index].name} do not cancel out "
            f"in year {record.year}: {int(residual[index]):+d}"
        )
