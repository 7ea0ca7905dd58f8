"""The shipped JSON Schemas are those of the specifications."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from careersim.config.schemas import schema_texts, write_schemas
from careersim.errors import OutputError


@pytest.mark.parametrize("name", sorted(schema_texts()))
def test_shipped_schema_is_current(name: str) -> None:
    shipped = (files("careersim") / "config" / "schemas" / name).read_text(encoding="utf-8")
    remedy = "run write_schemas('careersim/config/schemas') of careersim.config.schemas"
    assert shipped == schema_texts()[name], remedy


def test_schemas_use_the_keys_of_the_files() -> None:
    career = json.loads(schema_texts()["career.schema.json"])
    assert "from" in career["$defs"]["TransitionSpec"]["properties"]
    assert career["additionalProperties"] is False
    assert "extends" in json.loads(schema_texts()["run.schema.json"])["properties"]


def test_schemas_are_written(tmp_path: Path) -> None:
    assert [path.name for path in write_schemas(tmp_path)] == list(schema_texts())
    with pytest.raises(OutputError, match="cannot be written"):
        write_schemas(tmp_path / "nowhere")
