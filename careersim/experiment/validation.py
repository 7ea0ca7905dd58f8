"""`checked`: everything that is wrong with a configuration, and what its numbers rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from careersim.errors import UserError
from careersim.experiment.limits import check_limits
from careersim.experiment.sources import population_source
from careersim.model.assemble import read_model
from careersim.model.lever_records import lever_records
from careersim.model.priors import priors_of
from careersim.model.provenance import provenance

__all__ = ["Checked", "checked"]


@dataclass(frozen=True)
class Checked:
    """What was found in one file and all files that it names.

    Attributes
    ----------
    faults
        One line a fault, with file, line and key; empty if the file can be run.
    parameters, levers
        How many rest on what: `data` (a published table), `document`, `literature`, `assumption`. A number
        without any of them is a fault.
    """

    faults: tuple[str, ...] = ()
    parameters: Mapping[str, int] = field(default_factory=dict)
    levers: Mapping[str, int] = field(default_factory=dict)

    def sources(self) -> str:
        """Tell in words what the numbers rest on."""
        parts = []
        for what, counts in (("parameters", self.parameters), ("levers", self.levers)):
            if counts:
                kinds = ", ".join(f"{counts[kind]} {kind}" for kind in sorted(counts))
                parts.append(f"{what} {sum(counts.values())} ({kinds})")
        return "; ".join(parts)


def checked(path: str | Path) -> Checked:
    """Check a run file or a career file with all files that it names.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Its faults, and how many numbers rest on what. Register panels are read as well, and margins are fitted,
    and priors are made, once the files themselves are without fault.
    """
    try:
        run, model = read_model(path)
        check_limits(model, replications=run.spec.replications, threads=None)
        priors_of(run)
        source = population_source(model, run.panels)
        for profession in model.professions:
            source.population(profession, run.spec.seed, 0)
    except UserError as error:
        return Checked(_lines(str(error)))
    levers = lever_records(run)
    inside = (number.kind_of_source for record in levers for number in record.numbers)
    return Checked(
        parameters=Counter((*(record.kind for record in provenance(run)), *inside)),
        levers=Counter(record.kind_of_source for record in levers),
    )


def _lines(text: str) -> tuple[str, ...]:
    """Take a report apart: its heading goes, its indented lines are the faults."""
    heading, *faults = text.splitlines()
    return tuple(fault.strip() for fault in faults) or (heading,)
