"""`standing`: on what the numbers of a run stand, in words for readers: sources, or calibration."""

from __future__ import annotations

from careersim.config.loaded import LoadedRun
from careersim.model.provenance import calibrated_numbers

__all__ = ["CAVEATS_NOTE", "chance_only", "standing"]

CAVEATS_NOTE = (
    "What is said of a profession describes its career file; calibrated numbers may differ from it "
    "(careersim explain)."
)
"""Said before the caveats of professions, where something is calibrated."""


def standing(run: LoadedRun) -> str:
    """Say in one clause where the parameters come from.

    Parameters
    ----------
    run
        What is or was run.

    Returns
    -------
    Without a full stop: that they are sourced, and how many of which professions are calibrated.
    """
    found = calibrated_numbers(run)
    if not found:
        return "parameters are sourced, not calibrated"
    whose = [name.replace("_", " ") for name in found]
    listed = " and ".join([", ".join(whose[:-1]), whose[-1]] if len(whose) > 1 else whose)
    count = sum(map(len, found.values()))
    which = "one of them" if count == 1 else f"{count} of them"
    return f"parameters are sourced, and {which} calibrated on published figures ({listed})"


def chance_only(run: LoadedRun) -> str:
    """Say of a run without draws what its intervals hold, as the end of a sentence about intervals."""
    if not calibrated_numbers(run):
        return "carry chance only"
    return "carry chance only, not what the figures leave open (--posterior)"
