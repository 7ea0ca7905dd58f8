"""`to_arviz`: the chain of a calibration as an object of ArviZ."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import polars as pl

from calibration.extra import library
from careersim.errors import OutputError

__all__ = ["to_arviz"]


def to_arviz(folder: str | Path) -> Any:
    """Open the chain of a calibration folder.

    Parameters
    ----------
    folder
        Made by `careersim calibrate`.

    Returns
    -------
    `arviz.InferenceData` with one variable an unknown. Walkers stand for chains; they move together, so that
    the effective number of draws in identification.csv, and not that of ArviZ, is to be believed.

    Raises
    ------
    OutputError
        If the folder has no chain.
    UserError
        If arviz is not installed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # arviz 0.x announces its version 1 at every import
        arviz = library("arviz")
    file = Path(folder) / "chain.parquet"
    if not file.is_file():
        raise OutputError(
            "there is no chain here", where=str(folder), expected="a calibration with a posterior"
        )
    table = pl.read_parquet(file).sort("chain", "draw")
    shape = (table["chain"].n_unique(), table["draw"].n_unique())
    posterior = {
        name: table[name].to_numpy().reshape(shape)
        for name in table.columns
        if name not in ("chain", "draw", "log_posterior")
    }
    log_posterior = table["log_posterior"].to_numpy().reshape(shape)
    return arviz.from_dict(posterior=posterior, sample_stats={"lp": log_posterior})
