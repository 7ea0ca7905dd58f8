"""The search for posts: enough with other luck too, one less is not, and why where none suffices.

Write F(a) for the probability that a county meets the guideline with `a` posts, and G(a) for the share of N
replications of one seed. Posts help a county in every replication, so that G does not fall with `a`. The
answer is the smallest `a` with G(a) >= P. That F(answer) < p for some p < P then needs G >= P at the highest
number of posts with F < p: one binomial event, whichever numbers were tried. In the same way
F(answer - 1) > p for p > P needs G < P at the lowest number with F > p. ALPHA is divided among both bounds,
the counties, and the two samples that each compares.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.stats import binom

from careersim.experiment.posts_needed import MOST_RUNS, Needed, posts_needed
from careersim.experiment.posts_runs import PostsRuns, Question
from careersim.experiment.sources import population_source
from careersim.model.assemble import read_model
from careersim.schema import COUNTIES
from tests.unit.experiment.towns import write_towns

ALPHA = 0.001
FRESH = 400
EVERYWHERE = tuple(range(COUNTIES))
ASKED = Question(2033, 0.8, 2027, "list", "headcount", EVERYWHERE, 20, 11)
LARGE = replace(ASKED, replications=100)
FAULT = 8
"""Posts by which a planted fault misses the answer."""

Shares = NDArray[np.float64]


def runs_of(path: Path, question: Question) -> PostsRuns:
    run, model = read_model(path)
    source = population_source(model, run.panels)
    return PostsRuns(model, run.spec.guideline, question, source, None, MOST_RUNS)


def search(path: Path, question: Question) -> Needed:
    run, model = read_model(path)
    return posts_needed(model, run.spec.guideline, question, population_source(model, run.panels))


@pytest.fixture(scope="module")
def towns(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_towns(tmp_path_factory.mktemp("towns"))


@pytest.fixture(scope="module")
def needed(towns: Path) -> Needed:
    return search(towns, ASKED)


@pytest.fixture(scope="module")
def large(towns: Path) -> Needed:
    return search(towns, LARGE)


def fresh(towns: Path, posts: NDArray[np.int64]) -> Shares:
    """Shares with other luck than that of any search."""
    return runs_of(towns, LARGE).run(posts, seed=77, replications=FRESH).share


def lowest_share() -> float:
    """Share with other luck below which no answer falls, but with probability ALPHA / 2 in any county."""
    part, hits = ALPHA / (4 * COUNTIES), LARGE.met_needed(LARGE.replications)
    true = brentq(lambda p: binom.sf(hits - 1, LARGE.replications, p) - part, 1e-6, 1 - 1e-6)
    return float(binom.ppf(part, FRESH, true) / FRESH)


def highest_share() -> float:
    """Share with other luck that no county with one post less exceeds, but with the same probability."""
    part, hits = ALPHA / (4 * COUNTIES), LARGE.met_needed(LARGE.replications)
    true = brentq(lambda p: binom.cdf(hits - 1, LARGE.replications, p) - part, 1e-6, 1 - 1e-6)
    return float(binom.isf(part, FRESH, true) / FRESH)


def test_every_town_can_meet_it_in_no_more_runs_than_promised(needed: Needed) -> None:
    assert needed.met.all()
    assert needed.stop == ("",) * COUNTIES
    assert needed.runs <= MOST_RUNS
    assert np.all(needed.found.share >= ASKED.probability)
    assert np.all(needed.as_is.share[1:] < ASKED.probability)
    assert needed.posts[0] < needed.today[0]  # room to spare is given back
    assert np.all(needed.posts[1:] > needed.today[1:])


def test_one_post_less_is_not_enough_with_the_same_luck(needed: Needed, towns: Path) -> None:
    tried = ~np.isnan(needed.one_less)
    assert tried.mean() > 0.9
    assert np.mean(needed.one_less[tried] < ASKED.probability) > 0.9
    runs = runs_of(towns, ASKED)
    fewer = []
    for county in (0, 1, 11):  # each by itself, all others with their answers
        posts = needed.posts.copy()
        posts[county] -= 1
        fewer.append(runs.run(posts).share[county])
    assert max(fewer) < ASKED.probability


@pytest.mark.slow
def test_the_answer_holds_with_other_luck_and_one_post_less_is_not_plenty(large: Needed, towns: Path) -> None:
    assert 0.45 < lowest_share() < LARGE.probability < highest_share() < 0.99
    assert large.met.all()
    assert np.all(fresh(towns, large.posts) >= lowest_share())
    assert np.all(fresh(towns, large.posts - 1) <= highest_share())


@pytest.mark.slow
def test_a_search_that_stops_early_or_late_would_be_found(large: Needed, towns: Path) -> None:
    """Planted faults: some posts too few, and some too many, in every town."""
    assert np.mean(fresh(towns, large.posts - FAULT) < lowest_share()) > 0.9
    assert np.mean(fresh(towns, large.posts + FAULT - 1) > highest_share()) > 0.9


def test_the_search_repeats_itself(towns: Path) -> None:
    few = replace(ASKED, replications=4, counties=(0, 1))
    first, second = search(towns, few), search(towns, few)
    assert np.array_equal(first.posts, second.posts)
    assert first.runs == second.runs


@pytest.mark.parametrize(
    ("number", "stop", "helps"), [({"each": "0.05"}, "supervisors", "unsupervised"),
                                  ({"new": "100"}, "applicants", "applications")],
)  # fmt: skip
def test_what_stops_a_town_that_no_number_helps(
    number: dict[str, str], stop: str, helps: str, tmp_path: Path
) -> None:
    found = search(write_towns(tmp_path, **number), replace(ASKED, replications=8))
    none = ~found.met
    assert none.mean() > 0.9
    assert all(found.stop[c] == stop for c in np.flatnonzero(none))
    assert np.all(found.posts[none] >= found.found.filled[none])
    assert np.all(found.found.binding[none, 0] <= 0.02)  # one more would stay empty
    shares = getattr(found.besides, helps)[1:]
    assert np.nanmean(shares) >= np.nanmean(found.found.share[none])
    assert np.all(np.isnan(shares) == ~none)
    if stop == "supervisors":
        assert np.nanmin(shares) > found.found.share[none].max()
        assert np.nanmax(found.besides.applications[1:]) <= found.found.share[none].max() + 0.1


def test_a_certificate_that_comes_too_late_is_told_without_a_search(towns: Path) -> None:
    """Two years of training from 2027 on: nobody is certified by the end of 2027."""
    near = replace(ASKED, target_year=2027, reading="ratio", replications=4)
    found = search(towns, near)
    assert found.runs == 2
    assert np.array_equal(found.posts, found.today)
    assert set(found.stop) == {"time"}
    later = search(towns, replace(near, target_year=2030))
    assert later.runs > 2
    assert "time" not in later.stop


def test_only_the_counties_asked_about_change(towns: Path, needed: Needed) -> None:
    found = search(towns, replace(ASKED, counties=(1,)))
    assert np.flatnonzero(found.asked).tolist() == [1]
    others = np.arange(COUNTIES) != 1
    assert np.array_equal(found.posts[others], found.today[others])
    assert found.met.tolist() == [c == 1 for c in range(COUNTIES)]
    assert found.one_less[1] < ASKED.probability <= found.found.share[1]


def test_who_loses_applicants_to_others_is_told_so(tmp_path: Path) -> None:
    """Stockholm has posts enough in the run as it is, but the applicants do not suffice for all."""
    found = search(write_towns(tmp_path, inhabitants=112_000, new="160"), replace(ASKED, replications=8))
    assert found.as_is.share[0] >= ASKED.probability
    assert (found.stop[0] == "others") == (not found.met[0])
    assert set(found.stop[1:]) <= {"applicants", ""}
    assert "applicants" in found.stop
