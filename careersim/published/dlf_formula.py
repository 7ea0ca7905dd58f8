"""How long until every county has its specialists in general medicine: the formula of the DLF report.

A full-time specialist has a list of 1,100 inhabitants and a trainee one of 550. Training takes 8 years and a
career 25, so 8/25 of a trainee for each specialist replaces those who retire; what trainees there are above
this balance lets the specialists grow, by an eighth of the surplus a year.

The report takes retirements of need/25 a year for all years to come, although its text speaks of 1/25 of the
specialists that there are. The columns marked as ours draw the consequence: as careers last 25 years, the
trainees keep up 25/8 times their own number in the long run, and get there within 25 years.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from careersim.data import figure, figures_by_county, load_table
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Tables, column, more_than, setting

__all__ = [
    "CountyStaffing",
    "Row",
    "Settings",
    "Summary",
    "balance",
    "bases",
    "compute",
    "missing_percent",
    "need",
    "published",
    "statements",
    "sustained",
    "trainees_needed",
    "years_even_ages",
    "years_to_full",
]


@dataclass(frozen=True)
class Row:
    """One county. Without `need` it follows from the inhabitants, without either it is not known."""

    county_code: str = column("County", county=True, key=True)
    inhabitants: Approx | None = column("Inhabitants", unit="persons", lowest=0, required=False)
    need: Approx | None = column(
        "Specialists needed at the published list sizes and durations; goes before inhabitants",
        unit="full-time equivalents", lowest=0, required=False,
    )  # fmt: skip
    specialists: Approx | None = column(
        "Specialists in general medicine in primary care", unit="persons", lowest=0, required=False
    )
    trainees: Approx | None = column(
        "Trainees in general medicine", unit="persons", lowest=0, required=False, decimals=1
    )
    specialist_fte: Approx | None = column(
        "Working time of the specialists", unit="full-time equivalents", lowest=0, required=False
    )
    trainee_fte: Approx | None = column(
        "Working time of the trainees once they are specialists; all full-time if empty, as in the report",
        unit="full-time equivalents", lowest=0, required=False,
    )  # fmt: skip

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Tell more full-time equivalents than heads."""
        yield from more_than(self, "specialist_fte", "specialists")
        yield from more_than(self, "trainee_fte", "trainees")


@dataclass(frozen=True)
class Settings:
    """The assumptions of the report."""

    training_years: float = setting(8.0, "Years in specialist training", unit="years", lowest=0.1)
    career_years: float = setting(25.0, "Years as a specialist", unit="years", lowest=0.1)
    inhabitants_per_specialist: float = setting(
        1100.0, "List of a full-time specialist", unit="inhabitants per specialist", lowest=1
    )
    inhabitants_per_trainee: float = setting(
        550.0, "List of a trainee", unit="inhabitants per trainee", lowest=0
    )
    horizon_years: float = setting(10.0, "Years in which to be fully staffed", unit="years", lowest=0.1)

    @property
    def trainees_per_specialist(self) -> float:
        """Trainees that replace the retirements of one specialist."""
        return self.training_years / self.career_years

    @property
    def inhabitants_per_needed(self) -> float:
        """Inhabitants for each specialist when the balance of trainees is there as well."""
        return self.inhabitants_per_specialist + self.inhabitants_per_trainee * self.trainees_per_specialist


@dataclass(frozen=True)
class CountyStaffing:
    """One county, or the sum of counties (`00`): first by head count, then by working time, then ours."""

    county_code: str = column("County", county=True, key=True)
    need: Approx | None = column("Specialists needed", unit="full-time equivalents")
    balance_trainees: Approx | None = column(
        "Trainees that replace retirements at full staffing", unit="persons"
    )
    missing_trainees: Approx | None = column("Balance less trainees; negative is a surplus", unit="persons")
    missing_trainees_share: Approx | None = column("The same in percent of the balance", unit="percent")
    missing_specialists: Approx | None = column("Need less specialists", unit="persons")
    missing_share: Approx | None = column("The same in percent of the need", unit="percent")
    years_to_full: Approx | None = column("Years to full staffing; infinite is never", unit="years")
    trainees_needed: Approx | None = column("Trainees to be fully staffed at the horizon", unit="persons")
    missing_fte: Approx | None = column("Need less working time", unit="full-time equivalents")
    missing_share_fte: Approx | None = column("The same in percent of the need", unit="percent")
    years_to_full_fte: Approx | None = column("Years to full staffing by working time", unit="years")
    trainees_needed_fte: Approx | None = column("Trainees for the horizon, by working time", unit="persons")
    sustained_specialists: Approx | None = column(
        "Ours, not DLF's: specialists that the trainees keep up in the long run", unit="persons"
    )
    years_even_ages: Approx | None = column(
        "Ours, not DLF's: years if careers end after their fixed length and ages are even",
        unit="years",
        decimals=1,
    )
    years_even_ages_fte: Approx | None = column(
        "Ours, not DLF's: the same by working time", unit="years", decimals=1
    )  # fmt: skip


