"""`Store`: finished simulations on disk, so that a calibration that was killed goes on where it was.

A folder with `key.json`, which says what is calibrated, and one file of JSON lines a stage. A line is
appended when its candidate is finished; a last line that was cut off is dropped. Numbers are written so that
reading gives the same bits, and lines stand in the order of the candidates, whichever finished first.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from calibration.candidates import Candidate, Side
from calibration.design import Floats
from careersim.errors import OutputError

__all__ = ["Store", "open_store"]

Told = Callable[[str, int, int], None]
"""Called with the stage, and how many of its candidates are finished of how many."""


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
        If the folder belongs to another calibration, or cannot be made.
    """
    file = folder / "key.json"
    try:
        if file.is_file():
            found = json.loads(file.read_text(encoding="utf-8"))
            changed = sorted(name for name in {*found, *key} if found.get(name) != key.get(name))
            if changed:
                raise OutputError(
                    f"the calibration begun here was another one: {', '.join(changed)} changed",
                    where=str(folder),
                    expected="the files it was begun with",
                    remedy=f"restore them, or start anew: rm -r '{folder}'",
                )
        else:
            if folder.exists() and any(folder.iterdir()):
                raise OutputError(
                    "the folder for unfinished work holds something else",
                    where=str(folder),
                    remedy="choose another output folder, or remove it",
                )
            folder.mkdir(exist_ok=True)
            draft = folder / "key.part"
            draft.write_text(json.dumps(key, indent=2), encoding="utf-8")
            draft.replace(file)
    except (OSError, ValueError) as error:
        raise OutputError(f"cannot keep unfinished work: {error}", where=str(folder)) from error
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
        """
        file = self.folder / f"{stage}.jsonl"
        found = _read(file)[: len(asked)]
        if told is not None:
            told(stage, len(found), len(asked))
        with file.open("a", encoding="utf-8") as stream:
            for predicted in side.results(asked[len(found) :]):
                stream.write(json.dumps(predicted.tolist()) + "\n")
                stream.flush()
                found.append(predicted)
                if told is not None:
                    told(stage, len(found), len(asked))
            os.fsync(stream.fileno())
        return found

    def remove(self) -> None:
        """Throw the folder away when the result is written."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _read(file: Path) -> list[Floats]:
    """Read whole lines, and cut the file after the last of them."""
    if not file.exists():
        return []
    content = file.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with file.open("r+b") as stream:
            stream.truncate(whole)
    return [np.asarray(json.loads(line), dtype=np.float64) for line in content[:whole].splitlines()]
