"""`faults_of`: everything that is wrong with a configuration, up to the persons of the start year."""

from __future__ import annotations

from pathlib import Path

from careersim.errors import UserError
from careersim.experiment.limits import check_limits
from careersim.experiment.sources import population_source
from careersim.model.assemble import read_model

__all__ = ["faults_of"]


def faults_of(path: str | Path) -> list[str]:
    """Check a run file or a career file with all files that it names.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    One line a fault, with file, line and key; empty if it can be run. Register panels are read as well, and
    margins are fitted, once the files themselves are without fault.
    """
    try:
        run, model = read_model(path)
        check_limits(model, replications=run.spec.replications, threads=None)
        source = population_source(model, run.panels)
        for profession in model.professions:
            source.population(profession, run.spec.seed, 0)
    except UserError as error:
        return _lines(str(error))
    return []


def _lines(text: str) -> list[str]:
    """Take a report apart: its heading goes, its indented lines are the faults."""
    heading, *faults = text.splitlines()
    return [fault.strip() for fault in faults] or [heading]
