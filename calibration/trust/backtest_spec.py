"""`read_backtest`: a backtest file, validated."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError, model_validator

from careersim.config.fault_report import FaultReport
from careersim.config.faults import faults_from_validation_error
from careersim.config.parameter_spec import SpecModel
from careersim.config.yaml_source import SourceDocument, read_yaml
from careersim.types import YearNumber, refusal

__all__ = ["BacktestSpec", "read_backtest"]


class BacktestSpec(SpecModel):
    """From when, and until when, is forecast.

    `calibration` is a calibration file, `origins` gives for every last year that the fit may see a run file
    that knows nothing later; both are relative to the backtest file. `until` is the last year forecast.
    """

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    description: str | None = None
    calibration: str
    origins: Annotated[dict[YearNumber, str], Field(min_length=1)]
    until: YearNumber
    seed: Annotated[int, Field(ge=0, lt=2**64)] = 1
    draws: Annotated[int, Field(ge=20, le=10_000)] = 200

    @model_validator(mode="after")
    def _later(self) -> BacktestSpec:
        for origin in self.origins:
            if origin >= self.until:
                raise refusal(
                    f"nothing is left to forecast from {origin} until {self.until}",
                    expected=f"origins before {self.until}",
                    remedy="correct the origin, or `until`",
                )
        return self


def read_backtest(path: str | Path) -> tuple[BacktestSpec, SourceDocument]:
    """Read a backtest file.

    Raises
    ------
    ConfigError
        With every fault of the file.
    """
    document = read_yaml(path)
    try:
        return BacktestSpec.model_validate(document.data), document
    except ValidationError as error:
        report = FaultReport("the backtest")
        report.add(*faults_from_validation_error(error, document, BacktestSpec))
        report.raise_if_any()
        raise
