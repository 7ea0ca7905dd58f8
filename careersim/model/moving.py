"""`central` and `moved`: the one number that stands for a parameter record, and the record with another one.

Of a table that is its largest number (in size); the others, `otherwise` included, move in proportion. Where a
table holds shares of a whole, its largest share moves, the same share moves in proportion in the other rows,
and the others of each row share what is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum, isfinite
from typing import Any

from careersim.config.fault_report import FaultReport
from careersim.config.loaded import LoadedCareer
from careersim.config.parameter_spec import UNITS, DataRef, ParameterSpec
from careersim.data import figure, figures_by_county
from careersim.errors import UserError
from careersim.model.parameters import FARTHEST_FROM_ONE
from careersim.model.slots import references
from careersim.model.spread import apportion, multiplied

__all__ = ["ANYWHERE", "Use", "central", "check_ranges", "moved", "uses"]


@dataclass(frozen=True)
class Use:
    """What the places that name a parameter ask of its numbers.

    Attributes
    ----------
    whole
        Dimension over which they are shares of a whole, or None.
    whole_numbers
        Whether they are whole: persons of a start, or the years of a contract.
    """

    whole: str | None = None
    whole_numbers: bool = False


ANYWHERE = Use()


def uses(career: LoadedCareer) -> dict[str, Use]:
    """What a career asks of each of its parameters, by name."""
    found: dict[str, Use] = {}
    for reference in references(career.spec):
        section, _, key = reference.key_path[:3]
        before = found.get(reference.parameter, ANYWHERE)
        counted = (section, key) in (("start", "persons"), ("transitions", "commitment"))
        found[reference.parameter] = Use(
            before.whole or reference.slot.sums_to_one, before.whole_numbers or counted
        )
    return found


def central(spec: ParameterSpec, use: Use = ANYWHERE, where: str = "") -> float:
    """Give the number that `low` and `high` bracket, in the unit of the record.

    Raises
    ------
    DataError
        If a shipped table does not have it (`assemble` reports that as a fault).
    """
    if spec.value is not None:
        return spec.value
    numbers = list(_published(spec.data).values()) if spec.data else [n for _, n in _leaves(spec.values)]
    if spec.otherwise is not None and use.whole is None:
        numbers.append(spec.otherwise)
    if not numbers:
        raise UserError("there is no number to move", where=where)
    return max(numbers, key=abs)


def moved(spec: ParameterSpec, number: float, use: Use = ANYWHERE, where: str = "") -> ParameterSpec:
    """Put another number in place of the central one.

    Parameters
    ----------
    spec
        The record.
    number
        In the unit of the record.
    use
        What the places that name it ask for.
    where
        Named in messages.

    Returns
    -------
    The record with its other numbers moved along; the record itself if the number is the central one.

    Raises
    ------
    UserError
        If the number is not within the range of the unit, or the table cannot move: all its numbers are 0,
        or nothing is there to share what is left.
    """
    meaning, lowest, highest = UNITS[spec.unit]
    if not (isfinite(number) and lowest <= number <= highest):
        expected = f"{lowest:g} to {highest:g} ({meaning})"
        raise UserError(f"{number:g} is out of range for {spec.unit}", where=where, expected=expected)
    before = central(spec, use, where)
    if number == before:
        return spec
    if spec.value is not None:
        return spec.model_copy(update={"value": float(round(number)) if use.whole_numbers else number})
    if before == 0:
        raise UserError(
            "a table of zeros cannot be moved in proportion",
            where=where,
            remedy="leave `low`, `high` and `distribution` out, or write a number that is not 0",
        )
    ratio = number / before
    if spec.data is not None:
        fill = {code: filled * ratio for code, filled in spec.data.fill.items()}
        data = spec.data.model_copy(update={"scale": spec.data.scale * ratio, "fill": fill})
        return spec.model_copy(update={"data": data})
    leaves = dict(_leaves(spec.values))
    if use.whole is not None:
        leaves = _whole(
            leaves, [*map(str, spec.by)].index(use.whole), before, number, spec.otherwise or 0.0, where
        )
    elif use.whole_numbers:
        scaled = [max(leaf * ratio, 0.0) for leaf in leaves.values()]
        leaves = dict(zip(leaves, map(float, apportion(round(fsum(scaled)), scaled)), strict=True))
    else:
        leaves = {path: number if leaf == before else leaf * ratio for path, leaf in leaves.items()}
    changed: dict[str, Any] = {"values": _nested(leaves)}
    if spec.otherwise is not None and use.whole is None:
        otherwise = number if spec.otherwise == before else spec.otherwise * ratio
        changed["otherwise"] = float(round(otherwise)) if use.whole_numbers else otherwise
    return spec.model_copy(update=changed)


def check_ranges(career: LoadedCareer, report: FaultReport) -> None:
    """Check that the largest number of every table lies within the range that the file gives it.

    Only for numbers as written: those of a draw may leave it by rounding, or by sharing what is left.
    """
    asked = uses(career)
    for name, parameter in career.parameters.items():
        spec = parameter.spec
        if spec.value is not None or (spec.low is None and spec.high is None):
            continue  # the specification checks single numbers
        try:
            largest = central(spec, asked.get(name, ANYWHERE))
        except (UserError, ValueError):
            continue  # the table is faulty, which is told elsewhere
        low, high = (largest if end is None else end for end in (spec.low, spec.high))
        if not low <= largest <= high:
            message = f"the range {low:g} to {high:g} does not hold {largest:g}, the largest number"
            expected = "low <= largest number <= high"
            remedy = "correct the range or the numbers"
            report.add(parameter.fault(message, expected=expected, remedy=remedy))


_Path = tuple[str, ...]


def _whole(
    leaves: Mapping[_Path, float], dimension: int, before: float, number: float, unlisted: float, where: str
) -> dict[_Path, float]:
    rows: dict[_Path, dict[str, float]] = {}
    for path, share in leaves.items():
        rows.setdefault((*path[:dimension], *path[dimension + 1 :]), {})[path[dimension]] = share
    leader = next(path for path, share in leaves.items() if share == before)
    first = (*leader[:dimension], *leader[dimension + 1 :])
    key = leader[dimension]
    for row, shares in rows.items():
        if unlisted and abs(fsum(shares.values()) - 1) > FARTHEST_FROM_ONE:
            raise UserError(
                "shares of a whole can only move where all of them are listed",
                where=where,
                remedy="list them instead of `otherwise`, or leave `low`, `high` and `distribution` out",
            )
        others = fsum(share for name, share in shares.items() if name != key)
        if others <= 0 and row == first:
            raise UserError(
                f"no other share can take what '{key}' leaves or give what it takes",
                where=where,
                remedy="leave `low`, `high` and `distribution` out, or list a second share above 0",
            )
        if key not in shares or others <= 0:
            continue
        own = number if shares[key] == before else shares[key] * (number / before)
        left = (1.0 - own) / others
        rows[row] = {name: own if name == key else share * left for name, share in shares.items()}
    return {path: rows[(*path[:dimension], *path[dimension + 1 :])][path[dimension]] for path in leaves}


def _published(data: DataRef) -> dict[str, float]:
    """Numbers of a shipped table by county code, or the single one."""
    if data.by == "county":
        found = figures_by_county(data.table, data.column, **data.where)
        numbers = {
            code: multiplied(one.value, data.scale) for code, one in found.items() if one.value is not None
        }
        return {**data.fill, **numbers}
    single = figure(data.table, data.column, **data.where)
    return {} if single.value is None else {"": multiplied(single.value, data.scale)}


def _leaves(node: object, path: _Path = ()) -> Iterator[tuple[_Path, float]]:
    """All numbers of nested `values` with the keys that lead to them."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from _leaves(below, (*path, key))
    else:
        yield path, float(str(node).replace("_", ""))


def _nested(leaves: Mapping[_Path, float]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, leaf in leaves.items():
        here = tree
        for key in path[:-1]:
            here = here.setdefault(key, {})
        here[path[-1]] = leaf
    return tree
