"""Stamps that the time in the state tells: known where everybody has them, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from careersim.model.graph import Hazard, Stream
from careersim.model.table import constant
from careersim.population.stamps import stamps_on_entry
from tests.unit.population import example
from tests.unit.population.example import GONE, LEAVE, PROFESSION, SPECIALIST, TRAINEE


def test_stamps_are_known_where_everybody_has_them() -> None:
    stamps = stamps_on_entry(PROFESSION)
    expected = {
        "degree": {TRAINEE},  # also after leave, where only trainees go
        "licence": set(),
        "certificate": {SPECIALIST},
    }
    assert {stamp: {i for i, known in enumerate(by) if known} for stamp, by in stamps.items()} == expected


def test_a_way_in_without_the_stamp_makes_it_unknown() -> None:
    way = example.hazard(GONE, SPECIALIST, Hazard(constant(0.1)), "come back")
    with_return = replace(PROFESSION, transitions=(*PROFESSION.transitions, way))
    # Who is gone may have left before the certificate, so who comes back may lack it.
    assert not any(stamps_on_entry(with_return)["certificate"])


@pytest.mark.parametrize(("stamps", "known"), [((), False), (("degree", "certificate"), True)])
def test_entrants_need_the_stamp_too(stamps: tuple[str, ...], known: bool) -> None:
    stream: Stream = replace(example.STREAMS[0], state=SPECIALIST, stamps=stamps)  # type: ignore[arg-type]
    changed = replace(PROFESSION, streams=(*PROFESSION.streams, stream))
    assert stamps_on_entry(changed)["certificate"][SPECIALIST] is known
    assert LEAVE not in np.flatnonzero(stamps_on_entry(changed)["degree"])
