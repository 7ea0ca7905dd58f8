"""Where a career file may name a parameter, in which units, and over which dimensions.

One table (`SLOTS`) says it for every section of the file; the check of units, the resolution to numbers, the
search for unused parameters and `careersim explain` all read it through `references`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from careersim.config.career_spec import CareerSpec
from careersim.config.parameter_spec import Unit
from careersim.config.yaml_source import KeyPath

__all__ = ["NEED_WEIGHT", "ORDER", "SLOTS", "SUBSTITUTION", "Reference", "Slot", "references"]

ORDER = ("sex", "age", "years_in_state", "county", "sector", "year", "level")
"""Dimensions of a resolved table from the slowest to the fastest."""


@dataclass(frozen=True)
class Slot:
    """What a place for a parameter accepts.

    Attributes
    ----------
    units
        Accepted units; `probability_per_year` is turned into a rate.
    by
        Accepted dimensions.
    required
        Dimensions that must be there.
    sums_to_one
        Dimension over which the values are shares of a whole, or None.
    spread
        Whether the share of a band is spread evenly over it (otherwise each of its members gets the value).
    unlisted
        Value of what the parameter does not list; None means that all must be listed.
    """

    units: tuple[Unit, ...]
    by: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    sums_to_one: str | None = None
    spread: bool = False
    unlisted: float | None = None


@dataclass(frozen=True)
class Reference:
    """One use of a parameter: the key where its name stands, the name, and what is accepted there."""

    key_path: KeyPath
    parameter: str
    slot: Slot


_RATE = Slot(("rate_per_year", "probability_per_year"), ("sex", "age"))
_RATIO = Slot(("rate_ratio",))
_SHARE = Slot(("share",))
_UTILITY = Slot(("utility",))
_YEARS = Slot(("years",))
_WEIGHTS = Slot(("weight", "persons", "inhabitants", "share"), ("county",), ("county",))
_AGES = Slot(("share",), ("age",), ("age",), sums_to_one="age", spread=True, unlisted=0.0)
_SECTORS = Slot(("share",), ("sector",), ("sector",), sums_to_one="sector")

_HAZARD = {
    "rate": _RATE,
    "duration": Slot(("rate_ratio",), ("years_in_state",)),
    "county": Slot(("rate_ratio",), ("county",)),
    "sector": Slot(("rate_ratio",), ("sector",)),
    "at_home": _RATIO,
    "working_time": Slot(("rate_ratio",), ("level",), ("level",), unlisted=1.0),
    "trained_abroad": _RATIO,
    "committed": _RATIO,
    "workload": Slot(("log_rate_ratio_per_1000_inhabitants",)),
}

SLOTS: dict[str, dict[str, Slot]] = {
    "trainings": {"requirement": _YEARS},
    "working_times": {
        "review": _RATE,
        "shares": Slot(("share",), ("sex", "age", "level"), ("level",), sums_to_one="level"),
    },
    "sectors": {"shares": _SECTORS},
    "choices": {
        "home": _UTILITY,
        "stay": _UTILITY,
        "distance": Slot(("utility_per_100_km",)),
        "size": _UTILITY,
        "attractiveness": Slot(("utility",), ("county",)),
    },
    "mobility": _HAZARD,
    "transitions": {**_HAZARD, "credit": _YEARS, "commitment": _YEARS},
    "pools": {
        "posts": Slot(("posts",), ("county", "year")),
        "per_supervisor": Slot(("trainees_per_fte",), ("county", "year")),
    },
    "streams": {
        "inflow": Slot(("persons_per_year",), ("year",)),
        "counties": _WEIGHTS,
        "women": _SHARE,
        "ages": _AGES,
    },
    "start": {
        "persons": Slot(("persons",), ("county",)),
        "counties": _WEIGHTS,
        "women": _SHARE,
        "ages": _AGES,
        "sectors": _SECTORS,
        "working_time": Slot(("share",), ("level",), ("level",), sums_to_one="level"),
        "trained_abroad": _SHARE,
        "at_home": _SHARE,
    },
}
"""Section of the career file, key of an entry, and what is accepted there."""

NEED_WEIGHT = Slot(("weight",), ("county",))
"""The need weight of the run file."""

SUBSTITUTION = Slot(("share",), ("county",))
"""A coefficient of substitution in the run file."""


def references(spec: CareerSpec) -> Iterator[Reference]:
    """Walk over all uses of parameters in a career file, in the order of `SLOTS`.

    Parameters
    ----------
    spec
        The career file.

    Yields
    ------
    Each place where a parameter is named.
    """
    for section, slots in SLOTS.items():
        for name, entry in getattr(spec, section).items():
            for key, slot in slots.items():
                parameter = getattr(entry, key)
                if parameter is not None:
                    yield Reference((section, name, key), parameter, slot)
    for name, transition in spec.transitions.items():
        if isinstance(transition.to, dict):
            for state, parameter in transition.to.items():
                yield Reference(("transitions", name, "to", state), parameter, _SHARE)
