"""The printed table of counties: where each stands against the guideline, and what holds it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from rich.box import SIMPLE_HEAD
from rich.table import Table

from careersim.data import load_table
from careersim.flows.attainment import wilson
from careersim.types import COUNTY_NAMES

__all__ = ["county_legend", "county_table"]

_NATION = "00"
_HALF = 0.5

_PUBLISHED = {"doctor": ("baseline_2023", "gps", "trainees")}
"""By profession: the shipped table with its specialists and trainees by county in one year."""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class _View:
    """What the table shows.

    Attributes
    ----------
    before
        The year that the last asked one is compared with.
    published
        Specialists and trainees as published for that year, by county; empty if there are none.
    """

    profession: Row
    spec: Row
    asked: list[int]
    before: int
    published: Mapping[str, tuple[int, int]]


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
    view = _view(manifest)
    if view is None:
        return None
    year = view.asked[-1]
    table = _columns(view, _over(manifest))
    cells = _indicators(tables["guideline"], [view.before, year])
    met = _met(tables["guideline_met"], view.asked)
    first = _first_years(tables["guideline_first_year"])
    lasting = _lasting_years(tables["guideline_met"])
    binding = _binding(tables["constraints"], view.profession, year)
    for code, name in [*COUNTY_NAMES.items(), (_NATION, "Sweden†")]:
        if code == _NATION:
            table.add_section()
        table.add_row(
            name,
            *_standing(cells, code, year),
            *_coverage(cells, code, view),
            *(_chance(met[code, one], "by_year") for one in view.asked),
            _chance(met[code, year], "in_year"),
            _when(first[code]),
            lasting.get(code, "never"),
            binding.get(code, ""),
        )
    return table


def county_legend(manifest: Row) -> str:
    """Say what the columns of the table of counties are; empty if there is no such table."""
    if _view(manifest) is None:
        return ""
    return (
        f"Met by: share of the {manifest['replications']} replications, {_over(manifest)}, that have met "
        "the guideline by headcount at the end of that year or of an earlier one of the run (first passage); "
        f"met in: that meet it at the end of that year. none and all: {_bounds(manifest['replications'])}. "
        "First touched: first year by which half of the replications have met it (80 % interval), though it "
        "may be for one year only; half from: from then on at least half meet it in every year. "
        "Limit in the model: what stops more from being trained, and its share if not always the same. "
        "† National sum: a surplus in one county covers a lack in another."
    )


def _view(manifest: Row) -> _View | None:
    spec = manifest["config"]["effective"]["guideline"]
    profession = next((one for one in manifest["professions"] if one["name"] == spec["profession"]), None)
    if profession is None:
        return None
    start = max(one["start_year"] for one in manifest["professions"])
    until = manifest["until"]
    asked = [year for year in spec["years"] if start < year <= until] or [until]
    year, published = _published(profession["name"])
    if profession["start_year"] <= year < asked[-1]:
        return _View(profession, spec, asked, year, published)
    return _View(profession, spec, asked, start, {})


def _published(profession: str) -> tuple[int, dict[str, tuple[int, int]]]:
    """Year, specialists and trainees by county as published, or year 0."""
    if profession not in _PUBLISHED:
        return 0, {}
    name, specialists, trainees = _PUBLISHED[profession]
    table = load_table(name)
    rows = table.select("county_code", specialists, trainees).iter_rows()
    return int(table["year"][0]), {code: (first, second) for code, first, second in rows}


def _over(manifest: Row) -> str:
    return "over all draws of the parameters" if manifest.get("draws") else "at fixed parameters"


def _columns(view: _View, over: str) -> Table:
    asked, before = view.asked, view.before
    title = (
        f"{view.profession['name'].replace('_', ' ').capitalize()} {asked[-1]}, list reading "
        f"({view.spec['inhabitants_per_specialist']:g} inhabitants a specialist, "
        f"{view.spec['inhabitants_per_trainee']:g} a trainee): "
        f"medians; shares of replications {over}"
    )
    table = Table(
        title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=0
    )
    table.add_column("County", no_wrap=True)
    how = "sim." if view.profession["start_year"] < before else "start"
    headings = [
        "Inhab.\n×1,000", "Spec.", "80 %\ninterval", "FTE", "Trai-\nnees", "Inh./\nspec.", "Inh./\ntr.",
        f"Cover\n{before}\n{how}", *([f"Cover\n{before}\npubl."] if view.published else []),
        f"Cover\n{asked[-1]}", "Cover\nFTE", *(f"Met\nby\n{year}" for year in asked),
        f"Met\nin\n{asked[-1]}", "First\ntouched\n(80 %)", "Half\nfrom",
    ]  # fmt: skip
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Limit\nin the\nmodel")  # may wrap, if it is not posts
    return table


def _indicators(guideline: pl.LazyFrame, years: list[int]) -> dict[tuple[str, int, str, str], Row]:
    """Rows by county, year, basis and indicator; the readings share no indicator that is shown."""
    rows = guideline.filter(pl.col("year").is_in(years), pl.col("reading") != "ratio").collect()
    return {
        (row["county_code"], row["year"], row["basis"], row["indicator"]): row
        for row in rows.iter_rows(named=True)
    }


Cells = Mapping[tuple[str, int, str, str], Row]


def _standing(cells: Cells, code: str, year: int) -> tuple[str, ...]:
    def cell(indicator: str, basis: str = "headcount") -> Row:
        return cells[code, year, basis, indicator]

    specialists = cell("specialists")
    return (
        _number(cell("inhabitants")["p50"], 1000),
        _number(specialists["p50"]),
        f"{_number(specialists['p10'])}–{_number(specialists['p90'])}",
        _number(cell("specialists", "fte")["p50"]),
        _number(cell("trainees")["p50"]),
        _number(cell("inhabitants_per_specialist")["p50"]),
        _number(cell("inhabitants_per_trainee")["p50"]),
    )


def _coverage(cells: Cells, code: str, view: _View) -> tuple[str, ...]:
    """Coverage before (simulated or at the start, and published), at the end, and then in full time."""
    year = view.asked[-1]
    then = cells.get((code, view.before, "headcount", "coverage"))
    printed = []
    if view.published:
        specialists, trainees = view.published[code]
        served = specialists * view.spec["inhabitants_per_specialist"]
        served += trainees * view.spec["inhabitants_per_trainee"]
        printed.append(_share(served / cells[code, view.before, "headcount", "inhabitants"]["p50"]))
    return (
        _share(None if then is None else then["p50"]),
        *printed,
        _share(cells[code, year, "headcount", "coverage"]["p50"]),
        _share(cells[code, year, "fte", "coverage"]["p50"]),
    )


def _met(met: pl.LazyFrame, years: list[int]) -> dict[tuple[str, int], Row]:
    rows = met.filter(
        pl.col("year").is_in(years), pl.col("reading") == "list", pl.col("basis") == "headcount"
    ).collect()
    return {(row["county_code"], row["year"]): row for row in rows.iter_rows(named=True)}


def _first_years(first: pl.LazyFrame) -> dict[str, Row]:
    rows = first.filter(pl.col("reading") == "list", pl.col("basis") == "headcount").collect()
    return {row["county_code"]: row for row in rows.iter_rows(named=True)}


def _lasting_years(met: pl.LazyFrame) -> dict[str, str]:
    """First year from which on at least half of the replications meet the guideline in every year."""
    rows = met.filter(pl.col("reading") == "list", pl.col("basis") == "headcount").collect()
    found = {}
    for (code,), part in rows.sort("year").partition_by("county_code", as_dict=True).items():
        lasting = None
        for year, share in part.select("year", "in_year").rows()[::-1]:
            if share < _HALF:
                break
            lasting = year
        if lasting is not None:
            found[str(code)] = str(lasting)
    return found


def _when(first: Row) -> str:
    """Median year with its 80 % interval; an end that is never reached within the run stays open."""
    median, low, high = (first[name] for name in ("median_year", "p10_year", "p90_year"))
    middle = "never" if median is None else str(median)
    if low == high:
        return middle
    return f"{middle} ({low % 100:02}–{'' if high is None else f'{high % 100:02}'})"


def _chance(row: Row, name: str) -> str:
    """A share of replications; none and all are words, for they are no probabilities of 0 and 1."""
    share = row[name]
    if share in (0, 1):
        return "all" if share else "none"
    return "<.01" if share < 0.005 else ">.99" if share >= 0.995 else _bare(share)


def _bounds(replications: int) -> str:
    """Say how far none and all of so many replications reach."""
    hits = np.array([0, replications])
    low, high = wilson(hits, replications)
    return (
        f"of {replications}, with which a probability of up to {_bare(max(high[0], 0.01))}, or of "
        f"{_bare(min(low[1], 0.99))} and more, agrees (95 % Wilson interval)"
    )


def _bare(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")


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
    return name if share > 0.995 else f"{name} {_bare(share)}"


def _number(value: float | None, scale: int = 1) -> str:
    return "–" if value is None else f"{value / scale:,.0f}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
