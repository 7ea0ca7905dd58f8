"""The simple published calculations beside the simulation, for the same county and year.

Those of doctors start from the stocks that the simulation itself has in the base year, replication by
replication, so that what differs later is what the formula leaves out, and not where it began:

- `dlf`: specialists on the straight line of DLF's formula, which adds an eighth of the trainees a year and
  takes away need/25; and the years until there are enough of them.
- `simplified-model`: specialists per trainee if both stay as they are in the base year.
- `no-change`: coverage of the lists if specialists and trainees stay as they are and the inhabitants do not.

Those of the other professions are the published forecast itself (`scb-projection`), which shares the country
out over the counties as they stood in 2023, and the same number per inhabitant (`per-inhabitant`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.flows.areas import AREA_CODES, NATION
from careersim.flows.guideline import Standing, list_sizes, standing
from careersim.flows.series import ProfessionSeries
from careersim.flows.workforce import group_counts
from careersim.model.graph import Demand
from careersim.outputs.columns import empty_table
from careersim.published import dlf_formula
from careersim.published.approx import Approx, through
from careersim.published.catalogue import calculation

__all__ = ["BASE_YEAR", "SimpleSystem", "base_year", "simple_systems_table"]

Floats = NDArray[np.float64]
ByYear: TypeAlias = dict[int, dict[str, Approx | None]]

BASE_YEAR = 2023
"""Year that the published calculations start from."""

_SHARES = (0.1, 0.5, 0.9)
_PRINTED_YEARS = (2023, 2030, 2040)
"""Years of the forecast; the years between lie on straight lines, as in the calculation itself."""


@dataclass(frozen=True)
class SimpleSystem:
    """One quantity of one calculation beside the simulated one.

    Attributes
    ----------
    system, quantity
        Names.
    years
        Years of the second axis.
    simple, low, high
        What the calculation gives and the interval that rounding leaves: replication (or 1) x year x area.
    simulated
        Replication x year x area.
    """

    system: str
    quantity: str
    years: tuple[int, ...]
    simple: Floats
    low: Floats
    high: Floats
    simulated: Floats


def base_year(profession_start: int, last_year: int) -> int:
    """Give the year that calculations for a profession start from in a run."""
    return BASE_YEAR if profession_start <= BASE_YEAR < last_year else profession_start


def simple_systems_table(
    series: Mapping[str, ProfessionSeries], demand: Demand, guideline: GuidelineSpec
) -> pl.DataFrame:
    """Set the published calculations beside a run.

    Parameters
    ----------
    series
        Counts by profession.
    demand, guideline
        Inhabitants, and what is asked of them.

    Returns
    -------
    The table `simple_systems` of `careersim.outputs.columns`; without rows for professions about which
    nothing is published.
    """
    parts = []
    for name, one in series.items():
        asked = name == guideline.profession
        systems = _of_doctors(one, demand, guideline) if asked else _published(name, one)
        parts += [_tabulate(name, base_year(one.years[0], one.years[-1]), system) for system in systems]
    return pl.concat([empty_table("simple_systems"), *parts])


def _of_doctors(series: ProfessionSeries, demand: Demand, spec: GuidelineSpec) -> Iterator[SimpleSystem]:
    held = standing(series, demand, "headcount")
    first = held.years.index(base_year(held.years[0], held.years[-1]))
    if first == len(held.years) - 1:
        return
    later = slice(first + 1, None)
    years = held.years[later]
    specialists, trainees = held.specialists[:, [first]], held.trainees[:, [first]]
    passed = np.array(years, dtype=np.float64)[:, None] - held.years[first]
    per_specialist, per_trainee = list_sizes(demand, spec, held.years)
    settings = dlf_formula.Settings(
        training_years=spec.training_years,
        career_years=spec.career_years,
        inhabitants_per_specialist=float(per_specialist[first, 0]),
        inhabitants_per_trainee=float(per_trainee[first, 0]),
    )
    need = held.inhabitants[first] / settings.inhabitants_per_needed
    growth = (trainees - need * spec.training_years / spec.career_years) / spec.training_years
    line = np.maximum(specialists + growth * passed, 0.0)
    yield _exact("dlf", "specialists", years, line, held.specialists[:, later])
    needed = per_specialist + per_trainee * (spec.training_years / spec.career_years)
    yield _years_to_full(held, first, settings, held.inhabitants / needed)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept = np.broadcast_to(specialists / trainees, line.shape)
        simulated = held.specialists[:, later] / held.trainees[:, later]
    yield _exact("simplified-model", "specialists_per_trainee", years, kept, simulated)

    def coverage(specialists: Floats, trainees: Floats) -> Floats:
        served = specialists * per_specialist[later] + trainees * per_trainee[later]
        return served / held.inhabitants[later]

    now = coverage(held.specialists[:, later], held.trainees[:, later])
    yield _exact("no-change", "coverage", years, coverage(specialists, trainees), now)


def _years_to_full(held: Standing, first: int, settings: dlf_formula.Settings, need: Floats) -> SimpleSystem:
    """DLF's years, beside the years until the simulated specialists first reach the need of their year."""
    years: Callable[..., Floats] = np.vectorize(
        lambda *numbers: dlf_formula.years_to_full(settings, *numbers), otypes=[np.float64]
    )
    formula = years(need[first], held.specialists[:, first], held.trainees[:, first])[:, None]
    reached = held.specialists[:, first:] >= need[first:]
    simulated = np.where(reached.any(axis=1), reached.argmax(axis=1), np.inf)[:, None]
    return _exact("dlf", "years_to_full", (held.years[first],), formula, simulated)


