"""`report_counties`: how far off counties are, and what registers are estimated to show in each of them."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from calibration.markdown import markdown_table
from careersim.data.places import NATIONAL_CODE

__all__ = ["report_counties"]


def report_counties(table: pl.DataFrame) -> Iterator[str]:
    """Write the section on counties; nothing if no target that counts is of a county.

    Parameters
    ----------
    table
        As `calibration.fitting.target_table.target_table` gives it.
    """
    counties = table.filter(pl.col("county_code") != NATIONAL_CODE, pl.col("role") == "fit")
    if not len(counties):
        return
    yield "## Counties"
    yield (
        "Error of the model in per cent of what is published. The coverage of some registers scatters from"
        " county to county; that of each county is then estimated, drawn towards the country's."
    )
    yield markdown_table(
        ["targets", "counties", "median error", "mean error", "median error with county coverages"],
        list(_errors(counties)),
    )
    scattered = counties.filter(pl.col("county_factor_sd") > 0)
    if len(scattered):
        yield markdown_table(
            ["target", "model with one coverage", "its residual", "coverage of the county by the country's"],
            [_factor(row) for row in scattered.iter_rows(named=True)],
        )


def _errors(counties: pl.DataFrame) -> Iterator[list[str]]:
    middle = pl.col("published").fill_null((pl.col("published_low") + pl.col("published_high")) / 2)
    errors = (
        counties.with_columns(published=middle)
        .filter(pl.col("published") > 0)
        .group_by("block", maintain_order=True)
        .agg(
            counties=pl.len(),
            median=_apart("predicted_by_country").median(),
            mean=_apart("predicted_by_country").mean(),
            own=_apart("predicted").median(),
            scatter=pl.col("county_factor_sd").max(),
        )
    )
    for row in errors.iter_rows(named=True):
        own = f"{row['own']:.1f} %" if row["scatter"] else "one coverage"
        yield [row["block"], str(row["counties"]), f"{row['median']:.1f} %", f"{row['mean']:.1f} %", own]


def _apart(predicted: str) -> pl.Expr:
    return 100.0 * (pl.col(predicted) / pl.col("published") - 1.0).abs()


def _factor(row: dict[str, float]) -> list[str]:
    middle, sd = row["county_factor"], row["county_factor_sd"]
    return [
        str(row["id"]),
        f"{row['predicted_by_country']:,.5g}",
        f"{row['residual_by_country']:+.1f}",
        f"{middle:.2f} ({middle - 1.96 * sd:.2f} to {middle + 1.96 * sd:.2f})",
    ]
