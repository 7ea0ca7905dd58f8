"""Inhabitants per trainee and per specialist in general medicine, November 2023: the formula.

Socialstyrelsen divides the inhabitants of a county by the head counts of the occupation register and rounds
to the nearest 5. Two things that it divides are known only within bounds, and two rules bound them.

- Trainees: Tabell 2 and Tabell 3 print different numbers of 2023 in nine counties, always 5 apart. Either may
  be right: the interval is that of both, the number that of Tabell 2, to which the ratios belong.
- Inhabitants: neither the number nor its date is named. Both printed ratios of the national row, multiplied
  by the printed counts, leave 10.52 to 10.56 million, which shuts out the 10 577 720 of 2024 and fits the
  document's own year. No population of 2023 is published, but 2019 and 2024 enclose it: the number is that on
  the straight line, the interval goes from the one year to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from careersim.data import figure, figures_by_county, load_table
from careersim.published.approx import (
    Approx,
    exactly,
    hull,
    of_figure,
    of_known_figure,
    through,
    to_nearest,
    total,
)
from careersim.published.declare import Tables, column, more_than, setting
from careersim.published.ratios import on_line, part_of, per_head, share_percent
from careersim.published.statements import NATIONAL

__all__ = [
    "COLUMNS",
    "BaselineResult",
    "BaselineRow",
    "BaselineSettings",
    "ImpliedPopulation",
    "SectorYear",
    "compute",
    "implied_inhabitants",
    "inhabitants_2023",
    "private_share",
    "published",
    "sector_series",
    "trainees_2023",
]

COLUMNS = ("trainees", "inhabitants_per_trainee", "gps", "inhabitants_per_gp")
"""Columns of Tabell 2."""

YEAR, PUBLISHED_YEARS = 2023, (2019, 2024)
"""Year of the counts, and the published years of population before and after it."""


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

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Tell more trainees with public providers than there are."""
        return more_than(self, "public_trainees", "trainees")


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


def implied_inhabitants(heads: float, per_head: float) -> float:
    """Give the inhabitants (persons) behind a count of heads and the inhabitants per head."""
    return heads * per_head


def published() -> tuple[BaselineRow, ...]:
    """Give the 21 counties of Tabell 2, with their trainees and inhabitants as far as they are known."""
    printed = {name: figures_by_county("baseline_2023", name) for name in COLUMNS}
    trainees, inhabitants = trainees_2023(), inhabitants_2023()
    return tuple(
        BaselineRow(
            county_code=code,
            inhabitants=inhabitants[code],
            trainees=trainees[code],
            specialists=of_figure(printed["gps"][code]),
            public_trainees=None,
            printed_per_trainee=of_figure(printed["inhabitants_per_trainee"][code]),
            printed_per_specialist=of_figure(printed["inhabitants_per_gp"][code]),
        )
        for code in printed["trainees"]
    )


def trainees_2023() -> dict[str, Approx]:
    """Give the trainees by county: the number of Tabell 2, and the interval of it and that of Tabell 3.

    Both tables count the trainees of November 2023, and in nine counties they print different numbers. Which
    is right is not known: where one document prints two numbers for one quantity, either may be true.
    """
    here, there = (
        figures_by_county("baseline_2023", "trainees"),
        figures_by_county("st_scenarios", "trainees_2023"),
    )
    return {code: hull(of_known_figure(cell).value, cell, there[code]) for code, cell in here.items()}


def inhabitants_2023() -> dict[str, Approx]:
    """Give the inhabitants by county: on the line between the years published, within those two years.

    The population behind the ratios is not printed. The line gives a number to show; nothing is taken from
    it but that the true one lies between that of the year before and that of the year after.
    """
    before, after = (figures_by_county("population", "population", year=year) for year in PUBLISHED_YEARS)
    first, last = PUBLISHED_YEARS
    passed = (YEAR - first) / (last - first)
    return {
        code: hull(
            on_line(passed, of_known_figure(before[code]).value, of_known_figure(after[code]).value),
            before[code],
            after[code],
        )
        for code in before
    }


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


def _series_years() -> list[int]:
    table = load_table("st_stock_2020_2023")
    return sorted(int(row["year"]) for row in table.iter_rows(named=True) if row["basis"] == "table")


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
