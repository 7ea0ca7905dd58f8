"""The proofs pass for sound engines, and fail when something that must not matter does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from careersim.engines.numba_engine import NumbaEngine
from careersim.engines.record import YearRecord
from careersim.experiment import verify as proofs
from careersim.model.graph import Model, Profession
from careersim.population.columns import Population
from tests.unit.engines.reference import toy


class Toys:
    def population(self, profession: Profession, seed: int, replication: int) -> Population:
        return toy.people(200, profession, seed=replication).sorted()


def failed() -> list[str]:
    model = replace(toy.country(), last_year=toy.START + 5)
    checks = list(proofs.verify(model, Toys(), 4, panels=["toy"]))
    assert len(checks) == 9
    return [check.name for check in checks if not check.passed]


def test_a_sound_engine_passes() -> None:
    assert failed() == []


class Rekeyed(NumbaEngine):
    """Lives under another seed whenever `rekeys` says so."""

    def __init__(self, profession: Profession, model: Model, population: Population, **details: Any) -> None:
        details["seed"] += int(self.rekeys(population, details))
        super().__init__(profession, model, population, **details)

    def rekeys(self, population: Population, details: dict[str, Any]) -> bool:
        raise NotImplementedError


class Threaded(Rekeyed):
    def rekeys(self, population: Population, details: dict[str, Any]) -> bool:
        return bool(details["threads"] > 1)


class Disordered(Rekeyed):
    def rekeys(self, population: Population, details: dict[str, Any]) -> bool:
        return bool(population.person_id[0] > population.person_id[-1])


class Forgetful(NumbaEngine):
    """Loses a person in the second year."""

    def step(self) -> YearRecord:
        record = super().step()
        if record.year == toy.START + 2:
            record.stock[tuple(index[0] for index in np.nonzero(record.stock))] -= 1
        return record


def test_an_engine_that_depends_on_threads_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "NumbaEngine", Threaded)
    assert failed() == ["toy: 2 threads", "toy: chunks of 777 persons on 2 threads"]


def test_an_engine_that_depends_on_order_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "NumbaEngine", Disordered)
    assert failed() == ["toy: persons in reversed order"]


def test_an_engine_that_loses_people_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "NumbaEngine", Forgetful)
    model = replace(toy.country(), last_year=toy.START + 5)
    checks = {check.name: check for check in proofs.verify(model, Toys(), 4, panels=["toy"])}
    assert "persons are not conserved" in checks["toy: conservation of persons"].detail
    assert not checks["toy: engine against reference"].passed


def test_a_wrong_generator_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proofs, "philox4x32", lambda counter, key: (0, 0, 0, 0))
    assert failed() == ["known answers of Philox4x32-10"]
