"""`rank`: which policy to choose when parameters are uncertain.

Every policy, "do nothing" included, is lived at the same draws of the parameters with the same luck. What
differs in a draw is then what the policies do, and `careersim.experiment.decision` puts them in order.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import polars as pl

from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.asked import read_asked
from careersim.experiment.draws import Draws, Prior, draw_priors, priors_of
from careersim.experiment.extras import need_calib
from careersim.experiment.kronor import refuse_unlike_kronor
from careersim.experiment.outcomes import Outcome, read_outcomes
from careersim.experiment.pairing import Asked, refuse_unpaired
from careersim.experiment.points import concerned
from careersim.experiment.polynomial import least_rows
from careersim.experiment.posteriors import Posterior, posterior_files, read_posteriors
from careersim.experiment.ranking import Ranking, ranking
from careersim.experiment.replicate import Progress
from careersim.outputs.manifest import build_manifest
from careersim.outputs.rank_columns import RANK_TABLES
from careersim.outputs.rank_tables import rank_tables
from careersim.outputs.rank_text import choice_sentences, ranking_text
from careersim.outputs.study_folder import write_study
from careersim.outputs.uncertainty_text import source_words

__all__ = ["DRAWS", "KIND", "REPLICATIONS", "PolicyRanking", "rank"]

KIND = "rank"
"""Of the folder, in `manifest.json`."""

DRAWS = 100
REPLICATIONS = 4

LEAST_DRAWS = 10
"""Fewer say nothing about a 10 % quantile."""

_DEFAULTS = ("workforce_fte", "coverage_fte:worst")


@dataclass(frozen=True)
class PolicyRanking:
    """What a ranking gave.

    Attributes
    ----------
    tables
        Tidy tables by name: `ranking`, `draws`, `value_of_information`, `points`; documented in
        docs/reference/outputs.md.
    manifest
        What is needed to repeat it, with the answer in words and what to beware of.
    """

    tables: Mapping[str, pl.DataFrame]
    manifest: Mapping[str, Any]

    def summary(self, width: int = 140) -> str:
        """Tell what matters most in plain text, so many characters wide."""
        return ranking_text(self.tables, self.manifest, width=width)

    def write(self, folder: str | Path) -> Path:
        """Write a folder of all tables and return its path."""
        return write_study(folder, KIND, self.tables, self.manifest, RANK_TABLES)


def rank(
    baseline: str | Path,
    policies: str | Path | Sequence[str | Path],
    *,
    draws: int | None = None,
    posterior: Posterior | None = None,
    outcomes: Sequence[str] = (),
    replications: int = REPLICATIONS,
    seed: int | None = None,
    until: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> PolicyRanking:
    """Rank policies over draws of the parameters.

    Parameters
    ----------
    baseline
        Path of a run file; doing nothing is one of the policies.
    policies
        One path or several; run files that can be paired with the baseline.
    draws
        Of the parameters; 100 by default, or all of a posterior.
    posterior
        Parquet files of calibrations, instead of the priors (`careersim.experiment.posteriors`). What they do
        not hold keeps its value.
    outcomes
        Names (`careersim.experiment.outcomes`); by default the workforce in full-time equivalents at the end,
        and coverage in the county where it is lowest.
    replications
        Of each draw.
    seed, until
        Instead of what the run files say.
    threads
        Draws at the same time; all processors by default. Results do not depend on it.
    progress
        Called with the number of finished and of all draws.

    Raises
    ------
    UserError
        If a file, a name or a number is wrong, policies cannot be paired, or nothing is uncertain; nothing
        has been computed then, unless a draw makes a run that cannot be.
    """
    need_calib("rank")
    started = perf_counter()
    if replications < 1:
        raise UserError(f"{replications} replications", where="replications", expected="1 or more")
    paths = [policies] if isinstance(policies, str | Path) else list(policies)
    asked = [_asked(path, replications, seed, until) for path in (baseline, *paths)]
    refuse_unpaired(asked[0], asked[1:])
    refuse_unlike_kronor(asked[0], asked[1:])
    chosen = read_outcomes(outcomes or _DEFAULTS, asked[0].model, asked[0].run.spec.guideline)
    drawn = _drawn([one.run for one in asked], chosen, draws, posterior)
    found = ranking(
        [one.run for one in asked], drawn, chosen,
        replications=replications, threads=threads, progress=progress,
    )  # fmt: skip
    tables = rank_tables(found)
    manifest = _manifest(asked, found, tables, threads, replications, posterior, perf_counter() - started)
    return PolicyRanking(tables, manifest)


def _asked(path: str | Path, replications: int, seed: int | None, until: int | None) -> Asked:
    run, model = read_asked(path, replications=replications, seed=seed, until=until)
    return Asked(str(path), run, model)


def _drawn(
    runs: Sequence[LoadedRun],
    outcomes: Sequence[Outcome],
    count: int | None,
    posterior: Posterior | None,
) -> list[Draws]:
    """For each run draws of every parameter of any policy, all in the same order."""
    if count is not None and count < LEAST_DRAWS:
        raise UserError(
            f"{count} draws are too few to rank by", where="draws", expected=f"{LEAST_DRAWS} or more"
        )
    professions = {one.profession for one in outcomes}
    priors = [{one.path: one for one in priors_of(concerned(run, professions))} for run in runs]
    if posterior is not None:
        found = _read(posterior, runs[0], professions)
        _refuse_own_ranges(runs, priors, found, posterior)
        return [found if count is None else found.evenly(count)] * len(runs)
    union = {path: prior for own in reversed(priors) for path, prior in own.items()}
    if not union:
        raise UserError(
            "no parameter of these outcomes is uncertain", where="priors",
            expected="a parameter with `low` and `high`, or a `distribution`",
            remedy="compare the policies by `careersim compare`, or give ranges to what you doubt",
        )  # fmt: skip
    seed = runs[0].spec.seed
    mark = {"source": "prior"}
    return [draw_priors(list((union | own).values()), count or DRAWS, seed, mark=mark) for own in priors]


def _read(posterior: Posterior, run: LoadedRun, professions: set[str]) -> Draws:
    """Draws of the numbers that concern the outcomes."""
    read = read_posteriors(posterior, run)
    found = read.draws.within(concerned(run, professions))
    if not found.paths:
        raise UserError(
            "no number of these draws concerns the outcomes",
            where=", ".join(one.file for one in read.files),
            expected=f"draws of {', '.join(sorted(professions))}",
            remedy="name another posterior, or outcomes of its profession",
        )
    return found


def _told(posterior: Posterior | None, run: LoadedRun) -> str:
    """Where draws are from, in words."""
    return source_words([] if posterior is None else map(str, posterior_files(posterior, run)))


def _refuse_own_ranges(
    runs: Sequence[LoadedRun],
    priors: Sequence[Mapping[str, Prior]],
    found: Draws,
    posterior: Posterior,
) -> None:
    """A draw of a posterior would undo what a policy says of the same parameter."""
    for run, own in zip(runs[1:], priors[1:], strict=True):
        for path in found.paths:
            if path in own and path in priors[0] and own[path] != priors[0][path]:
                raise UserError(
                    f"policy {run.spec.name} changes {path}, which the draws would put back",
                    where=_told(posterior, runs[0]),
                    expected="policies that leave the parameters of the posterior as they are",
                    remedy="change it by a lever, or rank over the ranges of the files",
                )


def _manifest(
    asked: Sequence[Asked],
    found: Ranking,
    tables: Mapping[str, pl.DataFrame],
    threads: int | None,
    replications: int,
    posterior: Posterior | None,
    seconds: float,
) -> dict[str, Any]:
    counted = threads or os.cpu_count() or 1
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": asked[0].run.spec.seed,
        "source": "priors" if posterior is None else _told(posterior, asked[0].run),
        "draws": len(found.points),
        "replications": replications,
        "policies": list(found.policies),
        "answer": choice_sentences(tables["ranking"]),
        "notes": _notes(found, tables, posterior, asked[0].run),
        "outcomes": [one.outcome.name for one in found.ranked],
        "runs": [
            build_manifest(one.run, one.model, engine="numba", threads=counted, timings={}) for one in asked
        ],
        "timings": {"all": round(seconds, 4)},
    }


def _notes(
    found: Ranking, tables: Mapping[str, pl.DataFrame], posterior: Posterior | None, run: LoadedRun
) -> list[str]:
    notes = [_INTERVALS]
    if posterior is None:
        notes.append(
            "Draws are from the priors: independent of each other, and not fitted to what was observed."
        )
    else:
        notes.append(f"Draws are from {_told(posterior, run)}; other numbers stay as they are.")
    if tables["ranking"]["cost_mean"].null_count() == len(tables["ranking"]):
        notes.append("Costs are not compared: what gives most may also cost most.")
    else:
        notes.append(_COSTS)
    if len(found.points) < least_rows():
        notes.append(f"What knowing a parameter would be worth takes {least_rows()} draws or more.")
    else:
        notes.append("Chance is part of the worth of knowing everything, and makes it too large.")
    return notes


_COSTS = (
    "Costs are those added to the end of the run, discounted, of the professions of the outcomes, where the "
    "outcome is counted; what a policy costs besides the prices of the run file is not in them. MSEK per "
    "unit is told only where the effect is distinguishable from none, and divides the costs of all years by "
    "the effect of one year, unless the outcome is a sum over years."
)
_INTERVALS = (
    "Intervals of the effect are of its expectation over the draws; 80 % of draws tells how uncertain the "
    "effect itself is."
)
