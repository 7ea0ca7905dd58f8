"""Training by what remains of it: requirement, pace, credit and steps, and the progress that a step means."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from careersim.model.graph import Destination, Hazard, Profession, Stream, Transition, WorkingTimeScheme
from careersim.model.table import Table, constant
from careersim.population.programmes import NO_PROGRAMME, programmes
from careersim.population.rates import STEPS
from tests.unit.population import example
from tests.unit.population.example import GONE, LEAVE, PROFESSION, SPECIALIST, START, STUDENT, TRAINEE

FOUND = programmes(PROFESSION)


def changed(name: str, **values: object) -> Profession:
    """Change one transition of the example."""
    transitions = tuple(
        replace(one, **values) if one.name == name else one  # type: ignore[arg-type]
        for one in PROFESSION.transitions
    )
    return replace(PROFESSION, transitions=transitions)


def test_leave_has_the_programme_that_it_interrupts() -> None:
    np.testing.assert_array_equal(
        FOUND.accruing_state, [STUDENT, TRAINEE, TRAINEE, NO_PROGRAMME, NO_PROGRAMME]
    )
    np.testing.assert_array_equal(FOUND.requirement, [550, 550, 550, 0, 0])
    np.testing.assert_array_equal(FOUND.accrues, [True, True, False, False, False])
    assert FOUND.per_year[TRAINEE] == FOUND.per_year[LEAVE]


def test_pace_is_the_mean_working_time_at_the_start() -> None:
    np.testing.assert_allclose(FOUND.pace, [100, 92.5, 92.5, 0, 0])
    assert FOUND.longest[TRAINEE] == pytest.approx(550 / 92.5)


def test_pace_without_margins_is_that_of_the_scheme() -> None:
    shares = Table(("sex", "level"), (2, 2), (0.5, 0.5, 0.0, 1.0))
    scheme = WorkingTimeScheme("hours", (60, 100), constant(0.1), shares)
    states = tuple(
        replace(one, working_time=0) if one.name == "trainee" else one for one in PROFESSION.states
    )
    with_scheme = replace(PROFESSION, states=states, working_times=(scheme,), start=())
    assert programmes(with_scheme).pace[TRAINEE] == pytest.approx(90)
    assert programmes(replace(PROFESSION, start=())).pace[TRAINEE] == 100


def test_training_without_an_end_is_no_programme() -> None:
    endless = replace(PROFESSION, transitions=PROFESSION.transitions[1:])
    found = programmes(endless)
    assert found.accruing_state[STUDENT] == NO_PROGRAMME
    assert found.trains[TRAINEE]


def test_credit_shortens_the_training() -> None:
    found = programmes(changed("degree", credit=50))
    assert found.credit[TRAINEE] == found.credit[LEAVE] == 50
    assert found.longest[TRAINEE] == pytest.approx(500 / 92.5)


def test_of_several_credits_the_least_leaves_the_longest_training() -> None:
    again = example.hazard(SPECIALIST, TRAINEE, Hazard(constant(0.1)), "again", credit=20)
    profession = changed("degree", credit=50)
    profession = replace(profession, transitions=(*profession.transitions, again))
    assert programmes(profession).credit[TRAINEE] == 20
    stream: Stream = replace(PROFESSION.streams[0], state=LEAVE)
    assert programmes(replace(profession, streams=(stream,))).credit[TRAINEE] == 0


def test_newcomers_have_a_head_start_of_up_to_a_year() -> None:
    steps = FOUND.first_steps(STUDENT, 0)
    year = int(FOUND.per_year[STUDENT])
    assert steps.sum() == pytest.approx(1)
    middle = (np.arange(STEPS) + 0.5) / year
    assert (steps * middle).sum() == pytest.approx(5.0)
    assert set(np.flatnonzero(steps) // year) == {4, 5}
    assert FOUND.first_steps(STUDENT, 450)[:year].sum() == pytest.approx(1)
    assert FOUND.first_steps(STUDENT, 525)[0] > 0.5
    np.testing.assert_array_equal(np.flatnonzero(FOUND.first_steps(SPECIALIST, 50)), [0])


@pytest.mark.parametrize("requirement", [1, 75, 100, 175, 550, 6_300, 20_000, 65_535])
def test_steps_hold_any_length_of_training(requirement: int) -> None:
    found = programmes(changed("degree", requirement=requirement))
    assert found.first_steps(STUDENT, 0).sum() == pytest.approx(1)
    assert found.first_steps(STUDENT, 0).min() >= -1e-12
    assert 1 <= found.used[STUDENT] <= STEPS
    assert found.begun(STUDENT)[0] >= found.begun(STUDENT)[-1] == 0


@given(
    requirement=st.integers(1, 900),
    credit=st.integers(0, 300),
    step=st.integers(0, STEPS - 1),
    part=st.floats(0, 1, exclude_max=True),
)
def test_progress_lies_between_credit_and_requirement(
    requirement: int, credit: int, step: int, part: float
) -> None:
    profession = replace(
        changed("certificate", requirement=requirement),
        transitions=(
            Transition("degree", STUDENT, "progress", (Destination(TRAINEE, 1.0),), None, 550, credit=credit),
            *changed("certificate", requirement=requirement).transitions[1:],
        ),
    )
    found = programmes(profession)
    state = np.array([TRAINEE], dtype=np.uint8)
    used = np.minimum(np.array([step]), found.used[state] - 1)
    progress = found.progress(state, used, np.array([part]))
    # A rounding error may take the last hundredth.
    assert min(credit, requirement - 1) - 1 <= progress[0] < requirement
    assert found.years_of(state, progress)[0] <= found.longest[TRAINEE]


def test_training_begins_at_the_first_half_step_and_ends_at_the_last() -> None:
    begun = FOUND.begun(STUDENT)
    year = int(FOUND.per_year[STUDENT])
    np.testing.assert_array_equal(begun[: 5 * year + 6 : year], [5, 4, 3, 2, 1, 0])
    assert not FOUND.begun(GONE).any()
    assert START[3].state == STUDENT
