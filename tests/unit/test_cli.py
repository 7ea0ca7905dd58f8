"""The command line as a shell sees it: output, exit codes, and messages instead of tracebacks."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from careersim import __version__
from careersim.cli import main
from careersim.errors import InternalError
from careersim.experiment import verify as proofs
from careersim.experiment.verify import Check
from tests.unit.outputs.tiny import RUN, write_tiny


class Shell:
    """Runs commands in this process and keeps what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        printed = self.capsys.readouterr()
        return code, printed.out, printed.err


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return write_tiny(tmp_path)


def test_run_writes_a_folder_and_prints_a_summary(shell: Shell, tiny: Path, tmp_path: Path) -> None:
    code, out, err = shell("run", tiny, "--out", tmp_path / "out", "--replications", "2", "--events")
    assert (code, err) == (0, "")
    assert "Sweden, tiny" in out
    assert "2 replications, seed 5." in out
    assert out.endswith(f"Written to {tmp_path / 'out'}\n")
    assert (tmp_path / "out" / "events.parquet").is_file()


def test_json_is_one_object_and_nothing_else(shell: Shell, tiny: Path, tmp_path: Path) -> None:
    code, out, err = shell("run", tiny, "--out", tmp_path / "out", "--until", "2025", "--json")
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert told["folder"] == str(tmp_path / "out")
    assert (told["seed"], told["replications"], told["until"], told["engine"]) == (5, 4, 2025, "numba")


def test_an_existing_folder_stops_the_run_before_anything_is_read(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    code, out, err = shell("run", tmp_path / "missing.yaml", "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert "the output folder exists already" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--replications", "0"], "replications: 0 replications; expected 1 or more"),
        (["--threads", "-1"], "threads: -1 threads; expected 1 or more"),
        (["--seed", "-5"], "seed: seed -5"),
        (["--until", "2023"], "until: the run ends in 2023"),
        (["--engine", "nubma"], "did you mean 'numba'?"),
        (["--engine", "reference", "--events"], "the reference engine keeps no person histories"),
        (["--replications", "many"], "Invalid value for '--replications'"),
        (["--replication", "3"], "No such option"),
        (["--out", "no/such/place"], "the folder that should hold the output does not exist"),
    ],
)
def test_users_mistakes_end_with_2_and_leave_nothing(
    options: list[str], words: str, shell: Shell, tiny: Path, tmp_path: Path
) -> None:
    code, out, err = shell("run", tiny, "--out", tmp_path / "out", *options)
    assert (code, out) == (2, "")
    assert words in err
    assert "Traceback" not in err
    assert not (tmp_path / "out").exists()


def test_a_mistake_with_json_is_one_object_too(shell: Shell, tiny: Path, tmp_path: Path) -> None:
    code, out, _ = shell("run", tiny, "--out", tmp_path / "out", "--threads", "0", "--json")
    assert code == 2
    assert json.loads(out) == {"error": "threads: 0 threads; expected 1 or more", "exit_code": 2}


