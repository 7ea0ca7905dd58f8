"""The column dictionary of a comparison, declared once with dtype, unit and label."""

from __future__ import annotations

from careersim.outputs.columns import TableColumn, Tables, statistics_columns, uncertainty_columns

__all__ = ["COMPARISON_OPTIONAL", "COMPARISON_TABLES"]


def _text(name: str, label: str) -> TableColumn:
    return TableColumn(name, "String", "name", label)


def _share(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Float64", "share, 0 to 1", label)


_SCENARIO = _text("scenario", "Scenario, by the name in its run file")
_PROFESSION = _text("profession", "Profession")
_COUNTY = TableColumn("county_code", "String", "code", "County; 00 = Sweden")
_YEAR = TableColumn("year", "Int32", "calendar year", "Year; stocks are of its end (November)")
_REPLICATIONS = TableColumn("replications", "Int32", "number", "Paired replications")


def _paired(unit: str) -> tuple[TableColumn, ...]:
    labels = {
        "baseline_p50": "Median of the baseline",
        "scenario_p50": "Median of the scenario",
        "difference_mean": "Mean over replications of scenario less baseline in the same replication",
        "difference_se": "Its standard error (paired; null for one replication)",
        "mean_low": "Lower end of the 95 % confidence interval of the mean difference (Student's t)",
        "mean_high": "Upper end of it",
        "difference_p2_5": "2.5 % quantile of the differences (type 7), lower end of their 95 % interval",
        "difference_p10": "10 % quantile, lower end of their 80 % interval",
        "difference_p50": "Median of the differences",
        "difference_p90": "90 % quantile, upper end of their 80 % interval",
        "difference_p97_5": "97.5 % quantile, upper end of their 95 % interval",
    }
    return (
        *(TableColumn(name, "Float64", unit, label) for name, label in labels.items()),
        TableColumn(
            "variance_reduction",
            "Float64",
            "factor",
            "(variance of baseline + variance of scenario) / variance of the difference: so many times as "
            "many independent replications would be as sure (null where the difference never varies)",
        ),
    )


def _counts(when: str, words: str) -> tuple[TableColumn, ...]:
    labels = {
        "both": "Replications that meet it in both runs",
        "only_baseline": "Replications that meet it only in the baseline",
        "only_scenario": "Replications that meet it only in the scenario",
        "neither": "Replications that meet it in neither",
    }
    return (
        *(
            TableColumn(f"{when}_{name}", "Int32", "replications", f"{label}, {words}")
            for name, label in labels.items()
        ),
        TableColumn(
            f"{when}_change",
            "Float64",
            "share, -1 to 1",
            f"Share that meets it {words}: scenario less baseline",
        ),
    )


def _binding(run: str) -> tuple[TableColumn, ...]:
    labels = {
        "posts": "the number of posts binds",
        "supervisors": "supervision binds",
        "applicants": "there are too few applicants to bind anything",
    }
    return tuple(
        _share(f"{run}_{name}", f"{run.capitalize()}: replications (00: and counties) in which {label}")
        for name, label in labels.items()
    )


COMPARISON_TABLES: Tables = {
    "differences": (
        _SCENARIO,
        _PROFESSION,
        _COUNTY,
        _text("group", "workforce (states that serve, without trainees) or trainees"),
        _text("measure", "headcount or fte (trainees on leave without working time)"),
        _YEAR,
        *_paired("persons, or full-time equivalents"),
        _REPLICATIONS,
    ),
    "guideline_differences": (
        _SCENARIO,
        _PROFESSION,
        _COUNTY,
        _YEAR,
        _text("basis", "Counted by headcount or in full-time equivalents (fte)"),
        *_paired("coverage in the list reading; met at 1"),
        *_counts("in_year", "at the end of the year"),
        *_counts("by_year", "at the end of this or an earlier year of the run"),
        _REPLICATIONS,
    ),
    "persons": (
        _SCENARIO,
        _PROFESSION,
        _text("baseline_state", "State at the end of the run in the baseline; null = not in that run"),
        _text("scenario_state", "State at the end of the run in the scenario; null = not in that run"),
        TableColumn(
            "county_changed", "Boolean", "true or false",
            "Whether the (last) county differs; null for persons of only one run",
        ),
        TableColumn(
            "career_changed", "Boolean", "true or false", "Whether anything differed in any year of the run"
        ),
        *statistics_columns("persons"),
    ),
    "careers_changed": (
        _SCENARIO,
        _PROFESSION,
        TableColumn("year", "Int32", "calendar year", "Year up to whose end careers are compared"),
        *statistics_columns("persons of both runs whose career has differed so far")[:-1],
        _share("share", "The same as a share of all persons of both runs (entrants to come included); mean"),
        TableColumn("first_mean", "Float64", "persons", "Whose career differs from this year on; mean"),
        _REPLICATIONS,
    ),
    "binding": (
        _SCENARIO,
        _PROFESSION,
        _text("pool", "Capacity pool"),
        _COUNTY,
        TableColumn("year", "Int32", "calendar year", "Year of the applications"),
        *_binding("baseline"),
        *_binding("scenario"),
        _REPLICATIONS,
    ),
    "simple_differences": (
        _SCENARIO,
        _PROFESSION,
        _COUNTY,
        _YEAR,
        _text("system", "dlf: DLF's formula, fed every year with the simulated trainees of each run"),
        _text("quantity", "specialists"),
        TableColumn("base_year", "Int32", "calendar year", "Year that the formula starts from"),
        *(
            TableColumn(f"{who}_{mark}", "Float64", "persons", f"{words}: {quantile}")
            for who, words in (
                ("simple", "Scenario less baseline by the formula"),
                ("simulated", "Scenario less baseline in the simulation"),
            )
            for mark, quantile in (("p10", "10 % quantile"), ("p50", "median"), ("p90", "90 % quantile"))
        ),
        _REPLICATIONS,
    ),
    "uncertainty": uncertainty_columns(of_scenarios=True),
}  # fmt: skip

COMPARISON_OPTIONAL = ("uncertainty",)
"""Tables that a complete folder may lack."""
