"""Degree to licence to certificate: worked examples, and the three sorts of input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from careersim.errors import ConfigError, UserError
from careersim.outputs.folder import FORMAT
from careersim.published.career_years import RUN_FORMAT, CareerYears, read_career_years
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
from careersim.simulate import simulate

HEADER = "person,degree_year,licence_year,certificate_year"


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


# --- Reading ---


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_of_years(tmp_path: Path) -> None:
    path = write(tmp_path / "own.csv", f"{HEADER},trained_abroad", "a,2008,2010,2016,", "7,2009,2010,0,true")
    assert read_career_years(path) == (
        CareerYears("a", 2008, 2010, 2016, "", 0, None, None, 1),
        CareerYears("7", 2009, 2010, None, "", 1, None, None, 1),
    )
    table = pl.read_csv(path)
    for name in ("own.parquet", "OWN.PARQUET"):
        table.write_parquet(tmp_path / name)
        assert read_career_years(tmp_path / name) == read_career_years(path)


def test_persons_counted_together_need_no_key(tmp_path: Path) -> None:
    lines = (f"{HEADER},persons", ",2008,2010,2016,3", ",2008,2010,2016,2", "a,2009,2010,,")
    rows = read_career_years(write(tmp_path / "own.csv", *lines))
    assert [(row.person, row.persons) for row in rows] == [("", 3), ("", 2), ("a", 1)]
    with pytest.raises(ConfigError, match=r"own\.csv:2: person: .* or their number in persons"):
        read_career_years(write(tmp_path / "own.csv", f"{HEADER},persons", ",2008,2010,,"))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("person,degree_year,licence_year,certificat_year", "a,1,2,3"), "did you mean 'certificat_year'"),
        ((f"{HEADER},sex", "a,2008,2010,2016,men"), "there is no such column"),
        (
            (HEADER, "a,2008,2010.5,"),
            "own.csv:2: licence_year: '2010.5' does not fit; expected a whole",
        ),
        ((HEADER, "a,2008,2010,", "b,208,2010,"), "own.csv:3: degree_year: '208' does not fit"),
        ((HEADER, "a,soon,2010,"), "'soon' does not fit"),
        ((HEADER, "a,2008,2010,", "a,2008,2011,"), "own.csv:3: person: person are there already"),
        ((HEADER, ",2008,2010,"), "a key of the person"),
        ((f"{HEADER},trained_abroad", "a,2008,2010,,maybe"), "expected 0, 1, false or true"),
        ((HEADER,), "there are no rows"),
        ((HEADER.replace(",", ";"), "a;1;2;3"), "separate the columns by commas, not semicolons"),
        ((HEADER.replace(",", "\t"), "a\t1"), "separate the columns by commas, not tabs"),
        ((HEADER, "a,2_008,2010,"), "'2_008' does not fit"),
        (
            (f"{HEADER},observed_from,observed_until", "a,2008,2010,,2021,2020"),
            "own.csv:2: observed_from: 2021 is later than observed_until 2020",
        ),
        (
            (f"{HEADER},observed_until", "a,2008,2010,2020,2020", "b,2008,2010,,2009"),
            "own.csv:3: licence_year: 2010 is later than observed_until 2009; expected observed_until",
        ),
        ((HEADER, "a,2008,2010,2016,2017,2018"), "cannot be read: not a table"),
    ],
)
def test_faults_of_a_table(tmp_path: Path, lines: tuple[str, ...], words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_career_years(write(tmp_path / "own.csv", *lines))
    assert words in str(caught.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_career_years(tmp_path / "none.csv")


def test_of_a_panel_the_last_row_of_each_person_counts(tmp_path: Path) -> None:
    path = write(
        tmp_path / "panel.csv",
        "person,year,profession,state,county_code,degree_year,licence_year,certificate_year",
        "b,2021,doctor,at,01,2020,2021,",
        "a,2022,doctor,gp,01,2012,2014,2022",
        "a,2020,doctor,st_gp,01,2012,2014,",
        "c,2022,doctor,gp,01,2012,2014,2022",
    )
    assert read_career_years(path) == (
        CareerYears("", 2012, 2014, 2022, "doctor", 0, None, 2022, 2),
        CareerYears("", 2020, 2021, None, "doctor", 0, None, 2022, 1),
    )


def test_a_panel_without_stamps_or_with_a_person_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="certificate_year: the column is missing"):
        read_career_years(write(tmp_path / "panel.csv", "person,year,degree_year,licence_year", "a,2020,,"))
    with pytest.raises(ConfigError, match="person and year are there already"):
        read_career_years(
            write(tmp_path / "panel.csv", f"{HEADER},year", "a,2012,2014,,2020", "a,2012,2014,,2020")
        )


def test_no_stamp_of_a_panel_is_later_than_its_row(tmp_path: Path) -> None:
    lines = (f"{HEADER},year", "a,2012,2014,2021,2020", "a,2012,2014,2021,2021")
    with pytest.raises(ConfigError, match=r"panel\.csv:2: certificate_year: 2021 is later than year 2020"):
        read_career_years(write(tmp_path / "panel.csv", *lines))


def test_without_cohorts_there_is_a_reason() -> None:
    with pytest.raises(UserError, match=r"nobody has a licence_year; .* degree; .*--cohort-by degree"):
        compute((person(2008, None),), TimeSettings())
    with pytest.raises(UserError, match=r"trained_abroad: .*; give --trained all"):
        compute((person(2008, 2010),), TimeSettings(trained="abroad"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Doctors with histories, long enough for somebody to be licensed and certified within the run."""
    place = tmp_path_factory.mktemp("run")
    config = write(
        place / "doctors.yaml",
        "{name: doctors, professions: [doctor], until: 2031, replications: 1, seed: 5, guideline:"
        " {inhabitants_per_specialist: 1100, inhabitants_per_trainee: 550, training_years: 8,"
        " career_years: 25, years: [2030]}}",
    )
    return simulate(config, events=True, threads=1).write(place / "out")


