"""The printed summary of a run: national numbers, counties against the guideline, what to keep in mind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from careersim.outputs.county_text import county_legend, county_table
from careersim.outputs.lever_text import lever_words
from careersim.outputs.simple_text import simple_systems_text
from careersim.outputs.standing import CAVEATS_NOTE
from careersim.outputs.uncertainty_text import uncertainty_text

__all__ = ["SUMMARY_WIDTH", "headline", "print_summary", "summary_text"]

_NATION = "00"

SUMMARY_WIDTH = 140
"""Columns in which no table of the summary is cut."""


def print_summary(tables: Mapping[str, pl.LazyFrame], manifest: Mapping[str, Any], console: Console) -> None:
    """Print the summary of a run.

    Parameters
    ----------
    tables
        Tables of the run, as `simulate` or `read_run` gives them.
    manifest
        Its manifest.
    console
        Where to print.
    """
    for part in _parts(tables, manifest):
        console.print(part)


def summary_text(
    tables: Mapping[str, pl.LazyFrame], manifest: Mapping[str, Any], *, width: int = SUMMARY_WIDTH
) -> str:
    """Give the summary as plain text, `width` characters wide."""
    stream = StringIO()
    console = Console(file=stream, width=width, color_system=None, force_terminal=False, highlight=False)
    print_summary(tables, manifest, console)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def headline(tables: Mapping[str, pl.LazyFrame], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Give the headline numbers of a run as plain data, for other programs.

    Returns
    -------
    Name, seed, replications, engine, notes and timings of the run, and `national`: workforce and trainees of
    Sweden in the years of the printed summary.
    """
    years = _years(manifest)
    national = tables["workforce"].filter(pl.col("county_code") == _NATION, pl.col("year").is_in(years))
    kept = ("name", "seed", "replications", "until", "engine", "notes", "timings")
    told = {key: manifest[key] for key in kept}
    if "uncertainty" in tables:
        national_only = tables["uncertainty"].filter(
            pl.col("county_code") == _NATION, pl.col("year").is_in(years)
        )
        told |= {"draws": manifest["draws"], "uncertainty": national_only.collect().to_dicts()}
    return {**told, "national": national.collect().to_dicts()}


def _parts(tables: Mapping[str, pl.LazyFrame], manifest: Mapping[str, Any]) -> Iterator[RenderableType]:
    yield _national(tables["workforce"].collect(), manifest)
    if "uncertainty" in tables:
        year = _years(manifest)[-1]
        yield from uncertainty_text(tables["uncertainty"].collect(), "{place}, by draws", year)
    counties = county_table(tables, manifest)
    if counties is not None:
        yield counties
        yield Text(f"\n{county_legend(manifest)}\n")
    yield from simple_systems_text(tables, manifest, _years(manifest)[-1])
    yield Text(_note(manifest))
    for line in _levers(manifest):
        yield Text(line)
    for caveat in _caveats(manifest):
        yield Text(caveat)


def _national(workforce: pl.DataFrame, manifest: Mapping[str, Any]) -> Table:
    """Workforce and trainees of every profession in Sweden, with 80 % intervals."""
    years = _years(manifest)
    table = Table(
        title=f"Sweden, {manifest['name']}: median and 80 % interval over replications",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for heading in ("Profession", "Who", "Measure"):
        table.add_column(heading, no_wrap=True)
    for year in years:
        table.add_column(str(year), justify="right", no_wrap=True)
    national = workforce.filter(pl.col("county_code") == _NATION, pl.col("year").is_in(years))
    rows = national.partition_by("profession", "group", "measure", maintain_order=True, as_dict=True)
    last = None
    for (profession, group, measure), cells in rows.items():
        intervals = {row["year"]: _interval(row) for row in cells.iter_rows(named=True)}
        name = str(profession).replace("_", " ").capitalize() if profession != last else ""
        table.add_row(name, str(group), str(measure), *(intervals[year] for year in years))
        last = profession
    return table


def _years(manifest: Mapping[str, Any]) -> list[int]:
    """The latest start year, and the first and last year that the guideline asks for."""
    start = max(profession["start_year"] for profession in manifest["professions"])
    asked = manifest["config"]["effective"]["guideline"]["years"]
    inside = [year for year in asked if start < year <= manifest["until"]] or [manifest["until"]]
    return sorted({start, inside[0], inside[-1]})


def _interval(row: Mapping[str, Any]) -> str:
    low, middle, high = (f"{row[name]:,.0f}" for name in ("p10", "p50", "p90"))
    return middle if low == high else f"{middle} ({low}–{high})"


def _note(manifest: Mapping[str, Any]) -> str:
    count = manifest["replications"]
    runs = "1 replication" if count == 1 else f"{count} replications"
    return f"{runs}, seed {manifest['seed']}. {' '.join(manifest['notes'][:2])}"


def _levers(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What the run changes by levers, one line each."""
    levers = manifest["config"]["effective"]["levers"]
    for lever in levers:
        yield f"Lever {lever['name']}: {lever_words(lever)}."
    if levers:
        yield "The notes below describe the careers without levers."
    if manifest.get("calibrated"):
        yield CAVEATS_NOTE


def _caveats(manifest: Mapping[str, Any]) -> Iterator[str]:
    """What to know of each profession; of the guideline's first."""
    asked = manifest["config"]["effective"]["guideline"]["profession"]
    several = len(manifest["professions"]) > 1
    for profession in sorted(manifest["professions"], key=lambda one: one["name"] != asked):
        caveats = profession.get("caveats", [])
        if several and caveats:
            yield f"{profession['label_en']}:"
        yield from (f"- {caveat}" for caveat in caveats)