@dataclass(frozen=True)
class Summary:
    """How many counties get there, by the years to full staffing by head count."""

    counties: int = column("Counties", unit="counties")
    within_horizon: int = column("Fully staffed at the horizon", unit="counties")
    later: int = column("Fully staffed later", unit="counties")
    never: int = column("Never fully staffed", unit="counties")
    unknown: int = column("Cannot be calculated", unit="counties")


def need(settings: Settings, inhabitants: float) -> float:
    """Specialists needed, in full-time equivalents."""
    return inhabitants / settings.inhabitants_per_needed


def balance(settings: Settings, needed: float) -> float:
    """Trainees whose certificates replace the yearly retirements of `needed` specialists."""
    return needed * settings.training_years / settings.career_years


def missing_percent(needed: float, there: float) -> float:
    """What is missing in percent of what is needed; negative is a surplus, not a number without need."""
    return 100.0 * (needed - there) / needed if needed > 0 else math.nan


def years_to_full(settings: Settings, needed: float, specialists: float, trainees: float) -> float:
    """Years until the surplus of trainees fills what is missing: 0 if nothing is, infinite without one."""
    if specialists >= needed:
        return 0.0
    surplus = trainees - balance(settings, needed)
    return (needed - specialists) / (surplus / settings.training_years) if surplus > 0 else math.inf


def trainees_needed(settings: Settings, needed: float, specialists: float) -> float:
    """Trainees, all years through, to be fully staffed at the horizon."""
    missing = max(needed - specialists, 0.0)
    return balance(settings, needed) + settings.training_years * missing / settings.horizon_years


def sustained(settings: Settings, trainees: float) -> float:
    """Specialists there are once everybody has come through this training: inflow times length of career."""
    return trainees / settings.training_years * settings.career_years


def years_even_ages(settings: Settings, needed: float, specialists: float, trainees: float) -> float:
    """Years if the specialists that there are retire evenly over one career; ours, not DLF's.

    The stock grows by trainees/8 - specialists/25 a year and arrives at what the trainees sustain after 25
    years: whoever gets there at all is there by then, and who trains exactly the balance is there just then.
    """
    if specialists >= needed:
        return 0.0
    # A training at the balance may miss it by the last digit of a float.
    if sustained(settings, trainees) < needed * (1 - 1e-12):
        return math.inf
    return (needed - specialists) / (trainees / settings.training_years - specialists / settings.career_years)


def published() -> tuple[Row, ...]:
    """Rows of the closing table, with head counts and working time of the text where it gives both.

    The report prints the need and not the inhabitants that it used. Where the closing table counts full-time
    equivalents (Södermanland, Blekinge, Västernorrland), head counts are those of the text; working time that
    is not printed is head count times mean employment rate, if the text has one.
    """
    table = {
        name: figures_by_county("dlf_staffing_2023", name) for name in ("need", "specialists", "trainees")
    }
    basis, text = bases(), statements()
    rows = []
    for code in table["need"]:
        printed = of_figure(table["specialists"][code])
        heads, fte = (
            (None, printed) if basis[code] == "fte" else (printed, text.get((code, "specialists_fte")))
        )
        if heads is None and fte is not None:
            heads = text.get((code, "specialists_headcount")) or total(
                text.get((code, f"specialists_headcount_{owner}")) for owner in ("public", "private")
            )
        if fte is None:
            fte = through(lambda h, rate: h * rate / 100, heads, text.get((code, "employment_rate_mean")))
        rows.append(
            Row(
                county_code=code,
                inhabitants=None,
                need=of_figure(table["need"][code]),
                specialists=heads,
                trainees=of_figure(table["trainees"][code]),
                specialist_fte=fte,
                trainee_fte=None,
            )
        )
    return tuple(rows)


