"""`helped_share`: the share that meets the guideline if what other professions stand for is added."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from careersim.config.run_spec import GuidelineSpec
from careersim.experiment.judged import Floats, Question, Tried, weights
from careersim.experiment.replicate import run_replications
from careersim.flows.guideline import substituted_fte
from careersim.model.graph import Model
from careersim.population.synthesis import PopulationSource

__all__ = ["helped_share"]


def helped_share(
    model: Model, guideline: GuidelineSpec, question: Question, source: PopulationSource, found: Tried
) -> Floats | None:
    """Live the helping professions once; posts of the guideline's profession do not change them.

    Returns
    -------
    By area (the nation first). None if nobody helps, or what is asked is not counted in full-time
    equivalents of the guideline's profession.
    """
    names = {one.profession for one in model.demand.substitutes if any(one.coefficient.values)}
    helpers = tuple(one for one in model.professions if one.name in names)
    if not helpers or question.basis != "fte" or question.reading not in ("list", "ratio"):
        return None
    alone = replace(model, professions=helpers, last_year=question.target_year)
    lived = run_replications(
        alone, seed=question.seed, replications=question.replications, source=source, durations=False
    )
    years = tuple(range(model.first_year, question.target_year + 1))
    given = substituted_fte(lived.series, model.demand, years)
    if given is None:
        return None
    per_specialist, _ = weights(question, guideline, model.demand)
    lacks = found.lacks - given[1][:, -1] * per_specialist
    return np.asarray((lacks <= 0).mean(axis=0), np.float64)
