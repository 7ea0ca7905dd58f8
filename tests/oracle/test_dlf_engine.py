"""The formula of the DLF report is what the career engine does, as long as its assumption holds.

A career of three states: trainee (8 full-time years), specialist (25 full-time years), retired. Each county
has as many posts for trainees as it has trainees, and more local applicants than posts, so that the trainees
stay as many; nobody else leaves or moves. Every county is scaled to a need of 10,000 specialists, with its
own proportions of need, specialists and trainees. Ages are spread evenly, so that no count is off by more
than a person: the persons of a span of career years are those of its share of the whole, within one.

Write N for the need, S for the specialists at the start, T for the trainees. After t years T/8 a year have
come in. Gone are:

* oldest first: N/25 a year, as in a full stock whose youngest are missing, until the S are all gone;
* even ages: S/25 a year, for 25 years.

After 25 years both are the same: everybody has come in since, and the stock is 25 T/8 from then on.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from careersim.config.load import load_run
from careersim.engines.numba_engine import NumbaEngine
from careersim.model.assemble import assemble
from careersim.model.graph import Model
from careersim.population.columns import Population
from careersim.published.approx import exactly
from careersim.published.dlf_formula import CountyStaffing, Row, Settings, compute, published
from careersim.schema import COUNTIES, COUNTY_CODES, NO_HOME, person_id
from tests.oracle.trace import differences, numba_trace, reference_trace

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]
Ages = Literal["oldest", "even"]

NEED = 10_000
YEARS = 36
START = 2023
STATES = ("applicant", "trainee", "specialist", "retired")
FULL_YEAR = 100  # training is kept in hundredths of a full-time year

OFF = 2
"""Evenly spread, the persons in a span differ from their expected number by less than one: those who have
come in since the start, and those who have gone."""


@dataclass(frozen=True)
class Counties:
    """Specialists needed, there, and trainees: one number a county, in order of the codes."""

    need: int
    specialists: I64
    trainees: I64

    def formula(self) -> list[CountyStaffing]:
        """What the published calculation gives for these counties."""
        rows = [
            Row(
                county_code=code,
                inhabitants=None,
                need=exactly(self.need),
                specialists=exactly(there),
                trainees=exactly(trained),
                specialist_fte=None,
                trainee_fte=None,
            )
            for code, there, trained in zip(COUNTY_CODES, self.specialists, self.trainees, strict=True)
        ]
        found: list[CountyStaffing] = list(compute(rows, Settings())["counties"])
        return found

    def years(self, column: str) -> F64:
        return np.array([getattr(county, column).value for county in self.formula()])


def of_the_report(need: int = NEED) -> Counties:
    """The counties of the report, each scaled to the same need.

    Specialists are those of the closing table: working time where it counts that. Where it has none, half of
    the need, which is what the report assumes for Östergötland.
    """
    there, trained = [], []
    for row in published():
        assert row.need is not None
        assert row.trainees is not None
        counted = row.specialist_fte if row.county_code in ("04", "10", "22") else row.specialists
        there.append(need * (0.5 if counted is None else counted.value / row.need.value))
        trained.append(need * row.trainees.value / row.need.value)
    return Counties(need, np.rint(there).astype(np.int64), np.rint(trained).astype(np.int64))


def at_balance() -> Counties:
    return Counties(NEED, np.full(COUNTIES, NEED), np.full(COUNTIES, NEED * 8 // 25))


# -- the degenerate career and its start -------------------------------------------------------------


def parameter(unit: str, value: object, by: str = "county") -> dict[str, object]:
    source = {"assumption": "Degenerate career that holds the formula of the DLF report and nothing else"}
    numbers = {"by": by, "values": value} if isinstance(value, dict) else {"value": value}
    return {"unit": unit, **numbers, "source": source}


def career(trainees: I64, training_years: int, career_years: int) -> dict[str, object]:
    """The career file. Applicants are a tenth more than posts fall free, all local and certain to apply."""
    posts = {code: int(count) for code, count in zip(COUNTY_CODES, trainees, strict=True)}

    def called(name: str) -> dict[str, str]:
        return {"en": name, "sv": name}

    return {
        "profession": "degenerate",
        "key": 9,
        "label": called("Degenerate"),
        "start_year": START,
        "states": {
            "applicant": {"label": called("Applicant")},
            "trainee": {"label": called("Trainee"), "training": "st", "accrues": True, "trains": True},
            "specialist": {
                "label": called("Specialist"), "training": "career", "accrues": True, "serves": True,
            },
            "retired": {"label": called("Retired"), "final": True},
        },
        "trainings": {
            "st": {"requirement": "st_years", "pace": "full_time"},
            "career": {"requirement": "career_years", "pace": "full_time"},
        },
        "choices": {"home": {"home": "pull", "stay": "pull"}},
        "pools": {
            "posts": {
                "label": called("Posts"), "holders": ["trainee"], "posts": "posts", "choice": "home",
                "wishes": 1, "local_first": True,
            }
        },
        "transitions": {
            "takes_post": {
                "from": "applicant", "to": "trainee", "form": "seat", "rate": "applying", "pool": "posts",
            },
            "certificate": {"from": "trainee", "to": "specialist", "form": "progress"},
            "retires": {"from": "specialist", "to": "retired", "form": "progress"},
        },
        "streams": {
            "applicants": {
                "label": called("Applicants"), "state": "applicant", "inflow": "new", "counties": "weights",
                "women": "women", "ages": "ages",
            }
        },
        "parameters": {
            "st_years": parameter("years", training_years),
            "career_years": parameter("years", career_years),
            "pull": parameter("utility", 20),
            "posts": parameter("posts", posts),
            "applying": parameter("rate_per_year", 60),
            "new": parameter("persons_per_year", 1.1 * int(trainees.sum()) / training_years),
            "weights": parameter("weight", posts),
            "women": parameter("share", 0.5),
            "ages": parameter("share", {"30": 1}, by="age"),
        },
    }  # fmt: skip


def build(folder: Path, trainees: I64, training_years: int = 8, career_years: int = 25) -> Model:
    """Assemble the model through files, as a user's own profession is."""
    document = json.dumps(career(trainees, training_years, career_years))  # JSON is YAML
    (folder / "degenerate.yaml").write_text(document, encoding="utf-8")
    lines = ["county_code,year,population"]
    lines += [f"{code},{year},100000" for code in COUNTY_CODES for year in (START, START + YEARS)]
    (folder / "inhabitants.csv").write_text("\n".join(lines), encoding="utf-8")
    run = {
        "name": "degenerate",
        "professions": ["degenerate.yaml"],
        "until": START + YEARS,
        "feedback": False,
        "demand": {"population": "inhabitants.csv"},
    }
    (folder / "run.yaml").write_text(json.dumps(run), encoding="utf-8")
    return assemble(load_run(folder / "run.yaml"))


