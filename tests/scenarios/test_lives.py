"""The scenarios lived: nothing changes too early, nobody gets lost, and they move what they should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from careersim.flows.constraints import CONSTRAINTS, binding
from careersim.flows.guideline import list_sizes
from careersim.flows.series import ProfessionSeries
from careersim.flows.workforce import group_counts
from careersim.model.assemble import read_model
from careersim.schema import COUNTY_CODES
from tests.scenarios.library import BASELINE, FOLDER, NAMES, card
from tests.scenarios.lives import ARRAYS, REPLICATIONS, gap, lives, model_of, moves

Numbers = NDArray[np.float64]


def _path(name: str) -> Path:
    return BASELINE if name == "baseline" else FOLDER / f"{name}.yaml"


# Every scenario ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_nothing_changes_before_a_lever_acts_and_nobody_gets_lost(name: str) -> None:
    own, base = model_of(_path(name)), model_of(BASELINE)
    untouched = [one for one in own.professions if one.name not in card(name).professions]
    # The same model and the same seed are the same run.
    assert [one for one in base.professions if one.name not in card(name).professions] == untouched
    # What only measures is no part of a life.
    assert replace(own.demand, list_sizes=(), substitutes=()) == base.demand
    assert own.last_year == base.last_year
    for profession in card(name).professions:
        mine, other = lives(_path(name), profession), lives(BASELINE, profession)
        first = card(name).first_year
        assert first is not None
        acts = mine.years.index(first)
        for array in ARRAYS:
            before, there = getattr(mine, array)[:, :acts], getattr(other, array)[:, :acts]
            assert np.array_equal(before, there), f"{profession}: {array}"
        after = slice(acts, acts + 4)
        same = [np.array_equal(getattr(mine, a)[:, after], getattr(other, a)[:, after]) for a in ARRAYS]
        assert not all(same)
        # Beside the identity of every cell, which every run checks: final states keep their persons.
        persons = mine.stock.sum(axis=(2, 3, 4), dtype=np.int64)
        entered = mine.entered.sum(axis=(2, 3), dtype=np.int64)
        assert np.array_equal(np.diff(persons, axis=1), entered[:, 1:]), profession


def test_another_yardstick_changes_no_career() -> None:
    base = model_of(BASELINE)
    for name in ("list_1000", "list_1500", "task_shift"):
        other = model_of(_path(name))
        assert replace(other, demand=base.demand) == base
        assert other.demand != base.demand
        assert (other.demand.inhabitants, other.demand.need_weight) == (
            base.demand.inhabitants,
            base.demand.need_weight,
        )
    needed = {}
    for name in ("list_1000", "baseline", "list_1500"):
        run, model = read_model(_path(name))
        per_specialist, per_trainee = list_sizes(model.demand, run.spec.guideline, (2026, 2027, 2040))
        ratio = run.spec.guideline.training_years / run.spec.guideline.career_years
        needed[name] = (per_specialist + per_trainee * ratio)[:, 0].tolist()
    assert needed["baseline"] == [1276, 1276, 1276]
    assert needed["list_1000"] == [1276, 1160, 1160]
    assert needed["list_1500"] == [1276, 1740, 1740]


# Directions -------------------------------------------------------------------------------------------------


def _group(series: ProfessionSeries, group: str, year: int, counties: tuple[str, ...] = ()) -> Numbers:
    """Persons of a group at the end of a year, by replication, in the nation or in some counties."""
    counts = group_counts(series, group, "headcount")[:, series.years.index(year)]
    if not counties:
        return counts[:, 0]
    return counts[:, [1 + COUNTY_CODES.index(code) for code in counties]].sum(axis=1)


def _state(series: ProfessionSeries, state: str, year: int) -> Numbers:
    names = [one.name for one in series.profession.states]
    return series.stock[:, series.years.index(year), names.index(state)].sum(axis=(1, 2)).astype(np.float64)


def _seats(series: ProfessionSeries, pool: str, field: str, first: int, last: int) -> Numbers:
    """A count of a pool over counties and years, by replication."""
    years = slice(series.years.index(first), series.years.index(last) + 1)
    pools = [one.name for one in series.profession.pools]
    cells = series.seats[:, years, pools.index(pool), :, series.seat_fields.index(field)]
    return cells.sum(axis=(1, 2)).astype(np.float64)


def _arrivals(series: ProfessionSeries, transition: str, first: int, last: int) -> Numbers:
    """Persons who took a transition in some years, by replication."""
    years = slice(series.years.index(first), series.years.index(last) + 1)
    index = [one.name for one in series.profession.transitions].index(transition)
    arcs = [number for number, arc in enumerate(series.arcs) if arc.transition == index]
    return series.arrived[:, years][:, :, arcs].sum(axis=(1, 2, 3)).astype(np.float64)


def _first_wishes(series: ProfessionSeries, counties: tuple[str, ...]) -> Numbers:
    """First wishes for posts of all pools in some counties, by replication."""
    years = slice(series.years.index(2027), series.years.index(2040) + 1)
    chosen = [COUNTY_CODES.index(code) for code in counties]
    cells = series.seats[:, years, :, :, series.seat_fields.index("first_wishes")]
    return cells[..., chosen].sum(axis=(1, 2, 3)).astype(np.float64)


NORTH = ("22", "23", "24", "25")
SOUTH = tuple(code for code in COUNTY_CODES if code not in (*NORTH, "20"))
DLF = ("01", "04", "05", "10", "12", "21")
MEASURES = {
    "workforce 2030": lambda series: _group(series, "workforce", 2030),
    "workforce 2035": lambda series: _group(series, "workforce", 2035),
    "workforce 2040": lambda series: _group(series, "workforce", 2040),
    "workforce in FTE 2035": lambda series: group_counts(series, "workforce", "fte")[
        :, series.years.index(2035), 0
    ],
    "first wishes in Norrbotten 2027-2040": lambda series: _first_wishes(series, ("25",)),
    "first wishes elsewhere 2027-2040": lambda series: _first_wishes(series, SOUTH),
    "workforce 2040 in the north": lambda series: _group(series, "workforce", 2040, NORTH),
    "workforce 2040 in six regions": lambda series: _group(series, "workforce", 2040, DLF),
    "trainees 2030": lambda series: _group(series, "trainees", 2030),
    "trainees 2035": lambda series: _group(series, "trainees", 2035),
    "trainees 2035 in the north": lambda series: _group(series, "trainees", 2035, NORTH),
    "trainees 2035 in six regions": lambda series: _group(series, "trainees", 2035, DLF),
    "starts of ST 2037-2038": lambda series: _seats(series, "st", "filled", 2037, 2038),
    "ST proposals rejected 2035-2040": lambda series: _seats(series, "st", "rejected", 2035, 2040),
    "BT proposals rejected 2028-2040": lambda series: _seats(series, "bt", "rejected", 2028, 2040),
    "starts of AT 2022-2024": lambda series: _seats(series, "at", "filled", 2022, 2024),
    "leaving primary care 2027-2029": lambda series: _arrivals(series, "leaves_primary_care", 2027, 2029),
    "licensed 2040": lambda series: _state(series, "licensed", 2040),
}

DIRECTIONS = [
    # scenario, beside which run, what, up (1) or down (-1)
    ("st_plus_5", "baseline", "trainees 2035", 1),
    ("st_plus_5", "baseline", "workforce 2040", 1),
    ("st_plus_25", "st_plus_5", "trainees 2035", 1),
    ("st_plus_25", "st_plus_5", "workforce 2040", 1),
    ("st_plus_50", "st_plus_25", "trainees 2035", 1),
    ("st_plus_50", "st_plus_25", "workforce 2040", 1),
    ("st_double", "st_plus_50", "trainees 2035", 1),
    ("st_double", "st_plus_50", "workforce 2040", 1),
    ("st_double_ten_years", "baseline", "workforce 2040", 1),
    ("st_double_ten_years", "st_double", "starts of ST 2037-2038", -1),
    ("st_double_applicants", "st_double", "trainees 2030", 1),
    ("st_double_applicants", "st_double", "workforce 2040", 1),
    ("st_double_supervisors", "st_double_applicants", "trainees 2030", 1),
    ("st_double_supervisors", "st_double_applicants", "workforce 2035", 1),
    ("st_dlf_regions", "baseline", "trainees 2035 in six regions", 1),
    ("st_dlf_regions", "baseline", "workforce 2040 in six regions", 1),
    ("at_bt_expansion", "baseline", "BT proposals rejected 2028-2040", -1),
    ("at_as_wanted", "baseline", "starts of AT 2022-2024", 1),
    ("medical_students_plus_20", "baseline", "licensed 2040", 1),
    ("medical_students_plus_20", "baseline", "ST proposals rejected 2035-2040", 1),
    ("foreign_inflow_zero", "baseline", "workforce 2030", -1),
    ("foreign_inflow_zero", "baseline", "workforce 2040", -1),
    ("foreign_inflow_plus_50", "baseline", "workforce 2040", 1),
    ("psychologists_plus_120", "baseline", "workforce 2035", 1),
    ("work_environment", "baseline", "workforce 2030", 1),
    ("work_environment", "baseline", "workforce 2040", 1),
    ("retire_later", "baseline", "workforce 2030", 1),
    ("rural_north", "baseline", "trainees 2035 in the north", 1),
    ("rural_north", "baseline", "workforce 2040 in the north", 1),
    ("full_time_norm", "baseline", "workforce in FTE 2035", 1),
    ("rural_premium", "baseline", "workforce 2040 in the north", 1),
    ("rural_premium", "baseline", "first wishes elsewhere 2027-2040", -1),
    ("stay_bonus_norrbotten", "baseline", "first wishes in Norrbotten 2027-2040", 1),
    ("stay_bonus_national", "baseline", "leaving primary care 2027-2029", -1),
    ("package_train_and_keep", "st_double_ten_years", "workforce 2040", 1),
    ("package_on_our_own", "foreign_inflow_zero", "workforce 2040", 1),
    ("package_on_our_own", "baseline", "workforce 2040", 1),
]
CHANCE = 0.001 / len(DIRECTIONS)
"""One false alarm in a thousand over all directions together (Bonferroni)."""


def _moved(scenario: Path, other: Path, profession: str, measure: str, sign: int) -> bool:
    pair = (lives(path, profession) for path in (scenario, other))
    return moves(gap(*(MEASURES[measure](series) for series in pair)), sign, CHANCE)


@pytest.mark.parametrize(("name", "other", "measure", "sign"), DIRECTIONS)
def test_a_scenario_moves_what_it_should(name: str, other: str, measure: str, sign: int) -> None:
    profession = card(name).professions[0]  # the doctors, where a scenario is about several
    assert _moved(_path(name), _path(other), profession, measure, sign)
    assert not _moved(_path(name), _path(other), profession, measure, -sign)


def test_every_scenario_that_changes_careers_has_a_direction() -> None:
    assert {name for name, *_ in DIRECTIONS} == {name for name in NAMES if card(name).professions}


@pytest.mark.parametrize(
    ("name", "written", "instead", "measure", "sign"),
    [
        ("foreign_inflow_zero", "value: 0\n", "value: 1\n", "workforce 2040", -1),
        ("st_plus_5", "value: 1.05\n", "value: 1.0\n", "trainees 2035", 1),
        ("retire_later", "value: 2\n", "value: 0\n", "workforce 2030", 1),
    ],
)
def test_a_lever_that_does_nothing_is_noticed(
    name: str, written: str, instead: str, measure: str, sign: int, tmp_path: Path
) -> None:
    """A planted fault: the file is valid, sourced and described, but its levers are neutral."""
    text = card(name).text.replace("../baseline.yaml", str(BASELINE))
    assert written in text
    planted = tmp_path / f"{name}.yaml"
    planted.write_text(text.replace(written, instead), encoding="utf-8")
    assert not _moved(planted, BASELINE, "doctor", measure, sign)
    own, base = (lives(path, "doctor") for path in (planted, BASELINE))
    assert all(np.array_equal(getattr(own, array), getattr(base, array)) for array in ARRAYS)


def test_differences_without_an_effect_are_no_direction() -> None:
    """Chance alone passes as often as it says: the differences of other seeds stand for no effect."""
    series = lives(BASELINE, "doctor")
    numbers = _group(series, "workforce", 2040)
    signs = np.array([1, -1] * (REPLICATIONS // 2))
    for sign in (1, -1):
        assert not moves((numbers - numbers.mean()) * signs, sign, CHANCE)


# What stops them --------------------------------------------------------------------------------------------


def _shares(name: str, first: int, last: int) -> dict[str, float]:
    """Share of counties, years and replications in which each constraint of the ST posts binds."""
    series = lives(_path(name), "doctor")
    pool = [one.name for one in series.profession.pools].index("st")
    years = slice(series.years.index(first) - 1, series.years.index(last))  # `binding` leaves the start out
    bound = binding(series)[:, years, pool]
    return {what: float((bound == index).mean()) for index, what in enumerate(CONSTRAINTS)}


@pytest.mark.parametrize(
    ("name", "first", "last", "what"),
    [
        ("baseline", 2027, 2040, "posts"),
        ("st_plus_5", 2027, 2040, "posts"),
        ("st_plus_25", 2029, 2040, "posts"),
        ("st_plus_50", 2027, 2029, "applicants"),
        ("st_double", 2027, 2040, "applicants"),
        ("st_double_ten_years", 2037, 2038, "posts"),
        ("medical_students_plus_20", 2034, 2040, "posts"),
        ("rural_north", 2028, 2040, "posts"),
    ],
)
def test_what_stops_it_is_what_its_file_says(name: str, first: int, last: int, what: str) -> None:
    assert _shares(name, first, last)[what] > 0.75


def test_a_doubling_by_itself_fills_about_three_quarters_of_its_posts() -> None:
    series = lives(_path("st_double"), "doctor")
    filled = _group(series, "trainees", 2040) / _seats(series, "st", "posts", 2040, 2040)
    assert 0.7 < filled.mean() < 0.85


def _years_bound_by_supervisors(name: str) -> Numbers:
    """Years from 2027 on, by replication and county."""
    series = lives(_path(name), "doctor")
    pool = [one.name for one in series.profession.pools].index("st")
    bound = binding(series)[:, series.years.index(2027) - 1 :, pool] == CONSTRAINTS.index("supervisors")
    return bound.sum(axis=1).astype(np.float64)


def test_supervisors_bind_where_there_are_few_general_practitioners_per_trainee() -> None:
    """One trainee per full-time equivalent is allowed, so that doubled posts meet it below a ratio of two.

    General practitioners grow by a tenth from 2026 to 2030, when most posts are taken, which moves the ratio
    of 2026 below which they bind from 2.0 to 1.8. A tenth on both sides is left to the chance of single
    counties (20 to 900 full-time equivalents).
    """
    base = lives(BASELINE, "doctor")
    fte = group_counts(base, "workforce", "fte").mean(axis=0)
    growth = fte[base.years.index(2030), 0] / fte[base.years.index(2026), 0]
    assert 1.05 < growth < 1.15
    trainees = group_counts(base, "trainees", "headcount").mean(axis=0)
    per_trainee = (fte / trainees)[base.years.index(2026), 1:]
    bound = _years_bound_by_supervisors("st_double_applicants")
    low, high = per_trainee < 2 / growth * 0.9, per_trainee > 2 * 1.1
    assert low.sum() >= 5
    assert high.sum() >= 2  # Kronoberg and Gävleborg have more than two and a half
    assert (bound[:, low] > 0).mean() > 0.95  # nearly every replication of every such county
    assert (bound[:, high] > 0).mean() < 0.2
    assert bound[:, low].mean() > 10 * bound[:, high].mean()


def test_trained_supervisors_take_that_limit_away() -> None:
    without = _years_bound_by_supervisors("st_double_applicants")
    assert without.sum(axis=1).min() > 20
    # A single year of one small county is chance; thousands are bound without them.
    assert _years_bound_by_supervisors("st_double_supervisors").sum() < 0.01 * without.sum()


# What their numbers mean ------------------------------------------------------------------------------------


def test_later_retirement_is_two_years_later_at_every_age() -> None:
    (doctor,) = (one for one in model_of(_path("retire_later")).professions if one.name == "doctor")
    shifted = {doctor.transitions[shift.transition].name: shift.years for shift in doctor.age_shifts}
    assert shifted == dict.fromkeys(("retires", "retires_elsewhere", "retires_on_leave"), 2.0)


def test_a_hundred_and_twenty_psychologists_move_a_year_and_fewer_remain() -> None:
    own, base = (lives(path, "psychologist") for path in (_path("psychologists_plus_120"), BASELINE))
    years = slice(own.years.index(2026), own.years.index(2035) + 1)
    names = [one.name for one in own.profession.transitions]
    arc = [one.transition for one in own.arcs].index(names.index("comes_from_other_care"))
    moved = (own.arrived - base.arrived)[:, years, arc].sum(axis=(1, 2)) / 10
    # Other health care loses up to a sixth of its psychologists on the way, or gains from more new ones.
    assert 100 < moved.mean() < 140
    gained = gap(*(_group(one, "workforce", 2035) for one in (own, base)))
    assert 500 < gained.mean() < 1200
