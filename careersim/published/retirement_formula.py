"""Doctors of primary care who retired, by age and sex, 2014-2018, and the yearly rates that follow.

The document prints the newly retired of five years together, and their share "of the employed of the same
age", but not the number employed. Two readings of the share are possible:

- `year`: of those employed in the five years added up, so that it is a yearly rate. 34 men of 64 at 9 percent
  then mean 76 employed in a year, and the printed shares of ages 64-66 mean 371 of both sexes;
- `period`: of those employed at one time, so that it is the share of five years. Then 378 men of 64 and, of
  both sexes and ages 64-66, 1,853 doctors were employed in primary care at once. But Tabell 6 has 958
  specialists of 60-64 and 706 of 65-69 in all health care, about 474 of 64-66.

The reading is therefore `year`, an inference that can be set. The mean share of Tabell 8, 3 percent "of the
employed in the same ages", is then no yearly rate of these ages, whose printed shares are all 8 or more. Two
things give it, and the document does not say which: 134 a year of the 4,410 specialists of all ages (3.03),
or a fifth of the share of all printed cells together (3.05), divided by the years as the number was.

Counts under 20 are not printed: such a cell is anything from 0 to 19, shown at its middle, our
choice. Those who retired before 62 stand in no cell, only in the printed total of all ages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from careersim.data import Figure, figure, load_table
from careersim.errors import DataError
from careersim.published.approx import Approx, of_figure, through, total
from careersim.published.declare import Tables, column, setting
from careersim.published.ratios import share_percent

__all__ = [
    "PERIOD",
    "RETIRED",
    "SEXES",
    "SHARE",
    "TABLE",
    "YEAR",
    "Reading",
    "RetirementAge",
    "RetirementRow",
    "RetirementSettings",
    "RetirementTotal",
    "compute",
    "implied_employed",
    "mean_age",
    "per_year",
    "printed_ages",
    "printed_cell",
    "published",
    "rate_of_share",
    "yearly_rate_percent",
]

YEAR, PERIOD = "year", "period"
SEXES = ("men", "women")
TABLE = "retirement_by_age"
RETIRED, SHARE = "newly_retired_primary_care_doctors", "newly_retired_share_of_employed_same_age"
_AN_AGE = "an age or a band of ages, such as 64, 65-69 or 71+"
_AGE = re.compile(r"(\d{1,3})(?:-(\d{1,3})|(\+))?")


@dataclass(frozen=True)
class RetirementRow:
    """One sex and age as it goes in."""

    sex: str = column("Sex", key=True, choices=(*SEXES, "both"))
    age: str = column("Age, such as 64, 65-69 or 71+", key=True)
    retired: Approx | None = column("Newly retired, sum over the years", unit="persons", lowest=0)
    employed: Approx | None = column(
        "Employed of this sex and age, mean of the years", unit="persons", lowest=0, required=False
    )
    share_percent: Approx | None = column(
        "Printed share of the employed, if their number is not known",
        unit="percent",
        lowest=0,
        highest=100,
        required=False,
    )
    years: float = column("Years added up", unit="years", lowest=1)

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Tell an age that is none, and more persons who retire in a year than are employed."""
        if _ages(self.age) is None:
            yield "age", f"'{self.age}' is not an age", _AN_AGE
        retired, employed = self.retired, self.employed
        if retired is not None and employed is not None and retired.low / self.years > employed.high:
            yearly = f"{retired.value / self.years:.12g} a year"
            message = f"{retired.value:.12g} in {self.years:.12g} years, {yearly}, are more than the employed"
            yield "retired", message, f"at most {employed.high:.12g} a year"


@dataclass(frozen=True)
class RetirementSettings:
    """How the printed share is read, and the ages of the open band."""

    share_is_of: str = setting(
        YEAR, "What a printed share is of: the employed of each year, or of one time", choices=(YEAR, PERIOD)
    )
    open_band_years: float = setting(
        0.0,
        "Mean age in an open band (71+) above its lowest; 0 gives a lower bound of the mean age (assumption)",
        unit="years",
        lowest=0,
    )


@dataclass(frozen=True)
class RetirementAge:
    """One sex and age as it comes out."""

    sex: str = column("Sex")
    age: str = column("Age")
    retired: Approx | None = column("Newly retired, sum over the years", unit="persons", decimals=1)
    retired_per_year: Approx | None = column("Newly retired", unit="persons per year", decimals=1)
    employed: Approx | None = column(
        "Employed, mean of the years; implied where only a share is known", unit="persons", decimals=1
    )
    rate_percent: Approx | None = column("Yearly rate of retirement", unit="percent per year", decimals=1)


