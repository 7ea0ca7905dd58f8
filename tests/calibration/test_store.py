"""Unfinished work: damaged, of others, used by two processes at once, and what is left when one is killed."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from calibration.fitting.candidates import Candidate, Candidates
from calibration.fitting.design import Floats
from calibration.fitting.fit import fit
from calibration.fitting.spec import read_calibration
from calibration.fitting.store import Store, open_store
from careersim.errors import OutputError, UserError
from tests.calibration.test_fit_run import write_files

KEY = {"targets": "abc"}
ASKED = [Candidate({"healer.rate": 0.1 * n}, {}, 2) for n in range(5)]


class Counting:
    """Gives each candidate numbers of its own, and remembers who asked."""

    def __init__(self) -> None:
        self.simulated: list[Candidate] = []

    def results(self, asked: Sequence[Candidate]) -> Iterator[Floats]:
        for one in asked:
            self.simulated.append(one)
            yield np.full((one.replications, 3), one.model["healer.rate"] / 3.0)


def filled(store: Store, asked: Sequence[Candidate] = ASKED) -> tuple[bytes, int]:
    """Fill a stage: bytes of what it gives, and how many were simulated."""
    side = Counting()
    return np.stack(store.fill("wave-1", list(asked), side)).tobytes(), len(side.simulated)  # type: ignore[arg-type]


def test_what_is_finished_is_not_simulated_again(tmp_path):
    store = open_store(tmp_path / "out.unfinished", KEY)
    first, simulated = filled(store)
    assert simulated == len(ASKED)
    assert filled(open_store(store.folder, KEY)) == (first, 0)


@pytest.mark.parametrize(
    ("damage", "again"),
    [
        (lambda lines: [*lines[:2], b"no numbers\n", *lines[3:]], 3),
        (lambda lines: [*lines[:2], b"\xff\xfe\n", *lines[3:]], 3),
        (lambda lines: [*lines[:2], b'0123456789abcdef {"a": 1}\n', *lines[3:]], 3),
        (lambda lines: [*lines[:4], lines[4].replace(b"0.1", b"0.2", 1)], 1),  # a number was changed
        (lambda lines: [lines[1], lines[0], *lines[2:]], 5),  # two lines changed places
        (lambda lines: [*lines[:3], lines[3] + lines[3]], 1),  # two processes wrote the same
        (lambda lines: [*lines[:4], lines[4][:-9]], 1),  # the line that was being written
        (lambda lines: [*lines, lines[4]], 0),
        (lambda _: [], 5),
    ],
)
def test_damaged_lines_are_simulated_again(tmp_path, damage, again):
    store = open_store(tmp_path / "out.unfinished", KEY)
    first, _ = filled(store)
    file = store.folder / "wave-1.jsonl"
    whole = file.read_bytes()
    file.write_bytes(b"".join(damage(whole.splitlines(keepends=True))))
    assert filled(store) == (first, again)
    assert file.read_bytes() == whole


def test_numbers_of_other_candidates_are_not_taken(tmp_path):
    store = open_store(tmp_path / "out.unfinished", KEY)
    filled(store)
    other = [*ASKED[:3], *(Candidate(one.model, one.coverage, 7) for one in ASKED[3:4])]
    side = Counting()
    found = store.fill("wave-1", other, side)
    assert [one.replications for one in side.simulated] == [7]
    assert [len(one) for one in found] == [2, 2, 2, 7]


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"'])
def test_a_damaged_key_is_told_with_its_remedy(tmp_path, content):
    store = open_store(tmp_path / "out.unfinished", KEY)
    (store.folder / "key.json").write_text(content)
    with pytest.raises(OutputError, match=r"key\.json: unfinished work is damaged.*start anew: rm -r"):
        open_store(store.folder, KEY)


def test_a_kill_before_the_key_was_written_leaves_nothing_in_the_way(tmp_path):
    folder = tmp_path / "out.unfinished"
    folder.mkdir()
    (folder / "key.part").write_text("{")
    assert json.loads((open_store(folder, KEY).folder / "key.json").read_text()) == KEY


def test_a_file_or_a_folder_of_others_is_not_touched(tmp_path):
    (tmp_path / "file.unfinished").write_text("mine")
    (tmp_path / "folder.unfinished").mkdir()
    (tmp_path / "folder.unfinished" / "thesis.txt").write_text("mine")
    for name in ("file.unfinished", "folder.unfinished"):
        with pytest.raises(OutputError, match="holds something else"):
            open_store(tmp_path / name, KEY)
    assert (tmp_path / "file.unfinished").read_text() == "mine"


def test_two_at_once_are_refused(tmp_path):
    first, second = (open_store(tmp_path / "out.unfinished", KEY) for _ in range(2))

    def meanwhile(*_: object) -> None:
        with pytest.raises(OutputError, match=r"another process is at work on this calibration; .*one at a"):
            second.fill("wave-1", ASKED, Counting())  # type: ignore[arg-type]

    first.fill("wave-1", ASKED, Counting(), meanwhile)  # type: ignore[arg-type]
    assert filled(second)[1] == 0, "and nothing is in the way afterwards"


def test_a_full_disk_is_told_and_what_is_finished_stays(tmp_path, monkeypatch):
    store = open_store(tmp_path / "out.unfinished", KEY)
    write, room = os.write, [300]

    def limited(handle: int, content: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        done = write(handle, content[: room[0]])
        room[0] -= done
        return done

    with monkeypatch.context() as patch:
        patch.setattr("calibration.fitting.store.os.write", limited)
        with pytest.raises(OutputError, match=r"cannot keep unfinished work: No space left.*make room"):
            filled(store)
    again = filled(store)[1]
    assert 0 < again < len(ASKED)


def test_a_folder_that_was_removed_meanwhile_is_told(tmp_path):
    store = open_store(tmp_path / "out.unfinished", KEY)
    store.remove()
    with pytest.raises(OutputError, match="cannot keep unfinished work: No such file"):
        filled(store)


SCRIPT = """
import sys
from calibration.fitting.fit import fit

