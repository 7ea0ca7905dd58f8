"""The pages on targets name every column, measure, coverage and likelihood, and state the right counts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from calibration.coverage import read_coverages
from calibration.measures import MEASURES
from calibration.target_rows import COLUMNS
from calibration.target_types import KINDS, LIKELIHOODS, OBSERVED, ROLES
from calibration.targets import read_targets
from calibration.tension import tension

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "targets.md").read_text(encoding="utf-8")
EXPLANATION = (DOCS / "explanation" / "targets.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*COLUMNS, *MEASURES, *KINDS, *LIKELIHOODS, *OBSERVED, *ROLES])
def test_reference_names_it(word: str) -> None:
    assert f"`{word}`" in REFERENCE


def test_reference_gives_the_coverages() -> None:
    for name, one in read_coverages().items():
        assert f"| `{name}` | {one.central:.2f} | {one.low:.2f}-{one.high:.2f} |" in REFERENCE
        assert (f"| `{name}` | {one.scatter:.2f} |" in REFERENCE) == bool(one.scatter)


def test_explanation_counts_the_targets() -> None:
    section = EXPLANATION[EXPLANATION.index("## What is there") : EXPLANATION.index("**Durations.**")]
    stated = re.findall(r"^\|[^|]+\| (\d+) \|[^|]*\|$", section, re.MULTILINE)
    shipped = read_targets()
    assert f"\n{len(shipped)} targets." in section
    assert sum(int(count) for count in stated) == len(shipped)
    fitted = shipped.select(roles=["fit"])
    assert f"| {len(fitted.select(professions=['doctor'], until=2023))} |" in EXPLANATION
    others = [name for name in fitted.professions if name != "doctor"]
    assert f"| {len(fitted.select(professions=others))} |" in EXPLANATION


def test_explanation_gives_the_tensions() -> None:
    found = {row["relation"]: row for row in tension(read_targets()).iter_rows(named=True)}
    for relation in ("trainees_skr_scb", "trainees_dlf_scb", "occupational_therapist_flows", "little_scb"):
        row = found[relation]
        assert f"| {row['tolerance']:.0f} | {row['tension']:.1f} |" in EXPLANATION
        assert f"| {row['difference']:.0f} " in EXPLANATION
