"""Levers: dated overlays on posts, supervision, inflow and rates, in the order in which they are declared.

`seats`, `supervision`, `entry` and `demand` levers change the resolved tables; the others stay apart, because
they select persons or make tables depend on the year. A neutral lever (multiply by 1, add 0) leaves every
number as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import floor, inf, isfinite
from typing import Literal

from careersim.config.loaded import LoadedRun
from careersim.config.run_spec import LeverSpec
from careersim.model.bonuses import attraction_levers, build_bonuses
from careersim.model.graph import (
    AgeShift,
    ChoiceLever,
    Demand,
    ListSize,
    Pool,
    Profession,
    RateLever,
    Stream,
    Substitute,
    WorkingTimeLever,
)
from careersim.model.selection import age_range, selected_counties, selected_sectors, until
from careersim.model.spread import multiplied
from careersim.model.table import Table
from careersim.schema import COUNTIES

__all__ = ["DEMAND_TARGETS", "LIST_TARGETS", "apply_demand_levers", "apply_levers"]

DEMAND_TARGETS = ("inhabitants", "need_weight")
LIST_TARGETS: tuple[Literal["inhabitants_per_specialist"], Literal["inhabitants_per_trainee"]] = (
    "inhabitants_per_specialist",
    "inhabitants_per_trainee",
)


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
    career = next(one.spec for one in run.careers if one.spec.profession == profession.name)
    names = [transition.name for transition in profession.transitions]
    schemes = [scheme.name for scheme in profession.working_times]
    return replace(
        profession,
        pools=tuple(_pool(pool, levers, years) for pool in profession.pools),
        streams=tuple(_stream(stream, levers, years) for stream in profession.streams),
        rate_levers=tuple(
            _rate_lever(lever, names.index(target), years[1])
            for lever in levers
            if lever.kind == "rate"
            for target in lever.targets
        ),
        age_shifts=tuple(
            _age_shift(lever, names.index(target), years[1])
            for lever in levers
            if lever.kind == "retirement_age"
            for target in lever.targets
        ),
        working_time_levers=tuple(
            _working_time_lever(lever, schemes.index(target), years[1])
            for lever in levers
            if lever.kind == "working_time"
            for target in lever.targets
        ),
        choice_levers=tuple(one for lever in levers for one in _choice_levers(profession, lever, years[1])),
        bonuses=build_bonuses(profession, career, levers, years[1]),
    )


def apply_demand_levers(demand: Demand, run: LoadedRun, years: tuple[int, int]) -> Demand:
    """Apply the run's levers of kind `demand`, `list_size` and `substitution`.

    Parameters
    ----------
    demand
        Inhabitants, need weights and coefficients of substitution without levers.
    run
        The run, whose levers were checked.
    years
        First and last year of the run.

    Returns
    -------
    The demand side with changed tables; inhabitants are rounded to whole persons, halves up. Levers on list
    sizes are kept beside, because the guideline is read when the run is measured.
    """
    inhabitants, need_weight = demand.inhabitants, demand.need_weight
    for lever in run.spec.levers:
        if lever.kind == "demand" and "inhabitants" in lever.targets:
            changed = _changed(inhabitants, lever, years)
            inhabitants = replace(changed, values=tuple(_whole(value) for value in changed.values))
        if lever.kind == "demand" and "need_weight" in lever.targets:
            need_weight = _changed(need_weight, lever, years)
    return replace(
        demand,
        inhabitants=inhabitants,
        need_weight=need_weight,
        list_sizes=tuple(
            _list_size(lever, target, years[1])
            for lever in run.spec.levers
            if lever.kind == "list_size"
            for target in LIST_TARGETS
            if target in lever.targets
        ),
        substitutes=_substitutes(demand.substitutes, run, years),
    )


def _list_size(
    lever: LeverSpec,
    target: Literal["inhabitants_per_specialist", "inhabitants_per_trainee"],
    last_year: int,
) -> ListSize:
    multiplies = lever.operation == "multiply"
    return ListSize(
        target=target,
        factor=lever.value if multiplies else None,
        size=None if multiplies else lever.value,
        first_year=lever.first_year,
        last_year=until(lever, last_year),
    )


def _substitutes(
    substitutes: tuple[Substitute, ...], run: LoadedRun, years: tuple[int, int]
) -> tuple[Substitute, ...]:
    """Apply the levers of kind `substitution`; who has no coefficient in the run file has 0."""
    tables = {one.profession: one.coefficient for one in substitutes}
    shape = (COUNTIES, years[1] - years[0] + 1)
    nothing = Table(("county", "year"), shape, (0.0,) * (shape[0] * shape[1]), years[0])
    for lever in run.spec.levers:
        if lever.kind == "substitution" and lever.profession is not None:
            table = _changed(tables.get(lever.profession, nothing), lever, years)
            tables[lever.profession] = replace(table, values=tuple(min(v, 1.0) for v in table.values))
    return tuple(Substitute(name, table) for name, table in tables.items())


def _choice_levers(profession: Profession, lever: LeverSpec, last_year: int) -> tuple[ChoiceLever, ...]:
    if lever.kind != "attractiveness":
        return attraction_levers(profession, lever, last_year)
    names = [choice.name for choice in profession.choices]
    return tuple(
        ChoiceLever(
            choice=names.index(target),
            utility=lever.value,
            first_year=lever.first_year,
            last_year=until(lever, last_year),
            counties=selected_counties(lever),
        )
        for target in lever.targets
    )


def _working_time_lever(lever: LeverSpec, scheme: int, last_year: int) -> WorkingTimeLever:
    low, high = age_range(lever)
    return WorkingTimeLever(
        scheme=scheme,
        factor=lever.value,
        first_year=lever.first_year,
        last_year=until(lever, last_year),
        counties=selected_counties(lever),
        age_low=low,
        age_high=high,
    )


def _pool(pool: Pool, levers: Iterable[LeverSpec], years: tuple[int, int]) -> Pool:
    for lever in levers:
        if pool.name not in lever.targets:
            continue
        if lever.kind == "seats" and pool.posts is not None:
            pool = replace(pool, posts=_changed(pool.posts, lever, years))
        elif lever.kind == "supervision" and pool.per_supervisor is not None:
            pool = replace(pool, per_supervisor=_changed(pool.per_supervisor, lever, years))
    return pool


def _stream(stream: Stream, levers: Iterable[LeverSpec], years: tuple[int, int]) -> Stream:
    for lever in levers:
        if lever.kind != "entry" or stream.name not in lever.targets:
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
    counties = selected_counties(lever)
    latest = until(lever, last)
    values = []
    for county in range(COUNTIES):
        for year in range(first, last + 1):
            value = table.at(county=county, year=year)
            if counties[county] and lever.first_year <= year <= latest:
                value = max(lowest, _applied(value, lever))
            values.append(value)
    return Table(("county", "year"), (COUNTIES, last - first + 1), tuple(values), first)


def _whole(number: float) -> float:
    """Halves up; too large a number stays for `careersim.model.lever_totals` to refuse."""
    return float(floor(number + 0.5)) if isfinite(number) else number


def _applied(value: float, lever: LeverSpec) -> float:
    if lever.operation == "multiply":
        return multiplied(value, lever.value) if lever.kind == "seats" else value * lever.value
    return value + lever.value if lever.operation == "add" else lever.value


def _rate_lever(lever: LeverSpec, transition: int, last_year: int) -> RateLever:
    low, high = age_range(lever)
    return RateLever(
        transition=transition,
        factor=lever.value,
        first_year=lever.first_year,
        last_year=until(lever, last_year),
        counties=selected_counties(lever),
        sectors=selected_sectors(lever),
        age_low=low,
        age_high=high,
        half_life_years=lever.decay_years,
    )


def _age_shift(lever: LeverSpec, transition: int, last_year: int) -> AgeShift:
    return AgeShift(
        transition=transition,
        years=lever.value,
        first_year=lever.first_year,
        last_year=until(lever, last_year),
        counties=selected_counties(lever),
        sectors=selected_sectors(lever),
    )
