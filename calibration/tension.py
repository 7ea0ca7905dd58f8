"""`tension`: which published figures contradict each other, and by how much, before any model is asked."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from pathlib import Path

import polars as pl
from pydantic import Field, ValidationError

from calibration.coverage import COVERAGE_FILE
from calibration.target_types import Target, Targets
from careersim.config.fault_report import Fault, FaultReport
from careersim.config.faults import faults_from_validation_error
from careersim.config.parameter_spec import SpecModel
from careersim.config.yaml_source import read_yaml
from careersim.errors import ConfigError
from careersim.types import Number

__all__ = ["TENSION_FILE", "Relation", "read_relations", "tension"]

TENSION_FILE = COVERAGE_FILE.with_name("tensions.yaml")


class Relation(SpecModel):
    """What must hold between targets if they are true: `expression` lies from `low` to `high`."""

    what: str
    expression: str
    low: Number = Field(default=-inf)
    high: Number = Field(default=inf)
    unit: str
    text: str


def tension(targets: Targets, relations: Mapping[str, Relation] | None = None) -> pl.DataFrame:
    """Check targets against each other.

    A target stands for its printed value, or the middle of its interval, with the variance of its tolerance
    and of its rounding (that of a uniform distribution over the interval). The combined tolerance of an
    expression follows by the delta method, as if targets were independent.

    Parameters
    ----------
    targets
        As read; relations that name a target that is not among them are left out.
    relations
        Instead of the shipped ones.

    Returns
    -------
    Columns relation, what, value (of the expression), low, high, unit, difference (signed distance from the
    allowed interval), tolerance (combined), tension (difference in units of it), text; the largest first.

    Raises
    ------
    ConfigError
        If an expression cannot be read.
    """
    rows = []
    for name, relation in (read_relations() if relations is None else relations).items():
        found = _evaluate(relation.expression, targets)
        if found is None:
            continue
        value, combined = found
        difference = value - min(max(value, relation.low), relation.high)
        rows.append(
            {
                "relation": name,
                "what": relation.what,
                "value": value,
                "low": relation.low,
                "high": relation.high,
                "unit": relation.unit,
                "difference": difference,
                "tolerance": combined,
                "tension": abs(difference) / combined if combined else (inf if difference else 0.0),
                "text": relation.text,
            }
        )
    return pl.DataFrame(rows, schema=_SCHEMA).sort("tension", descending=True, maintain_order=True)


def read_relations(path: Path = TENSION_FILE) -> dict[str, Relation]:
    """Read relations by name.

    Raises
    ------
    ConfigError
        With all faults of the file.
    """
    document = read_yaml(path)
    report = FaultReport("the relations")
    try:
        relations = _RelationFile.model_validate(document.data).relations
    except ValidationError as error:
        report.add(*faults_from_validation_error(error, document, _RelationFile))
        relations = {}
    for name, relation in relations.items():
        try:
            _parse(relation.expression)
        except ConfigError as error:
            line, _ = document.position(("relations", name, "expression"))
            key = f"relations.{name}.expression"
            report.add(Fault(str(path), line, key, error.message, error.expected))
    report.raise_if_any()
    return relations


_SCHEMA: dict[str, pl.DataType] = {
    "relation": pl.String(),
    "what": pl.String(),
    "value": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "unit": pl.String(),
    "difference": pl.Float64(),
    "tolerance": pl.Float64(),
    "tension": pl.Float64(),
    "text": pl.String(),
}


class _RelationFile(SpecModel):
    """The file: relations by name."""

    relations: dict[str, Relation]


@dataclass(frozen=True)
class _Unsure:
    """A number with its derivatives by the targets that it is made of."""

    value: float
    slopes: Mapping[str, float]

    def plus(self, other: _Unsure, sign: float) -> _Unsure:
        return _Unsure(self.value + sign * other.value, _added(self.slopes, 1.0, other.slopes, sign))

    def times(self, other: _Unsure) -> _Unsure:
        slopes = _added(self.slopes, other.value, other.slopes, self.value)
        return _Unsure(self.value * other.value, slopes)

    def over(self, other: _Unsure) -> _Unsure:
        if other.value == 0:
            raise ConfigError("division by zero", expected="targets other than zero below a stroke")
        quotient = self.value / other.value
        slopes = _added(self.slopes, 1.0 / other.value, other.slopes, -quotient / other.value)
        return _Unsure(quotient, slopes)


def _added(
    first: Mapping[str, float], by: float, second: Mapping[str, float], by_second: float
) -> dict[str, float]:
    names = dict.fromkeys((*first, *second))
    return {name: by * first.get(name, 0.0) + by_second * second.get(name, 0.0) for name in names}


def _evaluate(expression: str, targets: Targets) -> tuple[float, float] | None:
    """Value and combined tolerance, or None if a target is not there."""
    by_id: dict[str, Target] = {target.id: target for target in targets.targets}
    blocks: dict[str, list[Target]] = {}
    for target in targets.targets:
        blocks.setdefault(target.block, []).append(target)
    try:
        found = _value(_parse(expression), by_id, blocks)
    except KeyError:
        return None
    variance = sum(slope**2 * _variance(by_id[name]) for name, slope in found.slopes.items())
    return found.value, sqrt(variance)


def _parse(expression: str) -> ast.expr:
    try:
        tree = ast.parse(expression.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        raise ConfigError(
            f"'{expression}' cannot be read", expected="ids of targets, numbers, + - * / ( ) and sum(block)"
        ) from None
    _check(tree)
    return tree


def _check(node: ast.expr) -> None:
    """Refuse whatever is not arithmetic of names and numbers."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub | ast.Mult | ast.Div):
        _check(node.left)
        _check(node.right)
    elif not (_is_number(node) or isinstance(node, ast.Name) or _summed(node) is not None):
        raise ConfigError(
            f"'{ast.unparse(node)}' is not allowed here",
            expected="ids of targets, numbers, + - * / ( ) and sum(block)",
        )


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) in (int, float)


def _summed(node: ast.expr) -> str | None:
    """The block of `sum(block)`."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "sum"
        and len(node.args) == 1
        and isinstance(node.args[0], ast.Name)
    ):
        return node.args[0].id
    return None


def _value(node: ast.expr, by_id: Mapping[str, Target], blocks: Mapping[str, Sequence[Target]]) -> _Unsure:
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, by_id, blocks), _value(node.right, by_id, blocks)
        if isinstance(node.op, ast.Add | ast.Sub):
            return left.plus(right, 1.0 if isinstance(node.op, ast.Add) else -1.0)
        return left.times(right) if isinstance(node.op, ast.Mult) else left.over(right)
    if isinstance(node, ast.Name):
        return _Unsure(_middle(by_id[node.id]), {node.id: 1.0})
    block = _summed(node)
    if block is not None:
        members = blocks[block]
        return _Unsure(sum(_middle(one) for one in members), {one.id: 1.0 for one in members})
    # `_check` lets nothing else pass.
    assert isinstance(node, ast.Constant)
    assert isinstance(node.value, int | float)
    return _Unsure(float(node.value), {})


def _middle(target: Target) -> float:
    if -inf < target.low <= target.high < inf:
        return 0.5 * (target.low + target.high)
    if target.value is None:
        raise ConfigError(f"target '{target.id}' has no value", expected="targets with a value")
    return target.value


def _variance(target: Target) -> float:
    width = target.high - target.low
    return target.tolerance**2 + (width**2 / 12.0 if width < inf else 0.0)
