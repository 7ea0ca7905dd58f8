"""A person-year table is read whole or refused with every fault, counted and shown by row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from calibration.register import read_panel
from careersim.cli import main
from careersim.cli.commands import careersim as commands
from careersim.errors import DataError, UserError
from careersim.model.assemble import read_model
from careersim.model.graph import Profession

GOOD: dict[str, list[Any]] = {
    "person": ["a", "a", "a", "b", "b", "c"],
    "year": [2021, 2022, 2023, 2022, 2023, 2023],
    "profession": ["psychologist"] * 6,
    "state": ["primary_care", "primary_care", "retired", "ptp", "primary_care", "student"],
    "county_code": ["01", "01", "01", "09", "12", "25"],
    "sector": ["regional", "regional", "other", "other", "private", "other"],
    "sex": ["women"] * 3 + ["men"] * 2 + ["women"],
    "age": [64, 65, 66, 29, 30, 20],
    "fte_percent": [75, 75, 100, 100, 100, 100],
    "years_in_state": [3, 4, 0, 0, 0, 0],
    "licence_year": [1990, 1990, 1990, 0, 2023, 0],
    "entered": [0, 0, 0, 0, 0, 1],
}


@pytest.fixture(scope="module")
def psychologist() -> Profession:
    root = Path(__file__).resolve().parents[2]
    _, model = read_model(root / "configs/baseline.yaml")
    return next(one for one in model.professions if one.name == "psychologist")


def changed(**cells: list[Any]) -> pl.DataFrame:
    return pl.DataFrame({**GOOD, **cells})


def put(column: str, row: int, value: Any) -> list[Any]:
    cells = list(GOOD[column])
    cells[row] = value
    return cells


@pytest.mark.parametrize("name", ["panel.csv", "panel.parquet"])
def test_both_formats_give_the_same_rows(name: str, psychologist: Profession) -> None:
    frame = changed()
    frame.write_csv(name) if name.endswith("csv") else frame.write_parquet(name)
    panel = read_panel(name, psychologist)
    assert panel.years == (2021, 2022, 2023)
    assert panel.rows["birth_year"].to_list() == [1957, 1957, 1957, 1993, 1993, 2003]
    assert panel.rows["county"].to_list() == [0, 0, 0, 7, 9, 20]
    assert not panel.knows_home


def test_a_birth_year_stands_for_the_age(psychologist: Profession) -> None:
    frame = changed().drop("age").with_columns(birth_year=pl.Series([1957] * 3 + [1993] * 2 + [2003]))
    frame.write_parquet("panel.parquet")
    assert read_panel("panel.parquet", psychologist).rows["age"].to_list() == GOOD["age"]


def test_rows_of_other_professions_are_left_alone(psychologist: Profession) -> None:
    other = changed(profession=["dentist"] * 6, state=["drilling"] * 6, person=list("uvwxyz"))
    pl.concat([changed(), other]).write_parquet("panel.parquet")
    assert len(read_panel("panel.parquet", psychologist).rows) == 6


IMPOSSIBLE = {
    "retired before born": (
        {"age": [None] * 6, "birth_year": [2030, 2030, 2030, 1993, 1993, 2003]},
        "column state: in a state before birth, for example primary_care",
        "(3 rows: 1, 2, 3)",
    ),
    "two states in one year": (
        {"year": put("year", 1, 2021), "state": put("state", 1, "leave")},
        "column person: two states in one year, for example a",
        "(2 rows: 1, 2)",
    ),
    "the same row twice": ({"year": put("year", 1, 2021)}, "the same person and year twice", "2 rows"),
    "younger": ({"age": put("age", 1, 63)}, "column age: the age goes backwards, for example 63", "(row 2)"),
    "too fast": ({"age": put("age", 1, 70)}, "the age does not follow the years, for example 70", "row 2"),
    "another sex": ({"sex": put("sex", 4, "women")}, "column sex: the sex changes, for example women", "5"),
    "dead, then at work": (
        {"state": put("state", 0, "dead")},
        "column state: a state after a final one, for example primary_care; expected nothing after death",
        "(row 2)",
    ),
    "licence before birth": (
        {"licence_year": [1950, 1950, 1950, 0, 2023, 0]},
        "column licence_year: licence before birth, for example 1950",
        "(3 rows: 1, 2, 3)",
    ),
    "licence to come": (
        {"licence_year": put("licence_year", 4, 2024)},
        "licence after the year of the row, for example 2024",
        "(row 5)",
    ),
    "licence taken back": (
        {"licence_year": put("licence_year", 2, 0)},
        "licence taken back or moved to an earlier year",
        "(row 3)",
    ),
    "years in the state": (
        {"years_in_state": put("years_in_state", 1, 7)},
        "years in the state do not follow from the year before, for example 7",
        "(row 2)",
    ),
    "longer than life": (
        {"years_in_state": [70, 71, 0, 0, 0, 0]},
        "longer in the state than alive",
        "(2 rows: 1, 2)",
    ),
    "entered twice": (
        {"entered": put("entered", 4, 1)},
        "column entered: a new entry that was there before",
        "(row 5)",
    ),
    "unknown state": (
        {"state": put("state", 3, "primary_car")},
        "column state: unknown state 'primary_car'",
        "did you mean 'primary_care'?",
    ),
    "unknown county": ({"county_code": put("county_code", 0, "1")}, "unknown county code '1'", "'01'?"),
    "not a number": (
        {"age": [str(a) for a in put("age", 0, "old")]},
        "not a number, for example old",
        "row 1",
    ),
    "misspelt": (
        {"profession": put("profession", 0, "psycologist")},
        "unknown profession 'psycologist'",
        "did you mean 'psychologist'?",
    ),
    "an empty cell": ({"sex": put("sex", 5, None)}, "column sex: empty", "(row 6)"),
}


@pytest.mark.parametrize("fault", IMPOSSIBLE)
def test_impossible_careers_are_counted_and_shown(fault: str, psychologist: Profession) -> None:
    cells, message, rows = IMPOSSIBLE[fault]
    changed(**cells).write_parquet("panel.parquet")
    with pytest.raises(DataError) as error:
        read_panel("panel.parquet", psychologist)
    assert message in str(error.value)
    assert rows in str(error.value)
    assert "rows are counted from 1 without the header" in str(error.value)


def test_all_kinds_of_faults_are_told_at_once(psychologist: Profession) -> None:
    changed(
        age=put("age", 1, 63), sex=put("sex", 4, "women"), licence_year=put("licence_year", 4, 2024)
    ).write_parquet("panel.parquet")
    with pytest.raises(DataError, match="4 faults in 3 rows"):
        read_panel("panel.parquet", psychologist)


def test_years_outside_the_register(psychologist: Profession) -> None:
    changed().write_parquet("panel.parquet")
    with pytest.raises(DataError, match="outside the years of the register, for example 2021; expected 2022"):
        read_panel("panel.parquet", psychologist, years=(2022, 2023))


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (changed().drop("state"), "column state: missing column"),
        (changed().drop("age"), "expected `age` or `birth_year` in the header"),
        (changed().rename({"sector": "sectr"}), "did you mean 'sector'?"),
        (changed(county_code=[1, 1, 1, 9, 12, 25]), "a number loses the zero"),
        (changed(profession=["dentist"] * 6), "nobody of profession 'psychologist'"),
    ],
)
def test_wrong_columns(frame: pl.DataFrame, message: str, psychologist: Profession) -> None:
    frame.write_parquet("panel.parquet")
    with pytest.raises(DataError) as error:
        read_panel("panel.parquet", psychologist)
    assert message in str(error.value)


@pytest.mark.parametrize("part", [0, 3, 100, 0.5, 0.99])
def test_a_broken_or_truncated_file(part: float, psychologist: Profession) -> None:
    changed().write_parquet("whole.parquet")
    content = Path("whole.parquet").read_bytes()
    size = int(part * len(content)) if part < 1 else int(part)
    Path("panel.parquet").write_bytes(content[:size])
    with pytest.raises(DataError, match=r"panel\.parquet: cannot be read"):
        read_panel("panel.parquet", psychologist)


def test_files_that_are_not_there_or_of_another_kind(psychologist: Profession) -> None:
    with pytest.raises(DataError, match="no such file"):
        read_panel("panel.parquet", psychologist)
    with pytest.raises(UserError, match=r"unknown format '\.xlsx'"):
        read_panel("panel.xlsx", psychologist)


@pytest.fixture
def with_commands() -> None:
    """As the entry point does."""
    from calibration.register_cli import register

    if "register" not in commands.commands:
        commands.add_command(register)


def test_a_faulty_panel_ends_the_command_with_nothing_written(
    with_commands: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("run.yaml").write_text("name: here\nprofessions: [psychologist]\nuntil: 2030\n", encoding="utf-8")
    Path("register.yaml").write_text("run: run.yaml\n", encoding="utf-8")
    changed(sex=put("sex", 4, "women")).write_parquet("panel.parquet")
    before = sorted(Path().iterdir())
    words = ["register", "rates", "panel.parquet", "--config", "register.yaml", "--out", "rates.yaml"]
    assert main(words) == 2
    assert "the sex changes" in capsys.readouterr().err
    assert sorted(Path().iterdir()) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("run: run.yaml\nrats: {}\n", "unknown key 'rats'"),
        ("run: run.yaml\nfirst: 2024\nlast: 2024\n", "first 2024 is not before last 2024"),
        ("run: run.yaml\nobservation: {rows_missing: {privat: 0.1}}\n", "did you mean 'private'?"),
        ("run: run.yaml\nobservation: {late: 1.5}\n", "observation.late"),
        ("run: run.yaml\nprofession: psycologist\n", "did you mean 'psychologist'?"),
        ("run: gone.yaml\n", "gone.yaml"),
        ("run: run.yaml\nrates: {smooth: [emmigration]}\n", "did you mean 'emigration'?"),
        ("run: run.yaml\nrates: {smooth: [to_other_care]}\n", "'to_other_care' is not a rate by age"),
    ],
)
def test_broken_register_files(
    text: str, message: str, with_commands: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("run.yaml").write_text("name: here\nprofessions: [psychologist]\nuntil: 2030\n", encoding="utf-8")
    Path("register.yaml").write_text(text, encoding="utf-8")
    changed().write_parquet("panel.parquet")
    words = ["register", "rates", "panel.parquet", "--config", "register.yaml", "--out", "rates.yaml"]
    assert main(words) == 2
    assert message in capsys.readouterr().err
    assert not Path("rates.yaml").exists()


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (
            lambda text: text.replace(",", ";"),
            r"one column only, 'person;year;.*by commas",
        ),
        (lambda text: text.replace(",", "\t"), r"one column only, .*by commas, not by semicolons or tabs"),
        (
            lambda text: text[:-6],
            r"panel\.csv: 1 rows are cut off .*header: 6\); expected 12 cells",
        ),
        (
            lambda text: text.replace(",1990,0\n", "\n"),
            r"3 rows are cut off or too long \(counted from 1 without the header: 1, 2, 3\)",
        ),
    ],
)
def test_what_a_reader_would_fill_up_is_refused(damage: Any, words: str, psychologist: Profession) -> None:
    text = changed().write_csv()
    Path("panel.csv").write_text(damage(text), encoding="utf-8")
    with pytest.raises(DataError, match=words):
        read_panel("panel.csv", psychologist)
    Path("panel.csv").write_text(text, encoding="utf-16")
    with pytest.raises(DataError, match="is not text in UTF-8; save it as CSV in UTF-8"):
        read_panel("panel.csv", psychologist)
    Path("panel.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert len(read_panel("panel.csv", psychologist).rows) == 6
