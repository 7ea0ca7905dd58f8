"""One small broken file per way of being wrong: the message has the words that stand at the top of the file.

Each file in `cases/` that is not listed as good is broken in one way. Its lines `# expect: ...` are parts of
the message (file, key, what is wrong, nearest name, remedy). The report has one fault, so that a slip never
drags other messages along; `# expect: faults: N` says otherwise.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from careersim.errors import ConfigError
from careersim.model.assemble import read_model

CASES = Path(__file__).parent / "cases"
GOOD = ("good_career.yaml", "good_run.yaml", "good_tiny.yaml", "one_level_career.yaml", "same_key_tiny.yaml")
PARTS = ("six_faults_career.yaml",)
BROKEN = sorted(path.name for path in CASES.glob("*.yaml") if path.name not in (*GOOD, *PARTS))


def refusal(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_model(path)
    return str(caught.value)


def expected_words(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]


@pytest.mark.parametrize("name", GOOD)
def test_good_files_are_accepted(name: str) -> None:
    read_model(CASES / name)


@pytest.mark.parametrize("name", BROKEN)
def test_message_has_the_expected_words(name: str) -> None:
    words = expected_words(CASES / name)
    assert words, "a broken file says what it expects"
    message = refusal(CASES / name)
    counts = [word.removeprefix("faults: ") for word in words if word.startswith("faults: ")]
    for word in words:
        if not word.startswith("faults: "):
            assert word in message
    assert message.startswith(f"{(counts or ['1'])[0]} fault")


def test_six_faults_of_two_files_are_told_at_once() -> None:
    message = refusal(CASES / "six_faults.yaml")
    places = [line.strip().split(": ")[0] for line in message.splitlines()[1:]]
    assert len(places) == 6
    assert sum(Path(place.split(":")[0]).name == "six_faults_career.yaml" for place in places) == 4
    assert all(place.rpartition(":")[2].isdigit() for place in places)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", ("file is empty", "write at least one 'key: value'")),
        (b"  \n\n", ("file is empty",)),
        (b"name: x\0\n", ("file is binary", "name a YAML file")),
        (b"PK\x03\x04\x00\x00", ("file is binary",)),
        (b"name: caf\xe9\n", ("byte 0xE9 is not UTF-8", "save the file again with encoding UTF-8")),
        (b"- a list\n", ("top level is a list",)),
    ],
)
def test_files_that_are_no_configuration(content: bytes, words: tuple[str, ...]) -> None:
    path = Path("broken.yaml")
    path.write_bytes(content)
    message = refusal(path)
    assert "broken.yaml" in message
    for word in words:
        assert word in message


def test_folder_instead_of_a_file() -> None:
    Path("folder.yaml").mkdir()
    message = refusal(Path("folder.yaml"))
    assert "folder.yaml: is a directory" in message
    assert "name a file in it" in message


def test_file_in_a_folder_that_does_not_exist() -> None:
    assert "nowhere/run.yaml: file not found" in refusal(Path("nowhere", "run.yaml"))
