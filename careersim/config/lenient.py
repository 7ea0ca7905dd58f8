"""Validation that goes on: what is faulty is told and left out, so that the rest can be checked as well."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError

from careersim.config.fault_report import Fault
from careersim.config.faults import faults_from_validation_error
from careersim.config.yaml_source import KeyPath, SourceDocument, YamlValue

__all__ = ["CAREER_FILE", "RUN_FILE", "Leniency", "Validated", "validate_leniently"]


@dataclass(frozen=True)
class Leniency:
    """What can be left out of a kind of file.

    Attributes
    ----------
    depths
        How many keys lead to an entry that can be left out alone; other top-level keys go as a whole.
    placeholders
        What stands for a top-level key that the file must have, so that the rest can be checked.
    """

    depths: dict[str, int]
    placeholders: dict[str, YamlValue]


CAREER_FILE = Leniency(
    dict.fromkeys(
        (
            "states",
            "transitions",
            "trainings",
            "working_times",
            "sectors",
            "choices",
            "mobility",
            "pools",
            "streams",
            "start",
            "parameters",
        ),
        2,
    ),
    {
        "profession": "unnamed",
        "key": "1",
        "label": {"en": "?", "sv": "?"},
        "start_year": "2023",
        "transitions": {},
        "parameters": {},
    },
)
RUN_FILE = Leniency(
    {"parameters": 3, "levers": 2, "panels": 2},
    {"name": "unnamed", "professions": ["unnamed"], "until": "2040"},
)

Spec = TypeVar("Spec", bound=BaseModel)


@dataclass(frozen=True)
class Validated(Generic[Spec]):
    """What is left of a file.

    Attributes
    ----------
    spec
        The file without the pruned entries; None if it is not valid even so.
    faults
        What was wrong.
    pruned
        Key paths that were left out.
    """

    spec: Spec | None
    faults: tuple[Fault, ...] = ()
    pruned: frozenset[KeyPath] = frozenset()


def validate_leniently(model: type[Spec], document: SourceDocument, leniency: Leniency) -> Validated[Spec]:
    """Validate a file; if it has faults, validate it again without the entries that hold them.

    Parameters
    ----------
    model
        The specification of the file.
    document
        The file.
    leniency
        What can be left out of it.

    Returns
    -------
    The specification if enough is left, the faults, and what was left out.
    """
    try:
        return Validated(model.model_validate(document.data))
    except ValidationError as error:
        faults = tuple(faults_from_validation_error(error, document, model))
        pruned = frozenset(
            detail["loc"][: leniency.depths.get(str(detail["loc"][0]), 1)]
            for detail in error.errors(include_url=False)
            if detail["loc"]
        )
    data = deepcopy(document.data)
    # From the last item of a list to the first, so that the numbers of the others stay right.
    for path in sorted(pruned, key=_item_number, reverse=True):
        _remove(data, path)
    for key, placeholder in leniency.placeholders.items():
        if (key,) in pruned:
            data[key] = deepcopy(placeholder)
    try:
        return Validated(model.model_validate(data), faults, pruned)
    except ValidationError:
        return Validated(None, faults, pruned)


def _item_number(path: KeyPath) -> int:
    return path[-1] if isinstance(path[-1], int) else -1


def _remove(data: YamlValue, path: KeyPath) -> None:
    """Take one entry out of nested mappings and lists."""
    first, *rest = path
    if isinstance(data, dict) and first in data:
        below = data[str(first)]
        if rest:
            _remove(below, tuple(rest))
        else:
            del data[str(first)]
    elif isinstance(data, list) and isinstance(first, int):
        del data[first]
