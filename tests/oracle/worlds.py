"""The shipped professions for the oracle: the baseline with levers laid over it, and a small version of it.

The reference engine lives some 20,000 person-years a second, so it is given a country in which everything
that counts persons is divided by `parts`: every k-th person of the starting population (in order of
`person_id`, so that all counties and states keep their shares), the inflow and the additions of streams, the
funded posts and the inhabitants. Persons per post and inhabitants per full-time equivalent stay as they are,
so that seats bind, supervisors bind and the workload acts as in the whole country.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from careersim.config.load import load_run
from careersim.model.assemble import assemble
from careersim.model.graph import Model, Profession
from careersim.model.table import Table
from careersim.population.columns import Population
from careersim.population.synthesis import MarginSource

BASELINE = Path(__file__).resolve().parents[2] / "configs" / "baseline.yaml"

Lever = dict[str, Any]


@dataclass(frozen=True)
class World:
    """One profession, the model that it belongs to, and its starting population."""

    profession: Profession
    model: Model
    people: Population

    @property
    def years(self) -> int:
        return self.model.last_year - self.profession.start_year


def lever(
    kind: str, profession: str | None, target: str | list[str], operation: str, value: float, **details: Any
) -> Lever:
    """A lever as a run file declares it, from 2025 on unless `details` says otherwise."""
    targets = [target] if isinstance(target, str) else target
    whose = {} if profession is None else {"profession": profession}
    return (
        whose
        | {
            "name": "_".join([kind, profession or "all", *targets, operation]),
            "kind": kind,
            "target": target,
            "operation": operation,
            "value": value,
            "from": 2025,
            "source": {"assumption": "Invented for the tests of the engines"},
        }
        | details
    )


def contract(**details: Any) -> Lever:
    """The block `bonus` of a lever on general practitioners, in which everybody responds and may refuse."""

    def record(unit: str, value: float, **more: float) -> Lever:
        return {"unit": unit, "value": value, "source": {"assumption": "Invented for these tests"}} | more

    def elasticity(value: float) -> Lever:
        return record("elasticity", value, low=-5, high=5)

    block = {
        "who": "both",
        "commitment_years": 3,
        "uptake": record("share", 0.6),
        "salary": record("sek_per_month", 80_000),
        "responses": {
            "leaving": {
                "transitions": ["leaves_primary_care", "retires"],
                "moves": "gp_moves",
                "newcomers": elasticity(2.0),
                "incumbents": elasticity(0.7),
            },
            "going": {
                "transitions": "emigrates",
                "newcomers": elasticity(-3.0),
                "incumbents": elasticity(0.0),
            },
        },
        "attraction": {"choices": ["gp_choice", "junior_choice"], "elasticity": elasticity(3.0)},
        "rebound_years": 2,
        "rebound": record("rate_ratio", 1.7),
    }
    return {key: value for key, value in (block | details).items() if value is not None}


def overlaid(folder: Path, *levers: Lever, **keys: Any) -> Model:
    """The baseline with levers and other keys of the run file laid over it, through a file in `folder`."""
    path = folder / "overlay.yaml"
    document = {"name": "overlay", "extends": str(BASELINE), "levers": list(levers), **keys}
    path.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    return assemble(load_run(path))


@cache
def baseline() -> Model:
    return assemble(load_run(BASELINE))


def named(model: Model, name: str) -> Profession:
    return next(profession for profession in model.professions if profession.name == name)


def world(model: Model, name: str, seed: int = 1, replication: int = 0) -> World:
    """A profession with its whole starting population."""
    profession = named(model, name)
    alone = replace(model, professions=(profession,))
    people = MarginSource(alone).population(profession, seed, replication)
    return World(profession, model, people)


def small(whole: World, parts: int) -> World:
    """The same world with everything that counts persons divided by `parts`."""
    profession = replace(
        whole.profession,
        pools=tuple(
            replace(pool, posts=None if pool.posts is None else _divided(pool.posts, parts))
            for pool in whole.profession.pools
        ),
        streams=tuple(
            replace(stream, inflow=_divided(stream.inflow, parts), added=_divided(stream.added, parts))
            for stream in whole.profession.streams
        ),
    )
    demand = replace(whole.model.demand, inhabitants=_divided(whole.model.demand.inhabitants, parts))
    professions = tuple(
        profession if each.name == profession.name else each for each in whole.model.professions
    )
    model = replace(whole.model, professions=professions, demand=demand)
    return World(profession, model, whole.people.sorted().take(np.arange(0, len(whole.people), parts)))


def _divided(table: Table, parts: int) -> Table:
    return replace(table, values=tuple(value / parts for value in table.values))
