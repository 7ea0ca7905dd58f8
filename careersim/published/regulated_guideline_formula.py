"""The guideline of 1,100 inhabitants per specialist and 550 per trainee, in its two readings, side by side.

List reading (DLF): every specialist has a list of 1,100 and every trainee one of 550, and the lists
together must hold all inhabitants. In balance there are 8/25 trainees per specialist (training lasts 8 years,
a career 25), so that the need is inhabitants / (1,100 + 550 x 8/25) specialists. Ratio reading
(Socialstyrelsen): there must be a specialist per 1,100 inhabitants and, separately, a trainee per 550, so
that the need is inhabitants / 1,100 specialists and inhabitants / 550 trainees.

The guideline speaks of full-time specialists. Each reading is given by headcount and by full-time equivalents
(FTE). DLF (autumn 2023) prints headcount and FTE of all specialists, or their mean working time, for thirteen
counties; this share is applied to the register's headcount, because the two sources count different doctors
(Gotland: 26 and 15). Elsewhere specialists are taken to work 85 percent; those of the regions worked "just
over" that in 2020. The working time of trainees is published nowhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careersim.data import Figure, counties, figures_by_county
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Tables, column, more_than, setting
from careersim.published.ratios import part_of, per_head, share_percent
from careersim.published.statements import NATIONAL

__all__ = [
    "CountiesReached",
    "GuidelineInput",
    "GuidelineResult",
    "GuidelineSettings",
    "both_readings",
    "compute",
    "doctors",
    "list_places",
    "missing",
    "needed_in_balance",
    "published",
    "reached",
    "trainees_per_specialist",
    "working_time",
    "working_times",
]


@dataclass(frozen=True)
class GuidelineInput:
    """Figures of one county."""

    county_code: str = column("County", county=True, key=True)
    inhabitants: Approx | None = column("Inhabitants", unit="persons", lowest=0)
    specialists: Approx | None = column(
        "Specialists in general medicine, headcount", unit="persons", lowest=0, required=False
    )
    trainees: Approx | None = column("Trainees, headcount", unit="persons", lowest=0, required=False)
    specialist_fte: Approx | None = column(
        "Specialists, full-time equivalents", unit="FTE", lowest=0, required=False
    )
    trainee_fte: Approx | None = column(
        "Trainees, full-time equivalents", unit="FTE", lowest=0, required=False
    )
    specialist_working_time: Approx | None = column(
        "Mean working time of specialists, where their FTE is not known",
        unit="percent",
        lowest=0,
        highest=100,
        required=False,
    )

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Tell more full-time equivalents than heads."""
        yield from more_than(self, "specialist_fte", "specialists")
        yield from more_than(self, "trainee_fte", "trainees")


@dataclass(frozen=True)
class GuidelineSettings:
    """What can be set."""

    inhabitants_per_specialist: float = setting(
        1100.0, "Inhabitants per specialist", unit="inhabitants per specialist", lowest=1
    )
    inhabitants_per_trainee: float = setting(
        550.0, "Inhabitants per trainee", unit="inhabitants per trainee", lowest=1
    )
    training_years: float = setting(8.0, "Years in training (DLF)", unit="years", lowest=0)
    career_years: float = setting(25.0, "Years as a specialist (DLF)", unit="years", lowest=0.1)
    specialist_working_time: float = setting(
        85.0,
        "Working time of specialists where that of the county is not known (just over 85 in 2020: monthly "
        "paid ones in the regions' primary care)",
        unit="percent",
        lowest=0,
        highest=100,
    )
    trainee_working_time: float = setting(
        100.0,
        "Working time of trainees where their FTE is not known (ours; none is published)",
        unit="percent",
        lowest=0,
        highest=100,
    )


