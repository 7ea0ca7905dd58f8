"""The result that the README shows is what the command prints today.

`python -m tests.unit.test_readme_result` writes it there, after a change of numbers. The sentences below it
name Jämtland; read them again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.outputs.text import summary_text
from careersim.simulate import simulate

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BEGIN = "<!-- first-result -->\n```text\n"


def printed() -> str:
    """What `make demo` prints."""
    result = simulate(ROOT / "configs" / "baseline.yaml")
    return f"{summary_text(result.tables, result.manifest)}\nWritten to runs/baseline\n"


@pytest.mark.slow
def test_the_readme_shows_the_present_result() -> None:
    shown = README.read_text(encoding="utf-8").split(BEGIN)[1].split("```")[0]
    assert shown == printed()


if __name__ == "__main__":
    before, after = README.read_text(encoding="utf-8").split(BEGIN)
    _, rest = after.split("```", 1)
    README.write_text(f"{before}{BEGIN}{printed()}```{rest}", encoding="utf-8")
