"""Every uncertain number belongs to exactly one group, and every group names only numbers that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.config.load import load_run
from careersim.data import data_gaps as module
from careersim.data.data_gaps import OTHER, data_gaps, gaps_of
from careersim.errors import DataError
from careersim.experiment.draws import priors_of


def test_six_gaps_and_the_rest() -> None:
    assert [gap.key for gap in data_gaps()] == [
        "licensed_inflow",
        "drop_out",
        "further_specialty",
        "county_moves",
        "foreign_trained",
        "public_private",
        OTHER,
    ]


def test_every_prior_of_the_baseline_has_one_group(repository: Path) -> None:
    paths = [prior.path for prior in priors_of(load_run(repository / "configs/baseline.yaml"))]
    groups = gaps_of(paths)
    assert len(groups) == len(paths)
    assert {gap.key for gap in data_gaps()} == set(groups)  # none is empty
    listed = [path for gap in data_gaps() for path in gap.parameters]
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(paths)  # a number that was renamed or lost its range would be told here


def test_faults_of_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    source = {"document": "socialstyrelsen-2025-st", "place": "l. 1"}
    gap = {"label_en": "One", "label_sv": "Ett", "note": "Why", "parameters": ["doctor.st_abort"]}
    rest = {"label_en": "Rest", "label_sv": "Resten"}
    for content, words in (
        ({"source": source, "gaps": {"one": gap, "two": gap}, "other": rest}, "belongs to one and to two"),
        ({"source": source, "gaps": {"one": gap}}, "missing key 'other'"),
        ({"gaps": {"one": gap}, "other": rest}, "missing key 'source'"),
        ({"source": source, "gaps": {"one": {**gap, "labl": "x"}}, "other": rest}, "unknown key 'labl'"),
    ):
        monkeypatch.setattr(module, "shipped_yaml", lambda _, content=content: content)
        with pytest.raises(DataError, match=words):
            data_gaps.__wrapped__()
