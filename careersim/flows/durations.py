"""How long careers take: from degree to licence to certificate, and in specialist training, by cohort.

Only persons whose first year falls within the run are counted, trained in Sweden. Two cohorts are offered:

- by the year of the *start* (degree, say): persons are followed until the end of the run. Those who have not
  arrived are censored there, or when they left the way to the goal. The Kaplan-Meier median uses them and is
  *net*, as if nobody left; the mean is that of the completers, and low as long as many are on the way.
- by the year of the *end* (certificate, say), looking back: completers only, low as long as the run is
  shorter than the longest careers.

`longest` says how many years could have been seen at all: use cohorts for which that is long enough.
A stamp that is written twice (a further specialty) counts the last time. A certificate is one of any
specialty; the two measures of training only know completions from states that train.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from careersim.flows.yearly import Arc, EventColumns
from careersim.model.graph import Profession, Stamp
from careersim.population.columns import Population

__all__ = ["Durations", "duration_table", "durations_of"]

TRAINING = "training_to_certificate"
DEGREE_TRAINING = "degree_to_training_certificate"

_SPANS: dict[str, tuple[Stamp, Stamp]] = {
    "degree_to_licence": ("degree", "licence"),
    "licence_to_certificate": ("licence", "certificate"),
    "degree_to_certificate": ("degree", "certificate"),
}
MEASURES = (*_SPANS, TRAINING, DEGREE_TRAINING)


@dataclass(frozen=True)
class Durations:
    """Persons by measure, start year, whole years, and whether they arrived; sums over replications.

    Attributes
    ----------
    counts
        `MEASURES` x start year x years x (censored, completed). Year 0 is the first simulated year.
    """

    counts: NDArray[np.int64]

    def __add__(self, other: Durations) -> Durations:
        """Persons of both."""
        return Durations(self.counts + other.counts)


def durations_of(
    profession: Profession,
    arcs: tuple[Arc, ...],
    people: Population,
    last_year: int,
    events: EventColumns | None = None,
    event_kinds: tuple[str, ...] = (),
) -> Durations:
    """Count durations at the end of one replication.

    Parameters
    ----------
    profession, arcs
        The career graph.
    people
        All persons at the end of `last_year`, sorted by `person_id`, the dead and retired included.
    last_year
        Last simulated year.
    events, event_kinds
        Their histories, for the two measures of training; without them those stay empty.

    Returns
    -------
    The counts of this replication.
    """
    first = profession.start_year + 1
    years = last_year - first + 1
    counts = np.zeros((len(MEASURES), max(years, 0), max(years, 1), 2), dtype=np.int64)
    here = people.trained_abroad == 0
    for index, (start, end) in enumerate(_SPANS.values()):
        begun = getattr(people, f"{start}_year").astype(np.int64)
        ended = getattr(people, f"{end}_year").astype(np.int64)
        way = _reaching(profession, arcs, end)
        chosen = here & (begun >= first) & bool(way)  # a stamp that nobody gets has no cohorts
        until = _watched_until(profession, people, last_year, way)
        _tally(counts[index], first, begun[chosen], ended[chosen], until[chosen])
    if events is not None and _trainee_states(profession):
        told = _trainings(profession, arcs, people, events, event_kinds)
        trainee = _among(profession, people, _trainee_states(profession))
        ahead = _among(profession, people, _training_ahead(profession, arcs))
        degree = people.degree_year.astype(np.int64)
        for measure, begun, until in (
            (TRAINING, told.begun, np.where(trainee, last_year, told.stopped)),
            (DEGREE_TRAINING, degree, np.where(ahead, last_year, told.lost)),
        ):
            chosen = here & (begun >= first)
            tally = counts[MEASURES.index(measure)]
            _tally(tally, first, begun[chosen], told.ended[chosen], until[chosen])
    return Durations(counts)


def duration_table(profession: Profession, durations: Durations, replications: int) -> pl.DataFrame:
    """Summarise durations, pooled over replications.

    Returns
    -------
    Columns profession, measure, cohort_by (`start`, `end`), cohort (calendar year), persons (per
    replication), completed (share), mean_years (of completers), median_years (Kaplan-Meier, null if not
    reached, and for `end`), longest (years that could be seen), replications. Cohorts without persons are
    left out.
    """
    rows = []
    first = profession.start_year + 1
    for measure, counts in zip(MEASURES, durations.counts, strict=True):
        for year in range(len(counts)):
            shown = [
                ("start", counts[year], len(counts) - 1 - year),
                ("end", _looking_back(counts, year), year),
            ]
            for cohort_by, cohort, longest in shown:
                if cohort.any():
                    key = (profession.name, measure, cohort_by, first + year)
                    numbers = _describe(cohort, replications, censored=cohort_by == "start")
                    rows.append((*key, *numbers, longest, replications))
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_SCHEMA: dict[str, pl.DataType] = {
    "profession": pl.String(),
    "measure": pl.String(),
    "cohort_by": pl.String(),
    "cohort": pl.Int32(),
    "persons": pl.Float64(),
    "completed": pl.Float64(),
    "mean_years": pl.Float64(),
    "median_years": pl.Int32(),
    "longest": pl.Int32(),
    "replications": pl.Int32(),
}


def _describe(
    cohort: NDArray[np.int64], replications: int, *, censored: bool
) -> tuple[float, float, float | None, int | None]:
    """Persons, share completed, mean of completers, Kaplan-Meier median of one cohort (years x 2)."""
    persons, completed = int(cohort.sum()), int(cohort[:, 1].sum())
    total = int((np.arange(len(cohort)) * cohort[:, 1]).sum())
    mean = total / completed if completed else None
    return persons / replications, completed / persons, mean, _median(cohort) if censored else None


def _median(cohort: NDArray[np.int64]) -> int | None:
    """First whole year by which the Kaplan-Meier estimate has fallen to one half."""
    at_risk, surviving = int(cohort.sum()), 1.0
    for years, (censored, completed) in enumerate(cohort.tolist()):
        if at_risk:
            surviving *= 1.0 - completed / at_risk
        if surviving <= 0.5:
            return years
        at_risk -= censored + completed  # who is censored in a year was at risk in all of it
    return None


def _looking_back(counts: NDArray[np.int64], end: int) -> NDArray[np.int64]:
    """Completers of one end year by years taken."""
    cohort: NDArray[np.int64] = np.zeros(counts.shape[1:], dtype=np.int64)
    for years in range(end + 1):
        cohort[years, 1] = counts[end - years, years, 1]
    return cohort


def _tally(
    counts: NDArray[np.int64],
    first: int,
    begun: NDArray[np.int64],
    ended: NDArray[np.int64],
    until: NDArray[np.int64],
) -> None:
    """Add persons to start year x years x completed."""
    completed = ended >= begun  # 0 stands for not yet
    years = np.where(completed, ended, np.maximum(until, begun)) - begun
    np.add.at(counts, (begun - first, years, completed.astype(np.int64)), 1)


def _watched_until(
    profession: Profession, people: Population, last_year: int, on_the_way: set[int]
) -> NDArray[np.int64]:
    """Year in which each person was last on the way to the goal, if none moved on since."""
    stayed = people.years_in_state.astype(np.int64)
    hopeful = _among(profession, people, on_the_way)
    until: NDArray[np.int64] = np.where(hopeful, last_year, last_year - stayed)
    return until


def _among(profession: Profession, people: Population, states: set[int]) -> NDArray[np.bool_]:
    """Whether each person is in one of these states."""
    chosen: NDArray[np.bool_] = np.array([index in states for index in range(len(profession.states))])
    return chosen[people.state]


def _reaching(profession: Profession, arcs: tuple[Arc, ...], stamp: Stamp) -> set[int]:
    """States from which a transition with this stamp can still be reached."""
    return _leading_to(
        arcs, {arc.source for arc in arcs if profession.transitions[arc.transition].stamp == stamp}
    )


def _training_ahead(profession: Profession, arcs: tuple[Arc, ...]) -> set[int]:
    """States from which a training can still be begun or completed."""
    return _leading_to(arcs, _trainee_states(profession))


def _leading_to(arcs: tuple[Arc, ...], states: set[int]) -> set[int]:
    """These states, and those from which they can be reached."""
    reaching = set(states)
    while True:
        more = {arc.source for arc in arcs if arc.destination in reaching} - reaching
        if not more:
            return reaching
        reaching |= more


def _trainee_states(profession: Profession) -> set[int]:
    return {index for index, state in enumerate(profession.states) if state.trains}


@dataclass(frozen=True)
class _Trainings:
    """Years of each person; 0 = never, or before the run.

    Attributes
    ----------
    begun, ended, stopped
        First year as a trainee (0 for who was one before the run), last completion, last end for any reason.
    lost
        Year since which no training is ahead.
    """

    begun: NDArray[np.int64]
    ended: NDArray[np.int64]
    stopped: NDArray[np.int64]
    lost: NDArray[np.int64]


def _trainings(
    profession: Profession,
    arcs: tuple[Arc, ...],
    people: Population,
    events: EventColumns,
    kinds: tuple[str, ...],
) -> _Trainings:
    """Read from the histories when each person trained."""
    trains, ahead = _flags(_trainee_states(profession)), _flags(_training_ahead(profession, arcs))
    kept = np.zeros(256, dtype=np.bool_)
    kept[[kinds.index(kind) for kind in ("exit", "completion", "seat", "entry")]] = True
    told = np.flatnonzero(kept[events.kind])  # not relocations and working time
    entry = events.kind[told] == kinds.index("entry")
    source, destination = events.source[told], events.destination[told]
    starts = trains[destination] & (entry | ~trains[source])
    leaves = ~entry & trains[source] & ~trains[destination]
    loses = ~entry & ahead[source] & ~ahead[destination]
    few = starts | leaves | loses
    told, starts, leaves, loses = told[few], starts[few], leaves[few], loses[few]
    rows = np.searchsorted(people.person_id, events.person_id[told])
    years = events.year[told].astype(np.int64)
    first_start = _first_event(rows, starts, len(people))
    began_earlier = _first_event(rows, leaves, len(people)) < first_start
    begun = np.where(began_earlier, 0, np.append(years, 0)[first_start])
    completed = leaves & (events.kind[told] == kinds.index("completion"))
    last = (_last_year(rows, years, chosen, len(people)) for chosen in (completed, leaves, loses))
    return _Trainings(begun, *last)


def _flags(states: set[int]) -> NDArray[np.bool_]:
    """Whether a state, by any index that an event can hold, is one of these."""
    flags = np.zeros(256, dtype=np.bool_)
    flags[list(states)] = True
    return flags


def _last_year(
    rows: NDArray[np.intp], years: NDArray[np.int64], chosen: NDArray[np.bool_], persons: int
) -> NDArray[np.int64]:
    """Year of the last chosen event of each person, or 0."""
    last = np.zeros(persons, dtype=np.int64)
    np.maximum.at(last, rows[chosen], years[chosen])
    return last


def _first_event(rows: NDArray[np.intp], chosen: NDArray[np.bool_], persons: int) -> NDArray[np.int64]:
    """Index of the first chosen event of each person, or the number of events."""
    first = np.full(persons, len(rows), dtype=np.int64)
    events = np.flatnonzero(chosen)[::-1]  # written backwards, the first event stands
    first[rows[events]] = events
    return first
