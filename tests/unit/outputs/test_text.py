"""The printed summary: the numbers of the tables, within the width, and what to keep in mind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from careersim.flows.attainment import wilson
from careersim.outputs import county_text
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


def county_lines(summary: str) -> list[str]:
    """The rows of the table of counties, which ends before the simple formulas."""
    guideline = summary.split("Simple formulas from the stocks", maxsplit=1)[0]
    return [line for line in guideline.splitlines() if line.startswith((*COUNTY_NAMES.values(), "Sweden†"))]


def test_columns_are_named_for_what_they_are() -> None:
    text = tiny_result().summary()
    words = " ".join(text.split())
    assert len(county_lines(text)) == len(COUNTY_NAMES) + 1
    assert "shares of replications at fixed parameters" in words
    assert "at the end of that year or of an earlier one of the run (first passage)" in words
    assert "a surplus in one county covers a lack in another" in words
    assert "P by" not in words
    assert "publ." not in words  # nothing is published on healers


def test_none_and_all_are_words_with_bounds_in_the_legend() -> None:
    def told(hits: int, trials: int) -> str:
        low, high = wilson(np.array([hits]), trials)
        row = {"by_year": hits / trials, "by_year_low": low[0], "by_year_high": high[0]}
        return county_text._chance(row, "by_year")

    assert [told(hits, 50) for hits in (0, 1, 49, 50)] == ["none", ".02", ".98", "all"]
    assert "of up to .07, or of .93 and more" in county_text._bounds(50)
    assert "of up to .01, or of .99 and more" in county_text._bounds(5000)
    assert told(1, 5000) == "<.01"
    assert told(4999, 5000) == ">.99"


@pytest.mark.parametrize(
    ("median", "low", "high", "told"),
    [
        (2037, 2035, 2039, "2037 (35–39)"),
        (2037, 2037, 2037, "2037"),
        (2099, 2098, 2101, "2099 (98–01)"),
        (2037, 2035, None, "2037 (35–)"),
        (None, 2040, None, "never (40–)"),
        (None, None, None, "never"),
    ],
)
def test_the_first_year_has_its_interval(
    median: int | None, low: int | None, high: int | None, told: str
) -> None:
    assert county_text._when({"median_year": median, "p10_year": low, "p90_year": high}) == told


def as_doctors(manifest: Any, tables: Any) -> tuple[dict[str, Any], dict[str, pl.LazyFrame]]:
    """The tiny run as if its healers, simulated since 2022, were doctors."""
    effective = manifest["config"]["effective"]
    effective = effective | {"guideline": effective["guideline"] | {"profession": "doctor"}}
    healer = manifest["professions"][0]
    professions = [healer, healer | {"name": "doctor", "start_year": 2022}]
    changed = dict(manifest) | {"config": {"effective": effective}, "professions": professions}
    renamed = {name: table.with_columns(profession=pl.lit("doctor")) for name, table in tables.items()}
    return changed, renamed


def test_published_coverage_stands_beside_the_simulated_one() -> None:
    result = tiny_result()
    manifest, tables = as_doctors(result.manifest, result.tables)
    text = summary_text(tables, manifest)
    assert "sim." in text
    assert "publ." in text
    chosen = result.tables["guideline"].filter(year=2023, indicator="inhabitants", basis="headcount")
    inhabitants = dict(chosen.select("county_code", "p50").collect().iter_rows())
    # Tabell 2: 15 specialists and 10 trainees on Gotland, 4,910 and 2,440 in Sweden.
    gotland, sweden = (
        next(line for line in county_lines(text) if line.startswith(name)) for name in ("Gotland", "Sweden")
    )
    assert f" {(1100 * 15 + 550 * 10) / inhabitants['09']:.2f} " in gotland
    assert f" {(1100 * 4910 + 550 * 2440) / inhabitants['00']:.2f} " in sweden


def test_caveats_of_every_profession_are_printed_the_guidelines_first() -> None:
    result = tiny_result()
    healer = result.manifest["professions"][0]
    other = healer | {"name": "other", "label_en": "Others", "caveats": ["Also invented."]}
    professions = [other, healer | {"caveats": ["Invented."]}]
    text = summary_text(result.tables, dict(result.manifest) | {"professions": professions})
    assert text.endswith("\nHealers:\n- Invented.\nOthers:\n- Also invented.\n")
    assert result.summary().endswith("\n- Every number is invented.\n")
    assert result.manifest["notes"][-1] == "Healers: Every number is invented."


def test_half_from_is_the_first_year_of_a_lasting_majority() -> None:
    shares = {2024: 0.6, 2025: 0.4, 2026: 0.5, 2027: 0.7}
    met = pl.DataFrame(
        {
            "county_code": "23",
            "year": list(shares),
            "reading": "list",
            "basis": "headcount",
            "in_year": list(shares.values()),
        }
    )
    assert county_text._lasting_years(met.lazy()) == {"23": "2026"}
    late = met.with_columns(in_year=pl.col("in_year").reverse())
    assert county_text._lasting_years(late.lazy()) == {"23": "2027"}
    assert county_text._lasting_years(met.with_columns(in_year=0.4).lazy()) == {}


def test_levers_are_told_before_the_notes() -> None:
    result = tiny_result()
    effective = result.manifest["config"]["effective"]
    lever = {
        "name": "more", "kind": "seats", "profession": "healer", "target": "posts", "operation": "multiply",
        "value": 1.25, "from": 2025, "to": 2030, "counties": ["23"], "sectors": [], "ages": None,
    }  # fmt: skip
    changed = dict(result.manifest) | {"config": {"effective": effective | {"levers": [lever]}}}
    text = summary_text(result.tables, changed)
    assert "Lever more: healer seats posts × 1.25 from 2025 to 2030 in Jämtland." in text
    assert text.index("Lever more") < text.index("- Every number is invented.")


def test_headline_is_the_nation_in_three_years() -> None:
    told = headline(tiny_result().tables, tiny_result().manifest)
    assert {row["year"] for row in told["national"]} == {2023, 2025, 2030}
    assert {row["county_code"] for row in told["national"]} == {"00"}
