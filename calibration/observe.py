"""`predict`: what every target would read in each replication of a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import exp

import numpy as np
from numpy.typing import NDArray

from calibration.coverage import central_coverage
from calibration.observe_terms import (
    ages_of,
    flow_of,
    groups_of,
    risk_of,
    sectors_of,
    states_of,
    without_part,
)
from calibration.target_types import Target, Targets
from careersim.data.places import NATIONAL_CODE
from careersim.errors import ConfigError, UserError, nearest_name
from careersim.flows.durations import MEASURES as COHORTS
from careersim.flows.durations import Durations
from careersim.flows.series import ProfessionSeries
from careersim.schema import COUNTY_CODES

__all__ = ["coverage_factors", "predict"]

Numbers = NDArray[np.float64]


def predict(
    targets: Targets,
    series: Mapping[str, ProfessionSeries],
    durations: Mapping[str, Durations] | None = None,
    coverage: Mapping[str, float] | None = None,
) -> Numbers:
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
    columns = []
    for target, factor in zip(targets.targets, coverage_factors(targets, coverage), strict=True):
        view = _View(_of_profession(series, target), target, durations or {})
        try:
            column = _MEASURE[target.measure](view)
        except UserError as error:
            raise UserError(str(error), where=f"{target.file}:{target.line}: {target.id}") from None
        columns.append(column * factor)
    if not columns:
        return np.empty((max((one.replications for one in series.values()), default=0), 0))
    return np.column_stack(columns)


def coverage_factors(targets: Targets, coverage: Mapping[str, float] | None = None) -> Numbers:
    """What coverage multiplies every target's prediction by: what is predicted at 1 can be scaled later.

    Parameters
    ----------
    targets, coverage
        As in `predict`.

    Returns
    -------
    One factor a target, 1 without a coverage.

    Raises
    ------
    UserError
        If no coverage has the name (the message gives the nearest), or a factor is not above 0.
    """
    factors = central_coverage(targets.coverages) | _known(coverage or {}, targets)
    return np.array([factors.get(target.coverage, 1.0) for target in targets.targets])


@dataclass(frozen=True)
class _View:
    """The series of a target's profession, and its county and years."""

    series: ProfessionSeries
    target: Target
    durations: Mapping[str, Durations]

    @property
    def years(self) -> slice:
        """Where the target's years are."""
        target, years = self.target, self.series.years
        if not years[0] <= target.year <= target.last_year <= years[-1]:
            raise ConfigError(
                f"the run goes from {years[0]} to {years[-1]}",
                expected=f"the years {target.year} to {target.last_year}",
            )
        return slice(target.year - years[0], target.last_year - years[0] + 1)

    @property
    def county(self) -> int | None:
        """Index of the county, None for Sweden."""
        code = self.target.county_code
        return None if code == NATIONAL_CODE else COUNTY_CODES.index(code)

    def all(self, value: float) -> Numbers:
        """The same value in every replication."""
        same: Numbers = np.full(self.series.replications, value)
        return same

    def persons(self, counts: NDArray[np.int32], states: tuple[int, ...]) -> Numbers:
        """Replication x year x sector: counts of the stock in states, in the county."""
        chosen = counts[:, self.years][:, :, list(states)].sum(axis=2, dtype=np.int64)
        placed = chosen.sum(axis=2) if self.county is None else chosen[:, :, self.county]
        numbers: Numbers = placed.astype(np.float64)
        return numbers

    def changes(self, counts: NDArray[np.int32], indices: tuple[int, ...]) -> Numbers:
        """Replication x year: sum of counts over arcs, states or streams, in the county."""
        chosen = counts[:, self.years][:, :, list(indices)].sum(axis=2, dtype=np.int64)
        placed = chosen.sum(axis=2) if self.county is None else chosen[:, :, self.county]
        numbers: Numbers = placed.astype(np.float64)
        return numbers


def _stock(view: _View) -> Numbers:
    states = states_of(view.target.of, view.series.profession)
    return _mean(view.persons(view.series.stock, states).sum(axis=2))


def _fte(view: _View) -> Numbers:
    states = states_of(view.target.of, view.series.profession)
    return _mean(view.persons(view.series.fte_percent, states).sum(axis=2)) / 100.0


def _mean_hours(view: _View) -> Numbers:
    states = states_of(view.target.of, view.series.profession)
    hours = view.persons(view.series.fte_percent, states).sum(axis=2)
    return _mean(_divided(hours, view.persons(view.series.stock, states).sum(axis=2)))


def _sector_share(view: _View) -> Numbers:
    profession = view.series.profession
    of, which = without_part(view.target.of, ":", "states:sectors, such as st_gp:private")
    persons = view.persons(view.series.stock, states_of(of, profession))
    some = persons[:, :, list(sectors_of(which, profession))].sum(axis=2)
    return _mean(100.0 * _divided(some, persons.sum(axis=2)))


