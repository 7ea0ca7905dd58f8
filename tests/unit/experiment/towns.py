"""The tiny career in 21 towns of the same size, where posts decide who meets the guideline."""

from __future__ import annotations

from pathlib import Path

from careersim.schema import COUNTY_CODES
from tests.unit.outputs.tiny import CAREER

RUN = """
name: towns
professions: [healer.yaml]
until: 2033
seed: 11
replications: 20
demand: {population: inhabitants.csv}
guideline: {profession: healer, inhabitants_per_specialist: 1000, inhabitants_per_trainee: 500}
"""

SIZES = {
    "posts: {unit: posts, by: county, values: {'01': 9, '14': 4}, otherwise: 2,": (
        "posts: {unit: posts, by: county, values: {'01': 40, '03': 4}, otherwise: 12,"
    ),
    "each: {unit: trainees_per_fte, value: 0.5,": "each: {unit: trainees_per_fte, value: 2,",
    "new: {unit: persons_per_year, value: 60,": "new: {unit: persons_per_year, value: 420,",
    "places: {unit: weight, by: county, values: {'01': 3, '14': 2}, otherwise: 1,": (
        "places: {unit: weight, by: county, values: {'01': 1}, otherwise: 1,"
    ),
    "start_students: {unit: persons, value: 100,": "start_students: {unit: persons, value: 420,",
    "start_trainees: {unit: persons, value: 40,": "start_trainees: {unit: persons, value: 210,",
    "start_healers: {unit: persons, value: 200,": "start_healers: {unit: persons, value: 1680,",
}


def write_towns(folder: Path, inhabitants: int = 100_000, run: str = RUN, **numbers: str) -> Path:
    """Write the files, and give the path of the run file.

    Parameters
    ----------
    numbers
        Other values of parameters: `new="60"`.
    """
    career = CAREER
    for old, new in SIZES.items():
        assert old in career
        career = career.replace(old, new)
    for name, value in numbers.items():
        lines = career.splitlines()
        (index,) = [k for k, line in enumerate(lines) if line.startswith(f"  {name}: {{unit")]
        before, _, rest = lines[index].partition("value: ")
        lines[index] = f"{before}value: {value},{rest.partition(',')[2]}"
        career = "\n".join(lines)
    (folder / "healer.yaml").write_text(career, encoding="utf-8")
    rows = [f"{code},{year},{inhabitants}" for code in COUNTY_CODES for year in (2023, 2040)]
    (folder / "inhabitants.csv").write_text(
        "\n".join(["county_code,year,population", *rows]), encoding="utf-8"
    )
    path = folder / "towns.yaml"
    path.write_text(run, encoding="utf-8")
    return path
