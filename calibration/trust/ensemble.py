"""`ensemble`: what a run predicts, draw by draw, for the headline numbers.

One draw is one set of parameters and one replication, so that the spread of the draws is parameters and
chance together. Without draws of parameters it is chance alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.config.loaded import LoadedRun
from careersim.experiment.draws import Draws, with_values
from careersim.experiment.replicate import Progress, run_replications
from careersim.experiment.sources import population_source
from careersim.flows.areas import AREA_CODES
from careersim.flows.workforce import GROUPS, group_counts, group_states
from careersim.model.assemble import assemble

__all__ = ["MEASURES", "Ensemble", "ensemble"]

MEASURES = ("headcount", "fte")


@dataclass(frozen=True)
class Ensemble:
    """Draws of the headline numbers.

    Attributes
    ----------
    years
        Simulated years of each profession, the start first.
    numbers
        By profession, group (`workforce`, `trainees`) and measure (`headcount`, `fte`): array of draws x
        years x areas (`AREA_CODES`: the nation first), at the end of the year.
    """

    years: Mapping[str, tuple[int, ...]]
    numbers: Mapping[tuple[str, str, str], NDArray[np.float64]]

    @property
    def draws(self) -> int:
        """How many draws."""
        return len(next(iter(self.numbers.values())))

    def of(
        self, profession: str, group: str, measure: str, county_code: str, year: int
    ) -> NDArray[np.float64]:
        """Draws of one number.

        Raises
        ------
        KeyError
            If the profession has no such group, or the year was not simulated.
        """
        if year not in self.years[profession]:
            raise KeyError(year)
        position = self.years[profession].index(year)
        return self.numbers[profession, group, measure][:, position, AREA_CODES.index(county_code)]

    def table(self, first_year: int) -> pl.DataFrame:
        """All numbers from a year on: profession, group, measure, county_code, year, samples (one a draw)."""
        rows = []
        for (profession, group, measure), values in self.numbers.items():
            for position, year in enumerate(self.years[profession]):
                if year < first_year:
                    continue
                for area, code in enumerate(AREA_CODES):
                    rows.append((profession, group, measure, code, year, values[:, position, area].tolist()))
        schema: dict[str, pl.DataType | type[pl.DataType]] = {
            "profession": pl.String,
            "group": pl.String,
            "measure": pl.String,
            "county_code": pl.String,
            "year": pl.Int64,
            "samples": pl.List(pl.Float64),
        }
        return pl.DataFrame(rows, schema=schema, orient="row")


def ensemble(
    run: LoadedRun,
    *,
    draws: Draws | None = None,
    replications: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Ensemble:
    """Simulate a run once for every draw.

    Parameters
    ----------
    run
        The run; its seed and last year count.
    draws
        Draws of parameters, such as a posterior; replication d lives with draw d.
    replications
        How many, without draws; those of the run by default.
    threads
        How many at the same time; all processors by default. The result does not depend on it.
    progress
        Called with the number of finished and of all draws.

    Raises
    ------
    UserError
        If a draw names an unknown parameter or has a value out of range.
    """
    count = len(draws) if draws is not None else replications or run.spec.replications

    def live(number: int) -> Mapping[tuple[str, str, str], NDArray[np.float64]]:
        model = assemble(run if draws is None else with_values(run, draws.at(number)))
        lived = run_replications(
            model,
            seed=run.spec.seed,
            replications=1,
            first=number,
            threads=1,
            source=population_source(model, run.panels),
            durations=False,
        )
        return {
            (name, group, measure): group_counts(series, group, measure)[0]
            for name, series in lived.series.items()
            for group in GROUPS
            if group_states(series.profession, group, "headcount")
            for measure in MEASURES
        }

    first = live(0)  # compiles kernels once, before others could
    found = {0: first}
    workers = min(threads or os.cpu_count() or 1, os.cpu_count() or 1)
    with ThreadPoolExecutor(workers) as pool:
        futures = {pool.submit(live, number): number for number in range(1, count)}
        try:
            for done, future in enumerate(as_completed(futures), start=2):
                found[futures[future]] = future.result()
                if progress is not None:
                    progress(done, count)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    model = assemble(run)
    years = {one.name: tuple(range(one.start_year, model.last_year + 1)) for one in model.professions}
    numbers = {key: np.stack([found[number][key] for number in range(count)]) for key in first}
    return Ensemble(years, numbers)