def test_a_run_agrees_with_its_own_table_of_durations(run: Path) -> None:
    rows = read_career_years(run)
    assert {row.profession for row in rows} == {"doctor"}
    assert {(row.observed_from, row.observed_until) for row in rows} == {(2020, 2031)}
    own = cohorts(TimeSettings(trained="sweden"), *rows)
    table = pl.read_parquet(run / "durations.parquet").filter(
        measure="degree_to_licence", cohort_by="end", profession="doctor"
    )
    told = table.select("cohort", "persons", "mean_years", "longest").rows()
    assert len(told) > 8
    for cohort, persons, mean, longest in told:
        found = own[cohort, "degree_to_licence"]
        assert (found.arrived, found.longest_years) == (persons, longest)
        assert found.mean_years == pytest.approx(mean)


def test_who_comes_trained_from_abroad_is_told_apart(run: Path) -> None:
    abroad = cohorts(TimeSettings(trained="abroad"), *read_career_years(run))
    found = abroad[2025, "licence_to_certificate"]
    assert found.persons > 100
    assert abroad[2025, "degree_to_licence"].arrived == 0  # their degree is in no event
    assert found.arrived > 0  # specialists are licensed and certified in one year


def test_a_run_without_histories_says_how_to_get_them(run: Path, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text((run / "manifest.json").read_text(encoding="utf-8"), "utf-8")
    with pytest.raises(ConfigError, match=r"no histories of persons; .*--events"):
        read_career_years(tmp_path)
    (tmp_path / "events.parquet").write_bytes(b"nothing")
    with pytest.raises(ConfigError, match=r"events\.parquet cannot be read"):
        read_career_years(tmp_path)


def test_a_folder_that_holds_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"this is not a run folder: manifest\.json cannot be read"):
        read_career_years(tmp_path)
    (tmp_path / "manifest.json").write_text('{"format": 99}', encoding="utf-8")
    with pytest.raises(ConfigError, match="expected a run folder of format 1"):
        read_career_years(tmp_path)
    assert RUN_FORMAT == FORMAT


