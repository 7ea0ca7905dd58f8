"""Relations between targets, by hand and as shipped."""

from __future__ import annotations

from math import inf, sqrt
from pathlib import Path

import pytest

from calibration.targets import read_targets
from calibration.tension import Relation, read_relations, tension
from careersim.errors import ConfigError
from tests.calibration.healers import target, targets


def relation(expression: str, low: float = 0.0, high: float = 0.0) -> dict[str, Relation]:
    made = Relation(what="w", expression=expression, unit="persons", text="t")
    return {"one": made.model_copy(update={"low": low, "high": high})}


THREE = targets(
    target(id="stock", value=100.0, low=97.5, high=102.5, tolerance=4.0),
    target(id="years", value=8.0, low=8.0, high=8.0, tolerance=0.5),
    target(id="flow", value=10.0, low=10.0, high=10.0, tolerance=1.0),
    target(id="c.01", block="c", value=40.0, low=40.0, high=40.0, tolerance=1.0),
    target(id="c.03", block="c", value=50.0, low=50.0, high=50.0, tolerance=1.0),
)


def test_product_by_hand() -> None:
    found = tension(THREE, relation("stock - years * flow")).row(0, named=True)
    combined = sqrt((4**2 + 5**2 / 12) + (10 * 0.5) ** 2 + (8 * 1) ** 2)
    assert (found["value"], found["difference"]) == (20.0, 20.0)
    assert found["tolerance"] == pytest.approx(combined)
    assert found["tension"] == pytest.approx(20 / combined)


def test_quotient_sum_and_one_sided_limits() -> None:
    found = tension(THREE, relation("stock / flow - 8", low=0.0, high=inf)).row(0, named=True)
    assert (found["value"], found["tension"]) == (2.0, 0.0)
    found = tension(THREE, relation("stock / flow", high=8.0)).row(0, named=True)
    variance = (4**2 + 25 / 12) / 100 + (100 / 100) ** 2
    assert found["tension"] == pytest.approx(2 / sqrt(variance))
    found = tension(THREE, relation("sum(c) - stock")).row(0, named=True)
    assert found["difference"] == -10.0
    assert found["tolerance"] == pytest.approx(sqrt(2 + 16 + 25 / 12))
    found = tension(THREE, relation("stock - stock + 1")).row(0, named=True)
    assert found["tension"] == inf, "the same target twice has no error left"
    found = tension(THREE, relation("stock - stock")).row(0, named=True)
    assert found["tension"] == 0.0, "nothing is apart, and nothing is unsure"


def test_relations_of_absent_targets_are_left_out() -> None:
    assert tension(THREE, relation("stock - other")).is_empty()


@pytest.mark.parametrize(
    "text", ["stock -", "__import__('os')", "stock ** 2", "max(stock)", "stock.x", "'a'"]
)
def test_only_arithmetic(text: str, tmp_path: Path) -> None:
    path = tmp_path / "tensions.yaml"
    path.write_text(f'relations:\n  one:\n    {{what: w, expression: "{text}", unit: persons, text: t}}\n')
    with pytest.raises(ConfigError, match=r"tensions.yaml:3: relations.one.expression: .*sum\(block\)"):
        read_relations(path)


def test_shipped_tensions() -> None:
    found = {row["relation"]: row for row in tension(read_targets()).iter_rows(named=True)}
    assert set(found) == set(read_relations()), "every relation names targets that exist"
    assert found["trainees_skr_scb"]["difference"] == 3286 - 2434
    assert found["trainees_skr_scb"]["tension"] > 5
    # -29.4 a year by the stocks, 175 in, 100 and 80 out: 24.4 leave, where the text says that more come.
    assert found["occupational_therapist_flows"]["difference"] == pytest.approx(-24.4, abs=0.05)
    assert found["occupational_therapist_flows"]["tension"] > 1
    assert found["physiotherapist_flows"]["tension"] > 1
    assert found["little_scb"]["tension"] > 1 > found["little_dlf"]["tension"]
    assert found["district_nurse_flows"]["tension"] == found["psychologist_flows"]["tension"] == 0
    tensions = tension(read_targets())["tension"].to_list()
    assert tensions == sorted(tensions, reverse=True)
