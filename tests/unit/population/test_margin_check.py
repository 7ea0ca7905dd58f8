"""Planted faults: the check of margins finds each of them and names it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from careersim.population.columns import Population
from careersim.population.margin_check import margin_errors
from careersim.population.synthesis import MarginSource
from tests.unit.population.example import GONE, MODEL, PROFESSION, SPECIALIST

PERSONS = MarginSource(MODEL).population(PROFESSION, 1, 0)


def changed(column: str, value: int, number: int, before: int | None = None) -> Population:
    """Give `number` specialists another value of a column."""
    array = getattr(PERSONS, column).copy()
    chosen = PERSONS.state == SPECIALIST
    if before is not None:
        chosen &= array == before
    array[np.flatnonzero(chosen & (array != value))[:number]] = value
    return replace(PERSONS, **{column: array})


def test_start_as_published_has_no_errors() -> None:
    assert margin_errors(PERSONS, PROFESSION) == []


@pytest.mark.parametrize(
    ("column", "value", "number", "before", "margins"),
    [
        ("county", 20, 1, 19, {"county", "at home"}),
        ("sex", 1, 2, 0, {"sex"}),
        ("age", 50, 3, 40, {"age"}),
        ("age", 90, 1, None, {"age"}),
        ("sector", 2, 2, 0, {"sector"}),
        ("sector", 3, 1, None, {"sector"}),
        ("fte", 60, 2, 100, {"working time"}),
        ("fte", 55, 1, None, {"working time"}),
        ("trained_abroad", 1, 3, 0, {"trained abroad"}),
        ("home_county", 1, 200, None, {"at home"}),
        ("state", GONE, 1, None, {"county"}),
    ],
)
def test_planted_fault_is_found(
    column: str, value: int, number: int, before: int | None, margins: set[str]
) -> None:
    errors = margin_errors(changed(column, value, number, before), PROFESSION)
    assert margins & {error.margin for error in errors}
    assert {error.margin for error in errors} <= margins | {"persons", "at home", "trained abroad"}
    assert {error.state for error in errors} <= {"specialist", "gone"}


def test_error_says_where_and_how_much() -> None:
    errors = margin_errors(changed("county", 20, 1, 19), PROFESSION)
    found = [str(error) for error in errors if error.margin == "county"]
    assert found == [
        "specialist: county 24: 553 persons instead of 554",
        "specialist: county 25: 625 persons instead of 624",
    ]


def test_person_in_a_state_without_margins_is_found() -> None:
    errors = margin_errors(changed("state", GONE, 1), PROFESSION)
    assert "gone: persons all: 1 persons instead of 0" in [str(error) for error in errors]
