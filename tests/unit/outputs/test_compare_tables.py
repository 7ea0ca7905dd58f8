"""Tables of a comparison: as declared, consistent with each other and with counts taken by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from careersim.flows.areas import AREA_CODES
from careersim.flows.workforce import group_counts
from careersim.outputs.columns import check_columns, empty_table
from careersim.outputs.compare_columns import COMPARISON_OPTIONAL, COMPARISON_TABLES
from tests.unit.compared import comparison

TABLES = comparison().tables


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs" / "reference" / "outputs.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted({*COMPARISON_TABLES} - {*COMPARISON_OPTIONAL}))
def test_tables_are_as_declared_and_have_rows_of_every_scenario(name: str) -> None:
    check_columns(name, TABLES[name].lazy(), COMPARISON_TABLES)
    check_columns(name, empty_table(name, COMPARISON_TABLES).lazy(), COMPARISON_TABLES)
    assert TABLES[name]["scenario"].unique(maintain_order=True).to_list() == ["more", "entrants"]
    assert set(TABLES[name]["replications"]) == {6}


def test_every_table_and_manifest_key_is_explained(page: str) -> None:
    words = [f"`{name}.parquet`" for name in COMPARISON_TABLES]
    words += [f"`{key}`" for key in (*comparison().manifest, "touched", "same_before")]
    assert [word for word in words if word not in page] == []


def test_every_column_has_unit_and_label() -> None:
    for columns in COMPARISON_TABLES.values():
        assert all(column.unit and column.label for column in columns)
        assert len({column.name for column in columns}) == len(columns)


@pytest.mark.parametrize("measure", ["headcount", "fte"])
@pytest.mark.parametrize("group", ["workforce", "trainees"])
def test_differences_are_those_of_the_counts(group: str, measure: str) -> None:
    found = comparison()
    one, two = (
        group_counts(series["healer"], group, measure) for series in (found.baseline, found.scenarios["more"])
    )
    rows = TABLES["differences"].filter(scenario="more", group=group, measure=measure)
    for code, area in (("00", 0), ("23", AREA_CODES.index("23"))):
        row = rows.filter(county_code=code, year=2030).row(0, named=True)
        differences = (two - one)[:, -1, area]
        assert row["difference_mean"] == pytest.approx(differences.mean())
        assert row["baseline_p50"] == np.median(one[:, -1, area])
        assert row["difference_p2_5"] == pytest.approx(np.quantile(differences, 0.025))
        assert row["mean_low"] <= row["difference_mean"] <= row["mean_high"]


def test_the_mean_differences_of_counties_add_up() -> None:
    rows = TABLES["differences"].filter(measure="headcount")
    keys = ["scenario", "group", "year"]
    counties = rows.filter(pl.col("county_code") != "00").group_by(keys).agg(pl.col("difference_mean").sum())
    both = rows.filter(county_code="00").join(counties, on=keys)
    assert len(both) == 2 * 2 * 8
    assert np.allclose(both["difference_mean"], both["difference_mean_right"])


def test_mcnemar_counts_are_all_replications_and_agree_with_runs() -> None:
    rows = TABLES["guideline_differences"]
    for when in ("in_year", "by_year"):
        cells = [f"{when}_{name}" for name in ("both", "only_baseline", "only_scenario", "neither")]
        assert (rows.select(pl.sum_horizontal(cells)).to_series() == 6).all()
        change = (rows[f"{when}_only_scenario"] - rows[f"{when}_only_baseline"]) / 6
        assert np.allclose(change, rows[f"{when}_change"])
    assert (rows["by_year_neither"] <= rows["in_year_neither"]).all()


def test_persons_add_up_to_the_stocks_of_both_runs() -> None:
    found = comparison()
    for name in ("more", "entrants"):
        persons = TABLES["persons"].filter(scenario=name)
        for run, series in (("baseline", found.baseline), ("scenario", found.scenarios[name])):
            stock = series["healer"].stock[:, -1].sum(axis=(2, 3)).mean(axis=0)
            states = [state.name for state in series["healer"].profession.states]
            told = dict(persons.group_by(f"{run}_state").agg(pl.col("mean").sum()).iter_rows())
            assert {state: told.get(state, 0.0) for state in states} == pytest.approx(
                dict(zip(states, stock, strict=True))
            )


def test_only_a_lever_on_entry_adds_persons() -> None:
    persons = TABLES["persons"]
    added = persons.filter(pl.col("baseline_state").is_null())
    assert set(added["scenario"]) == {"entrants"}
    assert added["mean"].sum() == 2 * 21 * 5  # two in every county from 2026 to 2030
    assert added["county_changed"].null_count() == len(added)
    assert persons["scenario_state"].null_count() == 0


def test_changed_careers_are_the_same_in_both_tables() -> None:
    for name in ("more", "entrants"):
        both = TABLES["persons"].filter(scenario=name).drop_nulls("baseline_state")
        last = TABLES["careers_changed"].filter(scenario=name, year=2030).row(0, named=True)
        changed = both.filter("career_changed")["mean"].sum()
        assert last["mean"] == pytest.approx(changed)
        assert last["share"] == pytest.approx(changed / both["mean"].sum(), rel=0.01)
        years = TABLES["careers_changed"].filter(scenario=name)
        assert years["first_mean"].sum() == pytest.approx(last["mean"])
    assert TABLES["careers_changed"].filter(scenario="more")["first_mean"].sum() > 0


def test_shares_of_what_binds_add_up() -> None:
    for run in ("baseline", "scenario"):
        shares = [f"{run}_{kind}" for kind in ("posts", "supervisors", "applicants")]
        assert np.allclose(TABLES["binding"].select(pl.sum_horizontal(shares)).to_series(), 1)


def test_the_formula_counts_an_eighth_of_the_added_trainees_of_every_year() -> None:
    found = comparison()
    one, two = (
        group_counts(series["healer"], "trainees", "headcount")
        for series in (found.baseline, found.scenarios["more"])
    )
    expected = np.median((two - one)[:, :-1].cumsum(axis=1) / 8, axis=0)
    for position, year in enumerate(range(2024, 2031)):
        rows = TABLES["simple_differences"].filter(scenario="more", year=year)
        assert rows["county_code"].to_list() == list(AREA_CODES)
        assert np.allclose(rows["simple_p50"], expected[position])
    workforce = TABLES["differences"].filter(
        scenario="more", group="workforce", measure="headcount", year=2030
    )
    last = TABLES["simple_differences"].filter(scenario="more", year=2030)
    assert np.allclose(last["simulated_p50"], workforce["difference_p50"])


def test_another_list_size_changes_coverage_and_nobody(tmp_path: Path) -> None:
    from careersim.compare import compare
    from tests.unit.compared import write_scenario
    from tests.unit.outputs.tiny import write_tiny

    more = "guideline: {inhabitants_per_specialist: 2200, inhabitants_per_trainee: 1100}\n"
    found = compare(write_tiny(tmp_path), write_scenario(tmp_path, "lists", more=more), replications=2)
    assert not found.tables["persons"]["career_changed"].any()
    rows = found.tables["guideline_differences"]
    assert np.allclose(rows["scenario_p50"], 2 * rows["baseline_p50"])
