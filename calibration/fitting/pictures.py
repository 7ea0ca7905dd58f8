"""`pictures`: prior against posterior, and how far each target is missed, as SVG files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import isnan
from typing import Any

import polars as pl

from calibration.fitting.svg import SOFT, WIDTH, apart, arrow, bar, cut, dot, guide, legend, svg, text

__all__ = ["pictures"]

_LIGHT, _DARK, _MISSED = "#bfd7ea", "#1f5a8c", "#b5420c"
_GREY_LIGHT, _GREY_DARK, _BAND = "#e2e2e2", "#8a8a8a", "#e0efe0"
_LEGEND, _TOP, _BOTTOM = 50.0, 92.0, 24.0
_OUTSIDE = 0.25
"""Room on either side of the prior's interval, in its lengths."""
_END, _LEFT, _RIGHT = 5, 304.0, 790.0
"""Tolerances at which residuals are cut, and where the ends of their axis are."""
_FEW = 4
"""Missed targets of a block up to which residuals beyond the axis are written as numbers too."""

Row = Mapping[str, Any]


def pictures(professions: Sequence[str], table: pl.DataFrame, unknowns: pl.DataFrame) -> dict[str, str]:
    """Draw a calibration.

    Parameters
    ----------
    professions
        What was calibrated, for the titles.
    table
        One row a target, from `target_table`; those that do not count (no `met`) are left out.
    unknowns
        One row an unknown, from `identification`; empty for a point fit.

    Returns
    -------
    Name and content of each file: `targets.svg` and, if there are unknowns, `unknowns.svg`.
    """
    names = ", ".join(professions)
    drawn = {"targets.svg": _targets(names, table.filter(pl.col("met").is_not_null()))}
    if len(unknowns):
        drawn["unknowns.svg"] = _unknowns(names, unknowns)
    return drawn


def _unknowns(names: str, table: pl.DataFrame) -> str:
    left, right = 252.0, 572.0
    length = (right - left) / (1 + 2 * _OUTSIDE)
    start, end = left + _OUTSIDE * length, right - _OUTSIDE * length
    bottom = _TOP + 22 * len(table)
    body = [
        *guide(start, _TOP, bottom, "prior's 2.5 %"),
        *guide(end, _TOP, bottom, "prior's 97.5 %"),
        text(right + 12, _TOP - 6, "posterior: mean and 95 % interval", fill=SOFT),
    ]
    for number, row in enumerate(table.iter_rows(named=True)):
        y = _TOP + 22 * (number + 0.5)
        light, dark = (_LIGHT, _DARK) if row["identified"] else (_GREY_LIGHT, _GREY_DARK)
        unit = length / ((row["prior_high"] - row["prior_low"]) or 1.0)
        posterior = [row[f"posterior_{one}"] for one in ("low", "mean", "high")]
        places = [start + unit * (value - row["prior_low"]) for value in posterior]
        low, mean, high = (min(max(place, left), right) for place in places)
        path = row["path"].removeprefix(f"{names}.")
        body += [
            f'<g class="unknown"><title>{escape(row["path"])}</title>',
            text(left - 8, y + 4, cut(path, left - 18, 12, start=True), size=12, anchor="end"),
            bar("prior", start, end, y, 14, light),
            bar("posterior", low, high, y, 6, dark),
        ]
        if places[0] < left:
            body.append(arrow("beyond", left - 4, y, -1, dark))
        if places[2] > right:
            body.append(arrow("beyond", right + 4, y, 1, dark))
        if left <= places[1] <= right:
            body.append(dot("mean", mean, y, "#ffffff", dark))
        body += [
            text(right + 12, y + 4, cut(_numbers(row), WIDTH - right - 20, 11)),
            "</g>",
        ]
    vague = table.filter(~pl.col("identified"))["path"].to_list()
    about = (
        "Each row is scaled to the 95 % interval of its prior; the numbers are mean and 95 % interval of the"
        f" posterior. The data do not identify {len(vague)} of {len(table)} unknowns{_listed(vague)}."
    )
    middle = dot("key", 12, 0, "#ffffff", _DARK)
    grey = bar("key", 0, 24, 0, 14, _GREY_LIGHT) + bar("key", 0, 24, 0, 6, _GREY_DARK)
    keys = [
        (bar("key", 0, 24, 0, 14, _LIGHT), 24.0, "prior, 95 %"),
        (bar("key", 0, 24, 0, 6, _DARK) + middle, 24.0, "posterior, 95 %, with its mean"),
        (grey, 24.0, "the data cannot identify it"),
    ]
    title = f"What the data say about {_count(len(table), 'unknown')} of {names}"
    return svg(bottom + _BOTTOM, title, about, [*legend(_LEGEND, keys), *body])


