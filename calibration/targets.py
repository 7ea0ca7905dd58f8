"""`read_targets`: published figures as tables, each with its source, tolerance and likelihood."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from calibration.coverage import COVERAGE_FILE, read_coverages
from calibration.target_checks import contradictions
from calibration.target_rows import COLUMNS, REQUIRED, targets_of_row
from calibration.target_sense import senseless
from calibration.target_types import NotModelled, Target, Targets
from careersim.config.csv_file import read_csv_text
from careersim.config.fault_report import Fault, FaultReport
from careersim.errors import ConfigError, nearest_name

__all__ = ["NotModelled", "Target", "Targets", "read_targets", "shipped_targets"]

FOLDER = COVERAGE_FILE.parent
NOT_MODELLED = FOLDER / "not_modelled.csv"


def read_targets(
    names: Sequence[str | Path] | str | Path | None = None, *, coverage: Path = COVERAGE_FILE
) -> Targets:
    """Read targets.

    Parameters
    ----------
    names
        Names of shipped tables (`doctor_trainees`), or paths of CSV files of one's own; None for all shipped.
    coverage
        File of the coverages that the targets name.

    Returns
    -------
    Targets in the order of the files and rows.

    Raises
    ------
    ConfigError
        With every fault of every row in one message: unknown columns, measures, counties, tables or
        coverages, tolerances that are not above 0, numbers without a source or that cannot be (infinite,
        outside their own interval, beyond what is measured), one id twice, and two values of one source for
        one thing, or one value twice. What a run adds to it is checked by
        `calibration.target_checks.check_targets`.
    """
    if names is None:
        names = shipped_targets()
    asked = [names] if isinstance(names, str | Path) else list(names)
    report = FaultReport("the targets")
    found: list[Target] = []
    for name in asked:
        path = _path(name, report)
        if path is not None:
            found += _read(path, report)
    coverages = read_coverages(coverage)
    report.add(*senseless(found), *contradictions(found), *_unknown_coverages(found, coverages))
    report.raise_if_any()
    return Targets(tuple(found), coverages, _not_modelled())


def shipped_targets() -> tuple[str, ...]:
    """Names of the shipped tables, sorted."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.csv") if path != NOT_MODELLED))


def _path(name: str | Path, report: FaultReport) -> Path | None:
    if isinstance(name, Path) or name.endswith(".csv") or "/" in name:
        return Path(name)
    if name in shipped_targets():
        return FOLDER / f"{name}.csv"
    report.add(
        Fault(
            str(name),
            None,
            "",
            f"no targets called '{name}'",
            expected=f"one of {', '.join(shipped_targets())}, or the path of a CSV file",
            nearest=nearest_name(name, shipped_targets()),
        )
    )
    return None


def _read(path: Path, report: FaultReport) -> list[Target]:
    """Read one file; faulty rows are told and left out."""
    shown = path.name if path.parent == FOLDER else str(path)
    try:
        rows = list(_rows(path, COLUMNS, REQUIRED))
    except ConfigError as error:
        report.add(Fault(shown, None, "", error.message, error.expected, error.nearest, error.remedy))
        return []
    found: list[Target] = []
    for line, row in rows:
        try:
            found += targets_of_row(row, shown, line)
        except ConfigError as error:
            key = " ".join(filter(None, (row.get("id"), error.where)))
            report.add(Fault(shown, line, key, error.message, error.expected, error.nearest, error.remedy))
    return found


def _rows(
    path: Path, columns: Sequence[str], required: Sequence[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows of a CSV file with the lines they end on; lines that begin with # are comments.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a column is unknown or missing.
    """
    expected = f"a CSV file with the columns {', '.join(required)}"
    text = read_csv_text(path, expected)
    if not text.strip():
        raise ConfigError("file is empty", expected=expected, remedy="write the columns and at least one row")
    # A comment becomes an empty line, so that the lines keep their numbers.
    lines = ["" if line.startswith("#") else line for line in text.splitlines()]
    # Strict: a quote that is never closed must not swallow the rows that follow it.
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), strict=True)
    try:
        header = next((cells for cells in reader if cells), [])
        _check_header(header, columns, required, expected)
        for cells in reader:
            if cells and len(cells) != len(header):
                raise ConfigError(
                    f"line {reader.line_num} has {len(cells)} cells",
                    expected=f"{len(header)} cells",
                    remedy="quote cells that contain a comma",
                )
            if cells:
                yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise ConfigError(f"not a CSV file: {error}", expected=expected) from None


def _check_header(
    header: Sequence[str], columns: Sequence[str], required: Sequence[str], expected: str
) -> None:
    for column in header:
        if column not in columns:
            raise ConfigError(
                f"unknown column '{column}'",
                expected=expected,
                nearest=nearest_name(column, columns),
                remedy="separate the columns by commas, not semicolons" if ";" in column else None,
            )
        if header.count(column) > 1:
            raise ConfigError(f"column '{column}' is given twice", expected=expected)
    for column in required:
        if column not in header:
            raise ConfigError(
                f"column '{column}' is missing", expected=expected, nearest=nearest_name(column, header)
            )


def _unknown_coverages(targets: Sequence[Target], known: Mapping[str, object]) -> Iterator[Fault]:
    for target in targets:
        if target.coverage and target.coverage not in known:
            yield Fault(
                target.file,
                target.line,
                f"{target.block} coverage",
                f"unknown coverage '{target.coverage}'",
                expected=f"one of {', '.join(known)}",
                nearest=nearest_name(target.coverage, known),
            )


def _not_modelled() -> tuple[NotModelled, ...]:
    columns = ("id", "profession", "figure", "document", "place", "reason")
    return tuple(NotModelled(**row) for _, row in _rows(NOT_MODELLED, columns, columns))
