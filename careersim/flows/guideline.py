"""The guideline: how many specialists and trainees the inhabitants of each county have and should have.

Two readings, always named and never mixed:

- `list` (DLF): every specialist cares for `inhabitants_per_specialist` people and every trainee for
  `inhabitants_per_trainee`. Met where 1,100 * S + 550 * T >= inhabitants. In balance, T = S * training years
  / career years, so that the need is S = inhabitants / (1,100 + 550 * training years / career years).
- `ratio` (Socialstyrelsen): S >= inhabitants / 1,100 and, as another question, T >= inhabitants / 550.

S is the workforce and T are the trainees of `careersim.flows.workforce`, both by headcount and in full-time
equivalents.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.flows.areas import AREA_CODES, with_nation
from careersim.flows.series import ProfessionSeries
from careersim.flows.summary import tidy
from careersim.flows.workforce import group_counts
from careersim.model.graph import Demand
from careersim.schema import COUNTIES

__all__ = ["Standing", "guideline_table", "indicators", "inhabitants_by_area", "standing", "standings"]

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Standing:
    """Specialists and trainees beside inhabitants, in one basis.

    Attributes
    ----------
    basis
        `headcount` or `fte`.
    years
        Calendar years, the start year first.
    inhabitants
        Year x area (the nation first, see `AREA_CODES`).
    specialists, trainees
        Persons or full-time equivalents: replication x year x area.
    specialist_fte
        Full-time equivalents of the specialists in either basis: they supervise.
    """

    basis: str
    years: tuple[int, ...]
    inhabitants: Floats
    specialists: Floats
    trainees: Floats
    specialist_fte: Floats


def guideline_table(series: ProfessionSeries, demand: Demand, spec: GuidelineSpec) -> pl.DataFrame:
    """Tabulate where each county stands.

    Parameters
    ----------
    series
        Counts of the profession that the guideline is about.
    demand
        Inhabitants by county and year.
    spec
        The guideline.

    Returns
    -------
    Columns profession, county_code, year, reading (`list`, `ratio`, or `both` for what does not depend on
    it), basis (`headcount`, `fte`), indicator (see docs/reference/outputs.md), the statistics over
    replications, and replications. A ratio to nobody is null.
    """
    parts = []
    for held in standings(series, demand):
        for reading, indicators in (
            ("both", _both(held)),
            ("list", _list(held, spec)),
            ("ratio", _ratio(held, spec)),
        ):
            values = np.stack(list(indicators.values()), axis=1)
            dimensions = {"indicator": list(indicators), "year": held.years, "county_code": AREA_CODES}
            parts.append(
                tidy(values, dimensions).with_columns(
                    pl.lit(reading).alias("reading"), pl.lit(held.basis).alias("basis")
                )
            )
    table = pl.concat(parts).with_columns(pl.lit(series.profession.name).alias("profession"))
    first = ["profession", "county_code", "year", "reading", "basis", "indicator"]
    return table.select(*first, pl.exclude(first))


def standings(series: ProfessionSeries, demand: Demand) -> tuple[Standing, Standing]:
    """Standing by headcount and in full-time equivalents."""
    return standing(series, demand, "headcount"), standing(series, demand, "fte")


def standing(series: ProfessionSeries, demand: Demand, basis: str) -> Standing:
    """Count specialists and trainees in one basis."""
    return Standing(
        basis,
        series.years,
        inhabitants_by_area(demand, series.years),
        group_counts(series, "workforce", basis),
        group_counts(series, "trainees", basis),
        group_counts(series, "workforce", "fte"),
    )


def inhabitants_by_area(demand: Demand, years: tuple[int, ...]) -> Floats:
    """Inhabitants by year and area, in whole persons."""
    counts = [
        [round(demand.inhabitants.at(county=county, year=year)) for county in range(COUNTIES)]
        for year in years
    ]
    return with_nation(np.array(counts, dtype=np.int64)).astype(np.float64)


def indicators(held: Standing, spec: GuidelineSpec, reading: str) -> dict[str, Floats]:
    """Indicators of one reading (`list` or `ratio`): replication x year x area, by name."""
    return _list(held, spec) if reading == "list" else _ratio(held, spec)


def _both(held: Standing) -> dict[str, Floats]:
    """What does not depend on the reading."""
    inhabitants = np.broadcast_to(held.inhabitants, held.specialists.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "inhabitants": inhabitants,
            "specialists": held.specialists,
            "trainees": held.trainees,
            "inhabitants_per_specialist": inhabitants / held.specialists,
            "inhabitants_per_trainee": inhabitants / held.trainees,
            "specialist_fte_per_trainee": held.specialist_fte / held.trainees,
        }


def _list(held: Standing, spec: GuidelineSpec) -> dict[str, Floats]:
    ratio = spec.training_years / spec.career_years
    served = held.specialists * spec.inhabitants_per_specialist + held.trainees * spec.inhabitants_per_trainee
    need = held.inhabitants / (spec.inhabitants_per_specialist + spec.inhabitants_per_trainee * ratio)
    return {
        "coverage": served / held.inhabitants,
        "inhabitants_without_list": held.inhabitants - served,
        "need_specialists": np.broadcast_to(need, served.shape),
        "need_trainees": np.broadcast_to(need * ratio, served.shape),
        "gap_specialists": held.specialists - need,
        "gap_trainees": held.trainees - need * ratio,
        "balance_trainees": held.specialists * ratio,
    }


def _ratio(held: Standing, spec: GuidelineSpec) -> dict[str, Floats]:
    specialists = held.inhabitants / spec.inhabitants_per_specialist
    trainees = held.inhabitants / spec.inhabitants_per_trainee
    return {
        "coverage_specialists": held.specialists / specialists,
        "coverage_trainees": held.trainees / trainees,
        "need_specialists": np.broadcast_to(specialists, held.specialists.shape),
        "need_trainees": np.broadcast_to(trainees, held.trainees.shape),
        "gap_specialists": held.specialists - specialists,
        "gap_trainees": held.trainees - trainees,
    }