def _targets(names: str, table: pl.DataFrame) -> str:
    y = _TOP
    rows: list[str] = []
    for _, block in table.group_by("block", maintain_order=True):
        drawn, height = _block(list(block.iter_rows(named=True)), y)
        rows += drawn
        y += height
    body = [
        bar("band", _place(-1), _place(1), (_TOP + y) / 2, y - _TOP, _BAND),
        text(_LEFT - 18, _TOP - 6, "residual, in tolerances", anchor="end", fill=SOFT),
    ]
    for tick in range(-_END, _END + 1):
        body += guide(_place(tick), _TOP, y, f"{tick:+d}" if tick else "0")
    missed = table.filter(~pl.col("met"))["id"].to_list()
    about = (
        "Model less published figure in units of the figure's own tolerance, one row a block of targets."
        f" {len(table) - len(missed)} of {len(table)} figures are met, in the shaded band from -1 to +1;"
        f" {len(missed)} are missed{_listed(missed)}."
    )
    keys = [
        (dot("key", 4, 0, _DARK), 8.0, "met"),
        (dot("key", 4, 0, _MISSED), 8.0, "missed, with county code"),
        (dot("key", 4, 0, "none", SOFT), 8.0, "with one coverage for the country"),
        (arrow("key", 8, 0, 1, SOFT), 8.0, f"beyond {_END}"),
        (bar("key", 0, 14, 0, 12, _BAND), 14.0, "within tolerance"),
    ]
    title = f"How far the model of {names} is from {_count(len(table), 'published figure')}"
    return svg(y + _BOTTOM, title, about, [*legend(_LEGEND, keys), *body, *rows])


def _block(rows: Sequence[Row], top: float) -> tuple[list[str], float]:
    """Draw the targets of a block, and tell how high that is."""
    missed = [row for row in rows if not row["met"]]
    by_country = [row for row in rows if row["county_factor_sd"] > 0]
    y = top + (22 if missed else 9)
    drawn = [text(_LEFT - 8, y + 4, cut(rows[0]["block"], _LEFT - 18, 11, start=True), anchor="end")]
    drawn += [_mark("country", r["id"], r["residual_by_country"], y + 10, "none", SOFT) for r in by_country]
    for row in sorted(rows, key=lambda row: not row["met"]):  # what is missed lies on top
        color = _DARK if row["met"] else _MISSED
        drawn.append(_mark("target", row["id"], row["residual"], y, color, "none"))
    labels = [(_place(row["residual"]), _label(row, short=len(missed) > _FEW)) for row in missed]
    drawn += [text(x, y - 8, said, anchor="middle", fill=_MISSED) for x, said in apart(labels, _LEFT, _RIGHT)]
    said = f"{len(rows) - len(missed)} of {len(rows)} met" if len(rows) > 1 else "missed" if missed else "met"
    drawn.append(text(_RIGHT + 12, y + 4, said, fill=_MISSED if missed else SOFT))
    return drawn, y - top + (19 if by_country else 9)


def _mark(kind: str, name: str, value: float, y: float, fill: str, line: str) -> str:
    """A dot, or an arrow at the end of the axis for what lies beyond or has no number."""
    about = f"{name}: {_residual(value)}"
    if abs(value) <= _END:
        return dot(kind, _place(value), y, fill, line, about)
    return arrow(kind, _place(value), y, -1 if value < 0 else 1, fill, line, about)


def _place(value: float) -> float:
    inside = _END if isnan(value) else min(max(value, -_END), _END)
    return _LEFT + (_RIGHT - _LEFT) * (inside + _END) / (2 * _END)


def _label(row: Row, *, short: bool) -> str:
    """County code, with the residual if the axis does not show it; the residual for the country."""
    code, said = str(row["county_code"]), _residual(row["residual"])
    if code == "00":
        return said
    return code if short or abs(row["residual"]) <= _END else f"{code} ({said})"


def _residual(value: float) -> str:
    return "no number" if isnan(value) else f"{value:+.1f}"


def _numbers(row: Row) -> str:
    mean, low, high = (_number(row[f"posterior_{one}"]) for one in ("mean", "low", "high"))
    return f"{mean} ({low} to {high}) {row['unit'].replace('_per_year', ' a year').replace('_', ' ')}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:#.3g}".rstrip(".")


def _count(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    return f": {', '.join(names)}" if names else ""
