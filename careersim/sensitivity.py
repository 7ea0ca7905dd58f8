"""`sensitivity`: which parameters move a number, and which register would tell most about it.

The run is lived at many sets of parameter values, drawn from the priors of its files, always with the same
luck. `careersim.experiment.sensitivity` lays the sets out and takes apart what comes out.
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

from careersim.errors import UserError
from careersim.experiment.asked import read_asked
from careersim.experiment.draws import Prior, is_price, priors_of
from careersim.experiment.extras import need_calib
from careersim.experiment.outcomes import read_outcomes
from careersim.experiment.pairing import Asked, refuse_unpaired
from careersim.experiment.points import concerned
from careersim.experiment.replicate import Progress
from careersim.experiment.sensitivity import METHODS, Study, lay_out, study
from careersim.outputs.manifest import build_manifest
from careersim.outputs.sensitivity_columns import SENSITIVITY_TABLES
from careersim.outputs.sensitivity_tables import sensitivity_tables
from careersim.outputs.sensitivity_text import register_sentence, sensitivity_text
from careersim.outputs.study_folder import write_study

__all__ = ["KIND", "METHODS", "REPLICATIONS", "Sensitivity", "sensitivity"]

KIND = "sensitivity"
"""Of the folder, in `manifest.json`."""

REPLICATIONS = 4
"""At each set of values, unless told otherwise: luck is shared, so that few tell chance from parameters."""

_DEFAULTS = ("gap_list", "workforce_fte", "trainees")


@dataclass(frozen=True)
class Sensitivity:
    """What a study of sensitivity gave.

    Attributes
    ----------
    tables
        Tidy tables by name: `outcomes`, `indices`, `screening`, `value_of_information`, `points`, `values`;
        documented in docs/reference/outputs.md.
    manifest
        What is needed to repeat it, with the answer in words and what to beware of.
    """

    tables: Mapping[str, pl.DataFrame]
    manifest: Mapping[str, Any]

    def summary(self, width: int = 140) -> str:
        """Tell what matters most in plain text, so many characters wide."""
        return sensitivity_text(self.tables, self.manifest, width=width)

    def write(self, folder: str | Path) -> Path:
        """Write a folder of all tables and return its path."""
        return write_study(folder, KIND, self.tables, self.manifest, SENSITIVITY_TABLES)


def sensitivity(
    config: str | Path,
    *,
    method: str = "sobol",
    outcomes: Sequence[str] = (),
    runs: int | None = None,
    replications: int = REPLICATIONS,
    seed: int | None = None,
    until: int | None = None,
    scenario: str | Path | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Study which parameters move outcomes of a run.

    Parameters
    ----------
    config
        Path of a run file.
    method
        `sobol` (draws, a polynomial, indices and value of information), `morris` (screening) or `saltelli`
        (indices by SALib without a polynomial, for a few parameters).
    outcomes
        Names (`careersim.experiment.outcomes`); by default the gap to the guideline, the workforce in
        full-time equivalents and the trainees at the end of the run.
    runs
        Sets of parameter values at most; by default what suits the method.
    replications
        At each set; 2 or more, so that chance can be told.
    seed, until
        Instead of what the run file says.
    scenario
        Study the effect of this scenario instead: its difference to the run, with the same luck.
    threads
        Sets at the same time; all processors by default. Results do not depend on it.
    progress
        Called with the number of finished and of all sets.

    Raises
    ------
    UserError
        If a file, a name or a number is wrong, nothing is uncertain, or the runs are too few; nothing has
        been computed then, unless a set of values makes a run that cannot be.
    """
    need_calib("sensitivity")
    started = perf_counter()
    if replications < 2:
        raise UserError(
            f"{replications} replications", where="replications", expected="2 or more",
            remedy="chance cannot be told from parameters by one",
        )  # fmt: skip
    asked = [_asked(path, replications, seed, until) for path in (config, scenario) if path is not None]
    if scenario is not None:
        refuse_unpaired(asked[0], asked[1:])
    base = asked[0]
    chosen = read_outcomes(outcomes or _DEFAULTS, base.model, base.run.spec.guideline)
    priors = tuple(
        one
        for one in priors_of(concerned(asked[-1].run, {one.profession for one in chosen}))
        if not is_price(one.path)  # no outcome is counted in kronor
    )
    design = lay_out(method, priors, runs, base.run.spec.seed)
    found = study(
        [one.run for one in asked], chosen, design,
        replications=replications, threads=threads, progress=progress,
    )  # fmt: skip
    tables = sensitivity_tables(found)
    return Sensitivity(
        tables, _manifest(asked, found, tables, threads, replications, perf_counter() - started)
    )


def _asked(path: str | Path, replications: int, seed: int | None, until: int | None) -> Asked:
    run, model = read_asked(path, replications=replications, seed=seed, until=until)
    return Asked(str(path), run, model)


def _manifest(
    asked: Sequence[Asked],
    found: Study,
    tables: Mapping[str, pl.DataFrame],
    threads: int | None,
    replications: int,
    seconds: float,
) -> dict[str, Any]:
    counted = threads or os.cpu_count() or 1
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "method": found.design.method,
        "seed": asked[0].run.spec.seed,
        "sets": len(found.design.points),
        "replications": replications,
        "answer": _answer(found, tables),
        "notes": _notes(found),
        "outcomes": [one.outcome.name for one in found.analysed],
        "priors": [_prior(prior) for prior in found.design.priors],
        "runs": [
            build_manifest(one.run, one.model, engine="numba", threads=counted, timings={}) for one in asked
        ],
        "timings": {"all": round(seconds, 4)},
    }


def _answer(found: Study, tables: Mapping[str, pl.DataFrame]) -> list[str]:
    """One sentence for each outcome: which register, or which parameter, matters most."""
    sentences = []
    for one, row in zip(found.analysed, tables["outcomes"].to_dicts(), strict=True):
        own = pl.col("outcome") == one.outcome.name
        if one.worths is not None:
            gaps = tables["value_of_information"].filter(own)
            sentences.append(register_sentence(row, gaps, one.worths.surely_first))
            continue
        table = tables["screening" if found.design.method == "morris" else "indices"].filter(own)
        top = [str(name) for name in table.filter(pl.col("distinguishable"))["parameter"].head(3)]
        words = f"{one.outcome.name} is moved most by {', '.join(top)}." if top else (
            f"Of {one.outcome.name} no parameter's effect is distinguishable from chance."
        )  # fmt: skip
        sentences.append(words)
    return sentences


def _notes(found: Study) -> list[str]:
    known = (
        "What is uncertain is what the files say: parameters with low and high or a distribution, drawn "
        "independently of each other. A parameter without a range counts as known."
    )
    gaps = (
        "That a parameter belongs to a data gap is our reading (careersim/data/data_gaps.yaml), and a "
        "register is taken to tell its parameters exactly."
    )
    poor = [
        f"{one.outcome.name}: the polynomial predicts only {max(one.q2, 0):.0%} of what differs between sets "
        "not seen; what it misses belongs to no parameter. Take more runs."
        for one in found.analysed
        if one.q2 is not None and one.chance.distinguishable and one.q2 < _POOR * (1 - one.chance.share)
    ]
    told = any(one.worths is not None for one in found.analysed)
    return [known, *([gaps] if told else []), *poor]


def _prior(prior: Prior) -> dict[str, Any]:
    return {
        "path": prior.path, "unit": prior.unit, "kind": prior.kind, "central": prior.central,
        "low": prior.low, "high": prior.high, "source": prior.source,
    }  # fmt: skip


_POOR = 0.7
"""Below this part of what chance leaves to predict, the polynomial is said to miss something."""
