"""JSON Schemas of the run file and the career file, for editors that complete and check YAML.

They are generated from the specifications and shipped in `careersim/config/schemas/`; a test holds the two
together. An editor finds them by a comment in the first line of a file:
`# yaml-language-server: $schema=PATH/run.schema.json`.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel

from careersim.config.career_spec import CareerSpec
from careersim.config.run_spec import RunSpec
from careersim.errors import OutputError

__all__ = ["schema_texts", "write_schemas"]

_FILES: dict[str, tuple[str, type[BaseModel]]] = {
    "career.schema.json": ("careersim career file", CareerSpec),
    "run.schema.json": ("careersim run file", RunSpec),
}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def write_schemas(folder: str | Path) -> tuple[Path, ...]:
    """Write both schemas.

    Parameters
    ----------
    folder
        An existing folder; files of the same name are overwritten.

    Returns
    -------
    The files written.

    Raises
    ------
    OutputError
        If the folder cannot be written to.
    """
    paths = []
    for name, text in schema_texts().items():
        path = Path(folder, name)
        try:
            path.write_text(text, encoding="utf-8", newline="\n")
        except OSError as error:
            reason = error.strerror or str(error)
            raise OutputError(
                f"cannot be written: {reason}", where=str(path), expected="an existing folder"
            ) from None
        paths.append(path)
    return tuple(paths)


def schema_texts() -> dict[str, str]:
    """Generate both schemas.

    Returns
    -------
    JSON text by file name.
    """
    texts = {}
    for name, (title, model) in _FILES.items():
        schema = {"$schema": _DIALECT, **model.model_json_schema(by_alias=True), "title": title}
        texts[name] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return texts
