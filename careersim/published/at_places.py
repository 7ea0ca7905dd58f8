"""Internship places (AT) planned against graduates and against the places wanted, 2022-2024.

The document sets what the regions plan beside the forecast inflow of graduates and beside the number of
places that would be desirable; both differences are printed so that a positive number means too few places.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from careersim.data import figure, load_table
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Calculation, NoSettings, Tables, column
from careersim.published.ledger import Check

__all__ = ["CALCULATION", "PlacesRow", "PlacesTotal", "PlacesYear", "shortfall"]

_TABLE = "at_places"


@dataclass(frozen=True)
class PlacesRow:
    """One year as it goes in."""

    year: int = column("Year", lowest=1900, highest=2200, key=True)
    inflow: Approx | None = column("Graduates who need a place", unit="persons per year", lowest=0)
    desired: Approx | None = column("Places wanted", unit="places per year", lowest=0, required=False)
    planned: Approx | None = column("Places planned", unit="places per year", lowest=0)


@dataclass(frozen=True)
class PlacesYear:
    """One year as it comes out."""

    year: int = column("Year")
    inflow: Approx | None = column("Graduates who need a place", unit="persons per year")
    desired: Approx | None = column("Places wanted", unit="places per year")
    planned: Approx | None = column("Places planned", unit="places per year")
    shortfall_inflow: Approx | None = column(
        "Places too few for the graduates (negative: too many)", unit="places per year"
    )
    shortfall_desired: Approx | None = column(
        "Places too few of those wanted (negative: too many)", unit="places per year"
    )


@dataclass(frozen=True)
class PlacesTotal:
    """All years together."""

    first_year: int = column("First year")
    last_year: int = column("Last year")
    years: int = column("Years that were given", unit="years")
    inflow: Approx | None = column("Graduates who need a place", unit="persons")
    desired: Approx | None = column("Places wanted", unit="places")
    planned: Approx | None = column("Places planned", unit="places")
    shortfall_inflow: Approx | None = column("Places too few for the graduates, summed", unit="places")
    shortfall_desired: Approx | None = column("Places too few of those wanted, summed", unit="places")


def shortfall(needed: float, planned: float) -> float:
    """Places that are missing, places per year; negative if more are planned than needed."""
    return needed - planned


def published() -> tuple[PlacesRow, ...]:
    """Give the years that the document prints."""
    return tuple(
        PlacesRow(
            year=year,
            inflow=of_figure(figure(_TABLE, "forecast_inflow", year=year)),
            desired=of_figure(figure(_TABLE, "forecast_desired_places", year=year)),
            planned=of_figure(figure(_TABLE, "planned_places", year=year)),
        )
        for year in load_table(_TABLE)["year"].to_list()
    )


def compute(rows: Sequence[PlacesRow], _settings: NoSettings) -> Tables:
    """Take planned places from needed ones, by year and for all years together."""
    return {"at_places": [_year(row) for row in rows], "total": _total(rows)}


def checks() -> tuple[Check, ...]:
    """Set the printed shortfalls beside the differences of the printed numbers."""
    found = []
    for row in published():
        out = _year(row)
        for name, computed in (
            ("forecast_inflow", None),
            ("forecast_desired_places", None),
            ("planned_places", None),
            ("shortfall_vs_inflow", out.shortfall_inflow),
            ("shortfall_vs_desired", out.shortfall_desired),
        ):
            found.append(Check("Tabell 2", figure(_TABLE, name, year=row.year), computed))
    return tuple(found)


def _year(row: PlacesRow) -> PlacesYear:
    return PlacesYear(
        year=row.year,
        inflow=row.inflow,
        desired=row.desired,
        planned=row.planned,
        shortfall_inflow=through(shortfall, row.inflow, row.planned),
        shortfall_desired=through(shortfall, row.desired, row.planned),
    )


def _total(rows: Sequence[PlacesRow]) -> list[PlacesTotal]:
    if not rows:
        return []
    years = [row.year for row in rows]
    inflow, desired = total(row.inflow for row in rows), total(row.desired for row in rows)
    planned = total(row.planned for row in rows)
    return [
        PlacesTotal(
            first_year=min(years),
            last_year=max(years),
            years=len(rows),
            inflow=inflow,
            desired=desired,
            planned=planned,
            shortfall_inflow=through(shortfall, inflow, planned),
            shortfall_desired=through(shortfall, desired, planned),
        )
    ]


CALCULATION = Calculation(
    name="at-places",
    title="Internship places (AT) planned against graduates and places wanted",
    formula=(
        "shortfall against the inflow = graduates - planned places; against the wish = places wanted "
        "- planned places; positive is too few. The forecast numbers are rounded; the printed shortfalls are "
        "taken from the rounded ones."
    ),
    documents=("socialstyrelsen-2022-interim",),
    row=PlacesRow,
    published=published,
    compute=compute,
    checks=checks,
)
