"""Time from degree to licence to specialist certificate, looking back from the year of the licence.

Nationella vårdkompetensrådet follows doctors through four points (degree, licence, certificate, doctorate)
and measures retrospectively: cohorts are defined by the year of the licence and followed back to the year of
the degree, so that everybody in the cohort has a time. The document describes the measure, and prints only
that it takes about 8 years on average from degree to specialist; no table and no microdata are published.
There are therefore no published rows: give a register, or a run with `--events`.

What comes after the licence is cut off by the present: means and medians are those of persons who have
arrived, too short for young cohorts. `longest_years` says what could be seen at all, and the share that
arrived within some years (Kaplan-Meier, by whole years) is given only where that was long enough. Whoever
died or left counts as not arrived, as in a register that does not tell why a certificate is missing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from careersim.data import figure
from careersim.errors import UserError
from careersim.published.career_years import CareerYears, read_career_years
from careersim.published.declare import Calculation, Tables, column, setting
from careersim.published.ledger import Check

__all__ = [
    "CALCULATION",
    "CohortSpan",
    "CohortYear",
    "TimeSettings",
    "arrived_within",
    "mean_years",
    "median_years",
]

SPANS = {
    "degree_to_licence": ("degree_year", "licence_year"),
    "licence_to_certificate": ("licence_year", "certificate_year"),
    "degree_to_certificate": ("degree_year", "certificate_year"),
}

_DURATIONS = (
    ("doctor", "graduation_to_specialist_mean", "Text"),
    ("doctor", "medical_degree_old_programme", "Figur 3"),
    ("doctor", "medical_degree_new_programme", "Figur 3"),
    ("doctor", "at_internship", "Figur 3"),
    ("doctor", "bt_base_service", "Figur 3"),
    ("gp_trainee", "st_figure", "Figur 3"),
    ("gp_trainee", "st_legal_minimum", "Text"),
    ("gp_trainee", "st_legal_minimum_after_at", "Text"),
)


@dataclass(frozen=True)
class TimeSettings:
    """Whose cohorts, and within how many years."""

    cohort_by: str = setting(
        "licence",
        "Year that makes a cohort (the document: licence)",
        choices=("degree", "licence", "certificate"),
    )
    trained: str = setting(
        "all",
        "Where the basic training was (not stated in the document)",
        choices=("all", "sweden", "abroad"),
    )
    within_years: int = setting(
        8,
        "Years within which the share is given (assumption: the printed mean)",
        unit="years",
        lowest=0,
        highest=100,
    )


@dataclass(frozen=True)
class CohortSpan:
    """One span of one cohort."""

    profession: str = column("Profession")
    cohort: int = column("Year that makes the cohort", unit="year")
    span: str = column("Span", choices=tuple(SPANS))
    persons: int = column("Persons of the cohort", unit="persons")
    arrived: int = column("Persons with both years of the span, in order", unit="persons")
    share_percent: float | None = column("Share of the cohort with both", unit="percent", decimals=1)
    mean_years: float | None = column("Mean of those", unit="years", decimals=2)
    median_years: float | None = column("Median of those", unit="years", decimals=1)
    longest_years: int | None = column("Longest that could be seen; empty: no limit", unit="years")
    within_years: int = column("Years for the next column", unit="years")
    within_percent: float | None = column(
        "Share that arrived within these years (Kaplan-Meier); empty if it cannot be seen",
        unit="percent",
        decimals=1,
    )
    out_of_order: int = column("Persons with the later year before the earlier, left out", unit="persons")


@dataclass(frozen=True)
class CohortYear:
    """How many of a cohort have arrived by the years since, for spans that begin in the cohort's year."""

    profession: str = column("Profession")
    cohort: int = column("Year that makes the cohort", unit="year")
    span: str = column("Span", choices=tuple(SPANS))
    years: int = column("Years since", unit="years")
    at_risk: int = column("Persons followed so far who had not arrived before", unit="persons")
    arrived: int = column("Persons who arrived in this year", unit="persons")
    share_percent: float = column("Share that has arrived (Kaplan-Meier)", unit="percent", decimals=1)


