"""`Store`: finished simulations on disk, so that a calibration that was killed goes on where it was.

A folder with `key.json`, which says what is calibrated, and one file a stage. A line is appended when its
candidate is finished: a seal, which is the hash of candidate and numbers, and the numbers as JSON, written so
that reading gives the same bits. Lines stand in the order of the candidates, whichever finished first. From
the first line on that is cut off, damaged or of another candidate, a file is dropped and simulated again.
One process at a time works in the folder.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibration.fitting.candidates import Candidate, Side
from calibration.fitting.design import Floats
from careersim.errors import OutputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

__all__ = ["Store", "open_store"]

Told = Callable[[str, int, int], None]
"""Called with the stage, and how many of its candidates are finished of how many."""

_KEY, _DRAFT, _LOCK = "key.json", "key.part", "lock"
_LOCKED = (errno.EAGAIN, errno.EACCES)
_BINARY = getattr(os, "O_BINARY", 0)  # Windows would write two bytes for the end of a line


def open_store(folder: Path, key: Mapping[str, str]) -> Store:
    """Open the folder of finished simulations, or make it.

    Parameters
    ----------
    folder
        Beside the output folder.
    key
        Hashes of everything that the simulations follow from, by name.

    Raises
    ------
    OutputError
        If the folder belongs to another calibration or is damaged, or cannot be made.
    """
    file = folder / _KEY
    anew = f"start anew: rm -r '{folder}'"
    try:
        if file.is_file():
            found = _read_key(file, anew)
            changed = sorted(name for name in {*found, *key} if found.get(name) != key.get(name))
            if changed:
                raise OutputError(
                    f"the calibration begun here was another one: {', '.join(changed)} changed",
                    where=str(folder),
                    expected="the files and options it was begun with",
                    remedy=f"restore them, or {anew}",
                )
        else:
            if folder.exists() and (not folder.is_dir() or {*folder.iterdir()} - {folder / _DRAFT}):
                raise OutputError(
                    "the folder for unfinished work holds something else",
                    where=str(folder),
                    remedy="choose another output folder, or remove it",
                )
            folder.mkdir(exist_ok=True)
            draft = folder / _DRAFT
            draft.write_text(json.dumps(key, indent=2), encoding="utf-8")
            draft.replace(file)
    except OSError as error:
        raise _cannot_keep(folder, error) from error
    return Store(folder)


@dataclass(frozen=True)
class Store:
    """Finished simulations by stage."""

    folder: Path

    def fill(
        self, stage: str, asked: Sequence[Candidate], side: Side, told: Told | None = None
    ) -> list[Floats]:
        """Give the predictions of a stage's candidates, simulating only those that are not kept.

        Returns
        -------
        Replications x targets, by candidate.

        Raises
        ------
        OutputError
            If another process is at work in the folder, or it cannot be written; what is finished stays.
        """
        file = self.folder / f"{stage}.jsonl"
        with _alone(self.folder):
            with _kept(self.folder):
                found = _read(file, asked)
            if told is not None:
                told(stage, len(found), len(asked))
            missing = asked[len(found) :]
            if not missing:
                return found
            with _kept(self.folder):
                handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _BINARY, 0o666)
            try:
                for candidate, predicted in zip(missing, side.results(missing), strict=True):
                    with _kept(self.folder):
                        _write(handle, _line(candidate, predicted))
                    found.append(predicted)
                    if told is not None:
                        told(stage, len(found), len(asked))
                with _kept(self.folder):
                    os.fsync(handle)
            finally:
                os.close(handle)
        return found

    def remove(self) -> None:
        """Throw the folder away when the result is written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _read_key(file: Path, anew: str) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OutputError(
            "unfinished work is damaged: it does not say what was begun", where=str(file), remedy=anew
        )
    return found


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes out; the system lets go when this one ends, however it ends."""
    with _kept(folder):
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        try:
            if sys.platform == "win32":
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _LOCKED:
                raise _cannot_keep(folder, error) from error
            raise OutputError(
                "another process is at work on this calibration",
                where=str(folder),
                expected="one at a time",
                remedy="wait until it has ended, or choose another output folder",
            ) from None
        yield
    finally:
        os.close(handle)


@contextmanager
def _kept(folder: Path) -> Iterator[None]:
    """Tell a failure of the disk as what it means here."""
    try:
        yield
    except OSError as error:
        raise _cannot_keep(folder, error) from error


def _read(file: Path, asked: Sequence[Candidate]) -> list[Floats]:
    """Read sound lines of the candidates, and cut the file after the last of them."""
    if not file.exists():
        return []
    content = file.read_bytes()
    found: list[Floats] = []
    sound = 0
    for candidate, line in zip(asked, content.splitlines(keepends=True), strict=False):
        try:
            predicted = np.asarray(json.loads(line.partition(b" ")[2]), dtype=np.float64)
        except (ValueError, TypeError):
            break
        if line != _line(candidate, predicted):
            break
        found.append(predicted)
        sound += len(line)
    if sound < len(content):
        with file.open("r+b") as stream:
            stream.truncate(sound)
    return found


def _line(candidate: Candidate, predicted: Floats) -> bytes:
    numbers = json.dumps(predicted.tolist())
    seal = hashlib.sha256(f"{candidate!r}\n{numbers}".encode()).hexdigest()[:16]
    return f"{seal} {numbers}\n".encode()


def _write(handle: int, line: bytes) -> None:
    while line:
        line = line[os.write(handle, line) :]


def _cannot_keep(folder: Path, error: OSError) -> OutputError:
    return OutputError(
        f"cannot keep unfinished work: {error.strerror or error}",
        where=str(folder),
        remedy="make room or choose another place; what is finished is used when this is begun again",
    )
