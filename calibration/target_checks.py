"""`check_targets`: everything that would make targets useless in a run, told before anything runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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
from careersim.config.fault_report import Fault, FaultReport
from careersim.errors import ConfigError, UserError, nearest_name
from careersim.flows.durations import MEASURES as COHORTS
from careersim.model.graph import Model, Profession

__all__ = ["check_targets", "contradictions"]


def check_targets(targets: Targets, model: Model) -> None:
    """Check targets against a run.

    Parameters
    ----------
    targets
        As read.
    model
        What will be simulated.

    Raises
    ------
    ConfigError
        With all faults by file and line: a profession that is not in the run, a state, transition or stream
        that the career does not have (with the nearest that it has), years outside the run, and no target
        at all, or none that counts.
    """
    report = FaultReport("the targets of the run")
    careers = {profession.name: profession for profession in model.professions}
    if not targets.targets:
        report.add(Fault("targets", None, "", "there are no targets", remedy="choose at least one"))
    elif not any(target.role == "fit" for target in targets.targets):
        report.add(
            Fault(
                "targets", None, "role", "no target counts: all have the role `start`",
                "at least one of the role `fit`", None, "choose one that the run does not start from",
            )
        )  # fmt: skip
    for target in targets.targets:
        report.add(*_in_run(target, careers, model.last_year))
    report.raise_if_any()


def contradictions(targets: Sequence[Target]) -> Iterator[Fault]:
    """One id twice, and what one document says twice of one thing: otherwise, or the same to the digit.

    Rounding explains a difference.
    """
    ids: dict[str, Target] = {}
    for target in targets:
        first = ids.setdefault(target.id, target)
        if first is not target:
            yield _fault(
                target,
                "id",
                f"id '{target.id}' is given twice",
                remedy=f"rename it; the first is in {_place(first)}",
            )
    things: dict[tuple[object, ...], Target] = {}
    for target in targets:
        key = (
            target.measure,
            target.of,
            target.profession,
            target.county_code,
            (target.year, target.last_year),
            target.observed,
            target.document,
        )
        first = things.setdefault(key, target)
        if first is target or first.id == target.id:
            continue
        if _numbers(first) == _numbers(target):
            yield _fault(
                target,
                "value",
                f"the same figure of {target.document} stands in {_place(first)}, and would count twice",
                expected="one target for one measure, county and year of one source",
                remedy="keep one of them",
            )
        elif max(first.low, target.low) > min(first.high, target.high):
            yield _fault(
                target,
                "value",
                f"{target.document} says {_said(target)} here and {_said(first)} in {_place(first)}",
                expected="one value for one measure, county and year of one source",
                remedy="keep one of them, or name the other in the reason of its tolerance",
            )


def _in_run(target: Target, careers: dict[str, Profession], last_year: int) -> Iterable[Fault]:
    profession = careers.get(target.profession)
    if profession is None:
        yield _fault(
            target,
            "profession",
            f"profession '{target.profession}' is not part of the run",
            expected=f"one of {', '.join(careers)}",
            nearest=nearest_name(target.profession, careers),
            remedy="correct the name, or choose the targets of the run's professions",
        )
        return
    try:
        _check_of(target, profession)
    except UserError as error:
        yield _fault(
            target, "of", error.message, expected=error.expected, nearest=error.nearest, remedy=error.remedy
        )
    if target.observed == "declared":
        return
    # Flows of the start year are not simulated.
    first = profession.start_year + (target.kind in ("flow", "duration"))
    if not first <= target.year <= target.last_year <= last_year:
        asked = str(target.year) if target.year == target.last_year else f"{target.year}-{target.last_year}"
        yield _fault(
            target,
            "year",
            f"{asked} is outside the run",
            expected=f"{first} to {last_year} for a {target.kind} of {profession.name}",
            remedy="let the run go on until then, or leave the target out",
        )


def _check_of(target: Target, profession: Profession) -> None:
    """Resolve the column `of` as the measure will."""
    of, measure = target.of, target.measure
    if measure in ("stock", "fte", "mean_hours", "start_mean_age"):
        states_of(of, profession)
    elif measure == "sector_share":
        states, sectors = without_part(of, ":", "states:sectors, such as st_gp:private")
        states_of(states, profession)
        sectors_of(sectors, profession)
    elif measure == "state_share":
        for part in without_part(of, "/", "states/states, such as gp_elsewhere/gp+gp_elsewhere"):
            states_of(part, profession)
    elif measure == "flow":
        flow_of(of, profession)
    elif measure == "years_in":
        groups_of(of, profession)
    elif measure == "declared_risk":
        risk_of(of, profession)
    elif measure == "start_age_share":
        ages_of(of, profession)
    elif of not in COHORTS:
        raise ConfigError(f"no duration '{of}'", nearest=nearest_name(of, COHORTS))


def _numbers(target: Target) -> tuple[object, ...]:
    return target.value, target.low, target.high, target.role


def _said(target: Target) -> str:
    return f"{target.low:g} to {target.high:g}" if target.value is None else f"{target.value:g}"


def _place(target: Target) -> str:
    return f"{target.file}:{target.line}"


def _fault(
    target: Target,
    column: str,
    message: str,
    *,
    expected: str | None = None,
    nearest: str | None = None,
    remedy: str | None = None,
) -> Fault:
    return Fault(target.file, target.line, f"{target.block} {column}", message, expected, nearest, remedy)
