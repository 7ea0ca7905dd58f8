"""The cache of compiled kernels: damaged, full, or not there at all."""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from careersim.errors import UserError
from careersim.experiment import engines
from careersim.kernels import compile as compiling
from careersim.population.synthesis import MarginSource
from tests.unit.flows import village

DECLARE = """
from careersim.kernels import compile, count
assert not compile.cache_is_usable()
print(count.count.stats.cache_path)
"""


@pytest.mark.parametrize("own_choice", ["", "InTreeCacheLocator"])
def test_without_a_folder_nothing_is_cached(own_choice: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    known = {"CAREERSIM_CACHE_DIR": str(tmp_path / "file" / "cache"), "PYTHONPATH": os.pathsep.join(sys.path)}
    environment = {**os.environ, **known, "NUMBA_CACHE_LOCATOR_CLASSES": own_choice}
    done = subprocess.run(
        [sys.executable, "-c", DECLARE], env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "None"), done.stderr


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CAREERSIM_CACHE_DIR", str(tmp_path / "cache"))
    folder = compiling.cache_folder() / "kernels_0"
    folder.mkdir(parents=True)
    for name in ("a.nbi", "a.1.nbc", "a.nbi.tmp.0", "other.txt"):
        (folder / name).write_text("damaged")
    return folder


def fail_times(count: int, error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [error] * count

    def compile_all(*_: object) -> None:
        if left:
            raise left.pop()

    monkeypatch.setattr(engines, "_compile_all", compile_all)


ERRORS = [EOFError(), pickle.UnpicklingError("truncated"), OSError(errno.ENOSPC, "No space left on device")]


@pytest.mark.parametrize("error", ERRORS)
def test_a_damaged_cache_is_emptied(error: Exception, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_times(1, error, monkeypatch)
    engines.warm_up(village.MODEL, MarginSource(village.MODEL))
    assert [path.name for path in cache.iterdir()] == ["other.txt"]


@pytest.mark.parametrize("error", ERRORS)
def test_a_cache_that_stays_unusable_is_named(
    error: Exception, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_times(2, error, monkeypatch)
    with pytest.raises(UserError, match="CAREERSIM_CACHE_DIR") as caught:
        engines.warm_up(village.MODEL, MarginSource(village.MODEL))
    assert str(cache.parent) in str(caught.value)


def test_a_missing_cache_is_told_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fail_times(0, EOFError(), monkeypatch)
    monkeypatch.setattr(compiling, "cache_is_usable", lambda: False)
    engines._warn_of_cache.cache_clear()
    for _ in range(2):
        engines.warm_up(village.MODEL, MarginSource(village.MODEL))
    assert capsys.readouterr().err.count("CAREERSIM_CACHE_DIR") == 1