def changed(run: Path, place: Path, career: Any) -> Path:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    (file,) = [one for one in manifest["config"]["files"] if "transitions" in one["content"]]
    career(file["content"])
    (place / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (place / "events.parquet").symlink_to(run / "events.parquet")
    return place


def test_a_manifest_without_the_career_file_says_so(run: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="does not hold the career file of doctor"):
        read_career_years(changed(run, tmp_path, dict.clear))


def test_events_that_may_mean_two_things_are_refused(run: Path, tmp_path: Path) -> None:
    def ambiguous(career: dict[str, Any]) -> None:
        career["transitions"]["twin"] = {"from": "at", "to": "licensed", "form": "progress"}

    with pytest.raises(ConfigError, match="events 'completion' of doctor from 'at' to 'licensed'"):
        read_career_years(changed(run, tmp_path, ambiguous))


def without(path: str) -> Any:
    """Take a key out of a manifest; `a.0.b` is key `b` of the first of `a`."""

    def change(manifest: Any, *, null: bool) -> None:
        *parents, last = path.split(".")
        for part in parents:
            manifest = manifest[int(part) if part.isdigit() else part]
        if null:
            manifest[last] = None
        else:
            del manifest[last]

    return change


@pytest.mark.parametrize("null", [False, True])
@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("until", "until"),
        ("professions", "professions"),
        ("professions.0.name", r"professions\[0\]\.name"),
        ("professions.0.start_year", r"professions\[0\]\.start_year"),
        ("config", "config"),
        ("config.files", r"config\.files"),
    ],
)
def test_a_damaged_manifest_is_told_with_its_key(
    run: Path, tmp_path: Path, path: str, told: str, null: bool
) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    without(path)(manifest, null=null)
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=rf"manifest\.json: {told}: the manifest is damaged"):
        read_career_years(tmp_path)


@pytest.mark.parametrize("key", ["form", "from", "to"])
def test_a_damaged_career_file_is_told(run: Path, tmp_path: Path, key: str) -> None:
    def damage(career: dict[str, Any]) -> None:
        del next(iter(career["transitions"].values()))[key]

    with pytest.raises(ConfigError, match=r"config\.files: .* career file of doctor"):
        read_career_years(changed(run, tmp_path, damage))


@pytest.mark.parametrize("part", [{"stamp": 5}, {"to": None}, {"to": [7]}, {"from": {}}, {"form": None}])
def test_a_career_file_with_other_things_in_it_is_told(
    run: Path, tmp_path: Path, part: dict[str, Any]
) -> None:
    def damage(career: dict[str, Any]) -> None:
        next(iter(career["transitions"].values())).update(part)

    with pytest.raises(ConfigError, match=r"config\.files: .* career file of doctor"):
        read_career_years(changed(run, tmp_path, damage))


@pytest.mark.parametrize("year", [10**30, 0, True, "2031", 2031.0])
def test_a_year_of_the_manifest_that_is_none(run: Path, tmp_path: Path, year: object) -> None:
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8")) | {"until": year}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"json: until: .*; expected a year, 1900 to 2200"):
        read_career_years(tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (pl.col("year").cast(pl.String), r"year: the column is of the type String; expected whole numbers"),
        (pl.col("year").cast(pl.Float64), r"year: the column is of the type Float64"),
        (pl.lit(1).alias("kind"), r"kind: the column is of the type Int32; expected names"),
        (pl.col("year").alias("unknown"), None),
    ],
)
def test_events_of_wrong_types(run: Path, tmp_path: Path, change: pl.Expr, words: str | None) -> None:
    (tmp_path / "manifest.json").write_text((run / "manifest.json").read_text(encoding="utf-8"), "utf-8")
    events = pl.read_parquet(run / "events.parquet").with_columns(change)
    events.write_parquet(tmp_path / "events.parquet")
    if words is None:
        assert read_career_years(tmp_path) == read_career_years(run)
        events.drop("year").write_parquet(tmp_path / "events.parquet")
        words = "year: the column is missing"
    with pytest.raises(ConfigError, match=rf"events\.parquet: {words}"):
        read_career_years(tmp_path)


def test_a_run_in_which_nobody_gets_a_stamp_says_why(run: Path, tmp_path: Path) -> None:
    def bare(career: dict[str, Any]) -> None:
        for part in (*career["transitions"].values(), *career["streams"].values()):
            part.pop("stamp", None)
            part.pop("stamps", None)

    with pytest.raises(
        ConfigError, match=r"nobody in this run .*: no career file in it \(doctor\) gives one"
    ):
        read_career_years(changed(run, tmp_path, bare))
    other = tmp_path / "short"
    other.mkdir()
    (other / "manifest.json").write_text((run / "manifest.json").read_text(encoding="utf-8"), "utf-8")
    pl.read_parquet(run / "events.parquet").clear().write_parquet(other / "events.parquet")
    with pytest.raises(ConfigError, match="no event of doctor gave one between its years"):
        read_career_years(other)
