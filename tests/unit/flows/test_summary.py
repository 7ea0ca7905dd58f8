"""Means, spreads and type-7 quantiles against worked numbers, and the order of tidy rows."""

import numpy as np
import polars as pl
import pytest

from careersim.flows.summary import FEW_REPLICATIONS, interval_note, statistics, tidy


def test_statistics_of_one_to_five_by_hand() -> None:
    found = {name: float(value) for name, value in statistics(np.arange(1, 6)).items()}
    assert found == pytest.approx(
        {"mean": 3.0, "sd": 2.5**0.5, "p2_5": 1.1, "p10": 1.4, "p50": 3.0, "p90": 4.6, "p97_5": 4.9}
    )


def test_one_replication_has_no_spread() -> None:
    table = tidy(np.array([[4]]), {"state": ["a"]})
    assert table.row(0, named=True) == {
        "state": "a", "mean": 4.0, "sd": None, "p2_5": 4.0, "p10": 4.0, "p50": 4.0, "p90": 4.0, "p97_5": 4.0,
        "replications": 1,
    }  # fmt: skip


def test_rows_run_through_the_last_dimension_first() -> None:
    values = np.arange(12).reshape(1, 2, 3, 2)
    table = tidy(values, {"state": ["a", "b"], "year": range(2020, 2023), "county_code": ["01", "03"]})
    assert table["mean"].to_list() == list(range(12))
    assert table.row(7)[:3] == ("b", 2020, "03")
    assert table.schema["year"] == pl.Int32


def test_what_is_not_finite_is_null() -> None:
    table = tidy(np.array([[1.0], [np.inf], [np.inf]]), {"state": ["a"]})
    row = table.row(0, named=True)
    assert row["mean"] is None
    assert row["sd"] is None
    assert row["p97_5"] is None


def test_an_empty_dimension_gives_no_rows() -> None:
    assert tidy(np.zeros((3, 0, 2)), {"pool": [], "county_code": ["01", "03"]}).height == 0


@pytest.mark.parametrize(
    ("replications", "words"),
    [
        (1, "One replication has no interval"),
        (40, "fewer than 41"),
        (
            41,
            "With 41 replications the 95 % interval holds a further replication with probability about 0.90.",
        ),
        (999, "about 0.95."),
    ],
)
def test_the_note_says_what_few_replications_are_worth(replications: int, words: str) -> None:
    assert words in interval_note(replications)
    assert ("fewer" in interval_note(replications)) == (replications == 40)


def test_from_the_threshold_on_the_ends_are_the_second_lowest_and_highest() -> None:
    few, enough = (statistics(np.arange(1, n + 1)) for n in (FEW_REPLICATIONS - 1, FEW_REPLICATIONS))
    assert few["p2_5"] < 2
    assert (enough["p2_5"], enough["p97_5"]) == pytest.approx((2, FEW_REPLICATIONS - 1))


def test_a_further_replication_is_inside_as_often_as_the_note_says() -> None:
    """Of uniform numbers an interval holds its own width of further ones."""
    n = 9
    expected_order = np.arange(1, n + 1) / (n + 1)
    found = statistics(expected_order)
    assert found["p97_5"] - found["p2_5"] == pytest.approx(0.95 * (n - 1) / (n + 1))
