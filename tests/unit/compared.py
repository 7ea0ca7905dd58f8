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
ELASTIC = f"{{unit: elasticity, value: 2, low: 0, high: 4, {SOURCE}}}"
CONTRACT = (
    f"{{who: both, commitment_years: 3, uptake: {{unit: share, value: 1, {SOURCE}}}, "
    f"salary: {{unit: sek_per_month, value: 40000, {SOURCE}}}, rebound_years: 1, "
    f"rebound: {{unit: rate_ratio, value: 2, {SOURCE}}}, "
    f"attraction: {{choices: counties, elasticity: {ELASTIC}}}, "
    f"responses: {{leaving: {{transitions: retires, moves: moves, "
    f"newcomers: {ELASTIC}, incumbents: {ELASTIC}}}}}}}"
)
BONUS = lever("pay", "bonus", "healer", "add", 20_000, 2026, f", counties: ['23'], bonus: {CONTRACT}")
SUPERVISION = lever("supervision", "supervision", "posts", "multiply", 3, 2025)
NEWCOMERS = lever("newcomers", "entry", "students", "add", 2, 2026)
STAY_BONUS = f"""  - name: stay_bonus
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
    "retirement_age": lever("neutral", "retirement_age", "retires", "add", 0, 2025),
    "working_time": lever("neutral", "working_time", "hours", "multiply", 1, 2025),
    "attractiveness": lever("neutral", "attractiveness", "counties", "add", 0, 2025, ", counties: ['01']"),
    "demand": lever("neutral", "demand", "[inhabitants, need_weight]", "multiply", 1, 2025).replace(
        "profession: healer, ", ""
    ),
    "list_size": lever(
        "neutral", "list_size", "[inhabitants_per_specialist, inhabitants_per_trainee]", "multiply", 1, 2025
    ).replace("profession: healer, ", ""),
    "bonus": lever("neutral", "bonus", "healer", "add", 0, 2025, f", counties: ['23'], bonus: {CONTRACT}"),
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
            write_scenario(folder, "bonus", STAY_BONUS),
        ]
        return compare(write_tiny(folder), scenarios, replications=6, batch=4)
