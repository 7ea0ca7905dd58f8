"""`read_unknowns`: the numbers that a calibration moves, each with its prior and the reason for choosing it.

Inside the fit every unknown lives on the z scale, on which its prior is the standard normal distribution.
Its value is the quantile of the prior; for the emulator values are centred and divided by the spread of the
prior, because a target bends less in the values than in their probabilities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calibration.extra import library
from calibration.fitting.design import Floats
from calibration.target_types import Targets
from careersim.config.loaded import LoadedRun
from careersim.errors import ConfigError, nearest_name
from careersim.experiment.draws import Prior, priors_of

__all__ = ["Unknown", "Unknowns", "read_unknowns"]

_GRID = np.linspace(-6.0, 6.0, 1201)


@dataclass(frozen=True)
class Unknown:
    """One number that is calibrated.

    Attributes
    ----------
    prior
        With path, unit, range and source.
    reason
        Why the targets can speak about it, from the calibration file.
    values
        Quantiles of the prior on the grid of z.
    centre, spread
        Mean and standard deviation of the prior.
    """

    prior: Prior
    reason: str
    values: Floats
    centre: float
    spread: float

    @property
    def path(self) -> str:
        """Such as `doctor.st_length`, or `coverage.NAME`."""
        return self.prior.path

    @property
    def observes(self) -> bool:
        """Whether it belongs to a register and not to the model."""
        return self.path.startswith("coverage.")


@dataclass(frozen=True)
class Unknowns:
    """All unknowns of a calibration, in the order of the file, coverages last.

    Attributes
    ----------
    unknowns
        The numbers that are calibrated.
    fixed
        Uncertain numbers of the run that are not: they stay at their central value.
    """

    unknowns: tuple[Unknown, ...]
    fixed: tuple[Prior, ...]

    def __len__(self) -> int:
        """Number of unknowns."""
        return len(self.unknowns)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths in order."""
        return tuple(unknown.path for unknown in self.unknowns)

    def values(self, z: Floats) -> Floats:
        """From z to the units of the unknowns, points x unknowns."""
        columns = [np.interp(z[:, i], _GRID, one.values) for i, one in enumerate(self.unknowns)]
        return np.stack(columns, axis=1)

    def scaled(self, z: Floats) -> Floats:
        """From z to the coordinates of the emulator, points x unknowns."""
        columns = [
            (np.interp(z[:, i], _GRID, one.values) - one.centre) / one.spread
            for i, one in enumerate(self.unknowns)
        ]
        return np.stack(columns, axis=1)

    def split(self, values: Sequence[float] | Floats) -> tuple[dict[str, float], dict[str, float]]:
        """Numbers of the model by path, and coverages by name, of one point."""
        model, coverage = {}, {}
        for unknown, value in zip(self.unknowns, values, strict=True):
            if unknown.observes:
                coverage[unknown.path.removeprefix("coverage.")] = float(value)
            else:
                model[unknown.path] = float(value)
        return model, coverage


def read_unknowns(run: LoadedRun, reasons: Mapping[str, str], targets: Targets, *, where: str) -> Unknowns:
    """Choose the unknowns of a calibration.

    Parameters
    ----------
    run
        The run that is calibrated.
    reasons
        Why each was chosen, by path.
    targets
        The coverages that they name are unknowns as well.
    where
        The calibration file, for messages.

    Raises
    ------
    ConfigError
        With every path that the run does not have, or that has no prior.
    """
    priors = {prior.path: prior for prior in priors_of(run)}
    names = {
        f"{career.spec.profession}.{name}": parameter
        for career in run.careers
        for name, parameter in career.parameters.items()
    }
    faults = []
    for path in reasons:
        if path in priors:
            continue
        if path in names:
            message, expected = "has no prior", "`low` and `high`, or `distribution`, in its record"
            remedy, nearest = f"give {path} a range in {names[path].layer}, or leave it out here", None
        else:
            message, expected = "is no parameter of the run", "profession.parameter"
            remedy, nearest = "see `careersim explain` for all names", nearest_name(path, priors)
        fault = ConfigError(
            f"{path} {message}", where=f"{where}: unknowns", expected=expected, nearest=nearest, remedy=remedy
        )
        faults.append(str(fault))
    if faults:
        raise ConfigError("\n".join(faults))
    named = {target.coverage for target in targets.targets}
    coverages = {name: one for name, one in targets.coverages.items() if name in named}
    observing = [one.prior() for one in coverages.values()]
    chosen = [(priors[path], reason) for path, reason in reasons.items()]
    chosen += [(prior, "How much of the truth a register shows.") for prior in observing]
    fixed = tuple(prior for path, prior in priors.items() if path not in reasons)
    return Unknowns(tuple(_unknown(prior, reason) for prior, reason in chosen), fixed)


def _unknown(prior: Prior, reason: str) -> Unknown:
    inside = library("scipy.special").ndtr(_GRID)
    values = np.asarray(prior.quantile(inside), dtype=np.float64)
    weight = np.exp(-0.5 * _GRID * _GRID)
    weight /= weight.sum()
    centre = float(weight @ values)
    spread = float(np.sqrt(weight @ (values - centre) ** 2))
    return Unknown(prior, reason, values, centre, max(spread, 1e-12))
