"""`synthesize`: a person-year table from a simulation, to show and test everything without real persons."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from calibration.register.observation import Observation, observe
from calibration.register.schema import COLUMNS
from careersim.errors import UserError
from careersim.experiment.engines import Engine
from careersim.experiment.replicate import Progress, run_replications
from careersim.model.graph import Model, Profession
from careersim.population.panel_rows import to_rows
from careersim.population.synthesis import PopulationSource

__all__ = ["complete_register", "counts", "seen_rows", "synthesize"]


def synthesize(
    model: Model,
    *,
    seed: int,
    observation: Observation | None = None,
    replication: int = 0,
    until: int | None = None,
    source: PopulationSource | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """Simulate a register: what it would hold of all professions of a model.

    Parameters
    ----------
    model
        What is simulated.
    seed
        Key of all chance of the simulation.
    observation
        How the register errs; without errors if left out.
    replication
        Which life of the country, from 0.
    until
        Last year; that of the model if left out.
    source
        Gives the start populations; by default the margins of the model.
    progress
        Called with the number of finished and of all professions.

    Returns
    -------
    The columns of a person-year table, in order of profession, person and year. Who enters a final state
    (dead, retired) is there once more, in the year of entering it, and then no longer.

    Raises
    ------
    UserError
        If an argument is wrong.
    """
    rows = complete_register(
        model, seed=seed, replication=replication, until=until, source=source, progress=progress
    )
    return seen_rows(observe(rows, observation or Observation()), model)


def seen_rows(rows: pl.DataFrame, model: Model) -> pl.DataFrame:
    """The columns and rows of a person-year table: of a final state only the first year of each person."""
    final = [f"{one.name}/{state.name}" for one in model.professions for state in one.states if state.final]
    lasting = pl.concat_str("profession", "state", separator="/").is_in(final)
    rows = rows.sort("profession", "person", "year")
    # Whoever was dead or retired before the first year is in no row.
    arrives = (pl.col("state") != pl.col("state").shift(1).over("profession", "person")).fill_null(
        value=False
    )
    return rows.filter(~lasting | arrives).select(list(COLUMNS))


def complete_register(
    model: Model,
    *,
    seed: int,
    replication: int = 0,
    until: int | None = None,
    source: PopulationSource | None = None,
    progress: Progress | None = None,
) -> pl.DataFrame:
    """All persons in all years, final states included, as the engine has them; arguments as `synthesize`."""
    if until is not None:
        if until > model.last_year:
            raise UserError(
                f"{until} is after the last year of the run, {model.last_year}",
                where="until",
                expected=f"at most {model.last_year}",
            )
        model = replace(model, last_year=until)
    pages: list[pl.DataFrame] = []

    def look(profession: Profession, _: int, engine: Engine) -> None:
        year = engine.record.year
        people = engine.people()
        page = to_rows(people, profession, year)
        stream = people.person_id >> 48 & 0xFF
        entry = people.person_id >> 36 & 0xFFF
        entered = (stream > 0) & (entry == year)
        pages.append(
            page.with_columns(
                pl.Series("person_id", people.person_id),
                pl.Series("entered", entered).cast(pl.Int64),
                *(pl.col(name).cast(pl.Int64) for name in _NUMBERS),
            )
        )

    run_replications(
        model,
        seed=seed,
        replications=1,
        first=replication,
        source=source,
        durations=False,
        progress=progress,
        observer=look,
    )
    rows = pl.concat(pages).sort("person_id", "year")
    born = (pl.col("year") - pl.col("age")).first().over("person_id")
    return rows.with_columns(birth_year=born, years_in_state=pl.col("years_in_state").clip(0, 120))


_NUMBERS = (
    "year",
    "age",
    "fte_percent",
    "years_in_state",
    "trained_abroad",
    "commitment_years",
    "degree_year",
    "licence_year",
    "certificate_year",
)


def counts(rows: pl.DataFrame, *, suppress_below: int = 0) -> pl.DataFrame:
    """Count persons by profession, year, state, county and sector, as an office would publish them.

    Parameters
    ----------
    rows
        What `synthesize` gave.
    suppress_below
        Smaller counts above 0 are hidden.

    Returns
    -------
    `persons`, null where hidden, and `suppressed`.
    """
    group = ["profession", "year", "state", "county_code", "sector"]
    table = rows.group_by(group).agg(persons=pl.len().cast(pl.Int64)).sort(group)
    hidden = pl.col("persons") < suppress_below
    return table.with_columns(suppressed=hidden).with_columns(
        persons=pl.when(~hidden).then(pl.col("persons"))
    )
