"""Choice among counties: where relocations lead and where applicants want to go, as shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from careersim.engines.expected_value.cells import Cells, joined, profiles
from careersim.model.graph import Choice, Model
from careersim.schema import COUNTIES, NO_HOME

__all__ = ["CountyShares", "moved"]

F64 = NDArray[np.float64]

HOMES = NO_HOME + 1


class CountyShares:
    """Shares of the multinomial logit of one choice, by home county and present county.

    Parameters
    ----------
    choice
        Coefficients of the utility.
    model
        Inhabitants and distances.
    year
        Calendar year whose inhabitants measure the size of a county.

    Attributes
    ----------
    wishes
        Share of each county among first wishes: home (with `NO_HOME`) x origin x county.
    relocations
        The same among those who leave the origin.
    """

    def __init__(self, choice: Choice, model: Model, year: int) -> None:
        size = [model.demand.inhabitants.at(county=county, year=year) for county in range(COUNTIES)]
        by_county = choice.size * np.log(size) + np.array(choice.attractiveness)
        by_origin = choice.distance * np.array(model.distance_km).reshape(COUNTIES, COUNTIES) / 100
        here = np.eye(COUNTIES)
        utility = (
            choice.home * np.eye(HOMES, COUNTIES)[:, None, :]
            + choice.stay * here[None, :, :]
            + by_origin[None, :, :]
            + by_county[None, None, :]
        )
        self.wishes = _shares(np.exp(utility))
        self.relocations = _shares(np.exp(utility) * (1.0 - here))


def moved(cells: Cells, shares: F64) -> Cells:
    """Send every cell to the counties of its choice.

    Parameters
    ----------
    cells
        Those who choose.
    shares
        Share of each county: home x origin x county.

    Returns
    -------
    Their cells in the counties chosen, merged.
    """
    # Cells that differ in the county alone share a destination, so they are sent as rows of one matrix:
    # far less work than to branch every cell and to merge afterwards.
    chosen = []
    for home in np.unique(cells.home_county):
        groups, origins = profiles(cells.take(cells.home_county == home))
        places = origins @ shares[home]
        row, county = np.nonzero(places)
        chosen.append(replace(groups.take(row).having(county=county), mass=places[row, county]))
    return joined(chosen) if chosen else cells


def _shares(weights: F64) -> F64:
    # Where the only county with any weight is the one that is left, nobody may leave: the row stays empty.
    total = weights.sum(axis=-1, keepdims=True)
    shares: F64 = np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
    return shares
