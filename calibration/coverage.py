"""`read_coverages`: how much of the truth a register shows, as named unknowns with a prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["COVERAGE_FILE", "Coverage", "central_coverage", "read_coverages"]

COVERAGE_FILE = Path(__file__).with_name("targets") / "coverage.yaml"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a source prints, divided by what is true: a factor on the prediction.

    Attributes
    ----------
    name
        Name in the column `coverage` of the targets.
    unit
        Always `rate_ratio`: a factor.
    central, low, high
        Mode and ends of a PERT distribution, the prior.
    source
        Document and place, or the reason of an assumption.
    """

    name: str
    label: str
    unit: str
    central: float
    low: float
    high: float
    source: str

    @property
    def path(self) -> str:
        """Path of the unknown: `coverage.NAME`."""
        return f"coverage.{self.name}"

    def prior_fields(self) -> dict[str, str | float]:
        """Fields of a `Prior` of careersim: path, unit, central, low, high, kind and source."""
        return {
            "path": self.path,
            "unit": self.unit,
            "central": self.central,
            "low": self.low,
            "high": self.high,
            "kind": "pert",
            "source": self.source,
        }


def read_coverages(path: Path = COVERAGE_FILE) -> dict[str, Coverage]:
    """Read coverages by name, in the order of the file."""
    raise NotImplementedError


def central_coverage(coverages: Mapping[str, Coverage]) -> dict[str, float]:
    """The central value of every coverage, by name."""
    return {name: one.central for name, one in coverages.items()}
