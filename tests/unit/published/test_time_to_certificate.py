"""Degree to licence to certificate: worked examples."""

from __future__ import annotations

import pytest

from careersim.errors import UserError
from careersim.published.career_years import CareerYears
from careersim.published.ledger import Tally, tallies
from careersim.published.time_to_certificate import (
    CALCULATION,
    CohortSpan,
    TimeSettings,
    arrived_within,
    compute,
    mean_years,
    median_years,
)


def person(
    degree: int | None,
    licence: int | None,
    certificate: int | None = None,
    *,
    until: int | None = None,
    since: int | None = None,
    abroad: int = 0,
    persons: int = 1,
) -> CareerYears:
    return CareerYears("", degree, licence, certificate, "doctor", abroad, since, until, persons)


def cohorts(settings: TimeSettings, *rows: CareerYears) -> dict[tuple[int, str], CohortSpan]:
    return {(row.cohort, row.span): row for row in compute(rows, settings)["cohorts"]}


FOUR = (
    person(2008, 2010, 2016),
    person(2009, 2010, 2019),
    person(2008, 2010, 2017),
    person(2010, 2010),  # no certificate until 2020
    person(2018, 2020),
)


def test_all_that_is_printed_is_an_input() -> None:
    assert tallies("time-to-certificate", CALCULATION.checks()) == (
        Tally("time-to-certificate", "Text", printed=3, inputs=3, exact=0, within=0, differ=0, unexplained=0),
        Tally("time-to-certificate", "Figur 3", 5, inputs=5, exact=0, within=0, differ=0, unexplained=0),
    )
    assert CALCULATION.checks()[0].figure.value == 8
    assert TimeSettings().within_years == 8


def test_there_are_no_published_rows_and_none_give_empty_tables() -> None:
    assert CALCULATION.published() == ()
    assert compute((), TimeSettings()) == {"cohorts": [], "by_years": []}


def test_the_licence_cohort_of_2010_by_hand() -> None:
    found = cohorts(TimeSettings(), *FOUR)
    back = found[2010, "degree_to_licence"]
    assert (back.persons, back.arrived, back.share_percent) == (4, 4, 100)
    assert (back.mean_years, back.median_years) == ((2 + 1 + 2 + 0) / 4, 1.5)
    assert back.longest_years is None  # all earlier years are known
    ahead = found[2010, "licence_to_certificate"]
    assert (ahead.arrived, ahead.share_percent, ahead.mean_years, ahead.median_years) == (3, 75, 22 / 3, 7)
    assert ahead.longest_years == 10
    assert ahead.within_percent == 50  # within 8 years: 6 and 7, not 9
    whole = found[2010, "degree_to_certificate"]
    assert (whole.mean_years, whole.median_years) == ((8 + 10 + 9) / 3, 9)
    assert whole.within_percent is None  # its years do not begin with the cohort's


def test_a_young_cohort_is_cut_off() -> None:
    young = cohorts(TimeSettings(), *FOUR)[2020, "licence_to_certificate"]
    assert (young.arrived, young.share_percent, young.mean_years, young.longest_years) == (0, 0, None, 0)
    assert young.within_percent is None


def test_the_share_by_years_follows_the_cohort() -> None:
    rows = [row for row in compute(FOUR, TimeSettings())["by_years"] if row.cohort == 2010]
    assert {row.span for row in rows} == {"licence_to_certificate"}
    shares = {row.years: (row.at_risk, row.arrived, round(row.share_percent)) for row in rows}
    assert len(shares) == 11  # 0 to 10
    assert shares[5] == (4, 0, 0)
    assert shares[6] == (4, 1, 25)
    assert shares[7] == (3, 1, 50)
    assert shares[9] == (2, 1, 75)
    assert shares[10] == (1, 0, 75)


def test_who_is_no_longer_followed_counts_as_long_as_he_was() -> None:
    assert arrived_within({2: 1}, {1: 1, 3: 1}) == [(3, 0, 0.0), (3, 0, 0.0), (2, 1, 0.5), (1, 0, 0.5)]
    assert arrived_within({0: 2}, {}) == [(2, 2, 1.0)]
    assert arrived_within({}, {}) == []


def test_a_share_of_all_needs_no_further_years() -> None:
    found = cohorts(TimeSettings(), person(2014, 2015, 2018), person(2014, 2015, 2018))
    assert found[2015, "licence_to_certificate"].longest_years == 3
    assert found[2015, "licence_to_certificate"].within_percent == 100


def test_means_and_medians_of_counts() -> None:
    assert mean_years({1: 3, 5: 1}) == 2
    assert median_years({1: 3, 5: 1}) == 1
    assert median_years({1: 2, 5: 2}) == 3
    assert (mean_years({}), median_years({})) == (None, None)


def test_persons_counted_together_weigh_as_many() -> None:
    many = cohorts(TimeSettings(), person(2008, 2010, persons=3), person(2004, 2010))
    assert many[2010, "degree_to_licence"].mean_years == (3 * 2 + 6) / 4
    assert many[2010, "degree_to_licence"].persons == 4


def test_years_in_the_wrong_order_are_counted_apart() -> None:
    found = cohorts(TimeSettings(), person(2008, 2010, 2005, abroad=1), person(2008, 2010, 2014))
    assert found[2010, "licence_to_certificate"].out_of_order == 1
    assert found[2010, "licence_to_certificate"].mean_years == 4
    assert found[2010, "degree_to_licence"].out_of_order == 0


def test_where_the_training_was_can_be_asked_for() -> None:
    rows = (person(2008, 2010, abroad=1), person(2009, 2010))
    assert cohorts(TimeSettings(), *rows)[2010, "degree_to_licence"].persons == 2
    assert cohorts(TimeSettings(trained="sweden"), *rows)[2010, "degree_to_licence"].mean_years == 1
    assert cohorts(TimeSettings(trained="abroad"), *rows)[2010, "degree_to_licence"].mean_years == 2


def test_other_cohorts() -> None:
    ends = cohorts(TimeSettings(cohort_by="certificate"), *FOUR)
    assert ends[2016, "licence_to_certificate"].mean_years == 6
    assert not compute(FOUR, TimeSettings(cohort_by="certificate"))["by_years"]
    starts = cohorts(TimeSettings(cohort_by="degree", within_years=9), *FOUR)
    assert starts[2008, "degree_to_certificate"].within_percent == 100
    assert starts[2008, "licence_to_certificate"].longest_years == 12


def test_what_could_be_seen_of_a_limited_time() -> None:
    row = person(2021, 2023, until=2030, since=2020)
    found = cohorts(TimeSettings(), row)
    assert [
        found[2023, span].longest_years
        for span in ("degree_to_licence", "licence_to_certificate", "degree_to_certificate")
    ] == [3, 7, 10]


def test_a_wrong_year_changes_the_mean() -> None:
    wrong = (person(2007, 2010, 2016), *FOUR[1:])
    assert cohorts(TimeSettings(), *wrong)[2010, "degree_to_licence"].mean_years == 1.5


def test_without_cohorts_there_is_a_reason() -> None:
    with pytest.raises(UserError, match=r"nobody has a licence_year; .* degree; .*--cohort-by degree"):
        compute((person(2008, None),), TimeSettings())
    with pytest.raises(UserError, match=r"trained_abroad: .*; give --trained all"):
        compute((person(2008, 2010),), TimeSettings(trained="abroad"))
