"""`draw_sets`: the parameter draws of runs that belong together, from their priors or from a posterior."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.draws import Draws, draw_priors, model_mark, priors_of
from careersim.experiment.posteriors import Posterior, read_posteriors

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
        What the manifest says of them: `draws`, `source` (`priors` or `posterior`), `files` of a posterior
        (`PosteriorFile`), `numbers` that vary, `at_central`: those with a prior that do not vary, and
        `chance_alone`: professions of which no number varies.
    """

    each: tuple[Draws, ...]
    record: dict[str, Any]

    def __len__(self) -> int:
        return len(self.each[0])


def draw_sets(runs: Sequence[LoadedRun], draws: int, posterior: Posterior | None = None) -> DrawSets:
    """Draw the parameters of runs that are to be compared.

    Parameters
    ----------
    runs
        With the same seed, which is the key of the draws. A number that several runs have gets the same
        value in all of them; where its prior differs, the value at the same place of each prior.
    draws
        How many.
    posterior
        Files of calibrations to take the draws from, evenly spread over them (`read_posteriors`); numbers
        that are not in them stay at their central value.

    Raises
    ------
    UserError
        If nothing is uncertain, a posterior is faulty or of another model, or it has fewer draws.
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
        files = []
    else:
        read = read_posteriors(posterior, *runs)
        found = read.draws.evenly(draws)
        each = tuple(found.within(run) for run in runs)
        files = [asdict(one) for one in read.files]
    varied = {path for one in each for path in one.paths}
    record = {
        "draws": draws,
        "source": "priors" if posterior is None else "posterior",
        "files": files,
        "numbers": len(varied),
        "at_central": len(uncertain - varied),
        "chance_alone": _unvaried(runs, varied),
    }
    return DrawSets(each, record)


def _unvaried(runs: Sequence[LoadedRun], varied: set[str]) -> list[str]:
    """Professions of which no number varies, so that their intervals carry chance alone."""
    professions = dict.fromkeys(career.spec.profession for run in runs for career in run.careers)
    moved = {path.partition(".")[0] for path in varied}
    for run in runs:
        moved |= {one.profession or "" for one in run.spec.levers if f"levers.{one.name}" in _levers(varied)}
    return [name for name in professions if name not in moved]


def _levers(paths: Iterable[str]) -> set[str]:
    return {".".join(path.split(".")[:2]) for path in paths if path.startswith("levers.")}


def refuse_idle_posterior(draws: int | None, posterior: Posterior | None) -> None:
    """Refuse a posterior from which nothing is drawn."""
    if posterior is not None and draws is None:
        raise UserError(
            "a posterior belongs to a number of draws", where="posterior", remedy="give --draws too"
        )
