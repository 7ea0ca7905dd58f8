"""Run folders: complete or not there, whatever goes wrong, and refused when they are not whole."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import polars as pl
import pytest

from careersim.errors import InternalError, OutputError
from careersim.outputs import folder as folders
from careersim.outputs.columns import TABLES
from careersim.outputs.folder import check_target, read_run, write_run
from tests.unit.outputs.tiny import tiny_result


def everything(here: Path) -> list[str]:
    return sorted(path.name for path in here.iterdir())


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    result = tiny_result()
    target = result.write(tmp_path / "run")
    run = read_run(target)
    assert set(run.tables) == set(TABLES) - set(folders.OPTIONAL)
    for name, table in run.tables.items():
        assert table.collect().equals(result.tables[name].collect()), name
    assert run.manifest["seed"] == 5
    assert everything(tmp_path) == ["run"]
    assert (target / "replications" / "healer.parquet").is_file()


def test_columns_are_explained(tmp_path: Path) -> None:
    target = tiny_result().write(tmp_path / "run")
    told = json.loads((target / "columns.json").read_text(encoding="utf-8"))
    for name, table in read_run(target).tables.items():
        assert [column["name"] for column in told[name]] == table.collect_schema().names()
        assert all(column["unit"] and column["label"] and column["dtype"] for column in told[name])


def test_an_existing_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    with pytest.raises(OutputError, match=r"run: the output folder exists already.*choose another name"):
        tiny_result().write(tmp_path / "run")
    assert everything(tmp_path / "run") == []


def test_a_dangling_link_counts_as_existing(tmp_path: Path) -> None:
    (tmp_path / "run").symlink_to(tmp_path / "nowhere")
    with pytest.raises(OutputError, match="exists already"):
        check_target(tmp_path / "run")


def test_a_missing_parent_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"does not exist.*mkdir -p '.*/no/such'"):
        check_target(tmp_path / "no" / "such" / "run")


def test_a_closed_parent_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # whoever runs the tests may write everywhere
    with pytest.raises(OutputError, match="no permission to write here"):
        check_target(tmp_path / "run")


@pytest.mark.parametrize(
    ("name", "words"), [("", "has no name"), ("n" * 256, "too long"), ("n" * 250, "too long")]
)
def test_an_impossible_name_is_refused(name: str, words: str) -> None:
    with pytest.raises(OutputError, match=words):
        check_target(name)


def test_only_old_drafts_of_the_same_name_are_removed(tmp_path: Path) -> None:
    old = [".run.0123abcd.part", ".other.0123abcd.part", ".run.mine.part"]
    for name in (*old, ".run.76543210.part"):
        (tmp_path / name).mkdir()
    for name in old:
        os.utime(tmp_path / name, (0, 0))
    tiny_result().write(tmp_path / "run")
    assert everything(tmp_path) == [".other.0123abcd.part", ".run.76543210.part", ".run.mine.part", "run"]


@pytest.mark.parametrize("text", ["No space left on device (os error 28)", "schema mismatch"])
def test_a_full_disk_that_polars_meets(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise pl.exceptions.ComputeError(text)

    result = tiny_result()
    monkeypatch.setattr(folders, "_write_table", fail)
    expected = OutputError if "os error" in text else pl.exceptions.ComputeError
    with pytest.raises(expected, match=text.partition(" (")[0]):
        result.write(tmp_path / "run")
    assert everything(tmp_path) == []


@pytest.mark.parametrize("failure", [KeyboardInterrupt, OSError(28, "No space left on device"), MemoryError])
@pytest.mark.parametrize("step", ["_write_table", "_flush", "_write_json"])
def test_nothing_half_written_is_left(
    failure: type[BaseException] | BaseException, step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    real = getattr(folders, step)

    def fail(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2 or step == "_flush":
            raise failure
        real(*arguments)

    result = tiny_result()
    monkeypatch.setattr(folders, step, fail)
    expected = OutputError if isinstance(failure, OSError) else failure
    with pytest.raises(expected) as caught:
        result.write(tmp_path / "run")
    assert everything(tmp_path) == []
    if isinstance(failure, OSError):
        assert "cannot write: No space left on device" in str(caught.value)


def test_whoever_is_faster_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = folders._flush

    def meanwhile(draft: Path) -> None:
        real(draft)
        (tmp_path / "run").mkdir(exist_ok=True)

    result = tiny_result()
    monkeypatch.setattr(folders, "_flush", meanwhile)
    with pytest.raises(OutputError, match="exists already"):
        result.write(tmp_path / "run")
    assert everything(tmp_path) == ["run"]
    assert everything(tmp_path / "run") == []


def test_a_table_that_is_not_as_declared_is_our_fault(tmp_path: Path) -> None:
    result = tiny_result()
    tables = {**result.tables, "flows": pl.LazyFrame({"profession": ["a"]})}
    with pytest.raises(InternalError, match="table flows has columns"):
        write_run(tmp_path / "run", tables, {}, result.manifest)
    assert everything(tmp_path) == []


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tiny_result().write(tmp_path / "run")


def break_manifest(run: Path) -> None:
    (run / "manifest.json").write_text("{", encoding="utf-8")


def truncate_table(run: Path) -> None:
    content = (run / "flows.parquet").read_bytes()
    (run / "flows.parquet").write_bytes(content[:-7])


def change_format(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (run / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")


def drop_from_list(run: Path) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]["stocks.parquet"]
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (shutil.rmtree, "there is no such run folder"),
        (lambda run: (run / "manifest.json").unlink(), "this is not a complete run folder"),
        (break_manifest, "manifest.json cannot be read"),
        (lambda run: (run / "manifest.json").write_text("[]"), "manifest.json does not describe a run"),
        (truncate_table, "incomplete: flows.parquet is missing or has another size"),
        (lambda run: (run / "replications" / "healer.parquet").unlink(), "healer.parquet is missing"),
        (change_format, "run folder of format 99; expected format 1"),
        (drop_from_list, "the run folder lacks stocks"),
    ],
)  # fmt: skip
def test_a_broken_folder_is_refused(damage: object, words: str, written: Path) -> None:
    damage(written)  # type: ignore[operator]
    with pytest.raises(OutputError) as caught:
        read_run(written)
    assert words in str(caught.value)
    assert str(written) in str(caught.value)
