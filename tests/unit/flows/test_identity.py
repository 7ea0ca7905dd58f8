"""Conservation: what is refused, and that the refusal says where."""

import numpy as np
import pytest

from careersim.errors import InternalError
from careersim.flows.identity import check_conservation
from tests.unit.flows import village


def checked(change: str, index: tuple[int, ...], amount: int) -> None:
    before = village.start_record()
    after = village.next_record(before, emigrated=1)
    getattr(after, change)[index] += amount
    check_conservation(village.PROFESSION, village.ARCS, before, after)


def test_a_year_that_adds_up_passes() -> None:
    checked("stock", (0, 0, 0), 0)


@pytest.mark.parametrize(
    ("change", "index", "amount", "words"),
    [
        ("stock", (village.SPECIALIST, 2, 1), 3, "state specialist, county 04, year 2024: +3"),
        ("stock", (village.ABROAD, 0, 3), -1, "state abroad, county 01, year 2024: -1"),
        ("entered", (0, 5), 1, "state student, county 07, year 2024: -1"),
        ("arrived", (village.PAUSES, 0), 1, "state leave, county 01, year 2024: -1"),
        ("left", (village.PAUSES, 0), 1, "state trainee, county 01, year 2024: +1"),
        ("moved_in", (village.SPECIALIST, 3), 1, "state specialist, county 05, year 2024: -1"),
    ],
)
def test_one_person_too_many_is_found_and_named(
    change: str, index: tuple[int, ...], amount: int, words: str
) -> None:
    with pytest.raises(InternalError) as caught:
        checked(change, index, amount)
    assert "healer" in str(caught.value)
    assert words in str(caught.value)


def test_moves_that_appear_in_both_stock_and_flow_are_found() -> None:
    before = village.start_record()
    after = village.next_record(before)
    after.moved_in[village.SPECIALIST, 4] += 1
    after.stock[village.SPECIALIST, 4, 3] += 1
    with pytest.raises(
        InternalError, match=r"relocations in state specialist do not cancel out in year 2024: \+1"
    ):
        check_conservation(village.PROFESSION, village.ARCS, before, after)


def test_an_arrival_that_nobody_left_for_is_found() -> None:
    before = village.start_record()
    after = village.next_record(before)
    after.arrived[village.TAKES, 4] += 2
    after.stock[village.TRAINEE, 4, 3] += 2
    with pytest.raises(InternalError, match=r"transition takes arrives \+2 times more than it leaves"):
        check_conservation(village.PROFESSION, village.ARCS, before, after)


def test_a_skipped_year_is_found() -> None:
    before = village.start_record()
    after = village.next_record(village.next_record(before))
    with pytest.raises(InternalError, match="the year after 2023 is reported as 2025"):
        check_conservation(village.PROFESSION, village.ARCS, before, after)


def test_records_are_not_changed() -> None:
    before = village.start_record()
    after = village.next_record(before)
    copies = {name: np.copy(array) for name, array in vars(after).items()}
    check_conservation(village.PROFESSION, village.ARCS, before, after)
    assert all(np.array_equal(getattr(after, name), copy) for name, copy in copies.items())
