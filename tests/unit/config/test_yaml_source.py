"""Strict reading of YAML: everything stays text, positions are kept, and what is dangerous is refused."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from careersim.config.yaml_source import SourceDocument, read_yaml
from careersim.errors import ConfigError

# The levels that a document may have, counting the top level.
LEVELS = 30


def read(text: str | bytes) -> SourceDocument:
    path = Path("run.yaml")
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_yaml(path)


def refused(text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert caught.value.expected is not None
    assert caught.value.remedy is not None
    return str(caught.value)


@pytest.mark.parametrize(
    "scalar",
    [
        "01",
        "08",
        "0110",
        "no",
        "yes",
        "on",
        "null",
        "~",
        "12:30",
        "1e-3",
        ".nan",
        "2025-01-31",
        "0x1F",
        "1_000",
        "=",
    ],
)
def test_no_scalar_is_converted(scalar: str) -> None:
    assert read(f"value: {scalar}\n").data == {"value": scalar}


def test_keys_are_text_too() -> None:
    assert read("01: a\nno: b\n3.0: c\n? d\n: e\n").data == {"01": "a", "no": "b", "3.0": "c", "d": "e"}


def test_an_empty_value_stays_empty() -> None:
    assert read("a:\nb: ''\nc: []\nd: {}\n").data == {"a": "", "b": "", "c": [], "d": {}}


def test_merge_keys_do_not_merge() -> None:
    assert read("<<: {a: b}\n").data == {"<<": {"a": "b"}}


def test_block_text_keeps_its_lines() -> None:
    assert read("a: |\n  one\n  two\nb: >\n  one\n  two\n").data == {"a": "one\ntwo\n", "b": "one two\n"}


def test_byte_order_mark_and_windows_line_ends() -> None:
    document = read(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert document.data == {"a": "1", "b": "2"}
    assert document.position(("b",)) == (2, 1)


def test_swedish_letters() -> None:
    assert read("län: Västra Götaland\n").data == {"län": "Västra Götaland"}


def test_positions_of_keys_and_items() -> None:
    document = read(
        "# a comment\n"
        "seed: 1\n"
        "transitions:\n"
        "  - name: exit\n"
        "    rate:\n"
        "      '01': 0.1\n"
        "  - {name: entry, rate: 2}\n"
    )
    assert document.position(()) == (2, 1)
    assert document.position(("seed",)) == (2, 1)
    assert document.position(("transitions", 0)) == (4, 5)
    assert document.position(("transitions", 0, "rate", "01")) == (6, 7)
    assert document.position(("transitions", 1, "rate")) == (7, 19)


def test_position_of_what_is_missing_is_that_of_what_encloses_it() -> None:
    document = read("a:\n  b: 1\n")
    assert document.position(("a", "c", 3)) == (1, 1)
    assert document.position(("a", "b", "c")) == (2, 3)
    assert document.position(("z",)) == (1, 1)


def test_hash_is_that_of_the_bytes() -> None:
    assert read("a: 1\r\n").sha256 == hashlib.sha256(b"a: 1\r\n").hexdigest()


def test_document_is_frozen_and_travels_between_processes() -> None:
    document = read("a: 1\n")
    with pytest.raises(AttributeError):
        document.path = Path("other")  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(document)) == document


def test_path_may_be_text() -> None:
    Path("run.yaml").write_text("a: 1\n", encoding="utf-8")
    assert read_yaml("run.yaml").path == Path("run.yaml")


# Files that cannot be read ----------------------------------------------------------------------------------


def unreadable(path: str | Path) -> str:
    with pytest.raises(ConfigError) as caught:
        read_yaml(path)
    assert caught.value.remedy is not None
    assert caught.value.__suppress_context__
    return str(caught.value)


def test_missing_file() -> None:
    assert unreadable("none.yaml").startswith(
        "none.yaml: file not found; expected a YAML file; check the path"
    )


def test_file_under_a_file() -> None:
    Path("run.yaml").write_text("a: 1\n", encoding="utf-8")
    assert "file not found" in unreadable("run.yaml/other.yaml")


def test_directory() -> None:
    Path("configs").mkdir()
    assert unreadable("configs") == "configs: is a directory; expected a YAML file; name a file in it"


def test_pipe_is_not_waited_for() -> None:
    os.mkfifo("pipe.yaml")
    assert "pipe.yaml: is not a regular file" in unreadable("pipe.yaml")


def test_link_to_itself() -> None:
    Path("loop.yaml").symlink_to("loop.yaml")
    assert "loop.yaml: cannot be read: " in unreadable("loop.yaml")


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_impossible_name(name: str) -> None:
    assert "cannot be read: " in unreadable(name)


@pytest.mark.parametrize("method", ["stat", "read_bytes"])
def test_no_permission(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("run.yaml").write_text("a: 1\n", encoding="utf-8")

    def deny(path: Path, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        # Permission bits do not stop the administrator, who may be the one running this test.
        patch.setattr(Path, method, deny)
        message = unreadable("run.yaml")
    assert message.startswith("run.yaml: permission denied; expected a readable file; ")


def test_disk_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("run.yaml").write_text("a: 1\n", encoding="utf-8")

    def fail(path: Path) -> bytes:
        raise OSError(5, "Input/output error", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        message = unreadable("run.yaml")
    assert message.startswith("run.yaml: cannot be read: Input/output error; ")


def test_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("run.yaml").open("wb") as file:
        file.truncate(2_000_001)
    monkeypatch.delattr(Path, "read_bytes")
    assert unreadable("run.yaml").startswith(
        "run.yaml: file has 2,000,001 bytes; expected at most 2,000,000 bytes"
    )


# Content that is not YAML text ------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", " \n\n", "# only a comment\n", "---\n", "---\n...\n", b"\xef\xbb\xbf"])
def test_empty(text: str | bytes) -> None:
    assert refused(text).startswith("run.yaml: file is empty; expected a mapping of keys; ")


@pytest.mark.parametrize("content", [b"a: 1\nb: \0\n", b"PK\x03\x04\0\0", bytes(range(256))])
def test_binary(content: bytes) -> None:
    assert refused(content).startswith("run.yaml: file is binary; expected text in UTF-8; ")


def test_latin_1_names_the_line() -> None:
    assert refused("a: 1\nb: län\n".encode("latin-1")).startswith("run.yaml:2: byte 0xE4 is not UTF-8; ")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16(encoding: str) -> None:
    assert "run.yaml: file is in UTF-16" in refused("\ufeffa: 1\n".encode(encoding))


def test_control_character_names_the_line() -> None:
    assert refused("a: 1\nb: x\x01y\n").startswith("run.yaml:2: control character U+0001; ")


@pytest.mark.parametrize("text", ['a: "\\ud800"\n', '"\\udfff": a\n'])
def test_half_of_a_surrogate_pair(text: str) -> None:
    assert refused(text).startswith("run.yaml:1: half of a surrogate pair; ")


def test_escape_of_a_character_that_does_not_exist() -> None:
    assert refused('a: 1\nb: 2\nc: "\\UFFFFFFFF"\n').startswith(
        "run.yaml:3: not valid YAML; expected escapes"
    )


def test_absurd_version() -> None:
    assert "not valid YAML" in refused(f"%YAML 1.{'9' * 5000}\n---\na: 1\n")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: [1\nb: 2\n", 2, "while parsing a flow sequence that began on line 1"),
        ('a: 1\nb: "x\nc: 3\n', 4, "while scanning a quoted scalar that began on line 2"),
        ("a:\n\tb: 1\n", 2, "indent with spaces, not tabs"),
        ("a: 1\nb: c: d\n", 2, "quote a value that contains ': '"),
        ("a: 1\nb: %x\n", 2, "put quotes around a value that begins with a special character"),
        ("a: 1\n  b: 2\n", 2, "check the indentation"),
        ("a: 1\n}\n", 2, "mend this line or the one before"),
        ("a: 1\nb\n", 3, "could not find expected ':'"),
    ],
)
def test_syntax_errors_name_the_line(text: str, line: int, words: str) -> None:
    message = refused(text)
    assert message.startswith(f"run.yaml:{line}: not valid YAML: ")
    assert words in message
    assert "\n" not in message


# YAML that is refused ---------------------------------------------------------------------------------------


def test_anchor_bomb_is_refused_at_the_first_anchor() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert refused("\n".join(lines)).startswith("run.yaml:1: anchor '&a0'; expected no anchors; ")


@pytest.mark.parametrize(
    "text", ["a: 1\nb: &x 2\n", "a: 1\nb: &x {c: d}\n", "a: 1\nb: &x [c]\n", "a: 1\n&x b: 2\n"]
)
def test_anchors(text: str) -> None:
    assert refused(text).startswith("run.yaml:2: anchor '&x'; ")


@pytest.mark.parametrize("text", ["a: 1\nb: *x\n", "a: 1\n*x : 2\n", "a: 1\nb: [*x]\n"])
def test_aliases(text: str) -> None:
    message = refused(text)
    assert message.startswith("run.yaml:2: alias '*x'; expected no aliases; ")
    assert "quote the text" in message


@pytest.mark.parametrize("tag", ["!!int", "!!python/object/apply:os.system", "!own", "!"])
def test_tags(tag: str) -> None:
    assert "expected no tags" in refused(f"a: {tag} 1\n")
    assert "expected no tags" in refused(f"a: {tag} [1]\n")
    assert "expected no tags" in refused(f"a: {tag} {{b: 1}}\n")


@pytest.mark.parametrize(
    ("text", "second", "first"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, 1),
        ("x:\n  a: 1\n  'a': 2\n", 3, 2),
        ("x:\n  - {b: 1}\n  - {a: 1, a: 2}\n", 3, 3),
        ("'01': 1\n01: 2\n", 2, 1),
        ("'': 1\n'': 2\n", 2, 1),
    ],
)
def test_duplicate_keys_name_both_lines(text: str, second: int, first: int) -> None:
    message = refused(text)
    assert message.startswith(f"run.yaml:{second}: duplicate key '")
    assert f"first written on line {first}; expected each key once; remove one" in message


def test_the_same_key_in_two_places_is_no_duplicate() -> None:
    assert read("a: {x: 1}\nb: {x: 1, a: 2}\n").data == {"a": {"x": "1"}, "b": {"x": "1", "a": "2"}}


def test_depth() -> None:
    deepest = "a: " + "[" * (LEVELS - 1) + "]" * (LEVELS - 1)
    assert list(read(deepest).data) == ["a"]
    message = refused("b: 1\na: " + "[" * LEVELS + "]" * LEVELS)
    assert message.startswith("run.yaml:2: nested more than 30 levels deep; expected at most 30 levels; ")


@pytest.mark.parametrize("text", ["a: " + "[" * 500_000, "a: " + "{b: " * 100_000, "- " * 10_000 + "a"])
def test_bottomless_nesting_is_refused_early(text: str) -> None:
    assert "nested more than 30 levels deep" in refused(text)


def test_second_document() -> None:
    assert refused("a: 1\n---\nb: 2\n").startswith(
        "run.yaml:2: a second document begins; expected one document; "
    )


@pytest.mark.parametrize(
    ("text", "found"), [("- a\n- b\n", "a list"), ("\nseed 1\n", "text"), ("[]", "a list")]
)
def test_top_level_is_a_mapping(text: str, found: str) -> None:
    assert f"top level is {found}; expected a mapping of keys; " in refused(text)


@pytest.mark.parametrize("text", ["? [a]\n: b\n", "{{a: b}: c}\n", "? {a: b}\n: c\n"])
def test_keys_are_not_collections(text: str) -> None:
    assert "a list or mapping stands where a key belongs" in refused(text)


# Round trip -------------------------------------------------------------------------------------------------


class Dumper(yaml.SafeDumper):
    """Writes shared objects twice instead of with an anchor, which the reader refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def trees(text: st.SearchStrategy[str]) -> st.SearchStrategy[dict[str, Any]]:
    values: st.SearchStrategy[Any] = st.recursive(
        text,
        lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(text, inner, max_size=4)),
        max_leaves=12,
    )
    return st.dictionaries(text, values, max_size=4)


