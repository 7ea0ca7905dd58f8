"""`read_asked`: a run file, with the arguments of whoever asks for it having the last word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from careersim.config.loaded import LoadedRun
from careersim.errors import ConfigError, UserError
from careersim.experiment.limits import check_limits
from careersim.model.assemble import assemble, read_model
from careersim.model.graph import Model

__all__ = ["read_asked"]


def read_asked(
    config: str | Path, *, replications: int | None = None, seed: int | None = None, until: int | None = None
) -> tuple[LoadedRun, Model]:
    """Read a run file and let the arguments have the last word.

    Parameters
    ----------
    config
        Path of a run file or of a single career file.
    replications, seed, until
        Instead of what the run file says.

    Returns
    -------
    What the files say, and what it means.

    Raises
    ------
    UserError
        If a file or an argument is wrong.
    """
    if seed is not None and not 0 <= seed < 2**64:
        raise UserError(f"seed {seed}", where="seed", expected="0 to 18446744073709551615 (2**64 - 1)")
    if until is not None and not 1900 <= until <= 2200:
        raise UserError(f"year {until}", where="until", expected="a calendar year from 1900 to 2200")
    run, model = read_model(config)
    given = {"replications": replications, "seed": seed, "until": until}
    changed = {name: value for name, value in given.items() if value is not None}
    run = replace(run, spec=run.spec.model_copy(update=changed))
    if until is None or until == model.last_year:
        return run, model
    check_limits(replace(model, last_year=until), replications=1, threads=None)
    try:
        return run, assemble(run)
    except ConfigError as error:
        raise UserError(f"{config} cannot run until {until}: {error}", where="until") from None
