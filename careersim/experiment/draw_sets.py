"""`draw_sets`: the parameter draws of runs that belong together, from their priors or from a posterior."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.draws import Draws, draw_priors, model_mark, priors_of, read_draws

__all__ = ["FEW_REPLICATIONS", "DrawSets", "draw_sets", "refuse_idle_posterior"]

FEW_REPLICATIONS = 4
"""Replications of each draw, unless told otherwise.

More draws say more than more replications, but a draw itself costs about as much as so many replications.
"""


@dataclass(frozen=True)
class DrawSets:
    """Draws of several runs, the same in number and belonging together row by row.

    Attributes
    ----------
    each
        Draws of every run, of the numbers that it has.
    record
        What the manifest says of them: `draws`, `source` (`priors` or `posterior`), `file` and `sha256` of a
        posterior, `numbers` that vary, and `at_central`: those with a prior that do not vary.
    """

    each: tuple[Draws, ...]
    record: dict[str, Any]

    def __len__(self) -> int:
        return len(self.each[0])


def draw_sets(runs: Sequence[LoadedRun], draws: int, posterior: str | Path | None = None) -> DrawSets:
    """Draw the parameters of runs that are to be compared.

    Parameters
    ----------
    runs
        With the same seed, which is the key of the draws. A number that several runs have gets the same
        value in all of them; where its prior differs, the value at the same place of each prior.
    draws
        How many.
    posterior
        File of a calibration to take the draws from, evenly spread over it; numbers that are not in it stay
        at their central value.

    Raises
    ------
    UserError
        If nothing is uncertain, the posterior is faulty or of another model, or it has fewer draws.
    """
    uncertain = {prior.path for run in runs for prior in priors_of(run)}
    if posterior is None:
        if not uncertain:
            raise UserError(
                "no number of these runs is uncertain",
                where="draws",
                expected="parameters or levers with `low`, `high` or `distribution`",
                remedy="leave --draws out, or say how uncertain the numbers are",
            )
        each = tuple(
            draw_priors(priors_of(run), draws, run.spec.seed, mark=model_mark(run, "prior")) for run in runs
        )
        file, sha256 = None, None
    else:
        found = read_draws(posterior, *runs).evenly(draws)
        each = tuple(found.within(run) for run in runs)
        file, sha256 = str(posterior), hashlib.sha256(Path(posterior).read_bytes()).hexdigest()
    varied = {path for one in each for path in one.paths}
    record = {
        "draws": draws,
        "source": "priors" if posterior is None else "posterior",
        "file": file,
        "sha256": sha256,
        "numbers": len(varied),
        "at_central": len(uncertain - varied),
    }
    return DrawSets(each, record)


def refuse_idle_posterior(draws: int | None, posterior: str | Path | None) -> None:
    """Refuse a posterior from which nothing is drawn."""
    if posterior is not None and draws is None:
        raise UserError(
            "a posterior belongs to a number of draws", where="posterior", remedy="give --draws too"
        )
