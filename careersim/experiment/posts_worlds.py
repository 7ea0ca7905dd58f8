"""`drawn_worlds`: a run with draws of its uncertain numbers, one world a draw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from careersim.config.loaded import LoadedRun
from careersim.experiment.draws import Draws, draw_priors, priors_of, with_values
from careersim.experiment.posts_runs import World
from careersim.experiment.sources import population_source
from careersim.errors import UserError
from careersim.model.assemble import assemble

__all__ = ["drawn_worlds", "read_draws"]


def read_draws(run: LoadedRun, *, draws: int | None, posterior: str | Path | None, seed: int) -> Draws | None:
    """Draw from the priors, or read a posterior; None if neither is asked for.

    Raises
    ------
    UserError
        If both are asked for, there is nothing to draw, or a file is wrong.
    """
    if draws is not None and posterior is not None:
        raise UserError(
            "draws from the priors and a posterior are two answers", where="posterior",
            remedy="leave out --draws or --posterior",
        )  # fmt: skip
    if posterior is not None:
        return Draws.from_parquet(Path(posterior))
    if draws is None:
        return None
    if draws < 2:
        raise UserError(f"{draws} draws", where="draws", expected="2 or more")
    return draw_priors(priors_of(run), draws, seed)


def drawn_worlds(run: LoadedRun, draws: Draws, count: int, profession: str) -> list[World]:
    """Put the first draws in place.

    Parameters
    ----------
    run
        The run.
    draws
        What is drawn.
    count
        How many draws are used at most.
    profession
        The only one that is lived; what is drawn of others plays no part.
    """
    worlds = []
    for row in draws.values[:count]:
        changed = with_values(run, dict(zip(draws.paths, map(float, row), strict=True)))
        own = tuple(one for one in changed.careers if one.spec.profession == profession)
        model = assemble(replace(changed, careers=own))
        worlds.append((model, population_source(model, changed.panels)))
    return worlds
