"""The printed summary: the numbers of the tables, within the width, and what to keep in mind."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from careersim.outputs.folder import read_run
from careersim.outputs.text import headline, summary_text
from careersim.types import COUNTY_NAMES
from tests.unit.outputs.tiny import tiny_result


def test_every_county_and_the_note_are_printed() -> None:
    text = " ".join(tiny_result().summary().split())
    assert all(name in text for name in COUNTY_NAMES.values())
    assert "4 replications, seed 5." in text
    assert "Not a forecast: parameters are sourced, not calibrated" in text
    assert "intervals and shares carry chance only" in text
    assert "fewer than 41" in text


@pytest.mark.parametrize("width", [132, 140])
def test_lines_fit(width: int) -> None:
    lines = tiny_result().summary(width).splitlines()
    assert max(len(line) for line in lines) <= width
    assert not any(line != line.rstrip() for line in lines)
    assert "…" not in "".join(lines)


def test_numbers_are_those_of_the_tables() -> None:
    result = tiny_result()
    row = (
        result.tables["workforce"]
        .filter(
            pl.col("county_code") == "00",
            pl.col("year") == 2030,
            pl.col("group") == "workforce",
            pl.col("measure") == "headcount",
        )
        .collect()
        .row(0, named=True)
    )
    assert f"{row['p50']:,.0f} ({row['p10']:,.0f}–{row['p90']:,.0f})" in result.summary()


def test_a_folder_prints_what_the_run_printed(tmp_path: Path) -> None:
    result = tiny_result()
    run = read_run(result.write(tmp_path / "run"))
    assert summary_text(run.tables, run.manifest) == result.summary()


def test_without_the_profession_of_the_guideline_there_are_no_counties() -> None:
    result = tiny_result()
    effective = result.manifest["config"]["effective"]
    other = effective | {"guideline": effective["guideline"] | {"profession": "doctor"}}
    manifest = dict(result.manifest) | {"config": {"effective": other}}
    text = summary_text(result.tables, manifest)
    assert "Healer" in text
    assert "Gotland" not in text


def test_headline_is_the_nation_in_three_years() -> None:
    told = headline(tiny_result().tables, tiny_result().manifest)
    assert {row["year"] for row in told["national"]} == {2023, 2025, 2030}
    assert {row["county_code"] for row in told["national"]} == {"00"}