@dataclass(frozen=True)
class GuidelineResult:
    """Need, gap and coverage of one county in both readings; gaps below zero are more than the need."""

    county_code: str = column("County (00: all rows together)", key=True)
    basis: str = column("Doctors counted as", key=True, choices=("headcount", "fte"))
    inhabitants: Approx | None = column("Inhabitants", unit="persons")
    specialists: Approx | None = column("Specialists", unit="persons or FTE", decimals=1)
    trainees: Approx | None = column("Trainees", unit="persons or FTE", decimals=1)
    list_places: Approx | None = column("Lists: places on the lists of those at work", unit="persons")
    list_gap: Approx | None = column("Lists: inhabitants without a place", unit="persons")
    list_coverage: Approx | None = column("Lists: places", unit="percent of the inhabitants", decimals=1)
    balance_specialists: Approx | None = column(
        "Lists: specialists needed in balance", unit="FTE", decimals=1
    )
    balance_specialist_gap: Approx | None = column("Lists: specialists missing", unit="FTE", decimals=1)
    balance_trainees: Approx | None = column("Lists: trainees needed in balance", unit="persons", decimals=1)
    balance_trainee_gap: Approx | None = column("Lists: trainees missing", unit="persons", decimals=1)
    inhabitants_per_specialist: Approx | None = column(
        "Ratio: inhabitants per specialist", unit="inhabitants per specialist"
    )
    ratio_specialists: Approx | None = column("Ratio: specialists needed", unit="FTE", decimals=1)
    ratio_specialist_gap: Approx | None = column("Ratio: specialists missing", unit="FTE", decimals=1)
    ratio_specialist_coverage: Approx | None = column(
        "Ratio: specialists", unit="percent of the need", decimals=1
    )
    inhabitants_per_trainee: Approx | None = column(
        "Ratio: inhabitants per trainee", unit="inhabitants per trainee"
    )
    ratio_trainees: Approx | None = column("Ratio: trainees needed", unit="FTE", decimals=1)
    ratio_trainee_gap: Approx | None = column("Ratio: trainees missing", unit="FTE", decimals=1)
    ratio_trainee_coverage: Approx | None = column("Ratio: trainees", unit="percent of the need", decimals=1)


@dataclass(frozen=True)
class CountiesReached:
    """Number of counties that meet the guideline."""

    basis: str = column("Doctors counted as", key=True, choices=("headcount", "fte"))
    counties: int = column("Counties with known figures", unit="counties")
    lists: Approx = column("Lists hold all inhabitants", unit="counties")
    specialists: Approx = column("Specialists enough by ratio", unit="counties")
    trainees: Approx = column("Trainees enough by ratio", unit="counties")


def list_places(specialists: float, trainees: float, settings: GuidelineSettings) -> float:
    """Give the places (persons) on the lists of specialists and trainees."""
    return settings.inhabitants_per_specialist * specialists + settings.inhabitants_per_trainee * trainees


def needed_in_balance(inhabitants: float, settings: GuidelineSettings) -> float:
    """Give the specialists (FTE) whose lists, with those of the trainees who replace them, hold everyone."""
    return inhabitants / list_places(1.0, trainees_per_specialist(settings), settings)


def trainees_per_specialist(settings: GuidelineSettings) -> float:
    """Give the trainees per specialist that replace retirements: years in training by years of a career."""
    return settings.training_years / settings.career_years


def missing(needed: float, present: float) -> float:
    """Give what is missing, in the unit of both; below zero if there is more than needed."""
    return needed - present


def published() -> tuple[GuidelineInput, ...]:
    """Give the register's headcounts of 2023, the inhabitants of 2024, and what DLF has on working time."""
    inhabitants = figures_by_county("population", "population", year=2024)
    specialists = figures_by_county("baseline_2023", "gps")
    trainees = figures_by_county("baseline_2023", "trainees")
    stated = working_times()
    return tuple(
        GuidelineInput(
            county_code=code,
            inhabitants=of_figure(inhabitants[code]),
            specialists=of_figure(specialists[code]),
            trainees=of_figure(trainees[code]),
            specialist_fte=None,
            trainee_fte=None,
            specialist_working_time=working_time(stated[code]) if code in stated else None,
        )
        for code in specialists
    )


def compute(rows: Sequence[GuidelineInput], settings: GuidelineSettings) -> Tables:
    """Give both readings by county and for all rows, by headcount and FTE; count counties that meet them."""
    bases = ("headcount", "fte")
    found = []
    for basis in bases:
        codes = [*(row.county_code for row in rows), NATIONAL]
        inhabitants = [row.inhabitants for row in rows]
        specialists, trainees = map(list, zip(*(doctors(row, basis, settings) for row in rows), strict=True))
        parts = [[*part, total(part)] for part in (inhabitants, specialists, trainees)]
        found += [both_readings(basis, settings, *body) for body in zip(codes, *parts, strict=True)]
    return {"guideline": found, "counties_reached": [reached(found, basis) for basis in bases]}


def doctors(
    row: GuidelineInput, basis: str, settings: GuidelineSettings
) -> tuple[Approx | None, Approx | None]:
    """Give specialists and trainees by headcount, or in FTE: as given, or headcount times working time."""
    if basis == "headcount":
        return row.specialists, row.trainees
    specialists, trainees = row.specialist_fte, row.trainee_fte
    if specialists is None and row.specialist_working_time is not None:
        specialists = through(part_of, row.specialists, row.specialist_working_time)
    elif specialists is None:
        specialists = through(lambda heads: part_of(heads, settings.specialist_working_time), row.specialists)
    if trainees is None:
        trainees = through(lambda heads: part_of(heads, settings.trainee_working_time), row.trainees)
    return specialists, trainees


