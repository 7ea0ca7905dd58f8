"""The arrays that kernels read and write, as named tuples. `careersim.lowering` fills them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "AGES",
    "FULL_TIME",
    "SECTORS",
    "Chance",
    "Counts",
    "Graph",
    "Journal",
    "People",
    "Streams",
    "YearRates",
]

AGES = 121
SECTORS = 4
FULL_TIME = 100

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
I16 = NDArray[np.int16]
I64 = NDArray[np.int64]
F64 = NDArray[np.float64]


class People(NamedTuple):
    """Columns of the running state, one entry a person (see `careersim.schema.PERSON_COLUMNS`)."""

    person_id: U64
    state: U8
    county: U8
    home_county: U8
    sector: U8
    sex: U8
    age: U8
    years_in_state: U8
    fte: U8
    trained_abroad: U8
    commitment_years: U8
    training_progress: U16
    degree_year: U16
    licence_year: U16
    certificate_year: U16
    applying: U8  # scratch: 1 + index among the state's seat transitions, 0 = does not apply


class Chance(NamedTuple):
    """The part of the key that is common to a year."""

    seed: np.uint64
    replication: np.uint32
    year: np.uint32


class Graph(NamedTuple):
    """A career graph that does not change during a run.

    Risks (rates with covariates) are numbered: first the hazard transitions grouped by source state, then the
    seat transitions grouped by source state, then one mobility per state that has one. Arcs are
    (transition, destination) pairs in declared order.
    """

    # By state.
    exit_first: I64
    exit_last: I64
    seat_first: I64
    seat_last: I64
    move_risk: I64  # -1 = stays
    move_choice: I64
    training: I16  # -1 = none
    accrues: U8
    pace_by_fte: U16  # progress per year = pace_by_fte * fte + pace_fixed
    pace_fixed: U16
    requirement: NDArray[np.int32]  # above any progress where nothing completes
    completion_first: I64  # first arc of the progress transition, -1 = none
    completion_last: I64
    working_time: I16  # scheme, -1 = none
    sectors: I16  # scheme, -1 = none
    # By risk.
    base: F64  # risk x sex x age
    duration: F64  # risk x years in state
    county: F64  # risk x county
    sector: F64  # risk x sector
    at_home: F64  # risk x 2
    level: F64  # risk x percent 0..100
    abroad: F64  # risk x 2
    committed: F64  # risk x 2
    risk_arc: I64  # arc of a hazard or seat, -1 for mobility
    risk_pool: I64  # pool of a seat, -1 otherwise
    # By arc.
    arc_source: I64
    arc_destination: I64
    arc_credit: NDArray[np.int32]
    arc_commitment: U8
    arc_stamp: U8  # 0 none, 1 degree, 2 licence, 3 certificate
    arc_threshold: U64  # cumulated share among the destinations of a completion
    # Schemes.
    review: F64  # scheme x sex x age
    level_percent: U8  # scheme x level
    level_threshold: U64  # scheme x sex x age x level
    sector_threshold: U64  # scheme x sector
    destination_threshold: U64  # choice x home x origin x destination


class Streams(NamedTuple):
    """Entry streams, by stream."""

    state: I64
    trained_abroad: U8
    no_home: int
    women: U64  # threshold of the share of women
    age_threshold: U64  # stream x age
    stamps: U8  # stream x (degree, licence, certificate)
    poisson: U8


class YearRates(NamedTuple):
    """What changes from year to year."""

    workload: F64  # risk x county: ratio from the workload of last year
    lever_index: I64  # risk: row of `lever`, 0 = all ones
    lever: F64  # row x county x sector x age
    lever_highest: F64  # row x age: highest of `lever`
    # Highest threshold of each decision in (state, age); a word above it decides nothing.
    bounds: U32  # state * AGES + age, x 4 decisions


class Counts(NamedTuple):
    """Flows of a year (see `careersim.engines.record.YearRecord`)."""

    left: I64
    arrived: I64
    moved_out: I64
    moved_in: I64


class Journal(NamedTuple):
    """Optional event history: rows written up to `used[0]`; arrays of length 0 switch it off."""

    used: I64
    row: I64
    kind: U8
    source: U8
    destination: U8
    county_from: U8
    county_to: U8
