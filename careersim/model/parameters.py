"""Resolve every parameter that a career names to a table of numbers in the unit of its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from math import fsum, log1p, prod

from careersim.config.fault_report import FaultReport
from careersim.config.faults import format_key_path
from careersim.config.loaded import LoadedCareer, Parameter
from careersim.config.parameter_spec import UNITS, DataRef
from careersim.config.yaml_source import KeyPath
from careersim.data import Figure, figure, figures_by_county
from careersim.errors import DataError, nearest_name
from careersim.model.expand import Axes, expand
from careersim.model.slots import ORDER, Reference, Slot, references
from careersim.model.spread import multiplied
from careersim.model.table import Table
from careersim.schema import COUNTY_CODES

__all__ = ["FARTHEST_FROM_ONE", "Tables", "hazard_levels", "resolve", "resolve_one"]

FARTHEST_FROM_ONE = 0.011
"""Published shares are rounded; a sum closer to 1 than this is put right, and any other is a fault."""

_EXACT = 1e-9

Tables = dict[KeyPath, Table]
"""The table at every place where a parameter is named."""


def resolve(career: LoadedCareer, axes: Axes, report: FaultReport) -> Tables:
    """Resolve all parameters of a career.

    Parameters
    ----------
    career
        The career with its parameters.
    axes
        First and last year of the run.
    report
        Takes the faults: unknown parameters, wrong units, dimensions that a place does not have, numbers
        out of range, shares that do not sum to 1.

    Returns
    -------
    A table for each place where a parameter is named; places with a fault are left out.
    """
    tables: Tables = {}
    for reference in references(career.spec):
        parameter = career.parameters.get(reference.parameter)
        if parameter is None:
            _refuse_unknown(career, reference, report)
        elif _fits(career, reference, parameter, report):
            local = replace(axes, levels=_levels(career, reference.key_path))
            table = resolve_one(parameter, reference.slot, local, report)
            if table is not None:
                tables[reference.key_path] = table
    return tables


def resolve_one(parameter: Parameter, slot: Slot, axes: Axes, report: FaultReport) -> Table | None:
    """Resolve one parameter whose unit and dimensions fit the slot; None after a fault."""
    spec = parameter.spec
    by: tuple[str, ...] = tuple(spec.by)
    values: list[float] | None
    if spec.value is not None:
        values = [spec.value]
    elif spec.data is not None:
        by = ("county",) if spec.data.by == "county" else ()
        values = _published(parameter, spec.data, report)
    else:
        values = expand(parameter, slot, axes, report.add)
    if values is None:
        return None
    if spec.unit == "probability_per_year":
        values = [-log1p(-value) for value in values]
    table = _ordered(by, values, axes)
    return table if slot.sums_to_one is None else _whole(parameter, table, report)


def hazard_levels(career: LoadedCareer) -> tuple[int, ...]:
    """All levels of working time that a person of this career can have."""
    levels = {level for scheme in career.spec.working_times.values() for level in scheme.levels}
    return tuple(sorted(levels | {100}))


def _levels(career: LoadedCareer, key_path: KeyPath) -> tuple[int, ...]:
    """Levels of working time that apply at a place."""
    section, name, key = key_path[:3]
    spec = career.spec
    if section == "working_times":
        return tuple(sorted(set(spec.working_times[str(name)].levels)))
    if section == "start":
        state = spec.states.get(str(name))
        scheme = spec.working_times.get(state.working_time) if state and state.working_time else None
        return tuple(sorted(set(scheme.levels))) if scheme else ()
    return hazard_levels(career) if key == "working_time" else ()


def _refuse_unknown(career: LoadedCareer, reference: Reference, report: FaultReport) -> None:
    if ("parameters", reference.parameter) in career.pruned:
        return
    nearest = nearest_name(reference.parameter, career.parameters)
    remedy = "correct the name, or declare it under `parameters`"
    message = f"unknown parameter '{reference.parameter}'"
    report.add(career.fault(reference.key_path, message, nearest=nearest, remedy=remedy))


def _fits(career: LoadedCareer, reference: Reference, parameter: Parameter, report: FaultReport) -> bool:
    """Check unit and dimensions of a parameter against the place where it is named."""
    slot, spec = reference.slot, parameter.spec
    sound = True
    if spec.unit not in slot.units:
        message = f"parameter '{parameter.name}' has the unit {spec.unit}"
        expected = f"{' or '.join(slot.units)} for {format_key_path(reference.key_path)}"
        remedy = f"name another parameter, or correct its unit ({parameter.layer})"
        report.add(career.fault(reference.key_path, message, expected=expected, remedy=remedy))
        sound = False
    by: list[str] = list(spec.by) or (["county"] if spec.data and spec.data.by else [])
    wrong = [name for name in by if name not in slot.by]
    lacking = [name for name in slot.required if name not in by]
    if wrong or lacking or len(set(by)) < len(by):
        message = f"parameter '{parameter.name}' is by {', '.join(by) or 'nothing (one number)'}"
        accepted = f"any of {', '.join(slot.by)}" if slot.by else "one number"
        expected = f"{accepted}{f', with {slot.required[0]}' if slot.required else ''}"
        remedy = f"name another parameter, or correct its `by` ({parameter.layer})"
        report.add(career.fault(reference.key_path, message, expected=expected, remedy=remedy))
        sound = False
    return sound


def _ordered(by: tuple[str, ...], values: list[float], axes: Axes) -> Table:
    """Make a table with its dimensions in the order of `ORDER`."""
    order = tuple(name for name in ORDER if name in by)
    sizes = tuple(axes.size(name) for name in order)
    if order != by:
        strides = {name: prod(axes.size(later) for later in by[n + 1 :]) for n, name in enumerate(by)}
        steps = [strides[name] for name in order]
        cells = product(*(range(size) for size in sizes))
        values = [values[sum(i * step for i, step in zip(cell, steps, strict=True))] for cell in cells]
    return Table(order, sizes, tuple(values), axes.first_year if "year" in order else 0)


def _whole(parameter: Parameter, table: Table, report: FaultReport) -> Table | None:
    """Check that shares along the last dimension sum to 1, and put right what rounding left."""
    size = table.sizes[-1]
    values: list[float] = []
    for start in range(0, len(table.values), size):
        row = table.values[start : start + size]
        total = fsum(row)
        if abs(total - 1) > FARTHEST_FROM_ONE:
            what = ", ".join(table.by)
            expected = f"1, or within {FARTHEST_FROM_ONE:g} of it if the shares are rounded"
            message = f"shares by {what} sum to {total:.4g}"
            report.add(parameter.fault(message, expected=expected, remedy="correct the shares"))
            return None
        values += row if abs(total - 1) <= _EXACT else [share / total for share in row]
    return replace(table, values=tuple(values))


def _published(parameter: Parameter, data: DataRef, report: FaultReport) -> list[float] | None:
    """Take values from a shipped table."""
    try:
        if data.by == "county":
            found = figures_by_county(data.table, data.column, **data.where)
            return _by_county(parameter, data, found, report)
        single = figure(data.table, data.column, **data.where)
    except DataError as error:
        message = f"{error.where}: {error.message}" if error.where else error.message
        words = {
            "expected": error.expected,
            "nearest": error.nearest,
            "remedy": error.remedy or "correct the reference",
        }
        report.add(parameter.fault(message, "data", **words))
        return None
    if data.fill:
        message = "`fill` is for values by county"
        report.add(parameter.fault(message, "data", "fill", remedy="remove it, or add `by: county`"))
    if single.value is None:
        _refuse_hidden(parameter, "the value", single, report)
        return None
    return _in_range(parameter, [multiplied(single.value, data.scale)], report)


def _by_county(
    parameter: Parameter, data: DataRef, found: Mapping[str, Figure], report: FaultReport
) -> list[float] | None:
    values: list[float] = []
    for code in data.fill:
        published = found[code].value if code in found else None
        if code not in COUNTY_CODES or published is not None:
            message = f"`fill` for '{code}', which is no county"
            if published is not None:
                message = f"`fill` for county {code}, which has the published value {published:g}"
            nearest = code.zfill(2) if code.zfill(2) in COUNTY_CODES else None
            remedy = "correct or remove it"
            report.add(parameter.fault(message, "data", "fill", code, nearest=nearest, remedy=remedy))
    for code in COUNTY_CODES:
        published = found[code].value if code in found else None
        if published is None and code not in data.fill:
            _refuse_hidden(parameter, f"county {code}", found.get(code), report)
        else:
            values.append(data.fill[code] if published is None else multiplied(published, data.scale))
    return _in_range(parameter, values, report) if len(values) == len(COUNTY_CODES) else None


def _refuse_hidden(parameter: Parameter, what: str, hidden: Figure | None, report: FaultReport) -> None:
    """Say why there is no published value, and what to do."""
    assert parameter.spec.data is not None
    data = parameter.spec.data
    where = f"table {data.table}, column {data.column}"
    if hidden is None:
        message = f"{where}: there is no row for {what}"
    elif hidden.suppressed:
        message = f"{where}: {what} is suppressed (the true value is {hidden.low:g} to {hidden.high:g})"
    else:
        message = f"{where}: nothing is printed for {what}, or a range ({hidden.low:g} to {hidden.high:g})"
    code = what.removeprefix("county ")
    remedy = f"add `fill: {{'{code}': ...}}` with your estimate"
    if data.by is None:
        remedy = "write your estimate as `value`, with the table's document as source"
    report.add(parameter.fault(message, "data", expected="a published number", remedy=remedy))


def _in_range(parameter: Parameter, values: list[float], report: FaultReport) -> list[float] | None:
    meaning, lowest, highest = UNITS[parameter.spec.unit]
    outside = [value for value in values if not lowest <= value <= highest]
    if not outside:
        return values
    expected = f"{lowest:g} to {highest:g} ({meaning})"
    message = f"{outside[0]:g} is out of range for {parameter.spec.unit}"
    report.add(parameter.fault(message, "data", expected=expected, remedy="correct `scale` or the unit"))
    return None
