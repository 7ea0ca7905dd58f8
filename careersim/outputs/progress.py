"""`progress_bar`: how far a run is, on stderr."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

__all__ = ["progress_bar"]


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int], None]]:
    """Show a bar as long as the context lasts.

    Yields
    ------
    A function to call with the number of finished and of all tasks.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Preparing", total=None)

        def report(done: int, total: int) -> None:
            bar.update(task, description="Simulating", completed=done, total=total)

        yield report
