"""Costs of a comparison: nothing where nothing differs, additive, with the prices that each run gives."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.compare import compare
from careersim.errors import InternalError, UserError
from careersim.flows.costs import cost_arrays, over_years
from careersim.flows.ratio import VERDICTS
from careersim.model.assemble import read_model
from careersim.model.costs import resolve_costs
from careersim.outputs.compare_deadweight import deadweight_table
from careersim.outputs.compare_text import comparison_headline
from careersim.simulate import simulate
from tests.unit.compared import NEUTRAL, POSTS, SOURCE, STAY_BONUS, comparison, write_scenario
from tests.unit.outputs.tiny import BARE_RUN, CAREER, COSTS, RUN, tiny_result, write_tiny

TABLES = comparison().tables
STATISTICS = ["baseline_p50", "scenario_p50", "difference_mean"]


def test_a_neutral_scenario_costs_nothing_at_all(tmp_path: Path) -> None:
    found = compare(
        write_tiny(tmp_path), write_scenario(tmp_path, "neutral", NEUTRAL["rate"]), replications=3
    )
    for name in ("cost_differences", "cost_totals"):
        columns = [one for one in found.tables[name].columns if one.startswith("difference")]
        assert (found.tables[name].select(pl.all_horizontal(pl.col(columns) == 0).all())).item(), name
    assert set(found.tables["cost_effectiveness"]["verdict"]) == {"none"}
    assert found.tables["deadweight"].is_empty()


def test_mean_differences_add_up_over_counties_and_components() -> None:
    for name, when in (("cost_differences", "year"), ("cost_totals", "discounting")):
        table = TABLES[name]
        keys = ["scenario", "profession", when]
        counties = (
            table.filter(pl.col("county_code") != "00")
            .group_by(*keys, "item")
            .agg(pl.col("difference_mean").sum().alias("sum"))
        )
        both = table.filter(county_code="00").join(counties, on=[*keys, "item"])
        assert len(both) == len(table.filter(county_code="00"))
        assert np.allclose(both["difference_mean"], both["sum"], atol=1e-3)
        parts = (
            table.filter(pl.col("item") != "total")
            .group_by(*keys, "county_code")
            .agg(pl.col("difference_mean").sum().alias("sum"))
        )
        totals = table.filter(item="total").join(parts, on=[*keys, "county_code"])
        assert np.allclose(totals["difference_mean"], totals["sum"], atol=1e-3)


def test_totals_are_the_discounted_years() -> None:
    years = TABLES["cost_differences"].filter(scenario="more", county_code="00", item="posts")
    assert years["difference_mean"].abs().sum() > 0
    for kind, rate in (("undiscounted", 0.0), ("discounted", 0.03)):
        row = TABLES["cost_totals"].filter(scenario="more", county_code="00", item="posts", discounting=kind)
        weights = (1 + rate) ** (2025.0 - years["year"].to_numpy())
        assert row["difference_mean"][0] == pytest.approx(
            (years["difference_mean"].to_numpy() * weights).sum()
        )


def test_the_ratio_is_that_of_the_means() -> None:
    rows = TABLES["cost_effectiveness"].filter(pl.col("cost_per_fte_year").is_not_null())
    assert len(rows) > 0
    assert np.allclose(rows["cost_per_fte_year"], rows["cost_mean"] / rows["added_fte_years_mean"])
    assert (rows["ratio_low"] <= rows["cost_per_fte_year"]).all()
    assert (rows["cost_per_fte_year"] <= rows["ratio_high"]).all()
    assert set(TABLES["cost_effectiveness"]["verdict"]) <= set(VERDICTS)
    total = TABLES["cost_totals"].filter(item="total", county_code="00")
    costs = TABLES["cost_effectiveness"].filter(basis="total", county_code="00")
    assert costs.join(total, on=["scenario", "discounting"])["replications"].len() == 6
    assert np.allclose(costs["cost_mean"], total["difference_mean"])


def test_the_run_has_the_same_costs() -> None:
    table = tiny_result().tables["costs"].collect()
    assert set(table["item"]) == {"posts", "supervision", "bonus", "pay_bill", "total"}
    nation = table.filter(county_code="00", item="total", year=2030)
    parts = table.filter(pl.col("item") != "total", county_code="00", year=2030)
    assert nation["mean"][0] == pytest.approx(parts["mean"].sum())
    assert any("prices are assumptions" in note for note in tiny_result().manifest["notes"])


def test_paid_persons_are_those_that_the_engine_counted(tmp_path: Path) -> None:
    rows = TABLES["deadweight"].filter(county_code="00").row(0, named=True)
    series = comparison().scenarios["bonus"]["healer"]
    paid = series.contracts[:, :, 0, :, 0].sum(axis=(1, 2)).mean() * 6_000 * 12 * 1.3142
    assert rows["paid_mean"] == pytest.approx(paid)
    assert 0 < rows["share_low"] <= rows["deadweight_share"] <= rows["share_high"] <= 1
    assert rows["deadweight_share"] == pytest.approx(rows["deadweight_mean"] / rows["paid_mean"])
    total = TABLES["cost_totals"].filter(
        scenario="bonus", item="bonus", county_code="00", discounting="undiscounted"
    )
    assert total["difference_mean"][0] == pytest.approx(paid, abs=30)  # each county and year to the krona


def test_a_bonus_nobody_answers_is_all_deadweight(tmp_path: Path) -> None:
    dull = STAY_BONUS.replace("value: 4,", "value: 0,").replace("value: 2,", "value: 0,")
    dull = dull.replace("low: 1", "low: 0")
    found = compare(write_tiny(tmp_path), write_scenario(tmp_path, "dull", dull), replications=3)
    row = found.tables["deadweight"].filter(county_code="00").row(0, named=True)
    assert row["paid_mean"] > 0
    assert (row["deadweight_share"], row["share_low"], row["share_high"]) == (1, 1, 1)
    verdicts = found.tables["cost_effectiveness"].filter(county_code="00")["verdict"]
    assert set(verdicts) == {"not_defined_costs_more"}
    assert "Cost per added full-time year: not defined: costs more" in " ".join(found.summary().split())


def test_a_bonus_of_the_baseline_is_not_the_scenarios(tmp_path: Path) -> None:
    write_tiny(tmp_path)
    base = write_scenario(tmp_path, "base", STAY_BONUS)
    other = tmp_path / "further.yaml"
    other.write_text(f"name: further\nextends: base.yaml\nlevers:\n{POSTS}", encoding="utf-8")
    found = compare(base, other, replications=2)
    assert found.tables["deadweight"].is_empty()


def test_persons_that_were_not_counted_stop_everything() -> None:
    """A planted fault: one contract more than the persons show."""
    found = comparison()
    series = found.scenarios["bonus"]["healer"]
    contracts = series.contracts.copy()
    contracts[0, 4, 0, 0, 0] += 1
    wrong = replace(series, contracts=contracts)
    from careersim.experiment.careers import CareerTally
    from careersim.model.costs import Costs

    paid = series.contracts.astype(np.int64).copy()
    tallies = tuple(CareerTally(np.zeros(0), np.zeros(0), one) for one in paid)
    costs = Costs(2023, 0.03, 2025, 0.3142, 0.0, 0.0, {})
    before = found.baseline["healer"]
    assert len(deadweight_table(before, series, tallies, [costs], "bonus")) == 22
    with pytest.raises(InternalError, match="not those that were counted"):
        deadweight_table(before, wrong, tallies, [costs], "bonus")


def test_one_year_contracts_of_incumbents_are_told_to_be_unknown(tmp_path: Path) -> None:
    short = STAY_BONUS.replace("commitment_years: 3", "commitment_years: 1")
    found = compare(write_tiny(tmp_path), write_scenario(tmp_path, "short", short), replications=2)
    row = found.tables["deadweight"].filter(county_code="00").row(0, named=True)
    assert row["paid_mean"] > 0
    assert row["deadweight_mean"] is row["deadweight_share"] is row["share_low"] is None
    assert "one-year contracts leave no trace" in " ".join(found.summary().split())


def test_without_prices_there_are_no_costs_and_a_note_says_how_to_give_them(tmp_path: Path) -> None:
    found = compare(write_tiny(tmp_path, BARE_RUN), write_scenario(tmp_path, "more", POSTS), replications=2)
    assert all(
        found.tables[name].is_empty() for name in ("cost_differences", "cost_totals", "cost_effectiveness")
    )
    assert "the baseline gives no prices (key `costs`" in " ".join(found.summary().split())
    alone = simulate(write_tiny(tmp_path, BARE_RUN), replications=1)
    assert alone.tables["costs"].collect().is_empty()
    assert any("costs.parquet is empty" in note for note in alone.manifest["notes"])


def test_a_scenario_without_prices_takes_those_of_the_baseline(tmp_path: Path) -> None:
    base = write_tiny(tmp_path)
    bare = tmp_path / "bare.yaml"
    bare.write_text(BARE_RUN.replace("name: tiny", "name: bare"), encoding="utf-8")
    found = compare(base, bare, replications=2)
    assert found.tables["cost_totals"]["difference_mean"].abs().sum() == 0
    assert found.tables["cost_totals"]["baseline_p50"].sum() > 0


def test_a_scenario_may_pay_more(tmp_path: Path) -> None:
    record = f"{{unit: sek_per_month, value: 66000, {SOURCE}}}"
    scenario = write_scenario(tmp_path, "raise", more=f"costs: {{prices: {{healer_pay: {record}}}}}\n")
    found = compare(write_tiny(tmp_path), scenario, replications=2)
    rows = found.tables["cost_totals"].filter(item="pay_bill", county_code="00", discounting="undiscounted")
    assert rows["difference_mean"][0] == pytest.approx(0.1 * rows["baseline_p50"][0], rel=0.2)
    assert rows["difference_mean"][0] > 0


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("price_year", "2024", "costs.price_year: 2024 cannot be compared with 2023 of the baseline"),
        ("discount_from", "2020", "costs.discount_from: 2020 cannot be compared with 2025"),
        ("discount_rate", f"{{unit: share, value: 0.04, {SOURCE}}}", "costs.discount_rate: 0.04 cannot"),
    ],
)
def test_kronor_of_another_kind_are_refused(key: str, value: str, words: str, tmp_path: Path) -> None:
    scenario = write_scenario(tmp_path, "other", more=f"costs: {{{key}: {value}}}\n")
    with pytest.raises(UserError) as caught:
        compare(write_tiny(tmp_path), scenario, replications=2)
    assert words in str(caught.value)
    assert COSTS


def test_the_headline_has_costs_of_sweden() -> None:
    found = comparison()
    told = json.loads(json.dumps(comparison_headline(found.tables, found.manifest), allow_nan=False))
    for name in ("cost_totals", "cost_effectiveness", "deadweight"):
        assert {row["county_code"] for row in told[name]} == {"00"}, name


def test_prices_are_drawn_with_the_other_numbers(tmp_path: Path) -> None:
    """Between draws of the prices alone the pay bill differs, and nobody's life does."""
    (tmp_path / "healer.yaml").write_text(CAREER.replace("low: 0.5, high: 0.9, ", ""), encoding="utf-8")
    base = tmp_path / "tiny.yaml"
    unsure = RUN.replace("value: 60000,", "value: 60000, low: 50000, high: 70000,")
    base.write_text(unsure, encoding="utf-8")
    found = compare(base, write_scenario(tmp_path, "more", POSTS), replications=2, draws=3)
    assert (found.manifest["draws"]["numbers"], found.manifest["draws"]["at_central"]) == (1, 0)
    rows = found.tables["cost_totals"].filter(item="pay_bill", county_code="00", discounting="discounted")
    assert rows["replications"].to_list() == [6]
    # With the central price in every draw, the same counts cost something else.
    run, model = read_model(base)
    central = resolve_costs(run, model)
    assert central is not None
    one = cost_arrays(found.baseline["healer"], central)
    assert one is not None
    bill = over_years(one.component("pay_bill"), one.weights)[:, 0]
    assert abs(rows["baseline_p50"][0] / np.median(bill) - 1) > 0.001
    assert rows["difference_se"][0] > 0
    assert "Prices of the run files are drawn" in " ".join(found.summary().split())