def _published(name: str, series: ProfessionSeries) -> Iterator[SimpleSystem]:
    """Forecasts of the four professions that documents print; nothing for others."""
    simulated = group_counts(series, "workforce", "headcount")
    span = [year for year in series.years if BASE_YEAR < year <= _last_forecast()]
    forecasts = _forecasts(name, span)
    for system, quantity, found in (
        ("scb-projection", "workforce", forecasts["supply"]),
        ("scb-projection", "demand", forecasts["demand"]),
        ("per-inhabitant", "workforce", _per_inhabitant(name, span)),
    ):
        if found:
            years = tuple(found)
            rows = simulated[:, [series.years.index(year) for year in years]]
            cells = [[found[year].get(area) for area in AREA_CODES] for year in years]
            value, low, high = (
                np.array([[[np.nan if c is None else getattr(c, end) for c in row] for row in cells]])
                for end in ("value", "low", "high")
            )
            yield SimpleSystem(system, quantity, years, value, low, high, rows)


def _last_forecast() -> int:
    return int(calculation("scb-projection").settings().year)


def _forecasts(name: str, years: list[int]) -> dict[str, ByYear]:
    """Published supply and demand by year and area; between the printed years on straight lines."""
    forecast = calculation("scb-projection")
    rows = [row for row in forecast.published() if row.profession == name]
    printed: dict[str, ByYear] = {"supply": {}, "demand": {}}
    for year in _PRINTED_YEARS if rows and years else ():
        tables = forecast.compute(rows, forecast.settings(year=year))
        for quantity, cells in printed.items():
            cells[year] = {row.county_code: getattr(row, quantity) for row in tables["counties"]}
            cells[year][NATION] = getattr(tables["nation"][0], quantity)
    return {
        quantity: {year: _between(cells, year) for year in years if cells}
        for quantity, cells in printed.items()
    }


def _between(printed: ByYear, year: int) -> dict[str, Approx | None]:
    """Numbers of a year from those of the printed years around it."""
    if year in printed:
        return printed[year]
    first = max(one for one in printed if one < year)
    last = min(one for one in printed if one > year)
    part = (year - first) / (last - first)
    return {
        area: through(lambda before, after: before + part * (after - before), cell, printed[last][area])
        for area, cell in printed[first].items()
    }


def _per_inhabitant(name: str, years: list[int]) -> ByYear:
    """The alternative by year and area, in its own years."""
    alternative = calculation("per-inhabitant")
    rows = [row for row in alternative.published() if row.profession == name]
    settings = alternative.settings()
    found: ByYear = {}
    for year, column in ((settings.year_between, "persons_between"), (settings.last_year, "persons_last")):
        if rows and year in years:
            tables = alternative.compute(rows, settings)
            found[year] = {row.county_code: getattr(row, column) for row in tables["counties"]}
            found[year][NATION] = getattr(tables["nation"][0], column)
    return found


def _exact(
    system: str, quantity: str, years: tuple[int, ...], simple: Floats, simulated: Floats
) -> SimpleSystem:
    """For a calculation that starts from simulated counts, which are not rounded."""
    return SimpleSystem(system, quantity, years, simple, simple, simple, simulated)


def _tabulate(profession: str, base: int, one: SimpleSystem) -> pl.DataFrame:
    """Lay one quantity out as rows: medians and 80 % intervals over replications."""
    with np.errstate(invalid="ignore"):
        columns = {
            "simple": _quantiles(one.simple)[1],
            "simple_low": _quantiles(one.low)[0],
            "simple_high": _quantiles(one.high)[2],
        }
        for prefix, values in (("simulated", one.simulated), ("difference", one.simulated - one.simple)):
            names = (f"{prefix}_p10", f"{prefix}_p50", f"{prefix}_p90")
            columns |= dict(zip(names, _quantiles(values), strict=True))
    shape = (len(one.years), len(AREA_CODES))
    years = np.repeat(np.array(one.years, dtype=np.int32), len(AREA_CODES))
    return pl.DataFrame(
        {
            "profession": [profession] * years.size,
            "county_code": list(AREA_CODES) * len(one.years),
            "year": years,
            "system": [one.system] * years.size,
            "quantity": [one.quantity] * years.size,
            "base_year": np.full(years.size, base, dtype=np.int32),
            **{name: _finite(np.broadcast_to(values, shape)) for name, values in columns.items()},
            "replications": np.full(years.size, len(one.simulated), dtype=np.int32),
        }
    )


def _quantiles(values: Floats) -> Floats:
    """10, 50 and 90 % over the first axis; order statistics where a value is infinite."""
    method = "linear" if np.isfinite(values).all() else "inverted_cdf"
    found: Floats = np.quantile(values, _SHARES, axis=0, method=method)  # type: ignore[call-overload]
    return found


def _finite(values: Floats) -> pl.Series:
    """What is not a finite number is null."""
    return pl.Series(np.where(np.isfinite(values), values, np.nan).reshape(-1)).fill_nan(None)
