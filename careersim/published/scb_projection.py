"""Supply and demand of four professions by county: SCB's national forecast, shared out as in 2023.

The document gives each county the part of the national forecast that it had of the profession in 2023. It
prints 2030 and 2040 and says that the figures "can be calculated per year"; for a year between we draw a
straight line, which is ours. For psychologists there is a second demand, 120 more each year 2026-2035.
National rows of 2030 and 2040 are printed to the nearest 100 and were shared out before that rounding:
cells of large counties are reproduced within the interval, not to the digit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import sub
from typing import Any

from careersim.data import Figure, Rounding, figure, figures_by_county
from careersim.errors import UserError, nearest_name
from careersim.published.approx import Approx, exactly, of_figure, through, total
from careersim.published.declare import Calculation, Tables, column, setting
from careersim.published.ledger import Check

__all__ = [
    "CALCULATION",
    "PROFESSIONS",
    "CountyOutcome",
    "NationalOutcome",
    "Row",
    "Settings",
    "added_demand",
    "allocated",
    "allocated_gap",
    "checks",
    "compute",
    "growth_percent",
    "implied_nation",
    "published",
]

PROFESSIONS = {
    "district_nurse": "Tabell 2",
    "occupational_therapist": "Tabell 3",
    "physiotherapist": "Tabell 4",
    "psychologist": "Tabell 5",
}
"""The professions of the forecast and the table in which each is printed."""

_FIRST, _MIDDLE, _LAST = 2023, 2030, 2040
_WITH_ADDITION = "psychologist"


@dataclass(frozen=True)
class Row:
    """One profession in one county; national figures, those of the year included, are SCB's if left empty."""

    profession: str = column("Profession", key=True)
    county_code: str = column("County", county=True, key=True)
    persons: Approx = column("Persons in primary care, 2023", unit="persons", lowest=0)
    national: Approx | None = column("Persons, country, 2023", unit="persons", lowest=1, required=False)
    national_supply: Approx | None = column("Supply, country", unit="persons", lowest=0, required=False)
    national_demand: Approx | None = column("Demand, country", unit="persons", lowest=0, required=False)
    national_demand_alt: Approx | None = column(
        "Demand, country, alternative", unit="persons", lowest=0, required=False
    )


@dataclass(frozen=True)
class Settings:
    """The year, and what the psychologist alternative adds."""

    year: int = setting(
        _LAST, "Year; on a straight line between the printed ones (ours)", lowest=_FIRST, highest=_LAST
    )
    added_per_year: float = setting(
        120.0, "Psychologists that the alternative demands in addition", unit="persons per year", lowest=0
    )
    added_from: int = setting(2026, "First year of the addition", unit="calendar year")
    added_to: int = setting(2035, "Last year of the addition", unit="calendar year")


@dataclass(frozen=True)
class CountyOutcome:
    """One profession in one county in the year."""

    profession: str = column("Profession")
    county_code: str = column("County", county=True)
    year: int = column("Year")
    persons: Approx = column("Persons, 2023", unit="persons")
    share_percent: Approx | None = column("Share of the country, 2023", unit="percent", decimals=1)
    supply: Approx | None = column("Supply", unit="persons")
    demand: Approx | None = column("Demand", unit="persons")
    gap: Approx | None = column("Supply minus demand", unit="persons")
    demand_alt: Approx | None = column("Demand, alternative", unit="persons")
    gap_alt: Approx | None = column("Supply minus demand, alternative", unit="persons")


@dataclass(frozen=True)
class NationalOutcome:
    """One profession in the whole country in the year, and the sum of the counties that were given."""

    profession: str = column("Profession")
    year: int = column("Year")
    persons: Approx | None = column("Persons, 2023", unit="persons")
    supply: Approx | None = column("Supply", unit="persons")
    demand: Approx | None = column("Demand", unit="persons")
    gap: Approx | None = column("Supply minus demand", unit="persons")
    demand_alt: Approx | None = column("Demand, alternative", unit="persons")
    gap_alt: Approx | None = column("Supply minus demand, alternative", unit="persons")
    supply_growth_percent: Approx | None = column("Growth of supply since 2023", unit="percent", decimals=1)
    demand_growth_percent: Approx | None = column("Growth of demand since 2023", unit="percent", decimals=1)
    counties: int = column("Counties given")
    sum_persons: Approx | None = column("Persons in them, 2023", unit="persons")
    sum_supply: Approx | None = column("Supply in them", unit="persons")
    sum_demand: Approx | None = column("Demand in them", unit="persons")


