"""Where a summary looks for the counties of the levers."""

from __future__ import annotations

from typing import Any

import pytest

from careersim.outputs.compare_text import comparison_text
from careersim.outputs.lever_places import lever_counties
from tests.unit.compared import comparison

BASE: dict[str, Any] = {
    "levers": [{"name": "old", "counties": []}],
    "demand": None, "guideline": {}, "feedback": True, "seats": "limited", "panels": {}, "parameters": {},
}  # fmt: skip


def manifest(effective: dict[str, Any]) -> dict[str, Any]:
    return {"config": {"effective": effective}}


@pytest.mark.parametrize(
    ("more", "counties"),
    [
        ([], ()),
        ([["25"]], ("25",)),
        ([["25"], ["22", "25"]], ("22", "25")),
        ([["25"], []], ()),
    ],
)
def test_counties_are_told_if_every_new_lever_names_some(
    more: list[list[str]], counties: tuple[str, ...]
) -> None:
    levers = [*BASE["levers"], *({"name": str(n), "counties": own} for n, own in enumerate(more))]
    assert lever_counties(manifest(BASE), manifest({**BASE, "levers": levers})) == counties


def test_a_changed_parameter_acts_everywhere() -> None:
    levers = [*BASE["levers"], {"name": "new", "counties": ["25"]}]
    theirs = {**BASE, "levers": levers, "parameters": {"doctor": {}}}
    assert lever_counties(manifest(BASE), manifest(theirs)) == ()


def test_the_county_of_a_lever_comes_first_and_has_its_own_cost() -> None:
    found = comparison()
    text = comparison_text(found.tables, found.manifest)
    lines = text.splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("bonus: the 10 counties"))
    assert "*: the levers act here" in lines[start]
    assert [" *" in line for line in lines[start + 4 : start + 8]] == [True, True, True, False]
    assert " alone: Added full-time years of work" in text


def test_a_mean_that_cannot_be_told_from_none_is_marked() -> None:
    found = comparison()
    rows = found.tables["differences"].filter(
        scenario="bonus", county_code="00", group="workforce", measure="headcount", year=2030
    )
    row = rows.row(0, named=True)
    text = comparison_text(found.tables, found.manifest)
    assert "~: the mean is not distinguishable from none" in " ".join(text.split())
    part = text[text.index("bonus less tiny") :]
    line = next(line for line in part.splitlines() if line.startswith(" Healer"))
    assert row["mean_low"] > 0
    assert "~" not in line
    trained = next(line for line in part.splitlines() if line.lstrip().startswith("trainees "))
    assert trained.count("~") == 2, "in 2028 and 2030"