def compute(rows: Sequence[Row], settings: Settings) -> Tables:
    """Apply the formula to every county, and to their sums where all counties are known."""
    counties = [_staffing(row, settings) for row in rows]
    years = [county.years_to_full.value for county in counties if county.years_to_full is not None]
    summary = Summary(
        counties=len(counties),
        within_horizon=sum(number <= settings.horizon_years for number in years),
        later=sum(settings.horizon_years < number < math.inf for number in years),
        never=sum(number == math.inf for number in years),
        unknown=len(counties) - len(years),
    )
    return {"counties": counties, "national": [_national(rows, settings)], "summary": [summary]}


def _needed(row: Row, settings: Settings) -> Approx | None:
    """Need of a row; a given one is that of as many inhabitants as it is for at the published settings."""
    if row.need is not None:
        factor = Settings().inhabitants_per_needed / settings.inhabitants_per_needed
        return through(lambda number: number * factor, row.need)
    return through(partial(need, settings), row.inhabitants)


def _staffing(row: Row, settings: Settings) -> CountyStaffing:
    needed, heads, fte = _needed(row, settings), row.specialists, row.specialist_fte
    trainees, later = row.trainees, row.trainees if row.trainee_fte is None else row.trainee_fte

    def against_balance(number: float, trained: float) -> float:
        return balance(settings, number) - trained

    def against_balance_percent(number: float, trained: float) -> float:
        return missing_percent(balance(settings, number), trained)

    return CountyStaffing(
        county_code=row.county_code,
        need=needed,
        balance_trainees=through(partial(balance, settings), needed),
        missing_trainees=through(against_balance, needed, trainees),
        missing_trainees_share=through(against_balance_percent, needed, trainees),
        missing_specialists=through(lambda number, there: number - there, needed, heads),
        missing_share=through(missing_percent, needed, heads),
        years_to_full=through(partial(years_to_full, settings), needed, heads, trainees),
        trainees_needed=through(partial(trainees_needed, settings), needed, heads),
        missing_fte=through(lambda number, there: number - there, needed, fte),
        missing_share_fte=through(missing_percent, needed, fte),
        years_to_full_fte=through(partial(years_to_full, settings), needed, fte, later),
        trainees_needed_fte=through(partial(trainees_needed, settings), needed, fte),
        sustained_specialists=through(partial(sustained, settings), trainees),
        years_even_ages=through(partial(years_even_ages, settings), needed, heads, trainees),
        years_even_ages_fte=through(partial(years_even_ages, settings), needed, fte, later),
    )


def _national(rows: Sequence[Row], settings: Settings) -> CountyStaffing:
    """Sums over the counties given, and the formula applied to them."""
    factor = settings.inhabitants_per_needed / Settings().inhabitants_per_needed
    summed = Row(
        county_code="00",
        inhabitants=None,
        need=through(lambda number: number * factor, total(_needed(row, settings) for row in rows)),
        specialists=total(row.specialists for row in rows),
        trainees=total(row.trainees for row in rows),
        specialist_fte=total(row.specialist_fte for row in rows),
        trainee_fte=total(row.trainees if row.trainee_fte is None else row.trainee_fte for row in rows),
    )
    return _staffing(summed, settings)


def bases() -> dict[str, str]:
    """Basis of the specialist count of the closing table by county; empty where there is none."""
    rows = load_table("dlf_staffing_2023").iter_rows(named=True)
    return {row["county_code"]: row["specialists_basis"] or "" for row in rows}


def statements() -> dict[tuple[str, str], Approx]:
    """Statements of the text by county and indicator; the first one where there are several."""
    found: dict[tuple[str, str], Approx] = {}
    for row in load_table("dlf_part_time").iter_rows(named=True):
        code, name = row["county_code"], row["indicator"]
        known = figure("dlf_part_time", "value", county_code=code, indicator=name, locator=row["locator"])
        number = of_figure(known)
        if number is not None:
            found.setdefault((code, name), number)
    return found
