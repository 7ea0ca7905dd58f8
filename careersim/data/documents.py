"""The documents that tables were transcribed from, and the literature that parameters cite."""

from __future__ import annotations

from dataclasses import dataclass

from careersim.data.entries import Entry
from careersim.data.shipped import refuse_unknown, shipped_yaml

__all__ = ["Citation", "Document", "document", "literature"]


@dataclass(frozen=True, slots=True)
class Document:
    """A published document, cited by its key in the `source` column of the tables."""

    key: str
    title_sv: str
    title_en: str
    publisher: str
    date: str
    note: str


@dataclass(frozen=True, slots=True)
class Citation:
    """An entry of the literature list, cited by parameters as `literature: KEY`."""

    key: str
    citation: str


def document(key: str) -> Document:
    """Look up a document by its key.

    Parameters
    ----------
    key
        For example `socialstyrelsen-2025-st`.

    Raises
    ------
    DataError
        If there is no such document; the message gives the nearest key.
    """
    entries = shipped_yaml("documents.yaml")
    refuse_unknown(key, entries, what="document", where="documents.yaml")
    fields = Entry(entries[key], f"documents.yaml: {key}")
    found = Document(
        key=key,
        title_sv=fields.text("title_sv"),
        title_en=fields.text("title_en"),
        publisher=fields.text("publisher"),
        date=fields.text("date"),
        note=fields.text("note"),
    )
    fields.refuse_unread()
    return found


def literature(key: str) -> Citation:
    """Look up an entry of the literature list.

    Parameters
    ----------
    key
        For example `E35`.

    Raises
    ------
    DataError
        If there is no such entry; the message gives the nearest key.
    """
    entries = shipped_yaml("literature.yaml")
    refuse_unknown(key, entries, what="literature key", where="literature.yaml")
    return Citation(key=key, citation=Entry(entries, "literature.yaml").text(key))
