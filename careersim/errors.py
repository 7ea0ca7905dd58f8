"""One error hierarchy, so that the command line can turn any failure into a message and an exit code.

A `UserError` is something the reader of the message can mend: a file, a key, a value, a folder. An
`InternalError` is a broken promise of the program itself. Nothing else is raised on purpose.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = [
    "CareersimError",
    "ConfigError",
    "DataError",
    "InternalError",
    "OutputError",
    "UserError",
    "nearest_name",
]


def nearest_name(word: str, candidates: Iterable[str]) -> str | None:
    """Find the candidate that `word` was most likely meant to be.

    Parameters
    ----------
    word
        What was written.
    candidates
        The names that would have been valid.

    Returns
    -------
    The closest candidate, compared without regard to case, or None if nothing is close.
    """
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(candidate.casefold(), candidate)
    matches = difflib.get_close_matches(word.casefold(), list(by_folded), n=1, cutoff=0.6)
    return by_folded[matches[0]] if matches else None


class CareersimError(Exception):
    """Base of every error raised on purpose; `exit_code` is what the command line returns."""

    exit_code = 1


class InternalError(CareersimError):
    """The program broke one of its own promises, for example conservation of persons."""


class UserError(CareersimError):
    """Something the user can mend, told in one message.

    Parameters
    ----------
    message
        What is wrong, without a full stop.
    where
        The place, as `file:line: key` or the name of an argument or a column.
    expected
        What would have been right, worded to follow the word "expected".
    nearest
        The valid name closest to what was written (see `nearest_name`).
    remedy
        What to do about it.
    """

    exit_code = 2

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.expected = expected
        self.nearest = nearest
        self.remedy = remedy

    def __str__(self) -> str:
        """Render `where: message; expected ...; did you mean 'x'?; remedy`, leaving out what is None."""
        parts = [self.message]
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.nearest is not None:
            parts.append(f"did you mean '{self.nearest}'?")
        if self.remedy is not None:
            parts.append(self.remedy)
        text = "; ".join(parts)
        return text if self.where is None else f"{self.where}: {text}"


class ConfigError(UserError):
    """A configuration file or one of its values is wrong."""


class DataError(UserError):
    """A data table is missing, damaged or out of its documented range."""


class OutputError(UserError):
    """A result cannot be written, or a run folder cannot be read back."""
