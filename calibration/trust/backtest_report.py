"""`write_backtest`: the folder of a backtest, whole or not at all, and its first lines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

import careersim
from calibration.trust.backtest import NAIVE, Backtest
from calibration.trust.score_text import skill_text, told
from careersim.outputs.folder import write_whole

__all__ = ["backtest_text", "first_lines", "write_backtest"]

_TABLES = {"numbers": "Every held-out figure", "summary": "By origin and block", "floor": "Noise floor"}
_METHOD = (
    "Intervals hold parameters, chance, the tolerance of each figure and its rounding. Skill is 1 - CRPS / "
    "CRPS of the naive forecast, with the 95 % interval of a bootstrap over figures; above 0 careersim was "
    "better. A distribution has a better CRPS than its own median, so skill counts as shown only if the "
    "medians are better as well. A single figure has no interval, and intervals take counties for "
    "independent, although they share the nation's error. Uncertain numbers that are not calibrated stay at "
    "their central value. Naive forecasts keep the last figure by its own definition: where the definition "
    "changed since (general practitioners, 2019 to 2023), a part of what they miss is the change, of which "
    "careersim has a prior."
)
_HEAD = (
    "from", "figures", "where", "forecast", "n", "MAPE %", "median APE %", "CRPS", "80 %", "95 %",
    "skill: no change", "of medians", "skill: cohort", "of medians",
)  # fmt: skip
_NAMES = {"no_change": "no change", "cohort": "the plain cohort model"}


def write_backtest(found: Backtest, out: str | Path) -> Path:
    """Write report.md, numbers.parquet, summary.parquet, floor.parquet and manifest.json.

    Raises
    ------
    OutputError
        If the folder exists or cannot be written; nothing is left behind.
    """

    def fill(draft: Path) -> None:
        for name in _TABLES:
            getattr(found, name).write_parquet(draft / f"{name}.parquet")
        (draft / "report.md").write_text(backtest_text(found), encoding="utf-8")

    manifest = {"kind": "backtest", "careersim": careersim.__version__, "spec": found.spec.model_dump()}
    return write_whole(out, fill, manifest, {name: {"title": title} for name, title in _TABLES.items()})


def first_lines(found: Backtest) -> list[str]:
    """What to know before any number: whether skill over naive forecasts is shown."""
    return list(_verdict(found.summary))


def backtest_text(found: Backtest) -> str:
    """The whole report as Markdown."""
    lines = [
        f"# Backtest {found.spec.name}",
        "",
        *first_lines(found),
        "",
        _METHOD,
        "",
        *_table(found.summary),
        "",
        "## Noise floor of counties",
        "",
        *_floor(found.floor),
    ]
    return "\n".join(lines) + "\n"


def _verdict(summary: pl.DataFrame) -> Iterator[str]:
    ours = summary.filter(pl.col("forecast") == "careersim")
    for name in NAIVE:
        compared = ours.filter(pl.col(f"skill_{name}").is_not_null())
        shown = compared.filter(
            pl.col(f"skill_{name}_low") > 0, pl.col(f"median_skill_{name}_low") > 0, pl.col("numbers") > 1
        )
        worse = compared.filter(pl.col(f"skill_{name}_high") < 0, pl.col("numbers") > 1)
        several = compared.filter(pl.col("numbers") > 1)
        if not shown.height:
            yield (
                f"Skill over {_NAMES[name]} is not shown: in none of {several.height} groups of counties "
                "do the intervals of CRPS and of medians lie above 0."
            )
        else:
            where = f"{_groups(shown)}, of {several.height} groups of counties"
            yield f"Skill over {_NAMES[name]} is shown for {where}."
        if worse.height:
            yield f"{_NAMES[name].capitalize()} was better for {_groups(worse)}."
    counties = ours.filter(pl.col("area") == "counties")
    many = int(counties["numbers"].sum())
    if not many:
        yield "No county figures were held out."
        return
    for level in (80, 95):
        held = float((counties[f"coverage_{level}"] * counties["numbers"]).sum())
        expected = float((counties[f"expected_{level}"] * counties["numbers"]).sum())
        yield (
            f"Of {many} county figures {held / many:.0%} lie in the {level} % intervals; rounding makes"
            f" {expected / many:.0%} of a perfect forecast."
        )


def _groups(rows: pl.DataFrame) -> str:
    return ", ".join(f"{row['block']} from {row['origin']}" for row in rows.iter_rows(named=True))


def _table(summary: pl.DataFrame) -> Iterator[str]:
    yield f"| {' | '.join(_HEAD)} |"
    yield "|---" * len(_HEAD) + "|"
    for row in summary.iter_rows(named=True):
        cells = [
            row["origin"],
            row["block"],
            row["area"],
            row["forecast"],
            row["numbers"],
            told(row["mape"], "{:.1f}"),
            told(row["median_ape"], "{:.1f}"),
            told(row["crps"], "{:.2f}"),
            told(row["coverage_80"], "{:.0%}"),
            told(row["coverage_95"], "{:.0%}"),
            *(skill_text(row, name, kind) for name in NAIVE for kind in ("skill", "median_skill")),
        ]
        yield "| " + " | ".join(map(str, cells)) + " |"


def _floor(floor: pl.DataFrame) -> Iterator[str]:
    yield "| what | median % | mean % | times the floor |"
    yield "|---|---|---|---|"
    for row in floor.iter_rows(named=True):
        cells = [row["what"], *(told(row[name], "{:.1f}") for name in ("median", "mean", "times_floor"))]
        yield "| " + " | ".join(cells) + " |"
