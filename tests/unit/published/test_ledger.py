"""When a printed number is an input, exact, within rounding, or different."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from careersim.data import Figure, Rounding
from careersim.published.approx import Approx, exactly
from careersim.published.ledger import Check, Tally, Verdict, tallies
from careersim.published.statements import documented, statement


def printed(
    value: float | None, step: float = 5.0, low: float | None = None, high: float | None = None
) -> Figure:
    """A number rounded to the nearest `step`, or with the ends given."""
    middle = 0.0 if value is None else value
    ends = (middle - step / 2 if low is None else low, middle + step / 2 if high is None else high)
    rounding = Rounding("nearest", step) if step else Rounding("exact")
    return Figure(value, *ends, rounding, False, "persons", "d", "l. 1", "t", "c", ())


def verdict(figure: Figure, computed: Approx | None, *, upward: bool = False) -> Verdict:
    return Check("Tabell 1", figure, computed, upward=upward).verdict


def test_the_four_verdicts() -> None:
    assert verdict(printed(130), None) == "input"
    assert verdict(printed(130), exactly(131.2)) == "exact"
    assert verdict(printed(130), Approx(135, 131, 139)) == "within"
    assert verdict(printed(130), Approx(135, 133, 137)) == "differs"


@pytest.mark.parametrize(
    ("computed", "expected"),
    [
        (127.5, "exact"),  # a half may be printed as either neighbour
        (132.5, "exact"),
        (127.4, "differs"),
        (132.6, "differs"),
        (132.5 + 1e-10, "exact"),  # the last digit of a float
    ],
)
def test_halves(computed: float, expected: str) -> None:
    assert verdict(printed(130), exactly(computed)) == expected


def test_intervals_that_touch_are_within() -> None:
    assert verdict(printed(130), Approx(140, 132.5, 145)) == "within"
    assert verdict(printed(130), Approx(140, 132.5 + 1e-10, 145)) == "within"
    assert verdict(printed(130), Approx(140, 132.51, 145)) == "differs"
    assert verdict(printed(130), Approx(120, 115, 127.5)) == "within"
    assert verdict(printed(130), Approx(120, 115, 127.49)) == "differs"


@pytest.mark.parametrize(
    ("computed", "expected"),
    [
        (130.1, "differs"),
        (130.0, "exact"),
        (129.0, "exact"),
        (125.1, "exact"),
        (125.0, "within"),
        (124.9, "differs"),
    ],
)
def test_upward_rounding(computed: float, expected: str) -> None:
    assert verdict(printed(130, low=125, high=130), exactly(computed), upward=True) == expected


def test_infinity_is_only_infinity() -> None:
    never = printed(math.inf, step=0, low=math.inf, high=math.inf)
    assert verdict(never, exactly(math.inf)) == "exact"
    assert verdict(never, exactly(1e9)) == "differs"
    assert verdict(never, Approx(300, 200, math.inf)) == "within"
    assert verdict(printed(300), exactly(math.inf)) == "differs"
    assert verdict(printed(300), Approx(math.inf, 250, math.inf)) == "within"


def test_an_exact_number_is_only_itself() -> None:
    assert verdict(printed(17, step=0), exactly(17)) == "exact"
    assert verdict(printed(17, step=0), exactly(17.001)) == "differs"
    assert verdict(printed(17, step=0), Approx(17.4, 16, 18)) == "within"


def test_bounds() -> None:
    more_than = statement(1100, "inhabitants", "d", "l. 1", bound="lower")
    assert verdict(more_than, exactly(1340)) == "within"
    assert verdict(more_than, exactly(1100)) == "exact"
    assert verdict(more_than, exactly(1090)) == "differs"
    assert verdict(more_than, Approx(1090, 1050, 1130)) == "within"
    at_most = statement(2, "specialists per trainee", "d", "l. 1", bound="upper")
    assert verdict(at_most, exactly(1.6)) == "within"
    assert verdict(at_most, exactly(2.1)) == "differs"


def test_a_printed_span_has_no_digits_to_be_exact_in() -> None:
    span = printed(None, step=0, low=16, high=20)
    assert verdict(span, exactly(18)) == "within"
    assert verdict(span, exactly(21)) == "differs"


def test_a_tally_adds_up_and_counts_what_nobody_explains() -> None:
    checks = [
        Check("Tabell 2", printed(130), None),
        Check("Tabell 2", printed(130), exactly(130)),
        Check("Text", printed(130), exactly(200)),
        Check("Tabell 2", printed(130), exactly(200), reason="known"),
        Check("Tabell 2", printed(130), Approx(140, 130, 150)),
        Check("Tabell 2", printed(130), exactly(201)),
    ]
    assert tallies("mine", checks) == (
        Tally("mine", "Tabell 2", printed=5, inputs=1, exact=1, within=1, differ=2, unexplained=1),
        Tally("mine", "Text", printed=1, inputs=0, exact=0, within=0, differ=1, unexplained=1),
    )
    assert tallies("mine", []) == ()


def test_a_reason_does_not_change_the_verdict() -> None:
    different = Check("Text", printed(130), exactly(200))
    assert replace(different, reason="known").verdict == different.verdict == "differs"


def test_reasons_are_what_is_documented_with_the_table() -> None:
    found = documented("professions_population_alt", "stockholm", "psychologists")
    assert found.startswith("Stockholm's psychologists grow by 5 percent to 2040 in Tabell 10")
    assert documented("professions_population_alt", "Stockholm", "physiotherapist") == ""
    assert documented("counties") == ""
    assert documented("baseline_2023").count(". ") > documented("baseline_2023", "Kronoberg").count(". ")
