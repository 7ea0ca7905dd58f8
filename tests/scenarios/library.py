"""The scenario files as data: what each asks and changes, and where its numbers come from; and their page.

`python -m tests.scenarios.library` writes the tables of docs/reference/scenarios.md anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from careersim.config.bonus_spec import bonus_records
from careersim.config.load import load_run
from careersim.config.loaded import LoadedRun
from careersim.config.parameter_spec import SourceSpec
from careersim.config.run_spec import LeverSpec

__all__ = ["GROUPS", "NAMES", "PAGE", "Card", "card", "sources_of", "tables", "with_tables"]

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "configs" / "scenarios"
BASELINE = ROOT / "configs" / "baseline.yaml"
PAGE = ROOT / "docs" / "reference" / "scenarios.md"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))

GROUPS = {
    "More training posts": (
        "st_plus_5",
        "st_plus_25",
        "st_plus_50",
        "st_double",
        "st_double_ten_years",
        "st_double_applicants",
        "st_double_supervisors",
        "st_dlf_regions",
    ),
    "Before specialist training, and who comes in": (
        "at_bt_expansion",
        "at_as_wanted",
        "medical_students_plus_20",
        "foreign_inflow_zero",
        "foreign_inflow_plus_50",
        "psychologists_plus_120",
    ),
    "Staying, and working where it is needed": (
        "work_environment",
        "full_time_norm",
        "retire_later",
        "rural_north",
        "rural_premium",
        "stay_bonus_norrbotten",
        "stay_bonus_national",
    ),
    "Another yardstick": ("list_1000", "list_1500", "task_shift"),
    "Packages": ("package_train_and_keep", "package_on_our_own"),
}
_SIGNS = {"multiply": "×", "add": "+", "set": "="}
_BEGIN, _END = "<!-- tables: begin -->", "<!-- tables: end -->"


@dataclass(frozen=True)
class Card:
    """A scenario as its file tells it.

    Attributes
    ----------
    text
        The file.
    question, beware
        From the comment at its head.
    run
        The run with the baseline under it.
    """

    name: str
    text: str
    question: str
    beware: str
    run: LoadedRun

    @property
    def path(self) -> Path:
        """The file."""
        return FOLDER / f"{self.name}.yaml"

    @property
    def levers(self) -> list[LeverSpec]:
        """Its levers; the baseline has none."""
        return self.run.spec.levers

    @property
    def own(self) -> dict[str, object]:
        """What stands in the file itself, without the baseline."""
        content: dict[str, object] = yaml.safe_load(self.text)
        return content

    @property
    def first_year(self) -> int | None:
        """The first year in which a lever acts."""
        return min((lever.first_year for lever in self.levers), default=None)

    @property
    def professions(self) -> tuple[str, ...]:
        """The professions whose careers its levers touch."""
        lived = [lever for lever in self.levers if lever.kind != "substitution"]
        return tuple(sorted({lever.profession for lever in lived if lever.profession}))


@cache
def card(name: str) -> Card:
    """Read one scenario file."""
    path = FOLDER / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    return Card(name, text, _comment(text, "Question"), _comment(text, "Beware"), load_run(path))


def _comment(text: str, word: str) -> str:
    """A paragraph of the comment at the head of a file; '' if it is not there."""
    found = re.search(rf"^# {word}: (.+(?:\n#   .+)*)", text, re.MULTILINE)
    return " ".join(found[1].replace("\n#", " ").split()) if found else ""


def tables() -> str:
    """The tables of the page, in Markdown."""
    parts = []
    for title, names in GROUPS.items():
        rows = "\n".join(_row(card(name)) for name in names)
        head = "| file and question | what it changes | from | beware |\n|---|---|---|---|"
        parts.append(f"## {title}\n\n{head}\n{rows}\n")
    return "\n".join(parts)


def with_tables(page: str) -> str:
    """The page with its tables as they should be."""
    before, rest = page.split(_BEGIN)
    return f"{before}{_BEGIN}\n\n{tables()}\n{_END}{rest.split(_END)[1]}"


def _row(one: Card) -> str:
    link = f"[{one.name}](../../configs/scenarios/{one.name}.yaml)"
    changes = [_change(lever) for lever in one.levers]
    sources = [_source(source) for lever in one.levers for source in sources_of(lever)]
    guideline = one.own.get("guideline")
    if isinstance(guideline, dict):
        changes += [f"guideline: `{key}` = {value:g}" for key, value in guideline.items()]
        sources += re.findall(r"^  \w+: [\d.]+ # (.+)$", one.text, re.MULTILINE)
    cells = [
        f"{link}: {one.question}",
        "<br>".join(changes),
        "<br>".join(dict.fromkeys(sources)),
        one.beware,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _change(lever: LeverSpec) -> str:
    years = f"from {lever.first_year}" + (f" to {lever.last_year}" if lever.last_year else "")
    if lever.last_year == lever.first_year:
        years = f"in {lever.first_year}"
    word = "county" if len(lever.counties) == 1 else "counties"
    where = f", {word} {', '.join(lever.counties)}" if lever.counties else ""
    ages = f", ages {lever.ages}" if lever.ages else ""
    whose = "" if lever.profession in ("doctor", None) else f", {lever.profession}"
    money = ""
    if lever.bonus is not None:
        money = f" SEK a month for {lever.bonus.commitment_years} years to {lever.bonus.who}"
    return (
        f"`{lever.kind}` `{', '.join(lever.targets)}` {_SIGNS[lever.operation]} {lever.value:g}"
        f"{money} {years}{where}{ages}{whose}"
    ).replace("to both", "to newcomers and incumbents")


def sources_of(lever: LeverSpec) -> list[SourceSpec]:
    """Where the number of a lever comes from, and those of the records of its bonus."""
    records = [] if lever.bonus is None else list(bonus_records(lever.bonus).values())
    return [lever.source, *(record.source for record in records if record.source is not None)]


def _source(source: SourceSpec) -> str:
    if source.document is not None:
        return f"{source.document}, {source.place}"
    return f"literature {source.literature}" if source.literature else "assumption"


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
