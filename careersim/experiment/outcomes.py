"""`read_outcomes`: the numbers that a study of uncertainty asks for, by name, and how they are counted.

A name is a measure and, in any order after colons, a profession, an area and a year, all of which may be left
out: `workforce_fte:doctor:00:2040`, `gap_list:25`, `coverage:worst:2035`. Of all measures more is better.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from careersim.config.run_spec import GuidelineSpec
from careersim.errors import UserError, nearest_name
from careersim.flows.areas import AREA_CODES, NATION
from careersim.flows.guideline import indicators, standing
from careersim.flows.series import ProfessionSeries
from careersim.flows.workforce import group_counts, group_states
from careersim.model.graph import Demand, Model

__all__ = ["MEASURES", "WORST", "Outcome", "outcome_values", "read_outcomes"]

Floats = NDArray[np.float64]

WORST = "worst"
"""Area of an outcome: the county where it is lowest, replication by replication."""

MEASURES = {
    "workforce": ("persons", "Specialists at work, or the workforce of another profession"),
    "workforce_fte": ("full-time equivalents", "The same in full-time equivalents"),
    "workforce_fte_years": (
        "full-time years",
        "Full-time equivalents, summed over the ends of the years after the start to the year",
    ),
    "trainees": ("persons", "Trainees, those on leave included"),
    "trainees_fte": ("full-time equivalents", "Trainees in full-time equivalents"),
    "coverage": ("share", "Coverage in the list reading by headcount; the guideline is met at 1"),
    "coverage_fte": ("share", "The same in full-time equivalents"),
    "gap_list": ("persons", "Specialists less the need in balance, list reading; negative where they lack"),
    "gap_list_fte": ("full-time equivalents", "The same in full-time equivalents"),
    "gap_ratio": ("persons", "Specialists less the need in the ratio reading; negative where they lack"),
    "gap_ratio_fte": ("full-time equivalents", "The same in full-time equivalents"),
}
"""By name: unit and meaning."""

_POSTS = "the posts that a county needs are found by `careersim guideline`"
_GUIDELINE = {"coverage": ("list", "coverage"), "gap_list": ("list", "gap_specialists")}
_GUIDELINE["gap_ratio"] = ("ratio", "gap_specialists")


@dataclass(frozen=True)
class Outcome:
    """A number of a run.

    Attributes
    ----------
    measure
        Of `MEASURES`.
    profession
        Whose.
    area
        County code, 00 for Sweden, or `WORST`.
    year
        At the end of this year.
    """

    measure: str
    profession: str
    area: str
    year: int

    @property
    def name(self) -> str:
        """Its full name."""
        return f"{self.measure}:{self.profession}:{self.area}:{self.year}"

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return MEASURES[self.measure][0]


def read_outcomes(names: Sequence[str], model: Model, guideline: GuidelineSpec) -> tuple[Outcome, ...]:
    """Understand names of outcomes.

    Parameters
    ----------
    names
        As written by the user.
    model
        The run that they are asked of.
    guideline
        Its guideline, whose profession is meant where none is named.

    Raises
    ------
    UserError
        If a part of a name is unknown or does not fit the run, or an outcome comes twice.
    """
    found = tuple(_read(name, model, guideline) for name in names)
    for outcome in found:
        if found.count(outcome) > 1:
            raise UserError(f"outcome '{outcome.name}' comes twice", where="outcome", remedy="name it once")
    return found


def outcome_values(
    outcome: Outcome, series: Mapping[str, ProfessionSeries], demand: Demand, guideline: GuidelineSpec
) -> tuple[Floats, Floats]:
    """Count an outcome.

    Returns
    -------
    values
        By replication.
    by_area
        By replication and area of `AREA_CODES`.
    """
    own = series[outcome.profession]
    by_area = _by_area(outcome, own, demand, guideline)
    if outcome.area == WORST:
        return by_area[:, 1:].min(axis=1), by_area
    return by_area[:, AREA_CODES.index(outcome.area)], by_area


def _by_area(outcome: Outcome, own: ProfessionSeries, demand: Demand, guideline: GuidelineSpec) -> Floats:
    measure, _, more = outcome.measure.partition("_fte")
    basis = "fte" if "_fte" in outcome.measure else "headcount"
    year = own.years.index(outcome.year)
    if measure not in _GUIDELINE:
        counts = group_counts(own, measure, basis)
        return counts[:, 1 : year + 1].sum(axis=1) if more == "_years" else counts[:, year]
    reading, indicator = _GUIDELINE[measure]
    return indicators(standing(own, demand, basis), demand, guideline, reading)[indicator][:, year]


def _read(name: str, model: Model, guideline: GuidelineSpec) -> Outcome:
    measure, *parts = name.split(":")
    if measure not in MEASURES:
        raise UserError(
            f"unknown outcome '{name}'", where="outcome",
            expected=f"one of {', '.join(MEASURES)}, with :profession:county:year where needed",
            nearest=nearest_name(measure, MEASURES),
            remedy=_POSTS if "post" in name else None,
        )  # fmt: skip
    known = {one.name: one for one in model.professions}
    chosen = {"profession": guideline.profession, "area": NATION, "year": str(model.last_year)}
    given: set[str] = set()
    for part in parts:
        kind = _kind(part, name, known)
        if kind in given:
            raise UserError(f"outcome '{name}' names {kind} twice", where="outcome", remedy="name it once")
        given.add(kind)
        chosen[kind] = part
    outcome = Outcome(measure, chosen["profession"], chosen["area"], int(chosen["year"]))
    _check(outcome, model, guideline)
    return outcome


def _kind(part: str, name: str, professions: Mapping[str, object]) -> str:
    if re.fullmatch(r"\d{4}", part):
        return "year"
    if part in (*AREA_CODES, WORST):
        return "area"
    if part in professions:
        return "profession"
    raise UserError(
        f"outcome '{name}': '{part}' is neither a profession of the run, a county code nor a year",
        where="outcome",
        expected=f"one of {', '.join(professions)}, 00 to 25, worst, or a year",
        nearest=nearest_name(part, (*professions, WORST)),
    )


def _check(outcome: Outcome, model: Model, guideline: GuidelineSpec) -> None:
    own = next((one for one in model.professions if one.name == outcome.profession), None)
    if own is None:
        raise UserError(
            f"profession '{outcome.profession}' of the guideline is not part of the run",
            where="outcome",
            expected=f"one of {', '.join(one.name for one in model.professions)}, named in the outcome",
        )
    if not own.start_year < outcome.year <= model.last_year:
        raise UserError(
            f"outcome '{outcome.name}': year {outcome.year} is not simulated",
            where="outcome",
            expected=f"{own.start_year + 1} to {model.last_year}",
        )
    measure = outcome.measure.partition("_fte")[0]
    if measure in _GUIDELINE and outcome.profession != guideline.profession:
        raise UserError(
            f"outcome '{outcome.name}': the guideline is about {guideline.profession}",
            where="outcome",
            expected=f"{measure} of {guideline.profession}, or workforce of {outcome.profession}",
        )
    if measure == "trainees" and not group_states(own, "trainees", "headcount"):
        raise UserError(f"outcome '{outcome.name}': {outcome.profession} has no trainees", where="outcome")
