"""The column dictionary of a study of sensitivity, declared once with dtype, unit and label."""

from __future__ import annotations

from careersim.outputs.columns import TableColumn, Tables
from careersim.outputs.study_columns import count, number, share, text, yes

__all__ = ["SENSITIVITY_TABLES"]


_OUTCOME = (
    text("outcome", "Outcome: measure:profession:area:year"),
    text("effect_of", "Scenario whose difference to the run is studied (null = the run itself)"),
)
_PARAMETER = (
    count("rank", "Place among the parameters of this outcome, from 1"),
    text("parameter", "Uncertain number: profession.parameter, or levers.name.value"),
    text("gap", "Data gap that it belongs to; other = none of the six"),
)
_SURE = yes(
    "distinguishable", "Whether the effect can be told from chance, counting how many were tried (5 %)"
)

SENSITIVITY_TABLES: Tables = {
    "outcomes": (
        *_OUTCOME,
        text("unit", "What the outcome is counted in"),
        number("mean", "Mean over sets of parameter values"),
        number("p10", "10 % quantile over sets (of the means over replications)"),
        number("p50", "Median over sets"),
        number("p90", "90 % quantile over sets"),
        number("parameter_sd", "Standard deviation that parameters cause, chance taken off"),
        number("chance_sd", "Standard deviation that chance leaves in the mean over replications"),
        share("chance_share", "Part of the variance between sets that is chance"),
        yes("distinguishable", "Whether sets differ by more than chance (F test, 1 %)"),
        share(
            "q2", "Share of the variance of sets not seen that the polynomial predicts (null = none fitted)"
        ),
        count("terms", "Terms of the polynomial (null = none fitted)"),
        count("sets", "Sets of parameter values"),
        count("replications", "Replications at each set, with the same luck"),
    ),
    "indices": (
        *_OUTCOME,
        *_PARAMETER,
        share("first", "First-order Sobol index: share of the variance that goes if it becomes known"),
        share("first_low", "Lower end of its 95 % interval (bootstrap)"),
        share("first_high", "Upper end"),
        share("total", "Total Sobol index: share that stays if all others become known"),
        share("total_low", "Lower end of its 95 % interval (bootstrap)"),
        share("total_high", "Upper end"),
        _SURE,
    ),
    "screening": (
        *_OUTCOME,
        *_PARAMETER,
        number("mu_star", "Mean size of the elementary effect: from the 5 % to the 95 % point of the prior"),
        number("mu_star_low", "Lower end of its 95 % interval (bootstrap)"),
        number("mu_star_high", "Upper end"),
        number("mu", "Mean effect with its sign"),
        number("sigma", "Standard deviation of the effects: curvature, interactions, and chance"),
        share("chance_share", "Part of the mean square of the effects that is chance"),
        _SURE,
    ),
    "value_of_information": (
        *_OUTCOME,
        count("rank", "Place among the six data gaps, from 1 (null = other)"),
        text("gap", "Data gap; other = what none of the six holds"),
        text("label", "What a register of it would be about"),
        count("parameters", "Uncertain numbers of this study that belong to it"),
        share("share", "Share of the variance that goes if all of them become known"),
        share("share_low", "Lower end of its 95 % interval (bootstrap)"),
        share("share_high", "Upper end"),
        number("sd_now", "Standard deviation that parameters cause today"),
        number("sd_known", "What is left of it on average (root of the mean variance)"),
        share("probability_first", "Share of resamples in which it would tell most of the six"),
        _SURE,
    ),
    "points": (
        count("set", "Number of the set, from 0"),
        text("parameter", "Uncertain number"),
        TableColumn("value", "Float64", "unit of the parameter", "Value in this set"),
    ),
    "values": (
        *_OUTCOME,
        count("set", "Number of the set, from 0"),
        count("replication", "Number of the replication, from 0; the same luck in all sets"),
        number("value", "What came out"),
    ),
}
