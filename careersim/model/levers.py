"""Levers: dated overlays on posts, supervision, inflow and rates, in the order in which they are declared.

`seats`, `supervision` and `entry` levers change the resolved tables; `rate` levers stay apart as rate
ratios, because they select persons. A neutral lever (multiply by 1, add 0) leaves every number as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import inf

from careersim.config.faults import FaultReport
from careersim.config.loaded import LoadedCareer, LoadedRun
from careersim.config.parameter_spec import UNITS, Unit
from careersim.config.run_spec import LeverSpec
from careersim.errors import nearest_name
from careersim.model.graph import Pool, Profession, RateLever, Stream
from careersim.model.spread import multiplied
from careersim.model.table import Table
from careersim.schema import AGES, COUNTIES, COUNTY_CODES, SECTORS

__all__ = ["apply_levers", "check_levers"]

_SECTIONS = {"rate": "transitions", "seats": "pools", "supervision": "pools", "entry": "streams"}
_OPERATIONS = {
    "rate": ("multiply",),
    "seats": ("set", "multiply", "add"),
    "supervision": ("set", "multiply"),
    "entry": ("multiply", "add"),
}
_UNITS: dict[str, Unit] = {"seats": "posts", "supervision": "trainees_per_fte", "entry": "persons_per_year"}


def apply_levers(profession: Profession, run: LoadedRun, years: tuple[int, int]) -> Profession:
    """Apply the run's levers to one profession.

    Parameters
    ----------
    profession
        The career graph without levers.
    run
        The run, whose levers were checked.
    years
        First and last year of the run.

    Returns
    -------
    The career graph with changed tables and with its rate levers.
    """
    levers = [lever for lever in run.spec.levers if lever.profession == profession.name]
    names = [transition.name for transition in profession.transitions]
    return replace(
        profession,
        pools=tuple(_pool(pool, levers, years) for pool in profession.pools),
        streams=tuple(_stream(stream, levers, years) for stream in profession.streams),
        rate_levers=tuple(
            _rate_lever(lever, names.index(lever.target), years[1])
            for lever in levers
            if lever.kind == "rate"
        ),
    )


def check_levers(run: LoadedRun, report: FaultReport) -> None:
    """Check that every lever has a target, acts within the run, and changes something that can be changed.

    Parameters
    ----------
    run
        The run.
    report
        Takes the faults.
    """
    careers = {career.spec.profession: career for career in run.careers}
    seen: dict[str, int] = {}
    for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True):
        check = _Check(run, number, lever, report)
        if lever.name in seen:
            check.refuse("name", f"lever '{lever.name}' is declared twice", remedy="give each its own name")
        seen.setdefault(lever.name, number)
        check.operation()
        check.selection()
        if lever.profession in careers:
            career = careers[lever.profession]
            if run.dated:
                check.years(career.spec.start_year)
            check.target(career)


class _Check:
    """The checks of one lever."""

    def __init__(self, run: LoadedRun, number: int, lever: LeverSpec, report: FaultReport) -> None:
        self.run, self.number, self.lever, self.report = run, number, lever, report

    def refuse(
        self,
        key: str,
        message: str,
        expected: str | None = None,
        nearest: str | None = None,
        remedy: str | None = None,
    ) -> None:
        path = ("levers", self.number, key)
        fault = self.run.fault(path, message, expected=expected, nearest=nearest, remedy=remedy)
        self.report.add(fault)

    def operation(self) -> None:
        lever = self.lever
        allowed = _OPERATIONS[lever.kind]
        if lever.operation not in allowed:
            expected = f"{' or '.join(allowed)} for a lever of kind {lever.kind}"
            self.refuse("operation", f"cannot {lever.operation}", expected, remedy="change the operation")
        factor = lever.operation == "multiply" or lever.kind not in _UNITS
        highest = UNITS["rate_ratio" if factor else _UNITS[lever.kind]][2]
        lowest = -highest if lever.operation == "add" else 0.0
        if not lowest <= lever.value <= highest:
            remedy = "write a factor: 10 per cent more is 1.1" if lever.operation == "multiply" else None
            self.refuse(
                "value", f"{lever.value:g} is out of range", f"{lowest:g} to {highest:g}", None, remedy
            )

    def selection(self) -> None:
        lever = self.lever
        if lever.kind != "rate":
            for key in ("sectors", "ages"):
                if getattr(lever, key):
                    message = f"a lever of kind {lever.kind} cannot select {key}"
                    self.refuse(key, message, remedy=f"remove `{key}`")
        elif lever.ages is not None:
            low, high = _ages(lever.ages)
            if low > high or low >= AGES:
                expected = "the lower age first, such as 60-66"
                self.refuse("ages", f"ages {lever.ages} select nobody", expected, remedy="correct the ages")

    def years(self, start_year: int) -> None:
        lever, until = self.lever, self.run.spec.until
        last = lever.last_year if lever.last_year is not None else until
        if lever.last_year is not None and lever.first_year > last:
            message = f"from {lever.first_year} is after to {last}"
            self.refuse("from", message, "`from` before `to`", remedy="exchange or correct the years")
            return
        expected = f"{start_year + 1} to {until}, the years that are simulated"
        if not start_year < lever.first_year <= until:
            remedy = "correct the year, or `until` of the run"
            self.refuse("from", f"from {lever.first_year} is outside the run", expected, remedy=remedy)
        if lever.last_year is not None and lever.last_year > until:
            remedy = "leave `to` out for a lever without end"
            self.refuse("to", f"to {lever.last_year} is outside the run", expected, remedy=remedy)

    def target(self, career: LoadedCareer) -> None:
        lever = self.lever
        section = _SECTIONS[lever.kind]
        names: dict[str, object] = getattr(career.spec, section)
        if lever.target not in names:
            if (section, lever.target) not in career.pruned:
                message = f"lever '{lever.name}' has the unknown target '{lever.target}'"
                expected = f"a name under {section} of {career.document.path}"
                nearest = nearest_name(lever.target, names)
                self.refuse("target", message, expected, nearest, "correct the target")
            return
        spec = career.spec
        if lever.kind == "rate" and spec.transitions[lever.target].form == "progress":
            message = f"'{lever.target}' has no rate: it is left when the training is complete"
            self.refuse("target", message, "a transition of form hazard or seat", remedy="choose another")
        if lever.kind == "seats" and spec.pools[lever.target].posts is None:
            self.refuse("target", f"pool '{lever.target}' has no `posts` to change", "a pool with `posts`")
        if lever.kind == "supervision" and spec.pools[lever.target].per_supervisor is None:
            message = f"pool '{lever.target}' has no `per_supervisor` to change"
            self.refuse("target", message, "a pool with supervisors")


def _pool(pool: Pool, levers: Iterable[LeverSpec], years: tuple[int, int]) -> Pool:
    for lever in levers:
        if lever.target != pool.name:
            continue
        if lever.kind == "seats" and pool.posts is not None:
            pool = replace(pool, posts=_changed(pool.posts, lever, years))
        elif lever.kind == "supervision" and pool.per_supervisor is not None:
            pool = replace(pool, per_supervisor=_changed(pool.per_supervisor, lever, years))
    return pool


def _stream(stream: Stream, levers: Iterable[LeverSpec], years: tuple[int, int]) -> Stream:
    for lever in levers:
        if lever.kind != "entry" or lever.target != stream.name:
            continue
        if lever.operation == "add":
            # Fewer persons than none are allowed here: they are taken from the drawn inflow.
            stream = replace(stream, added=_changed(stream.added, lever, years, lowest=-inf))
        else:
            stream = replace(stream, inflow=_changed(stream.inflow, lever, years))
    return stream


def _changed(table: Table, lever: LeverSpec, years: tuple[int, int], lowest: float = 0.0) -> Table:
    """The table over county and year with the lever applied where and when it acts."""
    first, last = years
    counties = _counties(lever)
    until = last if lever.last_year is None else lever.last_year
    values = []
    for county in range(COUNTIES):
        for year in range(first, last + 1):
            value = table.at(county=county, year=year)
            if counties[county] and lever.first_year <= year <= until:
                value = max(lowest, _applied(value, lever))
            values.append(value)
    return Table(("county", "year"), (COUNTIES, last - first + 1), tuple(values), first)


def _applied(value: float, lever: LeverSpec) -> float:
    if lever.operation == "multiply":
        return multiplied(value, lever.value) if lever.kind == "seats" else value * lever.value
    return value + lever.value if lever.operation == "add" else lever.value


def _rate_lever(lever: LeverSpec, transition: int, last_year: int) -> RateLever:
    low, high = _ages(lever.ages) if lever.ages else (0, AGES - 1)
    first, second, third, fourth = (not lever.sectors or sector in lever.sectors for sector in SECTORS)
    return RateLever(
        transition=transition,
        factor=lever.value,
        first_year=lever.first_year,
        last_year=last_year if lever.last_year is None else lever.last_year,
        counties=_counties(lever),
        sectors=(first, second, third, fourth),
        age_low=low,
        age_high=high,
    )


def _counties(lever: LeverSpec) -> tuple[bool, ...]:
    return tuple(not lever.counties or code in lever.counties for code in COUNTY_CODES)


def _ages(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high)
