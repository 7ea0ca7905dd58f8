"""Costs of a hand-made village, exact to the krona, and how they add up.

Year 2024: county 0 has 1 trainee and 1 on leave, 8 specialists; county 1 has 1 specialist (see village.py).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from careersim.flows import costs as module
from careersim.flows.areas import AREA_CODES
from careersim.flows.costs import COMPONENTS, TOTAL, cost_arrays, cost_table, over_years
from careersim.model.costs import Costs, PostPrice, ProfessionPrices
from careersim.model.graph import Bonus
from careersim.schema import COUNTIES
from tests.unit.flows.village import LEAVE, PROFESSION, SPECIALIST, TRAINEE, life, series

PRICES = Costs(
    price_year=2023,
    discount_rate=0.25,
    discount_from=2025,
    employer_contributions=0.3,
    agreed_pension=0.2,
    overhead=0.1,
    professions={
        "healer": ProfessionPrices(
            pay=(None, 40_000.0, None, 80_000.0, None),
            serving=(SPECIALIST,),
            pools=(PostPrice("posts", (TRAINEE,), 30_000.0, 2.0, 80_000.0),),
        )
    },
)
YEAR_OF_TRAINEE = 792_000  # 40,000 x 12 x (1 + .3 + .2) x 1.1
YEAR_OF_SPECIALIST = 1_584_000  # twice that
BONUS = Bonus(
    name="stay",
    amount=5_000.0,
    salary=80_000.0,
    first_year=2024,
    last_year=2026,
    states=(False, False, False, True, False),
    counties=(True,) * COUNTIES,
    sectors=(True,) * 4,
    age_low=0,
    age_high=120,
    newcomers=True,
    incumbents=True,
    years=3,
    uptake=1.0,
    responses=(),
)


def village(*, bonus: bool = False):
    """Two replications, the second with ten more specialists; with three contracts in county 1 in 2025."""
    made = series(life(), life(extra=10))
    if not bonus:
        return made
    contracts = np.zeros((2, 4, 1, COUNTIES, 2), np.int32)
    contracts[:, 2, 0, 1] = (3, 210)
    return replace(made, profession=replace(PROFESSION, bonuses=(BONUS,)), contracts=contracts)


def arrays(**options):
    found = cost_arrays(village(**options), PRICES)
    assert found is not None
    return found


def test_posts_are_pay_and_extra_of_trainees_at_work() -> None:
    found = arrays()
    assert found.years == (2024, 2025, 2026)
    posts = found.component("posts")
    # One of two trainees is left in 2024; who is on leave keeps the post, and is neither paid nor taught.
    assert posts[0, 0, AREA_CODES.index("01")] == YEAR_OF_TRAINEE + 30_000
    assert village().stock[0, 1, LEAVE].sum() == 1


def test_supervision_is_the_time_of_a_specialist() -> None:
    assert arrays().component("supervision")[0, 0, 0] == 2 / 40 * YEAR_OF_SPECIALIST  # 79,200


def test_the_pay_bill_is_that_of_full_time_equivalents() -> None:
    made = village()
    made.fte_percent[0, 1, SPECIALIST, 0, 3] = 650  # eight persons, some of them part-time
    found = cost_arrays(made, PRICES)
    assert found is not None
    bill = found.component("pay_bill")[0, 0]
    assert bill[AREA_CODES.index("01")] == 6.5 * YEAR_OF_SPECIALIST
    assert bill[AREA_CODES.index("03")] == YEAR_OF_SPECIALIST
    assert bill[0] == 7.5 * YEAR_OF_SPECIALIST


def test_a_bonus_is_paid_by_person_with_contributions_only() -> None:
    found = arrays(bonus=True)
    paid = found.items["bonus", "stay"]
    assert paid[0, :, 0].tolist() == [0, 3 * 5_000 * 12 * 1.3, 0]  # 234,000
    assert paid[0, 1, AREA_CODES.index("03")] == 234_000
    assert arrays().component("bonus").sum() == 0


def test_everything_adds_up_without_a_remainder() -> None:
    made = village(bonus=True)
    odd = replace(PRICES, employer_contributions=0.3142, agreed_pension=0.2086)
    found = cost_arrays(made, odd)
    assert found is not None
    for values in found.items.values():
        assert (values == np.rint(values)).all()
        assert (values[..., 0] == values[..., 1:].sum(axis=-1)).all()
    parts = sum(found.component(name) for name in COMPONENTS)
    assert (found.component(TOTAL) == parts).all()


def test_a_planted_fault_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were those on leave paid as well, the hand-made sum would not hold."""
    whole = replace(PRICES.professions["healer"].pools[0], holders=(TRAINEE, LEAVE))
    pay = (None, 40_000.0, 40_000.0, 80_000.0, None)
    wrong = replace(PRICES.professions["healer"], pools=(whole,), pay=pay)
    found = cost_arrays(village(), replace(PRICES, professions={"healer": wrong}))
    assert found is not None
    assert found.component("posts")[0, 0, 0] != YEAR_OF_TRAINEE + 30_000
    monkeypatch.setattr(module, "FULL_TIME_HOURS", 38.25)
    assert arrays().component("supervision")[0, 0, 0] != 79_200


def test_discounting_is_from_the_year_that_counts_in_full() -> None:
    assert [PRICES.discount_factor(year) for year in (2024, 2025, 2026)] == [1.25, 1.0, 0.8]
    values = np.array([[[100.0], [100.0], [100.0]]])
    weights = arrays().weights
    assert weights.tolist() == [[1.25, 1.0, 0.8]] * 2
    assert over_years(values, weights[:1]).tolist() == [[305.0]]
    assert over_years(values, None).tolist() == [[300.0]]


def test_draws_share_the_replications_each_with_its_own_prices() -> None:
    dear = replace(PRICES, overhead=1.2, discount_rate=0.0)  # twice 1.1
    found = cost_arrays(village(), [PRICES, dear])
    assert found is not None
    one, two = (cost_arrays(village(), prices) for prices in (PRICES, dear))
    assert one is not None
    assert two is not None
    for key, values in found.items.items():
        assert (values[0] == one.items[key][0]).all()
        assert (values[1] == two.items[key][1]).all()
    assert found.weights.tolist() == [[1.25, 1.0, 0.8], [1.0, 1.0, 1.0]]


def test_the_table_has_a_row_for_every_item_area_and_year() -> None:
    table = cost_table(village(bonus=True), PRICES)
    assert table is not None
    assert len(table) == 5 * 3 * 22
    total = table.filter(item="total", county_code="00", year=2024).row(0, named=True)
    once = YEAR_OF_TRAINEE + 30_000 + 79_200 + 9 * YEAR_OF_SPECIALIST
    assert total["mean"] == once + 5 * YEAR_OF_SPECIALIST  # half of the replications have ten more
    assert table.filter(lever="stay")["item"].unique().to_list() == ["bonus"]


def test_a_profession_without_prices_is_not_costed() -> None:
    assert cost_arrays(village(), replace(PRICES, professions={})) is None
    assert cost_table(village(), replace(PRICES, professions={})) is None
