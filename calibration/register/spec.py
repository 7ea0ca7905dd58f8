"""The register file: the run of a synthetic register, how it errs, and how rates are estimated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator, model_validator

from calibration.register.observation import Observation
from calibration.register.settings import RateSettings
from careersim.config.fault_report import FaultReport
from careersim.config.faults import faults_from_validation_error
from careersim.config.loaded import LoadedRun
from careersim.config.parameter_spec import SpecModel
from careersim.config.yaml_source import read_yaml
from careersim.errors import ConfigError, nearest_name
from careersim.model.assemble import read_model
from careersim.model.graph import Model, Profession
from careersim.schema import SECTORS
from careersim.types import Probability, YearNumber, refusal

__all__ = ["LoadedRegister", "RegisterSpec", "read_register"]

Whole = Annotated[int, Field(ge=0, le=2**64 - 1)]


class ObservationSpec(SpecModel):
    """How the synthetic register errs; see `calibration.register.observation.Observation`."""

    rows_missing: dict[str, Probability] = {}
    persons_missing: Probability = 0.0
    late: Probability = 0.0
    birth_year_rounding: Annotated[int, Field(ge=1, le=20)] = 1
    missing_years: list[YearNumber] = []
    suppress_below: Annotated[int, Field(ge=0, le=1000)] = 0
    seed: Whole = 1

    @field_validator("rows_missing", mode="after")
    @classmethod
    def _sectors(cls, value: dict[str, float]) -> dict[str, float]:
        for name in value:
            if name not in SECTORS:
                raise refusal(
                    f"unknown sector '{name}'",
                    expected=f"one of {', '.join(SECTORS)}",
                    nearest=nearest_name(name, SECTORS),
                    remedy="correct the name",
                )
        return value


class RatesSpec(SpecModel):
    """Choices of the estimation; see `calibration.register.settings.RateSettings`."""

    smooth: list[str] = []
    keep: list[str] = []
    fewest_events: Annotated[int, Field(ge=1, le=1_000_000)] = 10


class RegisterSpec(SpecModel):
    """A register file.

    `run` is the path of a run file, relative to this file; `profession` whose rates are estimated (needed
    if the run has several); `first` and `last` the years of the register; `replication` which life of the
    country the synthetic register shows.
    """

    run: str
    profession: str | None = None
    first: YearNumber | None = None
    last: YearNumber | None = None
    replication: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    observation: ObservationSpec = ObservationSpec()
    rates: RatesSpec = RatesSpec()

    @model_validator(mode="after")
    def _ordered(self) -> RegisterSpec:
        if self.first is not None and self.last is not None and self.first >= self.last:
            raise refusal(
                f"first {self.first} is not before last {self.last}",
                expected="two years or more, since rates need two ends of a year",
                remedy="correct one of the two",
            )
        return self


@dataclass(frozen=True)
class LoadedRegister:
    """A register file with the run that it names.

    Attributes
    ----------
    path, run_file
        The register file and the run file.
    """

    path: Path
    run_file: Path
    sha256: str
    spec: RegisterSpec
    run: LoadedRun
    model: Model

    @property
    def observation(self) -> Observation:
        """How the synthetic register errs."""
        spec = self.spec.observation
        return Observation(
            rows_missing=spec.rows_missing,
            persons_missing=spec.persons_missing,
            late=spec.late,
            birth_year_rounding=spec.birth_year_rounding,
            missing_years=tuple(spec.missing_years),
            seed=spec.seed,
        )

    @property
    def settings(self) -> RateSettings:
        """Choices of the estimation."""
        spec = self.spec.rates
        return RateSettings(tuple(spec.smooth), tuple(spec.keep), spec.fewest_events)

    @property
    def profession(self) -> Profession:
        """Whose rates are estimated.

        Raises
        ------
        ConfigError
            If the run has several professions and the file names none, or one that the run does not have.
        """
        by_name = {one.name: one for one in self.model.professions}
        name = self.spec.profession
        if name is None and len(by_name) == 1:
            return self.model.professions[0]
        if name is None or name not in by_name:
            raise ConfigError(
                "the run has several professions" if name is None else f"unknown profession '{name}'",
                where=f"{self.path}: profession",
                expected=f"one of {', '.join(by_name)}",
                nearest=None if name is None else nearest_name(name, by_name),
                remedy="name the one whose rates are wanted",
            )
        return by_name[name]

    @property
    def years(self) -> tuple[int, int] | None:
        """First and last year that the register may have, or None if the file does not say."""
        spec = self.spec
        if spec.first is None and spec.last is None:
            return None
        return spec.first or 0, spec.last or 9999


def read_register(path: str | Path) -> LoadedRegister:
    """Read a register file and its run.

    Raises
    ------
    ConfigError
        With every fault of the register file; else with those of the run.
    """
    path = Path(path)
    document = read_yaml(path)
    report = FaultReport("the register file")
    try:
        spec = RegisterSpec.model_validate(document.data)
    except ValidationError as error:
        report.add(*faults_from_validation_error(error, document, RegisterSpec))
        report.raise_if_any()
        raise
    run_file = path.parent / spec.run
    run, model = read_model(run_file)
    return LoadedRegister(path, run_file, document.sha256, spec, run, model)
