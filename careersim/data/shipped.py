"""The files that come with this package: where they lie, and how their YAML is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from careersim.errors import DataError, nearest_name

__all__ = ["LONGEST_LISTING", "TABLES_FOLDER", "refuse_unknown", "shipped_yaml"]

PACKAGE_FOLDER = Path(__file__).resolve().parent
TABLES_FOLDER = PACKAGE_FOLDER / "tables"
# A list of alternatives longer than this hides the nearest name instead of helping to find it.
LONGEST_LISTING = 25


@cache
def shipped_yaml(file_name: str) -> Mapping[str, object]:
    """Read one of the package's YAML files, every scalar as text, so that county 01 remains 01.

    Parameters
    ----------
    file_name
        Name of a file directly in this package's folder.

    Raises
    ------
    DataError
        If the file is not a mapping.
    """
    import yaml  # not needed by those who only import the package

    # The C reader is ten times faster, but not part of every build of PyYAML.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    with (PACKAGE_FOLDER / file_name).open(encoding="utf-8") as stream:
        content = yaml.load(stream, Loader=loader)
    if not isinstance(content, dict):
        raise DataError("not a mapping", where=file_name, expected="keys at the left margin")
    return content


def refuse_unknown(word: str, known: Iterable[str], *, what: str, where: str) -> None:
    """Refuse a name that is not among the known ones.

    Parameters
    ----------
    word
        The name that was asked for.
    known
        The valid names.
    what
        What is being named, for example `table`.
    where
        File or table, for the message.

    Raises
    ------
    DataError
        With the nearest valid name.
    """
    names = list(dict.fromkeys(known))
    if word not in names:
        raise DataError(
            f"unknown {what} '{word}'",
            where=where,
            expected=f"one of {', '.join(names)}" if len(names) <= LONGEST_LISTING else None,
            nearest=nearest_name(word, names),
        )
