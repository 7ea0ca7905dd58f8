"""Stocks, flows, workforce and events as tables: areas add up, and people abroad are nowhere in Sweden."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from careersim.engines.journal import EVENT_KINDS
from careersim.flows.event_table import event_table
from careersim.flows.flow_table import flow_table
from careersim.flows.stocks import replication_stocks, stock_table
from careersim.flows.workforce import workforce_table
from tests.unit.flows import village


def emigrating() -> list:
    records = [village.start_record()]
    while records[-1].year < village.LAST:
        records.append(village.next_record(records[-1], completed=0, emigrated=1))
    return records


def mean(table: pl.DataFrame, **where: object) -> float:
    return table.row(by_predicate=pl.all_horizontal(*(pl.col(k) == v for k, v in where.items())), named=True)[
        "mean"
    ]


def test_stocks_of_counties_add_up_to_the_nation() -> None:
    table = stock_table(village.series(village.life(), village.life(extra=3)))
    nation = table.filter(pl.col("county_code") == "00").select("state", "year", "measure", "mean")
    rest = table.filter(~pl.col("county_code").is_in(["00", "99"]))
    summed = rest.group_by("state", "year", "measure").agg(pl.col("mean").sum())
    joined = nation.join(summed, on=["state", "year", "measure"], validate="1:1")
    assert joined.height == nation.height
    assert (joined["mean"] - joined["mean_right"]).abs().max() < 1e-9


def test_states_abroad_have_one_row_a_year_and_are_not_in_the_nation() -> None:
    table = stock_table(village.series(emigrating()))
    abroad = table.filter(pl.col("state") == "abroad", pl.col("measure") == "headcount")
    assert abroad["county_code"].unique().to_list() == ["99"]
    assert abroad.sort("year")["mean"].to_list() == [0, 1, 2, 3]


def test_working_time_is_reported_where_it_is_modelled() -> None:
    table = stock_table(village.series(village.life()))
    assert set(table.filter(pl.col("measure") == "fte")["state"]) == {"trainee", "leave", "specialist"}
    assert mean(table, state="leave", county_code="01", year=2023, measure="fte") == 0.5
    listed = replication_stocks(village.series(village.life()))
    assert listed.filter(pl.col("state") == "student")["fte"].null_count() == 4 * 22


def test_replications_are_listed_one_by_one() -> None:
    listed = replication_stocks(village.series(village.life(), village.life(extra=3)))
    now = listed.filter(
        pl.col("state") == "specialist", pl.col("county_code") == "00", pl.col("year") == 2026
    )
    assert now["headcount"].to_list() == [9, 12]


def test_both_ends_of_a_flow_are_reported_at_their_place() -> None:
    table = flow_table(village.series(emigrating()))
    assert table["year"].min() == 2024
    common = {"name": "emigrates", "year": 2025}
    assert mean(table, kind="left", county_code="01", **common) == 1
    assert mean(table, kind="left", county_code="00", **common) == 1
    assert mean(table, kind="arrived", county_code="99", **common) == 1
    assert table.filter(pl.col("kind") == "arrived", pl.col("name") == "emigrates").height == 3
    assert mean(table, kind="moved_in", county_code="03", from_state="specialist", year=2024) == 1
    assert mean(table, kind="entered", county_code="03", name="new", year=2024) == 1
    assert set(table.filter(pl.col("kind").str.starts_with("moved"))["from_state"]) == {"specialist"}


def test_stocks_follow_from_flows_in_the_tables_too() -> None:
    series = village.series(emigrating())
    stocks, flows = stock_table(series), flow_table(series)
    for state, code in (("specialist", "01"), ("specialist", "03"), ("abroad", "99")):
        change = mean(stocks, state=state, county_code=code, year=2025, measure="headcount") - mean(
            stocks, state=state, county_code=code, year=2024, measure="headcount"
        )
        here = flows.filter(pl.col("county_code") == code, pl.col("year") == 2025)
        arrived = here.filter(
            pl.col("kind").is_in(["arrived", "moved_in", "entered"]), pl.col("to_state") == state
        )
        left = here.filter(pl.col("kind").is_in(["left", "moved_out"]), pl.col("from_state") == state)
        assert change == arrived["mean"].sum() - left["mean"].sum()


def test_trainees_on_leave_are_trainees_without_working_time() -> None:
    table = workforce_table(village.series([village.start_record()]))
    assert mean(table, group="trainees", county_code="01", measure="headcount") == 3
    assert mean(table, group="trainees", county_code="01", measure="fte") == 2
    assert mean(table, group="workforce", county_code="00", measure="fte") == 8


@dataclass
class Columns:
    person_id: np.ndarray
    year: np.ndarray
    kind: np.ndarray
    source: np.ndarray
    destination: np.ndarray
    county_from: np.ndarray
    county_to: np.ndarray


def test_events_carry_names() -> None:
    rows = [
        (7, 2024, "entry", village.STUDENT, village.STUDENT, 2, 2),
        (7, 2025, "exit", village.SPECIALIST, village.ABROAD, 2, 2),
        (8, 2025, "working_time", 50, 100, 0, 0),
        (8, 2025, "relocation", village.SPECIALIST, village.SPECIALIST, 0, 20),
    ]
    columns = list(zip(*rows, strict=True))
    columns[2] = tuple(EVENT_KINDS.index(kind) for kind in columns[2])
    dtypes = (np.uint64, np.uint16, *[np.uint8] * 5)
    arrays = [np.array(column, dtype) for column, dtype in zip(columns, dtypes, strict=True)]
    table = event_table(village.PROFESSION, 3, Columns(*arrays), EVENT_KINDS)
    assert [row[4:] for row in table.rows()] == [
        ("entry", None, "student", None, "04", None, None),
        ("exit", "specialist", "abroad", "04", "99", None, None),
        ("working_time", None, None, "01", "01", 50, 100),
        ("relocation", "specialist", "specialist", "01", "25", None, None),
    ]
    assert table["replication"].to_list() == [3] * 4