def mean_years(counts: Mapping[int, int]) -> float | None:
    """Mean, years, of persons by whole years; None for nobody."""
    persons = sum(counts.values())
    return sum(years * number for years, number in counts.items()) / persons if persons else None


def median_years(counts: Mapping[int, int]) -> float | None:
    """Median, years, of persons by whole years: may lie half-way between two; None for nobody."""
    persons = sum(counts.values())
    if not persons:
        return None
    return (_ranked(counts, (persons - 1) // 2) + _ranked(counts, persons // 2)) / 2


def arrived_within(arrived: Mapping[int, int], waiting: Mapping[int, int]) -> list[tuple[int, int, float]]:
    """Follow a cohort from year to year (Kaplan-Meier).

    Parameters
    ----------
    arrived
        Persons by whole years until they arrived.
    waiting
        Persons who have not, by the whole years for which they were followed; each is at risk in all of them.

    Returns
    -------
    By years from 0 to the last that was seen: persons at risk, persons who arrived, and the share that has
    arrived (0 to 1).
    """
    at_risk, left = sum(arrived.values()) + sum(waiting.values()), 1.0
    found = []
    for years in range(max([*arrived, *waiting], default=-1) + 1):
        here = arrived.get(years, 0)
        left *= 1 - here / at_risk
        found.append((at_risk, here, 1 - left))
        at_risk -= here + waiting.get(years, 0)
    return found


def published() -> tuple[CareerYears, ...]:
    """Give nothing: no microdata are published."""
    return ()


def compute(rows: Sequence[CareerYears], settings: TimeSettings) -> Tables:
    """Measure the spans of every cohort; without rows, give empty tables.

    Raises
    ------
    UserError
        If none of the persons belongs to a cohort.
    """
    cohorts: dict[tuple[str, int], list[CareerYears]] = defaultdict(list)
    for row in _observed(rows):
        year: int | None = getattr(row, f"{settings.cohort_by}_year")
        if year is not None and settings.trained in ("all", "abroad" if row.trained_abroad else "sweden"):
            cohorts[row.profession, year].append(row)
    spans: list[CohortSpan] = []
    years: list[CohortYear] = []
    for (profession, cohort), people in sorted(cohorts.items()):
        for span, (start, _) in SPANS.items():
            forward = start == f"{settings.cohort_by}_year"
            curve = _curve(people, span) if forward else []
            spans.append(_span(profession, cohort, span, people, settings, curve))
            years += [
                CohortYear(profession, cohort, span, after, at_risk, arrived, 100 * share)
                for after, (at_risk, arrived, share) in enumerate(curve)
            ]
    if rows and not cohorts:
        raise _nobody(rows, settings)
    return {"cohorts": spans, "by_years": years}


def checks() -> tuple[Check, ...]:
    """Give the durations that the document prints: all inputs, it prints nothing to compute them from."""
    return tuple(
        Check(
            table,
            figure(
                "career_durations",
                "value",
                profession=profession,
                indicator=indicator,
                source="socialstyrelsen-2025-st",
            ),
            None,
        )
        for profession, indicator, table in _DURATIONS
    )


def _nobody(rows: Sequence[CareerYears], settings: TimeSettings) -> UserError:
    """Say why there is no cohort: nobody has the year that makes one, or was trained there."""
    known = [one for one in ("degree", "licence", "certificate") if _any_year(rows, one)]
    if settings.cohort_by in known:
        return UserError(
            f"nobody with a {settings.cohort_by}_year was trained where --trained says",
            where="trained_abroad",
            expected=f"persons trained in: {settings.trained}",
            remedy="give --trained all",
        )
    others = f"; there are years of: {', '.join(known)}" if known else ""
    return UserError(
        f"there are no cohorts: nobody has a {settings.cohort_by}_year{others}",
        where=f"{settings.cohort_by}_year",
        expected="at least one person with the year that makes a cohort",
        remedy=f"give --cohort-by {known[0]}" if known else "fill the years",
    )


def _any_year(rows: Sequence[CareerYears], point: str) -> bool:
    return any(getattr(row, f"{point}_year") is not None for row in rows)


def _ranked(counts: Mapping[int, int], rank: int) -> int:
    """Years of the person of this rank, from 0."""
    passed = 0
    for years in sorted(counts):
        passed += counts[years]
        if rank < passed:
            return years
    return max(counts)


def _observed(rows: Sequence[CareerYears]) -> Iterable[CareerYears]:
    """Rows with the last year of observation: if it is not given, the last year in the profession's rows."""
    last: dict[str, int] = defaultdict(int)
    for row in rows:
        told = (row.degree_year, row.licence_year, row.certificate_year, row.observed_until)
        last[row.profession] = max(last[row.profession], *(year or 0 for year in told))
    return (replace(row, observed_until=row.observed_until or last[row.profession]) for row in rows)


def _durations(people: Iterable[CareerYears], span: str) -> tuple[Counter[int], int]:
    """Persons by years of a span, and how many have it the wrong way round."""
    start, end = SPANS[span]
    found, wrong = Counter[int](), 0
    for row in people:
        begun, ended = getattr(row, start), getattr(row, end)
        if begun is not None and ended is not None:
            if ended >= begun:
                found[ended - begun] += row.persons
            else:
                wrong += row.persons
    return found, wrong


def _curve(people: Iterable[CareerYears], span: str) -> list[tuple[int, int, float]]:
    start, end = SPANS[span]
    arrived, waiting = Counter[int](), Counter[int]()
    for row in people:
        begun, ended, until = getattr(row, start), getattr(row, end), row.observed_until
        if ended is not None and ended >= begun:
            arrived[ended - begun] += row.persons
        elif ended is None and until is not None and until >= begun:
            waiting[until - begun] += row.persons
    return arrived_within(arrived, waiting)


def _span(
    profession: str,
    cohort: int,
    span: str,
    people: Sequence[CareerYears],
    settings: TimeSettings,
    curve: Sequence[tuple[int, int, float]],
) -> CohortSpan:
    counts, wrong = _durations(people, span)
    persons = sum(row.persons for row in people)
    return CohortSpan(
        profession=profession,
        cohort=cohort,
        span=span,
        persons=persons,
        arrived=counts.total(),
        share_percent=100 * counts.total() / persons,
        mean_years=mean_years(counts),
        median_years=median_years(counts),
        longest_years=_longest(cohort, span, people, settings.cohort_by),
        within_years=settings.within_years,
        within_percent=_within(curve, settings.within_years),
        out_of_order=wrong,
    )


def _within(curve: Sequence[tuple[int, int, float]], years: int) -> float | None:
    """Share that arrived, percent; after the last arrival nothing changes if all have arrived."""
    if years < len(curve):
        return 100 * curve[years][2]
    at_risk, arrived, _ = curve[-1] if curve else (0, -1, 0.0)
    return 100.0 if at_risk == arrived else None


def _longest(cohort: int, span: str, people: Iterable[CareerYears], cohort_by: str) -> int | None:
    """Longest span that could be seen of everybody: before the cohort's year, after it, or both."""
    rows = list(people)
    firsts = [row.observed_from for row in rows if row.observed_from is not None]
    back = cohort - max(firsts) if firsts else None
    ahead = min(row.observed_until or cohort for row in rows) - cohort
    points = ("degree", "licence", "certificate")
    start, end = (points.index(name.removesuffix("_year")) for name in SPANS[span])
    if start >= points.index(cohort_by):
        return ahead
    if back is None or end <= points.index(cohort_by):
        return back
    return back + ahead


CALCULATION = Calculation(
    name="time-to-certificate",
    title="Years from degree to licence to specialist certificate, by year of the licence",
    formula=(
        "years = year of the later point - year of the earlier; cohorts are those licensed in one year; mean "
        "and median of all who have both years. Nothing is published person by person: give a register "
        "panel, a table of years, or a run folder made with --events."
    ),
    documents=("socialstyrelsen-2025-st",),
    row=CareerYears,
    published=published,
    compute=compute,
    checks=checks,
    settings=TimeSettings,
    read=read_career_years,
)
