"""From a loaded run to the declared, frozen `Model`: resolve, check, build, apply levers.

All faults of all steps are collected before anything is raised. `read_model` adds those of reading the
files, so that a user sees everything that is wrong at once.
"""

from __future__ import annotations

from pathlib import Path

from careersim.config.fault_report import FaultReport
from careersim.config.load import read_file
from careersim.config.loaded import LoadedRun
from careersim.model.build import build_profession
from careersim.model.checks import check_career, check_run
from careersim.model.demand import build_demand, distances_km
from careersim.model.expand import Axes
from careersim.model.graph import Model
from careersim.model.lever_checks import check_levers
from careersim.model.levers import apply_demand_levers, apply_levers
from careersim.model.moving import check_ranges
from careersim.model.parameters import resolve
from careersim.model.provenance import check_sources
from careersim.model.value_checks import check_inflow, check_values

__all__ = ["assemble", "read_model"]


def assemble(run: LoadedRun) -> Model:
    """Build the model of a run.

    Parameters
    ----------
    run
        What `careersim.config.load.load_run` gave.

    Returns
    -------
    All professions with every parameter resolved to numbers and all levers applied.

    Raises
    ------
    ConfigError
        One error with every fault: unknown names, wrong units, uncovered ages and counties, shares that do
        not sum to 1, graphs that cannot be walked, levers without a target.
    """
    report = FaultReport()
    model = _assemble(run, report)
    report.raise_if_any()
    assert model is not None
    return model


def read_model(path: str | Path) -> tuple[LoadedRun, Model]:
    """Read a run file, or a career file alone, and build its model, with all faults in one report.

    Parameters
    ----------
    path
        The run file or career file.

    Returns
    -------
    run
        What the files say.
    model
        What it means.

    Raises
    ------
    ConfigError
        With the faults of `careersim.config.load.load_file` and of `assemble` together.
    """
    run, report = read_file(path)
    model = _assemble(run, report) if run is not None else None
    for career in () if run is None else run.careers:
        check_ranges(career, report)
    report.raise_if_any()
    assert run is not None
    assert model is not None
    return run, model


def _assemble(run: LoadedRun, report: FaultReport) -> Model | None:
    """Add all faults to the report; build if there are none."""
    check_run(run, report)
    check_sources(run, report)
    if not run.careers:
        return None
    first = min(career.spec.start_year for career in run.careers)
    years = (first, max(first, run.spec.until))
    axes = Axes(*years)
    demand = build_demand(run, axes, report) if run.dated else None
    resolved = []
    for career in run.careers:
        tables = resolve(career, axes, report)
        check_career(career, report, starts_anywhere=career.spec.profession in run.panels)
        check_values(career, tables, report)
        resolved.append((career, tables))
    check_levers(run, report)
    if report.faults or demand is None:
        return None
    professions = []
    for career, tables in resolved:
        built = apply_levers(build_profession(career, tables, years), run, years)
        check_inflow(career, built, report)
        professions.append(built)
    return Model(
        professions=tuple(professions),
        demand=apply_demand_levers(demand, run, years),
        distance_km=distances_km(),
        first_year=first,
        last_year=run.spec.until,
        seats_unlimited=run.spec.seats == "unlimited",
        feedback=run.spec.feedback,
    )