def allocated(persons: float, national: float, national_later: float) -> float:
    """Give a county its share of 2023 in the national number of a later year; all in persons."""
    return persons / national * national_later


def allocated_gap(persons: float, national: float, supply: float, demand: float) -> float:
    """Give a county its share of 2023 in the national supply less the national demand; all in persons."""
    return persons / national * (supply - demand)


def growth_percent(first: float, later: float) -> float:
    """Change from first to later, in percent of the first."""
    return 100.0 * (later / first - 1.0)


def added_demand(year: int, settings: Settings) -> float:
    """Persons that the alternative has added by the end of a year."""
    years = min(year, settings.added_to) - settings.added_from + 1
    return settings.added_per_year * max(years, 0)


def published() -> tuple[Row, ...]:
    """Give the counts of 2023 in Tabell 2-5; the national figures are left to the forecast."""
    return tuple(
        Row(profession, code, persons, None, None, None, None)
        for profession in PROFESSIONS
        for code, cell in _counties(profession, _FIRST, "baseline").items()
        if (persons := of_figure(cell)) is not None
    )


def compute(rows: Iterable[Row], settings: Settings) -> Tables:
    """Share the national supply and demand of the year out over the counties.

    Raises
    ------
    UserError
        If a profession is none of the forecast's and its rows lack national figures, or if rows of one
        profession have different ones.
    """
    by_profession: dict[str, list[Row]] = {}
    for row in rows:
        by_profession.setdefault(row.profession, []).append(row)
    counties: list[CountyOutcome] = []
    nation: list[NationalOutcome] = []
    for own in by_profession.values():
        filled = _filled(own, settings)
        outcomes = [_county(row, settings.year) for row in filled]
        counties += outcomes
        nation.append(_nation(filled[0], outcomes, settings.year))
    return {"counties": counties, "nation": nation}


def implied_nation(
    before: Mapping[str, Approx | None], later: Mapping[str, Approx | None], nation: Approx | None
) -> Approx | None:
    """Infer the unrounded national number behind a column from its county cells alone.

    Every county was given the same growth, so its two printed cells, in 2023 and later, bound that growth.
    Gives the numbers that agree with all counties, and their middle, in persons; None if there is none.
    """
    low, high = 0.0, float("inf")
    for code, cell in later.items():
        first = before[code]
        if cell is not None and first is not None and first.low > 0:
            low = max(low, cell.low / first.high)
            high = min(high, cell.high / first.low)
    if nation is None or low > high:
        return None
    ends = (low * nation.low, high * nation.high)
    return Approx(sum(ends) / 2, *ends)


def checks(settings: Settings | None = None) -> tuple[Check, ...]:
    """Compare Tabell 2-5, and what the text says about them, with the formula."""
    settings = settings or Settings()
    by_year = {year: compute(published(), replace(settings, year=year)) for year in (_MIDDLE, _LAST)}
    found = [check for profession in PROFESSIONS for check in _table_checks(profession, by_year)]
    for profession in PROFESSIONS:
        found += _text_checks(profession, by_year[_LAST])
    addition = "demand_increase_alternative_scenario"
    whole = settings.added_per_year * (settings.added_to - settings.added_from + 1)
    found.append(Check("Text", _said(_WITH_ADDITION, addition), None))
    found.append(Check("Text", _said(_WITH_ADDITION, f"{addition}_total"), exactly(whole)))
    found.append(Check("Text", _said("all_four", "baseline_shortage_assumed"), None))
    return tuple(found)


_NATIONAL = ("national", "national_supply", "national_demand", "national_demand_alt")


