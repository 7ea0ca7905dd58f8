"""`calibrated_layer`: the calibrated numbers as a layer of a run file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from careersim.config.loaded import LoadedRun
from careersim.experiment.draws import with_values
from careersim.model.provenance import CALIBRATED

__all__ = ["Calibrated", "calibrated_layer"]

_DIGITS = 6


@dataclass(frozen=True)
class Calibrated:
    """One calibrated number with its 95 % interval, and where it comes from."""

    value: float
    low: float
    high: float
    source: str


def calibrated_layer(
    run: LoadedRun, numbers: Mapping[str, Calibrated], *, name: str, description: str
) -> str:
    """Write a layer that a run file can extend.

    Parameters
    ----------
    run
        The run that was calibrated.
    numbers
        By path (profession.parameter).
    name, description
        Of the layer.

    Returns
    -------
    YAML with complete parameter records: the tables of a record move in proportion.
    """
    rounded = {path: float(f"{one.value:.{_DIGITS}g}") for path, one in numbers.items()}
    moved = with_values(run, rounded)
    parameters: dict[str, dict[str, Any]] = {}
    for career in moved.careers:
        profession = career.spec.profession
        for key, parameter in career.parameters.items():
            number = numbers.get(f"{profession}.{key}")
            if number is None:
                continue
            record = parameter.spec.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
            record.pop("distribution", None)
            value = rounded[f"{profession}.{key}"]
            record["low"] = min(float(f"{number.low:.{_DIGITS}g}"), value)
            record["high"] = max(float(f"{number.high:.{_DIGITS}g}"), value)
            record["source"] = {"assumption": f"{CALIBRATED} {number.source}"}
            parameters.setdefault(profession, {})[key] = _plain(record)
    content = {"name": name, "description": description, "parameters": parameters}
    head = "# Written by `careersim calibrate`; do not edit. Lay it under a run file with `extends`.\n"
    return head + yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110)


def _plain(value: Any) -> Any:
    """Shorten what `repr` would print with sixteen digits."""
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    if isinstance(value, float):
        short = float(f"{value:.9g}")
        return int(short) if short == int(short) and abs(short) < 1e15 else short
    return value
