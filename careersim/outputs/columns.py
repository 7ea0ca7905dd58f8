"""The column dictionary: every table of a run folder, declared once with dtype, unit and label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

import polars as pl

from careersim.errors import InternalError

__all__ = [
    "TABLES",
    "TableColumn",
    "Tables",
    "check_columns",
    "dictionary",
    "empty_table",
    "statistics_columns",
    "uncertainty_columns",
]


@dataclass(frozen=True)
class TableColumn:
    """One column: `dtype` is the name of a polars type."""

    name: str
    dtype: str
    unit: str
    label: str


Tables: TypeAlias = Mapping[str, tuple[TableColumn, ...]]
"""Columns by name of the table."""


def _text(name: str, label: str) -> TableColumn:
    return TableColumn(name, "String", "name", label)


def _share(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Float64", "share, 0 to 1", label)


def _year(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Int32", "calendar year", label)


_PROFESSION = _text("profession", "Profession")
_COUNTY = TableColumn("county_code", "String", "code", "County; 00 = Sweden, 99 = abroad (not part of 00)")
_YEAR = _year("year", "Year; stocks are of its end (November), flows of the whole year")
_REPLICATION = TableColumn("replication", "Int32", "number from 0", "Replication")
_REPLICATIONS = TableColumn("replications", "Int32", "number", "Replications that are summarised")
_READING = TableColumn(
    "reading", "String", "name", "Reading of the guideline: list, ratio (or both: does not depend on it)"
)
_SUBJECT = TableColumn("subject", "String", "name", "Who is asked for: both, specialists, trainees")
_BASIS = TableColumn("basis", "String", "name", "Counted by headcount or in full-time equivalents (fte)")


_SIMPLE_UNIT = "persons, years, or a ratio; by quantity"
_SIMPLE_LABELS = {
    "simple": "The calculation; median over replications where it starts from simulated stocks",
    "simple_low": "Lower end: 10 % of replications, or what the rounding of published figures leaves",
    "simple_high": "Upper end: 90 % of replications, or what the rounding of published figures leaves",
    "simulated_p10": "Simulation: 10 % quantile (null = not within the run)",
    "simulated_p50": "Simulation: median",
    "simulated_p90": "Simulation: 90 % quantile",
    "difference_p10": "Simulation less calculation, replication by replication: 10 % quantile",
    "difference_p50": "Simulation less calculation: median",
    "difference_p90": "Simulation less calculation: 90 % quantile",
}


def statistics_columns(unit: str) -> tuple[TableColumn, ...]:
    """Declare what `careersim.flows.summary.tidy` gives."""
    labels = {
        "mean": "Mean over replications",
        "sd": "Standard deviation between replications (null for one)",
        "p2_5": "2.5 % quantile over replications (type 7), lower end of the 95 % interval",
        "p10": "10 % quantile, lower end of the 80 % interval",
        "p50": "Median",
        "p90": "90 % quantile, upper end of the 80 % interval",
        "p97_5": "97.5 % quantile, upper end of the 95 % interval",
    }
    return (*(TableColumn(name, "Float64", unit, label) for name, label in labels.items()), _REPLICATIONS)


def _mean(name: str, unit: str, label: str) -> TableColumn:
    return TableColumn(f"mean_{name}", "Float64", unit, f"{label}; mean over replications")


def uncertainty_columns(*, of_scenarios: bool) -> tuple[TableColumn, ...]:
    """Columns of the table of a comparison, or without `scenario` of a run.

    Parameters
    ----------
    of_scenarios
        Whether the numbers are differences, scenario less baseline.
    """
    unit = "persons, or full-time equivalents"
    texts = [
        ("profession", "name", "Profession"),
        ("county_code", "code", "County; 00 = Sweden"),
        ("group", "name", "workforce (states that serve, without trainees) or trainees"),
        ("measure", "name", "headcount or fte (trainees on leave without working time)"),
    ]
    if of_scenarios:
        texts.insert(
            0, ("scenario", "name", "Scenario, by the name in its run file; numbers are differences")
        )
    numbers = {
        "mean": "Mean over all draws and replications",
        "mean_low": "Lower end of the 95 % confidence interval of the mean (Student's t, means of draws)",
        "mean_high": "Upper end of it (both null for one draw)",
        "chance_sd": "Standard deviation by chance alone (null for one replication a draw)",
        "parameters_sd": "Standard deviation by parameters alone (null for one draw or replication a draw)",
        "chance_low": "Lower end of the 95 % interval by chance alone, at known parameters, around the mean",
        "chance_high": "Upper end of it",
        "parameters_low": "Lower end of the 95 % interval of what is expected, by parameters alone",
        "parameters_high": "Upper end of it",
        "both_low": "Lower end of the 95 % interval of results, by parameters and chance",
        "both_high": "Upper end of it",
    }
    return (
        *(TableColumn(name, "String", kind, label) for name, kind, label in texts),
        TableColumn("year", "Int32", "calendar year", "Year; stocks are of its end (November)"),
        *(TableColumn(name, "Float64", unit, label) for name, label in numbers.items()),
        TableColumn(
            "parameters_share", "Float64", "share, 0 to 1",
            "Part of the variance that parameters make (null where nothing varies)",
        ),
        TableColumn(
            "truncated", "Boolean", "true or false",
            "Whether parameters_sd was put to 0 because means of draws differ less than chance explains",
        ),
        TableColumn("draws", "Int32", "number", "Sets of parameter values"),
        TableColumn("replications", "Int32", "number", "Replications of each draw"),
    )  # fmt: skip


TABLES: Tables = {
    "workforce": (
        _PROFESSION,
        _COUNTY,
        _text("group", "workforce (states that serve, without trainees) or trainees"),
        _YEAR,
        TableColumn("measure", "String", "name", "headcount or fte (trainees on leave without working time)"),
        *statistics_columns("persons, or full-time equivalents"),
    ),
    "stocks": (
        _PROFESSION,
        _COUNTY,
        _text("state", "Position in the career graph"),
        _YEAR,
        TableColumn(
            "measure",
            "String",
            "name",
            "headcount, or fte where working time is modelled (on leave: contracted)",
        ),
        *statistics_columns("persons, or full-time equivalents"),
    ),
    "flows": (
        _PROFESSION,
        _COUNTY,
        _YEAR,
        _text("kind", "left, arrived (ends of a transition), moved_out, moved_in, entered"),
        _text("name", "Transition or entry stream; empty for relocations"),
        _text("from_state", "State before; empty for entrants"),
        _text("to_state", "State after"),
        *statistics_columns("persons per year"),
    ),
    "guideline": (
        _PROFESSION,
        _COUNTY,
        _YEAR,
        _READING,
        _BASIS,
        _text("indicator", "What is measured"),
        *statistics_columns("persons, full-time equivalents, inhabitants, or a ratio; by indicator"),
    ),
    "guideline_met": (
        _PROFESSION,
        _COUNTY,
        _YEAR,
        _READING,
        _SUBJECT,
        _BASIS,
        _share("in_year", "Share of replications, at fixed parameters, that meet it at the end of the year"),
        _share("in_year_low", "Lower end of its 95 % Wilson interval"),
        _share("in_year_high", "Upper end of its 95 % Wilson interval"),
        _share(
            "by_year",
            "Share of replications that have met it at the end of this or an earlier year of the run",
        ),
        _share("by_year_low", "Lower end of its 95 % Wilson interval"),
        _share("by_year_high", "Upper end of its 95 % Wilson interval"),
        _REPLICATIONS,
    ),
    "guideline_first_year": (
        _PROFESSION,
        _COUNTY,
        _READING,
        _SUBJECT,
        _BASIS,
        _year(
            "median_year", "First year by which half of the replications have met it; null = never in the run"
        ),
        _year("p10_year", "First year by which 10 % of the replications have met it"),
        _year("p90_year", "First year by which 90 % of the replications have met it"),
        _share("never", "Share of replications that never meet it within the run"),
        _share("never_low", "Lower end of its 95 % Wilson interval"),
        _share("never_high", "Upper end of its 95 % Wilson interval"),
        _year("last_year", "Last year of the run"),
        _REPLICATIONS,
    ),
    "simple_systems": (
        _PROFESSION,
        _COUNTY,
        _year("year", "Year that both are about; for years_to_full the year from which they count"),
        _text("system", "Published calculation: dlf, simplified-model, no-change, scb-projection, ..."),
        _text("quantity", "specialists, specialists_per_trainee, coverage, years_to_full, workforce, demand"),
        _year("base_year", "Year that the calculation starts from"),
        *(TableColumn(name, "Float64", _SIMPLE_UNIT, label) for name, label in _SIMPLE_LABELS.items()),
        _REPLICATIONS,
    ),
    "constraints": (
        _PROFESSION,
        _text("pool", "Capacity pool"),
        _COUNTY,
        _YEAR,
        _share("posts", "Replications (00: and counties) in which the number of posts binds"),
        _share("supervisors", "Replications in which supervision binds"),
        _share("applicants", "Replications in which there are too few applicants to bind anything"),
        _text("most_common", "Which of the three is most common"),
        _mean("posts", "posts", "Funded posts (null = no limit)"),
        _mean("supervisor_limit", "posts", "Trainees that can be supervised (null = no limit)"),
        _mean("occupied_before", "persons", "Posts taken before the year's applications"),
        _mean("open", "posts", "Posts open to applicants (null = no limit)"),
        _mean("first_wishes", "persons per year", "Applicants whose first wish this is"),
        _mean("filled", "persons per year", "Posts filled"),
        _mean("rejected", "persons per year", "Proposals turned down"),
        _REPLICATIONS,
    ),
    "durations": (
        _PROFESSION,
        _text("measure", "From which step to which"),
        TableColumn("cohort_by", "String", "name", "Cohort of the first step (start) or of the last (end)"),
        _year("cohort", "Year of that step"),
        TableColumn("persons", "Float64", "persons", "Persons in the cohort; mean over replications"),
        _share("completed", "Share who reached the last step within the run"),
        TableColumn("mean_years", "Float64", "years", "Mean of those who reached it"),
        TableColumn(
            "median_years",
            "Int32",
            "years",
            "Kaplan-Meier median, net: as if nobody left (null = not reached)",
        ),
        TableColumn("longest", "Int32", "years", "Longest duration that could have been seen"),
        _REPLICATIONS,
    ),
    "costs": (
        _text("lever", "Lever that the cost belongs to"),
        _PROFESSION,
        _COUNTY,
        _YEAR,
        _text("item", "What is paid for"),
        *statistics_columns("SEK per year"),
    ),
    "replications": (
        _PROFESSION,
        _REPLICATION,
        _COUNTY,
        _text("state", "Position in the career graph"),
        _YEAR,
        TableColumn("headcount", "Int32", "persons", "Persons"),
        TableColumn(
            "fte",
            "Float64",
            "full-time equivalents",
            "Working time, on leave as contracted; null if not modelled",
        ),
    ),
    "events": (
        TableColumn("person_id", "UInt64", "key", "Person, stable for life"),
        _PROFESSION,
        _REPLICATION,
        _year("year", "Year of the event"),
        _text("kind", "exit, relocation, working_time, completion, seat, entry"),
        _text("from_state", "State before; null for entries and changes of working time"),
        _text("to_state", "State after; null for changes of working time"),
        TableColumn("from_county", "String", "code", "County before; 99 = abroad"),
        TableColumn("to_county", "String", "code", "County after; 99 = abroad"),
        TableColumn("from_percent", "Int32", "percent of full time", "Working time before, if it changed"),
        TableColumn("to_percent", "Int32", "percent of full time", "Working time after, if it changed"),
    ),
    "uncertainty": uncertainty_columns(of_scenarios=False),
}


def check_columns(name: str, table: pl.LazyFrame, tables: Tables = TABLES) -> None:
    """Refuse a table that is not as declared, without computing it.

    Raises
    ------
    InternalError
        If names, order or dtypes differ.
    """
    declared = {column.name: column.dtype for column in tables[name]}
    found = {column: str(dtype) for column, dtype in table.collect_schema().items()}
    if list(found.items()) != list(declared.items()):
        raise InternalError(f"table {name} has columns {found}, declared are {declared}")


def empty_table(name: str, tables: Tables = TABLES) -> pl.DataFrame:
    """A table without rows, as declared."""
    return pl.DataFrame(schema={column.name: getattr(pl, column.dtype) for column in tables[name]})


def dictionary(tables: Tables = TABLES) -> dict[str, list[dict[str, str]]]:
    """All tables as plain data, for `columns.json`."""
    return {name: [asdict(column) for column in columns] for name, columns in tables.items()}
