"""Whether published yearly flows add up to the change between published stocks.

The guideline report gives the stock of four professions in 2023 and the forecast of 2040 (Tabell 2-5) and, in
words, the yearly mean of those who enter after their degree, retire, and leave for other reasons. For the
exchange with the labour market outside primary care it has a direction but no number ("slightly more leave").
What the named flows leave over is therefore that exchange, if all numbers hold: its size and its sign can be
compared with the words.

Doctors cannot be closed: no document gives the specialists who enter primary care in a year, nor the doctors
who begin or leave specialist training there. Their rows show what a missing flow would have to be. The stock
of 2023 is not set against 2019, since it has another definition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isinf

from careersim.data import Figure, Rounding, figure
from careersim.errors import UserError
from careersim.published.approx import Approx, exactly, of_figure, of_known_figure, through, total
from careersim.published.declare import Tables, column, setting
from careersim.published.statements import FORECAST_TABLES, forecast, gp_series, said_of_profession

__all__ = [
    "AS_TEXT",
    "COUNTED",
    "ENTRY",
    "MORE_ENTER",
    "MORE_LEAVE",
    "NEAREST_TEN",
    "Closure",
    "Row",
    "Settings",
    "closed",
    "compute",
    "doctor_figures",
    "expected_stock",
    "forecast_rows",
    "net_flow",
    "published",
    "residual",
    "said_of_retirement",
]

NEAREST_TEN = "flows to the nearest 10"
"""Reading of all flows as rounded to 10 or finer, also "100" and "200", whose digits say nearest 100."""

MORE_ENTER, MORE_LEAVE = "more enter", "more leave"
_NOT_COUNTED, COUNTED = "over 75 not counted", "over 75 counted"
AS_TEXT = "2040 as in the text"

ENTRY = dict.fromkeys(FORECAST_TABLES, "licensed") | {"district_nurse": "graduates"}
"""How the text words the entry into primary care."""

_EXCHANGE = {
    "district_nurse": MORE_LEAVE,
    "occupational_therapist": MORE_ENTER,
    "physiotherapist": MORE_ENTER,
    "psychologist": MORE_LEAVE,
}
"""Which way the text says that the exchange with the labour market outside goes, "slightly" in each case."""


@dataclass(frozen=True)
class Row:
    """Two stocks and the flows between them; a flow left empty stays in what is left over."""

    profession: str = column("Profession", key=True)
    variant: str = column("Variant", key=True, required=False)
    first_year: int = column("First year", unit="calendar year", lowest=1900, highest=2200)
    last_year: int = column("Last year", unit="calendar year", lowest=1900, highest=2200)
    stock_first: Approx = column("Stock in the first year", unit="persons", lowest=0)
    stock_last: Approx = column("Stock in the last year", unit="persons", lowest=0)
    inflow: Approx | None = column("New graduates", unit="persons per year", lowest=0, required=False)
    retirement: Approx | None = column("Retire", unit="persons per year", lowest=0, required=False)
    other_exits: Approx | None = column("Leave otherwise", unit="persons per year", lowest=0, required=False)
    net_exchange: Approx | None = column(
        "Come from elsewhere less go there", unit="persons per year", required=False
    )
    exchange_said: str = column("Exchange in words", choices=(MORE_ENTER, MORE_LEAVE), required=False)

    def contradictions(self) -> Iterable[tuple[str, str, str]]:
        """Tell a last year that is not later than the first."""
        if self.last_year <= self.first_year:
            message = f"{self.last_year} is not later than first_year {self.first_year}"
            yield "last_year", message, "a last year that is later than the first"


@dataclass(frozen=True)
class Settings:
    """How words are read."""

    just_over_units: float = setting(
        1.0, "'Just over N' is at most N and this many units of its last digit but zeros (ours)", lowest=0
    )


@dataclass(frozen=True)
class Closure:
    """What the named flows leave over."""

    profession: str = column("Profession")
    variant: str = column("Variant")
    first_year: int = column("First year")
    last_year: int = column("Last year")
    stock_change: Approx | None = column("Change of stock", unit="persons per year", decimals=1)
    net_flow: Approx | None = column("Named flows, net", unit="persons per year", decimals=1)
    residual: Approx | None = column("Left over: change less flows", unit="persons per year", decimals=1)
    percent_of_flows: Approx | None = column("Left over, of in- and outflows", unit="percent", decimals=1)
    closed: bool = column("The named flows can add up to the change")
    exchange_said: str = column("Exchange in words")
    direction: str = column("Sign of what is left over against the words")
    stock_last: Approx = column("Stock in the last year", unit="persons")
    expected_last: Approx | None = column("Stock by the named flows", unit="persons")


def net_flow(inflow: float, retirement: float, other_exits: float, net_exchange: float) -> float:
    """Entering less leaving, persons per year."""
    return inflow - retirement - other_exits + net_exchange


def expected_stock(first: float, years: float, net: float) -> float:
    """Stock, in persons, after years of a net flow in persons per year."""
    return first + years * net


def residual(first: float, last: float, years: float, net: float) -> float:
    """Yearly change of the stock less the net flow, persons per year."""
    return (last - first) / years - net


def closed(left_over: Approx) -> bool:
    """Whether nothing may be left over: zero is in the interval."""
    return left_over.low <= 0.0 <= left_over.high


def published() -> tuple[Row, ...]:
    """Give stocks and flows in all readings that the documents leave open."""
    by_digits = forecast_rows()
    return (*by_digits, *(_in_tens(row) for row in by_digits), *_doctor_rows())


def compute(rows: Iterable[Row], settings: Settings) -> Tables:
    """Set the change of the stocks against the flows.

    Raises
    ------
    UserError
        If the last year of a row is not later than the first.
    """
    return {"closure": [_closure(row, settings) for row in rows]}


def _closure(row: Row, settings: Settings) -> Closure:
    years = row.last_year - row.first_year
    if years <= 0:
        raise UserError(
            f"{row.profession}: {row.last_year} is not later than {row.first_year}",
            where="first_year, last_year",
            expected="a last year that is later than the first",
        )
    stocks = [_bounded(stock, settings) for stock in (row.stock_first, row.stock_last)]
    flows = (row.inflow, row.retirement, row.other_exits, row.net_exchange)
    named = [exactly(0.0) if flow is None else _bounded(flow, settings) for flow in flows]
    net = through(net_flow, *named)
    left = through(lambda first, last, net: residual(first, last, years, net), *stocks, net)
    volume = total(named[:3])
    change = through(lambda first, last: (last - first) / years, *stocks)
    percent = None
    if volume is not None and volume.low > 0:
        percent = through(_percent_of_flows, change, *named)
    return Closure(
        profession=row.profession,
        variant=row.variant or "",
        first_year=row.first_year,
        last_year=row.last_year,
        stock_change=change,
        net_flow=net,
        residual=left,
        percent_of_flows=percent,
        closed=left is not None and closed(left),
        exchange_said=row.exchange_said or "",
        direction=_direction(left, row.exchange_said or ""),
        stock_last=stocks[1],
        expected_last=through(lambda first, net: expected_stock(first, years, net), stocks[0], net),
    )


def _percent_of_flows(
    change: float, inflow: float, retirement: float, other: float, exchange: float
) -> float:
    left = change - net_flow(inflow, retirement, other, exchange)
    return 100.0 * left / (inflow + retirement + other)


def _direction(left: Approx | None, said: str) -> str:
    if left is None or not said:
        return ""
    low, high = (left.low, left.high) if said == MORE_ENTER else (-left.high, -left.low)
    if low > 0:
        return "agrees"
    return "contradicts" if high < 0 else "open"


def _bounded(number: Approx, settings: Settings) -> Approx:
    """Close the open end of "just over 250": 260 would have been named itself."""
    if not isinf(number.high):
        return number
    last_digit = 10.0 ** int(Decimal(repr(number.value)).normalize().as_tuple().exponent)
    return replace(number, high=number.value + settings.just_over_units * last_digit)


def forecast_rows() -> tuple[Row, ...]:
    """Rows of the four professions, flows read by their digits."""
    rows = []
    for profession in FORECAST_TABLES:
        row = Row(
            profession=profession,
            variant="",
            first_year=2023,
            last_year=2040,
            stock_first=of_known_figure(forecast(profession, 2023, "baseline")),
            stock_last=of_known_figure(forecast(profession, 2040, "supply")),
            inflow=of_figure(said_of_profession(profession, f"inflow_{ENTRY[profession]}_into_primary_care")),
            retirement=None,
            other_exits=of_figure(said_of_profession(profession, "outflow_other_reasons")),
            net_exchange=None,
            exchange_said=_EXCHANGE[profession],
        )
        pensions = said_of_retirement(profession)
        variants = ("",) if len(pensions) == 1 else (_NOT_COUNTED, COUNTED)
        for variant, pension in zip(variants, pensions, strict=True):
            rows.append(replace(row, variant=variant, retirement=of_figure(pension)))
        if profession == "district_nurse":
            text = of_known_figure(said_of_profession(profession, "supply_2040"))
            rows.append(replace(rows[-1], variant=AS_TEXT, stock_last=text))
    return tuple(rows)


def _doctor_rows() -> tuple[Row, ...]:
    """Specialists and trainees in general medicine: what is published of stocks and flows."""
    doctors = {name: of_known_figure(one) for name, one in doctor_figures().items()}
    gps = Row(
        profession="gp",
        variant="no inflow is published",
        first_year=2010,
        last_year=2019,
        stock_first=doctors["gp 2010"],
        stock_last=doctors["gp 2019"],
        inflow=None,
        retirement=doctors["gp retirement"],
        other_exits=None,
        net_exchange=None,
        exchange_said="",
    )
    trainees = replace(
        gps,
        profession="gp_trainee",
        variant="no flows are published",
        first_year=2020,
        last_year=2023,
        stock_first=doctors["gp_trainee 2020"],
        stock_last=doctors["gp_trainee 2023"],
        retirement=None,
    )
    return gps, trainees


def doctor_figures() -> dict[str, Figure]:
    """Give stocks and flows of doctors in persons and persons per year, by profession and what they are."""
    return {
        "gp 2010": gp_series("gps_employed_primary_care", 2010),
        "gp 2019": gp_series("t3_gp_primary_care", 2019),
        # Of all doctors in primary care, yearly mean of 2014-2018.
        "gp retirement": figure(
            "retirement_by_age", "value", indicator="newly_retired_primary_care_doctors_mean_per_year"
        ),
        "gp_trainee 2020": figure("st_stock_2020_2023", "total", year=2020, basis="table"),
        "gp_trainee 2023": figure("st_stock_2020_2023", "total", year=2023, basis="table"),
    }


def said_of_retirement(profession: str) -> tuple[Figure, ...]:
    """Retirement; twice if the text tells it without and with those who work after 75."""
    pension = said_of_profession(profession, "outflow_retirement")
    if profession == "physiotherapist":
        return pension, said_of_profession(profession, "outflow_retirement_including_active_over_75")
    if profession == "psychologist":  # "about 45-60", ends to the nearest 5
        rounding = Rounding("nearest", 5.0)
        return tuple(
            replace(pension, value=end, low=end - 2.5, high=end + 2.5, rounding=rounding)
            for end in (pension.low, pension.high)
        )
    return (pension,)


def _in_tens(row: Row) -> Row:
    return replace(
        row,
        variant=f"{row.variant}; {NEAREST_TEN}" if row.variant else NEAREST_TEN,
        inflow=_narrowed(row.inflow),
        retirement=_narrowed(row.retirement),
        other_exits=_narrowed(row.other_exits),
    )


def _narrowed(flow: Approx | None) -> Approx | None:
    """Keep a flow within 5 of its printed number; the open end of "just over" stays open."""
    if flow is None:
        return None
    high = flow.high if isinf(flow.high) else min(flow.high, flow.value + 5.0)
    return Approx(flow.value, max(flow.low, flow.value - 5.0), high)
