"""`verify`: proofs that a user can run on the own machine, one pass or fail each.

Whatever a result depends on besides the configuration and the seed (processor, compiler, number of threads,
order of persons) is varied here, and nothing may change.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord, arcs_of
from careersim.engines.reference import ReferenceEngine
from careersim.engines.reference.philox import philox4x32
from careersim.errors import InternalError
from careersim.flows.identity import check_conservation
from careersim.kernels.draws import words
from careersim.lowering.lowered import Lowered, lower
from careersim.model.graph import AgeShift, ChoiceLever, Model, Profession, RateLever, WorkingTimeLever
from careersim.population.columns import Population
from careersim.population.margin_check import margin_errors
from careersim.population.synthesis import PopulationSource
from careersim.schema import AGES, COUNTIES

__all__ = ["Check", "verify"]

KNOWN_ANSWERS = (
    ((0x00000000, 0x00000000, 0x00000000, 0x00000000), (0x00000000, 0x00000000),
     (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF),
     (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
)  # fmt: skip
"""Counter, key and output of Philox4x32-10 as published with Random123 (examples/kat_vectors)."""

REFERENCE_PERSONS = 1500
REFERENCE_YEARS = 5
"""Enough to take every way through a career graph; the reference lives some 10,000 person-years a second."""


@dataclass(frozen=True)
class Check:
    """One proof: what was shown, whether it holds, and what was compared or found."""

    name: str
    passed: bool
    detail: str


def verify(
    model: Model, source: PopulationSource, seed: int, panels: Collection[str] = ()
) -> Iterator[Check]:
    """Prove the engine on this machine with this model.

    Parameters
    ----------
    model
        Every profession of it is checked.
    source
        Gives the start populations.
    seed
        Key of all chance.
    panels
        Professions whose persons come from a register panel, and need not hit margins.

    Yields
    ------
    One result a proof, as soon as it is there.
    """
    yield _known_answers()
    for profession in model.professions:
        population = source.population(profession, seed, 0)
        subject = _Subject(profession, model, population, seed, lower(profession, model))
        yield _start(subject, source, by_margins=profession.name not in panels)
        base, check = _conservation(subject)
        yield check
        if base is not None:
            yield from _invariance(subject, base)
        yield _against_reference(subject)


@dataclass(frozen=True)
class _Subject:
    """What is proved: one profession with its start population."""

    profession: Profession
    model: Model
    population: Population
    seed: int
    lowered: Lowered

    def name(self, what: str) -> str:
        return f"{self.profession.name}: {what}"

    def engine(
        self,
        population: Population | None = None,
        *,
        threads: int = 1,
        chunk: int | None = None,
        lowered: Lowered | None = None,
        profession: Profession | None = None,
    ) -> NumbaEngine:
        return NumbaEngine(
            profession or self.profession,
            self.model,
            self.population if population is None else population,
            seed=self.seed,
            replication=0,
            threads=threads,
            chunk=chunk,
            lowered=lowered or self.lowered,
        )

    @property
    def years(self) -> int:
        return self.model.last_year - self.profession.start_year


@dataclass(frozen=True)
class _Lived:
    """People at the end and all records of one run of an engine."""

    people: Population
    records: tuple[YearRecord, ...]

    @classmethod
    def of(cls, engine: NumbaEngine | ReferenceEngine, years: int) -> _Lived:
        records = (engine.record, *(engine.step() for _ in range(years)))
        return cls(engine.people(), records)

    def difference(self, other: _Lived) -> str:
        """Say what differs; empty if nothing does."""
        columns = self.people.differences(other.people)
        if columns:
            return "persons differ: " + ", ".join(f"{name} of {count}" for name, count in columns.items())
        for one, two in zip(self.records, other.records, strict=True):
            for name in vars(one):
                if not np.array_equal(getattr(one, name), getattr(two, name)):
                    return f"{name} of {one.year} differs"
        return ""


def _known_answers() -> Check:
    """Both implementations of the generator against the published vectors."""
    wrong = []
    for counter, key, answer in KNOWN_ANSWERS:
        if tuple(philox4x32(counter, key)) != answer:
            wrong.append("reference")
        person = np.array([counter[0] | counter[1] << 32], dtype=np.uint64)
        year, decision = divmod(counter[2], 65536)
        drawn = words(key[0] | key[1] << 32, counter[3], person, year, decision)
        if tuple(drawn[0].tolist()) != answer:
            wrong.append("kernel")
    detail = "3 vectors, kernel and reference" if not wrong else f"wrong: {', '.join(sorted(set(wrong)))}"
    return Check("known answers of Philox4x32-10", not wrong, detail)


def _start(subject: _Subject, source: PopulationSource, *, by_margins: bool) -> Check:
    name = subject.name("start population")
    if subject.population.differences(source.population(subject.profession, subject.seed, 0)):
        return Check(name, False, "made twice, it differs")
    if not by_margins:
        return Check(name, True, f"{len(subject.population):,} persons of a register panel, twice the same")
    errors = margin_errors(subject.population, subject.profession)
    detail = str(errors[0]) if errors else f"{len(subject.population):,} persons hit every margin"
    return Check(name, not errors, detail)


def _conservation(subject: _Subject) -> tuple[_Lived | None, Check]:
    lived = _Lived.of(subject.engine(), subject.years)
    arcs = arcs_of(subject.profession)
    name = subject.name("conservation of persons")
    try:
        for before, after in pairwise(lived.records):
            check_conservation(subject.profession, arcs, before, after)
    except InternalError as error:
        return None, Check(name, False, str(error))
    return lived, Check(name, True, f"{subject.years} years, every state and county")


def _invariance(subject: _Subject, base: _Lived) -> Iterator[Check]:
    """What must not change anything."""
    backwards = subject.population.take(np.arange(len(subject.population))[::-1])
    levered = _with_neutral_levers(subject.profession, subject.model)
    variations: dict[str, Callable[[], NumbaEngine]] = {
        "2 threads": lambda: subject.engine(threads=2),
        "chunks of 1,000 persons": lambda: subject.engine(chunk=1000),
        "chunks of 777 persons on 2 threads": lambda: subject.engine(threads=2, chunk=777),
        "persons in reversed order": lambda: subject.engine(backwards),
        "neutral levers": lambda: subject.engine(profession=levered, lowered=lower(levered, subject.model)),
    }
    for name, make in variations.items():
        difference = base.difference(_Lived.of(make(), subject.years))
        yield Check(subject.name(name), not difference, difference or "the same persons, flows and seats")


def _with_neutral_levers(profession: Profession, model: Model) -> Profession:
    """Put levers that change nothing on every rate, working time and choice."""
    years = {"first_year": model.first_year, "last_year": model.last_year}
    everywhere, everybody = (True,) * COUNTIES, (True, True, True, True)
    rated = [k for k, transition in enumerate(profession.transitions) if transition.hazard is not None]
    rates = tuple(
        RateLever(
            transition=index,
            factor=1.0,
            **years,
            counties=everywhere,
            sectors=everybody,
            age_low=0,
            age_high=AGES - 1,
            half_life_years=2.0,
        )
        for index in rated
    )
    ages = tuple(AgeShift(index, 0.0, **years, counties=everywhere, sectors=everybody) for index in rated)
    shares = tuple(
        WorkingTimeLever(index, 1.0, **years, counties=everywhere, age_low=0, age_high=AGES - 1)
        for index in range(len(profession.working_times))
    )
    choices = tuple(
        ChoiceLever(index, 0.0, **years, counties=everywhere) for index in range(len(profession.choices))
    )
    return replace(
        profession,
        working_time_levers=profession.working_time_levers + shares,
        choice_levers=profession.choice_levers + choices,
        rate_levers=profession.rate_levers + rates,
        age_shifts=profession.age_shifts + ages,
    )


def _against_reference(subject: _Subject) -> Check:
    """Every person's life, column by column, in both engines."""
    every = max(len(subject.population) // REFERENCE_PERSONS, 1)
    few = subject.population.take(np.arange(0, len(subject.population), every))
    years = min(subject.years, REFERENCE_YEARS)
    fast = _Lived.of(subject.engine(few), years)
    slow = _Lived.of(
        ReferenceEngine(subject.profession, subject.model, few, seed=subject.seed, replication=0), years
    )
    difference = fast.difference(slow)
    detail = difference or f"{len(fast.people):,} persons over {years} years, identical"
    return Check(subject.name("engine against reference"), not difference, detail)
