"""The folder of a comparison: whole or not there, and read back as it was written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from careersim.errors import InternalError, OutputError
from careersim.outputs.compare_columns import COMPARISON_TABLES
from careersim.outputs.compare_folder import read_comparison, write_comparison
from careersim.outputs.folder import read_run
from tests.unit.compared import comparison
from tests.unit.outputs.tiny import tiny_result


def test_what_was_written_is_read(tmp_path: Path) -> None:
    found = comparison()
    folder = read_comparison(found.write(tmp_path / "out"))
    assert all(folder.tables[name].collect().equals(found.tables[name]) for name in found.tables)
    assert folder.manifest["kind"] == "comparison"
    assert folder.manifest["replications"] == 6
    columns = json.loads((tmp_path / "out" / "columns.json").read_text(encoding="utf-8"))
    assert set(columns) == set(COMPARISON_TABLES)


def test_nothing_is_left_of_a_table_that_is_not_as_declared(tmp_path: Path) -> None:
    wrong = {**comparison().tables, "persons": comparison().tables["binding"]}
    with pytest.raises(InternalError, match="table persons has columns"):
        write_comparison(tmp_path / "out", wrong, comparison().manifest)
    assert list(tmp_path.iterdir()) == []


def test_an_existing_folder_is_kept(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(OutputError, match="exists already"):
        comparison().write(tmp_path / "out")


def test_a_folder_that_lacks_a_file_is_refused(tmp_path: Path) -> None:
    folder = comparison().write(tmp_path / "out")
    (folder / "binding.parquet").unlink()
    with pytest.raises(OutputError, match=r"incomplete: binding.parquet is missing"):
        read_comparison(folder)


def test_another_format_is_refused(tmp_path: Path) -> None:
    folder = comparison().write(tmp_path / "out")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 0}), encoding="utf-8")
    with pytest.raises(OutputError, match="folder of format 0; expected format 1"):
        read_comparison(folder)


def test_runs_and_comparisons_are_not_taken_for_each_other(tmp_path: Path) -> None:
    run, compared = tiny_result().write(tmp_path / "run"), comparison().write(tmp_path / "compared")
    with pytest.raises(OutputError, match="this is not the folder of a comparison"):
        read_comparison(run)
    with pytest.raises(OutputError, match="the run folder lacks workforce"):
        read_run(compared)
    with pytest.raises(OutputError, match="this is not a complete folder of a comparison"):
        read_comparison(tmp_path / "missing")
