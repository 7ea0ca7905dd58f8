"""Targets and series of the hand-made profession of `tests.unit.flows.village`, small enough to add up."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from calibration.target_rows import COLUMNS
from calibration.target_types import Target, Targets
from calibration.targets import read_targets
from careersim.engines.record import SEAT_FIELDS
from careersim.flows.series import ProfessionSeries
from tests.unit.flows import village

BASE = {
    "measure": "stock",
    "of": "specialist",
    "profession": "healer",
    "county_code": "00",
    "year": "2024",
    "value": "10",
    "rounding": "exact",
    "tolerance": "2",
    "tolerance_reason": "made up",
    "kind": "stock",
    "observed": "end_of_year",
    "document": "dlf-2024",
    "place": "l. 1",
}


def write_rows(path: Path, *rows: dict[str, str]) -> Path:
    """Write rows that differ from `BASE`; ids are a, b, c unless given."""
    lines = [",".join(COLUMNS)]
    for number, row in enumerate(rows):
        cells = {"id": "abcdefgh"[number], **BASE, **row}
        lines.append(",".join(f'"{cells.get(column, "")}"' for column in COLUMNS))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def read_rows(folder: Path, *rows: dict[str, str]) -> Targets:
    return read_targets(write_rows(folder / "mine.csv", *rows))


def target(**changes: object) -> Target:
    """A target without a file."""
    fields: dict[str, object] = {
        "id": "a",
        "block": "a",
        "measure": "stock",
        "of": "specialist",
        "profession": "healer",
        "county_code": "00",
        "year": 2024,
        "last_year": 2024,
        "value": 10.0,
        "low": 10.0,
        "high": 10.0,
        "likelihood": "normal",
        "rounding": 0.0,
        "tolerance": 2.0,
        "tolerance_reason": "made up",
        "kind": "stock",
        "observed": "end_of_year",
        "coverage": "",
        "group": "",
        "trials": 0.0,
        "role": "fit",
        "document": "dlf-2024",
        "place": "l. 1",
        "note": "",
        "file": "mine.csv",
        "line": 2,
    }
    return Target(**(fields | changes))  # type: ignore[arg-type]


def targets(*some: Target) -> Targets:
    return Targets(some, {})


def series(replications: int = 2) -> ProfessionSeries:
    """Years 2023 to 2026. Replication 1 has one specialist more in county 0 in all years.

    Specialists in county 0: 8, 9, 10, 11 (sector regional 2, the rest private), in county 1: 2 in all years,
    all at 50 %. Trainees: 4 in county 0 at 100 %, one on leave at 50 %. One completes and one takes a seat a
    year, in 2025 two complete. One enters a year.
    """
    made = ProfessionSeries.allocate(
        village.PROFESSION, village.ARCS, SEAT_FIELDS, last_year=2026, replications=replications
    )
    for replication in range(replications):
        for year in range(4):
            persons = 8 + year + replication
            made.stock[replication, year, village.SPECIALIST, 0, 0] = 2
            made.stock[replication, year, village.SPECIALIST, 0, 2] = persons - 2
            made.stock[replication, year, village.SPECIALIST, 1, 2] = 2
            made.fte_percent[replication, year, village.SPECIALIST, 0, 0] = 200
            made.fte_percent[replication, year, village.SPECIALIST, 0, 2] = 100 * (persons - 2)
            made.fte_percent[replication, year, village.SPECIALIST, 1, 2] = 100
            made.stock[replication, year, village.TRAINEE, 0, 0] = 4
            made.fte_percent[replication, year, village.TRAINEE, 0, 0] = 400
            made.stock[replication, year, village.LEAVE, 0, 0] = 1
            made.fte_percent[replication, year, village.LEAVE, 0, 0] = 50
            if year:
                completed = 2 if year == 2 else 1
                made.left[replication, year, village.COMPLETES, 0] = completed
                made.arrived[replication, year, village.COMPLETES, 0] = completed
                made.left[replication, year, village.TAKES, 1] = 1
                made.arrived[replication, year, village.TAKES, 0] = 1
                made.left[replication, year, village.EMIGRATES, 1] = 3
                made.arrived[replication, year, village.EMIGRATES, 1] = 3
                made.entered[replication, year, 0, 1] = 1
    return made


def mean(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=np.float64)