if __name__ == "__main__":
    fit(sys.argv[1], sys.argv[2], workers=int(sys.argv[3]), told=lambda *told: print(*told, flush=True))
"""


def begin(folder: Path, config: Path, workers: int) -> subprocess.Popen[str]:
    script = folder / "begin.py"
    script.write_text(SCRIPT)
    root = Path(__file__).parents[2]
    paths = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, str(script), str(config), str(folder / "out"), str(workers)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )


def kill_at(process: subprocess.Popen[str], place: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith(place):
            break
    process.kill()
    process.wait()
    process.stdout.close()


def test_killed_again_and_again_it_ends_with_the_same_bytes(tmp_path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    whole.mkdir(), killed.mkdir()
    _, out = fit(write_files(whole), whole / "out")
    config = write_files(killed)
    for place in ("wave-1 4", "posterior 2"):
        kill_at(begin(killed, config, workers=1), place)
        assert not (killed / "out").exists()
    assert {path.name for path in killed.iterdir()} >= {"out.unfinished"}
    _, again = fit(config, killed / "out")
    assert not (killed / "out.unfinished").exists()
    for file in out.iterdir():
        if file.name != "manifest.json":
            assert file.read_bytes() == (again / file.name).read_bytes(), file.name


def test_no_process_is_left_when_the_first_is_killed(tmp_path):
    process = begin(tmp_path, write_files(tmp_path, replications=8), workers=2)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("wave-1 1"):
            break
    process.kill()
    process.communicate(timeout=30)  # its stream ends when the last process that holds it has ended


def test_a_process_that_is_ended_from_outside_is_told(tmp_path):
    calibration = read_calibration(write_files(tmp_path))
    candidates = Candidates(calibration.run, calibration.targets, 5, ("occupational_therapist", 2026))
    asked = [Candidate({"occupational_therapist.retirement": 0.35}, {}, 2)] * 4
    with candidates.side_by_side(2) as side:
        results = side.results(asked)
        next(results)
        for number in list(side.pool._processes):
            os.kill(number, signal.SIGKILL)
        with pytest.raises(UserError, match=r"was ended from outside.*fewer workers"):
            list(side.results(asked * 20))
