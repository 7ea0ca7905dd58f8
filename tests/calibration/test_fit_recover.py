"""Recovery of known truths by real simulations: slow, because each truth lives a country of its own."""

from __future__ import annotations

import json

import pytest

from calibration.fitting.recover import recover
from careersim.errors import UserError
from tests.calibration.test_fit_run import write_files


def test_too_few_truths_are_refused(tmp_path):
    with pytest.raises(UserError, match=r"--recover: 3 truths; expected 20 to 100,000"):
        recover(write_files(tmp_path), tmp_path / "out", 3)


@pytest.mark.slow
def test_truths_are_recovered(tmp_path):
    verdict, folder = recover(write_files(tmp_path), tmp_path / "out", 100)
    assert verdict["passed"], (folder / "report.md").read_text()
    assert json.loads((folder / "manifest.json").read_text())["truths"] == 100


@pytest.mark.slow
def test_a_biased_likelihood_is_found(tmp_path):
    # Three tolerances on every figure; the posterior of retirement follows them by about 1.5 of its sd.
    verdict, _ = recover(write_files(tmp_path), tmp_path / "out", 100, bias=3.0)
    assert not verdict["passed"]
