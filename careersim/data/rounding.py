"""How a printed number was rounded or worded, and the interval of true values that this leaves.

A rule of the catalog ("nearest 5", "printed") meets a printed number and gives a `Rounding`, which has a
definite step, and the interval. Words (just over, almost) and hidden cells end in the same type, so a user of
a figure has one thing to look at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from careersim.errors import DataError, nearest_name

__all__ = ["Interval", "Kind", "Rounding", "Rule", "parse_rule", "resolve"]

Kind = Literal[
    "exact", "nearest", "within", "lower_bound", "upper_bound", "range", "suppressed", "not_published"
]
Interval = tuple[float, float]
RuleKind = Literal["exact", "nearest", "within", "decimals", "printed", "about"]


@dataclass(frozen=True, slots=True)
class Rounding:
    """How a figure's printed form relates to the true value.

    Attributes
    ----------
    kind
        exact: printed is true. nearest: rounded to the nearest multiple of `step`, within half of it. within:
        at most `step` away. lower_bound, upper_bound: the source says just over, at least, almost, ... range:
        two ends printed. suppressed: hidden by the source's disclosure rule. not_published: an empty cell for
        any other reason.
    step
        In the unit of the figure; 0 unless kind is nearest or within.
    """

    kind: Kind
    step: float = 0.0

    def __str__(self) -> str:
        """Render as in the catalog, for example `nearest 5`."""
        words = self.kind.replace("_", " ")
        return f"{words} {self.step:g}" if self.step else words


@dataclass(frozen=True, slots=True)
class Rule:
    """A rounding rule as the catalog states it, before it meets a number.

    Attributes
    ----------
    kind
        exact, nearest and within as in `Rounding`. decimals: half a unit of the last printed decimal.
        printed: half a unit of the last digit that is not zero. about: as printed, but a closing 5 after
        other digits counts as a multiple of 5 ("about 115" is read as nearest 5).
    step
        In the unit of the figure; 0 unless kind is nearest or within.
    """

    kind: RuleKind
    step: float = 0.0

    def __str__(self) -> str:
        """Render as the catalog writes it."""
        return f"{self.kind} {self.step:g}" if self.step else self.kind


def resolve(rule: Rule, printed: str) -> tuple[Rounding, Interval]:
    """Apply a rounding rule to a printed number.

    Parameters
    ----------
    rule
        The rule of the catalog.
    printed
        The number as it stands in the table, for example `7.50` or `inf`.

    Returns
    -------
    The rounding with its step, and the interval of true values (closed, in the unit of the figure).
    """
    value = float(printed)
    if rule.kind == "exact" or math.isinf(value):
        return Rounding("exact"), (value, value)
    if rule.kind == "within":
        return Rounding("within", rule.step), (value - rule.step, value + rule.step)
    step = rule.step if rule.kind == "nearest" else implied_step(rule.kind, Decimal(printed))
    return Rounding("nearest", step), (value - step / 2, value + step / 2)


def implied_step(kind: RuleKind, printed: Decimal) -> float:
    """Give the rounding step that the digits themselves show.

    Parameters
    ----------
    kind
        decimals, printed or about (see `Rule`).
    printed
        The number with the decimals that were printed.
    """
    number = printed if kind == "decimals" else printed.normalize()
    digits, exponent = number.as_tuple().digits, int(number.as_tuple().exponent)
    if kind == "decimals":
        exponent = min(exponent, 0)
    ends_in_five = kind == "about" and len(digits) > 1 and digits[-1] == 5
    return float(Decimal(5 if ends_in_five else 1).scaleb(exponent))


def parse_rule(words: str, where: str) -> Rule:
    """Read a rounding rule of the catalog.

    Parameters
    ----------
    words
        For example `nearest 5`, `printed`.
    where
        Place in the catalog, for the message.

    Raises
    ------
    DataError
        If the rule is not one of those in `Rule`, or has a step where it needs none, or none where it needs
        one.
    """
    name, _, step = words.partition(" ")
    for kind in get_args(RuleKind):
        if name == kind and (kind in ("nearest", "within")) == bool(step):
            return Rule(kind, float(step) if step else 0.0)
    raise DataError(
        f"unknown rounding rule '{words}'",
        where=where,
        expected="exact, nearest STEP, within STEP, decimals, printed or about",
        nearest=nearest_name(name, get_args(RuleKind)),
    )
