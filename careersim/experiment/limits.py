"""`check_limits`: refuse a run that cannot be, before anything is computed."""

from __future__ import annotations

import os

from careersim.engines.record import SEAT_FIELDS, arcs_of
from careersim.errors import UserError
from careersim.flows.series import series_bytes
from careersim.model.graph import Model

__all__ = ["check_limits"]

_GIB = 2**30
_MOST_REPLICATIONS = 2**32 - 1  # the number of a replication is a 32-bit word of the key of all chance


def check_limits(model: Model, *, replications: int, threads: int | None) -> None:
    """Check numbers against the model and the machine.

    Parameters
    ----------
    model
        What is to be simulated.
    replications
        How many; at least 1.
    threads
        How many tasks at the same time; at least 1, or None for all processors.

    Raises
    ------
    UserError
        If a number is out of range, a profession starts after the end, or the counts would take more than
        half of the memory.
    """
    if not 1 <= replications <= _MOST_REPLICATIONS:
        raise UserError(f"{replications} replications", where="replications", expected="1 or more")
    if threads is not None and threads < 1:
        raise UserError(f"{threads} threads", where="threads", expected="1 or more")
    late = [one for one in model.professions if one.start_year >= model.last_year]
    if late:
        last = max(late, key=lambda one: one.start_year)
        raise UserError(
            f"the run ends in {model.last_year}, but {last.name} starts at the end of {last.start_year}",
            where="until",
            expected=f"{last.start_year + 1} or later",
        )
    _check_memory(model, replications)


def _check_memory(model: Model, replications: int) -> None:
    each = sum(
        series_bytes(
            one,
            len(arcs_of(one)),
            len(SEAT_FIELDS),
            years=model.last_year - one.start_year + 1,
            replications=1,
        )
        for one in model.professions
    )
    memory = _memory_bytes()
    if memory is not None and each * replications > memory / 2:
        raise UserError(
            f"{replications} replications need {each * replications / _GIB:.1f} GiB for their counts, "
            f"more than half of the {memory / _GIB:.1f} GiB of memory here",
            where="replications",
            expected=f"at most {int(memory / 2 / each)}",
            remedy="run fewer replications, professions or years",
        )


def _memory_bytes() -> int | None:
    """Physical memory, or None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
