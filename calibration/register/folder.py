"""`write_register`: a synthetic register as a folder, whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from calibration.register.observation import observe
from calibration.register.spec import LoadedRegister
from calibration.register.synthesis import complete_register, counts, seen_rows
from careersim import __version__
from careersim.errors import ConfigError
from careersim.experiment.replicate import Progress
from careersim.experiment.sources import population_source
from careersim.outputs.folder import write_whole

__all__ = ["Written", "write_register"]

_COLUMNS = {
    "panel": "docs/reference/person-year-panel.md",
    "counts": {
        "persons": "persons by profession, year, state, county and sector; empty where suppressed",
        "suppressed": "whether the count is above 0 and below `suppress_below`",
    },
    "completeness": {
        "persons": "persons that a complete register would have",
        "reported": "rows that this register has",
    },
}


@dataclass(frozen=True)
class Written:
    """A folder with a register; `complete` rows would be there without errors."""

    folder: Path
    rows: int
    complete: int


def write_register(loaded: LoadedRegister, out: str | Path, *, progress: Progress | None = None) -> Written:
    """Simulate a register and write it.

    Parameters
    ----------
    loaded
        The register file.
    out
        New folder: `panel.parquet` (all professions of the run), `counts.csv` (cells as published, small
        ones suppressed), `completeness.csv` (true and reported persons by year and sector), and the manifest.
    progress
        Called with the number of finished and of all professions.

    Returns
    -------
    The folder and the number of rows.

    Raises
    ------
    UserError
        If the folder cannot be written, or the years lie outside the run; nothing is left behind.
    """
    spec = loaded.spec
    _refuse_years(loaded)
    complete = complete_register(
        loaded.model,
        seed=loaded.run.spec.seed,
        replication=spec.replication,
        until=spec.last,
        source=population_source(loaded.model, loaded.run.panels),
        progress=progress,
    )
    if spec.first is not None:
        complete = complete.filter(pl.col("year") >= spec.first)
    truth = seen_rows(complete, loaded.model)
    rows = seen_rows(observe(complete, loaded.observation), loaded.model)
    if not len(rows):
        raise ConfigError(
            "nobody is left in the register",
            where=f"{loaded.path}: observation",
            expected="some persons and years that are reported",
            remedy="lower `persons_missing` and `rows_missing`, or leave some years in",
        )
    group = ["profession", "year", "sector"]
    true_persons = truth.group_by(group).agg(persons=pl.len())
    reported = rows.group_by(group).agg(reported=pl.len())
    completeness = true_persons.join(reported, on=group, how="left").sort(group).fill_null(0)

    def fill(folder: Path) -> None:
        rows.write_parquet(folder / "panel.parquet")
        counts(rows, suppress_below=spec.observation.suppress_below).write_csv(folder / "counts.csv")
        completeness.write_csv(folder / "completeness.csv")

    manifest = {
        "kind": "synthetic register",
        "careersim": __version__,
        "register_file": {"name": loaded.path.name, "sha256": loaded.sha256},
        "run_files": {document.path.name: document.sha256 for document in loaded.run.documents},
        "seed": loaded.run.spec.seed,
        "settings": spec.model_dump(mode="json"),
        "rows": len(rows),
        "complete_rows": len(truth),
    }
    return Written(write_whole(out, fill, manifest, _COLUMNS), len(rows), len(truth))


def _refuse_years(loaded: LoadedRegister) -> None:
    """Refuse years that the register cannot have; the simulation refuses a `last` after the run."""
    spec, model = loaded.spec, loaded.model
    start = min(profession.start_year for profession in model.professions)
    first, last = spec.first or start, spec.last or model.last_year
    if not start <= first < last:
        raise ConfigError(
            f"a register of {first} to {last}",
            where=f"{loaded.path}: first",
            expected=f"years from {start} to {model.last_year}, which the run has",
            remedy="correct `first` or `last`",
        )
    for year in spec.observation.missing_years:
        if not first <= year <= last:
            raise ConfigError(
                f"{year} is no year of the register",
                where=f"{loaded.path}: observation.missing_years",
                expected=f"{first} to {last}",
                remedy="correct the year, or leave it out",
            )
