"""The text of a user's CSV file, or what is wrong with the file."""

from __future__ import annotations

from pathlib import Path

from careersim.errors import ConfigError

__all__ = ["read_csv_text"]

_MOST_BYTES = 20_000_000


def read_csv_text(path: Path, expected: str) -> str:
    """Read a file as text in UTF-8, with or without a byte order mark.

    Parameters
    ----------
    path
        The file.
    expected
        What it should be, for the message: `a CSV file with the columns ...`.

    Raises
    ------
    ConfigError
        Naming the file, if it is not there, cannot be read, is no text in UTF-8, or is larger than 20 MB.
    """
    try:
        if path.is_file() and path.stat().st_size > _MOST_BYTES:
            raise ConfigError("is too large", where=str(path), expected=f"at most {_MOST_BYTES:,} bytes")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(
            "is not text in UTF-8", where=str(path), expected=expected, remedy="save it as CSV in UTF-8"
        ) from None
    except FileNotFoundError:
        remedy = "check the path"
        raise ConfigError("file not found", where=str(path), expected=expected, remedy=remedy) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise ConfigError(f"cannot be read: {reason}", where=str(path), expected=expected) from None
