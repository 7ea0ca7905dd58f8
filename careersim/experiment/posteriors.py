"""`read_posteriors`: draws of several calibrations as one set, joined draw by draw.

Calibrations of different professions share no data and no number, so that their posteriors are independent:
draw d of one is put beside draw d of the other. Any other pairing would say the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.draws import Draws, read_draws, read_mark

__all__ = ["Posterior", "PosteriorFile", "Posteriors", "posterior_files", "read_posteriors"]

Posterior = str | Path | Sequence[str | Path]
"""A file of draws, a folder of such files, or several of them."""


@dataclass(frozen=True)
class PosteriorFile:
    """One file that draws were taken from.

    Attributes
    ----------
    file
        Its path.
    sha256
        Of its bytes.
    draws
        How many are in it.
    numbers
        How many numbers of the runs it has.
    """

    file: str
    sha256: str
    draws: int
    numbers: int


@dataclass(frozen=True)
class Posteriors:
    """Draws of one or several files.

    Attributes
    ----------
    draws
        As many as the file with the fewest has.
    files
        Where they are from, in the order of the numbers.
    """

    draws: Draws
    files: tuple[PosteriorFile, ...]


def read_posteriors(posterior: Posterior, *runs: LoadedRun) -> Posteriors:
    """Read one or several files of draws and join them draw by draw.

    Parameters
    ----------
    posterior
        Files of `Draws.to_parquet`, each of other professions. Of a folder all files of draws count whose
        professions are part of the runs.
    runs
        Those that are to use them.

    Returns
    -------
    Draws of all numbers. Of files with more draws than another, as many are picked evenly.

    Raises
    ------
    UserError
        If a file is faulty, of another model or of no profession of the runs (`read_draws`), a folder has
        no file of draws for the runs, or two files speak of one profession or number.
    """
    files = posterior_files(posterior, *runs)
    found = [read_draws(file, *runs) for file in files]
    _refuse_twice(files, found, {one.spec.profession for run in runs for one in run.careers})
    told = tuple(
        PosteriorFile(str(file), hashlib.sha256(file.read_bytes()).hexdigest(), len(draws), len(draws.paths))
        for file, draws in zip(files, found, strict=True)
    )
    if len(found) == 1:
        return Posteriors(found[0], told)
    count = min(len(draws) for draws in found)
    sources = {draws.mark.get("source", "") for draws in found}
    mark = {key: value for draws in found for key, value in draws.mark.items() if not key.startswith("hash.")}
    mark["source"] = sources.pop() if len(sources) == 1 else "posterior"
    values = np.hstack([draws.evenly(count).values for draws in found])
    return Posteriors(Draws(tuple(path for draws in found for path in draws.paths), values, mark), told)


def posterior_files(posterior: Posterior, *runs: LoadedRun) -> tuple[Path, ...]:
    """List the files that are meant, folders in the order of their names.

    Raises
    ------
    UserError
        If nothing is named, or a folder has no file of draws for the runs.
    """
    named = [posterior] if isinstance(posterior, str | Path) else list(posterior)
    if not named:
        raise UserError(
            "no file of draws is named", where="posterior", expected="a Parquet file, or a folder of them"
        )
    files: list[Path] = []
    for path in map(Path, named):
        files.extend(_files_of(path, runs) if path.is_dir() else [path])
    return tuple(files)


def _files_of(folder: Path, runs: Sequence[LoadedRun]) -> list[Path]:
    """Files of draws in a folder that name a number of a profession of the runs."""
    here = {career.spec.profession for run in runs for career in run.careers}
    found, others = [], set()
    for path in sorted(folder.glob("*.parquet")):
        if "source" not in read_mark(path):
            continue  # some other table
        professions = {name.partition(".")[0] for name in pl.read_parquet_schema(path)}
        if professions & here:
            found.append(path)
        else:
            others.add(path.name)
    if not found:
        beside = f", only {', '.join(sorted(others))}" if others else ""
        raise UserError(
            f"the folder has no file of draws for this run{beside}",
            where=str(folder),
            expected=f"a Parquet file with draws of {', '.join(sorted(here))}",
            remedy="name the folder of a calibration, or one where posteriors are kept",
        )
    return found


def _refuse_twice(files: Sequence[Path], found: Sequence[Draws], professions: set[str]) -> None:
    """Refuse two files about one profession, or one number: they are not independent of each other."""
    owners: dict[str, Path] = {}
    for file, draws in zip(files, found, strict=True):
        for name in dict.fromkeys(_topics(draws.paths, professions)):
            first = owners.setdefault(name, file)
            if first is file:
                continue
            if first.resolve() == file.resolve():
                raise UserError("this file is named twice", where=str(file), remedy="name it once")
            raise UserError(
                f"both files have draws of {name}",
                where=f"{first} and {file}",
                expected="files of different professions, which can be joined draw by draw",
                remedy="leave one of them out, or calibrate both in one file",
            )


def _topics(paths: Sequence[str], professions: set[str]) -> Iterator[str]:
    for path in paths:
        first = path.partition(".")[0]
        yield first if first in professions else path
