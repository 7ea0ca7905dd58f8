"""What holds for every person and every seat in every year, whatever the career graph.

Written from the contract of the year and from the declared types; neither engine's code is used, except the
journal, which says who changed state (an arrow may lead from a state to itself, and two changes in one year
may cancel out).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

import numpy as np

from careersim.engines.journal import EVENT_KINDS, Events
from careersim.engines.record import SEAT_FIELDS, YearRecord
from careersim.model.graph import Model, Pool, Profession
from careersim.population.columns import Population
from careersim.schema import AGES, COUNTIES, NO_HOME, person_id
from tests.oracle.trace import Trace
from tests.property.graphs import allowed_sectors, allowed_working_times, requirement

STAMPS = ("degree", "licence", "certificate")
CHANGES = tuple(EVENT_KINDS.index(kind) for kind in ("exit", "completion", "seat"))
MOVES = tuple(EVENT_KINDS.index(kind) for kind in ("relocation", "seat"))


def violations(profession: Profession, model: Model, seen: Trace, events: Events) -> list[str]:
    """Every invariant that a run breaks, with the year; empty for a right engine."""
    found = []
    for before, after in itertools.pairwise(seen):
        year = after.record.year
        of_year = of(events, events.year == year)
        old, new = split(before.people, after.people)
        checks = {
            "persons": entrants_are_numbered(profession, new, after.record),
            "old": nobody_is_lost(before.people, old),
            "life": a_year_of_life(profession, before.people, old, of_year, year),
            "new": arrival(profession, new, year),
            "state": fits_the_state(profession, after.people),
            "seats": seats_are_respected(
                profession, model, before.record, before.people, after.record, of_year
            ),
        }
        found += [f"{year}: {name}: {problem}" for name, found in checks.items() for problem in found]
    return found


def of(events: Events, rows: np.ndarray) -> Events:
    return Events(**{name: getattr(events, name)[rows] for name in Events.__dataclass_fields__})


def split(before: Population, after: Population) -> tuple[Population, Population]:
    """Those of `after` who were there before, and those who are new."""
    known = np.isin(after.person_id, before.person_id)
    return after.take(known), after.take(~known)


def failing(*claims: tuple[str, object]) -> list[str]:
    """Names of the claims that do not hold everywhere."""
    return [name for name, holds in claims if not np.all(holds)]


# -- Persons -----------------------------------------------------------------------------------------------


def nobody_is_lost(before: Population, old: Population) -> list[str]:
    if not np.array_equal(before.person_id, old.person_id):
        return ["somebody is lost or counted twice"]
    fixed = ("sex", "home_county", "trained_abroad")
    return failing(*((name, getattr(before, name) == getattr(old, name)) for name in fixed))


def entrants_are_numbered(profession: Profession, new: Population, record: YearRecord) -> list[str]:
    """Keys are made of stream, year, county and an ordinal without gaps; nobody has two."""
    expected = [
        person_id(profession.key, stream + 1, record.year, county, sequence)
        for stream in range(len(profession.streams))
        for county in range(COUNTIES)
        for sequence in range(record.entered[stream, county])
    ]
    return failing(
        ("keys of entrants", np.array_equal(np.sort(new.person_id), np.array(sorted(expected), np.uint64))),
    )


def a_year_of_life(
    profession: Profession, before: Population, after: Population, events: Events, year: int
) -> list[str]:
    if len(before) != len(after):
        return ["not the same persons"]
    changed = np.isin(after.person_id, events.person_id[np.isin(events.kind, CHANGES)])
    moved = np.isin(after.person_id, events.person_id[np.isin(events.kind, MOVES)])
    final = np.array([state.final for state in profession.states])
    aged = np.minimum(before.age.astype(int) + 1, AGES - 1)
    stayed = np.where(changed, 0, np.minimum(before.years_in_state.astype(int) + 1, 255))
    contract = np.maximum(before.commitment_years.astype(int) - 1, 0)
    taken_on = {t.commitment for t in profession.transitions if t.commitment}
    progress = after.training_progress.astype(int) - before.training_progress
    pace = _pace(profession, before, after)
    return failing(
        ("age", after.age == aged),
        ("years in state", after.years_in_state == stayed),
        ("state changes without an event", changed | (after.state == before.state)),
        ("a final state is left", ~final[before.state] | (after.state == before.state)),
        ("county changes without an event", moved | (after.county == before.county)),
        ("sector changes in a state", changed | (after.sector == before.sector)),
        (
            "contract",
            (after.commitment_years == contract) | (changed & np.isin(after.commitment_years, [*taken_on])),
        ),
        ("training", changed | (progress == pace)),
        *_stamps(before, after, changed, year),
    )


def _pace(profession: Profession, before: Population, after: Population) -> np.ndarray:
    """Progress of those who stay in their state: working time after a review counts for the whole year."""
    accrues = np.array([state.accrues for state in profession.states])
    fixed = np.array([state.pace_full_time for state in profession.states])
    return accrues[before.state] * np.where(fixed[before.state], 100, after.fte)


def _stamps(
    before: Population, after: Population, changed: np.ndarray, year: int
) -> Iterator[tuple[str, np.ndarray]]:
    for stamp in STAMPS:
        old, new = getattr(before, f"{stamp}_year"), getattr(after, f"{stamp}_year")
        yield f"{stamp} is rewritten", (new == old) | (changed & (new == year))


def arrival(profession: Profession, new: Population, year: int) -> list[str]:
    stream = ((new.person_id >> np.uint64(48)) & np.uint64(255)).astype(int) - 1
    claims: list[tuple[str, object]] = [
        ("years in state of entrants", new.years_in_state == 0),
        ("contracts of entrants", new.commitment_years == 0),
    ]
    for k, declared in enumerate(profession.streams):
        here = new.take(stream == k)
        home = NO_HOME if declared.trained_abroad else here.county
        # The last age with a positive share takes what rounding leaves.
        ages = [age for age in range(AGES) if declared.ages.at(age=age) > 0]
        sexes = [sex for sex, share in enumerate((declared.women, 1 - declared.women)) if share > 0]
        claims += [
            ("state of entrants", here.state == declared.state),
            ("home of entrants", here.home_county == home),
            ("abroad", here.trained_abroad == declared.trained_abroad),
            ("age of entrants", np.isin(here.age, ages)),
            ("sex of entrants", np.isin(here.sex, sexes)),
            *(
                (f"{stamp} of entrants", getattr(here, f"{stamp}_year") == year * (stamp in declared.stamps))
                for stamp in STAMPS
            ),
        ]
    return failing(*claims)


def fits_the_state(profession: Profession, people: Population) -> list[str]:
    claims: list[tuple[str, object]] = [
        ("codes", (people.state < len(profession.states)) & (people.county < COUNTIES) & (people.sex < 2)),
        ("keys", len(np.unique(people.person_id)) == len(people)),
        ("years of a bonus", (people.bonus > 0) == (people.bonus_years > 0)),
        ("bonuses", people.bonus <= 3 * len(profession.bonuses)),
    ]
    for k, bonus in enumerate(profession.bonuses):
        paid = people.take((people.bonus > 3 * k) & (people.bonus <= 3 * k + 3))
        where = zip(paid.state.tolist(), paid.county.tolist(), paid.sector.tolist(), strict=True)
        claims += [
            ("place of a bonus", all(bonus.holds(*place) for place in where)),
            ("length of a bonus", paid.bonus_years <= max(bonus.years, bonus.rebound_years)),
        ]
    for k, state in enumerate(profession.states):
        here = people.take(people.state == k)
        claims += [
            (f"working time in {state.name}", np.isin(here.fte, allowed_working_times(profession, state))),
            (f"sector in {state.name}", np.isin(here.sector, allowed_sectors(profession, state))),
        ]
        if state.training is None:
            claims.append((f"progress in {state.name}", here.training_progress == 0))
        if state.accrues:
            # Who has just arrived may bring more than is needed; everybody else is done.
            unfinished = here.training_progress < requirement(profession, k)
            claims.append((f"overdue in {state.name}", unfinished | (here.years_in_state == 0)))
    return failing(*claims)


def curriculum_is_ordered(people: Population) -> list[str]:
    """Degree before licence before certificate, among those known; for graphs that imply it."""
    found = []
    for first, second in (("degree", "licence"), ("licence", "certificate"), ("degree", "certificate")):
        one, two = getattr(people, f"{first}_year"), getattr(people, f"{second}_year")
        found += failing((f"{first} after {second}", (one == 0) | (two == 0) | (one <= two)))
    return found


# -- Seats -------------------------------------------------------------------------------------------------


def seats_are_respected(
    profession: Profession,
    model: Model,
    last: YearRecord,
    people: Population,
    record: YearRecord,
    events: Events,
) -> list[str]:
    found = []
    holding = _before_seats(profession, people, events)
    for k, pool in enumerate(profession.pools):
        seats = {name: record.seats[k, :, column] for column, name in enumerate(SEAT_FIELDS)}
        posts, supervised = _limits(pool, model, last, record.year)
        limited = (posts >= 0) | (supervised >= 0)
        limit = np.where(
            posts < 0, supervised, np.where(supervised < 0, posts, np.minimum(posts, supervised))
        )
        occupied = holding[list(pool.holders)].sum(axis=0)
        opened = np.where(limited, np.maximum(limit - occupied, 0), -1)
        given = _taken(profession, k, record)
        found += failing(
            (f"posts of {pool.name}", seats["posts"] == posts),
            (f"supervisors of {pool.name}", seats["supervisor_limit"] == supervised),
            (f"holders of {pool.name}", seats["occupied_before"] == occupied),
            (f"open seats of {pool.name}", seats["open"] == opened),
            (f"too many in {pool.name}", ~limited | (seats["filled"] <= opened)),
            (
                f"holders of {pool.name} above the limit",
                ~limited | (occupied + given <= np.maximum(limit, occupied)),
            ),
            (
                f"rejected from an empty seat of {pool.name}",
                (seats["rejected"] == 0) | (seats["filled"] == opened),
            ),
            (f"proposals of {pool.name}", seats["proposals"] == seats["filled"] + seats["rejected"]),
            (f"first wishes of {pool.name}", seats["first_wishes"] <= seats["proposals"]),
            (f"seats taken in {pool.name}", seats["filled"] == given),
        )
    return found


def _taken(profession: Profession, pool: int, record: YearRecord) -> np.ndarray:
    """Arrivals through the seat transitions of a pool, by county."""
    taken = np.zeros(COUNTIES, np.int64)
    arc = 0
    for transition in profession.transitions:
        if transition.form == "seat" and transition.pool == pool:
            taken += record.arrived[arc]
        arc += len(transition.destinations)
    return taken


def _before_seats(profession: Profession, people: Population, events: Events) -> np.ndarray:
    """Persons by state and county after exits, relocations and completed trainings."""
    present = np.zeros((len(profession.states), COUNTIES), np.int64)
    np.add.at(present, (people.state, people.county), 1)
    early = np.isin(events.kind, [EVENT_KINDS.index(kind) for kind in ("exit", "relocation", "completion")])
    np.subtract.at(present, (events.source[early], events.county_from[early]), 1)
    np.add.at(present, (events.destination[early], events.county_to[early]), 1)
    return present


def _limits(pool: Pool, model: Model, last: YearRecord, year: int) -> tuple[np.ndarray, np.ndarray]:
    """Funded posts, and trainees that last year's supervisors can take; -1 where nothing limits."""
    posts = supervised = np.full(COUNTIES, -1)
    if pool.posts is not None and not model.seats_unlimited:
        posts = np.array([math.floor(pool.posts.at(county=c, year=year)) for c in range(COUNTIES)])
    if pool.supervisors and pool.per_supervisor is not None and not model.seats_unlimited:
        percent = sum(last.fte_percent[state].sum(axis=1) for state in pool.supervisors)
        each = [pool.per_supervisor.at(county=c, year=year) for c in range(COUNTIES)]
        supervised = np.array([math.floor(int(p) / 100.0 * n) for p, n in zip(percent, each, strict=True)])
    return posts, supervised
