"""The simplified model: trainees 5, 25 and 50 percent above the mean of 2021-2023, and supervisors for them.

Socialstyrelsen raises the unrounded mean number of trainees of the three latest years and rounds to the
nearest 5 (Tabell 3). It then divides the specialists of 2023 by the trainees of 2023 and of each scenario, as
a sign of whether there are supervisors enough, and draws the spread over the counties as a box plot
(Figur 5), of which no number is printed. Specialists are taken from Tabell 2, trainees of 2023 from Tabell 3.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from careersim.data import figure, figures_by_county
from careersim.published.approx import Approx, of_figure, over_all, through, to_nearest, total
from careersim.published.declare import Calculation, Tables, column, setting
from careersim.published.ledger import Check
from careersim.published.ratios import per_head
from careersim.published.statements import NATIONAL, documented, of_trainees, statement

__all__ = [
    "CALCULATION",
    "ScenarioInput",
    "SimplifiedSettings",
    "quantile",
    "raised",
]

DOCUMENT = "socialstyrelsen-2025-st"


@dataclass(frozen=True)
class ScenarioInput:
    """Figures of one county."""

    county_code: str = column("County", county=True, key=True)
    trainees_today: Approx | None = column("Trainees in the latest year", unit="persons", lowest=0)
    trainees_mean: Approx | None = column(
        "Mean number of trainees of the latest years", unit="persons", lowest=0
    )
    specialists: Approx | None = column(
        "Specialists in general medicine", unit="persons", lowest=0, required=False
    )


@dataclass(frozen=True)
class SimplifiedSettings:
    """What can be set; three increases, because the document has three."""

    small_increase: float = setting(5.0, "Small increase of trainees", unit="percent", lowest=-100)
    medium_increase: float = setting(25.0, "Medium increase of trainees", unit="percent", lowest=-100)
    large_increase: float = setting(50.0, "Large increase of trainees", unit="percent", lowest=-100)
    rounding: float = setting(5.0, "Rounding of trainees, to the nearest (0: none)", unit="persons", lowest=0)
    upper_threshold: float = setting(
        2.0, "Specialists per trainee: first threshold", unit="specialists per trainee", lowest=0
    )
    lower_threshold: float = setting(
        1.0,
        "Specialists per trainee: second threshold (ours; not in the document)",
        unit="specialists per trainee",
        lowest=0,
    )
    quartiles: str = setting(
        "inclusive",
        "How quartiles are interpolated between counties (ours; the document does not say)",
        choices=("inclusive", "exclusive"),
    )


@dataclass(frozen=True)
class ScenarioResult:
    """Trainees and specialists per trainee in one county and one case."""

    county_code: str = column("County (00: all rows together)", key=True)
    case: str = column("Case", key=True, choices=("today", "small", "medium", "large"))
    increase: float | None = column("Increase over the mean; empty today", unit="percent")
    trainees: Approx | None = column("Trainees", unit="persons", decimals=1)
    rounded_trainees: float | None = column("Trainees, rounded", unit="persons")
    specialists: Approx | None = column("Specialists in general medicine", unit="persons")
    specialists_per_trainee: Approx | None = column(
        "Specialists per trainee", unit="specialists per trainee", decimals=2
    )


@dataclass(frozen=True)
class Spread:
    """Specialists per trainee over the counties in one case: the box plot of Figur 5, and counts."""

    case: str = column("Case", key=True, choices=("today", "small", "medium", "large"))
    counties: int = column("Counties with a known ratio", unit="counties")
    minimum: Approx | None = column("Lowest", unit="specialists per trainee", decimals=2)
    lower_quartile: Approx | None = column("Lower quartile", unit="specialists per trainee", decimals=2)
    median: Approx | None = column("Median", unit="specialists per trainee", decimals=2)
    upper_quartile: Approx | None = column("Upper quartile", unit="specialists per trainee", decimals=2)
    maximum: Approx | None = column("Highest", unit="specialists per trainee", decimals=2)
    country: Approx | None = column("All rows together", unit="specialists per trainee", decimals=2)
    below_upper: Approx = column("Below the first threshold", unit="counties")
    at_most_upper: Approx = column("At or below the first threshold", unit="counties")
    below_lower: Approx = column("Below the second threshold", unit="counties")


def raised(mean: float, increase_percent: float) -> float:
    """Give the trainees (persons) when their mean number rises by so many percent."""
    return mean * (100 + increase_percent) / 100


def quantile(numbers: Sequence[float], share: float, method: str) -> float:
    """Interpolate a quantile linearly.

    Parameters
    ----------
    numbers
        In any order, at least one.
    share
        0 to 1.
    method
        `inclusive`: the lowest number is the quantile 0 and the highest the quantile 1. `exclusive`: both
        ends are open, as in the box plots of common spreadsheets; shares beyond the ends give the ends.
    """
    ordered = sorted(numbers)
    last = len(ordered) - 1
    position = share * last if method == "inclusive" else share * (last + 2) - 1
    position = min(max(position, 0.0), float(last))
    below = math.floor(position)
    fraction = position - below
    if fraction == 0 or ordered[below] == ordered[below + 1]:
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * fraction


def published() -> tuple[ScenarioInput, ...]:
    """Give the 21 counties of Tabell 3 with the specialists of Tabell 2."""
    today = figures_by_county("st_scenarios", "trainees_2023")
    mean = figures_by_county("st_scenarios", "trainees_mean_2021_2023")
    specialists = figures_by_county("baseline_2023", "gps")
    return tuple(
        ScenarioInput(code, of_figure(today[code]), of_figure(mean[code]), of_figure(specialists[code]))
        for code in today
    )


def compute(rows: Sequence[ScenarioInput], settings: SimplifiedSettings) -> Tables:
    """Give trainees and specialists per trainee by county and case, and the spread over the counties."""
    whole = ScenarioInput(
        NATIONAL,
        total(row.trainees_today for row in rows),
        total(row.trainees_mean for row in rows),
        total(row.specialists for row in rows),
    )
    found = [
        scenario(row, case, increase, settings.rounding)
        for row in (*rows, whole)
        for case, increase in cases(settings).items()
    ]
    return {"scenarios": found, "spread": [spread(found, case, settings) for case in cases(settings)]}


def cases(settings: SimplifiedSettings) -> dict[str, float | None]:
    """Give the increase (percent over the mean) of each case; None today."""
    return {
        "today": None,
        "small": settings.small_increase,
        "medium": settings.medium_increase,
        "large": settings.large_increase,
    }


def scenario(row: ScenarioInput, case: str, increase: float | None, rounding: float) -> ScenarioResult:
    """Give one county in one case."""
    trainees = row.trainees_today
    if increase is not None:
        trainees = through(lambda mean: raised(mean, increase), row.trainees_mean)
    return ScenarioResult(
        county_code=row.county_code,
        case=case,
        increase=increase,
        trainees=trainees,
        rounded_trainees=to_nearest(trainees, rounding),
        specialists=row.specialists,
        specialists_per_trainee=through(per_head, row.specialists, trainees),
    )


def spread(results: Sequence[ScenarioResult], case: str, settings: SimplifiedSettings) -> Spread:
    """Summarize the counties of one case; those without a ratio are left out."""
    of_case = [one for one in results if one.case == case]
    country = next(one.specialists_per_trainee for one in of_case if one.county_code == NATIONAL)
    ratios = [
        one.specialists_per_trainee
        for one in of_case
        if one.county_code != NATIONAL and one.specialists_per_trainee is not None
    ]

    def at(share: float) -> Approx | None:
        return over_all(ratios, lambda numbers: quantile(numbers, share, settings.quartiles))

    return Spread(
        case=case,
        counties=len(ratios),
        minimum=over_all(ratios, min),
        lower_quartile=at(0.25),
        median=at(0.5),
        upper_quartile=at(0.75),
        maximum=over_all(ratios, max),
        country=country,
        below_upper=count(ratios, lambda ratio: ratio < settings.upper_threshold),
        at_most_upper=count(ratios, lambda ratio: ratio <= settings.upper_threshold),
        below_lower=count(ratios, lambda ratio: ratio < settings.lower_threshold),
    )


def count(numbers: Sequence[Approx], holds: Callable[[float], bool]) -> Approx:
    """Count the numbers for which something holds that a lower number can only make true."""
    return Approx(
        float(sum(holds(n.value) for n in numbers)),
        float(sum(holds(n.high) for n in numbers)),
        float(sum(holds(n.low) for n in numbers)),
    )


def checks() -> tuple[Check, ...]:
    """Compare with Tabell 3 and with what the text says of Figur 5."""
    tables = compute(published(), SimplifiedSettings())
    return (*_table_3(tables["scenarios"]), *_figure_5(tables))


def _table_3(results: Sequence[ScenarioResult]) -> Iterable[Check]:
    by_place = {(one.county_code, one.case): one.trainees for one in results}
    mean = total(row.trainees_mean for row in published())
    county_sums = documented("st_scenarios", "county sums")
    for code in dict.fromkeys(one.county_code for one in results):
        whole = code == NATIONAL
        for name, computed in (
            ("trainees_2023", by_place[code, "today"] if whole else None),
            ("trainees_mean_2021_2023", mean if whole else None),
            ("trainees_plus_5pct", by_place[code, "small"]),
            ("trainees_plus_25pct", by_place[code, "medium"]),
            ("trainees_plus_50pct", by_place[code, "large"]),
        ):
            printed = figure("st_scenarios", name, county_code=code)
            yield Check("Tabell 3", printed, computed, reason=county_sums if whole else "")


def _figure_5(tables: Tables) -> Iterable[Check]:
    """The text prints three statements; "most" is read as the median, "several" as at least two counties."""
    spreads = {one.case: one for one in tables["spread"]}
    large = of_trainees("specialists_per_trainee_if_plus_50_percent")
    today = of_trainees("specialists_per_trainee_today_several_regions")
    medium = statement(2, "specialists per trainee", DOCUMENT, "l. 1141-1142", bound="upper")
    ratios = [
        one.specialists_per_trainee
        for one in tables["scenarios"]
        if one.case == "today" and one.county_code != NATIONAL
    ]
    second = over_all(ratios, lambda numbers: sorted(numbers)[1])
    yield Check("Text on Figur 5", large, spreads["large"].median)
    yield Check("Text on Figur 5", medium, spreads["medium"].median)
    yield Check("Text on Figur 5", today, second)


CALCULATION = Calculation(
    name="simplified-model",
    title="Simplified model: 5, 25 and 50 percent more trainees, and specialists per trainee",
    formula=(
        "Trainees = mean of the latest years x (1 + increase), rounded to the nearest 5; specialists per "
        "trainee = specialists / trainees, today and after each increase; lowest, quartiles and highest of "
        "the counties."
    ),
    documents=(DOCUMENT,),
    row=ScenarioInput,
    published=published,
    compute=compute,
    checks=checks,
    settings=SimplifiedSettings,
)
