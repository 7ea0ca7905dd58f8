"""What has been calibrated and is shipped belongs to the career files of today."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.config.load import load_run
from careersim.experiment.draws import read_draws, with_values
from careersim.model.assemble import assemble

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "configs" / "calibrated"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_posterior_fits_the_careers_and_its_report_is_there(name: str) -> None:
    """After a change of a career file: calibrate again, and put the new layer, draws and report here."""
    run = load_run(ROOT / "configs" / "baseline.yaml")
    draws = read_draws(FOLDER / f"{name}.parquet", run)
    for number in (0, len(draws) - 1):
        assemble(with_values(run, draws.at(number)))
    assert (FOLDER / f"{name}.md").read_text(encoding="utf-8").startswith("# Calibration of ")


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_layer_can_be_laid_under_a_run(name: str, tmp_path: Path) -> None:
    text = (ROOT / "configs" / "calibration" / "sourced.yaml").read_text(encoding="utf-8")
    top = tmp_path / "top.yaml"
    top.write_text(f"extends: {FOLDER / name}.yaml\n{text}", encoding="utf-8")
    run = load_run(top)
    calibrated = [
        parameter
        for career in run.careers
        for parameter in career.parameters.values()
        if parameter.spec.source and (parameter.spec.source.assumption or "").startswith("Calibrated:")
    ]
    assert len(calibrated) > 5
    assemble(run)
