"""Inhabitants, need weights and distances: the country around the careers."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from math import asin, cos, floor, radians, sin, sqrt

from careersim.config.fault_report import FaultReport
from careersim.config.loaded import InhabitantsByYear, LoadedRun
from careersim.data import figures_by_county
from careersim.model.expand import Axes
from careersim.model.graph import Demand, Substitute
from careersim.model.parameters import resolve_one
from careersim.model.slots import NEED_WEIGHT, SUBSTITUTION
from careersim.model.table import Table
from careersim.schema import COUNTIES, COUNTY_CODES

__all__ = ["build_demand", "distances_km"]

_EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth (IUGG)."""

_PUBLISHED_YEARS = (2019, 2024, 2040)


def build_demand(run: LoadedRun, axes: Axes, report: FaultReport) -> Demand | None:
    """Inhabitants over county and year of the run, and the need weight of every county.

    Parameters
    ----------
    run
        The run: years, the user's table of inhabitants, the user's need weights.
    axes
        First and last year.
    report
        Takes the faults: years without inhabitants, a need weight or a coefficient that does not fit.

    Returns
    -------
    The demand side, or None after a fault.
    """
    table = _inhabitants(run, axes, report)
    need = _need_weight(run, axes, report)
    substitutes = _substitutes(run, axes, report)
    if table is None or need is None or substitutes is None:
        return None
    return Demand(table, need, substitutes=substitutes)


@lru_cache(maxsize=1)
def distances_km() -> tuple[float, ...]:
    """Great-circle distance between county centroids (shipped table), row-major 21 x 21."""
    north = figures_by_county("county_centroids", "latitude")
    east = figures_by_county("county_centroids", "longitude")
    places = [(radians(north[code].value or 0.0), radians(east[code].value or 0.0)) for code in COUNTY_CODES]
    return tuple(_haversine_km(a, b) for a in places for b in places)


def _haversine_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    half = sin((b[0] - a[0]) / 2) ** 2 + cos(a[0]) * cos(b[0]) * sin((b[1] - a[1]) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(half))


def _inhabitants(run: LoadedRun, axes: Axes, report: FaultReport) -> Table | None:
    given = run.population or _published()
    what = "the given table of inhabitants" if run.population else "the published table of inhabitants"
    first = max(years[0][0] for years in given.values())
    last = min(years[-1][0] for years in given.values())
    sound = True
    for career in run.careers:
        if career.spec.start_year < first:
            message = f"start year {career.spec.start_year} is before {what} begins"
            remedy = "begin later, or give a table as `demand: {population: ...}` in the run file"
            report.add(career.fault(("start_year",), message, expected=f"{first} or later", remedy=remedy))
            sound = False
    if run.spec.until > last:
        message = f"{what} ends in {last}"
        remedy = f"write `until: {last}`, or give a table that goes further as `demand: {{population: ...}}`"
        report.add(run.fault(("until",), message, expected=f"{last} or earlier", remedy=remedy))
        sound = False
    if not sound:
        return None
    years = range(axes.first_year, axes.last_year + 1)
    values = (float(_at(given[code], year)) for code in COUNTY_CODES for year in years)
    return Table(("county", "year"), (COUNTIES, len(years)), tuple(values), axes.first_year)


@lru_cache(maxsize=1)
def _published() -> InhabitantsByYear:
    """Observed 2019 and 2024 and forecast 2040, by county."""
    tables = {year: figures_by_county("population", "population", year=year) for year in _PUBLISHED_YEARS}
    return {
        code: tuple((year, table[code].value or 0.0) for year, table in tables.items())
        for code in COUNTY_CODES
    }


def _at(given: tuple[tuple[int, float], ...], year: int) -> int:
    """Whole persons in a year within the given ones; straight lines between them, halves rounded up."""
    for (before, low), (after, high) in pairwise((given[0], *given)):
        if before <= year <= after:
            weight = (year - before) / (after - before) if after > before else 0.0
            return floor(low + (high - low) * weight + 0.5)
    message = f"year {year} lies outside {given[0][0]}-{given[-1][0]}"
    raise IndexError(message)


def _need_weight(run: LoadedRun, axes: Axes, report: FaultReport) -> Table | None:
    weight = run.need_weight
    if weight is None:
        return Table(("county",), (COUNTIES,), (1.0,) * COUNTIES)
    by = list(weight.spec.by)
    if weight.spec.unit not in NEED_WEIGHT.units or by not in ([], ["county"]):
        message = f"need weight in {weight.spec.unit} by {', '.join(by) or 'nothing'}"
        report.add(weight.fault(message, expected="unit weight, by county", remedy="correct unit and `by`"))
        return None
    table = resolve_one(weight, NEED_WEIGHT, axes, report)
    if table is None:
        return None
    return Table(("county",), (COUNTIES,), tuple(table.at(county=county) for county in range(COUNTIES)))


def _substitutes(run: LoadedRun, axes: Axes, report: FaultReport) -> tuple[Substitute, ...] | None:
    """Coefficients by county and year; None after a fault."""
    years = range(axes.first_year, axes.last_year + 1)
    found = []
    sound = True
    for name, parameter in run.substitution.items():
        spec = parameter.spec
        table = None
        if name == run.spec.guideline.profession:
            message = f"'{name}' is the guideline's own profession and cannot help itself"
            report.add(parameter.fault(message, remedy="name another profession"))
        elif spec.unit not in SUBSTITUTION.units or list(spec.by) not in ([], ["county"]):
            message = f"substitution in {spec.unit} by {', '.join(spec.by) or 'nothing'}"
            expected = "unit share, by county"
            report.add(parameter.fault(message, expected=expected, remedy="correct the record"))
        else:
            table = resolve_one(parameter, SUBSTITUTION, axes, report)
        if table is None:
            sound = False
            continue
        values = tuple(table.at(county=county) for county in range(COUNTIES) for _ in years)
        shape = (COUNTIES, len(years))
        found.append(Substitute(name, Table(("county", "year"), shape, values, axes.first_year)))
    return tuple(found) if sound else None
