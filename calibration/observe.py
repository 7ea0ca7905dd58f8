"""`predict`: what every target would read in each replication of a run."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from calibration.target_types import Targets
from careersim.flows.durations import Durations
from careersim.flows.series import ProfessionSeries

__all__ = ["predict"]


def predict(
    targets: Targets,
    series: Mapping[str, ProfessionSeries],
    durations: Mapping[str, Durations] | None = None,
    coverage: Mapping[str, float] | None = None,
) -> NDArray[np.float64]:
    """Pass a simulation through the observation model.

    Parameters
    ----------
    targets
        What is asked for, in order.
    series, durations
        By profession, as `careersim.experiment.replicate.Replicated` gives them; durations may be left out
        if no target needs them.
    coverage
        Factor by name of coverage, without the `coverage.` of its path; central values where not given.

    Returns
    -------
    Replication x target, float64, in the unit of each target's measure, not rounded; a measure that is
    undefined (no persons) is NaN.

    Raises
    ------
    UserError
        If a target asks for what the run does not have (see `calibration.target_checks.check_targets`).
    """
    raise NotImplementedError
