"""Whether published flows add up to published stocks, number by number.

The formula itself, with the rows that go in and come out, is `careersim.published.flow_closure_formula`.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

from careersim.data import Figure
from careersim.published.declare import Calculation
from careersim.published.flow_closure_formula import (
    AS_TEXT,
    COUNTED,
    ENTRY,
    MORE_ENTER,
    Closure,
    Row,
    Settings,
    compute,
    doctor_figures,
    forecast_rows,
    published,
    said_of_retirement,
)
from careersim.published.ledger import Check
from careersim.published.statements import FORECAST_TABLES, documented, forecast, said_of_profession

__all__ = ["CALCULATION"]


def checks(settings: Settings | None = None) -> tuple[Check, ...]:
    """Compare the stocks of 2040, and the direction of the exchange, with what the printed flows give."""
    outcomes = {
        (outcome.profession, outcome.variant): outcome
        for outcome in compute(published(), settings or Settings())["closure"]
    }
    found: list[Check] = []
    for row in forecast_rows():
        outcome = outcomes[row.profession, row.variant]
        if row.variant == AS_TEXT:
            said = said_of_profession(row.profession, "supply_2040")
            found.append(Check("Text", said, outcome.expected_last, reason=_unclosed()))
        elif row.variant != COUNTED:
            found += _stock_checks(row, outcome)
            found += [Check("Text", flow, None) for flow in _printed_flows(row.profession)]
            reason = _unclosed() if row.exchange_said == MORE_ENTER else ""
            found.append(Check("Text", _exchange(row), outcome.residual, reason=reason))
    found += [Check("Doctors", one, None) for one in doctor_figures().values()]
    return tuple(found)


def _printed_flows(profession: str) -> tuple[Figure, ...]:
    enter = said_of_profession(profession, f"inflow_{ENTRY[profession]}_into_primary_care")
    return (enter, *said_of_retirement(profession), said_of_profession(profession, "outflow_other_reasons"))


def _stock_checks(row: Row, outcome: Closure) -> list[Check]:
    name = FORECAST_TABLES[row.profession]
    last = forecast(row.profession, 2040, "supply")
    return [
        Check(name, forecast(row.profession, 2023, "baseline"), None),
        Check(name, last, outcome.expected_last, reason=_unclosed()),
    ]


def _exchange(row: Row) -> Figure:
    """Take the direction in words as a number on one side of zero."""
    low, high = (0.0, inf) if row.exchange_said == MORE_ENTER else (-inf, 0.0)
    return replace(
        said_of_profession(row.profession, "net_exchange_with_labour_market_outside"), low=low, high=high
    )


def _unclosed() -> str:
    """What is documented of flows and stocks, and of the direction of the exchange."""
    return documented("professions_projection", "yearly flows")


CALCULATION = Calculation(
    name="flow-closure",
    title="Whether published flows add up to published stocks",
    formula=(
        "left over per year = (last stock - first stock) / years - (entering - retiring - leaving otherwise "
        "+ net exchange); flows that are not given stay in it. The flows close if zero is in its interval."
    ),
    documents=("socialstyrelsen-2026-guideline", "socialstyrelsen-2022-interim", "socialstyrelsen-2025-st"),
    row=Row,
    settings=Settings,
    published=published,
    compute=compute,
    checks=checks,
)