@given(data=trees(st.text()), flow=st.booleans())
def test_what_is_written_is_read_back(data: dict[str, Any], flow: bool) -> None:
    text = yaml.dump(data, Dumper=Dumper, default_flow_style=flow, sort_keys=False)
    document = read(text)
    assert document.data == data
    assert list(document.data) == list(data)


# Written unescaped, these three are line ends to YAML 1.1, which folds them.
@given(data=trees(st.text(st.characters(exclude_characters="\x85\u2028\u2029", codec="utf-8"))))
def test_what_is_written_without_escapes_is_read_back(data: dict[str, Any]) -> None:
    assert read(yaml.dump(data, Dumper=Dumper, allow_unicode=True)).data == data


@given(st.binary(max_size=200))
def test_any_bytes_give_a_mapping_or_a_config_error(content: bytes) -> None:
    try:
        document = read(content)
    except ConfigError as error:
        assert str(error).startswith("run.yaml")  # noqa: PT017
    else:
        assert isinstance(document.data, dict)


@given(st.text(alphabet="ab01:-?,[]{}&*!|>'\"%@`# \n\t\\~<=.\u2028\x85", max_size=60))
def test_any_punctuation_gives_a_mapping_or_a_config_error(text: str) -> None:
    try:
        document = read(text)
    except ConfigError as error:
        assert "expected" in str(error)  # noqa: PT017
    else:
        assert document.positions.keys() >= {(key,) for key in document.data}