def evenly(count: int, low: float, high: float, _: np.random.Generator) -> F64:
    """Times in training or career, in hundredths, at equal distances."""
    return low + (np.arange(count) + 0.5) / count * (high - low)


def by_chance(count: int, low: float, high: float, generator: np.random.Generator) -> F64:
    """The same, drawn one by one."""
    return generator.uniform(low, high, count)


def start(
    counties: Counties,
    ages: Ages,
    spread: Callable[[int, float, float, np.random.Generator], F64] = evenly,
    training_years: int = 8,
    career_years: int = 25,
) -> Population:
    """Trainees anywhere in their training, specialists anywhere in their careers or at the end of them."""
    generator = np.random.Generator(np.random.Philox(2024))
    training, whole = training_years * FULL_YEAR, career_years * FULL_YEAR
    parts = []
    for c in range(COUNTIES):
        there, trained = int(counties.specialists[c]), int(counties.trainees[c])
        youngest = 0.0 if ages == "even" else whole * max(1 - there / counties.need, 0.0)
        progress = {
            0: np.zeros(math.ceil(1.1 * trained / training_years) + 2),
            1: spread(trained, 0.0, training, generator),
            2: spread(there, youngest, whole, generator),
        }
        people = Population.empty(sum(map(len, progress.values())))
        first = person_id(9, 0, START, c, 0)
        people.person_id[:] = np.arange(first, first + len(people), dtype=np.uint64)
        people.state[:] = np.repeat(list(progress), [len(times) for times in progress.values()])
        people.training_progress[:] = np.concatenate(list(progress.values())).astype(np.uint16)
        people.county[:] = people.home_county[:] = c
        people.sector[:] = 3
        people.age[:] = 40
        people.fte[:] = 100
        parts.append(people)
    everybody = parts[0]
    for people in parts[1:]:
        everybody = everybody.joined(people)
    assert NO_HOME not in everybody.home_county
    return everybody


