"""A way to build a model from the good files, with a few lines changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from careersim.config.load import load_run
from careersim.model.assemble import assemble
from careersim.model.graph import Model

SOURCE = "source: {assumption: Invented for this test}"


@pytest.fixture
def cases(repository: Path) -> Path:
    return repository / "tests" / "errors" / "cases"


@pytest.fixture
def build(cases: Path) -> Callable[..., Model]:
    """Assemble the tester's career with records replaced and levers added."""

    def build_model(levers: str = "", until: int = 2030, **records: str) -> Model:
        text = f"name: test\nprofessions: ['{cases}/good_career.yaml']\nuntil: {until}\n"
        text += "parameters:\n  tester:\n" if records else ""
        for name, record in records.items():
            text += f"    {name}: {{{record}, {SOURCE}}}\n"
        path = Path("run.yaml")
        path.write_text(text + levers, encoding="utf-8")
        return assemble(load_run(path))

    return build_model


@pytest.fixture
def lever() -> Callable[..., str]:
    """Write one lever of a run file."""

    def write(**keys: object) -> str:
        keys = {"name": "test", "profession": "tester", "operation": "multiply", "from": 2026, **keys}
        words = ", ".join(f"{key}: {value}" for key, value in keys.items())
        return f"levers:\n  - {{{words}, {SOURCE}}}\n"

    return write
