"""`write_comparison` and `read_comparison`: the folder of a comparison is complete, or it is not there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from careersim.outputs.compare_columns import COMPARISON_OPTIONAL, COMPARISON_TABLES
from careersim.outputs.folder import Run
from careersim.outputs.study_folder import read_study, write_study

__all__ = ["KIND", "read_comparison", "write_comparison"]

KIND = "comparison"
"""Tells such a folder from that of a run, in `manifest.json`."""


def write_comparison(
    folder: str | Path, tables: Mapping[str, pl.DataFrame], manifest: Mapping[str, Any]
) -> Path:
    """Write the folder of a comparison in one step, as `write_study` does."""
    return write_study(folder, KIND, tables, manifest, COMPARISON_TABLES, COMPARISON_OPTIONAL)


def read_comparison(folder: str | Path) -> Run:
    """Open the folder of a comparison, as `read_study` does."""
    return read_study(folder, KIND, COMPARISON_TABLES, COMPARISON_OPTIONAL)
