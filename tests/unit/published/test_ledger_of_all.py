"""The whole ledger: every printed number of every calculation, its power to notice faults, and its page.

A number that its formula takes as given is no evidence. Shares are therefore told twice: of all printed
numbers, and of those that are derived.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from careersim.data import document
from careersim.published.catalogue import CALCULATIONS, calculation
from careersim.published.declare import Column, columns
from careersim.published.ledger import Check, tallies

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "published.md"
IN_A_TABLE = re.compile(r"(Bilaga 5 )?Tabell \d+|Closing table|Figur \d+")
"""Names of published tables that are no running text."""


@pytest.fixture(scope="module")
def ledger() -> dict[str, tuple[Check, ...]]:
    return {name: calculation(name).checks() for name in CALCULATIONS}


def everywhere(ledger: dict[str, tuple[Check, ...]]) -> list[Check]:
    return [check for checks in ledger.values() for check in checks]


def in_tables(ledger: dict[str, tuple[Check, ...]]) -> list[Check]:
    return [check for check in everywhere(ledger) if IN_A_TABLE.fullmatch(check.published_table)]


def counted(checks: Iterable[Check]) -> tuple[int, int, int, int, int]:
    """Printed, given, exact, within rounding, different."""
    found = Counter(check.verdict for check in checks)
    return found.total(), found["input"], found["exact"], found["within"], found["differs"]


# The numbers


def test_totals(ledger: dict[str, tuple[Check, ...]]) -> None:
    assert counted(everywhere(ledger)) == (1666, 622, 743, 278, 23)
    assert counted(in_tables(ledger)) == (1404, 475, 682, 238, 9)


def test_shares_of_printed_and_of_derived_numbers(ledger: dict[str, tuple[Check, ...]]) -> None:
    """More than 99 percent of the derived cells of tables; claims of the text are looser."""
    printed, given, exact, within, differ = counted(in_tables(ledger))
    derived = printed - given
    assert (exact + within) / derived == pytest.approx(0.9903, abs=5e-5)
    assert (printed - differ) / printed == pytest.approx(0.9936, abs=5e-5)
    assert exact / derived == pytest.approx(0.734, abs=5e-4)
    printed, given, exact, within, differ = counted(everywhere(ledger))
    assert (exact + within) / (printed - given) == pytest.approx(0.9780, abs=5e-5)
    assert (printed - differ) / printed == pytest.approx(0.9862, abs=5e-5)


def test_one_sided_statements_can_hardly_fail(ledger: dict[str, tuple[Check, ...]]) -> None:
    """A bound ("over", "almost", "in all regions") is met by most numbers; tables print none."""
    text = [check for check in everywhere(ledger) if not IN_A_TABLE.fullmatch(check.published_table)]
    bounds = [check for check in everywhere(ledger) if check.one_sided]
    assert [check for check in bounds if check not in text] == []
    assert counted(text) == (262, 147, 61, 40, 14)
    assert counted(bounds) == (37, 9, 0, 24, 4)
    words = " ".join(PAGE.read_text(encoding="utf-8").split())
    within = [check for check in text if check.verdict == "within"]
    one_sided = [check for check in within if check.one_sided]
    assert (
        f"Of the {len(within)} numbers of running text that are within, {len(one_sided)} are one-sided"
        in words
    )


def test_every_difference_has_a_reason(ledger: dict[str, tuple[Check, ...]]) -> None:
    different = [check for check in everywhere(ledger) if check.verdict == "differs"]
    assert [check.figure for check in different if not check.reason.strip()] == []
    assert sum(tally.unexplained for name in ledger for tally in tallies(name, ledger[name])) == 0


def test_no_number_stands_twice_in_one_calculation(ledger: dict[str, tuple[Check, ...]]) -> None:
    """But for the two ends of a printed span, and one number said in several places of the text."""
    for name, checks in ledger.items():
        found = Counter(
            (one.published_table, one.figure.table, one.figure.column, one.figure.key, one.figure.value)
            for one in checks
            if one.figure.table != "text"
        )
        assert [cell for cell, times in found.items() if times > 1] == [], name


# What it would notice


def moved(check: Check, by: float) -> Check:
    """The same with another printed number."""
    shown = check.figure
    value = None if shown.value is None else shown.value + by
    return replace(check, figure=replace(shown, value=value, low=shown.low + by, high=shown.high + by))


def open_ended(check: Check) -> bool:
    """Whether the text prints a bound, a span or "never", so that there is no step by which to be wrong."""
    shown = check.figure
    finite = shown.value is not None and math.isfinite(shown.value)
    return not finite or shown.rounding.kind not in ("nearest", "exact")


def with_faults(checks: Iterable[Check], steps: float = 2) -> Iterator[tuple[Check, Check, float]]:
    """Each reproduced number with the same moved up and down; whole numbers if it is not rounded."""
    for check in checks:
        if check.computed is not None and check.verdict != "differs" and not open_ended(check):
            for by in (steps, -steps):
                distance = by * (check.figure.rounding.step or 1.0)
                yield check, moved(check, distance), distance


def test_a_number_two_steps_beyond_what_is_possible_is_always_noticed(
    ledger: dict[str, tuple[Check, ...]],
) -> None:
    """From the end of the computed interval; the one end that is infinite has nothing beyond it."""
    missed = []
    for check, _, distance in with_faults(everywhere(ledger)):
        assert check.computed is not None
        end = check.computed.high if distance > 0 else check.computed.low
        if math.isinf(end):
            missed.append(check)
            continue
        own_end = check.figure.low if distance > 0 else check.figure.high
        assert moved(check, end - own_end + distance).verdict == "differs"
    assert len(missed) == 1
    assert dict(missed[0].figure.key)["indicator"] == "need_specialists"


def share_noticed(checks: Iterable[Check], steps: float = 2) -> tuple[int, float]:
    verdicts = [fault.verdict == "differs" for _, fault, _ in with_faults(checks, steps)]
    return len(verdicts), sum(verdicts) / len(verdicts)


def test_share_of_planted_faults_of_two_steps_that_is_noticed(
    ledger: dict[str, tuple[Check, ...]],
) -> None:
    """From where it is printed. Where inputs are rounded coarsely, more than two steps are possible."""
    number, share = share_noticed(everywhere(ledger))
    assert number == 1856
    assert share == pytest.approx(0.8217, abs=5e-5)
    assert share_noticed(in_tables(ledger))[1] == pytest.approx(0.8269, abs=5e-5)
    assert share_noticed(everywhere(ledger), steps=10)[1] == pytest.approx(0.9316, abs=5e-5)


def test_the_baseline_notices_only_large_faults(ledger: dict[str, tuple[Check, ...]]) -> None:
    """Ratios to the nearest 5 of counts to the nearest 5: two steps are lost in the interval."""
    table = [check for check in ledger["baseline-2023"] if check.published_table == "Tabell 2"]
    assert share_noticed(table)[1] < 0.05
    others = [check for check in in_tables(ledger) if check not in table]
    assert share_noticed(others)[1] == pytest.approx(0.8716, abs=5e-5)


def test_almost_every_derived_number_notices_that_its_formula_is_off_by_half(
    ledger: dict[str, tuple[Check, ...]],
) -> None:
    """Half as large again is noticed by all but very small counts; by all ratios of the baseline."""
    missed, tried = [], 0
    for check in everywhere(ledger):
        computed = check.computed
        if computed is None or check.verdict == "differs" or open_ended(check) or not computed.value:
            continue
        tried += 1
        wrong = replace(
            computed, value=1.5 * computed.value, low=1.5 * computed.low, high=1.5 * computed.high
        )
        if replace(check, computed=wrong).verdict != "differs":
            missed.append(check)
    assert (len(missed), tried) == (36, 928)
    assert not any(check.figure.table == "baseline_2023" for check in missed)


# The page


def column_row(name: str, declared: Column, default: object = None) -> str:
    """One line of a table of columns or settings."""
    unit = f" ({declared.unit})" if declared.unit and declared.unit not in declared.label else ""
    choices = f": {', '.join(f'`{one}`' for one in declared.choices)}" if declared.choices else ""
    if default is None:
        need = "yes" if declared.required else "no"
        return f"| `{name}` | {declared.label}{unit}{choices} | {need} |"
    shown = f"{default:g}" if isinstance(default, float) else str(default)
    return f"| `--{name.replace('_', '-')}` | {declared.label}{unit}{choices} | {shown} |"


def page_rows(name: str) -> dict[str, list[str]]:
    """Lines that the section of a calculation must have, from the declarations and the ledger."""
    one = calculation(name)
    settings = {} if not fields(one.settings) else columns(one.settings)
    values: Any = one.settings()
    checks = one.checks()
    return {
        "columns": [column_row(key, declared) for key, declared in columns(one.row).items()],
        "settings": [column_row(key, declared, getattr(values, key)) for key, declared in settings.items()],
        "ledger": [
            f"| {tally.published_table} | {tally.printed} | {tally.inputs} | {tally.exact} | {tally.within} "
            f"| {tally.differ} |"
            for tally in tallies(name, checks)
        ],
    }


def sections() -> dict[str, str]:
    parts = re.split(r"^## (.+)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", CALCULATIONS)
def test_the_page_tells_columns_settings_formula_and_ledger(name: str) -> None:
    section = sections()[name]
    one = calculation(name)
    for rows in page_rows(name).values():
        assert [row for row in rows if row not in section] == []
    assert one.title in section
    assert one.formula in " ".join(section.split())
    assert all(f"`{key}`" in section and document(key) for key in one.documents)
    stale = set(re.findall(r"^\| `(?:--)?([\w-]+)` \|", section, re.MULTILINE))
    assert stale == {*columns(one.row), *(key.replace("_", "-") for key in columns(one.settings))}


def test_the_page_tells_the_sums(ledger: dict[str, tuple[Check, ...]]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    words = " ".join(text.split())
    for name, checks in ledger.items():
        printed, given, exact, within, differ = counted(checks)
        start, end = f"| [`{name}`](#{name}) |", f"| {printed} | {given} | {exact} | {within} | {differ} |"
        assert [line for line in text.splitlines() if line.startswith(start) and line.endswith(end)], name
    everything, tables = counted(everywhere(ledger)), counted(in_tables(ledger))
    for label, numbers in (("All", everything), ("Tables alone", tables)):
        assert f"| {label} | | | {' | '.join(map(str, numbers))} |" in text
    for numbers in (everything, tables):
        printed, given, exact, within, differ = numbers
        assert f"{100 * (exact + within) / (printed - given):.1f} percent of the derived" in words
        assert f"{100 * (printed - differ) / printed:.1f} of all printed" in words
    assert (
        f"{100 * tables[2] / (tables[0] - tables[1]):.0f} percent of the derived numbers in tables" in words
    )
    assert f"{100 * share_noticed(everywhere(ledger))[1]:.0f} percent of planted faults" in words
    assert f"by ten in {100 * share_noticed(everywhere(ledger), steps=10)[1]:.0f};" in words
