"""`FaultReport`: everything that is wrong, in one message."""

from __future__ import annotations

from dataclasses import dataclass

from careersim.errors import ConfigError

__all__ = ["MOST_LINES", "Fault", "FaultReport"]

MOST_LINES = 200
"""Faults that a report tells one by one."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong at one place; `str()` is one line.

    Attributes
    ----------
    file, line
        The place; `line` is None if the value did not come from a line of a file.
    key
        Dotted key path such as `transitions[3].rate`; empty for the file as a whole.
    message, expected, nearest, remedy
        As in `careersim.errors.UserError`.
    """

    file: str
    line: int | None
    key: str
    message: str
    expected: str | None = None
    nearest: str | None = None
    remedy: str | None = None

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        where = f"{place}: {self.key}" if self.key else place
        parts = {"expected": self.expected, "nearest": self.nearest, "remedy": self.remedy}
        return str(ConfigError(self.message, where=where, **parts))


class FaultReport:
    """Collects faults from all files and raises them together.

    Parameters
    ----------
    subject
        What is wrong, for the heading.
    """

    def __init__(self, subject: str = "the configuration") -> None:
        self._subject = subject
        self._faults: dict[Fault, None] = {}  # a set that keeps its order

    def add(self, *faults: Fault) -> None:
        """Add faults; the same fault twice (a file read twice) is kept once."""
        self._faults.update(dict.fromkeys(faults))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """The faults by file and line; faults of one line stay in the order they were added."""
        return tuple(sorted(self._faults, key=lambda fault: (fault.file, fault.line or 0)))

    def raise_if_any(self) -> None:
        """Raise one `ConfigError` with a line for each of the first `MOST_LINES` faults, if there are any."""
        if not self._faults:
            return
        count = len(self._faults)
        heading = f"{count} {'fault' if count == 1 else 'faults'} in {self._subject}"
        lines = [f"  {fault}" for fault in self.faults[:MOST_LINES]]
        if count > MOST_LINES:
            lines.append(f"  ... and {count - MOST_LINES} more")
        raise ConfigError("\n".join([f"{heading}:", *lines]))