@dataclass(frozen=True)
class Lived:
    """Specialists and trainees by year, the start first, and county; posts left empty, applicants refused."""

    specialists: I64
    trainees: I64
    empty: I64
    refused: I64


def live(model: Model, people: Population) -> Lived:
    engine = NumbaEngine(model.professions[0], model, people, seed=8, replication=25, threads=2)
    records = [engine.record] + [engine.step() for _ in range(YEARS)]
    stock = np.array([record.stock.sum(axis=2) for record in records])
    seats = np.array([record.seats[0] for record in records[1:]])
    return Lived(stock[:, 2], stock[:, 1], seats[:, :, 3] - seats[:, :, 6], seats[:, :, 7])


def expected(counties: Counties, ages: Ages) -> F64:
    """Closed form of the stock by year and county."""
    t = np.arange(YEARS + 1.0)[:, None]
    there, trained = counties.specialists[None, :], counties.trainees[None, :]
    yearly = counties.need / 25 if ages == "oldest" else there / 25
    young = there + trained * t / 8 - np.minimum(yearly * t, there)
    return np.where(t < 25, young, trained * 25 / 8)


def reached(stock: F64 | I64, need: int) -> float:
    """Years until a stock is the need, on straight lines between observations; infinite if never."""
    full = np.flatnonzero(stock >= need)
    if not len(full):
        return math.inf
    after = int(full[0])
    if after == 0:
        return 0.0
    before = float(stock[after - 1])
    return after - 1 + (need - before) / (float(stock[after]) - before)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> dict[Ages, Lived]:
    """The counties of the report from both starts."""
    counties = of_the_report()
    model = build(tmp_path_factory.mktemp("report"), counties.trainees)
    return {ages: live(model, start(counties, ages)) for ages in ("oldest", "even")}


def off(seen: Lived, counties: Counties, ages: Ages) -> F64:
    """Largest distance between engine and closed form over the years, by county."""
    found: F64 = np.abs(seen.specialists - expected(counties, ages)).max(axis=0)
    return found


def linear_years(counties: Counties) -> F64:
    """Years for which N/25 retire a year when the S retire oldest first, by county."""
    return 25 * counties.specialists / counties.need


# -- the tests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("ages", ["oldest", "even"])
def test_trainees_stay_as_many_as_there_are_posts(lived, ages):
    """All that the formula takes for granted: no post is empty, applicants are turned away everywhere."""
    counties = of_the_report()
    assert np.all(lived[ages].trainees == counties.trainees)
    assert np.all(lived[ages].empty == 0)
    assert np.all(lived[ages].refused > 0)


