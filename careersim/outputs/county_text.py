"""The printed table of counties: where each stands against the guideline, and what holds it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table

from careersim.types import COUNTY_NAMES

__all__ = ["county_table"]

_NATION = "00"

Row = Mapping[str, Any]


def county_table(tables: Mapping[str, pl.LazyFrame], manifest: Row) -> Table | None:
    """Lay out the guideline by county.

    Parameters
    ----------
    tables, manifest
        Of a run.

    Returns
    -------
    One row a county, Sweden last; None if the profession of the guideline is not part of the run.
    """
    spec = manifest["config"]["effective"]["guideline"]
    profession = next((one for one in manifest["professions"] if one["name"] == spec["profession"]), None)
    if profession is None:
        return None
    start = max(one["start_year"] for one in manifest["professions"])
    asked = [year for year in spec["years"] if start < year <= manifest["until"]] or [manifest["until"]]
    year = asked[-1]
    table = _columns(profession, spec, start, asked)
    cells = _indicators(tables["guideline"], [start, year])
    met = _met(tables["guideline_met"], asked)
    first = _first_years(tables["guideline_first_year"])
    binding = _binding(tables["constraints"], profession, year)
    for code, name in [*COUNTY_NAMES.items(), (_NATION, "Sweden")]:
        if code == _NATION:
            table.add_section()
        table.add_row(
            name,
            *_standing(cells, code, start, year),
            *(_share(met[code, one]) for one in asked),
            *_when(first[code]),
            binding.get(code, ""),
        )
    return table


def _columns(profession: Row, spec: Row, start: int, asked: list[int]) -> Table:
    title = (
        f"{profession['name'].replace('_', ' ').capitalize()} {asked[-1]} by county, list reading "
        f"({spec['inhabitants_per_specialist']:g} inhabitants a specialist, "
        f"{spec['inhabitants_per_trainee']:g} a trainee): medians; P = met at least once by headcount"
    )
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False, padding=0)
    table.add_column("County", no_wrap=True)
    headings = [
        "Inhab.\n×1,000", "Spec-\nialists", "80 %\ninterval", "FTE", "Train-\nees",
        "Inh./\nspec.", "Inh./\ntrain.", f"Cover\n{start}", f"Cover\n{asked[-1]}", "Cover\nFTE",
        *(f"P by\n{year}" for year in asked), "Median\nyear", "Never",
    ]  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Training is\nbound by", no_wrap=True)
    return table


def _indicators(guideline: pl.LazyFrame, years: list[int]) -> dict[tuple[str, int, str, str], Row]:
    """Rows by county, year, basis and indicator; the readings share no indicator that is shown."""
    rows = guideline.filter(pl.col("year").is_in(years), pl.col("reading") != "ratio").collect()
    return {
        (row["county_code"], row["year"], row["basis"], row["indicator"]): row
        for row in rows.iter_rows(named=True)
    }


def _standing(
    cells: Mapping[tuple[str, int, str, str], Row], code: str, start: int, year: int
) -> tuple[str, ...]:
    def cell(indicator: str, basis: str = "headcount", when: int = year) -> Row:
        return cells[code, when, basis, indicator]

    specialists = cell("specialists")
    then = cells.get((code, start, "headcount", "coverage"))
    return (
        _number(cell("inhabitants")["p50"], 1000),
        _number(specialists["p50"]),
        f"{_number(specialists['p10'])}–{_number(specialists['p90'])}",
        _number(cell("specialists", "fte")["p50"]),
        _number(cell("trainees")["p50"]),
        _number(cell("inhabitants_per_specialist")["p50"]),
        _number(cell("inhabitants_per_trainee")["p50"]),
        _share(None if then is None else then["p50"]),
        _share(cell("coverage")["p50"]),
        _share(cell("coverage", "fte")["p50"]),
    )


def _met(met: pl.LazyFrame, years: list[int]) -> dict[tuple[str, int], float]:
    rows = met.filter(
        pl.col("year").is_in(years), pl.col("reading") == "list", pl.col("basis") == "headcount"
    ).collect()
    return {(row["county_code"], row["year"]): row["by_year"] for row in rows.iter_rows(named=True)}


def _first_years(first: pl.LazyFrame) -> dict[str, Row]:
    rows = first.filter(pl.col("reading") == "list", pl.col("basis") == "headcount").collect()
    return {row["county_code"]: row for row in rows.iter_rows(named=True)}


def _when(first: Row) -> tuple[str, str]:
    median = "never" if first["median_year"] is None else str(first["median_year"])
    return median, _share(first["never"])


def _binding(constraints: pl.LazyFrame, profession: Row, year: int) -> dict[str, str]:
    """What binds the pool whose holders are the trainees, with its share of replications."""
    pools = [pool["name"] for pool in profession["pools"] if pool["trainees"]]
    rows = constraints.filter(
        pl.col("profession") == profession["name"], pl.col("pool").is_in(pools[:1]), pl.col("year") == year
    ).collect()
    return {
        row["county_code"]: _with_share(row["most_common"], row[row["most_common"]])
        for row in rows.iter_rows(named=True)
    }


def _with_share(name: str, share: float) -> str:
    return name if share > 0.995 else f"{name} {share:.0%}"


def _number(value: float | None, scale: int = 1) -> str:
    return "–" if value is None else f"{value / scale:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
