"""The printed summary of a comparison: no number is cut, and nothing that matters is missing."""

from __future__ import annotations

import json

import polars as pl

from careersim.outputs.compare_text import comparison_headline, comparison_text
from tests.unit.compared import comparison

TEXT = comparison().summary()


def test_no_line_is_longer_than_asked_and_nothing_is_cut() -> None:
    assert max(map(len, TEXT.splitlines())) <= 140
    assert "…" not in TEXT


def test_every_part_is_there() -> None:
    for words in (
        "more less tiny, Sweden: mean (80 % interval of the differences)",
        "Guideline, list reading by headcount",
        "more: the 10 counties whose healer workforce differs most, headcount 2030",
        "entrants: the 10 counties whose healer workforce differs most",
        "more: what stops more, share of counties and replications, baseline → scenario",
        "entrants: whose career differs by the end of the run",
        "6 paired replications, seed 5.",
        "as checked in every replication: more 2025, entrants 2026, bonus 2026.",
        "Intervals carry chance only, at fixed parameters",
        "more: added cost of Sweden to 2030, million SEK of 2023 discounted to 2025 at 3 %",
        "Cost per added full-time year, all costs:",
        "million SEK paid (undiscounted); deadweight share",
        "Costs are at constant prices",
    ):
        assert words in " ".join(TEXT.split()), words


def test_the_headline_number_is_that_of_the_table() -> None:
    row = (
        comparison()
        .tables["differences"]
        .filter(scenario="more", county_code="00", group="workforce", measure="headcount", year=2030)
    )
    mean = row["difference_mean"][0]
    assert 1 <= mean < 100, "told with one digit"
    line = next(line for line in TEXT.splitlines() if line.startswith(" Healer"))
    assert f"{mean:+.1f}" in line


def test_ten_counties_are_shown_the_most_affected_first() -> None:
    lines = TEXT.splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("more: the 10 counties"))
    end = next(i for i in range(start + 4, len(lines)) if not lines[i].strip())
    shown = lines[start + 4 : end]
    assert len(shown) == 10
    most = (
        comparison()
        .tables["differences"]
        .filter(
            pl.col("county_code") != "00", scenario="more", group="workforce", measure="headcount", year=2030
        )
        .sort(pl.col("difference_mean").abs(), descending=True)["difference_mean"][0]
    )
    assert f"{most:+.1f}" in shown[0] or f"{most:+.2f}" in shown[0]


def test_the_headline_is_plain_data_of_sweden() -> None:
    found = comparison()
    told = json.loads(json.dumps(comparison_headline(found.tables, found.manifest), allow_nan=False))
    assert (told["baseline"], told["replications"], told["precision"]) == ("tiny", 6, None)
    assert [one["name"] for one in told["scenarios"]] == ["more", "entrants", "bonus"]
    assert {row["county_code"] for row in told["differences"]} == {"00"}
    assert {row["year"] for row in told["differences"]} == {2025, 2028, 2030}
    assert told["careers_changed"][0]["share"] > 0


def test_a_narrow_terminal_keeps_the_numbers() -> None:
    narrow = comparison_text(comparison().tables, comparison().manifest, width=110)
    assert max(map(len, narrow.splitlines())) <= 110
