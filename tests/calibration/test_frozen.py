"""What is frozen in the repository is as it was; a forecast over calibrated layers can be scored later."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from calibration.trust.ledger import LEDGER, freeze, open_forecast, read_ledger
from calibration.trust.ledger_cli import ledger
from calibration.trust.ledger_scores import NAIVE
from calibration.trust.observed import KEY, last_published
from careersim.errors import DataError

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "configs" / "forecasts"
MOST_BYTES = 500_000

CALIBRATED = ROOT / "configs" / "calibrated"
RUN = """\
extends: both.yaml
name: two
professions: [physiotherapist, psychologist]
until: 2025
seed: 7
"""


def test_the_committed_ledger_is_unbroken_small_and_belongs_to_no_machine() -> None:
    entries = read_ledger(FROZEN) if (FROZEN / LEDGER).exists() else ()
    kept = {"README.md", *(entry.file for entry in entries), *([LEDGER] if entries else [])}
    assert {path.name for path in FROZEN.iterdir()} == kept
    for entry in entries:
        _, table, described = open_forecast(FROZEN, entry.name)
        assert {*KEY, *NAIVE, "samples"} <= set(table.columns)
        assert table["year"].min() == described["observed_until"] + 1
        assert (FROZEN / entry.file).stat().st_size < MOST_BYTES
        files = [described["config"], *described["config_sha256"], *described["posterior"]]
        assert not [file for file in files if Path(file).is_absolute()]


def test_one_changed_byte_is_seen_in_every_committed_forecast(tmp_path: Path) -> None:
    copy = tmp_path / "forecasts"
    shutil.copytree(FROZEN, copy)
    table = pl.DataFrame({"year": [2024], "samples": [[1, 2]]})
    freeze(copy, "one-more", table, {"seed": 1}, "2026-01-01T00:00:00+00:00")
    for entry in read_ledger(copy):
        file = copy / entry.file
        whole = file.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            changed = bytearray(whole)
            changed[place] ^= 1
            file.write_bytes(changed)
            with pytest.raises(DataError, match=f"{entry.name}.*is not the file that was frozen"):
                read_ledger(copy)
        file.write_bytes(whole)
    assert read_ledger(copy)
    assert CliRunner().invoke(ledger, ["check", "--ledger", str(copy)]).exit_code == 0


def test_a_forecast_over_calibrated_layers_is_frozen_alike_twice_and_scored_with_a_later_register(
    tmp_path: Path,
) -> None:
    config = tmp_path / "two.yaml"
    config.write_text(RUN, encoding="utf-8")
    upper = (CALIBRATED / "psychologists.yaml").read_text(encoding="utf-8")
    below = f"extends: {CALIBRATED / 'physiotherapists.yaml'}\n"
    (tmp_path / "both.yaml").write_text(below + upper, encoding="utf-8")
    words = ["freeze", str(config), "--draws", "6", "--posterior", str(CALIBRATED)]
    told = []
    for name in ("first", "second"):
        done = CliRunner().invoke(ledger, [*words, "--name", name, "--ledger", str(tmp_path / "l"), "--json"])
        assert done.exit_code == 0, done.output
        told.append(json.loads(done.stdout))
    assert told[0]["sha256"] == told[1]["sha256"]
    assert [Path(file).stem for file in told[0]["posterior"]] == ["physiotherapists", "psychologists"]
    assert (told[0]["draws"], told[0]["numbers"], told[0]["chance_alone"]) == (6, 28, [])

    _, table, _ = open_forecast(tmp_path / "l", "first")
    lists = [list(one) for one in table["samples"]]
    assert all(one == sorted(one) and len(one) == 6 for one in lists)
    known = table.filter(pl.col("no_change").is_not_null())
    assert set(known["profession"]) == {"physiotherapist", "psychologist"}
    # They start with the published figures, so that nothing but the rounding to 10 is left to shift by.
    assert known["shift"].abs().max() <= 10
    assert table.filter(pl.col("measure") == "fte")["shift"].null_count() == table.height // 2

    columns = ["profession", "group", "measure", "county_code", "value", "rounding"]
    later = last_published().filter(pl.col("profession") != "doctor").select(columns)
    register = later.with_columns(year=2024, value=pl.col("value") * 1.02, source=pl.lit("Invented"))
    register.write_csv(tmp_path / "register-2024.csv")
    words = ["score", str(tmp_path / "register-2024.csv"), "--ledger", str(tmp_path / "l"), "--json"]
    refused = CliRunner().invoke(ledger, words)
    assert refused.exit_code != 0  # the forecast has two professions, the register four
    register.filter(pl.col("profession").is_in(["physiotherapist", "psychologist"])).write_csv(
        tmp_path / "register-2024.csv"
    )
    scored = CliRunner().invoke(ledger, [*words, "--name", "first"])
    assert scored.exit_code == 0, scored.output
    found = json.loads(scored.stdout)
    rows = {(row["profession"], row["area"], row["forecast"]): row for row in found["summary"]}
    assert found["unmatched"] == 0
    assert {key[2] for key in rows} == {"careersim", "careersim_shifted", "no_change"}
    for profession in ("physiotherapist", "psychologist"):
        same = rows[profession, "Sweden", "no_change"]
        assert same["mape"] == pytest.approx(100 * (1 - 1 / 1.02), abs=0.2)  # by hand, but for the rounding
        assert rows[profession, "counties", "careersim"]["numbers"] == 21
