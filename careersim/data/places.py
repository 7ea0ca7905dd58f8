"""The 21 counties of Sweden."""

from __future__ import annotations

from dataclasses import dataclass

from careersim.data.reading import table_rows

__all__ = ["NATIONAL_CODE", "County", "counties"]

NATIONAL_CODE = "00"


@dataclass(frozen=True, slots=True)
class County:
    """A county (län).

    Attributes
    ----------
    code
        Official two-digit code with leading zero.
    name_sv
        Name in Swedish, for example `Västra Götalands län`.
    name_ascii
        Short name without diacritics, for example `Vastra_Gotaland`.
    """

    code: str
    name_sv: str
    name_ascii: str


def counties() -> tuple[County, ...]:
    """List the 21 counties in the order of their codes.

    Source: table `counties`, without its national row.
    """
    rows = table_rows("counties")
    named = (County(row["county_code"], row["name_sv"], row["name_ascii"]) for row in rows)
    return tuple(sorted((c for c in named if c.code != NATIONAL_CODE), key=lambda c: c.code))
