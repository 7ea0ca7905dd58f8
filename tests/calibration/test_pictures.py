"""Pictures of a calibration: everything is drawn, within the plot, and no text lies on another."""

from __future__ import annotations

from itertools import combinations
from math import inf, nan
from xml.etree import ElementTree as ET

import polars as pl
import pytest

from calibration.fitting.pictures import pictures

SVG = "{http://www.w3.org/2000/svg}"
CODES = [f"{number:02d}" for number in range(1, 26) if number not in {2, 11, 15, 16}]
WIDEST = 0.64
"""Width of a digit of DejaVu Sans as part of the size of the font: the widest of what is drawn most."""


def target(
    block: str, residual: float, code: str = "00", by_country: float | None = None
) -> dict[str, object]:
    return {
        "id": block if code == "00" else f"{block}.{code}",
        "block": block,
        "county_code": code,
        "residual": residual,
        "residual_by_country": residual if by_country is None else by_country,
        "county_factor_sd": 0.0 if by_country is None else 0.1,
        "met": abs(residual) <= 1,
    }


def unknown(name: str = "a", low: float = 2.0, high: float = 3.0, **changes: object) -> dict[str, object]:
    return {
        "path": f"healer.{name}",
        "unit": "rate_per_year",
        "prior_low": 1.0,
        "prior_high": 4.0,
        "posterior_low": low,
        "posterior_mean": (low + high) / 2,
        "posterior_high": high,
        "identified": True,
        **changes,
    }


def draw(targets: list[dict[str, object]], unknowns: list[dict[str, object]] | None = None) -> dict[str, str]:
    table = pl.DataFrame(targets, schema_overrides={"met": pl.Boolean}, infer_schema_length=None)
    return pictures(["healer"], table, pl.DataFrame(unknowns or []))


def elements(text: str, kind: str) -> list[ET.Element]:
    return [one for one in ET.fromstring(text).iter() if one.get("class") == kind]


def said(text: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(text).iter(f"{SVG}text")]


def span(one: ET.Element) -> tuple[float, float]:
    """Left and right end of a bar, dot or arrow."""
    if one.tag == f"{SVG}rect":
        return float(one.attrib["x"]), float(one.attrib["x"]) + float(one.attrib["width"])
    if one.tag == f"{SVG}circle":
        return (float(one.attrib["cx"]),) * 2
    xs = [float(point.split(",")[0]) for point in one.attrib["points"].split()]
    return min(xs), max(xs)


def boxes(text: str) -> list[tuple[str, float, float, float, float]]:
    """Content, left, right, top and foot of every text, at most; those of the legend are moved already."""
    found = []
    for one in ET.fromstring(text).iter(f"{SVG}text"):
        size, x, y = (float(one.attrib[name]) for name in ("font-size", "x", "y"))
        width = len(one.text or "") * size * WIDEST
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[one.attrib["text-anchor"]] * width
        found.append((one.text or "", left, left + width, y - 0.78 * size, y + 0.22 * size))
    return found


def overlaps(text: str) -> list[tuple[str, str]]:
    return [
        (a[0], b[0])
        for a, b in combinations(boxes(text), 2)
        if a[1] < b[2] and b[1] < a[2] and a[3] < b[4] and b[3] < a[4]
    ]


def crowd() -> dict[str, str]:
    """25 unknowns with long names and 45 blocks of targets, met and missed in every way."""
    ways = {
        0: [1.0 + 0.1 * i for i in range(21)],
        3: [-9.0 + i for i in range(21)],
        6: [7.0] * 21,
        9: [nan] * 21,
        12: [(-1) ** i * (1.2 + i / 8) for i in range(21)],
        15: [inf, -inf, 5.5, 1.01, *[0.5] * 17],
    }
    targets = []
    for number in range(45):
        block = f"a_block_with_quite_a_long_name_{number}"
        if number % 3:
            targets.append(target(block, [-1.5, 8.0, 0.3][number % 7 % 3]))
            continue
        residuals = ways.get(number, [0.1 * i - 1 for i in range(21)])
        targets += [
            target(block, value, code, 2 * value if number % 2 else None)
            for code, value in zip(CODES, residuals, strict=True)
        ]
    unknowns = [
        unknown(
            f"a_number_of_a_very_long_name_{i}",
            1e-5 * (i - 12),
            1e-4 + 1e-5 * (i - 12),
            prior_low=1e-5,
            prior_high=2e-4,
            unit="log_rate_ratio_per_1000_inhabitants",
            identified=i % 2 == 0,
        )
        for i in range(25)
    ]
    return draw(targets, unknowns)


