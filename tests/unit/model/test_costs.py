"""Prices of a run: resolved by state and pool, replaced one by one, and refused in bad shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.config.load import load_run
from careersim.errors import UserError
from careersim.model.assemble import assemble, read_model
from careersim.model.costs import resolve_costs, with_prices
from careersim.model.priors import priors_of, with_values
from careersim.model.provenance import provenance
from tests.unit.outputs.tiny import BARE_RUN, RUN, write_tiny


def test_prices_of_the_baseline_are_those_of_its_file(repository: Path) -> None:
    run, model = read_model(repository / "configs" / "baseline.yaml")
    costs = resolve_costs(run, model)
    assert costs is not None
    assert set(costs.professions) == {one.name for one in model.professions}
    doctor = next(one for one in model.professions if one.name == "doctor")
    prices = costs.professions["doctor"]
    gp = doctor.state_index("gp")
    assert prices.pay[gp] == 88_300
    assert prices.serving == (gp,)
    st = next(one for one in prices.pools if one.pool == "st")
    assert st.holders == (doctor.state_index("st_gp"),), "who is on leave is not paid"
    assert (st.supervisor_hours, st.supervisor_pay, st.extra) == (1.5, 88_300, 60_000)
    on_top = 1 + 0.3142 + 0.2086
    assert costs.year_of_work(88_300) == pytest.approx(88_300 * 12 * on_top * 1.15)
    assert costs.discount_factor(2026) == 1
    assert costs.discount_factor(2027) == pytest.approx(1 / 1.03)


def test_every_price_of_the_baseline_has_a_source_and_a_use(repository: Path) -> None:
    records = [
        one
        for one in provenance(load_run(repository / "configs" / "baseline.yaml"))
        if one.profession == "costs"
    ]
    assert len(records) == len({one.name for one in records}) == 18
    assert all(one.used_by and one.source for one in records)
    assert {one.kind for one in records} == {"literature", "assumption"}
    fixed = [one.name for one in records if one.low is None]
    assert fixed == ["employer_contributions"], "what the law says is not uncertain"


def test_other_numbers_in_the_place_of_prices(tmp_path: Path) -> None:
    run, model = read_model(write_tiny(tmp_path, RUN))
    changed = with_prices(run, {"healer_pay": 70_000, "discount_rate": 0.05})
    before, after = resolve_costs(run, model), resolve_costs(changed, assemble(changed))
    assert before is not None
    assert after is not None
    healer = [state.name for state in model.professions[0].states].index("healer")
    assert before.professions["healer"].pay[healer] == 60_000
    assert after.professions["healer"].pay[healer] == 70_000
    assert after.professions["healer"].pools[0].supervisor_pay == 70_000
    assert (before.discount_rate, after.discount_rate) == (0.03, 0.05)
    assert changed.prices["healer_pay"].spec.value == 70_000
    assert changed.prices["healer_pay"].spec.source == run.prices["healer_pay"].spec.source
    assert assemble(changed) == model, "prices are no part of the model"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"heeler_pay": 1}, "did you mean 'healer_pay'?"),
        ({"healer_pay": -1}, "costs: healer_pay: -1 is out of range for sek_per_month"),
        ({"discount_rate": 0.3}, "costs: discount_rate: 0.3 is out of range for share; expected 0 to 0.2"),
    ],
)
def test_wrong_prices_are_refused(values: dict[str, float], words: str, tmp_path: Path) -> None:
    run = load_run(write_tiny(tmp_path, RUN))
    with pytest.raises(UserError) as caught:
        with_prices(run, values)
    assert words in str(caught.value)


def test_a_run_without_prices_has_none(tmp_path: Path) -> None:
    run, model = read_model(write_tiny(tmp_path, BARE_RUN))
    assert resolve_costs(run, model) is None
    assert run.prices == {}
    with pytest.raises(UserError, match="a run file with `costs`"):
        with_prices(run, {"healer_pay": 1})


def test_a_record_is_replaced_as_a_whole_and_the_rest_is_inherited(tmp_path: Path) -> None:
    write_tiny(tmp_path, RUN)
    upper = tmp_path / "upper.yaml"
    record = "{unit: sek_per_month, value: 65000, source: {assumption: Invented for this test}}"
    upper.write_text(
        f"name: upper\nextends: tiny.yaml\ncosts:\n  prices:\n    healer_pay: {record}\n", encoding="utf-8"
    )
    run = load_run(upper)
    assert run.prices["healer_pay"].spec.value == 65_000
    assert run.prices["healer_pay"].spec.low is None
    assert run.prices["healer_pay"].layer.endswith("upper.yaml")
    assert run.prices["trainee_pay"].spec.value == 40_000
    assert list(run.prices)[:2] == ["discount_rate", "employer_contributions"]


def test_prices_of_shipped_professions_that_are_not_in_the_run_are_left_alone(repository: Path) -> None:
    path = Path("few.yaml")
    path.write_text(
        f"name: few\nextends: {repository / 'configs' / 'baseline.yaml'}\nprofessions: [physiotherapist]\n"
        "guideline: {profession: physiotherapist}\n",
        encoding="utf-8",
    )
    run, model = read_model(path)
    costs = resolve_costs(run, model)
    assert costs is not None
    assert set(costs.professions) == {"physiotherapist"}


def test_prices_with_a_range_are_unknowns_like_others(tmp_path: Path) -> None:
    unsure = RUN.replace("value: 60000,", "value: 60000, low: 50000, high: 70000,")
    run = load_run(write_tiny(tmp_path, unsure))
    priors = {one.path: one for one in priors_of(run) if one.path.startswith("costs.")}
    assert set(priors) == {"costs.healer_pay"}
    assert (priors["costs.healer_pay"].low, priors["costs.healer_pay"].high) == (50_000, 70_000)
    changed = with_values(run, {"costs.healer_pay": 61_000.0, "costs.post": 1.0})
    assert changed.prices["healer_pay"].spec.value == 61_000
    assert changed.prices["post"].spec.value == 1
    assert resolve_costs(changed, assemble(changed)) != resolve_costs(run, assemble(run))
    assert with_values(run, {}).prices == run.prices
