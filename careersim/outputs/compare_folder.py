"""`write_comparison` and `read_comparison`: the folder of a comparison is complete, or it is not there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from careersim.errors import OutputError
from careersim.outputs.columns import check_columns, dictionary
from careersim.outputs.compare_columns import COMPARISON_OPTIONAL, COMPARISON_TABLES
from careersim.outputs.folder import FORMAT, Run, write_whole

__all__ = ["KIND", "read_comparison", "write_comparison"]

KIND = "comparison"
"""Tells such a folder from that of a run, in `manifest.json`."""


def write_comparison(
    folder: str | Path, tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any]
) -> Path:
    """Write the folder of a comparison in one step.

    Parameters
    ----------
    folder
        Must not exist; its parent must.
    tables
        All tables of `COMPARISON_TABLES`; those of `COMPARISON_OPTIONAL` may be left out.
    manifest
        Plain data for `manifest.json`.

    Returns
    -------
    The folder.

    Raises
    ------
    OutputError
        If the folder exists or cannot be written; nothing is left behind.
    InternalError
        If a table is not as declared.
    """

    def fill(draft: Path) -> None:
        for name in COMPARISON_TABLES:
            if name in COMPARISON_OPTIONAL and name not in tables:
                continue
            check_columns(name, tables[name].lazy(), COMPARISON_TABLES)
            tables[name].write_parquet(draft / f"{name}.parquet")

    return write_whole(folder, fill, {"kind": KIND, **manifest}, dictionary(COMPARISON_TABLES))


def read_comparison(folder: str | Path) -> Run:
    """Open the folder of a comparison.

    Raises
    ------
    OutputError
        If it is none, of another version, or incomplete.
    """
    path = Path(folder)
    remedy = "name a folder that `careersim compare` has made"
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        kind, version, files = (manifest.get(key) for key in ("kind", "format", "files"))
    except (OSError, ValueError, AttributeError) as error:
        raise OutputError(
            "this is not a complete folder of a comparison: manifest.json cannot be read",
            where=str(folder),
            remedy=remedy,
        ) from error
    if kind != KIND or not isinstance(files, dict):
        raise OutputError("this is not the folder of a comparison", where=str(folder), remedy=remedy)
    if version != FORMAT:
        raise OutputError(
            f"folder of format {version}",
            where=str(folder),
            expected=f"format {FORMAT}",
            remedy="open it with the version of careersim that wrote it, or compare again",
        )
    required = [name for name in COMPARISON_TABLES if name not in COMPARISON_OPTIONAL]
    needed = {f"{name}.parquet": None for name in required} | files
    for name, size in needed.items():
        file = path / name
        if not file.is_file() or (size is not None and file.stat().st_size != size):
            raise OutputError(
                f"the folder is incomplete: {name} is missing or has another size",
                where=str(folder),
                remedy="compare again, or copy the folder again as a whole",
            )
    there = [name for name in COMPARISON_TABLES if name in required or f"{name}.parquet" in files]
    tables = {name: pl.scan_parquet(path / f"{name}.parquet") for name in there}
    return Run(path, manifest, tables)