@pytest.mark.parametrize("name", ["targets.svg", "unknowns.svg"])
def test_no_text_lies_on_another_or_outside_in_a_crowd(name: str) -> None:
    text = crowd()[name]
    assert overlaps(text) == []
    root = ET.fromstring(text)
    width, height = (float(root.attrib[one]) for one in ("width", "height"))
    assert width == 900
    assert all(a >= 0 and b <= width and top >= 0 and foot <= height for _, a, b, top, foot in boxes(text))


def test_labels_that_would_overlap_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    targets = [target("a", 1.2, "01"), target("a", 1.3, "03"), target("a", -1.3, "04")]
    text = draw(targets)["targets.svg"]
    assert overlaps(text) == []
    assert {"01 03", "04"} <= set(said(text))
    monkeypatch.setattr("calibration.fitting.pictures.apart", lambda wanted, left, right: wanted)
    assert overlaps(draw(targets)["targets.svg"]) == [("01", "03")], "a fault would be seen"


@pytest.mark.parametrize("name", ["targets.svg", "unknowns.svg"])
def test_a_picture_stands_on_white_and_can_be_read_aloud(name: str) -> None:
    root = ET.fromstring(crowd()[name])
    assert root.attrib["role"] == "img"
    names = {
        one.get("id"): one for one in (root.find(f"{SVG}title"), root.find(f"{SVG}desc")) if one is not None
    }
    assert root.attrib["aria-labelledby"].split() == list(names)
    assert all(len(one.text or "") > 20 for one in names.values())
    (ground,) = elements(crowd()[name], "ground")
    assert (ground.get("width"), ground.get("height"), ground.get("fill")) == ("100%", "100%", "#ffffff")


def test_same_bytes_twice_and_short_numbers() -> None:
    assert crowd() == crowd()
    for text in crowd().values():
        places = [
            one.attrib[key] for one in ET.fromstring(text).iter() for key in ("x", "cx") if key in one.attrib
        ]
        assert places
        assert all(len(place.split(".")[1]) == 1 for place in places)


def test_one_dot_a_target_at_its_residual() -> None:
    residuals = {"01": -0.5, "03": 1.5, "04": 0.0, "05": 7.0, "06": -5.1}
    start = {**target("start", 3.0), "met": None}
    text = draw([start, *(target("gps", value, code, value - 1) for code, value in residuals.items())])[
        "targets.svg"
    ]
    dots = elements(text, "target")
    assert len(dots) == len(residuals), "those that the run starts from are no proof and are not drawn"
    where = {(one.findtext(f"{SVG}title") or "").split(":")[0]: one for one in dots}
    assert where.keys() == {f"gps.{code}" for code in residuals}
    (band,) = elements(text, "band")
    left, right = span(band)
    unit, middle = (right - left) / 2, (left + right) / 2
    for code, value in residuals.items():
        one = where[f"gps.{code}"]
        if abs(value) <= 5:
            assert span(one)[0] == pytest.approx(middle + unit * value, abs=0.1)
        else:
            tip = span(one)[value > 0]
            assert one.tag == f"{SVG}polygon"
            assert tip == pytest.approx(middle + (5 if value > 0 else -5) * unit, abs=0.1)
    hollow = elements(text, "country")
    assert len(hollow) == len(residuals)
    assert {one.get("fill") for one in hollow} == {"none"}
    assert "none" not in {one.get("fill") for one in dots}


def test_no_hollow_dot_without_a_factor_of_the_county() -> None:
    assert elements(draw([target("a", 0.5)])["targets.svg"], "country") == []


