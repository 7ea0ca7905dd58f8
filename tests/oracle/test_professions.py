"""The numba engine and the Mesa reference live identical careers in all shipped professions.

Every column of every person and every array of the record is compared in every year, with everything
switched on that couples persons: seats, supervision and feedback of the workload. Doctors additionally have
levers of every kind. Worlds are small versions of the baseline (see `tests.oracle.worlds`).
"""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest

from careersim.config.run_spec import LeverSpec
from careersim.engines.record import SEAT_FIELDS
from careersim.schema import COUNTIES
from tests.oracle.conftest import PERSON_YEARS
from tests.oracle.trace import Trace, differences, numba_trace, person_years, reference_trace
from tests.oracle.worlds import Lever, World, baseline, contract, lever, overlaid, small, world

KEYS = ((20_240, 0, 8), (2**63 + 5, 3, 24), (7, 2**32 - 1, 24))
"""Seed, replication and the number of parts that the country is divided into: 4,000 or 1,300 doctors."""


STAYING = ["01", "12", "14", "23", "25"]


def levers_of_every_kind() -> tuple[Lever, ...]:
    return (
        lever("rate", "doctor", "leaves_primary_care", "multiply", 0.7, ages="30-60", counties=["01", "12"]),
        lever("rate", "doctor", "takes_st_gp", "multiply", 1.5, to=2030),
        lever("rate", "doctor", "retires", "multiply", 0.6, ages="60-70", decay_years=2.5),
        lever("retirement_age", "doctor", "retires", "add", 1.6, **{"from": 2027, "sectors": ["regional"]}),
        lever("retirement_age", "doctor", ["retires", "retires_left"], "add", 0.4, name="all_later"),
        lever("working_time", "doctor", "gp_hours", "multiply", 0.6, ages="30-60", counties=["01", "14"]),
        lever("attractiveness", "doctor", ["gp_choice", "junior_choice"], "add", 0.7, counties=["10", "25"]),
        lever("demand", None, "inhabitants", "multiply", 1.07, counties=["25"]),
        lever("demand", None, "need_weight", "multiply", 1.2, counties=["25", "24"], to=2033),
        lever("seats", "doctor", "st", "multiply", 0.8),
        lever("supervision", "doctor", "st", "multiply", 0.9, counties=["01", "10", "25"], to=2034),
        lever("entry", "doctor", "students", "multiply", 1.2, to=2033),
        lever("entry", "doctor", "students", "add", -24, counties=["12", "24"], **{"from": 2027}),
        lever("list_size", None, "inhabitants_per_specialist", "set", 1500),
        lever("substitution", "district_nurse", "guideline", "set", 0.1),
        lever(
            "bonus", "doctor", ["gp", "gp_leave"], "add", 16_000, counties=STAYING, bonus=contract(), to=2033
        ),
        lever(
            "bonus",
            "doctor",
            "gp",
            "add",
            9_000,
            **{"name": "later", "from": 2028, "sectors": ["private"], "ages": "30-60"},
            bonus=contract(attraction=None, commitment_years=2),
        ),
    )


def doctors(tmp_path, seed: int, replication: int, parts: int) -> World:
    return small(world(overlaid(tmp_path, *levers_of_every_kind()), "doctor", seed, replication), parts)


def test_no_kind_of_lever_is_left_out():
    assert {lever["kind"] for lever in levers_of_every_kind()} == {
        *get_args(LeverSpec.model_fields["kind"].annotation)
    }


def compared(made: World, seed: int, replication: int) -> tuple[Trace, int]:
    """Live all years in both engines; fail on the first differences."""
    run = (made.profession, made.model, made.people, made.years)
    ours = numba_trace(*run, seed=seed, replication=replication, threads=2)
    theirs = reference_trace(*run, seed=seed, replication=replication)
    assert differences(ours, theirs) == []
    return ours, person_years(ours)


def binding(seen: Trace) -> dict[str, np.ndarray]:
    """Seat counts of all years: year x pool x county, by field."""
    seats = np.stack([year.record.seats for year in seen[1:]])
    return {name: seats[..., k] for k, name in enumerate(SEAT_FIELDS)}


def test_doctors_are_the_same_in_100_000_person_years(tmp_path, record_property):
    total = 0
    for seed, replication, parts in KEYS:
        made = doctors(tmp_path, seed, replication, parts)
        assert made.model.feedback
        assert (len(made.profession.rate_levers), len(made.profession.age_shifts)) == (3, 3)
        assert [bonus.amount for bonus in made.profession.bonuses] == [16_000, 9_000]
        seen, count = compared(made, seed, replication)
        total += count
        check_that_doctors_compete(made, seen)
    record_property(PERSON_YEARS, total)
    assert total >= 100_000


def check_that_doctors_compete(made: World, seen: Trace) -> None:
    """The comparison means little unless posts and supervisors both keep people out."""
    seats = binding(seen)
    assert np.all((seats["rejected"] > 0).any(axis=(0, 2)))
    assert np.all((seats["filled"] > 0).any(axis=(0, 2)))
    specialty = [pool.name for pool in made.profession.pools].index("st")
    posts, supervised = seats["posts"][:, specialty], seats["supervisor_limit"][:, specialty]
    rejected = seats["rejected"][:, specialty] > 0
    assert (rejected & (supervised < posts)).any()
    assert (rejected & (supervised > posts)).any()
    signed = sum(year.record.contracts[..., 0].sum(axis=1) for year in seen[1:])
    assert np.all(signed > 100)
    phases = np.unique(np.concatenate([year.people.bonus for year in seen]))
    assert phases.tolist() == [0, 1, 2, 3, 4, 5, 6]
    moved = sum(year.record.moved_out.sum() for year in seen[1:])
    assert moved > 50


@pytest.mark.parametrize(
    "name", ["district_nurse", "occupational_therapist", "physiotherapist", "psychologist"]
)
def test_other_professions_are_the_same(name, record_property):
    made = small(world(baseline(), name, seed=11, replication=1), 16)
    seen, count = compared(made, seed=11, replication=1)
    record_property(PERSON_YEARS, count)
    assert count >= 15_000
    if made.profession.pools:
        assert (binding(seen)["rejected"] > 0).any()


@pytest.mark.slow
def test_a_third_of_all_doctors_is_the_same(tmp_path, record_property):
    """Counties of a realistic size: more than one block of the kernel, and queues of hundreds."""
    made = doctors(tmp_path, seed=3, replication=9, parts=3)
    seen, count = compared(made, seed=3, replication=9)
    record_property(PERSON_YEARS, count)
    assert count >= 300_000
    assert binding(seen)["first_wishes"].max() > 50
    assert len(np.unique(seen[-1].people.county)) == COUNTIES