@dataclass(frozen=True)
class RetirementTotal:
    """All ages of one sex, or of both."""

    sex: str = column("Sex")
    retired: Approx | None = column("Newly retired, sum over the years", unit="persons", decimals=1)
    retired_per_year: Approx | None = column("Newly retired", unit="persons per year", decimals=1)
    mean_age: Approx | None = column("Mean age of the newly retired", unit="years", decimals=1)
    most_common_age: int | None = column("Most common single age, bands of ages apart", unit="years")


@dataclass(frozen=True)
class Reading:
    """What a reading of the printed shares means for the number employed."""

    share_is_of: str = column("What the share is of", choices=(YEAR, PERIOD))
    cells: int = column("Cells with a number and a share", unit="cells")
    employed: Approx | None = column("Employed in these cells at one time", unit="persons")
    rate_percent: Approx | None = column("Yearly rate in these cells", unit="percent per year", decimals=1)


def per_year(retired: float, years: float) -> float:
    """Newly retired a year, persons per year, from their sum over `years`."""
    return retired / years


def yearly_rate_percent(retired: float, employed: float, years: float) -> float:
    """Yearly rate, percent per year: retired per year over the mean number employed; NaN for 0."""
    return 100 * retired / years / employed if employed > 0 else float("nan")


def rate_of_share(share: float, years: float, share_is_of: str) -> float:
    """Yearly rate, percent per year, behind a printed share in percent."""
    return share if share_is_of == YEAR else share / years


def implied_employed(retired: float, rate_percent: float, years: float) -> float:
    """Mean number employed, persons, behind a number of retired and a yearly rate; NaN without a rate."""
    return retired / years / (rate_percent / 100) if rate_percent > 0 else float("nan")


def mean_age(ages: Sequence[float], *retired: float) -> float:
    """Mean age, years, of persons who retired at `ages`; NaN for nobody."""
    persons = sum(retired)
    return sum(a * n for a, n in zip(ages, retired, strict=True)) / persons if persons else float("nan")


def published() -> tuple[RetirementRow, ...]:
    """Give the ages of Tabell 7, men and women."""
    return tuple(
        RetirementRow(
            sex=sex,
            age=age,
            retired=_middle(printed_cell(RETIRED, sex, age)),
            employed=None,
            share_percent=of_figure(printed_cell(SHARE, sex, age)),
            years=5,
        )
        for sex in SEXES
        for age in printed_ages()
    )


def compute(rows: Sequence[RetirementRow], settings: RetirementSettings) -> Tables:
    """Give yearly numbers and rates by age, totals with mean ages, and what a reading of shares implies.

    Raises
    ------
    DataError
        If an age is none, or two rows of one sex have an age in common.
    """
    _refuse_overlaps(rows)
    return {
        "retirement": [_age(row, settings) for row in rows],
        "totals": _totals(rows, settings),
        "readings": _readings(rows),
    }


def printed_ages() -> list[str]:
    """Give the ages and bands of ages of Tabell 7."""
    table = load_table(TABLE)
    found: list[str] = table.filter(indicator=RETIRED, sex="men")["age_group"].to_list()
    return [age for age in found if age != "all"]


def printed_cell(indicator: str, sex: str, age: str) -> Figure:
    """Give a number of retired, or a share, of one sex and age; `all` for the total of Tabell 8."""
    return figure(TABLE, "value", indicator=indicator, sex=sex, age_group=age)


def _middle(printed: Figure) -> Approx | None:
    if printed.suppressed:
        return Approx((printed.low + printed.high) / 2, printed.low, printed.high)
    return of_figure(printed)


def _age(row: RetirementRow, settings: RetirementSettings) -> RetirementAge:
    employed, rate = row.employed, None
    if employed is not None:
        rate = through(partial(yearly_rate_percent, years=row.years), row.retired, employed)
    elif row.share_percent is not None:
        of_share = partial(rate_of_share, years=row.years, share_is_of=settings.share_is_of)
        rate = through(of_share, row.share_percent)
        employed = through(partial(implied_employed, years=row.years), row.retired, rate)
    yearly = through(partial(per_year, years=row.years), row.retired)
    return RetirementAge(row.sex, row.age, row.retired, yearly, employed, rate)


def _totals(rows: Sequence[RetirementRow], settings: RetirementSettings) -> list[RetirementTotal]:
    sexes = dict.fromkeys(row.sex for row in rows)
    found = [_total(sex, [row for row in rows if row.sex == sex], settings) for sex in sexes]
    if len(found) < 2 or "both" in sexes:
        return found  # nobody is counted twice
    return [*found, _total("all", rows, settings)]


