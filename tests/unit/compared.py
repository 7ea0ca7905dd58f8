"""Scenarios of the tiny run, to be compared with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from careersim.compare import Comparison, compare
from tests.unit.outputs.tiny import write_tiny

SOURCE = "source: {assumption: 'Invented for this test'}"


def lever(name: str, kind: str, target: str, operation: str, value: float, year: int, more: str = "") -> str:
    """Write one lever."""
    return (
        f"  - {{name: {name}, kind: {kind}, profession: healer, target: {target}, operation: {operation}, "
        f"value: {value}, from: {year}{more}, {SOURCE}}}\n"
    )


POSTS = lever("posts", "seats", "posts", "multiply", 2, 2026)
STAY = lever("stay", "rate", "retires", "multiply", 0.5, 2027, ", counties: ['23']")
SUPERVISION = lever("supervision", "supervision", "posts", "multiply", 3, 2025)
NEWCOMERS = lever("newcomers", "entry", "students", "add", 2, 2026)
BONUS = f"""  - name: stay_bonus
    kind: bonus
    profession: healer
    target: healer
    operation: add
    value: 6000
    from: 2026
    counties: ['01', '14', '23']
    {SOURCE}
    bonus:
      who: both
      commitment_years: 3
      uptake: {{unit: share, value: 0.8, {SOURCE}}}
      salary: {{unit: sek_per_month, value: 60000, {SOURCE}}}
      responses:
        staying:
          transitions: [emigrates, retires]
          moves: moves
          newcomers: {{unit: elasticity, value: 4, low: 1, high: 6, {SOURCE}}}
          incumbents: {{unit: elasticity, value: 2, low: 0, high: 3, {SOURCE}}}
"""
NEUTRAL = {
    "rate": lever("neutral", "rate", "retires", "multiply", 1, 2025),
    "seats_multiply": lever("neutral", "seats", "posts", "multiply", 1, 2025),
    "seats_add": lever("neutral", "seats", "posts", "add", 0, 2025),
    "supervision": lever("neutral", "supervision", "posts", "multiply", 1, 2025),
    "entry_multiply": lever("neutral", "entry", "students", "multiply", 1, 2025),
    "entry_add": lever("neutral", "entry", "students", "add", 0, 2025),
}
"""A lever of every kind and operation that changes nothing."""


def write_scenario(folder: Path, name: str, *levers: str, more: str = "") -> Path:
    """Write a run file over the tiny run, which stands in the same folder."""
    path = folder / f"{name}.yaml"
    listed = f"levers:\n{''.join(levers)}" if levers else ""
    path.write_text(f"name: {name}\nextends: tiny.yaml\n{more}{listed}", encoding="utf-8")
    return path


@cache
def comparison() -> Comparison:
    """Three scenarios compared, once for all tests; nobody may change it."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        scenarios = [
            write_scenario(folder, "more", POSTS, SUPERVISION),
            write_scenario(folder, "entrants", NEWCOMERS),
            write_scenario(folder, "bonus", BONUS),
        ]
        return compare(write_tiny(folder), scenarios, replications=6, batch=4)
