"""The dense arrays: what goes where, and what does not fit."""

import pytest

from careersim.engines.record import SEAT_FIELDS, YearRecord
from careersim.errors import InternalError
from careersim.flows.series import series_bytes
from tests.unit.flows import village


def test_years_and_replications_find_their_place() -> None:
    series = village.series(village.life(), village.life(extra=5))
    assert series.replications == 2
    assert series.years == (2023, 2024, 2025, 2026)
    assert series.stock[:, 0, village.SPECIALIST, 0].sum(axis=-1).tolist() == [8, 13]
    assert series.stock[0, :, village.SPECIALIST, :].sum(axis=(1, 2)).tolist() == [8, 9, 9, 9]
    assert series.left[0, :, village.COMPLETES, 0].tolist() == [0, 1, 0, 0]


def test_flows_of_the_start_year_stay_empty() -> None:
    record = village.start_record()
    record.entered[0, 0] = 7
    assert village.series([record]).entered.sum() == 0


@pytest.mark.parametrize("year", [2022, 2027])
def test_a_year_outside_is_refused(year: int) -> None:
    series = village.series(village.life())
    with pytest.raises(InternalError, match=f"year {year} is outside the series"):
        series.put(0, YearRecord.empty(village.PROFESSION, year))


@pytest.mark.parametrize("count", [2**31, -(2**31) - 1])
def test_a_count_that_does_not_fit_is_refused(count: int) -> None:
    series = village.series(village.life())
    record = village.start_record()
    record.fte_percent[0, 0, 0] = count
    with pytest.raises(InternalError, match="fte_percent of 2023 exceeds 32 bits"):
        series.put(0, record)


def test_memory_is_foretold_exactly() -> None:
    series = village.series(village.life(), village.life())
    arrays = (series.stock, series.fte_percent, series.left, series.arrived, series.moved_out)
    arrays += (series.moved_in, series.entered, series.seats)
    told = series_bytes(village.PROFESSION, len(village.ARCS), len(SEAT_FIELDS), years=4, replications=2)
    assert told == sum(array.nbytes for array in arrays)
