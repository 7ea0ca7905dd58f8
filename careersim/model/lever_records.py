"""Where every lever of a run comes from and how well it is known: for explain and manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from careersim.config.bonus_spec import BonusSpec, bonus_records
from careersim.config.loaded import LoadedRun
from careersim.model.provenance import Kind, source_text

__all__ = ["LeverNumber", "LeverRecord", "lever_records"]


@dataclass(frozen=True)
class LeverNumber:
    """A number inside a lever, such as the uptake of a bonus, with its source.

    Attributes
    ----------
    name
        Keys below the lever, joined by points.
    value, unit, low, high
        As in the run file.
    distribution
        In words, if it has one.
    source, kind_of_source
        As of a lever.
    """

    name: str
    value: float | None
    unit: str
    low: float | None
    high: float | None
    distribution: str | None
    source: str
    kind_of_source: Kind


@dataclass(frozen=True)
class LeverRecord:
    """One lever with its source.

    Attributes
    ----------
    profession
        Name of the profession; None for a lever that acts on all.
    written
        The lever as in the run file after all overlays, with all keys.
    source, kind_of_source
        Title and place, citation, or the reason of an assumption; and which of them it is.
    evidence
        The evidence card as written; None if there is none.
    layer
        The file of the lever.
    numbers
        What it has besides its value; of bonuses only.
    """

    name: str
    profession: str | None
    written: dict[str, Any]
    source: str
    kind_of_source: Kind
    evidence: dict[str, Any] | None
    layer: str
    numbers: tuple[LeverNumber, ...] = ()


def lever_records(run: LoadedRun) -> tuple[LeverRecord, ...]:
    """List all levers of a run in the order in which they act.

    Parameters
    ----------
    run
        A run that `careersim.model.assemble.assemble` accepts.

    Returns
    -------
    One record a lever.

    Raises
    ------
    DataError
        If a document or a literature key is unknown (`assemble` reports that as a fault).
    """
    records = []
    for number, lever in zip(run.lever_numbers, run.spec.levers, strict=True):
        kind, source = source_text(lever.source)
        document, _ = run.overlay.origin(("levers", number))
        card = lever.evidence
        records.append(
            LeverRecord(
                name=lever.name,
                profession=lever.profession,
                written=lever.model_dump(mode="json", by_alias=True),
                source=source,
                kind_of_source=kind,
                evidence=None if card is None else card.model_dump(exclude_none=True),
                layer=str(document.path),
                numbers=() if lever.bonus is None else tuple(_numbers(lever.bonus)),
            )
        )
    return tuple(records)


def _numbers(bonus: BonusSpec) -> Iterator[LeverNumber]:
    for keys, one in bonus_records(bonus).items():
        if one.source is not None:
            kind, source = source_text(one.source)
            name, drawn = ".".join(("bonus", *keys)), one.distribution
            words = None if drawn is None else f"{drawn.kind} ({drawn.a:g}, {drawn.b:g})"
            yield LeverNumber(name, one.value, one.unit, one.low, one.high, words, source, kind)
