"""`priors_of`: every uncertain number of a run as a `Prior`; `with_values`: the run with other numbers.

A number is named by a path: `doctor.gp_leaving` (profession.parameter), `demand.need_weight`,
`levers.stay_bonus.value` or a record below a lever (`levers.stay_bonus.bonus.uptake`),
`costs.trainee_post`. A parameter that several places of a career name is one number, and so is a table (see
`careersim.model.moving`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import fsum, isfinite, nan
from typing import Any

import numpy as np

from careersim.config.loaded import LoadedCareer, LoadedRun, Parameter
from careersim.config.parameter_spec import UNITS, Distribution, ParameterSpec
from careersim.config.run_spec import LeverSpec
from careersim.config.yaml_source import KeyPath
from careersim.errors import UserError, nearest_name
from careersim.model.costs import with_prices
from careersim.model.lever_limits import lever_limits
from careersim.model.moving import ANYWHERE, Use, central, moved, uses
from careersim.model.provenance import provenance, source_text
from careersim.model.quantiles import Floats, Kind, cumulated, pert_shapes, quantile

__all__ = ["Prior", "fixed_paths", "is_price", "number_limits", "priors_of", "with_values"]

_BEYOND = 1e-4
"""Distributions without ends are cut off where this part of them lies beyond, on either side."""

_DEMAND = "demand.need_weight"


@dataclass(frozen=True)
class Prior:
    """What is believed about one number before any data.

    Attributes
    ----------
    path
        Name of the number.
    unit
        Of `central`, `low` and `high`: that of the parameter record, or of the lever in words.
    central
        The number that a run without draws uses.
    low, high
        Ends, beyond which no draw lies.
    kind
        `pert` (only `low` and `high` are declared; mode `central`), or that of the declared distribution.
    source
        Title and place, citation, or the reason of an assumption.
    label
        What the number is, for readers.
    a, b
        Of the declared distribution; NaN for `pert`.
    """

    path: str
    unit: str
    central: float
    low: float
    high: float
    kind: str
    source: str
    label: str = ""
    a: float = nan
    b: float = nan

    def quantile(self, u: Floats) -> Floats:
        """Give the values below which the parts `u` (0 to 1) of the prior lie, in `unit`."""
        u = np.asarray(u, np.float64)
        if self.kind == "pert":
            first, second = pert_shapes(self.low, self.central, self.high)
            found = self.low + (self.high - self.low) * quantile("beta", first, second, u)
        else:
            kind: Kind = self.kind  # type: ignore[assignment]
            below, until = (cumulated(kind, self.a, self.b, end) for end in (self.low, self.high))
            found = quantile(kind, self.a, self.b, below + (until - below) * u)
        return np.clip(found, self.low, self.high)


def priors_of(run: LoadedRun) -> tuple[Prior, ...]:
    """List all uncertain numbers of a run.

    Parameters
    ----------
    run
        A run that `careersim.model.assemble.assemble` accepts.

    Returns
    -------
    One prior for each number that has `low`, `high` or `distribution`: parameters of its careers in the order
    of the files after overrides, the need weight, levers, costs. A number whose ends agree is certain.

    Raises
    ------
    UserError
        If a range does not hold the number that the run uses.
    """
    return tuple(prior for number in _numbers(run) if (prior := number.prior()) is not None)


def is_price(path: str) -> bool:
    """Whether a number is a price or a rate of the key `costs`, which changes no life."""
    return path.startswith("costs.")


def fixed_paths(run: LoadedRun) -> tuple[str, ...]:
    """Paths of the numbers of a run that have no prior, in the same order."""
    return tuple(number.path for number in _numbers(run) if number.prior() is None)


def number_limits(run: LoadedRun) -> dict[str, tuple[float, float]]:
    """Lowest and highest value that each number of a run may have, by path; with or without prior."""
    return {number.path: number.ends for number in _numbers(run)}


def with_values(run: LoadedRun, values: Mapping[str, float]) -> LoadedRun:
    """Put other numbers in place of those of a run.

    Parameters
    ----------
    run
        A run that `careersim.model.assemble.assemble` accepts.
    values
        Numbers by path, with or without prior.

    Returns
    -------
    The run with these numbers, tables moved in proportion. Where the destinations of a transition share a
    whole, those that are not given share what is left, and all are scaled to sum to 1. Persons of a start and
    years of a contract are rounded. Central numbers leave everything as it is.

    Raises
    ------
    UserError
        If a path is unknown, or a number is out of the range of its unit. What a lever may be at most is
        checked by `assemble`.
    """
    known = {number.path: number for number in _numbers(run)}
    for path in values:
        if path not in known:
            raise UserError(
                f"unknown number '{path}'",
                where="path",
                expected="profession.parameter, levers.name.value or costs.name of this run",
                nearest=nearest_name(path, known),
            )
    careers = tuple(_career(career, values) for career in run.careers)
    need = run.need_weight
    if need is not None and _DEMAND in values:
        need = replace(need, spec=moved(need.spec, values[_DEMAND], where=_DEMAND))
    changed: dict[str, Any] = {"levers": [_lever(lever, values) for lever in run.spec.levers]}
    run = with_prices(run, {name: values[path] for name in run.prices if (path := f"costs.{name}") in values})
    return replace(run, careers=careers, need_weight=need, spec=run.spec.model_copy(update=changed))


@dataclass(frozen=True)
class _Number:
    """A number of a run by its path, with its range as declared."""

    path: str
    unit: str
    label: str
    source: str
    where: str
    spec: ParameterSpec | LeverSpec
    use: Use
    ends: tuple[float, float]

    def prior(self) -> Prior | None:
        spec = self.spec
        if spec.low is None and spec.high is None and spec.distribution is None:
            return None
        now = central(spec, self.use, self.where) if isinstance(spec, ParameterSpec) else spec.value
        if spec.distribution is None:
            low, high = (now if end is None else end for end in (spec.low, spec.high))
            kind, a, b = "pert", nan, nan
        else:
            low, high = _ends(spec.distribution, spec.low, spec.high, self.ends)
            kind, a, b = spec.distribution.kind, spec.distribution.a, spec.distribution.b
        if low == high == now:
            return None
        if not low <= now <= high:
            raise UserError(
                f"the range {low:g} to {high:g} does not hold {now:g}, which the run uses",
                where=self.where,
                expected="low <= value <= high, of a table for its largest number",
                remedy="correct the range or the number",
            )
        return Prior(self.path, self.unit, now, low, high, kind, self.source, self.label, a, b)


def _ends(
    distribution: Distribution, low: float | None, high: float | None, unit: tuple[float, float]
) -> tuple[float, float]:
    """Where a distribution ends: as declared, or where its support, the unit or nearly all of it does."""
    kind, a, b = distribution.kind, distribution.a, distribution.b
    rare = 0.0 if kind in ("beta", "uniform") else _BEYOND
    first, last = (float(end) for end in quantile(kind, a, b, np.array([rare, 1.0 - rare])))
    return max(first if low is None else low, unit[0]), min(last if high is None else high, unit[1])


def _numbers(run: LoadedRun) -> Iterator[_Number]:
    told = {(record.profession, record.name): record for record in provenance(run)}
    parameters: list[tuple[str, Parameter, Use]] = []
    for career in run.careers:
        asked = uses(career)
        for name, parameter in career.parameters.items():
            parameters.append((career.spec.profession, parameter, asked.get(name, ANYWHERE)))
    if run.need_weight is not None:
        parameters.append(("demand", run.need_weight, ANYWHERE))
    for profession, parameter, use in parameters:
        record = told[profession, parameter.name]
        path = _DEMAND if profession == "demand" else f"{profession}.{parameter.name}"
        where = f"{parameter.layer}: {'.'.join(map(str, parameter.key_path))}"
        spec = parameter.spec
        ends = UNITS[spec.unit][1:]
        yield _Number(path, spec.unit, record.label, record.source, where, spec, use, ends)
    for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True):
        yield from _lever_numbers(run, number, lever)
    for name, price in run.prices.items():
        yield _record(f"costs.{name}", price.spec)


def _lever_numbers(run: LoadedRun, number: int, lever: LeverSpec) -> Iterator[_Number]:
    path = f"levers.{lever.name}.value"
    unit = "factor" if lever.operation == "multiply" else f"{lever.kind}, {lever.operation}"
    label = f"{lever.name.replace('_', ' ')}: {lever.operation} {', '.join(lever.targets)}"
    where = _place(run, ("levers", number, "value"))
    yield _Number(
        path, unit, label, source_text(lever.source)[1], where, lever, ANYWHERE, lever_limits(lever)
    )
    for keys, spec in _records(lever).items():
        where = _place(run, ("levers", number, *keys))
        yield _record(f"levers.{lever.name}.{'.'.join(keys)}", spec, where)


def _place(run: LoadedRun, keys: KeyPath) -> str:
    """File, line and key of a value of the run file."""
    fault = run.fault(keys, "")
    return f"{fault.file}:{fault.line}: {fault.key}"


def _record(path: str, spec: ParameterSpec, where: str | None = None) -> _Number:
    label = spec.label or path.partition(".")[2].replace("_", " ").replace(".", ": ")
    source = source_text(spec.source)[1] if spec.source else ""
    return _Number(path, spec.unit, label, source, where or path, spec, ANYWHERE, UNITS[spec.unit][1:])


def _records(holder: object) -> dict[tuple[str, ...], ParameterSpec]:
    """Parameter records anywhere below a specification, by the keys that lead to them."""
    found: dict[tuple[str, ...], ParameterSpec] = {}
    for name, one in _parts(holder).items():
        if isinstance(one, ParameterSpec):
            found[name,] = one
        else:
            found |= {(name, *keys): record for keys, record in _records(one).items()}
    return found


def _parts(holder: object) -> Mapping[str, object]:
    if isinstance(holder, Mapping):
        return holder
    return {name: getattr(holder, name) for name in getattr(type(holder), "model_fields", {})}


def _replaced(holder: Any, keys: tuple[str, ...], record: ParameterSpec) -> Any:
    """The specification with another record at these keys."""
    name, *rest = keys
    below = _replaced(_parts(holder)[name], tuple(rest), record) if rest else record
    return {**holder, name: below} if isinstance(holder, Mapping) else holder.model_copy(update={name: below})


def _lever(lever: LeverSpec, values: Mapping[str, float]) -> LeverSpec:
    here = f"levers.{lever.name}"
    for keys, spec in _records(lever).items():
        path = f"{here}.{'.'.join(keys)}"
        if path in values and (record := moved(spec, values[path], where=path)) is not spec:
            lever = _replaced(lever, keys, record)
    number = values.get(f"{here}.value", lever.value)
    if not isfinite(number):
        raise UserError(f"{number:g} is no number", where=f"{here}.value", expected="a finite number")
    return lever if number == lever.value else lever.model_copy(update={"value": number})


def _career(career: LoadedCareer, values: Mapping[str, float]) -> LoadedCareer:
    prefix = f"{career.spec.profession}."
    given = {path.removeprefix(prefix): value for path, value in values.items() if path.startswith(prefix)}
    given = {name: value for name, value in given.items() if name in career.parameters}
    if not given:
        return career
    asked = uses(career)
    parameters = dict(career.parameters)

    def put(name: str, value: float) -> None:
        use = asked.get(name, ANYWHERE)
        spec = moved(parameters[name].spec, value, use, f"{prefix}{name}")
        parameters[name] = replace(parameters[name], spec=spec)

    for name, value in given.items():
        put(name, value)
    for names in _branches(career):
        if any(parameters[name].spec is not career.parameters[name].spec for name in names):
            shares = {name: central(parameters[name].spec, where=f"{prefix}{name}") for name in names}
            for name, share in _whole(shares, given).items():
                put(name, share)
    return replace(career, parameters=parameters)


def _branches(career: LoadedCareer) -> list[tuple[str, ...]]:
    """Parameters that share a whole because they are destinations of one transition; each group once."""
    groups = (one.to.values() for one in career.spec.transitions.values() if isinstance(one.to, dict))
    return list(dict.fromkeys(tuple(dict.fromkeys(group)) for group in groups))


def _whole(shares: Mapping[str, float], given: Mapping[str, float]) -> dict[str, float]:
    rest = fsum(share for name, share in shares.items() if name not in given)
    left = max(0.0, 1.0 - fsum(share for name, share in shares.items() if name in given))
    scaled = {
        name: share if name in given or rest == 0 else share * (left / rest) for name, share in shares.items()
    }
    total = fsum(scaled.values())
    return scaled if total == 0 else {name: share / total for name, share in scaled.items()}
