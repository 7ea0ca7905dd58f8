"""Levers of kind bonus in the declared model: their order, what they add to choices, other central values."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from careersim.config.bonus_spec import bonus_records, with_bonus_values
from careersim.config.load import load_run
from careersim.engines.expected_value import ExpectedValueEngine
from careersim.errors import UserError
from careersim.model.bonus_types import Phase, phase_code
from careersim.outputs.lever_text import lever_words
from careersim.population.columns import Population
from tests.oracle.worlds import Lever, contract, lever, named, overlaid


def bonus(name: str, value: float, **details: object) -> Lever:
    keys = {"name": name, "counties": ["25"], "bonus": contract()} | details
    return lever("bonus", "doctor", ["gp", "gp_leave"], "add", value, **keys)


def test_the_best_paid_is_offered_first_then_by_name_whatever_the_order(tmp_path: Path) -> None:
    levers = [bonus("b", 1_000), bonus("c", 2_000), bonus("a", 1_000)]
    forwards, backwards = (
        named(overlaid(tmp_path, *listed), "doctor").bonuses for listed in (levers, levers[::-1])
    )
    assert forwards == backwards
    assert [one.name for one in forwards] == ["c", "a", "b"]


def test_a_bonus_of_nothing_is_none_and_its_counties_gain_nothing(tmp_path: Path) -> None:
    doctor = named(overlaid(tmp_path, bonus("none", 0)), "doctor")
    assert doctor.bonuses == ()
    assert {one.utility for one in doctor.choice_levers} == {0.0}


def test_attraction_is_an_elasticity_of_the_logarithm_of_the_rise(tmp_path: Path) -> None:
    doctor = named(overlaid(tmp_path, bonus("pay", 8_000, to=2030)), "doctor")
    assert [one.utility for one in doctor.choice_levers] == [3.0 * log(1.1)] * 2
    assert {(one.first_year, one.last_year) for one in doctor.choice_levers} == {(2025, 2030)}
    assert [sum(one.counties) for one in doctor.choice_levers] == [1, 1]


def test_rates_answer_by_phase_and_only_if_they_are_named(tmp_path: Path) -> None:
    doctor = named(overlaid(tmp_path, bonus("pay", 8_000)), "doctor")
    (made,) = doctor.bonuses
    names = [one.name for one in doctor.transitions]
    leaves, emigrates, dies = (names.index(name) for name in ("leaves_primary_care", "emigrates", "dies"))
    assert made.rate_ratio(leaves, Phase.NEWCOMER) == 1.1**-2.0
    assert made.rate_ratio(leaves, Phase.INCUMBENT) == 1.1**-0.7
    assert made.rate_ratio(emigrates, Phase.NEWCOMER) == 1.1**3.0
    assert made.rate_ratio(emigrates, Phase.REBOUND) == 1.7
    assert {made.rate_ratio(dies, phase) for phase in Phase} == {1.0}
    gp, leave = doctor.state_index("gp"), doctor.state_index("gp_leave")
    assert made.moving_ratio(gp, Phase.NEWCOMER) == 1.1**-2.0
    assert made.moving_ratio(leave, Phase.NEWCOMER) == 1.0  # nobody moves on leave


def test_codes_of_phases_are_told_apart() -> None:
    codes = [phase_code(number, phase) for number in range(3) for phase in Phase]
    assert codes == list(range(1, 10))


def test_records_can_be_given_other_values(tmp_path: Path) -> None:
    overlaid(tmp_path, bonus("pay", 8_000))
    (spec,) = load_run(tmp_path / "overlay.yaml").spec.levers
    assert spec.bonus is not None
    records = bonus_records(spec.bonus)
    values = {keys: float(number) for number, keys in enumerate(records)}
    changed = with_bonus_values(spec.bonus, values)
    assert {keys: record.value for keys, record in bonus_records(changed).items()} == values
    assert bonus_records(spec.bonus) == records
    with pytest.raises(KeyError):
        with_bonus_values(spec.bonus, {("salaries",): 1.0})


def test_a_bonus_is_told_in_one_line(tmp_path: Path) -> None:
    overlaid(tmp_path, bonus("pay", 8_000))
    (spec,) = load_run(tmp_path / "overlay.yaml").spec.levers
    assert lever_words(spec.model_dump(mode="json", by_alias=True)) == (
        "doctor bonus gp, gp_leave + 8000 SEK a month from 2025 in Norrbotten "
        "(contracts of 3 years for newcomers and incumbents, signed by 60%)"
    )


def test_the_expected_value_knows_no_contracts(tmp_path: Path) -> None:
    model = overlaid(tmp_path, bonus("pay", 8_000), seats="unlimited", feedback=False)
    with pytest.raises(UserError, match="levers: contracts of a bonus are written on persons"):
        ExpectedValueEngine(named(model, "doctor"), model, Population.empty(1))
