"""Levers in the engine: a neutral one changes no byte, and none acts before its first year.

Both on small versions of the doctors of the baseline, in which everything is coupled: seats, supervision and
workload. That both engines agree with all kinds of levers on is tested in `test_professions` and
`test_random_graphs`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from careersim.config.run_spec import LeverSpec
from tests.oracle.trace import Trace, differences, numba_trace
from tests.oracle.worlds import Lever, baseline, contract, lever, overlaid, small, world

PARTS = 12
FIRST = 2028
"""First year of the levers; the run begins in 2023."""


def lived(model) -> Trace:
    made = small(world(model, "doctor", 5, 2), PARTS)
    return numba_trace(made.profession, made.model, made.people, made.years, seed=5, replication=2)


@pytest.fixture(scope="module")
def plain() -> Trace:
    return lived(baseline())


def without_contracts(seen: Trace, first: int) -> Trace:
    """The trace without the counts of contracts, which a run without a bonus has none of."""
    assert not any(year.record.contracts.any() for year in seen if year.record.year < first)
    return [replace(year, record=replace(year.record, contracts=year.record.contracts[:0])) for year in seen]


def doctor(kind: str, target: str | list[str], operation: str, value: float, **details: object) -> Lever:
    return lever(kind, "doctor", target, operation, value, **{"from": FIRST, "name": kind} | details)


NEUTRAL = {
    "rate": doctor("rate", ["retires", "takes_st_gp"], "multiply", 1, decay_years=0.7),
    "retirement_age": doctor("retirement_age", ["retires", "retires_left"], "add", 0, sectors=["regional"]),
    "seats": doctor("seats", "st", "multiply", 1),
    "supervision": doctor("supervision", "st", "multiply", 1),
    "entry": doctor("entry", "students", "add", 0),
    "working_time": doctor("working_time", "gp_hours", "multiply", 1, counties=["01"], ages="30-50"),
    "attractiveness": doctor("attractiveness", "gp_choice", "add", 0, counties=["01"]),
    "demand": lever("demand", None, ["inhabitants", "need_weight"], "multiply", 1, **{"from": FIRST}),
    "bonus": doctor("bonus", ["gp", "gp_leave"], "add", 0, counties=["01"], bonus=contract()),
    "list_size": lever("list_size", None, "inhabitants_per_specialist", "multiply", 1, **{"from": FIRST}),
    "substitution": lever("substitution", "psychologist", "guideline", "add", 0, **{"from": FIRST}),
}

TELLING = {
    "rate": doctor("rate", "retires", "multiply", 0.2, decay_years=5),
    "retirement_age": doctor("retirement_age", "retires", "add", 2.5, counties=["01", "12", "14"]),
    "seats": doctor("seats", "st", "multiply", 1.5),
    "supervision": doctor("supervision", "st", "multiply", 1.5),
    "entry": doctor("entry", "students", "multiply", 1.5),
    "working_time": doctor("working_time", "gp_hours", "multiply", 0.5),
    "attractiveness": doctor("attractiveness", ["gp_choice", "junior_choice"], "add", 1, counties=["10"]),
    "demand": lever("demand", None, "need_weight", "multiply", 1.1, **{"from": FIRST}),
    "bonus": doctor("bonus", ["gp", "gp_leave"], "add", 40_000, counties=["01", "25"], bonus=contract()),
}


MEASURING = {
    "list_size": lever("list_size", None, "inhabitants_per_specialist", "set", 1500, **{"from": FIRST}),
    "substitution": lever("substitution", "psychologist", "guideline", "set", 0.3, **{"from": FIRST}),
}
"""They change what a run is measured by, and nobody's life."""


def test_no_kind_is_left_out():
    kinds = {*get_args(LeverSpec.model_fields["kind"].annotation)}
    assert {*NEUTRAL} == kinds
    assert {*TELLING} | {*MEASURING} == kinds


@pytest.mark.parametrize("kind", MEASURING)
def test_a_measure_changes_no_life(tmp_path, plain, kind):
    changed = overlaid(tmp_path, MEASURING[kind])
    assert changed.demand != baseline().demand
    assert differences(lived(changed), plain) == []


@pytest.mark.parametrize("kind", NEUTRAL)
def test_a_neutral_lever_changes_no_byte(tmp_path, plain, kind):
    assert differences(lived(overlaid(tmp_path, NEUTRAL[kind])), plain) == []


@pytest.mark.parametrize("kind", TELLING)
def test_nothing_changes_before_the_first_year(tmp_path, plain, kind):
    """And afterwards something does, so that the comparison can see a lever at all."""
    seen = without_contracts(lived(overlaid(tmp_path, TELLING[kind])), FIRST)
    before = FIRST - plain[0].record.year
    assert differences(seen[:before], plain[:before]) == []
    assert differences(seen, plain) != []


def test_levers_that_do_not_interact_may_stand_in_any_order(tmp_path):
    levers = list(TELLING.values())
    forwards, backwards = lived(overlaid(tmp_path, *levers)), lived(overlaid(tmp_path, *levers[::-1]))
    assert differences(forwards, backwards) == []
