"""`fit`: from a calibration file to a folder with posterior, calibrated numbers and report.

1. Read the calibration file, its run, its targets and its unknowns; refuse what is wrong.
2. Waves of simulations, emulated and sampled (`waves`).
3. Simulate the calibrated numbers and draws of the posterior, as a check of the emulator.
4. Say what was met and what the data cannot tell (`identify`, `report`).
5. Write the folder, whole or not at all.

Whatever is killed on the way goes on where it was when it is called again, and ends with the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from calibration.fitting.candidates import Candidate, Candidates
from calibration.fitting.design import Floats
from calibration.fitting.folder import write_fit
from calibration.fitting.identify import correlations, headline_surface, identification, left_out
from calibration.fitting.keys import fit_key
from calibration.fitting.outcome import Fit
from calibration.fitting.posterior import bytes_of_chain
from calibration.fitting.spec import Calibration, read_calibration
from calibration.fitting.store import Store, open_store
from calibration.fitting.target_table import target_table
from calibration.fitting.unknowns import Unknowns, read_unknowns
from calibration.fitting.waves import Fitted, Simulate, candidate_of, run_waves
from calibration.target_checks import check_targets
from careersim.errors import UserError
from careersim.model.assemble import assemble
from careersim.outputs.folder import check_target

__all__ = ["fit", "opened"]

Told = Callable[[str, int, int], None]

_MOST_BYTES = 2e9
_FEWEST_STEPS = 300
_LIVES = 2  # of a draw, for the headline; the luck of these lives is taken off by the mean of many


def fit(
    config: str | Path,
    out: str | Path,
    *,
    workers: int = 1,
    point: bool = False,
    told: Told | None = None,
) -> tuple[Fit, Path]:
    """Calibrate and write the result.

    Parameters
    ----------
    config
        A calibration file.
    out
        New folder; unfinished work is kept beside it in `OUT.unfinished`.
    workers
        Processes that simulate side by side; results do not depend on it.
    point
        Only a good point by one small wave and least squares, without a posterior.
    told
        Called with the stage and how many of its simulations are finished of how many.

    Returns
    -------
    The fit and its folder.

    Raises
    ------
    UserError
        If a file is wrong, the folder exists, or unfinished work is that of another calibration.
    """
    check_target(out)
    if workers < 1:
        raise UserError(f"{workers} workers", where="workers", expected="1 or more")
    calibration = read_calibration(config)
    if point:
        asked = calibration.spec
        small = {
            "waves": 1,
            "points_per_coefficient": min(asked.points_per_coefficient, 1.5),
            "posterior": asked.posterior.model_copy(update={"steps": _FEWEST_STEPS}),  # of no use here
        }
        calibration = replace(calibration, spec=asked.model_copy(update=small))
    with opened(calibration, Path(f"{Path(out)}.unfinished"), workers, told) as (
        unknowns,
        simulate,
        store,
        key,
    ):
        fitted = run_waves(calibration.spec, calibration.targets, unknowns, simulate)
        judged = _judge(calibration, unknowns, fitted, simulate, key, point=point)
        folder = write_fit(judged, out)
        store.remove()
    return judged, folder


@contextmanager
def opened(
    calibration: Calibration, unfinished: Path, workers: int, told: Told | None
) -> Iterator[tuple[Unknowns, Simulate, Store, dict[str, str]]]:
    """Hold everything ready that a fit simulates with: unknowns, simulations that are kept, and their key."""
    spec = calibration.spec
    unknowns = read_unknowns(calibration.run, spec.unknowns, calibration.targets, where=calibration.where)
    check_targets(calibration.targets, assemble(calibration.run))
    _check_memory(spec.posterior.steps, len(unknowns))
    headline = (spec.headline.profession, spec.headline.year)
    candidates = Candidates(calibration.run, calibration.targets, spec.seed, headline)
    key = fit_key(calibration)
    store = open_store(unfinished, key)
    with candidates.side_by_side(workers) as side:

        def simulate(stage: str, asked: list[Candidate]) -> list[Floats]:
            return store.fill(stage, asked, side, told)

        yield unknowns, simulate, store, key


def _check_memory(steps: int, unknowns: int) -> None:
    """Refuse a chain that would not fit into memory, before anything is simulated."""
    size = bytes_of_chain(steps, unknowns)
    if size > _MOST_BYTES:
        raise UserError(
            f"a chain of {steps:,} steps with {unknowns} unknowns takes {size / 1e9:.1f} GB",
            where="posterior.steps",
            expected=f"at most {int(steps * _MOST_BYTES / size):,} steps",
        )


def _judge(
    calibration: Calibration,
    unknowns: Unknowns,
    fitted: Fitted,
    simulate: Simulate,
    key: dict[str, str],
    *,
    point: bool,
) -> Fit:
    spec, targets = calibration.spec, calibration.targets
    z = fitted.best[None, :] if point else fitted.chain.thinned(spec.posterior.draws)
    calibrated = unknowns.values(z).mean(axis=0)
    model, coverage = unknowns.split(calibrated)
    at_point = simulate("calibrated", [Candidate(model, coverage, spec.centre_replications)])[0]
    if point:
        table = target_table(targets, spec.missed, at_point, None, fitted.prior_means)
        none = pl.DataFrame()
        return Fit(
            calibration, unknowns, fitted, z, calibrated, table, none, none, none, np.empty(0), None, key
        )
    checked = z[np.linspace(0, len(z) - 1, min(spec.posterior.checked, len(z))).round().astype(np.intp)]
    asked = [candidate_of(unknowns, one, spec.replications) for one in checked]
    predicted = simulate("posterior", asked)
    asked = [replace(one, headline=True, replications=_LIVES) for one in asked]
    middle = Candidate(model, coverage, spec.centre_replications, headline=True)
    many = simulate("level", [middle])[0]
    luck = many[:_LIVES].mean() - many.mean()
    headline = np.array([one.mean() for one in simulate("headline", asked)]) - luck
    surface = headline_surface(checked, headline)
    return Fit(
        calibration,
        unknowns,
        fitted,
        z,
        calibrated,
        target_table(targets, spec.missed, at_point, np.concatenate(predicted), fitted.prior_means),
        identification(unknowns, z, fitted),
        correlations(unknowns, fitted),
        left_out(spec, targets, unknowns, fitted, surface),
        headline,
        surface,
        key,
    )
