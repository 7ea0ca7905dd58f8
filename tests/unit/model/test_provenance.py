"""Provenance: every number has a record that says where it comes from and where it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.config.load import load_run
from careersim.model.provenance import ParameterRecord, provenance
from careersim.model.slots import SLOTS, references


@pytest.fixture
def records(cases: Path) -> dict[str, ParameterRecord]:
    return {record.name: record for record in provenance(load_run(cases / "good_run.yaml"))}


def test_kinds_of_source(records: dict[str, ParameterRecord]) -> None:
    assert records["women"].kind == "assumption"
    assert records["workload_effect"].kind == "literature"
    assert "Ellegård" in records["workload_effect"].source
    assert records["experts"].kind == "data"
    assert "interim report" in records["experts"].source
    assert "Tabell 2" in records["experts"].source


def test_values_in_words(records: dict[str, ParameterRecord]) -> None:
    assert records["women"].value == "0.6"
    assert records["retirement"].value == "3 values by age: 0 to 1.5"
    assert records["experts"].value == "baseline_2023.gps by county"
    assert (records["workload_effect"].low, records["workload_effect"].high) == (0.0, 0.3)


def test_uses_and_layer(records: dict[str, ParameterRecord]) -> None:
    assert records["women"].used_by == ("streams.students.women", "start.working.women", "start.expert.women")
    assert records["share_expert"].used_by == ("transitions.certificate.to.expert",)
    assert records["women"].layer.endswith("good_career.yaml")


def test_every_shipped_parameter_has_a_source_and_a_use(repository: Path) -> None:
    for record in provenance(load_run(repository / "configs" / "baseline.yaml")):
        assert record.source, record.name
        assert record.used_by, record.name


def test_slots_are_keys_of_the_specifications(cases: Path) -> None:
    spec = load_run(cases / "good_run.yaml").careers[0].spec
    for section, slots in SLOTS.items():
        for entry in getattr(spec, section).values():
            assert set(slots) <= set(type(entry).model_fields)
    assert len(list(references(spec))) > len(spec.parameters)
