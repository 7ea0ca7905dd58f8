"""What a forecast has to beat: no change, and a plain cohort model.

The plain cohort model is the arithmetic of Swedish planners (Svenska Distriktsläkarföreningen, September
2024): an eighth of the trainees become specialists each year, and one in twenty-five specialists leaves.
Trainees stay as many as they are, so that for them it says the same as no change.
"""

from __future__ import annotations

__all__ = ["CAREER_YEARS", "TRAINING_YEARS", "cohort_model", "no_change"]

TRAINING_YEARS = 8.0
CAREER_YEARS = 25.0


def no_change(last: float) -> float:
    """The last number observed before the forecast was made."""
    return last


def cohort_model(
    specialists: float,
    trainees: float,
    years: int,
    *,
    training_years: float = TRAINING_YEARS,
    career_years: float = CAREER_YEARS,
) -> float:
    """Specialists after some years, with constant trainees and constant rates.

    Parameters
    ----------
    specialists, trainees
        Persons at the start.
    years
        How many years later, 0 or more.
    training_years, career_years
        Mean years in training and as a specialist.

    Returns
    -------
    Persons: S(t+1) = S(t) + T / training_years - S(t) / career_years, `years` times.
    """
    for _ in range(years):
        specialists += trainees / training_years - specialists / career_years
    return specialists
