"""`read_targets`: published figures as tables, each with its source, tolerance and likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from calibration.target_types import Target, Targets

__all__ = ["Target", "Targets", "read_targets", "shipped_targets"]

FOLDER = Path(__file__).with_name("targets")


def read_targets(names: Sequence[str | Path] | str | Path | None = None) -> Targets:
    """Read targets.

    Parameters
    ----------
    names
        Names of shipped tables (`doctor_stocks`), or paths of CSV files of one's own; None for all shipped.

    Returns
    -------
    Targets in the order of the files and rows.

    Raises
    ------
    ConfigError
        With every fault of every row in one message; see `calibration.target_checks` for what a run adds.
    """
    raise NotImplementedError


def shipped_targets() -> tuple[str, ...]:
    """Names of the shipped tables, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv") if path.stem != "not_modelled"))
