"""A user's figures that cannot be: refused with the file, and with the row or the profession."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.errors import UserError
from careersim.published.catalogue import CALCULATIONS, calculation
from careersim.published.declare import Contradicting
from careersim.published.run import published_tables


def refused(tmp_path: Path, name: str, text: str, **settings: float | int | str) -> str:
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        published_tables(name, figures=path, **settings)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        (
            "baseline-2023",
            "county_code,inhabitants,trainees,public_trainees\n01,1000,5,5\n03,1000,5,6\n",
            "own.csv:3: public_trainees: 6 is more than trainees 5; expected at most 5",
        ),
        (
            "scb-projection",
            "profession,county_code,persons\nphysiotherapist,01,8000\n",
            "own.csv:2: persons: 8000 is more than national ",
        ),
        (
            "scb-projection",
            "profession,county_code,persons,national,national_supply\nsurgeon,01,50,40,60\n",
            "own.csv:2: persons: 50 is more than national 40",
        ),
        (
            "retirement",
            "sex,age,retired,employed,years\nmen,64,50,9,5\n",
            "own.csv:2: retired: 50 in 5 years, 10 a year, are more than the employed; expected at most 9",
        ),
        (
            "dlf",
            "county_code,need,specialists,specialist_fte\n01,100,50,51\n",
            "own.csv:2: specialist_fte: 51 is more than specialists 50",
        ),
        (
            "regulated-guideline",
            "county_code,inhabitants,trainees,trainee_fte\n01,1000,5,6\n",
            "own.csv:2: trainee_fte: 6 is more than trainees 5",
        ),
        (
            "regulated-guideline",
            "county_code,inhabitants,specialists,specialist_working_time\n01,1000,5,101\n",
            "own.csv:2: specialist_working_time: 101 is out of range; expected a number from 0 to 100",
        ),
    ],
)
def test_figures_that_cannot_be(tmp_path: Path, name: str, text: str, words: str) -> None:
    assert words in refused(tmp_path, name, text)


def test_no_published_row_is_refused() -> None:
    rows = [row for name in CALCULATIONS for row in calculation(name).published()]
    able = [row for row in rows if isinstance(row, Contradicting)]
    assert len(able) > 100
    assert [fault for row in able for fault in row.contradictions()] == []


@pytest.mark.parametrize("age", ["64-60", "young", "64+1"])
def test_what_is_no_age_has_its_line(tmp_path: Path, age: str) -> None:
    words = refused(tmp_path, "retirement", f"sex,age,retired,years\nmen,63,1,5\nmen,{age},50,5\n")
    assert f"own.csv:3: age: '{age}' is not an age; expected an age or a band of ages" in words


@pytest.mark.parametrize(
    ("first", "second", "common"),
    [("64", "064", 64), ("64", "64-64", 64), ("64-66", "65", 65), ("71+", "75", 75), ("65", "64-66", 65)],
)
def test_ages_that_overlap(tmp_path: Path, first: str, second: str, common: int) -> None:
    text = f"sex,age,retired,years\nmen,{first},1,5\nmen,{second},1,5\nwomen,{first},1,5\n"
    words = refused(tmp_path, "retirement", text)
    assert words.startswith(f"{tmp_path / 'own.csv'}: the rows of men: age: the ages ")
    assert f"have {common} in common; expected each age in one row of a sex; keep one" in words


def test_ages_that_do_not_overlap(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("sex,age,retired,years\nmen,71+,1,5\nmen,64,1,5\nmen,65-70,1,5\n", encoding="utf-8")
    assert len(published_tables("retirement", figures=path).tables["retirement"]) == 3


def test_faults_of_a_profession_have_the_file(tmp_path: Path) -> None:
    header = "profession,county_code,persons,national,national_supply\n"
    words = refused(tmp_path, "scb-projection", header + "midwife,01,5,50,60\nmidwife,03,5,50,61\n")
    assert words.startswith(f"{tmp_path / 'own.csv'}: national, ")
    assert "the rows of midwife in the counties 01 and 03 have different national figures" in words
    words = refused(tmp_path, "scb-projection", header + "midwife,01,5,,\n")
    assert (
        "own.csv: profession: there is no national forecast of 'midwife', as in the row of county 01" in words
    )


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        (
            "scb-projection",
            {"added_from": 2035, "added_to": 2026},
            "--added-from, --added-to: the addition ends in 2026, before it begins in 2035",
        ),
        (
            "scb-projection",
            {"added_from": 26},
            "--added-from: 26 is out of range; expected a number from 1900",
        ),
        ("scb-projection", {"added_to": 9999}, "--added-to: 9999 is out of range"),
        ("per-inhabitant", {"first_year": 0}, "--first-year: 0 is out of range"),
        ("per-inhabitant", {"year_between": 1}, "--year-between: 1 is out of range"),
        ("per-inhabitant", {"last_year": 3000}, "--last-year: 3000 is out of range"),
        ("per-inhabitant", {"last_year": 2025}, "--first-year, --year-between, --last-year: the years"),
        ("regulated-guideline", {"specialist_working_time": 101}, "--specialist-working-time: 101 is out of"),
        ("regulated-guideline", {"trainee_working_time": 101}, "--trainee-working-time: 101 is out of range"),
    ],
)
def test_settings_that_cannot_be(name: str, settings: dict[str, int], words: str) -> None:
    with pytest.raises(UserError) as caught:
        published_tables(name, **settings)
    assert words in str(caught.value)


def test_a_fault_of_the_settings_is_none_of_the_file(tmp_path: Path) -> None:
    text = "profession,county_code,persons\nphysiotherapist,01,80\n"
    words = refused(tmp_path, "scb-projection", text, added_from=2035, added_to=2026)
    assert words.startswith("--added-from, --added-to: ")


def test_a_rounding_next_to_nothing_rounds_nothing() -> None:
    plain = published_tables("baseline-2023", rounding=0)
    tiny = published_tables("baseline-2023", rounding=1e-320)
    assert next(iter(tiny.tables.values())).equals(next(iter(plain.tables.values())))
