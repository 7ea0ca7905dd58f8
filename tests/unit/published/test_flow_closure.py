"""Stocks of Tabell 2-5 against the yearly flows in the text: how much is left over, and on which side."""

import math
from dataclasses import replace

import pytest

from careersim.errors import UserError
from careersim.published.approx import Approx, exactly
from careersim.published.flow_closure import CALCULATION, checks
from careersim.published.flow_closure_formula import (
    NEAREST_TEN,
    Row,
    Settings,
    closed,
    compute,
    expected_stock,
    net_flow,
    published,
    residual,
)
from careersim.published.ledger import tallies
from careersim.published.user_table import read_rows, setting_values


def closures(settings=None):
    tables = compute(published(), settings or Settings())
    return {(row.profession, row.variant): row for row in tables["closure"]}


def own_row(first=100, last=120, **flows):
    cells = dict.fromkeys(("inflow", "retirement", "other_exits", "net_exchange"))
    cells |= {name: exactly(number) for name, number in flows.items()}
    return Row("gp", "own", 2024, 2028, exactly(first), exactly(last), **cells, exchange_said="")


def only(row, settings=None):
    (found,) = compute([row], settings or Settings())["closure"]
    return found


# The ledger


def test_every_printed_number_is_accounted_for():
    found = [
        (one.published_table, one.printed, one.inputs, one.exact, one.within, one.differ, one.unexplained)
        for one in tallies("flow-closure", checks())
    ]
    assert found == [
        ("Tabell 2", 2, 1, 0, 0, 1, 0),
        ("Text", 19, 14, 0, 3, 2, 0),
        ("Tabell 3", 2, 1, 0, 1, 0, 0),
        ("Tabell 4", 2, 1, 0, 0, 1, 0),
        ("Tabell 5", 2, 1, 0, 1, 0, 0),
        ("Doctors", 5, 5, 0, 0, 0, 0),
    ]


def test_what_differs():
    found = [
        (dict(one.figure.key)["profession"], dict(one.figure.key).get("indicator"), one.figure.value)
        for one in checks()
        if one.verdict == "differs"
    ]
    assert found == [
        ("district_nurse", None, 9600),
        ("district_nurse", "supply_2040", 9500),
        ("physiotherapist", None, 7900),
        ("physiotherapist", "net_exchange_with_labour_market_outside", None),
    ]


def test_no_printed_flow_is_called_a_reproduction():
    for check in checks():
        indicator = dict(check.figure.key).get("indicator", "")
        if indicator.startswith(("inflow", "outflow")):
            assert check.verdict == "input"


def test_reading_just_over_without_bound_is_seen_in_the_ledger():
    """Then retirement of district nurses may explain everything, and nothing differs there."""
    verdicts = [
        check.verdict
        for check in checks(Settings(just_over_units=100))
        if check.computed is not None and ("profession", "district_nurse") in check.figure.key
    ]
    assert verdicts == ["within"] * 3


def test_tables_3_and_5_are_within_by_wide_intervals():
    """As the page says: a flow of 100 a year is anything from 50 to 150, for 17 years."""
    found = {
        check.published_table: (
            check.figure.value,
            check.computed.value,
            check.computed.low,
            check.computed.high,
        )
        for check in checks()
        if check.published_table in ("Tabell 3", "Tabell 5") and check.verdict == "within"
    }
    assert found == {
        "Tabell 3": (5000, 5330, 4390, 6440),
        "Tabell 5": (3800, 4675, 3692.5, 5657.5),
    }


# By how much, and which way


@pytest.mark.parametrize(
    ("profession", "variant", "change", "net", "left"),
    [
        ("district_nurse", "", 14.7, 120, -105.3),
        ("district_nurse", "2040 as in the text", 8.8, 120, -111.2),
        ("occupational_therapist", "", -29.4, -10, -19.4),
        ("physiotherapist", "over 75 not counted", 37.6, 65, -27.4),
        ("physiotherapist", "over 75 counted", 37.6, 50, -12.4),
        ("psychologist", "over 75 not counted", 33.5, 85, -51.5),
        ("psychologist", "over 75 counted", 33.5, 70, -36.5),
    ],
)
def test_what_is_left_over_by_profession(profession, variant, change, net, left):
    found = closures()[profession, variant]
    numbers = (found.stock_change.value, found.net_flow.value, found.residual.value)
    assert numbers == pytest.approx((change, net, left), abs=0.05)