def _filled(rows: list[Row], settings: Settings) -> list[Row]:
    """Fill the empty national cells of one profession's rows from the forecast."""
    profession = rows[0].profession
    if len({tuple(getattr(row, name) for name in _NATIONAL) for row in rows}) > 1:
        raise UserError(
            f"the rows of {profession} have different national figures",
            where=", ".join(_NATIONAL),
            expected="the same four cells in all rows of a profession",
        )
    given = {name: cell for name in _NATIONAL if (cell := getattr(rows[0], name)) is not None}
    if profession in PROFESSIONS:
        forecast = _forecast(profession, settings)
        if "national_demand" in given:
            del forecast["national_demand_alt"]  # it goes with SCB's demand only
        return [replace(row, **(forecast | given)) for row in rows]
    if "national" not in given or len(given) == 1:
        raise UserError(
            f"there is no national forecast of '{profession}'",
            where="profession",
            expected=f"one of {', '.join(PROFESSIONS)}",
            nearest=nearest_name(profession, PROFESSIONS),
            remedy="or fill the columns national and national_supply or national_demand",
        )
    return rows


def _forecast(profession: str, settings: Settings) -> dict[str, Approx | None]:
    demand = _on_line(profession, "demand", settings.year)
    alternative = through(lambda base: base + added_demand(settings.year, settings), demand)
    numbers = (
        _national(profession, _FIRST, "baseline"),
        _on_line(profession, "supply", settings.year),
        demand,
        alternative if profession == _WITH_ADDITION else None,
    )
    return dict(zip(_NATIONAL, numbers, strict=True))


def _on_line(profession: str, series: str, year: int) -> Approx | None:
    first_year, last_year = (_FIRST, _MIDDLE) if year <= _MIDDLE else (_MIDDLE, _LAST)
    first = _national(profession, first_year, "baseline" if first_year == _FIRST else series)
    last = _national(profession, last_year, series)
    passed = (year - first_year) / (last_year - first_year)
    return through(lambda start, end: start + (end - start) * passed, first, last)


def _national(profession: str, year: int, series: str) -> Approx | None:
    return of_figure(_cell("00", profession, year, series))


def _cell(code: str, profession: str, year: int, series: str) -> Figure:
    where: dict[str, str | int] = {"profession": profession, "year": year, "series": series}
    return figure("professions_projection", "value", county_code=code, **where)


def _counties(profession: str, year: int, series: str) -> dict[str, Figure]:
    return figures_by_county(
        "professions_projection", "value", profession=profession, year=year, series=series
    )


def _county(row: Row, year: int) -> CountyOutcome:
    base = (row.persons, row.national)
    return CountyOutcome(
        profession=row.profession,
        county_code=row.county_code,
        year=year,
        persons=row.persons,
        share_percent=through(lambda persons, national: 100.0 * persons / national, *base),
        supply=through(allocated, *base, row.national_supply),
        demand=through(allocated, *base, row.national_demand),
        gap=through(allocated_gap, *base, row.national_supply, row.national_demand),
        demand_alt=through(allocated, *base, row.national_demand_alt),
        gap_alt=through(allocated_gap, *base, row.national_supply, row.national_demand_alt),
    )


def _nation(row: Row, counties: list[CountyOutcome], year: int) -> NationalOutcome:
    return NationalOutcome(
        profession=row.profession,
        year=year,
        persons=row.national,
        supply=row.national_supply,
        demand=row.national_demand,
        gap=through(sub, row.national_supply, row.national_demand),
        demand_alt=row.national_demand_alt,
        gap_alt=through(sub, row.national_supply, row.national_demand_alt),
        supply_growth_percent=through(growth_percent, row.national, row.national_supply),
        demand_growth_percent=through(growth_percent, row.national, row.national_demand),
        counties=len(counties),
        sum_persons=total(county.persons for county in counties),
        sum_supply=total(county.supply for county in counties),
        sum_demand=total(county.demand for county in counties),
    )


