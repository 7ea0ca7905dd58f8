"""A register panel in place of margins: read the persons of a start year from CSV or Parquet, and write them.

The columns are declared in `careersim.population.panel_schema` and explained in
docs/reference/register-panel.md. Chance has no part in it: every replication starts from the same persons.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from careersim.errors import DataError, OutputError, UserError
from careersim.model.graph import Profession
from careersim.population.columns import Population
from careersim.population.panel_check import checked_rows
from careersim.population.panel_rows import from_rows, to_rows

if TYPE_CHECKING:
    import polars as pl

__all__ = ["PanelSource", "read_panel", "write_panel"]

FORMATS = (".csv", ".parquet")


def read_panel(path: str | Path, profession: Profession) -> Population:
    """Read the persons who were in a profession at the end of its start year.

    Parameters
    ----------
    path
        A file ending in `.csv` (commas, UTF-8) or `.parquet`.
    profession
        Its rows are taken; other professions and years may stand in the same file.

    Returns
    -------
    Persons in order of `person_id`, which numbers the persons of a county in the order of their register
    keys as text. The same persons in another order, or in the other format, give the same population.

    Raises
    ------
    DataError
        If the file cannot be read, or with every fault and the rows that have it; nothing partial is
        returned.
    """
    path = Path(path)
    return from_rows(checked_rows(_read(path), profession, path), profession)


def write_panel(population: Population, profession: Profession, year: int, path: str | Path) -> None:
    """Write a population as a panel that `read_panel` reads back.

    Parameters
    ----------
    population
        Persons of `profession` as observed at the end of `year`.
    year
        Goes into the column `year`.
    path
        Ends in `.csv` or `.parquet`; overwritten if it exists.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    path = Path(path)
    _check_format(path)
    frame = to_rows(population, profession, year)
    try:
        if path.suffix == ".csv":
            frame.write_csv(path)
        else:
            frame.write_parquet(path)
    except OSError as error:
        raise OutputError(
            f"cannot write: {error.strerror}", where=str(path), remedy="choose another place"
        ) from error


class PanelSource:
    """Populations from a panel, a `careersim.population.synthesis.PopulationSource`; read once, when made."""

    def __init__(self, path: str | Path, professions: Iterable[Profession]) -> None:
        self._path = Path(path)
        self._populations = {profession.name: read_panel(path, profession) for profession in professions}

    def population(self, profession: Profession, seed: int, replication: int) -> Population:  # noqa: ARG002
        """Give the persons of the panel, whatever the seed."""
        try:
            return self._populations[profession.name]
        except KeyError:
            raise UserError(
                f"profession '{profession.name}' was not read from this panel",
                where=str(self._path),
                expected=f"one of {', '.join(self._populations)}",
                remedy="make the source with this profession",
            ) from None


def _check_format(path: Path) -> None:
    if path.suffix not in FORMATS:
        raise UserError(
            f"unknown format '{path.suffix}'",
            where=str(path),
            expected=f"a file name ending in {' or '.join(FORMATS)}",
            remedy="convert or rename the file",
        )


def _read(path: Path) -> pl.DataFrame:
    import polars as pl

    _check_format(path)
    try:
        if path.suffix == ".csv":
            return pl.read_csv(path, infer_schema=False)
        return pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        if not path.is_file():
            raise DataError("no such file", where=str(path), remedy="correct the path") from error
        raise DataError(
            f"cannot be read: {str(error).splitlines()[0]}",
            where=str(path),
            expected="a table with commas and a header in UTF-8"
            if path.suffix == ".csv"
            else "a Parquet file",
            remedy="export the file again",
        ) from error
