"""The documentation does what it says: commands run, code runs, links lead somewhere, every key is described.

In the README, the tutorial and the how-to pages a block fenced as `console` holds commands after `$`, one as
`yaml` or `csv` that begins with `# file: NAME` is a file that the reader saves, and one as `python` is run.
They share one folder, in the order of the page. Blocks fenced as `sh` or `text` are for readers only.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from careersim.cli import main
from careersim.config import career_spec, cost_spec, parameter_spec, run_spec
from careersim.config.parameter_spec import UNITS
from careersim.model.slots import SLOTS

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
WALKED = [page for page in PAGES if page.startswith(("README", "docs/tutorial", "docs/how-to"))]
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def blocks(page: str) -> Iterator[tuple[str, str]]:
    for match in FENCED.finditer((ROOT / page).read_text(encoding="utf-8")):
        yield match[1], match[2]


def command(line: str) -> None:
    words = shlex.split(line)
    if words[0] == "careersim":
        # Few replications: the test is about the command, not about its numbers.
        few = ["--replications", "2"] if words[1] in ("run", "compare") else []
        assert main([*words[1:], *few]) == 0, line
        return
    assert words[0] in {"mkdir", "cp"}, line
    subprocess.run(words, check=True)


@pytest.mark.parametrize("page", WALKED)
def test_a_reader_can_follow_the_page(page: str, fresh_directory: Path) -> None:
    for folder in ("configs", "docs/how-to"):
        shutil.copytree(ROOT / folder, folder)
    Path("runs").mkdir()
    namespace: dict[str, Any] = {"__name__": "__main__"}
    for language, text in blocks(page):
        if language == "console":
            for line in text.splitlines():
                assert line.startswith("$ "), f"{page}: a console block holds commands only, not '{line}'"
                command(line.removeprefix("$ "))
        elif language in ("yaml", "csv") and (name := re.match(r"# file: (\S+)\n", text)):
            Path(name[1]).write_text(text, encoding="utf-8")
        elif language == "python":
            exec(compile(text.replace("replications=20", "replications=2"), page, "exec"), namespace)


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    text = FENCED.sub("", (ROOT / page).read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        path, _, anchor = target.partition("#")
        if re.match(r"https?:", target):
            continue
        file = (ROOT / page).parent / path if path else ROOT / page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(target)
    assert broken == []


def anchors(file: Path) -> set[str]:
    """Anchors that GitHub makes of the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_index_leads_to_every_page() -> None:
    index = ROOT / "docs" / "README.md"
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for target in LINK.findall(index.read_text(encoding="utf-8"))
    }
    pages = {(ROOT / page).resolve() for page in PAGES if page.startswith("docs/")} - {index.resolve()}
    assert sorted(str(page.relative_to(ROOT)) for page in pages - linked) == []


@pytest.mark.parametrize(
    ("module", "page"),
    [
        (career_spec, "docs/reference/career-file.md"),
        (run_spec, "docs/reference/run-file.md"),
        (parameter_spec, "docs/reference/parameters.md"),
        (cost_spec, "docs/reference/costs.md"),
    ],
)
def test_every_key_of_a_file_is_described(module: Any, page: str) -> None:
    described = set(re.findall(r"`(\w+)`", (ROOT / page).read_text(encoding="utf-8")))
    own = [one for one in vars(module).values() if isinstance(one, type) and issubclass(one, BaseModel)]
    keys = {
        field.alias or name
        for one in own
        if one.__module__ == module.__name__
        for name, field in one.model_fields.items()
    }
    assert keys - described == set()


def test_every_unit_is_described_with_its_range() -> None:
    text = (ROOT / "docs/reference/parameters.md").read_text(encoding="utf-8")
    rows = [f"| `{unit}` | {meaning} | {low:g} to {high:g} |" for unit, (meaning, low, high) in UNITS.items()]
    assert [row for row in rows if row not in text] == []


def test_every_place_for_a_number_is_described_with_its_units() -> None:
    text = (ROOT / "docs/reference/parameters.md").read_text(encoding="utf-8")
    rows = [
        f"| `{section}` | `{key}` | {' or '.join(f'`{unit}`' for unit in slot.units)} |"
        f" {', '.join(f'`{dimension}`' for dimension in slot.by) or '–'} |"
        for section, slots in SLOTS.items()
        for key, slot in slots.items()
    ]
    assert [row for row in rows if row not in text] == []
