"""`read_coverages`: how much of the truth a register shows, as named unknowns with a prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import ValidationError

from careersim.config.fault_report import Fault, FaultReport
from careersim.config.faults import faults_from_validation_error
from careersim.config.parameter_spec import ParameterSpec, SpecModel
from careersim.config.yaml_source import read_yaml
from careersim.errors import nearest_name
from careersim.experiment.draws import Prior

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
    scatter
        Standard deviation, as a share, of the coverage of single counties around that of the country.
    source
        Document and place, or the reason of an assumption.
    scatter_source
        The same for the scatter; empty without one.
    """

    name: str
    label: str
    unit: str
    central: float
    low: float
    high: float
    source: str
    scatter: float = 0.0
    scatter_source: str = ""

    @property
    def path(self) -> str:
        """Path of the unknown: `coverage.NAME`."""
        return f"coverage.{self.name}"

    def prior(self) -> Prior:
        """What is believed about it before any data."""
        return Prior(
            path=self.path,
            unit=self.unit,
            central=self.central,
            low=self.low,
            high=self.high,
            kind="pert",
            source=self.source,
            label=self.label,
        )


def read_coverages(path: Path = COVERAGE_FILE) -> dict[str, Coverage]:
    """Read coverages, which are written like parameters of a career file, with unit `rate_ratio`.

    Parameters
    ----------
    path
        A YAML file with the keys `coverage` and, if counties differ, `scatter_by_county`.

    Returns
    -------
    Coverages by name, in the order of the file.

    Raises
    ------
    ConfigError
        With all faults of the file, among them a coverage without `value`, `low` and `high` above 0, and a
        scatter that is no share or belongs to no coverage.
    """
    document = read_yaml(path)
    report = FaultReport("the coverages")
    records: Mapping[str, ParameterSpec] = {}
    scatters: Mapping[str, ParameterSpec] = {}
    try:
        file = _CoverageFile.model_validate(document.data)
        records, scatters = file.coverage, file.scatter_by_county
    except ValidationError as error:
        report.add(*faults_from_validation_error(error, document, _CoverageFile))
    for name, one in records.items():
        if one.unit != "rate_ratio" or one.value is None or one.high is None or not (one.low or 0) > 0:
            line, _ = document.position(("coverage", name))
            report.add(
                Fault(
                    str(path),
                    line,
                    f"coverage.{name}",
                    "not a factor with a range",
                    expected="unit rate_ratio, and value, low and high above 0",
                )
            )
    for name, one in scatters.items():
        if name in records and one.unit == "share" and one.value is not None and one.value > 0:
            continue
        line, _ = document.position(("scatter_by_county", name))
        report.add(
            Fault(
                str(path),
                line,
                f"scatter_by_county.{name}",
                "not a share above 0" if name in records else f"no coverage '{name}'",
                expected="unit share and a value above 0, under the name of a coverage",
                nearest=nearest_name(name, records),
            )
        )
    report.raise_if_any()
    return {name: _coverage(name, one, scatters.get(name)) for name, one in records.items()}


def central_coverage(coverages: Mapping[str, Coverage]) -> dict[str, float]:
    """The central value of every coverage, by name."""
    return {name: one.central for name, one in coverages.items()}


class _CoverageFile(SpecModel):
    """The file: records by name."""

    coverage: dict[str, ParameterSpec]
    scatter_by_county: dict[str, ParameterSpec] = {}


def _coverage(name: str, one: ParameterSpec, scatter: ParameterSpec | None) -> Coverage:
    # A parameter without a source, and one without a range, were refused before.
    assert one.value is not None
    assert one.low is not None
    assert one.high is not None
    read = Coverage(name, one.label or name, one.unit, one.value, one.low, one.high, _told(one))
    if scatter is None or scatter.value is None:
        return read
    return replace(read, scatter=scatter.value, scatter_source=_told(scatter))


def _told(one: ParameterSpec) -> str:
    """The source of a record as text."""
    source = one.source
    if source is None:
        return ""
    return source.assumption or " ".join(filter(None, (source.document or source.literature, source.place)))
