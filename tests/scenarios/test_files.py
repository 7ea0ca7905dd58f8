"""The scenario files: valid, sourced, dated, and described on their page as they are."""

from __future__ import annotations

import re

import pytest

from careersim.cli import main
from careersim.config.parameter_spec import SourceSpec
from careersim.data import document, literature
from tests.scenarios.library import FOLDER, GROUPS, NAMES, PAGE, Card, card, sources_of, tables, with_tables


def test_validate_says_that_every_file_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [str(FOLDER / f"{name}.yaml") for name in NAMES]
    assert main(["validate", *paths]) == 0
    told = capsys.readouterr().out.splitlines()
    assert [line.split("; ")[0] for line in told] == [f"{path}: fine" for path in paths]
    assert all("parameters " in line for line in told)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_is_called_like_its_file_and_extends_the_baseline(name: str) -> None:
    one = card(name)
    assert one.own["name"] == name
    assert one.own["extends"] == "../baseline.yaml"
    assert set(one.own) <= {"name", "extends", "description", "levers", "guideline"}
    assert one.levers or one.own.get("guideline")


@pytest.mark.parametrize("name", NAMES)
def test_the_head_of_a_file_tells_what_to_ask_it_and_what_not(name: str) -> None:
    one = card(name)
    assert one.text.startswith("# ")
    assert one.question.endswith("?")
    assert len(one.beware) > 60


def all_sources(one: Card) -> list[tuple[str, SourceSpec]]:
    """The sources of all levers, with the names of these."""
    return [(lever.name, source) for lever in one.levers for source in sources_of(lever)]


@pytest.mark.parametrize("name", NAMES)
def test_the_description_names_every_year_and_every_kind_of_source(name: str) -> None:
    one = card(name)
    told = str(one.own["description"])
    years = {year for lever in one.levers for year in (lever.first_year, lever.last_year) if year}
    assert [year for year in sorted(years) if str(year) not in told] == []
    for named, source in all_sources(one):
        assert source.document is None or f"document {source.document}" in told, named
        cited = rf"literature [\w, ]*\b{source.literature}\b"
        assert source.literature is None or re.search(cited, told), named
        assert source.assumption is None or "assumption" in told, named


@pytest.mark.parametrize("name", NAMES)
def test_every_number_has_a_source_or_a_reason(name: str) -> None:
    one = card(name)
    for named, source in all_sources(one):
        given = [source.document and source.place, source.literature, source.assumption]
        assert sum(bool(part) for part in given) == 1, named
        # A number that nobody printed is worked out, or explained, where it stands.
        assert source.literature is None or source.note, named
    # Settings of the guideline have no key for a source: a comment beside each number says it.
    for line in re.findall(r"^  \w+: [\d.]+.*$", one.text, re.MULTILINE):
        assert re.search(r"# (document [\w-]+, .+|assumption: .{15,})$", line), line


@pytest.mark.parametrize("name", NAMES)
def test_documents_and_literature_that_the_words_name_are_shipped(name: str) -> None:
    text = " ".join(card(name).text.replace("\n#", " ").split())
    for key in re.findall(r"document ([a-z]+-[\w-]+)", text):
        document(key)
    for keys in re.findall(r"literature ([A-Z]+\d+(?:, [A-Z]+\d+)*)", text):
        for key in keys.split(", "):
            literature(key)


def test_names_of_other_scenarios_in_the_words_exist() -> None:
    for name in NAMES:
        named = re.findall(r"\b(?:st|at|list|package|foreign|retire|work)_[a-z0-9_]+", card(name).text)
        keys = {word for lever in card(name).levers for word in (lever.name, lever.kind)}
        keys |= {target for lever in card(name).levers for target in lever.targets}
        assert set(named) - keys <= set(NAMES), name


def test_scenarios_that_share_a_lever_state_it_alike() -> None:
    seen: dict[str, tuple[str, object]] = {}
    for name in NAMES:
        for lever in card(name).levers:
            what = lever.model_dump(exclude={"source", "last_year"})
            if lever.name in seen and lever.name != "more_st_posts":
                assert what == seen[lever.name][1], f"{lever.name} of {name} and {seen[lever.name][0]}"
            seen.setdefault(lever.name, (name, what))


def test_the_page_lists_every_scenario_as_its_file_is() -> None:
    assert sorted(name for names in GROUPS.values() for name in names) == list(NAMES)
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "python -m tests.scenarios.library writes the tables anew"
    assert all(f"scenarios/{name}.yaml)" in tables() for name in NAMES)


def test_a_changed_number_is_noticed_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    changed = page.replace("`seats` `st` × 2 from 2027", "`seats` `st` × 3 from 2027", 1)
    assert changed != page
    assert with_tables(changed) != changed
