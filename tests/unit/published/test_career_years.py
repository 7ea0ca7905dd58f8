"""The three sorts of input of time-to-certificate: a table, a register panel, the folder of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from careersim.errors import ConfigError
from careersim.outputs.folder import FORMAT
from careersim.published.career_years import RUN_FORMAT, CareerYears, read_career_years
from careersim.published.time_to_certificate import CohortSpan, TimeSettings, compute
from careersim.simulate import simulate

HEADER = "person,degree_year,licence_year,certificate_year"


def cohorts(settings: TimeSettings, *rows: CareerYears) -> dict[tuple[int, str], CohortSpan]:
    return {(row.cohort, row.span): row for row in compute(rows, settings)["cohorts"]}


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
