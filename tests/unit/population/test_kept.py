"""Kept tables: made once, made anew when damaged, and never a reason to fail."""

from __future__ import annotations

import numpy as np
import pytest

from careersim.population.kept import kept_table


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("CAREERSIM_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def made(calls):
    def make():
        calls.append(1)
        return np.arange(6, dtype=np.int64).reshape(2, 3)

    return make


def test_a_table_is_made_once_for_the_same_inputs(folder):
    calls = []
    first, second = kept_table(b"a", made(calls)), kept_table(b"a", made(calls))
    assert len(calls) == 1
    assert np.array_equal(first, second)
    kept_table(b"b", made(calls))
    assert len(calls) == 2


@pytest.mark.parametrize("damage", [b"", b"not a table", None])
def test_a_damaged_file_is_made_anew(folder, damage):
    calls = []
    kept_table(b"a", made(calls))
    (path,) = (folder / "tables").iterdir()
    if damage is None:
        np.savez_compressed(path, table=np.ones(3, np.int64), digest=np.zeros(32, np.uint8))
    else:
        path.write_bytes(damage)
    assert kept_table(b"a", made(calls)).sum() == 15
    assert len(calls) == 2


def test_a_folder_that_cannot_be_written_only_costs_time(folder):
    folder.write_text("a file where the folder should be")
    assert kept_table(b"a", made([])).sum() == 15
