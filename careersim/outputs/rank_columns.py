"""The column dictionary of a ranking, declared once with dtype, unit and label."""

from __future__ import annotations

from careersim.outputs.columns import TableColumn, Tables

__all__ = ["RANK_TABLES"]


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


_OUTCOME = _text("outcome", "Outcome: measure:profession:area:year; more is better")
_POLICY = _text("policy", "Policy, by the name in its run file; the baseline is one of them")

RANK_TABLES: Tables = {
    "ranking": (
        _OUTCOME,
        _text("unit", "What the outcome is counted in"),
        _count("rank", "Place by expected value, from 1"),
        _POLICY,
        _yes("is_baseline", "Whether it is the baseline"),
        _number("value_mean", "Expected value over draws of the parameters"),
        _number("value_p10", "10 % quantile over draws"),
        _number("effect_mean", "Expected difference to the baseline"),
        _number("effect_low", "Lower end of its 95 % interval (bootstrap over draws)"),
        _number("effect_high", "Upper end"),
        _number("effect_p10", "10 % quantile of the difference over draws"),
        _number("effect_p90", "90 % quantile of it"),
        _number("effect_chance_sd", "Standard deviation that chance leaves in the difference of one draw"),
        _share("probability_best", "Share of draws in which no policy gives more (policies that tie share)"),
        _share("probability_best_low", "Lower end of its 95 % Wilson interval"),
        _share("probability_best_high", "Upper end"),
        _number("expected_regret", "Mean over draws of what the best policy of the draw gives more"),
        _number("expected_regret_low", "Lower end of its 95 % interval (bootstrap)"),
        _number("expected_regret_high", "Upper end"),
        _number("max_regret", "Largest regret of all draws"),
        _yes("tied_with_first", "Whether the expected value cannot be told from that of the first"),
        _yes("best_at_p10", "Best at the 10 % quantile over draws"),
        _yes("least_max_regret", "Smallest of the largest regrets: the robust choice"),
        _text(
            "worst_county", "County with the smallest expected difference (null for outcomes of one county)"
        ),
        _number("worst_county_effect", "That difference"),
        TableColumn("cost_mean", "Float64", "SEK", "Expected cost beyond the baseline (null = not known)"),
        TableColumn("cost_per_unit", "Float64", "SEK per unit", "Expected cost by expected effect"),
        TableColumn("cost_per_unit_low", "Float64", "SEK per unit", "Lower end of its 95 % interval"),
        TableColumn("cost_per_unit_high", "Float64", "SEK per unit", "Upper end"),
        _count("draws", "Draws of the parameters"),
        _count("replications", "Replications of each draw, with the same luck"),
    ),
    "draws": (
        _OUTCOME,
        _POLICY,
        _count("draw", "Number of the draw, from 0"),
        _number("value", "Mean over replications"),
        _number("effect", "Difference to the baseline in the same draw with the same luck"),
        _number("effect_chance_sd", "Standard deviation that chance leaves in it"),
        _number("regret", "What the best policy of the draw gives more"),
    ),
    "value_of_information": (
        _OUTCOME,
        _text("gap", "Data gap; other = none of the six; all = everything"),
        _text("label", "What would be known"),
        _count("parameters", "Uncertain numbers that belong to it"),
        _number("value", "What whoever chooses would gain on average by knowing them"),
        _number("value_low", "Lower end of its 95 % interval (bootstrap)"),
        _number("value_high", "Upper end"),
    ),
    "points": (
        _count("draw", "Number of the draw, from 0"),
        _text("parameter", "Uncertain number"),
        TableColumn("value", "Float64", "unit of the parameter", "Value in this draw"),
    ),
}
