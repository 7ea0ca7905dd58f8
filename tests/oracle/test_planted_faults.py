"""The oracle sees a single wrong bit: one bit is flipped in one cell of one kernel table, and it must notice.

Everybody starts as a woman of 40 in county 5, so that the flipped cell is one that lives pass through. A
comparison that would overlook such a fault says nothing about the tables, however long it runs.
"""

from __future__ import annotations

from dataclasses import is_dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from careersim.kernels import layout
from careersim.lowering.lowered import Lowered, lower
from careersim.model.graph import Model
from careersim.population.columns import Population
from careersim.schema import person_id
from tests.oracle.trace import Trace, differences, numba_trace, reference_trace
from tests.unit.engines.reference import toy

PERSONS = 3_000
YEARS = 4
WOMEN, AGE, COUNTY = 0, 40, 5

SIGN_BIT = 63
LOW_EXPONENT_BIT = 55  # a factor of 256
HIGH_MANTISSA_BIT = 51
HIGH_WORD_BIT = 31
LOW_BIT = 0
SECOND_BIT = 1

DEPART, COME_BACK = (
    [transition.name for transition in toy.TRANSITIONS].index(name) for name in ("depart", "come back")
)
CERTIFICATE_ARC = sum(len(each.destinations) for each in toy.TRANSITIONS[:10])


def model() -> Model:
    return toy.country(toy.PROFESSION)


@cache
def lowered() -> Lowered:
    return lower(toy.PROFESSION, model())


