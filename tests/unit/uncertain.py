"""The tiny run with ranges around five of its numbers, so that there is something to be uncertain about."""

from __future__ import annotations

from pathlib import Path

from tests.unit.outputs.tiny import RUN, write_tiny

RANGES = """
parameters:
  healer:
    retiring: {unit: rate_per_year, by: age, values: {0-64: 0, 65+: 0.5}, low: 0.1, high: 0.9, INVENTED}
    moving: {unit: rate_per_year, value: 0.05, low: 0.0, high: 0.2, INVENTED}
    posts: {unit: posts, by: county, values: {'01': 9, '14': 4}, otherwise: 2, low: 3, high: 15, INVENTED}
    new: {unit: persons_per_year, value: 60, low: 40, high: 80, INVENTED}
""".replace("INVENTED", "source: {assumption: Invented for this test}")

PATHS = ["healer.moving", "healer.posts", "healer.applying", "healer.retiring", "healer.new"]


def price_too(path: Path) -> Path:
    """Give a price a range as well."""
    text = path.read_text(encoding="utf-8")
    fixed, ranged = "value: 60000,", "value: 60000, low: 50000, high: 70000,"
    assert fixed in text
    path.write_text(text.replace(fixed, ranged), encoding="utf-8")
    return path


def write_uncertain(folder: Path, until: int = 2027) -> Path:
    """Write career and run file, and give the path of the run file."""
    return write_tiny(folder, RUN.replace("until: 2030", f"until: {until}") + RANGES)
