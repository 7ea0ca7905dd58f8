"""The column dictionary of a ranking, declared once with dtype, unit and label."""

from __future__ import annotations

from careersim.outputs.columns import TableColumn, Tables
from careersim.outputs.study_columns import count, number, share, text, yes

__all__ = ["RANK_TABLES"]


_OUTCOME = text("outcome", "Outcome: measure:profession:area:year; more is better")
_POLICY = text("policy", "Policy, by the name in its run file; the baseline is one of them")

RANK_TABLES: Tables = {
    "ranking": (
        _OUTCOME,
        text("unit", "What the outcome is counted in"),
        count("rank", "Place by expected value, from 1"),
        _POLICY,
        yes("is_baseline", "Whether it is the baseline"),
        number("value_mean", "Expected value over draws of the parameters"),
        number("value_p10", "10 % quantile over draws"),
        number("effect_mean", "Expected difference to the baseline"),
        number("effect_low", "Lower end of its 95 % interval (bootstrap over draws)"),
        number("effect_high", "Upper end"),
        number("effect_p10", "10 % quantile of the difference over draws"),
        number("effect_p90", "90 % quantile of it"),
        number("effect_chance_sd", "Standard deviation that chance leaves in the difference of one draw"),
        share("probability_best", "Share of draws in which no policy gives more (policies that tie share)"),
        share("probability_best_low", "Lower end of its 95 % Wilson interval"),
        share("probability_best_high", "Upper end"),
        number("expected_regret", "Mean over draws of what the best policy of the draw gives more"),
        number("expected_regret_low", "Lower end of its 95 % interval (bootstrap)"),
        number("expected_regret_high", "Upper end"),
        number("max_regret", "Largest regret of all draws"),
        yes("tied_with_first", "Whether the expected value cannot be told from that of the first"),
        yes("best_at_p10", "Best at the 10 % quantile over draws"),
        yes("least_max_regret", "Smallest of the largest regrets: the robust choice"),
        text(
            "worst_county", "County with the smallest expected difference (null for outcomes of one county)"
        ),
        number("worst_county_effect", "That difference"),
        TableColumn("cost_mean", "Float64", "SEK", "Expected cost beyond the baseline (null = not known)"),
        TableColumn("cost_per_unit", "Float64", "SEK per unit", "Expected cost by expected effect"),
        TableColumn("cost_per_unit_low", "Float64", "SEK per unit", "Lower end of its 95 % interval"),
        TableColumn("cost_per_unit_high", "Float64", "SEK per unit", "Upper end"),
        count("draws", "Draws of the parameters"),
        count("replications", "Replications of each draw, with the same luck"),
    ),
    "draws": (
        _OUTCOME,
        _POLICY,
        count("draw", "Number of the draw, from 0"),
        number("value", "Mean over replications"),
        number("effect", "Difference to the baseline in the same draw with the same luck"),
        number("effect_chance_sd", "Standard deviation that chance leaves in it"),
        number("regret", "What the best policy of the draw gives more"),
    ),
    "value_of_information": (
        _OUTCOME,
        text("gap", "Data gap; other = none of the six; all = everything"),
        text("label", "What would be known"),
        count("parameters", "Uncertain numbers that belong to it"),
        number("value", "What whoever chooses would gain on average by knowing them"),
        number("value_low", "Lower end of its 95 % interval (bootstrap)"),
        number("value_high", "Upper end"),
    ),
    "points": (
        count("draw", "Number of the draw, from 0"),
        text("parameter", "Uncertain number"),
        TableColumn("value", "Float64", "unit of the parameter", "Value in this draw"),
    ),
}
