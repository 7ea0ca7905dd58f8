"""How commands print: one JSON object, or text in colour on a terminal and plain in files and pipes."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from io import StringIO
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from careersim.experiment.replicate import Progress

__all__ = ["as_json", "print_json", "print_text", "shown_progress"]

PLAIN_WIDTH = 140

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")


def print_json(content: object) -> None:
    """Print one JSON object."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))


def print_text(tell: Callable[[Console], None], *, least: int = 0) -> None:
    """Print tables: in colour and as wide as the terminal, or plain for files and pipes.

    Parameters
    ----------
    tell
        Prints on a console.
    least
        Columns that the tables need. On a narrower terminal lines wrap, so that no number is ever cut.
    """
    from rich.console import Console

    if sys.stdout.isatty():
        console = Console(highlight=False)
        tell(console if console.width >= least else Console(highlight=False, width=least))
        return
    stream = StringIO()
    tell(Console(file=stream, width=PLAIN_WIDTH, color_system=None, highlight=False))
    click.echo("\n".join(line.rstrip() for line in stream.getvalue().splitlines()))


def shown_progress() -> AbstractContextManager[Progress | None]:
    """A bar on stderr if somebody is looking."""
    if not sys.stderr.isatty():
        return nullcontext()
    from careersim.outputs.progress import progress_bar

    return progress_bar()
