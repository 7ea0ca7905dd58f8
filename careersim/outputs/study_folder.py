"""`write_study` and `read_study`: folders of `sensitivity` and `rank`, complete or not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from careersim.errors import OutputError
from careersim.outputs.columns import Tables, check_columns, dictionary
from careersim.outputs.folder import FORMAT, Run, write_whole

__all__ = ["read_study", "write_study"]


def write_study(
    folder: str | Path,
    kind: str,
    tables: Mapping[str, pl.DataFrame],
    manifest: Mapping[str, Any],
    declared: Tables,
) -> Path:
    """Write a folder in one step.

    Parameters
    ----------
    folder
        Must not exist; its parent must.
    kind
        Name of the command, kept in `manifest.json`.
    tables
        All tables that are declared.
    manifest
        Plain data for `manifest.json`.
    declared
        Columns of the tables.

    Raises
    ------
    OutputError
        If the folder exists or cannot be written; nothing is left behind.
    InternalError
        If a table is not as declared.
    """

    def fill(draft: Path) -> None:
        for name in declared:
            check_columns(name, tables[name].lazy(), declared)
            tables[name].write_parquet(draft / f"{name}.parquet")

    return write_whole(folder, fill, {"kind": kind, **manifest}, dictionary(declared))


def read_study(folder: str | Path, kind: str, declared: Tables) -> Run:
    """Open a folder that `write_study` made.

    Raises
    ------
    OutputError
        If it is none of this kind, of another version, or incomplete.
    """
    path = Path(folder)
    remedy = f"name a folder that `careersim {kind}` has made"
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        found, version, files = (manifest.get(key) for key in ("kind", "format", "files"))
    except (OSError, ValueError, AttributeError) as error:
        raise OutputError(
            "this is no complete folder: manifest.json cannot be read", where=str(folder), remedy=remedy
        ) from error
    if found != kind or version != FORMAT or not isinstance(files, dict):
        raise OutputError(
            f"a folder of kind {found} and format {version}",
            where=str(folder),
            expected=f"kind {kind} and format {FORMAT}",
            remedy=remedy,
        )
    for name, size in ({f"{name}.parquet": None for name in declared} | files).items():
        file = path / name
        if not file.is_file() or (size is not None and file.stat().st_size != size):
            raise OutputError(
                f"the folder is incomplete: {name} is missing or has another size",
                where=str(folder),
                remedy="make it again, or copy it again as a whole",
            )
    return Run(path, manifest, {name: pl.scan_parquet(path / f"{name}.parquet") for name in declared})
