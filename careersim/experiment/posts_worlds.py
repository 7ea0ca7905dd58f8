"""`drawn_worlds`: a run with draws of its uncertain numbers, one world a draw."""

from __future__ import annotations

from dataclasses import replace

from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.draws import Draws, draw_priors
from careersim.experiment.posteriors import Posterior, Posteriors, read_posteriors
from careersim.experiment.posts_runs import World
from careersim.experiment.sources import population_source
from careersim.model.assemble import assemble
from careersim.model.priors import priors_of, with_values

__all__ = ["chosen_draws", "drawn_worlds"]


def chosen_draws(run: LoadedRun, *, draws: int | None, posterior: Posterior | None, seed: int) -> Posteriors:
    """Draw from the priors, or read a posterior.

    Parameters
    ----------
    run
        The run.
    draws
        How many. Of a posterior so many are picked evenly over all; None takes all.
    posterior
        Files of draws (`read_posteriors`); None for the priors.
    seed
        Key of the draws from the priors.

    Returns
    -------
    The draws, and the files that they are from; no file if they are from the priors.

    Raises
    ------
    UserError
        If there are too few, or the file is wrong or belongs to another model.
    """
    if draws is not None and draws < 2:
        raise UserError(f"{draws} draws", where="draws", expected="2 or more")
    if posterior is None:
        return Posteriors(draw_priors(priors_of(run), draws or 0, seed), ())
    found = read_posteriors(posterior, run)
    return found if draws is None else replace(found, draws=found.draws.evenly(draws))


def drawn_worlds(run: LoadedRun, draws: Draws, count: int, profession: str) -> list[World]:
    """Put draws in place.

    Parameters
    ----------
    run
        The run.
    draws
        What is drawn.
    count
        How many are used at most, evenly over all.
    profession
        The only one that is lived; what is drawn of others plays no part.

    Raises
    ------
    UserError
        If nothing is drawn that concerns this profession.
    """
    topics = {profession, "demand", "levers"}
    if not any(path.partition(".")[0] in topics for path in draws.paths):
        raise UserError(
            f"no number of {profession} is drawn",
            where="draws",
            expected=f"draws of {profession}, whose posts are asked for",
            remedy="add the posterior of this profession, or leave draws out",
        )
    used = draws.evenly(min(count, len(draws)))
    worlds = []
    for draw in range(len(used)):
        changed = with_values(run, used.at(draw))
        own = tuple(one for one in changed.careers if one.spec.profession == profession)
        model = assemble(replace(changed, careers=own))
        worlds.append((model, population_source(model, changed.panels)))
    return worlds
