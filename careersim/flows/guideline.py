"""The guideline: how many specialists and trainees the inhabitants of each county have and should have.

Two readings, always named and never mixed:

- `list` (DLF): every specialist cares for `inhabitants_per_specialist` people and every trainee for
  `inhabitants_per_trainee`. Met where 1,100 * S + 550 * T >= inhabitants. In balance, T = S * training years
  / career years, so that the need is S = inhabitants / (1,100 + 550 * training years / career years).
- `ratio` (Socialstyrelsen): S >= inhabitants / 1,100 and, as another question, T >= inhabitants / 550.

S is the workforce and T are the trainees of `careersim.flows.workforce`, both by headcount and in full-time
equivalents. The list sizes 1,100 and 550 are those of the run file, changed by levers of kind `list_size`
from a year on. Where other professions help (substitution), what they give and the coverage with it stand
beside the rest under names of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
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

__all__ = [
    "Standing",
    "guideline_table",
    "indicators",
    "inhabitants_by_area",
    "list_sizes",
    "standing",
    "standings",
    "substituted_fte",
]

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


def guideline_table(
    series: ProfessionSeries,
    demand: Demand,
    spec: GuidelineSpec,
    helpers: Mapping[str, ProfessionSeries] | None = None,
) -> pl.DataFrame:
    """Tabulate where each county stands.

    Parameters
    ----------
    series
        Counts of the profession that the guideline is about.
    demand
        Inhabitants by county and year.
    spec
        The guideline.
    helpers
        Counts of all professions, for those that help (`demand.substitutes`); years before one of them
        begins, and a run in which nobody helps, have no such rows.

    Returns
    -------
    Columns profession, county_code, year, reading (`list`, `ratio`, or `both` for what does not depend on
    it), basis (`headcount`, `fte`), indicator (see docs/reference/outputs.md), the statistics over
    replications, and replications. A ratio to nobody is null.
    """
    parts = []
    sizes = list_sizes(demand, spec, series.years)
    helped = substituted_fte(helpers or {}, demand, series.years)
    for held in standings(series, demand):
        readings = [("both", _both(held)), ("list", _list(held, spec, sizes)), ("ratio", _ratio(held, sizes))]
        found = [(reading, held.years, indicators) for reading, indicators in readings]
        if helped is not None and held.basis == "fte":
            found += _helped(held, *helped, sizes)
        for reading, years, indicators in found:
            values = np.stack(list(indicators.values()), axis=1)
            dimensions = {"indicator": list(indicators), "year": years, "county_code": AREA_CODES}
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


def indicators(held: Standing, demand: Demand, spec: GuidelineSpec, reading: str) -> dict[str, Floats]:
    """Indicators of one reading (`list` or `ratio`): replication x year x area, by name."""
    sizes = list_sizes(demand, spec, held.years)
    return _list(held, spec, sizes) if reading == "list" else _ratio(held, sizes)


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


def list_sizes(demand: Demand, spec: GuidelineSpec, years: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Inhabitants per specialist and per trainee that the guideline asks for: year x 1 (all areas)."""
    found = []
    for target in ("inhabitants_per_specialist", "inhabitants_per_trainee"):
        sizes = [float(getattr(spec, target))] * len(years)
        for lever in demand.list_sizes:
            if lever.target == target:
                sizes = [lever.applied(size, year) for size, year in zip(sizes, years, strict=True)]
        found.append(np.array(sizes)[:, None])
    return found[0], found[1]


def substituted_fte(
    helpers: Mapping[str, ProfessionSeries], demand: Demand, years: tuple[int, ...]
) -> tuple[int, Floats] | None:
    """What other professions stand for.

    Returns
    -------
    Index of the first year in which all that help are simulated, and from then on the full-time equivalents
    of a specialist that their workforces stand for: replication x year x area (the nation is the sum of its
    counties). None if nobody helps: no coefficient above 0, or none of them simulated.
    """
    first, parts = 0, []
    for one in demand.substitutes:
        series = helpers.get(one.profession)
        if series is None or not any(one.coefficient.values):
            continue
        common = [year for year in series.years if year >= years[0]]
        began = common[0] - years[0]
        first = max(first, began)
        fte = group_counts(series, "workforce", "fte")[:, -len(common) :, 1:]
        there = [[one.coefficient.at(county=c, year=year) for c in range(COUNTIES)] for year in common]
        parts.append((began, fte * np.array(there)))
    if not parts:
        return None
    counties = np.sum([fte[:, first - began :] for began, fte in parts], axis=0)
    return first, np.concatenate([counties.sum(axis=-1, keepdims=True), counties], axis=-1)


def _helped(
    held: Standing, first: int, fte: Floats, sizes: tuple[Floats, Floats]
) -> list[tuple[str, tuple[int, ...], dict[str, Floats]]]:
    """Reading, years and indicators of what other professions give, beside the plain ones."""
    years, inhabitants = held.years[first:], held.inhabitants[first:]
    per_specialist, per_trainee = (size[first:] for size in sizes)
    specialists = held.specialists[:, first:] + fte
    served = specialists * per_specialist + held.trainees[:, first:] * per_trainee
    return [
        ("both", years, {"substituted_fte": fte}),
        ("list", years, {"coverage_with_substitution": served / inhabitants}),
        (
            "ratio",
            years,
            {"coverage_specialists_with_substitution": specialists / (inhabitants / per_specialist)},
        ),
    ]


def _list(held: Standing, spec: GuidelineSpec, sizes: tuple[Floats, Floats]) -> dict[str, Floats]:
    per_specialist, per_trainee = sizes
    ratio = spec.training_years / spec.career_years
    served = held.specialists * per_specialist + held.trainees * per_trainee
    need = held.inhabitants / (per_specialist + per_trainee * ratio)
    return {
        "coverage": served / held.inhabitants,
        "inhabitants_without_list": held.inhabitants - served,
        "need_specialists": np.broadcast_to(need, served.shape),
        "need_trainees": np.broadcast_to(need * ratio, served.shape),
        "gap_specialists": held.specialists - need,
        "gap_trainees": held.trainees - need * ratio,
        "balance_trainees": held.specialists * ratio,
    }


def _ratio(held: Standing, sizes: tuple[Floats, Floats]) -> dict[str, Floats]:
    per_specialist, per_trainee = sizes
    specialists = held.inhabitants / per_specialist
    trainees = held.inhabitants / per_trainee
    return {
        "coverage_specialists": held.specialists / specialists,
        "coverage_trainees": held.trainees / trainees,
        "need_specialists": np.broadcast_to(specialists, held.specialists.shape),
        "need_trainees": np.broadcast_to(trainees, held.trainees.shape),
        "gap_specialists": held.specialists - specialists,
        "gap_trainees": held.trainees - trainees,
    }
