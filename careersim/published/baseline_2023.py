"""The baseline of November 2023: inhabitants per trainee and per specialist in general medicine, by county.

Socialstyrelsen divides the inhabitants of a county by the head counts of the occupation register and rounds
to the nearest 5. It names neither the population nor its date. Both printed ratios, multiplied by the printed
counts, enclose it: the national row (4 320 for 2 440 trainees) leaves 10.52 to 10.56 million. That shuts out
the 10 577 720 of 2024 and fits the document's own year, 2023, for which no population is printed. The default
is that of 2024, the nearest published, and some ratios differ for that reason alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careersim.data import Figure, Rounding, figure, figures_by_county, load_table
from careersim.published.approx import Approx, exactly, of_figure, through, total
from careersim.published.declare import Calculation, Tables, column, setting
from careersim.published.ledger import Check

__all__ = [
    "CALCULATION",
    "BaselineRow",
    "BaselineSettings",
    "implied_inhabitants",
    "per_head",
    "statement",
    "to_nearest",
]

DOCUMENT = "socialstyrelsen-2025-st"
NATIONAL = "00"

POPULATION_YEAR = (
    "The population behind the ratios is not printed. The national row shuts out that of 2024, which is "
    "given here for want of a nearer one; the document's year is 2023."
)
ROUNDED_TO_TEN = (
    "Trainees 2023 in this county differ between Tabell 2 and Tabell 3 by 5; the count of Tabell 2 looks "
    "rounded to the nearest 10 although 5 is stated, and the ratio rests on the unrounded one."
)
COUNTY_SUM = "The county counts of trainees add up to 2 445, the national row prints 2 440."


@dataclass(frozen=True)
class BaselineRow:
    """Figures of one county."""

    county_code: str = column("County", county=True, key=True)
    inhabitants: Approx | None = column("Inhabitants", unit="persons", lowest=0)
    trainees: Approx | None = column("Trainees in general medicine", unit="persons", lowest=0, required=False)
    specialists: Approx | None = column(
        "Specialists in general medicine", unit="persons", lowest=0, required=False
    )
    public_trainees: Approx | None = column(
        "Trainees with a public provider", unit="persons", lowest=0, required=False
    )
    printed_per_trainee: Approx | None = column(
        "Inhabitants per trainee as printed elsewhere",
        unit="inhabitants per trainee",
        lowest=0,
        required=False,
    )
    printed_per_specialist: Approx | None = column(
        "Inhabitants per specialist as printed elsewhere",
        unit="inhabitants per specialist",
        lowest=0,
        required=False,
    )


@dataclass(frozen=True)
class BaselineSettings:
    """What can be set."""

    rounding: float = setting(5.0, "Rounding of the ratios, to the nearest (0: none)", lowest=0)


@dataclass(frozen=True)
class BaselineResult:
    """Ratios of one county, or of all together (00)."""

    county_code: str = column("County (00: all rows together)", key=True)
    inhabitants: Approx | None = column("Inhabitants", unit="persons")
    trainees: Approx | None = column("Trainees in general medicine", unit="persons")
    specialists: Approx | None = column("Specialists in general medicine", unit="persons")
    inhabitants_per_trainee: Approx | None = column("Inhabitants per trainee", unit="inhabitants per trainee")
    rounded_per_trainee: float | None = column(
        "Inhabitants per trainee, rounded", unit="inhabitants per trainee"
    )
    inhabitants_per_specialist: Approx | None = column(
        "Inhabitants per specialist", unit="inhabitants per specialist"
    )
    rounded_per_specialist: float | None = column(
        "Inhabitants per specialist, rounded", unit="inhabitants per specialist"
    )
    public_share: Approx | None = column("Trainees with a public provider", unit="percent", decimals=1)


@dataclass(frozen=True)
class ImpliedPopulation:
    """Which numbers of inhabitants are possible behind the printed ratios of one county."""

    county_code: str = column("County", key=True)
    inhabitants: Approx | None = column("Inhabitants as given", unit="persons")
    from_trainees: Approx | None = column("Trainees times inhabitants per trainee", unit="persons")
    from_specialists: Approx | None = column("Specialists times inhabitants per specialist", unit="persons")
    low: float | None = column("Fewest inhabitants that fit both", unit="persons")
    high: float | None = column("Most inhabitants that fit both", unit="persons")
    finding: str = column(
        "Whether the given number fits",
        choices=("fits", "too many given", "too few given", "ratios contradict each other", "not known"),
    )


@dataclass(frozen=True)
class SectorYear:
    """Trainees of the country in November of one year; Tabell 6, the same whatever rows are given."""

    year: int = column("Year", key=True)
    trainees: Approx | None = column("Trainees in general medicine", unit="persons")
    public_share: Approx | None = column("With a public provider", unit="percent")
    private_share: Approx | None = column("With a private provider", unit="percent")
    public_trainees: Approx | None = column("Trainees with a public provider", unit="persons")
    private_trainees: Approx | None = column("Trainees with a private provider", unit="persons")
    change: Approx | None = column("Change of trainees since the first year", unit="persons")
    public_share_change: Approx | None = column(
        "Change of the public share since the first year", unit="percentage points"
    )


def per_head(number: float, heads: float) -> float:
    """Give a number (such as inhabitants) per head; infinite without heads, no number for 0 by 0."""
    if heads == 0:
        return math.nan if number == 0 else math.inf
    return number / heads


def implied_inhabitants(heads: float, per_head: float) -> float:
    """Give the inhabitants (persons) behind a count of heads and the inhabitants per head."""
    return heads * per_head


def share_percent(part: float, whole: float) -> float:
    """Give the part in percent of the whole; no number if the whole is nothing."""
    return 100 * part / whole if whole else math.nan


def part_of(whole: float, percent: float) -> float:
    """Give the given percentage of the whole, in the unit of the whole."""
    return whole * percent / 100


def to_nearest(number: Approx | None, step: float) -> float | None:
    """Round to the nearest multiple of a step, halves up; not at all if the step is 0."""
    if number is None:
        return None
    if step == 0 or math.isinf(number.value):
        return number.value
    return math.floor(number.value / step + 0.5) * step


def statement(
    value: float, unit: str, document: str, locator: str, *, step: float = 0.0, bound: str = ""
) -> Figure:
    """Make a figure of a number that stands in the running text and in no table of the package.

    Parameters
    ----------
    step
        It is rounded to the nearest multiple of this; 0 if exact.
    bound
        `lower` for "more than", `upper` for "fewer than" or "at most"; empty for a plain number.
    """
    if bound == "lower":
        low, high, rounding = value, math.inf, Rounding("lower_bound")
    elif bound == "upper":
        low, high, rounding = 0.0, value, Rounding("upper_bound")
    else:
        low, high = value - step / 2, value + step / 2
        rounding = Rounding("nearest", step) if step else Rounding("exact")
    return Figure(value, low, high, rounding, False, unit, document, locator, "text", "value", ())


def published() -> tuple[BaselineRow, ...]:
    """Give the 21 counties of Tabell 2, with the inhabitants of 2024."""
    inhabitants = figures_by_county("population", "population", year=2024)
    printed = {name: figures_by_county("baseline_2023", name) for name in _COLUMNS}
    return tuple(
        BaselineRow(
            county_code=code,
            inhabitants=of_figure(inhabitants[code]),
            trainees=of_figure(printed["trainees"][code]),
            specialists=of_figure(printed["gps"][code]),
            public_trainees=None,
            printed_per_trainee=of_figure(printed["inhabitants_per_trainee"][code]),
            printed_per_specialist=of_figure(printed["inhabitants_per_gp"][code]),
        )
        for code in printed["trainees"]
    )


def compute(rows: Sequence[BaselineRow], settings: BaselineSettings) -> Tables:
    """Give the ratios by county and for all rows, the implied inhabitants, and the published series."""
    whole = BaselineRow(
        county_code=NATIONAL,
        inhabitants=total(row.inhabitants for row in rows),
        trainees=total(row.trainees for row in rows),
        specialists=total(row.specialists for row in rows),
        public_trainees=total(row.public_trainees for row in rows),
        printed_per_trainee=None,
        printed_per_specialist=None,
    )
    return {
        "baseline": [ratios(row, settings) for row in (*rows, whole)],
        "implied_inhabitants": [implied(row) for row in rows],
        "sector_shares": sector_series(),
    }


def ratios(row: BaselineRow, settings: BaselineSettings) -> BaselineResult:
    """Give the ratios of one county."""
    per_trainee = through(per_head, row.inhabitants, row.trainees)
    per_specialist = through(per_head, row.inhabitants, row.specialists)
    return BaselineResult(
        county_code=row.county_code,
        inhabitants=row.inhabitants,
        trainees=row.trainees,
        specialists=row.specialists,
        inhabitants_per_trainee=per_trainee,
        rounded_per_trainee=to_nearest(per_trainee, settings.rounding),
        inhabitants_per_specialist=per_specialist,
        rounded_per_specialist=to_nearest(per_specialist, settings.rounding),
        public_share=through(share_percent, row.public_trainees, row.trainees),
    )


def implied(row: BaselineRow) -> ImpliedPopulation:
    """Enclose the inhabitants of one county by what was printed about it."""
    sides = (
        through(implied_inhabitants, row.trainees, row.printed_per_trainee),
        through(implied_inhabitants, row.specialists, row.printed_per_specialist),
    )
    known = [side for side in sides if side is not None]
    low = max((side.low for side in known), default=None)
    high = min((side.high for side in known), default=None)
    return ImpliedPopulation(
        row.county_code, row.inhabitants, *sides, low, high, _finding(row.inhabitants, low, high)
    )


def sector_series() -> list[SectorYear]:
    """Give Tabell 6 with head counts by sector and the change since its first year."""
    years = _series_years()
    trainees, shares = (
        [of_figure(figure("st_stock_2020_2023", name, year=year, basis="table")) for year in years]
        for name in ("total", "public_share_percent")
    )
    found = []
    for year, count, public in zip(years, trainees, shares, strict=True):
        private = through(private_share, public)
        found.append(
            SectorYear(
                year=year,
                trainees=count,
                public_share=public,
                private_share=private,
                public_trainees=through(part_of, count, public),
                private_trainees=through(part_of, count, private),
                change=_change(trainees[0], count, first_year=year == years[0]),
                public_share_change=_change(shares[0], public, first_year=year == years[0]),
            )
        )
    return found


def private_share(public: float) -> float:
    """Give the private share from the public one, both in percent."""
    return 100 - public


def checks() -> tuple[Check, ...]:
    """Compare with Tabell 2, Tabell 6 and the text around them."""
    results = {one.county_code: one for one in compute(published(), BaselineSettings())["baseline"]}
    return (*_table_2(results), *_table_6(), *_text(results))


def _table_2(results: dict[str, BaselineResult]) -> Iterable[Check]:
    disputed = _disputed_counties()
    for code, result in results.items():
        counted = code == NATIONAL
        for name, computed in (
            ("trainees", result.trainees if counted else None),
            ("inhabitants_per_trainee", result.inhabitants_per_trainee),
            ("gps", result.specialists if counted else None),
            ("inhabitants_per_gp", result.inhabitants_per_specialist),
        ):
            reason = ""
            if name == "trainees" and counted:
                reason = COUNTY_SUM
            elif name == "inhabitants_per_trainee" and code in disputed:
                reason = f"{ROUNDED_TO_TEN} {POPULATION_YEAR}"
            elif name.startswith("inhabitants"):
                reason = POPULATION_YEAR
            yield Check("Tabell 2", figure("baseline_2023", name, county_code=code), computed, reason=reason)


def _table_6() -> Iterable[Check]:
    for one in sector_series():
        for name, computed in (
            ("total", None),
            ("public_share_percent", None),
            ("private_share_percent", one.private_share),
        ):
            printed = figure("st_stock_2020_2023", name, year=one.year, basis="table")
            yield Check("Tabell 6", printed, computed)


def _text(results: dict[str, BaselineResult]) -> Iterable[Check]:
    """Numbers of the running text that say something about the two tables."""
    for year in (2020, 2023):
        for name in ("total", "public_share_percent"):
            yield Check("Text", figure("st_stock_2020_2023", name, year=year, basis="text"), None)
    whole = results[NATIONAL]
    stock = figure("st_stock_2020_2023", "total", basis="text_main_chapter")
    yield Check("Text", stock, whole.trainees, reason=COUNTY_SUM)
    yield Check("Text", _indicator("share_private"), sector_series()[-1].private_share)
    counties = [one for code, one in results.items() if code != NATIONAL]
    trainees = sorted((one.trainees for one in counties if one.trainees), key=lambda one: one.value)
    specialists = [one.specialists for one in counties if one.specialists]
    ratio = [one.inhabitants_per_trainee for one in counties if one.inhabitants_per_trainee]
    yield Check("Text", _indicator("trainees_per_county_min"), trainees[0])
    yield Check("Text", _indicator("trainees_per_county_max"), trainees[-1])
    for value, computed, place in (
        (490, trainees[-1], "l. 855"),
        (10, trainees[0], "l. 856-857"),
        (20, trainees[1], "l. 857"),
        (440, trainees[-2], "l. 857"),
        (1090, max(specialists, key=lambda one: one.value), "l. 932"),
    ):
        yield Check("Text", statement(value, "persons", DOCUMENT, place, step=5), computed)
    lowest = min(ratio, key=lambda one: one.value)
    reason = f"{ROUNDED_TO_TEN} {POPULATION_YEAR}"
    yield Check("Text", _indicator("inhabitants_per_trainee_lowest_county"), lowest, reason=reason)


_COLUMNS = ("trainees", "inhabitants_per_trainee", "gps", "inhabitants_per_gp")


def _indicator(name: str) -> Figure:
    return figure("other_indicators", "value", topic="trainees_and_supervision", indicator=name)


def _series_years() -> list[int]:
    table = load_table("st_stock_2020_2023")
    return sorted(int(row["year"]) for row in table.iter_rows(named=True) if row["basis"] == "table")


def _disputed_counties() -> set[str]:
    """Counties whose trainees of 2023 are not the same in Tabell 2 and Tabell 3."""
    here = figures_by_county("baseline_2023", "trainees")
    there = figures_by_county("st_scenarios", "trainees_2023")
    return {code for code in here if here[code].value != there[code].value}


def _change(first: Approx | None, now: Approx | None, *, first_year: bool) -> Approx | None:
    """Difference to the first year; the first year does not differ from itself, whatever its rounding."""
    return exactly(0) if first_year else through(lambda before, after: after - before, first, now)


def _finding(given: Approx | None, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "not known"
    if low > high:
        return "ratios contradict each other"
    if given is None:
        return "not known"
    if given.low > high:
        return "too many given"
    return "too few given" if given.high < low else "fits"


CALCULATION = Calculation(
    name="baseline-2023",
    title="Baseline 2023: inhabitants per trainee and per specialist in general medicine",
    formula=(
        "Inhabitants per trainee = inhabitants / trainees; inhabitants per specialist = inhabitants / "
        "specialists; head counts, rounded to the nearest 5. Private share = 100 - public share."
    ),
    documents=(DOCUMENT, "socialstyrelsen-2026-guideline"),
    row=BaselineRow,
    published=published,
    compute=compute,
    checks=checks,
    settings=BaselineSettings,
)