def test_scaling_the_counties_leaves_their_years():
    """Whole persons move the years of the report by as much as half a person in 10,000 may."""
    scaled = of_the_report()
    years = scaled.years("years_to_full")
    for k, county in enumerate(compute(published(), Settings())["counties"]):
        true = county.years_to_full_fte if county.county_code in ("04", "10", "22") else county.years_to_full
        if true is None:
            continue
        surplus = abs(scaled.trainees[k] - NEED * 8 / 25)
        missing = NEED - scaled.specialists[k]
        assert years[k] == pytest.approx(true.value, rel=0.5 / (surplus - 0.5) + 0.5 / missing)


def test_at_the_balance_nothing_changes(tmp_path):
    """Fixed point: full staffing and 8/25 trainees for each specialist keep themselves up in every county."""
    counties = at_balance()
    seen = live(build(tmp_path, counties.trainees), start(counties, "even"))
    assert np.abs(seen.specialists - NEED).max() < OFF
    assert np.all(seen.trainees == counties.trainees)
    assert np.all(counties.years("years_to_full") == 0)
    assert np.all(counties.years("sustained_specialists") == NEED)


@pytest.mark.parametrize("ages", ["oldest", "even"])
def test_the_stock_is_the_closed_form_in_every_year_and_county(lived, ages):
    assert off(lived[ages], of_the_report(), ages).max() < OFF


def test_where_the_line_holds_to_the_end_the_engine_is_full_in_the_years_of_the_report(lived):
    counties = of_the_report()
    years = counties.years("years_to_full")
    slope = (counties.trainees - NEED * 8 / 25) / 8
    holds = np.flatnonzero(years <= linear_years(counties))
    assert [COUNTY_CODES[k] for k in holds] == ["06", "23"]  # Jönköping, Jämtland
    for k in holds:
        assert reached(lived["oldest"].specialists[:, k], NEED) == pytest.approx(years[k], abs=OFF / slope[k])


def test_the_growth_of_the_engine_drawn_on_gives_the_years_of_the_report_in_every_county(lived):
    """What the report does: take the growth of now, and draw the line on for as long as it takes."""
    counties = of_the_report()
    years = counties.years("years_to_full")
    for k, code in enumerate(COUNTY_CODES):
        line = math.floor(linear_years(counties)[k])
        stock = lived["oldest"].specialists[: line + 1, k]
        growth, error = (stock[-1] - stock[0]) / line, OFF / line
        missing = NEED - stock[0]
        if math.isinf(years[k]):
            assert growth + error < 0, code
        else:
            assert growth - error > 0, code
            assert missing / (growth + error) <= years[k] <= missing / (growth - error), code
    never = [code for code, number in zip(COUNTY_CODES, years, strict=True) if math.isinf(number)]
    assert never == ["07", "10", "17", "18"]


def test_when_the_oldest_are_gone_the_engine_leaves_the_line(lived):
    """Nobody retires until the first to come in do: the rest is filled at T/8 a year, after 8 N/T years."""
    counties = of_the_report()
    years = counties.years("years_to_full")
    longer = np.flatnonzero((years > linear_years(counties)) & np.isfinite(years))
    assert len(longer) == 15
    for k in longer:
        trained = counties.trainees[k]
        full = reached(lived["oldest"].specialists[:, k], NEED)
        assert full == pytest.approx(8 * NEED / trained, abs=OFF / (trained / 8))
        assert full < years[k]


def test_with_even_ages_the_engine_is_full_in_our_years(lived):
    counties = of_the_report()
    ours = counties.years("years_even_ages")
    slope = counties.trainees / 8 - counties.specialists / 25
    for k, code in enumerate(COUNTY_CODES):
        full = reached(lived["even"].specialists[:, k], NEED)
        if math.isinf(ours[k]):
            assert math.isinf(full), code
        else:
            assert full == pytest.approx(ours[k], abs=OFF / slope[k]), code


