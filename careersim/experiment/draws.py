"""`draw_priors`: sets of parameter values, drawn from priors or read from the file of a posterior.

Each set is lived by baseline and scenarios alike. Draws are a Latin hypercube: of `n` draws of a number, one
lies in each n-th part of its prior. The order of the parts and the place within them come from Philox, keyed
by seed and path, so that the draws of a number are the same whatever other numbers are drawn.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim import __version__
from careersim.config.loaded import LoadedRun
from careersim.errors import OutputError, UserError, nearest_name
from careersim.kernels.draws import words
from careersim.model.priors import Prior, fixed_paths, is_price, number_limits, priors_of, with_values

__all__ = [
    "Draws",
    "Prior",
    "draw_priors",
    "fixed_paths",
    "is_price",
    "model_mark",
    "priors_of",
    "read_draws",
    "read_mark",
    "with_values",
]

_YEAR, _DECISION = 0, 0  # no person's draw has year 0
_DIGITS = 10  # digits kept of a draw, so that machines whose last bits differ agree
_MOST_DRAWS = 1_000_000
_MARK = "careersim"
_CAREER = "career."


@dataclass(frozen=True)
class Draws:
    """Sets of parameter values.

    Attributes
    ----------
    paths
        Names of the numbers (`careersim.model.priors`).
    values
        Draw x number, in the units of the records; finite.
    mark
        What the draws belong to, as plain texts (`model_mark`); empty if unknown.
    """

    paths: tuple[str, ...]
    values: NDArray[np.float64]
    mark: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    def at(self, draw: int) -> dict[str, float]:
        """Values of one draw by path, for `with_values`."""
        return dict(zip(self.paths, map(float, self.values[draw]), strict=True))

    def within(self, run: LoadedRun) -> Draws:
        """Keep the numbers that a run has."""
        known = {*(prior.path for prior in priors_of(run)), *fixed_paths(run)}
        kept = [n for n, path in enumerate(self.paths) if path in known]
        return Draws(tuple(self.paths[n] for n in kept), self.values[:, kept], self.mark)

    def evenly(self, count: int, where: str = "draws") -> Draws:
        """Pick `count` draws evenly over all.

        Raises
        ------
        UserError
            If there are fewer, or none is asked for.
        """
        if not 1 <= count <= len(self):
            raise UserError(f"{count} draws", where=where, expected=f"1 to {len(self)}, as many as there are")
        rows = (2 * np.arange(count) + 1) * len(self) // (2 * count)
        return Draws(self.paths, self.values[rows], self.mark)

    def to_parquet(self, path: str | Path) -> Path:
        """Write the columns `draw` (Int64) and one Float64 for each path, with `mark` in the file's metadata.

        Raises
        ------
        OutputError
            If the file cannot be written.
        """
        numbers = pl.DataFrame(self.values, schema=dict.fromkeys(self.paths, pl.Float64))
        table = numbers.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("draw"), pl.all())
        mark = {_MARK: json.dumps(dict(self.mark), sort_keys=True)}
        try:
            table.write_parquet(path, metadata=mark)
        except OSError as error:
            raise OutputError(
                f"draws cannot be written: {error.strerror or error}", where=str(path)
            ) from error
        return Path(path)

    @classmethod
    def from_parquet(cls, path: str | Path) -> Draws:
        """Read what `to_parquet` wrote.

        Raises
        ------
        UserError
            If the file is not there, is none of this form, is empty, or holds something that is no number.
        """
        if not Path(path).is_file():
            raise _no_draws(path, "file not found")
        try:
            table = pl.read_parquet(path, glob=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _no_draws(path, "this is no Parquet file, or it is damaged") from error
        if table.columns[:1] != ["draw"] or table.width < 2:
            raise _no_draws(path, "the columns are not `draw` and then one for each number")
        if not len(table):
            raise _no_draws(path, "there is no draw in it")
        for name, kind in table.drop("draw").schema.items():
            if kind != pl.Float64:
                raise _no_draws(path, f"column {name} is {kind}", expected="Float64")
        names = tuple(table.columns[1:])
        values = table.select(names).to_numpy().astype(np.float64)
        wrong = np.argwhere(~np.isfinite(values))
        if len(wrong):
            row, column = wrong[0]
            raise _no_draws(path, f"row {row} of {names[column]} is empty or no finite number")
        return cls(names, values, read_mark(path))


def draw_priors(
    priors: Sequence[Prior], draws: int, seed: int, *, mark: Mapping[str, str] | None = None
) -> Draws:
    """Draw from priors.

    Parameters
    ----------
    priors
        What is drawn (`priors_of`).
    draws
        How many; a Latin hypercube of another size is another one.
    seed
        Key of all chance, 0 to 2**64 - 1.
    mark
        What the draws belong to (`model_mark`).

    Returns
    -------
    One row for each draw, with ten digits of each number.

    Raises
    ------
    UserError
        If the number of draws is out of range.
    """
    if not 1 <= draws <= _MOST_DRAWS:
        raise UserError(f"{draws} draws", where="draws", expected=f"1 to {_MOST_DRAWS}")
    values = np.empty((draws, len(priors)))
    for n, prior in enumerate(priors):
        drawn = prior.quantile(_latin(prior.path, draws, seed))
        rounded = np.array([float(f"{value:.{_DIGITS}g}") for value in drawn])
        values[:, n] = np.clip(rounded, prior.low, prior.high)
    return Draws(tuple(prior.path for prior in priors), values, dict(mark or {}))


def model_mark(run: LoadedRun, source: str) -> dict[str, str]:
    """Tell what draws of a run belong to: the version of careersim and the career files.

    Parameters
    ----------
    run
        The run.
    source
        `prior` or `posterior`.

    Returns
    -------
    Texts `source`, `version`, and for each profession `career.<profession>`, the SHA-256 of its file.
    """
    files = {f"{_CAREER}{one.spec.profession}": one.document.sha256 for one in run.careers}
    return {"source": source, "version": __version__, **files}


def read_draws(path: str | Path, *runs: LoadedRun) -> Draws:
    """Read draws and refuse those of another model.

    Parameters
    ----------
    path
        A Parquet file of `Draws.to_parquet`, such as a posterior.
    runs
        Those that are to use them.

    Returns
    -------
    All draws. Those of professions that are not part of the runs are left out.

    Raises
    ------
    UserError
        If the file is faulty, of another version of careersim, made with another career file, names a number
        that none of the runs has, or holds a value that this number cannot have.
    """
    draws = Draws.from_parquet(path)
    remedy = "calibrate again with this version and these career files, or use those of the posterior"
    version = draws.mark.get("version")
    if version != __version__:
        other = "an unknown version" if version is None else f"version {version}"
        raise UserError(
            f"these draws belong to {other} of careersim",
            where=str(path),
            expected=f"version {__version__}",
            remedy=remedy,
        )
    for ours in (model_mark(run, "") for run in runs):
        for key in sorted(draws.mark):
            if key.startswith(_CAREER) and ours.get(key, draws.mark[key]) != draws.mark[key]:
                raise UserError(
                    f"these draws belong to another career file of {key.removeprefix(_CAREER)}",
                    where=str(path),
                    expected=f"one with SHA-256 {ours[key][:12]}..., not {draws.mark[key][:12]}...",
                    remedy=remedy,
                )
    here = {career.spec.profession for run in runs for career in run.careers}
    elsewhere = {key.removeprefix(_CAREER) for key in draws.mark if key.startswith(_CAREER)} - here
    kept = [n for n, name in enumerate(draws.paths) if name.partition(".")[0] not in elsewhere]
    known = {path: limits for run in runs for path, limits in number_limits(run).items()}
    for n in kept:
        if draws.paths[n] not in known:
            raise UserError(
                f"the run has no number '{draws.paths[n]}'",
                where=str(path),
                expected="profession.parameter, levers.name.value or costs.name of the run",
                nearest=nearest_name(draws.paths[n], known),
            )
        _refuse_beyond(path, draws.paths[n], draws.values[:, n], known[draws.paths[n]])
    if not kept:
        raise UserError(
            f"no number of these draws is part of the run; they are of {', '.join(sorted(elsewhere))}",
            where=str(path),
            expected=f"draws of {', '.join(sorted(here))}",
            remedy="leave the file out, or name its folder, of which only professions of the run are taken",
        )
    return Draws(tuple(draws.paths[n] for n in kept), draws.values[:, kept], draws.mark)


def _refuse_beyond(
    path: str | Path, name: str, values: NDArray[np.float64], limits: tuple[float, float]
) -> None:
    """Refuse values that would make no model, before any draw is lived."""
    lowest, highest = limits
    wrong = np.flatnonzero((values < lowest) | (values > highest))
    if len(wrong):
        raise UserError(
            f"row {wrong[0]} of {name} is {values[wrong[0]]:g}",
            where=str(path),
            expected=f"{lowest:g} to {highest:g}",
            remedy="calibrate again, or use draws of this parameter",
        )


def _latin(path: str, draws: int, seed: int) -> NDArray[np.float64]:
    """One probability in each of as many equal parts as there are draws, in random order."""
    key = int.from_bytes(hashlib.sha256(f"{seed} {path}".encode()).digest()[:8], "little")
    word = words(key, 0, np.arange(draws, dtype=np.uint64), _YEAR, _DECISION)
    part = np.empty(draws)
    part[np.lexsort((word[:, 1], word[:, 0]))] = np.arange(draws)
    return (part + (word[:, 2] + 0.5) / 2**32) / draws


def read_mark(path: str | Path) -> dict[str, str]:
    """Read what the draws of a file belong to (`model_mark`); nothing if the file does not say.

    Raises
    ------
    UserError
        If it is no Parquet file.
    """
    try:
        text = pl.read_parquet_metadata(path).get(_MARK, "{}")
    except (OSError, pl.exceptions.PolarsError) as error:
        raise _no_draws(path, "this is no Parquet file, or it is damaged") from error
    try:
        return {str(key): str(value) for key, value in json.loads(text).items()}
    except (ValueError, AttributeError):
        return {}


def _no_draws(path: str | Path, reason: str, expected: str | None = None) -> UserError:
    return UserError(
        f"no draws can be read: {reason}",
        where=str(path),
        expected=expected or "a Parquet file with the columns `draw` and one Float64 for each number",
        remedy="name the posterior of a calibration, or a file of draws",
    )
