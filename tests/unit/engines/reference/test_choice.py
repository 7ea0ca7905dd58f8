"""Choice among counties: weights by hand, no move to the county one is in, wishes without repetition."""

import math

import pytest

from careersim.engines.reference.chance import WORDS
from careersim.engines.reference.choice import CountyChoice
from careersim.model.graph import Choice
from careersim.schema import COUNTIES, NO_HOME
from tests.unit.engines.reference import toy

HIGHEST = WORDS - 1
LEVEL = (0.0,) * COUNTIES


def county_choice(*, home=0.0, stay=0.0, distance=0.0, size=0.0, attractiveness=LEVEL) -> CountyChoice:
    choice = Choice(home, stay, distance, size, attractiveness)
    return CountyChoice(choice, toy.country(), toy.START)


def shares(choice: CountyChoice, home: int, origin: int) -> list[float]:
    """Share of words that lead to each county, from a fine grid of words."""
    grid = 20_000
    found = [choice.relocation((2 * step + 1) * WORDS // (2 * grid), home, origin) for step in range(grid)]
    return [found.count(county) / grid for county in range(COUNTIES)]


def test_relocation_follows_the_logit_over_the_other_counties():
    attractive = tuple(0.05 * county for county in range(COUNTIES))
    choice = county_choice(home=1.2, stay=9.0, distance=-0.4, size=0.5, attractiveness=attractive)
    weights = [
        0.0
        if county == 4
        else math.exp(
            1.2 * (county == 9)
            - 0.4 * (50 * abs(county - 4) / 100)
            + 0.5 * math.log(2_000 + 400 * county)
            + 0.05 * county
        )
        for county in range(COUNTIES)
    ]
    expected = [weight / sum(weights) for weight in weights]
    assert shares(choice, home=9, origin=4) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("origin", [0, 7, COUNTIES - 1])
def test_relocation_always_leads_elsewhere(origin):
    choice = county_choice(stay=5.0)
    last = COUNTIES - 1 if origin != COUNTIES - 1 else COUNTIES - 2
    assert choice.relocation(0, NO_HOME, origin) == (1 if origin == 0 else 0)
    assert choice.relocation(HIGHEST, NO_HOME, origin) == last


def test_wishes_run_through_all_counties_once():
    choice = county_choice()
    words = [(k * 2_654_435_761) % WORDS for k in range(COUNTIES)]
    ranked = choice.wishes(words.__getitem__, NO_HOME, 3, count=30)
    assert sorted(ranked) == list(range(COUNTIES))


def test_wishes_are_drawn_among_the_counties_that_are_left():
    # With equal weights the k-th draw splits the words into as many equal parts as there are counties left.
    choice = county_choice()
    words = [WORDS * 5 // 21 + 10, WORDS * 5 // 20 + 10, HIGHEST, HIGHEST]
    assert choice.wishes(words.__getitem__, NO_HOME, 3, count=4) == [5, 6, 20, 19]


def test_staying_and_home_attract_applicants():
    choice = county_choice(stay=60.0, home=30.0)
    assert choice.wishes(lambda k: WORDS // 2, 11, 3, count=2) == [3, 11]
