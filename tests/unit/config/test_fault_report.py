"""The report that collects faults: order, count, and how one fault is written."""

from __future__ import annotations

import pytest

from careersim.config.fault_report import MOST_LINES, Fault, FaultReport
from careersim.config.faults import format_key_path
from careersim.config.yaml_source import KeyPath
from careersim.errors import ConfigError


def test_report_without_faults_raises_nothing() -> None:
    report = FaultReport()
    report.raise_if_any()
    assert report.faults == ()


def test_report_counts_one_fault() -> None:
    report = FaultReport()
    report.add(Fault("a.yaml", 3, "seed", "is odd"))
    with pytest.raises(ConfigError, match=r"^1 fault in the configuration:\n  a\.yaml:3: seed: is odd$"):
        report.raise_if_any()


def test_report_orders_by_file_and_line_and_keeps_each_fault_once() -> None:
    late, early = Fault("b.yaml", 10, "x", "late"), Fault("b.yaml", 9, "x", "early")
    other, whole = Fault("a.yaml", 20, "x", "other"), Fault("b.yaml", None, "", "whole file")
    same_line = Fault("b.yaml", 9, "a", "added later")
    report = FaultReport()
    report.add(late, early, late)
    report.add(other, whole, early, same_line)
    assert report.faults == (other, whole, early, same_line, late)


def test_a_long_report_is_cut() -> None:
    report = FaultReport()
    for line in range(100_000):
        report.add(Fault("a.yaml", line, "seed", "is odd"))
    with pytest.raises(ConfigError) as caught:
        report.raise_if_any()
    heading, *lines = str(caught.value).splitlines()
    assert heading.startswith("100000 faults")
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == f"  ... and {100_000 - MOST_LINES} more"


@pytest.mark.parametrize(
    ("line", "key", "where"),
    [
        (3, "seed", "run.yaml:3: seed"),
        (3, "", "run.yaml:3"),
        (None, "seed", "run.yaml: seed"),
        (None, "", "run.yaml"),
    ],
)
def test_where_a_fault_is(line: int | None, key: str, where: str) -> None:
    assert str(Fault("run.yaml", line, key, "is odd")) == f"{where}: is odd"


def test_fault_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Fault("run.yaml", 1, "seed", "is odd").line = 2  # type: ignore[misc]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("transitions", 3, "rate"), "transitions[3].rate"),
        (("a", 0, 1, "b", "c"), "a[0][1].b.c"),
        (("counties", "01"), "counties.01"),
        (("a.b", "c d", ""), "['a.b']['c d']['']"),
        (("a", "x[0]"), "a['x[0]']"),
    ],
)
def test_key_path(path: KeyPath, text: str) -> None:
    assert format_key_path(path) == text
