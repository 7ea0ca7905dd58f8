"""Loading: relative paths, layers, overrides, careers alone, tables of inhabitants."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from careersim.config.load import load_file, load_run, read_run, shipped_careers
from careersim.config.loaded import LoadedRun
from careersim.errors import ConfigError
from careersim.schema import COUNTY_CODES

SOURCE = "source: {assumption: Invented for this test}"


@pytest.fixture
def cases(repository: Path) -> Path:
    return repository / "tests" / "errors" / "cases"


def run_file(text: str, name: str = "run.yaml", folder: str = ".") -> Path:
    Path(folder).mkdir(exist_ok=True)
    path = Path(folder, name)
    path.write_text(text, encoding="utf-8")
    return path


def base(cases: Path) -> Path:
    return run_file(
        f"name: base\nprofessions: ['{cases}/good_career.yaml']\nuntil: 2030\nseed: 7\n", "base.yaml"
    )


def test_career_files_are_found_relative_to_the_file_that_names_them(cases: Path) -> None:
    run = load_run(cases / "good_run.yaml")
    assert [career.spec.profession for career in run.careers] == ["tester"]
    assert run.careers[0].document.path == cases / "good_career.yaml"


def test_every_shipped_career_loads_by_name_and_is_told_from_the_package_root() -> None:
    names = shipped_careers()
    run = load_run(run_file(f"name: all\nprofessions: [{', '.join(names)}]\nuntil: 2030\n"))
    assert "doctor" in names
    assert [str(career.document.path) for career in run.careers] == [
        f"careersim/careers/{n}.yaml" for n in names
    ]


def test_upper_layer_replaces_values_and_lower_layer_gives_the_rest(cases: Path) -> None:
    base(cases)
    run = load_run(run_file("name: upper\nextends: base.yaml\nuntil: 2027\n", "upper.yaml"))
    assert (run.spec.name, run.spec.until, run.spec.seed) == ("upper", 2027, 7)
    assert run.overlay.origin(("until",))[0].path.name == "upper.yaml"
    assert run.overlay.origin(("seed",))[0].path.name == "base.yaml"
    assert [document.path.name for document in run.documents] == [
        "base.yaml",
        "upper.yaml",
        "good_career.yaml",
    ]


def test_paths_of_a_lower_layer_are_relative_to_it(cases: Path) -> None:
    career = (cases / "good_tiny.yaml").read_text(encoding="utf-8")
    run_file(career, "tiny.yaml", folder="below")
    run_file("name: base\nprofessions: [tiny.yaml]\nuntil: 2030\n", "base.yaml", folder="below")
    run = load_run(run_file("name: upper\nextends: below/base.yaml\n"))
    assert run.careers[0].document.path == Path("below/tiny.yaml")


def lever(name: str, value: str = "1.1") -> str:
    return (
        f"  - {{name: {name}, kind: seats, profession: tester, target: posts, operation: multiply, "
        f"value: {value}, from: 2026, {SOURCE}}}\n"
    )


def test_levers_are_appended_and_their_faults_told_in_their_own_file(cases: Path) -> None:
    base(cases)
    run_file("name: one\nextends: base.yaml\nlevers:\n" + lever("first"), "one.yaml")
    run = load_run(run_file("name: two\nextends: one.yaml\nlevers:\n" + lever("second"), "two.yaml"))
    assert [one.name for one in run.spec.levers] == ["first", "second"]
    broken = run_file("name: two\nextends: one.yaml\nlevers:\n" + lever("second", "much"), "two.yaml")
    with pytest.raises(ConfigError, match=r"two\.yaml:4: levers\[0\]\.value: 'much' is not a number"):
        load_run(broken)


def test_levers_that_are_left_out_do_not_shift_the_others(cases: Path) -> None:
    path = run_file(
        f"name: x\nprofessions: ['{cases}/good_career.yaml']\nuntil: 2030\nlevers:\n"
        + lever("first", "much")
        + lever("second")
    )
    run, report = read_run(path)
    assert run is not None
    assert [one.name for one in run.spec.levers] == ["second"]
    assert run.lever_numbers == (1,)
    assert len(report.faults) == 1


def test_override_replaces_the_whole_record_and_remembers_its_file(cases: Path) -> None:
    base(cases)
    record = f"parameters: {{tester: {{leaving_rate: {{unit: rate_per_year, value: 0.2, {SOURCE}}}}}}}\n"
    run_file("name: one\nextends: base.yaml\n" + record, "one.yaml")
    record = record.replace("value: 0.2", "by: age, values: {0+: 0.3}")
    run = load_run(run_file("name: two\nextends: one.yaml\n" + record, "two.yaml"))
    records = run.careers[0].parameters
    assert records["leaving_rate"].spec.value is None
    assert records["leaving_rate"].layer == "two.yaml"
    assert records["women"].layer == str(cases / "good_career.yaml")


def small(name: str, *lines: str) -> Path:
    return run_file(f"name: {name}\n" + "".join(f"{line}\n" for line in lines), f"{name}.yaml")


def leaving(value: str) -> str:
    return f"parameters: {{tester: {{leaving_rate: {{unit: rate_per_year, value: {value}, {SOURCE}}}}}}}"


def test_a_list_is_laid_in_its_order_and_the_later_file_has_the_last_word(cases: Path) -> None:
    base(cases)
    small("one", leaving("0.2"), "replications: 3", "seed: 8")
    small("two", leaving("0.3"), "replications: 4")
    run = load_run(small("top", "extends: [base.yaml, one.yaml, two.yaml]", "replications: 5"))
    assert [one.path.name for one in run.overlay.layers] == ["base.yaml", "one.yaml", "two.yaml", "top.yaml"]
    assert (run.spec.name, run.spec.until, run.spec.seed, run.spec.replications) == ("top", 2030, 8, 5)
    record = run.careers[0].parameters["leaving_rate"]
    assert (record.spec.value, record.layer) == (0.3, "two.yaml")
    other = load_run(small("other", "extends: [base.yaml, two.yaml, one.yaml]"))
    record = other.careers[0].parameters["leaving_rate"]
    assert (record.spec.value, record.layer) == (0.2, "one.yaml")
    assert other.overlay.origin(("replications",))[0].path.name == "one.yaml"


def test_a_list_of_one_is_the_same_as_its_path(cases: Path) -> None:
    base(cases)
    one, two = (load_run(small("top", f"extends: {text}")) for text in ("base.yaml", "[base.yaml]"))
    assert one.spec.model_copy(update={"extends": None}) == two.spec.model_copy(update={"extends": None})
    assert one.documents[:-2] == two.documents[:-2]


def test_a_file_that_several_extend_is_laid_once_at_its_lowest_place(cases: Path) -> None:
    base(cases)
    small("one", "extends: base.yaml", "seed: 8", "levers:", lever("first").rstrip())
    small("two", "extends: base.yaml", "levers:", lever("second").rstrip())
    run = load_run(small("top", "extends: [one.yaml, two.yaml]"))
    assert [one.path.name for one in run.overlay.layers] == ["base.yaml", "one.yaml", "two.yaml", "top.yaml"]
    assert run.spec.seed == 8  # the base under `two` does not take it back
    assert [one.name for one in run.spec.levers] == ["first", "second"]
    with pytest.raises(ConfigError, match=r"extends\[1\]: 'base.yaml' is laid by an earlier entry"):
        load_run(small("top", "extends: [one.yaml, base.yaml]"))
    load_run(small("top", "extends: [base.yaml, one.yaml]"))


def test_faults_of_several_layers_are_told_together_in_their_own_files(cases: Path) -> None:
    base(cases)
    small("one", "replications: many")
    small("two", leaving("much"), "levers:", lever("second", "more").rstrip())
    with pytest.raises(ConfigError) as caught:
        load_run(small("top", "extends: [base.yaml, one.yaml, two.yaml]", "seed: lucky"))
    message = str(caught.value)
    assert message.startswith("4 faults")
    assert "one.yaml:2: replications: 'many' is not" in message
    assert "two.yaml:2: parameters.tester.leaving_rate.value: 'much' is not" in message
    assert "two.yaml:4: levers[0].value: 'more' is not" in message
    assert "top.yaml:3: seed: 'lucky' is not" in message


def test_a_faulty_extends_of_a_lower_file_is_told_there(cases: Path) -> None:
    base(cases)
    small("one", "extends: {path: base.yaml}")
    with pytest.raises(ConfigError, match=r"one\.yaml:2: extends: a mapping is no path"):
        load_run(small("top", "extends: one.yaml"))


def test_a_chain_of_twenty_files_is_read_and_one_more_is_refused(cases: Path) -> None:
    base(cases).rename("f0.yaml")
    for number in range(1, 21):
        small(f"f{number}", f"extends: [f{number - 1}.yaml]")
    assert len(load_run("f19.yaml").overlay.layers) == 20
    with pytest.raises(ConfigError, match=r"f1\.yaml:2: extends\[0\]: 20 files extend one another"):
        load_run("f20.yaml")


def test_a_circle_through_a_list_is_told(cases: Path) -> None:
    base(cases)
    small("one", "extends: two.yaml")
    small("two", "extends: [base.yaml, one.yaml]")
    with pytest.raises(ConfigError, match=r"two\.yaml:2: extends\[1\]: 'one.yaml' extends this file in turn"):
        load_run(small("top", "extends: [one.yaml]"))


def test_numbers_of_a_shipped_profession_that_is_left_out_are_left_alone() -> None:
    record = f"{{unit: rate_per_year, value: 0.02, {SOURCE}}}"
    numbers = f"parameters: {{doctor: {{gp_return: {record}}}}}"
    small("both", "professions: [doctor, psychologist]", "until: 2030", numbers)
    run = load_run(small("few", "extends: both.yaml", "professions: [psychologist]"))
    assert [career.spec.profession for career in run.careers] == ["psychologist"]
    words = "parameters.doctor: profession 'doctor' is not part of this run"
    with pytest.raises(ConfigError, match=words):
        load_run(small("few", "extends: both.yaml", "professions: [psychologist]", numbers))
    small("both", "professions: [psychologist]", "until: 2030", numbers.replace("doctor", "docter"))
    with pytest.raises(ConfigError, match="profession 'docter' is not part of this run"):
        load_run(small("few", "extends: both.yaml", "professions: [psychologist]"))


def test_career_file_alone_is_a_run_of_one_year(cases: Path) -> None:
    run = load_file(cases / "good_career.yaml")
    assert run.spec.until == run.careers[0].spec.start_year + 1
    assert isinstance(load_file(cases / "good_run.yaml"), LoadedRun)


def test_a_career_file_that_starts_in_the_last_year_is_refused(cases: Path, tmp_path: Path) -> None:
    text = (cases / "good_career.yaml").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("start_year:"))
    path = tmp_path / "late.yaml"
    path.write_text(text.replace(line, "start_year: 2200"), encoding="utf-8")
    with pytest.raises(
        ConfigError, match="start_year: 2200 leaves no year to simulate; expected at most 2199"
    ):
        load_file(path)


def test_faulty_keys_that_a_run_must_have_do_not_hide_faults_of_its_careers(cases: Path) -> None:
    path = run_file(f"name: x\nprofessions: ['{cases}/unknown_key.yaml']\nuntil: soon\n")
    with pytest.raises(ConfigError) as caught:
        load_run(path)
    assert "until: 'soon' is not a number" in str(caught.value)
    assert "unknown key 'serve'" in str(caught.value)


def population(rows: list[tuple[str, str, str]], header: str = "county_code,year,population") -> Path:
    path = Path("people.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(header + "\n")
        csv.writer(stream).writerows(rows)
    return path


WHOLE = [(code, year, "1000") for code in COUNTY_CODES for year in ("2023", "2030")]


def test_table_of_inhabitants_is_read(cases: Path) -> None:
    base(cases)
    population(WHOLE)
    run = load_run(run_file("name: own\nextends: base.yaml\ndemand: {population: people.csv}\n"))
    assert run.population is not None
    assert run.population["09"] == ((2023, 1000.0), (2030, 1000.0))


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        (WHOLE, "county,year,population", "column 'county_code' is missing"),
        (WHOLE, "county_code;year;population", "separate the columns by commas"),
        (WHOLE[2:], "county_code,year,population", "no rows for county 01"),
        ([*WHOLE, WHOLE[0]], "county_code,year,population", "county 01 and year 2023 are given twice"),
        ([("1", "2023", "5")], "county_code,year,population", "did you mean '01'?"),
        ([("01", "23", "5")], "county_code,year,population", "year '23' is not a calendar year"),
        ([("01", "2023", "-5")], "county_code,year,population", "people.csv:2: population '-5' is not"),
        ([("01", "2023", "nan")], "county_code,year,population", "population 'nan' is not"),
    ],
)
def test_broken_tables_of_inhabitants(
    cases: Path, rows: list[tuple[str, str, str]], header: str, words: str
) -> None:
    base(cases)
    population(rows, header)
    path = run_file("name: own\nextends: base.yaml\ndemand: {population: people.csv}\n")
    with pytest.raises(ConfigError) as caught:
        load_run(path)
    assert words in str(caught.value)
    assert "people.csv" in str(caught.value)