@pytest.mark.parametrize("error", [InternalError("lost a person"), ZeroDivisionError("by zero")])
@pytest.mark.parametrize("debug", ["0", "1"])
def test_our_mistakes_end_with_1_and_where_to_report(
    error: Exception, debug: str, shell: Shell, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setenv("CAREERSIM_DEBUG", debug)
    monkeypatch.setattr("careersim.simulate.simulate", fail)
    code, out, err = shell("run", tiny, "--out", tmp_path / "out")
    assert (code, out) == (1, "")
    assert str(error) in err
    assert "Please report this" in err
    assert ("Traceback" in err) == (debug == "1")


def test_an_interrupt_ends_with_130(
    shell: Shell, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("careersim.simulate.simulate", interrupt)
    code, out, err = shell("run", tiny, "--out", tmp_path / "out")
    assert (code, out) == (130, "")
    assert "Interrupted" in err
    assert not (tmp_path / "out").exists()


def test_validate_reports_every_fault_of_every_file(shell: Shell, tiny: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        RUN.replace("until: 2030", "until: soon").replace("seed: 5", "sead: 5"), encoding="utf-8"
    )
    code, out, err = shell("validate", tiny, broken, tmp_path / "missing.yaml")
    assert code == 2
    assert out.startswith(f"{tiny}: fine; ")
    assert "parameters " in out
    assert len(out.splitlines()) == 1
    assert len(err.splitlines()) == 3
    assert "did you mean 'seed'?" in err
    code, out, err = shell("validate", tiny, broken, "--json")
    assert (code, err) == (2, "")
    told = json.loads(out)
    assert told["valid"] is False
    assert [len(file["faults"]) for file in told["files"]] == [0, 2]
    assert shell("validate", tiny)[0] == 0


def test_validate_sees_a_prior_that_does_not_hold_its_number(shell: Shell, tiny: Path) -> None:
    path = tiny.with_name("away.yaml")
    lever = (
        "{name: a, kind: rate, profession: healer, target: retires, operation: multiply, "
        "value: 0.5, from: 2026, distribution: {kind: uniform, a: 2, b: 3}, "
        "source: {assumption: Invented for this test}}"
    )
    path.write_text(f"name: away\nextends: {tiny.name}\nlevers:\n  - {lever}\n", encoding="utf-8")
    code, _, err = shell("validate", path)
    assert code == 2
    assert f"{path}:4: levers[0].value: the range 2 to 3 does not hold 0.5" in err


def test_explain_in_every_format(shell: Shell, tiny: Path) -> None:
    code, out, _ = shell("explain", tiny)
    assert code == 0
    assert "Invented for this test" in out
    assert json.loads(shell("explain", tiny, "--format", "json")[1])["professions"][0]["name"] == "healer"
    assert shell("explain", tiny, "--format", "mermaid")[1].startswith("flowchart LR")
    assert shell("explain", tiny, "--format", "dot", "--profession", "healer")[1].startswith("digraph")
    code, _, err = shell("explain", tiny, "--profession", "heeler")
    assert (code, "did you mean 'healer'?" in err) == (2, True)


def test_data(shell: Shell) -> None:
    assert "gp_2019" in shell("data", "list")[1]
    assert len(json.loads(shell("data", "list", "--json")[1])["tables"]) > 10
    assert shell("data", "show", "gp_2019")[1].startswith("county_code,")
    assert json.loads(shell("data", "show", "gp_2019", "--json")[1])["rows"][0]["county_code"] == "00"
    assert "Tabell 5" in shell("data", "source", "gp_2019", "county_code=01")[1]
    told = json.loads(shell("data", "source", "gp_2019", "county_code=01", "--json")[1])
    assert told["source"]["document"]["title_sv"]
    code, _, err = shell("data", "source", "gp_2019", "01")
    assert (code, "expected COLUMN=VALUE" in err) == (2, True)
    code, _, err = shell("data", "show", "gp_2091")
    assert (code, "did you mean 'gp_2019'?" in err) == (2, True)


def test_verify_passes_here(shell: Shell, tiny: Path) -> None:
    code, out, _ = shell("verify", tiny)
    lines = out.splitlines()
    assert code == 0
    assert len(lines) == 9
    assert all(line.startswith("pass  ") for line in lines)


def test_verify_fails_loudly(shell: Shell, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bad(*_: object) -> list[Check]:
        return [Check("one", True, "fine"), Check("two", False, "not at all")]

    monkeypatch.setattr(proofs, "verify", bad)
    code, out, _ = shell("verify", tiny)
    assert (code, out.splitlines()[1]) == (1, "FAIL  two: not at all")
    code, out, _ = shell("verify", tiny, "--json")
    assert (code, json.loads(out)["passed"]) == (1, False)


def test_version_help_and_no_command(shell: Shell) -> None:
    assert shell("--version") == (0, f"careersim, version {__version__}\n", "")
    code, out, _ = shell("--help")
    assert (code, "validate" in out) == (0, True)
    assert shell("run", "--help")[0] == 0
    assert shell()[0] == 2
    assert shell("rum")[0] == 2


def process(*words: str, **details: object) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-m", "careersim", *words], env=environment, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, **details,  # type: ignore[call-overload]
    )  # fmt: skip


def test_help_imports_nothing_heavy() -> None:
    heavy = "('numpy', 'polars', 'numba', 'rich', 'pydantic', 'yaml')"
    script = f"import sys, careersim.cli; print([name for name in {heavy} if name in sys.modules])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    found = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert found.stdout.strip() == b"[]"


def test_a_reader_who_leaves_gets_no_traceback() -> None:
    running = process("data", "show", "professions_projection", "--json")
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()  # long before the first word is written
    assert running.stderr.read() == b""
    running.stderr.close()
    assert running.wait() == 141


@pytest.mark.parametrize(
    ("redirections", "code", "told"),
    [
        (">&-", 0, ""),
        ("2>&-", 0, ""),
        (">&- 2>&-", 0, ""),
        (">/dev/full", 2, "careersim: cannot write to standard output: No space left on device"),
        (">/dev/full 2>/dev/full", 2, ""),
    ],
)
def test_closed_and_full_streams(redirections: str, code: int, told: str) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = f"{shlex.quote(sys.executable)} -m careersim data list {redirections}"
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.partition(";")[0]) == (code, told)


def test_a_mistake_that_cannot_be_told_still_ends_with_2() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = f"{shlex.quote(sys.executable)} -m careersim data show nothing 2>/dev/full"
    assert subprocess.run(["sh", "-c", command], env=environment, check=False).returncode == 2


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_leave_no_draft(
    number: signal.Signals,
    code: int,
    shell: Shell,
    tiny: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def end(*_: object) -> None:
        os.kill(os.getpid(), number)

    monkeypatch.setattr("careersim.outputs.folder._flush", end)
    before = signal.signal(number, signal.SIG_DFL)  # under nohup a hang-up is ignored, as it should be
    try:
        found, out, err = shell("run", tiny, "--out", tmp_path / "out")
    finally:
        after = signal.signal(number, before)
    assert (found, out) == (code, "")
    assert "Interrupted" in err
    assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []
    assert after is signal.SIG_DFL
