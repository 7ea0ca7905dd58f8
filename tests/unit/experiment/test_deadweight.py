"""Who is paid, and who of them would be there anyway: seven persons followed by hand."""

from __future__ import annotations

import numpy as np

from careersim.experiment.deadweight import Places, paid_persons
from careersim.model.bonus_types import Bonus, Phase, phase_code
from careersim.schema import COUNTIES

HERE, THERE, WORK, GONE = 1, 2, 0, 1
NEW, OLD, AFTER = (phase_code(0, phase) for phase in (Phase.NEWCOMER, Phase.INCUMBENT, Phase.REBOUND))
BONUS = Bonus(
    name="stay",
    amount=5_000.0,
    salary=80_000.0,
    first_year=2025,
    last_year=2030,
    states=(True, False),
    counties=tuple(county == HERE for county in range(COUNTIES)),
    sectors=(True, True, False, False),
    age_low=0,
    age_high=120,
    newcomers=True,
    incumbents=True,
    years=2,
    uptake=1.0,
    responses=(),
)


def places(*persons: tuple[int, int, int]) -> Places:
    return Places(*(np.array(column, np.int64) for column in zip(*persons, strict=True)))


def count(rows: np.ndarray | None = None, drop: int = 0) -> np.ndarray:
    """Persons: stays and would; stays and would not; leaves; comes anyway; comes for it; has no contract."""
    start = [(WORK, HERE, 0)] * 3 + [(WORK, THERE, 0)] * 2 + [(WORK, HERE, 0)]
    baseline = [
        places(*start[drop:]),
        places(*[(WORK, HERE, 0), (GONE, HERE, 0), *start[2:]][drop:]),
        places(*[(WORK, HERE, 1), (GONE, HERE, 0), (GONE, HERE, 0), (WORK, HERE, 0), *start[4:]][drop:]),
    ]
    scenario = [
        places(*start),
        places(*start),
        places(*start[:2], (GONE, HERE, 0), (WORK, HERE, 0), (WORK, HERE, 0), start[5]),
    ]
    codes = [
        np.array([0, 0, 0, 0, 0, 0], np.uint8),
        np.array([OLD, OLD, OLD, 0, 0, 0], np.uint8),
        np.array([AFTER, AFTER, 0, NEW, NEW, 0], np.uint8),
    ]
    return paid_persons(baseline, scenario, codes, rows, [BONUS], 2026)


def test_paid_and_deadweight_by_year() -> None:
    found = count()
    assert found.shape == (3, 1, COUNTIES, 2)
    assert found[0].sum() == 0
    assert found[1, 0, HERE].tolist() == [3, 2], "three sign at once; one of them would have been gone"
    # Who has left is not paid, who has come signs for next year, and another sector is the same place.
    assert found[2, 0, HERE].tolist() == [2, 1]
    assert found.sum() == 8


def test_the_year_of_signing_on_coming_is_not_paid_but_the_next_is() -> None:
    here = places((WORK, HERE, 0))
    codes = [np.array([code], np.uint8) for code in (0, NEW, NEW)]
    later = BONUS.__class__(**{**vars(BONUS), "first_year": 2020})
    found = paid_persons([here] * 3, [here] * 3, codes, None, [later], 2026)
    assert found[:, 0, HERE].tolist() == [[0, 0], [0, 0], [1, 1]]


def test_who_is_outside_the_sectors_of_the_bonus_is_not_paid() -> None:
    outside = places((WORK, HERE, 3))
    codes = [np.array([OLD], np.uint8)] * 2
    assert paid_persons([outside] * 2, [outside] * 2, codes, None, [BONUS], 2027).sum() == 0


def test_who_is_not_in_the_baseline_is_no_deadweight() -> None:
    """The first person is an entrant that only the scenario has."""
    rows = np.array([-1, 0, 1, 2, 3, 4], np.intp)
    found = count(rows, drop=1)
    assert found[1, 0, HERE].tolist() == [3, 1]
    assert found[2, 0, HERE].tolist() == [2, 0]


def test_a_planted_fault_is_seen() -> None:
    """Persons of the two runs put together one row askew give another answer."""
    askew = np.array([1, 2, 3, 4, 5, 0], np.intp)
    assert not np.array_equal(count(), count(askew))
