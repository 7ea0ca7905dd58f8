"""Checks that need the resolved numbers: shares of branches, time in cycles, weights, whole persons."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedCareer
from careersim.config.yaml_source import KeyPath
from careersim.model.checks import destinations
from careersim.model.graph import Profession
from careersim.model.parameters import FARTHEST_FROM_ONE, Tables
from careersim.schema import COUNTY_CODES

__all__ = ["check_inflow", "check_values"]

_HIGHEST_POISSON = 600.0
_MOST_COMMITMENT = 255


def check_values(career: LoadedCareer, tables: Tables, report: FaultReport) -> None:
    """Check what can only be seen in the resolved numbers of one career."""
    values = _Values(career, tables, report)
    values.branches()
    values.cycles()
    values.weights()
    values.whole_numbers()


def check_inflow(career: LoadedCareer, profession: Profession, report: FaultReport) -> None:
    """Refuse streams whose Poisson number of entrants could not be drawn exactly."""
    for stream in profession.streams:
        highest = max(stream.inflow.values)
        if stream.dispersion == "poisson" and highest > _HIGHEST_POISSON:
            county = COUNTY_CODES[stream.inflow.values.index(highest) // stream.inflow.sizes[1]]
            message = f"stream '{stream.name}' brings {highest:.0f} persons a year to county {county}"
            expected = f"at most {_HIGHEST_POISSON:.0f} in one county with dispersion poisson"
            path = ("streams", stream.name, "dispersion")
            report.add(career.fault(path, message, expected=expected, remedy="write `dispersion: fixed`"))


@dataclass(frozen=True)
class _Values:
    """The checks of one career's numbers."""

    career: LoadedCareer
    tables: Tables
    report: FaultReport

    def branches(self) -> None:
        """Shares of the destinations of a completed training sum to 1."""
        for name, transition in self.career.spec.transitions.items():
            if isinstance(transition.to, str):
                continue
            path: KeyPath = ("transitions", name, "to")
            tables = [self.tables.get((*path, state)) for state in transition.to]
            shares = [table.at() for table in tables if table is not None]
            if len(shares) == len(tables) and abs(fsum(shares) - 1) > FARTHEST_FROM_ONE:
                message = f"shares of {', '.join(transition.to)} sum to {fsum(shares):.4g}"
                expected = f"1, or within {FARTHEST_FROM_ONE:g} of it if the shares are rounded"
                fault = self.career.fault(path, message, expected=expected, remedy="correct the shares")
                self.report.add(fault)

    def cycles(self) -> None:
        """No person goes round trainings that take no time."""
        spec = self.career.spec
        instant: dict[str, list[str]] = {}
        for transition in spec.transitions.values():
            source = spec.states.get(transition.source)
            if transition.form != "progress" or source is None or source.training is None:
                continue
            requirement = self.tables.get(("trainings", source.training, "requirement"))
            if requirement is not None and requirement.at() == 0:
                instant.setdefault(transition.source, []).extend(destinations(transition))
        for state in instant:
            cycle = _cycle(state, instant)
            if cycle and state == min(cycle):
                message = f"cycle without time: {' -> '.join([*cycle, cycle[0]])}"
                remedy = f"give training '{spec.states[state].training}' a requirement above 0"
                path = ("states", state, "training")
                expected = "a training that takes time"
                self.report.add(self.career.fault(path, message, expected=expected, remedy=remedy))

    def weights(self) -> None:
        for section in ("streams", "start"):
            for name in getattr(self.career.spec, section):
                path: KeyPath = (section, name, "counties")
                weights = self.tables.get(path)
                if weights is not None and not fsum(weights.values) > 0:
                    expected = "at least one county with a weight above 0"
                    fault = self.career.fault(path, "all weights are 0", expected=expected)
                    self.report.add(fault)

    def whole_numbers(self) -> None:
        """Persons are whole unless scaled from a table, and contracts last whole years."""
        for name, margins in self.career.spec.start.items():
            parameter = self.career.parameters.get(margins.persons)
            table = self.tables.get(("start", name, "persons"))
            if table is None or parameter is None or parameter.spec.data is not None:
                continue
            part = next((value for value in table.values if value != int(value)), None)
            if part is not None:
                fault = parameter.fault(
                    f"{part:g} is not a whole number of persons",
                    expected="whole numbers",
                    remedy="round it",
                )
                self.report.add(fault)
        for name in self.career.spec.transitions:
            path = ("transitions", name, "commitment")
            years = self.tables.get(path)
            if years is not None and (years.at() != int(years.at()) or years.at() > _MOST_COMMITMENT):
                message = f"a contract of {years.at():g} years"
                expected = f"whole years, at most {_MOST_COMMITMENT}"
                self.report.add(self.career.fault(path, message, expected=expected, remedy="round it"))


def _cycle(start: str, ways: dict[str, list[str]]) -> list[str]:
    """A shortest way from a state back to itself; empty if there is none."""
    paths = [[start]]
    seen: set[str] = set()
    for path in paths:
        for state in ways.get(path[-1], []):
            if state == start:
                return path
            if state not in seen:
                seen.add(state)
                paths.append([*path, state])
    return []
