"""An edited kernel is never run from a stale binary, whichever file of the package the edit is in.

Each test works on a copy of the package, with a cache folder of its own and a small kernel that calls a
function of another file, as the real kernels do. Processes are started anew, as a user's would be.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CALLER = '''"""A kernel that takes a number from another file."""

from careersim.kernels.compile import kernel
from careersim.kernels.forms import threshold


@kernel
def ask(probability):
    return threshold(probability)
'''

ASK = "from careersim.kernels.caller import ask; print(ask(0.5))"
WORDS = """
import numpy as np
from careersim.kernels.draws import words
print(*(f"{word:08x}" for word in words(0, 0, np.zeros(1, np.uint64), 0, 0)[0]))
"""
ZERO_ANSWER = "6627e8d5 e169c58d bc57ac4c 9b00dbd8"
HALF, CHANGED_HALF = str(2**31), str(2**30)


class Copy:
    """A copy of the package that can be edited and asked."""

    def __init__(self, repository: Path, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        ignored = shutil.ignore_patterns("__pycache__", "*.csv")
        shutil.copytree(repository / "careersim", folder / "careersim", ignore=ignored)
        self.file("caller.py").write_text(CALLER, encoding="utf-8")

    def file(self, name: str) -> Path:
        return self.folder / "careersim" / "kernels" / name

    def edit(self, name: str, old: str, new: str) -> None:
        text = self.file(name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old} stands {text.count(old)} times in {name}"
        self.file(name).write_text(text.replace(old, new), encoding="utf-8")

    def answer(self, program: str) -> str:
        known = {"PYTHONPATH": str(self.folder), "CAREERSIM_CACHE_DIR": str(self.cache)}
        done = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            cwd=self.folder,
            env={**os.environ, **known, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def binaries(self) -> set[Path]:
        return set(self.cache.rglob("*.nbc"))


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Copy:
    return Copy(repository, tmp_path)


def test_an_edit_of_a_called_file_is_seen(copy: Copy):
    assert copy.answer(ASK) == HALF
    copy.edit("forms.py", "_TWO_32 = 4294967296.0", "_TWO_32 = 2147483648.0")
    assert copy.answer(ASK) == CHANGED_HALF


def test_an_edit_of_the_rounds_of_chance_is_seen(copy: Copy):
    assert copy.answer(WORDS) == ZERO_ANSWER
    copy.edit("draws.py", "range(10)", "range(9)")
    assert copy.answer(WORDS) != ZERO_ANSWER
    copy.edit("draws.py", "range(9)", "range(10)")
    assert copy.answer(WORDS) == ZERO_ANSWER


def test_without_an_edit_nothing_is_compiled_again(copy: Copy):
    copy.answer(ASK)
    compiled = {path: path.stat().st_mtime_ns for path in copy.binaries()}
    assert compiled
    assert copy.answer(ASK) == HALF
    assert {path: path.stat().st_mtime_ns for path in copy.binaries()} == compiled


def test_a_cache_that_ignores_other_files_would_be_stale(copy: Copy):
    """The planted fault: with one folder for all sources, the old binary answers after the edit."""
    copy.edit("compile.py", 'f"kernels-{_sources_hash()}"', '"kernels"')
    assert copy.answer(ASK) == HALF
    copy.edit("forms.py", "_TWO_32 = 4294967296.0", "_TWO_32 = 2147483648.0")
    assert copy.answer(ASK) == HALF
