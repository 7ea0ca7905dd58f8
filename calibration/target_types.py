"""`Target` and `Targets`: published figures that a simulation is compared with, as frozen records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Literal, get_args

from calibration.coverage import Coverage
from careersim.data.places import NATIONAL_CODE

__all__ = [
    "KINDS",
    "LIKELIHOODS",
    "OBSERVED",
    "ROLES",
    "Kind",
    "Likelihood",
    "NotModelled",
    "Observed",
    "Role",
    "Target",
    "Targets",
]

Likelihood = Literal["normal", "rounded", "interval", "poisson", "multinomial", "beta_binomial"]
Kind = Literal["stock", "flow", "share", "duration", "rate"]
Observed = Literal["end_of_year", "mean_of_years", "sum_of_years", "declared"]
Role = Literal["fit", "start"]
LIKELIHOODS: tuple[Likelihood, ...] = get_args(Likelihood)
KINDS: tuple[Kind, ...] = get_args(Kind)
OBSERVED: tuple[Observed, ...] = get_args(Observed)
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure.

    Attributes
    ----------
    id
        Unique; a row for all counties gives `ROW.CODE`.
    block
        Id of the row that it comes from: targets of one block are left out together.
    measure, of
        What is measured, and of which states, transitions or streams (see `calibration.observe`).
    profession
        Name of a career.
    county_code
        Two digits; `00` is Sweden.
    year, last_year
        First and last calendar year; equal for one year.
    value
        As printed, in the unit of the measure; None if only an interval is known.
    low, high
        Closed interval in which the source says the truth lies (rounding, wording, suppression); equal for
        an exact figure; may be infinite.
    likelihood
        How the figure is scattered around the model's mean (see `calibration.likelihood`).
    rounding
        Step of the rounding, 0 for none.
    tolerance
        Above 0: how far the measure may be off for reasons that are not chance, as one standard deviation
        in the unit of the measure.
    tolerance_reason
        Why so much.
    kind
        A stock is of the observation point, a flow is of the year.
    observed
        `end_of_year` (November, as the register), mean or sum over the years, or `declared` (a rate of the
        career file, whatever the year).
    coverage
        Name of the coverage that multiplies the prediction, or empty.
    group
        Name of the multinomial group, or empty.
    trials
        Persons under risk of a beta-binomial count, else 0.
    role
        `fit`, or `start`: the run starts from this very figure, so that meeting it proves nothing; it is
        shown, and counts neither in the likelihood nor among the targets met.
    document, place
        Key of the document or of the literature, and place in it.
    file, line
        Where the target stands.
    """

    id: str
    block: str
    measure: str
    of: str
    profession: str
    county_code: str
    year: int
    last_year: int
    value: float | None
    low: float
    high: float
    likelihood: Likelihood
    rounding: float
    tolerance: float
    tolerance_reason: str
    kind: Kind
    observed: Observed
    coverage: str
    group: str
    trials: float
    role: Role
    document: str
    place: str
    note: str
    file: str
    line: int

    @property
    def of_county(self) -> bool:
        """Whether it is of one county and not of Sweden."""
        return self.county_code != NATIONAL_CODE

    @property
    def size(self) -> float:
        """What a tolerance or scatter in per cent is taken of: the value, or the middle of the interval."""
        if self.value is not None:
            return abs(self.value)
        ends = [end for end in (self.low, self.high) if isfinite(end)]
        return abs(sum(ends) / len(ends))


@dataclass(frozen=True, slots=True)
class NotModelled:
    """A published figure that the model's output cannot express, and why."""

    id: str
    profession: str
    figure: str
    document: str
    place: str
    reason: str


@dataclass(frozen=True)
class Targets:
    """Targets in their fixed order, which is the order of every array of predictions.

    Attributes
    ----------
    targets
        By file and row.
    coverages
        All coverages that are known, by name (see `used_coverages`).
    not_modelled
        Published figures that are left out, with the reason.
    """

    targets: tuple[Target, ...]
    coverages: Mapping[str, Coverage]
    not_modelled: tuple[NotModelled, ...] = ()

    def __len__(self) -> int:
        """Number of targets."""
        return len(self.targets)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids in order."""
        return tuple(target.id for target in self.targets)

    @property
    def blocks(self) -> tuple[str, ...]:
        """Blocks in order, each once."""
        return tuple(dict.fromkeys(target.block for target in self.targets))

    @property
    def used_coverages(self) -> tuple[Coverage, ...]:
        """Coverages that a target of role `fit` names: the unknowns of a fit, in the order of the file."""
        named = {target.coverage for target in self.targets if target.role == "fit"}
        return tuple(one for name, one in self.coverages.items() if name in named)

    @property
    def professions(self) -> tuple[str, ...]:
        """Professions in order, each once."""
        return tuple(dict.fromkeys(target.profession for target in self.targets))

    @property
    def last_year(self) -> int:
        """Year until which a run must go."""
        return max((t.last_year for t in self.targets if t.observed != "declared"), default=0)

    def select(
        self,
        *,
        professions: Iterable[str] | None = None,
        until: int | None = None,
        roles: Iterable[Role] | None = None,
        without: Iterable[str] = (),
    ) -> Targets:
        """Choose targets.

        Parameters
        ----------
        professions, roles
            Only these.
        until
            Only what a run until this year shows.
        without
            Ids or blocks to leave out.

        Returns
        -------
        The chosen targets in the same order; coverages that are no longer named stay known.
        """
        left_out = set(without)
        professions_ = None if professions is None else set(professions)
        roles_ = None if roles is None else set(roles)
        kept = tuple(
            target
            for target in self.targets
            if (professions_ is None or target.profession in professions_)
            and (roles_ is None or target.role in roles_)
            and (until is None or target.observed == "declared" or target.last_year <= until)
            and not {target.id, target.block} & left_out
        )
        dropped = tuple(
            one for one in self.not_modelled if professions_ is None or one.profession in professions_
        )
        return replace(self, targets=kept, not_modelled=dropped)
