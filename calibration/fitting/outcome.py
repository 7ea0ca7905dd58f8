"""`Fit`: a finished calibration, before it is written."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from calibration.fitting.design import Floats
from calibration.fitting.identify import Surface
from calibration.fitting.spec import Calibration
from calibration.fitting.unknowns import Unknowns
from calibration.fitting.waves import Fitted

__all__ = ["Fit"]


@dataclass(frozen=True)
class Fit:
    """A finished calibration.

    Attributes
    ----------
    calibration, unknowns
        What was asked.
    fitted
        Emulator, best point and chain.
    z
        Draws that are kept, z scale; a single one, the best point, without a posterior.
    calibrated
        Value of every unknown: mean of the posterior, or the best point without one.
    table
        Target by target.
    identification, correlations, sensitivity
        What the data say; empty without a posterior.
    headline
        Persons, by draw that was simulated; empty without a posterior.
    surface
        The headline over the unknowns, or None.
    key
        Hashes of what everything follows from.
    """

    calibration: Calibration
    unknowns: Unknowns
    fitted: Fitted
    z: Floats
    calibrated: Floats
    table: pl.DataFrame
    identification: pl.DataFrame
    correlations: pl.DataFrame
    sensitivity: pl.DataFrame
    headline: Floats
    surface: Surface | None
    key: dict[str, str]

    @property
    def point_only(self) -> bool:
        """Whether there is no posterior."""
        return self.surface is None
