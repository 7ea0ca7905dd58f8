"""The column dictionary of a study of sensitivity, declared once with dtype, unit and label."""

from __future__ import annotations

from careersim.outputs.columns import TableColumn, Tables

__all__ = ["SENSITIVITY_TABLES"]


def _text(name: str, label: str) -> TableColumn:
    return TableColumn(name, "String", "name", label)


def _share(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Float64", "share, 0 to 1", label)


def _number(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Float64", "unit of the outcome", label)


def _count(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Int32", "number", label)


def _yes(name: str, label: str) -> TableColumn:
    return TableColumn(name, "Boolean", "true or false", label)


_OUTCOME = (
    _text("outcome", "Outcome: measure:profession:area:year"),
    _text("effect_of", "Scenario whose difference to the run is studied (null = the run itself)"),
)
_PARAMETER = (
    _count("rank", "Place among the parameters of this outcome, from 1"),
    _text("parameter", "Uncertain number: profession.parameter, or levers.name.value"),
    _text("gap", "Data gap that it belongs to; other = none of the six"),
)
_SURE = _yes(
    "distinguishable", "Whether the effect can be told from chance, counting how many were tried (5 %)"
)

SENSITIVITY_TABLES: Tables = {
    "outcomes": (
        *_OUTCOME,
        _text("unit", "What the outcome is counted in"),
        _number("mean", "Mean over sets of parameter values"),
        _number("p10", "10 % quantile over sets (of the means over replications)"),
        _number("p50", "Median over sets"),
        _number("p90", "90 % quantile over sets"),
        _number("parameter_sd", "Standard deviation that parameters cause, chance taken off"),
        _number("chance_sd", "Standard deviation that chance leaves in the mean over replications"),
        _share("chance_share", "Part of the variance between sets that is chance"),
        _yes("distinguishable", "Whether sets differ by more than chance (F test, 1 %)"),
        _share(
            "q2", "Share of the variance of sets not seen that the polynomial predicts (null = none fitted)"
        ),
        _count("terms", "Terms of the polynomial (null = none fitted)"),
        _count("sets", "Sets of parameter values"),
        _count("replications", "Replications at each set, with the same luck"),
    ),
    "indices": (
        *_OUTCOME,
        *_PARAMETER,
        _share("first", "First-order Sobol index: share of the variance that goes if it becomes known"),
        _share("first_low", "Lower end of its 95 % interval (bootstrap)"),
        _share("first_high", "Upper end"),
        _share("total", "Total Sobol index: share that stays if all others become known"),
        _share("total_low", "Lower end of its 95 % interval (bootstrap)"),
        _share("total_high", "Upper end"),
        _SURE,
    ),
    "screening": (
        *_OUTCOME,
        *_PARAMETER,
        _number("mu_star", "Mean size of the elementary effect: from the 5 % to the 95 % point of the prior"),
        _number("mu_star_low", "Lower end of its 95 % interval (bootstrap)"),
        _number("mu_star_high", "Upper end"),
        _number("mu", "Mean effect with its sign"),
        _number("sigma", "Standard deviation of the effects: curvature, interactions, and chance"),
        _share("chance_share", "Part of the mean square of the effects that is chance"),
        _SURE,
    ),
    "value_of_information": (
        *_OUTCOME,
        _count("rank", "Place among the six data gaps, from 1 (null = other)"),
        _text("gap", "Data gap; other = what none of the six holds"),
        _text("label", "What a register of it would be about"),
        _count("parameters", "Uncertain numbers of this study that belong to it"),
        _share("share", "Share of the variance that goes if all of them become known"),
        _share("share_low", "Lower end of its 95 % interval (bootstrap)"),
        _share("share_high", "Upper end"),
        _number("sd_now", "Standard deviation that parameters cause today"),
        _number("sd_known", "What is left of it on average (root of the mean variance)"),
        _share("probability_first", "Share of resamples in which it would tell most of the six"),
        _SURE,
    ),
    "points": (
        _count("set", "Number of the set, from 0"),
        _text("parameter", "Uncertain number"),
        TableColumn("value", "Float64", "unit of the parameter", "Value in this set"),
    ),
    "values": (
        *_OUTCOME,
        _count("set", "Number of the set, from 0"),
        _count("replication", "Number of the replication, from 0; the same luck in all sets"),
        _number("value", "What came out"),
    ),
}
