"""`cost_arrays`: what a run costs in SEK, by replication, year and county; `cost_table` summarises it.

The stock at the end of a year stands for the year, which begins with the first year after the start:

- `posts`: full-time equivalents of trainees at work x a year of their pay + trainees at work x what a post
  costs besides pay;
- `supervision`: trainees at work x hours a week / 40 x a year of their supervisor's pay. It is time taken
  from patients, worth what replacing it would cost; the supervisor's own pay is in `pay_bill`;
- `bonus`, by lever: persons under contract x the monthly amount x 12 x (1 + employer contributions);
- `pay_bill`: full-time equivalents of those who serve x a year of their pay.

Every cell of a county is rounded to a whole krona before anything is added up, so that counties add up to the
nation and components to the total without a remainder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.areas import AREA_CODES, with_nation
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import tidy
from careersim.model.costs import FULL_TIME_HOURS, Costs, ProfessionPrices

__all__ = ["COMPONENTS", "TOTAL", "CostArrays", "cost_arrays", "cost_table", "over_years"]

COMPONENTS = ("posts", "supervision", "bonus", "pay_bill")
TOTAL = "total"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CostArrays:
    """Costs of one profession, in whole kronor of the price year.

    Attributes
    ----------
    years
        Calendar years, without the start year.
    items
        By component and lever (empty if the cost is not of a lever): replication x year x area, Sweden first.
        Every component is there, and the total.
    weights
        What a krona is worth in the year that counts in full: replication x year.
    """

    years: tuple[int, ...]
    items: Mapping[tuple[str, str], Floats]
    weights: Floats

    def component(self, name: str) -> Floats:
        """Sum of the items of a component."""
        parts = [values for (component, _), values in self.items.items() if component == name]
        return np.asarray(np.sum(parts, axis=0), np.float64)


def cost_arrays(series: ProfessionSeries, costs: Costs | Sequence[Costs]) -> CostArrays | None:
    """Cost one profession.

    Parameters
    ----------
    series
        Counts of all replications.
    costs
        Prices; or those of several draws, which share the replications evenly, the first draw first.

    Returns
    -------
    The costs, or None if there are no prices, or none for the profession.
    """
    draws = [costs] if isinstance(costs, Costs) else list(costs)
    size = series.replications // max(len(draws), 1)
    parts = []
    for draw, prices in enumerate(draws):
        part = _one_draw(_rows(series, slice(draw * size, (draw + 1) * size)), prices)
        if part is None:
            return None
        parts.append(part)
    if not parts:
        return None
    return CostArrays(
        parts[0].years,
        {key: np.concatenate([part.items[key] for part in parts]) for key in parts[0].items},
        np.concatenate([part.weights for part in parts]),
    )


def _rows(series: ProfessionSeries, rows: slice) -> ProfessionSeries:
    names = ("stock", "fte_percent", "contracts")  # what costs are made of
    return replace(series, **{name: getattr(series, name)[rows] for name in names})


def _one_draw(series: ProfessionSeries, costs: Costs) -> CostArrays | None:
    prices = costs.professions.get(series.profession.name)
    if prices is None:
        return None
    counts = _Counts.of(series)
    zero = np.zeros((*counts.persons.shape[:2], counts.persons.shape[-1]))
    items: dict[tuple[str, str], Floats] = {
        ("posts", ""): with_nation(_posts(counts, prices, costs, zero)).astype(np.float64),
        ("supervision", ""): with_nation(_supervision(counts, prices, costs, zero)).astype(np.float64),
    }
    items.update(_bonuses(series, costs))
    if not any(component == "bonus" for component, _ in items):
        items["bonus", ""] = with_nation(_krona(zero)).astype(np.float64)
    items["pay_bill", ""] = with_nation(_pay_bill(counts, prices, costs, zero)).astype(np.float64)
    items[TOTAL, ""] = np.sum(list(items.values()), axis=0)
    years = tuple(series.years[1:])
    weights = np.tile([costs.discount_factor(year) for year in years], (series.replications, 1))
    return CostArrays(years, items, weights)


def cost_table(series: ProfessionSeries, costs: Costs | Sequence[Costs]) -> pl.DataFrame | None:
    """Summarise the costs of one profession.

    Returns
    -------
    Columns lever, profession, county_code, year, item, the statistics and replications; None if the
    profession has no prices.
    """
    arrays = cost_arrays(series, costs)
    if arrays is None:
        return None
    parts = []
    for (component, lever), values in arrays.items.items():
        table = tidy(values, {"year": arrays.years, "county_code": AREA_CODES})
        parts.append(
            table.select(
                pl.lit(lever).alias("lever"),
                pl.lit(series.profession.name).alias("profession"),
                pl.col("county_code"),
                pl.col("year"),
                pl.lit(component).alias("item"),
                pl.exclude("county_code", "year"),
            )
        )
    return pl.concat(parts)


def over_years(values: Floats, weights: Floats | None) -> Floats:
    """Add up a series over its years, the second axis; without `weights` nothing is discounted."""
    if weights is None:
        return np.asarray(values.sum(axis=1), np.float64)
    return np.asarray(np.einsum("ry...,ry->r...", values, weights))


@dataclass(frozen=True)
class _Counts:
    """Persons and full-time equivalents without the start year: replication x year x state x county."""

    persons: NDArray[np.int64]
    fte: Floats

    @classmethod
    def of(cls, series: ProfessionSeries) -> _Counts:
        persons = series.stock[:, 1:].sum(axis=-1, dtype=np.int64)
        return cls(persons, series.fte_percent[:, 1:].sum(axis=-1, dtype=np.int64) / 100.0)


def _krona(values: Floats) -> NDArray[np.int64]:
    return np.rint(values).astype(np.int64)


def _pay(prices: ProfessionPrices, state: int, costs: Costs) -> float:
    """SEK of a full-time year; states without a price were refused where one is needed."""
    pay = prices.pay[state]
    return 0.0 if pay is None else costs.year_of_work(pay)


def _posts(counts: _Counts, prices: ProfessionPrices, costs: Costs, zero: Floats) -> NDArray[np.int64]:
    total = zero.copy()
    for pool in prices.pools:
        if pool.extra is None:
            continue
        for state in pool.holders:
            total += counts.fte[:, :, state] * _pay(prices, state, costs)
            total += counts.persons[:, :, state] * pool.extra
    return _krona(total)


def _supervision(counts: _Counts, prices: ProfessionPrices, costs: Costs, zero: Floats) -> NDArray[np.int64]:
    total = zero.copy()
    for pool in prices.pools:
        hour = pool.supervisor_hours / FULL_TIME_HOURS * costs.year_of_work(pool.supervisor_pay)
        for state in pool.holders:
            total += counts.persons[:, :, state] * hour
    return _krona(total)


def _pay_bill(counts: _Counts, prices: ProfessionPrices, costs: Costs, zero: Floats) -> NDArray[np.int64]:
    total = zero.copy()
    for state in prices.serving:
        total += counts.fte[:, :, state] * _pay(prices, state, costs)
    return _krona(total)


def _bonuses(series: ProfessionSeries, costs: Costs) -> dict[tuple[str, str], Floats]:
    """Cost of every bonus lever of the profession."""
    found = {}
    for index, bonus in enumerate(series.profession.bonuses):
        persons = series.contracts[:, 1:, index, :, 0].astype(np.float64)
        sek = _krona(persons * costs.year_of_bonus(series.profession.name, bonus))
        found["bonus", bonus.name] = with_nation(sek).astype(np.float64)
    return found
