"""Read one YAML file strictly: every scalar stays text, and every key remembers its line.

YAML 1.1 turns `01` into 1, `0110` into 72 and `no` into False, which ruins county and occupation codes.
Here the file gives text only, and the models decide what is a number. The document is built from the
stream of parser events in one pass without recursion, so that an anchor, a second document or a nesting
too deep is refused where it begins and never expanded.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, TypeAlias

import yaml

from careersim.errors import ConfigError

__all__ = ["KeyPath", "Position", "SourceDocument", "YamlValue", "read_yaml"]

YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue]"
KeyPath: TypeAlias = tuple[str | int, ...]
Position: TypeAlias = tuple[int, int]

_MOST_BYTES = 2_000_000
_MOST_LEVELS = 30
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class SourceDocument:
    """One configuration file as read.

    Attributes
    ----------
    path
        The file, as it was asked for.
    data
        Nested mappings and lists of text; nothing is converted.
    sha256
        Hash of the bytes of the file, in hexadecimal.
    positions
        Line and column, both counted from 1, of every key and list item.
    """

    path: Path
    data: dict[str, YamlValue]
    sha256: str
    positions: Mapping[KeyPath, Position] = field(repr=False)

    def position(self, key_path: KeyPath) -> Position:
        """Line and column of a key, or of the nearest enclosing key if the file does not have it."""
        while key_path and key_path not in self.positions:
            key_path = key_path[:-1]
        return self.positions.get(key_path, (1, 1))


_FAST_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # PyYAML may be built without libyaml


def read_yaml(path: str | Path) -> SourceDocument:
    """Read a YAML file whose top level is a mapping.

    Parameters
    ----------
    path
        A regular file of at most 2 MB, in UTF-8.

    Returns
    -------
    The document: text only, with positions and the hash of the file.

    Raises
    ------
    ConfigError
        If the file cannot be read, is not YAML, or uses anchors, aliases, tags, duplicate keys, several
        documents or more than 30 levels.
    """
    path = Path(path)
    content = _read_bytes(path)
    text = _decode(content, path)
    try:
        builder = _build(path, text, _FAST_LOADER)
    except (yaml.YAMLError, ValueError, OverflowError):
        builder = _build_or_explain(path, text)
    return SourceDocument(path, builder.finish(), hashlib.sha256(content).hexdigest(), builder.positions)


def _build(path: Path, text: str, loader: type[yaml.BaseLoader | yaml.CBaseLoader]) -> _Builder:
    builder = _Builder(path)
    for event in yaml.parse(text, Loader=loader):
        builder.take(event)
    return builder


def _build_or_explain(path: Path, text: str) -> _Builder:
    """Parse again in Python: ten times slower than libyaml, with the better messages."""
    builder = _Builder(path)
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            builder.take(event)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        # For text PyYAML gives the code point here, although its stubs promise the character.
        message = f"control character U+{int(error.character):04X}"
        _refuse(f"{path}:{line}", message, "printable text", "remove the character")
    except yaml.MarkedYAMLError as error:
        _refuse_syntax(path, error)
    except (ValueError, OverflowError):
        # PyYAML lets these out for an escape such as "\UFFFFFFFF" and for an absurd %YAML version.
        where = f"{path}:{builder.line}"
        _refuse(where, "not valid YAML", "escapes of existing characters", "mend this value or the next")
    return builder


def _read_bytes(path: Path) -> bytes:
    """Read the file after making sure that it is one, and not too large."""
    expected = "a YAML file"
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            _refuse(f"{path}", "is a directory", expected, "name a file in it")
        if not stat.S_ISREG(status.st_mode):
            _refuse(f"{path}", "is not a regular file", expected, "copy the content to a file")
        if status.st_size > _MOST_BYTES:
            message = f"file has {status.st_size:,} bytes"
            _refuse(f"{path}", message, f"at most {_MOST_BYTES:,} bytes", "move tables to data files")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        _refuse(f"{path}", "file not found", expected, "check the path, relative to the current directory")
    except PermissionError:
        _refuse(f"{path}", "permission denied", "a readable file", "give yourself the right to read it")
    except (OSError, ValueError) as error:
        # ValueError: a path with a NUL character in it.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        _refuse(f"{path}", f"cannot be read: {reason}", "a readable file", "check the path")


def _decode(content: bytes, path: Path) -> str:
    """Decode UTF-8, with or without a byte order mark; NUL bytes mean that the file is not text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse(f"{path}", "file is in UTF-16", "text in UTF-8", "save it again with encoding UTF-8")
    if b"\0" in content:
        _refuse(f"{path}", "file is binary", "text in UTF-8", "name a YAML file")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"byte 0x{content[error.start]:02X} is not UTF-8"
        _refuse(f"{path}:{line}", message, "text in UTF-8", "save the file again with encoding UTF-8")
    if not text.strip():
        _refuse(f"{path}", "file is empty", "a mapping of keys", "write at least one 'key: value'")
    return text


@dataclass
class _Frame:
    """A mapping or list under construction; in a mapping, `key` waits for its value."""

    path: KeyPath
    items: dict[str, YamlValue] | list[YamlValue]
    key: str = ""
    awaits_key: bool = True


