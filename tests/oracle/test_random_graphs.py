"""The two engines agree on career graphs that nobody has thought of (see `tests.property.graphs`)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from careersim.engines.record import arcs_of
from careersim.model.table import constant
from tests.oracle.conftest import PERSON_YEARS
from tests.oracle.trace import Trace, differences, numba_trace, person_years, reference_trace
from tests.property.graphs import Drawn, careers
from tests.unit.engines.reference import toy

YEARS = 7


def compared(drawn: Drawn) -> Trace:
    run = (drawn.profession, drawn.model, drawn.people, YEARS)
    ours = numba_trace(*run, seed=2**40 + 1, replication=5)
    theirs = reference_trace(*run, seed=2**40 + 1, replication=5)
    assert differences(ours, theirs) == []
    return ours


def what_happened(drawn: Drawn, seen: Trace) -> Counter[str]:
    """How many examples saw each thing that engines could disagree on."""
    declared = drawn.profession
    forms = [declared.transitions[arc.transition].form for arc in arcs_of(declared)]
    records = [year.record for year in seen[1:]]
    left = sum(record.left.sum(axis=1) for record in records) if forms else []
    found = {f"somebody takes a {form}" for form, count in zip(forms, left, strict=True) if count}
    pools = declared.pools
    if pools and not drawn.model.seats_unlimited:
        rejected = np.stack([record.seats[..., 7] for record in records]).sum(axis=(0, 2))
        found |= {f"local first: {pool.local_first}" for pool, n in zip(pools, rejected, strict=True) if n}
        found |= {
            f"supervisors: {bool(pool.supervisors)}" for pool, n in zip(pools, rejected, strict=True) if n
        }
    entered = [record.entered.sum(axis=1) for record in records]
    for k, stream in enumerate(declared.streams):
        if sum(numbers[k] for numbers in entered):
            found.add(f"a {stream.dispersion} stream brings somebody")
    if drawn.model.feedback and any(t.hazard is not None and t.hazard.workload for t in declared.transitions):
        found.add("workload")
    last = seen[-1].people
    checks = {
        "somebody moves": sum(record.moved_out.sum() for record in records) > 0,
        "contracts": last.commitment_years.any(),
        "levers": bool(declared.rate_levers),
        "shifted ages": bool(declared.age_shifts),
        "levers on working time": bool(declared.working_time_levers),
        "levers on choices": bool(declared.choice_levers),
        "bonus contracts": any(record.contracts.any() for record in records),
        "rebounds": any(((year.people.bonus > 0) & (year.people.bonus % 3 == 0)).any() for year in seen),
        "progress": last.training_progress.any(),
        "stamps": bool((last.degree_year | last.licence_year | last.certificate_year).any()),
        "somebody is 120": bool((last.age == 120).any()),
        "long stays": bool((last.years_in_state > 64).any()),
        "seats unlimited": drawn.model.seats_unlimited,
    }
    return Counter(found | {name for name, yes in checks.items() if yes})


EXPECTED = {
    "somebody takes a hazard",
    "somebody takes a progress",
    "somebody takes a seat",
    "local first: True",
    "local first: False",
    "supervisors: True",
    "supervisors: False",
    "a fixed stream brings somebody",
    "a poisson stream brings somebody",
    "workload",
    "somebody moves",
    "contracts",
    "levers",
    "shifted ages",
    "levers on working time",
    "levers on choices",
    "bonus contracts",
    "rebounds",
    "progress",
    "stamps",
    "somebody is 120",
    "long stays",
    "seats unlimited",
}


def engines_agree(examples: int, record_property) -> None:
    seen: Counter[str] = Counter()
    total = 0

    @settings(max_examples=examples)
    @given(careers())
    def agree(drawn: Drawn) -> None:
        nonlocal total
        found = compared(drawn)
        total += person_years(found)
        seen.update(what_happened(drawn, found))

    agree()
    record_property(PERSON_YEARS, total)
    assert set(seen) == EXPECTED, "the drawn graphs leave out a part of the contract"
    assert total > 500 * examples


def test_engines_agree_on_40_random_graphs(record_property):
    engines_agree(40, record_property)


@pytest.mark.slow
def test_engines_agree_on_250_random_graphs(record_property):
    engines_agree(250, record_property)


def test_a_lever_may_take_away_more_than_comes_in():
    """Found by the drawn graphs: the numba engine could not reserve room for fewer persons than none."""
    stream = replace(toy.STREAMS[0], added=constant(-100.0))
    profession = replace(toy.PROFESSION, streams=(stream,))
    seen = compared(Drawn(profession, toy.country(profession), toy.people(200)))
    assert sum(year.record.entered.sum() for year in seen) == 0
