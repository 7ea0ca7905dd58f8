"""A bonus does what docs/explanation/year.md says: to leaving in its time and after, and to who comes where.

Everybody in a world of a million has the same constant rates, so that leavers of a year are binomial with a
known probability: each z-value has mean 0 and variance 1. A test fails where one of its z-values is beyond
the normal quantile of ALPHA divided by their number (Bonferroni). The planted faults are those that could
be mistaken for the right thing; with a million persons the smallest of them lies at a |z| above 15, so that
each is found with near certainty.
"""

from __future__ import annotations

from dataclasses import replace
from math import expm1, log, sqrt

import numpy as np
import pytest
from scipy import stats

from careersim.engines.numba_engine import NumbaEngine
from careersim.model.bonus_types import Bonus, Response
from careersim.model.graph import Choice, ChoiceLever, Hazard, Profession
from careersim.model.table import constant
from careersim.population.columns import Population
from careersim.schema import COUNTIES, NO_HOME
from tests.unit.engines.reference import toy

ALPHA = 1e-4
PERSONS = 1_000_000
YEARS = 7
ELSEWHERE, HERE, GONE = range(3)
"""States: before coming, at work, left for good."""

LEAVING, MOVING, REBOUND = 0.06, 0.05, 1.5
PAID = 10
"""The county with the bonus."""

NEWCOMERS, INCUMBENTS, RISE = 1.6, 0.5, 0.25
BONUS = Bonus(
    name="stay",
    amount=RISE * 80_000,
    salary=80_000.0,
    first_year=toy.START + 1,
    last_year=toy.START + 3,
    states=(False, True, False),
    counties=tuple(county == PAID for county in range(COUNTIES)),
    sectors=(True, True, True, True),
    age_low=0,
    age_high=120,
    newcomers=True,
    incumbents=True,
    years=2,
    uptake=0.7,
    responses=(Response(transitions=(1,), moving=(), newcomers=NEWCOMERS, incumbents=INCUMBENTS),),
    rebound=REBOUND,
    rebound_years=1,
)


def world(*bonuses: Bonus, moving: float = 0.0, levers: tuple[ChoiceLever, ...] = ()) -> Profession:
    """Everybody comes to work in the first year, may leave at a constant rate, and may move."""
    return Profession(
        name="stayers",
        key=1,
        label_en="stayers",
        label_sv="stayers",
        start_year=toy.START,
        states=(
            toy.state("elsewhere"),
            toy.state("here", serves=True, mobility=Hazard(constant(moving)) if moving else None),
            toy.state("gone", final=True),
        ),
        transitions=(toy.hazard("comes", ELSEWHERE, HERE, 800.0), toy.hazard("leaves", HERE, GONE, LEAVING)),
        pools=(),
        streams=(),
        working_times=(),
        sector_schemes=(),
        choices=(Choice(home=0.0, stay=0.0, distance=0.0, size=0.0, attractiveness=(0.0,) * COUNTIES),),
        choice_levers=levers,
        bonuses=bonuses,
    )


def people(state: int, counties: int = 2) -> Population:
    """Half of them in the county with the bonus, or a part in each county."""
    empty = Population.empty(PERSONS)
    rows = np.arange(PERSONS)
    return replace(
        empty,
        person_id=rows.astype(np.uint64),
        state=np.full(PERSONS, state, np.uint8),
        county=((rows % counties + PAID) % COUNTIES).astype(np.uint8),
        home_county=np.full(PERSONS, NO_HOME, np.uint8),
        sector=np.full(PERSONS, 3, np.uint8),
        age=np.full(PERSONS, 40, np.uint8),
        fte=np.full(PERSONS, 80, np.uint8),
    )


def lived(profession: Profession, start: Population, years: int = YEARS) -> list:
    engine = NumbaEngine(profession, toy.country(profession, feedback=False), start, seed=11, replication=3)
    return [engine.record, *(engine.step() for _ in range(years))]


def probability(rate: float) -> float:
    return -expm1(-rate)


def z_values(records: list, county: int, expected: list[float]) -> np.ndarray:
    """Leavers of a county against what is expected of a year's stock, year by year."""
    found = []
    for before, after, chance in zip(records, records[1:], expected, strict=False):
        at_risk = int(before.stock[HERE, county].sum())
        found.append((after.left[1, county] - at_risk * chance) / sqrt(at_risk * chance * (1 - chance)))
    return np.array(found)


def agrees(z: np.ndarray) -> bool:
    return bool(np.abs(z).max() < stats.norm.isf(ALPHA / 2 / len(z)))


def leaving(ratios: list[float], uptake: float = 0.7) -> list[float]:
    """Chances to leave, year by year, where a part has signed and some of these have left already."""
    signed, others, chances = uptake, 1 - uptake, []
    for ratio in ratios:
        with_contract, without = probability(LEAVING * ratio), probability(LEAVING)
        chances.append((signed * with_contract + others * without) / (signed + others))
        signed, others = signed * (1 - with_contract), others * (1 - without)
    return chances


