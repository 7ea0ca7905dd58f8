"""`check_totals`: several levers on one thing may not lead together where no number has a meaning.

Each lever alone is judged by `careersim.model.lever_checks`. What a profession has without levers is not
judged here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf

from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedRun
from careersim.config.parameter_spec import UNITS
from careersim.config.run_spec import LeverSpec
from careersim.model.graph import Demand, Profession, RateLever
from careersim.model.lever_limits import LIST_SIZES
from careersim.model.table import Table

__all__ = ["check_demand_totals", "check_totals"]

MOST_ENTRANTS = 100_000.0
"""Persons a year in one county; as many are born in Sweden."""

MOST_TRAINEES_PER_FTE = 1e5
MOST_RATE_RATIO = 1e9
"""Of all levers on one rate, as if they selected the same persons."""

MOST_UTILITY = 100.0
"""Added to one county; the odds of 20 are half a billion already."""

INHABITANTS = (1.0, 1e9)
NEED_WEIGHTS = (1e-6, 1e12)

_Numbered = tuple[int, LeverSpec]


def check_totals(run: LoadedRun, after: Profession, report: FaultReport) -> None:
    """Check what all levers on a profession lead to.

    Parameters
    ----------
    run
        The run, for messages.
    after
        The career graph with levers.
    report
        Takes the faults.
    """
    totals = _Totals(run, after.name, report)
    for pool in after.pools:
        totals.table("seats", pool.name, pool.posts, (0.0, UNITS["posts"][2]), "posts")
        most = (0.0, MOST_TRAINEES_PER_FTE)
        totals.table("supervision", pool.name, pool.per_supervisor, most, "trainees per full-time equivalent")
    for stream in after.streams:
        words = "persons a year in one county"
        for table in (stream.inflow, stream.added):
            totals.table("entry", stream.name, table, (-inf, MOST_ENTRANTS), words)
    years = range(after.start_year + 1, totals.until + 1)
    for index, transition in enumerate(after.transitions):
        factors = [
            _product(one.factor_in(year) for one in after.rate_levers if _acts(one, index, year))
            for year in years
        ]
        words = "times the rate"
        totals.numbers("rate", transition.name, factors, (0.0, MOST_RATE_RATIO), words)
    for index, choice in enumerate(after.choices):
        acting = [one for one in after.choice_levers if one.choice == index]
        for county in range(len(acting[0].counties) if acting else 0):
            here = [one for one in acting if one.counties[county]]
            added = [sum(one.utility for one in here if one.acts_in(year)) for year in years]
            totals.numbers("attractiveness", choice.name, added, (-MOST_UTILITY, MOST_UTILITY), "of utility")


def check_demand_totals(run: LoadedRun, demand: Demand, report: FaultReport) -> None:
    """Check what all levers on inhabitants, need weights and list sizes lead to.

    Parameters
    ----------
    run
        The run, for messages.
    demand
        The demand side with levers.
    report
        Takes the faults.
    """
    totals = _Totals(run, None, report)
    totals.table("demand", "inhabitants", demand.inhabitants, INHABITANTS, "inhabitants of a county")
    totals.table("demand", "need_weight", demand.need_weight, NEED_WEIGHTS, "of need weight")
    for name in ("inhabitants_per_specialist", "inhabitants_per_trainee"):
        sizes = []
        for year in range(demand.inhabitants.first_year, totals.until + 1):
            size: float = getattr(run.spec.guideline, name)
            for lever in demand.list_sizes:
                size = lever.applied(size, year) if lever.target == name else size
            sizes.append(size)
        totals.numbers("list_size", name, sizes, LIST_SIZES, "inhabitants")


class _Totals:
    """The checks of one profession, or of what is of no profession."""

    def __init__(self, run: LoadedRun, profession: str | None, report: FaultReport) -> None:
        self.run, self.profession, self.report = run, profession, report
        self.until = run.spec.until

    def table(
        self, kind: str, target: str, table: Table | None, limits: tuple[float, float], words: str
    ) -> None:
        """Check all numbers of a table that levers of a kind have changed."""
        if table is not None:
            self.numbers(kind, target, table.values, limits, words)

    def numbers(
        self, kind: str, target: str, numbers: Sequence[float], limits: tuple[float, float], words: str
    ) -> None:
        """Check numbers that levers of a kind have changed."""
        lowest, highest = limits
        wrong = next((number for number in numbers if not lowest <= number <= highest), None)
        levers = self.acting(kind, target)
        if wrong is None or not levers:
            return
        names = ", ".join(f"'{lever.name}'" for _, lever in levers[:3])
        more = f" and {len(levers) - 3} more" if len(levers) > 3 else ""
        makes = "makes" if len(levers) == 1 else "make"
        message = f"{names}{more} {makes} {wrong:g} {words} of '{target}'"
        limits_told = f"at most {highest:g}" if lowest == -inf else f"{lowest:g} to {highest:g}"
        expected = f"{limits_told} {words}"
        remedy = "write smaller values, or leave levers out"
        path = ("levers", levers[-1][0], "value")
        self.report.add(self.run.fault(path, message, expected=expected, remedy=remedy))

    def acting(self, kind: str, target: str) -> list[_Numbered]:
        """Levers of a kind on a target with their numbers in the file."""
        numbered = zip(self.run.lever_numbers, self.run.spec.levers, strict=True)
        return [
            (number, lever)
            for number, lever in numbered
            if lever.profession == self.profession and (kind, target) in _targets(lever)
        ]


def _targets(lever: LeverSpec) -> list[tuple[str, str]]:
    """Kinds and targets of a lever; a bonus makes counties attractive too."""
    found = [(lever.kind, target) for target in lever.targets]
    if lever.bonus is not None and lever.bonus.attraction is not None:
        found += [("attractiveness", choice) for choice in lever.bonus.attraction.choices]
    return [(str(kind), target) for kind, target in found]


def _acts(lever: RateLever, transition: int, year: int) -> bool:
    return lever.transition == transition and lever.first_year <= year <= lever.last_year


def _product(factors: Iterable[float]) -> float:
    product = 1.0
    for factor in factors:
        product *= factor
    return product
