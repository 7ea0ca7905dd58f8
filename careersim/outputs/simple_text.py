"""The printed tables of the simple published calculations beside the simulation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from careersim.types import COUNTY_NAMES

__all__ = ["simple_systems_text"]

_NATION = "00"
_PLACES = {**COUNTY_NAMES, _NATION: "Sweden"}
_BROKEN = {
    "district_nurse": "District\nnurse",
    "occupational_therapist": "Occup.\ntherapist",
    "physiotherapist": "Physio-\ntherapist",
    "psychologist": "Psycho-\nlogist",
}
_CLOSE: dict[str, Any] = {"box": SIMPLE_HEAD, "show_edge": False, "pad_edge": False, "padding": 0}

Row = Mapping[str, Any]
Cells = Mapping[tuple[str, str], Row]


def simple_systems_text(
    tables: Mapping[str, pl.LazyFrame], manifest: Mapping[str, Any], year: int
) -> Iterator[RenderableType]:
    """Lay out what the published calculations say of a year beside the simulation, if they say anything.

    Parameters
    ----------
    tables, manifest
        Of a run.
    year
        The last year of the printed summary.
    """
    table = tables["simple_systems"].collect()
    if table.is_empty():
        return
    guideline = manifest["config"]["effective"]["guideline"]
    doctors = table.filter(pl.col("profession") == guideline["profession"])
    others = table.filter(pl.col("system") == "scb-projection", pl.col("quantity") == "workforce")
    if year in doctors["year"]:
        yield _guideline(doctors, year)
        profession = next(one for one in manifest["professions"] if one["name"] == guideline["profession"])
        why = _why(tables, profession, guideline, doctors["base_year"][0], year)
        yield Text(f"\n{why}\n")
    if year in others["year"]:
        yield _forecasts(others.filter(pl.col("year") == year), year)
        yield Text(
            "\nAll of them stand in the table simple_systems of the run, with demand and other years.\n"
        )


def _guideline(table: pl.DataFrame, year: int) -> Table:
    base = table["base_year"][0]
    shown = Table(
        title=f"Simple formulas from the stocks of {base}, beside the simulation: {year}, by headcount",
        title_justify="left",
        **_CLOSE,
    )
    shown.add_column("County", no_wrap=True)
    for heading in (
        "Specialists,\nDLF's line", "simu-\nlated", "difference\n(80 %)", "Enough after\nyears, DLF",
        "simu-\nlated", "Specialists a\ntrainee, kept", "simu-\nlated", "Lists covered\nif all is kept",
        "simu-\nlated",
    ):  # fmt: skip
        shown.add_column(heading, justify="right", no_wrap=True)
    now = _cells(table.filter(pl.col("year") == year))
    when = _cells(table.filter(pl.col("quantity") == "years_to_full"))
    for code, name in _PLACES.items():
        if code == _NATION:
            shown.add_section()
        line, wait = now[code, "specialists"], when[code, "years_to_full"]
        each, lists = now[code, "specialists_per_trainee"], now[code, "coverage"]
        shown.add_row(
            name,
            _number(line["simple"]),
            _number(line["simulated_p50"]),
            _interval(line, "difference"),
            _number(wait["simple"], none="never"),
            _number(wait["simulated_p50"], none=f"> {year - base}"),
            _number(each["simple"], 1),
            _number(each["simulated_p50"], 1),
            _number(lists["simple"], 2),
            _number(lists["simulated_p50"], 2),
        )
    return shown


def _forecasts(table: pl.DataFrame, year: int) -> Table:
    """The forecast that Socialstyrelsen published and the simulated workforce, by county."""
    professions = table["profession"].unique(maintain_order=True).to_list()
    shown = Table(
        title=f"SCB's forecast of the supply by county, beside the simulated workforce: {year}, by headcount",
        title_justify="left",
        **_CLOSE,
    )
    shown.add_column("County", no_wrap=True)
    for name in professions:
        heading = name.replace("_", " ").capitalize()
        for words in (f"{_BROKEN.get(name, heading)}\nSCB", "sim.", "80 %"):
            shown.add_column(words, justify="right", no_wrap=True)
    rows = {(row["county_code"], row["profession"]): row for row in table.iter_rows(named=True)}
    for code, name in _PLACES.items():
        if code == _NATION:
            shown.add_section()
        cells = []
        for profession in professions:
            row = rows[code, profession]
            low, middle, high = (_number(row[f"simulated_{end}"]) for end in ("p10", "p50", "p90"))
            cells += [_number(row["simple"]), middle, f"{low}–{high}"]
        shown.add_row(name, *cells)
    return shown


def _why(tables: Mapping[str, pl.LazyFrame], profession: Row, guideline: Row, base: int, year: int) -> str:
    """Say by which yearly flows of the country the simulation departs from DLF's line."""
    span = pl.col("year").is_between(base + 1, year)
    national = pl.col("profession") == profession["name"], pl.col("county_code") == _NATION
    certified = tables["flows"].filter(
        *national,
        span,
        pl.col("kind") == "arrived",
        pl.col("from_state").is_in([one["name"] for one in profession["states"] if one["trains"]]),
        pl.col("to_state").is_in(
            [one["name"] for one in profession["states"] if one["serves"] and not one["trains"]]
        ),
    )
    years = year - base
    certificates = float(certified.select(pl.col("mean").sum()).collect().item() or 0.0) / years
    people = tables["workforce"].filter(*national, pl.col("measure") == "headcount").collect()
    means = {(row["group"], row["year"]): row["mean"] for row in people.iter_rows(named=True)}
    trainees = sum(means["trainees", one] for one in range(base, year)) / years
    growth = (means["workforce", year] - means["workforce", base]) / years
    if not certificates or not trainees:
        return ""
    expected = means["trainees", base] / guideline["training_years"]
    retirements = _need(tables["guideline"], base) / guideline["career_years"]
    lost = certificates - growth
    return (
        f"Why they differ, Sweden, a year in {base + 1}-{year}: DLF has {expected:,.0f} certificates (one to "
        f"{guideline['training_years']:g} trainees) less {retirements:,.0f} retirements, as if fully "
        f"staffed: {_number(expected - retirements)}. The simulation has {certificates:,.0f} certificates "
        f"into primary care (one to {trainees / certificates:.1f} trainees) less {lost:,.0f} for everything "
        f"else (retirement, death, leaving and coming back, other work, migration): {_number(growth)}."
    )


def _need(guideline: pl.LazyFrame, year: int) -> float:
    """Specialists that the country needs in the list reading."""
    found = guideline.filter(
        pl.col("county_code") == _NATION,
        pl.col("year") == year,
        pl.col("reading") == "list",
        pl.col("basis") == "headcount",
        pl.col("indicator") == "need_specialists",
    )
    return float(found.select("mean").collect().item())


def _cells(table: pl.DataFrame) -> Cells:
    return {(row["county_code"], row["quantity"]): row for row in table.iter_rows(named=True)}


def _interval(row: Row, prefix: str) -> str:
    low, middle, high = (_number(row[f"{prefix}_{name}"]) for name in ("p10", "p50", "p90"))
    mark = " to " if "−" in low else "–"
    return middle if low == high else f"{middle} ({low}{mark}{high})"


def _number(value: float | None, decimals: int = 0, *, none: str = "–") -> str:
    return none if value is None else f"{value:,.{decimals}f}".replace("-", "−")
