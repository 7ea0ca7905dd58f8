"""The simple calculations beside a run: by hand, from the run's own counts, and as they are printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.careers import __path__ as careers
from careersim.published.catalogue import calculation
from careersim.simulate import Result, simulate
from tests.unit.outputs.tiny import tiny_result

DLF = {"training": 8.0, "career": 25.0, "list": 1100.0, "trainee_list": 550.0}


@cache
def nurses() -> Result:
    return simulate(Path(careers[0]) / "district_nurse.yaml", replications=3, until=2030)


def rows(result: Result, system: str, quantity: str, year: int) -> pl.DataFrame:
    return (
        result.tables["simple_systems"]
        .filter(pl.col("system") == system, pl.col("quantity") == quantity, pl.col("year") == year)
        .collect()
    )


def counts(result: Result, group: tuple[str, ...], county: int, year: int) -> np.ndarray:
    """Persons by replication, counted from the series itself."""
    series = result.series["healer"]
    states = [index for index, state in enumerate(series.profession.states) if state.name in group]
    return series.stock[:, series.years.index(year), states, county].sum(axis=(1, 2)).astype(float)


def test_the_line_of_dlf_by_hand() -> None:
    result = tiny_result()
    base, year = result.series["healer"].years[0], 2030
    specialists, trainees = (counts(result, (name,), 0, base) for name in ("healer", "trainee"))
    inhabitants = result.model.demand.inhabitants.at(county=0, year=base)
    need = round(inhabitants) / (DLF["list"] + DLF["trainee_list"] * DLF["training"] / DLF["career"])
    growth = (trainees - need * DLF["training"] / DLF["career"]) / DLF["training"]
    line = np.maximum(specialists + growth * (year - base), 0.0)
    found = rows(result, "dlf", "specialists", year).filter(county_code="01").row(0, named=True)
    assert found["base_year"] == base
    assert found["simple"] == pytest.approx(np.median(line))
    simulated = counts(result, ("healer",), 0, year)
    assert found["simulated_p50"] == pytest.approx(np.median(simulated))
    assert found["difference_p50"] == pytest.approx(np.median(simulated - line))


def test_years_to_full_are_never_where_the_need_is_out_of_reach() -> None:
    result = tiny_result()
    base = result.series["healer"].years[0]
    found = rows(result, "dlf", "years_to_full", base)
    assert found.height == 22
    assert found["simple"].null_count() == 22  # a few healers for a whole country
    assert found["simulated_p50"].null_count() == 22


def test_kept_ratios_are_those_of_the_base_year() -> None:
    result = tiny_result()
    base = result.series["healer"].years[0]
    specialists, trainees = (counts(result, (name,), 0, base) for name in ("healer", "trainee"))
    kept = rows(result, "simplified-model", "specialists_per_trainee", 2030).filter(county_code="01")
    assert kept["simple"].item() == pytest.approx(np.median(specialists / trainees))
    lists = rows(result, "no-change", "coverage", 2030).filter(county_code="01")
    inhabitants = round(result.model.demand.inhabitants.at(county=0, year=2030))
    served = DLF["list"] * specialists + DLF["trainee_list"] * trainees
    assert lists["simple"].item() == pytest.approx(np.median(served / inhabitants))


@pytest.mark.parametrize("year", [2024, 2027, 2030])
def test_forecasts_are_those_of_the_calculation(year: int) -> None:
    forecast = calculation("scb-projection")
    own = [row for row in forecast.published() if row.profession == "district_nurse"]
    printed = forecast.compute(own, forecast.settings(year=year))["counties"]
    found = rows(nurses(), "scb-projection", "workforce", year)
    for row in printed:
        cell = found.filter(county_code=row.county_code).row(0, named=True)
        assert (cell["simple"], cell["simple_low"], cell["simple_high"]) == pytest.approx(
            (row.supply.value, row.supply.low, row.supply.high)
        )
    workforce = (
        nurses()
        .tables["workforce"]
        .filter(pl.col("year") == year, pl.col("group") == "workforce", pl.col("measure") == "headcount")
    )
    assert found["simulated_p50"].to_list() == workforce.collect()["p50"].to_list()
    assert rows(nurses(), "per-inhabitant", "workforce", 2030).height == 22


def test_they_are_printed_with_the_reason_for_the_difference() -> None:
    words = " ".join(tiny_result().summary().split())
    assert "Simple formulas from the stocks of" in words
    assert "Why they differ, Sweden" in words
    assert "SCB's forecast" not in words
    assert "SCB's forecast of the supply by county" in " ".join(nurses().summary().split())


def test_the_reason_adds_up() -> None:
    """Certificates less everything else is the growth that the tables show."""
    result = tiny_result()
    words = " ".join(result.summary().split())
    told = words.split("The simulation has ")[1].split(".")[0]
    assert "for everything else" in told or "for everything" in words
    people = result.tables["workforce"].filter(
        pl.col("county_code") == "00", pl.col("group") == "workforce", pl.col("measure") == "headcount"
    )
    means = dict(people.select("year", "mean").collect().iter_rows())
    first, last = result.series["healer"].years[0], max(means)
    growth = (means[last] - means[first]) / (last - first)
    assert f"migration): {growth:,.0f}.".replace("-", "−") in words
