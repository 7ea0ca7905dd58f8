"""Replications side by side: the same result for any number of threads, none from a broken engine."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, replace

import numpy as np
import pytest

from careersim.engines.record import YearRecord
from careersim.errors import InternalError, UserError
from careersim.experiment.limits import check_limits
from careersim.experiment.replicate import Replicated, run_replications
from careersim.model.graph import Profession
from careersim.model.table import constant
from careersim.population.columns import Population
from tests.unit.engines.reference import toy
from tests.unit.flows import village


@dataclass
class Source:
    """Eleven persons, and one more in every replication."""

    def population(self, profession: Profession, seed: int, replication: int) -> Population:
        return village.persons(11 + replication)


def fake(population: Population, replication: int) -> village.FakeEngine:
    return village.FakeEngine(village.life(extra=replication), population)


def run(replications: int = 5, threads: int = 2, **details: object) -> Replicated:
    arguments = {"source": Source(), "makers": {"healer": fake}, "seed": 1} | details
    return run_replications(village.MODEL, replications=replications, threads=threads, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("threads", [1, 2, 7])
def test_every_replication_stands_in_its_place(threads: int) -> None:
    series = run(threads=threads).series["healer"]
    assert series.stock[:, 0, village.SPECIALIST].sum(axis=(1, 2)).tolist() == [8, 9, 10, 11, 12]
    assert series.stock[:, -1, village.SPECIALIST].sum(axis=(1, 2)).tolist() == [9, 10, 11, 12, 13]


def test_replications_are_numbered_from_the_first() -> None:
    all_five, last_two = run().series["healer"], run(replications=2, first=3).series["healer"]
    assert (last_two.stock == all_five.stock[3:]).all()


def test_durations_are_counted_only_if_asked_for() -> None:
    assert run(durations=False).durations == {}
    assert list(run().durations) == ["healer"]


def test_an_observer_sees_every_year_of_every_replication() -> None:
    seen: list[tuple[str, int, int]] = []
    found = run(
        replications=2,
        first=1,
        threads=1,
        observer=lambda profession, replication, engine: seen.append(
            (profession.name, replication, engine.record.year)
        ),
    )
    years = found.series["healer"].years
    assert seen == [("healer", replication, year) for replication in (1, 2) for year in years]


def test_progress_is_told_in_order_in_the_calling_thread() -> None:
    told: list[tuple[int, int, str]] = []
    run(progress=lambda done, total: told.append((done, total, threading.current_thread().name)))
    assert told == [(done, 5, threading.current_thread().name) for done in range(1, 6)]


def test_timings_are_kept_apart() -> None:
    timings = run().timings
    assert set(timings) == {
        "warm_up", "prepare", "replications", "start_population_threads", "years_threads", "durations_threads"
    }  # fmt: skip
    assert all(seconds >= 0 for seconds in timings.values())


def test_a_lost_person_ends_the_run() -> None:
    def broken(population: Population, replication: int) -> village.FakeEngine:
        engine = fake(population, replication)
        engine.records[2].stock[village.TRAINEE, 0, 3] -= 1
        return engine

    with pytest.raises(
        InternalError, match="persons are not conserved in state trainee, county 01, year 2025: -1"
    ):
        run(makers={"healer": broken})


def test_an_engine_that_drops_people_at_the_start_is_refused() -> None:
    with pytest.raises(InternalError, match="the engine starts with 16 of 11 persons"):
        run(makers={"healer": lambda population, _: fake(population, 5)}, replications=1)


def test_one_failure_stops_the_others_at_the_end_of_their_year() -> None:
    running, failed = threading.Event(), threading.Event()
    lived: list[int] = []

    class Slow(village.FakeEngine):
        def step(self) -> YearRecord:
            running.set()
            failed.wait(10)
            lived.append(self.record.year)
            return super().step()

    def maker(population: Population, replication: int) -> village.FakeEngine:
        if replication == 0:
            return Slow(village.life(), population)
        running.wait(10)
        raise RuntimeError("no power")

    timer = threading.Timer(0.3, failed.set)
    timer.start()
    with pytest.raises(RuntimeError, match="no power"):
        run(makers={"healer": maker}, replications=40)
    timer.join()
    assert lived == [village.START]


def test_an_interrupt_in_the_callback_ends_the_run() -> None:
    def interrupt(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(progress=interrupt)


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"replications": 0}, "replications: 0 replications; expected 1 or more"),
        ({"replications": -2}, "replications: -2 replications"),
        ({"threads": 0}, "threads: 0 threads; expected 1 or more"),
        (
            {"engine": "nubma"},
            "unknown engine 'nubma'; expected one of numba, reference; did you mean 'numba'?",
        ),
        ({"engine": "reference", "events": True}, "the reference engine keeps no person histories"),
    ],
)
def test_wrong_arguments_are_refused(details: dict, words: str) -> None:
    with pytest.raises(UserError) as caught:
        run(**details)
    assert words in str(caught.value)


def test_a_run_that_ends_before_it_starts_is_refused() -> None:
    early = replace(village.MODEL, last_year=village.START)
    with pytest.raises(
        UserError, match="the run ends in 2023, but healer starts at the end of 2023; expected 2024"
    ):
        check_limits(early, replications=1, threads=None)


def test_what_does_not_fit_into_memory_is_refused() -> None:
    with pytest.raises(UserError, match=r"need .* GiB for their counts.*run fewer replications"):
        check_limits(village.MODEL, replications=2**31, threads=None)


@dataclass
class Toys:
    def population(self, profession: Profession, seed: int, replication: int) -> Population:
        return toy.people(150, profession, seed=replication)


def toys(engine: str, threads: int | None, **details: object) -> Replicated:
    model = replace(toy.country(), last_year=toy.START + 4)
    return run_replications(
        model, seed=3, replications=3, engine=engine, threads=threads, source=Toys(), **details  # type: ignore[arg-type]
    )  # fmt: skip


def test_engines_and_threads_give_the_same_counts() -> None:
    results = [toys("numba", 1), toys("numba", 2), toys("numba", 8), toys("reference", 2)]
    first = results[0].series["toy"]
    for other in results[1:]:
        series = other.series["toy"]
        for name in ("stock", "fte_percent", "left", "arrived", "moved_out", "moved_in", "entered", "seats"):
            assert np.array_equal(getattr(series, name), getattr(first, name)), name
    spans = results[0].durations["toy"].counts[:3]
    assert all(np.array_equal(other.durations["toy"].counts[:3], spans) for other in results[1:])
    assert first.left.sum() > 0


def test_histories_are_kept_when_asked_for() -> None:
    assert toys("numba", 2).pages == ()
    pages = toys("numba", 2, events=True).pages
    assert [page.replication for page in pages] == [0, 1, 2]
    assert all(len(page.events.year) > 0 for page in pages)


def test_there_are_never_more_threads_than_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    names: set[str] = set()

    def told(population: Population, replication: int) -> village.FakeEngine:
        names.add(threading.current_thread().name)
        return fake(population, replication)

    run(replications=50, threads=100_000, makers={"healer": told})
    assert 1 <= len(names) <= 2


def crowd(inflow: float) -> Profession:
    (healer,) = village.MODEL.professions
    return replace(healer, streams=(replace(healer.streams[0], inflow=constant(inflow)),))


@pytest.mark.parametrize(
    ("inflow", "words"),
    [(2.0**28 - 1.0, "fewer than 268435455"), (2.0**28 - 2.0, "persons in 1 tasks at the same time need")],
)
def test_too_many_persons_are_refused(inflow: float, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careersim.experiment.limits._memory_bytes", lambda: 2**34)
    crowded = replace(village.MODEL, professions=(crowd(inflow),))
    with pytest.raises(UserError, match=words):
        check_limits(crowded, replications=1, threads=4)


def test_as_many_persons_as_fit_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("careersim.experiment.limits._memory_bytes", lambda: 2**34)
    check_limits(replace(village.MODEL, professions=(crowd(1e5),)), replications=1, threads=1)
