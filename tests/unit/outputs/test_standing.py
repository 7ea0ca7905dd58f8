"""What is said of the numbers follows from the layers of the run."""

from __future__ import annotations

from pathlib import Path

import pytest

from calibration.fitting.overlay import CALIBRATED as WRITTEN
from careersim.compare import compare
from careersim.config.load import load_run
from careersim.model.provenance import CALIBRATED, calibrated_numbers, provenance
from careersim.outputs.standing import CAVEATS_NOTE, chance_only, standing
from careersim.simulate import simulate
from tests.unit.outputs.tiny import RUN, write_tiny

RECORD = "{{unit: rate_per_year, value: 0.05, low: 0.04, high: 0.06, source: {{assumption: '{0}'}}}}"


@pytest.fixture
def calibrated(tmp_path: Path) -> Path:
    """The tiny run over a layer as a calibration writes it."""
    write_tiny(tmp_path, RUN)
    record = RECORD.format("Calibrated: mean of the posterior, on 3 published figures.")
    layer = tmp_path / "layer.yaml"
    layer.write_text(f"name: layer\nparameters: {{healer: {{moving: {record}}}}}\n", encoding="utf-8")
    top = tmp_path / "top.yaml"
    top.write_text("name: top\nextends: [tiny.yaml, layer.yaml]\n", encoding="utf-8")
    return top


def test_calibration_and_careersim_mean_the_same_word() -> None:
    assert CALIBRATED == WRITTEN


def test_a_run_without_calibrated_layers_says_so(tmp_path: Path) -> None:
    run = load_run(write_tiny(tmp_path, RUN))
    assert calibrated_numbers(run) == {}
    assert standing(run) == "parameters are sourced, not calibrated"
    assert chance_only(run) == "carry chance only"


def test_a_run_with_them_names_the_professions(calibrated: Path) -> None:
    result = simulate(calibrated, replications=2)
    assert result.manifest["calibrated"] == {"healer": ["moving"]}
    told = "Not a forecast: parameters are sourced, and one of them calibrated on published figures (healer)"
    assert result.manifest["notes"][0].startswith(told)
    assert "chance only, not what the figures leave open (--posterior)" in result.manifest["notes"][0]
    assert CAVEATS_NOTE in result.manifest["notes"]
    printed = " ".join(result.summary().split())
    assert printed.index(CAVEATS_NOTE) < printed.index("- Every number is invented.")
    (record,) = (one for one in provenance(load_run(calibrated)) if one.name == "moving")
    assert record.layer.endswith("layer.yaml")
    assert record.source.startswith(CALIBRATED)
    assert record.kind == "calibrated"


def test_with_draws_intervals_are_not_said_to_be_chance_only(calibrated: Path) -> None:
    notes = simulate(calibrated, replications=2, draws=2).manifest["notes"]
    assert "one of them calibrated on published figures (healer). 2 draws of" in notes[0]
    assert not any("chance only" in note for note in notes)


def test_a_comparison_tells_runs_that_differ(calibrated: Path) -> None:
    other = calibrated.with_name("other.yaml")
    other.write_text("name: other\nextends: top.yaml\nreplications: 2\n", encoding="utf-8")
    (note, *_) = compare(calibrated, other, replications=2).manifest["notes"]
    assert note.startswith("Not a forecast: parameters are sourced, and one of them calibrated")
    assert "; in other" not in note
    assert "Intervals carry chance only, at fixed parameters" in note
    sourced = calibrated.with_name("tiny.yaml")
    (note, *_) = compare(sourced, other, replications=2).manifest["notes"]
    assert "not calibrated; in other parameters are sourced, and one of them calibrated" in note


def test_the_baseline_is_calibrated_in_all_professions_and_what_calibrations_start_from_is_not(
    repository: Path,
) -> None:
    configs = repository / "configs"
    run = load_run(configs / "baseline.yaml")
    found = calibrated_numbers(run)
    assert set(found) == set(run.spec.professions)
    for record in provenance(run):
        names = found.get(record.profession, ())
        assert (CALIBRATED in record.source) == (record.name in names) == (record.kind == "calibrated")
        if record.name in names:
            assert record.layer.startswith(str(configs / "calibrated"))
    for name in ("sourced", "holdout_2021", "holdout_2022"):
        assert calibrated_numbers(load_run(configs / "calibration" / f"{name}.yaml")) == {}


def test_a_scenario_with_fewer_professions_is_not_told_apart(repository: Path) -> None:
    few = Path("few.yaml")
    few.write_text(
        f"name: few\nextends: {repository / 'configs' / 'baseline.yaml'}\n"
        "professions: [occupational_therapist]\n",
        encoding="utf-8",
    )
    (note, *_) = compare(repository / "configs" / "baseline.yaml", few, replications=1, until=2024).manifest[
        "notes"
    ]
    assert "; in few" not in note
    assert "of them calibrated on published figures (doctor, district nurse" in note
