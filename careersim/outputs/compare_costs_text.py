"""The costs of a comparison in print: totals by component, cost per added full-time year, deadweight."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl
from rich.box import SIMPLE_HEAD
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from careersim.flows.costs import COMPONENTS, TOTAL
from careersim.flows.ratio import VERDICTS
from careersim.outputs.lever_places import COUNTIES_TOLD, lever_counties
from careersim.types import COUNTY_NAMES

__all__ = ["cost_headline", "cost_parts"]

_NATION = "00"
_MILLION = 1e6

Frames = Mapping[str, pl.DataFrame]
Row = Mapping[str, Any]


def cost_parts(own: Frames, manifest: Row, scenario: Row) -> Iterator[RenderableType]:
    """Print the costs of one scenario.

    Parameters
    ----------
    own
        Tables of the comparison, rows of this scenario.
    manifest, scenario
        Of the comparison; what it says of the scenario.

    Yields
    ------
    A table of totals, and what they buy: in Sweden, and in the county of the levers if there are few;
    nothing if there are no prices.
    """
    totals = own["cost_totals"].filter(county_code=_NATION, discounting="discounted")
    totals = totals.filter(pl.col("profession").is_in(scenario["touched"]))
    if totals.is_empty():
        return
    yield _totals(totals, manifest, scenario)
    told = [*_effectiveness(own["cost_effectiveness"], _NATION), *_deadweight(own["deadweight"])]
    named = lever_counties(manifest["baseline"], scenario)
    for code in named if len(named) <= COUNTIES_TOLD else ():
        told += [
            f"{COUNTY_NAMES[code]} alone: {line}" for line in _effectiveness(own["cost_effectiveness"], code)
        ]
    if told:
        yield Padding(Text("\n".join(told)), (0, 0, 1, 2))


def cost_headline(tables: Frames) -> dict[str, Any]:
    """Give the costs of Sweden as plain data, for other programs."""
    discounted = tables["cost_totals"].filter(county_code=_NATION, discounting="discounted")
    return {
        "cost_totals": discounted.to_dicts(),
        "cost_effectiveness": tables["cost_effectiveness"].filter(county_code=_NATION).to_dicts(),
        "deadweight": tables["deadweight"].filter(county_code=_NATION).to_dicts(),
    }


def _totals(totals: pl.DataFrame, manifest: Row, scenario: Row) -> Table:
    costs = manifest["baseline"]["config"]["effective"]["costs"]
    since = costs["discount_from"] or costs["price_year"]
    title = (
        f"{scenario['name']}: added cost of Sweden to {manifest['until']}, million SEK of "
        f"{costs['price_year']} discounted to {since} at {100 * float(costs['discount_rate']['value']):g} %, "
        "mean (80 % interval)"
    )
    table = Table(title=title, title_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("Profession", overflow="fold")
    for item in (*COMPONENTS, TOTAL):
        table.add_column(item.replace("_", " ").capitalize(), justify="right", no_wrap=True)
    for (profession,), cells in totals.partition_by("profession", maintain_order=True, as_dict=True).items():
        found = {row["item"]: row for row in cells.iter_rows(named=True)}
        table.add_row(
            str(profession).replace("_", " ").capitalize(),
            *(_million_range(found[item]) for item in (*COMPONENTS, TOTAL)),
        )
    return table


def _effectiveness(rows: pl.DataFrame, code: str) -> Iterator[str]:
    """What a full-time year of the guideline's specialists costs in an area, with and without their pay."""
    shown = rows.filter(county_code=code, discounting="discounted")
    told: set[str] = set()
    words = {"total": "all costs", "without_pay_bill": "without the pay of those who serve"}
    for row in shown.iter_rows(named=True):
        if row["basis"] == "total":
            plain = rows.filter(county_code=code, discounting="undiscounted", basis="total")
            yield (
                f"Added full-time years of work ({row['profession'].replace('_', ' ')}s who serve): "
                f"{_interval(plain.row(0, named=True))}, discounted {_interval(row)} (95 % confidence of the "
                "mean)."
            )
        if row["cost_per_fte_year"] is None:
            if row["verdict"] not in told:
                yield f"Cost per added full-time year: {VERDICTS[row['verdict']]}."
            told.add(row["verdict"])
            continue
        meaning = "" if row["verdict"] == "cost_per_gain" else f" ({VERDICTS[row['verdict']]})"
        low, high = (f"{row[end] / _MILLION:,.2f}" for end in ("ratio_low", "ratio_high"))
        ratio = f"{row['cost_per_fte_year'] / _MILLION:,.2f} million SEK (95 % interval {low} to {high})"
        yield f"Cost per added full-time year, {words[row['basis']]}: {ratio}{meaning}."


def _deadweight(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.filter(county_code=_NATION).iter_rows(named=True):
        paid = f"Bonus {row['lever']}: {row['paid_mean'] / _MILLION:,.1f} million SEK paid (undiscounted)"
        if row["deadweight_share"] is None:
            unknown = "; what of it is deadweight is not known: one-year contracts leave no trace"
            yield f"{paid}{unknown if row['paid_mean'] else ''}."
            continue
        ends = (
            ""
            if row["share_low"] is None
            else f" (95 % interval {row['share_low']:.3f}–{row['share_high']:.3f})"
        )
        yield (
            f"{paid}; deadweight share {row['deadweight_share']:.3f}{ends}: paid for years in which the same "
            "person is in the same state and county without it."
        )


def _interval(row: Row) -> str:
    middle = f"{row['added_fte_years_mean']:+,.1f}"
    if row["added_fte_years_low"] is None:
        return middle
    return f"{middle} ({row['added_fte_years_low']:+,.1f} to {row['added_fte_years_high']:+,.1f})"


def _million_range(row: Row) -> str:
    middle, low, high = (
        _million(row[name]) for name in ("difference_mean", "difference_p10", "difference_p90")
    )
    return middle if middle == low == high else f"{middle} ({low} to {high})"


def _million(value: float) -> str:
    number = value / _MILLION
    text = f"{number:+,.0f}" if abs(number) >= 100 else f"{number:+,.1f}"
    return "0" if text in ("+0.0", "-0.0") else text
