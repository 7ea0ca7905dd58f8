"""The command line: `main` runs one command and turns every failure into a message and an exit code.

Exit codes: 0 fine, 1 our fault or a failed proof, 2 something the user can mend, 130 interrupted, 141 whoever
read the output has left, 143 or 129 ended by SIGTERM or SIGHUP.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import TextIO

import click

from careersim.cli.commands import careersim
from careersim.errors import CareersimError, UserError

__all__ = ["main"]

REPORT_TO = (
    "Please report this with the command and the configuration; CAREERSIM_DEBUG=1 shows the traceback."
)
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells count signals: 128 + SIGINT, 128 + SIGPIPE
_FAILED_WRITES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments
        Words after the program name; those of this process by default.

    Returns
    -------
    The exit code.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    _prepare_streams()
    with _signals_interrupt():
        return _run(words)


class _Ended(KeyboardInterrupt):
    """A signal that asks for the end, treated as an interrupt so that whatever is half-done is undone."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def _prepare_streams() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  open until the end
            setattr(sys, name, nowhere)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a county's ö must not end a run on an old terminal


@contextmanager
def _signals_interrupt() -> Iterator[None]:
    """Let SIGTERM and SIGHUP interrupt; whoever ignores or handles them already goes on doing so."""

    def interrupt(number: int, _: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one must not disturb the cleaning up
        raise _Ended(number)

    taken = []
    if threading.current_thread() is threading.main_thread():
        numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        taken = [number for number in numbers if signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


def _run(words: list[str]) -> int:
    try:
        with careersim.make_context("careersim", words) as context:
            careersim.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        _silence(sys.stdout)
        return BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort) as end:
        _tell("Interrupted; nothing half-written is left behind.")
        return 128 + end.number if isinstance(end, _Ended) else INTERRUPTED
    except OSError as error:
        if error.filename is not None or error.errno not in _FAILED_WRITES:
            return _fail(error, "--json" in words)
        _silence(sys.stdout)
        _tell(f"careersim: cannot write to standard output: {error.strerror}; make room, or write elsewhere")
        return UserError.exit_code
    except Exception as error:  # noqa: BLE001  the outermost place: every failure becomes a message
        return _fail(error, "--json" in words)
    return 0


def _fail(error: Exception, wants_json: bool) -> int:
    """Tell what went wrong, in one message, and choose the exit code."""
    if isinstance(error, click.ClickException):
        with _lost(sys.stderr):
            error.show()
        message, code = error.format_message(), UserError.exit_code
    elif isinstance(error, UserError):
        message, code = str(error), error.exit_code
        _tell(f"careersim: {message}")
    else:
        kind = "" if isinstance(error, CareersimError) else f"{type(error).__name__}: "
        message, code = f"internal error: {kind}{error}", 1
        _tell(f"careersim: {message}\n{REPORT_TO}")
    if os.environ.get("CAREERSIM_DEBUG") == "1":
        traceback.print_exception(error)
    if wants_json:
        with _lost(sys.stdout):
            click.echo(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False, indent=2))
    return code


def _tell(message: str) -> None:
    with _lost(sys.stderr):
        click.echo(message, err=True)


@contextmanager
def _lost(stream: TextIO) -> Iterator[None]:
    """Go on when the last words cannot be written either."""
    try:
        yield
    except OSError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """Keep the interpreter from complaining once more about a closed pipe or a full disk when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
