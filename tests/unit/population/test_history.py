"""Time in state: the stationary survival, drawn as it should be, and the stamps that can be known."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from careersim.kernels.draws import words
from careersim.model.graph import Hazard, Stream
from careersim.model.table import constant
from careersim.population.history import stamps_on_entry, stay_law, survival
from careersim.schema import Decision
from tests.unit.population import example
from tests.unit.population.example import GONE, LEAVE, PROFESSION, SPECIALIST, STUDENT, TRAINEE

LAW = stay_law(PROFESSION)


def full(size: int, value: int) -> NDArray[np.uint8]:
    return np.full(size, value, dtype=np.uint8)


def stayed(sex: int, age: int, years: int) -> float:
    """The survival of specialists by the rates of the example, year by year."""
    total = 0.0
    for done in range(years):
        then = age - years + done
        total += (0.4 if then >= 65 else 0.01 + 0.02 * sex) * {0: 4.0, 1: 2.0}.get(done, 1.0)
    return math.exp(-total)


@pytest.mark.parametrize(("sex", "age"), [(0, 40), (1, 64), (0, 66), (1, 72)])
def test_survival_follows_the_rates_met_on_the_way(sex: int, age: int) -> None:
    found = survival(PROFESSION, SPECIALIST)[sex, age, : age - 19]
    np.testing.assert_allclose(found, [stayed(sex, age, years) for years in range(age - 19)], rtol=1e-12)


def test_applications_for_seats_count_as_exits() -> None:
    rate = Hazard(constant(0.5))
    waiting = example.hazard(STUDENT, TRAINEE, rate, "apply", form="seat", pool=0)
    found = survival(replace(PROFESSION, transitions=(waiting,)), STUDENT)[0, 60, :4]
    np.testing.assert_allclose(found, np.exp(-0.5 * np.arange(4)))


def test_state_without_exits_has_flat_survival() -> None:
    assert (survival(PROFESSION, GONE)[:, 100, :] == 1).all()


@pytest.mark.parametrize(("sex", "age"), [(0, 45), (1, 68)])
def test_years_in_state_follow_the_stationary_survival(sex: int, age: int) -> None:
    """Chi-square of 20,000 draws with seed 11, against the survival computed here."""
    n = 20_000
    word = words(11, 0, np.arange(n, dtype=np.uint64), 2019, Decision.ENTRY_DETAIL)[:, 1]
    limit = np.full(n, age - 19.0)
    elapsed = LAW.elapsed(full(n, SPECIALIST), full(n, sex), full(n, age), limit, word)
    shares = np.array([stayed(sex, age, years) for years in range(age - 19)])
    expected = n * shares / shares.sum()
    observed = np.bincount(elapsed.astype(int), minlength=len(shares))
    assert len(observed) == len(shares)
    often = expected >= 5
    pooled = [np.append(part[often], part[~often].sum()) for part in (observed, expected)]
    kept = pooled[1] > 0
    assert stats.chisquare(pooled[0][kept], pooled[1][kept]).pvalue > 0.001
    # Within a year, persons entered at any time.
    assert stats.kstest(elapsed % 1, "uniform").pvalue > 0.001


def test_truncated_time_follows_the_truncated_survival() -> None:
    """Kolmogorov-Smirnov of 20,000 draws with seed 12, cut off after 2.75 years."""
    n, limit = 20_000, 2.75
    word = words(12, 0, np.arange(n, dtype=np.uint64), 2019, Decision.ENTRY_DETAIL)[:, 1]
    elapsed = LAW.elapsed(full(n, SPECIALIST), full(n, 0), full(n, 50), np.full(n, limit), word)
    assert elapsed.max() < limit
    weights = [stayed(0, 50, 0), stayed(0, 50, 1), stayed(0, 50, 2) * 0.75]
    cumulated = np.append(0, np.cumsum(weights)) / sum(weights)
    result = stats.kstest(elapsed, lambda time: np.interp(time, [0, 1, 2, 2.75], cumulated))
    assert result.pvalue > 0.001


@given(
    state=st.integers(0, len(PROFESSION.states) - 1),
    sex=st.integers(0, 1),
    age=st.integers(0, 120),
    limit=st.floats(0, 101) | st.integers(0, 101).map(float),
    word=st.integers(0, 2**32 - 1) | st.sampled_from([0, 2**32 - 1]),
)
def test_elapsed_time_is_below_its_limit(state: int, sex: int, age: int, limit: float, word: int) -> None:
    one = LAW.elapsed(
        full(1, state), full(1, sex), full(1, age), np.array([limit]), np.array([word], dtype=np.uint32)
    )
    assert 0 <= one[0] < max(limit, 1e-300)


def test_stamps_are_known_where_everybody_has_them() -> None:
    stamps = stamps_on_entry(PROFESSION)
    expected = {
        "degree": {TRAINEE},  # also after leave, where only trainees go
        "licence": set(),
        "certificate": {SPECIALIST},
    }
    assert {stamp: {i for i, known in enumerate(by) if known} for stamp, by in stamps.items()} == expected


def test_a_way_in_without_the_stamp_makes_it_unknown() -> None:
    way = example.hazard(GONE, SPECIALIST, Hazard(constant(0.1)), "come back")
    with_return = replace(PROFESSION, transitions=(*PROFESSION.transitions, way))
    # Who is gone may have left before the certificate, so who comes back may lack it.
    assert not any(stamps_on_entry(with_return)["certificate"])


@pytest.mark.parametrize(("stamps", "known"), [((), False), (("degree", "certificate"), True)])
def test_entrants_need_the_stamp_too(stamps: tuple[str, ...], known: bool) -> None:
    stream: Stream = replace(example.STREAMS[0], state=SPECIALIST, stamps=stamps)  # type: ignore[arg-type]
    changed = replace(PROFESSION, streams=(*PROFESSION.streams, stream))
    assert stamps_on_entry(changed)["certificate"][SPECIALIST] is known
    assert LEAVE not in np.flatnonzero(stamps_on_entry(changed)["degree"])
