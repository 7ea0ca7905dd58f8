"""What a configuration means, as data and as drawings."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from careersim.errors import UserError
from careersim.model.assemble import read_model
from careersim.model.lever_records import lever_records
from careersim.model.provenance import provenance
from careersim.outputs.diagram import dot, mermaid
from careersim.outputs.explain import choose_professions, explanation, print_explanation
from tests.unit.flows import village
from tests.unit.outputs.tiny import write_tiny


def test_every_value_has_layer_and_source(tmp_path: Path) -> None:
    run, model = read_model(write_tiny(tmp_path))
    content = json.loads(json.dumps(explanation(model.professions, provenance(run)), allow_nan=False))
    (healer,) = content["professions"]
    applying = next(one for one in healer["parameters"] if one["name"] == "applying")
    assert (applying["value"], applying["unit"], applying["low"]) == ("0.7", "rate_per_year", 0.5)
    assert applying["layer"].endswith("healer.yaml")
    assert all(one["source"] and one["layer"] for one in healer["parameters"])
    applies = next(one for one in healer["transitions"] if one["name"] == "applies")
    assert applies == {
        "name": "applies", "from": "waiting", "to": ["trainee"], "form": "seat",
        "details": ["pool posts", "stamps licence"],
    }  # fmt: skip


def test_levers_are_shown_with_source_and_evidence(repository: Path) -> None:
    run, model = read_model(repository / "tests" / "errors" / "cases" / "good_run.yaml")
    content = explanation(model.professions, provenance(run), lever_records(run))
    assert [one["name"] for one in content["levers"]][:2] == ["less_leaving", "more_posts"]
    stream = StringIO()
    print_explanation(content, Console(file=stream, width=400))
    text = stream.getvalue()
    for words in (
        "tester rate leave × 0.5 from 2026 in Stockholm at ages 60-66 (half of it gone after 2 years)",
        "tester retirement_age retire years of age + 1.5 from 2026 for other employers",
        "demand need_weight × 1.1 from 2026",
        "none: Nowhere in 2020; effect 0.5 (0.4 to 0.9); both respond; Invented",
        "from 2026 to 2028",
        "Working times",
        "moves of working, wishes for posts",
    ):
        assert words in text


def test_an_unknown_profession_gets_a_suggestion() -> None:
    assert choose_professions(village.MODEL, None) == village.MODEL.professions
    assert choose_professions(village.MODEL, "healer") == village.MODEL.professions
    with pytest.raises(
        UserError, match="unknown profession 'heeler'; expected one of healer; did you mean 'healer'"
    ):
        choose_professions(village.MODEL, "heeler")


def test_mermaid_draws_every_state_and_arrow() -> None:
    text = mermaid(village.MODEL.professions)
    assert text.startswith("flowchart LR\n")
    assert 'healer__abroad(["Abroad"])' in text
    assert "healer__student ==>|takes| healer__trainee" in text
    assert "healer__trainee -->|completes| healer__specialist" in text
    assert text.count("|") == 2 * len(village.ARCS)


def test_dot_is_balanced_and_quotes_labels() -> None:
    text = dot(village.MODEL.professions)
    assert text.count("{") == text.count("}") == 2
    assert len(re.findall(r" -> ", text)) == len(village.ARCS)
    assert 'label="Trainee (trains)"' in text


def test_brackets_of_the_user_are_printed_as_they_are() -> None:
    (healer,) = village.MODEL.professions
    odd = replace(
        healer, label_en="Healers [/b] [red]", states=(replace(healer.states[0], label_en="[/x] :cat:"),)
    )
    odd = replace(odd, transitions=(), pools=(), streams=())
    stream = StringIO()
    print_explanation(explanation([odd], []), Console(file=stream, width=140))
    assert "Healers [/b] [red]" in stream.getvalue()
    assert "[/x] :cat:" in stream.getvalue()
