"""How busy each county was: what multiplies the rates that depend on workload (docs/explanation/year.md)."""

from __future__ import annotations

import polars as pl

from calibration.register.panel import Panel
from careersim.model.graph import Model, Profession
from careersim.schema import COUNTIES

__all__ = ["depends_on_workload", "with_excess"]

_LIMIT = 2.0


def with_excess(pairs: pl.DataFrame, panel: Panel, model: Model) -> pl.DataFrame:
    """Put beside each pair the workload above the reference, `excess`, at the end of the year before.

    Parameters
    ----------
    pairs
        With `year` and `county`.
    panel
        Its full-time equivalents in the serving states are those of the counties.
    model
        Inhabitants, need weights, and whether workload changes rates.

    Returns
    -------
    The pairs; `excess` in thousands of need-weighted inhabitants per full-time equivalent, between -2 and 2,
    and 0 where workload plays no part or the table does not have the start year, from which the reference is.
    """
    none = pairs.with_columns(excess=pl.lit(0.0))
    start = panel.profession.start_year
    if not (model.feedback and depends_on_workload(panel.profession) and start in panel.years):
        return none
    serving = [index for index, state in enumerate(panel.profession.states) if state.serves]
    percent = (
        panel.rows.filter(pl.col("state").is_in(serving))
        .group_by("year", "county")
        .agg(fulltime=pl.col("fte_percent").sum() / 100.0)
    )
    years = [year for year in panel.years if model.first_year <= year <= model.last_year]
    demand = model.demand
    thousands = pl.DataFrame(
        [
            (year, county, demand.inhabitants.at(county=county, year=year)
             * demand.need_weight.at(county=county, year=year) / 1000.0)
            for year in years for county in range(COUNTIES)
        ],
        schema={"year": pl.Int64, "county": pl.Int64, "thousands": pl.Float64}, orient="row",
    )  # fmt: skip
    strain = thousands.join(percent, on=["year", "county"], how="left")
    first = strain.filter(pl.col("year") == start)
    reference = float(first["thousands"].sum()) / float(first["fulltime"].sum())
    excess = (pl.col("thousands") / pl.col("fulltime") - reference).clip(-_LIMIT, _LIMIT).fill_null(_LIMIT)
    table = strain.select("year", "county", excess=excess)
    found = pairs.join(table, on=["year", "county"], how="left", maintain_order="left")
    return found.with_columns(pl.col("excess").fill_null(0.0))


def depends_on_workload(profession: Profession) -> bool:
    """Whether workload changes any rate of leaving or moving."""
    hazards = [one.hazard for one in profession.transitions if one.form == "hazard"]
    moves = [state.mobility for state in profession.states]
    return any(one is not None and one.workload for one in (*hazards, *moves))
