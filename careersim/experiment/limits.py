"""`check_limits`: refuse a run that cannot be, before anything is computed."""

from __future__ import annotations

import os

from careersim.engines.record import SEAT_FIELDS, arcs_of
from careersim.errors import UserError
from careersim.flows.series import series_bytes
from careersim.model.graph import Model, Profession
from careersim.model.table import Table
from careersim.schema import COUNTIES

__all__ = ["check_limits"]

_GIB = 2**30
_MOST_REPLICATIONS = 2**32 - 1  # the number of a replication is a 32-bit word of the key of all chance
_MOST_ENTRANTS = 2**28 - 1  # an entrant's number has 28 bits; the last one draws their count
_PERSON_BYTES = 40


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
        If a number is out of range, a profession starts after the end, the counts would take more than
        half of the memory, or the persons all of it.
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
    processors = os.cpu_count() or 1
    tasks = min(threads or processors, processors, replications * len(model.professions))
    for profession in model.professions:
        _check_persons(profession, model.last_year, tasks)


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


def _check_persons(profession: Profession, last_year: int, tasks: int) -> None:
    persons = float(sum(sum(margins.persons) for margins in profession.start))
    for stream in profession.streams:
        most = max(stream.inflow.values, default=0.0) + max(stream.added.values, default=0.0)
        if most >= _MOST_ENTRANTS:
            raise UserError(
                f"{most:.0f} persons in one year and county",
                where=f"{profession.name}: stream {stream.name}",
                expected=f"fewer than {_MOST_ENTRANTS}",
                remedy="lower the inflow",
            )
        years = last_year - profession.start_year
        persons += max(_total(stream.inflow, years) + _total(stream.added, years), 0.0)
    memory = _memory_bytes()
    if memory is not None and persons * _PERSON_BYTES * tasks > memory:
        raise UserError(
            f"{persons:.0f} persons in {tasks} tasks at the same time need "
            f"{persons * _PERSON_BYTES * tasks / _GIB:.1f} GiB, more than the {memory / _GIB:.1f} GiB "
            "of memory here",
            where=profession.name,
            remedy="lower the start persons or the inflow, or use fewer threads",
        )


def _total(table: Table, years: int) -> float:
    """Sum over counties and years, whether or not the table tells them apart."""
    repeat = (1 if "county" in table.by else COUNTIES) * (1 if "year" in table.by else years)
    return sum(table.values) * repeat


def _memory_bytes() -> int | None:
    """Physical memory, or None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
