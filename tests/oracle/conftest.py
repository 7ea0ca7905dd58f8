"""Reports how many person-years the oracle has compared, so that a log shows the size of the evidence."""

from __future__ import annotations

import pytest

PERSON_YEARS = "person_years"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the person-years that each passed test has recorded under `person_years`, and their sum."""
    counts = {
        report.nodeid: count
        for report in terminalreporter.stats.get("passed", [])
        for name, count in getattr(report, "user_properties", [])
        if name == PERSON_YEARS
    }
    if counts:
        terminalreporter.section("person-years equal in both engines")
        for test, count in counts.items():
            terminalreporter.write_line(f"{count:>10,}  {test}")
        terminalreporter.write_line(f"{sum(counts.values()):>10,}  in all")
