"""`build_manifest`: everything that is needed to repeat a run and to read its tables, as plain data."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import careersim
from careersim.config.loaded import LoadedRun
from careersim.data import list_tables
from careersim.flows.summary import interval_note
from careersim.model.graph import Model, Profession
from careersim.model.lever_records import lever_records
from careersim.model.provenance import calibrated_numbers, provenance
from careersim.outputs.lever_text import lever_rows
from careersim.outputs.standing import CAVEATS_NOTE, chance_only, standing

__all__ = ["build_manifest"]

_PACKAGES = ("numpy", "numba", "polars", "mesa")


def build_manifest(
    run: LoadedRun, model: Model, *, engine: str, threads: int, timings: Mapping[str, float]
) -> dict[str, Any]:
    """Describe a finished run.

    Parameters
    ----------
    run, model
        What was run; replications, seed and last year are those of `run.spec`.
    engine, threads
        How it was run.
    timings
        Seconds by phase; those that end in `_threads` are summed over threads.

    Returns
    -------
    Plain data without NaN, ready for JSON.
    """
    spec = run.spec
    calibrated = calibrated_numbers(run)
    return {
        "name": spec.name,
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": spec.seed,
        "replications": spec.replications,
        "until": spec.until,
        "engine": engine,
        "notes": [
            f"Not a forecast: {standing(run)}; intervals and shares {chance_only(run)}.",
            interval_note(spec.replications),
            _cost_note(run),
            *([CAVEATS_NOTE] if calibrated else []),
            *(f"{one.label_en}: {caveat}" for one in model.professions for caveat in one.caveats),
        ],
        "config": {
            "effective": spec.model_dump(mode="json", by_alias=True),
            "files": [
                {"path": str(one.path), "sha256": one.sha256, "content": one.data} for one in run.documents
            ],
        },
        "inputs": {str(path): _sha256(path) for path in _input_files(run)},
        "professions": [_profession(profession) for profession in model.professions],
        "parameters": [asdict(record) for record in provenance(run)],
        "calibrated": {name: list(numbers) for name, numbers in calibrated.items()},
        "levers": lever_rows(lever_records(run)),
        "data": {table.name: table.sha256 for table in list_tables()},
        "versions": {
            "careersim": careersim.__version__,
            "python": platform.python_version(),
            **{name: _version(name) for name in _PACKAGES},
        },
        "machine": {
            "system": platform.platform(),
            "processor": platform.machine(),
            "processors": os.cpu_count(),
            "threads": threads,
        },
        "timings": {name: round(seconds, 4) for name, seconds in timings.items()},
    }


def _cost_note(run: LoadedRun) -> str:
    costs = run.spec.costs
    if costs is None:
        return "costs.parquet is empty: the run file gives no prices (key `costs`, docs/reference/costs.md)."
    sources = [one.spec.source for one in run.prices.values()]
    assumed = sum(one is not None and one.assumption is not None for one in sources)
    return (
        f"Costs are in SEK of {costs.price_year} at constant prices; {assumed} of the {len(sources)} prices "
        "are assumptions."
    )


def _input_files(run: LoadedRun) -> list[Path]:
    """The user's own tables: register panels and inhabitants."""
    files = list(run.panels.values())
    if run.spec.demand.population is not None:
        document, _ = run.overlay.origin(("demand", "population"))
        files.append(document.path.parent / run.spec.demand.population)
    return files


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _profession(profession: Profession) -> dict[str, Any]:
    """What a reader of the tables must know: names, labels, and which states count as what."""
    trains = {index for index, state in enumerate(profession.states) if state.trains}
    return {
        "name": profession.name,
        "label_en": profession.label_en,
        "label_sv": profession.label_sv,
        "start_year": profession.start_year,
        "caveats": list(profession.caveats),
        "states": [
            {
                "name": state.name,
                "label_en": state.label_en,
                "label_sv": state.label_sv,
                "serves": state.serves,
                "trains": state.trains,
                "abroad": state.abroad,
                "final": state.final,
            }
            for state in profession.states
        ],
        "pools": [
            {"name": pool.name, "label_en": pool.label_en, "trainees": bool(trains & set(pool.holders))}
            for pool in profession.pools
        ],
    }