UNDER = (1 + RISE) ** -INCUMBENTS
COMING = (1 + RISE) ** -NEWCOMERS
THERE = [UNDER, UNDER, REBOUND, 1.0, 1.0, 1.0, 1.0]
"""Ratios of incumbents by year: two years of contract, one of rebound."""
CAME = [COMING, COMING, REBOUND, 1.0, 1.0, 1.0]
"""Of those who came in the first year, from the second year on."""


def test_incumbents_leave_less_under_contract_more_after_it_and_then_as_ever() -> None:
    records = lived(world(BONUS), people(HERE))
    assert agrees(z_values(records, PAID, leaving(THERE)))
    assert agrees(z_values(records, PAID + 1, [probability(LEAVING)] * YEARS))


def test_newcomers_sign_when_they_come_and_respond_more() -> None:
    records = lived(world(BONUS), people(ELSEWHERE))
    assert records[1].stock[HERE].sum() == PERSONS
    assert agrees(z_values(records[1:], PAID, leaving(CAME)))
    assert agrees(z_values(records[1:], PAID + 1, [probability(LEAVING)] * (YEARS - 1)))


def test_contracts_are_counted_in_each_of_their_years() -> None:
    """At the uptake, less who has left; 80 % of a full-time equivalent each."""
    records = lived(world(BONUS), people(HERE))
    counted = np.array([record.contracts[0, :, 0] for record in records])
    assert counted.sum() == counted[:, PAID].sum()
    assert np.flatnonzero(counted[:, PAID]).tolist() == [1, 2]  # two payments for two years
    assert [int(record.contracts[0, :, 1].sum()) for record in records] == (80 * counted[:, PAID]).tolist()
    staying = 0.7 * (1 - probability(LEAVING * UNDER))
    assert agrees((counted[1, [PAID]] - PERSONS / 2 * staying) / sqrt(PERSONS / 2 * staying * (1 - staying)))


PLANTED = {
    "no effect": replace(BONUS, responses=(Response((1,), (), 0.0, 0.0),)),
    "elasticities exchanged": replace(BONUS, responses=(Response((1,), (), INCUMBENTS, NEWCOMERS),)),
    "a year too short": replace(BONUS, years=1),
    "a year too long": replace(BONUS, years=3),
    "no rebound": replace(BONUS, rebound=1.0),
    "a longer rebound": replace(BONUS, rebound_years=2),
    "everybody signs": replace(BONUS, uptake=1.0),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    there = z_values(lived(world(PLANTED[fault]), people(HERE)), PAID, leaving(THERE))
    came = z_values(lived(world(PLANTED[fault]), people(ELSEWHERE))[1:], PAID, leaving(CAME))
    assert not agrees(there)
    assert not agrees(came)
    assert max(np.abs(there).max(), np.abs(came).max()) > 15


def test_who_moves_away_loses_the_contract_and_nobody_signs_twice() -> None:
    profession = world(replace(BONUS, uptake=1.0, years=60), moving=MOVING)
    engine = NumbaEngine(
        profession, toy.country(profession, feedback=False), people(HERE, COUNTIES), seed=11, replication=3
    )
    for _ in range(YEARS):
        engine.step()
        now = engine.people()
        signed = now.bonus > 0
        assert np.all(now.county[signed] == PAID)
        assert np.all(now.state[signed] == HERE)
        assert set(np.unique(now.bonus)) <= {0, 1, 2}


def test_what_the_county_gains_by_attraction_the_others_lose() -> None:
    """The same persons move in both runs; the odds of the county among destinations grow by exp(utility)."""
    utility = 3.15 * log(1 + RISE)
    lever = ChoiceLever(0, utility, BONUS.first_year, toy.LAST, BONUS.counties)
    plain, drawn = (
        lived(world(moving=MOVING, levers=levers), people(HERE, COUNTIES), years=1)[-1]
        for levers in ((), (lever,))
    )
    assert np.array_equal(plain.moved_out, drawn.moved_out)
    assert np.array_equal(plain.left, drawn.left)
    gained = drawn.moved_in[HERE] - plain.moved_in[HERE]
    others = np.delete(gained, PAID)
    assert gained[PAID] == -others.sum()  # nobody is made
    assert np.all(others < 0)
    assert drawn.moved_in.sum() == drawn.moved_out.sum() == plain.moved_in.sum()
    from_others = int(np.delete(drawn.moved_out[HERE], PAID).sum())
    shares = {"with": np.exp(utility) / (COUNTIES - 2 + np.exp(utility)), "without": 1 / (COUNTIES - 1)}
    found = {name: int(one.moved_in[HERE, PAID]) for name, one in (("with", drawn), ("without", plain))}

    def z(name: str, share: float) -> np.ndarray:
        return np.array([(found[name] - from_others * share) / sqrt(from_others * share * (1 - share))])

    assert agrees(z("with", shares["with"]))
    assert agrees(z("without", shares["without"]))
    assert not agrees(z("with", shares["without"]))  # the planted fault: no attraction
