"""The result that the README shows is what the command prints today."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.outputs.text import summary_text
from careersim.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_readme_shows_the_present_result() -> None:
    result = simulate(ROOT / "configs" / "baseline.yaml")
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = page.split("<!-- first-result -->\n```text\n")[1].split("```")[0]
    printed = summary_text(result.tables, result.manifest)
    assert shown == f"{printed}\nWritten to runs/baseline\n"