class _Builder:
    """Builds nested text from parser events, one event at a time, and refuses what is not allowed."""

    def __init__(self, file: Path) -> None:
        self.positions: dict[KeyPath, Position] = {}
        self.line = 1
        self._file = file
        self._documents = 0
        self._root: YamlValue = ""
        self._open: list[_Frame] = []

    def take(self, event: yaml.Event) -> None:
        """Take the next event of the stream; `line` is where it begins."""
        self.line, _ = _position(event)
        if isinstance(event, yaml.DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                self._refuse("a second document begins", "one document", "remove '---' and what follows")
        elif isinstance(event, yaml.NodeEvent):
            self._take_node(event)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._open.pop()

    def finish(self) -> dict[str, YamlValue]:
        """Hand over the top level, which must be a mapping."""
        if self._root == "":
            _refuse(f"{self._file}", "file is empty", "a mapping of keys", "write at least one 'key: value'")
        if not isinstance(self._root, dict):
            found = "a list" if isinstance(self._root, list) else "text"
            self.line, _ = self.positions[()]
            self._refuse(f"top level is {found}", "a mapping of keys", "begin the file with 'key: value'")
        return self._root

    def _take_node(self, event: yaml.NodeEvent) -> None:
        remedy = "write the value out, or quote the text"
        if isinstance(event, yaml.AliasEvent):
            self._refuse(f"alias '*{event.anchor}'", "no aliases", remedy)
        if event.anchor is not None:
            self._refuse(f"anchor '&{event.anchor}'", "no anchors", remedy)
        tag = getattr(event, "tag", None)
        if tag is not None:
            self._refuse(f"tag '{tag}'", "no tags", remedy)
        frame = self._open[-1] if self._open else None
        if frame is not None and isinstance(frame.items, dict) and frame.awaits_key:
            self._take_key(event, frame, frame.items)
        elif isinstance(event, yaml.ScalarEvent):
            self._place(event, frame, self._text(event))
        elif isinstance(event, yaml.MappingStartEvent):
            self._descend(event, frame, {})
        else:
            self._descend(event, frame, [])

    def _take_key(self, event: yaml.NodeEvent, frame: _Frame, items: dict[str, YamlValue]) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            message = "a list or mapping stands where a key belongs"
            self._refuse(message, "text as key", "quote a value that begins with '{' or '['")
        key = self._text(event)
        path = (*frame.path, key)
        if key in items:
            first, _ = self.positions[path]
            message = f"duplicate key '{key}', first written on line {first}"
            self._refuse(message, "each key once", "remove one of the two")
        self.positions[path] = _position(event)
        frame.key, frame.awaits_key = key, False

    def _descend(
        self, event: yaml.NodeEvent, frame: _Frame | None, items: dict[str, YamlValue] | list[YamlValue]
    ) -> None:
        if len(self._open) >= _MOST_LEVELS:
            message = f"nested more than {_MOST_LEVELS} levels deep"
            self._refuse(message, f"at most {_MOST_LEVELS} levels", "check brackets and indentation")
        path = self._place(event, frame, items)
        self._open.append(_Frame(path, items))

    def _place(self, event: yaml.NodeEvent, frame: _Frame | None, value: YamlValue) -> KeyPath:
        """Put a value into the open mapping or list and return its key path."""
        if frame is None:
            self._root = value
            path: KeyPath = ()
        elif isinstance(frame.items, list):
            path = (*frame.path, len(frame.items))
            frame.items.append(value)
        else:
            path = (*frame.path, frame.key)
            frame.items[frame.key] = value
            frame.awaits_key = True
        # A key's own position, noted before its value, wins over that of the value.
        self.positions.setdefault(path, _position(event))
        return path

    def _text(self, event: yaml.ScalarEvent) -> str:
        text: str = event.value
        if _SURROGATE.search(text):
            message = "half of a surrogate pair"
            self._refuse(message, "escapes of whole characters", "write the character itself")
        return text

    def _refuse(self, message: str, expected: str, remedy: str) -> NoReturn:
        _refuse(f"{self._file}:{self.line}", message, expected, remedy)


def _position(event: yaml.Event) -> Position:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _refuse_syntax(path: Path, error: yaml.MarkedYAMLError) -> NoReturn:
    """Say in one line what PyYAML says in six, with the line where the trouble began."""
    mark = error.problem_mark or error.context_mark
    where = f"{path}:{mark.line + 1}" if mark else f"{path}"
    problem = error.problem or "unknown problem"
    message = f"not valid YAML: {problem}"
    if error.context and error.context_mark and mark and error.context_mark.line != mark.line:
        message += f" ({error.context} that began on line {error.context_mark.line + 1})"
    remedy = "mend this line or the one before"
    if "cannot start any token" in problem:
        remedy = "put quotes around a value that begins with a special character"
    if "\\t" in problem:
        remedy = "indent with spaces, not tabs"
    elif "mapping values are not allowed" in problem:
        remedy = "quote a value that contains ': ', or check the indentation"
    _refuse(where, message, "lines of 'key: value'", remedy)


def _refuse(where: str, message: str, expected: str, remedy: str) -> NoReturn:
    raise ConfigError(message, where=where, expected=expected, remedy=remedy) from None
