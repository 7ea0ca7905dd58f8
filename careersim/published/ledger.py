"""The ledger: every number that a document prints beside what its own formula gives.

Nothing is tuned per cell. A printed number is `exact` if the computed one, rounded as the table rounds, has
the same digits; `within` if some true figures behind the printed inputs give a result that is printed so;
otherwise it `differs`, and then needs a documented reason. Numbers that the formula takes as given are
`input`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from careersim.data.figures import Figure
from careersim.published.approx import Approx

__all__ = ["Check", "Tally", "Verdict", "tallies"]

Verdict = Literal["input", "exact", "within", "differs"]

_TINY = 1e-9


@dataclass(frozen=True)
class Check:
    """One printed number beside the computed one.

    Attributes
    ----------
    published_table
        As the document calls it, for example `Tabell 2`.
    figure
        The printed number with its rounding and place.
    computed
        What the formula gives from the printed inputs; None for a number that is an input itself.
    upward
        Whether the table rounds up instead of to the nearest.
    reason
        The documented inconsistency of the source that explains a difference; empty if none is known.
    """

    published_table: str
    figure: Figure
    computed: Approx | None
    upward: bool = False
    reason: str = ""

    @property
    def one_sided(self) -> bool:
        """Whether what is printed is a bound ("over", "almost", "in all regions"), which can hardly fail."""
        bound = self.figure.rounding.kind in ("lower_bound", "upper_bound")
        return bound or math.isinf(self.figure.low) != math.isinf(self.figure.high)

    @property
    def verdict(self) -> Verdict:
        """Whether the printed number is an input, reproduced exactly, within rounding, or not."""
        if self.computed is None:
            return "input"
        printed = self.figure.value
        if printed is not None and self._prints_as(printed, self.computed.value):
            return "exact"
        below = self.computed.high < self.figure.low - _TINY
        above = self.computed.low > self.figure.high + _TINY
        return "differs" if below or above else "within"

    def _prints_as(self, printed: float, computed: float) -> bool:
        """A number half-way between two printed ones may be printed as either."""
        step = self.figure.rounding.step
        if math.isinf(printed) or math.isinf(computed) or step == 0:
            return printed == computed or abs(printed - computed) < _TINY
        ahead = printed - computed
        if self.upward:
            return -_TINY <= ahead < step - _TINY
        return abs(ahead) <= step / 2 + _TINY


@dataclass(frozen=True)
class Tally:
    """How many numbers of one published table there are, and how many are reproduced.

    Attributes
    ----------
    printed
        All numbers of the table; the sum of the following four.
    inputs, exact, within, differ
        By verdict.
    unexplained
        Those that differ without a documented reason.
    """

    calculation: str
    published_table: str
    printed: int
    inputs: int
    exact: int
    within: int
    differ: int
    unexplained: int

    @property
    def running_text(self) -> bool:
        """Whether the numbers stand in sentences, which speak more loosely than tables."""
        return "text" in self.published_table.lower() or self.published_table == "Doctors"


def tallies(calculation: str, checks: Iterable[Check]) -> tuple[Tally, ...]:
    """Count the checks of a calculation by published table, in the order in which tables first appear."""
    by_table: dict[str, list[Check]] = {}
    for check in checks:
        by_table.setdefault(check.published_table, []).append(check)
    found = []
    for table, cells in by_table.items():
        count = Counter(cell.verdict for cell in cells)
        unexplained = sum(cell.verdict == "differs" and not cell.reason for cell in cells)
        numbers = (count["input"], count["exact"], count["within"], count["differs"])
        found.append(Tally(calculation, table, len(cells), *numbers, unexplained))
    return tuple(found)
