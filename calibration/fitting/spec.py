"""`read_calibration`: a calibration file, validated (docs/reference/calibration-file.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, field_validator

from calibration.target_types import Targets
from calibration.targets import read_targets
from careersim.config.fault_report import Fault, FaultReport
from careersim.config.faults import faults_from_validation_error
from careersim.config.files import shipped_careers
from careersim.config.load import load_run
from careersim.config.loaded import LoadedRun
from careersim.config.parameter_spec import SpecModel
from careersim.config.yaml_source import SourceDocument, read_yaml
from careersim.errors import ConfigError, nearest_name
from careersim.model.provenance import calibrated_numbers
from careersim.types import YearNumber, refusal

__all__ = ["Calibration", "CalibrationSpec", "read_calibration"]

_Reason = Annotated[str, Field(min_length=10)]
_Count = Annotated[int, Field(ge=1, le=100_000)]


class HeadlineSpec(SpecModel):
    """The number whose dependence on each target is shown: persons at work in a profession and year."""

    profession: str
    year: YearNumber


class PosteriorSpec(SpecModel):
    """How the posterior is sampled: draws kept, steps of the chain, draws simulated again as a check."""

    draws: Annotated[int, Field(ge=20, le=100_000)] = 400
    steps: Annotated[int, Field(ge=300, le=1_000_000)] = 3000
    checked: Annotated[int, Field(ge=4, le=10_000)] = 60


class CalibrationSpec(SpecModel):
    """What is calibrated, on what, and how thoroughly.

    `run` is a run file of sourced numbers, relative to the calibration file. `unknowns` gives for every
    path that is calibrated the reason for choosing it, `missed` for a target or block the reason why it is
    not met, and `without` the reason for leaving it out of the fit.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    description: str | None = None
    run: str
    professions: Annotated[list[str], Field(min_length=1)]
    until: YearNumber
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 1
    replications: Annotated[int, Field(ge=2, le=1000)] = 6
    centre_replications: Annotated[int, Field(ge=8, le=10_000)] = 64
    targets: Annotated[list[str], Field(min_length=1)]
    without: dict[str, _Reason] = {}
    unknowns: Annotated[dict[str, _Reason], Field(min_length=1)]
    waves: Annotated[int, Field(ge=1, le=10)] = 2
    points_per_coefficient: Annotated[float, Field(ge=1.5, le=20)] = 3.0
    posterior: PosteriorSpec = PosteriorSpec()
    headline: HeadlineSpec
    missed: dict[str, _Reason] = {}

    @field_validator("professions", "targets", mode="after")
    @classmethod
    def _once(cls, names: list[str]) -> list[str]:
        for number, name in enumerate(names):
            if name in names[:number]:
                raise refusal(
                    f"'{name}' is named twice", expected="each name once", remedy="remove one of the two"
                )
        return names


@dataclass(frozen=True)
class Calibration:
    """A calibration file with everything that it names.

    Attributes
    ----------
    spec, document
        The file.
    run
        Only the professions that are calibrated, until the last year that is compared.
    targets
        Those that the run can show, without those left out.
    """

    spec: CalibrationSpec
    document: SourceDocument
    run: LoadedRun
    targets: Targets

    @property
    def where(self) -> str:
        """The file, for messages."""
        return str(self.document.path)


def read_calibration(
    path: str | Path, *, run: str | Path | None = None, until: int | None = None
) -> Calibration:
    """Read a calibration file, its run file and its targets.

    Parameters
    ----------
    path
        A calibration file.
    run, until
        Instead of the run file and the last year that it names. With `until`, later targets are left out;
        without it they are an error.

    Raises
    ------
    ConfigError
        With every fault of the file; or those of the run file, or of the targets.
    """
    document = read_yaml(path)
    try:
        spec = CalibrationSpec.model_validate(document.data)
    except ValidationError as error:
        report = FaultReport("the calibration")
        report.add(*faults_from_validation_error(error, document, CalibrationSpec))
        report.raise_if_any()
        raise
    given = {"run": None if run is None else str(run), "until": until}
    spec = spec.model_copy(update={name: value for name, value in given.items() if value is not None})
    asked = load_run(document.path.parent / spec.run if run is None else run)
    loaded = _only(asked, spec, document)
    _refuse_calibrated(loaded, spec, document)
    targets = read_targets([_target_name(name, document) for name in spec.targets])
    _refuse_strangers(targets, asked)
    everything = targets.select(professions=spec.professions)
    if not len(everything):
        raise ConfigError(
            f"no target is about {', '.join(spec.professions)}",
            where=f"{path}: targets",
            expected=f"tables with one of {', '.join(targets.professions) or 'these professions'}",
        )
    for section, names in (("without", spec.without), ("missed", spec.missed)):
        known = {*everything.ids, *everything.blocks}
        for name in names:
            if name not in known:
                raise ConfigError(
                    f"'{name}' is no target",
                    where=f"{path}: {section}",
                    expected="the id or block of a target",
                    nearest=nearest_name(name, known),
                )
    if until is None:
        _refuse_later(everything.select(without=spec.without), spec, document)
    chosen = everything.select(until=spec.until, without=spec.without)
    return Calibration(spec, document, loaded, chosen)


