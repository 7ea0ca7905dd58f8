"""Person, stock and flow vocabulary, declared once: columns, sexes, sectors, and the named draws.

Everything that two parts of the program must agree on by value stands here: the columns of a person
(dtype, unit, label), the codes behind them, and the number of each named random decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = [
    "AGES",
    "COUNTIES",
    "COUNTY_CODES",
    "NO_HOME",
    "PERSON_COLUMNS",
    "SECTORS",
    "SEXES",
    "Column",
    "Decision",
    "person_id",
]

COUNTY_CODES = (
    "01", "03", "04", "05", "06", "07", "08", "09", "10", "12", "13",
    "14", "17", "18", "19", "20", "21", "22", "23", "24", "25",
)  # fmt: skip
"""Official two-digit codes of the 21 counties; a person's `county` is an index into this tuple."""

COUNTIES = len(COUNTY_CODES)
NO_HOME = COUNTIES
"""`home_county` of a person who grew up and trained outside Sweden."""

SEXES = ("women", "men")
SECTORS = ("regional", "municipal", "private", "other")
AGES = 121
"""Ages run from 0 to 120; older persons stay at 120."""


@dataclass(frozen=True)
class Column:
    """One column of the person table."""

    name: str
    dtype: str
    unit: str
    label_en: str
    label_sv: str


PERSON_COLUMNS = (
    Column("person_id", "uint64", "key", "Person, stable for life", "Person, oföränderlig"),
    Column("state", "uint8", "index", "Position in the career graph", "Läge i karriären"),
    Column("county", "uint8", "index", "County of work or study", "Län för arbete eller studier"),
    Column("home_county", "uint8", "index", "County of origin", "Hemlän"),
    Column("sector", "uint8", "index", "Kind of employer", "Arbetsgivare"),
    Column("sex", "uint8", "index", "Sex", "Kön"),
    Column("age", "uint8", "years", "Age at observation", "Ålder vid mättillfället"),
    Column("years_in_state", "uint8", "years", "Years since the state was entered", "År i läget"),
    Column("fte", "uint8", "percent", "Working time", "Sysselsättningsgrad"),
    Column("trained_abroad", "uint8", "0/1", "Trained abroad", "Utlandsutbildad"),
    Column("commitment_years", "uint8", "years", "Contract years left", "Återstående bindningstid"),
    Column("training_progress", "uint16", "0.01 full-time years", "Training done", "Fullgjord utbildning"),
    Column("degree_year", "uint16", "calendar year, 0 = not yet", "Year of degree", "Examensår"),
    Column("licence_year", "uint16", "calendar year, 0 = not yet", "Year of licence", "Legitimationsår"),
    Column("certificate_year", "uint16", "calendar year, 0 = not yet", "Year of specialist certificate",
           "År för specialistbevis"),
    Column("bonus", "uint8", "code, 0 = none", "Bonus contract and its phase", "Bonusavtal och dess skede"),
    Column("bonus_years", "uint8", "years", "Years left of that phase", "Återstående år i skedet"),
)  # fmt: skip
"""The running state of a person: 28 bytes. Codes of `bonus` are told in docs/explanation/year.md."""


class Decision(IntEnum):
    """The named draws. One Philox block (four 32-bit words) belongs to each person, year and decision.

    The comment after each name says what its words 0, 1, 2, 3 decide.
    """

    YEAR = 0  # exit, relocation, working time, seat application
    DESTINATION = 1  # county of a relocation
    WORKING_TIME = 2  # new working-time level
    COMPLETION = 3  # which way a completed training leads
    AFTER_EXIT = 4  # on entering a state in the exit step: sector, head start of training, working time
    AFTER_COMPLETION = 5  # the same after a completed training
    AFTER_SEAT = 6  # the same after taking a seat
    PRIORITY = 7  # queue number for a seat
    ENTRY = 8  # entrant or member of the starting population: sex, age, head start, sector
    ENTRY_DETAIL = 9  # working time, years in state, home county, spare
    STREAM = 10  # number of entrants of a stream in a county: count, fraction of a lever
    START = 11  # starting population: order of the profiles, origin (home or abroad), single age, spare
    BONUS = 12  # signing a bonus contract: who has come in the year, who was there before, spare, spare
    RANKING = 32  # k-th wish among counties is decision RANKING + k


def person_id(profession: int, stream: int, year: int, county: int, sequence: int) -> int:
    """Make the lifelong key of a person from how and when the person entered.

    Parameters
    ----------
    profession
        Index of the profession in the model (0-255).
    stream
        0 for the starting population, 1 + index of the entry stream otherwise (0-255).
    year
        Calendar year of entry (0-4095).
    county
        Index of the county of entry (0-255).
    sequence
        Ordinal within profession, stream, year and county (0 to 2**28 - 1).

    Returns
    -------
    A 64-bit key, so that a lever that adds entrants renames nobody.
    """
    return (profession << 56) | (stream << 48) | (year << 36) | (county << 28) | sequence
