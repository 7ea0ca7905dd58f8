"""`MEASURES`: what can be measured of a run, in which unit, and how the column `of` is written for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from calibration.target_types import Kind, Observed

__all__ = ["MEASURES", "MeasureInfo"]


@dataclass(frozen=True, slots=True)
class MeasureInfo:
    """One measure.

    Attributes
    ----------
    unit
        Unit of the prediction and of the target's value.
    of
        How the column `of` is written, with an example.
    text
        What is computed, for a year; several years give the mean of the years, or the sum for `sum_of_years`.
    """

    name: str
    kind: Kind
    unit: str
    observed: tuple[Observed, ...]
    of: str
    text: str


_STOCK: tuple[Observed, ...] = ("end_of_year", "mean_of_years")
_FLOW: tuple[Observed, ...] = ("mean_of_years", "sum_of_years")

MEASURES: Mapping[str, MeasureInfo] = MappingProxyType(
    {
        one.name: one
        for one in (
            MeasureInfo("stock", "stock", "persons", _STOCK, "st_gp+st_gp_leave", "Persons in the states."),
            MeasureInfo(
                "fte", "stock", "full-time equivalents", _STOCK, "gp", "Their working time, added up."
            ),
            MeasureInfo("mean_hours", "share", "percent", _STOCK, "gp", "Their mean working time."),
            MeasureInfo(
                "sector_share",
                "share",
                "percent",
                _STOCK,
                "st_gp+st_gp_leave:regional+municipal",
                "Part of the persons in the states who work in the sectors after the colon.",
            ),
            MeasureInfo(
                "state_share",
                "share",
                "percent",
                _STOCK,
                "gp_elsewhere/gp+gp_leave+gp_elsewhere",
                "Persons in the states before the stroke, of those in the states after it.",
            ),
            MeasureInfo(
                "flow",
                "flow",
                "persons per year",
                _FLOW,
                "completes_st_gp or graduates>primary_care or abroad_gp-emigrates",
                "Persons who take the transitions (to the state after >), or enter by the streams; "
                "what follows a minus is taken away. A county counts those who arrive in it.",
            ),
            MeasureInfo(
                "years_in",
                "duration",
                "years",
                ("mean_of_years",),
                "waiting_at, at, licensed, st_gp+st_gp_leave",
                "Persons in each group of states divided by those who leave the group in a year, added over "
                "the groups: mean time on the way, as if the years went on for ever (Little's law).",
            ),
            MeasureInfo(
                "cohort_years",
                "duration",
                "years",
                ("mean_of_years",),
                "degree_to_certificate",
                "Mean years of those who arrive in the years, looking back, as careersim counts durations; "
                "only careers that began in the run. Pooled over replications, so without chance variance.",
            ),
            MeasureInfo(
                "declared_risk",
                "rate",
                "persons if the target has trials, else percent a year",
                ("declared",),
                "retires:women:64",
                "Probability within a year by the rate of the career file at that sex and age, alone.",
            ),
            MeasureInfo(
                "start_age_share",
                "share",
                "percent",
                ("end_of_year",),
                "gp:60-64",
                "Part of the start population of a state at these ages, as declared.",
            ),
            MeasureInfo(
                "start_mean_age",
                "share",
                "years",
                ("end_of_year",),
                "gp",
                "Mean age of the start population of a state, as declared.",
            ),
        )
    }
)
"""By name."""
