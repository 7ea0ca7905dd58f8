"""The joint table of one state at the start: whole persons by county, sex, age band, sector and working time.

Nothing is published about how these go together, so the table is fitted from a uniform seed: independence.
The rounding keeps every pair of margins close to it, so that no correlation is made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from careersim.errors import UserError
from careersim.model.graph import StartMargins
from careersim.population.ipf import fit
from careersim.population.kept import kept_table
from careersim.population.margins import Floats, Margin, sums
from careersim.population.rounding import integerize, largest_remainders
from careersim.schema import AGES

__all__ = ["BAND_YEARS", "JointTable", "joint_table"]

BAND_YEARS = 5
"""Width of the age bands that stand in the table; single ages are told apart within a band."""

BANDS = -(-AGES // BAND_YEARS)
SHARES_SUM = 1e-6


@dataclass(frozen=True, eq=False)
class JointTable:
    """Persons of one state at the start.

    Attributes
    ----------
    persons
        Over county, sex, age band, sector, level; whole numbers.
    levels
        Working time in percent, in the order of the last axis.
    ages
        Persons by single age; sums to the persons of each band.
    """

    persons: NDArray[np.int64]
    levels: tuple[int, ...]
    ages: NDArray[np.int64]


@lru_cache(maxsize=256)
def joint_table(margins: StartMargins) -> JointTable:
    """Fit and round the joint table; the same margins give the same table, whatever the seed of the run.

    Parameters
    ----------
    margins
        Of one state, with at least one person; shares sum to 1.

    Returns
    -------
    A table that hits the persons by county exactly, and sex, single age, sector and working time of the
    whole country within one person. Read-only.

    Raises
    ------
    UserError
        If shares are negative or do not sum to 1.
    """
    total = sum(margins.persons)
    single_ages = total * _shares([margins.ages.at(age=age) for age in range(AGES)], "ages")
    bands = np.add.reduceat(single_ages, np.arange(0, AGES, BAND_YEARS))
    published = [
        Margin("county", (0,), np.array(margins.persons, dtype=np.float64), exact=True),
        Margin("sex", (1,), total * _shares([margins.women, 1.0 - margins.women], "women")),
        Margin("age band", (2,), bands),
        Margin("sector", (3,), total * _shares(margins.sectors, "sectors")),
        Margin(
            "working time",
            (4,),
            total * _shares([share for _, share in margins.working_time], "working_time"),
        ),
    ]
    inputs = b"".join(repr(margin.axes).encode() + margin.target.tobytes() for margin in published)
    persons = kept_table(inputs, lambda: _whole_persons(published))
    ages = _single_ages(single_ages, persons.sum(axis=(0, 1, 3, 4)))
    persons.flags.writeable = ages.flags.writeable = False
    return JointTable(persons, tuple(level for level, _ in margins.working_time), ages)


def _whole_persons(published: list[Margin]) -> NDArray[np.int64]:
    """Fit and round; slices without persons are left out meanwhile, which is several times faster."""
    present = [np.flatnonzero(margin.target) for margin in published]
    compact = [
        replace(margin, target=margin.target[kept]) for margin, kept in zip(published, present, strict=True)
    ]
    fitted = fit(np.ones([len(kept) for kept in present]), compact)
    pairs = [Margin("pair", axes, sums(fitted, axes)) for axes in combinations(range(fitted.ndim), 2)]
    persons = np.zeros([len(margin.target) for margin in published], dtype=np.int64)
    persons[np.ix_(*present)] = integerize(fitted, compact, balance=pairs)
    return persons


def _single_ages(targets: Floats, by_band: NDArray[np.int64]) -> NDArray[np.int64]:
    """Round within bands; as a band is less than one from its target, so is each age."""
    bounds = range(BAND_YEARS, AGES, BAND_YEARS)
    parts = [
        largest_remainders(part, int(number))
        for part, number in zip(np.split(targets, list(bounds)), by_band, strict=True)
    ]
    return np.concatenate(parts)


def _shares(values: list[float] | tuple[float, ...], name: str) -> Floats:
    shares = np.array(values, dtype=np.float64)
    if (shares < 0).any() or abs(shares.sum() - 1) > SHARES_SUM:
        raise UserError(
            f"the shares sum to {shares.sum():.6g} and the lowest is {shares.min(initial=0):.6g}",
            where=f"start margin '{name}'",
            expected="shares of 0 or more that sum to 1",
            remedy="correct the shares",
        )
    return np.asarray(shares / shares.sum())
