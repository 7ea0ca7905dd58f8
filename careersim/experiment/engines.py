"""Engines by name, behind one protocol: `engine_maker` and `warm_up`."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Literal, Protocol, TypeAlias, get_args

from careersim.engines.record import YearRecord
from careersim.errors import UserError, nearest_name
from careersim.flows.yearly import EventColumns
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from careersim.population.synthesis import PopulationSource

__all__ = [
    "ENGINES",
    "Engine",
    "EngineMaker",
    "EngineName",
    "EventBook",
    "engine_maker",
    "refuse_engine",
    "warm_up",
]

EngineName: TypeAlias = Literal["numba", "reference"]
ENGINES: tuple[str, ...] = get_args(EngineName)


class EventBook(Protocol):
    """Where an engine writes its events."""

    def events(self) -> EventColumns:
        """All events so far, sorted by person and year."""


class Engine(Protocol):
    """One profession in one replication (docs/explanation/year.md says what it does)."""

    @property
    def record(self) -> YearRecord:
        """Counts of the last year; before the first step, the stocks of the start year."""

    def step(self) -> YearRecord:
        """Simulate the next year."""

    def people(self) -> Population:
        """All persons, living or not, sorted by `person_id`."""


EngineMaker: TypeAlias = Callable[[Population, int], Engine]
"""Makes the engine of a start population and a replication number."""


def engine_maker(
    name: str,
    profession: Profession,
    model: Model,
    *,
    seed: int,
    threads: int = 1,
    events: bool = False,
    durations: bool = True,
) -> EngineMaker:
    """Prepare once per profession what all replications share.

    Parameters
    ----------
    name
        One of `ENGINES`.
    profession, model
        What is simulated.
    seed
        Key of all chance.
    threads
        Threads that share the persons of one engine (numba only).
    events
        Whether histories are kept (numba only); they are in the engine's `book`.
    durations
        Whether they are kept as well for professions with trainees, whose time in training is read from them.

    Raises
    ------
    UserError
        If there is no such engine, or it keeps no events.
    """
    refuse_engine(name, events=events)
    if name == "reference":
        from careersim.engines.reference import ReferenceEngine

        return lambda population, replication: ReferenceEngine(
            profession, model, population, seed=seed, replication=replication
        )
    from careersim.engines.numba_engine import NumbaEngine
    from careersim.lowering.lowered import lower

    lowered = lower(profession, model)
    journal = events or (durations and any(state.trains for state in profession.states))
    return lambda population, replication: NumbaEngine(
        profession,
        model,
        population,
        seed=seed,
        replication=replication,
        threads=threads,
        journal=journal,
        lowered=lowered,
    )


def refuse_engine(name: str, *, events: bool = False) -> None:
    """Refuse an engine that does not exist, or that cannot keep events."""
    if name not in ENGINES:
        raise UserError(
            f"unknown engine '{name}'",
            where="engine",
            expected=f"one of {', '.join(ENGINES)}",
            nearest=nearest_name(name, ENGINES),
        )
    if events and name != "numba":
        raise UserError(
            f"the {name} engine keeps no person histories",
            where="events",
            remedy="use the numba engine, or leave the histories out",
        )


def warm_up(model: Model, source: PopulationSource) -> None:
    """Compile every kernel that a model needs, or load it from the cache, on one person a profession.

    A damaged cache is emptied and filled again. Says once on stderr if there is no cache to be had.

    Parameters
    ----------
    model
        What will be simulated.
    source
        Gives the start populations; it draws by a kernel too.

    Raises
    ------
    UserError
        If the cache cannot be read or written even when it is empty.
    """
    from careersim.kernels.compile import cache_folder, cache_is_usable

    if not cache_is_usable():
        _warn_of_cache()
        _compile_all(model, source)
        return
    try:
        _compile_all(model, source)
    except _CACHE_ERRORS:
        _empty(cache_folder())
        try:
            _compile_all(model, source)
        except _CACHE_ERRORS as error:
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            raise UserError(
                f"the cache of compiled kernels cannot be used: {reason}",
                where=str(cache_folder()),
                remedy="make room there, or set CAREERSIM_CACHE_DIR to a folder that has room",
            ) from error


_CACHE_ERRORS = (OSError, EOFError, pickle.UnpicklingError)


def _compile_all(model: Model, source: PopulationSource) -> None:
    alone = Population.empty(1)
    calm = replace(model, feedback=False)  # one person gives no workload to compare with
    source.population(model.professions[0], 0, 0)
    seen: set[str] = set()
    for profession in model.professions:
        # Kernels are the same for every career graph; which are called depends on what it has at all.
        used = {name for name in ("pools", "streams", "bonuses") if getattr(profession, name)} | {"lives"}
        if profession.start_year < model.last_year and not used <= seen:
            engine_maker("numba", _begun(profession), calm, seed=0)(alone, 0).step()
            seen |= used


def _begun(profession: Profession) -> Profession:
    """The same with its bonuses on offer in the first year, so that their kernels are called."""
    first = profession.start_year + 1
    begun = (replace(bonus, first_year=first, incumbents=True) for bonus in profession.bonuses)
    return replace(profession, bonuses=tuple(begun))


def _empty(folder: Path) -> None:
    for file in folder.rglob("*.nb[ci]*"):  # numba's indices and binaries, and what it has half written
        with suppress(OSError):
            file.unlink()


@cache
def _warn_of_cache() -> None:
    sys.stderr.write(
        "careersim: compiled kernels cannot be kept, so every run compiles them again; "
        "set CAREERSIM_CACHE_DIR to a folder that can be written\n"
    )