DIRECTIONS = {
    ("district_nurse", ""): ("agrees", "agrees"),
    ("district_nurse", "2040 as in the text"): ("agrees", "agrees"),
    ("occupational_therapist", ""): ("open", "contradicts"),
    ("physiotherapist", "over 75 not counted"): ("contradicts", "contradicts"),
    ("physiotherapist", "over 75 counted"): ("open", "open"),
    ("psychologist", "over 75 not counted"): ("open", "agrees"),
    ("psychologist", "over 75 counted"): ("open", "agrees"),
}


@pytest.mark.parametrize("key", DIRECTIONS)
def test_direction_by_the_digits_and_to_the_nearest_ten(key):
    """By its digits "100" is within 50 and "200" too, which leaves most signs open."""
    profession, variant = key
    tens = f"{variant}; {NEAREST_TEN}" if variant else NEAREST_TEN
    found = closures()
    assert (found[key].direction, found[profession, tens].direction) == DIRECTIONS[key]


def test_the_intervals_to_the_nearest_ten():
    found = closures()
    ends = {
        key: (round(row.residual.low), round(row.residual.high))
        for key, row in found.items()
        if key[1].endswith(NEAREST_TEN)
    }
    assert ends == {
        ("district_nurse", NEAREST_TEN): (-119, -82),
        ("district_nurse", f"2040 as in the text; {NEAREST_TEN}"): (-124, -88),
        ("occupational_therapist", NEAREST_TEN): (-43, -6),
        ("physiotherapist", f"over 75 not counted; {NEAREST_TEN}"): (-48, -17),
        ("physiotherapist", f"over 75 counted; {NEAREST_TEN}"): (-36, 1),
        ("psychologist", f"over 75 not counted; {NEAREST_TEN}"): (-67, -36),
        ("psychologist", f"over 75 counted; {NEAREST_TEN}"): (-52, -21),
    }
    assert [row.closed for key, row in found.items() if key in ends] == [False] * 4 + [True] + [False] * 2


def test_slightly_more_leave_is_more_than_the_exits_that_have_a_number():
    """The text prints 100 district nurses who leave otherwise, and no number for the exchange."""
    row = closures()["district_nurse", NEAREST_TEN]
    assert row.residual.value < -100
    assert row.percent_of_flows.value == pytest.approx(100 * -105.3 / 820, abs=0.1)


def test_the_reading_of_a_flow_to_the_nearest_ten():
    rows = {(row.profession, row.variant): row for row in published()}
    assert rows["occupational_therapist", ""].retirement == Approx(100, 50, 150)
    assert rows["occupational_therapist", NEAREST_TEN].retirement == Approx(100, 95, 105)
    assert rows["district_nurse", NEAREST_TEN].retirement == Approx(250, 250, math.inf)
    assert rows["physiotherapist", f"over 75 not counted; {NEAREST_TEN}"].retirement == Approx(
        115, 112.5, 117.5
    )


def test_with_the_finer_reading_both_variants_of_physiotherapists_contradict_the_text():
    """One sentence has 115 and 130: by their digits one is to the nearest 5, the other to 10."""
    rows = {row.variant: row for row in published() if row.profession == "physiotherapist"}
    assert rows["over 75 counted"].retirement == Approx(130, 125, 135)
    finer = replace(rows["over 75 counted"], retirement=Approx(130, 127.5, 132.5))
    assert only(finer).direction == "contradicts"
    assert only(rows["over 75 not counted"]).direction == "contradicts"


def test_doctors_lack_an_inflow():
    found = closures()
    gps = found["gp", "no inflow is published"]
    assert gps.stock_change.value == pytest.approx(610 / 9)
    assert gps.residual.value == pytest.approx(610 / 9 + 134)
    assert gps.direction == ""
    trainees = found["gp_trainee", "no flows are published"]
    assert trainees.residual.value == pytest.approx(28 / 3)
    assert trainees.percent_of_flows is None


