"""Between the rows of a register panel and the columns of a population, in both directions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession
from careersim.population.columns import Population
from careersim.population.panel_schema import ABROAD
from careersim.schema import COUNTY_CODES, PERSON_COLUMNS, SECTORS, SEXES, person_id

if TYPE_CHECKING:
    import polars as pl

__all__ = ["from_rows", "to_rows"]

HOMES = (*COUNTY_CODES, ABROAD)
"""Names of the codes of `home_county`: the last is `careersim.schema.NO_HOME`."""

SAME = {
    "commitment_years": "commitment_years",
    "degree_year": "degree_year",
    "licence_year": "licence_year",
    "certificate_year": "certificate_year",
    "age": "age",
    "years_in_state": "years_in_state",
    "trained_abroad": "trained_abroad",
    "fte_percent": "fte",
}
"""Numbers that stand in the panel as in the population, by their names there."""


def from_rows(rows: pl.DataFrame, profession: Profession) -> Population:
    """Make the population of checked rows (`careersim.population.panel_check.checked_rows`).

    Returns
    -------
    Persons in order of `person_id`: stream 0, and within a county in the order of their keys as text.
    """
    # CSV knows keys as text only, so text decides the order for both formats.
    rows = rows.sort("county_code", "person")
    county = _codes(rows["county_code"], COUNTY_CODES)
    counts = np.bincount(county, minlength=len(COUNTY_CODES))
    sequence = np.arange(len(county)) - np.repeat(np.cumsum(counts) - counts, counts)
    firsts = [person_id(profession.key, 0, profession.start_year, index, 0) for index in range(len(counts))]
    values: dict[str, NDArray[Any]] = {
        "person_id": np.array(firsts, dtype=np.uint64)[county] + sequence.astype(np.uint64),
        "state": _codes(rows["state"], [state.name for state in profession.states]),
        "county": county,
        "home_county": _codes(rows["home_county_code"], HOMES),
        "sector": _codes(rows["sector"], SECTORS),
        "sex": _codes(rows["sex"], SEXES),
        "training_progress": np.rint(rows["training_progress_years"].to_numpy() * 100),
        **{name: rows[column].to_numpy() for column, name in SAME.items()},
        "bonus": np.zeros(len(county)),  # contracts of a lever begin in the run
        "bonus_years": np.zeros(len(county)),
    }
    return Population(**{column.name: values[column.name].astype(column.dtype) for column in PERSON_COLUMNS})


def to_rows(population: Population, profession: Profession, year: int) -> pl.DataFrame:
    """Make the panel of a population, all columns of the schema, in order of `person_id`."""
    import polars as pl

    persons = population.sorted()
    states = [state.name for state in profession.states]
    return pl.DataFrame(
        {
            # Padded, so that the order as text is the order as numbers.
            "person": [f"{key:020d}" for key in persons.person_id.tolist()],
            "year": np.full(len(persons), year, dtype=np.uint16),
            "profession": [profession.name] * len(persons),
            "state": _names(persons.state, states),
            "county_code": _names(persons.county, COUNTY_CODES),
            "home_county_code": _names(persons.home_county, HOMES),
            "sector": _names(persons.sector, SECTORS),
            "sex": _names(persons.sex, SEXES),
            "training_progress_years": persons.training_progress / 100,
            **{column: getattr(persons, name) for column, name in SAME.items()},
        }
    )


def _codes(names: pl.Series, valid: Sequence[str]) -> NDArray[np.int64]:
    position = {name: index for index, name in enumerate(valid)}
    return np.array([position[name] for name in names], dtype=np.int64)


def _names(codes: NDArray[np.uint8], valid: Sequence[str]) -> list[str]:
    return [valid[code] for code in codes.tolist()]
