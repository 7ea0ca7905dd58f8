"""Counties, the nation and abroad as the areas of a table."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from careersim.model.graph import Profession
from careersim.schema import COUNTY_CODES

__all__ = ["ABROAD", "AREA_CODES", "NATION", "abroad_states", "home_states", "with_nation"]

NATION = "00"
"""County code of the whole country."""

ABROAD = "99"
"""County code of states outside Sweden, whose persons are in no county."""

AREA_CODES = (NATION, *COUNTY_CODES)


def with_nation(values: NDArray[np.integer]) -> NDArray[np.int64]:
    """Put the sum over counties, the last axis, in front of them: the axis `AREA_CODES`."""
    counts = values.astype(np.int64)
    return np.concatenate([counts.sum(axis=-1, keepdims=True), counts], axis=-1)


def home_states(profession: Profession) -> list[int]:
    """Indices of the states in Sweden."""
    return [index for index, state in enumerate(profession.states) if not state.abroad]


def abroad_states(profession: Profession) -> list[int]:
    """Indices of the states outside Sweden."""
    return [index for index, state in enumerate(profession.states) if state.abroad]