def working_time(printed: Sequence[Figure]) -> Approx | None:
    """Give the mean working time in percent: as printed, or FTE (first) by heads (all others)."""
    numbers = [of_figure(one) for one in printed]
    if len(numbers) == 1:
        return numbers[0]
    return through(lambda fte, *heads: share_percent(fte, sum(heads)), *numbers)


def both_readings(
    basis: str,
    settings: GuidelineSettings,
    county_code: str,
    inhabitants: Approx | None,
    specialists: Approx | None,
    trainees: Approx | None,
) -> GuidelineResult:
    """Give need, gap and coverage of one county in both readings."""

    def places(specialists: float, trainees: float) -> float:
        return list_places(specialists, trainees, settings)

    def balance(inhabitants: float) -> float:
        return needed_in_balance(inhabitants, settings)

    def balance_trainees(inhabitants: float) -> float:
        return balance(inhabitants) * trainees_per_specialist(settings)

    def by_specialists(inhabitants: float) -> float:
        return inhabitants / settings.inhabitants_per_specialist

    def by_trainees(inhabitants: float) -> float:
        return inhabitants / settings.inhabitants_per_trainee

    return GuidelineResult(
        county_code=county_code,
        basis=basis,
        inhabitants=inhabitants,
        specialists=specialists,
        trainees=trainees,
        list_places=through(places, specialists, trainees),
        list_gap=through(lambda n, s, t: missing(n, places(s, t)), inhabitants, specialists, trainees),
        list_coverage=through(
            lambda n, s, t: share_percent(places(s, t), n), inhabitants, specialists, trainees
        ),
        balance_specialists=through(balance, inhabitants),
        balance_specialist_gap=through(lambda n, s: missing(balance(n), s), inhabitants, specialists),
        balance_trainees=through(balance_trainees, inhabitants),
        balance_trainee_gap=through(lambda n, t: missing(balance_trainees(n), t), inhabitants, trainees),
        inhabitants_per_specialist=through(per_head, inhabitants, specialists),
        ratio_specialists=through(by_specialists, inhabitants),
        ratio_specialist_gap=through(lambda n, s: missing(by_specialists(n), s), inhabitants, specialists),
        ratio_specialist_coverage=through(
            lambda n, s: share_percent(s, by_specialists(n)), inhabitants, specialists
        ),
        inhabitants_per_trainee=through(per_head, inhabitants, trainees),
        ratio_trainees=through(by_trainees, inhabitants),
        ratio_trainee_gap=through(lambda n, t: missing(by_trainees(n), t), inhabitants, trainees),
        ratio_trainee_coverage=through(lambda n, t: share_percent(t, by_trainees(n)), inhabitants, trainees),
    )


def reached(results: Sequence[GuidelineResult], basis: str) -> CountiesReached:
    """Count the counties that meet each reading; at least those that do at either end of their interval."""
    of_basis = [one for one in results if one.basis == basis and one.county_code != NATIONAL]
    known = [one for one in of_basis if one.list_coverage is not None]
    return CountiesReached(
        basis,
        len(known),
        _covered(one.list_coverage for one in of_basis),
        _covered(one.ratio_specialist_coverage for one in of_basis),
        _covered(one.ratio_trainee_coverage for one in of_basis),
    )


def working_times() -> dict[str, tuple[Figure, ...]]:
    """Figures of DLF, by county: mean working time, or FTE and one or two headcounts of all specialists."""
    found: dict[str, tuple[Figure, ...]] = {}
    stated = _stated("employment_rate_mean"), _stated("specialists_fte"), _stated("specialists_headcount")
    rates, ftes, headcounts = stated
    public, private = _stated("specialists_headcount_public"), _stated("specialists_headcount_private")
    for county in counties():
        code = county.code
        if code in rates:
            found[code] = (rates[code],)
        elif code in ftes:
            heads = (headcounts[code],) if code in headcounts else (public[code], private[code])
            found[code] = (ftes[code], *heads)
    return found


def _stated(indicator: str) -> dict[str, Figure]:
    return figures_by_county("dlf_part_time", "value", indicator=indicator)


def _covered(coverages: Iterable[Approx | None]) -> Approx:
    known = [one for one in coverages if one is not None]
    ends = ((one.value, one.low, one.high) for one in known)
    enough = [[end >= 100 and not math.isnan(end) for end in three] for three in ends]
    return Approx(*(float(sum(three[part] for three in enough)) for part in range(3)))