@cache
def population() -> Population:
    """Women of 40 in county 5: specialists, trainees about to finish, graduates waiting."""
    people = toy.people(PERSONS)
    people.person_id[:] = [person_id(3, 0, toy.START, COUNTY, k) for k in range(PERSONS)]
    people.county[:] = people.home_county[:] = COUNTY
    people.sex[:], people.age[:], people.fte[:], people.sector[:] = WOMEN, AGE, 100, 0
    people.trained_abroad[:] = 0
    people.years_in_state[:] = 1
    people.state[:] = np.array([toy.SPECIALIST, toy.SPECIALIST, toy.TRAINEE, toy.ELSEWHERE])[
        np.arange(PERSONS) % 4
    ]
    people.training_progress[:] = np.where(people.state == toy.TRAINEE, 380 + np.arange(PERSONS) // 4 % 40, 0)
    return people


@cache
def truth() -> Trace:
    return reference_trace(toy.PROFESSION, model(), population(), YEARS)


def risk_of(transition: int) -> int:
    return int(np.flatnonzero(lowered().risks.transition == transition)[0])


def flipped(array: np.ndarray, index: tuple[int, ...], bit: int) -> np.ndarray:
    """A copy with one bit of one cell the other way round."""
    copy = array.copy()
    if copy.dtype == np.bool_:
        copy[index] ^= True
    else:
        bits = copy.view(f"u{copy.dtype.itemsize}")
        bits[index] ^= bits.dtype.type(1 << bit)
    assert np.count_nonzero(copy != array) == 1
    return copy


def planted(tables: Any, path: list[str], index: tuple[int, ...], bit: int) -> Any:
    """The tables with the fault at `path`: names of fields, and numbers of entries of tuples."""
    if not path:
        return flipped(tables, index, bit)
    first, *rest = path
    if isinstance(tables, tuple) and not hasattr(tables, "_replace"):
        number = int(first)
        return (*tables[:number], planted(tables[number], rest, index, bit), *tables[number + 1 :])
    inner = planted(getattr(tables, first), rest, index, bit)
    return replace(tables, **{first: inner}) if is_dataclass(tables) else tables._replace(**{first: inner})


FAULTS = {
    "a rate by sex and age": ("graph.base", (WOMEN, AGE, risk_of(DEPART)), HIGH_MANTISSA_BIT),
    "the ratio of a county": ("graph.ratio", (risk_of(DEPART), layout.COUNTY + COUNTY), HIGH_MANTISSA_BIT),
    "the ratio of full time": ("graph.ratio", (risk_of(DEPART), layout.LEVEL + 100), HIGH_MANTISSA_BIT),
    "the ratio of a stay": ("graph.ratio", (risk_of(DEPART), layout.DURATION + 2), HIGH_MANTISSA_BIT),
    "which arc a risk leads along": ("graph.risk_arc", (risk_of(DEPART),), LOW_BIT),
    "where an arc leads": ("graph.arc", (CERTIFICATE_ARC, layout.DESTINATION), LOW_BIT),
    "contract years": ("graph.arc", (COME_BACK + 3, layout.COMMITMENT), LOW_BIT),
    "a requirement": ("graph.state", (toy.TRAINEE, layout.PROGRESS), LOW_BIT),
    "a branch of a completion": ("graph.arc_threshold", (CERTIFICATE_ARC,), HIGH_WORD_BIT),
    "a rate of review": ("graph.review", (1, WOMEN, AGE), HIGH_MANTISSA_BIT),
    "a share of working time": ("graph.level_threshold", (1, WOMEN, AGE, 1), HIGH_WORD_BIT),
    "a level of working time": ("graph.level_percent", (1, 2), LOW_BIT),
    "a share of sectors": ("graph.sector_threshold", (0, 0), HIGH_WORD_BIT),
    "a county to move to": ("graph.destination_threshold", (1, COUNTY, COUNTY, 10), HIGH_WORD_BIT),
    "the share of women": ("streams.women", (0,), HIGH_WORD_BIT),
    "a share of ages": ("streams.age_threshold", (0, 20), HIGH_WORD_BIT),
    "an inflow": ("inflow", (2, 0, COUNTY), HIGH_MANTISSA_BIT),
    "an addition to an inflow": ("added", (2, 0, 20), SIGN_BIT),
    "a workload effect": ("risks.workload", (risk_of(DEPART),), HIGH_MANTISSA_BIT),
    "the need of a county": ("demand", (1, COUNTY), LOW_EXPONENT_BIT),
    "who serves": ("serving", (toy.SPECIALIST,), LOW_BIT),
    "funded posts": ("pools.1.posts", (1, COUNTY), LOW_BIT),
    "trainees per supervisor": ("pools.1.per_supervisor", (1, COUNTY), HIGH_MANTISSA_BIT),
    "a first wish": ("pools.1.first_wish", (COUNTY, COUNTY, 10), HIGH_WORD_BIT),
    "a working time under a lever": (
        "versions.each.0.graph.level_threshold",
        (2, WOMEN, AGE + 3, 1),
        HIGH_WORD_BIT,
    ),
    "which shares a lever has put in a county": (
        "versions.each.0.graph.level_row",
        (1, COUNTY),
        SECOND_BIT,
    ),
    "a county made attractive to move to": (
        "versions.each.0.graph.destination_threshold",
        (1, COUNTY, COUNTY, 10),
        HIGH_WORD_BIT,
    ),
    "a first wish under a lever": ("versions.each.0.first_wish.1", (COUNTY, COUNTY, 10), HIGH_WORD_BIT),
    "a later wish under a lever": ("versions.each.0.weights.1", (COUNTY, COUNTY, 10), HIGH_MANTISSA_BIT),
    "a later wish": ("pools.1.weights", (COUNTY, COUNTY, 10), HIGH_MANTISSA_BIT),
}


def test_without_a_fault_there_is_no_difference():
    run = numba_trace(toy.PROFESSION, model(), population(), YEARS, lowered=lowered())
    assert differences(run, truth()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_one_wrong_bit_is_seen(fault):
    path, index, bit = FAULTS[fault]
    wrong = planted(lowered(), path.split("."), index, bit)
    run = numba_trace(toy.PROFESSION, model(), population(), YEARS, lowered=wrong)
    assert differences(run, truth()) != []


def test_one_wrong_cell_of_the_output_is_seen():
    """The comparison itself: every column of persons and every array of the record counts."""
    right = truth()
    last = right[-1]
    for part in (last.people, last.record):
        for name in part.__dataclass_fields__:
            wrong = getattr(part, name) + 1 if name == "year" else getattr(part, name).copy()
            if name == "contracts":  # the toy has no bonus: one county too many
                wrong = np.ones((1, 1, 2), wrong.dtype)
            elif name != "year":
                wrong.reshape(-1)[-1] ^= 1
            made = replace(part, **{name: wrong})
            changed = replace(last, people=made) if part is last.people else replace(last, record=made)
            found = differences([*right[:-1], changed], right)
            assert len(found) == 1
            assert name in found[0]