@pytest.mark.parametrize("ages", ["oldest", "even"])
def test_whoever_gets_there_is_there_after_one_career(lived, ages):
    """The report's years beyond a career are the line's and not the career's; its 'never' is right."""
    counties = of_the_report()
    years = counties.years("years_to_full")
    full = np.array([reached(lived[ages].specialists[:, k], NEED) for k in range(COUNTIES)])
    assert np.all(np.isfinite(full) == (counties.trainees > NEED * 8 / 25))
    assert np.all(np.isfinite(full) == np.isfinite(years))
    assert np.all(full[np.isfinite(full)] <= 25)
    beyond = (years > 25) & np.isfinite(years)
    assert beyond.sum() == 13
    kept_up = counties.years("sustained_specialists")
    assert np.abs(lived[ages].specialists[25:] - kept_up).max() < OFF


@pytest.mark.parametrize("ages", ["oldest", "even"])
def test_drawn_one_by_one_the_stock_is_the_closed_form_within_chance(tmp_path, ages):
    """Times in training and career are independent draws: the bound is Bernstein's, for all cells at once."""
    counties = of_the_report()
    seen = live(build(tmp_path, counties.trainees), start(counties, ages, by_chance))
    found = np.abs(seen.specialists - expected(counties, ages))
    bound = chance_bound(counties, ages)
    assert np.all(found <= bound)
    assert found.max() > 50  # chance is there
    assert bound.max() < 0.04 * NEED  # and small beside the need


def chance_bound(counties: Counties, ages: Ages, alpha: float = 1e-3) -> F64:
    """What sums of independent yes-or-no draws exceed in any year and county with probability below alpha."""
    t = np.arange(YEARS + 1.0)[:, None]
    there, trained = counties.specialists[None, :], counties.trainees[None, :]
    come = np.where(t < 25, t % 8, 25 % 8) / 8
    yearly = counties.need / 25 if ages == "oldest" else there / 25
    gone = np.where(t < 25, np.minimum(yearly * t / there, 1), 1)
    variance = trained * come * (1 - come) + there * gone * (1 - gone)
    log = math.log(2 * variance.size / alpha)
    bound: F64 = log / 3 + np.sqrt(log**2 / 9 + 2 * variance * log)
    return bound


@pytest.mark.parametrize(("training_years", "career_years"), [(7, 25), (8, 24)])
def test_a_training_or_career_a_year_too_short_is_found_in_every_county(
    tmp_path, training_years, career_years
):
    counties = of_the_report()
    model = build(tmp_path, counties.trainees, training_years, career_years)
    people = start(counties, "even", evenly, training_years, career_years)
    seen = live(model, people)
    assert off(seen, counties, "even").min() > 20 * OFF
    wrong = np.abs(seen.specialists - expected(counties, "even")) > chance_bound(counties, "even")
    assert wrong.any(axis=0).mean() > 0.9  # and seen through chance in nearly all


def test_the_page_on_this_comparison_prints_these_years(lived, repository):
    page = (repository / "docs" / "explanation" / "dlf-and-the-engine.md").read_text(encoding="utf-8")
    codes = {
        "Jönköping": "06",
        "Västra Götaland": "14",
        "Stockholm": "01",
        "Gävleborg": "21",
        "Blekinge": "10",
    }
    report = {row.county_code: row.years_to_full for row in compute(published(), Settings())["counties"]}
    for name, code in codes.items():
        (line,) = re.findall(rf"^\| {name} \|(.*)\|$", page, re.MULTILINE)
        k = COUNTY_CODES.index(code)
        years = [report[code].value]
        years += [reached(lived[ages].specialists[:, k], NEED) for ages in ("oldest", "even")]
        printed = [cell.split()[0] for cell in line.split("|")]
        assert printed == ["never" if math.isinf(number) else f"{number:.0f}" for number in years], name


def test_both_engines_live_the_same_degenerate_careers(tmp_path):
    counties = of_the_report(need=25)
    model = build(tmp_path, counties.trainees)
    run = (model.professions[0], model, start(counties, "oldest"), YEARS)
    assert differences(numba_trace(*run), reference_trace(*run)) == []
