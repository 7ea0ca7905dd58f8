"""`write_study` and `read_study`: folders of comparisons, sensitivity and rankings, complete or not there."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from careersim.errors import OutputError
from careersim.outputs.columns import Tables, check_columns, dictionary
from careersim.outputs.folder import FORMAT, Run, write_whole

__all__ = ["KINDS", "read_study", "write_study"]

KINDS = {
    "comparison": ("a comparison", "compare"),
    "rank": ("a ranking", "rank"),
    "sensitivity": ("a study of sensitivity", "sensitivity"),
}
"""Kinds of folders: what they are, and the command that makes them."""


def write_study(
    folder: str | Path,
    kind: str,
    tables: Mapping[str, pl.DataFrame],
    manifest: Mapping[str, Any],
    declared: Tables,
    optional: Collection[str] = (),
) -> Path:
    """Write a folder in one step.

    Parameters
    ----------
    folder
        Must not exist; its parent must.
    kind
        One of `KINDS`, kept in `manifest.json`.
    tables
        All tables that are declared; those that are optional may be left out.
    manifest
        Plain data for `manifest.json`.
    declared, optional
        Columns of the tables, and names of those that a folder may lack.

    Raises
    ------
    OutputError
        If the folder exists or cannot be written; nothing is left behind.
    InternalError
        If a table is not as declared.
    """

    def fill(draft: Path) -> None:
        for name in declared:
            if name in optional and name not in tables:
                continue
            check_columns(name, tables[name].lazy(), declared)
            tables[name].write_parquet(draft / f"{name}.parquet")

    return write_whole(folder, fill, {"kind": kind, **manifest}, dictionary(declared))


def read_study(folder: str | Path, kind: str, declared: Tables, optional: Collection[str] = ()) -> Run:
    """Open a folder that `write_study` made; parameters as there.

    Raises
    ------
    OutputError
        If it is none of this kind, of another version, or incomplete.
    """
    path = Path(folder)
    noun, command = KINDS[kind]
    remedy = f"name a folder that `careersim {command}` has made"
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        found, version, files = (manifest.get(key) for key in ("kind", "format", "files"))
    except (OSError, ValueError, AttributeError) as error:
        raise OutputError(
            f"this is not a complete folder of {noun}: manifest.json cannot be read",
            where=str(folder),
            remedy=remedy,
        ) from error
    if found != kind or not isinstance(files, dict):
        but = f" but a folder of kind {found}" if found else ""
        raise OutputError(f"this is not the folder of {noun}{but}", where=str(folder), remedy=remedy)
    if version != FORMAT:
        raise OutputError(
            f"folder of format {version}",
            where=str(folder),
            expected=f"format {FORMAT}",
            remedy="open it with the version of careersim that wrote it, or make it again",
        )
    required = [name for name in declared if name not in optional]
    for name, size in ({f"{name}.parquet": None for name in required} | files).items():
        file = path / name
        if not file.is_file() or (size is not None and file.stat().st_size != size):
            raise OutputError(
                f"the folder is incomplete: {name} is missing or has another size",
                where=str(folder),
                remedy="make it again, or copy it again as a whole",
            )
    there = [name for name in declared if name in required or f"{name}.parquet" in files]
    return Run(path, manifest, {name: pl.scan_parquet(path / f"{name}.parquet") for name in there})
