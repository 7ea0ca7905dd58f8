"""The command line: `main` runs one command and turns every failure into a message and an exit code.

Exit codes: 0 fine, 1 our fault or a failed proof, 2 something the user can mend, 130 interrupted, 141 whoever
read the output has left.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from collections.abc import Sequence

import click

from careersim.cli.commands import careersim
from careersim.errors import CareersimError, UserError

__all__ = ["main"]

REPORT_TO = (
    "Please report this with the command and the configuration; CAREERSIM_DEBUG=1 shows the traceback."
)
INTERRUPTED, BROKEN_PIPE = 130, 141  # as shells count signals: 128 + SIGINT, 128 + SIGPIPE


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
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a county's ö must not end a run on an old terminal
    try:
        with careersim.make_context("careersim", words) as context:
            careersim.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        _silence_stdout()
        return BROKEN_PIPE
    except (KeyboardInterrupt, click.Abort):
        click.echo("Interrupted; nothing half-finished is left behind.", err=True)
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001  the outermost place: every failure becomes a message
        return _fail(error, "--json" in words)
    return 0


def _fail(error: Exception, wants_json: bool) -> int:
    """Tell what went wrong, in one message, and choose the exit code."""
    if isinstance(error, click.ClickException):
        error.show()
        message, code = error.format_message(), UserError.exit_code
    elif isinstance(error, UserError):
        message, code = str(error), error.exit_code
        click.echo(f"careersim: {message}", err=True)
    else:
        kind = "" if isinstance(error, CareersimError) else f"{type(error).__name__}: "
        message, code = f"internal error: {kind}{error}", 1
        click.echo(f"careersim: {message}\n{REPORT_TO}", err=True)
    if os.environ.get("CAREERSIM_DEBUG") == "1":
        traceback.print_exception(error)
    if wants_json:
        click.echo(json.dumps({"error": message, "exit_code": code}, ensure_ascii=False, indent=2))
    return code


def _silence_stdout() -> None:
    """Keep the interpreter from complaining once more about the closed pipe when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