_REASONS = {
    ("district_nurse", "supply_growth"): "The text says +4 percent, Tabell 2 has 9 600 after 9 350.",
    ("district_nurse", "supply_2040"): "The text says 9 500; Tabell 2 and the summary have 9 600.",
}
"""What the text says otherwise than the tables (documented with professions_projection)."""


def _table_checks(profession: str, by_year: Mapping[int, Tables]) -> list[Check]:
    name = PROFESSIONS[profession]
    # The formula takes the national count of 2023 as given too, but it can be had by adding the counties.
    added_up = _row(by_year[_LAST]["nation"], profession).sum_persons
    found = [Check(name, _cell("00", profession, _FIRST, "baseline"), added_up)]
    found += [Check(name, cell, None) for cell in _counties(profession, _FIRST, "baseline").values()]
    for year, tables in by_year.items():
        for series in ("supply", "demand", "demand_alt"):
            if series == "demand_alt" and profession != _WITH_ADDITION:
                continue
            derived = getattr(_row(tables["nation"], profession), series) if series == "demand_alt" else None
            found.append(Check(name, _cell("00", profession, year, series), derived))
            found += [
                Check(name, cell, getattr(_row(tables["counties"], profession, code), series))
                for code, cell in _counties(profession, year, series).items()
            ]
    return found


def _row(table: Sequence[Any], profession: str, code: str | None = None) -> Any:
    return next(
        row for row in table if row.profession == profession and (code is None or row.county_code == code)
    )


def _text_checks(profession: str, last: Tables) -> list[Check]:
    """The text repeats national totals; they are compared with what the county cells imply."""
    nation = _row(last["nation"], profession)
    implied = {series: _implied(profession, series) for series in ("supply", "demand")}
    named: list[tuple[str, Approx | None]] = [
        ("supply_growth", nation.supply_growth_percent),
        ("demand_growth", nation.demand_growth_percent),
    ]
    if profession == "district_nurse":
        blekinge = _row(last["counties"], profession, "10")
        named += [
            ("employed_primary_care", nation.sum_persons),
            ("supply_2040", implied["supply"]),
            ("demand_2040", implied["demand"]),
            ("county_example_blekinge_supply_2040", blekinge.supply),
            ("county_example_blekinge_demand_2040", blekinge.demand),
        ]
    if profession == _WITH_ADDITION:
        named.append(("national_demand_2040_alternative", nation.demand_alt))
    found = [
        Check("Text", _said(profession, name), computed, reason=_REASONS.get((profession, name), ""))
        for name, computed in named
    ]
    ends = sorted(implied.values(), key=lambda number: 0.0 if number is None else number.value)
    span = _span_ends(_said(profession, "national_span_2040"))
    return found + [Check("Text", end, computed) for end, computed in zip(span, ends, strict=True)]


def _implied(profession: str, series: str) -> Approx | None:
    before, later = (
        {code: of_figure(cell) for code, cell in _counties(profession, year, name).items()}
        for year, name in ((_FIRST, "baseline"), (_LAST, series))
    )
    return implied_nation(before, later, _national(profession, _FIRST, "baseline"))


def _said(profession: str, indicator: str) -> Figure:
    return figure("professions_flows", "value", profession=profession, indicator=indicator)


def _span_ends(span: Figure) -> list[Figure]:
    """Take the two printed ends of a span apart; national totals are printed to the nearest 100."""
    rounding = Rounding("nearest", 100.0)
    return [
        replace(span, value=end, low=end - 50.0, high=end + 50.0, rounding=rounding)
        for end in (span.low, span.high)
    ]


CALCULATION = Calculation(
    name="scb-projection",
    title="Supply and demand of four professions by county, 2023 to 2040",
    formula=(
        "county in the year = county 2023 / country 2023 x country in the year; gap = supply - demand. "
        "Psychologist alternative: demand + 120 for each year 2026-2035 that has passed. "
        "Between 2023, 2030 and 2040 the country moves on straight lines (ours)."
    ),
    documents=("socialstyrelsen-2026-guideline",),
    row=Row,
    settings=Settings,
    published=published,
    compute=compute,
    checks=checks,
)
