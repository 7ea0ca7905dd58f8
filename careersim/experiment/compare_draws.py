"""`run_paired_draws`: a baseline and scenarios for each of several sets of parameter values.

Each draw is lived by baseline and scenarios alike: the same values, the same persons, the same luck. Draws
have replications of their own (draw d those from d * replications on), so that chance is independent between
draws and can be told from the parameters. Models are built one draw at a time; of each draw only counts are
kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from careersim.config.loaded import LoadedRun
from careersim.errors import UserError
from careersim.experiment.careers import CareerTally
from careersim.experiment.compare import Paired, PairedRun, run_paired
from careersim.experiment.draw_sets import DrawSets
from careersim.experiment.draws import Draws, with_values
from careersim.experiment.limits import check_limits
from careersim.experiment.pairing import Asked
from careersim.experiment.replicate import Progress
from careersim.flows.series import ProfessionSeries
from careersim.model.assemble import assemble
from careersim.model.costs import resolve_costs
from careersim.model.graph import Bonus, Model, Profession
from careersim.schema import COUNTIES

__all__ = ["check_draw_limits", "drawn_model", "part_of", "pooled", "run_paired_draws"]


def run_paired_draws(
    baseline: Asked,
    scenarios: Sequence[Asked],
    sets: DrawSets,
    *,
    replications: int,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Paired:
    """Run a baseline and scenarios in the same draws and replications.

    Parameters
    ----------
    baseline, scenarios
        Runs that can be paired (`careersim.experiment.pairing.refuse_unpaired`).
    sets
        Draws of the baseline and of each scenario, in this order.
    replications
        Of each draw.
    threads
        How many tasks run at the same time; all processors by default. The result does not depend on it.
    progress
        Called with the number of finished and of all tasks.

    Returns
    -------
    Replications of all draws, those of the first draw first; runs and models are those without draws.

    Raises
    ------
    UserError
        If a number is out of range, the counts would not fit into memory, or a draw makes no model.
    InternalError
        If something differs before anything acts.
    """
    count = len(sets)
    check_draw_limits(baseline.model, count, replications, 1 + len(scenarios), threads)
    parts = []
    for draw in range(count):
        base, *others = (
            Asked(asked.config, *drawn_model(asked.run, draws, draw))
            for asked, draws in zip((baseline, *scenarios), sets.each, strict=True)
        )
        parts.append(
            run_paired(
                base,
                others,
                replications=replications,
                threads=threads,
                first=draw * replications,
                progress=part_of(progress, draw, count),
            )
        )
    runs = [
        _pooled_run(asked, [(part.baseline, *part.scenarios)[n] for part in parts])
        for n, asked in enumerate((baseline, *scenarios))
    ]
    return Paired(runs[0], tuple(runs[1:]), None, draws=count)


def check_draw_limits(model: Model, draws: int, replications: int, runs: int, threads: int | None) -> None:
    """Refuse more draws and replications than there can be.

    Raises
    ------
    UserError
        If a number is out of range, or the counts of all draws would not fit into memory.
    """
    check_limits(model, replications=replications, threads=threads)
    try:
        check_limits(model, replications=draws * replications * runs, threads=threads)
    except UserError as error:
        raise UserError(
            f"{draws} draws of {replications} replications are too many at once: {error.message}",
            where="draws",
            remedy="ask for fewer draws, fewer replications (--replications) or fewer scenarios",
        ) from error


def pooled(parts: Sequence[ProfessionSeries], profession: Profession) -> ProfessionSeries:
    """Put the replications of several draws one after the other, under the profession without draws.

    Bonuses stand in the order of their amounts, which may be another one in each draw; here they stand in
    that of the profession, and those that it does not pay but some draw does come last.
    """
    profession = replace(profession, bonuses=_all_bonuses(profession, parts))
    arrays: dict[str, Any] = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts])
        for field in fields(parts[0])
        if isinstance(getattr(parts[0], field.name), np.ndarray) and field.name != "contracts"
    }
    arrays["contracts"] = np.concatenate(
        [_by_bonus(part.contracts, part.profession, profession) for part in parts]
    )
    return replace(parts[0], profession=profession, **arrays)


def _all_bonuses(profession: Profession, parts: Sequence[ProfessionSeries]) -> tuple[Bonus, ...]:
    known = {bonus.name: bonus for bonus in profession.bonuses}
    for part in parts:
        known = {**{bonus.name: bonus for bonus in part.profession.bonuses}, **known}
    first = [bonus.name for bonus in profession.bonuses]
    return tuple(known[name] for name in (*first, *sorted(set(known) - set(first))))


def _by_bonus(values: NDArray[Any], drawn: Profession, profession: Profession) -> NDArray[Any]:
    """Put the axis of the bonuses, the last but two, from the order of a draw into that of the profession."""
    places = {bonus.name: place for place, bonus in enumerate(drawn.bonuses)}
    ordered = [places.get(bonus.name) for bonus in profession.bonuses]
    shape = values.shape[:-3] + values.shape[-2:]
    nothing = np.zeros(shape, values.dtype)
    cells = [nothing if place is None else values[..., place, :, :] for place in ordered]
    return np.stack(cells, axis=-3) if cells else np.zeros((*shape[:-2], 0, *shape[-2:]), values.dtype)


def _paid_in_order(tally: CareerTally, drawn: ProfessionSeries, profession: Profession) -> NDArray[np.int64]:
    paid = tally.paid
    if not len(paid):  # nobody could sign in this draw
        paid = np.zeros((len(drawn.years), len(drawn.profession.bonuses), COUNTIES, 2), np.int64)
    return _by_bonus(paid, drawn.profession, profession)


def part_of(progress: Progress | None, part: int, parts: int) -> Callable[[int, int], None] | None:
    """Progress of one of several equal parts as progress of the whole."""
    if progress is None:
        return None
    return lambda done, total: progress(part * total + done, parts * total)


def drawn_model(run: LoadedRun, draws: Draws, draw: int) -> tuple[LoadedRun, Model]:
    """Put the values of one draw into a run, and build its model.

    Raises
    ------
    UserError
        If these values make no model.
    """
    drawn = with_values(run, draws.at(draw))
    try:
        return drawn, assemble(drawn)
    except UserError as error:
        raise UserError(
            f"draw {draw} of {run.spec.name} makes no model: {error}",
            where="draws",
            remedy="narrow the range of what is named (`low`, `high`)",
        ) from None


def _pooled_run(asked: Asked, parts: Sequence[PairedRun]) -> PairedRun:
    names = [profession.name for profession in asked.model.professions]
    professions = {profession.name: profession for profession in asked.model.professions}
    series = {name: pooled([part.series[name] for part in parts], professions[name]) for name in names}
    return PairedRun(
        asked,
        series,
        {
            name: tuple(
                replace(tally, paid=_paid_in_order(tally, part.series[name], one.profession))
                for part in parts
                for tally in part.tallies[name]
            )
            for name, one in series.items()
            if all(name in part.tallies for part in parts)
        },
        {
            name: min(part.first_years[name] for part in parts)
            for name in names
            if all(name in part.first_years for part in parts)
        },
        tuple(name for name in names if any(name in part.touched for part in parts)),
        tuple(found for part in parts if (found := resolve_costs(part.asked.run, part.asked.model))),
    )
