"""What every test gets: a fresh working directory, and property tests that repeat themselves exactly.

`pytest --hypothesis-profile=search` looks for new counterexamples instead; `--hypothesis-seed=N` repeats one.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "gate",
    derandomize=True,
    database=None,
    deadline=None,  # the first example may compile a kernel
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "search",
    parent=settings.get_profile("gate"),
    derandomize=False,
    max_examples=1000,
)
settings.load_profile("gate")


def pytest_report_header() -> str:
    """Print the settings of the property tests, so that a log is enough to repeat a run."""
    return f"property tests: {settings().show_changed()}"


@pytest.fixture(autouse=True)
def fresh_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run the test in an empty directory of its own, so that it neither leaves nor finds files."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def repository() -> Path:
    """Give the folder that holds `pyproject.toml`, for tests that read `configs/` or the sources."""
    return Path(__file__).resolve().parent.parent
