"""`CareerModel`: a run as a Mesa model, for whoever has tools built on Mesa.

The numba engine does the work, so that a year of all Swedish doctors takes a fraction of a second; Mesa
gives the shell that its users know: `step`, `run_model`, `DataCollector`, `batch_run`. There are no Mesa
agents: persons are columns (`CareerModel.people`). The model with one Mesa agent a person is
`careersim.engines.reference`, which lives the same lives slowly.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from numbers import Integral
from pathlib import Path
from typing import TypeAlias

import mesa
import numpy as np
from mesa.datacollection import DataCollector

from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord
from careersim.errors import UserError, nearest_name
from careersim.experiment.limits import check_limits
from careersim.experiment.sources import population_source
from careersim.flows.workforce import group_states
from careersim.model.assemble import read_model
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from careersim.schema import COUNTY_CODES
from careersim.types import COUNTY_NAMES

__all__ = ["CareerModel"]

Reporter: TypeAlias = "Callable[[CareerModel], float]"

_REPLICATIONS = 2**32
_SEEDS = 2**64


class CareerModel(mesa.Model):
    """One replication of a run; a step is a year of all professions that have started.

    Parameters
    ----------
    config
        Path of a run file or career file, or a model that was assembled already.
    seed, rng
        Key of all chance, a whole number from 0 to 2**64 - 1; by default the seed of the run file (1 for an
        assembled model). Mesa has two names for it: give at most one.
    replication
        Number of the replication, 0 or more. Equal seed and replication give equal careers; Mesa's
        `iterations` varies neither and repeats the same run.
    professions
        Only these, by name; all by default. Professions do not influence each other.
    threads
        Threads that share the persons of a profession. Results do not depend on it.

    Attributes
    ----------
    running
        False once the last year of the run has been lived.
    datacollector
        Collects after every step; by default `year` and, for each profession, `<name>_headcount` and
        `<name>_fte` of its primary-care workforce in Sweden. Put another one in its place before the first
        step.

    Notes
    -----
    Nothing is drawn from the generators `random` and `rng` that Mesa gives every model. They are seeded with
    the seed, for classes derived from this one.

    Raises
    ------
    UserError
        If a file or an argument is wrong.
    """

    def __init__(
        self,
        config: str | os.PathLike[str] | Model = "configs/baseline.yaml",
        *,
        seed: int | None = None,
        rng: int | None = None,
        replication: int = 0,
        professions: str | Sequence[str] | None = None,
        threads: int = 1,
    ) -> None:
        model, panels, file_seed = _read(config)
        key = _key(seed, rng, file_seed)
        super().__init__(rng=key)
        model = replace(model, professions=_chosen(model, professions))
        number = _whole(replication, "replication", _REPLICATIONS)
        check_limits(model, replications=1, threads=threads)
        source = population_source(
            model, {one.name: panels[one.name] for one in model.professions if one.name in panels}
        )
        self.year = min(one.start_year for one in model.professions)
        self.last_year = model.last_year
        self._engines = {
            one.name: NumbaEngine(
                one, model, source.population(one, key, number), seed=key, replication=number, threads=threads
            )
            for one in model.professions
        }
        self.datacollector = DataCollector(model_reporters=_reporters(self._engines))

    @property
    def professions(self) -> tuple[str, ...]:
        """Names of the professions."""
        return tuple(self._engines)

    def step(self) -> None:
        """Live the next year, then collect.

        Raises
        ------
        UserError
            After the last year.
        """
        if self.year >= self.last_year:
            raise UserError(
                f"the run ends in {self.last_year}",
                where="step",
                expected="at most one step for each year",
                remedy="ask `running` before each step, or move `until` in the run file",
            )
        self.year += 1
        for engine in self._engines.values():
            if engine.year < self.year:
                engine.step()
        self.running = self.year < self.last_year
        self.datacollector.collect(self)

    def stock(self, profession: str, state: str | None = None, county: str | None = None) -> float:
        """Count persons at the end of `year`.

        Parameters
        ----------
        profession
            Its name.
        state
            A state of the career graph; by default the primary-care workforce (states that serve and do not
            train).
        county
            Two-digit code or name; by default Sweden.

        Returns
        -------
        A whole number; NaN before the start year of the profession, about which the model knows nothing.

        Raises
        ------
        UserError
            If there is no such profession, state or county.
        """
        return self._sum(profession, state, county, "headcount")

    def fte(self, profession: str, state: str | None = None, county: str | None = None) -> float:
        """Sum the working time of the persons that `stock` counts, in full-time equivalents."""
        return self._sum(profession, state, county, "fte") / 100.0

    def record(self, profession: str) -> YearRecord:
        """Give the stocks, flows and seats of `year`; not before the start year."""
        return self._started(profession).record

    def people(self, profession: str) -> Population:
        """Give all persons, living or not, sorted by `person_id`; not before the start year."""
        return self._started(profession).people()

    def _sum(self, profession: str, state: str | None, county: str | None, measure: str) -> float:
        engine = self._engine(profession)
        graph = engine.profession
        states = group_states(graph, "workforce", measure) if state is None else [_state(graph, state)]
        counties = range(len(COUNTY_CODES)) if county is None else [_county(county)]
        if engine.year > self.year:
            return math.nan
        counts = engine.record.stock if measure == "headcount" else engine.record.fte_percent
        return int(counts[np.ix_(states, counties)].sum())

    def _engine(self, profession: str) -> NumbaEngine:
        return self._engines[_known(profession, self._engines, "profession")]

    def _started(self, profession: str) -> NumbaEngine:
        engine = self._engine(profession)
        if engine.year > self.year:
            raise UserError(
                f"'{profession}' starts at the end of {engine.year}, and the model is in {self.year}",
                where="profession",
                remedy="step until its start year",
            )
        return engine


def _read(config: str | os.PathLike[str] | Model) -> tuple[Model, Mapping[str, Path], int]:
    """Model, register panels by profession, and the seed of the file."""
    if isinstance(config, Model):
        return config, {}, 1
    run, model = read_model(os.fspath(config))
    return model, run.panels, run.spec.seed


def _key(seed: int | None, rng: int | None, default: int) -> int:
    if seed is not None and rng is not None:
        raise UserError(
            "seed and rng are two names for the same key", where="seed, rng", remedy="give only one of them"
        )
    name, given = ("seed", seed) if rng is None else ("rng", rng)
    return default if given is None else _whole(given, name, _SEEDS)


def _whole(value: object, where: str, end: int) -> int:
    """Accept a whole number of Python or numpy from 0 to end - 1."""
    if isinstance(value, bool) or not isinstance(value, Integral) or not 0 <= int(value) < end:
        raise UserError(
            f"{value!r} is not a {where} of this model",
            where=where,
            expected=f"a whole number from 0 to {end - 1}",
            remedy="chance is keyed by numbers here, and no generator can be handed over",
        )
    return int(value)


def _chosen(model: Model, professions: str | Sequence[str] | None) -> tuple[Profession, ...]:
    """Professions by name, in the order of the run."""
    if professions is None:
        return model.professions
    asked = [professions] if isinstance(professions, str) else list(professions)
    if not asked:
        raise UserError("no profession is named", where="professions", expected="at least one name")
    known = [one.name for one in model.professions]
    names = {_known(name, known, "professions") for name in asked}
    return tuple(one for one in model.professions if one.name in names)


def _state(profession: Profession, name: str) -> int:
    names = [state.name for state in profession.states]
    return names.index(_known(name, names, "state"))


def _county(name: str) -> int:
    codes = {county: code for code, county in COUNTY_NAMES.items()}
    known = _known(codes.get(name, name), COUNTY_CODES, "county", also=codes)
    return COUNTY_CODES.index(known)


def _known(
    name: str,
    names: Sequence[str] | Mapping[str, object],
    where: str,
    *,
    also: Mapping[str, str] | None = None,
) -> str:
    """The name if it is one of the names; `also` are other valid spellings to look for the nearest in."""
    if name in names:
        return name
    raise UserError(
        f"unknown {where.removesuffix('s')} '{name}'",
        where=where,
        expected=f"one of {', '.join(names)}" + (", or the name of a county" if also else ""),
        nearest=nearest_name(name, [*names, *(also or {})]),
    )


def _reporters(names: Iterable[str]) -> dict[str, str | Reporter]:
    reporters: dict[str, str | Reporter] = {"year": "year"}
    for name in names:
        reporters[f"{name}_headcount"] = _reporter(name, "headcount")
        reporters[f"{name}_fte"] = _reporter(name, "fte")
    return reporters


def _reporter(profession: str, measure: str) -> Reporter:
    def report(model: CareerModel) -> float:
        return model.stock(profession) if measure == "headcount" else model.fte(profession)

    return report
