"""`lever_counties`: where the levers of a scenario act, so that summaries can begin with these counties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["COUNTIES_TOLD", "lever_counties"]

COUNTIES_TOLD = 3
"""Of so many at most costs and doubt are told one by one."""

_ELSEWHERE = ("demand", "guideline", "feedback", "seats", "panels", "parameters")
"""Keys of a run file that act in all counties."""


def lever_counties(baseline: Mapping[str, Any], scenario: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the counties to which all that a scenario changes is limited.

    Parameters
    ----------
    baseline, scenario
        Manifests of the two runs.

    Returns
    -------
    County codes in order; none if anything acts everywhere, or nothing differs.
    """
    ours, theirs = baseline["config"]["effective"], scenario["config"]["effective"]
    if any(ours[key] != theirs[key] for key in _ELSEWHERE):
        return ()
    own = [lever for lever in theirs["levers"] if lever not in ours["levers"]]
    if not all(lever["counties"] for lever in own):
        return ()
    return tuple(sorted({code for lever in own for code in lever["counties"]}))
