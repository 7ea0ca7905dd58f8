"""A user's own figures: a CSV or Parquet file with a row for each county, or whatever is asked for.

Every column is one that the calculation declares. A column of numbers `x` may be accompanied by `x_low` and
`x_high`, the ends between which the true number lies; without them numbers are exact.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from pydantic import TypeAdapter, ValidationError

from careersim.config.csv_file import read_csv_text
from careersim.config.fault_report import Fault, FaultReport
from careersim.errors import ConfigError, nearest_name
from careersim.published.approx import Approx
from careersim.published.declare import Column, Contradicting, columns
from careersim.published.statements import NATIONAL
from careersim.types import CountyCode, Number

__all__ = ["read_rows", "setting_values", "wrong_separator"]

Row = TypeVar("Row")
Cells = Mapping[str, str]

_NUMBER: TypeAdapter[float] = TypeAdapter(Number)
_COUNTY: TypeAdapter[str] = TypeAdapter(CountyCode)


def read_rows(path: Path, row: type[Row]) -> tuple[Row, ...]:
    """Read a table of input rows.

    Parameters
    ----------
    path
        A CSV file (UTF-8, commas, names in the first line) or a Parquet file.
    row
        Dataclass of a row, its fields made with `column`. A field annotated `Approx` or `Approx | None` is
        a number, `int` a whole number, `str` a name. A column that is not required may be absent.

    Returns
    -------
    The rows in the order of the file.

    Raises
    ------
    ConfigError
        All faults of the file in one report: columns that are missing or unknown, cells that are no number
        or out of range, counties that do not exist, rows that are there twice, no rows at all.
    """
    reader = _Reader(path, row)
    return tuple(reader.rows())


def wrong_separator(header: str) -> str | None:
    """Name what separates the columns of a header that holds no comma; None if nothing seems to."""
    return next((name for mark, name in {";": "semicolons", "\t": "tabs"}.items() if mark in header), None)


def setting_values(settings: type[Row], given: Mapping[str, str]) -> Row:
    """Build settings from words, such as those of a command line.

    Parameters
    ----------
    settings
        Dataclass whose fields are made with `setting`.
    given
        Words by field name; what is not given keeps its published value.

    Raises
    ------
    ConfigError
        If a word is not a number in the declared range, or not one of the names that are possible.
    """
    report = FaultReport("the settings")
    reader = _Cells(settings, report)
    values = {
        name: reader.value(name, word, _Place(f"--{name.replace('_', '-')}", None))
        for name, word in given.items()
    }
    report.raise_if_any()
    return settings(**values)


class _Place:
    """File (or option) and line, for messages."""

    def __init__(self, file: str, line: int | None) -> None:
        self.file, self.line = file, line


class _Cells:
    """Turns words into the values of a dataclass's fields; faults go to the report."""

    def __init__(self, row: type[Any], report: FaultReport) -> None:
        self.declared = columns(row)
        self.hints = get_type_hints(row)
        self.report = report

    def is_approximate(self, name: str) -> bool:
        return self.hints[name] in (Approx, Approx | None)

    def value(self, name: str, word: str, place: _Place) -> Any:
        """Value of a field other than an approximate one; None, with a fault, if the word is wrong."""
        declared = self.declared[name]
        if self.hints[name] in (str, str | None):
            return self._name(name, declared, word, place)
        number = self.number(name, word, place)
        if number is not None and self.hints[name] in (int, int | None):
            if number != int(number):
                self._refuse(place, name, f"{word} is not a whole number", "a whole number")
                return None
            return int(number)
        return number

    def number(self, name: str, word: str, place: _Place, column: str = "") -> float | None:
        declared = self.declared[name]
        expected = _expected_number(declared)
        if "_" in word:
            self._refuse(place, column or name, f"'{word}' is not a number", expected, remedy="leave _ out")
            return None
        try:
            number = _NUMBER.validate_python(word)
        except ValidationError as error:
            context = error.errors()[0].get("ctx", {})
            self._refuse(place, column or name, context["message"], expected, remedy=context.get("remedy"))
            return None
        if not declared.lowest <= number <= declared.highest:
            self._refuse(place, column or name, f"{word} is out of range", expected)
            return None
        return number

    def _name(self, name: str, declared: Column, word: str, place: _Place) -> str | None:
        if declared.county and word == NATIONAL:
            remedy = "leave the national row out: sums are calculated"
            self._refuse(place, name, "00 is no county", "the two-digit code of a county", remedy=remedy)
            return None
        if declared.county:
            try:
                return _COUNTY.validate_python(word)
            except ValidationError as error:
                context = error.errors()[0]["ctx"]
                parts = {key: context.get(key) for key in ("expected", "nearest", "remedy")}
                self._refuse(place, name, context["message"], **parts)
                return None
        if declared.choices and word not in declared.choices:
            expected = f"one of {', '.join(declared.choices)}"
            nearest = nearest_name(word, declared.choices)
            self._refuse(place, name, f"'{word}' is not known", expected, nearest=nearest)
            return None
        return word

    def _refuse(
        self,
        place: _Place,
        key: str,
        message: str,
        expected: str | None,
        *,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        at = "" if place.line is None else key
        self.report.add(Fault(place.file, place.line, at, message, expected, nearest, remedy))


class _Reader:
    """One file."""

    def __init__(self, path: Path, row: type[Row]) -> None:
        self.path, self.row = path, row
        self.report = FaultReport("the table")
        self.cells = _Cells(row, self.report)
        self.known: list[str] = []
        for name in self.cells.declared:
            self.known.append(name)
            if self.cells.is_approximate(name):
                self.known += [f"{name}_low", f"{name}_high"]

    def rows(self) -> list[Any]:
        header, lines = self._content()
        self._check_header(header)
        self.report.raise_if_any()
        found, seen = [], dict[tuple[str, ...], int]()
        for number, cells in lines:
            faults = len(self.report.faults)
            values = {
                field.name: self._field(field.name, cells, _Place(str(self.path), number))
                for field in fields(self.row)  # type: ignore[arg-type]  # Row is a dataclass by contract
            }
            self._check_twice(values, number, seen)
            found.append(self.row(**values))
            if faults == len(self.report.faults) and isinstance(found[-1], Contradicting):
                for column, message, expected in found[-1].contradictions():
                    self._fault(number, column, message, expected)
        if not found and not self.report.faults:
            self._fault(None, "", "there are no rows", f"at least one row below the names: {self._wanted()}")
        self.report.raise_if_any()
        return found

    def _content(self) -> tuple[Sequence[str], Iterator[tuple[int, Cells]]]:
        expected = f"a CSV or Parquet file with the columns {self._wanted()}"
        if self.path.suffix.lower() == ".parquet":
            return _parquet(self.path, expected)
        reader = csv.DictReader(
            io.StringIO(read_csv_text(self.path, expected), newline=""), restkey="", strict=True
        )
        try:
            header = reader.fieldnames or ()
        except csv.Error as error:
            raise ConfigError(f"not a CSV file: {error}", where=str(self.path), expected=expected) from None
        return header, self._lines(reader)

    def _lines(self, reader: csv.DictReader[str]) -> Iterator[tuple[int, Cells]]:
        try:
            for row in reader:
                if "" in row:
                    remedy = "give each column a name, and write decimals with a point"
                    self._fault(reader.line_num, "", "there are more cells than columns", None, remedy)
                yield reader.line_num, {name: (row[name] or "").strip() for name in row if name}
        except csv.Error as error:
            self._fault(reader.line_num, "", f"not a line of a CSV file: {error}", None)

    def _check_header(self, header: Sequence[str]) -> None:
        if len(header) == 1 and (mark := wrong_separator(header[0])):
            remedy = f"separate the columns by commas, not {mark}"
            self._fault(1, "", "there is only one column", f"the columns {self._wanted()}", remedy)
            return
        for name, declared in self.cells.declared.items():
            if declared.required and name not in header:
                remedy = "name the columns in the first line"
                nearest = nearest_name(name, [word for word in header if word not in self.known])
                expected = f"the columns {self._wanted()}"
                self.report.add(
                    Fault(str(self.path), 1, name, "the column is missing", expected, nearest, remedy)
                )
        for name in header:
            if name not in self.known:
                expected = f"one of {', '.join(self.known)}"
                fault = Fault(
                    str(self.path), 1, name, "there is no such column", expected,
                    nearest_name(name, self.known), "rename or remove it",
                )  # fmt: skip
                self.report.add(fault)
            elif list(header).count(name) > 1:
                self._fault(1, name, "the column is there twice", None, "remove one of them")

    def _field(self, name: str, cells: Cells, place: _Place) -> Any:
        word = cells.get(name, "")
        if word == "":
            if self.cells.declared[name].required:
                self._fault(place.line, name, "the cell is empty", self._expected(name))
            elif given := [one for one in (f"{name}_low", f"{name}_high") if cells.get(one)]:
                message = f"the cell is empty, but not {' and '.join(given)}"
                self._fault(place.line, name, message, self._expected(name))
            return None
        if self.cells.is_approximate(name):
            return self._approximate(name, word, cells, place)
        return self.cells.value(name, word, place)

    def _approximate(self, name: str, word: str, cells: Cells, place: _Place) -> Approx | None:
        value = self.cells.number(name, word, place)
        ends = []
        for column in (f"{name}_low", f"{name}_high"):
            given = cells.get(column, "")
            ends.append(self.cells.number(name, given, place, column) if given else value)
        low, high = ends
        if value is None or low is None or high is None:
            return None
        if not low <= value <= high:
            self._fault(place.line, name, f"{word} is not between its ends {low:g} and {high:g}", None)
            return None
        return Approx(value, low, high)

    def _check_twice(self, values: Mapping[str, Any], number: int, seen: dict[tuple[str, ...], int]) -> None:
        keys = [name for name, declared in self.cells.declared.items() if declared.key]
        mark = tuple("" if values[name] is None else str(values[name]) for name in keys)
        if keys and all(values[name] is not None or not self.cells.declared[name].required for name in keys):
            if mark in seen:
                told = ", ".join(f"{name} {word}" for name, word in zip(keys, mark, strict=True) if word)
                message = f"{told} stands in line {seen[mark]} already"
                self._fault(number, keys[0], message, None, "keep one of the rows")
            seen.setdefault(mark, number)

    def _expected(self, name: str) -> str:
        declared = self.cells.declared[name]
        if declared.county:
            return "the two-digit code of a county"
        if declared.choices:
            return f"one of {', '.join(declared.choices)}"
        return "a name" if self.cells.hints[name] in (str, str | None) else _expected_number(declared)

    def _wanted(self) -> str:
        return ", ".join(
            name if declared.required else f"{name} (optional)"
            for name, declared in self.cells.declared.items()
        )

    def _fault(
        self, line: int | None, key: str, message: str, expected: str | None, remedy: str | None = None
    ) -> None:
        self.report.add(Fault(str(self.path), line, key, message, expected, None, remedy))


def _parquet(path: Path, expected: str) -> tuple[Sequence[str], Iterator[tuple[int, Cells]]]:
    import polars as pl

    if not path.is_file():
        message = "cannot be read: Is a directory" if path.is_dir() else "file not found"
        raise ConfigError(message, where=str(path), expected=expected, remedy="check the path")
    try:
        table = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a Parquet file"
        raise ConfigError(f"cannot be read: {reason}", where=str(path), expected=expected) from None
    rows = (
        {name: "" if cell is None else str(cell).strip() for name, cell in row.items()}
        for row in table.iter_rows(named=True)
    )
    return table.columns, enumerate(rows, start=1)


def _expected_number(declared: Column) -> str:
    unit = f" ({declared.unit})" if declared.unit else ""
    if declared.lowest > float("-inf") and declared.highest < float("inf"):
        return f"a number from {declared.lowest:g} to {declared.highest:g}{unit}"
    if declared.lowest > float("-inf"):
        return f"a number of {declared.lowest:g} or more{unit}"
    return f"a number{unit}"
