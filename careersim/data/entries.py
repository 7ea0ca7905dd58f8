"""Strict reading of a mapping of a shipped YAML file: missing, misshapen and unknown keys are errors."""

from __future__ import annotations

from collections.abc import Mapping

from careersim.errors import DataError, nearest_name

__all__ = ["Entry"]


class Entry:
    """A mapping whose keys are asked for one by one, so that those nobody asked for can be refused.

    Parameters
    ----------
    content
        What YAML gave, every scalar as text.
    where
        File and key, for messages.

    Raises
    ------
    DataError
        By every method: if the content is no mapping, a required key is missing, or a value has another
        shape.
    """

    def __init__(self, content: object, where: str) -> None:
        if not isinstance(content, Mapping):
            raise DataError("not a mapping", where=where, expected="keys with values")
        self.where = where
        self.content: Mapping[str, object] = content
        self.read: set[str] = set()

    def names(self) -> list[str]:
        """List the keys in order."""
        return list(self.content)

    def refuse_unread(self) -> None:
        """Refuse keys that nobody asked for, with the nearest one that somebody did."""
        for key in self.content:
            if key not in self.read:
                raise DataError(
                    f"unknown key '{key}'", where=self.where, nearest=nearest_name(key, self.read)
                )

    def optional_text(self, key: str) -> str | None:
        """Give the text under a key, or None if the key is absent."""
        self.read.add(key)
        value = self.content.get(key)
        if value is not None and not isinstance(value, str):
            raise DataError("not a text", where=f"{self.where}: {key}", expected="one word or sentence")
        return value

    def text(self, key: str) -> str:
        """Give the text under a required key."""
        value = self.optional_text(key)
        if value is None:
            raise DataError(f"missing key '{key}'", where=self.where)
        return value

    def texts(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Give the list of texts under a key, or the default if the key is absent."""
        values = self.values(key, required=default is None)
        if not values and key not in self.content and default is not None:
            return default
        if not all(isinstance(value, str) for value in values):
            raise DataError("not a list of texts", where=f"{self.where}: {key}", expected="words in brackets")
        return tuple(str(value) for value in values)

    def optional_entry(self, key: str) -> Entry | None:
        """Give the mapping under a key, or None if the key is absent."""
        self.read.add(key)
        return Entry(self.content[key], f"{self.where}: {key}") if key in self.content else None

    def entries(self, key: str) -> dict[str, Entry]:
        """Give the mappings that the mapping under a required key holds."""
        outer = self.optional_entry(key)
        if outer is None:
            raise DataError(f"missing key '{key}'", where=self.where)
        return {name: Entry(value, f"{outer.where}: {name}") for name, value in outer.content.items()}

    def entry_list(self, key: str) -> list[Entry]:
        """Give the list of mappings under a key; an absent key is an empty list."""
        values = self.values(key, required=False)
        return [Entry(value, f"{self.where}: {key}[{place}]") for place, value in enumerate(values)]

    def values(self, key: str, *, required: bool) -> list[object]:
        """Give the list under a key."""
        self.read.add(key)
        if required and key not in self.content:
            raise DataError(f"missing key '{key}'", where=self.where)
        values = self.content.get(key, [])
        if not isinstance(values, list):
            raise DataError("not a list", where=f"{self.where}: {key}", expected="values in brackets")
        return values
