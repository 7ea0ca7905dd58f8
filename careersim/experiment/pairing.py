"""Which runs can be paired, and until when they must be the same.

Two runs are paired when the same persons meet the same luck in both: the same seed, years, careers and
register panels. Up to the first year in which a lever of one of them acts, nothing at all may differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from careersim.config.loaded import LoadedRun
from careersim.errors import InternalError, UserError, nearest_name
from careersim.experiment.careers import CareerTally
from careersim.flows.series import ProfessionSeries
from careersim.model.assemble import assemble
from careersim.model.graph import Model, Profession

__all__ = ["Asked", "check_same_before", "first_years", "refuse_unpaired", "touched"]

_COUNTS = ("stock", "fte_percent", "left", "arrived", "moved_out", "moved_in", "entered", "seats")


@dataclass(frozen=True)
class Asked:
    """A run that is to be compared.

    Attributes
    ----------
    config
        Path of its file.
    run, model
        What it says and means.
    """

    config: str
    run: LoadedRun
    model: Model

    @property
    def name(self) -> str:
        """Name of the run."""
        return self.run.spec.name


def refuse_unpaired(baseline: Asked, scenarios: Sequence[Asked]) -> None:
    """Refuse scenarios that cannot be paired with the baseline.

    Raises
    ------
    UserError
        If there is no scenario or a name comes twice; if a scenario has another seed, last year or
        register panel, fewer replications, another profession in the guideline, a profession that the
        baseline lacks, or another career graph (states, streams, pools, start year, key).
    """
    if not scenarios:
        raise UserError(
            "there is nothing to compare with", where="scenarios", expected="at least one run file"
        )
    seen = {baseline.name: baseline.config}
    for one in scenarios:
        if one.name in seen:
            raise UserError(
                f"'{one.name}' is the name of {seen[one.name]} too",
                where=f"{one.config}: name",
                remedy="give every run a name of its own",
            )
        seen[one.name] = one.config
        _refuse_run(baseline, one)
        _refuse_panels(baseline, one)
        known = {profession.name: profession for profession in baseline.model.professions}
        for profession in one.model.professions:
            if profession.name not in known:
                raise UserError(
                    f"profession '{profession.name}' is not part of the baseline",
                    where=f"{one.config}: professions",
                    expected=f"some of {', '.join(known)}",
                    nearest=nearest_name(profession.name, known),
                    remedy=f"add it to {baseline.config}, or leave it out",
                )
            _refuse_graph(known[profession.name], profession, one.config)


def touched(baseline: Model, scenario: Model) -> tuple[Profession, ...]:
    """Professions of the scenario that are not exactly those of the baseline in the same world.

    The lives of the others are the same by construction, because an engine knows nothing else.
    """
    known = {profession.name: profession for profession in baseline.professions}
    if _world(baseline) != _world(scenario):
        return scenario.professions
    return tuple(one for one in scenario.professions if known[one.name] != one)


def first_years(baseline: Asked, scenario: Asked) -> dict[str, int]:
    """First year of every profession in which a scenario may differ.

    Without their levers the two models are built once more. If these are equal, only levers differ, and the
    first year is that of the earliest one that the runs do not share (levers are shared as long as both
    lists begin with the same ones). Otherwise parameters, demand or switches differ, and nothing
    need be the same from the start year on.
    """
    one, two = _without_levers(baseline), _without_levers(scenario)
    ours, theirs = list(baseline.run.spec.levers), list(scenario.run.spec.levers)
    while ours and theirs and ours[0] == theirs[0]:
        del ours[0], theirs[0]
    acts = min((lever.first_year for lever in (*ours, *theirs)), default=scenario.model.last_year + 1)
    free = {profession.name for profession in touched(one, two)}
    return {
        profession.name: profession.start_year if profession.name in free else acts
        for profession in scenario.model.professions
    }


def check_same_before(
    year: int,
    baseline: ProfessionSeries,
    scenario: ProfessionSeries,
    tallies: Mapping[int, CareerTally],
    name: str,
) -> None:
    """Check that nothing differs before a year: no stock, flow or seat, and nobody's career.

    Parameters
    ----------
    year
        First year that may differ.
    baseline, scenario
        Counts of one profession in the same replications.
    tallies
        Careers by replication.
    name
        Of the scenario.

    Raises
    ------
    InternalError
        If something differs.
    """
    before = slice(0, max(year - baseline.years[0], 0))
    profession = baseline.profession.name
    for counts in _COUNTS:
        one, two = getattr(baseline, counts)[:, before], getattr(scenario, counts)[:, before]
        if not np.array_equal(one, two):
            replication, position = np.argwhere((one != two).reshape(*one.shape[:2], -1).any(axis=-1))[0]
            raise InternalError(
                f"scenario {name}: {counts} of {profession} differ from the baseline in "
                f"{baseline.years[position]} (row {replication}), before anything acts in {year}"
            )
    for replication, tally in tallies.items():
        if tally.first[before].any():
            raise InternalError(
                f"scenario {name}: careers of {profession} differ from the baseline in replication "
                f"{replication} before anything acts in {year}"
            )


def _refuse_run(baseline: Asked, one: Asked) -> None:
    ours, theirs = baseline.run.spec, one.run.spec
    for key in ("seed", "until"):
        if getattr(ours, key) != getattr(theirs, key):
            raise UserError(
                f"{getattr(theirs, key)} cannot be paired with {getattr(ours, key)} of the baseline",
                where=f"{one.config}: {key}",
                expected=f"{getattr(ours, key)}, so that the same persons meet the same luck",
                remedy=f"remove the key if the file extends the baseline, or give --{key} for all runs",
            )
    if theirs.replications < ours.replications:
        raise UserError(
            f"{theirs.replications} replications are fewer than the {ours.replications} of the baseline",
            where=f"{one.config}: replications",
            expected=f"at least {ours.replications}, as differences are taken replication by replication",
            remedy="remove the key, or give --replications for all runs",
        )
    if theirs.guideline.profession != ours.guideline.profession:
        raise UserError(
            f"the guideline is about {theirs.guideline.profession}",
            where=f"{one.config}: guideline.profession",
            expected=f"{ours.guideline.profession}, as in the baseline",
        )


def _refuse_panels(baseline: Asked, one: Asked) -> None:
    ours, theirs = baseline.run.panels, one.run.panels
    for name in sorted({*ours, *theirs} & {profession.name for profession in one.model.professions}):
        if not _same_file(ours.get(name), theirs.get(name)):
            raise UserError(
                f"the persons of {name} come from another register panel than in the baseline",
                where=f"{one.config}: panels.{name}",
                expected=f"{ours.get(name, 'no panel')}, so that the same persons are compared",
            )


def _same_file(one: Path | None, two: Path | None) -> bool:
    if one is None or two is None:
        return one is two
    return one.resolve() == two.resolve() or one.read_bytes() == two.read_bytes()


def _refuse_graph(ours: Profession, theirs: Profession, config: str) -> None:
    for what, one, two in (
        ("start year", ours.start_year, theirs.start_year),
        ("key", ours.key, theirs.key),
        ("states", _names(ours.states), _names(theirs.states)),
        ("streams", _names(ours.streams), _names(theirs.streams)),
        ("pools", _names(ours.pools), _names(theirs.pools)),
        ("transitions", _names(ours.transitions), _names(theirs.transitions)),
    ):
        if one != two:
            raise UserError(
                f"{theirs.name} has another career graph than in the baseline: its {what} differ",
                where=f"{config}: professions",
                expected=f"the {what} {_told(one)}",
                remedy="use the same career file, and change it by levers and parameters",
            )


def _names(parts: Sequence[object]) -> tuple[str, ...]:
    return tuple(str(vars(part)["name"]) for part in parts)


def _told(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _world(model: Model) -> Model:
    """Everything of a model but its professions."""
    return replace(model, professions=())


def _without_levers(asked: Asked) -> Model:
    spec = asked.run.spec.model_copy(update={"levers": []})
    return assemble(replace(asked.run, spec=spec, lever_numbers=()))
