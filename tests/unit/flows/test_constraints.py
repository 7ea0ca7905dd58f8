"""What binds, case by case, and shares over replications."""

import polars as pl
import pytest

from careersim.engines.record import SEAT_FIELDS
from careersim.flows.constraints import CONSTRAINTS, binding, constraint_table
from tests.unit.flows import village


def life_with_seats(**counts: int) -> list:
    """County 0 in 2024 has these seats; everywhere else nobody applies."""
    records = village.life()
    for name, count in counts.items():
        records[1].seats[0, 0, SEAT_FIELDS.index(name)] = count
    return records


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"posts": 5, "supervisor_limit": 9, "open": 2, "filled": 2, "rejected": 0}, "applicants"),
        ({"posts": 5, "supervisor_limit": 9, "open": 2, "filled": 1, "rejected": 1}, "applicants"),
        ({"posts": 5, "supervisor_limit": 9, "open": 2, "filled": 2, "rejected": 1}, "posts"),
        ({"posts": 5, "supervisor_limit": 5, "open": 2, "filled": 2, "rejected": 1}, "posts"),
        ({"posts": 5, "supervisor_limit": 4, "open": 2, "filled": 2, "rejected": 1}, "supervisors"),
        ({"posts": -1, "supervisor_limit": 4, "open": 2, "filled": 2, "rejected": 1}, "supervisors"),
        ({"posts": 5, "supervisor_limit": -1, "open": 0, "filled": 0, "rejected": 7}, "posts"),
        ({"posts": -1, "supervisor_limit": -1, "open": -1, "filled": 9, "rejected": 0}, "applicants"),
    ],
)
def test_rule_of_the_year(counts: dict[str, int], expected: str) -> None:
    bound = binding(village.series(life_with_seats(**counts)))
    assert CONSTRAINTS[bound[0, 0, 0, 0]] == expected


def test_shares_and_the_most_common() -> None:
    full = {"posts": 5, "supervisor_limit": 9, "open": 2, "filled": 2, "rejected": 1}
    short = full | {"supervisor_limit": 4}
    table = constraint_table(
        village.series(life_with_seats(**full), life_with_seats(**short), life_with_seats(**short))
    )
    here = table.row(
        by_predicate=(pl.col("county_code") == "01") & (pl.col("year") == 2024) & (pl.col("pool") == "posts"),
        named=True,
    )
    assert [here[name] for name in CONSTRAINTS] == pytest.approx([1 / 3, 2 / 3, 0])
    assert here["most_common"] == "supervisors"
    assert here["mean_supervisor_limit"] == pytest.approx(17 / 3)
    nation = table.row(by_predicate=(pl.col("county_code") == "00") & (pl.col("year") == 2024), named=True)
    assert nation["applicants"] == pytest.approx(20 / 21)
    assert nation["mean_rejected"] == 1


def test_no_limit_is_null() -> None:
    table = constraint_table(village.series(life_with_seats(supervisor_limit=-1)))
    here = table.row(by_predicate=(pl.col("county_code") == "01") & (pl.col("year") == 2024), named=True)
    assert here["mean_supervisor_limit"] is None
    assert here["mean_posts"] == 0