def _refuse_strangers(targets: Targets, run: LoadedRun) -> None:
    """Refuse professions that nobody knows: they would be left out in silence."""
    known = {*(career.spec.profession for career in run.careers), *shipped_careers()}
    report = FaultReport("the targets")
    for target in targets.targets:
        if target.profession not in known:
            report.add(
                Fault(
                    target.file,
                    target.line,
                    f"{target.block} profession",
                    f"unknown profession '{target.profession}'",
                    expected=f"one of {', '.join(sorted(known))}",
                    nearest=nearest_name(target.profession, known),
                    remedy="correct the name",
                )
            )
    report.raise_if_any()


def _refuse_later(targets: Targets, spec: CalibrationSpec, document: SourceDocument) -> None:
    """Refuse targets that the run ends before: they would be left out in silence."""
    report = FaultReport("the targets of the run")
    for target in targets.targets:
        if target.observed != "declared" and target.last_year > spec.until:
            report.add(
                Fault(
                    target.file,
                    target.line,
                    f"{target.block} year",
                    f"{target.last_year} is outside the run",
                    expected=f"at most {spec.until}, as `until` in {document.path} says",
                    remedy="raise `until`, or give the reason for leaving the target out in `without`",
                )
            )
    report.raise_if_any()


def _target_name(name: str, document: SourceDocument) -> str | Path:
    return document.path.parent / name if name.endswith(".csv") else name


def _only(run: LoadedRun, spec: CalibrationSpec, document: SourceDocument) -> LoadedRun:
    """Leave the professions that are calibrated, and stop at the last year."""
    known = [career.spec.profession for career in run.careers]
    named = [("professions", name) for name in spec.professions]
    for key, name in (*named, ("headline.profession", spec.headline.profession)):
        if name not in known:
            raise ConfigError(
                f"the run has no profession '{name}'",
                where=f"{document.path}: {key}",
                expected=f"one of {', '.join(known)}",
                nearest=nearest_name(name, known),
            )
    if spec.headline.profession not in spec.professions:
        raise ConfigError(
            f"'{spec.headline.profession}' is not calibrated here",
            where=f"{document.path}: headline.profession",
            expected=f"one of {', '.join(spec.professions)}",
        )
    kept = [
        (career, name)
        for career, name in zip(run.careers, run.spec.professions, strict=True)
        if career.spec.profession in spec.professions
    ]
    started = max(career.spec.start_year for career, _ in kept)
    for key, year in (("until", spec.until), ("headline.year", spec.headline.year)):
        if year <= started:
            raise ConfigError(
                f"{key} {year} leaves no year to simulate",
                where=f"{document.path}: {key}",
                expected=f"at least {started + 1}",
            )
    update = {"professions": [name for _, name in kept], "until": spec.until}
    return replace(run, careers=tuple(career for career, _ in kept), spec=run.spec.model_copy(update=update))


def _refuse_calibrated(run: LoadedRun, spec: CalibrationSpec, document: SourceDocument) -> None:
    """Refuse a posterior as the prior of the same data."""
    for profession, names in calibrated_numbers(run).items():
        raise ConfigError(
            f"{profession}.{names[0]} was calibrated before: the data would count twice",
            where=f"{document.path}: run",
            expected=f"a run file of sourced numbers instead of {spec.run}",
        )