def _state_share(view: _View) -> Numbers:
    of, among = without_part(view.target.of, "/", "states/states, such as gp_elsewhere/gp+gp_elsewhere")
    profession, stock = view.series.profession, view.series.stock
    some = view.persons(stock, states_of(of, profession)).sum(axis=2)
    whole = view.persons(stock, states_of(among, profession)).sum(axis=2)
    return _mean(100.0 * _divided(some, whole))


def _flow(view: _View) -> Numbers:
    total: Numbers = np.zeros((view.series.replications, view.target.last_year - view.target.year + 1))
    for term in flow_of(view.target.of, view.series.profession):
        counts = view.series.arrived if term.kind == "arc" else view.series.entered
        total += term.sign * view.changes(counts, term.indices)
    return _mean(total) * (total.shape[1] if view.target.observed == "sum_of_years" else 1)


def _years_in(view: _View) -> Numbers:
    total = view.all(0.0)
    for group in groups_of(view.target.of, view.series.profession):
        ways = tuple(
            index
            for index, arc in enumerate(view.series.arcs)
            if arc.source in group and arc.destination not in group
        )
        leaving = view.changes(view.series.left, ways).sum(axis=1)
        if view.county is not None:
            leaving += view.changes(view.series.moved_out, group).sum(axis=1)
        total += _divided(view.persons(view.series.stock, group).sum(axis=(1, 2)), leaving)
    return total


def _cohort_years(view: _View) -> Numbers:
    target = view.target
    if target.of not in COHORTS:
        raise ConfigError(f"no duration '{target.of}'", nearest=nearest_name(target.of, COHORTS))
    if target.profession not in view.durations:
        raise ConfigError("durations were not counted", remedy="run with durations=True")
    counts = view.durations[target.profession].counts[COHORTS.index(target.of)]  # start x years x completed
    first = view.series.years[0] + 1
    arrivals = range(target.year - first, target.last_year - first + 1)
    ways = [(end - start, counts[start, end - start, 1]) for end in arrivals for start in range(end + 1)]
    persons = sum(int(count) for _, count in ways)
    return view.all(sum(years * int(count) for years, count in ways) / persons if persons else np.nan)


def _declared_risk(view: _View) -> Numbers:
    risk = risk_of(view.target.of, view.series.profession)
    hazard = view.series.profession.transitions[risk.transition].hazard
    # `risk_of` only knows transitions that have a rate.
    assert hazard is not None
    probability = 1.0 - exp(-hazard.rate.at(sex=risk.sex, age=risk.age))
    return view.all(probability * (view.target.trials or 100.0))


def _start_age_share(view: _View) -> Numbers:
    state, ages = ages_of(view.target.of, view.series.profession)
    weights = _start_ages(view, state)
    return view.all(100.0 * float(weights[list(ages)].sum() / weights.sum()))


def _start_mean_age(view: _View) -> Numbers:
    weights = _start_ages(view, states_of(view.target.of, view.series.profession)[0])
    return view.all(float((weights * np.arange(len(weights))).sum() / weights.sum()))


def _start_ages(view: _View, state: int) -> Numbers:
    margins = [one for one in view.series.profession.start if one.state == state]
    if not margins:
        raise ConfigError("no start population is declared for the state")
    return np.array([margins[0].ages.at(age=age) for age in range(121)])


def _mean(by_year: Numbers) -> Numbers:
    """Mean of the years in every replication."""
    mean: Numbers = by_year.mean(axis=1)
    return mean


def _divided(some: Numbers, among: Numbers) -> Numbers:
    """Quotient; nobody among nobody is NaN."""
    parts: Numbers = np.divide(some, among, out=np.full(some.shape, np.nan), where=among > 0)
    return parts


_MEASURE: Mapping[str, Callable[[_View], Numbers]] = {
    "stock": _stock,
    "fte": _fte,
    "mean_hours": _mean_hours,
    "sector_share": _sector_share,
    "state_share": _state_share,
    "flow": _flow,
    "years_in": _years_in,
    "cohort_years": _cohort_years,
    "declared_risk": _declared_risk,
    "start_age_share": _start_age_share,
    "start_mean_age": _start_mean_age,
}


def _of_profession(series: Mapping[str, ProfessionSeries], target: Target) -> ProfessionSeries:
    if target.profession not in series:
        raise UserError(
            f"profession '{target.profession}' is not part of the run",
            where=f"{target.file}:{target.line}: {target.id}",
            nearest=nearest_name(target.profession, series),
            remedy="choose the targets of the run's professions",
        )
    return series[target.profession]


def _known(coverage: Mapping[str, float], targets: Targets) -> dict[str, float]:
    for name, factor in coverage.items():
        if name not in targets.coverages:
            raise UserError(
                f"no target has the coverage '{name}'",
                where="coverage",
                nearest=nearest_name(name, targets.coverages),
            )
        if not 0 < factor < float("inf"):
            raise UserError(f"coverage '{name}' is {factor}", where="coverage", expected="a number above 0")
    return dict(coverage)
