"""The error hierarchy: exit codes, the one readable message, and the guess at what was meant."""

from __future__ import annotations

import pickle

import pytest

from careersim.errors import (
    CareersimError,
    ConfigError,
    DataError,
    InternalError,
    OutputError,
    UserError,
    nearest_name,
)


def test_message_has_all_parts_in_order() -> None:
    error = ConfigError(
        "unknown key 'rte'",
        where="run.yaml:3: rates",
        expected="one of rate, unit",
        nearest="rate",
        remedy="rename it",
    )
    assert str(error) == (
        "run.yaml:3: rates: unknown key 'rte'; expected one of rate, unit; did you mean 'rate'?; rename it"
    )


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({}, "wrong"),
        ({"where": "a.csv"}, "a.csv: wrong"),
        ({"expected": "a number"}, "wrong; expected a number"),
        ({"nearest": "x"}, "wrong; did you mean 'x'?"),
        ({"remedy": "mend it"}, "wrong; mend it"),
    ],
)
def test_message_leaves_out_what_is_not_given(parts: dict[str, str], text: str) -> None:
    assert str(DataError("wrong", **parts)) == text


@pytest.mark.parametrize("kind", [UserError, ConfigError, DataError, OutputError])
def test_user_errors_exit_with_2(kind: type[UserError]) -> None:
    assert issubclass(kind, UserError)
    assert kind.exit_code == 2


def test_internal_errors_exit_with_1_and_are_not_the_users_fault() -> None:
    assert InternalError.exit_code == 1
    assert issubclass(InternalError, CareersimError)
    assert not issubclass(InternalError, UserError)
    assert str(InternalError("persons were lost")) == "persons were lost"


def test_errors_travel_between_processes_whole() -> None:
    error = OutputError("disk full", where="runs/1", nearest="runs/2")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is OutputError
    assert str(copy) == str(error)


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("simulated_agents", "simulation_agents"),
        ("SEED", "seed"),
        ("sed", "seed"),
        ("unrelated", None),
        ("", None),
    ],
)
def test_nearest_name(word: str, nearest: str | None) -> None:
    assert nearest_name(word, ["seed", "simulation_agents"]) == nearest


def test_nearest_name_among_nothing() -> None:
    assert nearest_name("seed", []) is None