def test_missed_targets_are_labelled_by_county_and_met_ones_are_not() -> None:
    text = draw(
        [
            target("gps", 0.5, "01"),
            target("gps", -1.5, "19"),
            target("gps", 7.0, "25"),
            target("gps", nan, "24"),
            target("years", -1.7),
        ]
    )["targets.svg"]
    labels = " ".join(said(text))
    assert "19" in said(text)
    assert "24 (no number) 25 (+7.0)" in labels
    assert "-1.7" in said(text), "the country has no code worth telling"
    assert "01" not in said(text)
    assert {"1 of 4 met", "missed"} <= set(said(text))
    about = ET.fromstring(text).findtext(f"{SVG}desc") or ""
    assert about.endswith(
        "1 of 5 figures are met, in the shaded band from -1 to +1;"
        " 4 are missed: gps.19, gps.25, gps.24, years."
    )


def test_every_missed_county_of_a_crowded_block_is_named() -> None:
    text = draw([target("gps", 6.0 + i, code) for i, code in enumerate(CODES)])["targets.svg"]
    assert " ".join(CODES) in said(text)


def test_bars_are_scaled_to_the_prior_and_stay_in_the_plot() -> None:
    rows = [
        unknown("a"),
        unknown("b", 0.5, 4.5, identified=False),
        unknown("c", -9.0, -8.0),
        unknown("d", 3.5, 20.0),
    ]
    text = draw([target("a", 0.0)], rows)["unknowns.svg"]
    priors, posteriors = (list(map(span, elements(text, kind))) for kind in ("prior", "posterior"))
    assert len(set(priors)) == 1
    left, right = priors[0]
    length = right - left
    assert posteriors[0] == pytest.approx((left + length / 3, left + length * 2 / 3), abs=0.2)
    assert posteriors[1] == pytest.approx((left - length / 6, right + length / 6), abs=0.2)
    ends = left - length / 4 - 0.1, right + length / 4 + 1.1
    assert all(ends[0] <= a and b <= ends[1] for a, b in posteriors)
    means = elements(text, "mean")
    assert [span(one)[0] for one in means] == pytest.approx([(left + right) / 2] * 2, abs=0.1), (
        "c and d lie outside"
    )
    assert len(elements(text, "beyond")) == 2
    colors = [one.get("fill") for one in elements(text, "posterior")]
    assert colors[1] != colors[0] == colors[2] == colors[3], "what is not identified is grey"
    assert "1 of 4 unknowns: healer.b." in text


def test_numbers_have_their_unit_and_a_single_profession_no_prefix() -> None:
    rows = [unknown("leaving", 0.0275, 0.0469), unknown("start", 8777.6, 9390.0, unit="persons")]
    text = draw([target("a", 0.0)], rows)["unknowns.svg"]
    assert {"leaving", "0.0372 (0.0275 to 0.0469) rate a year", "9,084 (8,778 to 9,390) persons"} <= set(
        said(text)
    )
    several = pictures(["healer", "nurse"], pl.DataFrame([target("a", 0.0)]), pl.DataFrame(rows))[
        "unknowns.svg"
    ]
    assert "healer.leaving" in said(several)


def test_one_target_one_unknown_and_a_point_fit() -> None:
    both = draw([target("a", 0.2)], [unknown()])
    assert said(both["targets.svg"])[0] == "How far the model of healer is from 1 published figure"
    assert said(both["unknowns.svg"])[0] == "What the data say about 1 unknown of healer"
    assert [len(elements(both["targets.svg"], "target")), len(elements(both["unknowns.svg"], "prior"))] == [
        1,
        1,
    ]
    assert list(draw([target("a", 0.2)])) == ["targets.svg"]


def test_a_fit_without_any_target_that_counts_has_a_picture_too() -> None:
    assert elements(draw([{**target("a", 0.2), "met": None}])["targets.svg"], "target") == []


def test_names_of_shipped_targets_are_not_cut() -> None:
    longest = "occupational_therapist_leaving_otherwise"
    assert longest in said(draw([target(longest, 0.2)])["targets.svg"])


def test_names_are_escaped() -> None:
    name = 'a<b>&"c"'
    drawn = draw([target(name, 2.0, "01")], [unknown(name)])
    assert all(name in said(text) for text in drawn.values())
    (dot,) = elements(drawn["targets.svg"], "target")
    assert dot.findtext(f"{SVG}title") == f"{name}.01: +2.0"
