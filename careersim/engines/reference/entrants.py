"""Entry streams: how many persons enter in a county this year, and who they are."""

from __future__ import annotations

import math
from collections.abc import Iterator

from careersim.engines.reference.arrival import Worker, drawn_sector, drawn_working_time, head_start
from careersim.engines.reference.chance import WORDS, chosen, happens, thresholds
from careersim.engines.reference.world import World
from careersim.model.graph import Stream
from careersim.schema import AGES, COUNTIES, NO_HOME, PERSON_COLUMNS, Decision, person_id

__all__ = ["entrant", "entrants_of_year", "number_of_entrants", "poisson"]

STREAM_SEQUENCE = 2**28 - 1
"""Sequence number that no person has: the key of a stream's own draws."""

SEX, AGE, HEAD_START, SECTOR = range(4)
"""Which word of `Decision.ENTRY` decides what."""


def entrants_of_year(world: World) -> Iterator[dict[str, int]]:
    """Make the entrants of all streams and counties, and count them in the record.

    Parameters
    ----------
    world
        The year; `record.entered` is written to.

    Yields
    ------
    Person columns by name, one entrant at a time.
    """
    for index, stream in enumerate(world.profession.streams):
        limits = thresholds([stream.ages.at(age=age) for age in range(AGES)])
        for county in range(COUNTIES):
            number = number_of_entrants(world, index, county)
            world.record.entered[index, county] = number
            for sequence in range(number):
                key = person_id(world.profession.key, index + 1, world.year, county, sequence)
                yield entrant(world, stream, county, key, limits)


def number_of_entrants(world: World, index: int, county: int) -> int:
    """Draw the number of persons whom stream number `index` brings to a county this year."""
    stream = world.profession.streams[index]
    key = person_id(world.profession.key, index + 1, world.year, county, STREAM_SEQUENCE)
    words = world.words(key, Decision.STREAM)
    inflow = stream.inflow.at(county=county, year=world.year)
    added = stream.added.at(county=county, year=world.year)
    drawn = poisson(inflow, words[0]) if stream.dispersion == "poisson" else _rounded(inflow, words[0])
    return max(drawn + _rounded(added, words[1]), 0)


def poisson(mean: float, word: int) -> int:
    """Invert the Poisson distribution at the middle of the word's interval."""
    share = (word + 0.5) / WORDS
    most = mean + 20 * math.sqrt(mean) + 20  # far beyond what 32 bits can reach
    number = 0
    term = cumulated = math.exp(-mean)
    while cumulated <= share and number + 1 <= most:
        number += 1
        term *= mean / number
        cumulated += term
    return number


def entrant(world: World, stream: Stream, county: int, key: int, ages: tuple[int, ...]) -> dict[str, int]:
    """Draw who an entrant is.

    Parameters
    ----------
    world, stream, county
        When, through which stream and where the person enters.
    key
        The lifelong `person_id`.
    ages
        Thresholds of the ages of the stream.

    Returns
    -------
    Every person column by name.
    """
    profession = world.profession
    state = profession.states[stream.state]
    words = world.words(key, Decision.ENTRY)
    detail = world.words(key, Decision.ENTRY_DETAIL)
    sex = 0 if happens(words[SEX], stream.women) else 1
    age = chosen(words[AGE], ages)
    who = Worker(sex, age, county)
    fte = drawn_working_time(profession, state.working_time, who, world.year, detail[0])
    columns = dict.fromkeys((column.name for column in PERSON_COLUMNS), 0) | {
        "person_id": key,
        "state": stream.state,
        "county": county,
        "home_county": NO_HOME if stream.trained_abroad else county,
        "sector": drawn_sector(profession, state.sectors, words[SECTOR]),
        "sex": sex,
        "age": age,
        "fte": fte,
        "trained_abroad": int(stream.trained_abroad),
        "training_progress": head_start(state, fte, words[HEAD_START]),
    }
    return columns | {f"{stamp}_year": world.year for stamp in stream.stamps}


def _rounded(expected: float, word: int) -> int:
    """Round an expected number down, or up with the probability of its fraction."""
    whole = math.floor(expected)
    return whole + happens(word, expected - whole)
