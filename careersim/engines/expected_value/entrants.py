"""Expected entrants of a year: how many by stream and county, and who they are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.arrival import Arrivals
from careersim.engines.expected_value.cells import Cells, blank
from careersim.engines.expected_value.rates import whole
from careersim.model.graph import Stream
from careersim.schema import AGES, COUNTIES, NO_HOME

__all__ = ["entrants", "expected_number"]

F64 = NDArray[np.float64]


def entrants(stream: Stream, expected: F64, arrivals: Arrivals) -> Cells:
    """Describe the entrants of one stream.

    Parameters
    ----------
    stream
        The stream.
    expected
        Expected entrants by county.
    arrivals
        What is drawn on arrival in a state.

    Returns
    -------
    Cells with the mass of `expected`.
    """
    sexes = np.array([stream.women, 1.0 - stream.women])
    ages = whole(np.array([stream.ages.at(age=age) for age in range(AGES)]))
    mass = expected[:, None, None] * sexes[None, :, None] * ages[None, None, :]
    county, sex, age = np.nonzero(mass)
    cells = blank(mass[county, sex, age]).having(
        state=stream.state,
        county=county,
        home_county=NO_HOME if stream.trained_abroad else county,
        sex=sex,
        age=age,
        trained_abroad=int(stream.trained_abroad),
    )
    cells = arrivals.draw_sector(cells, stream.state)
    cells = arrivals.draw_working_time(cells, stream.state)
    return arrivals.draw_head_start(cells, stream.state)


def expected_number(stream: Stream, year: int) -> F64:
    """Expected entrants of a stream by county.

    A lever may take away more persons than come; then the mean is not the sum of the two means, because
    there are never fewer than none.
    """
    return np.array(
        [
            _mean_of_positive_part(
                stream.inflow.at(county=county, year=year),
                stream.added.at(county=county, year=year),
                poisson=stream.dispersion == "poisson",
            )
            for county in range(COUNTIES)
        ]
    )


def _mean_of_positive_part(inflow: float, added: float, *, poisson: bool) -> float:
    if added >= 0:
        return inflow + added
    drawn = _poisson_numbers(inflow) if poisson else _rounded_numbers(inflow)
    return sum(
        share * more_share * max(number + more, 0)
        for number, share in drawn
        for more, more_share in _rounded_numbers(added)
    )


def _rounded_numbers(expected: float) -> list[tuple[int, float]]:
    whole = math.floor(expected)
    return [(whole, 1.0 - (expected - whole)), (whole + 1, expected - whole)]


def _poisson_numbers(mean: float) -> list[tuple[int, float]]:
    numbers, share = [(0, math.exp(-mean))], math.exp(-mean)
    for number in range(1, int(mean + 20 * math.sqrt(mean) + 20)):
        share *= mean / number
        numbers.append((number, share))
    return numbers