def _total(sex: str, rows: Sequence[RetirementRow], settings: RetirementSettings) -> RetirementTotal:
    bands = [_band(row) for row in rows]
    ages = [low + settings.open_band_years if high is None else (low + high) / 2 for low, high in bands]
    return RetirementTotal(
        sex=sex,
        retired=total(row.retired for row in rows),
        retired_per_year=total(through(partial(per_year, years=row.years), row.retired) for row in rows),
        mean_age=_mean_age(ages, [row.retired for row in rows]),
        most_common_age=_most_common(rows),
    )


def _mean_age(ages: Sequence[float], retired: Sequence[Approx | None]) -> Approx | None:
    """Mean age and its extremes: the uncertain numbers of the young at one end, of the old at the other.

    More persons of an age draw the mean towards it, so that at an extreme all ages on one side of some age
    have their lowest and all on the other their highest number: one pass over the ages finds it, where all
    corners of the box would be too many.
    """
    known = [one for one in retired if one is not None]
    if len(known) < len(retired) or not sum(one.high for one in known):
        return None
    order = sorted(range(len(ages)), key=lambda index: ages[index])
    means = []
    for cut in range(len(order) + 1):
        young, old = order[:cut], order[cut:]
        for low_side, high_side in ((young, old), (old, young)):
            numbers = [0.0] * len(order)
            for index in low_side:
                numbers[index] = known[index].low
            for index in high_side:
                numbers[index] = known[index].high
            means.append(mean_age(ages, *numbers))
    value = mean_age(ages, *(one.value for one in known))
    known_means = [mean for mean in means if not math.isnan(mean)]
    return None if math.isnan(value) else Approx(value, min(value, *known_means), max(value, *known_means))


def _most_common(rows: Sequence[RetirementRow]) -> int | None:
    """Single age at which certainly the most retire; None if that cannot be told."""
    by_age: dict[int, list[Approx | None]] = {}
    for row in rows:
        low, high = _band(row)
        if high == low:
            by_age.setdefault(low, []).append(row.retired)
    sums = {age: total(numbers) for age, numbers in by_age.items()}
    known = {age: one for age, one in sums.items() if one is not None}
    if not known or len(known) < len(sums):
        return None
    best = max(known, key=lambda age: known[age].low)
    rivals = [one.high for age, one in known.items() if age != best]
    lowest = known[best].low
    return best if lowest > 0 and all(high < lowest for high in rivals) else None


def _readings(rows: Sequence[RetirementRow]) -> list[Reading]:
    cells = [row for row in rows if row.share_percent is not None and row.employed is None]
    found = []
    for share_is_of in (YEAR, PERIOD) if cells else ():
        ages = [_age(row, RetirementSettings(share_is_of=share_is_of)) for row in cells]
        employed = total(one.employed for one in ages)
        yearly = total(one.retired_per_year for one in ages)
        found.append(Reading(share_is_of, len(cells), employed, through(share_percent, yearly, employed)))
    return found


def _refuse_overlaps(rows: Sequence[RetirementRow]) -> None:
    """Nobody may be counted in two rows: 64, 064 and 64-64 are one age, and 64-66 holds 65."""
    by_sex: dict[str, list[tuple[int, float, str]]] = {}
    for row in rows:
        low, high = _band(row)
        by_sex.setdefault(row.sex, []).append((low, math.inf if high is None else high, row.age))
    for sex, bands in by_sex.items():
        bands.sort()
        for (_, last, age), (first, _, other) in pairwise(bands):
            if first <= last:
                raise DataError(
                    f"the ages '{age}' and '{other}' have {first} in common",
                    where=f"the rows of {sex}: age",
                    expected="each age in one row of a sex",
                    remedy="keep one of the rows, or make the bands narrower",
                )


def _ages(age: str) -> tuple[int, int | None] | None:
    """Lowest and highest age of a band, the highest None if it is open; None if it is no age."""
    read = _AGE.fullmatch(age.strip())
    if read is None or (read[2] and int(read[2]) < int(read[1])):
        return None
    low = int(read[1])
    return low, None if read[3] else int(read[2] or low)


def _band(row: RetirementRow) -> tuple[int, int | None]:
    """Lowest and highest age of a row; None for an open band."""
    ages = _ages(row.age)
    if ages is None:
        raise DataError(f"'{row.age}' is not an age", where=f"the row of {row.sex}", expected=_AN_AGE)
    return ages
