"""The arrays that kernels read and write, as named tuples. `careersim.lowering` fills them.

Kernels are inlined into one another, and every array of a tuple costs compile time; what is looked up by the
same index therefore shares one two-dimensional array, whose columns are named by the constants below.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ABROAD",
    "ACCRUES",
    "AGES",
    "ARC_COLUMNS",
    "AT_HOME",
    "BONUS",
    "COMMITMENT",
    "COMMITTED",
    "COMPLETION_FIRST",
    "COMPLETION_LAST",
    "COUNTY",
    "COVARIATES",
    "CREDIT",
    "DESTINATION",
    "DRAWS",
    "DURATION",
    "EXIT_FIRST",
    "EXIT_LAST",
    "FULL_TIME",
    "JOURNAL_COLUMNS",
    "LEVEL",
    "MOVE_CHOICE",
    "MOVE_RISK",
    "PACE_BY_FTE",
    "PACE_FIXED",
    "PROGRESS",
    "RATIO_COLUMNS",
    "SEAT_FIRST",
    "SEAT_LAST",
    "SECTOR",
    "SECTORS",
    "SECTOR_SCHEME",
    "SOURCE",
    "STAMP",
    "STATE_COLUMNS",
    "TRAINING",
    "WORKING_TIME_SCHEME",
    "Chance",
    "Graph",
    "Journal",
    "People",
    "Streams",
    "YearRates",
]  # fmt: skip

AGES = 121
SECTORS = 4
FULL_TIME = 100

# Columns of Graph.state.
EXIT_FIRST, EXIT_LAST, SEAT_FIRST, SEAT_LAST, MOVE_RISK, MOVE_CHOICE = 0, 1, 2, 3, 4, 5
TRAINING, ACCRUES, PROGRESS, COMPLETION_FIRST, COMPLETION_LAST = 6, 7, 8, 9, 10
WORKING_TIME_SCHEME, SECTOR_SCHEME = 11, 12
STATE_COLUMNS = 13

# What Graph.state[..., PROGRESS] holds in one number, so that one look gives all: the requirement in the
# lower 32 bits; above it the yearly progress in hundredths of a full-time year: a fixed number, and how many
# times the percent.
PACE_FIXED, PACE_BY_FTE = 32, 48

# First columns of the covariates in Graph.ratio.
DURATION, COUNTY, SECTOR, AT_HOME, LEVEL, ABROAD, COMMITTED = 0, 64, 85, 89, 91, 192, 194
BONUS, RATIO_COLUMNS = 196, 245
COVARIATES = (DURATION, COUNTY, SECTOR, AT_HOME, LEVEL, ABROAD, COMMITTED, BONUS)

# Columns of Graph.arc.
SOURCE, DESTINATION, CREDIT, COMMITMENT, STAMP, DRAWS = 0, 1, 2, 3, 4, 5
ARC_COLUMNS = 6

JOURNAL_COLUMNS = 6

U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
U64 = NDArray[np.uint64]
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
    bonus: U8
    bonus_years: U8
    applying: U8  # scratch: 1 + the risk of the seat applied for, 0 = does not apply


class Chance(NamedTuple):
    """The part of the key that is common to a year."""

    seed: np.uint64
    replication: np.uint32
    year: np.uint32


class Graph(NamedTuple):
    """A career graph that does not change during a run.

    Risks (rates with covariates) are numbered: first the hazard transitions grouped by source state, then the
    seat transitions grouped by source state, then one mobility per state that has one. Arcs are
    (transition, destination) pairs in declared order. A missing index is -1; the requirement of a state
    where nothing completes is above any progress. Rates stand side by side for the risks of a state.
    """

    state: I64  # state x STATE_COLUMNS
    base: F64  # sex x age x risk: rate per year
    ratio: F64  # risk x RATIO_COLUMNS: duration, county, sector, at home, percent, abroad, committed,
    # code of a bonus
    covariates: U8  # risk: bits of COVARIATES of which some `ratio` is not 1
    has_workload: NDArray[np.bool_]  # risk: whether the workload of the county matters
    risk_arc: I64  # risk: arc of a hazard or seat
    arc: I64  # arc x ARC_COLUMNS; stamp: 0 none, 1 degree, 2 licence, 3 certificate; draws: needs chance
    arc_threshold: U64  # arc: cumulated share among the destinations of a completion
    review: U64  # working-time scheme x sex x age: threshold of reconsidering
    level_percent: U8  # scheme x level
    level_row: I64  # scheme x county: row of `level_threshold`
    level_threshold: U64  # row x sex x age x level
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
    base_threshold: U64  # sex x age x risk: `base` as a threshold among the risks that it competes with
    plain: U8  # state x (exits, seats): whether `base_threshold` says it all
    lever_highest: F64  # row x age: highest of `lever`
    shift_index: I64  # risk: row of `shifted`, 0 = `base` holds
    shifted: F64  # row x county x sector x sex x age: rate per year in place of `base`
    shifted_highest: F64  # row x age: highest of `shifted`
    bounds: U64  # state * AGES + age: words above them decide nothing (see `careersim.kernels.step_year`)


class Journal(NamedTuple):
    """Optional event history: rows up to `used[0]`; an `event` of length 0 switches it off."""

    used: I64
    event: I64  # row of the person, kind, source, destination, county from, county to
