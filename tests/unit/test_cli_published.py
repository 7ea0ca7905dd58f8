"""`careersim published` as a shell sees it."""

from __future__ import annotations

import io
import json
from pathlib import Path

import polars as pl
import pytest
from rich.console import Console

from careersim.outputs.published_text import print_published
from careersim.published import run
from careersim.published.catalogue import CALCULATIONS, calculation
from careersim.published.ledger import Check
from tests.unit.test_cli import Shell

COUNTIES = "county_code,inhabitants,specialists,trainees\n01,1100000,700,350\n23,130000,95,60\n"


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my_counties.csv"
    path.write_text(COUNTIES, encoding="utf-8")
    return path


def test_every_calculation_is_listed(shell: Shell) -> None:
    code, out, err = shell("published", "list")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(CALCULATIONS)
    code, out, _ = shell("published", "list", "--json")
    assert [one["name"] for one in json.loads(out)["calculations"]] == list(CALCULATIONS)


@pytest.mark.parametrize("name", [name for name in CALCULATIONS if name != "time-to-certificate"])
def test_every_calculation_prints_tables_csv_and_json(name: str, shell: Shell) -> None:
    code, out, err = shell("published", name)
    assert (code, err) == (0, "")
    assert calculation(name).title in out
    assert max(len(line) for line in out.splitlines()) <= 140
    assert "…" not in out
    code, out, _ = shell("published", name, "--format", "csv")
    assert code == 0
    table = pl.read_csv(io.StringIO(out), infer_schema_length=None)
    code, out, _ = shell("published", name, "--json")
    told = json.loads(out)
    first = next(iter(told["tables"].values()))
    assert len(first["rows"]) == table.height
    assert list(first["rows"][0]) == table.columns
    assert told["input"] == "published"


@pytest.mark.parametrize("width", [100, 120, 140, 200])
@pytest.mark.parametrize("name", ["regulated-guideline", "flow-closure", "dlf", "simplified-model"])
def test_no_number_is_cut_at_any_width(name: str, width: int) -> None:
    found = run.published_tables(name)
    stream = io.StringIO()
    print_published(found, Console(file=stream, width=width, color_system=None, highlight=False))
    text = stream.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert text.count("(") == text.count(")")
    assert "…" not in text


def test_own_figures(shell: Shell, mine: Path) -> None:
    code, out, err = shell("published", "dlf", "--input", mine, "--json")
    assert (code, err) == (0, "")
    rows = json.loads(out)["tables"]["counties"]["rows"]
    stockholm = next(row for row in rows if row["county_code"] == "01")
    need = 1_100_000 / 1276
    assert stockholm["need"] == pytest.approx(need)
    assert stockholm["years_to_full"] == pytest.approx((need - 700) / ((350 - need * 8 / 25) / 8))


def test_a_setting_is_an_option(shell: Shell, mine: Path) -> None:
    _, out, _ = shell("published", "dlf", "--input", mine, "--training-years", "7", "--json")
    told = json.loads(out)
    assert told["settings"]["training_years"] == 7
    need = 1_100_000 / (1100 + 550 * 7 / 25)
    assert told["tables"]["counties"]["rows"][0]["need"] == pytest.approx(need)


def test_one_table_only(shell: Shell) -> None:
    code, out, _ = shell("published", "dlf", "--table", "national", "--json")
    assert code == 0
    assert list(json.loads(out)["tables"]) == ["national"]


def test_infinity_is_a_word(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("county_code,inhabitants,specialists,trainees\n01,1100000,700,10\n", encoding="utf-8")
    _, out, _ = shell("published", "dlf", "--input", path, "--json")
    assert json.loads(out)["tables"]["counties"]["rows"][0]["years_to_full"] == "never"
    _, out, _ = shell("published", "dlf", "--input", path)
    assert "never" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["dfl"], "did you mean 'dlf'?"),
        (["dlf", "--table", "nation"], "did you mean 'national'?"),
        (["dlf", "--training-years", "0"], "--training-years: 0 is out of range"),
        (["dlf", "--training-years", "eight"], "--training-years: 'eight' is not a number"),
        (["dlf", "--traning-years", "8"], "--training-years"),
        (["dlf", "--input", "nowhere.csv"], "nowhere.csv: file not found"),
        (["time-to-certificate"], "expected --input with"),
        (["check", "dfl"], "did you mean 'dlf'?"),
        (["list-size", "--count", "everybody"], "expected one of"),
    ],
)
def test_mistakes(words: list[str], message: str, shell: Shell, fresh_directory: Path) -> None:
    code, out, err = shell("published", *words)
    assert (code, out) == (2, "")
    assert message in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("county_code,inhabitants,speciallists\n01,1,1\n", "did you mean 'specialists'?"),
        ("county_code,inhabitants\n01,5\n01,6\n", "stands in line 2 already"),
        ("county_code,inhabitants\n26,5\n", "county code '26' is not known"),
        ("county_code,inhabitants\n01,-5\n", "-5 is out of range"),
        ("county_code,inhabitants\n01,many\n", "'many' is not a number"),
        ("county_code,inhabitants\n", "there are no rows"),
    ],
)
def test_faults_of_own_figures(content: str, message: str, shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(content, encoding="utf-8")
    code, out, err = shell("published", "dlf", "--input", path)
    assert (code, out) == (2, "")
    assert message in err
    assert str(path) in err


def test_the_ledger_is_printed_with_every_difference(shell: Shell) -> None:
    code, out, err = shell("published", "check")
    assert (code, err) == (0, "")
    found = run.ledger()
    differ = sum(cell.verdict == "differs" for cells in found.cells.values() for cell in cells)
    assert out.count(": printed ") == differ
    code, out, _ = shell("published", "check", "--json")
    told = json.loads(out)
    assert (told["unexplained"], told["all"]["differ"], len(told["differ"])) == (0, differ, differ)
    code, out, _ = shell("published", "check", "dlf", "--format", "csv")
    cells = pl.read_csv(io.StringIO(out), infer_schema_length=None)
    assert cells.height == len(found.cells["dlf"])


def test_an_unexplained_difference_fails(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run.ledger(["at-places"])
    cells = found.cells["at-places"]
    wrong = next(cell for cell in cells if cell.verdict == "exact")
    assert wrong.computed is not None
    shifted = type(wrong.computed)(-1e6, -1e6, -1e6)
    broken = tuple(
        Check(cell.published_table, cell.figure, shifted) if cell is wrong else cell for cell in cells
    )
    asked = calculation("at-places")
    monkeypatch.setattr(
        run, "calculation", lambda _: type(asked)(**{**vars(asked), "checks": lambda: broken})
    )
    code, out, _ = shell("published", "check", "at-places")
    assert code == 1
    assert "unexplained" in out