def test_just_over_a_stock_ends_at_the_next_one_that_would_be_named():
    """Just over 3 800 is at most 3 900, so the stock rose by at least 505 in nine years."""
    assert closures()["gp", "no inflow is published"].stock_change.low == pytest.approx(505 / 9)


# Formulas


def test_net_flow():
    assert net_flow(470, 250, 100, 0) == 120
    assert net_flow(10, 0, 0, -15) == -5


def test_expected_stock_and_residual_are_two_sides_of_one_account():
    assert expected_stock(9350, 17, 120) == 11390
    assert residual(9350, 11390, 17, 120) == 0
    assert residual(9350, 9600, 17, 120) == pytest.approx(-105.294, abs=0.001)


@pytest.mark.parametrize(
    ("left", "expected"), [(Approx(-1, -2, 0), True), (Approx(-1, -2, -0.1), False), (exactly(0), True)]
)
def test_closed_if_nothing_may_be_left(left, expected):
    assert closed(left) is expected


# A user's own rows


def test_own_flows_that_close():
    found = only(own_row(100, 120, inflow=12, retirement=4, other_exits=5, net_exchange=2))
    assert (found.residual.value, found.closed, found.expected_last.value) == (0, True, 120)


def test_an_exchange_is_signed():
    found = only(own_row(100, 120, inflow=12, retirement=4, other_exits=5, net_exchange=-2))
    assert found.residual == exactly(4)
    assert found.percent_of_flows.value == pytest.approx(400 / 21)
    assert not found.closed


def test_a_flow_that_is_not_given_stays_in_what_is_left():
    assert only(own_row(100, 120, retirement=4)).residual.value == 9
    assert only(own_row(100, 120)).residual.value == 5


def test_empty_stocks_and_no_flows():
    found = only(own_row(0, 0, inflow=0, retirement=0, other_exits=0))
    assert (found.residual.value, found.closed, found.percent_of_flows) == (0, True, None)


def test_years_must_be_in_order():
    row = Row("gp", "", 2028, 2028, exactly(1), exactly(1), None, None, None, None, "")
    with pytest.raises(UserError, match="gp: 2028 is not later than 2028"):
        compute([row], Settings())


def test_an_own_table(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "profession,first_year,last_year,stock_first,stock_last,inflow,retirement,net_exchange,exchange_said\n"
        "gp,2024,2028,100,120,12,9,-1,more enter\n"
    )
    found = only(read_rows(path, Row)[0])
    assert (found.variant, found.residual.value, found.direction) == ("", 3, "agrees")


def test_how_just_over_is_read():
    settings = setting_values(Settings, {"just_over_units": "5"})
    assert closures(settings)["district_nurse", ""].residual.high == pytest.approx(
        closures()["district_nurse", ""].residual.high + 40
    )


def test_the_calculation_names_itself():
    assert CALCULATION.name == "flow-closure"
    assert CALCULATION.settings() == Settings(1.0)
    assert len(CALCULATION.published()) == 16


@pytest.mark.parametrize(
    ("years", "words"),
    [
        ("2028,2024", "own.csv:2: last_year: 2024 is not later than first_year 2028"),
        ("24,2028", "own.csv:2: first_year: 24 is out of range; expected a number from 1900 to 2200"),
    ],
)
def test_years_of_an_own_table(tmp_path, years, words):
    path = tmp_path / "own.csv"
    path.write_text(f"profession,first_year,last_year,stock_first,stock_last\ngp,{years},100,120\n")
    with pytest.raises(UserError) as caught:
        read_rows(path, Row)
    assert words in str(caught.value)


def test_an_own_row_twice_without_the_column_variant(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(
        "profession,first_year,last_year,stock_first,stock_last\ngp,2024,2028,1,2\ngp,2024,2028,1,2\n"
    )
    with pytest.raises(UserError, match="profession gp stands in line 2 already"):
        read_rows(path, Row)
