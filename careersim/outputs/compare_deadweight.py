"""`deadweight_table`: what part of a bonus is paid for years that the baseline has as well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.errors import InternalError
from careersim.experiment.careers import CareerTally
from careersim.flows.areas import AREA_CODES, with_nation
from careersim.flows.ratio import Mean, by_draw, mean_interval, ratio_of_means
from careersim.flows.series import ProfessionSeries
from careersim.model.costs import Costs
from careersim.outputs.columns import empty_table
from careersim.outputs.compare_columns import COMPARISON_TABLES

__all__ = ["deadweight_table", "mean_columns"]

Floats = NDArray[np.float64]

_UNKNOWN = Mean(np.nan, np.nan, np.nan)


def deadweight_table(
    baseline: ProfessionSeries,
    series: ProfessionSeries,
    tallies: tuple[CareerTally, ...],
    costs: Sequence[Costs],
    scenario: str,
) -> pl.DataFrame:
    """Tabulate deadweight of every bonus of a profession by area.

    Parameters
    ----------
    baseline, series
        Counts of the baseline and of the scenario. A bonus that the baseline pays as well is left out.
    tallies
        Persons of both runs, one a replication.
    costs
        Prices of the scenario, one set for each draw; draws share the replications evenly.
    scenario
        Its name.

    Returns
    -------
    The table `deadweight` of `careersim.outputs.compare_columns`; without rows if there is no bonus.
    Deadweight is null for one-year contracts of those who are there already, which cannot be told from the
    persons at the ends of years.

    Raises
    ------
    InternalError
        If the persons who are paid are not those that the engine counted.
    """
    rows = []
    for index, bonus in enumerate(series.profession.bonuses):
        if bonus in baseline.profession.bonuses:
            continue
        size = len(tallies) // len(costs)
        sek = np.repeat([one.year_of_bonus(series.profession.name, bonus) for one in costs], size)[:, None]
        # Replication x area x (paid, deadweight), all years of the run but the start year.
        persons = np.stack([tally.paid[1:, index].sum(axis=0) for tally in tallies])
        counted = series.contracts[:, 1:, index, :, 0].sum(axis=1, dtype=np.int64)
        seen = not (bonus.incumbents and bonus.years == 1)
        if seen and not np.array_equal(counted, persons[..., 0]):
            raise InternalError(
                f"scenario {scenario}: the persons paid by {bonus.name} are not those that were counted"
            )
        persons[..., 0] = counted
        paid, lost = (with_nation(persons[..., kind]).astype(np.float64) * sek for kind in (0, 1))
        for area, code in enumerate(AREA_CODES):
            all_paid, all_lost = (by_draw(sums[:, area], len(costs)) for sums in (paid, lost))
            share = _share(all_lost, all_paid, seen=seen)
            deadweight = mean_interval(all_lost) if seen else _UNKNOWN
            rows.append(
                {
                    "scenario": scenario,
                    "profession": series.profession.name,
                    "county_code": code,
                    "lever": bonus.name,
                    **mean_columns("paid", mean_interval(all_paid)),
                    **mean_columns("deadweight", deadweight),
                    **share,
                    "replications": len(tallies),
                }
            )
    return pl.DataFrame(rows, schema=empty_table("deadweight", COMPARISON_TABLES).schema)


def _share(lost: Floats, paid: Floats, *, seen: bool) -> dict[str, float | None]:
    """Ratio of the means with Fieller's interval, which is told only where it can be one of a share."""
    total = float(paid.sum())
    if total == 0 or not seen:
        return {"deadweight_share": None, "share_low": None, "share_high": None}
    found = ratio_of_means(lost, paid)
    low, high = (None if end is None else min(max(end, 0.0), 1.0) for end in (found.low, found.high))
    return {"deadweight_share": float(lost.sum()) / total, "share_low": low, "share_high": high}


def mean_columns(name: str, found: Mean) -> dict[str, float | None]:
    """Mean and ends of its interval as columns; what is not a number is null."""
    ends = {"mean": found.mean, "low": found.low, "high": found.high}
    return {f"{name}_{end}": value if np.isfinite(value) else None for end, value in ends.items()}
